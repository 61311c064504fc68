//! What a question will cost, told without asking it.

use super::catalogue::Catalogue;
use super::filter::Matcher;
use super::indexed::may_hold;
use super::part::Want;
use super::search::{Order, Query};
use crate::store::fault::ReadFault;
use crate::store::files::{DiskFiles, Files};
use crate::store::seal::{open_source, times_of};
use std::io::SeekFrom;
use std::path::Path;

/// What a question may cost at most; with a limit it may stop long before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Preview {
    /// Segments of the log.
    pub segments: u64,
    /// Of these, segments that will be looked up in their index.
    pub by_index: u64,
    /// Of these, segments that have to be read through.
    pub by_reading: u64,
    /// Requests in the segments that will be looked up.
    pub rows: u64,
    /// Bytes of the indexes of the segments that will be looked up, of which only what the question needs is read.
    pub index_bytes: u64,
    /// Bytes of raw records that have to be read through.
    pub raw_bytes: u64,
}

/// Tells what a question to the log in this folder will cost.
///
/// # Errors
/// [`ReadFault`] when the folder cannot be read at all.
pub fn preview(folder: &Path, query: &Query) -> Result<Preview, ReadFault> {
    preview_in(&DiskFiles::at(folder), query)
}

fn preview_in(files: &dyn Files, query: &Query) -> Result<Preview, ReadFault> {
    let Catalogue { path, cards } = Catalogue::of(files)?;
    let matcher = Matcher::new(&query.filter);
    let events = query.events && !query.filter.asks_for_requests();
    let want = Want::Rows { room: query.limit, newest: query.order == Order::Newest, after: query.after, events };
    let mut preview = Preview { segments: path.len() as u64, ..Preview::default() };
    for (link, card) in path.iter().zip(&cards) {
        if let Some(card) = card {
            if may_hold(files, link, card, &matcher, &want) {
                preview.by_index += 1;
                preview.rows += card.requests;
                preview.index_bytes += card.length;
            }
        } else if times_of(files, &link.name).is_none_or(|(earliest, latest)| query.filter.may_cover(earliest, latest)) {
            preview.by_reading += 1;
            let length = open_source(files, &link.name).ok().and_then(|(mut source, _)| source.seek(SeekFrom::End(0)).ok());
            preview.raw_bytes += length.unwrap_or_default();
        }
    }
    Ok(preview)
}
