//! What the lists say about an address: plain data with its evidence.

use crate::lists::ListImage;
use crate::model::{CategoryId, CategorySet, ListId, Timestamp};

/// Which part of which form of the address an entry matched. Enough to name the entry without storing its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Matched {
    /// The list.
    pub list: ListId,
    /// Its category.
    pub category: CategoryId,
    /// Index into `CanonicalUrl::forms`.
    pub form: u8,
    /// Where the matched suffix of that form's host starts; [`NO_PLACE`] for a keyword or an expression, which has none.
    pub host_from: u16,
    /// Where the matched prefix of that form's path ends; `None` for a host entry.
    pub path_to: Option<u32>,
}

/// Stands for a start beyond every host: a word or an expression matched, and no part of the address is the entry.
pub const NO_PLACE: u16 = u16::MAX;

/// What the lists say about an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Hits {
    /// The statutory list that holds it, if one does.
    pub statutory: Option<Matched>,
    /// Every category that holds it.
    pub categories: CategorySet,
    /// The longest match of each of the first few categories, in order of discovery.
    pub evidence: [Option<Matched>; 4],
    /// The host has URL-level statutory entries, which a tunnel hides (standards U20).
    pub statutory_urls_on_host: bool,
    /// The host has URL-level entries of some category, which a tunnel hides.
    pub urls_on_host: bool,
    /// Those of `categories` that only a keyword or an expression holds; their evidence names the list and no part of the address.
    pub by_rule: CategorySet,
    /// Since when the registrable domain is new here, as the engine's memory has it; `None`: it is not new, or nobody keeps count.
    pub new_since: Option<Timestamp>,
}

/// Where in the address a probe stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) form: u8,
    pub(super) host_from: u16,
    pub(super) path_to: Option<u32>,
}

impl Place {
    pub(super) fn matched(self, list: ListId, category: CategoryId) -> Matched {
        Matched { list, category, form: self.form, host_from: self.host_from, path_to: self.path_to }
    }
}

impl Hits {
    /// What two images say of one address, together: they number lists and categories alike.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        let entries = |hits: &Self| hits.categories.without(hits.by_rule);
        self.by_rule = self.by_rule.union(other.by_rule).without(entries(&self).union(entries(&other)));
        self.categories = self.categories.union(other.categories);
        self.statutory = self.statutory.or(other.statutory);
        self.statutory_urls_on_host |= other.statutory_urls_on_host;
        self.urls_on_host |= other.urls_on_host;
        other.evidence.into_iter().flatten().for_each(|matched| self.also(matched));
        self
    }

    /// Of one category an entry says more than a word does.
    fn also(&mut self, matched: Matched) {
        for known in &mut self.evidence {
            match known {
                Some(own) if own.category != matched.category => continue,
                Some(own) if own.host_from != NO_PLACE => {}
                Some(_) | None => *known = Some(matched),
            }
            break;
        }
    }

    /// Notes an entry. Of one category in one form the later, longer match is kept.
    #[cold]
    pub(super) fn note(&mut self, image: &ListImage, lists: impl Iterator<Item = ListId>, place: Place) {
        for list in lists {
            let Some(info) = image.lists().get(usize::from(list.0)) else { continue };
            let matched = place.matched(list, info.category);
            self.categories.insert(info.category);
            for known in &mut self.evidence {
                match known {
                    Some(other) if other.category != info.category => continue,
                    Some(other) if other.form != place.form => {}
                    Some(_) | None => *known = Some(matched),
                }
                break;
            }
        }
    }
}
