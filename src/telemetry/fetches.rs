//! What came of fetching lists, by list.

use super::metrics::{keep, options};
use prometheus::{IntCounterVec, IntGaugeVec, Registry};

/// Fetches of lists.
#[derive(Debug)]
pub struct FetchMetrics {
    all: IntCounterVec,
    failing: IntGaugeVec,
    quarantined: IntGaugeVec,
}

impl FetchMetrics {
    pub(super) fn new(registry: &Registry) -> Self {
        let all = IntCounterVec::new(options("list_fetches_total", "Fetches of lists, by what they brought."), &["list", "result"]);
        let failing = options("list_fetch_failures", "Fetches of this list that failed since the last good one.");
        let quarantined = options("list_quarantined", "1 while a version of this list is in quarantine.");
        Self {
            all: keep(registry, all.expect("constant name")),
            failing: keep(registry, IntGaugeVec::new(failing, &["list"]).expect("constant name")),
            quarantined: keep(registry, IntGaugeVec::new(quarantined, &["list"]).expect("constant name")),
        }
    }

    /// A fetch is over.
    pub fn fetched(&self, list: &str, result: &str) {
        self.all.with_label_values(&[list, result]).inc();
    }

    /// How a list stands.
    pub fn stands(&self, list: &str, failures: u32, quarantined: bool) {
        self.failing.with_label_values(&[list]).set(i64::from(failures));
        self.quarantined.with_label_values(&[list]).set(i64::from(quarantined));
    }
}
