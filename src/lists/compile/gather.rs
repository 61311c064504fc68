//! Turns entries into keys and digests, and keeps them by the top byte of the key until the image is built.
//!
//! Must never keep the text of an entry beyond the call, but for rules and the query pairs of category entries.

use super::report::Reading;
use super::spec::PageMatch;
use super::tally::Tally;
use crate::canon::{HostKind, ListEntry, WantedPair};
use crate::lists::format::Sink;
use crate::lists::image::Shapes;
use crate::lists::key::Key;
use crate::lists::names::NameGatherer;
use crate::lists::pairs::PairedEntry;
use crate::lists::sets::{HAS_PAGES, HAS_PAIRS};
use crate::lists::statutory::{Digest, Mark, PairedDigest};
use crate::lists::{ListKind, Secrets, segments};
use crate::model::ListId;
use std::sync::Arc;

/// Shares of keys by their top byte.
pub(super) const SHARES: usize = 256;

/// A rule and where it stood, so that it can be named when it does not fit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct GatheredRule {
    pub(super) list: ListId,
    pub(super) file: Arc<str>,
    pub(super) line: u64,
    pub(super) text: Box<str>,
}

/// Everything that one thread has read.
#[derive(Default)]
pub(super) struct Gathered {
    /// Of each share: the low 56 bits of a key, and the number of a list or mark in the lowest byte.
    pub(super) keys: Vec<Vec<u64>>,
    pub(super) pairs: Vec<PairedEntry>,
    pub(super) places: Vec<(Digest, Mark)>,
    pub(super) place_keys: Vec<Key>,
    pub(super) paired: Vec<PairedDigest>,
    pub(super) keywords: Vec<GatheredRule>,
    pub(super) expressions: Vec<GatheredRule>,
    pub(super) shapes: Shapes,
    pub(super) names: NameGatherer,
}

impl Gathered {
    pub(super) fn new() -> Self {
        Self { keys: vec![Vec::new(); SHARES], ..Self::default() }
    }

    #[inline]
    fn push(&mut self, key: Key, number: u8) {
        let share = &mut self.keys[(key.0 >> 56) as usize];
        if share.len() == share.capacity() {
            // A quarter more, not twice as much: memory at the peak counts.
            share.reserve_exact((share.len() / 4).max(64));
        }
        share.push(key.0 << 8 | u64::from(number));
    }
}

/// One thread's way of taking entries of one list.
pub(super) struct Gatherer<'a> {
    pub(super) gathered: &'a mut Gathered,
    pub(super) tally: Tally,
    pub(super) secrets: &'a Secrets,
    pub(super) list: ListId,
    pub(super) kind: ListKind,
    pub(super) page_match: PageMatch,
    pub(super) file: Arc<str>,
    pub(super) line: u64,
}

impl Sink for Gatherer<'_> {
    #[inline]
    fn name(&mut self, host: &str) {
        match self.kind {
            ListKind::Category => {
                let key = self.name_key(host);
                self.gathered.push(key, self.list.0);
                self.gathered.names.host(self.list, host);
                self.tally.readings.hosts += 1;
            }
            ListKind::Statutory => {
                self.statutory(&ListEntry { host: host.to_owned(), host_kind: HostKind::Name, path: None, pairs: Vec::new() });
            }
        }
    }

    fn entry(&mut self, entry: ListEntry) {
        match self.kind {
            ListKind::Category => self.category(entry),
            ListKind::Statutory => self.statutory(&entry),
        }
    }

    fn keyword(&mut self, text: &str) {
        let rule = self.rule(text);
        self.gathered.keywords.push(rule);
    }

    fn expression(&mut self, text: &str) {
        let rule = self.rule(text);
        self.tally.expressions += 1;
        self.gathered.expressions.push(rule);
    }
}

