//! One group's rules tied to one list image: names have become numbers and bits, and every layer's text stands ready.
//!
//! Must never allocate once it is built.

use super::hours::WeeklyHours;
use super::rules::{Action, Group};
use crate::model::{CategoryId, CategorySet};
use std::sync::Arc;

/// A group, ready to judge with.
#[derive(Debug)]
pub(super) struct GroupPlan {
    pub(super) blocked: CategorySet,
    pub(super) warned: CategorySet,
    pub(super) allowed: CategorySet,
    /// Categories with hours of their own; they are in none of the three sets.
    pub(super) timed: Vec<Timed>,
    /// Layer of each category, by its number.
    pub(super) category_layers: Box<[Arc<str>]>,
    pub(super) default_layer: Arc<str>,
    pub(super) hours_layer: Arc<str>,
    pub(super) protocol_layer: Arc<str>,
    pub(super) engines_layer: Arc<str>,
}

/// A category with hours of its own.
#[derive(Debug)]
pub(super) struct Timed {
    pub(super) category: CategoryId,
    pub(super) hours: WeeklyHours,
    /// What it is inside its hours: open or with a warning. Outside it is closed.
    pub(super) inside: Action,
}

impl GroupPlan {
    /// Ties a group to the categories of an image.
    pub(super) fn new(group: &Group, categories: &[Arc<str>]) -> Self {
        let mut plan = Self::empty(group, categories);
        for (number, name) in (0..=u8::MAX).zip(categories) {
            plan.place(CategoryId(number), group.categories.get(name).copied(), group.category_hours.get(name));
        }
        plan
    }

    fn empty(group: &Group, categories: &[Arc<str>]) -> Self {
        let layer = |what: &str| -> Arc<str> { format!("group {}, {what}", group.name).into() };
        Self {
            blocked: CategorySet::EMPTY,
            warned: CategorySet::EMPTY,
            allowed: CategorySet::EMPTY,
            timed: Vec::new(),
            category_layers: categories.iter().map(|name| layer(&format!("category {name}"))).collect(),
            default_layer: layer("default"),
            hours_layer: layer("hours"),
            protocol_layer: layer("kind of connection"),
            engines_layer: layer("search engines"),
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
