//! That a backup was made is told in the log: the command leaves a line, and the running program, or the next that starts, records it.

use super::fault::{BackupFault, at};
use super::{Manifest, fault};
use crate::app::App;
use crate::record::EventKind;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// The file in the log's folder.
const TOLD: &str = "backups.told";
/// Longest file that is read.
const LONGEST: u64 = 1 << 20;

/// Leaves a line.
pub(super) fn note(folder: &Path, manifest: &Manifest, by: &str) -> Result<(), BackupFault> {
    let path = folder.join(TOLD);
    if !folder.exists() {
        // Nothing has ever run here: there is no log to tell it.
        return Ok(());
    }
    let (log, keys) = (if manifest.log { "with the log" } else { "without the log" }, manifest.keys_for.join(", "));
    let keys = if keys.is_empty() { "without keys".to_owned() } else { format!("with keys, for {keys}") };
    let by: String = by.chars().filter(|c| !c.is_control()).take(200).collect();
    let line = format!("{} files, {log}, {keys}, by {by} at {}\n", manifest.members.len(), manifest.made);
    let mut file = OpenOptions::new().create(true).append(true).mode(0o600).open(&path).map_err(fault::at(&path))?;
    file.write_all(line.as_bytes()).and_then(|()| file.sync_all()).map_err(at(&path))
}

impl App {
    /// Records what commands have left.
    pub(in crate::app) fn tell_backups(&self) {
        let path = self.standing.log_folder().join(TOLD);
        let told = File::open(&path).and_then(|file| std::io::read_to_string(std::io::Read::take(file, LONGEST)));
        match told {
            Ok(text) => {
                text.lines().for_each(|line| self.event(EventKind::BackupMade, line));
                if let Err(error) = fs::remove_file(&path) {
                    tracing::error!(%error, "that a backup was made is told again, since its note cannot be removed");
                }
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => tracing::error!(%error, file = %path.display(), "whether a backup was made cannot be read"),
        }
    }
}
