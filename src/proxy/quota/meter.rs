//! The meter of one request: enters what it uses as it goes, and says when today's share is used up.

use super::ledger::{Ledger, Mark};
use crate::matcher::Hits;
use crate::model::{CategorySet, Subject, Timestamp};
use crate::policy::{Grounds, Metered, PolicySet, Used};
use crate::proxy::whose::Whose;
use arc_swap::ArcSwap;
use jiff::tz::TimeZone;
use std::sync::Arc;

/// Bytes that may wait to be entered within one minute.
const PORTION: u64 = 64 * 1024;

/// The meter of one request that counts.
pub struct Meter {
    ledger: Arc<Ledger>,
    mark: Mark,
    metered: Vec<Metered>,
    zone: TimeZone,
    /// Bytes that are entered.
    entered: u64,
    minute: i64,
}

impl Meter {
    /// What whoever asks has used of today. `None`: nothing is counted for them, and the ledger is not asked.
    #[must_use]
    pub fn used(ledger: &ArcSwap<Ledger>, policy: &PolicySet, subject: &Subject) -> Option<Arc<Used>> {
        policy.has_quota(subject.group).then(|| {
            let ledger = ledger.load();
            ledger.used(ledger.mark(&Whose::of(subject)))
        })
    }

    /// A request is let through: enters its minute. `None` where nothing counts it.
    #[must_use]
    pub fn begin(
        ledger: &Arc<Ledger>,
        policy: &PolicySet,
        subject: &Subject,
        let_through: (&Hits, Grounds, CategorySet),
        now: Timestamp,
    ) -> Option<Self> {
        let metered = policy.metered(subject.group, let_through.0, let_through.1, let_through.2);
        if metered.is_empty() {
            return None;
        }
        let zone = policy.zone(subject.group).clone();
        let mark = ledger.mark(&Whose::of(subject));
        ledger.enter(mark, &metered, (now, &zone), 0);
        Some(Self { ledger: Arc::clone(ledger), mark, metered, zone, entered: 0, minute: now.seconds().div_euclid(60) })
    }

    /// Counts what another one counts as well.
    pub fn join(&mut self, other: Self) {
        let unknown = other.metered.into_iter().filter(|share| !self.metered.iter().any(|known| known.name == share.name));
        let unknown: Vec<_> = unknown.collect();
        self.metered.extend(unknown);
    }

    /// So many bytes were carried by now, in all. `false`: today's share is used up.
    pub fn carried(&mut self, bytes: u64, now: Timestamp) -> bool {
        let minute = now.seconds().div_euclid(60);
        let fresh = bytes.saturating_sub(self.entered);
        if fresh == 0 || (fresh < PORTION && minute == self.minute) {
            return true;
        }
        (self.entered, self.minute) = (bytes, minute);
        self.ledger.enter(self.mark, &self.metered, (now, &self.zone), fresh)
    }

    /// It has ended with so many bytes in all.
    pub fn end(self, bytes: u64, now: Timestamp) {
        let rest = bytes.saturating_sub(self.entered);
        if rest > 0 {
            self.ledger.enter(self.mark, &self.metered, (now, &self.zone), rest);
        }
    }
}
