//! Work that may wait: on threads that run only when the processor has nothing else to do, so that requests come first.

mod ticks;
mod turn;

use rayon_core::{ThreadPool, ThreadPoolBuilder};
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

pub use turn::breathe;
pub(super) use turn::{Turn, breathe_out, is_quiet, turns};
use turn::{only_breathe, without};

/// Questions that somebody waits for at this moment.
static WAITED_FOR: AtomicUsize = AtomicUsize::new(0);
/// What nobody waits for stands aside for so long at once, and then goes on for so long all the same: fifty people who ask without a pause
/// make a long question slow, and do not stop it.
const ASIDE: Duration = Duration::from_secs(5);
const GOES_ON: Duration = Duration::from_secs(2);
/// Until when it goes on.
static GOES_ON_UNTIL: Mutex<Option<Instant>> = Mutex::new(None);
const LOOK: Duration = Duration::from_millis(20);

/// From now on this thread, and every thread that it starts, runs only when the processor has nothing else to do: a lower priority alone
/// would still keep a request waiting for a time slice.
pub(super) fn stand_back() {
    use thread_priority::{
        NormalThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy, set_thread_priority_and_policy, thread_native_id,
    };
    let idle = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);
    if let Err(error) = set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Min, idle) {
        tracing::debug!(?error, "idle priority");
    }
}

/// From now on this thread has a tenth of the weight of others when both want the processor, and says [`breathe`] between its pieces: for
/// what answers people at the console. Best effort: without it they only take more from requests.
pub fn stand_behind() {
    const NICE: i32 = 10;
    if let Err(error) = rustix::process::setpriority_process(None, NICE) {
        tracing::debug!(%error, "nice");
    }
    only_breathe();
}

/// Threads that stand back, kept: one that is made anew for each question has everything to fetch anew, memory first. As many as have
/// something to do at once; where they cannot be had a thread is made.
static QUIET: LazyLock<Option<ThreadPool>> = LazyLock::new(|| {
    const THREADS: usize = 16;
    let name = |number| format!("quiet-{number}");
    let threads = ThreadPoolBuilder::new().num_threads(THREADS).thread_name(name).start_handler(|_| stand_back()).build();
    threads.inspect_err(|error| tracing::warn!(%error, "threads that stand back")).ok()
});

/// Does this on a thread that stands back, and waits for it. Only for work that reads and computes: whatever holds a lock meanwhile that a
/// request may want keeps the request waiting. For what somebody waits for.
pub fn quietly<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let _waited_for = WaitedFor::begin();
    aside(work)
}

/// The same for what nobody waits for: it says [`give_way`] between its pieces.
pub fn aside<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    if is_quiet() {
        return work();
    }
    let run = || {
        let _turn = Turn::begin();
        work()
    };
    let Some(threads) = &*QUIET else {
        let made = || {
            stand_back();
            run()
        };
        return std::thread::scope(|scope| scope.spawn(made).join()).unwrap_or_else(|panic| resume_unwind(panic));
    };
    threads.install(run)
}

/// What a thread does that was started to help: quietly, if whoever started it does (`quiet`).
pub(super) fn beside<T>(quiet: bool, work: impl FnOnce() -> T) -> T {
    let _turn = quiet.then(Turn::begin);
    work()
}

/// Counted until it is dropped.
struct WaitedFor;

impl WaitedFor {
    fn begin() -> Self {
        WAITED_FOR.fetch_add(1, Ordering::Relaxed);
        Self
    }
}

impl Drop for WaitedFor {
    fn drop(&mut self) {
        WAITED_FOR.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Between two pieces of work that nobody waits for: stands aside while somebody's question is being answered, five seconds of seven at the
/// most. Threads that stand back share what is left of the processor evenly, and a long question must not take half of a short one's share.
pub fn give_way() {
    stand_aside(ASIDE, GOES_ON);
}

fn stand_aside(at_most: Duration, goes_on_for: Duration) {
    if WAITED_FOR.load(Ordering::Relaxed) == 0 {
        return;
    }
    let now = Instant::now();
    if goes_on().is_some_and(|until| now < until) {
        return;
    }
    while WAITED_FOR.load(Ordering::Relaxed) > 0 {
        if now.elapsed() >= at_most {
            *goes_on() = Some(Instant::now() + goes_on_for);
            return;
        }
        without(|| sleep(LOOK));
    }
}

fn goes_on() -> MutexGuard<'static, Option<Instant>> {
    GOES_ON_UNTIL.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_waits_for_stands_aside_until_a_question_is_answered_and_no_longer() {
        let (begun, began) = std::sync::mpsc::channel();
        let (end, ends) = std::sync::mpsc::channel::<()>();
        let asks = std::thread::spawn(move || {
            quietly(move || {
                begun.send(()).unwrap();
                ends.recv().unwrap();
            })
        });
        began.recv().unwrap();
        let aside = std::thread::spawn(|| {
            give_way();
            WAITED_FOR.load(Ordering::Relaxed)
        });
        sleep(LOOK * 3);
        assert!(!aside.is_finished(), "somebody still waits");
        end.send(()).unwrap();
        asks.join().unwrap();
        assert_eq!(aside.join().unwrap(), 0);
    }

    #[test]
    fn what_stood_aside_for_long_goes_on_for_a_while_though_somebody_waits() {
        let waited_for = WaitedFor::begin();
        stand_aside(LOOK, Duration::from_secs(60));
        assert!(goes_on().is_some_and(|until| until > Instant::now() + Duration::from_secs(30)));
        // For an hour, if it stood aside again.
        stand_aside(Duration::from_secs(3600), Duration::ZERO);
        drop(waited_for);
    }

    /// The policy's number as the kernel has it: field 41 of `stat`; 5 is idle.
    fn policy() -> String {
        let stat = std::fs::read_to_string("/proc/thread-self/stat").unwrap();
        stat.rsplit(')').next().unwrap().split_whitespace().nth(38).unwrap().to_owned()
    }

    #[test]
    fn quiet_work_and_its_threads_stand_back_and_whoever_asked_does_not() {
        let mut seen = Vec::new();
        let inner = quietly(|| {
            seen.push(policy());
            std::thread::scope(|scope| scope.spawn(policy).join().unwrap())
        });
        assert_eq!((seen, inner, policy()), (vec!["5".to_owned()], "5".to_owned(), "0".to_owned()));
        let panics = std::panic::catch_unwind(|| quietly(|| panic!("of a test")));
        assert_eq!(panics.unwrap_err().downcast_ref::<&str>(), Some(&"of a test"));
    }
}
