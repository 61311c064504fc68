//! The layers of policy over a group: consortium, authority, site, person. Each tightens what stands below it and loosens nothing
//! (standards C1, B5, B11).
//!
//! Must never hold a word that opens anything: there is no such option, so that a layer cannot be written that loosens.

use super::engines::SearchEngines;
use super::files::Files;
use super::https::HttpsMode;
use super::predicted::Predicted;
use super::quota::Quota;
use super::rules::{Action, Group, HiddenPages, TunnelContents};
use super::safe::YouTube;
use crate::model::{GroupId, LogDetail, SiteId, Timestamp};
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Whose word it is. The higher comes first: nothing that stands lower loosens it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Several authorities together.
    Consortium,
    /// An authority with its sites.
    Authority,
    /// One site: also every rule that stands in the settings themselves.
    Site,
    /// A group of people: every `[[group]]`.
    Group,
    /// Single persons, on top of whatever group they are in.
    Person,
}

impl Level {
    /// All of them, the highest first.
    pub const ALL: [Self; 5] = [Self::Consortium, Self::Authority, Self::Site, Self::Group, Self::Person];

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Consortium => "consortium",
            Self::Authority => "authority",
            Self::Site => "site",
            Self::Group => "group",
            Self::Person => "person",
        }
    }
}

/// One layer: what it closes, the least that it asks for, and who answers for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    /// Whose word it is.
    pub level: Level,
    /// Its name for people.
    pub title: Arc<str>,
    /// Who signed it off.
    pub signed_by: Arc<str>,
    /// Why it is so.
    pub reason: Arc<str>,
    /// The first moment after the day on which somebody looks at it again.
    pub review: Option<Timestamp>,
    /// Where it stands, `file:line:column`.
    pub place: Arc<str>,
    /// Groups it is for, in order; empty means all.
    pub groups: Vec<GroupId>,
    /// The site whose file it stands in, and whose groups alone it is for.
    pub site: Option<SiteId>,
    /// Persons it is for, on [`Level::Person`] alone, by the name that they sign in with.
    pub persons: Vec<Arc<str>>,
    /// Categories that neither a lower layer nor an address rule, a release or an unlock opens.
    pub never_loosen: Vec<Arc<str>>,
    /// Categories that no lower layer opens.
    pub block: Vec<Arc<str>>,
    /// Categories that ask people to think first, unless they are closed.
    pub warn: Vec<Arc<str>>,
    /// Addresses that are closed, whatever a rule or a release below says.
    pub block_hosts: Vec<Arc<str>>,
    /// The most that a person below it has of each day, by category or under [`super::EVERYTHING`].
    pub quota: BTreeMap<Arc<str>, Quota>,
    /// The least that happens to hosts whose names look like a category.
    pub predicted: BTreeMap<Arc<str>, Predicted>,
    /// Kinds and sizes of files that are closed.
    pub files: Files,
    /// The least that every group below it has.
    pub least: Least,
}

/// The least that a layer asks for; what is `None` is left to whoever stands below.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Least {
    /// Are search engines led to their restricted form?
    pub safe_search: Option<bool>,
    /// Which search engines are open.
    pub search_engines: Option<SearchEngines>,
    /// How far YouTube is restricted.
    pub youtube: Option<YouTube>,
    /// How much HTTPS is opened.
    pub https: Option<HttpsMode>,
    /// How much the log keeps.
    pub log: Option<LogDetail>,
    /// May addresses be numbers?
    pub bare_addresses: Option<bool>,
    /// What tunnels may carry.
    pub tunnels: Option<TunnelContents>,
    /// What happens when a tunnel hides listed pages.
    pub hidden_pages: Option<HiddenPages>,
}

/// How many settings a layer may ask for.
const SETTINGS: usize = 8;

/// The options of [`Least`], in the order of [`Least::ranks`].
pub const LEAST_OPTIONS: [&str; SETTINGS] =
    ["safe_search", "search_engines", "youtube", "https", "log", "bare_addresses", "tunnels", "hidden_pages"];

