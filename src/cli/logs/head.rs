//! `lifeguard logs head`: the newest signed head, to be written down, mailed or countersigned. It reads only.

use super::LogsFault;
use crate::store::heads::newest_head;
use clap::Args;
use std::io::Write;
use std::path::Path;

/// `logs head`
#[derive(Debug, Args)]
pub struct HeadArgs {
    /// One JSON object
    #[arg(long)]
    pub json: bool,
}

pub(super) fn run(args: &HeadArgs, folder: &Path, out: &mut dyn Write) -> Result<bool, LogsFault> {
    let (note, head, genesis) = newest_head(folder)?;
    if args.json {
        let line = serde_json::json!({
            "origin": head.origin, "size": head.size, "root": head.root.to_string(), "time": head.extension("time"),
            "genesis": genesis.fingerprint(), "note": note.to_string(),
        });
        writeln!(out, "{line}")?;
    } else {
        write!(out, "{note}")?;
        writeln!(out, "\nFingerprint of the log's first key (keep it where this machine cannot reach it):\n{}", genesis.fingerprint())?;
    }
    Ok(true)
}
