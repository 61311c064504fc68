//! `lifeguard logs overblocks`: what may have been blocked by mistake (standards V23, B10): what somebody here has opened after a list or a
//! rule had blocked it, by list and rule, with who opened it; the rules that block most; and how often people went on after a warning. The
//! figure of each group is held against its budget.
//!
//! Counted from the index of the log. It says how many people, never who. Hosts of statutory lists are not in it.

use super::{LogsFault, Now};
use crate::app::{OfGroup, Opened, Overblocks, OverblocksAsk, noisiest, overblocks};
use crate::config::Config;
use crate::store::query::{json_line, terminal};
use serde_json::json;
use std::io::Write;

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

/// Counts it. `false`: a group is over its budget, or a part of the log is locked (exit code 1).
///
/// # Errors
/// [`LogsFault`] in a sentence for the person who asked.
pub fn run(args: &OverblockArgs, settings: &Config, now: &Now, out: &mut dyn Write) -> Result<bool, LogsFault> {
    let found = overblocks(settings, &OverblocksAsk { days: args.days, group: args.group.as_deref(), sites: None }, now.at, &|_, _| true)?;
    let over = found.groups.iter().any(|group| group.over_budget == Some(true));
    if args.json {
        as_json(&found, args, out)?
    } else {
        as_text(&found, args, out)?
    }
    out.flush()?;
    Ok(!over && !found.locked)
}

fn as_json(found: &Overblocks, args: &OverblockArgs, out: &mut dyn Write) -> Result<(), LogsFault> {
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

fn as_text(found: &Overblocks, args: &OverblockArgs, out: &mut dyn Write) -> Result<(), LogsFault> {
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
        let Opened { group, host, by, since, allowed, blocks, people, .. } = line;
        let text = format!(
            "{host}  {blocks} blocks of {people} people by {}; open to {group} since {since} by {by}, {allowed} requests",
            blocked.join(", ")
        );
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
