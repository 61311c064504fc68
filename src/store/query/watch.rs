//! Follows the log for somebody who must miss nothing. It reads only. What cannot be read, and what is not there any more, is given with
//! its numbers and its place: it is never passed over in silence.
//!
//! A place that cannot be read while a later segment is there is passed over at once where the frames behind it make sense, and else when
//! whoever asks is out of patience: a disk may come back. The end of the newest segment is still being written and is waited for.

use super::catalogue::path_of;
use super::records::behind;
use super::row::{EventRow, OutcomeRow, RequestRow, Row};
use crate::record::frame::{Frame, FrameKind};
use crate::record::{Entry, decode};
use crate::store::fault::{Damage, ReadFault};
use crate::store::files::{DiskFiles, Files};
use crate::store::frames::{Frames, Step};
use crate::store::path::{Link, newest};
use std::path::Path;

/// What comes next in the log.
#[derive(Debug)]
pub enum Met {
    /// A record that is wanted.
    Row(Row),
    /// Records that nobody can look at.
    Lost(Lost),
}

/// Records that cannot be read, or are not there any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// The number of the first.
    pub first: u64,
    /// The number of the last.
    pub last: u64,
    /// Where, and why.
    pub place: String,
}

/// Where a look ends though there is more.
#[derive(Clone, Copy, Debug)]
pub struct AtMost {
    /// About so many records are given.
    pub given: usize,
    /// So many are looked at: most are not wanted, and reading them takes time that somebody else waits for.
    pub looked_at: usize,
}

/// A segment that is read.
struct Current {
    ordinal: u64,
    name: String,
    /// The number of its first record, where its head says so.
    first: Option<u64>,
    frames: Option<Frames>,
    /// What is wrong in it, if anything was.
    fault: Option<String>,
}

/// Stands in the log behind the last record that was looked at.
pub struct Watch {
    files: Box<dyn Files>,
    current: Option<Current>,
    /// Records below this were looked at; `None`: none ever was.
    next: Option<u64>,
    /// Below this there are records, as far as was read.
    end: u64,
    /// It has not yet read up to the end of the log.
    fresh: bool,
    patient: bool,
    /// The last look ended before the end of the log, or there was none.
    behind: bool,
}

/// What is given to whoever asks: rows as they come, and what is lost in one piece as far as it goes together.
struct Given<'a> {
    wanted: &'a dyn Fn(&Entry<'_>) -> bool,
    each: &'a mut dyn FnMut(Met),
    lost: Option<Lost>,
    left: AtMost,
}

impl Given<'_> {
    fn is_enough(&self) -> bool {
        self.left.given == 0 || self.left.looked_at == 0
    }

    fn lost(&mut self, (first, last): (u64, u64), place: impl FnOnce() -> String) {
        match &mut self.lost {
            Some(lost) if lost.last + 1 == first => lost.last = last,
            _ => {
                self.tell();
                self.lost = Some(Lost { first, last, place: place() });
            }
        }
    }

    fn tell(&mut self) {
        if let Some(lost) = self.lost.take() {
            (self.each)(Met::Lost(lost));
            self.left.given = self.left.given.saturating_sub(1);
        }
    }

    fn record(&mut self, frame: &Frame<'_>, place: impl FnOnce(&str) -> String) {
        match decode(frame.payload) {
            Ok(entry) if (self.wanted)(&entry) => {
                self.tell();
                (self.each)(Met::Row(row(frame.sequence, &entry)));
                self.left.given = self.left.given.saturating_sub(1);
            }
            Ok(_) => {}
            Err(fault) => self.lost((frame.sequence, frame.sequence), || place(&Damage::Entry(fault).to_string())),
        }
    }
}

fn row(sequence: u64, entry: &Entry<'_>) -> Row {
    match entry {
        Entry::Request(request) => Row::Request(Box::new(RequestRow::new(sequence, request, None))),
        Entry::Outcome(outcome) => Row::Outcome(OutcomeRow::new(sequence, outcome)),
        Entry::Event(event) => Row::Event(EventRow::new(sequence, event)),
    }
}

