//! `lifeguard plan`: the policy in force in plain English, for governors and whoever answers for the place.

use super::setting::{self, Place, answer, complain};
use crate::accredit::{Plan, plan_page, plan_text};
use crate::app::accredited::{Installation, context_of};
use crate::store::query::terminal;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// `lifeguard plan`
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// One group alone
    #[arg(short, long)]
    group: Option<String>,
    /// Write it to this file, which must not be there yet: a page to print where it ends in .html, JSON where it ends in .json, otherwise text
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// One JSON object
    #[arg(long)]
    json: bool,
}

/// Runs it.
pub(super) fn run(config: Option<&Path>, arguments: &Arguments) -> ExitCode {
    let settings = match Place::find(config).read() {
        Ok(settings) => settings,
        Err(faults) => return complain(&faults),
    };
    let asked = match setting::engine(&settings) {
        Ok(asked) => asked,
        Err(fault) => return complain(&fault.to_string()),
    };
    let only = match arguments.group.as_deref().map(|name| asked.engine.policy.group_named(name).ok_or(name)).transpose() {
        Ok(only) => only,
        Err(name) => return complain(&format!("there is no group '{name}'")),
    };
    let at = Installation { config: &settings, engine: &asked.engine, as_of: &asked.as_of, coverage: None };
    let context = context_of(&at, setting::now());
    let plan = Plan::of(&asked.engine, &context, &settings.site.time_zone, only);
    let ending = arguments.out.as_ref().and_then(|path| path.extension()).and_then(|ending| ending.to_str());
    let text = match ending {
        Some("html") => match plan_page(&plan, &context) {
            Ok(page) => page,
            Err(fault) => return complain(&fault.to_string()),
        },
        Some("json") => serde_json::to_string(&plan).unwrap_or_default() + "\n",
        _ if arguments.json => serde_json::to_string(&plan).unwrap_or_default() + "\n",
        _ => plan_text(&plan).lines().map(|line| terminal(line) + "\n").collect(),
    };
    let Some(path) = &arguments.out else { return answer(&text, ExitCode::SUCCESS) };
    let written = OpenOptions::new().write(true).create_new(true).open(path).and_then(|mut file| file.write_all(text.as_bytes()));
    match written {
        Ok(()) => answer(&format!("The plan is in {}.\n", path.display()), ExitCode::SUCCESS),
        Err(error) => complain(&format!("{}: {error}", path.display())),
    }
}
