//! `lifeguard logs search | tail | verify | breaches`: questions to the log, as a table for people or one JSON object a line for programs.
//!
//! The folder is enough: it works beside a running proxy, and it never writes. JSON objects are
//! [`Row`]s, told apart by `kind`; their fields stay as they are. A place that could not be read is a line of kind
//! `damage` with its `place`. Statutory addresses are redacted in both.

mod breaches;
mod evidence;
mod export;
mod filter;
mod head;
mod hold;
mod overblocks;
mod pages;
mod progress;
mod prove;
mod rebuild;
mod retention;
mod search;
mod stats;
mod table;
mod time;
mod verify;
mod witness;

use crate::config::{Config, LogSettings};
use crate::engine::Engine;
use crate::model::{Bucket, Reason, Timestamp, VerdictKind};
use crate::store::evidence::{EvidenceFault, WitnessFault};
use crate::store::export::{ExportCheckFault, ExportFault};
use crate::store::heads::ProveFault;
use crate::store::hold::HoldFault;
use crate::store::query::{Follow, QueryFault, Row, json_line};
use crate::store::sweep::SweepFault;
use crate::store::{HeadsFault, ReadFault, VaultFault};
pub use breaches::BreachArgs;
use clap::{Args, Subcommand};
pub use export::ExportArgs;
pub use filter::{QueryArgs, SpanArgs};
pub use hold::{AddArgs, HoldCommand, ListArgs, ReleaseArgs};
use ipnet::IpNet;
pub use overblocks::OverblockArgs;
pub use rebuild::RebuildArgs;
pub use retention::RetentionArgs;
pub use search::{OnlyEvents, SearchArgs};
pub use stats::StatsArgs;
use std::io::{self, Write};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
pub use time::{Now, TimeFault};
pub use verify::VerifyArgs;

/// A question to the log.
#[derive(Debug, Subcommand)]
pub enum LogsCommand {
    /// Find requests by time, person, place and address
    Search(Box<SearchArgs>),
    /// Show the newest records, and new ones as they come
    Tail(TailArgs),
    /// Check that the log is whole: every record, every number, the chain over all segments; or a file of evidence
    Verify(VerifyArgs),
    /// Write what a query finds to a file, as CSV, XLSX or JSON Lines, with a manifest
    Export(ExportArgs),
    /// Show the newest signed head of the log
    Head(head::HeadArgs),
    /// Prove that one record is in the log, in a small file for anyone
    Prove(prove::ProveArgs),
    /// Write what a search finds, with proofs, into one signed file for anyone
    Evidence(Box<evidence::EvidenceArgs>),
    /// Countersign heads of a log on another machine
    Witness(witness::WitnessArgs),
    /// Keep what a query finds beyond its time: place a legal hold, list the holds, let one go
    Hold {
        /// What to do
        #[command(subcommand)]
        command: HoldCommand,
    },
    /// Delete what is older than the settings say, with a signed receipt for each file; or show what would go
    Retention(RetentionArgs),
    /// How large the log is, how it grows, for how many days the disk has room
    Stats(StatsArgs),
    /// Judge a span of the log again by the lists and the policy of today: what was allowed and would be blocked now
    Breaches(BreachArgs),
    /// What may have been blocked by mistake: what somebody opened later, the rules that block most, and the budget of each group
    Overblocks(OverblockArgs),
    /// Make the index anew from the sealed segments
    Rebuild(RebuildArgs),
}

/// `logs tail`
#[derive(Debug, Args)]
pub struct TailArgs {
    /// How many records of the newest segment to show first
    #[arg(long, short = 'n', default_value_t = 20)]
    pub lines: u64,
    /// Stop at the end of the log
    #[arg(long)]
    pub no_follow: bool,
    /// Show how requests ended, too
    #[arg(long)]
    pub outcomes: bool,
    /// One JSON object a line
    #[arg(long)]
    pub json: bool,
}

