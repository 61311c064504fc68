//! How often somebody may be wrong: so many guesses in five minutes for one account, and from one address (standard X17).
//!
//! A guess is counted before it is tried, so that a thousand at once are no more than ten; one that was right is taken back.

use moka::sync::Cache;
use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Within this time.
const WINDOW: Duration = Duration::from_secs(300);
/// So many may follow one another at once; each one after that waits (security A5).
const AT_ONCE: usize = 5;
/// For so long, from the one before.
const APART: Duration = Duration::from_secs(15);
/// Accounts and addresses that are remembered. One address has few guesses, so that filling this takes thousands of addresses.
const REMEMBERED: u64 = 100_000;

/// Whose guesses are counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Whose {
    Account(Arc<str>),
    Address(IpAddr),
    /// Tokens from an address: what is wrong with them is not a password's fault.
    Tokens(IpAddr),
}

/// Moments of guesses, by the clock that never jumps, in microseconds.
type Moments = Arc<Mutex<VecDeque<u64>>>;

/// How many guesses there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// For one account.
    pub account: usize,
    /// From one address.
    pub address: usize,
}

/// No more guesses for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paused {
    /// This is the first guess that was turned away since the last one that was tried.
    pub is_news: bool,
    /// There may be one in a quarter of a minute.
    pub is_short: bool,
}

/// Counts guesses.
#[derive(Debug)]
pub struct Guesses(Cache<Whose, Moments>);

impl Default for Guesses {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(REMEMBERED).time_to_idle(WINDOW).build())
    }
}

/// A guess that was counted.
#[derive(Debug)]
pub struct Guess {
    counted: Vec<Moments>,
    at: u64,
}

impl Guesses {
    /// Counts a guess, if there may be one.
    ///
    /// # Errors
    /// [`Paused`]: it must not be tried.
    pub fn count(&self, account: &str, address: IpAddr, bounds: Bounds, now_us: u64) -> Result<Guess, Paused> {
        self.counted([(Whose::Account(account.into()), bounds.account), (Whose::Address(address), bounds.address)], now_us, Duration::ZERO)
    }

    /// The same, and slower after five: each waits a quarter of a minute from the one before.
    ///
    /// # Errors
    /// [`Paused`]: it must not be tried.
    pub fn count_slowly(&self, account: &str, address: IpAddr, bounds: Bounds, now_us: u64) -> Result<Guess, Paused> {
        self.counted([(Whose::Account(account.into()), bounds.account), (Whose::Address(address), bounds.address)], now_us, APART)
    }

    /// Counts something that is no guess, for this name alone.
    ///
    /// # Errors
    /// [`Paused`]: there were too many.
    pub fn of_account(&self, account: &str, most: usize, now_us: u64) -> Result<Guess, Paused> {
        self.counted([(Whose::Account(account.into()), most)], now_us, Duration::ZERO)
    }

    /// Counts a token from an address, if there may be one more.
    ///
    /// # Errors
    /// [`Paused`]: it must not be looked at.
    pub fn of_tokens(&self, address: IpAddr, most: usize, now_us: u64) -> Result<Guess, Paused> {
        self.counted([(Whose::Tokens(address), most)], now_us, Duration::ZERO)
    }

    /// Counts one for each of these, unless one of them has as many as there may be, or has to wait. They are always locked in the same
    /// order.
    fn counted<const N: usize>(&self, whose: [(Whose, usize); N], now_us: u64, apart: Duration) -> Result<Guess, Paused> {
        let micros = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let (window, apart) = (micros(WINDOW), micros(apart));
        let counted = whose.map(|(whose, most)| (self.0.get_with(whose, Moments::default), most));
        let mut held: Vec<_> = counted.iter().map(|(moments, most)| (lock(moments), *most)).collect();
        for (moments, _) in &mut held {
            moments.retain(|at| now_us.saturating_sub(*at) < window);
        }
        let is_news = held.iter().all(|(moments, most)| moments.len() <= *most);
        if let Some((full, _)) = held.iter_mut().find(|(moments, most)| moments.len() >= *most) {
            if is_news {
                // One more is put in as a mark that it was said; it counts for nothing, since the bound is reached already.
                let oldest = full.front().copied().unwrap_or(now_us);
                full.push_front(oldest);
            }
            return Err(Paused { is_news, is_short: false });
        }
        let is_soon = |moments: &VecDeque<u64>| moments.back().is_some_and(|last| now_us.saturating_sub(*last) < apart);
        if held.iter().any(|(moments, _)| moments.len() >= AT_ONCE && is_soon(moments)) {
            return Err(Paused { is_news: false, is_short: true });
        }
        held.iter_mut().for_each(|(moments, _)| moments.push_back(now_us));
        drop(held);
        Ok(Guess { counted: counted.into_iter().map(|(moments, _)| moments).collect(), at: now_us })
    }

