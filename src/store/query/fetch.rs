//! Records by their numbers, from the segment itself: what is shown never comes from an index.

use super::records::each_record;
use crate::record::frame::{FrameKind, read_frame};
use crate::store::files::Files;
use crate::store::name::sealed_name;
use crate::store::path::Link;
use crate::store::seal::SealedReader;
use std::collections::HashMap;

/// The payloads of these records of one segment, as far as they are there.
pub(super) fn fetch(files: &dyn Files, link: &Link, mut wanted: Vec<u64>) -> HashMap<u64, Vec<u8>> {
    wanted.sort_unstable();
    wanted.dedup();
    if files.open(&link.name).is_err()
        && let Ok(file) = files.open(&sealed_name(&link.name))
        && let Ok(reader) = SealedReader::open(file)
        && let Some(found) = from_blocks(reader, link, &wanted)
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

/// Only the blocks that hold them. `None` where a block does not read: then the segment is read through as far as it goes.
fn from_blocks(mut reader: SealedReader, link: &Link, wanted: &[u64]) -> Option<HashMap<u64, Vec<u8>>> {
    let mut found = HashMap::new();
    let mut rest = wanted;
    while let Some(first) = rest.first() {
        let (index, end) = reader.directory().of(*first)?;
        let place = reader.directory().blocks[index];
        let block = reader.block(index).ok()?;
        let (here, later) = rest.split_at(rest.partition_point(|&sequence| sequence < end.max(*first + 1)));
        let valid = link.valid.map_or(u64::MAX, |valid| valid.saturating_sub(place.raw_at));
        let valid = block.len().min(usize::try_from(valid).unwrap_or(usize::MAX));
        let mut frames = &block[..valid];
        while let Ok(frame) = read_frame(frames) {
            if frame.kind == FrameKind::Record && here.binary_search(&frame.sequence).is_ok() {
                found.insert(frame.sequence, frame.payload.to_vec());
            }
            frames = &frames[frame.size()..];
        }
        rest = later;
    }
    Some(found)
}
