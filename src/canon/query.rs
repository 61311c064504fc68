//! Queries as sets of pairs (rule P6).
//!
//! Must never depend on order, repeats or extra pairs: an entry's pairs are all there, or they are not. Names and values
//! are decoded to a fixed point and folded as paths are; `+` is a blank; a name without `=` has an empty value.

use super::decode::settle;
use super::fold::fold;
use smallvec::SmallVec;
use std::ops::Range;

/// A listed pair: name and value in canonical form.
pub type WantedPair = (Box<[u8]>, Box<[u8]>);

type Pairs = SmallVec<[(Range<u32>, Range<u32>); 8]>;

/// The pairs of one query, read once and asked often.
#[derive(Clone, Debug, Default)]
pub struct QueryPairs {
    bytes: Vec<u8>,
    /// Cut at `&`.
    plain: Pairs,
    /// Cut at `&` and `;`, where there is a `;`.
    finer: Pairs,
}

impl QueryPairs {
    /// Reads a raw query, without its `?`.
    #[must_use]
    pub fn read(raw: &[u8]) -> Self {
        let mut pairs = Self::default();
        pairs.plain = pairs.cut(raw, |byte| byte == b'&');
        if memchr::memchr(b';', raw).is_some() {
            pairs.finer = pairs.cut(raw, |byte| matches!(byte, b'&' | b';'));
        }
        pairs
    }

    /// The pairs, cut at `&` only: canonical names and values in the order in which they came.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.plain.iter().map(|pair| self.text(pair))
    }

    /// The pairs cut at `&`, and after them, where there is a `;`, those cut at `&` and `;`.
    pub fn iter_all(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.plain.iter().chain(&self.finer).map(|pair| self.text(pair))
    }

    /// Is every listed pair here? Listed names and values are canonical, as [`super::ListEntry::pairs`] holds them.
    #[must_use]
    pub fn has_all(&self, wanted: &[WantedPair]) -> bool {
        wanted.iter().all(|(name, value)| self.has(name, value))
    }

    fn has(&self, name: &[u8], value: &[u8]) -> bool {
        let found = |pairs: &Pairs, name: &[u8], value: &[u8]| pairs.iter().any(|pair| self.text(pair) == (name, value));
        found(&self.plain, name, value) || found(&self.finer, name, value) || self.has_in_pieces(name, value)
    }

    /// An entry such as `?a=1;b=2` is one pair by `&` and two by `;`; the query may hold the two anywhere.
    fn has_in_pieces(&self, name: &[u8], value: &[u8]) -> bool {
        if self.finer.is_empty() || !name.contains(&b';') && !value.contains(&b';') {
            return false;
        }
        let whole = [name, value].join(&b'=');
        let mut pieces = whole.split(|&byte| byte == b';').filter(|piece| !piece.is_empty());
        pieces.all(|piece| {
            let (name, value) = cut_name(piece);
            self.finer.iter().any(|pair| self.text(pair) == (name, value))
        })
    }

    fn text(&self, (name, value): &(Range<u32>, Range<u32>)) -> (&[u8], &[u8]) {
        let at = |range: &Range<u32>| &self.bytes[range.start as usize..range.end as usize];
        (at(name), at(value))
    }

    fn cut(&mut self, raw: &[u8], separates: impl Fn(u8) -> bool) -> Pairs {
        let pieces = raw.split(|&byte| separates(byte)).filter(|piece| !piece.is_empty());
        let mut pairs = Pairs::new();
        for piece in pieces {
            let (name, value) = cut_name(piece);
            pairs.push((self.append(name), self.append(value)));
        }
        pairs
    }

    fn append(&mut self, raw: &[u8]) -> Range<u32> {
        let start = self.bytes.len();
        settle(raw, true, &mut self.bytes);
        if self.bytes[start..].is_ascii() {
            self.bytes[start..].make_ascii_lowercase();
        } else {
            let folded = fold(self.bytes.split_off(start));
            self.bytes.extend_from_slice(&folded);
        }
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        offset(start)..offset(self.bytes.len())
    }
}

/// Name and value of one piece: what stands before and behind the first `=`.
pub(super) fn cut_name(piece: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memchr(b'=', piece) {
        Some(at) => (&piece[..at], &piece[at + 1..]),
        None => (piece, b""),
    }
}

/// The pairs of a list entry, each once, in a settled order.
pub(super) fn entry_pairs(raw: &[u8]) -> Vec<WantedPair> {
    let mut pairs: Vec<WantedPair> = QueryPairs::read(raw).iter().map(|(name, value)| (name.into(), value.into())).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meets(entry: &str, query: &str) -> bool {
        QueryPairs::read(query.as_bytes()).has_all(&entry_pairs(entry.as_bytes()))
    }

    #[test]
    fn listed_pairs_are_found_in_every_spelling() {
        for (entry, query) in [
            ("id=7", "id=7"),
            ("id=7", "x=1&id=7&y"),
            ("id=7", "id=6&id=7"),
            ("id=7", "%69d=%37"),
            ("id=7", "%2569d=%2537"),
            ("id=7", "x=1;id=7"),
            ("id=7", "ID=7"),
            ("a=1&b=2", "b=2&a=1"),
            ("q=a%20b", "q=a+b"),
            ("q=a+b", "q=a%20b"),
            ("q=a%2Bb", "q=a%252Bb"),
            ("a=1;b=2", "a=1;b=2"),
            ("a=1;b=2", "b=2;x;a=1"),
            ("a=1;b=2", "a=1%3Bb=2"),
            ("flag", "flag="),
            ("n=caf%C3%A9", "n=CAFE%CC%81"),
            ("", "x=1"),
        ] {
            assert!(meets(entry, query), "{entry} in {query}");
        }
    }

    #[test]
    fn other_queries_are_not() {
        for (entry, query) in [
            ("id=7", "id=77"),
            ("id=7", "xid=7"),
            ("id=7", ""),
            ("id=7", "id"),
            ("a=1&b=2", "a=1"),
            ("id=7", "x=id=7"),
            ("id=7", "x=1%26id=7"),
        ] {
            assert!(!meets(entry, query), "{entry} in {query}");
        }
    }
}
