//! Rows in any number, in memory bounded by one segment. Everything is read twice: first to count and to find the outcomes that came in
//! later segments, then to give the rows. Records that come in between are not part of the view.

use crate::model::RequestId;
use crate::record::segment::Predecessor;
use crate::record::{Entry, decode};
use crate::store::fault::ReadFault;
use crate::store::files::Files;
use crate::store::path::{Link, segments};
use crate::store::query::{Ended, EventRow, Matcher, Order, OutcomeRow, Query, RequestRow, Row, each_record, path_of, times_of};
use std::collections::{HashMap, HashSet};

/// An outcome as it stands in the log.
type Late = (u64, Vec<u8>);

/// What the first reading found.
pub(super) struct Survey<'a> {
    files: &'a dyn Files,
    query: &'a Query,
    matcher: Matcher,
    pub(super) path: Vec<Link>,
    /// Places of the segments that hold rows.
    with_rows: Vec<usize>,
    late: HashMap<RequestId, Late>,
    /// Rows that were found.
    pub(super) rows: u64,
    /// Number of the last record that was there.
    pub(super) last_seen: u64,
    /// Places that could not be read.
    pub(super) damage: Vec<ReadFault>,
}

impl<'a> Survey<'a> {
    /// Reads everything once. For evidence: every segment says itself where it stands in the log.
    pub(super) fn take(files: &'a dyn Files, query: &'a Query) -> Result<Self, ReadFault> {
        let (path, _) = segments(files)?;
        Ok(Self::of(files, path, query, &|_, _| true))
    }

    /// The same for a working file, as searches see the log; asked before each segment whether to go on: of how many how many were read. What
    /// was not read is not part of it.
    pub(super) fn take_while(files: &'a dyn Files, query: &'a Query, go_on: &dyn Fn(usize, usize) -> bool) -> Result<Self, ReadFault> {
        Ok(Self::of(files, path_of(files)?, query, go_on))
    }

    fn of(files: &'a dyn Files, path: Vec<Link>, query: &'a Query, go_on: &dyn Fn(usize, usize) -> bool) -> Self {
        let matcher = Matcher::new(&query.filter);
        let mut survey = Survey {
            files,
            query,
            matcher,
            path: Vec::new(),
            with_rows: Vec::new(),
            late: HashMap::new(),
            rows: 0,
            last_seen: 0,
            damage: Vec::new(),
        };
        let mut open = HashSet::new();
        for (index, link) in path.iter().enumerate() {
            if !go_on(index, path.len()) {
                break;
            }
            if link.head.as_ref().is_ok_and(|head| matches!(head.predecessor, Predecessor::Unclosed { .. })) {
                // The process had stopped: no outcome comes any more for what was under way.
                open.clear();
            }
            let times = times_of(files, &link.name);
            let may_hold = times.is_none_or(|(earliest, latest)| query.filter.may_cover(earliest, latest));
            if may_hold || !open.is_empty() {
                survey.segment(index, link, &mut open);
            }
        }
        survey.path = path;
        survey
    }

    fn segment(&mut self, index: usize, link: &Link, open: &mut HashSet<RequestId>) {
        let before = self.rows;
        let mut here = HashSet::new();
        let Self { matcher, query, late, rows, last_seen, damage, .. } = self;
        each_record(self.files, link, damage, |frame| {
            *last_seen = frame.sequence.max(*last_seen);
            match decode(frame.payload)? {
                Entry::Request(request) if matcher.matches(&request) => {
                    *rows += 1;
                    here.insert(request.id);
                }
                Entry::Event(event) => *rows += u64::from(wants_events(query) && matcher.covers(event.at.wall.0)),
                Entry::Outcome(outcome) => {
                    here.remove(&outcome.id);
                    if open.remove(&outcome.id) {
                        late.insert(outcome.id, (frame.sequence, frame.payload.to_vec()));
                    }
                }
                Entry::Request(_) => {}
            }
            Ok(())
        });
        open.extend(here);
        if self.rows > before {
            self.with_rows.push(index);
        }
    }

    /// Gives every row in the order asked for, up to `limit`. Stops at the first error of whoever takes them.
    pub(super) fn each_row<E>(&self, limit: u64, mut each: impl FnMut(Row) -> Result<(), E>) -> Result<(), E> {
        let mut left = limit;
        let newest = self.query.order == Order::Newest;
        let mut places = self.with_rows.clone();
        if newest {
            places.reverse();
        }
        for place in places {
            let mut rows = self.rows_of(&self.path[place]);
            if newest {
                rows.reverse();
            }
            for hit in rows {
                if left == 0 {
                    return Ok(());
                }
                let Some(row) = self.row(&hit) else { continue };
                left -= 1;
                each(row)?;
            }
        }
        Ok(())
    }

    /// What is asked for of one segment, each with its outcome where that stands here too.
    fn rows_of(&self, link: &Link) -> Vec<Found> {
        let (mut found, mut places) = (Vec::<Found>::new(), HashMap::new());
        each_record(self.files, link, &mut Vec::new(), |frame| {
            if frame.sequence > self.last_seen {
                return Ok(());
            }
            let id = match decode(frame.payload)? {
                Entry::Request(request) if self.matcher.matches(&request) => Some(request.id),
                Entry::Event(event) if wants_events(self.query) && self.matcher.covers(event.at.wall.0) => None,
                Entry::Outcome(outcome) => {
                    if let Some(place) = places.remove(&outcome.id) {
                        let hit: &mut Found = &mut found[place];
                        hit.outcome = Some((frame.sequence, frame.payload.to_vec()));
                    }
                    return Ok(());
                }
                Entry::Request(_) | Entry::Event(_) => return Ok(()),
            };
            places.extend(id.map(|id| (id, found.len())));
            found.push(Found { sequence: frame.sequence, id, entry: frame.payload.to_vec(), outcome: None });
            Ok(())
        });
        found
    }

    fn row(&self, hit: &Found) -> Option<Row> {
        let outcome = hit.outcome.as_ref().or_else(|| self.late.get(&hit.id?));
        let (mut ended, mut shown) = (None, None);
        if let Some((sequence, bytes)) = outcome
            && let Ok(Entry::Outcome(outcome)) = decode(bytes)
        {
            ended = Some(Ended::of(&outcome));
            shown = Some(OutcomeRow::new(*sequence, &outcome));
        }
        match decode(&hit.entry).ok()? {
            Entry::Request(request) => {
                let asked_for = self.matcher.matches_ended(ended);
                asked_for.then(|| Row::Request(Box::new(RequestRow::new(hit.sequence, &request, shown))))
            }
            Entry::Event(event) => Some(Row::Event(EventRow::new(hit.sequence, &event))),
            Entry::Outcome(_) => None,
        }
    }
}

struct Found {
    sequence: u64,
    id: Option<RequestId>,
    entry: Vec<u8>,
    outcome: Option<Late>,
}

/// Events are given only where nothing but a span of time is asked for.
fn wants_events(query: &Query) -> bool {
    query.events && !query.filter.asks_for_requests()
}
