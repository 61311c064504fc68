//! What may have been blocked by mistake (standards V23, B10): what somebody here has opened after a list or a rule had blocked it, by list
//! and rule, with who opened it; the rules that block most; and how often people went on after a warning. The figure of each group is held
//! against its budget. One way for `lifeguard logs overblocks` and for the console.
//!
//! Counted from the index of the log. It says how many people, never who. Hosts of statutory lists are not in it.

use crate::accredit::Share;
use crate::config::Config;
use crate::model::{Reason, Timestamp, VerdictKind};
use crate::store::ReadFault;
use crate::store::query::{By, Counts, Filter, Progress, REDACTED, count};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashSet};

const DAY_S: i64 = 86_400;

/// A rule, or a list by what a group says about its category.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Rule {
    /// Why, by its code.
    pub reason: String,
    /// The list that decided, if one did.
    pub list: String,
    /// The policy layer and rule that decided.
    pub layer: String,
}

/// What a rule did.
#[derive(Debug, Default, Serialize)]
pub struct Blocked {
    /// How often it blocked.
    pub blocks: u64,
    /// Of them, blocks of hosts that somebody opened later.
    pub opened_later: u64,
    /// Whom: counted, never shown.
    #[serde(skip)]
    pub people: HashSet<String>,
    /// Hosts that it blocked.
    #[serde(skip)]
    pub hosts: BTreeSet<String>,
    /// Of them, those that somebody opened.
    #[serde(skip)]
    pub opened: BTreeSet<String>,
    /// Times that somebody read the warning of this rule and went on.
    pub went_on: u64,
}

/// A host that was blocked, and that somebody opened: a line of the ledger.
#[derive(Debug, Serialize)]
pub struct Opened {
    /// The group that it was blocked for, and then open to.
    pub group: String,
    /// The host.
    pub host: String,
    /// The rule or release that opened it, with its author.
    pub by: String,
    /// The first day on which it was open by that.
    pub since: String,
    /// Requests that were let through since.
    pub allowed: u64,
    /// What had blocked it.
    pub blocked_by: Vec<Rule>,
    /// How often it blocked.
    pub blocks: u64,
    /// How many people it was blocked for.
    pub people: usize,
}

/// The figure of a group.
#[derive(Debug, Serialize)]
pub struct OfGroup {
    /// The group.
    pub group: String,
    /// Hosts that were blocked and that somebody opened.
    pub opened: u64,
    /// Hosts that were open in the end.
    pub hosts: u64,
    /// The share of the two.
    pub per_cent: Option<f64>,
    /// The bounds between which the true share lies, at 95 per cent.
    pub between: (f64, f64),
    /// What the settings give it.
    pub budget_per_cent: Option<f64>,
    /// Is more blocked by mistake than the budget gives, as far as can be told?
    pub over_budget: Option<bool>,
}

/// What is asked.
#[derive(Clone, Debug, Default)]
pub struct OverblocksAsk<'a> {
    /// Of how many days.
    pub days: i64,
    /// Of one group alone.
    pub group: Option<&'a str>,
    /// Of these sites; nothing: all.
    pub sites: Option<Vec<String>>,
}

/// All that was counted.
#[derive(Debug, Default)]
pub struct Overblocks {
    /// What each rule did.
    pub rules: BTreeMap<Rule, Blocked>,
    /// Hosts that were opened.
    pub ledger: Vec<Opened>,
    /// The figure of each group.
    pub groups: Vec<OfGroup>,
    /// Places of the log that could not be read.
    pub damage: Vec<String>,
    /// There was more than can be counted.
    pub incomplete: bool,
    /// A part of the log is locked.
    pub locked: bool,
}

