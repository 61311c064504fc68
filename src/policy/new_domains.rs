//! The stage of new domains: what nobody here has asked for before, or not for long (standards D18).
//!
//! Must never close anything that a list, a rule or somebody has decided about: it comes after all of them, and before the last word.

use super::judge::{Case, Ruling, evidence};
use super::order::Stage;
use super::rules::Action;
use super::set::PolicySet;
use super::trace::Trace;
use crate::model::{GroupId, Reason, Timestamp};
use std::time::Duration;

/// What a group does with domains that are new here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewDomains {
    /// Nothing but a mark in the record, a warning, or a refusal.
    pub action: Action,
    /// For how long a domain is new.
    pub lasts: Duration,
}

impl Default for NewDomains {
    fn default() -> Self {
        Self { action: Action::Allow, lasts: Duration::from_secs(24 * 3600) }
    }
}

impl NewDomains {
    /// Is a domain that was first seen at this moment still new?
    fn counts(self, since: Timestamp, now: Timestamp) -> bool {
        let lasts = i64::try_from(self.lasts.as_micros()).unwrap_or(i64::MAX);
        now.0.saturating_sub(since.0) < lasts
    }
}

impl PolicySet {
    /// Does the group want to know whether a domain is new?
    #[must_use]
    pub fn asks_for_new_domains(&self, group: GroupId) -> bool {
        self.group(group).is_none_or(|group| group.new_domains.action != Action::Allow)
    }
}

impl Case<'_> {
    pub(super) fn new_domain(&self, trace: &mut impl Trace) -> Option<Ruling> {
        let rule = self.group.new_domains;
        if rule.action == Action::Allow {
            trace.note(Stage::NewDomain, false, || "The group does nothing with domains that are new here.".into());
            return None;
        }
        let Some(since) = self.hits.new_since.filter(|since| rule.counts(*since, self.ask.now)) else {
            trace.note(Stage::NewDomain, false, || "The domain is not new here, or nobody keeps count.".into());
            return None;
        };
        let closed = rule.action == Action::Block;
        trace.note(Stage::NewDomain, true, || {
            let hours = rule.lasts.as_secs() / 3600;
            let does = if closed { "closed" } else { "asked about" };
            if since == self.ask.now {
                format!("Nobody here has asked for its domain before: {does} for {hours} hours.")
            } else {
                format!("Its domain was first asked for at {since}: {does} for {hours} hours from then.")
            }
        });
        let reason = if closed { Reason::NewDomainBlocked } else { Reason::NewDomain };
        let evidence = evidence(reason, &self.plan.new_domains_layer);
        Some(if closed { Ruling::Closed(evidence) } else { self.think(evidence) })
    }
}
