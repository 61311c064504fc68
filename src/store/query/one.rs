//! One record by its number, without a search. It reads only.

use super::fetch::fetch;
use super::hit::Hit;
use crate::store::fault::ReadFault;
use crate::store::files::DiskFiles;
use crate::store::path::segments;
use std::path::Path;

/// The record of this number in the log of this folder; `None`: there is none, or not any more.
///
/// # Errors
/// [`ReadFault`] when the folder cannot be read.
pub fn record(folder: &Path, sequence: u64) -> Result<Option<Hit>, ReadFault> {
    let files = DiskFiles::at(folder);
    let (path, _) = segments(&files)?;
    let Some(link) = path.iter().rfind(|link| link.head.as_ref().is_ok_and(|head| head.first <= sequence)) else { return Ok(None) };
    let mut found = fetch(&files, link, vec![sequence]);
    Ok(found.remove(&sequence).map(|entry| Hit::new(sequence, entry, None)))
}
