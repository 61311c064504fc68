//! An entry of a list as an address that can be asked for, in parts that a spelling writes anew.
//!
//! Must never show itself: entries of statutory lists come through here.

use crate::canon::{HostKind, ListEntry};

/// Host, path and pairs of one entry.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    /// Canonical host, without brackets.
    pub host: Box<str>,
    /// What kind of host.
    pub kind: HostKind,
    /// Canonical path without its first slash; empty: the root.
    pub path: Vec<u8>,
    /// Pairs of the query.
    pub pairs: Vec<(Vec<u8>, Vec<u8>)>,
    /// The entry is for a page; else it is for the whole host.
    pub is_page: bool,
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Address(hidden)")
    }
}

impl From<&ListEntry> for Address {
    fn from(entry: &ListEntry) -> Self {
        Self {
            host: entry.host.as_str().into(),
            kind: entry.host_kind,
            path: entry.path.clone().unwrap_or_default(),
            pairs: entry.pairs.iter().map(|(name, value)| (name.to_vec(), value.to_vec())).collect(),
            is_page: entry.path.is_some(),
        }
    }
}

impl Address {
    /// The host as an address writes it.
    #[must_use]
    pub fn host_text(&self) -> String {
        match self.kind {
            HostKind::Ipv6(_) => format!("[{}]", self.host),
            HostKind::Name | HostKind::Ipv4(_) => self.host.to_string(),
        }
    }

    /// The path with its first slash, as a request carries it.
    #[must_use]
    pub fn path_text(&self) -> Vec<u8> {
        [b"/", &encoded(&self.path, b"/")[..]].concat()
    }

    /// The query without its question mark.
    #[must_use]
    pub fn query_text(&self) -> Option<Vec<u8>> {
        (!self.pairs.is_empty()).then(|| join(&self.pairs))
    }
}

/// Pairs as a query writes them.
pub(super) fn join(pairs: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
    let pair = |(name, value): &(Vec<u8>, Vec<u8>)| [&encoded(name, b""), &b"="[..], &encoded(value, b"")].concat();
    pairs.iter().map(pair).collect::<Vec<_>>().join(&b'&')
}

/// Everything but letters, digits and `-._~` (RFC 3986 section 2.3), and what is to stay, in per cents.
pub(super) fn encoded(bytes: &[u8], stays: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for &byte in bytes {
        let plain = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') || stays.contains(&byte);
        if plain { out.push(byte) } else { out.extend(percent(byte)) }
    }
    out
}

/// `%XX`.
pub(super) fn percent(byte: u8) -> [u8; 3] {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    [b'%', DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]
}
