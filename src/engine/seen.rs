//! When this installation first heard of each registrable domain (standards D18): a set in memory, of hashes. Whoever keeps it on disk reads
//! and writes it through here.
//!
//! Bounded: beyond [`MOST`] domains, and beyond [`MOST_A_DAY`] new ones in a day, no more are remembered. What is not remembered counts as
//! never seen, and what is known stays known: a flood of made-up names makes nothing old.

use crate::canon::registrable;
use crate::model::Timestamp;
use rapidhash::v3::{RapidSecrets, rapidhash_v3_seeded};
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

/// Most domains that are remembered: some 64 MB.
pub const MOST: usize = 2_000_000;
/// Most new ones in a day.
pub const MOST_A_DAY: usize = 100_000;

const SHARDS: usize = 64;
const MINUTE_S: i64 = 60;
const DAY_MINUTES: u32 = 24 * 60;

/// A domain by its hash, and the minute since 1970 in which it was first seen.
pub type Sighting = (u64, u32);

type Shard = HashMap<u64, u32, rapidhash::fast::RandomState>;

/// The set.
pub struct Seen {
    seed: u64,
    secrets: RapidSecrets,
    began: Timestamp,
    /// Until this moment nothing counts as new, in microseconds.
    learnt: AtomicI64,
    shards: Vec<RwLock<Shard>>,
    fresh: Mutex<Fresh>,
    most: (usize, usize),
}

#[derive(Default)]
struct Fresh {
    /// What is not on disk yet.
    sightings: Vec<Sighting>,
    all: usize,
    day: u32,
    today: usize,
}

impl std::fmt::Debug for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Seen").field("domains", &self.len()).field("began", &self.began).finish_non_exhaustive()
    }
}

impl Seen {
    /// An empty one. `seed`: known to this installation alone, so that nobody can make one name pass for another. `began`: since when it
    /// has been kept, or the log that it was made from.
    #[must_use]
    pub fn new(seed: u64, began: Timestamp) -> Self {
        Self::with_bounds(seed, began, (MOST, MOST_A_DAY))
    }

    fn with_bounds(seed: u64, began: Timestamp, most: (usize, usize)) -> Self {
        Self {
            seed,
            secrets: RapidSecrets::seed(seed),
            began,
            learnt: AtomicI64::new(began.0),
            shards: (0..SHARDS).map(|_| RwLock::default()).collect(),
            fresh: Mutex::default(),
            most,
        }
    }

    /// What was given to [`Seen::new`].
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Since when it has been kept.
    #[must_use]
    pub fn began(&self) -> Timestamp {
        self.began
    }

    /// For so long from its beginning nothing counts as new: until then everything would be.
    pub fn learn_for(&self, time: Duration) {
        let time = i64::try_from(time.as_micros()).unwrap_or(i64::MAX);
        self.learnt.store(self.began.0.saturating_add(time), Relaxed);
    }

