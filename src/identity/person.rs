//! A person who is known, and how well.

use crate::model::IdentitySource;
use std::sync::Arc;

/// A person who is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The name, in the one spelling that records use.
    pub name: Arc<str>,
    /// Groups of policy, by name. Numbers hold for one policy only.
    pub groups: Arc<[Arc<str>]>,
    /// How the person is known.
    pub source: IdentitySource,
    /// When that was found out, by the clock that never jumps, in microseconds.
    pub known_at_us: u64,
}

impl Person {
    /// The same person when that may no longer be relied on: without groups, so that policy gives the strictest.
    #[must_use]
    pub fn stale(self) -> Self {
        Self { groups: Arc::from([]), source: IdentitySource::Stale, ..self }
    }

    /// How old that knowledge is, in seconds.
    #[must_use]
    pub fn age_s(&self, now_us: u64) -> u32 {
        u32::try_from(now_us.saturating_sub(self.known_at_us) / 1_000_000).unwrap_or(u32::MAX)
    }
}

/// The one spelling of a name: Unicode normal form C, small letters, no blanks around it. So `Kim` and `kim` are one person.
#[must_use]
pub fn spelling(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    if name.is_ascii() {
        return name.trim().to_ascii_lowercase();
    }
    name.trim().nfc().flat_map(char::to_lowercase).collect()
}

/// May this be a name? It must be readable in a record and must fit into a `Basic` credential (RFC 7617: no colon).
#[must_use]
pub fn is_name(name: &str) -> bool {
    !name.is_empty() && name.len() <= 128 && !name.contains(|c: char| c.is_control() || c == ':' || c == '\u{fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_normalization::UnicodeNormalization;

    #[test]
    fn a_name_has_one_spelling() {
        for (typed, one) in [("Kim", "kim"), (" KIM ", "kim"), ("Zoe\u{308}", "zo\u{eb}"), ("ZO\u{cb}", "zo\u{eb}")] {
            assert_eq!(spelling(typed), one);
        }
        for byte in 0..=127_u8 {
            let typed = format!(" {}A", char::from(byte));
            let slow: String = typed.trim().nfc().flat_map(char::to_lowercase).collect();
            assert_eq!(spelling(&typed), slow, "{typed:?}");
        }
        for (name, fits) in [("kim", true), ("kim@school.test", true), ("", false), ("a:b", false), ("a\tb", false), ("a\nb", false)] {
            assert_eq!(is_name(name), fits, "{name:?}");
        }
        assert!(!is_name(&"x".repeat(129)));
    }
}
