//! Statutory entries: keyed 256-bit digests, compared in full (standards U14, U21).
//!
//! Must never hold, print or return an entry's text, and must never answer "yes" to anything but a listed address: the
//! prescreen only says where a digest is worth computing. The digest key is derived from the installation key, which is
//! not part of an image, so that a copied image tells nothing.

use super::key::{InstallationKey, Key};
use crate::canon::WantedPair;
use crate::model::ListId;
use aws_lc_rs::hmac;
use bytemuck::{Pod, Zeroable};
use std::fmt;

/// HMAC-SHA-256 of a place or of a query pair.
pub(crate) type Digest = [u8; 32];

const NO_LIST: u8 = 255;
const HAS_PAGES: u8 = 1;
const HAS_PAIRS: u8 = 2;

/// What stands at one place: a host, or a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct Mark {
    below: u8,
    exactly: u8,
    flags: u8,
    reserved: u8,
}

impl Mark {
    const NOTHING: Self = Self { below: NO_LIST, exactly: NO_LIST, flags: 0, reserved: 0 };

    /// An entry that covers the place and all below it.
    pub(crate) const fn below(list: ListId) -> Self {
        Self { below: list.0, ..Self::NOTHING }
    }
    /// An entry that covers the page and nothing below it.
    pub(crate) const fn exactly(list: ListId) -> Self {
        Self { exactly: list.0, ..Self::NOTHING }
    }
    /// The host has entries for pages.
    pub(crate) const fn has_pages() -> Self {
        Self { flags: HAS_PAGES, ..Self::NOTHING }
    }
    /// The page has entries that ask for query pairs.
    pub(crate) const fn has_pairs() -> Self {
        Self { flags: HAS_PAIRS, ..Self::NOTHING }
    }

    /// The list of an entry that covers this place and all below it.
    pub(crate) fn list_below(self) -> Option<ListId> {
        (self.below != NO_LIST).then_some(ListId(self.below))
    }
    /// The list of an entry that covers this page alone.
    pub(crate) fn list_exactly(self) -> Option<ListId> {
        (self.exactly != NO_LIST).then_some(ListId(self.exactly))
    }
    /// Does the host have entries for pages?
    pub(crate) fn pages(self) -> bool {
        self.flags & HAS_PAGES != 0
    }
    /// Does the page have entries that ask for query pairs?
    pub(crate) fn pairs(self) -> bool {
        self.flags & HAS_PAIRS != 0
    }

    fn join(self, other: Self) -> Self {
        Self { below: self.below.min(other.below), exactly: self.exactly.min(other.exactly), flags: self.flags | other.flags, reserved: 0 }
    }
}

/// An entry that asks for query pairs.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PairedDigest {
    pub(crate) page: Digest,
    pub(crate) list: ListId,
    /// Nothing below the page, and no other pairs.
    pub(crate) exactly: bool,
    pub(crate) pairs: Vec<Digest>,
}

/// Computes digests. Nothing of it is printed.
#[derive(Clone)]
pub(crate) struct Digester(hmac::Key);

impl Digester {
    pub(crate) fn new(installation: &InstallationKey) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, installation.derive("lifeguard statutory digests 1").as_slice()))
    }

    /// No canonical host holds a NUL, and the first part says how many follow: two places never give the same bytes.
    fn digest(&self, kind: u8, parts: [&[u8]; 2]) -> Digest {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(&[kind]);
        context.update(&(parts[0].len() as u64).to_le_bytes());
        context.update(parts[0]);
        context.update(parts[1]);
        let tag = context.sign();
        std::array::from_fn(|i| tag.as_ref()[i])
    }

    pub(crate) fn host(&self, host: &str) -> Digest {
        self.digest(b'h', [host.as_bytes(), b""])
    }
    pub(crate) fn page(&self, host: &str, path: &[u8]) -> Digest {
        self.digest(b'p', [host.as_bytes(), path])
    }
    /// A pair of one page: the same pair elsewhere has another digest.
    pub(crate) fn pair(&self, page: &Digest, name: &[u8], value: &[u8]) -> Digest {
        let inner = self.digest(b'q', [name, value]);
        self.digest(b'v', [page, &inner])
    }
    pub(crate) fn pairs(&self, page: &Digest, pairs: &[WantedPair]) -> Vec<Digest> {
        let mut digests: Vec<Digest> = pairs.iter().map(|(name, value)| self.pair(page, name, value)).collect();
        digests.sort_unstable();
        digests
    }
}

/// Says where a digest is worth computing: 16 bits an entry, four of them set, all in one word.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Prescreen(pub(crate) Vec<u64>);

impl Prescreen {
    fn new(keys: &[Key]) -> Self {
        let mut screen = Self(vec![0; keys.len().div_ceil(4).max(usize::from(!keys.is_empty()))]);
        for &key in keys {
            let at = screen.word(key);
            screen.0[at] |= Self::pattern(key);
        }
        screen
    }