/// Counts it, for as long as `progress` says.
///
/// # Errors
/// The log cannot be read.
pub fn overblocks(settings: &Config, ask: &OverblocksAsk<'_>, now: Timestamp, progress: Progress<'_>) -> Result<Overblocks, ReadFault> {
    let from = Timestamp::from_seconds(now.seconds() - ask.days * DAY_S);
    let zone = Some(settings.site.time_zone.clone());
    let filter = Filter { from: Some(from), group: ask.group.map(str::to_owned), sites: ask.sites.clone(), zone, ..Filter::default() };
    let folder = &settings.log.folder;
    let mut found = Overblocks::default();
    let mut is_cut = false;
    let mut counted = |narrow: &dyn Fn(&mut Filter), by: &[By]| -> Result<Counts, ReadFault> {
        let mut filter = filter.clone();
        narrow(&mut filter);
        let counts = count(folder, &filter, by, progress)?;
        is_cut |= counts.cancelled;
        found.incomplete |= counts.overflow || counts.cancelled;
        found.locked |= counts.damage.iter().any(ReadFault::is_locked);
        found.damage.extend(counts.damage.iter().map(ToString::to_string));
        Ok(counts)
    };
    let blocked = |filter: &mut Filter| filter.verdict = Some(VerdictKind::Block);
    let because = |reason: Reason| move |filter: &mut Filter| filter.reason = Some(reason);
    let blocks = counted(&blocked, &[By::Group, By::Host, By::Reason, By::List, By::Layer, By::Person])?;
    let blocked_days = counted(&blocked, &[By::Group, By::Host, By::Day])?;
    let mut openings = Vec::new();
    for reason in [Reason::AllowedLocally, Reason::Released] {
        openings.extend(counted(&because(reason), &[By::Group, By::Host, By::Layer, By::Day])?.groups);
    }
    let went_on = counted(&because(Reason::AllowedAfterWarning), &[By::Reason, By::List, By::Layer])?;
    let allowed = counted(&|filter: &mut Filter| filter.verdict = Some(VerdictKind::Allow), &[By::Group, By::Host])?;
    let blocked_in = counted(&blocked, &[By::Group, By::Host])?;
    found.damage.sort();
    found.damage.dedup();
    found.ledger = ledger(&blocks, &first_days(&blocked_days), &openings);
    found.rules = rules(&blocks, &went_on, &found.ledger);
    // Shares of two counts that ended at different places say nothing.
    found.groups = if is_cut { Vec::new() } else { groups(&allowed, &blocked_in, &found.ledger, settings) };
    Ok(found)
}

fn is_shown(host: &str) -> bool {
    !host.is_empty() && host != REDACTED
}

/// A host, for a group: what one group may visit says nothing of another.
type GroupHost<'a> = (&'a str, &'a str);

/// The first day on which each host was blocked.
fn first_days(counts: &Counts) -> BTreeMap<GroupHost<'_>, &str> {
    let mut first: BTreeMap<GroupHost<'_>, &str> = BTreeMap::new();
    for (key, _) in &counts.groups {
        let [group, host, day] = key.as_slice() else { continue };
        let known = first.entry((group, host)).or_insert(day);
        *known = (*known).min(day);
    }
    first
}

fn rule_of(reason: &str, list: &str, layer: &str) -> Rule {
    Rule { reason: reason.to_owned(), list: list.to_owned(), layer: layer.to_owned() }
}

