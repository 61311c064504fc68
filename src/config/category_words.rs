//! Words for people for every category that is known by name: ours, and the other names that mean one of ours. All from [`Taxonomy`].
//!
//! Facts about names only; what happens to a category is said by groups and presets.

use crate::model::{Category, Risk, Taxonomy};
use crate::policy::CategoryWords;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The category that entries of statutory lists belong to.
pub(super) const STATUTORY: &str = "illegal";

/// The words of every category that is known by name.
pub(super) fn known() -> BTreeMap<Arc<str>, CategoryWords> {
    let mut words = BTreeMap::new();
    for category in Taxonomy::get().categories() {
        for name in category.also.iter().chain([&category.name]) {
            words.entry(Arc::from(&**name)).or_insert_with(|| words_of(Taxonomy::get().meanings(name)));
        }
    }
    words
}

/// One after the other, where a name means several.
fn words_of<'a>(meanings: impl Iterator<Item = &'a Category>) -> CategoryWords {
    let meanings: Vec<_> = meanings.collect();
    let join = |text: fn(&Category) -> &str, between: &str| meanings.iter().map(|one| text(one)).collect::<Vec<_>>().join(between);
    CategoryWords {
        title: join(|one| &one.title, ", ").into(),
        words: join(|one| &one.words, " ").into(),
        risk: meanings.first().map_or(Risk::None, |one| one.risk),
        shown: true,
    }
}

/// Every name that settings may use for a category without a list that brings it: ours, other names for them, and those of public lists.
pub(super) fn names() -> impl Iterator<Item = String> {
    let of_maps = Taxonomy::get().maps().iter().flat_map(|map| map.names()).map(|(theirs, _)| theirs.to_owned());
    known().into_keys().map(|name| name.to_string()).chain(of_maps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_a_title_and_a_sentence_and_two_meanings_have_both() {
        let known = known();
        assert!(known.values().all(|words| !words.title.is_empty() && words.words.ends_with('.')));
        assert_eq!(&*known["drogue"].title, "Drugs");
        assert_eq!((&*known["agressif"].title, known["agressif"].risk), ("Violence, Hate speech", Risk::Content));
        assert!(known[STATUTORY].title.len() > 5, "ours names the category of statutory lists");
        assert!(names().any(|name| name == "examen_pix") && names().any(|name| name == "socialnet"));
    }
}
