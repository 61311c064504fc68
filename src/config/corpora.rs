//! Corpora of accreditation as they are checked: files of addresses that should be refused, by bucket, and of addresses that should not.

use crate::model::{Bucket, GroupId};
use std::path::PathBuf;

/// Files of addresses, and what is asked of the shares.
#[derive(Clone, Debug, PartialEq)]
pub struct Corpora {
    /// Files of addresses that should be refused.
    pub refused: Vec<CorpusFile>,
    /// Files of addresses that should be open.
    pub open: Vec<PathBuf>,
    /// The least share (0 to 1) of each bucket that must be refused.
    pub least: f64,
    /// The greatest share (0 to 1) of good addresses that may be refused.
    pub over_block: f64,
    /// The same for single groups.
    pub budgets: Vec<(GroupId, f64)>,
}

/// A file of addresses that should be refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorpusFile {
    /// The file.
    pub path: PathBuf,
    /// The bucket of all of them. `None`: each line begins with its own.
    pub bucket: Option<Bucket>,
    /// Groups for which it counts; empty: the strictest.
    pub groups: Vec<GroupId>,
}

impl Default for Corpora {
    fn default() -> Self {
        Self { refused: Vec::new(), open: Vec::new(), least: 0.9, over_block: 0.02, budgets: Vec::new() }
    }
}

impl Corpora {
    /// The greatest share of good addresses that may be refused in a group: what is said here of it alone, else its own
    /// `overblock_budget` in per cent, else what is said here of all.
    #[must_use]
    pub fn budget(&self, group: GroupId, own_per_cent: Option<f64>) -> f64 {
        let here = self.budgets.iter().find(|(id, _)| *id == group).map(|(_, share)| *share);
        here.or(own_per_cent.map(|own| own / 100.0)).unwrap_or(self.over_block)
    }
}