    /// Other keys are in force: tokens that were wrong may be right now.
    pub fn forgive_tokens(&self) {
        for (whose, moments) in &self.0 {
            match &*whose {
                Whose::Tokens(_) => lock(&moments).clear(),
                Whose::Account(_) | Whose::Address(_) => {}
            }
        }
    }
}

impl Guess {
    /// What is known to have been right is no guess.
    #[must_use]
    pub const fn none() -> Self {
        Self { counted: Vec::new(), at: 0 }
    }

    /// It was right, or it was never tried: it does not count.
    pub fn forgive(self) {
        for moments in &self.counted {
            let mut moments = lock(moments);
            if let Some(place) = moments.iter().rposition(|at| *at == self.at) {
                moments.remove(place);
            }
        }
    }
}

fn lock(moments: &Moments) -> std::sync::MutexGuard<'_, VecDeque<u64>> {
    moments.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Bounds = Bounds { account: 10, address: 20 };
    const SECOND: u64 = 1_000_000;

    fn address(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    #[test]
    fn ten_guesses_in_five_minutes_for_an_account_wherever_they_come_from() {
        let guesses = Guesses::default();
        for n in 0..10 {
            assert!(guesses.count("kim", address(n), BOUNDS, u64::from(n) * SECOND).is_ok());
        }
        assert_eq!(guesses.count("kim", address(99), BOUNDS, 10 * SECOND).unwrap_err(), Paused { is_news: true, is_short: false });
        assert_eq!(guesses.count("kim", address(98), BOUNDS, 299 * SECOND).unwrap_err(), Paused { is_news: false, is_short: false });
        assert!(guesses.count("lee", address(99), BOUNDS, 10 * SECOND).is_ok(), "another account is not concerned");
        assert!(guesses.count("kim", address(99), BOUNDS, 300 * SECOND).is_ok(), "the first guess is five minutes old");
        assert!(guesses.count("kim", address(99), BOUNDS, 300 * SECOND).is_err(), "and only the first");
    }

    #[test]
    fn twenty_guesses_from_one_address_whatever_the_account() {
        let guesses = Guesses::default();
        for n in 0..20 {
            assert!(guesses.count(&format!("name{n}"), address(1), BOUNDS, 0).is_ok());
        }
        assert_eq!(guesses.count("kim", address(1), BOUNDS, 0).unwrap_err(), Paused { is_news: true, is_short: false });
        assert!(guesses.count("kim", address(2), BOUNDS, 0).is_ok());
    }

    #[test]
    fn after_five_guesses_each_waits_a_quarter_of_a_minute_for_an_account_and_from_an_address() {
        let guesses = Guesses::default();
        let slowly = |name: &str, from: u8, second: u64| guesses.count_slowly(name, address(from), BOUNDS, second * SECOND).map(drop);
        (0..5).for_each(|n| slowly("kim", n, 0).unwrap());
        assert_eq!(slowly("kim", 9, 14), Err(Paused { is_news: false, is_short: true }), "wherever it comes from");
        assert_eq!(slowly("kim", 9, 15), Ok(()));
        assert!(slowly("kim", 9, 29).is_err(), "from the last one that was tried");
        (0..5).for_each(|n| slowly(&format!("name{n}"), 20, 0).unwrap());
        assert!(slowly("lee", 20, 14).is_err() && slowly("lee", 21, 14).is_ok(), "whoever is meant");
        assert!((2..6).all(|n| slowly("kim", 9, n * 15).is_ok()), "ten in all");
        assert_eq!(slowly("kim", 9, 100), Err(Paused { is_news: true, is_short: false }));
    }

    #[test]
    fn a_thousand_at_once_are_ten_and_one_that_was_right_does_not_count() {
        let guesses = Guesses::default();
        let tried = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..50)
                .map(|n| {
                    scope.spawn({
                        let guesses = &guesses;
                        move || (0..20).filter(|m| guesses.count("kim", address(n), BOUNDS, *m).is_ok()).count()
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum::<usize>()
        });
        assert_eq!(tried, 10);
        let guesses = Guesses::default();
        for _ in 0..100 {
            guesses.count("kim", address(1), BOUNDS, 0).unwrap().forgive();
        }
    }
}
