//! The ledger: what each person and each device has used of today.
//!
//! Bounded: beyond [`MOST`] people and devices in one day, all others share one account, which is the strict side. Names are not kept:
//! each stands under a mark, an HMAC of it under a key of this ledger.

use crate::model::Timestamp;
use crate::policy::{Metered, Used};
use crate::proxy::whose::Whose;
use aws_lc_rs::{hmac, rand};
use jiff::tz::TimeZone;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// At most this many people and devices are told apart in one day.
const MOST: usize = 100_000;
/// Everybody beyond them.
const REST: Mark = Mark([0; 16]);

/// A person or a device, without the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark(pub(super) [u8; 16]);

/// What was used, by whom.
pub struct Ledger {
    pub(super) salt: [u8; 32],
    key: hmac::Key,
    accounts: Mutex<Accounts>,
    /// Something was used since it was last written.
    changed: AtomicBool,
    most: usize,
}

#[derive(Default)]
struct Accounts {
    of: HashMap<Mark, Arc<Used>>,
    /// Until then there is no other day to be forgotten.
    swept_until: Timestamp,
}

impl Default for Ledger {
    fn default() -> Self {
        // Without randomness the marks are easier to guess, and count all the same.
        let salt = rand::generate(&rand::SystemRandom::new()).map_or([0; 32], rand::Random::expose);
        Self::under(salt)
    }
}

impl Ledger {
    /// An empty ledger whose marks are made under this salt.
    pub(super) fn under(salt: [u8; 32]) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &salt);
        Self { salt, key, accounts: Mutex::default(), changed: AtomicBool::new(false), most: MOST }
    }

    /// Under which mark somebody stands.
    #[must_use]
    pub fn mark(&self, whose: &Whose) -> Mark {
        let tag = hmac::sign(&self.key, whose.to_string().as_bytes());
        let mut mark = [0; 16];
        mark.copy_from_slice(&tag.as_ref()[..16]);
        Mark(mark)
    }

    /// What was used under this mark: today, or the last time.
    #[must_use]
    pub fn used(&self, mark: Mark) -> Arc<Used> {
        let accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        let known = accounts.of.get(&mark).or_else(|| if accounts.of.len() < self.most { None } else { accounts.of.get(&REST) });
        known.map_or_else(nothing, Arc::clone)
    }

    /// Enters that this was used now. `false`: something of it is used up.
    pub fn enter(&self, mark: Mark, metered: &[Metered], (now, zone): (Timestamp, &TimeZone), bytes: u64) -> bool {
        let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        let mark = accounts.place(mark, now, self.most);
        let used = accounts.of.entry(mark).or_insert_with(|| Arc::new(Used::on_day_of(now, zone)));
        if !used.is_of(now) {
            *used = Arc::new(Used::on_day_of(now, zone));
        }
        let used = Arc::make_mut(used);
        let spent = |used: &Used| metered.iter().any(|share| used.is_used_up(&share.name, share.quota, now));
        let closed = spent(used);
        for share in metered {
            if closed {
                // Carried before it could be stopped: bytes, but no further minute.
                let count = used.count_mut(&share.name);
                count.bytes = count.bytes.saturating_add(bytes);
            } else {
                used.add(&share.name, now, bytes);
            }
        }
        self.changed.store(true, Ordering::Relaxed);
        !closed && !spent(used)
    }

    /// Has anything been used since this was last asked?
    pub fn take_changed(&self) -> bool {
        self.changed.swap(false, Ordering::Relaxed)
    }

    /// It could not be written: the next time.
    pub fn keep_changed(&self) {
        self.changed.store(true, Ordering::Relaxed);
    }

    /// Everybody's today.
    pub(super) fn today(&self, now: Timestamp) -> Vec<(Mark, Arc<Used>)> {
        let accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        let mut today: Vec<_> =
            accounts.of.iter().filter(|(_, used)| used.is_of(now)).map(|(mark, used)| (*mark, Arc::clone(used))).collect();
        today.sort_unstable_by_key(|(mark, _)| *mark);
        today
    }

    /// Puts back what was known before a restart.
    pub(super) fn put(&self, mark: Mark, used: Used) {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner).of.insert(mark, Arc::new(used));
    }
}

impl Accounts {
    /// Where it is entered: under the mark itself, or with everybody for whom there is no more room.
    fn place(&mut self, mark: Mark, now: Timestamp, most: usize) -> Mark {
        if self.of.contains_key(&mark) || self.of.len() < most {
            return mark;
        }
        if now >= self.swept_until {
            self.of.retain(|_, used| used.is_of(now));
            self.swept_until = self.of.values().map(|used| used.ends().1).min().unwrap_or(now);
        }
        if self.of.len() < most { mark } else { REST }
    }
}

