//! What a person has used of a day: a bit for each minute, and bytes, by category. A value that comes in with the question.
//!
//! Must never read a clock: a day is two moments, the first one of it and the first one after it in the site's time zone, so that a day
//! of 23 or of 25 hours is one day. What was used on another day does not count.

use super::quota::Quota;
use crate::model::Timestamp;
use jiff::tz::TimeZone;
use std::sync::{Arc, LazyLock};

const MINUTE_S: i64 = 60;
/// The longest day that a zone has had, in minutes, and some more.
const MINUTES: usize = 26 * 60;
const WORDS: usize = MINUTES.div_ceil(64);

/// Minutes of one day, by their number from its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Minutes([u64; WORDS]);

impl Default for Minutes {
    fn default() -> Self {
        Self([0; WORDS])
    }
}

impl Minutes {
    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u16 {
        self.0.iter().map(|word| word.count_ones()).sum::<u32>() as u16
    }

    /// Is this one among them?
    #[must_use]
    pub fn has(&self, minute: u16) -> bool {
        self.0.get(usize::from(minute / 64)).is_some_and(|word| word & (1 << (minute % 64)) != 0)
    }

    /// Adds one; what lies outside of every day changes nothing.
    pub fn add(&mut self, minute: u16) {
        if let Some(word) = self.0.get_mut(usize::from(minute / 64)) {
            *word |= 1 << (minute % 64);
        }
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = u16> + '_ {
        (0..MINUTES as u16).filter(|minute| self.has(*minute))
    }
}

/// What was used of one category, or of everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// The minutes in which it was used.
    pub minutes: Minutes,
    /// Bytes up and down.
    pub bytes: u64,
}

/// What one person, or one device, has used of a day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Used {
    from: Timestamp,
    to: Timestamp,
    counts: Vec<(Arc<str>, Count)>,
}

impl Count {
    /// Is nothing left? A minute that counts already is used to its end.
    #[must_use]
    pub fn is_used_up(&self, quota: Quota, minute: u16) -> bool {
        quota.minutes.is_some_and(|all| self.minutes.count() >= all && !self.minutes.has(minute))
            || quota.bytes.is_some_and(|all| self.bytes >= all)
    }
}

impl Used {
    /// Nothing.
    #[must_use]
    pub fn none() -> &'static Self {
        static NONE: LazyLock<Used> = LazyLock::new(Used::default);
        &NONE
    }

    /// Nothing as yet, of the day that this moment lies in, in the site's zone.
    #[must_use]
    pub fn on_day_of(now: Timestamp, zone: &TimeZone) -> Self {
        let today = now.civil().to_zoned(zone.clone()).start_of_day();
        let next = today.as_ref().ok().and_then(|start| start.tomorrow().ok()?.start_of_day().ok());
        match (today, next) {
            (Ok(start), Some(next)) => Self::between(start.timestamp().into(), next.timestamp().into()),
            // At the end of time itself there is no next day.
            (Ok(_) | Err(_), _) => Self::between(now, Timestamp(now.0.saturating_add(86_400_000_000))),
        }
    }

    /// Nothing as yet, of a day with these ends.
    #[must_use]
    pub fn between(from: Timestamp, to: Timestamp) -> Self {
        Self { from, to, counts: Vec::new() }
    }

    /// Is this moment on its day?
    #[must_use]
    pub fn is_of(&self, now: Timestamp) -> bool {
        (self.from..self.to).contains(&now)
    }

    /// The first moment of the day, and the first one after it: the next day has its own quota.
    #[must_use]
    pub const fn ends(&self) -> (Timestamp, Timestamp) {
        (self.from, self.to)
    }

    /// The number of a moment's minute on this day.
    #[must_use]
    pub fn minute(&self, now: Timestamp) -> u16 {
        u16::try_from((now.seconds() - self.from.seconds()).div_euclid(MINUTE_S)).unwrap_or(u16::MAX)
    }

    /// What was used under a name.
    #[must_use]
    pub fn count(&self, name: &str) -> Option<&Count> {
        self.counts.iter().find(|(known, _)| **known == *name).map(|(_, count)| count)
    }

    /// Everything, by name.
    #[must_use]
    pub fn counts(&self) -> &[(Arc<str>, Count)] {
        &self.counts
    }

    /// The count under a name, to be changed.
    pub fn count_mut(&mut self, name: &Arc<str>) -> &mut Count {
        let place = self.counts.iter().position(|(known, _)| known == name).unwrap_or_else(|| {
            self.counts.push((Arc::clone(name), Count::default()));
            self.counts.len() - 1
        });
        &mut self.counts[place].1
    }

    /// At this moment that many bytes were used, or a request was let through.
    pub fn add(&mut self, name: &Arc<str>, now: Timestamp, bytes: u64) {
        let minute = self.minute(now);
        let count = self.count_mut(name);
        count.minutes.add(minute);
        count.bytes = count.bytes.saturating_add(bytes);
    }

    /// Is nothing left of this at this moment? On another day everything is.
    #[must_use]
    pub fn is_used_up(&self, name: &str, quota: Quota, now: Timestamp) -> bool {
        self.is_of(now) && self.count(name).is_some_and(|count| count.is_used_up(quota, self.minute(now)))
    }

    /// How much was used of a quota, in words: "12 of 30 minutes used".
    #[must_use]
    pub fn words(&self, name: &str, quota: Quota, now: Timestamp) -> String {
        let count = self.count(name).filter(|_| self.is_of(now)).copied().unwrap_or_default();
        let minutes = quota.minutes.map(|all| format!("{} of {all} minutes", count.minutes.count()));
        let bytes = quota.bytes.map(|all| format!("{:.1} of {:.1} MB", megabytes(count.bytes), megabytes(all)));
        let both: Vec<_> = minutes.into_iter().chain(bytes).collect();
        format!("{} used", both.join(" and "))
    }
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}
