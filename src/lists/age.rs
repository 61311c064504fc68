//! How old a list may be before somebody is told (standards U3, A13).

use super::ListKind;
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3600);
/// The list of illegal material is renewed twice a day: one renewal was missed.
const STATUTORY_OLD: Duration = Duration::from_secs(13 * 3600);
/// Two were missed.
const STATUTORY_TOO_OLD: Duration = Duration::from_secs(26 * 3600);

/// Is a list as new as it has to be?
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Freshness {
    /// Yes, or nothing is known against it.
    #[default]
    Fresh,
    /// Somebody should look.
    Old,
    /// Somebody has to act.
    TooOld,
}

/// The ages at which a list is old, and too old.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AgeBounds {
    old: Option<Duration>,
    too_old: Option<Duration>,
}

impl AgeBounds {
    /// Those of a list: 13 and 26 hours for one of illegal material, what its settings say for a category; a made-up list does not age.
    #[must_use]
    pub fn of(kind: ListKind, demonstration: bool, stale_after: Option<Duration>) -> Self {
        if demonstration {
            return Self::default();
        }
        match kind {
            ListKind::Statutory => Self { old: Some(STATUTORY_OLD), too_old: Some(STATUTORY_TOO_OLD) },
            ListKind::Category => Self { old: stale_after, too_old: None },
        }
    }

    /// Looks at an age.
    #[must_use]
    pub fn look(self, age: Duration) -> Freshness {
        let past = |bound: Option<Duration>| bound.is_some_and(|bound| age >= bound);
        match (past(self.old), past(self.too_old)) {
            (_, true) => Freshness::TooOld,
            (true, false) => Freshness::Old,
            (false, false) => Freshness::Fresh,
        }
    }
}

impl Freshness {
    /// As metrics and JSON call it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Old => "old",
            Self::TooOld => "too-old",
        }
    }

    /// What is told of a list of this age; nothing while it is fresh.
    #[must_use]
    pub fn words(self, name: &str, age: Duration) -> Option<String> {
        let hours = age.as_secs() / HOUR.as_secs();
        let age = if hours < 72 { format!("{hours} hours") } else { format!("{} days", hours / 24) };
        match self {
            Self::Fresh => None,
            Self::Old => Some(format!("list {name}: nothing new for {age}; the last good version is in force (`lifeguard lists status`)")),
            Self::TooOld => Some(format!(
                "list {name}: nothing new for {age}, which is too old for a list of illegal material; the last good version is in force \
                 (`lifeguard lists status`)"
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statutory_list_is_told_of_after_13_and_after_26_hours_and_a_made_up_one_never() {
        let statutory = AgeBounds::of(ListKind::Statutory, false, None);
        let week = AgeBounds::of(ListKind::Category, false, Some(HOUR * 168));
        let made_up = AgeBounds::of(ListKind::Statutory, true, None);
        let second = Duration::from_secs(1);
        for (bounds, age, found) in [
            (statutory, HOUR * 13 - second, Freshness::Fresh),
            (statutory, HOUR * 13, Freshness::Old),
            (statutory, HOUR * 26 - second, Freshness::Old),
            (statutory, HOUR * 26, Freshness::TooOld),
            (week, HOUR * 168 - second, Freshness::Fresh),
            (week, HOUR * 10_000, Freshness::Old),
            (made_up, HOUR * 10_000, Freshness::Fresh),
            (AgeBounds::of(ListKind::Category, false, None), HOUR * 10_000, Freshness::Fresh),
        ] {
            assert_eq!(bounds.look(age), found, "{bounds:?} {age:?}");
            assert_eq!(found.words("a", age).is_none(), found == Freshness::Fresh);
        }
    }
}
