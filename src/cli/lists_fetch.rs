//! `lifeguard lists fetch [NAME]`: fetches now and says what came, or only what would come; `lifeguard lists quarantine`: what was not
//! taken and why, and the wish of a named person to take it all the same.

use super::list_preview as preview;
use super::setting;
use crate::app::Roads;
use crate::config::{self, Config, Source};
use crate::feeds::{self, BuiltIn, Job, Outcome, Quarantined, Rehearsal};
use crate::model::Timestamp;
use serde_json::{Value, json};
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;

/// `lifeguard lists fetch`
#[derive(Debug, clap::Args)]
pub(super) struct FetchArguments {
    /// One list; without it, all that are fetched
    name: Option<String>,
    /// Only say what would come: new and gone entries, bad lines; nothing is kept
    #[arg(long)]
    dry_run: bool,
    /// And what the new list would have blocked of the requests since this time, such as 7d: whom it would meet
    #[arg(long, value_name = "TIME", num_args = 0..=1, default_missing_value = "7d", requires = "dry_run")]
    log: Option<String>,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

/// `lifeguard lists quarantine`
#[derive(Debug, clap::Subcommand)]
pub(super) enum QuarantineCommand {
    /// Show what came and was not taken
    List {
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Take it all the same; the running proxy does so within seconds and records who decided
    Release {
        /// The list
        name: String,
        /// Who decided
        #[arg(long, value_name = "NAME")]
        by: String,
        /// Why
        #[arg(long, value_name = "TEXT")]
        because: String,
    },
}

/// Fetches. Exit code 1 when a list did not come or was not taken.
pub(super) fn fetch(settings: &Config, arguments: &FetchArguments) -> ExitCode {
    let wanted = |source: &&Source| source.fetch.is_some() && arguments.name.as_ref().is_none_or(|name| *name == source.name);
    let sources: Vec<&Source> = settings.lists.sources.iter().filter(wanted).collect();
    if sources.is_empty() {
        return setting::complain(&match &arguments.name {
            Some(name) => format!("no list called {name} is fetched"),
            None => "no list is fetched: there is none with a url".to_owned(),
        });
    }
    let made = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let (runtime, road) = match (made, Roads::open(settings, Vec::new())) {
        (Ok(runtime), Ok(road)) => (runtime, road),
        (Err(error), _) => return setting::complain(&error.to_string()),
        (_, Err(fault)) => return setting::complain(&fault.to_string()),
    };
    let mut clean = true;
    for source in sources {
        let job = Arc::new(Job {
            settings: settings.lists.clone(),
            builtin: config::builtin_list as BuiltIn,
            source: source.clone(),
            road: Arc::clone(&road),
            now: setting::now(),
        });
        let said = runtime.block_on(one(settings, &job, arguments));
        clean &= said.good;
        if say(&said, arguments.json).is_err() {
            return ExitCode::FAILURE;
        }
    }
    if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What is said of one list.
struct Said {
    good: bool,
    text: String,
    json: Value,
}

async fn one(settings: &Config, job: &Arc<Job>, arguments: &FetchArguments) -> Said {
    let name = &job.source.name;
    if !arguments.dry_run {
        let (outcome, state) = job.run().await;
        let (good, words) = match &outcome {
            Outcome::Unchanged => (true, "still the newest".to_owned()),
            Outcome::Taken(entries) => (
                true,
                format!(
                    "a new version with {entries} entries; the next start or reload tries it together with all others and puts it in force"
                ),
            ),
            Outcome::Refused(refused) => (false, format!("in quarantine: {refused}; the last good one stays")),
            Outcome::Failed(trouble) => (false, format!("nothing came: {trouble}; the last good one stays")),
        };
        let note = state.note.as_ref().map_or_else(String::new, |note| format!("\n{name}: {note}"));
        let json = json!({"list": name, "result": outcome.word(), "words": words, "note": state.note});
        return Said { good, text: format!("{name}: {words}{note}"), json };
    }
    match job.rehearse(arguments.log.is_some()).await {
        Ok(Ok(rehearsal)) => with_met(settings, (job, &rehearsal), arguments.log.as_deref()),
        Ok(Err(refused)) => {
            let json = json!({"list": name, "result": refused.cause.word(), "words": refused.words});
            Said { good: false, text: format!("{name}: would not be taken: {refused}"), json }
        }
        Err(trouble) => {
            let json = json!({"list": name, "result": trouble.word(), "words": trouble.to_string()});
            Said { good: false, text: format!("{name}: nothing came: {trouble}"), json }
        }
    }
}

/// What would change, and whom it would meet.
fn with_met(settings: &Config, (job, rehearsal): (&Job, &Rehearsal), log: Option<&str>) -> Said {
    let mut said = rehearsed(&job.source.name, rehearsal);
    let Some(from) = log else { return said };
    let Some(whole) = &rehearsal.whole else {
        said.text += "\n  whom it would meet is not known: no lists have been kept yet";
        return said;
    };
    let mut words = Vec::new();
    match preview::met(settings, whole, from, Some(&job.source)) {
        Ok(met) => {
            said.json["would_meet"] = preview::as_json(&met);
            // Writing to memory cannot fail.
            preview::put(&met, &mut words).unwrap_or_default();
            said.text += &format!("\n{}", String::from_utf8_lossy(&words).trim_end());
        }
        Err(fault) => {
            said.good = false;
            said.json["fault"] = json!(fault);
            said.text += &format!("\n  whom it would meet is not known: {fault}");
        }
    }
    said
}

/// New, gone, bad lines, by list.
fn rehearsed(name: &str, rehearsal: &Rehearsal) -> Said {
    let mut text = format!("{name}: would be taken");
    let mut lists = Vec::new();
    for list in &rehearsal.compiled.report.lists {
        let diff = rehearsal.diff.as_ref().and_then(|diff| diff.lists.iter().find(|diff| diff.name == list.name));
        let (before, keys) = (diff.and_then(|diff| diff.before), diff.and_then(|diff| diff.keys));
        let changes = keys.map_or_else(String::new, |(new, gone)| format!(" (+{new} -{gone})"));
        let bad = list.rejected + list.unsupported;
        text += &format!("\n  {:<40} {:>10} entries{changes}, {bad} lines of no use", list.name, list.entries);
        for line in list.bad_lines.iter().take(5) {
            text += &format!("\n    {line}");
        }
        let (new, gone) = keys.unzip();
        lists.push(json!({"name": list.name, "before": before, "now": list.entries, "new": new, "gone": gone, "bad": bad}));
    }
    let gone = rehearsal.diff.iter().flat_map(|diff| &diff.lists).filter(|list| list.now.is_none());
    for list in gone {
        text += &format!("\n  {:<40} would be gone", list.name);
        lists.push(json!({"name": list.name, "before": list.before, "now": null}));
    }
    Said { good: true, text, json: json!({"list": name, "result": "rehearsed", "lists": lists}) }
}

fn say(said: &Said, json: bool) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if json { writeln!(out, "{}", said.json) } else { writeln!(out, "{}", said.text) }
}

/// What is in quarantine, or the wish to take it.
pub(super) fn quarantine(settings: &Config, command: &QuarantineCommand) -> ExitCode {
    match command {
        QuarantineCommand::List { json } => match show(settings, *json) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        },
        QuarantineCommand::Release { name, by, because } => match feeds::wish(&settings.lists, name, (by, because), setting::now()) {
            Ok(wish) => {
                let words = format!("{name}: asked for; the running proxy takes it within seconds and records it ({:.12})", wish.sha256);
                if writeln!(io::stdout().lock(), "{words}").is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
            }
            Err(fault) => setting::complain(&fault.to_string()),
        },
    }
}

fn show(settings: &Config, json: bool) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let standing = feeds::standing(&settings.lists);
    let held: Vec<(&String, &Quarantined)> =
        standing.iter().filter_map(|(name, state)| Some((name, state.quarantined.as_ref()?))).collect();
    if held.is_empty() && !json {
        return writeln!(out, "nothing is in quarantine");
    }
    for (name, held) in held {
        let came = Timestamp(held.version.at);
        let place = feeds::SourceFolder::of(&settings.lists, name).version(&held.version);
        let may = held.cause.may_be_released();
        if json {
            let all = json!({
                "list": name, "cause": held.cause.word(), "words": held.words, "came": came.to_string(), "sha256": held.version.sha256,
                "file": place, "may_be_released": may,
            });
            writeln!(out, "{all}")?;
        } else {
            let note = if may { "" } else { "; nobody may release it" };
            writeln!(out, "{name}: {} ({}), came {:.0}{note}\n  {}", held.words, held.cause, came.civil(), place.display())?;
        }
    }
    Ok(())
}
