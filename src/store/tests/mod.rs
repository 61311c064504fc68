//! The store against a disk that fails on command, and in lock-step with a model of what it must keep.

mod code_key;
mod derived;
mod fake;
mod faults;
mod flips;
mod heads;
mod known_heads;
mod model;
mod notes;
mod opening;
mod power;
mod sealed;
mod signing;
mod sweeping;
mod tamper;
mod vault;
#[path = "../../../tests/store_support/wait.rs"]
mod wait;
mod watching;

use crate::model::{Moment, Reason, RequestId, Timestamp};
use crate::ports::{LogFault, Receipt};
use crate::record::{Entry, EventKind, EventRecord, OutcomeRecord};
use std::time::{Duration, Instant};
use wait::wait;

/// Waits until something holds.
fn until(what: &str, holds: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !holds() {
        assert!(Instant::now() < deadline, "not within ten seconds: {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn at(second: i64) -> Moment {
    Moment { wall: Timestamp::from_seconds(1_764_000_000 + second), monotonic_us: 0 }
}

fn event(text: &str) -> Entry<'_> {
    Entry::Event(EventRecord { at: at(1), kind: EventKind::Hostile, peer: None, text: text.into() })
}

fn outcome(id: u64) -> Entry<'static> {
    Entry::Outcome(OutcomeRecord {
        id: RequestId(id),
        at: at(2),
        ended: crate::record::Ended::Complete,
        status: 200,
        bytes_up: 0,
        bytes_down: 0,
        upstream: None,
        timings_us: [0; 4],
        reason: Some(Reason::OriginUnreachable),
        note: "".into(),
    })
}
