//! Which files are the log: the path from the newest segment back along the ordinals that heads name. It reads heads only, and
//! never hides a file: what is beside the path, or cannot be read, is named.

use super::fault::{Damage, ReadFault};
use super::files::Files;
use super::frames::{Frames, Step};
use super::name::{ordinal_of, raw_name, sealed_name};
use crate::model::Moment;
use crate::record::CodecFault;
use crate::record::frame::FrameKind;
use crate::record::segment::{Predecessor, SegmentHead};
use std::io::Cursor;

/// One segment of the log.
#[derive(Debug)]
pub(crate) struct Link {
    /// The name of its raw form; [`Frames::open`] finds the sealed one by it.
    pub(crate) name: String,
    /// Its number.
    pub(crate) ordinal: u64,
    /// What its head says; the fault where it cannot be read.
    pub(crate) head: Result<Head, ReadFault>,
    /// How many of its bytes count, where its successor says so.
    pub(crate) valid: Option<u64>,
    /// Is there a segment after it?
    pub(crate) last: bool,
}

/// The parts of a head that reading needs.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) follows: u64,
    pub(crate) first: u64,
    pub(crate) ordinal: u64,
    pub(crate) at: Moment,
    pub(crate) predecessor: Predecessor,
    /// Identifies the run of the machine.
    pub(crate) boot: Box<str>,
    /// Was the wall clock known to be synchronised?
    pub(crate) synchronised: bool,
}

impl Head {
    /// From the payload of a head's frame, and its sequence number.
    pub(crate) fn read(first: u64, payload: &[u8]) -> Result<Self, CodecFault> {
        let head = SegmentHead::decode(payload)?;
        Ok(Self {
            follows: head.follows,
            first,
            ordinal: head.ordinal,
            at: head.at,
            predecessor: head.predecessor,
            boot: head.boot.into(),
            synchronised: head.clock.split(';').next() == Some("synchronised"),
        })
    }
}

/// The segments of the log in order, and the files beside the path.
pub(crate) fn segments(files: &dyn Files) -> Result<(Vec<Link>, Vec<String>), ReadFault> {
    segments_by(files, &mut |_| None)
}

/// The same; the head of a segment is read only if it is not known by the segment's name.
pub(crate) fn segments_by(files: &dyn Files, known: &mut dyn FnMut(&str) -> Option<Head>) -> Result<(Vec<Link>, Vec<String>), ReadFault> {
    let names = files.names().map_err(|source| ReadFault::Io { path: files.path(""), source })?;
    // A sealed segment goes by the name of its raw form, and both forms together are one.
    let raw = |name: String| raw_name(&name).unwrap_or(name);
    let mut numbered: Vec<(u64, String)> = names.into_iter().map(raw).filter_map(|name| Some((ordinal_of(&name)?, name))).collect();
    numbered.sort_unstable();
    numbered.dedup();
    let (mut path, mut beside) = (Vec::<Link>::new(), Vec::new());
    let mut follows = None;
    for (ordinal, name) in numbered.into_iter().rev() {
        if follows.is_some_and(|follows| ordinal > follows) {
            beside.push(name);
            continue;
        }
        let head = known(&name).map_or_else(|| head_of(files, &name), Ok);
        let valid = path.last().and_then(|next| next.head.as_ref().ok()).filter(|next| next.follows == ordinal);
        let valid = valid.and_then(|next| next.predecessor.valid_bytes());
        follows = Some(head.as_ref().map_or(ordinal.saturating_sub(1), |head| head.follows));
        let last = path.is_empty();
        path.push(Link { name, ordinal, head, valid, last });
    }
    path.reverse();
    Ok((path, beside))
}

/// The head of a segment, where need be from what stands in clear before an encrypted one: reading that one holds it against what it holds.
fn head_of(files: &dyn Files, name: &str) -> Result<Head, ReadFault> {
    let sealed = sealed_name(name);
    let start = files.start_of(&sealed).filter(|_| files.open(name).is_err());
    let mut frames = match start {
        Some(start) => Frames::of(Box::new(Cursor::new(start)), files.path(&sealed), None)?,
        None => Frames::open(files, name, None)?,
    };
    read_head(&mut frames)
}

/// The highest ordinal there is, by name; 0 for none.
pub(crate) fn newest(files: &dyn Files) -> std::io::Result<u64> {
    let ordinal = |name: String| ordinal_of(&raw_name(&name).unwrap_or(name));
    Ok(files.names()?.into_iter().filter_map(ordinal).max().unwrap_or(0))
}

/// Reads the head with which a segment starts.
pub(crate) fn read_head(frames: &mut Frames) -> Result<Head, ReadFault> {
    let at = frames.at();
    let parsed = match frames.next()? {
        Step::Frame(frame, _) if frame.kind == FrameKind::Head => Head::read(frame.sequence, frame.payload),
        Step::Broken(_, problem) => return Err(frames.damaged(at, Damage::Frame(problem))),
        Step::Frame(..) | Step::End => return Err(frames.damaged(at, Damage::HeadMissing)),
    };
    parsed.map_err(|fault| frames.damaged(at, Damage::Entry(fault)))
}
