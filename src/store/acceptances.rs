//! Acceptances of the agreement: who accepted which words, when, and which adult agreed with a child (standards C5). Each is a line of
//! `acceptances.log` ([`super::notes`] has the format): on disk before it counts, never changed, never taken out. The running proxy writes
//! it and reads it again when a command has written.
//!
//! The file names persons and client addresses in the clear; it belongs to the log and lies in its folder. It is bounded: at
//! [`MOST`] lines nothing more is taken. Guests can have as many addresses as they like, so [`MOST_OF_ADDRESSES`] lines are theirs, and
//! never leave a person without one.

use super::fault::ReadFault;
use super::files::{DiskFiles, Files};
use super::note_signer::NoteSigner;
use super::notes::Notes;
use crate::model::{Acceptance, Acceptor, Timestamp, clean_name};
use crate::ports::{AcceptanceBook, BookFault};
use serde::{Deserialize, Serialize};
use std::io;
use std::net::IpAddr;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// The file.
pub(super) const ACCEPTANCES: &str = "acceptances.log";
const TITLE: &str = "lifeguard acceptance v1";
/// Most acceptances that are kept.
pub const MOST: u64 = 500_000;
/// Most of them that are for a client's address.
pub const MOST_OF_ADDRESSES: u64 = MOST / 2;

/// An acceptance, as the file has it.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Line {
    who: Acceptor,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    client: Option<IpAddr>,
    group: String,
    version: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    label: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    guardian: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    by: String,
    at: String,
}

impl From<&Acceptance> for Line {
    fn from(acceptance: &Acceptance) -> Self {
        let Acceptance { who, client, group, version, label, guardian, by, at } = acceptance.clone();
        Self { who, client, group, version, label, guardian: clean_name(&guardian), by: clean_name(&by), at: at.to_string() }
    }
}

impl From<Line> for Acceptance {
    fn from(line: Line) -> Self {
        let Line { who, client, group, version, label, guardian, by, at } = line;
        // A time that cannot be read has long passed: a guest accepts anew, and a person's acceptance stands.
        let at = at.parse::<jiff::Timestamp>().map_or(Timestamp(0), Timestamp::from);
        Self { who, client, group, version, label, guardian, by, at }
    }
}

/// What the file says, whole.
#[derive(Debug)]
pub struct Acceptances {
    /// In order.
    pub all: Vec<Acceptance>,
    /// Places where the file was changed.
    pub faults: Vec<ReadFault>,
}

/// Reads the acceptances beside the log in this folder.
///
/// # Errors
/// [`ReadFault`] when the file is there and cannot be read.
pub fn read_acceptances(folder: &Path) -> Result<Acceptances, ReadFault> {
    read_in(&DiskFiles::at(folder))
}

pub(super) fn read_in(files: &dyn Files) -> Result<Acceptances, ReadFault> {
    let notes = Notes::<Line>::read(files, ACCEPTANCES, TITLE)?;
    Ok(Acceptances { all: notes.entries.into_iter().map(Acceptance::from).collect(), faults: notes.faults })
}

/// The file, open for whoever writes it.
pub struct Book<S> {
    files: DiskFiles,
    signer: S,
    state: Mutex<State>,
}

/// How far it has been read.
struct State {
    /// Its last line; what it says is with whoever asked.
    notes: Notes<Line>,
    lines: u64,
    /// How many of the lines are for a client's address.
    of_addresses: u64,
    length: u64,
    /// What others have written, and nobody has asked for yet.
    news: Vec<Acceptance>,
}

