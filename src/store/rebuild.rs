//! Makes the index anew, from the sealed segments alone. It never touches the log itself, and may run beside the proxy: every file gets
//! its name when it is whole.

use super::fault::ReadFault;
use super::files::{DiskFiles, Files};
use super::index::{is_indexed, make_index};
use super::path::segments;
use std::path::Path;

/// What was done.
#[derive(Debug, Default)]
pub struct Rebuilt {
    /// Indexes that were made.
    pub made: u64,
    /// Segments that had a good one.
    pub kept: u64,
    /// Segments that are not sealed yet: they are indexed after that.
    pub unsealed: u64,
    /// Segments of which no index can be made, and why.
    pub failed: Vec<(String, String)>,
}

/// Makes the index of every sealed segment that has none, or of all of them. Told how far it has come; `false` from `progress` ends it.
///
/// # Errors
/// [`ReadFault`] when the folder cannot be read at all.
pub fn rebuild(folder: &Path, all: bool, progress: &dyn Fn(usize, usize) -> bool) -> Result<Rebuilt, ReadFault> {
    rebuild_in(&DiskFiles::at(folder), all, progress)
}

pub(super) fn rebuild_in(files: &dyn Files, all: bool, progress: &dyn Fn(usize, usize) -> bool) -> Result<Rebuilt, ReadFault> {
    let (path, _) = segments(files)?;
    let mut rebuilt = Rebuilt::default();
    for (index, link) in path.iter().enumerate() {
        if !progress(index, path.len()) {
            break;
        }
        if files.open(&link.name).is_ok() {
            rebuilt.unsealed += 1;
        } else if !all && is_indexed(files, &link.name) {
            rebuilt.kept += 1;
        } else {
            match make_index(files, link, &|| false) {
                Ok(_) => rebuilt.made += 1,
                Err(fault) => rebuilt.failed.push((link.name.clone(), fault.to_string())),
            }
        }
    }
    Ok(rebuilt)
}
