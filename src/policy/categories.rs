//! The stage of categories: block over warning over allow, each at its hours.
//!
//! Must never let an allowed category outweigh a blocked one. Serves standards A4 and B4.

use super::decision::Evidence;
use super::judge::{Case, Ruling, evidence};
use super::order::Stage;
use super::rules::Action;
use super::trace::Trace;
use super::words::entry_text;
use crate::matcher::Matched;
use crate::model::{CategoryId, CategorySet, Reason};
use std::sync::Arc;

struct ActionsNow {
    blocked: CategorySet,
    warned: CategorySet,
    allowed: CategorySet,
}

impl Case<'_> {
    pub(super) fn category(&self, trace: &mut impl Trace) -> Option<Ruling> {
        let now = self.actions_now();
        let chosen = self.first(now.blocked).map(|category| (Action::Block, category));
        let chosen = chosen.or_else(|| self.first(now.warned).map(|category| (Action::Warn, category)));
        if let Some(ruling) = self.keyword_warning(chosen.is_some_and(|(action, _)| action == Action::Block)) {
            trace.note(Stage::Category, true, || "No category blocks it; the keyword rule's warning stands.".into());
            return Some(ruling);
        }
        if let Some(category) = self.first(self.said.categories).filter(|_| chosen.is_none()) {
            return self.released_category(category, trace);
        }
        let chosen = chosen.or_else(|| self.first(now.allowed).map(|category| (Action::Allow, category)));
        trace.note(Stage::Category, chosen.is_some(), || self.category_words_of(chosen));
        chosen.map(|(action, category)| self.category_ruling(action, category))
    }

    fn keyword_warning(&self, category_blocks: bool) -> Option<Ruling> {
        let hit = self.keyword.filter(|hit| hit.action == Action::Warn && !category_blocks)?;
        Some(self.think(evidence(Reason::Warned, &self.set.layers.keyword[hit.rule])))
    }

    pub(super) fn category_ruling(&self, action: Action, category: CategoryId) -> Ruling {
        let reason = match action {
            Action::Block if self.is_by_rule(category) => Reason::Keyword,
            Action::Block => Reason::Category,
            Action::Warn => Reason::Warned,
            Action::Allow => Reason::Allowed,
        };
        let layer = self.plan.category_layers.get(usize::from(category.0)).unwrap_or(&self.plan.default_layer);
        let evidence =
            Evidence { reason, layer: Arc::clone(layer), category: Some(category), matched: self.matched(category), predicted: None };
        match action {
            Action::Block => Ruling::Closed(evidence),
            Action::Warn => self.think(evidence),
            Action::Allow => Ruling::Open(evidence),
        }
    }

    /// The categories of this address by what happens to them at this moment.
    fn actions_now(&self) -> ActionsNow {
        let hits = self.hits.categories;
        let plan = self.plan;
        let hits = hits.without(self.said.categories);
        let mut now = ActionsNow {
            blocked: hits.intersection(plan.blocked),
            warned: hits.intersection(plan.warned),
            allowed: hits.intersection(plan.allowed),
        };
        for timed in plan.timed.iter().filter(|timed| hits.contains(timed.category)) {
            let inside = timed.hours.contains(self.civil_time());
            match if inside { timed.inside } else { Action::Block } {
                Action::Block => now.blocked.insert(timed.category),
                Action::Warn => now.warned.insert(timed.category),
                Action::Allow => now.allowed.insert(timed.category),
            }
        }
        now
    }

    /// The category to name: one with evidence if there is one, else the lowest number.
    pub(super) fn first(&self, among: CategorySet) -> Option<CategoryId> {
        if among.is_empty() {
            return None;
        }
        let shown = self.hits.evidence.iter().flatten().map(|matched| matched.category);
        shown.clone().find(|category| among.contains(*category)).or_else(|| among.iter().next())
    }

    /// Only a word or an expression of a list holds it: no entry does.
    fn is_by_rule(&self, category: CategoryId) -> bool {
        self.hits.by_rule.contains(category)
    }

    fn matched(&self, category: CategoryId) -> Option<Matched> {
        self.hits.evidence.iter().flatten().copied().find(|matched| matched.category == category)
    }

    fn category_words_of(&self, chosen: Option<(Action, CategoryId)>) -> String {
        let names: Vec<_> = self.hits.categories.iter().map(|category| self.set.category_name(category)).collect();
        let Some((action, category)) = chosen else {
            return if names.is_empty() {
                "In no category.".into()
            } else {
                format!("In {}: the group has no rule for that.", names.join(", "))
            };
        };
        let does = match action {
            Action::Block => "is blocked",
            Action::Warn => "asks to think first",
            Action::Allow => "is allowed",
        };
        format!(
            "In {}: {} {does} for the group {}{}{}.",
            names.join(", "),
            self.set.category_name(category),
            self.group.name,
            self.layer_words(category, action),
            self.entry_words(category)
        )
    }

    /// The layer over the group that says so, if one does.
    fn layer_words(&self, category: CategoryId, action: Action) -> String {
        let name = self.set.category_name(category);
        let mut layers = self.plan.over.iter().map(|index| &self.set.rules.layers[usize::from(*index)]);
        let layer = layers.find(|layer| action != Action::Allow && layer.word_on(name) == Some(action));
        layer.map_or_else(String::new, |layer| {
            format!(": so says the {} {} ({}: {})", layer.level.word(), layer.title, layer.signed_by, layer.reason)
        })
    }

    /// The entry that put the address into a category. Categories are no secret; statutory entries never come here.
    fn entry_words(&self, category: CategoryId) -> String {
        let Some(matched) = self.matched(category) else { return String::new() };
        let list = self.set.lists.get(usize::from(matched.list.0)).map_or("unknown", |name| name);
        if self.is_by_rule(category) {
            return format!(" (a word or an expression of list {list})");
        }
        match entry_text(&matched, self.ask.url) {
            Some(entry) => format!(" (list {list}, entry {entry})"),
            None => format!(" (list {list})"),
        }
    }
}
