//! From raw bytes to a canonical address.

use super::CanonicalUrl;

/// The raw bytes of an address, by where they stood.
#[derive(Clone, Copy, Debug)]
pub enum RawTarget<'a> {
    /// Absolute-form request target, `http://host/path` (RFC 9112 section 3.2.2).
    Absolute(&'a [u8]),
    /// Origin-form target and the value of the one `Host` field (RFC 9112 section 3.2.1).
    Origin {
        /// Value of `Host`.
        host: &'a [u8],
        /// Path and query.
        target: &'a [u8],
    },
    /// CONNECT authority, `host:port` (RFC 9112 section 3.2.3).
    Authority(&'a [u8]),
    /// Name in a TLS ClientHello (RFC 6066 section 3).
    ServerName(&'a [u8]),
}

/// Why an address cannot be read in one sure way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnreadableKind {
    /// Placeholder of the skeleton.
    Malformed,
}

/// An address that cannot be read, and where it went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind:?} at byte {at}")]
pub struct Unreadable {
    /// What is wrong.
    pub kind: UnreadableKind,
    /// Byte offset in the raw target (or in the `Host` value for origin-form host faults).
    pub at: usize,
}

/// Sites that carry another address in their path or query (rule R5).
#[derive(Clone, Debug, Default)]
pub struct Wrappers;

/// Reads an address.
///
/// # Errors
/// [`Unreadable`] with kind and byte offset; such a request is refused.
pub fn canonicalise(raw: RawTarget<'_>, wrappers: &Wrappers) -> Result<CanonicalUrl, Unreadable> {
    let _ = (raw, wrappers);
    Err(Unreadable { kind: UnreadableKind::Malformed, at: 0 })
}
