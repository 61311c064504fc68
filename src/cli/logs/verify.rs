//! `lifeguard logs verify`: is the log whole, or does a file of evidence or the manifest of an export hold? It reads only, and needs no log
//! for a file of evidence.

use super::{LogsFault, table};
use crate::store::evidence::check_evidence;
use crate::store::export::{ExportCheck, check_export, is_manifest};
use crate::store::{Damage, ReadFault, verify};
use clap::Args;
use std::io::Write;
use std::path::{Path, PathBuf};

/// `logs verify`
#[derive(Debug, Default, Args)]
pub struct VerifyArgs {
    /// Check this file instead: one from `lifeguard logs prove` or `evidence`, for which no log is needed, or the manifest of an export
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
        Some(file) => verify_file(file, args, folder, out),
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

fn verify_manifest(path: &Path, args: &VerifyArgs, folder: &Path, out: &mut dyn Write) -> Result<bool, LogsFault> {
    let found = check_export(folder, path)?;
    if args.json {
        let line = serde_json::json!({
            "proved": true, "file": found.file, "rows": found.rows, "origin": found.origin, "by": found.by, "made": found.made,
        });
        writeln!(out, "{line}")?;
    } else {
        let ExportCheck { file, rows, origin, by, made } = found;
        writeln!(out, "{} is what the log {origin} gave out: {rows} rows, for {by}, at {made}", file.display())?;
    }
    out.flush()?;
    Ok(true)
}

fn verify_file(path: &Path, args: &VerifyArgs, folder: &Path, out: &mut dyn Write) -> Result<bool, LogsFault> {
    let bytes = std::fs::read(path).map_err(|source| LogsFault::File { path: path.to_owned(), source })?;
    if is_manifest(&bytes) {
        return verify_manifest(path, args, folder, out);
    }
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
