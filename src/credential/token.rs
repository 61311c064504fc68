//! Secrets that a machine makes: 160 random bits, shown once, kept as their SHA-256.

use super::base32::to_base32;
use aws_lc_rs::digest::{SHA256, digest};
use zeroize::Zeroizing;

/// The SHA-256 of a secret: what is kept of it. A secret of 160 random bits needs no slow hash.
pub type Digest = [u8; 32];

const BYTES: usize = 20;

/// The machine has no random numbers to give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no randomness for a secret")]
pub struct NoRandomness;

/// A secret that a machine made.
#[derive(Clone)]
pub struct Token(Zeroizing<[u8; BYTES]>);

impl Token {
    /// Makes one.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn fresh() -> Result<Self, NoRandomness> {
        let mut bytes = Zeroizing::new([0; BYTES]);
        aws_lc_rs::rand::fill(&mut bytes[..]).map_err(|_| NoRandomness)?;
        Ok(Self(bytes))
    }

    /// As a cookie or a form carries it: 32 letters and digits.
    #[must_use]
    pub fn text(&self) -> String {
        to_base32(&self.0[..])
    }

    /// As people type it: small letters in groups of four.
    #[must_use]
    pub fn for_people(&self) -> String {
        let text = self.text().to_ascii_lowercase();
        let groups: Vec<&str> = (0..text.len()).step_by(4).map(|at| &text[at..(at + 4).min(text.len())]).collect();
        groups.join("-")
    }

    /// Its raw bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0[..]
    }

    /// What is kept of it.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Self::digest_of(&self.text())
    }

    /// What would be kept of a secret that somebody brings, however they typed it.
    #[must_use]
    pub fn digest_of(typed: &str) -> Digest {
        let plain: Zeroizing<String> =
            Zeroizing::new(typed.chars().filter(|c| !matches!(c, ' ' | '-')).map(|c| c.to_ascii_uppercase()).collect());
        let mut out = [0; 32];
        out.copy_from_slice(digest(&SHA256, plain.as_bytes()).as_ref());
        out
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_known_again_however_it_is_typed_and_never_shown_by_accident() {
        let token = Token::fresh().unwrap();
        assert_eq!((token.text().len(), token.for_people().len()), (32, 39));
        assert_eq!(Token::digest_of(&token.for_people()), token.digest());
        assert_eq!(Token::digest_of(&format!(" {} ", token.text())), token.digest());
        assert_ne!(Token::fresh().unwrap().digest(), token.digest());
        assert_eq!(format!("{token:?}"), "Token(..)");
    }
}
