//! A question is answered segment by segment, the newest or the oldest first: by the index where there is one that fits, by reading
//! through where there is none. Works beside a running proxy. Damage on the way is passed over and named, never silently.
//!
//! Memory is bounded: for each of [`workers`] segments at a time one block, the texts of one segment and the columns that are asked for;
//! for the answer, the rows that are asked for (at most [`MAX_LIMIT`]).

use super::by::By;
use super::catalogue::Catalogue;
use super::fetch::fetch;
use super::filter::{Filter, Matcher};
use super::hit::Hit;
use super::indexed::{look_up, may_hold};
use super::late::LateOutcomes;
use super::part::{Found, Part, Want};
use super::scan::scan;
use super::summed::Summed;
use crate::model::Timestamp;
use crate::record::{Entry, decode};
use crate::store::fault::ReadFault;
use crate::store::files::{DiskFiles, Files};
use crate::store::path::Link;
use crate::store::quiet::{beside, is_quiet, turns};
use crate::store::seal::times_of;
use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Most rows that one search gives.
pub const MAX_LIMIT: usize = 100_000;

/// In which order rows come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The newest first; with a limit, the newest ones.
    #[default]
    Newest,
    /// The oldest first; with a limit, the oldest ones.
    Oldest,
}

/// A question.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// Which requests.
    pub filter: Filter,
    /// In which order.
    pub order: Order,
    /// How many at most; bounded by [`MAX_LIMIT`].
    pub limit: usize,
    /// Events too, where the filter asks for nothing but a span of time.
    pub events: bool,
    /// Only what comes behind the record with this number, in the order asked for: the last number of the page before.
    pub after: Option<u64>,
}

/// The answer to a question.
#[derive(Debug, Default)]
pub struct Answer {
    /// What was asked for, in the order asked for.
    pub hits: Vec<Hit>,
    /// Segments looked at.
    pub segments: u64,
    /// Of these, segments of which the index was used.
    pub indexed: u64,
    /// Records looked at.
    pub records: u64,
    /// Were there more than the limit?
    pub more: bool,
    /// Was the question given up half-way? What was found until then stands in the answer, with nothing left out in between.
    pub cancelled: bool,
    /// How far it came, where it was given up: everything up to this number in the order asked for was looked at.
    pub reached: Option<u64>,
    /// When that part of the log begins, where it was given up and that is known.
    pub reached_at: Option<Timestamp>,
    /// Places that could not be read.
    pub damage: Vec<ReadFault>,
}

impl Answer {
    /// Where the next page starts, or where the search goes on that was given up: the question with this as [`Query::after`]. `None`: there
    /// is no more, or nobody can say where.
    #[must_use]
    pub fn cursor(&self) -> Option<u64> {
        let last = self.hits.last().filter(|_| self.more).map(|hit| hit.sequence);
        last.or(self.reached)
    }
}

/// Told how far a question has come: segments done, and segments there are. `false` gives it up.
pub type Progress<'a> = &'a (dyn Fn(usize, usize) -> bool + Sync);

/// Answers a question from the log in this folder.
///
/// # Errors
/// [`ReadFault`] when the folder cannot be read at all.
pub fn search(folder: &Path, query: &Query) -> Result<Answer, ReadFault> {
    search_in(&DiskFiles::at(folder), query)
}

/// The same, with word of how far it has come, and a way to give it up.
///
/// # Errors
/// [`ReadFault`] when the folder cannot be read at all.
pub fn search_with(folder: &Path, query: &Query, progress: Progress<'_>) -> Result<Answer, ReadFault> {
    search_on(&DiskFiles::at(folder), query, progress)
}

pub(crate) fn search_in(files: &dyn Files, query: &Query) -> Result<Answer, ReadFault> {
    search_on(files, query, &|_, _| true)
}

fn search_on(files: &dyn Files, query: &Query, progress: Progress<'_>) -> Result<Answer, ReadFault> {
    let catalogue = Catalogue::of(files)?;
    let mut distrusted = Vec::new();
    loop {
        let mut work = Work::new(files, &catalogue, &query.filter, progress);
        work.distrusted.clone_from(&distrusted);
        match work.rows(query) {
            Ok(answer) => return Ok(answer),
            // An index gave a row that does not fit: it is not asked again.
            Err(segment) => distrusted.push(segment),
        }
    }
}

/// A question at work on the segments of a log.
pub(super) struct Work<'a> {
    pub(super) files: &'a dyn Files,
    pub(super) path: &'a [Link],
    catalogue: &'a Catalogue,
    pub(super) matcher: Arc<Matcher>,
    pub(super) late: LateOutcomes<'a>,
    progress: Progress<'a>,
    distrusted: Vec<usize>,
}

