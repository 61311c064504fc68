//! What people have decided for a while, on top of the settings: releases, unlocks, suspensions, addresses closed at short notice
//! (standards A10, B3, I5, X22). Each has an author, a reason and an end.
//!
//! Must never reach past a statutory list or what a layer never lets be loosened: [`super::ORDER`] has those before a release.

use super::address::{covers, suffixes};
use super::decision::Ask;
use super::other_names::is_meant;
use super::set::PolicySet;
use crate::canon::{CanonicalUrl, FormKind, ListEntry};
use crate::matcher::Hits;
use crate::model::{CategoryId, CategorySet, Subject, Timestamp};
use ipnet::IpNet;
use std::cell::OnceCell;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

/// What an act does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doing {
    /// Opens addresses.
    Release(Vec<Arc<str>>),
    /// Opens categories, by name: what else closes an address stays.
    ReleaseCategories(Vec<Arc<str>>),
    /// Gives the rules of another group, by name.
    Unlock(Arc<str>),
    /// Closes everything but help lines.
    Suspend,
    /// Closes addresses.
    Close(Vec<Arc<str>>),
}

/// For whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whom {
    /// Everybody.
    Everybody,
    /// One person, by the name that they sign in with, in any case of letters.
    Person(Arc<str>),
    /// A group, by name.
    Group(Arc<str>),
    /// Whoever sits at these client addresses.
    Room(IpNet),
}

/// One act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// `E-1`, `E-2`, in order.
    pub id: Arc<str>,
    /// What it does.
    pub doing: Doing,
    /// For whom.
    pub whom: Whom,
    /// Who decided.
    pub by: Arc<str>,
    /// Why.
    pub reason: Arc<str>,
    /// The first moment at which it is over.
    pub until: Timestamp,
}

/// All acts that stand, ready to ask.
#[derive(Debug, Default)]
pub struct Acts {
    acts: Vec<Act>,
    /// The name of each as a layer, in the same order.
    layers: Vec<Arc<str>>,
    /// Those that unlock, that suspend and that open categories, by number: most requests are asked about none of them.
    unlocks: Vec<usize>,
    suspensions: Vec<usize>,
    openers: Vec<usize>,
    hosts: HashMap<Box<str>, Vec<(ListEntry, usize)>, rapidhash::fast::RandomState>,
}

/// Whoever asks, the name of their group, and when.
type Asker<'a> = (&'a Subject, &'a str, Timestamp);

/// What acts say to one request: the first of each kind.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Said {
    pub(super) close: Option<usize>,
    pub(super) suspend: Option<usize>,
    pub(super) release: Option<usize>,
    /// Of the categories of this address, those that were released.
    pub(super) categories: CategorySet,
}

impl Act {
    /// In words, as records and explanations name it.
    #[must_use]
    pub fn in_words(&self) -> String {
        let what = match &self.doing {
            Doing::Release(_) | Doing::ReleaseCategories(_) => "release",
            Doing::Unlock(_) => "unlock",
            Doing::Suspend => "suspension",
            Doing::Close(_) => "closed at short notice",
        };
        format!("{what} {} by {}: {}", self.id, self.by, self.reason)
    }

    fn stands(&self, (subject, group, now): Asker<'_>) -> bool {
        now < self.until && self.whom.is(subject, group)
    }

    fn opens(&self, category: &str) -> bool {
        matches!(&self.doing, Doing::ReleaseCategories(names) if is_meant(names, category))
    }

    fn addresses(&self) -> &[Arc<str>] {
        match &self.doing {
            Doing::Release(addresses) | Doing::Close(addresses) => addresses,
            Doing::ReleaseCategories(_) | Doing::Unlock(_) | Doing::Suspend => &[],
        }
    }
}

impl Whom {
    fn is(&self, subject: &Subject, group: &str) -> bool {
        match self {
            Self::Everybody => true,
            Self::Person(name) => subject.user.as_deref().is_some_and(|user| small(user).eq(small(name))),
            Self::Group(name) => **name == *group,
            Self::Room(net) => net.contains(&subject.client().to_canonical()),
        }
    }
}

/// A name in small letters, without a copy of it.
fn small(name: &str) -> impl Iterator<Item = char> + '_ {
    name.chars().flat_map(char::to_lowercase)
}

