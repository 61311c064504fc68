//! What pages of incidents and alerts ask of the running system.

use super::incidents::Scope;
use super::works::WorksFault;
use crate::config::{AlertSettings, IncidentSettings};
use jiff::civil::Date;
use std::sync::Mutex;

/// A hold to be placed on the evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keep {
    /// What is held: everything of this person, device or address in this span.
    pub scope: Scope,
    /// Who answers for it.
    pub by: String,
    /// Why.
    pub because: String,
    /// The day of review.
    pub review: Date,
}

/// The running system, as incidents see it.
pub trait IncidentWorks: Send + Sync {
    /// Settings of incidents.
    fn incident_settings(&self) -> IncidentSettings;

    /// Settings of alerts.
    fn alert_settings(&self) -> AlertSettings;

    /// Places a legal hold, as `lifeguard logs hold add` does; its number. It is in force when this returns.
    ///
    /// # Errors
    /// [`WorksFault`]: it is not in force.
    fn hold(&self, keep: &Keep) -> Result<String, WorksFault>;

    /// Lets a hold go.
    ///
    /// # Errors
    /// [`WorksFault`]: it stands.
    fn let_go(&self, id: &str, by: &str, because: &str) -> Result<(), WorksFault>;

    /// The address of a record, although it is on a statutory list; `None`: the log has none, or no such record. Nothing is fetched.
    /// Whoever calls this has recorded it.
    ///
    /// # Errors
    /// [`WorksFault`]: the log cannot be read.
    fn listed_address(&self, sequence: u64) -> Result<Option<String>, WorksFault>;
}

/// Answers that tests set by hand.
#[derive(Debug, Default)]
pub struct FixedIncidentWorks {
    /// Settings of incidents.
    pub incidents: IncidentSettings,
    /// Settings of alerts.
    pub alerts: AlertSettings,
    /// Holds that were placed, and whether they stand.
    pub holds: Mutex<Vec<(Keep, bool)>>,
    /// What every record's address is.
    pub address: String,
}

impl FixedIncidentWorks {
    pub(super) fn hold(&self, keep: &Keep) -> String {
        let mut holds = self.holds.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        holds.push((keep.clone(), true));
        format!("H-{}", holds.len())
    }

    pub(super) fn let_go(&self, id: &str) {
        let mut holds = self.holds.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let number: usize = id.trim_start_matches("H-").parse().unwrap_or(0);
        holds.iter_mut().skip(number.wrapping_sub(1)).take(1).for_each(|hold| hold.1 = false);
    }
}

impl IncidentWorks for super::works::FixedWorks {
    fn incident_settings(&self) -> IncidentSettings {
        self.incidents.incidents.clone()
    }

    fn alert_settings(&self) -> AlertSettings {
        self.incidents.alerts.clone()
    }

    fn hold(&self, keep: &Keep) -> Result<String, WorksFault> {
        Ok(self.incidents.hold(keep))
    }

    fn let_go(&self, id: &str, _by: &str, _because: &str) -> Result<(), WorksFault> {
        self.incidents.let_go(id);
        Ok(())
    }

    fn listed_address(&self, _sequence: u64) -> Result<Option<String>, WorksFault> {
        Ok(Some(self.incidents.address.clone()).filter(|address| !address.is_empty()))
    }
}