/// How many segments are looked at at a time: quiet work has fewer hands.
#[must_use]
pub fn workers() -> usize {
    // To ask costs as much as to open a few files.
    static WORKERS: OnceLock<usize> = OnceLock::new();
    let most = *WORKERS.get_or_init(|| std::thread::available_parallelism().map_or(1, usize::from).min(8));
    if is_quiet() { most.min(turns()) } else { most }
}

impl<'a> Work<'a> {
    pub(super) fn new(files: &'a dyn Files, catalogue: &'a Catalogue, filter: &Filter, progress: Progress<'a>) -> Self {
        Self {
            files,
            path: &catalogue.path,
            catalogue,
            matcher: Arc::new(Matcher::new(filter)),
            late: LateOutcomes::new(files, catalogue),
            progress,
            distrusted: Vec::new(),
        }
    }

    /// One segment, however it can be had. `None`: it holds nothing of what is asked for.
    fn part(&self, index: usize, by: &[By], want: &Want) -> Option<Part> {
        let link = &self.path[index];
        if !self.distrusted.contains(&index)
            && let Some(card) = &self.catalogue.cards[index]
        {
            if !may_hold(self.files, link, card, &self.matcher, want) {
                return None;
            }
            if *want == Want::Counts
                && let Some(part) = Summed::of(&self.matcher.filter, by).tell(self, index, card, by)
            {
                return Some(part);
            }
            if let Some(part) = look_up(self.files, link, card, &self.matcher, by, want) {
                return Some(part);
            }
            tracing::warn!(segment = %link.name, "the index of this segment is not as it was made: the segment is read through");
        }
        let times = times_of(self.files, &link.name);
        let may = times.is_none_or(|(earliest, latest)| self.matcher.filter.may_cover(earliest, latest));
        may.then(|| scan(self.files, link, &self.matcher, by, want))
    }

    /// These segments, several at a time; the parts come in the order of `indexes`. Fewer of them where it was given up, and one at least:
    /// whoever goes on from there comes to the end.
    pub(super) fn parts(&self, indexes: &[usize], by: &[By], want: &Want, done: usize) -> Vec<Option<Part>> {
        let parts: Vec<Mutex<Option<Part>>> = indexes.iter().map(|_| Mutex::new(None)).collect();
        let (next, finished, stopped) = (AtomicUsize::new(0), AtomicUsize::new(done), std::sync::atomic::AtomicBool::new(false));
        let run = || {
            while !stopped.load(Relaxed) {
                let at = next.fetch_add(1, Relaxed);
                let Some(&index) = indexes.get(at) else { return };
                *parts[at].lock().unwrap_or_else(PoisonError::into_inner) = self.part(index, by, want);
                if !(self.progress)(finished.fetch_add(1, Relaxed) + 1, self.path.len()) {
                    stopped.store(true, Relaxed);
                }
            }
        };
        if indexes.len() == 1 || workers() == 1 {
            run();
        } else {
            let quiet = is_quiet();
            std::thread::scope(|scope| {
                for _ in 1..workers().min(indexes.len()) {
                    scope.spawn(|| beside(quiet, run));
                }
                run();
            });
        }
        // Whoever has taken one has done it: what was taken is the beginning, without a gap.
        let taken = next.into_inner().min(indexes.len());
        parts.into_iter().take(taken).map(|part| part.into_inner().unwrap_or_else(PoisonError::into_inner)).collect()
    }

    /// The rows of a question; the number of a segment whose index must not be used.
    fn rows(&self, query: &Query) -> Result<Answer, usize> {
        let newest = query.order == Order::Newest;
        let mut order: Vec<usize> = (0..self.path.len()).collect();
        if newest {
            order.reverse();
        }
        order.retain(|&index| self.may_be_ahead(index, query));
        let (mut answer, limit) = (Answer::default(), query.limit.min(MAX_LIMIT));
        let events = query.events && !query.filter.asks_for_requests();
        let (mut rest, mut done, mut wave) = (order.as_slice(), 0, workers());
        while !(rest.is_empty() || answer.more && answer.hits.len() >= limit) {
            let (now, later) = rest.split_at(wave.min(rest.len()));
            let want = Want::Rows { room: limit - answer.hits.len(), newest, after: query.after, events };
            let parts = self.parts(now, &[], &want, done);
            let taken = parts.len();
            for (&index, part) in now.iter().zip(parts) {
                let Some(part) = part else { continue };
                self.take(index, part, newest, limit, &mut answer)?;
            }
            if taken < now.len() {
                answer.cancelled = true;
                self.say_where(&order[..done + taken], query, &mut answer);
                return Ok(answer);
            }
            done += taken;
            rest = later;
            wave = (wave * 2).min(workers() * 8);
        }
        Ok(answer)
    }

