//! What the tree keeps of a closed segment, in a small file beside it: enough for proofs and for carrying on without reading the segment.
//! Derived, never a source of truth: signed heads decide, and a sidecar that is missing or broken is made anew from the segment.
//!
//! # Format
//!
//! Lines of text, each ended by a line feed: `lifeguard tree 1`; `segment FILE`; `start N` and `count N`, the index of its first leaf and
//! how many there are; `before BASE64` for each canonical piece of all leaves before it; `node BASE64` for each of its own; last,
//! `sum BASE64`: SHA-256 of all lines before. Pieces and leaves: [`crate::record::tree`].

use super::files::read_small;
use crate::record::chain::ChainValue;
use crate::record::tree::{Span, TreeHash};
use crate::store::files::{Files, append_all};
use crate::store::name::{SEGMENT, UNFINISHED};
use std::fmt::Write;
use std::io;

const FIRST: &str = "lifeguard tree 1";

/// What is kept of one segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sidecar {
    /// File name of the segment.
    pub(crate) segment: String,
    /// All leaves before it.
    pub(crate) before: Span,
    /// Its own.
    pub(crate) own: Span,
}

/// The sidecar's file for a segment's file.
pub(crate) fn sidecar_name(segment: &str) -> String {
    format!("{}.tree", segment.strip_suffix(SEGMENT).unwrap_or(segment))
}

impl Sidecar {
    /// The tree behind this segment.
    pub(crate) fn after(&self) -> Span {
        let mut tree = self.before.clone();
        let follows = tree.join(&self.own);
        debug_assert!(follows, "a sidecar's spans follow one another");
        tree
    }

    pub(crate) fn encode(&self) -> String {
        let mut out = format!("{FIRST}\nsegment {}\nstart {}\ncount {}\n", self.segment, self.own.start(), self.own.count());
        let lines = [("before", &self.before), ("node", &self.own)];
        for (word, hash) in lines.iter().flat_map(|(word, span)| span.nodes().iter().map(move |hash| (word, hash))) {
            // Writing to a String cannot fail.
            writeln!(out, "{word} {hash}").unwrap_or_default();
        }
        let sum = TreeHash(ChainValue::digest(out.as_bytes()).0);
        writeln!(out, "sum {sum}").unwrap_or_default();
        out
    }

    /// `None` for anything that [`Sidecar::encode`] would not have written.
    pub(crate) fn decode(text: &str) -> Option<Self> {
        let mut lines = text.lines().skip(1);
        let mut value = |word: &str| lines.next()?.strip_prefix(word)?.strip_prefix(' ');
        let segment = value("segment")?.to_owned();
        let (start, count): (u64, u64) = (value("start")?.parse().ok()?, value("count")?.parse().ok()?);
        let rest: Vec<&str> = lines.collect();
        let hashes = |word: &str| -> Option<Vec<TreeHash>> {
            let own = rest.iter().filter_map(|line| line.strip_prefix(word)?.strip_prefix(' '));
            own.map(TreeHash::from_base64).collect()
        };
        let before = Span::of(0, start, hashes("before")?)?;
        let own = Span::of(start, start.checked_add(count)?, hashes("node")?)?;
        let sidecar = Self { segment, before, own };
        (sidecar.encode() == text).then_some(sidecar)
    }

    /// Reads the one of a segment; `None` when there is none that is whole.
    pub(crate) fn read(files: &dyn Files, segment: &str) -> io::Result<Option<Self>> {
        let bytes = read_small(files, &sidecar_name(segment))?;
        let text = std::str::from_utf8(&bytes).ok();
        Ok(text.and_then(Self::decode).filter(|sidecar| sidecar.segment == segment))
    }

    /// Writes it beside its segment, over one that is there.
    pub(crate) fn write(&self, files: &dyn Files) -> io::Result<()> {
        let name = sidecar_name(&self.segment);
        let unfinished = format!("{name}{UNFINISHED}");
        let left_over = files.remove(&unfinished);
        drop(left_over);
        let file = files.create(&unfinished)?;
        append_all(&*file, self.encode().as_bytes())?;
        file.sync()?;
        files.rename(&unfinished, &name)?;
        files.sync_folder()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sidecar_is_read_back_and_every_change_is_seen() {
        let mut before = Span::empty_at(0);
        (0..11_u8).for_each(|n| before.push(TreeHash::leaf(&[n])));
        let mut own = Span::empty_at(11);
        (11..30_u8).for_each(|n| own.push(TreeHash::leaf(&[n])));
        let sidecar = Sidecar { segment: "000002-000000000012-20261122T180721Z.seg".into(), before: before.clone(), own };
        let text = sidecar.encode();
        assert_eq!(Sidecar::decode(&text), Some(sidecar.clone()));
        (11..30_u8).for_each(|n| before.push(TreeHash::leaf(&[n])));
        assert_eq!(sidecar.after(), before);
        assert_eq!(sidecar_name(&sidecar.segment), "000002-000000000012-20261122T180721Z.tree");
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1;
            assert_eq!(String::from_utf8(bytes).ok().and_then(|text| Sidecar::decode(&text)), None, "byte {at}");
            assert_eq!(Sidecar::decode(&text[..at]), None, "cut to {at}");
        }
    }
}
