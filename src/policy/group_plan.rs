//! One group's rules tied to one list image: names have become numbers and bits, and every layer's text stands ready.
//!
//! Must never allocate once it is built.

use super::cascade::LayerIndex;
use super::engines::SearchEngines;
use super::files::Files;
use super::hours::WeeklyHours;
use super::layer::{Layer, Level};
use super::other_names::is_locked;
use super::predicted::{OnGuess, Predicted};
use super::quota::Limited;
use super::rules::{Action, Group};
use super::texts::{OwnTexts, Texts};
use crate::model::{CategoryId, CategorySet};
use std::sync::Arc;

/// A group, ready to judge with. Groups that are judged alike share one.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct GroupPlan {
    pub(super) blocked: CategorySet,
    pub(super) warned: CategorySet,
    pub(super) allowed: CategorySet,
    /// Categories with hours of their own; they are in none of the three sets.
    pub(super) timed: Vec<Timed>,
    /// What a person may use of it in a day.
    pub(super) limits: Vec<Limited>,
    /// What happens to hosts whose names look like a category.
    pub(super) predicted: Box<[OnGuess]>,
    /// Categories that no rule, release or unlock opens: locked ones, and those that a layer never lets be loosened.
    pub(super) floor: CategorySet,
    /// Categories that a layer above the site closes or asks about: no rule of the site opens them.
    pub(super) held: CategorySet,
    /// A layer above the site closes addresses made of numbers: no rule of the site opens one.
    pub(super) bare_held: bool,
    /// A layer above the site closes search engines without a restricted form: no rule of the site opens one.
    pub(super) engines_held: bool,
    /// The layers over the group, by number, highest first.
    pub(super) over: Box<[LayerIndex]>,
    /// Layer of each category, by its number.
    pub(super) category_layers: Box<[Arc<str>]>,
    pub(super) default_layer: Arc<str>,
    pub(super) hours_layer: Arc<str>,
    pub(super) protocol_layer: Arc<str>,
    /// Who closes addresses made of numbers.
    pub(super) bare_layer: Arc<str>,
    pub(super) engines_layer: Arc<str>,
    pub(super) files_layer: Arc<str>,
    pub(super) new_domains_layer: Arc<str>,
    /// What of files layers above the site close: no rule of the site and no release opens it.
    pub(super) held_files: Files,
}

/// A category with hours of its own.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Timed {
    pub(super) category: CategoryId,
    pub(super) hours: WeeklyHours,
    /// What it is inside its hours: open or with a warning. Outside it is closed.
    pub(super) inside: Action,
}

impl GroupPlan {
    /// Ties a group, which the layers over it have tightened, to the categories of an image.
    /// `name` is what it is called at its site.
    pub(super) fn new((group, name): (&Group, &str), over: &[(LayerIndex, &Layer)], categories: &[Arc<str>], texts: &mut Texts) -> Self {
        let own = texts.of_group(name, categories);
        let mut plan = Self::empty(over, &own);
        let mut layers: Vec<Arc<str>> = Vec::with_capacity(categories.len());
        for (number, name) in (0..=u8::MAX).zip(categories) {
            let (category, action) = (CategoryId(number), group.categories.get(name).copied());
            plan.place(category, action, group.category_hours.get(name));
            plan.hold(category, name, over);
            layers.push(match decider(name, action, over) {
                Some(layer) => texts.on(layer, category, name),
                None if is_locked(name) => texts.locked(category, name),
                None => Arc::clone(&own.categories[usize::from(number)]),
            });
        }
        plan.category_layers = layers.into();
        let number = |name: &str| categories.iter().position(|known| **known == *name).and_then(|at| u8::try_from(at).ok()).map(CategoryId);
        plan.predicted = on_guesses(group, name, over, number);
        plan.limits = Limited::all((name, group.quota.iter()), over.iter().map(|(_, layer)| *layer), number);
        plan
    }

