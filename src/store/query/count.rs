//! Counts over the log: from the summaries alone where they say enough, else from the index or by reading through.

use super::by::{By, Tally, category_labels};
use super::calendar::{day_text, hour_text};
use super::catalogue::Catalogue;
use super::dimension::verdict_code;
use super::fetch::fetch;
use super::filter::{Filter, Matcher, has_category, is};
use super::part::Want;
use super::search::{Progress, Work};
use crate::model::Reason;
use crate::record::{Entry, decode, verdict_number};
use crate::store::fault::ReadFault;
use crate::store::files::{DiskFiles, Files};
use crate::store::index::{BUCKET_US, Card, RollUp, load_roll_up};
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
    let mut left = Vec::new();
    let roll_up_does = can_roll_up(filter, by);
    for (index, (link, card)) in path.iter().zip(&catalogue.cards).enumerate() {
        match card.as_ref().filter(|_| roll_up_does) {
            Some(card) if !filter.may_cover(card.times.0, card.times.1) => {}
            Some(card) if is_aligned(card, &work.matcher) => match load_roll_up(files, &link.name, card) {
                Some(entries) => {
                    counts.segments += 1;
                    counts.rolled_up += 1;
                    entries.iter().for_each(|entry| roll_up(&work.matcher, by, entry, &mut tally));
                }
                None => left.push(index),
            },
            Some(_) | None => left.push(index),
        }
    }
    let mut done = path.len() - left.len();
    for some in left.chunks(64) {
        let Some(parts) = work.parts(some, by, &Want::Counts, done) else {
            counts.cancelled = true;
            break;
        };
        done += some.len();
        for (&index, part) in some.iter().zip(parts) {
            let Some(mut part) = part else { continue };
            counts.segments += 1;
            counts.damage.append(&mut part.damage);
            tally.merge(std::mem::take(&mut part.tally));
            count_pending(&work, index, &part.pending, by, &mut tally);
        }
    }
    counts.total = tally.total;
    counts.overflow = tally.overflow;
    counts.groups = tally.groups.into_iter().collect();
    counts.groups.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
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

/// Do the summaries know all that is asked for?
fn can_roll_up(filter: &Filter, by: &[By]) -> bool {
    let known = Filter {
        from: filter.from,
        to: filter.to,
        zone: filter.zone.clone(),
        group: filter.group.clone(),
        verdict: filter.verdict,
        reason: filter.reason,
        category: filter.category.clone(),
        ..Filter::default()
    };
    known == *filter && by.iter().all(|by| matches!(by, By::Group | By::Verdict | By::Reason | By::Category | By::Hour | By::Day))
}

/// Does the span of time begin and end where quarters of an hour do, as far as this segment is concerned?
fn is_aligned(card: &Card, matcher: &Matcher) -> bool {
    let (earliest, latest) = card.times;
    let aligned = |edge: i64| edge.rem_euclid(BUCKET_US) == 0 || !(earliest..=latest).contains(&edge);
    let filter = &matcher.filter;
    // Zones that were a odd number of seconds away from UTC are older than any log.
    filter.from.is_none_or(|from| aligned(from.0)) && filter.to.is_none_or(|to| aligned(to.0))
}

fn roll_up(matcher: &Matcher, by: &[By], entry: &RollUp, tally: &mut Tally) {
    let filter = &matcher.filter;
    let start = entry.bucket.saturating_mul(BUCKET_US);
    // An edge inside a quarter of an hour lies outside the segment's times: then its whole first or last quarter counts.
    let covered = filter.may_cover(start, start.saturating_add(BUCKET_US - 1));
    let passes = covered
        && filter.verdict.is_none_or(|verdict| verdict_number(verdict) == entry.verdict)
        && filter.reason.is_none_or(|reason| reason as u8 == entry.reason)
        && is(&filter.group, Some(&entry.group))
        && filter.category.as_ref().is_none_or(|category| has_category(&entry.categories, category));
    if !passes {
        return;
    }
    tally.total += entry.count;
    let labels = |by: &By| match by {
        By::Group => vec![entry.group.clone()],
        By::Verdict => verdict_code(u32::from(entry.verdict)).map(str::to_owned).into_iter().collect(),
        By::Reason => Reason::from_number(entry.reason).map(|reason| reason.code().to_owned()).into_iter().collect(),
        By::Category => category_labels(&entry.categories),
        By::Hour => vec![hour_text(matcher.calendar.hour(start))],
        By::Day => vec![day_text(matcher.calendar.day(start))],
        By::Host | By::Terms | By::User | By::Client | By::Device | By::Site | By::List | By::Method | By::Status => Vec::new(),
    };
    if !by.is_empty() {
        tally.add_all(&by.iter().map(labels).collect::<Vec<_>>(), entry.count);
    }
}
