//! Which step of the flowchart comes next for an incident, and until when it has to be done (standards F4, F6).

use super::incidents::{Incident, Said};
use crate::config::{FlowStep, Flowchart};
use crate::model::Timestamp;

/// A step that is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NextStep<'a> {
    /// Which.
    pub step: &'a FlowStep,
    /// Until when.
    pub due: Timestamp,
}

/// The first step that is for this incident and that nobody has done. `None`: there is none, or it is closed.
#[must_use]
pub fn next_step<'a>(incident: &Incident, flowchart: &'a Flowchart) -> Option<NextStep<'a>> {
    if incident.closed().is_some() {
        return None;
    }
    let done =
        |step: &FlowStep| incident.lines.iter().rev().find(|line| line.what == Said::Step && line.text.split(' ').next() == Some(&step.id));
    let (kind, severity, staff) = (incident.kind(), incident.severity(), incident.has_flag("staff"));
    let mut since = incident.opened;
    for step in flowchart.steps.iter().filter(|step| step.is_for(kind, severity, staff)) {
        match done(step) {
            Some(line) => since = since.max(line.at),
            None => return Some(NextStep { step, due: Timestamp(since.0 + i64::try_from(step.within.as_micros()).unwrap_or(0)) }),
        }
    }
    None
}
