//! `lifeguard accredit`: runs the checks of accreditation, writes what they found as signed evidence, checks such evidence, and fills in forms.

use super::setting::{Place, complain};
use super::suites;
use crate::config::Config;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// `lifeguard accredit`
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Option<AccreditCommand>,
    #[command(flatten)]
    run: RunArguments,
}

/// What is run, and where its evidence goes.
#[derive(Debug, clap::Args)]
pub(super) struct RunArguments {
    /// One JSON object
    #[arg(long)]
    pub(super) json: bool,
    /// Write the signed evidence pack into this folder, which must not be there yet
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// One suite alone
    #[arg(long, value_name = "NAME")]
    pub(super) suite: Option<String>,
    /// One group alone
    #[arg(long, value_name = "GROUP")]
    pub(super) only: Option<String>,
}

/// What else there is to do.
#[derive(Debug, clap::Subcommand)]
enum AccreditCommand {}

/// Runs it.
pub(super) fn run(config: Option<&Path>, arguments: &Arguments) -> ExitCode {
    let settings = match Place::find(config).read() {
        Ok(settings) => settings,
        Err(faults) => return complain(&faults),
    };
    match &arguments.command {
        Some(command) => match *command {},
        None => run_suites(&settings, &arguments.run),
    }
}

/// Runs the suites. Exit code 0: everything that was run holds; 1: something does not, or was not run.
fn run_suites(settings: &Config, arguments: &RunArguments) -> ExitCode {
    match suites::outcomes(settings, arguments.suite.as_deref(), arguments.only.as_deref()) {
        Ok(outcomes) => suites::show(&outcomes, arguments.json),
        Err(fault) => complain(&fault.to_string()),
    }
}
