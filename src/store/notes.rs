//! Files of signed notes: deletion receipts and legal holds. Append-only; a line is on disk before its writer goes on. Nothing here
//! changes or shortens what is there.
//!
//! # Format, version 1
//!
//! Each line is a JSON string: one signed note (C2SP signed-note). The note's text has two lines: a title that ends in a version, and a
//! JSON object whose member `previous` is the SHA-256 of the line before (without its line end; 64 zeros for the first), in hex. So no
//! line can be changed, moved or taken out unseen while one behind it stands.
//!
//! A line that is no note was torn when the machine stopped: it never counted, since its writer had not been answered. It is passed
//! over and counted; the chain runs from whole line to whole line.

use super::fault::{Damage, ReadFault};
use super::files::{Files, append_all};
use super::note_signer::NoteSigner;
use crate::record::chain::ChainValue;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::io::{self, Read};

/// Longest file of notes that is read: a hundred years of hourly receipts.
const LONGEST_FILE: u64 = 4 << 30;

/// The notes of one file.
#[derive(Debug)]
pub(crate) struct Notes<T> {
    /// What they say, in order.
    pub(crate) entries: Vec<T>,
    /// The signed notes themselves, in the same order.
    pub(crate) signed: Vec<String>,
    /// Lines that are no note.
    pub(crate) torn: u64,
    /// Places where a line does not follow from the one before.
    pub(crate) faults: Vec<ReadFault>,
    last: ChainValue,
    /// Does the file end inside a line?
    open_end: bool,
}

#[derive(Serialize, Deserialize)]
struct Linked<T> {
    previous: String,
    #[serde(flatten)]
    body: T,
}

impl<T: DeserializeOwned + Serialize> Notes<T> {
    /// Those of a file that is not there yet.
    pub(crate) fn none() -> Self {
        Self { entries: Vec::new(), signed: Vec::new(), torn: 0, faults: Vec::new(), last: ChainValue::START, open_end: false }
    }

    /// Reads a file of notes with this title. No file: no notes.
    pub(crate) fn read(files: &dyn Files, name: &str, title: &str) -> Result<Self, ReadFault> {
        let mut notes = Self::none();
        let fault = |source| ReadFault::Io { path: files.path(name), source };
        let mut bytes = Vec::new();
        match files.open(name) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(notes),
            Err(e) => return Err(fault(e)),
            Ok(source) => source.take(LONGEST_FILE).read_to_end(&mut bytes).map_err(fault)?,
        };
        let mut at = 0;
        for line in bytes.split_inclusive(|&byte| byte == b'\n') {
            notes.open_end = !line.ends_with(b"\n");
            notes.take(line.strip_suffix(b"\n"), title, |damage| ReadFault::Damaged { path: files.path(name), at, damage });
            at += line.len() as u64;
        }
        Ok(notes)
    }

    fn take(&mut self, line: Option<&[u8]>, title: &str, fault: impl FnOnce(Damage) -> ReadFault) {
        let parsed = line.and_then(|line| serde_json::from_slice::<String>(line).ok()).and_then(|note| {
            let linked = text_of(&note, title).and_then(|json| serde_json::from_str::<Linked<T>>(json).ok())?;
            Some((note, linked))
        });
        let (Some((note, linked)), Some(line)) = (parsed, line) else {
            // An empty line is left where a torn one was ended.
            self.torn += u64::from(line != Some(b""));
            return;
        };
        if linked.previous != self.last.to_string() {
            self.faults.push(fault(Damage::NoteChain));
        }
        self.last = ChainValue::digest(line);
        self.entries.push(linked.body);
        self.signed.push(note);
    }

    /// Appends a note and waits until it is on disk.
    pub(crate) fn append(&mut self, files: &dyn Files, name: &str, title: &str, body: T, signer: &dyn NoteSigner) -> io::Result<()> {
        let linked = Linked { previous: self.last.to_string(), body };
        let note = signer.sign(&format!("{title}\n{}\n", serde_json::to_string(&linked)?));
        let mut line = if self.open_end { vec![b'\n'] } else { Vec::new() };
        let start = line.len();
        serde_json::to_writer(&mut line, &note)?;
        let digest = ChainValue::digest(&line[start..]);
        line.push(b'\n');
        let file = files.extend(name)?;
        append_all(&*file, &line).inspect_err(|_| self.open_end = true)?;
        file.sync()?;
        files.sync_folder()?;
        (self.last, self.open_end) = (digest, false);
        self.entries.push(linked.body);
        self.signed.push(note);
        Ok(())
    }
}

/// The JSON line of a note's text.
fn text_of<'n>(note: &'n str, title: &str) -> Option<&'n str> {
    let (text, _signatures) = note.split_once("\n\n").unwrap_or((note, ""));
    let (first, json) = text.split_once('\n')?;
    (first == title).then_some(json.trim_end_matches('\n')).filter(|json| !json.contains('\n'))
}
