//! Which entries of statutory lists one person was recorded for while the attempts came faster than that person's rate: each of them has a
//! record of its own; only what was recorded within the hour is counted instead.
//!
//! Must never hold an address: a keyed hash tells that it was there before, and nothing else. Must never grow beyond its bound.

use crate::policy::{Evidence, entry_text};
use crate::proxy::case::Case;
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::ops::AddAssign;

/// Entries of one person that are remembered for an hour.
pub(super) const MOST: usize = 4_096;
const HOUR: u64 = 3_600 * 1_000_000;
/// Records of such entries that one person can cause in a day beyond the rate.
pub const ENTRIES_PER_DAY: u64 = MOST as u64 * 24;

/// Refusals without a record of their own that were not told yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Folded {
    /// All.
    pub(super) all: u64,
    /// Of them, attempts on statutory lists.
    pub(super) attempts: u64,
    /// Of these, attempts that may have been on entries without a record: as many as can be remembered had one already.
    pub(super) beyond: u64,
}

impl AddAssign for Folded {
    fn add_assign(&mut self, other: Self) {
        self.all += other.all;
        self.attempts += other.attempts;
        self.beyond += other.beyond;
    }
}

/// The entries of one person.
#[derive(Debug, Default)]
pub(super) struct Attempts {
    seen: HashSet<u64>,
    since: u64,
}

/// What is known of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// It has no record of this hour: from now on it has one.
    New,
    /// It has one.
    Recorded,
    /// Nobody can say: so many have one already.
    Full,
}

impl Attempts {
    /// Notes the entry of this hash. Each hour begins with the first one that comes after the last.
    pub(super) fn note(&mut self, entry: u64, now: u64) -> Known {
        if now.saturating_sub(self.since) >= HOUR {
            *self = Self { since: now, ..Self::default() };
        }
        if self.seen.contains(&entry) {
            return Known::Recorded;
        }
        if self.seen.len() >= MOST {
            return Known::Full;
        }
        self.seen.insert(entry);
        Known::New
    }
}

/// The entry that decided: its list and its line as the address spells it; where no line did, the host.
pub(super) fn entry(key: &RandomState, case: &Case, evidence: &Evidence) -> u64 {
    let Some(url) = case.url.as_ref() else { return key.hash_one(case.facts.target()) };
    let line = evidence.matched.and_then(|matched| Some((&case.live.engine.list(matched.list)?.name, entry_text(&matched, url)?)));
    line.map_or_else(|| key.hash_one(url.host()), |line| key.hash_one(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_new_once_an_hour_and_no_more_are_kept_than_fit() {
        let mut attempts = Attempts::default();
        let start = 5 * HOUR;
        assert_eq!((attempts.note(0, start), attempts.note(0, start + HOUR - 1)), (Known::New, Known::Recorded));
        let most = MOST as u64;
        assert!((1..most).all(|entry| attempts.note(entry, start) == Known::New));
        assert_eq!((attempts.note(most, start), attempts.note(1, start), attempts.seen.len()), (Known::Full, Known::Recorded, MOST));
        assert_eq!((attempts.note(most, start + HOUR), attempts.note(1, start + HOUR), attempts.seen.len()), (Known::New, Known::New, 2));
    }
}
