//! Who has read which warning, and the token that proves it: bound to whoever it was shown to, host and time, so that a link cannot be
//! handed on or guessed. Bounded; forgotten at a restart.

use super::whose::Whose;
use crate::model::Timestamp;
use aws_lc_rs::{hmac, rand::SystemRandom};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// A warning that was read counts for an hour.
const LASTS_S: i64 = 3600;
/// A token must be used within ten minutes.
const TOKEN_S: i64 = 600;
/// At most this many are remembered.
const REMEMBERED: usize = 50_000;

/// The warnings that were read.
pub struct Warned {
    key: Option<hmac::Key>,
    read: Mutex<HashMap<(Whose, Box<str>), i64>>,
}

impl Default for Warned {
    fn default() -> Self {
        // Without randomness there is no token, and so no way past a warning: closed, not open.
        Self { key: hmac::Key::generate(hmac::HMAC_SHA256, &SystemRandom::new()).ok(), read: Mutex::default() }
    }
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
        let until = now.seconds() + TOKEN_S;
        let tag = hmac::sign(self.key.as_ref()?, message(whose, host, until).as_bytes());
        let hex: String = tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        Some(format!("{until}-{hex}"))
    }

    /// Takes a token back. `true`: from now on the warning counts as read.
    pub fn accept(&self, whose: &Whose, host: &str, token: &str, now: Timestamp) -> bool {
        let Some(key) = &self.key else { return false };
        let Some((until, hex)) = token.split_once('-') else { return false };
        let Ok(until) = until.parse::<i64>() else { return false };
        let tag: Option<Vec<u8>> =
            (0..hex.len()).step_by(2).map(|at| hex.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok())).collect();
        let Some(tag) = tag else { return false };
        if until < now.seconds() || hmac::verify(key, message(whose, host, until).as_bytes(), &tag).is_err() {
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

fn message(whose: &Whose, host: &str, until: i64) -> String {
    format!("{until}|{host}|{whose}")
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
