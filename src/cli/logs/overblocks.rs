//! `lifeguard logs overblocks`: what may have been blocked by mistake (standards V23, B10): what somebody here has opened after a list or a
//! rule had blocked it, by list and rule, with who opened it; the rules that block most; and how often people went on after a warning. The
//! figure of each group is held against its budget.
//!
//! Counted from the index of the log. It says how many people, never who. Hosts of statutory lists are not in it.

use super::{LogsFault, Now};
use crate::accredit::Share;
use crate::config::Config;
use crate::model::{Reason, Timestamp, VerdictKind};
use crate::store::ReadFault;
use crate::store::query::{By, Counts, Filter, REDACTED, count, json_line, terminal};
use serde::Serialize;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io::Write;
use std::path::Path;

const DAY_S: i64 = 86_400;

/// `logs overblocks`
#[derive(Debug, clap::Args)]
pub struct OverblockArgs {
    /// Of how many days
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(i64).range(1..=366))]
    pub days: i64,
    /// Of one group alone
    #[arg(long, value_name = "NAME")]
    pub group: Option<String>,
    /// How many rows of each part at most
    #[arg(long, default_value_t = 20)]
    pub limit: usize,
    /// One JSON object a line, of kind `rule`, `opened`, `group` and `summary`
    #[arg(long)]
    pub json: bool,
}

/// A rule, or a list by what a group says about its category.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Rule {
    reason: String,
    list: String,
    layer: String,
}

/// What a rule did.
#[derive(Debug, Default, Serialize)]
struct Blocked {
    blocks: u64,
    /// Of them, blocks of hosts that somebody opened later.
    opened_later: u64,
    #[serde(skip)]
    people: HashSet<String>,
    #[serde(skip)]
    hosts: BTreeSet<String>,
    #[serde(skip)]
    opened: BTreeSet<String>,
    /// Times that somebody read the warning of this rule and went on.
    went_on: u64,
}

/// A host that was blocked, and that somebody opened: a line of the ledger.
#[derive(Debug, Serialize)]
struct Opened {
    host: String,
    /// The rule or release that opened it, with its author.
    by: String,
    /// The first day on which it was open by that.
    since: String,
    allowed: u64,
    /// What had blocked it.
    blocked_by: Vec<Rule>,
    blocks: u64,
    people: usize,
}

/// The figure of a group.
#[derive(Debug, Serialize)]
struct OfGroup {
    group: String,
    /// Hosts that were blocked and that somebody opened.
    opened: u64,
    /// Hosts that were open in the end.
    hosts: u64,
    per_cent: Option<f64>,
    /// The bounds between which the true share lies, at 95 per cent.
    between: (f64, f64),
    budget_per_cent: Option<f64>,
    /// Is more blocked by mistake than the budget gives, as far as can be told?
    over_budget: Option<bool>,
}

/// All that was counted.
#[derive(Default)]
struct Found {
    rules: BTreeMap<Rule, Blocked>,
    ledger: Vec<Opened>,
    groups: Vec<OfGroup>,
    damage: Vec<String>,
    incomplete: bool,
    locked: bool,
}

/// Counts it. `false`: a group is over its budget, or a part of the log is locked (exit code 1).
///
/// # Errors
/// [`LogsFault`] in a sentence for the person who asked.
pub fn run(args: &OverblockArgs, settings: &Config, now: &Now, out: &mut dyn Write) -> Result<bool, LogsFault> {
    let from = Timestamp::from_seconds(now.at.seconds() - args.days * DAY_S);
    let filter = Filter { from: Some(from), group: args.group.clone(), zone: Some(now.zone.clone()), ..Filter::default() };
    let found = find(&settings.log.folder, &filter, settings)?;
    let over = found.groups.iter().any(|group| group.over_budget == Some(true));
    if args.json {
        as_json(&found, args, out)?
    } else {
        as_text(&found, args, out)?
    }
    out.flush()?;
    Ok(!over && !found.locked)
}

