//! Deletion receipts: what stands in the place of a segment that was deleted when its time was over (D20, L10).
//!
//! They lie in `receipts.log` ([`super::super::notes`] has the format of the file), one for each segment. A receipt is on disk before
//! anything of its segment is removed. It carries what the chain and the tree need to run on across the gap, and nothing of what the
//! records said.

use super::leaves::Node;
use crate::record::chain::ChainValue;
use crate::store::fault::ReadFault;
use crate::store::files::{DiskFiles, Files};
use crate::store::notes::Notes;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The file.
pub(crate) const RECEIPTS: &str = "receipts.log";
/// First line of each note.
pub(crate) const RECEIPT_TITLE: &str = "lifeguard deletion receipt v1";

/// What is left of a segment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletionReceipt {
    /// Its number.
    pub segment: u64,
    /// The name that its file had.
    pub file: String,
    /// Number of the segment before it; 0: none.
    pub follows: u64,
    /// Number of its first record (or of the next to come, when it had none).
    pub first: u64,
    /// Number behind its last record.
    pub next: u64,
    /// How many records it had.
    pub records: u64,
    /// Bytes of it that counted.
    pub bytes: u64,
    /// Wall times of its earliest and latest record, RFC 3339; none when it had none.
    pub times: Option<(String, String)>,
    /// Where the chain stood before its head, in hex.
    pub chain_before: String,
    /// Where the chain stood behind its last frame, in hex.
    pub chain_after: String,
    /// Did it have an end?
    pub closed: bool,
    /// Place of its first record among the leaves of the tree, where everything before it is known.
    pub first_leaf: Option<u64>,
    /// The subtrees that cover its leaves.
    pub nodes: Vec<Node>,
    /// The policy under which it went.
    pub policy: String,
    /// How old it was by what the log witnessed, in seconds.
    pub witnessed_age_s: u64,
    /// Who deleted it.
    pub actor: String,
    /// When, by the wall clock: RFC 3339.
    pub at: String,
}

impl DeletionReceipt {
    /// Where the chain stood before.
    #[must_use]
    pub fn before(&self) -> Option<ChainValue> {
        ChainValue::from_hex(&self.chain_before)
    }

    /// Where the chain stood behind it.
    #[must_use]
    pub fn after(&self) -> Option<ChainValue> {
        ChainValue::from_hex(&self.chain_after)
    }
}

/// The receipts of a log.
#[derive(Debug, Default)]
pub struct Receipts {
    /// What they say, in order.
    pub entries: Vec<DeletionReceipt>,
    /// The signed notes that carry them, in the same order.
    pub signed: Vec<String>,
    /// Places where the file was changed.
    pub faults: Vec<ReadFault>,
}

/// The receipts of the log in this folder.
///
/// # Errors
/// [`ReadFault`] when the file cannot be read at all.
pub fn receipts(folder: &Path) -> Result<Receipts, ReadFault> {
    let notes = read_receipts(&DiskFiles::at(folder))?;
    Ok(Receipts { entries: notes.entries, signed: notes.signed, faults: notes.faults })
}

pub(crate) fn read_receipts(files: &dyn Files) -> Result<Notes<DeletionReceipt>, ReadFault> {
    Notes::read(files, RECEIPTS, RECEIPT_TITLE)
}
