//! Which encrypted connections are opened and read: only those that policy asks for, everything else stays sealed
//! (standards AB7, AB9, H2, U20).
//!
//! Must never open a host that the operator sealed, whatever a group's mode says.

use super::accounts;
use super::address::read_address;
use super::rules::{HiddenPages, Rules};
use super::set::PolicySet;
use crate::canon::CanonicalUrl;
use crate::matcher::Hits;
use crate::model::{CategoryId, CategorySet, GroupId};
use std::collections::HashSet;
use std::sync::Arc;

/// How much of a group's HTTPS is opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum HttpsMode {
    /// Nothing: hosts are judged by name, and no certificate has to be installed.
    #[default]
    Tunnel,
    /// Hosts with listed pages, search engines, hosts that the group names, and where people sign in if it says with which accounts.
    Selective,
    /// Everything that is not sealed.
    Full,
}

impl HttpsMode {
    /// The word for it in the settings.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Tunnel => "tunnel",
            Self::Selective => "selective",
            Self::Full => "full",
        }
    }
}

/// Is a tunnel opened, and why?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// It is not.
    No,
    /// Something in it has to be seen: listed pages, searches, sign-ins, or a host that the group names.
    ByName,
    /// Only because the group opens everything.
    WithAll,
}

/// What stays sealed for everybody.
#[derive(Clone, Debug, Default)]
pub struct Sealed {
    /// Host names, each with everything below it.
    pub hosts: Vec<Arc<str>>,
    /// Categories, by name.
    pub categories: Vec<Arc<str>>,
}

/// Hosts with everything below them.
#[derive(Debug, Default)]
struct Hosts(HashSet<Box<str>, rapidhash::fast::RandomState>);

impl Hosts {
    /// Entries that cannot be read were refused when the settings were checked.
    fn read(written: &[Arc<str>]) -> Self {
        Self(written.iter().filter_map(|text| read_address(text).ok()).map(|entry| entry.host.clone().into()).collect())
    }

    fn hold(&self, host: &str) -> bool {
        let parents = host.match_indices('.').map(|(dot, _)| &host[dot + 1..]);
        !self.0.is_empty() && std::iter::once(host).chain(parents).any(|name| self.0.contains(name))
    }
}

/// The rules on opening, ready to ask.
#[derive(Debug)]
pub(super) struct HttpsPlan {
    sealed: Hosts,
    sealed_categories: CategorySet,
    /// Hosts that a group opens in [`HttpsMode::Selective`], by group number.
    named: Vec<Hosts>,
}

impl HttpsPlan {
    /// Ties the rules to the categories of an image.
    pub(super) fn new(rules: &Rules, categories: &[Arc<str>]) -> Self {
        let mut sealed_categories = CategorySet::EMPTY;
        for (number, name) in (0..=u8::MAX).zip(categories) {
            if rules.sealed.categories.contains(name) {
                sealed_categories.insert(CategoryId(number));
            }
        }
        Self {
            sealed: Hosts::read(&rules.sealed.hosts),
            sealed_categories,
            named: rules.groups.iter().map(|group| Hosts::read(&group.opened)).collect(),
        }
    }
}

impl PolicySet {
    /// Is a connection of this group to this host opened and read? `searches` says that the host is a search engine.
    #[must_use]
    pub fn opens(&self, group: GroupId, url: &CanonicalUrl, hits: &Hits, searches: bool) -> bool {
        self.opening(group, url, hits, searches) != Opening::No
    }

    /// The same, and why.
    #[must_use]
    pub fn opening(&self, group: GroupId, url: &CanonicalUrl, hits: &Hits, searches: bool) -> Opening {
        let (known, group, _) = self.planned(group);
        if group.https == HttpsMode::Tunnel || self.is_sealed(url, hits) {
            return Opening::No;
        }
        let named = self.https.named.get(usize::from(known.0));
        let by_name = hits.statutory_urls_on_host
            || hits.urls_on_host
            || searches
            || named.is_some_and(|hosts| hosts.hold(url.host()))
            || accounts::signs_in_at(group, &self.rules, url.host());
        match group.https {
            HttpsMode::Full | HttpsMode::Selective if by_name => Opening::ByName,
            HttpsMode::Full => Opening::WithAll,
            HttpsMode::Tunnel | HttpsMode::Selective => Opening::No,
        }
    }

    /// Does this host stay sealed for everybody?
    #[must_use]
    pub fn is_sealed(&self, url: &CanonicalUrl, hits: &Hits) -> bool {
        self.https.sealed.hold(url.host()) || !hits.categories.intersection(self.https.sealed_categories).is_empty()
    }

    /// What becomes of a tunnel of this group that hides listed pages.
    #[must_use]
    pub fn hidden_pages(&self, group: GroupId) -> HiddenPages {
        self.planned(group).1.hidden_pages
    }

    /// How much of a group's HTTPS is opened.
    #[must_use]
    pub fn https_mode(&self, group: GroupId) -> HttpsMode {
        self.planned(group).1.https
    }
}

impl Rules {
    /// Does any group open anything?
    #[must_use]
    pub fn opens_anything(&self) -> bool {
        let opens = |mode: HttpsMode| mode != HttpsMode::Tunnel;
        self.groups.iter().any(|group| opens(group.https)) || self.layers.iter().filter_map(|layer| layer.least.https).any(opens)
    }
}