fn find(folder: &Path, filter: &Filter, settings: &Config) -> Result<Found, LogsFault> {
    let mut found = Found::default();
    let mut ask = |narrow: &dyn Fn(&mut Filter), by: &[By]| -> Result<Counts, ReadFault> {
        let mut filter = filter.clone();
        narrow(&mut filter);
        let counts = count(folder, &filter, by, &|_, _| true)?;
        found.incomplete |= counts.overflow;
        found.locked |= counts.damage.iter().any(ReadFault::is_locked);
        found.damage.extend(counts.damage.iter().map(ToString::to_string));
        Ok(counts)
    };
    let blocked = |filter: &mut Filter| filter.verdict = Some(VerdictKind::Block);
    let because = |reason: Reason| move |filter: &mut Filter| filter.reason = Some(reason);
    let blocks = ask(&blocked, &[By::Host, By::Reason, By::List, By::Layer, By::Person])?;
    let blocked_days = ask(&blocked, &[By::Host, By::Day])?;
    let mut openings = Vec::new();
    for reason in [Reason::AllowedLocally, Reason::Released] {
        openings.extend(ask(&because(reason), &[By::Host, By::Layer, By::Day])?.groups);
    }
    let went_on = ask(&because(Reason::AllowedAfterWarning), &[By::Reason, By::List, By::Layer])?;
    let allowed = ask(&|filter: &mut Filter| filter.verdict = Some(VerdictKind::Allow), &[By::Group, By::Host])?;
    let blocked_in = ask(&blocked, &[By::Group, By::Host])?;
    found.damage.sort();
    found.damage.dedup();
    found.ledger = ledger(&blocks, &first_days(&blocked_days), &openings);
    found.rules = rules(&blocks, &went_on, &found.ledger);
    found.groups = groups(&allowed, &blocked_in, &found.ledger, settings);
    Ok(found)
}

fn is_shown(host: &str) -> bool {
    !host.is_empty() && host != REDACTED
}

/// The first day on which each host was blocked.
fn first_days(counts: &Counts) -> BTreeMap<&str, &str> {
    let mut first: BTreeMap<&str, &str> = BTreeMap::new();
    for (key, _) in &counts.groups {
        let [host, day] = key.as_slice() else { continue };
        let known = first.entry(host).or_insert(day);
        *known = (*known).min(day);
    }
    first
}

fn rule_of(reason: &str, list: &str, layer: &str) -> Rule {
    Rule { reason: reason.to_owned(), list: list.to_owned(), layer: layer.to_owned() }
}

