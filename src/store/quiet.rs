//! Work that may wait: a thread of its own that runs only when the processor has nothing else to do, so that requests come first.

use std::panic::resume_unwind;

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

/// Does this on a thread that stands back, and waits for it. Only for work that reads and computes: whatever holds a lock meanwhile that a
/// request may want keeps the request waiting.
pub fn quietly<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    // A thread that stands back cannot come forward again without a privilege: it is not used for anything else.
    let run = || {
        stand_back();
        work()
    };
    std::thread::scope(|scope| scope.spawn(run).join()).unwrap_or_else(|panic| resume_unwind(panic))
}

#[cfg(test)]
mod tests {
    use super::*;

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
