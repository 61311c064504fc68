//! `lifeguard lists emergency add | remove | list`: addresses that are closed now, as if a list of their category had them. The running
//! proxy takes them within a second, and compiles nothing for it; they stay in force over every compilation until their end, or until
//! somebody takes them out. Groups that may see the category go on seeing them: to close an address whatever its category, `lifeguard close`.

use super::exceptions::time;
use super::logs::{Now, TimeFault};
use super::setting::{Place, answer, complain, now};
use crate::app::{Closing, EmergencyFault, close_at_once, closed_at_once, open_again};
use crate::config::Config;
use crate::model::Timestamp;
use crate::policy::Action;
use crate::store::exceptions::{Exception, ExceptionFault, Exceptions, Kind};
use crate::store::query::terminal;
use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

/// What is to be done.
#[derive(Debug, clap::Subcommand)]
pub(super) enum EmergencyCommand {
    /// Put addresses on the emergency list of a category
    Add(AddArguments),
    /// Take one out before its end
    Remove {
        /// The entry, such as E-1, or its address
        what: String,
        /// Who decided
        #[arg(long, value_name = "NAME")]
        by: String,
        /// Why
        #[arg(long, value_name = "TEXT")]
        because: String,
    },
    /// Show what stands on emergency lists
    List {
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
}

/// `lifeguard lists emergency add`
#[derive(Debug, clap::Args)]
pub(super) struct AddArguments {
    /// Hosts (with all below them), or hosts with a path
    #[arg(required = true, value_name = "ADDRESS")]
    addresses: Vec<String>,
    /// The category that they belong to
    #[arg(long, value_name = "NAME")]
    category: String,
    /// Who decided
    #[arg(long, value_name = "NAME")]
    by: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    because: String,
    /// How long, such as 2h or 7d: 10m to 366d
    #[arg(long = "for", value_name = "TIME", value_parser = time, default_value = "31d")]
    lasts: Duration,
    /// Until when, such as 2027-01-31 (to its end) or 2027-01-31T12:00:00Z
    #[arg(long, value_name = "WHEN", conflicts_with = "lasts")]
    until: Option<String>,
}

/// What cannot be done.
#[derive(Debug, thiserror::Error)]
enum Wrong {
    #[error(transparent)]
    Made(#[from] ExceptionFault),
    #[error(transparent)]
    Closing(#[from] EmergencyFault),
    #[error("{0}")]
    Time(#[from] TimeFault),
    #[error("nothing on an emergency list is called '{0}': `lifeguard lists emergency list`")]
    Unknown(String),
    #[error("{0} has further addresses: take it out by its number, and add again what is to stay")]
    Several(String),
}

/// Runs the command.
pub(super) fn run(config: Option<&Path>, command: &EmergencyCommand) -> ExitCode {
    let settings = match Place::find(config).read() {
        Ok(settings) => settings,
        Err(faults) => return complain(&faults),
    };
    let done = match command {
        EmergencyCommand::Add(arguments) => add(&settings, arguments),
        EmergencyCommand::Remove { what, by, because } => remove(&settings, what, (by, because)),
        EmergencyCommand::List { json } => list(&settings, *json),
    };
    match done {
        Ok(text) => answer(&text, ExitCode::SUCCESS),
        Err(wrong) => complain(&wrong.to_string()),
    }
}

fn add(settings: &Config, arguments: &AddArguments) -> Result<String, Wrong> {
    let at = now();
    let closing = Closing {
        addresses: arguments.addresses.clone(),
        category: arguments.category.clone(),
        by: arguments.by.clone(),
        because: arguments.because.clone(),
        until: end(settings, arguments, at)?,
    };
    let made = close_at_once(settings, closing, at)?;
    Ok(format!("{}\n{}\n", terminal(&made.in_words()), where_it_blocks(settings, &arguments.category)))
}

/// A category that a group may see closes nothing for it: whoever is in a hurry must know.
fn where_it_blocks(settings: &Config, category: &str) -> String {
    let groups = &settings.policy.groups;
    let blocked = groups.iter().filter(|group| group.categories.get(category) == Some(&Action::Block)).count();
    let more =
        if blocked == groups.len() { "" } else { "; a layer over the others may block it too (`lifeguard explain --group NAME ADDRESS`)" };
    format!("{blocked} of {} groups block this category by rules of their own{more}", groups.len())
}

fn end(settings: &Config, arguments: &AddArguments, at: Timestamp) -> Result<Timestamp, TimeFault> {
    match &arguments.until {
        Some(text) => Now { at, zone: settings.site.time_zone.clone() }.end(text),
        None => Ok(Timestamp::from_seconds(at.seconds() + i64::try_from(arguments.lasts.as_secs()).unwrap_or(i64::MAX / 2))),
    }
}

fn remove(settings: &Config, what: &str, (by, because): (&str, &str)) -> Result<String, Wrong> {
    let at = now();
    let on_lists = closed_at_once(settings, at)?;
    let by_address = || on_lists.iter().filter(|made| made.addresses.iter().any(|address| address == what));
    let meant: Vec<&Exception> = match on_lists.iter().find(|made| made.id.eq_ignore_ascii_case(what)) {
        Some(made) => vec![made],
        None if by_address().next().is_none() => return Err(Wrong::Unknown(what.to_owned())),
        None => by_address().collect(),
    };
    if let Some(made) = meant.iter().find(|made| made.addresses.len() > 1 && !made.id.eq_ignore_ascii_case(what)) {
        return Err(Wrong::Several(made.id.clone()));
    }
    let mut text = String::new();
    for made in meant {
        let stopped = open_again(settings, &made.id, (by, because), at)?;
        // Writing to a String cannot fail.
        writeln!(text, "{} is over", stopped.id).unwrap_or_default();
    }
    Ok(text)
}

fn list(settings: &Config, json: bool) -> Result<String, Wrong> {
    let known = Exceptions::read(&settings.log.folder).map_err(ExceptionFault::from)?;
    let mut text = String::new();
    for made in known.standing(now()).iter().filter(|made| made.kind == Kind::List) {
        let line = if json { serde_json::to_string(made).unwrap_or_default() } else { terminal(&made.in_words()) };
        // Writing to a String cannot fail.
        writeln!(text, "{line}").unwrap_or_default();
    }
    for fault in known.faults() {
        writeln!(text, "damaged: {}", terminal(&fault.to_string())).unwrap_or_default();
    }
    Ok(text)
}
