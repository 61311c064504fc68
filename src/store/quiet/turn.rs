//! One piece of quiet work at a time (one less than there are processors, where there are more than two), and each for some milliseconds.
//!
//! A fair scheduler owes a thread that waited its share, of the idle class too: Linux's EEVDF lets such threads run for some milliseconds
//! in a row when several of them share a processor, and whoever was woken meanwhile waits. One alone is owed next to nothing.

use super::ticks::Ticking;
use std::cell::Cell;
use std::collections::VecDeque;
use std::sync::{Condvar, LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

/// How long a turn is while others wait for theirs.
const TURN: Duration = Duration::from_millis(5);
/// Nobody waits longer for a turn: whoever has it may be waiting itself, for a lock of the one that waits here.
const PATIENCE: Duration = Duration::from_millis(100);
/// Between two calls into the scheduler: at each, whoever was woken meanwhile goes on.
const BREATH: Duration = Duration::from_micros(100);
/// Small pieces, some microseconds each, between two looks at the clock.
const PIECES: u32 = 8;

static TURNS: LazyLock<Turns> = LazyLock::new(|| {
    let processors = available_parallelism().map_or(1, usize::from);
    let free = processors.saturating_sub(1).max(1);
    Turns { all: free, state: Mutex::new(State { free, ..State::default() }), given: Condvar::new() }
});

thread_local! {
    /// Of a thread that stands back and is at work.
    static AT_WORK: Cell<Option<AtWork>> = const { Cell::new(None) };
}

#[derive(Clone, Copy)]
struct AtWork {
    has: Has,
    since: Instant,
    breathed: Instant,
    pieces: u32,
}

/// What a thread goes on with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Has {
    Turn,
    /// It waited too long for one.
    Patience,
    /// It needs none, and only breathes.
    Breath,
}

struct Turns {
    all: usize,
    state: Mutex<State>,
    given: Condvar,
}

#[derive(Default)]
struct State {
    free: usize,
    /// Who waits, the first one first, and who was given a turn and has not seen it.
    queue: VecDeque<u64>,
    given: Vec<u64>,
    last: u64,
}

impl Turns {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a turn behind those who wait. `false`: it did not come in time.
    fn wait(&self, at_most: Duration) -> bool {
        let mut state = self.lock();
        if state.free > 0 {
            state.free -= 1;
            return true;
        }
        state.last += 1;
        let mine = state.last;
        state.queue.push_back(mine);
        let (mut state, _) =
            self.given.wait_timeout_while(state, at_most, |state| !state.given.contains(&mine)).unwrap_or_else(PoisonError::into_inner);
        let has = state.given.contains(&mine);
        state.given.retain(|given| *given != mine);
        state.queue.retain(|waiting| *waiting != mine);
        has
    }

    /// Gives a turn back, or to the first who waits.
    fn give(&self) {
        let mut state = self.lock();
        match state.queue.pop_front() {
            Some(first) => {
                state.given.push(first);
                self.given.notify_all();
            }
            None => state.free += 1,
        }
    }

    fn somebody_waits(&self) -> bool {
        !self.lock().queue.is_empty()
    }
}

/// Quiet work is being done on this thread, until it is dropped.
pub(crate) struct Turn {
    _ticking: Ticking,
}

impl Turn {
    pub(crate) fn begin() -> Self {
        let ticking = Ticking::begin();
        take();
        Self { _ticking: ticking }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let was = AT_WORK.take();
        give_back(was);
    }
}

/// Is this thread one that stands back, and at work?
pub(crate) fn is_quiet() -> bool {
    AT_WORK.get().is_some_and(|work| work.has != Has::Breath)
}

/// From now on this thread breathes, and takes no turns.
pub(super) fn only_breathe() {
    let now = Instant::now();
    AT_WORK.set(Some(AtWork { has: Has::Breath, since: now, breathed: now, pieces: 0 }));
}

/// How many may be at work at a time.
pub(crate) fn turns() -> usize {
    TURNS.all
}

/// Between small pieces of work, on any thread: nothing happens on one that does not stand back.
pub fn breathe() {
    let Some(mut work) = AT_WORK.get() else { return };
    work.pieces += 1;
    let due = work.pieces > PIECES;
    if due {
        work.pieces = 0;
    }
    AT_WORK.set(Some(work));
    if due {
        breathe_out();
    }
}

/// After a larger piece.
pub(crate) fn breathe_out() {
    let Some(mut work) = AT_WORK.get() else { return };
    let now = Instant::now();
    let over = match work.has {
        Has::Turn => TURNS.somebody_waits(),
        Has::Patience => true,
        Has::Breath => false,
    };
    if over && now.duration_since(work.since) >= TURN {
        give_back(Some(work));
        take();
    } else if now.duration_since(work.breathed) >= BREATH {
        std::thread::yield_now();
        work.breathed = now;
        AT_WORK.set(Some(work));
    }
}

/// Does this without a turn: for whoever sleeps. Whoever has none takes none afterwards.
pub(super) fn without(rests: impl FnOnce()) {
    if !is_quiet() {
        return rests();
    }
    give_back(AT_WORK.take());
    rests();
    take();
}

fn take() {
    let has = if TURNS.wait(PATIENCE) { Has::Turn } else { Has::Patience };
    let now = Instant::now();
    AT_WORK.set(Some(AtWork { since: now, has, breathed: now, pieces: 0 }));
}

fn give_back(work: Option<AtWork>) {
    if work.is_some_and(|work| work.has == Has::Turn) {
        TURNS.give();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

    fn turns(free: usize) -> Turns {
        Turns { all: free, state: Mutex::new(State { free, ..State::default() }), given: Condvar::new() }
    }

    #[test]
    fn there_are_never_more_at_work_than_there_are_turns_and_each_gets_one() {
        let (turns, at_once, most) = (turns(2), AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        assert!(turns.wait(Duration::from_secs(60)));
                        most.fetch_max(at_once.fetch_add(1, SeqCst) + 1, SeqCst);
                        std::thread::yield_now();
                        at_once.fetch_sub(1, SeqCst);
                        turns.give();
                    }
                });
            }
        });
        assert_eq!((most.load(SeqCst), turns.somebody_waits()), (2, false));
        assert_eq!(turns.lock().free, 2);
    }

    #[test]
    fn who_waits_too_long_goes_on_without_and_takes_no_turn_from_anybody() {
        let turns = turns(1);
        assert!(turns.wait(Duration::ZERO));
        assert!(!turns.wait(Duration::from_millis(1)));
        turns.give();
        assert_eq!(turns.lock().free, 1);
        assert!(turns.wait(Duration::ZERO));
    }

    #[test]
    fn who_only_breathes_has_no_turn_after_a_rest_either() {
        only_breathe();
        without(|| ());
        assert!(!is_quiet() && AT_WORK.get().is_some());
    }

    #[test]
    fn the_first_who_waits_is_the_next() {
        let turns = turns(1);
        assert!(turns.wait(Duration::ZERO));
        let order = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for number in 0..4 {
                let (turns, order) = (&turns, &order);
                scope.spawn(move || {
                    assert!(turns.wait(Duration::from_secs(60)));
                    order.lock().unwrap().push(number);
                    turns.give();
                });
                while turns.lock().queue.len() <= number {
                    std::thread::yield_now();
                }
            }
            turns.give();
        });
        assert_eq!(*order.lock().unwrap(), [0, 1, 2, 3]);
    }
}
