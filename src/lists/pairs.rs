//! Category entries that ask for query pairs (rule P6): few, so they stand beside the table with their text.

use super::key::Key;
use crate::canon::WantedPair;
use crate::model::ListId;

/// One entry that asks for query pairs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PairedEntry {
    /// The page.
    pub(crate) page: Key,
    pub(crate) list: ListId,
    /// Nothing below the page, and no other pairs.
    pub(crate) exactly: bool,
    pub(crate) wanted: Vec<WantedPair>,
}

/// All of an image, sorted by page.
#[derive(Clone, Debug, Default)]
pub(crate) struct PairTable(Vec<PairedEntry>);

impl PairTable {
    pub(crate) fn new(mut entries: Vec<PairedEntry>) -> Self {
        entries.sort_unstable();
        entries.dedup();
        Self(entries)
    }

    /// The entries of one page.
    pub(crate) fn of(&self, page: Key) -> &[PairedEntry] {
        let from = self.0.partition_point(|entry| entry.page < page);
        let to = self.0.partition_point(|entry| entry.page <= page);
        &self.0[from..to]
    }

    pub(crate) fn all(&self) -> &[PairedEntry] {
        &self.0
    }

    /// Bytes in memory.
    pub(crate) fn bytes(&self) -> usize {
        let text = |entry: &PairedEntry| {
            entry.wanted.iter().map(|(name, value)| size_of::<WantedPair>() + name.len() + value.len()).sum::<usize>()
        };
        self.0.iter().map(|entry| size_of::<PairedEntry>() + text(entry)).sum()
    }
}
