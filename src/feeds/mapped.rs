//! From the categories that a source brings to ours: the map of its settings, applied to what was found.
//!
//! A category that means several of ours becomes a list for each of them; the first keeps the list's name. One that nobody has said
//! anything of keeps its own name, and is told of.

use super::sources::Found;
use crate::config::{Becomes, ListSettings, Source};
use crate::lists::ListKind;
use std::sync::Arc;

/// Applies the map of a source to its lists.
pub(super) fn map(setting: &Source, found: Vec<Found>) -> Vec<Found> {
    if setting.kind == ListKind::Statutory {
        return found;
    }
    found.into_iter().flat_map(|list| map_one(setting, list)).collect()
}

fn map_one(setting: &Source, list: Found) -> Vec<Found> {
    match setting.categories.becomes(&list.spec.category) {
        Becomes::AsItIs | Becomes::Unmapped => vec![list],
        Becomes::LeftOut => Vec::new(),
        Becomes::Ours(ours) => ours.iter().enumerate().map(|(place, category)| under(&list, place, category)).collect(),
    }
}

fn under(list: &Found, place: usize, category: &str) -> Found {
    let mut list = list.clone();
    if place > 0 {
        list.spec.name = format!("{} ({category})", list.spec.name).into();
    }
    list.spec.category = category.into();
    list
}

/// A list whose category nobody has mapped, although its source has a map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmapped {
    /// The list.
    pub list: Arc<str>,
    /// Its category, under the name that the source gives it.
    pub category: Arc<str>,
}

impl std::fmt::Display for Unmapped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { list, category } = self;
        write!(
            f,
            "list {list}: nobody has said what the category '{category}' means: it keeps its name; write categories.{category} = \"...\" with \
             a category of ours, or \"\" to leave it out"
        )
    }
}

/// Every such list.
pub(super) fn unmapped(settings: &ListSettings, found: &[Found]) -> Vec<Unmapped> {
    let source = |list: &Found| {
        let is_its = |source: &&Source| {
            list.spec.name.strip_prefix(source.name.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        settings.sources.iter().filter(is_its).max_by_key(|source| source.name.len())
    };
    let is_unmapped =
        |list: &&Found| source(list).is_some_and(|source| source.categories.becomes(&list.spec.category) == Becomes::Unmapped);
    let all = found.iter().filter(|list| list.spec.kind == ListKind::Category);
    all.filter(is_unmapped).map(|list| Unmapped { list: Arc::clone(&list.spec.name), category: Arc::clone(&list.spec.category) }).collect()
}
