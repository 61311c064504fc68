//! From layers and groups to one plan for each group, and for each group with a person's own layers on top: made once, when settings
//! are loaded, so that a verdict pays nothing for it (standards B5, B11, C1).
//!
//! Must never let a lower layer undo a higher one: a group is tightened by every layer that is for it, from the highest down.

use super::group_plan::GroupPlan;
use super::layer::{Layer, Level};
use super::rules::{Action, Group, Rules};
use super::texts::Texts;
use crate::model::GroupId;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::Hash;
use std::sync::Arc;

/// Index into [`Rules::layers`].
pub(super) type LayerIndex = u16;

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
    pub(super) plan: Arc<GroupPlan>,
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
pub(super) fn settle(rules: &mut Rules, categories: &[Arc<str>]) -> (Vec<Arc<GroupPlan>>, People) {
    rules.layers.sort_by_key(|layer| layer.level);
    let layers = std::mem::take(&mut rules.layers);
    let by_site = BySite::new(&layers, rules.sites.len());
    let mut maker = Maker { categories, texts: Texts::default(), plans: HashSet::default(), tables: HashSet::default() };
    let mut plans = Vec::with_capacity(rules.groups.len());
    let sites = site_of_each(rules);
    for ((id, group), site) in (0..u16::MAX).map(GroupId).zip(&mut rules.groups).zip(&sites) {
        plans.push(maker.make((group, *site), id, &by_site.over(*site, false)));
    }
    let people = people(&by_site, (&rules.groups, &sites), &mut maker);
    rules.layers = layers;
    (plans, people)
}

/// The site of each group.
fn site_of_each(rules: &Rules) -> Vec<Option<usize>> {
    let mut sites = vec![None; rules.groups.len()];
    for (number, site) in rules.sites.iter().enumerate() {
        sites.iter_mut().take(usize::from(site.groups.end)).skip(usize::from(site.groups.start)).for_each(|slot| *slot = Some(number));
    }
    sites
}

type Numbered<'a> = (LayerIndex, &'a Layer);

/// Layers by where they stand, so that no site looks at those of the others.
struct BySite<'a> {
    shared: Vec<Numbered<'a>>,
    sites: Vec<Vec<Numbered<'a>>>,
}

impl<'a> BySite<'a> {
    fn new(layers: &'a [Layer], sites: usize) -> Self {
        let mut made = Self { shared: Vec::new(), sites: vec![Vec::new(); sites] };
        for numbered in (0..LayerIndex::MAX).zip(layers) {
            let own = numbered.1.site.and_then(|site| made.sites.get_mut(usize::from(site.0)));
            own.unwrap_or(&mut made.shared).push(numbered);
        }
        made
    }

    /// The layers that may be over a group of this site, the highest first; with or without those of single persons.
    fn over(&self, site: Option<usize>, persons: bool) -> Vec<Numbered<'a>> {
        let own = site.and_then(|site| self.sites.get(site)).into_iter().flatten();
        let mut all: Vec<_> =
            self.shared.iter().chain(own).filter(|(_, layer)| (layer.level == Level::Person) == persons).copied().collect();
        all.sort_by_key(|(index, _)| *index);
        all
    }
}

struct Maker<'a> {
    categories: &'a [Arc<str>],
    texts: Texts,
    plans: HashSet<Arc<GroupPlan>, rapidhash::fast::RandomState>,
    tables: HashSet<Arc<BTreeMap<Arc<str>, Action>>, rapidhash::fast::RandomState>,
}

impl Maker<'_> {
    fn make(&mut self, (group, site): (&mut Group, Option<usize>), id: GroupId, among: &[Numbered<'_>]) -> Arc<GroupPlan> {
        let over: Vec<_> = among.iter().filter(|(_, layer)| layer.is_for(id)).copied().collect();
        over.iter().for_each(|(_, layer)| layer.tighten(group));
        group.categories = shared(&mut self.tables, Arc::clone(&group.categories));
        let name = if site.is_some() { group.short_name() } else { &group.name };
        shared(&mut self.plans, Arc::new(GroupPlan::new((group, name), &over, self.categories, &mut self.texts)))
    }
}

/// The one that is equal, if there was one before.
fn shared<T: Eq + Hash>(known: &mut HashSet<Arc<T>, rapidhash::fast::RandomState>, new: Arc<T>) -> Arc<T> {
    if let Some(known) = known.get(&new) {
        return Arc::clone(known);
    }
    known.insert(Arc::clone(&new));
    new
}

/// Persons with the same layers share what is derived for them.
fn people(by_site: &BySite<'_>, (groups, sites): (&[Group], &[Option<usize>]), maker: &mut Maker<'_>) -> People {
    let numbered: BTreeMap<LayerIndex, &Layer> = by_site.shared.iter().chain(by_site.sites.iter().flatten()).copied().collect();
    let mut sets: BTreeMap<Vec<LayerIndex>, usize> = BTreeMap::new();
    let mut people = People::default();
    for (name, set) in layers_of_persons(&numbered) {
        let next = sets.len();
        let known = *sets.entry(set).or_insert(next);
        people.names.insert(name.into(), known);
    }
    for (set, known) in &sets {
        let own: Vec<Numbered<'_>> = set.iter().filter_map(|index| Some((*index, *numbered.get(index)?))).collect();
        for base in named(&own, groups.len()) {
            let place = usize::from(base.0);
            let over: Vec<_> = by_site.over(sites[place], false).into_iter().chain(own.iter().copied()).collect();
            let mut group = groups[place].clone();
            let plan = maker.make((&mut group, sites[place]), base, &over);
            let number = u16::try_from(groups.len() + people.derived.len()).unwrap_or(u16::MAX);
            people.numbers.insert((base, *known), GroupId(number));
            people.derived.push(Derived { base, group, plan });
        }
    }
    people
}

/// The groups that any of these layers is for.
fn named(own: &[Numbered<'_>], count: usize) -> BTreeSet<GroupId> {
    if own.iter().any(|(_, layer)| layer.groups.is_empty()) {
        return (0..u16::MAX).map(GroupId).take(count).collect();
    }
    own.iter().flat_map(|(_, layer)| &layer.groups).copied().collect()
}

/// The layers of each person, by name in small letters.
fn layers_of_persons(numbered: &BTreeMap<LayerIndex, &Layer>) -> BTreeMap<String, Vec<LayerIndex>> {
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