/// A question that cannot be answered.
#[derive(Debug, thiserror::Error)]
pub enum LogsFault {
    /// A time that cannot be read.
    #[error("{option}: {fault}")]
    Time {
        /// The option it was given with.
        option: &'static str,
        /// What is wrong.
        fault: TimeFault,
    },
    /// The span of time ends before it starts.
    #[error("--from {from} is not before --to {to}")]
    Reversed {
        /// Start.
        from: Timestamp,
        /// End.
        to: Timestamp,
    },
    /// A stored question that cannot be read.
    #[error(transparent)]
    Query(#[from] QueryFault),
    /// The log cannot be read.
    #[error(transparent)]
    Read(#[from] ReadFault),
    /// An export.
    #[error(transparent)]
    Export(#[from] ExportFault),
    /// An export does not hold.
    #[error("NOT PROVED: {0}")]
    Manifest(#[from] ExportCheckFault),
    /// A proof cannot be given.
    #[error(transparent)]
    Prove(#[from] ProveFault),
    /// Keys cannot be read.
    #[error(transparent)]
    Heads(#[from] HeadsFault),
    /// A file of evidence does not hold.
    #[error("NOT PROVED: {path}, {fault}")]
    Evidence {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        fault: EvidenceFault,
    },
    /// A witness does not sign.
    #[error(transparent)]
    Witness(#[from] WitnessFault),
    /// No such record.
    #[error("there is no record `{0}`: expected the number of a record, or a reference number such as 01AB-CDEFG-H123")]
    Record(String),
    /// A file of the person who asked.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A legal hold.
    #[error(transparent)]
    Hold(#[from] HoldFault),
    /// The sweep.
    #[error(transparent)]
    Sweep(#[from] SweepFault),
    /// A question to the lists as well, which the folder alone cannot answer.
    #[error("this needs the lists and the policy beside the log's folder")]
    NeedsLists,
    /// A question to the settings as well.
    #[error("this needs the settings beside the log's folder")]
    NeedsSettings,
    /// The answer cannot be written.
    #[error("the answer cannot be written: {0}")]
    Output(#[from] io::Error),
}

/// Answers a question about the log in this folder. `false`: nothing was found, or the log is not whole (exit code 1).
///
/// # Errors
/// [`LogsFault`] in a sentence for the person who asked.
pub fn run(command: &LogsCommand, folder: &Path, now: &Now, out: &mut dyn Write) -> Result<bool, LogsFault> {
    let mut log = LogSettings::default();
    folder.clone_into(&mut log.folder);
    run_with(command, &log, now, out)
}

/// Gives this process the keys of an encrypted log: those of the settings, and `identity` in the place of their private key.
///
/// # Errors
/// [`VaultFault`] when a key cannot be used.
pub fn unlock(log: &LogSettings, identity: Option<PathBuf>) -> Result<(), VaultFault> {
    let identity = identity.or_else(|| Some(log.identity_file.clone()).filter(|file| !file.as_os_str().is_empty()));
    crate::store::unlock(&log.folder, &log.encrypt_to, identity.as_deref())
}

/// The same, with all that the settings say of the log.
///
/// # Errors
/// [`LogsFault`] in a sentence for the person who asked.
pub fn run_with(command: &LogsCommand, log: &LogSettings, now: &Now, out: &mut dyn Write) -> Result<bool, LogsFault> {
    let folder = log.folder.as_path();
    let answer = match command {
        LogsCommand::Search(args) => search::run(args, folder, now, out),
        LogsCommand::Tail(args) => run_tail(args, folder, out),
        LogsCommand::Export(args) => export::run(args, log, now, out),
        LogsCommand::Verify(args) => verify::run(args, folder, out),
        LogsCommand::Head(args) => head::run(args, folder, out),
        LogsCommand::Prove(args) => prove::run(args, folder, out),
        LogsCommand::Evidence(args) => evidence::run(args, log, now, out),
        LogsCommand::Witness(args) => witness::run(args, now, out),
        LogsCommand::Hold { command } => hold::run(command, log, now, out),
        LogsCommand::Retention(args) => retention::run(args, log, now, out),
        LogsCommand::Stats(args) => stats::run(args, log, now, out),
        LogsCommand::Breaches(_) => Err(LogsFault::NeedsLists),
        LogsCommand::Overblocks(_) => Err(LogsFault::NeedsSettings),
        LogsCommand::Rebuild(args) => rebuild::run(args, folder, out),
    };
    allow_closed_pipe(answer)
}

/// The same for a question that needs the lists and the policy of today: `logs breaches`.
///
/// # Errors
/// [`LogsFault`] in a sentence for the person who asked.
pub fn run_breaches(args: &BreachArgs, folder: &Path, engine: &Engine, now: &Now, out: &mut dyn Write) -> Result<bool, LogsFault> {
    allow_closed_pipe(breaches::run(args, folder, engine, now, out))
}

/// The same for a question that needs the settings: `logs overblocks`.
///
/// # Errors
/// [`LogsFault`] in a sentence for the person who asked.
pub fn run_overblocks(args: &OverblockArgs, settings: &Config, now: &Now, out: &mut dyn Write) -> Result<bool, LogsFault> {
    allow_closed_pipe(overblocks::run(args, settings, now, out))
}

fn allow_closed_pipe(answer: Result<bool, LogsFault>) -> Result<bool, LogsFault> {
    match answer {
        // The reader has seen enough: `| head` is no fault.
        Err(LogsFault::Output(e)) if e.kind() == io::ErrorKind::BrokenPipe => Ok(true),
        other => other,
    }
}

fn run_tail(args: &TailArgs, folder: &Path, out: &mut dyn Write) -> Result<bool, LogsFault> {
    let mut follow = Follow::open(folder, args.lines)?;
    loop {
        let mut written = Ok(());
        follow.poll(|row| {
            let shown = args.json || args.outcomes || !matches!(row, Row::Outcome(_));
            if shown && written.is_ok() {
                written = put(&row, args.json, out);
            }
        })?;
        written?;
        out.flush()?;
        if args.no_follow {
            return Ok(true);
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}

fn put(row: &Row, json: bool, out: &mut dyn Write) -> io::Result<()> {
    if json { writeln!(out, "{}", json_line(&serde_json::to_string(row).map_err(io::Error::from)?)) } else { table::line(row, out) }
}

/// Who is at the keyboard, as the system has it.
pub(super) fn who() -> String {
    let name = |key: &str| std::env::var(key).ok().filter(|name| !name.is_empty());
    ["SUDO_USER", "USER", "LOGNAME"].into_iter().find_map(name).unwrap_or_else(|| "someone".to_owned())
}

fn parse_client(text: &str) -> Result<IpNet, ipnet::AddrParseError> {
    text.parse().or_else(|fault| text.parse::<IpAddr>().map(IpNet::from).map_err(|_| fault))
}

/// A word that is none of those there are.
#[derive(Debug, thiserror::Error)]
#[error("expected one of: {0}")]
pub struct NotOneOf(String);

fn parse_verdict(text: &str) -> Result<VerdictKind, NotOneOf> {
    let all = [VerdictKind::Allow, VerdictKind::Warn, VerdictKind::Block, VerdictKind::Refuse];
    all.into_iter().find(|verdict| verdict.code() == text).ok_or_else(|| NotOneOf(all.map(VerdictKind::code).join(", ")))
}

fn parse_bucket(text: &str) -> Result<Bucket, NotOneOf> {
    Bucket::from_code(text).ok_or_else(|| NotOneOf(Bucket::all().map(Bucket::code).collect::<Vec<_>>().join(", ")))
}

fn parse_reason(text: &str) -> Result<Reason, NotOneOf> {
    let all = || Reason::ALL.iter().map(|reason| reason.code()).collect::<Vec<_>>().join(", ");
    Reason::from_code(text).ok_or_else(|| NotOneOf(all()))
}
