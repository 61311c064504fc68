//! `lifeguard backup` and `lifeguard restore`: everything an installation knows, in one file, and out of it again.

use super::setting::{Place, answer, complain, now};
use crate::app::backup::{Into, Manifest, Wanted, look, make, restore, when_told_to_end};
use crate::config::SAMPLE_NAME;
use crate::store::query::terminal;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// `lifeguard backup`
#[derive(Debug, clap::Args)]
pub(super) struct BackupArguments {
    /// The file to make, for its owner only
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// With the log: requests of people are in the file then
    #[arg(long)]
    with_log: bool,
    /// With keys and secrets, encrypted to this public key of age (age1...); may be given more than once: each opens them
    #[arg(long, value_name = "PUBLIC-KEY")]
    with_keys: Vec<String>,
    /// In the place of a file that is there
    #[arg(long)]
    force: bool,
    /// Who makes it [default: whoever has typed it]
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

/// `lifeguard restore`
#[derive(Debug, clap::Args)]
pub(super) struct RestoreArguments {
    /// The file of a backup
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The folder to put it into, which is then the folder to start in [default: none: the file is looked through and compared only]
    #[arg(long, value_name = "FOLDER")]
    into: Option<PathBuf>,
    /// What is in the folder is moved aside
    #[arg(long, requires = "into")]
    force: bool,
    /// File of the private key that opens the keys in it (`-`: the standard input)
    #[arg(long, value_name = "FILE", requires = "into")]
    identity: Option<PathBuf>,
}

/// Makes one.
pub(super) fn backup(config: Option<&Path>, arguments: &BackupArguments) -> ExitCode {
    let place = Place::find(config);
    let settings = match place.read() {
        Ok(settings) => settings,
        Err(faults) => return complain(&faults),
    };
    let name = Some(place.name()).filter(|name| name != SAMPLE_NAME).map(PathBuf::from);
    let wanted = Wanted {
        file: arguments.file.clone(),
        log: arguments.with_log,
        keys_for: arguments.with_keys.clone(),
        force: arguments.force,
        by: arguments.by.clone().unwrap_or_else(super::logs::who),
    };
    match make(&settings, name.as_deref(), &wanted, now()) {
        Ok(manifest) => answer(&words(&manifest), ExitCode::SUCCESS),
        Err(fault) => complain(&format!("there is no backup: {fault}")),
    }
}

/// Puts one somewhere, or looks it through.
pub(super) fn put_back(arguments: &RestoreArguments) -> ExitCode {
    let Some(folder) = &arguments.into else {
        return match look(&arguments.file) {
            Ok(manifest) => answer(&(words(&manifest) + "whole; nothing was put anywhere: say --into FOLDER\n"), ExitCode::SUCCESS),
            Err(fault) => complain(&fault.to_string()),
        };
    };
    let stop = match when_told_to_end() {
        Ok(stop) => stop,
        Err(error) => return complain(&format!("nothing was put back: {error}")),
    };
    let into = Into { folder: folder.clone(), force: arguments.force, identity: arguments.identity.clone(), stop };
    match restore(&arguments.file, &into, now()) {
        Ok(looked) => {
            let mut text = words(&looked.manifest);
            if let Some(aside) = &looked.aside {
                writeln!(text, "what was there is in {}", aside.display()).unwrap_or_default();
            }
            if looked.keys == 0 && !looked.manifest.keys_for.is_empty() {
                text.push_str("its keys stay in it: say --identity FILE to put them back too\n");
            }
            let settings = &looked.manifest.settings;
            let config = if settings.is_empty() { String::new() } else { format!(" --config {}", terminal(settings)) };
            writeln!(text, "put into {0}; start it there: cd {0} && lifeguard run{config}", folder.display()).unwrap_or_default();
            answer(&text, ExitCode::SUCCESS)
        }
        Err(fault) => complain(&format!("nothing was put back: {fault}")),
    }
}

/// What is in it.
fn words(manifest: &Manifest) -> String {
    let bytes: u64 = manifest.members.iter().map(|member| member.bytes).sum();
    let log = if manifest.log { "with the log" } else { "without the log" };
    let keys =
        if manifest.keys_for.is_empty() { "without keys".to_owned() } else { format!("with keys for {}", manifest.keys_for.join(", ")) };
    let (site, made) = (terminal(&manifest.site), terminal(&manifest.made));
    let console = if manifest.book.is_empty() { "no accounts of the console" } else { "the console's book" };
    format!("backup of {site} at {made}: {} files, {bytes} bytes, {console}, {log}, {}\n", manifest.members.len(), terminal(&keys))
}
