//! `lifeguard accredit`: runs the checks of accreditation, writes what they found as signed evidence, checks such evidence, and fills in forms.

use super::setting::{self, Asked, Place, answer, complain, say};
use super::suites;
use crate::accredit::{Context, Outcome, Register, Report, report_text};
use crate::app::accredited::{EvidenceFault, FullRun, History, Installation, Line, What, context_of, form_of_last, write_pack};
use crate::config::Config;
use crate::store::Signer;
use crate::store::evidence::{PackCheck, check_pack};
use crate::store::query::terminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

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
enum AccreditCommand {
    /// Check that a pack is as the installation signed it, every byte; neither log nor settings are needed
    Verify {
        /// The pack's folder
        pack: PathBuf,
        /// Fingerprint that the log's first key must have (`lifeguard logs head` shows it)
        #[arg(long, value_name = "FINGERPRINT")]
        key: Option<String>,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Fill in a form from the results of the last whole run, or of a pack
    Form {
        /// Which: that of the UK Safer Internet Centre for appropriate filtering
        #[arg(value_parser = ["uksic"])]
        form: String,
        /// A pack, in place of the last run
        #[arg(long, value_name = "DIR")]
        from: Option<PathBuf>,
        /// As a page to print, in place of text
        #[arg(long)]
        html: bool,
    },
    /// Show the register: what standards ask, and what shows it
    Criteria {
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
}

/// Runs it.
pub(super) fn run(config: Option<&Path>, arguments: &Arguments) -> ExitCode {
    match &arguments.command {
        Some(AccreditCommand::Verify { pack, key, json }) => verify(pack, key.as_deref(), *json),
        Some(AccreditCommand::Criteria { json }) => criteria(*json),
        Some(AccreditCommand::Form { from, html, .. }) => {
            with_settings(config, |settings, asked| form(settings, asked, from.as_deref(), *html))
        }
        None => with_settings(config, |settings, asked| run_suites(settings, asked, &arguments.run)),
    }
}

fn with_settings(config: Option<&Path>, act: impl FnOnce(&Config, &Asked) -> ExitCode) -> ExitCode {
    let settings = match Place::find(config).read() {
        Ok(settings) => settings,
        Err(faults) => return complain(&faults),
    };
    match setting::engine(&settings) {
        Ok(asked) => act(&settings, &asked),
        Err(fault) => complain(&fault.to_string()),
    }
}

fn context(settings: &Config, asked: &Asked) -> Context {
    let at = Installation { config: settings, engine: &asked.engine, as_of: &asked.as_of, coverage: None };
    context_of(&at, setting::now())
}

/// Runs the suites. Exit code 0: everything ran and holds; 1: something does not, or was not run.
fn run_suites(settings: &Config, asked: &Asked, arguments: &RunArguments) -> ExitCode {
    // Whether the evidence can be signed is known before anything runs for an hour.
    let signer = match arguments.out.as_ref().map(|_| Signer::read(&settings.log.folder, Some(&settings.log.keys))).transpose() {
        Ok(signer) => signer,
        Err(fault) => return complain(&format!("a pack is signed by the key of the log, which `lifeguard run` makes: {fault}")),
    };
    let started = Instant::now();
    match suites::outcomes(settings, arguments.suite.as_deref(), arguments.only.as_deref()) {
        Ok(outcomes) => finish((settings, asked), outcomes, (arguments, signer.as_ref()), started),
        Err(fault) => complain(&fault.to_string()),
    }
}

/// What becomes of outcomes: the pack, the history, and what is said.
fn finish(
    (settings, asked): (&Config, &Asked),
    outcomes: Vec<Outcome>,
    (arguments, signer): (&RunArguments, Option<&Signer>),
    started: Instant,
) -> ExitCode {
    let context = context(settings, asked);
    let report = match (&arguments.out, signer) {
        (Some(folder), Some(signer)) => write_pack(outcomes, context, folder, (&settings.log.folder, signer)),
        _ => Ok(Report::of(context, outcomes)),
    };
    let report = match report {
        Ok(report) => report,
        Err(fault) => return complain(&fault.to_string()),
    };
    let whole = arguments.suite.is_none() && arguments.only.is_none();
    if whole {
        keep(settings, &report, started);
    }
    let code = suites::code(&report.outcomes);
    if arguments.json {
        return answer(&(serde_json::to_string(&report).unwrap_or_default() + "\n"), code);
    }
    let mut text = suites::text(&report.outcomes);
    if whole {
        text += &report_text(&report);
    }
    if let Some(folder) = &arguments.out {
        text += &format!("\nThe evidence is in {}: check it with `lifeguard accredit verify`.\n", folder.display());
    }
    answer(&lines(&text), code)
}

/// A whole run counts for the forms and the console, whoever started it. That it cannot be kept is said and costs nothing else.
fn keep(settings: &Config, report: &Report, started: Instant) {
    let history = History::at(&settings.accredit.folder);
    let line = Line {
        at: report.installation.made.to_string(),
        what: What::Run,
        passing: report.passing,
        not_passing: report.not_passing.clone(),
        counts: Some(report.counts),
        took: started.elapsed().as_secs_f64(),
        certificate: None,
    };
    if let Err(fault) = history.keep_last(&FullRun::of(report)).and_then(|()| history.add(&line)) {
        say(&format!("the results are not kept: {fault}"));
    }
}

fn verify(pack: &Path, key: Option<&str>, json: bool) -> ExitCode {
    let found = match check_pack(pack, key) {
        Ok(found) => found,
        Err(fault) => return complain(&format!("NOT PROVED: {}: {}", pack.display(), terminal(&fault.to_string()))),
    };
    let PackCheck { origin, genesis, made, files } = found;
    if json {
        let value = serde_json::json!({ "proved": true, "origin": origin, "genesis": genesis, "made": made, "files": files });
        return answer(&format!("{value}\n"), ExitCode::SUCCESS);
    }
    let known = match key {
        Some(_) => "which is the one that was asked for".to_owned(),
        None => "compare it with one that you know from elsewhere (`lifeguard logs head` shows it there)".to_owned(),
    };
    let text = format!(
        "PROVED: {} are as the installation {origin} signed them,\nat {made} by its own clock.\nThe log's first key has the fingerprint {genesis}: {known}.\n",
        files.join(", ")
    );
    answer(&lines(&text), ExitCode::SUCCESS)
}

fn form(settings: &Config, asked: &Asked, from: Option<&Path>, html: bool) -> ExitCode {
    let made = || -> Result<String, EvidenceFault> {
        let run = match from {
            Some(pack) => Some(FullRun::of_pack(pack)?),
            None => History::at(&settings.accredit.folder).last()?,
        };
        form_of_last(run, context(settings, asked), html)
    };
    match made() {
        Ok(page) if html => answer(&page, ExitCode::SUCCESS),
        Ok(text) => answer(&lines(&text), ExitCode::SUCCESS),
        Err(fault) => complain(&fault.to_string()),
    }
}

/// Each line safe on a terminal.
fn lines(text: &str) -> String {
    text.lines().map(|line| terminal(line) + "\n").collect()
}

fn criteria(json: bool) -> ExitCode {
    let register = Register::built_in();
    if json {
        return answer(&(serde_json::to_string(register).unwrap_or_default() + "\n"), ExitCode::SUCCESS);
    }
    let mut text = String::new();
    for standard in &register.standards {
        text += &format!("{}\n", standard.title);
        for one in register.of(&standard.id) {
            text += &format!("  {:<5}{:<7}{}\n", one.id, one.severity.word(), one.asks);
        }
    }
    answer(&text, ExitCode::SUCCESS)
}
