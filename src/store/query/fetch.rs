//! Records by their numbers, from the segment itself: what is shown never comes from an index.

use super::records::each_record;
use super::search::workers;
use crate::record::frame::{FrameKind, read_frame};
use crate::store::files::Files;
use crate::store::name::sealed_name;
use crate::store::path::Link;
use crate::store::quiet::{beside, is_quiet};
use crate::store::seal::SealedReader;
use std::collections::HashMap;

/// So many blocks are worth a second thread.
const MANY: usize = 8;

type Payloads = HashMap<u64, Vec<u8>>;

/// The payloads of these records of one segment, as far as they are there.
pub(super) fn fetch(files: &dyn Files, link: &Link, mut wanted: Vec<u64>) -> Payloads {
    wanted.sort_unstable();
    wanted.dedup();
    if files.open(&link.name).is_err()
        && let Some(found) = from_blocks(files, link, &wanted)
    {
        return found;
    }
    let mut found = HashMap::new();
    each_record(files, link, &mut Vec::new(), |frame| {
        if wanted.binary_search(&frame.sequence).is_ok() {
            found.insert(frame.sequence, frame.payload.to_vec());
        }
        Ok(())
    });
    found
}

/// One block, and which of its records are wanted.
type Piece<'a> = (usize, &'a [u64]);

/// Only the blocks that hold them, several at a time where there are many. `None` where a block does not read: then the segment is read
/// through as far as it goes.
fn from_blocks(files: &dyn Files, link: &Link, wanted: &[u64]) -> Option<Payloads> {
    let open = || files.open(&sealed_name(&link.name)).ok();
    let mut reader = SealedReader::open(open()?).ok()?;
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    let mut rest = wanted;
    while let Some(first) = rest.first() {
        let (index, end) = reader.directory().of(*first)?;
        let (here, later) = rest.split_at(rest.partition_point(|&sequence| sequence < end.max(*first + 1)));
        pieces.push((index, here));
        rest = later;
    }
    let hands = workers().min(pieces.len() / MANY).max(1);
    let mut others = (1..hands).map(|_| reader.share(open()?).ok()).collect::<Option<Vec<_>>>()?;
    let mut shares = pieces.chunks(pieces.len().div_ceil(hands).max(1));
    let own = shares.next().unwrap_or_default();
    let quiet = is_quiet();
    std::thread::scope(|scope| {
        let helpers: Vec<_> = others
            .iter_mut()
            .zip(shares)
            .map(|(reader, share)| scope.spawn(move || beside(quiet, || read_pieces(reader, link, share))))
            .collect();
        let mut found = read_pieces(&mut reader, link, own);
        for helper in helpers {
            let more = helper.join().ok().flatten();
            found = found.zip(more).map(|(found, more)| found.into_iter().chain(more).collect());
        }
        found
    })
}

fn read_pieces(reader: &mut SealedReader, link: &Link, pieces: &[Piece<'_>]) -> Option<Payloads> {
    let mut found = HashMap::new();
    for &(index, here) in pieces {
        let place = reader.directory().blocks[index];
        let block = reader.block(index).ok()?;
        let valid = link.valid.map_or(u64::MAX, |valid| valid.saturating_sub(place.raw_at));
        let valid = block.len().min(usize::try_from(valid).unwrap_or(usize::MAX));
        let mut frames = &block[..valid];
        while let Ok(frame) = read_frame(frames) {
            if frame.kind == FrameKind::Record && here.binary_search(&frame.sequence).is_ok() {
                found.insert(frame.sequence, frame.payload.to_vec());
            }
            frames = &frames[frame.size()..];
        }
    }
    Some(found)
}
