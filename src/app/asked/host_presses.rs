//! Hosts and places, as the console asks for them: what the commands count as well. How many people, never who.

use super::{OverblocksAsk, Rule, UnknownAsk, noisiest, overblocks, unknown_hosts};
use crate::admin::{
    GroupFigure, GroupPlace, HostWorks, LocalEntry, LocalWhy, Noise, NoisyRule, OpenedLine, Reach, SitePlace, UnknownHost, UnknownHosts,
    UnknownQuestion, WorksFault,
};
use crate::app::asking::until;
use crate::app::figures::kept;
use crate::app::{App, knows};
use crate::feeds::{LocalAct, LocalDoing, LocalFault, LocalLists, categorise, take_back};
use crate::model::{Taxonomy, Timestamp};
use crate::policy::{Group, Rules};
use crate::store::query::{By, Counts, Filter, count};
use crate::store::quietly;
use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

/// As many rows as people read.
const SHOWN: usize = 50;
const DAY_S: i64 = 86_400;
/// A page of counts is given up after so long, with what was counted.
const PATIENCE: Duration = Duration::from_secs(8);

fn fault(fault: impl std::fmt::Display) -> WorksFault {
    WorksFault(fault.to_string().into())
}

impl HostWorks for App {
    fn unknown_hosts(&self, reach: &Reach, question: UnknownQuestion) -> Result<UnknownHosts, WorksFault> {
        let ask = UnknownAsk { days: question.days, first_seen: question.new, domains: question.new, group: None, sites: reach.asked() };
        let live = self.proxy.live.load_full();
        let ranked =
            unknown_hosts(self.standing.log_folder(), &live.engine, &ask, self.clock.now().wall, &until(PATIENCE)).map_err(fault)?;
        let shown = ranked.rows.iter().take(SHOWN);
        let hosts = shown.map(|(host, asked)| UnknownHost { host: host.clone(), people: asked.people, requests: asked.requests });
        Ok(UnknownHosts {
            hosts: hosts.collect(),
            all: ranked.rows.len(),
            known: ranked.known,
            incomplete: ranked.incomplete,
            damage: ranked.damage.iter().map(ToString::to_string).collect(),
        })
    }

    fn local_entries(&self) -> Result<Vec<LocalEntry>, WorksFault> {
        let known = LocalLists::read(&self.feeding.settings().1.lists.folder).map_err(fault)?;
        let entry = |act: &LocalAct| {
            let LocalAct { host, category, by, because, at, .. } = act.clone();
            LocalEntry { host, category, by, because, at }
        };
        Ok(known.standing().into_values().map(entry).collect())
    }

    fn categorise(&self, new: &LocalEntry) -> Result<(), LocalWhy> {
        let settings = self.feeding.settings().1;
        if Taxonomy::get().is_locked(&new.category) || !knows(&settings, &new.category) {
            return Err(LocalWhy::Category);
        }
        categorise(&settings.lists.folder, self.act(new, LocalDoing::Add)).map(drop).map_err(why)
    }

    fn take_back(&self, old: &LocalEntry) -> Result<(), LocalWhy> {
        let settings = self.feeding.settings().1;
        take_back(&settings.lists.folder, Some(&old.category), self.act(old, LocalDoing::Undo)).map(drop).map_err(why)
    }

    fn noise(&self, reach: &Reach, days: i64) -> Result<Noise, WorksFault> {
        let now = self.clock.now().wall;
        let ask = OverblocksAsk { days, group: None, sites: reach.asked() };
        let place = self.figures.noise.of((ask.sites.clone(), days));
        kept(&place, now, || self.count_noise(&ask, now)).map(|noise| Noise::clone(&noise))
    }

    fn sites(&self) -> Result<Vec<SitePlace>, WorksFault> {
        let settings = self.feeding.settings().1;
        let from = Some(Timestamp::from_seconds(self.clock.now().wall.seconds() - DAY_S));
        let filter = Filter { from, ..Filter::default() };
        let counts = quietly(|| count(self.standing.log_folder(), &filter, &[By::Group, By::Person], &|_, _| true)).map_err(fault)?;
        Ok(sites(&settings.policy, &settings.site.name, &seen(&counts)))
    }
}

