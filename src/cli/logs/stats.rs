//! `lifeguard logs stats`: how large the log is, how it grows, for how many days the disk has room, and what goes next.

use super::retention::in_words;
use super::{LogsFault, Now};
use crate::config::LogSettings;
use crate::model::Moment;
use crate::record::retention::Class;
use crate::store::Unsigned;
use crate::store::stats::{Stats, stats};
use crate::store::sweep::{SweepOrder, sweep};
use clap::Args;
use std::io::Write;
use std::time::Duration;

/// `logs stats`
#[derive(Debug, Default, Args)]
pub struct StatsArgs {
    /// One JSON object
    #[arg(long)]
    pub json: bool,
}

/// Shows them.
pub(super) fn run(args: &StatsArgs, log: &LogSettings, now: &Now, out: &mut dyn Write) -> Result<bool, LogsFault> {
    let keep = log.retention.span(Class::WebLog).keep;
    let found = stats(&log.folder, keep.as_secs() / 86_400)?;
    let moment = Moment { wall: now.at, monotonic_us: 0 };
    let order = SweepOrder { policy: &log.retention, now: moment, writer: false, actor: "", dry_run: true };
    let sweep = sweep(&log.folder, &order, &Unsigned)?;
    if args.json {
        let mut value = serde_json::to_value(&found).map_err(std::io::Error::from)?;
        if let Some(object) = value.as_object_mut() {
            object.insert("due_segments".into(), sweep.swept.len().into());
            object.insert("held_segments".into(), sweep.held.len().into());
            object.insert("next_deletion_in_s".into(), sweep.next_in.map(|left| left.as_secs()).into());
        }
        writeln!(out, "{value}")?;
    } else {
        as_text(&found, sweep.swept.len(), sweep.held.len(), sweep.next_in, out)?;
    }
    out.flush()?;
    Ok(true)
}

fn as_text(stats: &Stats, due: usize, held: usize, next: Option<Duration>, out: &mut dyn Write) -> std::io::Result<()> {
    let each = stats.bytes_per_record.map(|each| format!(", {each:.1} bytes a record")).unwrap_or_default();
    writeln!(
        out,
        "{} records in {} segments ({} packed), {}{each}.",
        stats.records,
        stats.segments,
        stats.sealed,
        size(stats.bytes as f64)
    )?;
    if let (Some(oldest), Some(newest)) = (&stats.oldest, &stats.newest) {
        writeln!(out, "From {oldest} to {newest}: {:.1} days.", stats.days)?;
    }
    if let (Some(records), Some(bytes)) = (stats.records_per_day, stats.bytes_per_day) {
        writeln!(out, "Growth: {records:.0} records and {} a day.", size(bytes))?;
    }
    if let Some(free) = stats.free_bytes {
        let left = stats.days_left.map(|days| format!(": room for {days:.0} days if nothing were deleted")).unwrap_or_default();
        writeln!(out, "Free on this disk: {}{left}.", size(free as f64))?;
    }
    if let Some(full) = stats.full_size_bytes {
        writeln!(out, "At this growth the log will take {} when as much goes as comes.", size(full))?;
    }
    let (segments, records) = stats.deleted;
    writeln!(
        out,
        "Deleted so far: {segments} segments with {records} records. Holds in force: {}; they keep {held} segments.",
        stats.holds
    )?;
    if due > 0 {
        writeln!(out, "Due now: {due} segments.")?;
    }
    if let Some(next) = next {
        writeln!(out, "The next deletion is due in {}.", in_words(next))?;
    }
    Ok(())
}

fn size(bytes: f64) -> String {
    let units = [(1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")];
    let fits = units.iter().find(|(unit, _)| bytes >= *unit);
    fits.map_or_else(|| format!("{bytes:.0} bytes"), |(unit, name)| format!("{:.1} {name}", bytes / unit))
}
