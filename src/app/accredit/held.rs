//! Categories that nothing below may open: those that the taxonomy locks for everybody (standards V3), and those that a layer never lets be
//! loosened (standards C1). Which they are is read from the taxonomy and the layers, apart from what the policy has made of them.

use super::bench::{Bench, Door};
use crate::accredit::Address;
use crate::feeds::Sample;
use crate::model::Taxonomy;
use crate::policy::{Layer, Level, Rules};

/// An example of such a category.
pub(super) struct HeldExample {
    pub(super) category: String,
    pub(super) address: Address,
    /// By the number of the door: is it closed there for good?
    pub(super) doors: Vec<bool>,
}

/// The examples that are closed for good in any group that is tried.
pub(super) fn held_examples(bench: &Bench, samples: &[Sample]) -> Vec<HeldExample> {
    let engine = bench.engine();
    let rules = engine.policy.rules();
    let example = |sample: &Sample| {
        let doors: Vec<bool> = bench.doors.iter().map(|door| is_held(rules, door, &sample.category)).collect();
        let held = doors.contains(&true);
        held.then(|| HeldExample { category: sample.category.to_string(), address: Address::from(&sample.entry), doors })
    };
    samples.iter().filter_map(example).collect()
}

fn is_held(rules: &Rules, door: &Door, category: &str) -> bool {
    let over = |layer: &&Layer| layer.level != Level::Person && layer.is_for(door.group) && is_of_site(rules, layer, door);
    let never = |layer: &Layer| layer.never_loosen.iter().any(|name| **name == *category);
    Taxonomy::get().is_locked(category) || rules.layers.iter().filter(over).any(never)
}

fn is_of_site(rules: &Rules, layer: &Layer, door: &Door) -> bool {
    let Some(site) = layer.site else { return true };
    rules.sites.get(usize::from(site.0)).is_some_and(|site| site.groups.contains(&door.group.0))
}
