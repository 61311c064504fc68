//! `lifeguard logs evidence`: what a search finds, with proofs, as one signed file that others check without us. Reads the log, and the key
//! that signs it. Of records about a statutory list only the hashes are given.

use super::prove::put;
use super::{LogsFault, Now, SearchArgs};
use crate::config::LogSettings;
use crate::record::chain::ChainValue;
use crate::store::evidence::gather;
use crate::store::export::{ExportNote, note_export};
use crate::store::query::{Row, search};
use crate::store::signer_for;
use clap::Args;
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
    // The same question can be asked again: `logs search --query`.
    let asked: serde_json::Value = serde_json::from_str(&query.to_json()).map_err(std::io::Error::from)?;
    let Some(made) = gather((folder, &log.keys), &rows, asked.clone(), now.at)? else { return Ok(false) };
    let note = ExportNote {
        what: "evidence".to_owned(),
        by: args.asked_by.clone().unwrap_or_else(super::who),
        reason: args.because.clone().unwrap_or_default(),
        at: now.at.to_string(),
        rows: rows.len() as u64,
        sha256: ChainValue::digest(made.text.as_bytes()).to_string(),
        query: asked,
    };
    note_export(folder, note, &*signer_for(folder, &log.keys))?;
    put(&made.text, Some(&args.out), out)?;
    writeln!(out, "{} records, with proofs, in {}", made.records, args.out.display())?;
    Ok(true)
}
