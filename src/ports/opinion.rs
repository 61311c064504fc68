//! What people at the screen think of the filter, and what staff did about it: plain data, and the door through which it goes (standard
//! F18). Must never carry a name: of whoever says it there is the group, and the day.

use super::asked::{PutDown, QueueFault};
use crate::model::Timestamp;

/// Longest text of an opinion, in characters.
pub const LONGEST_OPINION: usize = 300;
/// So many answers are shown on the page, the newest.
const SHOWN: usize = 5;

/// What somebody thinks of the filter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum View {
    /// It helps them.
    Helps,
    /// It gets in their way.
    InTheWay,
    /// They do not mind it.
    #[default]
    NoMatter,
}

impl View {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Helps, Self::InTheWay, Self::NoMatter];

    /// Its word, in files, forms and for programs.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Helps => "helps",
            Self::InTheWay => "in-the-way",
            Self::NoMatter => "no-matter",
        }
    }

    /// The view of a word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|view| view.word() == word)
    }
}

/// What somebody said of the filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opinion {
    /// When. The day alone is kept.
    pub at: Timestamp,
    /// The group, by name.
    pub group: String,
    /// What they think.
    pub view: View,
    /// What they write; empty: nothing.
    pub words: String,
    /// Their words speak of danger: the safeguarding lead gets them as a worry as well.
    pub danger: bool,
}

/// It was put down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// Its number for staff, such as `O-7`; nothing: only the worry was put down, since as many opinions are there as may be.
    pub id: Option<String>,
    /// SHA-256 of what was written, for the record.
    pub digest: String,
    /// The worry that was made of it.
    pub worry: Option<PutDown>,
}

/// Where it goes. Each call may take as long as a disk takes.
pub trait OpinionDesk: Send + Sync {
    /// Puts an opinion down; it is on disk when this returns.
    ///
    /// # Errors
    /// [`QueueFault`]: nobody will see it.
    fn hear(&self, opinion: &Opinion) -> Result<Heard, QueueFault>;
}

/// "You said, we did".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WeDid {
    /// What stands before the mark in names of the site's groups, empty where they have none; nothing: every site.
    pub site: Option<String>,
    /// When.
    pub at: Timestamp,
    /// What people said.
    pub said: String,
    /// What was done.
    pub did: String,
}

/// Those that the people of a site are shown, of all, the newest first. `site`: as in [`WeDid::site`].
pub fn we_did_for<'a>(all: &'a [WeDid], site: &'a str) -> impl Iterator<Item = &'a WeDid> {
    all.iter().filter(move |one| one.site.as_deref().is_none_or(|its| its == site)).take(SHOWN)
}

/// Words of children that speak of danger, beside those of the settings; in small letters.
const DANGER: [&str; 38] = [
    "kill myself",
    "kill me",
    "want to die",
    "end my life",
    "suicide",
    "self harm",
    "self-harm",
    "hurt myself",
    "cut myself",
    "hurt me",
    "hurts me",
    "hurting me",
    "hit me",
    "hits me",
    "touched me",
    "touches me",
    "scared of",
    "scares me",
    "not safe",
    "unsafe",
    "bully",
    "bullied",
    "bullying",
    "abuse",
    "abused",
    "rape",
    "knife",
    "lladd fy hun",
    "eisiau marw",
    "isio marw",
    "hunanladdiad",
    "brifo fy hun",
    "fy mrifo",
    "fy nharo",
    "ofn",
    "bwlio",
    "cam-drin",
    "ddim yn ddiogel",
];

/// Does a text speak of danger, by these words of the settings or by our own?
#[must_use]
pub fn speaks_of_danger(text: &str, terms: &[String]) -> bool {
    // However it is spread over lines, and whichever apostrophes and spaces stand in it.
    let plain: String = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().filter(|c| !is_unseen(*c)).collect();
    DANGER.into_iter().chain(terms.iter().map(String::as_str)).any(|term| holds_words(&plain, term))
}

/// Signs that nobody sees and that part a word.
const fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// Does a text hold these words, with no letter or digit right before or behind them?
#[must_use]
pub fn holds_words(text: &str, words: &str) -> bool {
    let text = text.to_lowercase();
    let is_part = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    text.match_indices(words)
        .any(|(at, found)| !is_part(text[..at].chars().next_back()) && !is_part(text[at + found.len()..].chars().next()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_whole_in_any_case() {
        for (text, words, found) in [
            ("how to Kill Myself now", "kill myself", true),
            ("painkill myself", "kill myself", false),
            ("suicide", "suicide", true),
            ("suicides", "suicide", false),
            ("\u{c9}cole suicide?", "suicide", true),
            ("", "suicide", false),
        ] {
            assert_eq!(holds_words(text, words), found, "{text}");
        }
    }

    #[test]
    fn what_speaks_of_danger_is_noticed_and_what_does_not_is_not() {
        let terms = ["the blue door".to_owned()];
        for (text, danger) in [
            ("He HURTS\r\n  me.", true),
            ("I want\u{200b} to die", true),
            ("Mae gen i ofn", true),
            ("they go through The  Blue Door", true),
            ("it blocks my homework about ships", false),
            ("it helps me", false),
            ("", false),
        ] {
            assert_eq!(speaks_of_danger(text, &terms), danger, "{text:?}");
        }
        assert!(DANGER.iter().all(|term| *term == term.to_lowercase()));
    }

    #[test]
    fn an_answer_is_for_its_site_or_for_all_and_no_more_than_a_few_are_shown() {
        let one = |site: Option<&str>| WeDid { site: site.map(str::to_owned), ..WeDid::default() };
        let all = [one(None), one(Some("")), one(Some("hull"))];
        assert_eq!(we_did_for(&all, "").count(), 2);
        assert_eq!(we_did_for(&all, "hull").count(), 2);
        assert_eq!(we_did_for(&all, "leeds").count(), 1);
        assert_eq!(we_did_for(&vec![one(None); 9], "x").count(), SHOWN);
    }

    #[test]
    fn views_have_words_of_their_own() {
        for view in View::ALL {
            assert_eq!(View::of_word(view.word()), Some(view));
        }
        assert_eq!(View::of_word(""), None);
    }
}
