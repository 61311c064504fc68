//! Tokens for our own forms and links: bound to a client, to what they are for, and to a time, so that none can be guessed or handed on.

use crate::model::Timestamp;
use aws_lc_rs::{hmac, rand::SystemRandom};
use std::fmt::Display;

/// Makes and reads tokens. The key is made at start and never leaves this process.
pub struct Signed(Option<hmac::Key>);

impl Default for Signed {
    fn default() -> Self {
        // Without randomness there is no token, and so no way past a page: closed, not open.
        Self(hmac::Key::generate(hmac::HMAC_SHA256, &SystemRandom::new()).ok())
    }
}

impl Signed {
    /// A token that is good for this client, for `what`, for so many seconds.
    #[must_use]
    pub fn token(&self, client: &impl Display, what: &str, now: Timestamp, seconds: i64) -> Option<String> {
        let until = now.seconds() + seconds;
        let tag = hmac::sign(self.0.as_ref()?, message(client, what, until).as_bytes());
        let hex: String = tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        Some(format!("{until}-{hex}"))
    }

    /// Is it one of ours, for this client and for `what`, and still good?
    #[must_use]
    pub fn is_good(&self, client: &impl Display, what: &str, token: &str, now: Timestamp) -> bool {
        let Some(key) = &self.0 else { return false };
        let Some((until, hex)) = token.split_once('-') else { return false };
        let Ok(until) = until.parse::<i64>() else { return false };
        let tag: Option<Vec<u8>> =
            (0..hex.len()).step_by(2).map(|at| hex.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok())).collect();
        let Some(tag) = tag else { return false };
        until >= now.seconds() && hmac::verify(key, message(client, what, until).as_bytes(), &tag).is_ok()
    }
}

fn message(client: &impl Display, what: &str, until: i64) -> String {
    // The length parts what it is for from whose it is: a bar in either makes nothing another.
    format!("{until}|{}|{what}|{client}", what.len())
}
