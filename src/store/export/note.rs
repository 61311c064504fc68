//! Who took what out of the log: one line of `exports.log` for each export and each file of evidence ([`crate::store::notes`] has the
//! format). The line is on disk before the file is handed over: an export that cannot be noted is not made.

use super::run::ExportFault;
use crate::store::fault::ReadFault;
use crate::store::files::{DiskFiles, Files};
use crate::store::note_signer::NoteSigner;
use crate::store::notes::Notes;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The file.
pub(crate) const EXPORTS: &str = "exports.log";
const TITLE: &str = "lifeguard export note v1";
/// Notes are written one after the other.
const TURN: &str = "exports.turn";
/// Longest text of a name or a reason, in bytes.
const LONGEST_TEXT: usize = 4096;

/// What was taken out of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportNote {
    /// `csv`, `xlsx`, `jsonl` or `evidence`.
    pub what: String,
    /// Who.
    pub by: String,
    /// Why; empty where nobody said so.
    pub reason: String,
    /// When: RFC 3339.
    pub at: String,
    /// How many rows.
    pub rows: u64,
    /// SHA-256 of the file, in hex.
    pub sha256: String,
    /// The question.
    pub query: serde_json::Value,
}

impl ExportNote {
    /// In one line, without the question: that may hold an address.
    pub(crate) fn in_words(&self) -> String {
        let Self { what, by, reason, at, rows, sha256, .. } = self;
        let why = if reason.is_empty() { "no reason given" } else { reason };
        format!("{rows} rows as {what}, by {by} at {at}: {why}; SHA-256 {sha256}")
    }
}

/// Notes an export of the log in this folder.
///
/// # Errors
/// [`ExportFault`]: it is not noted.
pub fn note_export(folder: &Path, mut note: ExportNote, signer: &dyn NoteSigner) -> Result<(), ExportFault> {
    for text in [&mut note.by, &mut note.reason] {
        text.truncate(text.floor_char_boundary(LONGEST_TEXT));
    }
    let files = DiskFiles::at(folder);
    // A turn of its own: nobody who takes a file away waits for a sweep.
    let _turn = files.take_turn(TURN).map_err(|source| ReadFault::Io { path: files.path(TURN), source })?;
    let mut notes: Notes<ExportNote> = Notes::read(&files, EXPORTS, TITLE)?;
    let written = notes.append(&files, EXPORTS, TITLE, note, signer);
    written.map_err(|source| ExportFault::Unnoted { path: files.path(EXPORTS), source })
}

/// Every export there was.
pub(crate) fn read_exports(files: &dyn Files) -> Result<Vec<ExportNote>, ReadFault> {
    Ok(Notes::read(files, EXPORTS, TITLE)?.entries)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Unsigned;
    use crate::store::hold::take_turn;

    #[test]
    fn an_export_is_noted_while_a_sweep_has_its_turn() {
        let folder = tempfile::tempdir().unwrap();
        let _sweeps = take_turn(folder.path()).unwrap();
        let (noted, is_noted) = std::sync::mpsc::channel();
        let path = folder.path().to_owned();
        std::thread::spawn(move || {
            let note = ExportNote {
                what: "csv".into(),
                by: "R. Reader".into(),
                reason: "case 7".into(),
                at: "2026-11-29T07:00:00Z".into(),
                rows: 3,
                sha256: String::new(),
                query: serde_json::Value::Null,
            };
            drop(noted.send(note_export(&path, note, &Unsigned)));
        });
        is_noted.recv_timeout(std::time::Duration::from_secs(20)).expect("it does not wait").unwrap();
        let notes = read_exports(&DiskFiles::at(folder.path())).unwrap();
        assert_eq!(notes.iter().map(|note| note.rows).collect::<Vec<_>>(), [3]);
    }
}
