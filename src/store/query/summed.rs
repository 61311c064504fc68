//! Counts that the summary of a segment tells, so that its index need not be opened: by quarter of an hour, group, verdict, reason and
//! category; and by host.

use super::by::{By, Tally, bucket_labels, category_labels};
use super::calendar::{day_text, hour_text};
use super::dimension::verdict_code;
use super::filter::{Filter, Matcher, has_category, is, is_below};
use super::part::Part;
use super::search::Work;
use crate::model::Reason;
use crate::record::verdict_number;
use crate::store::index::{BUCKET_US, Card, HostCount, RollUp, load_host_counts, load_roll_up};

/// What summaries know of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Summed {
    /// All of it, by quarters of an hour.
    Quarters,
    /// All of it, by hosts, for a segment whose records all lie in the span of time.
    Hosts,
    /// Too little.
    No,
}

impl Summed {
    pub(super) fn of(filter: &Filter, by: &[By]) -> Self {
        let span = Filter { from: filter.from, to: filter.to, zone: filter.zone.clone(), ..Filter::default() };
        let quarters = Filter {
            group: filter.group.clone(),
            verdict: filter.verdict,
            reason: filter.reason,
            category: filter.category.clone(),
            bucket: filter.bucket,
            ..span.clone()
        };
        let is_rolled = |by: &By| matches!(by, By::Group | By::Verdict | By::Reason | By::Category | By::Bucket | By::Hour | By::Day);
        if quarters == *filter && by.iter().all(is_rolled) {
            return Self::Quarters;
        }
        let host = Filter { host: filter.host.clone(), ..span };
        if filter.host.is_some() && host == *filter && by.iter().all(|by| matches!(by, By::Host | By::Day)) {
            Self::Hosts
        } else {
            Self::No
        }
    }

    /// What the summary of one segment tells. `None`: too little, or it cannot be read.
    pub(super) fn tell(self, work: &Work<'_>, index: usize, card: &Card, by: &[By]) -> Option<Part> {
        let (files, link, matcher) = (work.files, &work.path[index], &*work.matcher);
        let mut part = Part { records: card.records, indexed: true, summed: true, ..Part::default() };
        match self {
            Self::Quarters if is_aligned(card, matcher) => {
                let entries = load_roll_up(files, &link.name, card)?;
                entries.iter().for_each(|entry| roll_up(matcher, by, entry, &mut part.tally));
            }
            Self::Hosts if is_inside(card, matcher, by) => {
                let host = matcher.host.as_ref()?;
                let counts = load_host_counts(files, &link.name, card, &|name| is_below(name, host))?;
                // An outcome that lies elsewhere may still show that a request is not to be counted.
                if counts.iter().any(|count| count.pending > 0) && work.late.may_hide(index) {
                    return None;
                }
                counts.iter().for_each(|count| count_host(matcher, by, card, count, &mut part.tally));
            }
            Self::Quarters | Self::Hosts | Self::No => return None,
        }
        Some(part)
    }
}

/// Does the span of time begin and end where quarters of an hour do, as far as this segment is concerned?
fn is_aligned(card: &Card, matcher: &Matcher) -> bool {
    let (earliest, latest) = card.times;
    let aligned = |edge: i64| edge.rem_euclid(BUCKET_US) == 0 || !(earliest..=latest).contains(&edge);
    let filter = &matcher.filter;
    // Zones that were an odd number of seconds away from UTC are older than any log.
    filter.from.is_none_or(|from| aligned(from.0)) && filter.to.is_none_or(|to| aligned(to.0))
}

/// Do all records lie in the span of time, and, where days are counted, in one of them?
fn is_inside(card: &Card, matcher: &Matcher, by: &[By]) -> bool {
    let ((earliest, latest), filter) = (card.times, &matcher.filter);
    let one_day = !by.contains(&By::Day) || matcher.calendar.day(earliest) == matcher.calendar.day(latest);
    one_day && filter.from.is_none_or(|from| from.0 <= earliest) && filter.to.is_none_or(|to| latest < to.0)
}

fn count_host(matcher: &Matcher, by: &[By], card: &Card, count: &HostCount, tally: &mut Tally) {
    let requests = count.settled + count.pending;
    tally.total += requests;
    let label = |by: &By| if *by == By::Host { count.host.clone() } else { day_text(matcher.calendar.day(card.times.0)) };
    if !by.is_empty() {
        tally.add(by.iter().map(label).collect(), requests);
    }
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
        && filter.category.as_ref().is_none_or(|category| has_category(&entry.categories, category))
        && filter.bucket.is_none_or(|bucket| bucket.holds_any(&entry.categories));
    if !passes {
        return;
    }
    tally.total += entry.count;
    let labels = |by: &By| match by {
        By::Group => vec![entry.group.clone()],
        By::Verdict => verdict_code(u32::from(entry.verdict)).map(str::to_owned).into_iter().collect(),
        By::Reason => Reason::from_number(entry.reason).map(|reason| reason.code().to_owned()).into_iter().collect(),
        By::Category => category_labels(&entry.categories),
        By::Bucket => bucket_labels(&entry.categories),
        By::Hour => vec![hour_text(matcher.calendar.hour(start))],
        By::Day => vec![day_text(matcher.calendar.day(start))],
        By::Host
        | By::Terms
        | By::User
        | By::Client
        | By::Person
        | By::Device
        | By::Site
        | By::List
        | By::Layer
        | By::Clause
        | By::Method
        | By::Status => Vec::new(),
    };
    if !by.is_empty() {
        tally.add_all(&by.iter().map(labels).collect::<Vec<_>>(), entry.count);
    }
}