impl App {
    fn count_noise(&self, ask: &OverblocksAsk<'_>, now: Timestamp) -> Result<Noise, WorksFault> {
        let settings = self.feeding.settings().1;
        let found = quietly(|| overblocks(&settings, ask, now, &until(PATIENCE))).map_err(fault)?;
        let rule = |(rule, row): (&Rule, &super::Blocked)| NoisyRule {
            rule: named(rule),
            blocks: row.blocks,
            people: row.people.len(),
            hosts: row.hosts.len(),
            opened: row.opened.len(),
            went_on: row.went_on,
        };
        let ledger = found.ledger.iter().take(SHOWN).map(|line| OpenedLine {
            host: line.host.clone(),
            group: line.group.clone(),
            blocked_by: line.blocked_by.iter().map(named).collect::<Vec<_>>().join(", "),
            blocks: line.blocks,
            people: line.people,
            by: line.by.clone(),
            since: line.since.clone(),
        });
        let figure = |group: &super::OfGroup| GroupFigure {
            group: group.group.clone(),
            opened: group.opened,
            hosts: group.hosts,
            per_cent: group.per_cent.unwrap_or_default(),
            between: group.between,
            budget: group.budget_per_cent,
            over: group.over_budget == Some(true),
        };
        Ok(Noise {
            rules: noisiest(&found.rules).into_iter().take(SHOWN).map(rule).collect(),
            ledger: ledger.collect(),
            opened: found.ledger.len(),
            groups: found.groups.iter().map(figure).collect(),
            incomplete: found.incomplete,
            damage: found.damage,
        })
    }

    fn act(&self, entry: &LocalEntry, act: LocalDoing) -> LocalAct {
        let LocalEntry { host, category, by, because, .. } = entry.clone();
        LocalAct { act, host, category, by, because, at: self.clock.now().wall.to_string() }
    }
}

fn why(fault: LocalFault) -> LocalWhy {
    match fault {
        LocalFault::Address(_) => LocalWhy::Address,
        LocalFault::Category(_) => LocalWhy::Category,
        LocalFault::Text(_) => LocalWhy::Because,
        LocalFault::Known(..) | LocalFault::Unknown(_) | LocalFault::TooMany => LocalWhy::Stands(fault.to_string()),
        LocalFault::File { .. } | LocalFault::Line { .. } | LocalFault::Fewer { .. } => {
            LocalWhy::Works(WorksFault(fault.to_string().into()))
        }
    }
}

fn named(rule: &Rule) -> String {
    let Rule { reason, list, layer } = rule;
    let list = if list.is_empty() { String::new() } else { format!(" (list {list})") };
    format!("{reason}: {layer}{list}")
}

/// People and requests of each group.
fn seen(counts: &Counts) -> BTreeMap<&str, (usize, u64)> {
    let mut all: BTreeMap<&str, (HashSet<&str>, u64)> = BTreeMap::new();
    for (key, requests) in &counts.groups {
        let [group, person] = key.as_slice() else { continue };
        let row = all.entry(group).or_default();
        row.0.insert(person);
        row.1 += requests;
    }
    all.into_iter().map(|(group, (people, requests))| (group, (people.len(), requests))).collect()
}

/// The settings' own groups first, then site by site.
fn sites(rules: &Rules, own: &str, seen: &BTreeMap<&str, (usize, u64)>) -> Vec<SitePlace> {
    let group = |group: &Group| {
        let (people, requests) = seen.get(&*group.name).copied().unwrap_or_default();
        let (name, title) = (group.name.to_string(), group.title.to_string());
        GroupPlace { name, title, who: group.networks.iter().map(ToString::to_string).collect(), people, requests }
    };
    let first = rules.sites.first().map_or(rules.groups.len(), |site| usize::from(site.groups.start)).min(rules.groups.len());
    let here = SitePlace {
        key: own.to_owned(),
        name: own.to_owned(),
        ranges: Vec::new(),
        groups: rules.groups[..first].iter().map(group).collect(),
    };
    let further = rules.sites.iter().map(|site| SitePlace {
        key: site.name.to_string(),
        name: site.title.to_string(),
        ranges: site.networks.iter().map(ToString::to_string).collect(),
        groups: rules
            .groups
            .get(usize::from(site.groups.start)..usize::from(site.groups.end))
            .unwrap_or_default()
            .iter()
            .map(group)
            .collect(),
    });
    std::iter::once(here).chain(further).collect()
}
