//! `lifeguard logs verify`: is the log whole, or does a file of evidence hold? It reads only, and needs no log for a file.

use super::{LogsFault, table};
use crate::store::evidence::check_evidence;
use crate::store::{Damage, ReadFault, verify};
use clap::Args;
use std::io::Write;
use std::path::{Path, PathBuf};

/// `logs verify`
#[derive(Debug, Default, Args)]
pub struct VerifyArgs {
    /// Check this file from `lifeguard logs prove` or `evidence` instead; no log is needed for it
    pub file: Option<PathBuf>,
    /// Fingerprint that the log's first key must have (`lifeguard logs head` shows it)
    #[arg(long, value_name = "FINGERPRINT")]
    pub key: Option<String>,
    /// One JSON object
    #[arg(long)]
    pub json: bool,
}

pub(super) fn run(args: &VerifyArgs, folder: &Path, out: &mut dyn Write) -> Result<bool, LogsFault> {
    match &args.file {
        Some(file) => verify_file(file, args, out),
        None => verify_log(args, folder, out),
    }
}

fn verify_log(args: &VerifyArgs, folder: &Path, out: &mut dyn Write) -> Result<bool, LogsFault> {
    let mut report = verify(folder)?;
    let is_other = args.key.as_ref().is_some_and(|key| report.heads.genesis.as_ref() != Some(key));
    if is_other {
        report.faults.push(ReadFault::Damaged { path: folder.join("keys.log"), at: 0, damage: Damage::Genesis });
    }
    if args.json {
        let faults: Vec<String> = report.faults.iter().map(ToString::to_string).collect();
        let line = serde_json::json!({
            "whole": report.is_whole(), "segments": report.segments, "records": report.records, "bytes": report.bytes,
            "first": report.first, "last": report.last, "chain": report.chain.map(|chain| chain.to_string()),
            "starts_late": report.starts_late, "deleted_segments": report.swept_segments, "deleted_records": report.swept_records, "open": report.open, "gaps": report.gaps, "beside": report.beside, "faults": faults,
            "heads": report.heads.heads, "epochs": report.heads.epochs, "signed": report.heads.signed, "leaves": report.heads.leaves,
            "root": report.heads.root.map(|root| root.to_string()), "genesis": report.heads.genesis, "torn": report.heads.torn,
        });
        writeln!(out, "{line}")?;
    } else {
        table::report(&report, out)?;
    }
    out.flush()?;
    Ok(report.is_whole())
}

fn verify_file(path: &Path, args: &VerifyArgs, out: &mut dyn Write) -> Result<bool, LogsFault> {
    let bytes = std::fs::read(path).map_err(|source| LogsFault::File { path: path.to_owned(), source })?;
    let checked = check_evidence(&bytes, args.key.as_deref());
    let found = checked.map_err(|fault| LogsFault::Evidence { path: path.to_owned(), fault })?;
    if args.json {
        let line = serde_json::json!({
            "proved": true, "evidence": found.is_evidence, "origin": found.origin, "genesis": found.genesis, "size": found.size,
            "time": found.time, "records": found.records, "withheld": found.withheld,
        });
        writeln!(out, "{line}")?;
    } else {
        table::checked(&found, args.key.is_some(), out)?;
    }
    out.flush()?;
    Ok(true)
}
