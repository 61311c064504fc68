//! `lifeguard logs prove`: that one record is in the log, or that the log continues an earlier one, as a small file for anyone. It reads
//! only. Of a record about a statutory list only the hash is given.

use super::LogsFault;
use crate::model::RequestId;
use crate::store::evidence::{continuation_file, proof_file};
use crate::store::heads::{prove, prove_continuation};
use crate::store::query::{Filter, Query, Row, search};
use clap::Args;
use std::io::Write;
use std::path::{Path, PathBuf};

/// `logs prove`
#[derive(Debug, Args)]
pub struct ProveArgs {
    /// The record: its number, or the reference number from a block page
    #[arg(required_unless_present = "from")]
    pub record: Option<String>,
    /// Prove instead that the newest head continues the log as it was with so many records (for `logs witness`; 0 the first time)
    #[arg(long, value_name = "SIZE", conflicts_with = "record")]
    pub from: Option<u64>,
    /// Write into this file
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

pub(super) fn run(args: &ProveArgs, folder: &Path, out: &mut dyn Write) -> Result<bool, LogsFault> {
    let text = match (args.from, &args.record) {
        (Some(from), _) => continuation_file(&prove_continuation(folder, from)?),
        (None, record) => prove_record(record.as_deref().unwrap_or_default(), folder)?,
    };
    put(&text, args.out.as_deref(), out)
}

fn prove_record(record: &str, folder: &Path) -> Result<String, LogsFault> {
    let sequence = match record.parse::<u64>() {
        // Thirteen digits are a reference number; no log has so many records.
        Ok(number) if record.len() < 13 => number,
        Ok(_) | Err(_) => by_reference(record, folder)?,
    };
    let proofs = prove(folder, &[sequence])?;
    let withheld = is_statutory(folder, &proofs.records[0].frame)?;
    Ok(proof_file(&proofs, &|_| withheld))
}

fn by_reference(record: &str, folder: &Path) -> Result<u64, LogsFault> {
    let reference: RequestId = record.parse().map_err(|_| LogsFault::Record(record.to_owned()))?;
    let found = rows(folder, reference)?.into_iter().find_map(|row| match row {
        Row::Request(request) if request.id == reference.to_string() => Some(request.sequence),
        Row::Request(_) | Row::Outcome(_) | Row::Event(_) => None,
    });
    found.ok_or_else(|| LogsFault::Record(record.to_owned()))
}

/// Is this the record of a request that a statutory list decided, or how one ended?
fn is_statutory(folder: &Path, frame: &[u8]) -> Result<bool, LogsFault> {
    let Some(reference) = crate::store::evidence::reference_of(frame) else { return Ok(false) };
    Ok(rows(folder, reference)?.iter().any(crate::store::evidence::is_statutory))
}

fn rows(folder: &Path, reference: RequestId) -> Result<Vec<Row>, LogsFault> {
    let filter = Filter { reference: Some(reference), ..Filter::default() };
    let answer = search(folder, &Query { filter, limit: 1000, ..Query::default() })?;
    Ok(answer.hits.iter().filter_map(|hit| hit.row()).collect())
}

/// Into a file that is not there yet, or to the terminal.
pub(super) fn put(text: &str, file: Option<&Path>, out: &mut dyn Write) -> Result<bool, LogsFault> {
    match file {
        None => out.write_all(text.as_bytes())?,
        Some(path) => {
            let io = |source| LogsFault::File { path: path.to_owned(), source };
            let mut file = std::fs::File::create_new(path).map_err(io)?;
            file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(io)?;
        }
    }
    Ok(true)
}