impl<S: Fn() -> Box<dyn NoteSigner>> Book<S> {
    /// Opens it, with what stands in it. `signer`: who signs, asked for each line, because keys follow one another.
    ///
    /// # Errors
    /// [`ReadFault`] when the file is there and cannot be read: who has accepted must not be asked again for that.
    pub fn open(folder: &Path, signer: S) -> Result<(Self, Vec<Acceptance>), ReadFault> {
        // Nothing is known yet: all of it is news.
        let state = State { notes: Notes::none(), lines: 0, of_addresses: 0, length: 0, news: Vec::new() };
        let book = Self { files: DiskFiles::at(folder), signer, state: Mutex::new(state) };
        let all = book.news()?;
        Ok((book, all))
    }

    /// What others have written since this was last asked.
    ///
    /// # Errors
    /// [`ReadFault`]: what was known stays.
    pub fn news(&self) -> Result<Vec<Acceptance>, ReadFault> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        self.catch_up(&mut state)?;
        Ok(std::mem::take(&mut state.news))
    }

    fn catch_up(&self, state: &mut State) -> Result<(), ReadFault> {
        let length = self.length();
        if length == state.length {
            return Ok(());
        }
        let mut notes = Notes::<Line>::read(&self.files, ACCEPTANCES, TITLE)?;
        for fault in &notes.faults {
            tracing::error!(%fault, "the file of acceptances was changed; what it says now is taken");
        }
        // The texts are let go: for another line the end of the file is enough.
        notes.signed = Vec::new();
        let entries = std::mem::take(&mut notes.entries);
        let known = usize::try_from(state.lines).unwrap_or(usize::MAX);
        state.of_addresses = entries.iter().filter(|line| is_address(&line.who)).count() as u64;
        (state.lines, state.notes, state.length) = (entries.len() as u64, notes, length);
        state.news.extend(entries.into_iter().skip(known).map(Acceptance::from));
        Ok(())
    }

    fn length(&self) -> u64 {
        std::fs::metadata(self.files.path(ACCEPTANCES)).map_or(0, |meta| meta.len())
    }

    /// Writes one down.
    ///
    /// # Errors
    /// [`BookFault`]: it does not count.
    pub fn write(&self, acceptance: &Acceptance) -> Result<(), BookFault> {
        let broken = |error: io::Error| BookFault::Broken(error.to_string().into());
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let _turn = self.files.take_turn("acceptances.turn").map_err(broken)?;
        self.catch_up(&mut state).map_err(|fault| BookFault::Broken(fault.to_string().into()))?;
        let of_address = is_address(&acceptance.who);
        if state.lines >= MOST || (of_address && state.of_addresses >= MOST_OF_ADDRESSES) {
            return Err(BookFault::Full);
        }
        state.notes.append(&self.files, ACCEPTANCES, TITLE, Line::from(acceptance), &*(self.signer)()).map_err(broken)?;
        state.notes.entries.clear();
        state.notes.signed.clear();
        state.lines += 1;
        state.of_addresses += u64::from(of_address);
        state.length = self.length();
        Ok(())
    }
}

fn is_address(who: &Acceptor) -> bool {
    matches!(who, Acceptor::Address(_))
}

impl<S: Fn() -> Box<dyn NoteSigner> + Send + Sync> AcceptanceBook for Book<S> {
    fn accept(&self, acceptance: &Acceptance) -> Result<(), BookFault> {
        self.write(acceptance)
    }
}

#[cfg(test)]
mod tests {
    use super::super::note_signer::Unsigned;
    use super::*;

    fn open(folder: &Path) -> (Book<impl Fn() -> Box<dyn NoteSigner>>, Vec<Acceptance>) {
        Book::open(folder, || Box::new(Unsigned) as Box<dyn NoteSigner>).unwrap()
    }

    fn by(person: &str) -> Acceptance {
        Acceptance {
            who: Acceptor::Person(person.into()),
            client: Some(IpAddr::from([192, 0, 2, 1])),
            group: "children".into(),
            version: "0123456789abcdef".into(),
            label: "2026".into(),
            guardian: "Ms Green".into(),
            by: String::new(),
            at: Timestamp::from_seconds(1_000_000),
        }
    }

