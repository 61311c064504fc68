//! Acts of local lists, as they are followed: whatever somebody did since it was looked at last is an event of the log.

use crate::feeds::{LocalFault, LocalLists, local_length};
use std::path::{Path, PathBuf};

/// How far the acts were read.
#[derive(Debug, Default)]
pub(super) struct LocalActs {
    folder: PathBuf,
    length: u64,
    told: Option<usize>,
}

impl LocalActs {
    /// What stands in this folder now is read with whatever reads the lists. What was done before the first time is told no more.
    pub(super) fn begin(&mut self, lists: &Path) {
        if self.told.is_none() || self.folder != lists {
            lists.clone_into(&mut self.folder);
            self.length = local_length(lists);
            self.told = LocalLists::read(lists).ok().map(|known| known.acts().len());
        }
    }

    /// What was done since, in words; `None`: nothing. A fault is told once.
    pub(super) fn news(&mut self, lists: &Path) -> Option<Result<Vec<String>, LocalFault>> {
        // Before the content: what comes in between is then read again.
        let length = local_length(lists);
        if length == self.length {
            return None;
        }
        self.length = length;
        Some(LocalLists::read_on(lists, self.told.unwrap_or(0)).map(|known| {
            let all = known.acts().len();
            let told = self.told.replace(all).unwrap_or(all);
            known.acts().iter().skip(told).map(|act| act.in_words()).collect()
        }))
    }
}
