//! What the canonicaliser's tests share: a naive matcher to compare with, and a small random source.
//!
//! The matcher is written for clarity only: suffix hosts at label boundaries, path prefixes at segment boundaries, pairs.

#![allow(dead_code, missing_docs, unreachable_pub, clippy::unwrap_used)]

use lifeguard::canon::{CanonicalUrl, EntryOptions, Form, HostKind, ListEntry, RawTarget, Scheme, Unreadable, Wrappers};
use lifeguard::canon::{canonicalise, canonicalise_entry_with};

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A form matches an entry.
    Matched,
    /// Unreadable.
    Refused(Unreadable),
    /// Read, and no form matches.
    Passed,
}

/// A target with its own bytes.
#[derive(Clone, PartialEq, Eq)]
pub enum Case {
    Absolute(Vec<u8>),
    Origin(Vec<u8>, Vec<u8>),
    Authority(Vec<u8>),
    ServerName(Vec<u8>),
}

impl Case {
    pub fn absolute(text: impl AsRef<[u8]>) -> Self {
        Self::Absolute(text.as_ref().to_vec())
    }

    pub fn raw(&self) -> RawTarget<'_> {
        match self {
            Self::Absolute(bytes) => RawTarget::Absolute(bytes),
            Self::Origin(host, target) => RawTarget::Origin { host, target },
            Self::Authority(bytes) => RawTarget::Authority(bytes),
            Self::ServerName(bytes) => RawTarget::ServerName(bytes),
        }
    }
}

impl std::fmt::Debug for Case {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Absolute(bytes) => write!(out, "absolute {}", bytes.escape_ascii()),
            Self::Origin(host, target) => write!(out, "host {} target {}", host.escape_ascii(), target.escape_ascii()),
            Self::Authority(bytes) => write!(out, "authority {}", bytes.escape_ascii()),
            Self::ServerName(bytes) => write!(out, "server name {}", bytes.escape_ascii()),
        }
    }
}

/// A list, and the table of wrapping sites that requests are read with.
pub struct List {
    pub entries: Vec<ListEntry>,
    pub wrappers: Wrappers,
}

impl List {
    pub fn of(entries: &[&str]) -> Self {
        let read = |raw: &&str| canonicalise_entry_with(raw.as_bytes(), EntryOptions { leading_wildcard: true }).unwrap();
        Self { entries: entries.iter().map(read).collect(), wrappers: Wrappers::built_in() }
    }

    pub fn outcome(&self, case: &Case) -> Outcome {
        self.outcome_of(case.raw())
    }

    pub fn outcome_of(&self, raw: RawTarget<'_>) -> Outcome {
        match canonicalise(raw, &self.wrappers) {
            Err(fault) => Outcome::Refused(fault),
            Ok(url) if self.hits(&url) => Outcome::Matched,
            Ok(_) => Outcome::Passed,
        }
    }

    pub fn hits(&self, url: &CanonicalUrl) -> bool {
        let tunnel = url.scheme() == Scheme::Tunnel;
        url.forms().iter().any(|form| self.entries.iter().any(|entry| meets(entry, form, tunnel)))
    }
}

fn meets(entry: &ListEntry, form: &Form, tunnel: bool) -> bool {
    if !host_meets(entry, form) {
        return false;
    }
    let Some(path) = &entry.path else { return true };
    if tunnel {
        return false;
    }
    let below = !path.is_empty() && form.path().strip_prefix(&path[..]).is_some_and(|rest| rest.starts_with(b"/"));
    (form.path() == &path[..] || below) && form.has_pairs(&entry.pairs)
}

fn host_meets(entry: &ListEntry, form: &Form) -> bool {
    if entry.host_kind != HostKind::Name || form.host_kind() != HostKind::Name {
        return entry.host == form.host();
    }
    form.host().strip_suffix(&entry.host).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// A small, fast random source (SplitMix64): the same seed gives the same cases everywhere.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        value ^ (value >> 31)
    }

    /// Below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    /// True once in `times`.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub fn pick<'a, T: ?Sized>(&mut self, among: &[&'a T]) -> &'a T {
        among[self.below(among.len())]
    }
}
