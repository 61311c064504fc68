//! `lifeguard logs search | tail | verify`: questions to the log, as a table for people or one JSON object a line for programs.
//!
//! The folder is enough: it works beside a running proxy, and it never writes. JSON objects are
//! [`Row`]s, told apart by `kind`; their fields stay as they are. A place that could not be read is a line of kind
//! `damage` with its `place`. Statutory addresses are redacted in both.

mod rebuild;
mod search;
mod table;
mod time;

use crate::model::Timestamp;
use crate::store::query::{Follow, QueryFault, Row, json_line};
use crate::store::{ReadFault, verify};
use clap::{Args, Subcommand};
pub use rebuild::RebuildArgs;
pub use search::SearchArgs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;
pub use time::{Now, TimeFault};

/// A question to the log.
#[derive(Debug, Subcommand)]
pub enum LogsCommand {
    /// Find requests by time, person, place and address
    Search(Box<SearchArgs>),
    /// Show the newest records, and new ones as they come
    Tail(TailArgs),
    /// Check that the log is whole: every record, every number, the chain over all segments
    Verify(VerifyArgs),
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

/// `logs verify`
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// One JSON object
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
    /// The file of a stored question cannot be read.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The log cannot be read.
    #[error(transparent)]
    Read(#[from] ReadFault),
    /// The answer cannot be written.
    #[error("the answer cannot be written: {0}")]
    Output(#[from] io::Error),
}

/// Answers a question about the log in this folder. `false`: nothing was found, or the log is not whole (exit code 1).
///
/// # Errors
/// [`LogsFault`] in a sentence for the person who asked.
pub fn run(command: &LogsCommand, folder: &Path, now: &Now, out: &mut dyn Write) -> Result<bool, LogsFault> {
    let answer = match command {
        LogsCommand::Search(args) => search::run(args, folder, now, out),
        LogsCommand::Tail(args) => run_tail(args, folder, out),
        LogsCommand::Verify(args) => run_verify(args, folder, out),
        LogsCommand::Rebuild(args) => rebuild::run(args, folder, out),
    };
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

fn run_verify(args: &VerifyArgs, folder: &Path, out: &mut dyn Write) -> Result<bool, LogsFault> {
    let report = verify(folder)?;
    if args.json {
        let faults: Vec<String> = report.faults.iter().map(ToString::to_string).collect();
        let line = serde_json::json!({
            "whole": report.is_whole(), "segments": report.segments, "records": report.records, "bytes": report.bytes,
            "first": report.first, "last": report.last, "chain": report.chain.map(|chain| chain.to_string()),
            "starts_late": report.starts_late, "open": report.open, "gaps": report.gaps, "beside": report.beside, "faults": faults,
        });
        writeln!(out, "{line}")?;
    } else {
        table::report(&report, out)?;
    }
    out.flush()?;
    Ok(report.is_whole())
}

fn put(row: &Row, json: bool, out: &mut dyn Write) -> io::Result<()> {
    if json { writeln!(out, "{}", json_line(&serde_json::to_string(row).map_err(io::Error::from)?)) } else { table::line(row, out) }
}
