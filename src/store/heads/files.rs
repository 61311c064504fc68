//! Files of notes: only ever appended to, a note at a time, each on disk before it counts. A torn end is what a crash leaves of a note that
//! never counted; it is cut by writing the whole notes anew beside the file and giving that its name.

use super::fault::{HeadsFault, at};
use crate::record::note::{Note, NoteFault, split_notes};
use crate::store::ReadFault;
use crate::store::files::{Files, LogFile, append_all};
use crate::store::name::UNFINISHED;
use std::io::{self, Read};
use std::sync::Arc;

/// The history of keys.
pub(crate) const KEYS: &str = "keys.log";
/// The heads.
pub(crate) const HEADS: &str = "heads.log";

/// The bytes of a small file; empty when there is none.
pub(crate) fn read_small(files: &dyn Files, name: &str) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    match files.open(name) {
        Ok(mut source) => source.read_to_end(&mut bytes).map(|_| bytes),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(bytes),
        Err(e) => Err(e),
    }
}

/// Where the whole notes end: in front of a torn one, and of a last one whose bytes did not all reach the disk when the power went.
fn good_end(bytes: &[u8]) -> usize {
    let (notes, end) = split_notes(bytes);
    match notes.last() {
        Some((at, last)) if std::str::from_utf8(last).map_or(true, |text| Note::parse(text).is_err()) => *at,
        Some(_) | None => end,
    }
}

/// A note and the byte at which it starts; or what stands there instead.
pub(crate) type Placed = (u64, Result<Note, NoteFault>);

/// All notes of a file in order, and how many bytes at its end are no whole note.
pub(crate) fn read_notes(files: &dyn Files, name: &str) -> Result<(Vec<Placed>, u64), ReadFault> {
    let bytes = read_small(files, name).map_err(|source| ReadFault::Io { path: files.path(name), source })?;
    let end = good_end(&bytes);
    let notes = split_notes(&bytes[..end]).0;
    let parse = |bytes| std::str::from_utf8(bytes).map_err(|_| NoteFault::Shape).and_then(Note::parse);
    let notes = notes.into_iter().map(|(at, bytes)| (at as u64, parse(bytes))).collect();
    Ok((notes, (bytes.len() - end) as u64))
}

/// A file of notes being written.
pub(super) struct NoteFile {
    files: Arc<dyn Files>,
    name: &'static str,
    /// Bytes of whole notes that are on disk.
    good: usize,
    /// `None` after a failure: before the next note the file is written anew.
    file: Option<Arc<dyn LogFile>>,
}

impl NoteFile {
    /// Opens it, or makes it. A torn end is cut.
    pub(super) fn open(files: Arc<dyn Files>, name: &'static str) -> Result<Self, HeadsFault> {
        let bytes = read_small(&*files, name).map_err(at(files.path(name)))?;
        let good = good_end(&bytes);
        let mut own = Self { files, name, good, file: None };
        if good < bytes.len() {
            tracing::warn!(file = %own.files.path(name).display(), bytes = bytes.len() - good, "a note was cut off when it was written");
            own.mend()?;
        } else {
            own.file =
                Some(own.files.extend(name).and_then(|file| own.files.sync_folder().map(|()| file)).map_err(at(own.files.path(name)))?);
        }
        Ok(own)
    }

    /// After a failure: writes the file anew without the note that failed, so that it never counts. Else nothing is done.
    pub(super) fn mend(&mut self) -> Result<(), HeadsFault> {
        if self.file.is_some() {
            return Ok(());
        }
        self.renew().map_err(at(self.files.path(self.name)))
    }

    /// Appends a note; it is on disk when this returns well, and never counts when it does not (see [`NoteFile::mend`]).
    pub(super) fn append(&mut self, note: &Note) -> Result<(), HeadsFault> {
        self.mend()?;
        let bytes = format!("{note}\n");
        let file = self.file.take();
        let appended = file.ok_or(io::Error::from(io::ErrorKind::NotConnected)).and_then(|file| {
            append_all(&*file, bytes.as_bytes())?;
            file.sync()?;
            Ok(file)
        });
        self.file = Some(appended.map_err(at(self.files.path(self.name)))?);
        self.good += bytes.len();
        Ok(())
    }

    /// Writes the whole notes anew. A file whose sync failed is never trusted again.
    fn renew(&mut self) -> io::Result<()> {
        let bytes = read_small(&*self.files, self.name)?;
        let good = bytes.get(..self.good).ok_or(io::ErrorKind::UnexpectedEof)?;
        let unfinished = format!("{}{UNFINISHED}", self.name);
        let left_over = self.files.remove(&unfinished);
        drop(left_over);
        let file = self.files.create(&unfinished)?;
        append_all(&*file, good)?;
        file.sync()?;
        self.files.rename(&unfinished, self.name)?;
        self.files.sync_folder()?;
        self.file = Some(file);
        Ok(())
    }
}
