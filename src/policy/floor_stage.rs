//! The stage of what is never loosened: addresses that a layer closes, and categories on a layer's floor (standards C1).
//!
//! Must never look at a rule, a release or an unlock: it comes before all of them.

use super::engines::is_unrestricted;
use super::judge::{Case, Ruling, evidence};
use super::layer::Layer;
use super::order::Stage;
use super::other_names::is_locked;
use super::rules::Action;
use super::trace::Trace;
use crate::canon::HostKind;
use crate::model::{CategoryId, Reason};

impl Case<'_> {
    pub(super) fn floor(&self, trace: &mut impl Trace) -> Option<Ruling> {
        if let Some(index) = self.found.floor {
            let layer = &self.set.layers.floor[usize::from(index)];
            trace.note(Stage::Floor, true, || format!("The {layer}: closed ({}).", signature(&self.set.rules.layers[usize::from(index)])));
            return Some(Ruling::Closed(evidence(Reason::BlockedLocally, layer)));
        }
        let chosen = self.first(self.hits.categories.intersection(self.plan.floor));
        trace.note(Stage::Floor, chosen.is_some(), || match chosen {
            Some(category) => format!("{}.", self.holder_words(category)),
            None => "No layer closes it for good.".into(),
        });
        chosen.map(|category| self.category_ruling(Action::Block, category))
    }

    /// Does a layer close it so that no rule of the site opens it?
    pub(super) fn is_held(&self) -> bool {
        let url = self.ask.url;
        let bare = self.plan.bare_held && url.host_kind() != HostKind::Name;
        let engine = self.plan.engines_held && is_unrestricted(url.host());
        self.found.floor.is_some() || self.held_category().is_some() || bare || engine
    }

    fn held_category(&self) -> Option<CategoryId> {
        self.hits.categories.intersection(self.plan.floor.union(self.plan.held)).iter().next()
    }

    /// What holds it, in words.
    pub(super) fn held_words(&self) -> String {
        match self.held_category() {
            Some(category) => self.holder_words(category),
            None => "a layer closes it".into(),
        }
    }

    /// Which layer closes a category for whoever asks, or asks about it; who signed that, and why.
    pub(super) fn holder_words(&self, category: CategoryId) -> String {
        let name = self.set.category_name(category);
        let layers = self.plan.over.iter().map(|index| &self.set.rules.layers[usize::from(*index)]);
        let strictest = layers
            .filter_map(|layer| Some((layer, layer.word_on(name)?)))
            .max_by_key(|(layer, word)| (layer.never_loosen.iter().any(|known| **known == *name), *word, std::cmp::Reverse(layer.level)));
        match strictest {
            Some((layer, Action::Block)) => format!("the {} {} closes {name} ({})", layer.level.word(), layer.title, signature(layer)),
            Some((layer, _)) => format!("the {} {} asks to think before {name} ({})", layer.level.word(), layer.title, signature(layer)),
            None if is_locked(name) => format!("{name} is closed to everybody: no setting opens it"),
            None => format!("a layer closes {name}"),
        }
    }
}

fn signature(layer: &Layer) -> String {
    format!("{}: {}; {}", layer.signed_by, layer.reason, layer.place)
}
