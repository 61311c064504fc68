//! The accounts in force: read at start, and again when the file has changed. What cannot be read leaves the last good ones in force.

use super::accounts::{Accounts, AccountsFault};
use arc_swap::ArcSwap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// How a file is told from another: inode, length, and when it changed.
pub(super) type Stamp = Option<(u64, u64, i64, i64)>;

/// The accounts in force.
#[derive(Debug)]
pub struct AccountFile {
    path: PathBuf,
    held: ArcSwap<Accounts>,
    seen: Mutex<Stamp>,
}

impl AccountFile {
    /// Reads the file.
    ///
    /// # Errors
    /// [`AccountsFault`].
    pub fn open(path: &Path) -> Result<Self, AccountsFault> {
        let stamp = stamp(path);
        let held = ArcSwap::from_pointee(Accounts::load(path)?);
        Ok(Self { path: path.to_owned(), held, seen: Mutex::new(stamp) })
    }

    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The accounts in force.
    #[must_use]
    pub fn accounts(&self) -> Arc<Accounts> {
        self.held.load_full()
    }

    /// Reads the file again if it has changed: what is new, in words. A fault is told once for each change.
    ///
    /// # Errors
    /// [`AccountsFault`]: the last good accounts stay in force.
    pub fn refresh(&self) -> Result<Vec<String>, AccountsFault> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let now = stamp(&self.path);
        if *seen == now {
            return Ok(Vec::new());
        }
        *seen = now;
        let fresh = Accounts::load(&self.path)?;
        let said = fresh.differences(&self.held.load());
        self.held.store(Arc::new(fresh));
        Ok(said)
    }
}

pub(super) fn stamp(path: &Path) -> Stamp {
    fs::metadata(path).ok().map(|found| (found.ino(), found.len(), found.ctime(), found.ctime_nsec()))
}
