//! Ticks: while quiet work is being done each processor has a thread that wakes every half millisecond.
//!
//! Linux (EEVDF, 6.6 and later) decides who runs when somebody wakes, sleeps, or calls into the scheduler, and else at its own tick, four
//! milliseconds as a rule. A thread that was woken with a share a little overdrawn is passed over once, and then waits for the next such
//! moment although a thread of the idle class is all that runs. A wake-up is such a moment. For what does not breathe: drawing a page,
//! what a library does. Without quiet work these threads sleep without a timer.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, Once, PoisonError};
use std::thread::sleep;
use std::time::Duration;

/// Between two ticks. One costs some microseconds.
const EVERY: Duration = Duration::from_micros(500);
/// On a larger machine another processor is free.
const MOST_PROCESSORS: usize = 16;

/// Pieces of quiet work at this moment.
static AT_WORK: AtomicUsize = AtomicUsize::new(0);
static ASLEEP: Mutex<()> = Mutex::new(());
static WAKE: Condvar = Condvar::new();
static STARTED: Once = Once::new();

/// Ticks come until it is dropped.
pub(super) struct Ticking(());

impl Ticking {
    pub(super) fn begin() -> Self {
        STARTED.call_once(start);
        if AT_WORK.fetch_add(1, Ordering::Relaxed) == 0 {
            // Whoever looks before it falls asleep looks with this lock.
            drop(ASLEEP.lock().unwrap_or_else(PoisonError::into_inner));
            WAKE.notify_all();
        }
        Self(())
    }
}

impl Drop for Ticking {
    fn drop(&mut self) {
        AT_WORK.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A thread for each processor that we may use. Without one, requests wait longer: nothing else is lost.
fn start() {
    use rustix::thread::{CpuSet, sched_getaffinity};
    let Ok(ours) = sched_getaffinity(None) else { return };
    for processor in (0..CpuSet::MAX_CPU).filter(|&processor| ours.is_set(processor)).take(MOST_PROCESSORS) {
        if let Err(error) = std::thread::Builder::new().name("ticks".into()).spawn(move || tick(processor)) {
            tracing::debug!(%error, "no thread for ticks");
        }
    }
}

fn tick(processor: usize) {
    use rustix::thread::{CpuSet, sched_setaffinity};
    let mut own = CpuSet::new();
    own.set(processor);
    if let Err(error) = sched_setaffinity(None, &own) {
        tracing::debug!(%error, processor, "a thread for ticks has no processor of its own");
    }
    loop {
        while AT_WORK.load(Ordering::Relaxed) > 0 {
            sleep(EVERY);
        }
        let asleep = ASLEEP.lock().unwrap_or_else(PoisonError::into_inner);
        drop(WAKE.wait_while(asleep, |()| AT_WORK.load(Ordering::Relaxed) == 0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::read_to_string;

    /// How often the threads for ticks have gone to sleep.
    fn sleeps() -> u64 {
        let tasks = std::fs::read_dir("/proc/self/task").unwrap().flatten().map(|task| task.path());
        let ticks = tasks.filter(|task| read_to_string(task.join("comm")).is_ok_and(|name| name == "ticks\n"));
        let of_one = |status: String| {
            let line = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:").map(str::trim));
            line.unwrap().parse::<u64>().unwrap()
        };
        ticks.map(|task| of_one(read_to_string(task.join("status")).unwrap())).sum()
    }

    fn until(holds: impl Fn() -> bool) {
        let begun = std::time::Instant::now();
        while !holds() {
            assert!(begun.elapsed() < Duration::from_secs(60), "it does not come");
            sleep(Duration::from_millis(5));
        }
    }

    #[test]
    fn ticks_come_while_there_is_quiet_work_and_no_longer() {
        let ticking = Ticking::begin();
        let before = sleeps();
        until(|| sleeps() > before + 100);
        drop(ticking);
        // The last ones.
        until(|| {
            let then = sleeps();
            sleep(Duration::from_millis(50));
            sleeps() == then
        });
        let (ticking, before) = (Ticking::begin(), sleeps());
        until(|| sleeps() > before + 100);
        drop(ticking);
    }
}