impl Watch {
    /// Stands behind the record of this number; without one, at the beginning of the newest segment. Who is not `patient` passes over a
    /// segment that cannot be read.
    ///
    /// # Errors
    /// [`ReadFault`] when the folder cannot be read.
    pub fn after(folder: &Path, sequence: Option<u64>, patient: bool) -> Result<Self, ReadFault> {
        Self::on(Box::new(DiskFiles::at(folder)), sequence, patient)
    }

    pub(crate) fn on(files: Box<dyn Files>, sequence: Option<u64>, patient: bool) -> Result<Self, ReadFault> {
        let next = sequence.map(|sequence| sequence + 1);
        let path = path_of(&*files)?;
        let begins = |first: u64| next.is_some_and(|next| first <= next);
        let link = match sequence {
            None => path.last(),
            Some(_) => path.iter().rfind(|link| link.head.as_ref().is_ok_and(|head| begins(head.first))).or(path.first()),
        };
        let current = link.map(|link| opened(&*files, link, patient)).transpose()?;
        Ok(Self { files, current, next, end: 0, fresh: true, patient, behind: true })
    }

    /// The number of the last record that was looked at; `None`: there was none.
    #[must_use]
    pub fn last(&self) -> Option<u64> {
        self.next.and_then(|next| next.checked_sub(1))
    }

    /// Is there more than was looked at, as far as is known?
    #[must_use]
    pub fn is_behind(&self) -> bool {
        self.behind
    }