impl Acts {
    /// No act at all.
    #[must_use]
    pub fn none() -> &'static Self {
        static NONE: LazyLock<Acts> = LazyLock::new(Acts::default);
        &NONE
    }

    /// Makes them ready. Addresses that cannot be read were refused when the act was made.
    #[must_use]
    pub fn new(acts: Vec<Act>) -> Self {
        let mut made = Self { layers: acts.iter().map(|act| act.in_words().into()).collect(), ..Self::default() };
        for (index, act) in acts.iter().enumerate() {
            match &act.doing {
                Doing::Unlock(_) => made.unlocks.push(index),
                Doing::Suspend => made.suspensions.push(index),
                Doing::ReleaseCategories(_) => made.openers.push(index),
                Doing::Release(_) | Doing::Close(_) => {}
            }
            for entry in act.addresses().iter().filter_map(|address| super::read_address(address).ok()) {
                made.hosts.entry(entry.host.clone().into_boxed_str()).or_default().push((entry, index));
            }
        }
        made.acts = acts;
        made
    }

    /// The acts.
    #[must_use]
    pub fn all(&self) -> &[Act] {
        &self.acts
    }

    /// The name of an act as a layer.
    pub(super) fn layer(&self, index: usize) -> &Arc<str> {
        &self.layers[index]
    }

    /// What stands for this request.
    pub(super) fn find<'s>(&self, ask: &Ask<'_>, group: &str, (hits, name): (CategorySet, impl Fn(CategoryId) -> &'s str)) -> Said {
        let mut said = Said::default();
        if self.acts.is_empty() {
            return said;
        }
        let asker = (ask.subject, group, ask.now);
        let stands = |act: &Act| act.stands(asker);
        said.categories = self.categories(asker, (hits, name));
        said.suspend = self.suspensions.iter().copied().find(|index| stands(&self.acts[*index]));
        self.addresses(ask.url, |index, own| match &self.acts[index].doing {
            Doing::Close(_) if stands(&self.acts[index]) => keep_first(&mut said.close, index),
            // What opens is compared with the address itself, what closes with every form of it.
            Doing::Release(_) if own && stands(&self.acts[index]) => keep_first(&mut said.release, index),
            Doing::Release(_) | Doing::ReleaseCategories(_) | Doing::Close(_) | Doing::Unlock(_) | Doing::Suspend => {}
        });
        said
    }

    fn categories<'s>(&self, asker: Asker<'_>, (hits, name): (CategorySet, impl Fn(CategoryId) -> &'s str)) -> CategorySet {
        let mut released = CategorySet::EMPTY;
        if !self.openers.is_empty() {
            let open = hits.iter().filter(|category| self.opener(asker, name(*category)).is_some());
            open.for_each(|category| released.insert(category));
        }
        released
    }

    /// The first act that opens this category for whoever asks.
    pub(super) fn opener(&self, asker: Asker<'_>, category: &str) -> Option<usize> {
        self.openers.iter().copied().find(|index| self.acts[*index].opens(category) && self.acts[*index].stands(asker))
    }

    fn addresses(&self, url: &CanonicalUrl, mut found: impl FnMut(usize, bool)) {
        for form in url.forms().iter().filter(|_| !self.hosts.is_empty()) {
            let pairs = OnceCell::new();
            for host in suffixes(form) {
                for (_, index) in self.hosts.get(host).into_iter().flatten().filter(|(entry, _)| covers(entry, form, &pairs)) {
                    found(*index, form.kind() == FormKind::Own);
                }
            }
        }
    }

    /// The group that whoever asks was given, and the act.
    fn unlocked(&self, subject: &Subject, group: &str, now: Timestamp) -> Option<(&str, &Arc<str>)> {
        self.unlocks.iter().find_map(|index| match &self.acts[*index].doing {
            Doing::Unlock(to) if self.acts[*index].stands((subject, group, now)) => Some((&**to, &self.layers[*index])),
            Doing::Unlock(_) | Doing::Release(_) | Doing::ReleaseCategories(_) | Doing::Suspend | Doing::Close(_) => None,
        })
    }
}

fn keep_first(slot: &mut Option<usize>, index: usize) {
    *slot = Some(slot.map_or(index, |known| known.min(index)));
}

impl PolicySet {
    /// Of the categories of an address, those that somebody has released for whoever asks.
    #[must_use]
    pub fn released(&self, subject: &Subject, hits: &Hits, acts: &Acts, now: Timestamp) -> CategorySet {
        let asker = (subject, &**self.group_name(subject.group), now);
        acts.categories(asker, (hits.categories, |category| self.category_name(category)))
    }

    /// Gives whoever asks their place: the group that an act has unlocked for them, if one has, and under it the layers of the person.
    /// What comes back names the act, for the record.
    pub fn seat(&self, subject: &mut Subject, acts: &Acts, now: Timestamp) -> Option<Arc<str>> {
        let unlocked = acts.unlocked(subject, self.group_name(subject.group), now);
        let given = unlocked.and_then(|(name, layer)| Some((self.group_near(subject.group, name)?, Arc::clone(layer))));
        if let Some((group, _)) = &given {
            subject.group = *group;
        }
        subject.group = self.placed(subject.group, subject.user.as_deref());
        given.map(|(_, layer)| layer)
    }
}
