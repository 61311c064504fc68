//! Reads the frames of one segment from front to back, in bounded memory. It never writes, and it stops, with the place, where
//! frames stop making sense. A file that is still growing can be read on later.

use super::fault::{Damage, ReadFault};
use super::files::{Files, Source};
use super::quiet::breathe;
use super::seal::open_source;
use crate::record::frame::{Frame, FrameProblem, frame_size, read_frame};
use crate::record::segment::MAGIC;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::PathBuf;

const CHUNK: usize = 256 * 1024;

/// A segment being read.
pub(crate) struct Frames {
    source: Box<dyn Source>,
    path: PathBuf,
    buffer: Vec<u8>,
    /// Where the next frame starts in the buffer.
    start: usize,
    /// Where the next frame starts in the file.
    at: u64,
    /// Bytes of the file that count and are not yet in the buffer.
    left: u64,
    /// How much is read at a time: little at first, for whoever wants no more than the head.
    chunk: usize,
}

/// What comes next.
#[derive(Debug)]
pub(crate) enum Step<'a> {
    /// A frame, and where it starts in the file.
    Frame(Frame<'a>, u64),
    /// Nothing: the file ends after a whole frame.
    End,
    /// No whole frame: where, and why.
    Broken(u64, FrameProblem),
}

impl Frames {
    /// Opens a segment, sealed or not, by the name of its raw form, of which `valid` bytes count (`None`: all). The magic bytes are checked.
    pub(crate) fn open(files: &dyn Files, name: &str, valid: Option<u64>) -> Result<Self, ReadFault> {
        Self::open_any(files, name, valid)?.checked()
    }

    /// The same with what was opened already.
    pub(super) fn of(source: Box<dyn Source>, path: PathBuf, valid: Option<u64>) -> Result<Self, ReadFault> {
        Self::at_start(source, path, valid).checked()
    }

    fn checked(mut self) -> Result<Self, ReadFault> {
        self.want(MAGIC.len()).map_err(|source| self.io(source))?;
        if self.ready() < MAGIC.len() || self.buffer[..MAGIC.len()] != MAGIC {
            return Err(self.damaged(0, Damage::Foreign));
        }
        self.skip(MAGIC.len());
        Ok(self)
    }

    /// The same from a place further on, where a frame starts: what is before it is not looked at.
    pub(crate) fn open_at(files: &dyn Files, name: &str, valid: Option<u64>, at: u64) -> Result<Self, ReadFault> {
        let mut frames = Self::open_any(files, name, valid)?;
        frames.go_to(at)?;
        Ok(frames)
    }

    fn open_any(files: &dyn Files, name: &str, valid: Option<u64>) -> Result<Self, ReadFault> {
        let (source, path) = open_source(files, name).map_err(|(source, path)| ReadFault::Io { path, source })?;
        Ok(Self::at_start(source, path, valid))
    }

    fn at_start(source: Box<dyn Source>, path: PathBuf, valid: Option<u64>) -> Self {
        Self { source, path, buffer: Vec::new(), start: 0, at: 0, left: valid.unwrap_or(u64::MAX), chunk: 4096 }
    }

    /// The next frame. After [`Step::End`] or [`Step::Broken`] it may be asked again: the file may have grown.
    pub(crate) fn next(&mut self) -> Result<Step<'_>, ReadFault> {
        breathe();
        self.want(4).map_err(|source| self.io(source))?;
        if self.ready() == 0 {
            return Ok(Step::End);
        }
        let at = self.at;
        let size = match frame_size(&self.buffer[self.start..]) {
            Ok(size) => size,
            Err(problem) => return Ok(Step::Broken(at, problem)),
        };
        self.want(size).map_err(|source| self.io(source))?;
        match read_frame(&self.buffer[self.start..]) {
            Ok(frame) => {
                self.start += size;
                self.at += size as u64;
                Ok(Step::Frame(frame, at))
            }
            Err(problem) => Ok(Step::Broken(at, problem)),
        }
    }

    /// Goes on from the frame that starts here, further on in the file.
    pub(crate) fn go_to(&mut self, at: u64) -> Result<(), ReadFault> {
        let ahead = at.saturating_sub(self.at);
        match usize::try_from(ahead) {
            Ok(count) if count <= self.ready() => self.skip(count),
            Ok(_) | Err(_) => {
                self.source.seek(SeekFrom::Start(at)).map_err(|source| self.io(source))?;
                self.left = self.left.saturating_add(self.ready() as u64).saturating_sub(ahead);
                self.buffer.clear();
                (self.start, self.at) = (0, at);
            }
        }
        Ok(())
    }

    /// Where the next frame starts in the file.
    pub(crate) fn at(&self) -> u64 {
        self.at
    }

    /// Unreads the frame that was just read.
    pub(crate) fn step_back(&mut self, size: usize) {
        self.start -= size;
        self.at -= size as u64;
    }

    /// Everything that is left, from the next frame on.
    pub(crate) fn rest(&mut self) -> Result<Vec<u8>, ReadFault> {
        let mut rest = self.buffer[self.start..].to_vec();
        self.source.by_ref().take(self.left).read_to_end(&mut rest).map_err(|source| self.io(source))?;
        Ok(rest)
    }

    /// Everything from this place on.
    pub(crate) fn rest_from(&mut self, at: u64) -> Result<Vec<u8>, ReadFault> {
        self.source.seek(SeekFrom::Start(at)).map_err(|source| self.io(source))?;
        let mut rest = Vec::new();
        self.source.by_ref().read_to_end(&mut rest).map_err(|source| self.io(source))?;
        Ok(rest)
    }

    /// Passes over bytes that are in the buffer.
    fn skip(&mut self, count: usize) {
        self.start += count;
        self.at += count as u64;
    }

    /// Goes on behind damage: searches for the next whole frame. `false` when there is none.
    pub(crate) fn resume(&mut self, expected: u64) -> Result<bool, ReadFault> {
        let wanted = self.want(crate::record::MAX_ENTRY * 2);
        let found = crate::record::frame::find_frame(&self.buffer, self.start + 1, expected);
        match (found, wanted) {
            (Some(place), _) => self.skip(place - self.start),
            (None, wanted) => wanted.map_err(|source| self.io(source))?,
        }
        Ok(found.is_some())
    }

    pub(crate) fn io(&self, source: io::Error) -> ReadFault {
        ReadFault::Io { path: self.path.clone(), source }
    }

    /// A fault in this file.
    pub(crate) fn damaged(&self, at: u64, damage: Damage) -> ReadFault {
        ReadFault::Damaged { path: self.path.clone(), at, damage }
    }

    fn ready(&self) -> usize {
        self.buffer.len() - self.start
    }

    /// Reads until this many bytes are ready, or the file ends.
    fn want(&mut self, count: usize) -> io::Result<()> {
        if self.ready() >= count {
            return Ok(());
        }
        self.buffer.drain(..self.start);
        self.start = 0;
        while self.buffer.len() < count {
            let room = (self.chunk.max(count) as u64).min(self.left);
            self.chunk = (self.chunk * 4).min(CHUNK);
            let before = self.buffer.len();
            let answer = self.source.by_ref().take(room).read_to_end(&mut self.buffer);
            // What was read before an error counts: it is the next read that fails then.
            let read = (self.buffer.len() - before) as u64;
            self.left -= read;
            match answer {
                Err(error) if self.buffer.len() < count => return Err(error),
                Ok(_) if read == 0 => break,
                Ok(_) | Err(_) => {}
            }
        }
        Ok(())
    }
}
