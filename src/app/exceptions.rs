//! Exceptions for a while, from their file to the proxy: read at start, and again whenever the file has grown.

use super::App;
use crate::model::Timestamp;
use crate::policy::{Act, Acts};
use crate::store::ReadFault;
use crate::store::exceptions::{Exceptions, exceptions_length};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// How often it looks: an address that is closed at short notice is closed within this time.
const LOOK: Duration = Duration::from_millis(500);

/// Seconds of a minute.
const MINUTE_S: i64 = 60;

/// What stands, and how long the file was that says so.
pub(super) struct Standing {
    pub(super) acts: Arc<Acts>,
    pub(super) length: u64,
}

/// Reads what stands.
///
/// # Errors
/// The file is there and cannot be read: whoever is suspended must not be let in for that.
pub(super) fn read(folder: &Path, now: Timestamp) -> Result<Standing, ReadFault> {
    // Before the content: a line that comes in between is then read again.
    let length = exceptions_length(folder);
    let known = Exceptions::read(folder)?;
    for fault in known.faults() {
        tracing::error!(%fault, "the file of exceptions was changed; what it says now is taken");
    }
    Ok(Standing { acts: Arc::new(Acts::new(known.acts(now))), length })
}

impl App {
    /// What ends by itself, and each new minute, for the hours of groups: tunnels that are open are judged again.
    fn look_at_ends(&self, before: Timestamp, now: Timestamp) {
        let ended = |act: &Act| before < act.until && act.until <= now;
        let minute = before.seconds().div_euclid(MINUTE_S) != now.seconds().div_euclid(MINUTE_S);
        if minute || self.proxy.acts.load().all().iter().any(ended) {
            self.proxy.news.send_replace(());
        }
    }

    /// Keeps the proxy in step with the file. What cannot be read changes nothing.
    pub(super) async fn follow_exceptions(self: Arc<Self>, folder: PathBuf, mut length: u64) {
        let mut looked = self.clock.now().wall;
        loop {
            tokio::time::sleep(LOOK).await;
            let (place, now) = (folder.clone(), self.clock.now().wall);
            self.look_at_ends(std::mem::replace(&mut looked, now), now);
            let news = tokio::task::spawn_blocking(move || (exceptions_length(&place) != length).then(|| read(&place, now))).await;
            match news {
                Ok(Some(Ok(standing))) => {
                    tracing::info!(standing = standing.acts.all().len(), "exceptions were read");
                    length = standing.length;
                    self.proxy.acts.store(standing.acts);
                    self.proxy.news.send_replace(());
                }
                Ok(Some(Err(error))) => tracing::error!(%error, "exceptions cannot be read: those that were known stay"),
                Ok(None) => {}
                Err(error) => tracing::error!(%error, "exceptions"),
            }
        }
    }
}
