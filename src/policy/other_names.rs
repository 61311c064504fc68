//! What is said of a category holds for its other names as well: before rules are tied to an image, every category of the image that has
//! several names takes over what is said of the others (`config/taxonomy.toml`). So settings in our names reach lists that bring their
//! own, and settings in older names reach lists that are mapped to ours.
//!
//! A name that settings say outright keeps its own word, unless an older name for it, under which no list brings anything any more, says
//! something stricter: nothing here ever loosens. Categories that the table locks are closed for every group (standards V3).

use super::hours::WeeklyHours;
use super::layer::Layer;
use super::quota::Quota;
use super::rules::{Action, Group, Rules};
use crate::model::{Category, Taxonomy};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Spreads every word of the rules over the other names of what it names.
/// `categories` are those of the image, `brought` those of them that a list brings.
pub(super) fn spread(rules: &mut Rules, categories: &[Arc<str>], brought: &[Arc<str>]) {
    let kin: Vec<Kin> = categories.iter().filter_map(|name| Kin::of(name, brought)).collect();
    if kin.is_empty() {
        return;
    }
    let mut tables = Tables::default();
    rules.groups.iter_mut().for_each(|group| spread_group(group, &kin, &mut tables));
    rules.layers.iter_mut().for_each(|layer| spread_layer(layer, &kin));
    rules.agreement.clauses.iter_mut().for_each(|clause| take_over(&mut clause.categories, &kin));
    take_over(&mut rules.sealed.categories, &kin);
}

/// Is it closed to everybody, whatever settings say?
pub(super) fn is_locked(name: &str) -> bool {
    Taxonomy::get().category(name).is_some_and(|category| category.locked)
}

/// Is a category among these names, or is all of what it means?
pub(super) fn is_meant(names: &[Arc<str>], category: &str) -> bool {
    let is_in = |name: &str| names.iter().any(|known| **known == *name);
    let mut meanings = Taxonomy::get().meanings(category).peekable();
    is_in(category) || meanings.peek().is_some() && meanings.all(|meant| is_in(&meant.name))
}

/// One category of the image with other names.
struct Kin {
    name: Arc<str>,
    /// Names whose words hold for it. Of a category of ours: other names for it under which no list brings anything, so that they can only
    /// be meant for it. Of another name: what it means.
    from: Vec<&'static str>,
    is_ours: bool,
    locked: bool,
    /// It is another name for something locked.
    means_locked: bool,
}

impl Kin {
    fn of(name: &Arc<str>, brought: &[Arc<str>]) -> Option<Self> {
        let meanings: Vec<&'static Category> = Taxonomy::get().meanings(name).collect();
        let is_ours = meanings.iter().any(|category| *category.name == **name);
        let is_brought = |other: &str| brought.iter().any(|known| **known == *other);
        let also = || meanings.iter().flat_map(|category| &category.also).map(|other| &**other).filter(|other| !is_brought(other));
        let from: Vec<_> = if is_ours { also().collect() } else { meanings.iter().map(|category| &*category.name).collect() };
        let (locked, means_locked) = (is_locked(name), !is_ours && meanings.iter().any(|category| category.locked));
        (!from.is_empty() || locked).then(|| Self { name: Arc::clone(name), from, is_ours, locked, means_locked })
    }

    /// The names whose words hold for it, where it has a word of its own or none.
    fn from(&self, has_own: bool) -> &[&'static str] {
        if has_own && !self.is_ours { &[] } else { &self.from }
    }
}

/// Tables that were spread before: groups that share one go on sharing. The old ones are held so that no address is used twice.
type Tables = HashMap<usize, (Actions, Actions), rapidhash::fast::RandomState>;
type Actions = Arc<BTreeMap<Arc<str>, Action>>;

fn spread_group(group: &mut Group, kin: &[Kin], tables: &mut Tables) {
    spread_quota(&mut group.quota, kin);
    let old = Arc::clone(&group.categories);
    let key = Arc::as_ptr(&old) as usize;
    let plain = group.category_hours.is_empty();
    if let Some((_, known)) = tables.get(&key).filter(|_| plain) {
        group.categories = Arc::clone(known);
        return;
    }
    // All are found before the first is set: a word does not wander from name to name.
    let words: Vec<_> = kin.iter().filter_map(|one| Some((&one.name, new_word(group, one)?))).collect();
    for (name, (action, hours)) in words {
        group.category_hours.remove(name);
        if let Some(hours) = hours {
            group.category_hours.insert(Arc::clone(name), hours);
        }
        if let Some(action) = action {
            Arc::make_mut(&mut group.categories).insert(Arc::clone(name), action);
        }
    }
    if plain {
        tables.insert(key, (old, Arc::clone(&group.categories)));
    }
}

/// What is said of a name: an action, hours, or both.
type Said = (Option<Action>, Option<WeeklyHours>);

fn said(group: &Group, name: &str) -> Option<Said> {
    let word = (group.categories.get(name).copied(), group.category_hours.get(name).cloned());
    (word != (None, None)).then_some(word)
}

/// Hours open a category, whatever its action.
fn strictness(word: &Said) -> u8 {
    match word {
        (Some(Action::Block), None) => 3,
        (_, Some(_)) => 2,
        (Some(Action::Warn), None) => 1,
        (Some(Action::Allow) | None, None) => 0,
    }
}

/// The word that a group is to have on a category, where that is not what it has.
fn new_word(group: &Group, kin: &Kin) -> Option<Said> {
    let own = said(group, &kin.name);
    let locked = (kin.locked || own.is_none() && kin.means_locked).then_some((Some(Action::Block), None));
    let from = kin.from(own.is_some()).iter().filter_map(|name| said(group, name));
    let strictest = from.chain(locked).max_by_key(strictness)?;
    own.is_none_or(|own| strictness(&strictest) > strictness(&own)).then_some(strictest)
}

fn spread_quota(quotas: &mut BTreeMap<Arc<str>, Quota>, kin: &[Kin]) {
    let mut new = Vec::new();
    for one in kin {
        let own = quotas.get(&one.name).copied();
        let taken = one.from(own.is_some()).iter().filter_map(|name| quotas.get(*name).copied()).chain(own).reduce(Quota::tightened);
        new.extend(taken.map(|quota| (Arc::clone(&one.name), quota)));
    }
    quotas.extend(new);
}

fn spread_layer(layer: &mut Layer, kin: &[Kin]) {
    for names in [&mut layer.never_loosen, &mut layer.block, &mut layer.warn] {
        take_over(names, kin);
    }
    spread_quota(&mut layer.quota, kin);
}

/// A list of names: those of the image whose other names are in it are in it too.
fn take_over(names: &mut Vec<Arc<str>>, kin: &[Kin]) {
    let is_in = |names: &[Arc<str>], name: &str| names.iter().any(|known| **known == *name);
    let new: Vec<_> = kin
        .iter()
        .filter(|one| !is_in(names, &one.name) && one.from.iter().any(|other| is_in(names, other)))
        .map(|one| Arc::clone(&one.name))
        .collect();
    names.extend(new);
}
