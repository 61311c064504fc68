//! Who is answered when. A page that asks the log takes a second of a core, a sign-in takes 19 MiB and tens of milliseconds (A-G4), and any
//! other page some milliseconds: each kind has turns of its own, so that nobody waits for another kind, and all of them are bounded.

use super::place::Place;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// Whoever has no turn after this is told to try again.
pub(super) const WAITS: Duration = Duration::from_secs(20);

/// Turns of each kind.
pub(super) struct Turns {
    light: Arc<Semaphore>,
    heavy: Arc<Semaphore>,
    hashing: Arc<Semaphore>,
    files: Arc<Semaphore>,
    waits: Duration,
}

/// A turn: somebody is at work until it is dropped. It goes with the work, which does not end when whoever asked goes away.
pub(super) struct Turn(#[expect(dead_code, reason = "it is held")] OwnedSemaphorePermit);

impl Default for Turns {
    fn default() -> Self {
        let turns = |many| Arc::new(Semaphore::new(many));
        Self { light: turns(3), heavy: turns(2), hashing: turns(1), files: turns(1), waits: WAITS }
    }
}

impl Turns {
    /// A turn at this place, in the order of coming. `None`: there was none in time.
    pub(super) async fn take(&self, place: Place, post: bool) -> Option<Turn> {
        let turns = match (post, place) {
            (_, place) if asks_the_log(place) => &self.heavy,
            (true, place) if hashes(place) => &self.hashing,
            (_, _) => &self.light,
        };
        let turn = timeout(self.waits, Arc::clone(turns).acquire_owned()).await;
        turn.ok()?.ok().map(Turn)
    }

    /// Room for one file that comes with a form. `None`: there was none in time.
    pub(super) async fn take_file(&self) -> Option<Turn> {
        timeout(self.waits, Arc::clone(&self.files).acquire_owned()).await.ok()?.ok().map(Turn)
    }
}

/// Places whose answer is a look through much of the log.
const fn asks_the_log(place: Place) -> bool {
    use Place::{
        Audit, Devices, DisclosureCase, DisclosureDecide, DisclosureNew, DisclosureStep, Figures, FiguresFile, LogAround, LogExport,
        LogFound, LogLive, LogSites, Noise, PolicyCategory, PolicyChange, PolicyDraft, PolicyEdit, ReviewHold, Reviews, Sites, SourceTrial,
        SourceTry, Suites, Unknown,
    };
    matches!(
        place,
        Audit
            | Devices
            | DisclosureCase
            | DisclosureDecide
            | DisclosureNew
            | DisclosureStep
            | Figures
            | FiguresFile
            | LogAround
            | LogExport
            | LogFound
            | LogLive
            | LogSites
            | Noise
            | PolicyCategory
            | PolicyChange
            | PolicyDraft
            | PolicyEdit
            | ReviewHold
            | Reviews
            | Sites
            | SourceTrial
            | SourceTry
            | Suites
            | Unknown
    )
}

/// Places where a password is held against its hash, or gets one.
const fn hashes(place: Place) -> bool {
    matches!(place, Place::Setup | Place::SignIn | Place::Enrol | Place::AccountPassword | Place::AccountCodes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn kinds_do_not_wait_for_each_other_and_whoever_waits_too_long_is_told() {
        let turns = Turns { waits: Duration::from_millis(50), ..Turns::default() };
        let first = (turns.take(Place::LogFound, false).await, turns.take(Place::LogExport, true).await);
        assert!(first.0.is_some() && first.1.is_some());
        assert!(turns.take(Place::LogFound, false).await.is_none());
        let signing_in = turns.take(Place::SignIn, true).await;
        let (page, form) = (turns.take(Place::Emergency, true).await, turns.take(Place::SignIn, false).await);
        assert!(signing_in.is_some() && page.is_some() && form.is_some());
        assert!(turns.take(Place::Setup, true).await.is_none(), "one hashes at a time");
        drop(first.1);
        assert!(turns.take(Place::LogSites, false).await.is_some());
    }
}
