//! Trips to the organisation's sign-in service and back: what binds the answer to the browser that asked (RFC 9700, 2.1 and 4.7).
//!
//! A cookie of ten minutes holds a secret and a time; state, nonce and verifier come from it and a key of this process, so that nothing is
//! kept for whoever only knocks. An answer counts once.

use super::organisation_works::Trip;
use crate::credential::{NoRandomness, Token, to_base32};
use crate::model::Timestamp;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use moka::sync::Cache;
use std::time::Duration;

/// How long somebody may take, in seconds.
pub(super) const SECONDS: i64 = 600;
/// Answers that are remembered as used.
const MOST: u64 = 10_000;

/// What trips are made with.
pub(super) struct Trips {
    key: hmac::Key,
    used: Cache<String, ()>,
}

impl Trips {
    pub(super) fn new() -> Result<Self, NoRandomness> {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &[Token::fresh()?.bytes(), Token::fresh()?.bytes()].concat());
        let used = Cache::builder().max_capacity(MOST).time_to_live(Duration::from_secs(SECONDS.unsigned_abs())).build();
        Ok(Self { key, used })
    }

    /// A new one, and what its cookie holds.
    pub(super) fn begin(&self, now: Timestamp) -> Result<(String, Trip), NoRandomness> {
        let cookie = format!("{}.{}", Token::fresh()?.text(), now.seconds());
        let trip = self.of(&cookie);
        Ok((cookie, trip))
    }

    /// The one of a cookie, if this state belongs to it, it is in time, and no answer to it came before.
    pub(super) fn end(&self, cookie: &str, state: &str, now: Timestamp) -> Option<Trip> {
        let began: i64 = cookie.split_once('.')?.1.parse().ok()?;
        let trip = self.of(cookie);
        verify_slices_are_equal(trip.state.as_bytes(), state.as_bytes()).ok()?;
        if !(0..SECONDS).contains(&now.seconds().checked_sub(began)?) {
            return None;
        }
        self.used.entry(trip.state.clone()).or_insert(()).is_fresh().then_some(trip)
    }

    fn of(&self, cookie: &str) -> Trip {
        let part = |what: &str| to_base32(hmac::sign(&self.key, format!("{what} of {cookie}").as_bytes()).as_ref());
        Trip { state: part("state"), nonce: part("nonce"), verifier: part("verifier") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trip_ends_once_in_time_and_in_the_browser_where_it_began() {
        let (trips, now) = (Trips::new().unwrap(), Timestamp::from_seconds(1_764_000_000));
        let later = |seconds: i64| Timestamp::from_seconds(now.seconds() + seconds);
        let (cookie, trip) = trips.begin(now).unwrap();
        let (other, foreign) = trips.begin(now).unwrap();
        // 43 to 128 characters that need no escape (RFC 7636, 4.1).
        assert!((43..=128).contains(&trip.verifier.len()) && trip.verifier.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        assert!(trip.state != trip.nonce && trip.nonce != trip.verifier && trip.state != foreign.state);
        let longer = cookie.replace(&now.seconds().to_string(), &later(3600).seconds().to_string());
        for (cookie, state, at) in [
            (other.as_str(), trip.state.as_str(), now),
            (&cookie, &foreign.state, now),
            (&cookie, "", now),
            ("", &trip.state, now),
            (&longer, &trip.state, later(3600)),
            (&cookie, &trip.state, later(SECONDS)),
            (&cookie, &trip.state, later(-1)),
        ] {
            assert_eq!(trips.end(cookie, state, at), None, "{cookie} {state}");
        }
        assert_eq!(Trips::new().unwrap().end(&cookie, &trip.state, now), None, "another process");
        assert_eq!(trips.end(&cookie, &trip.state, later(SECONDS - 1)), Some(trip.clone()));
        assert_eq!(trips.end(&cookie, &trip.state, now), None, "once");
    }
}
