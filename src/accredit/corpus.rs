//! A corpus: a file of addresses that belong together, with what is wrong in it located and counted. A duplicate counts once.

use crate::canon::{EntryOptions, ListEntry, UnreadableKind, canonicalise_entry_with};
use crate::model::Bucket;
use std::collections::HashSet;

/// A line that is no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// Its number, from 1.
    pub line: u64,
    /// Byte offset of the fault in it.
    pub at: usize,
    /// What is wrong.
    pub fault: UnreadableKind,
}

/// Where the buckets of a file are said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Labels {
    /// One for all.
    All(Bucket),
    /// By each line.
    EachLine,
    /// There are none: addresses that should be open.
    None,
}

/// What a file of addresses holds.
#[derive(Clone, Debug, Default)]
pub struct Corpus {
    /// Each address once, with the number of its line and its bucket.
    pub addresses: Vec<(u64, Option<Bucket>, ListEntry)>,
    /// Lines of addresses that had stood there before: line, and the line of the first.
    pub duplicates: Vec<(u64, u64)>,
    /// Lines without a bucket that is known, in a file where each has its own.
    pub unlabelled: Vec<u64>,
    /// Lines that could not be read.
    pub bad: Vec<BadLine>,
}

impl Corpus {
    /// Reads a corpus: an address or a host a line, `#` for comments. `bucket`: of all of them; `None`: each line begins with its own, which
    /// a blank or a comma parts from the address.
    #[must_use]
    pub fn read(text: &[u8], bucket: Labels) -> Self {
        let (mut corpus, mut seen) = (Self::default(), std::collections::HashMap::new());
        for (line, raw) in (1..).zip(text.split(|&byte| byte == b'\n')) {
            let raw = raw.trim_ascii();
            if raw.is_empty() || raw[0] == b'#' {
                continue;
            }
            let (label, raw) = match bucket {
                Labels::All(bucket) => (Some(bucket), raw),
                Labels::None => (None, raw),
                Labels::EachLine => match labelled(raw) {
                    Some((bucket, rest)) => (Some(bucket), rest),
                    None => {
                        corpus.unlabelled.push(line);
                        continue;
                    }
                },
            };
            match canonicalise_entry_with(raw, EntryOptions { leading_wildcard: true }) {
                Err(fault) => corpus.bad.push(BadLine { line, at: fault.at, fault: fault.kind }),
                Ok(entry) => match seen.entry((label, entry.host.clone(), entry.path.clone(), entry.pairs.clone())) {
                    std::collections::hash_map::Entry::Occupied(first) => corpus.duplicates.push((line, *first.get())),
                    std::collections::hash_map::Entry::Vacant(place) => {
                        place.insert(line);
                        corpus.addresses.push((line, label, entry));
                    }
                },
            }
        }
        corpus
    }

    /// How many hosts there are: what a share over pages of few hosts says is less than it seems.
    #[must_use]
    pub fn hosts(&self) -> usize {
        self.addresses.iter().map(|(_, _, entry)| entry.host.as_str()).collect::<HashSet<_>>().len()
    }
}

/// The bucket at the beginning of a line, and the rest.
fn labelled(raw: &[u8]) -> Option<(Bucket, &[u8])> {
    let end = raw.iter().position(|&byte| byte == b',' || byte.is_ascii_whitespace())?;
    let bucket = Bucket::from_code(std::str::from_utf8(&raw[..end]).ok()?)?;
    Some((bucket, raw[end + 1..].trim_ascii()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_located_and_a_duplicate_counts_once() {
        let text = b"# made up\none.test\nhttp://ONE.test/\n\ntwo.test/a\nhttp://[x/\ntwo.test/b\n";
        let corpus = Corpus::read(text, Labels::None);
        assert_eq!(corpus.addresses.iter().map(|(line, ..)| *line).collect::<Vec<_>>(), [2, 5, 7]);
        assert_eq!(corpus.duplicates, [(3, 2)]);
        assert_eq!(corpus.bad.iter().map(|bad| bad.line).collect::<Vec<_>>(), [6]);
        assert_eq!(corpus.hosts(), 2);
    }

    #[test]
    fn a_line_without_a_known_bucket_is_located() {
        let text = b"becta-adult one.test\nbecta-drugs,two.test\nthree.test\nno-bucket four.test\nbecta-drugs one.test\n";
        let corpus = Corpus::read(text, Labels::EachLine);
        let found: Vec<_> = corpus.addresses.iter().map(|(line, bucket, _)| (*line, bucket.unwrap().code())).collect();
        assert_eq!(found, [(1, "becta-adult"), (2, "becta-drugs"), (5, "becta-drugs")]);
        assert_eq!(corpus.unlabelled, [3, 4]);
    }
}
