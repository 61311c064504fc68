//! Figures of accreditation.

use super::metrics::{gauge, keep, options};
use prometheus::{Gauge, IntGauge, Registry};

/// What the checks found last.
#[derive(Debug)]
pub struct AccreditationMetrics {
    /// `lifeguard_accreditation_passing`: 1 it passes, 0 it does not, NaN while not every suite has run.
    pub passing: Gauge,
    /// `lifeguard_accreditation_not_passing`: how many things do not hold.
    pub not_passing: IntGauge,
    /// `lifeguard_accreditation_canary_timestamp_seconds`: when the last canary ran; 0: never.
    pub canary: IntGauge,
    /// `lifeguard_accreditation_run_timestamp_seconds`: when every suite last ran; 0: never.
    pub run: IntGauge,
    /// `lifeguard_accreditation_counts_until_timestamp_seconds`: until when that run counts; 0: there is none.
    pub counts_until: IntGauge,
}

impl AccreditationMetrics {
    pub(super) fn new(registry: &Registry) -> Self {
        let words = "1 if everything holds that accreditation asks for, 0 if not, NaN while not every suite has run.";
        let passing = keep(registry, Gauge::with_opts(options("accreditation_passing", words)).expect("constant name"));
        passing.set(f64::NAN);
        Self {
            passing,
            not_passing: gauge(registry, "accreditation_not_passing", "Things that do not hold."),
            canary: gauge(registry, "accreditation_canary_timestamp_seconds", "When the last canary ran; 0: never."),
            run: gauge(registry, "accreditation_run_timestamp_seconds", "When every suite last ran; 0: never."),
            counts_until: gauge(registry, "accreditation_counts_until_timestamp_seconds", "Until when that run counts; 0: there is none."),
        }
    }
}