/// Hosts that were blocked on a day and open by somebody's decision on the same or a later one.
fn ledger(blocks: &Counts, first_blocked: &BTreeMap<&str, &str>, openings: &[(Vec<String>, u64)]) -> Vec<Opened> {
    let mut opened: BTreeMap<(&str, &str), (&str, u64)> = BTreeMap::new();
    for (key, requests) in openings {
        let [host, layer, day] = key.as_slice() else { continue };
        let later = first_blocked.get(host.as_str()).is_some_and(|blocked| *blocked <= day.as_str());
        if later && is_shown(host) {
            let row = opened.entry((host, layer)).or_insert((day, 0));
            *row = (row.0.min(day), row.1 + requests);
        }
    }
    let mut of_host: BTreeMap<&str, (BTreeSet<Rule>, HashSet<&str>, u64)> = BTreeMap::new();
    for (key, requests) in &blocks.groups {
        let [host, reason, list, layer, person] = key.as_slice() else { continue };
        let row = of_host.entry(host).or_default();
        row.0.insert(rule_of(reason, list, layer));
        row.1.insert(person);
        row.2 += requests;
    }
    let line = |((host, layer), (day, allowed)): ((&str, &str), (&str, u64))| {
        let (blocked_by, people, blocks) = of_host.get(host)?;
        Some(Opened {
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
    lines.sort_by(|a, b| (b.people, b.blocks).cmp(&(a.people, a.blocks)).then_with(|| (&a.host, &a.by).cmp(&(&b.host, &b.by))));
    lines
}

fn rules(blocks: &Counts, went_on: &Counts, ledger: &[Opened]) -> BTreeMap<Rule, Blocked> {
    let opened: HashSet<&str> = ledger.iter().map(|line| &*line.host).collect();
    let mut rules: BTreeMap<Rule, Blocked> = BTreeMap::new();
    for (key, requests) in &blocks.groups {
        let [host, reason, list, layer, person] = key.as_slice() else { continue };
        if reason == Reason::Statutory.code() || !is_shown(host) {
            continue;
        }
        let row = rules.entry(rule_of(reason, list, layer)).or_default();
        row.blocks += requests;
        row.people.insert(person.clone());
        row.hosts.insert(host.clone());
        if opened.contains(host.as_str()) {
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
    let opened: HashSet<&str> = ledger.iter().map(|line| &*line.host).collect();
    let mut all: BTreeMap<&str, (HashSet<&str>, HashSet<&str>)> = BTreeMap::new();
    for (key, _) in &allowed.groups {
        let [group, host] = key.as_slice() else { continue };
        if is_shown(host) {
            all.entry(group).or_default().0.insert(host);
        }
    }
    for (key, _) in &blocked.groups {
        let [group, host] = key.as_slice() else { continue };
        if opened.contains(host.as_str()) {
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
fn noisiest(rules: &BTreeMap<Rule, Blocked>) -> Vec<(&Rule, &Blocked)> {
    let mut rows: Vec<_> = rules.iter().collect();
    rows.sort_by_key(|(rule, row)| (std::cmp::Reverse((row.opened.len(), row.people.len(), row.blocks, row.went_on)), (*rule).clone()));
    rows
}

fn as_json(found: &Found, args: &OverblockArgs, out: &mut dyn Write) -> Result<(), LogsFault> {
    let mut put = |kind: &str, value: Result<serde_json::Value, serde_json::Error>| -> Result<(), LogsFault> {
        let mut value = value.map_err(std::io::Error::from)?;
        value["kind"] = kind.into();
        Ok(writeln!(out, "{}", json_line(&value.to_string()))?)
    };
    for (rule, row) in noisiest(&found.rules).into_iter().take(args.limit) {
        let counts = json!({
            "reason": rule.reason, "list": rule.list, "layer": rule.layer, "blocks": row.blocks, "people": row.people.len(),
            "hosts": row.hosts.len(), "opened_hosts": row.opened.len(), "opened_later": row.opened_later, "went_on": row.went_on,
        });
        put("rule", Ok(counts))?;
    }
    for line in found.ledger.iter().take(args.limit) {
        put("opened", serde_json::to_value(line))?;
    }
    for group in &found.groups {
        put("group", serde_json::to_value(group))?;
    }
    let all = json!({
        "days": args.days, "rules": found.rules.len(), "opened": found.ledger.len(), "incomplete": found.incomplete, "damage": found.damage,
    });
    put("summary", Ok(all))
}

fn as_text(found: &Found, args: &OverblockArgs, out: &mut dyn Write) -> Result<(), LogsFault> {
    writeln!(out, "The rules that block most, in {} days: what was opened later first", args.days)?;
    writeln!(out, "   blocks  people  hosts  opened  went on")?;
    for (rule, row) in noisiest(&found.rules).into_iter().take(args.limit) {
        let (people, hosts, opened) = (row.people.len(), row.hosts.len(), row.opened.len());
        let line = format!("{} {}", rule.layer, if rule.list.is_empty() { String::new() } else { format!("(list {})", rule.list) });
        writeln!(
            out,
            "{:>9} {people:>7} {hosts:>6} {opened:>7} {:>8}  {}: {}",
            row.blocks,
            row.went_on,
            rule.reason,
            terminal(line.trim())
        )?;
    }
    writeln!(out, "\nOpened by somebody after it was blocked: {}", found.ledger.len())?;
    for line in found.ledger.iter().take(args.limit) {
        let blocked: Vec<_> = line.blocked_by.iter().map(|rule| rule.layer.as_str()).collect();
        let Opened { host, by, since, allowed, blocks, people, .. } = line;
        let text =
            format!("{host}  {blocks} blocks of {people} people by {}; open since {since} by {by}, {allowed} requests", blocked.join(", "));
        writeln!(out, "  {}", terminal(&text))?;
    }
    writeln!(out, "\nOf the hosts that were open in the end, blocked first and then opened:")?;
    for group in &found.groups {
        let budget = match (group.budget_per_cent, group.over_budget) {
            (Some(budget), Some(true)) => format!("; OVER its budget of {budget} %"),
            (Some(budget), _) => format!("; budget {budget} %"),
            (None, _) => "; no budget".to_owned(),
        };
        let OfGroup { group: name, opened, hosts, per_cent, between: (low, high), .. } = group;
        let per_cent = per_cent.unwrap_or_default();
        writeln!(out, "  {}: {opened} of {hosts} hosts, {per_cent:.2} % ({low:.2} to {high:.2} %){budget}", terminal(name))?;
    }
    if found.incomplete {
        writeln!(out, "There was more than can be counted: some is missing. Ask for fewer days, or for one group.")?;
    }
    found.damage.iter().try_for_each(|place| writeln!(out, "damaged: {}", terminal(place)))?;
    Ok(())
}
