//! A line that is shared out: while more is wanted than it carries, the next piece is the one of the person who has had least
//! (start-time fair queueing: Goyal, Vin and Cheng, 1996). One person with two hundred downloads gets what one with a single one gets.
//!
//! Must never hold a piece back while the line is free.

use super::person::Person;
use super::toll::Way;
use crate::ports::Clock;
use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;

/// So far ahead the line may be, in microseconds: timers are no finer than that.
const AHEAD: u64 = 20_000;

/// One direction.
pub(super) struct Line {
    clock: Arc<dyn Clock>,
    state: Mutex<Queue>,
}

#[derive(Default)]
struct Queue {
    /// When what was let through is carried, in microseconds.
    free_at: u64,
    /// Bytes that a person who has just come counts as having had.
    level: u64,
    /// Where the last in the queue stands.
    top: u64,
    waiting: BTreeMap<(u64, u64), Piece>,
    number: u64,
    is_driven: bool,
}

struct Piece {
    cost: u64,
    go: oneshot::Sender<()>,
}

impl Line {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, state: Mutex::default() }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn now(&self) -> u64 {
        self.clock.now().monotonic_us
    }

    /// Asks for so many bytes of a line that carries so many in a second. `None`: they may go now.
    pub(super) fn ask(self: &Arc<Self>, (person, way): (&Person, Way), bytes: u64, rate: u64) -> Option<oneshot::Receiver<()>> {
        let mut queue = self.queue();
        let now = self.now();
        if queue.waiting.is_empty() && queue.free_at <= now {
            // Nobody wants anything: what was had before is forgotten.
            queue.level = queue.top;
        }
        let stand = &person.stand[way as usize];
        let start = stand.load(Ordering::Relaxed).max(queue.level);
        stand.store(start + bytes, Ordering::Relaxed);
        queue.top = queue.top.max(start + bytes);
        let cost = cost(bytes, rate);
        if queue.waiting.is_empty() && queue.free_at <= now + AHEAD {
            queue.level = queue.level.max(start);
            queue.free_at = queue.free_at.max(now) + cost;
            return None;
        }
        let (go, wait) = oneshot::channel();
        queue.number += 1;
        let place = (start, queue.number);
        queue.waiting.insert(place, Piece { cost, go });
        if !std::mem::replace(&mut queue.is_driven, true) {
            tokio::spawn(Arc::clone(self).drive());
        }
        Some(wait)
    }

    /// Lets one piece after the other go until nobody waits.
    async fn drive(self: Arc<Self>) {
        loop {
            let ahead = self.queue().free_at.saturating_sub(self.now() + AHEAD);
            if ahead > 0 {
                tokio::time::sleep(Duration::from_micros(ahead)).await;
            }
            if !self.queue().next(self.now()) {
                return;
            }
        }
    }
}

impl Queue {
    /// False: nobody waits.
    fn next(&mut self, now: u64) -> bool {
        let Some(((start, _), piece)) = self.waiting.pop_first() else {
            self.is_driven = false;
            return false;
        };
        // Whoever has gone carries nothing.
        if piece.go.send(()).is_ok() {
            self.level = self.level.max(start);
            // A timer that came late is made up for.
            self.free_at = self.free_at.max(now.saturating_sub(AHEAD)) + piece.cost;
        }
        true
    }
}

/// Microseconds that so many bytes take.
pub(super) fn cost(bytes: u64, rate: u64) -> u64 {
    bytes.saturating_mul(1_000_000) / rate.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::FixedClock;

    #[tokio::test]
    async fn who_has_had_least_is_next_however_much_another_has_asked_for() {
        let line = Arc::new(Line::new(Arc::new(FixedClock::at(1_000_000))));
        let (greedy, modest) = (Person::default(), Person::default());
        let ask = |person: &Person| line.ask((person, Way::Down), 1_000, 1_000);
        assert!(ask(&greedy).is_none(), "a free line holds nothing back");
        let mut waits: Vec<_> = (0..100).map(|_| ask(&greedy).unwrap()).collect();
        let (mut first, mut second) = (ask(&modest).unwrap(), ask(&modest).unwrap());
        for _ in 0..4 {
            assert!(line.queue().next(1_000_000));
        }
        assert!(first.try_recv().is_ok() && second.try_recv().is_ok(), "two of four");
        assert_eq!(waits.iter_mut().filter_map(|wait| wait.try_recv().ok()).count(), 2);
    }

    #[tokio::test]
    async fn who_has_gone_costs_nothing() {
        let line = Arc::new(Line::new(Arc::new(FixedClock::at(1_000_000))));
        let person = Person::default();
        assert!(line.ask((&person, Way::Up), 1_000, 1_000).is_none());
        drop(line.ask((&person, Way::Up), 1_000, 1_000).unwrap());
        let before = line.queue().free_at;
        assert!(line.queue().next(1_000_000));
        assert_eq!(line.queue().free_at, before);
        assert!(!line.queue().next(1_000_000));
    }
}
