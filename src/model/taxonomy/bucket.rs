//! The few buckets into which accreditation sorts the many categories: the five of Becta's scheme (002:685-689), and those of the UK Safer
//! Internet Centre's "appropriate filtering" (2016 to 2025). On top of the finer categories, for questions and reports; they must never
//! decide anything about a request.

use super::table::Taxonomy;

/// One bucket: its place in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bucket(u8);

/// Code of a bucket, and what its scheme calls it.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    pub(super) code: Box<str>,
    words: Box<str>,
}

/// Buckets as bits, by their place in the table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Buckets(u32);

impl Buckets {
    /// How many there may be.
    pub(super) const MOST: usize = 32;

    pub(super) fn of(places: impl Iterator<Item = usize>) -> Self {
        Self(places.fold(0, |bits, place| bits | 1 << place))
    }

    pub(super) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl Bucket {
    /// All of them, in the order of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        (0_u8..).take(Taxonomy::get().buckets.len()).map(Self)
    }

    fn row(self) -> &'static Row {
        &Taxonomy::get().buckets[usize::from(self.0)]
    }

    /// Its name in questions: the scheme, and what it is about.
    #[must_use]
    pub fn code(self) -> &'static str {
        &self.row().code
    }

    /// What its scheme calls it.
    #[must_use]
    pub fn words(self) -> &'static str {
        &self.row().words
    }

    /// The bucket with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::all().find(|bucket| bucket.code() == code)
    }

    /// Does a category of this name, or of another name for it, belong to it? Of a name with `/` in it the last part counts; case does not.
    #[must_use]
    pub fn holds(self, category: &str) -> bool {
        let last = category.rsplit('/').next().unwrap_or_default();
        Taxonomy::get().buckets_of(last).0 & 1 << self.0 != 0
    }

    /// Does any category of a list, separated by commas, belong to it?
    #[must_use]
    pub fn holds_any(self, categories: &str) -> bool {
        categories.split(',').any(|name| self.holds(name.trim()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bucket_has_a_code_of_its_own_and_holds_its_categories_by_their_last_part() {
        for bucket in Bucket::all() {
            assert_eq!(Bucket::from_code(bucket.code()), Some(bucket));
            let mine: Vec<_> = Taxonomy::get().categories().iter().filter(|known| known.buckets().any(|other| other == bucket)).collect();
            assert!(!mine.is_empty(), "{}", bucket.code());
            for name in mine.iter().flat_map(|known| known.also.iter().chain([&known.name])) {
                assert!(bucket.holds(name) && bucket.holds(&format!("ut1/{}", name.to_uppercase())), "{}: {name}", bucket.code());
            }
            assert!(!bucket.holds("education") && !bucket.holds("") && !bucket.words().is_empty());
        }
        assert_eq!(Bucket::all().filter(|bucket| bucket.code().starts_with("becta-")).count(), 5);
    }

    #[test]
    fn names_of_older_records_stay_where_they_were() {
        let of = |categories: &str| Bucket::all().filter(|bucket| bucket.holds_any(categories)).map(Bucket::code).collect::<Vec<_>>();
        assert_eq!(of("ut1/news, ut1/gambling"), ["uksic-gambling"]);
        assert_eq!(of("ut1/drogue"), ["becta-drugs", "uksic-drugs"]);
        assert_eq!(of("mine/sexual_education,adulterated"), [""; 0]);
        assert_eq!(of("agressif"), ["becta-violence", "becta-extremism", "uksic-discrimination", "uksic-hate", "uksic-violence"]);
        assert_eq!(of("dangerous_material"), ["becta-violence", "uksic-violence", "uksic-harmful"]);
        assert_eq!(of("strict_redirector"), ["becta-criminal"]);
    }
}
