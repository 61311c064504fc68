//! Every record of one segment, also behind damage. It reads only, and names every place that it had to pass over.

use crate::record::CodecFault;
use crate::record::frame::{Frame, FrameKind};
use crate::store::fault::{Damage, ReadFault};
use crate::store::files::Files;
use crate::store::frames::{Frames, Step};
use crate::store::path::Link;
use crate::store::seal::behind_block;

/// Shows every record of a segment, and says how many. Behind damage it goes on at the next whole frame, and behind a sealed block that
/// does not read at the next block; every damaged place is noted, save the torn tail of the newest segment: that one is still being
/// written.
pub(crate) fn each_record(
    files: &dyn Files,
    link: &Link,
    damage: &mut Vec<ReadFault>,
    mut each: impl FnMut(&Frame<'_>) -> Result<(), CodecFault>,
) -> u64 {
    let mut records = 0;
    let read = open(files, link, damage).and_then(|mut frames| {
        let mut next = link.head.as_ref().map_or(0, |head| head.first);
        loop {
            let (at, fault) = match frames.next() {
                Ok(Step::End) => return Ok(()),
                Ok(Step::Broken(at, problem)) => (at, Damage::Frame(problem)),
                Ok(Step::Frame(frame, at)) => {
                    next = frame.sequence;
                    let is_record = frame.kind == FrameKind::Record;
                    records += u64::from(is_record);
                    let answer = if is_record { each(&frame) } else { Ok(()) };
                    damage.extend(answer.err().map(|fault| frames.damaged(at, Damage::Entry(fault))));
                    continue;
                }
                Err(fault) => {
                    pass_over(&mut frames, fault, damage)?;
                    continue;
                }
            };
            let resumed = frames.resume(next);
            if !matches!(resumed, Ok(false)) || !link.last {
                damage.push(frames.damaged(at, fault));
            }
            match resumed {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(block) => pass_over(&mut frames, block, damage)?,
            }
        }
    });
    damage.extend(read.err());
    records
}

/// Opens the segment, behind its first block if that does not read.
fn open(files: &dyn Files, link: &Link, damage: &mut Vec<ReadFault>) -> Result<Frames, ReadFault> {
    let fault = match Frames::open(files, &link.name, link.valid) {
        Ok(frames) => return Ok(frames),
        Err(fault) => fault,
    };
    let Some(end) = behind(&fault) else { return Err(fault) };
    damage.push(fault);
    Frames::open_at(files, &link.name, link.valid, end)
}

/// Goes on behind a sealed block that does not read. Any other fault is given back.
fn pass_over(frames: &mut Frames, fault: ReadFault, damage: &mut Vec<ReadFault>) -> Result<(), ReadFault> {
    let Some(end) = behind(&fault).filter(|&end| end > frames.at()) else { return Err(fault) };
    damage.push(fault);
    frames.go_to(end)
}

/// Where it goes on behind a sealed block that does not read.
pub(super) fn behind(fault: &ReadFault) -> Option<u64> {
    match fault {
        ReadFault::Io { source, .. } => behind_block(source),
        ReadFault::Damaged { .. } => None,
    }
}