    /// How many domains it knows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.fresh().all
    }

    /// Does it know none?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Puts in what was read from disk.
    pub fn restore(&self, (hash, minute): Sighting) {
        if self.put(hash, minute) {
            self.fresh().all += 1;
        }
    }

    /// Puts in what the log tells; it is not on disk yet.
    pub fn restore_fresh(&self, (hash, minute): Sighting) {
        let mut fresh = self.fresh();
        if fresh.all < self.most.0 && self.put(hash, minute) {
            fresh.sightings.push((hash, minute));
            fresh.all += 1;
        }
    }

    /// A host was asked for. `true`: nothing of its registrable domain ever was before.
    pub fn note(&self, host: &str, now: Timestamp) -> bool {
        let Some(hash) = self.hash(host) else { return false };
        if self.minute_of(hash).is_some() {
            return false;
        }
        let minute = minute(now);
        let mut fresh = self.fresh();
        if fresh.day != minute / DAY_MINUTES {
            (fresh.day, fresh.today) = (minute / DAY_MINUTES, 0);
        }
        if fresh.all >= self.most.0 || fresh.today >= self.most.1 {
            return true;
        }
        let new = self.put(hash, minute);
        if new {
            fresh.sightings.push((hash, minute));
            fresh.all += 1;
            fresh.today += 1;
        }
        new
    }

    /// Since when the registrable domain of a host is new here: this moment, where it was never asked for. `None`: it is known from the
    /// time of learning, or has no age.
    #[must_use]
    pub fn new_since(&self, host: &str, now: Timestamp) -> Option<Timestamp> {
        let learnt = Timestamp(self.learnt.load(Relaxed));
        if now < learnt {
            return None;
        }
        let first = self.minute_of(self.hash(host)?).map_or(now, |minute| Timestamp::from_seconds(i64::from(minute) * MINUTE_S));
        // By the minute, as first requests are known.
        (first.seconds().div_euclid(MINUTE_S) >= learnt.seconds().div_euclid(MINUTE_S)).then_some(first)
    }

    /// What is not on disk yet; from now on it counts as if it were.
    #[must_use]
    pub fn take_fresh(&self) -> Vec<Sighting> {
        std::mem::take(&mut self.fresh().sightings)
    }

    /// It could not be written: it is to be taken again.
    pub fn give_back(&self, mut sightings: Vec<Sighting>) {
        let mut fresh = self.fresh();
        sightings.append(&mut fresh.sightings);
        fresh.sightings = sightings;
    }

    /// The hash of a host's registrable domain.
    #[must_use]
    pub fn hash(&self, host: &str) -> Option<u64> {
        registrable(host).map(|domain| rapidhash_v3_seeded(domain.as_bytes(), &self.secrets))
    }

    fn shard(&self, hash: u64) -> &RwLock<Shard> {
        &self.shards[(hash % SHARDS as u64) as usize]
    }

    fn minute_of(&self, hash: u64) -> Option<u32> {
        self.shard(hash).read().unwrap_or_else(PoisonError::into_inner).get(&hash).copied()
    }

    /// Is it new? The earlier of two sightings stays.
    fn put(&self, hash: u64, minute: u32) -> bool {
        let mut shard = self.shard(hash).write().unwrap_or_else(PoisonError::into_inner);
        let known = shard.get(&hash).copied();
        if known.is_none_or(|known| minute < known) {
            shard.insert(hash, minute);
        }
        known.is_none()
    }

    fn fresh(&self) -> MutexGuard<'_, Fresh> {
        self.fresh.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The number of a moment's minute.
#[must_use]
pub fn minute(at: Timestamp) -> u32 {
    u32::try_from(at.seconds().div_euclid(MINUTE_S)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: i64 = 1_768_478_400;

    fn at(hours: i64) -> Timestamp {
        Timestamp::from_seconds(START + hours * 3600)
    }

    #[test]
    fn the_first_request_for_a_domain_is_told_once_and_its_age_counts_from_then() {
        let seen = Seen::new(7, at(0));
        seen.learn_for(Duration::from_secs(24 * 3600));
        assert!(seen.note("www.old.test", at(1)));
        assert_eq!(seen.new_since("never.test", at(23)), None, "as yet everything would be new");
        assert_eq!(seen.new_since("old.test", at(30)), None, "known from the time of learning");
        assert_eq!(seen.new_since("never.test", at(30)), Some(at(30)));
        assert!(seen.note("a.new.test", at(30)));
        assert!(!seen.note("b.new.test", at(31)) && !seen.note("new.test", at(31)));
        assert_eq!(seen.new_since("c.new.test", at(40)), Some(at(30)));
        for none in ["10.0.0.1", "localhost", "co.uk", ""] {
            assert!(!seen.note(none, at(30)) && seen.new_since(none, at(30)).is_none(), "{none}");
        }
        let fresh = seen.take_fresh();
        assert_eq!((fresh.len(), seen.len()), (2, 2));
        seen.give_back(fresh.clone());
        assert_eq!(seen.take_fresh(), fresh);
        let again = Seen::new(7, at(0));
        fresh.into_iter().for_each(|sighting| again.restore(sighting));
        assert!(!again.note("new.test", at(50)) && again.take_fresh().is_empty());
        assert_eq!(again.new_since("new.test", at(50)), Some(at(30)));
    }

    #[test]
    fn a_flood_of_names_is_bounded_and_makes_nothing_old_and_nothing_known_new() {
        let seen = Seen::with_bounds(7, at(0), (5, 3));
        let all = |hour| (0..10).filter(|n| seen.note(&format!("h{n}.test"), at(hour))).count();
        assert_eq!((all(0), seen.len()), (10, 3), "three in a day are remembered");
        assert_eq!((all(1), seen.len()), (7, 3));
        assert_eq!((all(24), seen.len()), (7, 5), "and five in all");
        assert_eq!((all(48), seen.len()), (5, 5));
        assert_eq!((seen.new_since("h0.test", at(49)), seen.new_since("h9.test", at(49))), (Some(at(0)), Some(at(49))));
    }
}
