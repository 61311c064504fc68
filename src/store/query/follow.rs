//! Follows the log as it grows, over the ends of segments. It reads only, and asks the folder again when the newest segment ends.

use super::catalogue::path_of;
use super::row::{EventRow, OutcomeRow, RequestRow, Row};
use crate::record::frame::FrameKind;
use crate::record::{Entry, decode};
use crate::store::fault::ReadFault;
use crate::store::files::{DiskFiles, Files};
use crate::store::frames::{Frames, Step};
use crate::store::path::newest;
use std::path::Path;

/// A reader that stands at the end of the log.
pub struct Follow {
    files: Box<dyn Files>,
    current: Option<(u64, Frames)>,
    /// Records below this have been shown.
    next: u64,
}

impl Follow {
    /// Stands so that `last` records are given first, as far as the newest segment has them.
    ///
    /// # Errors
    /// [`ReadFault`] when the folder cannot be read.
    pub fn open(folder: &Path, last: u64) -> Result<Self, ReadFault> {
        Self::on(Box::new(DiskFiles::at(folder)), last)
    }

    pub(crate) fn on(files: Box<dyn Files>, last: u64) -> Result<Self, ReadFault> {
        let mut follow = Self { files, current: None, next: 0 };
        let mut end = 0;
        follow.poll_raw(|sequence, _| end = sequence + 1)?;
        follow.next = end.saturating_sub(last);
        follow.current = None;
        Ok(follow)
    }

    /// Gives every record that has come since, and returns. Call it again after a while.
    ///
    /// # Errors
    /// [`ReadFault`] when the folder or a segment cannot be read.
    pub fn poll(&mut self, mut each: impl FnMut(Row)) -> Result<(), ReadFault> {
        let from = self.next;
        let mut next = from;
        self.poll_raw(|sequence, payload| {
            if sequence >= next {
                next = sequence + 1;
                each_row(sequence, payload, &mut each);
            }
        })?;
        self.next = next;
        Ok(())
    }

    fn poll_raw(&mut self, mut each: impl FnMut(u64, &[u8])) -> Result<(), ReadFault> {
        loop {
            self.drain(&mut each)?;
            let Some(next) = self.next_segment()? else { return Ok(()) };
            // A file is complete before its successor appears; what came between the last look and that is still to be read.
            self.drain(&mut each)?;
            self.current = Some(next);
        }
    }

    fn drain(&mut self, each: &mut impl FnMut(u64, &[u8])) -> Result<(), ReadFault> {
        let Some((_, frames)) = &mut self.current else { return Ok(()) };
        while let Step::Frame(frame, _) = frames.next()? {
            if frame.kind == FrameKind::Record {
                each(frame.sequence, frame.payload);
            }
        }
        Ok(())
    }

    fn next_segment(&self) -> Result<Option<(u64, Frames)>, ReadFault> {
        if self.current.as_ref().is_some_and(|(ordinal, _)| newest(&*self.files).is_ok_and(|newest| newest <= *ordinal)) {
            return Ok(None);
        }
        let path = path_of(&*self.files)?;
        let link = match &self.current {
            None => path.last(),
            Some((ordinal, _)) => path.iter().find(|link| link.ordinal > *ordinal),
        };
        link.map(|link| Ok((link.ordinal, Frames::open(&*self.files, &link.name, link.valid)?))).transpose()
    }
}

fn each_row(sequence: u64, payload: &[u8], each: &mut impl FnMut(Row)) {
    // Bytes that are no record of this version are for `verify` to name.
    match decode(payload) {
        Ok(Entry::Request(request)) => each(Row::Request(Box::new(RequestRow::new(sequence, &request, None)))),
        Ok(Entry::Outcome(outcome)) => each(Row::Outcome(OutcomeRow::new(sequence, &outcome))),
        Ok(Entry::Event(event)) => each(Row::Event(EventRow::new(sequence, &event))),
        Err(_) => {}
    }
}
