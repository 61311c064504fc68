//! Where records wait for the writer: one buffer that appenders fill under a short lock and the writer takes whole (group commit).
//! Bounded in bytes. It must never reorder, and never drop what it has taken.

use super::shelf::SyncJob;
use super::state::Gauges;
use crate::ports::{Acknowledgement, Durability, LogFault, Receipt};
use crate::record::frame::{FrameKind, open_frame};
use crate::record::{Entry, MAX_ENTRY, encode};
use std::io;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The queue.
pub(super) struct Queue {
    pending: Mutex<Pending>,
    wake: Condvar,
    limit: usize,
    gauges: Arc<Gauges>,
}

#[derive(Default)]
struct Pending {
    batch: Batch,
    next: u64,
    called: bool,
    closing: bool,
    synced: Option<(SyncJob, io::Result<()>)>,
}

/// Records that are taken together, and who waits for them.
#[derive(Default)]
pub(super) struct Batch {
    /// Open frames, in order.
    pub(super) frames: Vec<u8>,
    /// How many.
    pub(super) records: u64,
    /// Who waits for the kernel.
    pub(super) kernel: Waiters,
    /// Who waits for the disk.
    pub(super) disk: Waiters,
}

/// Those who wait for a receipt. Whoever has not been answered when this is dropped is told that the log is broken: nobody waits for ever,
/// not even for a writer that died.
#[derive(Default)]
pub(super) struct Waiters(Vec<Arc<Acknowledgement>>);

/// What the writer finds when it looks.
#[derive(Default)]
pub(super) struct Found {
    pub(super) batch: Batch,
    pub(super) synced: Option<(SyncJob, io::Result<()>)>,
    pub(super) closing: bool,
    /// There was no record.
    pub(super) idle: bool,
}

impl Queue {
    pub(super) fn new(limit: usize, next: u64, gauges: Arc<Gauges>) -> Self {
        let pending = Mutex::new(Pending { next, ..Pending::default() });
        Self { pending, wake: Condvar::new(), limit, gauges }
    }

    /// Is there room for another request?
    pub(super) fn has_room(&self) -> bool {
        self.gauges.queue_bytes.load(Relaxed) < self.limit as u64 / 2
    }

    /// Takes one record.
    pub(super) fn append(&self, entry: &Entry<'_>, need: Durability) -> Receipt {
        let mut pending = self.lock();
        if let Err(fault) = self.admit(&pending, entry) {
            drop(pending);
            self.gauges.refused.fetch_add(1, Relaxed);
            return Receipt::ready(Err(fault));
        }
        let sequence = pending.next;
        if let Err(length) = open_frame(&mut pending.batch.frames, FrameKind::Record, sequence, |out| encode(entry, out)) {
            drop(pending);
            self.gauges.refused.fetch_add(1, Relaxed);
            return Receipt::ready(Err(too_long(length)));
        }
        pending.next += 1;
        pending.batch.records += 1;
        self.gauges.queue_bytes.store(pending.batch.frames.len() as u64, Relaxed);
        self.gauges.queue_records.store(pending.batch.records, Relaxed);
        self.gauges.next_sequence.store(pending.next, Relaxed);
        pending.batch.wait_for(need)
    }

    /// Requests and events leave half of the queue to outcomes: what is under way can always be finished.
    fn admit(&self, pending: &Pending, entry: &Entry<'_>) -> Result<(), LogFault> {
        let (limit, any_health) = match entry {
            Entry::Request(_) | Entry::Event(_) => (self.limit / 2, false),
            Entry::Outcome(_) => (self.limit, true),
        };
        if pending.closing || !(any_health || self.gauges.is_healthy()) {
            return Err(self.gauges.fault());
        }
        if pending.batch.frames.len() >= limit { Err(LogFault::Full) } else { Ok(()) }
    }

    /// Waits until the log's own thread has something to do, at most for `patience`. Whoever found the desk taken by this thread has
    /// left their record to it: it is written now, not after the wait, unless nothing is taken until a sync has ended.
    pub(super) fn wait(&self, patience: Duration, takes: bool) {
        let pending = self.lock();
        let idle = |p: &mut Pending| !(p.closing || p.synced.is_some() || p.called || takes && p.batch.is_awaited());
        let mut pending = self.wake.wait_timeout_while(pending, patience, idle).unwrap_or_else(PoisonError::into_inner).0;
        pending.called = false;
    }

    /// Calls the log's own thread.
    pub(super) fn call(&self) {
        self.lock().called = true;
        self.wake.notify_one();
    }

    /// Does anyone wait for a record that has not been written?
    pub(super) fn is_awaited(&self) -> bool {
        self.lock().batch.is_awaited()
    }

    /// Takes what waits. With `records` unset, records are left where they are.
    pub(super) fn take(&self, spare: Vec<u8>, records: bool) -> Found {
        let mut pending = self.lock();
        let batch =
            if records { std::mem::replace(&mut pending.batch, Batch { frames: spare, ..Batch::default() }) } else { Batch::default() };
        let found = Found { batch, synced: pending.synced.take(), closing: pending.closing, idle: false };
        self.gauges.queue_bytes.store(pending.batch.frames.len() as u64, Relaxed);
        self.gauges.queue_records.store(pending.batch.records, Relaxed);
        found
    }

    /// The answer of a sync, from the thread that did it.
    pub(super) fn synced(&self, job: SyncJob, answer: io::Result<()>) {
        self.lock().synced = Some((job, answer));
        self.wake.notify_one();
    }

    /// The writer has died: nothing more is taken, and whoever waits is told.
    pub(super) fn abandon(&self) {
        let mut pending = self.lock();
        pending.closing = true;
        drop(std::mem::take(&mut pending.batch));
    }

    /// Nothing more is taken; the writer finishes.
    pub(super) fn close(&self) {
        self.lock().closing = true;
        self.wake.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn too_long(length: usize) -> LogFault {
    LogFault::Broken(format!("a record of {length} bytes is longer than {MAX_ENTRY}").into())
}

impl Batch {
    fn is_awaited(&self) -> bool {
        !(self.kernel.is_empty() && self.disk.is_empty())
    }

    fn wait_for(&mut self, need: Durability) -> Receipt {
        let waiters = match need {
            Durability::Queued => return Receipt::ready(Ok(())),
            Durability::Kernel => &mut self.kernel,
            Durability::Disk => &mut self.disk,
        };
        let (receipt, acknowledgement) = Receipt::pending();
        waiters.0.push(acknowledgement);
        receipt
    }
}

impl Waiters {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes those who wait elsewhere along.
    pub(super) fn append(&mut self, others: &mut Self) {
        self.0.append(&mut others.0);
    }

    /// Answers everyone.
    pub(super) fn give(mut self, answer: &Result<(), LogFault>) {
        for acknowledgement in std::mem::take(&mut self.0) {
            acknowledgement.give(answer.clone());
        }
    }
}

impl Drop for Waiters {
    fn drop(&mut self) {
        for acknowledgement in self.0.drain(..) {
            acknowledgement.give(Err(LogFault::Broken(Arc::from("the log's writer has stopped"))));
        }
    }
}
