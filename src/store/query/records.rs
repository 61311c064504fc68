//! Every record of one segment, also behind damage. It reads only, and names every place that it had to pass over.

use crate::record::CodecFault;
use crate::record::frame::{Frame, FrameKind};
use crate::store::fault::{Damage, ReadFault};
use crate::store::files::Files;
use crate::store::frames::{Frames, Step};
use crate::store::path::Link;

/// Shows every record of a segment, and says how many. Behind damage it goes on at the next whole frame; every damaged place is noted,
/// save the torn tail of the newest segment: that one is still being written.
pub(crate) fn each_record(
    files: &dyn Files,
    link: &Link,
    damage: &mut Vec<ReadFault>,
    mut each: impl FnMut(&Frame<'_>) -> Result<(), CodecFault>,
) -> u64 {
    let mut records = 0;
    let read = Frames::open(files, &link.name, link.valid).and_then(|mut frames| {
        let mut next = link.head.as_ref().map_or(0, |head| head.first);
        loop {
            let (at, fault) = match frames.next()? {
                Step::End => return Ok(()),
                Step::Broken(at, problem) => (at, Some(Damage::Frame(problem))),
                Step::Frame(frame, at) => {
                    next = frame.sequence;
                    let is_record = frame.kind == FrameKind::Record;
                    records += u64::from(is_record);
                    let answer = if is_record { each(&frame) } else { Ok(()) };
                    damage.extend(answer.err().map(|fault| frames.damaged(at, Damage::Entry(fault))));
                    (at, None)
                }
            };
            let Some(fault) = fault else { continue };
            let goes_on = frames.resume(next)?;
            if goes_on || !link.last {
                damage.push(frames.damaged(at, fault));
            }
            if !goes_on {
                return Ok(());
            }
        }
    });
    damage.extend(read.err());
    records
}
