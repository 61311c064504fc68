//! Sites of one installation: which groups are whose, and where a request belongs.
//!
//! A site is known by its listener, or by the longest of all sites' ranges that holds the address which the connection comes from, or
//! else the address that a trusted peer states. Inside the site its own groups' ranges count and nothing else, so that the private
//! addresses of two sites may be the same. Must never place a client of one site in a group of another.

use super::exceptions::Exceptions;
use super::fault::PolicyFault;
use super::ranges::Ranges;
use super::rules::{Contact, Rules};
use super::set::PolicySet;
use crate::model::{GroupId, IdentitySource, SiteId};
use ipnet::IpNet;
use jiff::tz::TimeZone;
use std::collections::HashSet;
use std::net::IpAddr;
use std::ops::Range;
use std::sync::Arc;

/// What parts a site's name from a group's.
pub const SITE_MARK: char = '/';

/// Is a group called so: by its whole name, or by the name that it has at its site?
#[must_use]
pub fn is_called(group: &str, name: &str) -> bool {
    group == name || group.rsplit_once(SITE_MARK).is_some_and(|(_, short)| short == name)
}

/// One site.
#[derive(Clone, Debug)]
pub struct Site {
    /// Its short name, as records and commands use it. Its groups are called `site/group`.
    pub name: Arc<str>,
    /// Its name in words, for people.
    pub title: Arc<str>,
    /// The file that says all this.
    pub file: Arc<str>,
    /// Its time zone, for hours.
    pub zone: TimeZone,
    /// Whom to ask, where it is not the contact of the settings themselves.
    pub contact: Option<Contact>,
    /// Where connections from this site come from. Empty: where its groups are.
    pub networks: Vec<IpNet>,
    /// It has listeners of its own, and is known by them alone.
    pub by_listener: bool,
    /// Numbers of its groups.
    pub groups: Range<u16>,
    /// The group of everybody at the site whom no range places.
    pub unknown: GroupId,
    /// Addresses that it allows or blocks.
    pub exceptions: Arc<Exceptions>,
}

/// Where requests belong.
#[derive(Debug, Default)]
pub(super) struct Placing {
    /// Site of each group; none for the groups of the settings themselves.
    site_of: Vec<Option<SiteId>>,
    by_network: Ranges<SiteId>,
    /// By site: where its groups are.
    inside: Vec<Ranges<GroupId>>,
    /// Where the groups of the settings themselves are.
    groups: Ranges<GroupId>,
}

impl Placing {
    pub(super) fn build(rules: &Rules, faults: &mut Vec<PolicyFault>) -> Self {
        let mut made = Self { site_of: vec![None; rules.groups.len()], ..Self::default() };
        let own = rules.sites.first().map_or(rules.groups.len(), |site| usize::from(site.groups.start));
        made.groups = ranges(rules, 0..u16::try_from(own).unwrap_or(u16::MAX), faults);
        for (number, site) in (0..u16::MAX).map(SiteId).zip(&rules.sites) {
            for group in site.groups.clone() {
                if let Some(place) = made.site_of.get_mut(usize::from(group)) {
                    *place = Some(number);
                }
            }
            made.inside.push(ranges(rules, site.groups.clone(), faults));
        }
        let places = (0..u16::MAX).map(SiteId).zip(&rules.sites).flat_map(|(id, site)| site.places(rules).map(move |range| (range, id)));
        let name = |id: SiteId| Arc::clone(&rules.sites[usize::from(id.0)].name);
        made.by_network = Ranges::new(places, |range, first, second| {
            faults.push(PolicyFault::RangeTwice { range, first: name(first), second: name(second) });
        });
        made
    }

    /// The site of a group.
    pub(super) fn site_of(&self, group: GroupId) -> Option<SiteId> {
        self.site_of.get(usize::from(group.0)).copied().flatten()
    }
}

impl Site {
    /// Where connections from it come from: its ranges, else those of its groups; none where it is known by its listeners.
    pub fn places<'a>(&'a self, rules: &'a Rules) -> impl Iterator<Item = IpNet> + 'a {
        let own = if self.by_listener { &[][..] } else { &self.networks };
        let groups = usize::from(self.groups.start)..usize::from(self.groups.end);
        let of_groups = rules.groups.get(groups).filter(|_| self.networks.is_empty() && !self.by_listener).into_iter().flatten();
        own.iter().chain(of_groups.flat_map(|group| &group.networks)).copied()
    }
}

