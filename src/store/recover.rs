//! Finds out where the log stands when it is opened: closed in order, or left with a torn tail. It writes no byte; the torn file stays as
//! it is, and what was lost is reported as a record of the log itself (security L2). What it counts as whole it has put on disk first:
//! a process that was killed may have left it with the kernel alone, and the next power cut would take it from under its successor.

use super::fault::ReadFault;
use super::files::Files;
use super::frames::{Frames, Step};
use super::path::{Head, Link, read_head, segments};
use super::shelf::Start;
use crate::record::chain::ChainValue;
use crate::record::frame::{FRAME_HEAD, Frame, FrameKind, find_frame, read_frame};
use crate::record::segment::{Predecessor, SegmentHead};

/// Records that were lost with a torn tail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Gap {
    /// File of the torn segment.
    pub(super) file: String,
    /// Where the torn tail starts.
    pub(super) at: u64,
    /// Its length in bytes.
    pub(super) bytes: u64,
    /// First record that is lost.
    pub(super) first: u64,
    /// Last record of which there is a trace.
    pub(super) last: u64,
}

impl std::fmt::Display for Gap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { file, at, bytes, first, last } = self;
        write!(
            f,
            "records {first} to {last} were lost when the process or machine stopped: {bytes} bytes from byte {at} of {file} are no whole record"
        )
    }
}

/// How the log was left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Left {
    /// Closed in order, or there is none yet.
    InOrder,
    /// Stopped by force after a whole record: its number, and whether the machine itself has been started again since.
    Unclosed {
        /// Number of the last record there is.
        last: u64,
        /// The machine stopped, not only the process.
        machine: bool,
    },
    /// Stopped by force within a record.
    Torn(Gap),
}

impl std::fmt::Display for Left {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::InOrder => f.write_str("the log was closed in order"),
            Self::Unclosed { last, machine: false } => {
                write!(f, "the process was stopped by force after record {last}: every record up to it is here")
            }
            Self::Unclosed { last, machine: true } => write!(
                f,
                "the machine stopped without closing the log, of which record {last} is the last: records that were not yet on disk, \
                 at most those of the last second, are missing without a trace unless durability was power"
            ),
            Self::Torn(gap) => gap.fmt(f),
        }
    }
}

/// Where the log stands. `boot` names this run of the machine.
pub(super) fn recover(files: &dyn Files, boot: &str) -> Result<(Start, Left), ReadFault> {
    let (path, beside) = segments(files)?;
    let Some(last) = path.last() else {
        return Ok((Start { ordinal: 0, predecessor: Predecessor::None, sequence: 1 }, Left::InOrder));
    };
    debug_assert!(beside.iter().all(|name| name != &last.name));
    let synced = match files.sync(&last.name) {
        // Not under this name: then it is closed and sealed, and was on disk before that.
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(()),
        other => other.and_then(|()| files.sync_folder()),
    };
    synced.map_err(|source| ReadFault::Io { path: files.path(&last.name), source })?;
    let mut frames = Frames::open(files, &last.name, None)?;
    let head = read_head(&mut frames)?;
    let (start, gap) = stand(files, last, &head)?;
    let left = match (gap, start.predecessor) {
        (Some(gap), _) => Left::Torn(gap),
        (None, Predecessor::Unclosed { .. }) => Left::Unclosed { last: start.sequence - 1, machine: boot_of(files, last)? != boot },
        (None, Predecessor::None | Predecessor::Closed { .. } | Predecessor::Abandoned { .. }) => Left::InOrder,
    };
    Ok((start, left))
}

/// The run of the machine in which this segment was started.
fn boot_of(files: &dyn Files, link: &Link) -> Result<String, ReadFault> {
    let mut frames = Frames::open(files, &link.name, None)?;
    Ok(match frames.next()? {
        Step::Frame(frame, _) => SegmentHead::decode(frame.payload).map(|head| head.boot.to_owned()).unwrap_or_default(),
        Step::End | Step::Broken(..) => String::new(),
    })
}

/// Walks the last segment to the end of what is whole.
fn stand(files: &dyn Files, last: &Link, head: &Head) -> Result<(Start, Option<Gap>), ReadFault> {
    let mut frames = Frames::open(files, &last.name, None)?;
    let mut chain = head.predecessor.chain();
    let mut next = head.first;
    let mut ended = false;
    while let Step::Frame(frame, _) = frames.next()? {
        // A record out of order is no continuation: from there on it is a tail like any other, kept and reported.
        if frame.kind == FrameKind::Record && frame.sequence != next {
            let size = frame.size();
            frames.step_back(size);
            break;
        }
        chain = chain.next(frame.chained);
        ended = frame.kind == FrameKind::End;
        next += u64::from(frame.kind == FrameKind::Record);
    }
    let at = frames.at();
    let tail = frames.rest()?;
    if ended && tail.is_empty() {
        return Ok((Start { ordinal: last.ordinal, predecessor: Predecessor::Closed { chain }, sequence: next }, None));
    }
    let file_bytes = at + tail.len() as u64;
    let predecessor = Predecessor::Unclosed { chain, valid_bytes: at, file_bytes, tail: ChainValue::digest(&tail) };
    let gap = (!tail.is_empty()).then(|| {
        let lost = last_trace(&tail, next);
        Gap { file: last.name.clone(), at, bytes: tail.len() as u64, first: next, last: lost }
    });
    let sequence = gap.as_ref().map_or(next, |gap| gap.last + 1);
    Ok((Start { ordinal: last.ordinal, predecessor, sequence }, gap))
}

/// The last record that the torn tail shows a trace of; at least the one that was being written.
fn last_trace(tail: &[u8], next: u64) -> u64 {
    let (mut last, mut from) = (next, 0);
    while let Some(at) = find_frame(tail, from, next) {
        let Ok(Frame { kind, sequence, .. }) = read_frame(&tail[at..]) else { break };
        last = last.max(if kind == FrameKind::Record { sequence } else { sequence.saturating_sub(1) });
        from = at + FRAME_HEAD;
    }
    last
}
