//! Who has read which warning, and the token that proves it: bound to whoever it was shown to, host and time, so that a link cannot be
//! handed on or guessed. Bounded; forgotten at a restart.

use super::signed::Signed;
use super::whose::Whose;
use crate::model::Timestamp;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// A warning that was read counts for an hour.
const LASTS_S: i64 = 3600;
/// A token must be used within ten minutes.
const TOKEN_S: i64 = 600;
/// At most this many are remembered.
const REMEMBERED: usize = 50_000;

/// The warnings that were read.
#[derive(Default)]
pub struct Warned {
    tokens: Signed,
    read: Mutex<HashMap<(Whose, Box<str>), i64>>,
}

impl Warned {
    /// Has whoever asks read the warning for this host not long ago?
    #[must_use]
    pub fn has_read(&self, whose: &Whose, host: &str, now: Timestamp) -> bool {
        let read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        read.get(&(whose.clone(), host.into())).is_some_and(|until| *until > now.seconds())
    }

    /// A token for the page that warns.
    #[must_use]
    pub fn token(&self, whose: &Whose, host: &str, now: Timestamp) -> Option<String> {
        self.tokens.token(whose, host, now, TOKEN_S)
    }

    /// Is this a token that was given to them for this, not long ago?
    #[must_use]
    pub fn is_good(&self, whose: &Whose, host: &str, token: &str, now: Timestamp) -> bool {
        self.tokens.is_good(whose, host, token, now)
    }

    /// Takes a token back. `true`: from now on the warning counts as read.
    pub fn accept(&self, whose: &Whose, host: &str, token: &str, now: Timestamp) -> bool {
        if !self.is_good(whose, host, token, now) {
            return false;
        }
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if read.len() >= REMEMBERED {
            read.retain(|_, until| *until > now.seconds());
            if read.len() >= REMEMBERED {
                read.clear();
            }
        }
        read.insert((whose.clone(), host.into()), now.seconds() + LASTS_S);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str) -> Whose {
        Whose::Person(name.into())
    }

    #[test]
    fn a_token_is_good_for_one_person_or_device_one_host_and_ten_minutes() {
        let device = |text: &str| Whose::Device(text.parse().unwrap());
        for (me, other) in
            [(device("192.0.2.1"), device("192.0.2.2")), (person("kim"), person("lee")), (person("192.0.2.1"), device("192.0.2.1"))]
        {
            let (warned, now) = (Warned::default(), Timestamp::from_seconds(1_000_000));
            let token = warned.token(&me, "games.test", now).unwrap();
            assert!(!token.contains("kim"), "{token}");
            assert!(!warned.accept(&other, "games.test", &token, now));
            assert!(!warned.accept(&me, "else.test", &token, now));
            assert!(!warned.accept(&me, "games.test", &token, Timestamp::from_seconds(1_000_601)));
            assert!(!warned.accept(&me, "games.test", "1000600-00", now));
            assert!(!warned.accept(&me, "games.test", "é-é", now));
            assert!(!warned.has_read(&me, "games.test", now));
            assert!(warned.accept(&me, "games.test", &token, now));
            assert!(warned.has_read(&me, "games.test", now));
            assert!(!warned.has_read(&other, "games.test", now));
            assert!(!warned.has_read(&me, "games.test", Timestamp::from_seconds(1_003_601)));
        }
    }

    #[test]
    fn a_bar_in_a_name_makes_nobody_another() {
        let warned = Warned::default();
        let now = Timestamp::from_seconds(1_000_000);
        let token = warned.token(&person("kim|games.test"), "x.test", now).unwrap();
        assert!(
            !warned.accept(&person("kim"), "games.test|x.test", &token, now),
            "a host has no bar: what comes after the second one is the name"
        );
    }
}
