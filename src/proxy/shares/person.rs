//! What one person uses now: places, those who wait for one, turns.
//!
//! Must never lose a place: one that was given to somebody who has gone comes back by itself.

use super::attempts::{Attempts, Folded};
use super::turns::Turns;
use std::collections::VecDeque;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// One person, or one address.
#[derive(Debug, Default)]
pub(super) struct Person {
    state: Mutex<State>,
    /// Where this person stands in the queue of the line, each way: see [`super::line`].
    pub(super) stand: [AtomicU64; 2],
}

#[derive(Debug, Default)]
pub(super) struct State {
    serving: usize,
    waiting: VecDeque<oneshot::Sender<Place>>,
    /// Turns of requests.
    pub(super) requests: Turns,
    /// Turns of refusals that get a record of their own.
    pub(super) refusals: Turns,
    /// Turns of bytes, each way.
    pub(super) bytes: [Turns; 2],
    /// Refusals without a record of their own that were not told yet.
    pub(super) folded: Folded,
    /// Entries of statutory lists that have a record.
    pub(super) attempts: Attempts,
}

/// A place among the requests of a person, given on or back when dropped.
#[derive(Debug)]
pub(super) struct Place(Option<Arc<Person>>);

impl State {
    /// What was folded together and not told yet; it counts as told now.
    pub(super) fn take_folded(&mut self) -> Folded {
        std::mem::take(&mut self.folded)
    }
}

/// Is there a place?
pub(super) enum Entry {
    Here(Place),
    /// Soon, maybe.
    Wait(oneshot::Receiver<Place>),
    /// So many wait already.
    Full,
}

impl Person {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a place among so many; as many again may wait.
    pub(super) fn enter(self: &Arc<Self>, most: usize) -> Entry {
        let mut state = self.state();
        if most == 0 || state.serving < most {
            state.serving += 1;
            return Entry::Here(Place(Some(Arc::clone(self))));
        }
        state.waiting.retain(|waiter| !waiter.is_closed());
        if state.waiting.len() >= most {
            return Entry::Full;
        }
        let (give, place) = oneshot::channel();
        state.waiting.push_back(give);
        Entry::Wait(place)
    }

    /// Nothing is open, nobody waits, everything is paid off and told: there is nothing to remember.
    pub(super) fn is_idle(&self, now: u64) -> bool {
        let state = self.state();
        let is_even = state.requests.is_even(now) && state.refusals.is_even(now) && state.bytes.iter().all(|way| way.is_even(now));
        state.serving == 0 && state.folded.all == 0 && is_even
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(person) = self.0.take() else { return };
        loop {
            let waiter = {
                let mut state = person.state();
                match state.waiting.pop_front() {
                    Some(waiter) => waiter,
                    None => {
                        state.serving -= 1;
                        return;
                    }
                }
            };
            // Whoever has gone does not take it: the next one may.
            match waiter.send(Self(Some(Arc::clone(&person)))) {
                Ok(()) => return,
                Err(mut place) => place.0 = None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn here(entry: Entry) -> Place {
        match entry {
            Entry::Here(place) => place,
            Entry::Wait(_) | Entry::Full => panic!("there is a place"),
        }
    }

    fn waits(entry: Entry) -> oneshot::Receiver<Place> {
        match entry {
            Entry::Wait(place) => place,
            Entry::Here(_) | Entry::Full => panic!("it has to wait"),
        }
    }

    #[test]
    fn places_go_to_those_who_wait_in_order_and_never_get_lost() {
        let person = Arc::new(Person::default());
        let (one, two) = (here(person.enter(2)), here(person.enter(2)));
        let (gone, mut next) = (waits(person.enter(2)), waits(person.enter(2)));
        assert!(matches!(person.enter(2), Entry::Full));
        drop(gone);
        drop(one);
        let third = next.try_recv().unwrap();
        drop((two, third));
        assert!(person.is_idle(0));
        // A place that was given and never taken comes back.
        let (four, five) = (here(person.enter(1)), waits(person.enter(1)));
        drop(four);
        drop(five);
        assert!(person.is_idle(0));
    }
}
