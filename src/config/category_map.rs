//! What the categories of a source mean in ours: one of the maps that come with the program, and the source's own words on top of it.

use crate::model::{Mapped, Taxonomy};
use std::collections::BTreeMap;

/// The map of one source. Without a map, and where nothing is said, a category keeps the name that the source gives it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CategoryMap {
    /// Name of a map that comes with the program.
    pub base: Option<String>,
    /// The source's own words, by the source's names in small letters; no category at all means that it is left out.
    pub own: BTreeMap<String, Vec<String>>,
}

/// What becomes of one category of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Becomes {
    /// Its entries are in these categories of ours.
    Ours(Vec<String>),
    /// It keeps its name, as nobody asked for a map.
    AsItIs,
    /// It is not read.
    LeftOut,
    /// There is a map, and it says nothing of this category: it keeps its name, and somebody should be told.
    Unmapped,
}

impl CategoryMap {
    /// What becomes of a category of the source.
    #[must_use]
    pub fn becomes(&self, theirs: &str) -> Becomes {
        if let Some(own) = self.own.get(&theirs.to_lowercase()) {
            return if own.is_empty() { Becomes::LeftOut } else { Becomes::Ours(own.clone()) };
        }
        let Some(base) = &self.base else { return Becomes::AsItIs };
        let table = Taxonomy::get();
        match table.map(base).and_then(|map| map.look_up(theirs)) {
            Some(Mapped::Into(ours)) => Becomes::Ours(ours.iter().map(ToString::to_string).collect()),
            Some(Mapped::LeftOut(_)) => Becomes::LeftOut,
            None => {
                let meant: Vec<_> = table.meanings(theirs).map(|category| category.name.to_string()).collect();
                if meant.is_empty() { Becomes::Unmapped } else { Becomes::Ours(meant) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours(names: &[&str]) -> Becomes {
        Becomes::Ours(names.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn the_own_word_comes_first_then_the_map_then_our_own_names() {
        let own = [("drogue", &["alcohol-tobacco"][..]), ("sports", &[]), ("mine", &["games", "hate"])];
        let own = own.map(|(theirs, ours)| (theirs.to_owned(), ours.iter().map(ToString::to_string).collect()));
        let map = CategoryMap { base: Some("ut1".into()), own: own.into() };
        for (theirs, expect) in [
            ("Drogue", ours(&["alcohol-tobacco"])),
            ("sports", Becomes::LeftOut),
            ("mine", ours(&["games", "hate"])),
            ("agressif", ours(&["hate", "violence"])),
            ("liste_bu", Becomes::LeftOut),
            ("self-harm", ours(&["self-harm"])),
            ("something-new", Becomes::Unmapped),
        ] {
            assert_eq!(map.becomes(theirs), expect, "{theirs}");
        }
        let without = CategoryMap { base: None, ..map };
        assert_eq!(without.becomes("sports"), Becomes::LeftOut);
        assert_eq!(without.becomes("agressif"), Becomes::AsItIs);
    }
}