    fn empty(over: &[(LayerIndex, &Layer)], own: &OwnTexts) -> Self {
        let above = |asks: fn(&Layer) -> bool| over.iter().any(|(_, layer)| layer.level < Level::Site && asks(layer));
        let bare = over.iter().find(|(_, layer)| layer.least.bare_addresses == Some(false));
        Self {
            blocked: CategorySet::EMPTY,
            warned: CategorySet::EMPTY,
            allowed: CategorySet::EMPTY,
            timed: Vec::new(),
            limits: Vec::new(),
            predicted: Box::default(),
            floor: CategorySet::EMPTY,
            held: CategorySet::EMPTY,
            bare_held: above(|layer| layer.least.bare_addresses == Some(false)),
            engines_held: above(|layer| layer.least.search_engines == Some(SearchEngines::RestrictedOnly)),
            over: over.iter().map(|(index, _)| *index).collect(),
            category_layers: Box::default(),
            default_layer: Arc::clone(&own.default),
            hours_layer: Arc::clone(&own.hours),
            protocol_layer: Arc::clone(&own.protocol),
            engines_layer: Arc::clone(&own.engines),
            files_layer: Arc::clone(&own.files),
            new_domains_layer: Arc::clone(&own.new_domains),
            held_files: held_files(over),
            bare_layer: bare.map_or_else(|| Arc::clone(&own.protocol), |(_, over)| over.layer_text("kind of connection")),
        }
    }

    fn hold(&mut self, category: CategoryId, name: &Arc<str>, over: &[(LayerIndex, &Layer)]) {
        if is_locked(name) || over.iter().any(|(_, layer)| layer.never_loosen.contains(name)) {
            self.floor.insert(category);
        }
        if over.iter().any(|(_, layer)| layer.level < Level::Site && layer.word_on(name).is_some()) {
            self.held.insert(category);
        }
    }

    fn place(&mut self, category: CategoryId, action: Option<Action>, hours: Option<&WeeklyHours>) {
        if let Some(hours) = hours.filter(|hours| !hours.is_always()) {
            let inside = if action == Some(Action::Warn) { Action::Warn } else { Action::Allow };
            self.timed.push(Timed { category, hours: hours.clone(), inside });
            return;
        }
        match action {
            Some(Action::Block) => self.blocked.insert(category),
            Some(Action::Warn) => self.warned.insert(category),
            Some(Action::Allow) => self.allowed.insert(category),
            None => {}
        }
    }
}

/// The words on guesses, each with whoever says so: the highest layer that asks for as much, else the group.
fn on_guesses(group: &Group, called: &str, over: &[(LayerIndex, &Layer)], number: impl Fn(&str) -> Option<CategoryId>) -> Box<[OnGuess]> {
    let word = |(name, action): (&Arc<str>, &Predicted)| {
        let what = format!("names like {name}");
        let asks = over.iter().find(|(_, layer)| layer.predicted.get(name) == Some(action));
        let layer = asks.map_or_else(|| format!("group {called}, {what}").into(), |(_, layer)| layer.layer_text(&what));
        Some(OnGuess { category: number(name)?, action: *action, layer })
    };
    group.predicted.iter().filter_map(word).collect()
}

fn held_files(over: &[(LayerIndex, &Layer)]) -> Files {
    let mut files = Files::default();
    over.iter().filter(|(_, layer)| layer.level < Level::Site).for_each(|(_, layer)| files.tighten(&layer.files));
    files
}

/// The layer that stands behind what happens to a category: one that never lets it be loosened, else the highest that says as much.
fn decider<'l>(name: &Arc<str>, action: Option<Action>, over: &[(LayerIndex, &'l Layer)]) -> Option<(LayerIndex, &'l Layer)> {
    let never = over.iter().find(|(_, layer)| layer.never_loosen.contains(name));
    let says = || over.iter().find(|(_, layer)| action.is_some() && layer.word_on(name) == action);
    never.or_else(says).copied()
}