/// Hosts that were blocked for a group on a day, and open to it by somebody's decision from the same or a later one. A decision that had
/// opened the host to the group before it was ever blocked opens nothing after it.
fn ledger(blocks: &Counts, first_blocked: &BTreeMap<GroupHost<'_>, &str>, openings: &[(Vec<String>, u64)]) -> Vec<Opened> {
    let mut opened: BTreeMap<(GroupHost<'_>, &str), (&str, u64)> = BTreeMap::new();
    for (key, requests) in openings {
        let [group, host, layer, day] = key.as_slice() else { continue };
        if is_shown(host) {
            let row = opened.entry(((group, host), layer)).or_insert((day, 0));
            *row = (row.0.min(day), row.1 + requests);
        }
    }
    opened.retain(|(place, _), (day, _)| first_blocked.get(place).is_some_and(|blocked| *blocked <= *day));
    let mut of_host: BTreeMap<GroupHost<'_>, (BTreeSet<Rule>, HashSet<&str>, u64)> = BTreeMap::new();
    for (key, requests) in &blocks.groups {
        let [group, host, reason, list, layer, person] = key.as_slice() else { continue };
        let row = of_host.entry((group, host)).or_default();
        row.0.insert(rule_of(reason, list, layer));
        row.1.insert(person);
        row.2 += requests;
    }
    let line = |((place @ (group, host), layer), (day, allowed)): ((GroupHost<'_>, &str), (&str, u64))| {
        let (blocked_by, people, blocks) = of_host.get(&place)?;
        Some(Opened {
            group: group.to_owned(),
            host: host.to_owned(),
            by: layer.to_owned(),
            since: day.to_owned(),
            allowed,
            blocked_by: blocked_by.iter().cloned().collect(),
            blocks: *blocks,
            people: people.len(),
        })
    };
    let mut lines: Vec<Opened> = opened.into_iter().filter_map(line).collect();
    lines.sort_by(|a, b| {
        (b.people, b.blocks).cmp(&(a.people, a.blocks)).then_with(|| (&a.host, &a.by, &a.group).cmp(&(&b.host, &b.by, &b.group)))
    });
    lines
}

/// Each host that was opened, with its group.
fn opened_hosts(ledger: &[Opened]) -> HashSet<GroupHost<'_>> {
    ledger.iter().map(|line| (&*line.group, &*line.host)).collect()
}

fn rules(blocks: &Counts, went_on: &Counts, ledger: &[Opened]) -> BTreeMap<Rule, Blocked> {
    let opened = opened_hosts(ledger);
    let mut rules: BTreeMap<Rule, Blocked> = BTreeMap::new();
    for (key, requests) in &blocks.groups {
        let [group, host, reason, list, layer, person] = key.as_slice() else { continue };
        if reason == Reason::Statutory.code() || !is_shown(host) {
            continue;
        }
        let row = rules.entry(rule_of(reason, list, layer)).or_default();
        row.blocks += requests;
        row.people.insert(person.clone());
        row.hosts.insert(host.clone());
        if opened.contains(&(group.as_str(), host.as_str())) {
            row.opened_later += requests;
            row.opened.insert(host.clone());
        }
    }
    for (key, requests) in &went_on.groups {
        let [reason, list, layer] = key.as_slice() else { continue };
        rules.entry(rule_of(reason, list, layer)).or_default().went_on += requests;
    }
    rules
}

/// Of the hosts that were open to a group in the end, those that were blocked first and that somebody opened.
fn groups(allowed: &Counts, blocked: &Counts, ledger: &[Opened], settings: &Config) -> Vec<OfGroup> {
    let opened = opened_hosts(ledger);
    let mut all: BTreeMap<&str, (HashSet<&str>, HashSet<&str>)> = BTreeMap::new();
    for (key, _) in &allowed.groups {
        let [group, host] = key.as_slice() else { continue };
        if is_shown(host) {
            all.entry(group).or_default().0.insert(host);
        }
    }
    for (key, _) in &blocked.groups {
        let [group, host] = key.as_slice() else { continue };
        if opened.contains(&(group.as_str(), host.as_str())) {
            let row = all.entry(group).or_default();
            row.0.insert(host);
            row.1.insert(host);
        }
    }
    let budget = |name: &str| settings.policy.groups.iter().find(|group| *group.name == *name).and_then(|group| group.overblock_budget);
    let figure = |(name, (hosts, opened)): (&str, (HashSet<&str>, HashSet<&str>))| {
        let share = Share { good: opened.len() as u64, of: hosts.len() as u64 };
        let (interval, budget) = (share.wilson(), budget(name));
        OfGroup {
            group: name.to_owned(),
            opened: share.good,
            hosts: share.of,
            per_cent: share.ratio().map(|ratio| ratio * 100.0),
            between: (interval.low * 100.0, interval.high * 100.0),
            budget_per_cent: budget,
            // Only what is over it beyond doubt: a few hosts say little.
            over_budget: budget.map(|budget| share.of > 0 && interval.low * 100.0 > budget),
        }
    };
    all.into_iter().map(figure).collect()
}

/// The noisiest first: what was opened later, then what blocked most people.
#[must_use]
pub fn noisiest(rules: &BTreeMap<Rule, Blocked>) -> Vec<(&Rule, &Blocked)> {
    let mut rows: Vec<_> = rules.iter().collect();
    rows.sort_by_key(|(rule, row)| (std::cmp::Reverse((row.opened.len(), row.people.len(), row.blocks, row.went_on)), (*rule).clone()));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(rows: &[&[&str]]) -> Counts {
        let groups = rows.iter().map(|row| (row.iter().map(|word| (*word).to_owned()).collect(), 1)).collect();
        Counts { groups, ..Counts::default() }
    }

    #[test]
    fn what_is_open_to_others_or_was_open_before_counts_for_nobody() {
        let blocks = counts(&[
            &["pupils", "clinic.test", "category", "testing", "x", "kim"],
            &["pupils", "forum.test", "category", "testing", "x", "kim"],
            &["pupils", "old.test", "category", "testing", "x", "kim"],
        ]);
        let days = counts(&[
            &["pupils", "clinic.test", "2026-01-02"],
            &["pupils", "forum.test", "2026-01-02"],
            &["pupils", "old.test", "2026-01-02"],
        ]);
        let openings = counts(&[
            &["pupils", "clinic.test", "rule", "2026-01-02"],
            &["teachers", "forum.test", "rule", "2026-01-03"],
            &["pupils", "old.test", "rule", "2026-01-01"],
            &["pupils", "old.test", "rule", "2026-01-02"],
        ]);
        let found = ledger(&blocks, &first_days(&days), &openings.groups);
        let lines: Vec<_> = found.iter().map(|line| (&*line.group, &*line.host)).collect();
        assert_eq!(lines, [("pupils", "clinic.test")]);
    }
}