impl Least {
    /// How strict each word is: 0 is the loosest.
    #[must_use]
    pub fn ranks(&self) -> [Option<u8>; SETTINGS] {
        [
            self.safe_search.map(u8::from),
            self.search_engines.map(|engines| engines as u8),
            self.youtube.map(|youtube| youtube as u8),
            self.https.map(|mode| mode as u8),
            self.log.map(|detail| LogDetail::CountsOnly as u8 - detail as u8),
            self.bare_addresses.map(|open| u8::from(!open)),
            self.tunnels.map(|tunnels| TunnelContents::Anything as u8 - tunnels as u8),
            self.hidden_pages.map(|hidden| hidden as u8),
        ]
    }

    /// What a group has.
    #[must_use]
    pub fn of(group: &Group) -> Self {
        Self {
            safe_search: Some(group.safe_search),
            search_engines: Some(group.search_engines),
            youtube: Some(group.youtube),
            https: Some(group.https),
            log: Some(group.log),
            bare_addresses: Some(group.bare_addresses),
            tunnels: Some(group.tunnels),
            hidden_pages: Some(group.hidden_pages),
        }
    }

    /// Raises a group to this.
    fn raise(&self, group: &mut Group) {
        fn put<T: Copy>(slot: &mut T, wanted: Option<T>, higher: bool) {
            if let Some(wanted) = wanted.filter(|_| higher) {
                *slot = wanted;
            }
        }
        let (wanted, has) = (self.ranks(), Self::of(group).ranks());
        let higher: [bool; SETTINGS] = std::array::from_fn(|i| wanted[i] > has[i]);
        put(&mut group.safe_search, self.safe_search, higher[0]);
        put(&mut group.search_engines, self.search_engines, higher[1]);
        put(&mut group.youtube, self.youtube, higher[2]);
        put(&mut group.https, self.https, higher[3]);
        put(&mut group.log, self.log, higher[4]);
        put(&mut group.bare_addresses, self.bare_addresses, higher[5]);
        put(&mut group.tunnels, self.tunnels, higher[6]);
        put(&mut group.hidden_pages, self.hidden_pages, higher[7]);
    }
}

impl Layer {
    /// What it makes of a category: nothing, a warning or a block.
    #[must_use]
    pub fn word_on(&self, category: &str) -> Option<Action> {
        let named = |list: &[Arc<str>]| list.iter().any(|name| **name == *category);
        if named(&self.never_loosen) || named(&self.block) {
            return Some(Action::Block);
        }
        named(&self.warn).then_some(Action::Warn)
    }

    /// Is it for this group, leaving persons aside?
    #[must_use]
    pub fn is_for(&self, group: GroupId) -> bool {
        self.groups.is_empty() || self.groups.binary_search(&group).is_ok()
    }

    /// That nobody has looked at it again in time, in words.
    #[must_use]
    pub fn overdue_words(&self, zone: &TimeZone) -> String {
        let day = self.review.map(|end| Timestamp(end.0 - 1).civil().to_zoned(zone.clone()).strftime("%-d %B %Y").to_string());
        let day = day.unwrap_or_default();
        format!(
            "{}: the {} '{}' was to be looked at again by {day}; {} signed it",
            self.place,
            self.level.word(),
            self.title,
            self.signed_by
        )
    }

    /// Its name in records and explanations, for instance `consortium East, category adult`.
    pub(super) fn layer_text(&self, what: &str) -> Arc<str> {
        format!("{} {}, {what}", self.level.word(), self.title).into()
    }

    /// Tightens a group.
    pub(super) fn tighten(&self, group: &mut Group) {
        for name in &self.warn {
            // Hours open a category whatever its action says; a warning stands inside them.
            let closed = group.categories.get(name) == Some(&Action::Block) && !group.category_hours.contains_key(name);
            if !closed {
                set(group, name, Action::Warn);
            }
        }
        for name in self.block.iter().chain(&self.never_loosen) {
            set(group, name, Action::Block);
            group.category_hours.remove(name);
        }
        for (name, quota) in &self.quota {
            let share = group.quota.entry(Arc::clone(name)).or_default();
            *share = share.tightened(*quota);
        }
        for (name, action) in &self.predicted {
            let least = group.predicted.entry(Arc::clone(name)).or_insert(*action);
            *least = (*least).max(*action);
        }
        group.files.tighten(&self.files);
        self.least.raise(group);
    }
}

/// The table is copied only where it says something else.
fn set(group: &mut Group, name: &Arc<str>, action: Action) {
    if group.categories.get(name) != Some(&action) {
        Arc::make_mut(&mut group.categories).insert(Arc::clone(name), action);
    }
}
