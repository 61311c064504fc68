//! From layers and groups to one plan for each group, and for each group with a person's own layers on top: made once, when settings
//! are loaded, so that a verdict pays nothing for it (standards B5, B11, C1).
//!
//! Must never let a lower layer undo a higher one: a group is tightened by every layer that is for it, from the highest down.

use super::group_plan::GroupPlan;
use super::layer::{Layer, Level};
use super::rules::{Group, Rules};
use crate::model::{CategoryId, GroupId};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Index into [`Rules::layers`].
pub(super) type LayerIndex = u16;

/// The texts of layers, each made once and shared by every group.
#[derive(Default)]
pub(super) struct Texts(BTreeMap<(LayerIndex, u8), Arc<str>>);

impl Texts {
    /// The text of a layer's word on a category.
    pub(super) fn on(&mut self, (index, layer): (LayerIndex, &Layer), category: CategoryId, name: &str) -> Arc<str> {
        Arc::clone(self.0.entry((index, category.0)).or_insert_with(|| layer.layer_text(&format!("category {name}"))))
    }
}

/// Persons with layers of their own, and what becomes of the groups they may be in.
#[derive(Debug, Default)]
pub(super) struct People {
    /// Name in small letters -> set of layers, by number.
    names: HashMap<Box<str>, usize, rapidhash::fast::RandomState>,
    /// Group and set of layers -> number of the derived group.
    numbers: HashMap<(GroupId, usize), GroupId, rapidhash::fast::RandomState>,
    /// Groups under a person's layers; their numbers follow those of the groups.
    derived: Vec<Derived>,
}

/// A group under a person's layers.
#[derive(Debug)]
pub(super) struct Derived {
    pub(super) base: GroupId,
    pub(super) group: Group,
    pub(super) plan: GroupPlan,
}

impl People {
    /// The group of a person who is in this group.
    pub(super) fn placed(&self, group: GroupId, user: Option<&str>) -> GroupId {
        let Some(user) = user.filter(|_| !self.names.is_empty()) else { return group };
        let layers = self.names.get(user.to_lowercase().as_str());
        layers.and_then(|layers| self.numbers.get(&(group, *layers))).copied().unwrap_or(group)
    }

    /// A derived group by its place behind the groups.
    pub(super) fn derived(&self, place: usize) -> Option<&Derived> {
        self.derived.get(place)
    }

    /// How many groups are derived.
    pub(super) fn count(&self) -> usize {
        self.derived.len()
    }
}

/// Tightens every group by the layers over it, and makes the plans.
pub(super) fn settle(rules: &mut Rules, categories: &[Arc<str>]) -> (Vec<GroupPlan>, People) {
    rules.layers.sort_by_key(|layer| layer.level);
    let layers = std::mem::take(&mut rules.layers);
    let numbered: Vec<(LayerIndex, &Layer)> = (0..LayerIndex::MAX).zip(&layers).collect();
    let of_all: Vec<_> = numbered.iter().filter(|(_, layer)| layer.level != Level::Person).copied().collect();
    let mut maker = Maker { categories, texts: Texts::default() };
    let plans = (0..u16::MAX).map(GroupId).zip(&mut rules.groups).map(|(id, group)| maker.make(group, id, &of_all)).collect();
    let people = people(&numbered, &of_all, &rules.groups, &mut maker);
    rules.layers = layers;
    (plans, people)
}

struct Maker<'a> {
    categories: &'a [Arc<str>],
    texts: Texts,
}

impl Maker<'_> {
    fn make(&mut self, group: &mut Group, id: GroupId, among: &[(LayerIndex, &Layer)]) -> GroupPlan {
        let over: Vec<_> = among.iter().filter(|(_, layer)| layer.is_for(id)).copied().collect();
        over.iter().for_each(|(_, layer)| layer.tighten(group));
        GroupPlan::new(group, &over, self.categories, &mut self.texts)
    }
}

/// Persons with the same layers share what is derived for them.
fn people(numbered: &[(LayerIndex, &Layer)], of_all: &[(LayerIndex, &Layer)], groups: &[Group], maker: &mut Maker<'_>) -> People {
    let mut sets: BTreeMap<Vec<LayerIndex>, usize> = BTreeMap::new();
    let mut people = People::default();
    for (name, set) in layers_of_persons(numbered) {
        let next = sets.len();
        let known = *sets.entry(set).or_insert(next);
        people.names.insert(name.into(), known);
    }
    for (set, known) in &sets {
        let own = || set.iter().map(|index| numbered[usize::from(*index)]);
        let over: Vec<_> = of_all.iter().copied().chain(own()).collect();
        let named = (0..u16::MAX).map(GroupId).zip(groups).filter(|(id, _)| own().any(|(_, layer)| layer.is_for(*id)));
        for (base, group) in named {
            let mut group = group.clone();
            let plan = maker.make(&mut group, base, &over);
            let number = u16::try_from(groups.len() + people.derived.len()).unwrap_or(u16::MAX);
            people.numbers.insert((base, *known), GroupId(number));
            people.derived.push(Derived { base, group, plan });
        }
    }
    people
}

/// The layers of each person, by name in small letters.
fn layers_of_persons(numbered: &[(LayerIndex, &Layer)]) -> BTreeMap<String, Vec<LayerIndex>> {
    let mut persons: BTreeMap<String, Vec<LayerIndex>> = BTreeMap::new();
    for (index, layer) in numbered.iter().filter(|(_, layer)| layer.level == Level::Person) {
        for name in &layer.persons {
            let set = persons.entry(name.to_lowercase()).or_default();
            if !set.contains(index) {
                set.push(*index);
            }
        }
    }
    persons
}
