//! How the store is doing, for metrics and readiness: cheap to read from anywhere, written by the store alone.

use crate::ports::LogFault;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

/// Can records be taken?
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    /// Yes.
    Healthy,
    /// The disk is full: what is under way is still written (into the reserve), nothing new is taken.
    Full,
    /// The disk refuses: why.
    Broken(Arc<str>),
    /// The log has been closed.
    Closed,
}

/// How the store is doing at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Can records be taken?
    pub health: Health,
    /// Requests under way.
    pub places_held: u64,
    /// Records that wait to be written.
    pub queue_records: u64,
    /// Bytes that wait to be written.
    pub queue_bytes: u64,
    /// Number that the next record gets.
    pub next_sequence: u64,
    /// Number behind the last record that is known to be on disk.
    pub on_disk_sequence: u64,
    /// Records written since the start.
    pub records: u64,
    /// Bytes written since the start.
    pub bytes: u64,
    /// Segments in the folder, as far as this process knows: the ordinal of the newest.
    pub segments: u64,
    /// Segments given up after a failed write or sync.
    pub abandoned: u64,
    /// Syncs done.
    pub syncs: u64,
    /// Wall time of the last good sync in microseconds since 1970; 0 before the first.
    pub last_sync_us: u64,
    /// How long the last sync took, in microseconds.
    pub sync_took_us: u64,
    /// Records that were refused, because the queue was full or the log broken.
    pub refused: u64,
    /// Why heads cannot be signed or the key not be handed over; `None`: they can.
    pub signing_fault: Option<Arc<str>>,
    /// Wall time of the last head that was signed in this run in microseconds since 1970; 0 before the first.
    pub last_head_us: u64,
}

/// A handle on the state of a store.
#[derive(Clone, Debug, Default)]
pub struct StoreState(pub(super) Arc<Gauges>);

const HEALTHY: u8 = 0;
const FULL: u8 = 1;
const BROKEN: u8 = 2;
const CLOSED: u8 = 3;

#[derive(Debug, Default)]
pub(super) struct Gauges {
    health: AtomicU8,
    trouble: Mutex<Option<Arc<str>>>,
    signing: Mutex<Option<Arc<str>>>,
    last_head_us: AtomicU64,
    pub(super) held: Arc<AtomicU64>,
    pub(super) queue_records: AtomicU64,
    pub(super) queue_bytes: AtomicU64,
    pub(super) next_sequence: AtomicU64,
    pub(super) on_disk_sequence: AtomicU64,
    pub(super) records: AtomicU64,
    pub(super) bytes: AtomicU64,
    pub(super) segments: AtomicU64,
    pub(super) abandoned: AtomicU64,
    pub(super) syncs: AtomicU64,
    pub(super) last_sync_us: AtomicU64,
    pub(super) sync_took_us: AtomicU64,
    pub(super) refused: AtomicU64,
}

impl StoreState {
    /// Everything at once. The numbers are read one after another, so they may differ by what happened meanwhile.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let g = &*self.0;
        Snapshot {
            health: g.health(),
            places_held: g.held.load(Relaxed),
            queue_records: g.queue_records.load(Relaxed),
            queue_bytes: g.queue_bytes.load(Relaxed),
            next_sequence: g.next_sequence.load(Relaxed),
            on_disk_sequence: g.on_disk_sequence.load(Relaxed),
            records: g.records.load(Relaxed),
            bytes: g.bytes.load(Relaxed),
            segments: g.segments.load(Relaxed),
            abandoned: g.abandoned.load(Relaxed),
            syncs: g.syncs.load(Relaxed),
            last_sync_us: g.last_sync_us.load(Relaxed),
            sync_took_us: g.sync_took_us.load(Relaxed),
            refused: g.refused.load(Relaxed),
            signing_fault: g.signing.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            last_head_us: g.last_head_us.load(Relaxed),
        }
    }
}

impl Gauges {
    pub(super) fn health(&self) -> Health {
        match self.health.load(Relaxed) {
            HEALTHY => Health::Healthy,
            FULL => Health::Full,
            CLOSED => Health::Closed,
            _ => Health::Broken(self.trouble()),
        }
    }

    pub(super) fn is_healthy(&self) -> bool {
        self.health.load(Relaxed) == HEALTHY
    }

    pub(super) fn set(&self, health: &Health) {
        let (number, text) = match health {
            Health::Healthy => (HEALTHY, None),
            Health::Full => (FULL, None),
            Health::Broken(text) => (BROKEN, Some(Arc::clone(text))),
            Health::Closed => (CLOSED, None),
        };
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = text;
        self.health.store(number, Relaxed);
    }

    /// Why heads cannot be signed, or that they can.
    pub(super) fn set_signing_fault(&self, why: Option<Arc<str>>) {
        *self.signing.lock().unwrap_or_else(PoisonError::into_inner) = why;
    }

    /// A head was signed.
    pub(super) fn set_last_head(&self, at_us: i64) {
        self.last_head_us.store(u64::try_from(at_us).unwrap_or(0), Relaxed);
    }

    /// Why records are refused. Only asked when they are.
    pub(super) fn fault(&self) -> LogFault {
        LogFault::Broken(match self.health() {
            Health::Full => Arc::from("the disk is full"),
            Health::Closed => Arc::from("the log has been closed"),
            Health::Broken(text) => text,
            Health::Healthy => Arc::from("the log was broken a moment ago"),
        })
    }

    fn trouble(&self) -> Arc<str> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone().unwrap_or_else(|| Arc::from("the disk refused"))
    }
}
