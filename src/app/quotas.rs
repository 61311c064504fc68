//! What people have used of today, from the proxy to its file and back: read at start, written every few seconds if something was used,
//! and at the end. A crash loses what was used since the last time.

use super::App;
use crate::model::Timestamp;
use crate::proxy::Ledger;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

const NAME: &str = "quotas.json";
const UNFINISHED: &str = "quotas.json.new";
/// How often it is written.
const EVERY: Duration = Duration::from_secs(5);
/// No ledger is larger: a hundred thousand people with a few categories each.
const LARGEST: u64 = 256 << 20;

/// Reads what stands. One that cannot be read is set aside and said out loud: quotas then begin anew, nothing else depends on it.
pub(super) fn read(folder: &Path, now: Timestamp) -> Ledger {
    let path = folder.join(NAME);
    let text = File::open(&path).and_then(|file| io::read_to_string(file.take(LARGEST)));
    let fault = match text {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ledger::default(),
        Err(error) => error.to_string(),
        Ok(text) => match Ledger::from_text(&text, now) {
            Ok(ledger) => return ledger,
            Err(fault) => fault.to_string(),
        },
    };
    tracing::error!(%fault, path = %path.display(), "what was used of quotas today cannot be read: it begins anew, and the file is set aside");
    if let Err(error) = fs::rename(&path, folder.join("quotas.json.unreadable")) {
        tracing::error!(%error, "it cannot be set aside");
    }
    Ledger::default()
}

/// Whoever reads it sees the old one or the new one whole.
fn write(folder: &Path, text: &str) -> io::Result<()> {
    let fresh = folder.join(UNFINISHED);
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&fresh, folder.join(NAME))
}

impl App {
    /// Writes what was used, again and again.
    pub(super) async fn keep_quotas(self: Arc<Self>) {
        loop {
            tokio::time::sleep(EVERY).await;
            let app = Arc::clone(&self);
            drop(tokio::task::spawn_blocking(move || app.write_quotas()).await);
        }
    }

    /// Writes what was used, if anything was.
    pub(super) fn write_quotas(&self) {
        let ledger = self.proxy.ledger.load();
        if !ledger.take_changed() {
            return;
        }
        if let Err(error) = write(self.standing.log_folder(), &ledger.to_text(self.clock.now().wall)) {
            ledger.keep_changed();
            tracing::error!(%error, "what was used of quotas cannot be written; a restart would forget it");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_no_ledger_is_set_aside() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(NAME), "{").unwrap();
        let now = Timestamp::from_seconds(1_768_478_400);
        let ledger = read(folder.path(), now);
        assert!(!ledger.take_changed());
        assert!(!folder.path().join(NAME).exists() && folder.path().join("quotas.json.unreadable").exists());
        write(folder.path(), &ledger.to_text(now)).unwrap();
        assert_eq!(read(folder.path(), now).to_text(now), ledger.to_text(now));
        assert!(!folder.path().join(UNFINISHED).exists());
    }
}
