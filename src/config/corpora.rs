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
    /// The greatest share (0 to 1) of good addresses that may be refused, in groups without a budget of their own.
    pub over_block: f64,
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
        Self { refused: Vec::new(), open: Vec::new(), least: 0.9, over_block: 0.02 }
    }
}
