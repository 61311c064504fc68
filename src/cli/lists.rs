//! `lifeguard lists compile | status | diff | categories`: compiles the lists and says what was found, with the place of every bad line.

mod categorise;
mod fetched;
mod names;
mod unknown;

use super::emergency::{self, EmergencyCommand};
use super::list_preview as preview;
use super::{categories, list_test, lists_fetch, setting};
use crate::app::Met;
use crate::config::{self, Config};
use crate::feeds::{self, BuiltIn, Loaded, Origin};
use crate::lists::{Freshness, ImageDiff, ListDiff, ListKind, ListReport};
use clap::Subcommand;
use serde_json::json;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

/// A question about the lists.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: ListsCommand,
}

#[derive(Debug, Subcommand)]
enum ListsCommand {
    /// Compile all lists anew and keep the image for the next start or reload
    Compile(Form),
    /// Show the lists that the next start or reload would use
    Status(Form),
    /// Show what the next compilation would change, without putting it in force
    Diff {
        #[command(flatten)]
        form: Form,
        /// And what the new lists would have blocked of the requests since this time, such as 7d: whom it would meet
        #[arg(long, value_name = "TIME", num_args = 0..=1, default_missing_value = "7d")]
        log: Option<String>,
    },
    /// Say what the category lists have of an address
    Test(list_test::Arguments),
    /// Fetch lists from their publishers now
    Fetch(lists_fetch::FetchArguments),
    /// What came and was not taken
    Quarantine {
        /// What to do
        #[command(subcommand)]
        command: lists_fetch::QuarantineCommand,
    },
    /// Show what was learned of names: for which categories it is on, and how well it does
    Names(names::Arguments),
    /// Show the categories: what belongs in each, where outside schemes put it, how many entries there are
    Categories(categories::Arguments),
    /// Show the hosts that no list knew, those that most people asked for first
    Unknown(unknown::UnknownArguments),
    /// Put a host into a category, or take it out again
    Categorise(categorise::CategoriseArguments),
    /// Close addresses at once, as if a list of their category had them
    Emergency {
        /// What to do
        #[command(subcommand)]
        command: EmergencyCommand,
    },
}

#[derive(Debug, clap::Args)]
struct Form {
    /// One JSON object
    #[arg(long)]
    json: bool,
    /// Say the place of every bad line that was kept, not only of the first few
    #[arg(long)]
    all: bool,
}

