//! The hash chain that runs through all frames of all segments. It must never depend on anything but the bytes that lie on disk,
//! so that a stranger can recompute it (security L6, L11).
//!
//! Invariants:
//!
//! * The chain starts at 32 zero bytes.
//! * Each frame moves it on: `next = SHA-256(previous || frame without its checksum)`. The frame's own length, kind and sequence
//!   number are part of what is hashed, and so is every head, checkpoint and end frame.
//! * The head of a segment repeats the chain value at which its predecessor stands; so the chain runs on from file to file.

use aws_lc_rs::digest::{Context, SHA256};
use std::fmt;

/// Where the chain stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ChainValue(pub [u8; 32]);

impl ChainValue {
    /// Where every chain starts.
    pub const START: Self = Self([0; 32]);

    /// Moves on over one frame, given without its checksum.
    #[must_use]
    pub fn next(self, frame: &[u8]) -> Self {
        let mut context = Context::new(&SHA256);
        context.update(&self.0);
        context.update(frame);
        Self::from_digest(context.finish().as_ref())
    }

    /// The SHA-256 of bytes that are no part of the chain, such as a torn tail.
    #[must_use]
    pub fn digest(bytes: &[u8]) -> Self {
        Self::from_digest(aws_lc_rs::digest::digest(&SHA256, bytes).as_ref())
    }

    /// Reads what [`Display`](fmt::Display) writes: 64 hexadecimal digits. `None` for anything else.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        let is_hex = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let pairs = is_hex.then(|| text.as_bytes().chunks_exact(2))?;
        let value: Option<Vec<u8>> = pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect();
        value?.try_into().ok().map(Self)
    }

    fn from_digest(digest: &[u8]) -> Self {
        Self(digest.try_into().expect("SHA-256 gives 32 bytes"))
    }
}

impl fmt::Display for ChainValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ChainValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_step_is_the_hash_of_the_value_before_and_the_frame() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(ChainValue::digest(b"").to_string(), empty);
        let mut both = vec![0_u8; 32];
        both.extend_from_slice(b"abc");
        assert_eq!(ChainValue::START.next(b"abc"), ChainValue::digest(&both));
    }
}
