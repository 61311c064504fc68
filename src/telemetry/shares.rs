//! Figures of fair shares.

use super::metrics::{counter, gauge};
use prometheus::{IntCounter, IntGauge, Registry};

/// What one person may use at a time, and what came of it.
#[derive(Debug)]
pub struct ShareMetrics {
    /// `lifeguard_fair_share_waited_total`: requests that waited for a place or a turn.
    pub waited: IntCounter,
    /// `lifeguard_fair_share_refused_total`: requests for which there was none.
    pub refused: IntCounter,
    /// `lifeguard_fair_share_folded_total`: those of them that were told together, without a record of their own.
    pub folded: IntCounter,
    /// `lifeguard_fair_share_beyond_total`: of these, attempts on statutory lists when no more entries of their person could be remembered.
    pub beyond: IntCounter,
    /// `lifeguard_fair_share_records_per_day`: records that one person can cause in a day by the settings; 0: no bound.
    pub records_per_day: IntGauge,
}

impl ShareMetrics {
    pub(super) fn new(registry: &Registry) -> Self {
        Self {
            waited: counter(registry, "fair_share_waited_total", "Requests that waited for a place or a turn of their person."),
            refused: counter(registry, "fair_share_refused_total", "Requests for which their person had no place or turn."),
            folded: counter(registry, "fair_share_folded_total", "Those of them told together, without a record of their own."),
            beyond: counter(
                registry,
                "fair_share_beyond_total",
                "Of these, attempts on statutory lists beyond the entries of one person that can be remembered.",
            ),
            records_per_day: gauge(registry, "fair_share_records_per_day", "Records one person can cause in a day; 0: no bound."),
        }
    }
}
