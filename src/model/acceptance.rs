//! Somebody has read the agreement of the place and accepts it: who, which words, when, and which adult agrees with a child (standards C5).

use super::Timestamp;
use std::net::IpAddr;

/// Longest name that is kept, in characters.
const LONGEST: usize = 120;

/// Who accepts.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Acceptor {
    /// A person, by the name that they sign in with, in small letters.
    Person(String),
    /// Whoever is at this client address: a guest.
    Address(IpAddr),
}

impl Acceptor {
    /// The person, where one is known; else the address. A name says the same in any case of letters.
    #[must_use]
    pub fn of(person: Option<&str>, client: IpAddr) -> Self {
        person.map_or_else(|| Self::Address(client.to_canonical()), |name| Self::Person(name.to_lowercase()))
    }
}

impl std::fmt::Display for Acceptor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Person(name) => f.write_str(name),
            Self::Address(address) => write!(f, "a guest at {address}"),
        }
    }
}

/// An acceptance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acceptance {
    /// Who accepts.
    pub who: Acceptor,
    /// Where it was sent from; none where it came on paper.
    pub client: Option<IpAddr>,
    /// The group whose words were read.
    pub group: String,
    /// Which words: the start of their SHA-256.
    pub version: String,
    /// What people call that version; may be empty.
    pub label: String,
    /// The adult who agrees with a child; may be empty.
    pub guardian: String,
    /// Who entered it, where it came on paper; else empty.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

impl Acceptance {
    /// In words, for events and for people.
    #[must_use]
    pub fn in_words(&self) -> String {
        let Self { who, group, version, label, guardian, by, at, .. } = self;
        let label = if label.is_empty() { String::new() } else { format!("{label}, ") };
        let guardian = if guardian.is_empty() { String::new() } else { format!("; the adult who agrees: {guardian}") };
        let by = if by.is_empty() { String::new() } else { format!("; on paper, entered by {by}") };
        format!("{who} accepted the agreement of the group {group} ({label}version {version}) at {at}{guardian}{by}")
    }
}

/// A name as somebody typed it, fit to be kept: nothing that hides itself or turns text around, and no more than a name is long.
#[must_use]
pub fn clean_name(typed: &str) -> String {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
                | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
    };
    let seen: String = typed.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| !hidden(*c)).take(LONGEST).collect();
    seen.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_cut_and_holds_nothing_that_hides() {
        assert_eq!(clean_name("  Ms\tGreen\r\n\u{202e}evil\u{0}\u{200b} "), "Ms Green  evil");
        assert_eq!(clean_name(&"x".repeat(5000)).len(), LONGEST);
        assert_eq!(clean_name("\u{7}\u{feff}"), "");
    }

    #[test]
    fn a_person_is_the_same_in_any_case_and_a_guest_in_any_form_of_the_address() {
        let mapped: IpAddr = "::ffff:192.0.2.1".parse().unwrap();
        assert_eq!(Acceptor::of(Some("Kim"), mapped), Acceptor::Person("kim".into()));
        assert_eq!(Acceptor::of(None, mapped).to_string(), "a guest at 192.0.2.1");
    }
}
