//! Watches wall time against the clock that never jumps, so that the log can say when its clock was set, and by how much (security L9,
//! Z10, Z11). Must never correct a time: records say what the clock said.

use super::clock_status;
use crate::model::{Moment, Timestamp};
use std::fmt;
use std::path::Path;

/// Smaller steps are how a clock is kept right, not how it is set; in microseconds.
const STEP: i64 = 1_000_000;

/// Remembers how the two clocks stood to each other.
#[derive(Clone, Debug)]
pub(super) struct ClockWatch {
    /// Wall time less monotonic time at the start, in microseconds.
    start: i64,
    /// The same when it was last looked at.
    last: i64,
}

/// The wall clock was set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ClockSet {
    /// What the clock would say now.
    pub(super) from: Timestamp,
    /// What it says.
    pub(super) to: Timestamp,
}

impl ClockWatch {
    pub(super) fn start(now: Moment) -> Self {
        let offset = offset(now);
        Self { start: offset, last: offset }
    }

    /// Was the clock set since this was last asked? Slow corrections add up unseen here; the heads of segments tell their sum.
    pub(super) fn look(&mut self, now: Moment) -> Option<ClockSet> {
        let moved = offset(now).saturating_sub(self.last);
        self.last = offset(now);
        (moved.abs() >= STEP).then(|| ClockSet { from: Timestamp(now.wall.0.saturating_sub(moved)), to: now.wall })
    }

    /// What a segment's head says of the clock.
    pub(super) fn words(&self, now: Moment) -> String {
        format!("{}; set by {} us since the start", clock_status::words(Path::new("/"), now.wall), offset(now).saturating_sub(self.start))
    }
}

impl fmt::Display for ClockSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moved = self.to.0.saturating_sub(self.from.0);
        let way = if moved < 0 { "back" } else { "forward" };
        let (seconds, rest) = (moved.unsigned_abs() / 1_000_000, moved.unsigned_abs() % 1_000_000);
        write!(f, "the wall clock was set {way} by {seconds}.{rest:06} s, from {} to {}", self.from, self.to)
    }
}

fn offset(now: Moment) -> i64 {
    now.wall.0.saturating_sub(i64::try_from(now.monotonic_us).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(wall_s: i64, monotonic_s: u64) -> Moment {
        Moment { wall: Timestamp::from_seconds(wall_s), monotonic_us: monotonic_s * 1_000_000 }
    }

    #[test]
    fn a_clock_that_is_set_is_told_once_with_how_far() {
        let mut watch = ClockWatch::start(at(1000, 0));
        assert_eq!(watch.look(at(1100, 100)), None);
        let back = watch.look(at(1101 - 3600, 101)).unwrap();
        assert_eq!(back, ClockSet { from: Timestamp::from_seconds(1101), to: Timestamp::from_seconds(1101 - 3600) });
        assert!(back.to_string().contains("set back by 3600.000000 s"), "{back}");
        assert_eq!(watch.look(at(1102 - 3600, 102)), None);
        assert!(watch.look(at(1103 + 86_400, 103)).unwrap().to_string().contains("set forward by 90000.000000 s"));
        assert!(watch.words(at(1104 + 86_400, 104)).ends_with("; set by 86400000000 us since the start"));
    }

    #[test]
    fn corrections_below_a_second_are_no_jumps() {
        let mut watch = ClockWatch::start(at(1000, 0));
        for second in 1..100_i32 {
            let now = Moment { wall: Timestamp(1_000_000_000 + i64::from(second) * 1_400_000), ..at(0, second.unsigned_abs().into()) };
            assert_eq!(watch.look(now), None, "{second}");
        }
    }
}
