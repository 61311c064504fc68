//! `lifeguard lists categorise HOST --category NAME`: puts a host that no list knows into a category, and takes it out again (standards
//! A10, D18). The running proxy takes it within seconds.

use crate::cli::exceptions::knows;
use crate::cli::setting::{answer, complain, now};
use crate::config::Config;
use crate::feeds::{LocalAct, LocalDoing, LocalLists, categorise, take_back};
use crate::store::query::terminal;
use std::fmt::Write as _;
use std::process::ExitCode;

/// Where entries of statutory lists are: nobody here fills it.
const STATUTORY: &str = "illegal";

/// `lists categorise`
#[derive(Debug, clap::Args)]
pub(super) struct CategoriseArguments {
    /// The host, with everything below it; or a host with a path
    #[arg(required_unless_present = "list")]
    host: Option<String>,
    /// The category; with --undo and without it: all that it was put into
    #[arg(long, value_name = "NAME", required_unless_present_any = ["undo", "list"])]
    category: Option<String>,
    /// Who decided
    #[arg(long, value_name = "NAME", required_unless_present = "list")]
    by: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT", required_unless_present = "list")]
    because: Option<String>,
    /// Take it out again
    #[arg(long)]
    undo: bool,
    /// Show what was put where, by whom and why
    #[arg(long, conflicts_with_all = ["host", "category", "by", "because", "undo"])]
    list: bool,
    /// With --list: one JSON object a line
    #[arg(long, requires = "list")]
    json: bool,
}

/// Does it. Exit code 1 when nothing has changed.
pub(super) fn run(settings: &Config, arguments: &CategoriseArguments) -> ExitCode {
    let folder = &settings.lists.folder;
    if arguments.list {
        return match LocalLists::read(folder) {
            Ok(known) => answer(&listed(&known, arguments.json), ExitCode::SUCCESS),
            Err(fault) => complain(&fault.to_string()),
        };
    }
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let new = LocalAct {
        act: LocalDoing::Add,
        host: text(&arguments.host),
        category: text(&arguments.category),
        by: text(&arguments.by),
        because: text(&arguments.because),
        at: now().to_string(),
    };
    let done = if arguments.undo {
        take_back(folder, arguments.category.as_deref(), new)
    } else if new.category != STATUTORY && knows(settings, &new.category) {
        categorise(folder, new).map(|act| vec![act])
    } else {
        return complain(&format!("there is no category '{}' that a list of this place may fill", new.category));
    };
    match done {
        Ok(acts) => {
            let lines: String = acts.iter().map(|act| format!("{}\n", terminal(&act.in_words()))).collect();
            answer(&lines, ExitCode::SUCCESS)
        }
        Err(fault) => complain(&fault.to_string()),
    }
}

fn listed(known: &LocalLists, json: bool) -> String {
    let mut text = String::new();
    for act in known.standing().into_values() {
        let line = if json { serde_json::to_string(act).unwrap_or_default() } else { terminal(&act.in_words()) };
        // Writing to a String cannot fail.
        writeln!(text, "{line}").unwrap_or_default();
    }
    text
}
