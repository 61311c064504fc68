//! Search by scan: every record of every segment that may hold the time asked for. Works beside a running proxy, in memory bounded by the
//! number of rows asked for. Damage on the way is passed over and named, never silently.

use super::filter::{Filter, Matcher};
use super::records::each_record;
use super::row::{EventRow, OutcomeRow, RequestRow, Row};
use crate::model::{Reason, RequestId};
use crate::record::CodecFault;
use crate::record::frame::Frame;
use crate::record::{Entry, decode};
use crate::store::fault::ReadFault;
use crate::store::files::{DiskFiles, Files};
use crate::store::path::{Link, segments};
use crate::store::seal::times_of;
use std::collections::{HashMap, VecDeque};
use std::path::Path;

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
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// Which requests.
    pub filter: Filter,
    /// In which order.
    pub order: Order,
    /// How many at most; bounded by [`MAX_LIMIT`].
    pub limit: usize,
    /// Events too, where the filter asks for nothing but a span of time.
    pub events: bool,
}

/// One record that was asked for.
#[derive(Clone, Debug)]
pub struct Hit {
    /// Its number.
    pub sequence: u64,
    entry: Vec<u8>,
    outcome: Option<(u64, Vec<u8>)>,
}

impl Hit {
    fn ended_statutory(&self) -> bool {
        let outcome = self.outcome.as_ref().map(|(_, bytes)| decode(bytes));
        matches!(outcome, Some(Ok(Entry::Outcome(outcome))) if outcome.reason == Some(Reason::Statutory))
    }

    /// What may be shown of it. `None` for bytes that are no record, which a search does not give.
    #[must_use]
    pub fn row(&self) -> Option<Row> {
        let outcome = self.outcome.as_ref().and_then(|(sequence, bytes)| match decode(bytes) {
            Ok(Entry::Outcome(outcome)) => Some(OutcomeRow::new(*sequence, &outcome)),
            Ok(Entry::Request(_) | Entry::Event(_)) | Err(_) => None,
        });
        Some(match decode(&self.entry).ok()? {
            Entry::Request(request) => Row::Request(Box::new(RequestRow::new(self.sequence, &request, outcome))),
            Entry::Outcome(outcome) => Row::Outcome(OutcomeRow::new(self.sequence, &outcome)),
            Entry::Event(event) => Row::Event(EventRow::new(self.sequence, &event)),
        })
    }
}

/// The answer to a question.
#[derive(Debug, Default)]
pub struct Answer {
    /// What was asked for, in the order asked for.
    pub hits: Vec<Hit>,
    /// Segments read.
    pub segments: u64,
    /// Records read.
    pub records: u64,
    /// Were there more than the limit?
    pub more: bool,
    /// Places that could not be read.
    pub damage: Vec<ReadFault>,
}

/// Answers a question from the log in this folder.
///
/// # Errors
/// [`ReadFault`] when the folder cannot be read at all.
pub fn search(folder: &Path, query: &Query) -> Result<Answer, ReadFault> {
    search_in(&DiskFiles::at(folder), query)
}

pub(crate) fn search_in(files: &dyn Files, query: &Query) -> Result<Answer, ReadFault> {
    let (path, _) = segments(files)?;
    let mut scan = Scan::new(files, &path, query);
    let mut order: Vec<usize> = (0..path.len()).collect();
    if query.order == Order::Newest {
        order.reverse();
    }
    for index in order {
        if scan.is_full() && scan.answer.more {
            break;
        }
        if scan.may_hold(index) {
            scan.read(index);
        }
    }
    scan.find_outcomes();
    if query.filter.host.is_some() || query.filter.url.is_some() {
        // An address that only its outcome shows to be statutory cannot be searched for by its text either.
        scan.answer.hits.retain(|hit| !hit.ended_statutory());
    }
    Ok(scan.answer)
}

struct Scan<'a> {
    files: &'a dyn Files,
    path: &'a [Link],
    query: &'a Query,
    limit: usize,
    matcher: Matcher,
    answer: Answer,
    /// Where hits without an outcome stand in the answer, and the segment from which on their outcomes may come.
    open: HashMap<RequestId, (usize, usize)>,
}

