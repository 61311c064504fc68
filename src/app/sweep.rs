//! What is looked at every few seconds while the proxy runs: measures, and connections that nobody uses.

use super::App;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How often it is looked how long the disk of the log lasts.
const DISK_EVERY: Duration = Duration::from_secs(600);

impl App {
    /// Goes on until the process ends.
    pub(super) async fn sweep(self: Arc<Self>) {
        let mut looked: Option<Instant> = None;
        self.measure_authority();
        loop {
            if looked.is_none_or(|at| at.elapsed() >= DISK_EVERY) {
                looked = Some(Instant::now());
                let app = Arc::clone(&self);
                drop(tokio::task::spawn_blocking(move || app.measure_disk()));
            }
            tokio::time::sleep(Duration::from_secs(5)).await;
            self.proxy.live.load().pool.sweep();
            self.measure_log();
            self.measure_authority();
            self.measure_ages();
            let passed = self.proxy.live.load().intercept.as_ref().map_or(0, |opens| opens.passed.list().len());
            self.metrics.https_passed.set(i64::try_from(passed).unwrap_or(i64::MAX));
            let app = Arc::clone(&self);
            drop(tokio::task::spawn_blocking(move || {
                app.look_at_accounts();
                app.tell_backups();
            }));
        }
    }
}
