//! Which of several groups is the strictest: the one that counts for a person who is in more than one.

use super::rules::{Action, DefaultAction, Group};
use super::set::PolicySet;
use crate::model::GroupId;
use std::cmp::Reverse;

impl PolicySet {
    /// The strictest of these groups: the one of unknown clients before all; then what is closed unless it is opened by name; then what
    /// blocks and warns more; then what has more quotas; then what stands first in the settings. `None`: none of them exists.
    #[must_use]
    pub fn strictest_of(&self, groups: impl IntoIterator<Item = GroupId>) -> Option<GroupId> {
        let known = groups.into_iter().filter_map(|id| self.group(id).map(|group| (id, group)));
        known.max_by_key(|(id, group)| (*id == self.strictest_near(*id), strictness(group), Reverse(id.0))).map(|(id, _)| id)
    }
}

fn strictness(group: &Group) -> (bool, usize, usize, usize) {
    let count = |wanted| group.categories.values().filter(|action| **action == wanted).count();
    (group.default == DefaultAction::Block, count(Action::Block) + group.category_hours.len(), count(Action::Warn), group.quota.len())
}