/// Nothing was used; shared, so that it takes no memory.
fn nothing() -> Arc<Used> {
    static NOTHING: LazyLock<Arc<Used>> = LazyLock::new(Arc::default);
    Arc::clone(&NOTHING)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Quota;

    const NOON: i64 = 1_768_478_400;

    fn games(quota: Quota) -> Vec<Metered> {
        vec![Metered { name: "games".into(), quota }]
    }

    fn minutes(all: u16) -> Vec<Metered> {
        games(Quota { minutes: Some(all), bytes: None })
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(NOON + seconds)
    }

    #[test]
    fn a_minute_counts_once_and_is_used_to_its_end() {
        let (ledger, zone) = (Ledger::default(), TimeZone::UTC);
        let kim = ledger.mark(&Whose::Person("kim".into()));
        let enter = |seconds, bytes| ledger.enter(kim, &minutes(2), (at(seconds), &zone), bytes);
        assert!(enter(0, 0) && enter(30, 5) && enter(59, 0), "one minute");
        assert!(enter(600, 0) && enter(659, 7), "the second one, to its end");
        assert!(!enter(660, 3), "and no third");
        let used = ledger.used(kim);
        let count = used.count("games").unwrap();
        assert_eq!((count.minutes.count(), count.bytes), (2, 15), "what was carried is counted, the minute is not");
        assert!(used.is_used_up("games", minutes(2)[0].quota, at(660)));
        assert!(!used.is_used_up("games", minutes(2)[0].quota, at(630)), "a minute that counts already");
        assert!(!used.is_used_up("games", minutes(2)[0].quota, at(86_400)), "tomorrow is another day");
        assert!(ledger.enter(kim, &minutes(2), (at(86_400), &zone), 0));
        assert_eq!(ledger.used(kim).count("games").unwrap().minutes.count(), 1);
    }

    #[test]
    fn bytes_close_as_soon_as_they_are_used_up() {
        let (ledger, zone) = (Ledger::default(), TimeZone::UTC);
        let (kim, lee) = (ledger.mark(&Whose::Person("kim".into())), ledger.mark(&Whose::Person("lee".into())));
        let share = games(Quota { minutes: None, bytes: Some(100) });
        assert!(ledger.enter(kim, &share, (at(0), &zone), 99));
        assert!(!ledger.enter(kim, &share, (at(1), &zone), 1));
        assert!(ledger.enter(lee, &share, (at(1), &zone), 99), "everybody has their own");
    }

    #[test]
    fn a_day_begins_and_ends_at_midnight_on_the_wall_also_when_clocks_change() {
        let london = TimeZone::get("Europe/London").unwrap();
        for (day, hours) in [("2026-03-29", 23), ("2026-06-15", 24), ("2026-10-25", 25)] {
            let noon: jiff::civil::DateTime = format!("{day}T12:00").parse().unwrap();
            let used = Used::on_day_of(noon.to_zoned(london.clone()).unwrap().timestamp().into(), &london);
            let (from, to) = used.ends();
            assert_eq!((to.seconds() - from.seconds()) / 3600, hours, "{day}");
            assert_eq!(used.minute(Timestamp(to.0 - 1)), hours as u16 * 60 - 1);
            assert!(used.is_of(from) && !used.is_of(to));
        }
    }

    #[test]
    fn whoever_finds_no_room_shares_one_account_and_yesterday_makes_room() {
        let (ledger, zone) = (Ledger { most: 2, ..Ledger::default() }, TimeZone::UTC);
        let marks: Vec<_> = (0..5).map(|n| ledger.mark(&Whose::Device(std::net::IpAddr::from([192, 0, 2, n])))).collect();
        for mark in &marks[..2] {
            assert!(ledger.enter(*mark, &minutes(1), (at(0), &zone), 0));
        }
        assert!(ledger.enter(marks[2], &minutes(1), (at(0), &zone), 0));
        assert!(!ledger.enter(marks[3], &minutes(1), (at(60), &zone), 0), "the third has used up the share of all others");
        assert!(ledger.used(marks[4]).is_used_up("games", minutes(1)[0].quota, at(60)));
        assert!(ledger.enter(marks[4], &minutes(1), (at(86_400), &zone), 0), "the next day");
        assert_eq!(ledger.today(at(86_400)).len(), 1);
        assert_eq!(ledger.today(at(86_400))[0].0, marks[4]);
    }
}
