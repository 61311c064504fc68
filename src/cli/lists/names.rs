//! `lifeguard lists names`: what was learned of names, for which categories it is on, and how well it does.

use super::load_builtin;
use crate::config::Config;
use crate::feeds::{self, FeedFault, LearnedNames};
use crate::lists::NameReport;
use serde_json::{Value, json};
use std::io::{self, Write};
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// One JSON object
    #[arg(long)]
    json: bool,
    /// Learn anew from the sources as they are now, and say how long it takes; nothing is put in force
    #[arg(long)]
    learn: bool,
    /// Learn anew, and show so many names of the allow corpus that look most like each category: look at them, and take those out of
    /// your file that are not innocent
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    doubtful: usize,
}

pub(super) fn run(settings: &Config, arguments: &Arguments) -> ExitCode {
    if settings.lists.names.is_none() {
        return super::setting::complain("nothing is learned of names: [lists.names] has no allow corpus");
    }
    match learned(settings, arguments) {
        Ok(learned) => {
            let written = if arguments.json { as_json(&learned) } else { as_text(&learned) };
            if written.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(fault) => super::setting::complain(&fault.to_string()),
    }
}

fn learned(settings: &Config, arguments: &Arguments) -> Result<LearnedNames, FeedFault> {
    if arguments.learn || arguments.doubtful > 0 {
        return feeds::learn_names(&settings.lists, load_builtin(), arguments.doubtful);
    }
    feeds::kept_names(&settings.lists)
}

/// A share in a hundred, with one place.
fn share(some: u32, all: u32) -> f64 {
    if all == 0 { 0.0 } else { (f64::from(some) * 1000.0 / f64::from(all)).round() / 10.0 }
}

fn as_text(learned: &LearnedNames) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for report in learned.names.reports() {
        writeln!(out, "{}", line(learned.category(report.category), report))?;
    }
    if learned.names.reports().is_empty() {
        writeln!(out, "nothing has been learned yet: compile the lists")?;
    }
    let each = learned.names.bytes_each();
    if each > 0 {
        writeln!(out, "{} KB for each category", each >> 10)?;
    }
    if let Some(took) = learned.took {
        writeln!(out, "learned in {:.1} s", took.as_secs_f64())?;
    }
    for doubt in &learned.doubtful {
        writeln!(out, "{:<20} {:>7.2} {}", learned.category(doubt.category), f64::from(doubt.score) / 100.0, doubt.name)?;
    }
    Ok(())
}

fn line(category: &str, report: &NameReport) -> String {
    let NameReport { state, learned, held_out, known, allowed, wrong, .. } = report;
    let found = if *allowed == 0 || *known == 0 && *wrong == 0 {
        String::new()
    } else {
        format!(
            "; knows {known} of {held_out} that it had not seen ({:.1} %), and takes {wrong} of {allowed} innocent names for it",
            share(*known, *held_out)
        )
    };
    format!("{category:<20} {state}; {learned} names{found}")
}

fn as_json(learned: &LearnedNames) -> io::Result<()> {
    let category = |report: &NameReport| -> Value {
        json!({
            "category": learned.category(report.category), "state": report.state, "learned": report.learned,
            "held_out": report.held_out, "known": report.known, "recall_percent": share(report.known, report.held_out),
            "allowed": report.allowed, "wrong": report.wrong,
            "bytes": if report.is_on() { learned.names.bytes_each() } else { 0 },
        })
    };
    let doubts = learned.doubtful.iter();
    let doubts = doubts
        .map(|doubt| json!({"category": learned.category(doubt.category), "score": f64::from(doubt.score) / 100.0, "name": doubt.name}));
    let all = json!({
        "categories": learned.names.reports().iter().map(category).collect::<Vec<_>>(),
        "seconds": learned.took.map(|took| took.as_secs_f64()),
        "doubtful": doubts.collect::<Vec<_>>(),
    });
    writeln!(io::stdout().lock(), "{all}")
}
