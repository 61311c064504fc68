//! `lifeguard logs hold`: places a legal hold on what a query finds, lists the holds, lets one go. Each act is a signed line of
//! `holds.log` with the name of whoever did it; nothing takes it out again.

use super::{LogsFault, Now, QueryArgs};
use crate::config::LogSettings;
use crate::store::hold::{HoldState, Holds, NewHold, Release, filter_to_json, place_hold, release_hold};
use crate::store::query::terminal;
use crate::store::signer_for;
use clap::{Args, Subcommand};
use std::io::Write;
use std::path::Path;

/// `logs hold`
#[allow(clippy::large_enum_variant, reason = "it is read once from the command line")]
#[derive(Debug, Subcommand)]
pub enum HoldCommand {
    /// Keep what a query finds, until it is let go
    Add(AddArgs),
    /// Show every hold there ever was
    List(ListArgs),
    /// Let a hold go
    Release(ReleaseArgs),
}

/// `logs hold add`
#[derive(Debug, Args)]
pub struct AddArgs {
    /// Who answers for it
    #[arg(long, value_name = "NAME")]
    pub owner: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub because: String,
    /// The day on which somebody looks whether it is still needed, such as 2027-01-31; it does not end by itself
    #[arg(long, value_name = "DAY")]
    pub review: jiff::civil::Date,
    /// What is held
    #[command(flatten)]
    pub query: QueryArgs,
}

/// `logs hold list`
#[derive(Debug, Default, Args)]
pub struct ListArgs {
    /// Holds in force only
    #[arg(long)]
    pub standing: bool,
    /// One JSON object a line
    #[arg(long)]
    pub json: bool,
}

/// `logs hold release`
#[derive(Debug, Args)]
pub struct ReleaseArgs {
    /// The hold, such as H-1
    pub id: String,
    /// Who lets it go
    #[arg(long, value_name = "NAME")]
    pub by: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub because: String,
}

/// Places, lists or releases.
pub(super) fn run(command: &HoldCommand, log: &LogSettings, now: &Now, out: &mut dyn Write) -> Result<bool, LogsFault> {
    let folder = &*log.folder;
    let signer = signer_for(folder, &log.keys);
    match command {
        HoldCommand::Add(args) => {
            let filter = args.query.filter(now)?;
            let query = filter_to_json(&filter);
            let new = NewHold { query, owner: args.owner.clone(), reason: args.because.clone(), review: args.review };
            let hold = place_hold(folder, new, &*signer, now.at)?;
            writeln!(out, "{} is in force: {}", hold.id, terminal(&hold.query.to_string()))?;
            Ok(true)
        }
        HoldCommand::List(args) => list(args, folder, out),
        HoldCommand::Release(args) => {
            let release = Release { id: args.id.clone(), by: args.by.clone(), reason: args.because.clone(), at: now.at.to_string() };
            let release = release_hold(folder, release, &*signer)?;
            writeln!(out, "{} was let go: what it held goes when its time is over", release.id)?;
            Ok(true)
        }
    }
}

fn list(args: &ListArgs, folder: &Path, out: &mut dyn Write) -> Result<bool, LogsFault> {
    let holds = Holds::read(folder)?;
    let wanted: Vec<HoldState> = holds.all().into_iter().filter(|state| !args.standing || state.release.is_none()).collect();
    for state in &wanted {
        if args.json {
            let text = serde_json::to_string(state).map_err(std::io::Error::from)?;
            writeln!(out, "{}", super::json_line(&text))?;
        } else {
            line(state, out)?;
        }
    }
    for fault in holds.faults() {
        writeln!(out, "damaged, and so nothing is deleted: {}", terminal(&fault.to_string()))?;
    }
    Ok(holds.faults().is_empty())
}

fn line(state: &HoldState, out: &mut dyn Write) -> std::io::Result<()> {
    let hold = &state.hold;
    let (owner, reason) = (terminal(&hold.owner), terminal(&hold.reason));
    writeln!(out, "{}  since {}  review {}  {owner}: {reason}  {}", hold.id, hold.created, hold.review, terminal(&hold.query.to_string()))?;
    let Some(release) = &state.release else { return Ok(()) };
    writeln!(out, "      let go {} by {}: {}", release.at, terminal(&release.by), terminal(&release.reason))
}