impl Gatherer<'_> {
    #[inline]
    fn name_key(&mut self, host: &str) -> Key {
        let steps = &self.secrets.steps;
        let (mut key, mut labels) = (steps.name_root(), 0_u32);
        for label in host.as_bytes().rsplit(|&byte| byte == b'.') {
            key = steps.step(key, label);
            labels += 1;
        }
        self.gathered.shapes.host_labels |= 1 << labels.min(127);
        key
    }

    fn category(&mut self, entry: ListEntry) {
        let host = match entry.host_kind {
            HostKind::Name => self.name_key(&entry.host),
            HostKind::Ipv4(_) | HostKind::Ipv6(_) => self.secrets.steps.address(&entry.host),
        };
        let Some(path) = entry.path else {
            self.gathered.push(host, self.list.0);
            if entry.host_kind == HostKind::Name {
                self.gathered.names.host(self.list, &entry.host);
            }
            return self.tally.reading(Reading::Host);
        };
        let exactly = self.page_match == PageMatch::Exact;
        let page = self.secrets.steps.page(host, &path);
        self.gathered.push(host, HAS_PAGES);
        let shapes = &mut self.gathered.shapes;
        shapes.page_segments = shapes.page_segments.max(count_segments(&path));
        shapes.exact_pages |= exactly;
        if entry.pairs.is_empty() {
            let place = if exactly { self.secrets.steps.exactly(page) } else { page };
            self.gathered.push(place, self.list.0);
            return self.tally.reading(Reading::Page);
        }
        self.gathered.push(page, HAS_PAIRS);
        self.gathered.pairs.push(PairedEntry { page, list: self.list, exactly, wanted: entry.pairs });
        self.tally.reading(Reading::PageWithQuery);
    }

    fn statutory(&mut self, entry: &ListEntry) {
        let host = self.secrets.steps.host(&entry.host, entry.host_kind);
        let host_digest = self.secrets.digester.host(&entry.host);
        let reading = match &entry.path {
            None => {
                self.place(host, host_digest, Mark::below(self.list));
                Reading::Host
            }
            Some(path) => {
                self.place(host, host_digest, Mark::has_pages());
                self.statutory_page(host, entry, path)
            }
        };
        self.tally.reading(reading);
        self.tally.reading_of_line(self.line, reading);
    }

    fn statutory_page(&mut self, host: Key, entry: &ListEntry, path: &[u8]) -> Reading {
        let key = self.secrets.steps.page(host, path);
        let page = self.secrets.digester.page(&entry.host, path);
        let shapes = &mut self.gathered.shapes;
        shapes.statutory_segments = shapes.statutory_segments.max(count_segments(path));
        let exactly = self.page_match == PageMatch::Exact;
        if entry.pairs.is_empty() {
            let mark = if exactly { Mark::exactly(self.list) } else { Mark::below(self.list) };
            self.place(key, page, mark);
            return Reading::Page;
        }
        self.place(key, page, Mark::has_pairs());
        let mut ways = vec![entry.pairs.clone()];
        ways.extend(cut_finer(&entry.pairs));
        for way in ways {
            let pairs = self.secrets.digester.pairs(&page, &way);
            self.gathered.paired.push(PairedDigest { page, list: self.list, exactly, pairs });
        }
        Reading::PageWithQuery
    }

    fn place(&mut self, key: Key, digest: Digest, mark: Mark) {
        self.gathered.place_keys.push(key);
        self.gathered.places.push((digest, mark));
    }

    fn rule(&mut self, text: &str) -> GatheredRule {
        self.tally.reading(Reading::Rule);
        GatheredRule { list: self.list, file: Arc::clone(&self.file), line: self.line, text: text.into() }
    }
}

fn count_segments(path: &[u8]) -> u32 {
    u32::try_from(segments(path).count()).unwrap_or(u32::MAX)
}

/// The pairs cut at `;` too, where they can be (rule P6, tier 2).
fn cut_finer(pairs: &[WantedPair]) -> Option<Vec<WantedPair>> {
    if !pairs.iter().any(|(name, value)| name.contains(&b';') || value.contains(&b';')) {
        return None;
    }
    let mut finer: Vec<WantedPair> = Vec::new();
    for (name, value) in pairs {
        let whole = if value.is_empty() { name.to_vec() } else { [name, value.as_ref()].join(&b'=') };
        for piece in whole.split(|&byte| byte == b';').filter(|piece| !piece.is_empty()) {
            let (name, value) = match memchr::memchr(b'=', piece) {
                Some(at) => (&piece[..at], &piece[at + 1..]),
                None => (piece, b"".as_slice()),
            };
            finer.push((name.into(), value.into()));
        }
    }
    finer.sort_unstable();
    finer.dedup();
    Some(finer)
}
