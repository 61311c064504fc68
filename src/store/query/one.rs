//! One record by its number: its segment is known by the heads, and no other is opened.

use super::catalogue::{Catalogue, path_of};
use super::fetch::fetch;
use super::filter::Filter;
use super::hit::Hit;
use super::search::{Query, search_in};
use crate::model::Timestamp;
use crate::record::{Entry, decode};
use crate::store::fault::ReadFault;
use crate::store::files::{DiskFiles, Files};
use crate::store::path::Link;
use std::path::Path;

/// Rows of one reference number that are looked at: a tunnel has many.
const MOST: usize = 1000;

/// The request of this number in the log of this folder, with its outcome. `None`: there is none, or it is no request.
///
/// # Errors
/// [`ReadFault`] when the folder cannot be read at all.
pub fn request_of(folder: &Path, sequence: u64) -> Result<Option<Hit>, ReadFault> {
    let files = DiskFiles::at(folder);
    let catalogue = Catalogue::of(&files)?;
    let Some(link) = segment_of(&catalogue.path, sequence) else { return Ok(None) };
    let found = fetch(&files, link, vec![sequence]);
    let Some(Ok(Entry::Request(request))) = found.get(&sequence).map(|bytes| decode(bytes)) else { return Ok(None) };
    with_outcome(&files, sequence, request.id, request.at.wall)
}

/// The record of this number, whatever it is, without what came of it; `None`: there is none, or not any more.
///
/// # Errors
/// [`ReadFault`] when the folder cannot be read.
pub fn record(folder: &Path, sequence: u64) -> Result<Option<Hit>, ReadFault> {
    record_in(&DiskFiles::at(folder), sequence)
}

pub(crate) fn record_in(files: &dyn Files, sequence: u64) -> Result<Option<Hit>, ReadFault> {
    let path = path_of(files)?;
    let Some(link) = segment_of(&path, sequence) else { return Ok(None) };
    let mut found = fetch(files, link, vec![sequence]);
    Ok(found.remove(&sequence).map(|entry| Hit::new(sequence, entry, None)))
}

fn with_outcome(files: &dyn Files, sequence: u64, id: crate::model::RequestId, at: Timestamp) -> Result<Option<Hit>, ReadFault> {
    let filter = Filter { reference: Some(id), from: Some(at), to: Some(Timestamp(at.0.saturating_add(1))), ..Filter::default() };
    let answer = search_in(files, &Query { filter, limit: MOST, ..Query::default() })?;
    Ok(answer.hits.into_iter().find(|hit| hit.sequence == sequence))
}

fn segment_of(path: &[Link], sequence: u64) -> Option<&Link> {
    path.iter().rev().find(|link| link.head.as_ref().is_ok_and(|head| head.first <= sequence))
}
