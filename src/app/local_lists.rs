//! Lists of this place, from their acts to the proxy: looked at twice a second; whatever somebody did is an event of the log, and the lists
//! go live with the next generation.

use super::{App, lower_priority};
use crate::feeds::{LocalLists, local_length};
use crate::record::EventKind;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

const LOOK: Duration = Duration::from_millis(500);

impl App {
    /// Keeps the proxy in step with the acts. What cannot be read changes nothing, and is told once.
    pub(super) async fn follow_local_lists(self: Arc<Self>, lists: PathBuf) {
        let mut length = local_length(&lists);
        let mut told = LocalLists::read(&lists).map_or(0, |known| known.acts().len());
        loop {
            tokio::time::sleep(LOOK).await;
            let now = local_length(&lists);
            if now == length {
                continue;
            }
            length = now;
            let (app, folder) = (Arc::clone(&self), lists.clone());
            let taken = tokio::task::spawn_blocking(move || app.take_local_acts(&folder, told)).await;
            match taken {
                Ok(acts) => told = acts.unwrap_or(told),
                Err(error) => tracing::error!(%error, "local lists"),
            }
        }
    }

    /// Tells what is new and reloads; how many acts there are.
    fn take_local_acts(self: &Arc<Self>, folder: &std::path::Path, told: usize) -> Option<usize> {
        let known = match LocalLists::read(folder) {
            Ok(known) => known,
            Err(fault) => {
                tracing::error!(%fault, "local lists cannot be read: those that were known stay");
                return None;
            }
        };
        let acts = known.acts();
        acts.iter().skip(told).for_each(|act| self.event(EventKind::Categorised, &act.in_words()));
        let app = Arc::clone(self);
        let work = std::thread::Builder::new().name("local-lists".into()).spawn(move || {
            lower_priority();
            app.reload();
        });
        if let Err(error) = work {
            tracing::error!(%error, "no thread for the reload");
        }
        Some(acts.len())
    }
}
