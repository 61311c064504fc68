//! `[accredit]` as it is checked: where results are kept, when checks run by themselves, and which memberships the operator has.

use super::corpora::Corpora;
use crate::accredit::Membership;
use std::path::PathBuf;
use std::time::Duration;

/// Accreditation.
#[derive(Clone, Debug, PartialEq)]
pub struct AccreditSettings {
    /// The folder of its results.
    pub folder: PathBuf,
    /// Does the running process check itself?
    pub schedule: bool,
    /// How often the canary goes through the real listeners.
    pub canary_every: Duration,
    /// How often every suite runs.
    pub run_every: Duration,
    /// The hour of the day, in the site's time zone, in which such a run begins.
    pub run_hour: usize,
    /// How long a certificate counts.
    pub certificate_for: Duration,
    /// Memberships that the operator states.
    pub memberships: Vec<Membership>,
    /// Files of addresses that suites ask for.
    pub corpora: Corpora,
}

impl Default for AccreditSettings {
    fn default() -> Self {
        const DAY: u64 = 86_400;
        Self {
            folder: "var/accredit".into(),
            schedule: true,
            canary_every: Duration::from_secs(3600),
            run_every: Duration::from_secs(7 * DAY),
            run_hour: 2,
            certificate_for: Duration::from_secs(92 * DAY),
            memberships: Vec::new(),
            corpora: Corpora::default(),
        }
    }
}
