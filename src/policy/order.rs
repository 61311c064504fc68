//! The order in which policy looks at a request: one table, which judge walks and documentation prints.
//!
//! Must never be written down a second time anywhere.

use super::layer::Level;
use std::fmt::Write as _;

/// One stage of a judgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Lists of illegal material.
    Statutory,
    /// Help lines.
    HelpLine,
    /// Addresses that were closed at short notice.
    ShortNotice,
    /// Whoever is suspended.
    Suspended,
    /// What a layer never lets be loosened.
    Floor,
    /// Ports, methods, addresses made of numbers.
    Protocol,
    /// Addresses that were released for a while.
    Released,
    /// Addresses that the site blocks.
    LocalBlock,
    /// Addresses that the site allows.
    LocalAllow,
    /// The group's hours.
    Hours,
    /// What of today is used up.
    Quota,
    /// Kinds of files.
    Files,
    /// Words in addresses.
    Keyword,
    /// Search engines that cannot be restricted.
    SearchEngine,
    /// Categories.
    Category,
    /// What the names of hosts look like that no list knows.
    Predicted,
    /// Domains that are new here.
    NewDomain,
    /// What applies where no rule does.
    Default,
}

/// The order. The first stage that decides, decides.
pub const ORDER: [Stage; 18] = [
    Stage::Statutory,
    Stage::HelpLine,
    Stage::ShortNotice,
    Stage::Suspended,
    Stage::Floor,
    Stage::Protocol,
    Stage::Released,
    Stage::LocalBlock,
    Stage::LocalAllow,
    Stage::Hours,
    Stage::Quota,
    Stage::Files,
    Stage::Keyword,
    Stage::SearchEngine,
    Stage::Category,
    Stage::Predicted,
    Stage::NewDomain,
    Stage::Default,
];

impl Stage {
    /// Its name for people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Statutory => "Illegal material",
            Self::HelpLine => "Help lines",
            Self::ShortNotice => "Closed at short notice",
            Self::Suspended => "Suspended",
            Self::Floor => "Never loosened",
            Self::Protocol => "Kind of connection",
            Self::Released => "Released for a while",
            Self::LocalBlock => "Blocked by this site",
            Self::LocalAllow => "Allowed by this site",
            Self::Hours => "Hours",
            Self::Quota => "Today's share",
            Self::Files => "Kinds of files",
            Self::Keyword => "Words in the address",
            Self::SearchEngine => "Search engines",
            Self::Category => "Categories",
            Self::Predicted => "Guessed from the name",
            Self::NewDomain => "New domains",
            Self::Default => "Everything else",
        }
    }

    /// What it does, in one sentence.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Statutory => "An address on a statutory list is blocked. Nothing below can change that.",
            Self::HelpLine => "A help line is open: no rule below and no hour closes it.",
            Self::ShortNotice => "An address that somebody has closed at short notice is blocked until that ends.",
            Self::Suspended => "Whoever is suspended gets nothing but help lines until that ends.",
            Self::Floor => {
                "A locked category is blocked for everybody, and so is what a layer never lets be loosened: no release and no rule below opens it."
            }
            Self::Protocol => "Ports, methods and addresses made of numbers that are not open to the group are refused.",
            Self::Released => "An address that somebody has released is open until that ends, whatever stands below.",
            Self::LocalBlock => "An address that this site blocks is blocked.",
            Self::LocalAllow => {
                "An address that this site allows is open, whatever its categories and the hour, unless a layer above the site closes one of them."
            }
            Self::Hours => "Outside the group's hours everything else is closed.",
            Self::Quota => {
                "When a person's minutes or bytes of a category, or of everything, are used up, it is closed until the day ends."
            }
            Self::Files => "A file whose name ends in what is not open is blocked; what the answer is, is looked at when it comes.",
            Self::Keyword => "An address with words that are not open is blocked, or marked for a warning.",
            Self::SearchEngine => "A search engine that cannot be held to a restricted form is blocked, where the group says so.",
            Self::Category => {
                "A blocked category wins over a warning, and a warning over an allowed category; one that somebody has released counts as allowed."
            }
            Self::Predicted => {
                "A host that no list knows, and whose name looks like a category, is blocked, marked for a warning or noted, where the group says so."
            }
            Self::NewDomain => {
                "A domain that nobody here has asked for before is blocked for a while, or asks to think first, where the group says so."
            }
            Self::Default => "What no rule has decided is open or closed as the group says.",
        }
    }
}

/// The table as text, with the layers behind it, for help and manual.
#[must_use]
pub fn order_as_text() -> String {
    let mut text = stages_as_text();
    let levels: Vec<_> = Level::ALL.iter().map(|level| level.word()).collect();
    // Writing to a String cannot fail.
    writeln!(text, "Layers: {}. {LAYERS}", levels.join(" > ")).unwrap_or_default();
    text
}

const LAYERS: &str = "Each may tighten what a higher one says; one that loosens it is refused when the settings are loaded.";

fn stages_as_text() -> String {
    let mut text = String::new();
    for (index, stage) in ORDER.iter().enumerate() {
        // Writing to a String cannot fail.
        writeln!(text, "{}. {}: {}", index + 1, stage.title(), stage.words()).unwrap_or_default();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_statutory_stage_comes_first_and_every_stage_once() {
        assert_eq!(ORDER[0], Stage::Statutory);
        let mut sorted = ORDER;
        sorted.sort_unstable();
        assert_eq!(sorted, ORDER, "the enum is written in the order of the table");
        assert!(order_as_text().starts_with("1. Illegal material"));
    }
}
