//! The whole table, read once, and the look-up of names in it.

use super::bucket::{Buckets, Row};
use super::category::Category;
use super::map::SourceMap;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Our categories, buckets and maps of public lists.
#[derive(Debug)]
pub struct Taxonomy {
    pub(super) buckets: Box<[Row]>,
    categories: Box<[Category]>,
    maps: Box<[SourceMap]>,
    /// By name, of ours or another: the places of what it means, and all their buckets. Names are in lower case.
    by_name: HashMap<Box<str>, Meaning, rapidhash::fast::RandomState>,
}

#[derive(Debug, Default)]
struct Meaning {
    places: Vec<usize>,
    buckets: Buckets,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    bucket: Box<[Row]>,
    category: Box<[Category]>,
}

const WRITTEN: &str = include_str!("../../../config/taxonomy.toml");

impl Taxonomy {
    /// The one that came with the program.
    #[must_use]
    pub fn get() -> &'static Self {
        static TABLE: LazyLock<Taxonomy> = LazyLock::new(|| {
            let written = toml::from_str(WRITTEN).expect("config/taxonomy.toml is part of the program, and a test reads it");
            Taxonomy::new(written)
        });
        &TABLE
    }

    fn new(written: Written) -> Self {
        let Written { bucket: buckets, category: categories } = written;
        assert!(buckets.len() <= Buckets::MOST, "more buckets than bits");
        let mut by_name: HashMap<Box<str>, Meaning, _> = HashMap::default();
        for (place, category) in categories.iter().enumerate() {
            let codes = |code: &str| buckets.iter().position(|row| *row.code == *code);
            let own = Buckets::of(category.bucket_codes.iter().filter_map(|code| codes(code)));
            for name in category.also.iter().chain([&category.name]) {
                let meaning = by_name.entry(name.to_lowercase().into()).or_default();
                meaning.places.push(place);
                meaning.buckets = meaning.buckets.with(own);
            }
        }
        Self { buckets, categories, maps: SourceMap::all(), by_name }
    }

    /// Our categories, in the order of the table.
    #[must_use]
    pub fn categories(&self) -> &[Category] {
        &self.categories
    }

    /// What the names of public lists mean, by list.
    #[must_use]
    pub fn maps(&self) -> &[SourceMap] {
        &self.maps
    }

    /// The map with this name.
    #[must_use]
    pub fn map(&self, name: &str) -> Option<&SourceMap> {
        self.maps.iter().find(|map| map.name == name)
    }

    /// Our category with this very name.
    #[must_use]
    pub fn category(&self, name: &str) -> Option<&Category> {
        self.meanings(name).find(|category| *category.name == *name)
    }

    /// What a name means: our category of that name, or those that it is another name for. Case does not matter.
    pub fn meanings(&self, name: &str) -> impl Iterator<Item = &Category> {
        self.meaning(name).into_iter().flat_map(|meaning| &meaning.places).map(|place| &self.categories[*place])
    }

    pub(super) fn buckets_of(&self, name: &str) -> Buckets {
        self.meaning(name).map_or_else(Buckets::default, |meaning| meaning.buckets)
    }

    fn meaning(&self, name: &str) -> Option<&Meaning> {
        if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return self.by_name.get(name.to_ascii_lowercase().as_str());
        }
        self.by_name.get(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Risk;
    use std::collections::BTreeSet;

    #[test]
    fn every_category_says_what_it_is_and_every_name_is_plain() {
        let table = Taxonomy::get();
        let mut names = BTreeSet::new();
        for category in table.categories() {
            let name = &*category.name;
            assert!(names.insert(name), "{name} is there twice");
            assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{name}");
            for text in [&category.words, &category.holds, &category.leaves_out] {
                assert!(text.ends_with('.') && text.len() > 4, "{name}: {text}");
            }
            assert!(!category.title.is_empty() && (1..=3).contains(&category.examples.len()), "{name}");
            assert_eq!(category.buckets().count(), category.bucket_codes.len(), "{name} names a bucket that is not there");
            assert!(table.category(name).is_some_and(|found| std::ptr::eq(found, category)));
            assert!(category.also.iter().all(|other| table.category(other).is_none()), "{name} is also called what another one is called");
        }
    }

    #[test]
    fn no_example_names_a_site_that_could_exist() {
        let reserved = |word: &str| word.trim_end_matches(['/', ',']).split('/').next().is_some_and(|host| host.ends_with(".example"));
        for category in Taxonomy::get().categories() {
            let words = category.examples.iter().flat_map(|example| example.split(' '));
            let named: Vec<_> = words.filter(|word| word.trim_end_matches('.').contains('.') && !reserved(word)).collect();
            assert!(named.is_empty(), "{}: {named:?}", category.name);
        }
    }

    #[test]
    fn what_the_standards_name_is_there() {
        // B15, B16, V3, V4
        let named = [
            "self-harm",
            "eating-disorders",
            "gambling",
            "extremism",
            "scam",
            "piracy",
            "health-misinformation",
            "phishing",
            "adware",
            "drugs",
            "torrent",
            "discrimination",
            "hate",
            "malware",
            "hacking",
            "adult",
            "violence",
            "gore",
            "misinformation",
            "bullying",
            "dangerous-stunts",
            "misogyny",
        ];
        let locked = ["illegal", "coercive-control", "fraud", "intimate-image-abuse", "public-order", "suicide-promotion", "terrorism"];
        let table = Taxonomy::get();
        for name in named {
            assert!(table.category(name).is_some_and(|category| !category.locked && category.risk != Risk::None), "{name}");
        }
        let closed: Vec<_> = table.categories().iter().filter(|category| category.locked).map(|category| &*category.name).collect();
        assert_eq!(closed, locked);
    }

    #[test]
    fn other_names_mean_what_they_say() {
        let of = |name: &str| Taxonomy::get().meanings(name).map(|category| &*category.name).collect::<Vec<_>>();
        assert_eq!(of("drugs"), ["drugs"]);
        assert_eq!(of("Drogue"), ["drugs"]);
        assert_eq!(of("agressif"), ["violence", "hate"]);
        assert_eq!(of("education"), [""; 0]);
        assert!(Taxonomy::get().category("drogue").is_none());
    }
}
