//! Domains that are new here, and budgets for what is blocked by mistake.

use super::bench::Bench;
use crate::config::fault::FaultKind;
use crate::config::raw::RawNewDomains;
use crate::config::source::At;
use crate::policy::{Action, NewDomains};

/// The group's own words on top of the preset's.
pub(super) fn settle(own: &RawNewDomains, preset: &RawNewDomains, bench: &mut Bench<'_>) -> NewDomains {
    let usual = NewDomains::default();
    let action = own.action.as_ref().or(preset.action.as_ref()).map_or(usual.action, |at| at.value.0);
    let lasts = own.lasts.as_ref().or(preset.lasts.as_ref()).map_or(usual.lasts, |at| at.value);
    if let Some(at) = own.lasts.as_ref().filter(|_| action == Action::Allow) {
        bench.reader.fault(&at.place, FaultKind::Meaningless("new_for", "a group whose new_domains is \"log\"".into()));
    }
    NewDomains { action, lasts }
}

/// Per cent of what should be open.
pub(super) fn budget(own: &RawNewDomains, preset: &RawNewDomains, bench: &mut Bench<'_>) -> Option<f64> {
    let at = own.budget.as_ref().or(preset.budget.as_ref())?;
    let per_cent = read(at);
    if per_cent.is_none() {
        bench.reader.fault(&at.place, FaultKind::Malformed { expected: "a share from 0% to 100%, such as \"0.5%\"".into() });
    }
    per_cent
}

fn read(at: &At<String>) -> Option<f64> {
    let number: f64 = at.value.trim().strip_suffix('%')?.trim().parse().ok()?;
    (0.0..=100.0).contains(&number).then_some(number)
}
