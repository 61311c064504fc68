//! `lifeguard logs retention`: what is deleted when its time is over; by hand, or only shown. A running Lifeguard does the same by
//! itself every hour. The floor cannot be gone below from here: it stands in the settings, and they refuse it.

use super::{LogsFault, Now};
use crate::config::LogSettings;
use crate::model::Moment;
use crate::record::retention::{Class, Profile, Retention};
use crate::store::query::terminal;
use crate::store::signer_for;
use crate::store::sweep::{SweepOrder, SweepReport, sweep};
use clap::Args;
use serde_json::json;
use std::io::Write;
use std::time::Duration;

/// `logs retention`
#[derive(Debug, Default, Args)]
pub struct RetentionArgs {
    /// Only say what would be deleted
    #[arg(long)]
    pub dry_run: bool,
    /// Show for how long each class is kept, here and in the tables that settings can start from; delete nothing
    #[arg(long, conflicts_with = "dry_run")]
    pub policy: bool,
    /// One JSON object
    #[arg(long)]
    pub json: bool,
}

/// Sweeps, or shows. `false`: something is there that should be gone, and is not whole.
pub(super) fn run(args: &RetentionArgs, log: &LogSettings, now: &Now, out: &mut dyn Write) -> Result<bool, LogsFault> {
    if args.policy {
        return show_policy(&log.retention, args.json, out).map(|()| true);
    }
    let actor = format!("{} by lifeguard logs retention", super::who());
    let moment = Moment { wall: now.at, monotonic_us: 0 };
    let order = SweepOrder { policy: &log.retention, now: moment, writer: false, actor: &actor, dry_run: args.dry_run };
    let report = sweep(&log.folder, &order, &*signer_for(&log.folder, &log.keys))?;
    if args.json {
        as_json(&report, args.dry_run, out)?
    } else {
        as_text(&report, args.dry_run, out)?
    }
    out.flush()?;
    Ok(report.damaged.is_empty())
}

fn as_json(report: &SweepReport, dry_run: bool, out: &mut dyn Write) -> Result<(), LogsFault> {
    let held: Vec<_> = report.held.iter().map(|(segment, holds)| json!({ "segment": segment, "holds": holds })).collect();
    let damaged: Vec<String> = report.damaged.iter().map(ToString::to_string).collect();
    let line = json!({
        "dry_run": dry_run, "deleted": report.swept, "files": report.files, "held": held, "damaged": damaged,
        "overdue": report.overdue, "next_in_s": report.next_in.map(|left| left.as_secs()),
    });
    Ok(writeln!(out, "{}", super::json_line(&line.to_string()))?)
}

fn as_text(report: &SweepReport, dry_run: bool, out: &mut dyn Write) -> Result<(), LogsFault> {
    let records: u64 = report.swept.iter().map(|receipt| receipt.records).sum();
    let word = if dry_run { "would be deleted" } else { "deleted" };
    writeln!(out, "{} segments with {records} records {word}.", report.swept.len())?;
    for receipt in &report.swept {
        let times = receipt.times.as_ref().map(|(from, to)| format!(", {from} to {to}")).unwrap_or_default();
        writeln!(out, "  {}: {} records{times}", terminal(&receipt.file), receipt.records)?;
    }
    for (segment, holds) in &report.held {
        let why = if holds.is_empty() { "by the segment before it".to_owned() } else { format!("by {}", holds.join(", ")) };
        writeln!(out, "held: segment {segment} {why}")?;
    }
    for fault in &report.damaged {
        writeln!(out, "not whole, and so not deleted: {}", terminal(&fault.to_string()))?;
    }
    if let Some(left) = report.next_in {
        writeln!(out, "The next is due in {}.", in_words(left))?;
    }
    Ok(())
}

/// `3 days`, `5 hours`: rounded up.
pub(super) fn in_words(time: Duration) -> String {
    let hours = time.as_secs().div_ceil(3600);
    if hours > 48 { format!("{} days", hours.div_ceil(24)) } else { format!("{hours} hours") }
}

fn show_policy(policy: &Retention, json: bool, out: &mut dyn Write) -> Result<(), LogsFault> {
    let days = |time: Duration| time.as_secs() / 86_400;
    if json {
        let classes = Class::ALL.map(|class| {
            let span = policy.span(class);
            json!({ "class": class.code(), "keep_days": days(span.keep), "at_most_days": days(span.at_most) })
        });
        let groups: Vec<_> = policy.groups.iter().map(|(name, keep)| json!({ "group": name, "keep_days": days(*keep) })).collect();
        writeln!(out, "{}", json!({ "classes": classes, "groups": groups, "trust_clock": policy.trust_clock, "reason": policy.reason }))?;
        return Ok(());
    }
    writeln!(out, "{:14} {:>9} {:>9}   {}", "", "keep", "at most", Profile::ALL.map(Profile::code).join("  "))?;
    for class in Class::ALL {
        let span = policy.span(class);
        let profiles = Profile::ALL.map(|profile| format!("{:>7} d", days(profile.span(class).keep)));
        writeln!(out, "{:14} {:>7} d {:>7} d   {}", class.code(), days(span.keep), days(span.at_most), profiles.join("  "))?;
    }
    for (name, keep) in &policy.groups {
        writeln!(out, "group {}: web_log at least {} d", terminal(name), days(*keep))?;
    }
    Ok(())
}
