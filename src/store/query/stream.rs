//! Every request of a span of time, one after another in the order of the log, in the memory of one frame. For reports over much of the
//! log. It reads only, works beside a running proxy, and names what it could not read.

use super::catalogue::path_of;
use super::filter::{Filter, Matcher};
use super::records::each_record;
use crate::record::{Entry, RequestRecord, decode};
use crate::store::fault::ReadFault;
use crate::store::files::DiskFiles;
use crate::store::seal::times_of;
use std::ops::ControlFlow;
use std::path::Path;

/// What was read.
#[derive(Debug, Default)]
pub struct Streamed {
    /// Records read, of every kind.
    pub records: u64,
    /// Requests that were asked for.
    pub requests: u64,
    /// Places that could not be read.
    pub damage: Vec<ReadFault>,
}

/// Shows every request that the filter lets through, with its number, oldest first.
///
/// Statutory addresses are in the clear here: whoever shows anything has to redact.
///
/// # Errors
/// [`ReadFault`] when the folder cannot be read at all.
pub fn each_request(folder: &Path, filter: &Filter, mut each: impl FnMut(u64, &RequestRecord<'_>)) -> Result<Streamed, ReadFault> {
    let files = DiskFiles::at(folder);
    let path = path_of(&files)?;
    let matcher = Matcher::new(filter);
    let mut streamed = Streamed::default();
    for link in path.iter().filter(|link| times_of(&files, &link.name).is_none_or(|(from, to)| filter.may_cover(from, to))) {
        let mut requests = 0;
        let records = each_record(&files, link, &mut streamed.damage, |frame| {
            if let Entry::Request(request) = decode(frame.payload)?
                && matcher.matches(&request)
            {
                requests += 1;
                each(frame.sequence, &request);
            }
            Ok(())
        });
        streamed.records += records;
        streamed.requests += requests;
    }
    Ok(streamed)
}

/// Shows requests that the filter lets through until enough were seen: segment by segment from the latest, in each the oldest first.
///
/// Statutory addresses are in the clear here: whoever shows anything has to redact.
///
/// # Errors
/// [`ReadFault`] when the folder cannot be read at all.
pub fn each_recent(
    folder: &Path,
    filter: &Filter,
    mut each: impl FnMut(u64, &RequestRecord<'_>) -> ControlFlow<()>,
) -> Result<Streamed, ReadFault> {
    let files = DiskFiles::at(folder);
    let path = path_of(&files)?;
    let matcher = Matcher::new(filter);
    let (mut streamed, mut enough) = (Streamed::default(), false);
    for link in path.iter().rev().filter(|link| times_of(&files, &link.name).is_none_or(|(from, to)| filter.may_cover(from, to))) {
        let mut requests = 0;
        let records = each_record(&files, link, &mut streamed.damage, |frame| {
            if enough {
                return Ok(());
            }
            if let Entry::Request(request) = decode(frame.payload)?
                && matcher.matches(&request)
            {
                requests += 1;
                enough = each(frame.sequence, &request).is_break();
            }
            Ok(())
        });
        streamed.records += records;
        streamed.requests += requests;
        if enough {
            break;
        }
    }
    Ok(streamed)
}
