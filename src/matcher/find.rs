//! The look-up.

use super::hits::{Hits, Place};
use super::host_suffixes::{HostSuffixes, Suffix};
use super::{rule_stage, statutory_stage};
use crate::canon::{CanonicalUrl, Form, HostKind, QueryPairs};
use crate::lists::{HAS_PAGES, HAS_PAIRS, Key, ListImage, NumberedSet, PairedEntry, Secrets, segments};
use crate::model::CategorySet;
use std::cell::OnceCell;

/// What the lists say about an address.
#[must_use]
pub fn find(image: &ListImage, url: &CanonicalUrl) -> Hits {
    let mut hits = Hits::default();
    let Some(secrets) = &image.secrets else { return hits };
    for (number, form) in url.forms().iter().enumerate() {
        let form_number = u8::try_from(number).unwrap_or(u8::MAX);
        let pairs = OnceCell::new();
        let lookup = Lookup { image, secrets, form, form_number, pairs: &pairs };
        HostSuffixes::of_form(&secrets.steps, form).each(|suffix| lookup.suffix(suffix, &mut hits));
    }
    if !image.rules.is_empty() {
        rule_stage::find(image, url, &mut hits);
    }
    hits
}

/// The categories of a canonical host name alone, whatever its pages: for the address guard of names and for measuring.
#[must_use]
pub fn find_name(image: &ListImage, host: &str) -> CategorySet {
    let mut categories = CategorySet::EMPTY;
    let Some(secrets) = &image.secrets else { return categories };
    HostSuffixes::of(&secrets.steps, host, HostKind::Name).each(|suffix| {
        if let Some(set) = category_set(image, suffix) {
            categories = categories.union(set.categories);
        }
    });
    categories
}

/// The set of a host suffix. A suffix with a number of labels that no entry has is not looked up.
#[inline]
fn category_set(image: &ListImage, suffix: Suffix) -> Option<&NumberedSet> {
    let possible = suffix.labels == 0 || image.shapes.host_labels >> suffix.labels.min(127) & 1 != 0;
    if possible { set_at(image, suffix.key) } else { None }
}

#[inline]
fn set_at(image: &ListImage, key: Key) -> Option<&NumberedSet> {
    match image.table.find(key) {
        0 => None,
        number => image.sets.by_number(number),
    }
}

/// One form of the address.
#[derive(Clone, Copy)]
pub(super) struct Lookup<'a> {
    pub(super) image: &'a ListImage,
    pub(super) secrets: &'a Secrets,
    pub(super) form: &'a Form,
    pub(super) form_number: u8,
    /// The query, read when the first entry asks for it.
    pairs: &'a OnceCell<QueryPairs>,
}

impl<'a> Lookup<'a> {
    #[inline]
    fn suffix(self, suffix: Suffix, hits: &mut Hits) {
        if self.image.statutory.prescreen.may_hold(suffix.key) {
            statutory_stage::suffix(self, suffix, hits);
        }
        if let Some(set) = category_set(self.image, suffix) {
            self.listed_suffix(suffix, set, hits);
        }
    }

    /// The query's pairs.
    pub(super) fn pairs(self) -> &'a QueryPairs {
        self.pairs.get_or_init(|| self.form.pairs())
    }

    pub(super) fn place(self, suffix: Suffix, path_to: Option<usize>) -> Place {
        let path_to = path_to.map(|end| u32::try_from(end).unwrap_or(u32::MAX));
        Place { form: self.form_number, host_from: suffix.from, path_to }
    }

    /// The prefixes of the path with their keys and ends, from the root to the page itself, `limit` segments at most.
    pub(super) fn prefixes(self, host: Key, limit: u32) -> impl Iterator<Item = (Key, usize)> + use<'a> {
        let steps = &self.secrets.steps;
        let root = steps.pages(host);
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let deeper = segments(self.form.path()).take(limit).scan((root, 0), move |(key, end), segment| {
            *key = steps.step(*key, segment);
            *end += segment.len() + usize::from(*end > 0);
            Some((*key, *end))
        });
        std::iter::once((root, 0)).chain(deeper)
    }

    #[cold]
    fn listed_suffix(self, suffix: Suffix, set: &NumberedSet, hits: &mut Hits) {
        hits.note(self.image, set.lists.lists(), self.place(suffix, None));
        if !set.lists.contains(HAS_PAGES) {
            return;
        }
        hits.urls_on_host = true;
        hits.mark(self.form_number);
        let whole = self.form.path().len();
        for (key, end) in self.prefixes(suffix.key, self.image.shapes.page_segments) {
            if let Some(set) = set_at(self.image, key) {
                self.listed_page(suffix, key, end, set, hits);
            }
            if self.image.shapes.exact_pages
                && end == whole
                && let Some(set) = set_at(self.image, self.secrets.steps.exactly(key))
            {
                hits.note(self.image, set.lists.lists(), self.place(suffix, Some(end)));
            }
        }
    }

    fn listed_page(self, suffix: Suffix, key: Key, end: usize, set: &NumberedSet, hits: &mut Hits) {
        let place = self.place(suffix, Some(end));
        hits.note(self.image, set.lists.lists(), place);
        if set.lists.contains(HAS_PAIRS) {
            let met = self.image.pairs.of(key).iter().filter(|entry| self.asked(end, entry.exactly) && self.meets(entry));
            hits.note(self.image, met.map(|entry| entry.list), place);
        }
    }

    /// Is a page with a query, whose path ends at `end`, the page asked for? What lies below a page counts as the page, for a script
    /// may be asked with more path behind its name; but below the root lies every other page of the host, and none of them is meant.
    pub(super) fn asked(self, end: usize, exactly: bool) -> bool {
        end == self.form.path().len() || end > 0 && !exactly
    }

    /// Every listed pair is there; for an exact entry nothing else is.
    fn meets(self, entry: &PairedEntry) -> bool {
        self.pairs().has_all(&entry.wanted) && (!entry.exactly || self.all_pairs_are_of(entry))
    }

    fn all_pairs_are_of(self, entry: &PairedEntry) -> bool {
        self.pairs().iter().all(|(name, value)| entry.wanted.iter().any(|(n, v)| (&**n, &**v) == (name, value)))
    }
}
