//! Counts over the log: from the summaries alone where they say enough, else from the index or by reading through.

use super::by::{By, Tally};
use super::catalogue::Catalogue;
use super::fetch::fetch;
use super::filter::Filter;
use super::part::Want;
use super::search::{Progress, Work};
use crate::record::{Entry, decode};
use crate::store::fault::ReadFault;
use crate::store::files::{DiskFiles, Files};
use crate::store::quiet::breathe;
use std::path::Path;

/// How many requests are asked for, and by what.
#[derive(Debug, Default)]
pub struct Counts {
    /// All of them.
    pub total: u64,
    /// By what was asked, each key as text in the order of the question; the greatest count first, then by key.
    pub groups: Vec<(Vec<String>, u64)>,
    /// There were more keys than are counted: some groups are missing or too small, the total is right.
    pub overflow: bool,
    /// Segments looked at.
    pub segments: u64,
    /// Of these, segments whose summary said enough.
    pub rolled_up: u64,
    /// Was the question given up half-way?
    pub cancelled: bool,
    /// Places that could not be read.
    pub damage: Vec<ReadFault>,
}

/// Counts requests in this folder's log.
///
/// # Errors
/// [`ReadFault`] when the folder cannot be read at all.
pub fn count(folder: &Path, filter: &Filter, by: &[By], progress: Progress<'_>) -> Result<Counts, ReadFault> {
    count_in(&DiskFiles::at(folder), filter, by, progress)
}

pub(crate) fn count_in(files: &dyn Files, filter: &Filter, by: &[By], progress: Progress<'_>) -> Result<Counts, ReadFault> {
    let catalogue = Catalogue::of(files)?;
    let path = &catalogue.path;
    let work = Work::new(files, &catalogue, filter, progress);
    let (mut counts, mut tally) = (Counts::default(), Tally::default());
    let all: Vec<usize> = (0..path.len()).collect();
    let mut done = 0;
    for some in all.chunks(64) {
        let parts = work.parts(some, by, &Want::Counts, done);
        counts.cancelled = parts.len() < some.len();
        done += parts.len();
        for (&index, part) in some.iter().zip(parts) {
            let Some(mut part) = part else { continue };
            counts.segments += 1;
            counts.rolled_up += u64::from(part.summed);
            counts.damage.append(&mut part.damage);
            tally.merge(std::mem::take(&mut part.tally));
            count_pending(&work, index, &part.pending, by, &mut tally);
        }
        if counts.cancelled {
            break;
        }
    }
    counts.total = tally.total;
    counts.overflow = tally.overflow;
    counts.groups = tally.groups.into_iter().collect();
    counts.groups.sort_unstable_by(|a, b| {
        breathe();
        b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0))
    });
    Ok(counts)
}

/// Requests whose outcome lies in a later segment.
fn count_pending(work: &Work<'_>, index: usize, pending: &[super::part::Found], by: &[By], tally: &mut Tally) {
    let ended: Vec<_> = pending.iter().map(|found| (found.sequence, work.late.of(found.id, index).map(|late| late.ended))).collect();
    let passed: Vec<_> = ended.into_iter().filter(|(_, ended)| work.matcher.matches_ended(*ended)).collect();
    if by.is_empty() || passed.is_empty() {
        tally.total += passed.len() as u64;
        return;
    }
    let records = fetch(work.files, &work.path[index], passed.iter().map(|(sequence, _)| *sequence).collect());
    for (sequence, ended) in passed {
        if let Some(Ok(Entry::Request(request))) = records.get(&sequence).map(|bytes| decode(bytes)) {
            tally.request(by, &work.matcher, &request, ended);
        }
    }
}