/// Runs the command. Exit code 1 when a list is held back or a statutory list has a bad line.
pub(super) fn run(config: Option<&Path>, arguments: &Arguments) -> ExitCode {
    let settings = match setting::Place::find(config).read() {
        Ok(settings) => settings,
        Err(faults) => return setting::complain(&faults),
    };
    let (form, fresh) = match &arguments.command {
        ListsCommand::Compile(form) => (form, true),
        ListsCommand::Status(form) => (form, false),
        ListsCommand::Diff { form, log } => return diff(&settings, form, log.as_deref()),
        ListsCommand::Test(arguments) => return list_test::run(&settings, arguments),
        ListsCommand::Fetch(arguments) => return lists_fetch::fetch(&settings, arguments),
        ListsCommand::Quarantine { command } => return lists_fetch::quarantine(&settings, command),
        ListsCommand::Names(arguments) => return names::run(&settings, arguments),
        ListsCommand::Categories(arguments) => return categories::run(&settings, arguments),
        ListsCommand::Unknown(arguments) => return unknown::run(&settings, arguments),
        ListsCommand::Categorise(arguments) => return categorise::run(&settings, arguments),
        ListsCommand::Emergency { command } => return emergency::run(config, command),
    };
    match load(&settings, fresh) {
        Ok(loaded) => {
            let written = if form.json { as_json(&settings, &loaded) } else { as_text(&settings, &loaded, form.all) };
            let clean = loaded.alarms.is_empty() && loaded.fetch_alarms().next().is_none() && loaded.origin != Origin::LastGood;
            if written.is_ok() && clean { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(fault) => setting::complain(&fault.to_string()),
    }
}

fn load_builtin() -> BuiltIn {
    config::builtin_list
}

fn load(settings: &Config, fresh: bool) -> Result<Loaded, feeds::FeedFault> {
    feeds::load(&settings.lists, load_builtin(), fresh)
}

/// What would change, by list. Exit code 1 when the new lists would be held back.
fn diff(settings: &Config, form: &Form, log: Option<&str>) -> ExitCode {
    let compared = match feeds::compare(&settings.lists, config::builtin_list as BuiltIn) {
        Ok(compared) => compared,
        Err(fault) => return setting::complain(&fault.to_string()),
    };
    let met = match log.map(|from| preview::met(settings, &compared, from, None)).transpose() {
        Ok(met) => met,
        Err(fault) => return setting::complain(&fault),
    };
    let feeds::Compared { diff, alarms, .. } = &compared;
    let written = if form.json {
        diff_as_json(diff, alarms, met.as_ref())
    } else {
        diff_as_text(diff, alarms).and_then(|()| met.map_or(Ok(()), |met| preview::put(&met, &mut io::stdout().lock())))
    };
    if written.is_ok() && alarms.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn diff_as_text(diff: &ImageDiff, alarms: &[String]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "image {} -> {}", diff.before, diff.now)?;
    for list in diff.lists.iter().filter(|list| list.before != list.now || list.keys.is_some_and(|keys| keys != (0, 0))) {
        let count = |entries: Option<u64>| entries.map_or_else(|| "-".to_owned(), |entries| entries.to_string());
        let keys = list.keys.map_or_else(String::new, |(new, gone)| format!("  +{new} -{gone}"));
        writeln!(out, "  {:<40} {:>10} -> {:>10}{keys}", list.name, count(list.before), count(list.now))?;
    }
    alarms.iter().try_for_each(|alarm| writeln!(out, "ALARM {alarm}"))
}

fn diff_as_json(diff: &ImageDiff, alarms: &[String], met: Option<&Met>) -> io::Result<()> {
    let list = |list: &ListDiff| {
        let (new, gone) = list.keys.unzip();
        json!({"name": list.name, "before": list.before, "now": list.now, "new": new, "gone": gone})
    };
    let lists: Vec<_> = diff.lists.iter().map(list).collect();
    writeln!(
        io::stdout().lock(),
        "{}",
        json!({
            "before": diff.before, "now": diff.now, "lists": lists, "alarms": alarms, "would_meet": met.map(preview::as_json),
        })
    )
}

fn kind(kind: ListKind) -> &'static str {
    match kind {
        ListKind::Statutory => "statutory",
        ListKind::Category => "category",
    }
}

fn as_text(settings: &Config, loaded: &Loaded, all: bool) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let lists = loaded.lists();
    writeln!(
        out,
        "image {} with {} entries in {} lists",
        loaded.image.version(),
        lists.iter().map(|l| l.entries).sum::<u64>(),
        lists.len()
    )?;
    for list in &lists {
        let note = if list.demonstration { "  demonstration" } else { "" };
        let age = loaded.as_of.get(&list.name).map_or_else(String::new, |as_of| format!("  of {:.0}", as_of.civil()));
        let (kind, name, age) = (kind(list.kind), &list.name, age + age_words(loaded, &list.name));
        writeln!(out, "  {kind:<9} {name:<40} {:>10} entries {:>7} bad lines{age}{note}", list.entries, list.rejected)?;
    }
    fetched::put(settings, loaded, &mut out)?;
    for list in loaded.report.iter().flat_map(|report| &report.lists) {
        say_list(&mut out, list, if all { usize::MAX } else { 5 })?;
    }
    for alarm in loaded.alarms.iter().cloned().chain(loaded.fetch_alarms()) {
        writeln!(out, "ALARM {alarm}")?;
    }
    Ok(())
}

/// Says that a list is older than it should be.
fn age_words(loaded: &Loaded, name: &Arc<str>) -> &'static str {
    match loaded.freshness(name, setting::now()) {
        Freshness::Fresh => "",
        Freshness::Old => "  OLD",
        Freshness::TooOld => "  TOO OLD",
    }
}

fn say_list(out: &mut impl Write, list: &ListReport, most: usize) -> io::Result<()> {
    for line in list.bad_lines.iter().take(most) {
        writeln!(out, "{line}")?;
    }
    let all = list.rejected + list.unsupported;
    let shown = list.bad_lines.len().min(most) as u64;
    if all > shown {
        writeln!(out, "{}: {} more lines could not be used", list.name, all - shown)?;
    }
    Ok(())
}

fn as_json(settings: &Config, loaded: &Loaded) -> io::Result<()> {
    let lists: Vec<_> = loaded
        .lists()
        .iter()
        .map(|list| {
            json!({
                "name": list.name, "kind": kind(list.kind), "entries": list.entries, "rejected": list.rejected,
                "category": loaded.image.categories().get(usize::from(list.category.0)), "demonstration": list.demonstration,
                "freshness": loaded.freshness(&list.name, setting::now()).code(),
                "as_of": loaded.as_of.get(&list.name).map(ToString::to_string),
            })
        })
        .collect();
    let bad: Vec<_> = loaded
        .report
        .iter()
        .flat_map(|report| &report.lists)
        .flat_map(|list| list.bad_lines.iter().map(|line| json!({"list": list.name, "file": line.file, "line": line.line, "column": line.column, "expected": line.fault.expected()})))
        .collect();
    let origin = match loaded.origin {
        Origin::Kept => "kept",
        Origin::Compiled => "compiled",
        Origin::LastGood => "last-good",
    };
    let alarms: Vec<String> = loaded.alarms.iter().cloned().chain(loaded.fetch_alarms()).collect();
    let all = json!({"version": loaded.image.version(), "origin": origin, "lists": lists, "bad_lines": bad, "alarms": alarms, "fetched": fetched::as_json(settings, loaded)});
    writeln!(io::stdout().lock(), "{all}")
}
