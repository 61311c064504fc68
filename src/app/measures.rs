//! Figures of other rooms, carried into the metrics.

use super::App;
use super::status::authority_until;
use crate::model::Timestamp;

impl App {
    /// How long the authority for opened HTTPS is good; the operator is told once when it is no longer.
    pub(super) fn measure_authority(&self) {
        let until = authority_until(&self.proxy.live.load()).map_or(0, Timestamp::seconds);
        let (before, now) = (self.metrics.authority_left.get(), self.clock.now().wall.seconds());
        let left = if until == 0 { 0 } else { until - now };
        self.metrics.authority_left.set(left);
        if until != 0 && left <= 0 && before > 0 {
            tracing::error!("the authority for opened HTTPS has lapsed: what policy wants opened is refused (`lifeguard ca status`)");
        }
    }

    /// Carries the log's own figures into the metrics.
    pub(super) fn measure_log(&self) {
        let (state, log) = (self.store.state().snapshot(), &self.metrics.log);
        log.queue_depth.set(i64::try_from(state.queue_records).unwrap_or(i64::MAX));
        log.records.inc_by(state.records.saturating_sub(log.records.get()));
        log.bytes.inc_by(state.bytes.saturating_sub(log.bytes.get()));
        log.last_sync.set(state.last_sync_us as f64 / 1e6);
        log.last_head.set(state.last_head_us as f64 / 1e6);
        log.signing_failed.set(i64::from(state.signing_fault.is_some()));
    }
}