    /// Gives those records that have come since and are wanted, and everything that is lost, up to a bound: the next look goes on there.
    ///
    /// # Errors
    /// [`ReadFault`] when the folder or a segment cannot be read, and nothing was given.
    pub fn poll(&mut self, wanted: &dyn Fn(&Entry<'_>) -> bool, most: AtMost, each: &mut dyn FnMut(Met)) -> Result<(), ReadFault> {
        let before = self.next;
        let mut given = Given { wanted, each, lost: None, left: most };
        let went = self.go_on(&mut given);
        self.behind = given.is_enough();
        given.tell();
        // What was read up to a fault counts; the fault comes again at the next look.
        if self.next == before { went } else { Ok(()) }
    }

    fn go_on(&mut self, given: &mut Given<'_>) -> Result<(), ReadFault> {
        self.enter(given, None);
        loop {
            self.drain(given)?;
            if given.is_enough() {
                return Ok(());
            }
            let Some(link) = self.successor()? else {
                if self.turned_back(given)? {
                    continue;
                }
                self.fresh &= self.current.is_none();
                return Ok(());
            };
            // A file is complete before its successor appears; what came between the last look and that is still to be read.
            self.drain(given)?;
            if given.is_enough() {
                return Ok(());
            }
            let next = opened(&*self.files, &link, self.patient)?;
            let before = self.current.replace(next);
            self.enter(given, before.and_then(|before| before.fault));
        }
    }

    /// What a segment's head says is missing before it; `fault` is what was wrong in the one before.
    fn enter(&mut self, given: &mut Given<'_>, fault: Option<String>) {
        let Some(Current { first: Some(first), name, .. }) = &self.current else { return };
        self.end = self.end.max(*first);
        if let Some(next) = self.next.filter(|next| next < first) {
            given.lost((next, first - 1), || fault.unwrap_or_else(|| format!("before {name}: swept, or taken away")));
            self.next = Some(*first);
        }
    }

    fn drain(&mut self, given: &mut Given<'_>) -> Result<(), ReadFault> {
        let Some(current) = &mut self.current else { return Ok(()) };
        let Some(frames) = &mut current.frames else { return Ok(()) };
        while !given.is_enough() {
            given.left.looked_at -= 1;
            let fault = match frames.next() {
                Ok(Step::End) => return Ok(()),
                Ok(Step::Frame(frame, at)) => {
                    if frame.kind == FrameKind::Record {
                        let (next, fault) = (self.next.unwrap_or(frame.sequence), current.fault.take());
                        take(given, (&frame, at), next, (&current.name, fault));
                        self.end = self.end.max(frame.sequence + 1);
                        self.next = Some(next.max(frame.sequence + 1));
                    }
                    continue;
                }
                Ok(Step::Broken(at, problem)) => {
                    current.fault = Some(format!("{}, byte {at}: {problem}", current.name));
                    match frames.resume(self.next.or(current.first).unwrap_or(0)) {
                        Ok(true) => continue,
                        Ok(false) => return Ok(()),
                        Err(fault) => fault,
                    }
                }
                Err(fault) => fault,
            };
            // Behind a sealed block that does not read there is another; a whole file that does not read is another matter.
            let Some(end) = behind(&fault).filter(|end| *end > frames.at()) else { return self.give_up(fault) };
            current.fault = Some(short(&fault));
            frames.go_to(end)?;
        }
        Ok(())
    }

    /// A segment that cannot be read on: who is patient asks again.
    fn give_up(&mut self, fault: ReadFault) -> Result<(), ReadFault> {
        match &mut self.current {
            Some(current) if !self.patient && newest(&*self.files).is_ok_and(|newest| newest > current.ordinal) => {
                current.fault = Some(short(&fault));
                current.frames = None;
                Ok(())
            }
            Some(_) | None => Err(fault),
        }
    }

    fn successor(&self) -> Result<Option<Link>, ReadFault> {
        if self.current.as_ref().is_some_and(|current| newest(&*self.files).is_ok_and(|newest| newest <= current.ordinal)) {
            return Ok(None);
        }
        let mut path = path_of(&*self.files)?;
        let found = match &self.current {
            None => path.len().checked_sub(1),
            Some(current) => path.iter().position(|link| link.ordinal > current.ordinal),
        };
        Ok(found.map(|at| path.swap_remove(at)))
    }

    /// Does the log end before the place up to which it was looked at? Then it was put back or is another one, and numbers come again: the
    /// newest segment is looked at from its beginning.
    fn turned_back(&mut self, given: &mut Given<'_>) -> Result<bool, ReadFault> {
        let Some(current) = self.current.as_ref().filter(|_| self.fresh) else { return Ok(false) };
        let (Some(next), Some(first)) = (self.next.filter(|next| *next > self.end), current.first) else { return Ok(false) };
        self.fresh = false;
        given.lost((self.end, next - 1), || "the log ends before them: it was put back, or is another one".to_owned());
        let path = path_of(&*self.files)?;
        let Some(link) = path.iter().find(|link| link.ordinal == current.ordinal) else { return Ok(false) };
        self.current = Some(opened(&*self.files, link, self.patient)?);
        self.next = Some(first);
        Ok(true)
    }
}

/// A record at its place in a segment, and what is missing before it.
fn take(given: &mut Given<'_>, (frame, at): (&Frame<'_>, u64), next: u64, (name, fault): (&str, Option<String>)) {
    if frame.sequence > next {
        given.lost((next, frame.sequence - 1), || fault.unwrap_or_else(|| format!("{name}, before byte {at}: they are not there")));
    }
    if frame.sequence >= next {
        given.record(frame, |fault| format!("{name}, byte {at}: {fault}"));
    }
}

/// A segment that cannot be opened has no frames: what is missing for that is told by the next one.
fn opened(files: &dyn Files, link: &Link, patient: bool) -> Result<Current, ReadFault> {
    let first = link.head.as_ref().ok().map(|head| head.first);
    let (frames, fault) = match Frames::open(files, &link.name, link.valid) {
        Ok(frames) => (Some(frames), None),
        Err(fault) => match behind(&fault) {
            Some(end) => (Some(Frames::open_at(files, &link.name, link.valid, end)?), Some(short(&fault))),
            None if !patient && !link.last => (None, Some(short(&fault))),
            None => return Err(fault),
        },
    };
    Ok(Current { ordinal: link.ordinal, name: link.name.clone(), first, frames, fault })
}

/// A fault with the name of its file; its folder is nobody's business here.
fn short(fault: &ReadFault) -> String {
    let path = match fault {
        ReadFault::Io { path, .. } | ReadFault::Damaged { path, .. } => path,
    };
    let name = path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    match fault {
        ReadFault::Io { source, .. } => format!("{name} cannot be read: {source}"),
        ReadFault::Damaged { at, damage, .. } => format!("{name}, byte {at}: {damage}"),
    }
}
