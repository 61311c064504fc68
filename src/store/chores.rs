//! What the caretaker does now and then: every two seconds it tells in the log what people did to it ([`super::told`]), by the hour it sweeps.
//! It must never hold up anybody, and a fault is said and tried again later.

use super::note_signer::signer_for;
use super::settings::Settings;
use super::sweep::{SweepOrder, SweepReport, Sweeper};
use super::told::Teller;
use crate::ports::Clock;
use crate::record::retention::Retention;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// Looks of the caretaker (two a second) before the first sweep, and between sweeps.
const FIRST: u32 = 120;
const HOUR: u32 = 7200;
/// Looks between two looks at what people did to the log.
const TELL: u32 = 4;

/// Work by the hour.
pub(super) struct Chores {
    folder: PathBuf,
    keys: PathBuf,
    policy: Policy,
    clock: Arc<dyn Clock>,
    sweeper: Sweeper,
    left: u32,
    teller: Option<Teller>,
}

/// For how long records stay; a reload of the settings changes it.
pub(super) type Policy = Arc<Mutex<Retention>>;

impl Chores {
    /// The chores of a log for which a policy is set.
    pub(super) fn of(settings: &Settings, clock: &Arc<dyn Clock>) -> Option<Self> {
        let policy = Arc::new(Mutex::new(settings.retention.clone()?));
        let (folder, keys) = (settings.folder.clone(), settings.keys.clone());
        Some(Self { folder, keys, policy, clock: Arc::clone(clock), sweeper: Sweeper::default(), left: FIRST, teller: None })
    }

    /// The policy, for whoever may change it.
    pub(super) fn policy(&self) -> Policy {
        Arc::clone(&self.policy)
    }

    /// With acts told in the log.
    pub(super) fn telling(self, teller: Teller) -> Self {
        Self { teller: Some(teller), ..self }
    }

    /// Notes what was told in the log, now that all of it is on disk.
    pub(super) fn settle(mut self) {
        if let Some(teller) = &mut self.teller {
            teller.is_settled();
        }
    }

    /// Called at every look of the caretaker.
    pub(super) fn look(&mut self) {
        let policy = self.policy.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(teller) = self.teller.as_mut().filter(|_| self.left.is_multiple_of(TELL)) {
            teller.look(&policy);
        }
        self.left = self.left.saturating_sub(1);
        if self.left == 0 {
            self.left = HOUR;
            self.sweep(&policy);
        }
    }

    fn sweep(&mut self, policy: &Retention) {
        let order = SweepOrder { policy, now: self.clock.now(), writer: true, actor: "retention", dry_run: false };
        let signer = signer_for(&self.folder, &self.keys);
        if !signer.signs() {
            tracing::error!(
                "nothing is deleted from the log: receipts could not be signed, and without them nobody could tell it from theft"
            );
            return;
        }
        match self.sweeper.sweep(&self.folder, &order, &*signer) {
            Ok(report) => say(&report),
            Err(error) => tracing::error!(%error, "the sweep of the log could not be done"),
        }
    }
}

fn say(report: &SweepReport) {
    for receipt in &report.swept {
        tracing::info!(segment = %receipt.file, records = receipt.records, "a segment of the log was deleted: its time was over");
    }
    let locked = report.damaged.iter().filter(|fault| fault.is_locked()).count();
    if locked > 0 {
        tracing::warn!(
            segments = locked,
            "encrypted segments of the log are old enough to be looked at, and no key here opens them: `lifeguard logs retention --identity FILE`"
        );
    }
    for fault in report.damaged.iter().filter(|fault| !fault.is_locked()) {
        tracing::error!(%fault, "a segment of the log is old enough to go, but not whole: it stays until somebody looks at it");
    }
    if !report.overdue.is_empty() {
        tracing::warn!(segments = report.overdue.len(), "segments of the log are beyond their ceiling: they are held, or not whole");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::{Durability, FixedClock, LogStore};
    use crate::record::{Entry, EventKind, EventRecord};
    use crate::store::{open, verify};
    use std::time::{Duration, Instant};

    #[test]
    fn a_log_that_runs_for_a_hundred_days_loses_what_is_older_and_stays_whole() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(FixedClock::at(1_764_000_000_000_000));
        let settings =
            Settings { reserve_bytes: 0, caretaker: false, retention: Some(Retention::default()), ..Settings::new(folder.path()) };
        let mut chores = Chores::of(&settings, &(Arc::clone(&clock) as Arc<dyn Clock>)).unwrap();
        let store = open(settings, Arc::clone(&clock) as Arc<dyn Clock>).unwrap();
        for day in 1..=5 {
            let at = clock.now();
            let event = EventRecord { at, kind: EventKind::Started, peer: None, text: "day".into() };
            drop(store.append(&Entry::Event(event), Durability::Kernel));
            clock.advance(20 * 86_400_000_000);
            let deadline = Instant::now() + Duration::from_secs(10);
            while store.state().snapshot().segments <= day {
                assert!(Instant::now() < deadline, "no new segment");
                std::thread::sleep(Duration::from_millis(5));
            }
            for _ in 0..HOUR {
                chores.look();
            }
        }
        let report = verify(folder.path()).unwrap();
        assert!(report.is_whole() && !report.starts_late, "{report:?}");
        assert_eq!(report.swept_segments, 0, "the first segment ended eighty days ago");
        clock.advance(20 * 86_400_000_000);
        (0..HOUR).for_each(|_| chores.look());
        let report = verify(folder.path()).unwrap();
        assert!(report.is_whole() && !report.starts_late, "{report:?}");
        assert_eq!(report.swept_segments, 1);
    }
}
