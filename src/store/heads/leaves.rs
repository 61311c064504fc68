//! The leaves of a segment: the records of it that count, one by one, as the tree takes them.

use crate::record::frame::FrameKind;
use crate::record::tree::TreeHash;
use crate::store::ReadFault;
use crate::store::frames::{Frames, Step};

/// Gives each record's number and leaf hash to `each`, from where the frames stand to where they end or stop making sense.
pub(crate) fn each_leaf(frames: &mut Frames, mut each: impl FnMut(u64, TreeHash)) -> Result<(), ReadFault> {
    loop {
        match frames.next()? {
            Step::Frame(frame, _) if frame.kind == FrameKind::Record => each(frame.sequence, TreeHash::leaf(frame.chained)),
            Step::Frame(..) => {}
            Step::End => return Ok(()),
            Step::Broken(at, problem) => return Err(frames.damaged(at, problem.into())),
        }
    }
}