impl<'a> Scan<'a> {
    fn new(files: &'a dyn Files, path: &'a [Link], query: &'a Query) -> Self {
        let matcher = Matcher::new(&query.filter);
        Self { files, path, query, limit: query.limit.min(MAX_LIMIT), matcher, answer: Answer::default(), open: HashMap::new() }
    }

    fn is_full(&self) -> bool {
        self.answer.hits.len() >= self.limit
    }

    /// A closed segment says which times it holds.
    fn may_hold(&self, index: usize) -> bool {
        let times = times_of(self.files, &self.path[index].name);
        times.is_none_or(|(earliest, latest)| self.query.filter.may_cover(earliest, latest))
    }

    /// Reads one segment and takes what is asked for.
    fn read(&mut self, index: usize) {
        let newest = self.query.order == Order::Newest;
        let mut gather = Gather {
            matcher: &self.matcher,
            events: self.query.events && !self.query.filter.asks_for_requests(),
            newest,
            room: self.limit - self.answer.hits.len(),
            found: VecDeque::new(),
            places: HashMap::new(),
            passed: 0,
            more: false,
        };
        let read = each_record(self.files, &self.path[index], &mut self.answer.damage, |frame| gather.take(frame));
        self.answer.records += read;
        self.answer.segments += 1;
        self.answer.more |= gather.more;
        let in_order: Vec<(Hit, Option<RequestId>)> = if newest { gather.found.into_iter().rev().collect() } else { gather.found.into() };
        for (hit, id) in in_order {
            if let (None, Some(id)) = (&hit.outcome, id) {
                self.open.insert(id, (self.answer.hits.len(), index));
            }
            self.answer.hits.push(hit);
        }
    }

    /// Looks for outcomes in the segments after those in which their requests were found.
    fn find_outcomes(&mut self) {
        let Some(first) = self.open.values().map(|&(_, segment)| segment).min() else { return };
        for link in &self.path[first + 1..] {
            if self.open.is_empty() {
                return;
            }
            let (open, hits) = (&mut self.open, &mut self.answer.hits);
            each_record(self.files, link, &mut Vec::new(), |frame| {
                if frame.payload.get(1) == Some(&2)
                    && let Entry::Outcome(outcome) = decode(frame.payload)?
                    && let Some((place, _)) = open.remove(&outcome.id)
                {
                    hits[place].outcome = Some((frame.sequence, frame.payload.to_vec()));
                }
                Ok(())
            });
        }
    }
}

/// What one segment holds of what is asked for: at most `room` of it, the newest or the oldest.
struct Gather<'a> {
    matcher: &'a Matcher,
    events: bool,
    newest: bool,
    room: usize,
    found: VecDeque<(Hit, Option<RequestId>)>,
    /// Where requests stand that have no outcome yet, counted from the first that was ever found here.
    places: HashMap<RequestId, usize>,
    /// How many were found and then passed over for newer ones.
    passed: usize,
    more: bool,
}

impl Gather<'_> {
    fn take(&mut self, frame: &Frame<'_>) -> Result<(), CodecFault> {
        match decode(frame.payload)? {
            Entry::Request(request) if self.matcher.matches(&request) => self.keep(frame, Some(request.id)),
            Entry::Event(event) if self.events && self.matcher.covers(event.at.wall.0) => self.keep(frame, None),
            Entry::Outcome(outcome) => self.join(frame, outcome.id),
            Entry::Request(_) | Entry::Event(_) => {}
        }
        Ok(())
    }

    fn keep(&mut self, frame: &Frame<'_>, id: Option<RequestId>) {
        if self.found.len() == self.room {
            self.more = true;
            if !self.newest || self.room == 0 {
                return;
            }
            if let Some((_, Some(old))) = self.found.pop_front() {
                self.places.remove(&old);
            }
            self.passed += 1;
        }
        self.places.extend(id.map(|id| (id, self.passed + self.found.len())));
        self.found.push_back((Hit { sequence: frame.sequence, entry: frame.payload.to_vec(), outcome: None }, id));
    }

    fn join(&mut self, frame: &Frame<'_>, id: RequestId) {
        let place = self.places.remove(&id).and_then(|place| place.checked_sub(self.passed));
        if let Some((hit, _)) = place.and_then(|place| self.found.get_mut(place)) {
            hit.outcome = Some((frame.sequence, frame.payload.to_vec()));
        }
    }
}
