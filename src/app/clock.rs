//! The system's clocks behind the port.

use crate::model::{Moment, Timestamp};
use crate::ports::Clock;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// The system's clocks.
#[derive(Debug)]
pub struct SystemClock(Instant);

impl Default for SystemClock {
    fn default() -> Self {
        Self(Instant::now())
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Moment {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let wall = Timestamp(i64::try_from(since.as_micros()).unwrap_or(i64::MAX));
        Moment { wall, monotonic_us: u64::try_from(self.0.elapsed().as_micros()).unwrap_or(u64::MAX) }
    }
}
