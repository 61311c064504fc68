//! The stage of quotas: what of today is used up.

use super::decision::{Evidence, Grounds};
use super::judge::{Case, Ruling, evidence};
use super::order::Stage;
use super::quota::{Limited, Metered, Quota};
use super::set::PolicySet;
use super::trace::Trace;
use crate::matcher::Hits;
use crate::model::{CategorySet, GroupId, Reason, VerdictKind};

impl Case<'_> {
    pub(super) fn quota(&self, trace: &mut impl Trace) -> Option<Ruling> {
        if self.plan.limits.is_empty() {
            trace.note(Stage::Quota, false, || "The group has no quota.".into());
            return None;
        }
        let used_up = self.limits().find(|limited| self.is_used_up(limited, limited.quota));
        trace.note(Stage::Quota, used_up.is_some(), || self.quota_words(used_up));
        used_up.map(|limited| Ruling::Closed(Evidence { category: limited.category, ..evidence(Reason::QuotaUsed, &limited.layer) }))
    }

    /// What a layer above the site has left is used up: no rule of the site goes past that.
    pub(super) fn spent(&self) -> Option<&Limited> {
        self.all_spent().next()
    }

    /// Released or not: what is released opens by the release, in its own stage.
    fn all_spent(&self) -> impl Iterator<Item = &Limited> {
        let limits = self.plan.limits.iter().filter(|limited| counts(limited, self.hits));
        limits.filter(|limited| limited.held.is_some_and(|held| self.is_used_up(limited, held)))
    }

    /// The same, of single categories alone: a help line is in no category, and no other page closes it.
    pub(super) fn is_category_spent(&self) -> bool {
        self.all_spent().any(|limited| limited.category.is_some())
    }

    fn is_used_up(&self, limited: &Limited, quota: Quota) -> bool {
        self.ask.used.is_used_up(&limited.name, quota, self.ask.now)
    }

    fn limits(&self) -> impl Iterator<Item = &Limited> {
        let released = self.said.categories;
        self.plan.limits.iter().filter(move |limited| counts(limited, self.hits) && !is_released(limited, released))
    }

    fn quota_words(&self, used_up: Option<&Limited>) -> String {
        let told = |limited: &Limited| format!("{}: {}", limited.layer, self.ask.used.words(&limited.name, limited.quota, self.ask.now));
        if let Some(limited) = used_up {
            return format!("{}; until the day ends here.", told(limited));
        }
        let all: Vec<_> = self.limits().map(told).collect();
        if all.is_empty() { "No quota counts it.".into() } else { format!("{}.", all.join("; ")) }
    }
}

fn counts(limited: &Limited, hits: &Hits) -> bool {
    limited.category.is_none_or(|category| hits.categories.contains(category))
}

fn is_released(limited: &Limited, released: CategorySet) -> bool {
    limited.category.is_some_and(|category| released.contains(category))
}

impl PolicySet {
    /// Has this group any quota?
    #[must_use]
    pub fn has_quota(&self, group: GroupId) -> bool {
        !self.planned(group).2.limits.is_empty()
    }

    /// What of a request that was let through counts. A help line never does, nor an address that somebody has released, nor, of an address,
    /// the categories that somebody has; what a rule of the site opens counts where a layer above the site has set a quota, and otherwise
    /// not.
    #[must_use]
    pub fn metered(&self, group: GroupId, hits: &Hits, grounds: Grounds, released: CategorySet) -> Vec<Metered> {
        let reason = grounds.reason;
        let opened = reason.kind() == VerdictKind::Allow;
        if !opened || grounds.is_released_address() || matches!(reason, Reason::HelpLine | Reason::OwnPage) {
            return Vec::new();
        }
        let limits = self.planned(group).2.limits.iter().filter(|limited| counts(limited, hits) && !is_released(limited, released));
        let quota = |limited: &Limited| if reason == Reason::AllowedLocally { limited.held } else { Some(limited.quota) };
        limits.filter_map(|limited| Some(Metered { name: limited.name.clone(), quota: quota(limited)? })).collect()
    }
}