    #[test]
    fn what_is_written_is_there_after_a_restart_and_two_writers_share_one_chain() {
        let folder = tempfile::tempdir().unwrap();
        let ((one, none), (two, _)) = (open(folder.path()), open(folder.path()));
        assert!(none.is_empty());
        one.write(&by("kim")).unwrap();
        assert_eq!(two.news().unwrap(), [by("kim")]);
        two.write(&by("lee")).unwrap();
        one.write(&by("alex")).unwrap();
        assert_eq!(one.news().unwrap(), [by("lee")], "what another wrote is told once, and nothing of one's own");
        assert!(one.news().unwrap().is_empty());
        let read = read_acceptances(folder.path()).unwrap();
        assert_eq!(read.all, [by("kim"), by("lee"), by("alex")]);
        assert!(read.faults.is_empty(), "{:?}", read.faults);
        assert_eq!(open(folder.path()).1.len(), 3);
    }

    #[test]
    fn guests_may_fill_half_of_the_file_and_persons_all_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let (book, _) = open(folder.path());
        let guest = |last| Acceptance { who: Acceptor::Address(IpAddr::from([198, 51, 100, last])), ..by("") };
        let fill = |lines, of_addresses| {
            let mut state = book.state.lock().unwrap();
            (state.lines, state.of_addresses) = (lines, of_addresses);
        };
        fill(MOST_OF_ADDRESSES - 1, MOST_OF_ADDRESSES - 1);
        book.write(&guest(1)).unwrap();
        assert!(matches!(book.write(&guest(2)), Err(BookFault::Full)));
        book.write(&by("kim")).unwrap();
        fill(MOST - 1, MOST_OF_ADDRESSES);
        assert!(matches!(book.write(&guest(3)), Err(BookFault::Full)));
        book.write(&by("lee")).unwrap();
        assert!(matches!(book.write(&by("alex")), Err(BookFault::Full)), "the file is full");
        fill(MOST - 1, 0);
        book.write(&guest(4)).unwrap();
        assert!(matches!(book.write(&guest(5)), Err(BookFault::Full)), "for everybody");
        let (again, known) = open(folder.path());
        assert_eq!(
            known.iter().map(|known| known.who.clone()).collect::<Vec<_>>(),
            [guest(1).who, by("kim").who, by("lee").who, guest(4).who]
        );
        let state = again.state.lock().unwrap();
        assert_eq!((state.lines, state.of_addresses), (4, 2), "both are counted when it is opened");
    }

    #[test]
    fn a_changed_line_is_found_and_hostile_names_are_cleaned() {
        let folder = tempfile::tempdir().unwrap();
        let (book, _) = open(folder.path());
        let hostile = Acceptance { guardian: "A\u{202e}\u{1b}[31m\nB".into(), ..by("kim") };
        book.write(&hostile).unwrap();
        book.write(&by("lee")).unwrap();
        let path = folder.path().join(ACCEPTANCES);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(!text.contains("u001b") && !text.contains('\u{202e}'), "{text}");
        std::fs::write(&path, text.replacen("kim", "tom", 1)).unwrap();
        assert_eq!(read_acceptances(folder.path()).unwrap().faults.len(), 1);
    }

    #[test]
    fn a_torn_line_never_counted_and_the_next_one_does() {
        let folder = tempfile::tempdir().unwrap();
        let (book, _) = open(folder.path());
        book.write(&by("kim")).unwrap();
        let path = folder.path().join(ACCEPTANCES);
        let mut bytes = std::fs::read(&path).unwrap();
        bytes.extend_from_slice(b"\"lifeguard acceptance v1\\n{\\\"prev");
        std::fs::write(&path, bytes).unwrap();
        let (again, known) = open(folder.path());
        assert_eq!(known, [by("kim")]);
        again.write(&by("lee")).unwrap();
        assert_eq!(read_acceptances(folder.path()).unwrap().all, [by("kim"), by("lee")]);
    }
}
