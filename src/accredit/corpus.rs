//! A corpus: a file of addresses that belong together, with what is wrong in it located and counted. A duplicate counts once.

use crate::canon::{EntryOptions, ListEntry, UnreadableKind, canonicalise_entry_with};
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

/// What a file of addresses holds.
#[derive(Clone, Debug, Default)]
pub struct Corpus {
    /// Each address once, with the number of its line.
    pub addresses: Vec<(u64, ListEntry)>,
    /// Lines of addresses that had stood there before: line, and the line of the first.
    pub duplicates: Vec<(u64, u64)>,
    /// Lines that could not be read.
    pub bad: Vec<BadLine>,
}

impl Corpus {
    /// Reads a corpus: an address or a host a line, `#` for comments.
    #[must_use]
    pub fn read(text: &[u8]) -> Self {
        let (mut corpus, mut seen) = (Self::default(), std::collections::HashMap::new());
        for (line, raw) in (1..).zip(text.split(|&byte| byte == b'\n')) {
            let raw = raw.trim_ascii();
            if raw.is_empty() || raw[0] == b'#' {
                continue;
            }
            match canonicalise_entry_with(raw, EntryOptions { leading_wildcard: true }) {
                Err(fault) => corpus.bad.push(BadLine { line, at: fault.at, fault: fault.kind }),
                Ok(entry) => match seen.entry((entry.host.clone(), entry.path.clone(), entry.pairs.clone())) {
                    std::collections::hash_map::Entry::Occupied(first) => corpus.duplicates.push((line, *first.get())),
                    std::collections::hash_map::Entry::Vacant(place) => {
                        place.insert(line);
                        corpus.addresses.push((line, entry));
                    }
                },
            }
        }
        corpus
    }

    /// How many hosts there are: what a share over pages of few hosts says is less than it seems.
    #[must_use]
    pub fn hosts(&self) -> usize {
        self.addresses.iter().map(|(_, entry)| entry.host.as_str()).collect::<HashSet<_>>().len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_located_and_a_duplicate_counts_once() {
        let text = b"# made up\none.test\nhttp://ONE.test/\n\ntwo.test/a\nhttp://[x/\ntwo.test/b\n";
        let corpus = Corpus::read(text);
        assert_eq!(corpus.addresses.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 5, 7]);
        assert_eq!(corpus.duplicates, [(3, 2)]);
        assert_eq!(corpus.bad.iter().map(|bad| bad.line).collect::<Vec<_>>(), [6]);
        assert_eq!(corpus.hosts(), 2);
    }
}
