//! One keyed 64-bit key for every place an entry can stand: a host suffix, or a host suffix and a path prefix.
//!
//! The key of a longer suffix or prefix is one hash step from the key of the shorter one, so that all probes of an
//! address cost one step each. The compiler and the matcher must both use this file and nothing else: an entry and an
//! address can only meet in the same key. The secret makes it useless to prepare addresses that collide; it must
//! never be written into an image or printed.

use crate::canon::HostKind;
use aws_lc_rs::{hmac, rand};
use rapidhash::v3::{RapidSecrets, rapidhash_v3_nano_inline};
use std::fmt;
use zeroize::Zeroizing;

/// The secret of one installation, 256 bits: fast keys and statutory digests are derived from it.
///
/// Whoever does the I/O keeps it beside the images, readable by the service alone (security register A7).
#[derive(Clone)]
pub struct InstallationKey(Zeroizing<[u8; 32]>);

/// The system has no randomness to give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the system gives no random bytes, so no installation key can be made")]
pub struct NoRandomness;

impl InstallationKey {
    /// The key with these bytes, as they were kept.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// A new random key.
    ///
    /// # Errors
    /// [`NoRandomness`] when the system has none.
    pub fn generate() -> Result<Self, NoRandomness> {
        let mut bytes = Zeroizing::new([0; 32]);
        rand::fill(bytes.as_mut_slice()).map_err(|_| NoRandomness)?;
        Ok(Self(bytes))
    }

    /// The bytes, to be kept in a file of mode 0600.
    #[must_use]
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// 32 bytes for one purpose, which tell nothing about the key or about another purpose.
    pub(crate) fn derive(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, self.0.as_slice()), purpose.as_bytes());
        let mut out = Zeroizing::new([0; 32]);
        out.copy_from_slice(&tag.as_ref()[..32]);
        out
    }

    /// Eight bytes that stand in an image, to tell an image of another installation from a damaged one.
    pub(crate) fn check(&self) -> [u8; 8] {
        let derived = self.derive("lifeguard list image check 1");
        std::array::from_fn(|i| derived[i])
    }
}

impl fmt::Debug for InstallationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InstallationKey(hidden)")
    }
}

/// Where an entry can stand. The top bits choose the bucket, the low 40 are kept there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key(pub(crate) u64);

/// Takes the steps from one key to the next.
#[derive(Clone)]
pub(crate) struct KeySteps {
    secrets: RapidSecrets,
    name_root: u64,
    address_root: u64,
}

impl fmt::Debug for KeySteps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeySteps(hidden)")
    }
}

impl KeySteps {
    pub(crate) fn new(installation: &InstallationKey) -> Self {
        let (first, second) = (installation.derive("lifeguard fast keys 1"), installation.derive("lifeguard fast keys 2"));
        let word = |bytes: &[u8; 32], i: usize| u64::from_le_bytes(std::array::from_fn(|k| bytes[i * 8 + k]));
        let secrets = std::array::from_fn(|i| word(if i < 4 { &first } else { &second }, i % 4) | 1);
        let roots = installation.derive("lifeguard fast keys 3");
        Self { secrets: RapidSecrets { seed: word(&roots, 0), secrets }, name_root: word(&roots, 1), address_root: word(&roots, 2) }
    }

    /// Before the first label of a name.
    #[inline]
    pub(crate) fn name_root(&self) -> Key {
        Key(self.name_root)
    }

    /// The key of an address host, which has no suffixes.
    #[inline]
    pub(crate) fn address(&self, host: &str) -> Key {
        self.step(Key(self.address_root), host.as_bytes())
    }

    /// One more label to the left, or one more path segment to the right.
    #[inline]
    pub(crate) fn step(&self, from: Key, part: &[u8]) -> Key {
        Key(rapidhash_v3_nano_inline::<true, false>(part, &RapidSecrets { seed: from.0, secrets: self.secrets.secrets }))
    }

    /// The root of a host's pages. No label and no segment holds a slash, so that it meets no other key.
    #[inline]
    pub(crate) fn pages(&self, host: Key) -> Key {
        self.step(host, b"/")
    }

    /// The place of an entry that covers one page and nothing below it.
    #[inline]
    pub(crate) fn exactly(&self, page: Key) -> Key {
        self.step(page, b"/=")
    }

    /// The key of a whole host.
    pub(crate) fn host(&self, host: &str, kind: HostKind) -> Key {
        match kind {
            HostKind::Name => host.rsplit('.').fold(self.name_root(), |key, label| self.step(key, label.as_bytes())),
            HostKind::Ipv4(_) | HostKind::Ipv6(_) => self.address(host),
        }
    }

    /// The key of a whole page.
    pub(crate) fn page(&self, host: Key, path: &[u8]) -> Key {
        segments(path).fold(self.pages(host), |key, segment| self.step(key, segment))
    }
}

/// The segments of a canonical path; none for the root.
pub(crate) fn segments(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    path.split(|&byte| byte == b'/').take(if path.is_empty() { 0 } else { usize::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_depends_on_every_part_and_on_the_secret() {
        let steps = KeySteps::new(&InstallationKey::from_bytes([7; 32]));
        let other = KeySteps::new(&InstallationKey::from_bytes([8; 32]));
        let host = steps.host("a.example.test", HostKind::Name);
        assert_eq!(host, steps.step(steps.host("example.test", HostKind::Name), b"a"));
        assert_ne!(host, other.host("a.example.test", HostKind::Name));
        assert_ne!(host, steps.address("a.example.test"));
        assert_ne!(steps.page(host, b"x/y"), steps.page(host, b"xy"));
        assert_ne!(steps.page(host, b""), host);
        assert_eq!(steps.page(host, b"x/y"), steps.step(steps.page(host, b"x"), b"y"));
    }

    #[test]
    fn an_installation_key_is_not_printed() {
        assert_eq!(format!("{:?}", InstallationKey::from_bytes([65; 32])), "InstallationKey(hidden)");
    }
}
