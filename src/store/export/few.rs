//! A file of rows that are there already: what a console hands over, bounded by whoever asks. The same cells as every export.

use super::run::ExportFault;
use super::sheet::{Hashed, Sheet, SheetKind};
use crate::store::query::Row;
use crate::store::quiet::breathe;
use std::fs::OpenOptions;
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Bytes that are read back between two breaths.
const PIECE: u64 = 65_536;

/// Writes these rows, and gives the bytes of the file and its SHA-256 in hex. Nothing stays in the folder, which is where a spreadsheet's
/// rows wait until it is put together.
///
/// # Errors
/// [`ExportFault`]: there is no file.
pub fn file_of<'r>(rows: impl IntoIterator<Item = &'r Row>, kind: SheetKind, folder: &Path) -> Result<(Vec<u8>, String), ExportFault> {
    let place = tempfile_in(folder)?;
    let mut sheet = Sheet::open(kind, Hashed::new(place.file.try_clone()?), folder)?;
    rows.into_iter().try_for_each(|row| sheet.row(row))?;
    let (sha256, length) = sheet.finish(false)?;
    let (mut file, mut bytes) = (std::fs::File::open(&place.path)?, Vec::with_capacity(usize::try_from(length).unwrap_or_default()));
    while file.by_ref().take(PIECE).read_to_end(&mut bytes)? > 0 {
        breathe();
    }
    Ok((bytes, sha256))
}

struct Place {
    path: std::path::PathBuf,
    file: std::fs::File,
}

impl Drop for Place {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.path));
    }
}

/// A file of a name that nobody else takes, for its owner only.
fn tempfile_in(folder: &Path) -> Result<Place, ExportFault> {
    static COUNT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    let number = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let path = folder.join(format!("export-{}-{number}.part", std::process::id()));
    // What a process that was ended left under this name is over.
    drop(std::fs::remove_file(&path));
    let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path)?;
    Ok(Place { path, file })
}
