//! Outcomes that lie in a later segment than their request: found by the summaries, or by reading a segment through, once for a question.

use super::catalogue::Catalogue;
use super::filter::Ended;
use super::records::each_record;
use crate::model::Reason;
use crate::record::{Entry, decode};
use crate::store::files::Files;
use crate::store::index::load_late;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// One such outcome.
#[derive(Clone, Copy, Debug)]
pub(super) struct Late {
    pub(super) sequence: u64,
    /// Which segment of the path holds it.
    pub(super) segment: usize,
    pub(super) ended: Ended,
}

type Outcomes = HashMap<u64, Late, rapidhash::fast::RandomState>;

/// All of them, segment by segment as they are needed.
pub(super) struct LateOutcomes<'a> {
    files: &'a dyn Files,
    catalogue: &'a Catalogue,
    known: Vec<OnceLock<Arc<Outcomes>>>,
    /// One segment is read through at a time.
    reading: Mutex<()>,
    /// The last segment with an outcome that shows its request to be statutory; 0 also where there is none: nothing lies before the first.
    last_statutory: OnceLock<usize>,
}

impl<'a> LateOutcomes<'a> {
    pub(super) fn new(files: &'a dyn Files, catalogue: &'a Catalogue) -> Self {
        Self {
            files,
            catalogue,
            known: catalogue.path.iter().map(|_| OnceLock::new()).collect(),
            reading: Mutex::new(()),
            last_statutory: OnceLock::new(),
        }
    }

    /// The outcome of a request whose own segment does not hold it.
    pub(super) fn of(&self, id: u64, segment: usize) -> Option<Late> {
        (segment + 1..self.catalogue.path.len()).find_map(|later| self.segment(later).get(&id).copied())
    }

    /// May an outcome behind this segment show that one of its requests is statutory?
    pub(super) fn may_hide(&self, segment: usize) -> bool {
        let shows = |index: &usize| self.segment(*index).values().any(|late| late.ended.is_statutory());
        let last = self.last_statutory.get_or_init(|| (1..self.catalogue.path.len()).rev().find(shows).unwrap_or(0));
        *last > segment
    }

    fn segment(&self, index: usize) -> Arc<Outcomes> {
        if let Some(known) = self.known[index].get() {
            return Arc::clone(known);
        }
        let _one = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(self.known[index].get_or_init(|| Arc::new(self.read(index))))
    }

    fn read(&self, segment: usize) -> Outcomes {
        let link = &self.catalogue.path[segment];
        let card = self.catalogue.cards[segment].as_ref();
        if let Some(outcomes) = card.and_then(|card| load_late(self.files, &link.name, card)) {
            // Of two with the same number the first one counts.
            return outcomes
                .iter()
                .rev()
                .map(|late| {
                    let reason = Reason::from_number(late.reason);
                    (late.id, Late { sequence: late.sequence, segment, ended: Ended { status: late.status, down: late.down, reason } })
                })
                .collect();
        }
        let (mut here, mut late) = (HashSet::new(), Outcomes::default());
        each_record(self.files, link, &mut Vec::new(), |frame| {
            match decode(frame.payload)? {
                Entry::Request(request) => drop(here.insert(request.id.0)),
                Entry::Outcome(outcome) if !here.remove(&outcome.id.0) => {
                    late.entry(outcome.id.0).or_insert(Late { sequence: frame.sequence, segment, ended: Ended::of(&outcome) });
                }
                Entry::Outcome(_) | Entry::Event(_) => {}
            }
            Ok(())
        });
        late
    }
}
