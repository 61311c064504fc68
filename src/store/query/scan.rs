//! One segment by reading it through: the growing one, and every other whose index is not there or not to be believed.

use super::by::By;
use super::filter::{Ended, Matcher};
use super::part::{Found, Part, Want};
use super::records::each_record;
use crate::record::{Entry, decode, id_of, is_outcome, wall_of};
use crate::store::files::Files;
use crate::store::path::Link;
use std::collections::HashMap;

/// A request that passes as far as it shows.
struct Candidate {
    found: Found,
    ended: Option<Ended>,
    /// Its labels' source, kept only where counts are wanted.
    entry: Vec<u8>,
}

/// Finds what is asked for in one segment by reading all of it.
pub(super) fn scan(files: &dyn Files, link: &Link, matcher: &Matcher, by: &[By], want: &Want) -> Part {
    let mut part = Part::default();
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut open: HashMap<u64, usize> = HashMap::new();
    let keep_entries = *want == Want::Counts && !by.is_empty();
    part.records = each_record(files, link, &mut part.damage, |frame| {
        if is_none_of_it(frame.payload, matcher, &mut open) {
            return Ok(());
        }
        match decode(frame.payload)? {
            Entry::Request(request) => {
                // A number that comes again belongs to another request, whether that is asked for or not.
                open.remove(&request.id.0);
                if matcher.matches(&request) && want.is_ahead(frame.sequence) {
                    open.insert(request.id.0, candidates.len());
                    let entry = if keep_entries { frame.payload.to_vec() } else { Vec::new() };
                    let found = Found { sequence: frame.sequence, outcome: 0, id: request.id.0, event: false };
                    candidates.push(Candidate { found, ended: None, entry });
                }
            }
            Entry::Event(event) => {
                if want.events() && matcher.covers(event.at.wall.0) && want.is_ahead(frame.sequence) {
                    let found = Found { sequence: frame.sequence, outcome: 0, id: 0, event: true };
                    candidates.push(Candidate { found, ended: None, entry: Vec::new() });
                }
            }
            Entry::Outcome(outcome) => {
                if let Some(place) = open.remove(&outcome.id.0) {
                    candidates[place].found.outcome = frame.sequence;
                    candidates[place].ended = Some(Ended::of(&outcome));
                }
            }
        }
        Ok(())
    });
    let decides = matcher.needs_outcome() || (*want == Want::Counts && super::by::needs_outcome(by));
    for candidate in candidates {
        settle(&mut part, &candidate, matcher, by, want, decides);
    }
    part.trim(want);
    part
}

/// Most records are told by their first bytes to be none of what is asked for: an outcome of no request that is, a request of another time.
fn is_none_of_it(record: &[u8], matcher: &Matcher, open: &mut HashMap<u64, usize>) -> bool {
    let Some(id) = id_of(record) else { return false };
    if is_outcome(record) {
        return !open.contains_key(&id);
    }
    let other_time = wall_of(record).is_some_and(|wall| !matcher.covers(wall));
    if other_time {
        open.remove(&id);
    }
    other_time
}

fn settle(part: &mut Part, candidate: &Candidate, matcher: &Matcher, by: &[By], want: &Want, decides: bool) {
    let is_open = candidate.found.outcome == 0 && !candidate.found.event;
    if is_open && decides {
        part.pending.push(candidate.found);
        return;
    }
    if candidate.ended.is_some() && !matcher.matches_ended(candidate.ended) {
        return;
    }
    if *want != Want::Counts {
        part.found.push(candidate.found);
    } else if by.is_empty() {
        part.tally.total += 1;
    } else if let Ok(Entry::Request(request)) = decode(&candidate.entry) {
        part.tally.request(by, matcher, &request, candidate.ended);
    }
}
