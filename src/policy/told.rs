//! Who says what happens to a category in a group, for whoever asks what is in force.

use super::set::PolicySet;
use crate::model::{CategoryId, GroupId};

impl PolicySet {
    /// The layer or the group behind what happens to this category in this group. `None`: the lists know no such category.
    #[must_use]
    pub fn decider(&self, group: GroupId, category: &str) -> Option<&str> {
        let (_, _, plan) = self.planned(group);
        plan.category_layers.get(usize::from(self.number_of(category)?.0)).map(|layer| &**layer)
    }

    /// Is this category closed or asked about by a layer over the group, or locked for everybody? Then the group cannot loosen it.
    #[must_use]
    pub fn is_held(&self, group: GroupId, category: &str) -> bool {
        let (_, _, plan) = self.planned(group);
        let held = |id: CategoryId| plan.floor.contains(id) || plan.held.contains(id);
        self.number_of(category).is_some_and(held)
    }

    fn number_of(&self, category: &str) -> Option<CategoryId> {
        let place = self.categories.iter().position(|known| **known == *category)?;
        u8::try_from(place).ok().map(CategoryId)
    }
}
