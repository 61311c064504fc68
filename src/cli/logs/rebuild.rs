//! `lifeguard logs rebuild`: the index anew, from the sealed segments alone. The log itself is not touched.

use super::LogsFault;
use crate::store::rebuild;
use clap::Args;
use std::io::Write;
use std::path::Path;

/// `logs rebuild`
#[derive(Debug, Default, Args)]
pub struct RebuildArgs {
    /// Only where there is no index that fits
    #[arg(long)]
    pub missing: bool,
}

/// Rebuilds; `false`: some segment could not be indexed.
pub(super) fn run(args: &RebuildArgs, folder: &Path, out: &mut dyn Write) -> Result<bool, LogsFault> {
    let rebuilt = rebuild(folder, !args.missing, &|_, _| true)?;
    writeln!(out, "{} segments indexed, {} left as they were, {} not sealed yet", rebuilt.made, rebuilt.kept, rebuilt.unsealed)?;
    for (name, fault) in &rebuilt.failed {
        writeln!(out, "{name} cannot be indexed, and is read through when something is searched: {fault}")?;
    }
    Ok(rebuilt.failed.is_empty())
}