    /// How far a question came that was given up behind these segments.
    fn say_where(&self, looked: &[usize], query: &Query, answer: &mut Answer) {
        let head = |index: usize| self.path.get(index).and_then(|link| link.head.as_ref().ok());
        let row = answer.hits.last().map(|hit| hit.sequence);
        // A head that cannot be read says nothing: the one before it counts, but no row is given twice.
        let (at, reached) = match query.order {
            Order::Newest => {
                let edge = looked.iter().rev().find_map(|&index| head(index));
                (edge.map(|edge| edge.at.wall), edge.map(|edge| edge.first).into_iter().chain(row).min())
            }
            Order::Oldest => {
                let edge = looked.iter().rev().find_map(|&index| head(index + 1));
                (edge.map(|edge| edge.at.wall), edge.map(|edge| edge.first.saturating_sub(1)).into_iter().chain(row).max())
            }
        };
        (answer.reached, answer.reached_at) = (reached.or(query.after), at);
    }

    /// May a segment hold numbers behind the one that the page before ended with? What its head does not say, it may.
    fn may_be_ahead(&self, index: usize, query: &Query) -> bool {
        let first = |index: usize| self.path.get(index).and_then(|link| link.head.as_ref().ok()).map(|head| head.first);
        match (query.after, query.order) {
            (None, _) => true,
            (Some(after), Order::Newest) => first(index).is_none_or(|first| first < after),
            // Its last number is one less than the first of the next at most.
            (Some(after), Order::Oldest) => first(index + 1).is_none_or(|next| next > after.saturating_add(1)),
        }
    }

    /// Takes what is wanted of one segment into the answer, with its rows as they stand in the segment.
    fn take(&self, index: usize, mut part: Part, newest: bool, limit: usize, answer: &mut Answer) -> Result<(), usize> {
        answer.segments += 1;
        answer.indexed += u64::from(part.indexed);
        answer.records += part.records;
        answer.damage.append(&mut part.damage);
        let sure = self.sure(index, &part);
        let mut found = part.found;
        found.extend(sure);
        found.sort_unstable_by_key(|found| found.sequence);
        if newest {
            found.reverse();
        }
        let room = limit.saturating_sub(answer.hits.len());
        answer.more |= part.more || found.len() > room;
        found.truncate(room);
        let hits = self.hits(index, &found, part.indexed).ok_or(index)?;
        answer.hits.extend(hits);
        Ok(())
    }

    /// Those of the pending requests that pass.
    fn sure(&self, index: usize, part: &Part) -> Vec<Found> {
        let passes = |found: &&Found| self.matcher.matches_ended(self.late.of(found.id, index).map(|late| late.ended));
        part.pending.iter().filter(passes).copied().collect()
    }

    /// The rows themselves. `None`: the index named one that is not what is asked for.
    fn hits(&self, index: usize, found: &[Found], indexed: bool) -> Option<Vec<Hit>> {
        if found.is_empty() {
            return Some(Vec::new());
        }
        let here = found.iter().flat_map(|found| [found.sequence, found.outcome]).filter(|&sequence| sequence != 0).collect();
        let records = fetch(self.files, &self.path[index], here);
        let late: HashMap<u64, _> = found
            .iter()
            .filter(|found| found.outcome == 0 && !found.event)
            .filter_map(|found| Some((found.sequence, self.late.of(found.id, index)?)))
            .collect();
        let mut by_segment: HashMap<usize, Vec<u64>> = HashMap::new();
        late.values().for_each(|late| by_segment.entry(late.segment).or_default().push(late.sequence));
        let elsewhere: HashMap<u64, Vec<u8>> =
            by_segment.into_iter().flat_map(|(segment, wanted)| fetch(self.files, &self.path[segment], wanted)).collect();
        let mut hits = Vec::with_capacity(found.len());
        for found in found {
            let Some(entry) = records.get(&found.sequence) else {
                if indexed {
                    return None;
                }
                continue;
            };
            if indexed && !self.is_meant(entry) {
                return None;
            }
            let (number, records) = late.get(&found.sequence).map_or((found.outcome, &records), |late| (late.sequence, &elsewhere));
            let outcome = records.get(&number).filter(|_| number != 0).map(|bytes| (number, bytes.clone()));
            hits.push(Hit::new(found.sequence, entry.clone(), outcome));
        }
        Some(hits)
    }

    /// Is this record really what is asked for?
    fn is_meant(&self, entry: &[u8]) -> bool {
        match decode(entry) {
            Ok(Entry::Request(request)) => self.matcher.matches(&request),
            Ok(Entry::Event(event)) => self.matcher.covers(event.at.wall.0),
            Ok(Entry::Outcome(_)) | Err(_) => false,
        }
    }
}