    #[inline]
    fn word(&self, key: Key) -> usize {
        ((u128::from(key.0) * self.0.len() as u128) >> 64) as usize
    }

    #[inline]
    fn pattern(key: Key) -> u64 {
        let bits = key.0;
        1 << (bits & 63) | 1 << (bits >> 6 & 63) | 1 << (bits >> 12 & 63) | 1 << (bits >> 18 & 63)
    }

    #[inline]
    pub(crate) fn may_hold(&self, key: Key) -> bool {
        let pattern = Self::pattern(key);
        self.0.get(self.word(key)).is_some_and(|word| word & pattern == pattern)
    }
}

/// All statutory entries of an image.
#[derive(Clone, Default)]
pub(crate) struct StatutoryTable {
    pub(crate) prescreen: Prescreen,
    /// Sorted.
    pub(crate) digests: Vec<Digest>,
    /// What stands at the place of each digest.
    pub(crate) marks: Vec<Mark>,
    /// Sorted by page.
    pub(crate) paired: Vec<PairedDigest>,
}

impl fmt::Debug for StatutoryTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StatutoryTable({} places, hidden)", self.digests.len())
    }
}

impl StatutoryTable {
    /// From the gathered places. The order does not matter.
    pub(crate) fn new(keys: &[Key], mut places: Vec<(Digest, Mark)>, mut paired: Vec<PairedDigest>) -> Self {
        places.sort_unstable_by_key(|place| place.0);
        let mut table = Self { prescreen: Prescreen::new(keys), ..Self::default() };
        for (digest, mark) in places {
            match table.marks.last_mut() {
                Some(last) if table.digests.last() == Some(&digest) => *last = last.join(mark),
                Some(_) | None => {
                    table.digests.push(digest);
                    table.marks.push(mark);
                }
            }
        }
        paired.sort_unstable();
        paired.dedup();
        table.paired = paired;
        table
    }

    /// What stands at this place, compared in full.
    pub(crate) fn mark(&self, digest: &Digest) -> Option<Mark> {
        self.digests.binary_search(digest).ok().map(|found| self.marks[found])
    }

    /// The entries of a page that ask for pairs.
    pub(crate) fn paired(&self, page: &Digest) -> &[PairedDigest] {
        let from = self.paired.partition_point(|entry| entry.page < *page);
        let to = self.paired.partition_point(|entry| entry.page <= *page);
        &self.paired[from..to]
    }

    /// Bytes in memory.
    pub(crate) fn bytes(&self) -> usize {
        let paired: usize = self.paired.iter().map(|entry| size_of::<PairedDigest>() + size_of_val(entry.pairs.as_slice())).sum();
        size_of_val(self.prescreen.0.as_slice()) + size_of_val(self.digests.as_slice()) + size_of_val(self.marks.as_slice()) + paired
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digester() -> Digester {
        Digester::new(&InstallationKey::from_bytes([3; 32]))
    }

    #[test]
    fn places_are_told_apart_in_full() {
        let digester = digester();
        let places = [
            digester.host("example.test"),
            digester.page("example.test", b""),
            digester.page("example.test", b"a"),
            digester.page("example.tes", b"ta"),
            digester.host("a.example.test"),
        ];
        for (i, place) in places.iter().enumerate() {
            assert!(places.iter().skip(i + 1).all(|other| other != place));
        }
        assert_ne!(digester.pair(&places[0], b"a", b"b"), digester.pair(&places[1], b"a", b"b"));
        assert_ne!(digester.pair(&places[0], b"a", b"b"), digester.pair(&places[0], b"ab", b""));
    }

    #[test]
    fn marks_of_one_place_are_joined() {
        let digester = digester();
        let host = digester.host("example.test");
        let places = vec![(host, Mark::has_pages()), (host, Mark::below(ListId(3))), (host, Mark::below(ListId(1)))];
        let table = StatutoryTable::new(&[Key(7)], places, Vec::new());
        let mark = table.mark(&host).unwrap();
        assert_eq!((mark.list_below(), mark.list_exactly(), mark.pages(), mark.pairs()), (Some(ListId(1)), None, true, false));
        assert!(table.mark(&digester.host("example.invalid")).is_none());
        assert_eq!(format!("{table:?}"), "StatutoryTable(1 places, hidden)");
    }

    #[test]
    fn the_prescreen_never_misses_and_seldom_cries_wolf() {
        let spread = |n: u64| Key((n + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(31).wrapping_mul(0xd6e8_feb8_6659_fd93));
        let keys: Vec<Key> = (0..10_000).map(spread).collect();
        let screen = Prescreen::new(&keys);
        assert!(keys.iter().all(|&key| screen.may_hold(key)));
        let wolves = (10_000..110_000).filter(|&n| screen.may_hold(spread(n))).count();
        assert!(wolves < 2_000, "{wolves} of 100,000");
        assert!(!Prescreen::default().may_hold(Key(1)));
    }
}
