//! Is the log whole? Recomputes every checksum, every number and the chain over all segments, and names each place where they do not
//! agree (security L6, L12: it reads only); and whether the records are those over which heads were signed. What it cannot know: whether
//! records and heads since the last handover of the key were rewritten by someone who held it. A head kept elsewhere is for that.

mod bridge;
mod notes;

use super::fault::{Damage, ReadFault};
use super::files::{DiskFiles, Files};
use super::frames::{Frames, Step};
use super::heads::{HeadsCheck, HeadsReport};
use super::name::{ordinal_of, segment_name};
use super::path::{Head, Link, read_head, segments};
use super::sweep::read_receipts;
use crate::record::chain::ChainValue;
use crate::record::decode;
use crate::record::frame::{Frame, FrameKind};
use crate::record::segment::{Checkpoint, Predecessor, SegmentEnd};
use crate::record::tree::TreeHash;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How often, and after how long, a frame at the end of the newest segment is looked at again before it counts as broken.
const PATIENCE: u32 = 10;
const MOMENT: Duration = Duration::from_millis(20);

/// What was found.
#[derive(Debug, Default)]
pub struct Report {
    /// Segments that were read.
    pub segments: u64,
    /// Records whose checksum, number and place in the chain are right.
    pub records: u64,
    /// Bytes that were read.
    pub bytes: u64,
    /// Number of the first record there is.
    pub first: Option<u64>,
    /// Number of the last record there is.
    pub last: Option<u64>,
    /// Where the chain stands at the end: write it down elsewhere, and a later run can be compared with it.
    pub chain: Option<ChainValue>,
    /// Earlier segments are not in this folder.
    pub starts_late: bool,
    /// The newest segment has no end: the proxy is running, or it was stopped by force.
    pub open: bool,
    /// Records that were lost at crashes, each reported by the log itself: first and last number.
    pub gaps: Vec<(u64, u64)>,
    /// Bytes of the newest segment.
    pub last_bytes: u64,
    /// Segments that were deleted when their time was over, and whose receipts lead the chain across.
    pub swept_segments: u64,
    /// Records that were in them.
    pub swept_records: u64,
    /// Files that are no part of the log: leftovers of attempts that failed.
    pub beside: Vec<PathBuf>,
    /// The signed heads, and what they cover.
    pub heads: HeadsReport,
    /// Every place where the log is not whole. Empty: it is.
    pub faults: Vec<ReadFault>,
}

impl Report {
    /// Is everything as it was written?
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.faults.is_empty()
    }
}

/// Checks the log in this folder.
///
/// # Errors
/// [`ReadFault`] when the folder cannot be read at all.
pub fn verify(folder: &Path) -> Result<Report, ReadFault> {
    verify_in(&DiskFiles::at(folder))
}

pub(crate) fn verify_in(files: &dyn Files) -> Result<Report, ReadFault> {
    let (path, beside) = segments(files)?;
    let mut report = Report { beside: beside.iter().map(|name| files.path(name)).collect(), ..Report::default() };
    for name in &beside {
        // A leftover has a number of its own; a copy has not.
        if path.iter().any(|link| ordinal_of(name) == Some(link.ordinal)) {
            report.faults.push(ReadFault::Damaged { path: files.path(name), at: 0, damage: Damage::Doubled });
        }
    }
    let mut receipts = read_receipts(files)?;
    report.faults.append(&mut receipts.faults);
    let receipts = receipts.entries.into_iter().map(|receipt| (receipt.segment, receipt)).collect();
    let heads = HeadsCheck::open(files, &mut report.faults)?;
    notes::check_notes(files, &heads, &mut report.faults)?;
    let mut audit = Audit { report, heads };
    let mut stand: Option<Stand> = None;
    for (index, link) in path.iter().enumerate() {
        let next = path.get(index + 1).and_then(|next| next.head.as_ref().ok()).filter(|next| next.follows == link.ordinal);
        audit.report.segments += 1;
        let mut follows = stand.is_some();
        if let Ok(head) = &link.head {
            follows = head.predecessor == Predecessor::None || stand.as_ref().is_some_and(|stand| stand.ordinal == head.follows);
            stand = bridge::bridge(stand.as_ref(), head, &receipts, &mut audit.report).or(stand);
        }
        let started = audit.heads.segment(&link.name, follows);
        let (stood, fault) = walk(files, link, stand.as_ref(), next, &mut audit);
        let sidecar = audit.heads.ended(started, fault.is_none());
        audit.report.faults.extend(fault.into_iter().chain(sidecar));
        stand = stood;
    }
    let Audit { mut report, heads } = audit;
    let end = path.last().map(|last| (&*last.name, report.last_bytes));
    report.heads = heads.finish(end, &mut report.faults);
    report.chain = stand.map(|stand| stand.chain);
    Ok(report)
}

