//! Settings of fair shares: what one person, or one address where nobody is known, may use at a time. 0 stands for no bound.

use std::time::Duration;

/// What one person may use at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FairShares {
    /// Requests and tunnels at one time.
    pub requests_at_once: usize,
    /// Requests in a second, over time.
    pub requests_per_second: usize,
    /// Requests that may come at once before that counts.
    pub burst: usize,
    /// How long a request waits for its turn.
    pub wait: Duration,
    /// Bits in a second, each way, of everybody together: shared out evenly among those who want them.
    pub bandwidth: u64,
    /// Bits in a second, each way, of one person.
    pub bandwidth_per_person: u64,
}

impl Default for FairShares {
    fn default() -> Self {
        Self {
            requests_at_once: 2_000,
            requests_per_second: 0,
            burst: 500,
            wait: Duration::from_secs(10),
            bandwidth: 0,
            bandwidth_per_person: 0,
        }
    }
}

impl FairShares {
    /// Is anything counted at all?
    #[must_use]
    pub fn counts(&self) -> bool {
        self.requests_at_once > 0 || self.requests_per_second > 0 || self.paces()
    }

    /// Are bytes held to a share?
    #[must_use]
    pub fn paces(&self) -> bool {
        self.bandwidth > 0 || self.bandwidth_per_person > 0
    }

    /// Records of one person in a second at most: as many requests as may be served, and as many again that are refused. `None`: no bound.
    #[must_use]
    pub fn records_per_second(&self) -> Option<u64> {
        (self.requests_per_second > 0).then_some(self.requests_per_second as u64 * 2)
    }

    /// Refusals of one person in a second that get a record of their own; the others are counted, and told together.
    #[must_use]
    pub fn refusals_per_second(&self) -> u64 {
        let by_places = self.requests_at_once as u64 / self.wait.as_secs().max(1);
        if self.requests_per_second > 0 { self.requests_per_second as u64 } else { by_places }.max(1)
    }
}
