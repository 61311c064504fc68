//! One-time codes of six digits that change every half minute (TOTP, RFC 6238 over HOTP, RFC 4226), as every authenticator app makes them.
//!
//! A code of the step before and of the step after is taken too: clocks differ. A step that was used once is never taken again, and
//! none before it; whoever calls keeps the number of the last one.

use super::base32::to_base32;
use super::token::{NoRandomness, Token};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use zeroize::Zeroizing;

/// Seconds for which a code is good.
pub const STEP_S: i64 = 30;
/// Steps before and after the present one that are taken as well.
const WINDOW: i64 = 1;

/// The secret that an authenticator app shares with us.
pub struct OneTimeKey(Zeroizing<Vec<u8>>);

impl OneTimeKey {
    /// Makes one: 160 bits, as RFC 4226 section 4 wants.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn fresh() -> Result<Self, NoRandomness> {
        Ok(Self(Zeroizing::new(Token::fresh()?.bytes().to_vec())))
    }

    /// One that was kept.
    #[must_use]
    pub fn kept(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// To be kept.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// As people type it into an app that cannot look at the picture.
    #[must_use]
    pub fn text(&self) -> String {
        to_base32(&self.0)
    }

    /// What stands in the picture. Names are written as in an address.
    #[must_use]
    pub fn address(&self, issuer: &str, name: &str) -> String {
        let plain = |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
        let (issuer, name) = (plain(issuer), plain(name));
        format!("otpauth://totp/{issuer}:{name}?secret={}&issuer={issuer}&algorithm=SHA1&digits=6&period={STEP_S}", self.text())
    }

    /// The code of a step.
    #[must_use]
    pub fn code(&self, step: i64) -> String {
        format!("{:06}", self.number(step) % 1_000_000)
    }

    /// RFC 4226 section 5.3.
    fn number(&self, step: i64) -> u32 {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0);
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let tag = tag.as_ref();
        let at = usize::from(tag[tag.len() - 1] & 0xf);
        u32::from_be_bytes([tag[at] & 0x7f, tag[at + 1], tag[at + 2], tag[at + 3]])
    }

    /// The step whose code was typed, if it is one that may be used now: later than `last`.
    #[must_use]
    pub fn step_of(&self, typed: &str, now_s: i64, last: i64) -> Option<i64> {
        let digits: String = typed.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
        let present = now_s.div_euclid(STEP_S);
        let mut found = None;
        // All of the window is looked at, so that time does not tell which step it was.
        for step in present - WINDOW..=present + WINDOW {
            let same = verify_slices_are_equal(self.code(step).as_bytes(), digits.as_bytes()).is_ok();
            found = found.or((same && step > last).then_some(step));
        }
        found
    }
}

impl std::fmt::Debug for OneTimeKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OneTimeKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rfc() -> OneTimeKey {
        OneTimeKey::kept(b"12345678901234567890".to_vec())
    }

    /// RFC 6238 appendix B, SHA-1 (eight digits there; six are its last six), and RFC 4226 appendix D.
    #[test]
    fn the_vectors_of_the_rfcs() {
        for (time, code) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            assert_eq!(format!("{:08}", rfc().number(time / STEP_S) % 100_000_000), code);
            assert_eq!(rfc().code(time / STEP_S), code[2..]);
        }
        for (step, code) in (0..).zip(["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"])
        {
            assert_eq!(rfc().code(step), code);
        }
    }

    #[test]
    fn a_code_is_good_for_a_step_around_and_only_once() {
        let (key, now) = (rfc(), 1_764_000_000);
        let step = now / STEP_S;
        for (offset, good) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            assert_eq!(key.step_of(&key.code(step + offset), now, 0), good.then_some(step + offset), "{offset}");
        }
        let code = key.code(step);
        assert_eq!(key.step_of(&code, now, step), None, "used already");
        assert_eq!(key.step_of(&key.code(step - 1), now, step), None, "older than the one that was used");
        assert_eq!(key.step_of(&key.code(step + 1), now, step), Some(step + 1));
        assert_eq!(key.step_of(&format!("{} {}", &code[..3], &code[3..]), now, 0), Some(step), "as an app shows it");
        for wrong in ["", "0", "000000", &code[..5], &format!("{code}0")] {
            assert_eq!(key.step_of(wrong, now, 0), None, "{wrong}");
        }
    }

    #[test]
    fn what_the_picture_says_can_be_read_by_an_app() {
        let address = rfc().address("Lifeguard, East", "kim@school.test");
        assert_eq!(
            address,
            "otpauth://totp/Lifeguard%2C%20East:kim%40school%2Etest?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Lifeguard%2C%20East&algorithm=SHA1&digits=6&period=30"
        );
        assert_eq!(format!("{:?}", rfc()), "OneTimeKey(..)");
    }
}