/// Where the walk stands behind a segment.
#[derive(Clone, Debug)]
struct Stand {
    ordinal: u64,
    chain: ChainValue,
    next: u64,
    /// How the segment ended, as its successor has to say.
    ended: Ending,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    /// With an end frame.
    Closed,
    /// Without one, after this many bytes.
    Open(u64),
}

/// What is put together on the way.
struct Audit<'a> {
    report: Report,
    heads: HeadsCheck<'a>,
}

/// A walk over one segment.
struct Walk<'a> {
    link: &'a Link,
    chain: ChainValue,
    next: u64,
    first: u64,
    /// Where the chain was last known to be right.
    sure: u64,
    earliest: i64,
    latest: i64,
    ended: bool,
}

type Fault = Box<ReadFault>;

/// Walks a segment. Gives where it ends (unless it cannot be known) and the first fault in it.
fn walk(
    files: &dyn Files,
    link: &Link,
    before: Option<&Stand>,
    next: Option<&Head>,
    audit: &mut Audit<'_>,
) -> (Option<Stand>, Option<ReadFault>) {
    let claimed = next.map(|next| Stand {
        ordinal: link.ordinal,
        chain: next.predecessor.chain(),
        next: next.first,
        ended: next.predecessor.valid_bytes().map_or(Ending::Closed, Ending::Open),
    });
    match walk_inside(files, link, before, next, audit) {
        Ok(stand) => (Some(stand), None),
        // What comes next is judged by what its own head says, so that one fault is named once.
        Err(fault) => (claimed, Some(*fault)),
    }
}

fn walk_inside(files: &dyn Files, link: &Link, before: Option<&Stand>, next: Option<&Head>, audit: &mut Audit<'_>) -> Result<Stand, Fault> {
    let mut frames = Frames::open(files, &link.name, link.valid)?;
    let head = read_head(&mut frames)?;
    check_head(&frames, link, &head, before, &mut audit.report)?;
    let mut frames = Frames::open(files, &link.name, link.valid)?;
    let mut walk = Walk {
        link,
        chain: head.predecessor.chain(),
        next: head.first,
        first: head.first,
        sure: 0,
        earliest: i64::MAX,
        latest: i64::MIN,
        ended: false,
    };
    let before_bytes = audit.report.bytes;
    let answer = walk.frames(&mut frames, audit);
    audit.report.bytes = before_bytes + frames.at();
    audit.report.last_bytes = frames.at();
    answer?;
    check_end(files, &mut frames, &walk, next)?;
    audit.report.open |= link.last && !walk.ended;
    let ended = if walk.ended { Ending::Closed } else { Ending::Open(frames.at()) };
    Ok(Stand { ordinal: link.ordinal, chain: walk.chain, next: walk.next, ended })
}

/// Does this segment follow from the one before, and does its name say so?
fn check_head(frames: &Frames, link: &Link, head: &Head, before: Option<&Stand>, report: &mut Report) -> Result<(), Fault> {
    let fault = |damage| Err(Fault::from(frames.damaged(frames_start(), damage)));
    if segment_name(head.ordinal, head.first, head.at.wall) != link.name {
        return fault(Damage::Name);
    }
    let Some(before) = before else {
        let is_first = report.segments == 1;
        report.starts_late |= is_first && head.predecessor != Predecessor::None;
        return Ok(());
    };
    if before.ordinal != head.follows {
        return fault(Damage::Missing(head.follows));
    }
    let claimed = head.predecessor.valid_bytes().map_or(Ending::Closed, Ending::Open);
    let same_end = before.ended == claimed && head.predecessor != Predecessor::None;
    let torn = matches!(head.predecessor, Predecessor::Unclosed { valid_bytes, file_bytes, .. } if file_bytes > valid_bytes);
    if !same_end || before.chain != head.predecessor.chain() {
        return fault(Damage::NotNext);
    }
    if head.first != before.next && !(torn && head.first > before.next) {
        return fault(Damage::Sequence { expected: before.next, found: head.first });
    }
    if head.first > before.next {
        report.gaps.push((before.next, head.first - 1));
    }
    Ok(())
}

