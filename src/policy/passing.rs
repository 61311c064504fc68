//! Can the passing of time alone change a verdict? Where it cannot, nothing that is open has to be judged again each minute.
//!
//! Must never say no where a stage looks at the clock.

use super::set::PolicySet;
use crate::model::GroupId;

impl PolicySet {
    /// Does anything here depend on the moment: hours, a day's share, or a rule or an exception of a site that ends?
    #[must_use]
    pub fn moves_with_time(&self) -> bool {
        let rules = &self.rules;
        let moves = |id| {
            let (_, group, plan) = self.planned(id);
            !(group.hours.is_always() && plan.timed.is_empty() && plan.limits.is_empty())
        };
        rules.local.iter().any(|rule| rule.expires.is_some())
            || rules.sites.iter().any(|site| !site.exceptions.is_empty())
            || (0..self.count()).map(GroupId).any(moves)
    }
}
