//! `lifeguard logs export`: exactly the view asked for, as a file with a manifest beside it.

use super::{LogsFault, Now, QueryArgs};
use crate::config::LogSettings;
use crate::store::export::{ExportFault, ExportNote, ExportOrder, Manifest, SheetKind, export, manifest_path, note_export};
use crate::store::query::{Order, Query, terminal};
use crate::store::signer_for;
use clap::Args;
use std::io::Write;
use std::path::PathBuf;

/// `logs export`
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// csv, xlsx or jsonl
    #[arg(long, value_parser = parse_kind)]
    pub format: SheetKind,
    /// The file to be made; FILE.manifest.json goes beside it. A file that is there is never written over
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// How many rows at most; all of them otherwise
    #[arg(long)]
    pub limit: Option<u64>,
    /// The oldest first; otherwise the newest
    #[arg(long)]
    pub oldest_first: bool,
    /// What happened to the proxy itself too (where only times are asked for)
    #[arg(long)]
    pub events: bool,
    /// Who asks; otherwise the name at this keyboard
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// Why: stands in the log with the name
    #[arg(long, value_name = "TEXT")]
    pub because: Option<String>,
    /// The manifest as one JSON object on standard output too
    #[arg(long)]
    pub json: bool,
    /// Which requests
    #[command(flatten)]
    pub query: QueryArgs,
}

/// Makes the file. `false`: it has no row, or some of the log could not be read.
pub(super) fn run(args: &ExportArgs, log: &LogSettings, now: &Now, out: &mut dyn Write) -> Result<bool, LogsFault> {
    let order = if args.oldest_first { Order::Oldest } else { Order::Newest };
    let query = Query { filter: args.query.filter(now)?, order, events: args.events, ..Query::default() };
    let by = args.by.clone().unwrap_or_else(super::who);
    let order = ExportOrder { query: &query, limit: args.limit, kind: args.format, out: &args.out, now: now.at, by: &by };
    let signer = signer_for(&log.folder, &log.keys);
    let manifest = export(&log.folder, &order, &*signer)?;
    if let Err(fault) = note_export(&log.folder, note(&manifest, args), &*signer) {
        for path in [args.out.clone(), manifest_path(&args.out)] {
            std::fs::remove_file(&path).map_err(ExportFault::Write)?;
        }
        return Err(fault.into());
    }
    if args.json {
        let text = serde_json::to_string(&manifest).map_err(std::io::Error::from)?;
        writeln!(out, "{}", super::json_line(&text))?;
    } else {
        writeln!(out, "{} rows in {}, SHA-256 {}", manifest.rows, terminal(&args.out.display().to_string()), manifest.sha256)?;
        for damage in &manifest.damage {
            writeln!(out, "damaged: {}", terminal(damage))?;
        }
    }
    Ok(manifest.rows > 0 && manifest.damage.is_empty())
}

fn note(manifest: &Manifest, args: &ExportArgs) -> ExportNote {
    ExportNote {
        what: manifest.format.to_owned(),
        by: manifest.by.clone(),
        reason: args.because.clone().unwrap_or_default(),
        at: manifest.made.clone(),
        rows: manifest.rows,
        sha256: manifest.sha256.clone(),
        query: manifest.query.clone(),
    }
}

fn parse_kind(text: &str) -> Result<SheetKind, super::NotOneOf> {
    let all = SheetKind::ALL;
    all.into_iter().find(|kind| kind.code() == text).ok_or_else(|| super::NotOneOf(all.map(SheetKind::code).join(", ")))
}