/// Ranges of some groups.
fn ranges(rules: &Rules, numbers: Range<u16>, faults: &mut Vec<PolicyFault>) -> Ranges<GroupId> {
    let groups = numbers.filter_map(|number| Some((GroupId(number), rules.groups.get(usize::from(number))?)));
    let all = groups.flat_map(|(id, group)| group.networks.iter().map(move |range| (*range, id)));
    let name = |id: GroupId| Arc::clone(&rules.groups[usize::from(id.0)].name);
    Ranges::new(all, |range, first, second| faults.push(PolicyFault::RangeTwice { range, first: name(first), second: name(second) }))
}

/// So many names of groups are told to somebody who has written another one.
const TOLD: usize = 12;

impl Rules {
    /// Is any group called so, here or at a site?
    #[must_use]
    pub fn knows(&self, name: &str) -> bool {
        self.groups.iter().any(|group| is_called(&group.name, name))
    }

    /// The names of the groups, or as many as can be read.
    #[must_use]
    pub fn names_of_groups(&self) -> String {
        let told: Vec<&str> = self.groups.iter().take(TOLD).map(|group| &*group.name).collect();
        let more = self.groups.len() - told.len();
        if more == 0 { told.join(", ") } else { format!("{} and {more} more", told.join(", ")) }
    }
}

impl PolicySet {
    /// The group of a client: that of its address at its site, else that of the listener or of the site's unknown clients; without a
    /// site that of its address, else of its listener, else the strictest.
    #[must_use]
    pub fn group_of(&self, peer: IpAddr, asserted: Option<IpAddr>, listener_group: Option<GroupId>) -> (GroupId, IdentitySource) {
        let listener = listener_group.filter(|group| self.group(*group).is_some());
        let by_listener = listener.and_then(|group| self.placing.site_of(group));
        let site = by_listener.or_else(|| self.placing.by_network.find(peer)).or_else(|| self.placing.by_network.find(asserted?));
        let inside = site.and_then(|site| self.placing.inside.get(usize::from(site.0))).unwrap_or(&self.placing.groups);
        if let Some(group) = inside.find(asserted.unwrap_or(peer)) {
            return (group, IdentitySource::AddressRange);
        }
        match (site, listener) {
            (_, Some(group)) if site == by_listener => (group, IdentitySource::Listener),
            (Some(site), _) => (self.rules.sites[usize::from(site.0)].unknown, IdentitySource::Unknown),
            (None, _) => (self.rules.strictest, IdentitySource::Unknown),
        }
    }

    /// The site of a group; none for those of the settings themselves.
    #[must_use]
    pub fn site(&self, group: GroupId) -> Option<&Site> {
        let (known, ..) = self.planned(group);
        self.rules.sites.get(usize::from(self.placing.site_of(known)?.0))
    }

    /// The time zone in which a group's hours and days are read: that of its site, else that of the settings themselves.
    #[must_use]
    pub fn zone(&self, group: GroupId) -> &TimeZone {
        self.site(group).map_or(&self.rules.zone, |site| &site.zone)
    }

    /// The site with this name.
    #[must_use]
    pub fn site_named(&self, name: &str) -> Option<&Site> {
        self.rules.sites.iter().find(|site| *site.name == *name)
    }

    /// The group that a name means to somebody who is in another one: that of their site before one of the settings themselves.
    #[must_use]
    pub fn group_near(&self, near: GroupId, name: &str) -> Option<GroupId> {
        let of_site = self.site(near).and_then(|site| {
            let mut own = site.groups.clone().map(GroupId);
            own.find(|group| self.rules.groups[usize::from(group.0)].short_name() == name)
        });
        // A full name of another site is no group here.
        of_site.or_else(|| self.group_named(name).filter(|group| self.placing.site_of(*group).is_none_or(|_| self.same_site(near, *group))))
    }

    /// The groups to tell people about: those of the settings themselves, and of those that are called alike at many sites one for each
    /// way in which their HTTPS is met.
    #[must_use]
    pub fn groups_to_tell(&self) -> Vec<GroupId> {
        let mut told = HashSet::new();
        let all = (0..u16::MAX).map(GroupId).zip(&self.rules.groups);
        let fresh = all.filter(|(id, group)| match self.placing.site_of(*id) {
            Some(_) => told.insert((group.short_name(), group.https, group.hidden_pages)),
            None => true,
        });
        fresh.map(|(id, _)| id).collect()
    }

    fn same_site(&self, one: GroupId, other: GroupId) -> bool {
        self.placing.site_of(self.planned(one).0) == self.placing.site_of(self.planned(other).0)
    }

    /// The group of unknown clients at the site of this one.
    #[must_use]
    pub fn strictest_near(&self, near: GroupId) -> GroupId {
        self.site(near).map_or(self.rules.strictest, |site| site.unknown)
    }
}
