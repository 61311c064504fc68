//! `lifeguard logs witness`: another machine remembers the log and countersigns its heads (C2SP `tlog-cosignature`). It must never sign a
//! head that does not continue the last one it signed.

use super::{LogsFault, Now};
use crate::store::evidence::{Witness, WitnessFault};
use clap::Args;
use std::io::Write;
use std::path::{Path, PathBuf};

/// `logs witness`
#[derive(Debug, Args)]
pub struct WitnessArgs {
    /// File of the witness's own key; what it signed last is remembered beside it
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// Make the key, for a witness of this name (a host name will do), and print its public half
    #[arg(long, value_name = "NAME", conflicts_with = "head")]
    pub new: Option<String>,
    /// File from `lifeguard logs prove --from SIZE`
    #[arg(required_unless_present = "new")]
    pub head: Option<PathBuf>,
}

pub(super) fn run(args: &WitnessArgs, now: &Now, out: &mut dyn Write) -> Result<bool, LogsFault> {
    if let Some(name) = &args.new {
        writeln!(out, "{}", Witness::make(&args.key, name)?)?;
        return Ok(true);
    }
    let path = args.head.as_deref().unwrap_or(Path::new(""));
    let text = std::fs::read_to_string(path).map_err(|source| LogsFault::File { path: path.to_owned(), source })?;
    let witness = Witness::open(&args.key)?;
    let seconds = u64::try_from(now.at.0 / 1_000_000).unwrap_or(0);
    let note = witness.sign(&text, seconds).map_err(|fault: WitnessFault| LogsFault::Witness(fault))?;
    write!(out, "{note}")?;
    Ok(true)
}
