//! The names of layers and groups as records and explanations tell them: each made once, and shared by all that are called alike.

use super::cascade::LayerIndex;
use super::layer::Layer;
use crate::model::CategoryId;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

/// All texts that have been made.
#[derive(Default)]
pub(super) struct Texts {
    layers: HashMap<(LayerIndex, u8), Arc<str>, rapidhash::fast::RandomState>,
    groups: HashMap<Box<str>, Rc<OwnTexts>, rapidhash::fast::RandomState>,
}

/// The texts of a group by itself.
pub(super) struct OwnTexts {
    pub(super) default: Arc<str>,
    pub(super) hours: Arc<str>,
    pub(super) protocol: Arc<str>,
    pub(super) engines: Arc<str>,
    pub(super) files: Arc<str>,
    pub(super) new_domains: Arc<str>,
    /// By number of the category.
    pub(super) categories: Box<[Arc<str>]>,
}

impl Texts {
    /// The text of a layer's word on a category.
    pub(super) fn on(&mut self, (index, layer): (LayerIndex, &Layer), category: CategoryId, name: &str) -> Arc<str> {
        Arc::clone(self.layers.entry((index, category.0)).or_insert_with(|| layer.layer_text(&format!("category {name}"))))
    }

    /// The text of a category that is closed to everybody.
    pub(super) fn locked(&mut self, category: CategoryId, name: &str) -> Arc<str> {
        Arc::clone(
            self.layers.entry((LayerIndex::MAX, category.0)).or_insert_with(|| format!("locked for everybody, category {name}").into()),
        )
    }

    /// The texts of a group with this name.
    pub(super) fn of_group(&mut self, name: &str, categories: &[Arc<str>]) -> Rc<OwnTexts> {
        if let Some(known) = self.groups.get(name) {
            return Rc::clone(known);
        }
        let text = |what: &str| -> Arc<str> { format!("group {name}, {what}").into() };
        let made = Rc::new(OwnTexts {
            default: text("default"),
            hours: text("hours"),
            protocol: text("kind of connection"),
            engines: text("search engines"),
            files: text("files"),
            new_domains: text("new domains"),
            categories: categories.iter().map(|category| text(&format!("category {category}"))).collect(),
        });
        self.groups.insert(name.into(), Rc::clone(&made));
        made
    }
}