/// The head stands right behind the magic bytes.
const fn frames_start() -> u64 {
    crate::record::segment::MAGIC.len() as u64
}

impl Walk<'_> {
    fn frames(&mut self, frames: &mut Frames, audit: &mut Audit<'_>) -> Result<(), Fault> {
        let mut patience = PATIENCE;
        loop {
            let found = match frames.next()? {
                Step::End => return Ok(()),
                // The writer may be in the middle of a frame: it will be done in a moment.
                Step::Broken(..) if self.link.last && !self.ended && patience > 0 => {
                    patience -= 1;
                    std::thread::sleep(MOMENT);
                    continue;
                }
                Step::Broken(at, problem) => Err((at, if self.ended { Damage::Surplus } else { Damage::Frame(problem) })),
                Step::Frame(frame, at) => {
                    patience = PATIENCE;
                    self.frame(&frame, at, audit).map_err(|damage| (at, damage))
                }
            };
            found.map_err(|(at, damage)| frames.damaged(at, damage))?;
        }
    }

    fn frame(&mut self, frame: &Frame<'_>, at: u64, audit: &mut Audit<'_>) -> Result<(), Damage> {
        if self.ended {
            return Err(Damage::Surplus);
        }
        if (frame.kind == FrameKind::Head) != (at == frames_start()) {
            return Err(Damage::Misplaced);
        }
        if frame.sequence != self.next {
            return Err(Damage::Sequence { expected: self.next, found: frame.sequence });
        }
        match frame.kind {
            FrameKind::Head => {}
            FrameKind::Record => self.record(frame, audit)?,
            FrameKind::Checkpoint => self.checkpoint(&Checkpoint::decode(frame.payload)?, at)?,
            FrameKind::End => self.end(&SegmentEnd::decode(frame.payload)?, at)?,
        }
        self.chain = self.chain.next(frame.chained);
        Ok(())
    }

    fn record(&mut self, frame: &Frame<'_>, audit: &mut Audit<'_>) -> Result<(), Damage> {
        decode(frame.payload)?;
        if let Some(wall) = crate::record::wall_of(frame.payload) {
            self.earliest = self.earliest.min(wall);
            self.latest = self.latest.max(wall);
        }
        audit.report.records += 1;
        audit.report.first.get_or_insert(frame.sequence);
        audit.report.last = Some(frame.sequence);
        self.next += 1;
        audit.heads.leaf(TreeHash::leaf(frame.chained))
    }

    fn checkpoint(&mut self, checkpoint: &Checkpoint, at: u64) -> Result<(), Damage> {
        let found = self.next - self.first;
        if checkpoint.chain != self.chain {
            return Err(Damage::Chain { since: self.sure });
        }
        if checkpoint.records != found {
            return Err(Damage::Count { expected: checkpoint.records, found });
        }
        self.sure = at;
        Ok(())
    }

    fn end(&mut self, end: &SegmentEnd, at: u64) -> Result<(), Damage> {
        self.checkpoint(&end.checkpoint, at)?;
        if (end.earliest, end.latest) != (self.earliest, self.latest) {
            return Err(Damage::Chain { since: self.sure });
        }
        self.ended = true;
        Ok(())
    }
}

/// A segment that has a successor ends as its successor says.
fn check_end(files: &dyn Files, frames: &mut Frames, walk: &Walk<'_>, next: Option<&Head>) -> Result<(), Fault> {
    if walk.link.last {
        return Ok(());
    }
    let at = frames.at();
    match next.map(|next| next.predecessor) {
        Some(Predecessor::Unclosed { valid_bytes, file_bytes, tail, .. }) => {
            let mut whole = Frames::open(files, &walk.link.name, None)?;
            let rest = whole.rest_from(valid_bytes)?;
            let same = at == valid_bytes && valid_bytes + rest.len() as u64 == file_bytes && ChainValue::digest(&rest) == tail;
            if same { Ok(()) } else { Err(frames.damaged(at, Damage::Tail).into()) }
        }
        Some(Predecessor::Abandoned { valid_bytes, .. }) if at == valid_bytes => Ok(()),
        Some(Predecessor::Abandoned { .. } | Predecessor::Closed { .. } | Predecessor::None) | None if walk.ended => Ok(()),
        Some(Predecessor::Abandoned { .. } | Predecessor::Closed { .. } | Predecessor::None) | None => {
            Err(frames.damaged(at, Damage::Endless).into())
        }
    }
}
