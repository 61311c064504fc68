//! What the console asks of the running system about hosts and places: those that no list knew, what may be blocked by mistake, and who is
//! where. Counts only: how many people, never who.

use super::reach::Reach;
use super::works::{FixedWorks, WorksFault};
use std::sync::{Mutex, PoisonError};

/// A question about hosts that no list knew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UnknownQuestion {
    /// Of how many days.
    pub days: i64,
    /// Only domains that nobody here had asked for before.
    pub new: bool,
}

/// A host that no list knew.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnknownHost {
    /// The host.
    pub host: String,
    /// How many people asked for it.
    pub people: usize,
    /// How often.
    pub requests: u64,
}

/// Hosts that no list knew.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnknownHosts {
    /// Those that most people asked for first.
    pub hosts: Vec<UnknownHost>,
    /// How many there are.
    pub all: usize,
    /// Further ones that a list knows by now.
    pub known: usize,
    /// There were more than can be counted.
    pub incomplete: bool,
    /// Places of the log that could not be read.
    pub damage: Vec<String>,
}

/// A host that somebody here put into a category.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LocalEntry {
    /// The host.
    pub host: String,
    /// The category.
    pub category: String,
    /// Who.
    pub by: String,
    /// Why.
    pub because: String,
    /// When: RFC 3339.
    pub at: String,
}

/// Why a host was not put into a category, or not taken out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LocalWhy {
    /// It cannot be an entry.
    Address,
    /// There is no such category that somebody here may fill.
    Category,
    /// It stands there already, or does not stand there any more: in words.
    Stands(String),
    /// The reason says nothing, or too much.
    Because,
    /// It could not be kept.
    Works(WorksFault),
}

/// A rule that blocks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NoisyRule {
    /// The rule, and the list if one decided.
    pub rule: String,
    /// How often it blocked.
    pub blocks: u64,
    /// How many people.
    pub people: usize,
    /// How many hosts.
    pub hosts: usize,
    /// Of them, those that somebody opened.
    pub opened: usize,
    /// How often somebody went on after its warning.
    pub went_on: u64,
}

/// A line of the ledger: a host that was blocked, and that somebody opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenedLine {
    /// The host.
    pub host: String,
    /// The group.
    pub group: String,
    /// What had blocked it.
    pub blocked_by: String,
    /// How often.
    pub blocks: u64,
    /// How many people.
    pub people: usize,
    /// What opened it.
    pub by: String,
    /// Since which day.
    pub since: String,
}

/// The figure of a group.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GroupFigure {
    /// The group.
    pub group: String,
    /// Hosts that were blocked first and then opened.
    pub opened: u64,
    /// Hosts that were open in the end.
    pub hosts: u64,
    /// The share of the two, in per cent.
    pub per_cent: f64,
    /// The bounds between which the true share lies, at 95 per cent.
    pub between: (f64, f64),
    /// What the settings give it.
    pub budget: Option<f64>,
    /// It is over it beyond doubt.
    pub over: bool,
}

/// What may be blocked by mistake.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Noise {
    /// The noisiest rules.
    pub rules: Vec<NoisyRule>,
    /// The ledger.
    pub ledger: Vec<OpenedLine>,
    /// How many lines it has.
    pub opened: usize,
    /// Group by group.
    pub groups: Vec<GroupFigure>,
    /// There was more than can be counted.
    pub incomplete: bool,
    /// Places of the log that could not be read.
    pub damage: Vec<String>,
}

/// A group at a site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupPlace {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Client addresses that belong to it, and names of groups of a directory.
    pub who: Vec<String>,
    /// People, or clients without a name, that were seen in it since a day.
    pub people: usize,
    /// Requests since a day.
    pub requests: u64,
}

/// A site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SitePlace {
    /// Its name in records.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Client addresses that belong to it; empty: all others.
    pub ranges: Vec<String>,
    /// Its groups.
    pub groups: Vec<GroupPlace>,
}

/// Hosts and places of the running system.
pub trait HostWorks: Send + Sync {
    /// Hosts that no list knew, of these sites.
    ///
    /// # Errors
    /// [`WorksFault`]: the log cannot be read.
    fn unknown_hosts(&self, reach: &Reach, question: UnknownQuestion) -> Result<UnknownHosts, WorksFault>;

    /// What somebody here put into categories.
    ///
    /// # Errors
    /// [`WorksFault`]: it cannot be read.
    fn local_entries(&self) -> Result<Vec<LocalEntry>, WorksFault>;

    /// Puts a host into a category.
    ///
    /// # Errors
    /// [`LocalWhy`]: nothing has changed.
    fn categorise(&self, new: &LocalEntry) -> Result<(), LocalWhy>;

    /// Takes it out again.
    ///
    /// # Errors
    /// [`LocalWhy`]: nothing has changed.
    fn take_back(&self, old: &LocalEntry) -> Result<(), LocalWhy>;

    /// What may be blocked by mistake at these sites, of so many days.
    ///
    /// # Errors
    /// [`WorksFault`]: the log cannot be read.
    fn noise(&self, reach: &Reach, days: i64) -> Result<Noise, WorksFault>;

    /// Sites and their groups; how many people are where.
    ///
    /// # Errors
    /// [`WorksFault`]: the log cannot be read.
    fn sites(&self) -> Result<Vec<SitePlace>, WorksFault>;
}

/// Hosts that tests set by hand.
#[derive(Debug, Default)]
pub struct FixedHosts {
    /// What is unknown.
    pub unknown: UnknownHosts,
    /// What may be blocked by mistake.
    pub noise: Noise,
    /// The sites.
    pub sites: Vec<SitePlace>,
    local: Mutex<Vec<LocalEntry>>,
}

impl HostWorks for FixedWorks {
    fn unknown_hosts(&self, reach: &Reach, _question: UnknownQuestion) -> Result<UnknownHosts, WorksFault> {
        Ok(self.of(reach, &self.hosts.unknown, |site| &site.unknown))
    }

    fn local_entries(&self) -> Result<Vec<LocalEntry>, WorksFault> {
        Ok(self.hosts.local.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    fn categorise(&self, new: &LocalEntry) -> Result<(), LocalWhy> {
        if new.host.contains(' ') {
            return Err(LocalWhy::Address);
        }
        self.hosts.local.lock().unwrap_or_else(PoisonError::into_inner).push(new.clone());
        Ok(())
    }

    fn take_back(&self, old: &LocalEntry) -> Result<(), LocalWhy> {
        let is_it = |one: &LocalEntry| one.host == old.host && one.category == old.category;
        self.hosts.local.lock().unwrap_or_else(PoisonError::into_inner).retain(|one| !is_it(one));
        Ok(())
    }

    fn noise(&self, reach: &Reach, _days: i64) -> Result<Noise, WorksFault> {
        Ok(self.of(reach, &self.hosts.noise, |site| &site.noise))
    }

    fn sites(&self) -> Result<Vec<SitePlace>, WorksFault> {
        Ok(self.hosts.sites.clone())
    }
}
