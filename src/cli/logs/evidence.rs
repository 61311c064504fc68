//! `lifeguard logs evidence`: what a search finds, with proofs, as one signed file that others check without us. Reads the log, and the key
//! that signs it. Of records about a statutory list only the hashes are given.

use super::prove::put;
use super::{LogsFault, Now, SearchArgs};
use crate::config::LogSettings;
use crate::model::Reason;
use crate::record::chain::ChainValue;
use crate::store::evidence::{Context, check_evidence, evidence_file};
use crate::store::export::{ExportNote, note_export};
use crate::store::heads::prove;
use crate::store::query::{Row, search};
use crate::store::{Signer, signer_for};
use clap::Args;
use std::collections::HashSet;
use std::io::Write;
use std::path::PathBuf;

/// `logs evidence`
#[derive(Debug, Args)]
pub struct EvidenceArgs {
    /// The file to write
    pub out: PathBuf,
    /// Who asks; otherwise the name at this keyboard
    #[arg(long, value_name = "NAME")]
    pub asked_by: Option<String>,
    /// Why: stands in the log with the name
    #[arg(long, value_name = "TEXT")]
    pub because: Option<String>,
    /// What to put into it
    #[command(flatten)]
    pub search: SearchArgs,
}

pub(super) fn run(args: &EvidenceArgs, log: &LogSettings, now: &Now, out: &mut dyn Write) -> Result<bool, LogsFault> {
    let folder = &*log.folder;
    let query = args.search.query(now)?;
    let rows: Vec<Row> = search(folder, &query)?.hits.iter().filter_map(|hit| hit.row()).collect();
    let sequences: Vec<u64> = rows.iter().flat_map(numbers).collect();
    let secret: HashSet<u64> = rows.iter().filter(|row| is_statutory(row)).flat_map(numbers).collect();
    if sequences.is_empty() {
        return Ok(false);
    }
    let context = Context {
        // The same question can be asked again: `logs search --query`.
        query: serde_json::from_str(&query.to_json()).map_err(std::io::Error::from)?,
        made: now.at.to_string(),
        rows: rows.iter().filter_map(|row| serde_json::to_value(row).ok()).collect(),
    };
    let make = || -> Result<String, LogsFault> {
        let signer = Signer::read(folder, Some(&log.keys))?;
        Ok(evidence_file(&prove(folder, &sequences)?, &|sequence| secret.contains(&sequence), &context, &signer))
    };
    // The key may be handed over between the proof and the signature; then the second attempt finds the new one in the history.
    let text = make()?;
    let text = if check_evidence(text.as_bytes(), None).is_ok() { text } else { make()? };
    let note = ExportNote {
        what: "evidence".to_owned(),
        by: args.asked_by.clone().unwrap_or_else(super::who),
        reason: args.because.clone().unwrap_or_default(),
        at: now.at.to_string(),
        rows: rows.len() as u64,
        sha256: ChainValue::digest(text.as_bytes()).to_string(),
        query: context.query.clone(),
    };
    note_export(folder, note, &*signer_for(folder, &log.keys))?;
    put(&text, Some(&args.out), out)?;
    writeln!(out, "{} records, with proofs, in {}", sequences.len(), args.out.display())?;
    Ok(true)
}

fn numbers(row: &Row) -> Vec<u64> {
    match row {
        Row::Request(request) => {
            std::iter::once(request.sequence).chain(request.outcome.as_ref().map(|outcome| outcome.sequence)).collect()
        }
        Row::Outcome(outcome) => vec![outcome.sequence],
        Row::Event(event) => vec![event.sequence],
    }
}

/// Did a statutory list decide?
pub(super) fn is_statutory(row: &Row) -> bool {
    let code = Reason::Statutory.code();
    match row {
        Row::Request(request) => request.reason == code || request.outcome.as_ref().is_some_and(|outcome| outcome.reason == Some(code)),
        Row::Outcome(outcome) => outcome.reason == Some(code),
        Row::Event(_) => false,
    }
}
