//! The writer: takes what waits in the queue, writes it, has the disk synced by a helper thread, closes old segments, and deals with a disk
//! that refuses. It sits at the [`super::desk`], one thread at a time. It must never give a receipt that is not true.
//!
//! | What happens | What is done |
//! |---|---|
//! | a write fails | the segment is abandoned, what was not on disk is repeated in a new one |
//! | a sync fails | the same; the failed file is never synced again |
//! | no new segment can be made either | state *broken*: waiting receipts say so, requests are refused, tried again every second |
//! | the disk is full | the reserve is given up so that what is under way still fits, and the write goes on; state *full* until the reserve can be made again |
//! | the wall clock is set | a record says so; numbers, order and the age of segments go by the clock that never jumps |
//! | the disk is slow | records wait in the queue up to its bound; then requests are refused |

use super::clock_watch::ClockWatch;
use super::desk::Alarm;
use super::files::{Files, is_full};
use super::queue::{Batch, Found, Queue, Waiters};
use super::reserve::Reserve;
use super::settings::Settings;
use super::shelf::{Shelf, SyncJob};
use super::state::{Gauges, Health};
use crate::ports::{Clock, Durability, LogFault};
use crate::record::{Entry, EventKind, EventRecord};
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::time::{Duration, Instant};

/// Bytes not on disk at which a sync is begun early, and at which nothing more is written until one ends.
const SYNC_EARLY: usize = 8 << 20;
const SYNC_FIRST: usize = 32 << 20;
/// A write that took longer than this shows a slow disk; for a while nobody but the log's own thread writes then.
const SLOW: Duration = Duration::from_millis(50);
const SHY: Duration = Duration::from_secs(1);

/// The writer.
pub(super) struct Writer {
    pub(super) shelf: Shelf,
    pub(super) queue: Arc<Queue>,
    pub(super) gauges: Arc<Gauges>,
    pub(super) files: Arc<dyn Files>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) settings: Settings,
    pub(super) reserve: Reserve,
}

/// What is remembered from one turn to the next.
pub(super) struct Turn {
    syncer: SyncSender<SyncJob>,
    pub(super) syncing: Option<Instant>,
    /// Was the segment ripe when the last sync began?
    synced_ripe: bool,
    last_begin: Instant,
    last_try: Instant,
    on_disk: Vec<(u64, Waiters)>,
    spare: Vec<u8>,
    slow_since: Option<Instant>,
    /// Its own, so that each time the clock is set is told once.
    watch: ClockWatch,
}

impl Turn {
    /// The first one.
    pub(super) fn first(writer: &Writer, syncer: SyncSender<SyncJob>) -> Self {
        let now = Instant::now();
        Self {
            syncer,
            syncing: None,
            synced_ripe: false,
            last_begin: now,
            last_try: now,
            on_disk: Vec::new(),
            spare: Vec::new(),
            slow_since: None,
            watch: ClockWatch::start(writer.clock.now()),
        }
    }

    /// Was the last write so slow that nobody but the log's own thread should write for a while?
    pub(super) fn is_shy(&self) -> bool {
        self.slow_since.is_some_and(|since| since.elapsed() < SHY)
    }
}

impl Writer {
    /// Starts the helper thread that syncs.
    pub(super) fn start_syncer(queue: &Arc<Queue>) -> io::Result<SyncSender<SyncJob>> {
        let (sender, jobs) = sync_channel::<SyncJob>(1);
        let queue = Arc::clone(queue);
        let work = move || {
            for job in jobs {
                let answer = job.run();
                queue.synced(job, answer);
            }
        };
        std::thread::Builder::new().name("log-sync".into()).spawn(work)?;
        Ok(sender)
    }

    /// Takes what waits and writes it.
    pub(super) fn write_waiting(&mut self, turn: &mut Turn) -> Found {
        let take = self.takes(turn);
        let mut found = self.queue.take(std::mem::take(&mut turn.spare), take);
        if let Some((job, answer)) = found.synced.take() {
            self.take_sync(turn, &job, answer);
        }
        found.idle = take && found.batch.records == 0;
        self.take_batch(turn, std::mem::take(&mut found.batch));
        found
    }

    /// Is anything written now? Not while much waits for a sync, nor to a segment that is longer than it should be: that one is
    /// closed as soon as the sync under way has ended.
    pub(super) fn takes(&self, turn: &Turn) -> bool {
        turn.syncing.is_none() || self.shelf.unsynced() < SYNC_FIRST && !self.is_overlong()
    }

    fn take_batch(&mut self, turn: &mut Turn, mut batch: Batch) {
        if batch.records == 0 {
            turn.spare = batch.frames;
            return;
        }
        self.gauges.records.fetch_add(batch.records, Relaxed);
        self.gauges.bytes.fetch_add(batch.frames.len() as u64, Relaxed);
        if self.settings.durability == Durability::Disk {
            batch.disk.append(&mut batch.kernel);
        }
        if matches!(self.gauges.health(), Health::Broken(_)) {
            // Kept for the next segment; the attempts to make one have a rhythm of their own.
            self.shelf.hold(batch.frames);
            let refused = Err(self.gauges.fault());
            batch.kernel.give(&refused);
            batch.disk.give(&refused);
            return;
        }
        let (reserve, files) = (&mut self.reserve, &*self.files);
        let answer = self.shelf.write(batch.frames, &mut || reserve.give_up(files));
        if !batch.disk.is_empty() {
            turn.on_disk.push((self.shelf.next(), batch.disk));
        }
        match answer {
            Ok(spare) => {
                turn.spare = spare;
                turn.spare.shrink_to(1 << 20);
                if !self.reserve.is_there() && self.gauges.is_healthy() {
                    turn.last_try = Instant::now();
                    self.change(Health::Full);
                }
                batch.kernel.give(&Ok(()));
            }
            Err(e) => {
                let answer = self.replace(turn, &e);
                batch.kernel.give(&answer);
            }
        }
    }

    fn take_sync(&mut self, turn: &mut Turn, job: &SyncJob, answer: io::Result<()>) {
        let took = turn.syncing.take().map_or(Duration::ZERO, |since| since.elapsed());
        self.gauges.sync_took_us.store(u64::try_from(took.as_micros()).unwrap_or(u64::MAX), Relaxed);
        match self.shelf.finish_sync(job, answer) {
            Ok(()) => self.all_synced(turn),
            Err(e) => drop(self.replace(turn, &e)),
        }
    }

    /// Notes what is on disk, and tells those who waited for it.
    fn all_synced(&mut self, turn: &mut Turn) {
        self.gauges.syncs.fetch_add(1, Relaxed);
        self.gauges.last_sync_us.store(u64::try_from(self.clock.now().wall.0).unwrap_or(0), Relaxed);
        self.gauges.on_disk_sequence.store(self.shelf.on_disk(), Relaxed);
        self.gauges.segments.store(self.shelf.segments(), Relaxed);
        let reached = turn.on_disk.iter().take_while(|(sequence, _)| *sequence <= self.shelf.on_disk()).count();
        for (_, waiting) in turn.on_disk.drain(..reached) {
            waiting.give(&Ok(()));
        }
    }

    /// Gives the segment up and starts another. What cannot be kept is told to everyone who waits.
    fn replace(&mut self, turn: &mut Turn, why: &io::Error) -> Result<(), LogFault> {
        turn.last_try = Instant::now();
        self.gauges.abandoned.fetch_add(1, Relaxed);
        tracing::error!(error = %why, "the log's segment is given up");
        let full = is_full(why);
        if full {
            self.reserve.give_up(&*self.files);
        }
        turn.synced_ripe = false;
        let answer = self.shelf.replace();
        self.settle(turn, full, answer)
    }

    /// Says what came of an attempt to start a segment.
    fn settle(&mut self, turn: &mut Turn, full: bool, answer: io::Result<()>) -> Result<(), LogFault> {
        match answer {
            Ok(()) => {
                self.all_synced(turn);
                self.change(if full || !self.reserve.is_there() { Health::Full } else { Health::Healthy });
                Ok(())
            }
            Err(e) => {
                if is_full(&e) {
                    self.reserve.give_up(&*self.files);
                }
                self.change(Health::Broken(e.to_string().into()));
                for (_, waiting) in turn.on_disk.drain(..) {
                    waiting.give(&Err(self.gauges.fault()));
                }
                Err(self.gauges.fault())
            }
        }
    }

    /// Looks again, every so often, whether a fault is over.
    pub(super) fn recover(&mut self, turn: &mut Turn) {
        if self.gauges.is_healthy() || turn.last_try.elapsed() < self.settings.retry_every {
            return;
        }
        turn.last_try = Instant::now();
        if matches!(self.gauges.health(), Health::Broken(_)) {
            let answer = self.shelf.replace();
            if self.settle(turn, false, answer).is_err() {
                return;
            }
        }
        if self.reserve.make(&*self.files).is_ok() {
            self.change(Health::Healthy);
        }
    }

    fn change(&self, health: Health) {
        if self.gauges.health() == health {
            return;
        }
        match &health {
            Health::Healthy => tracing::warn!("the log can be written again"),
            Health::Full => tracing::error!("the disk of the log is full: requests are refused until there is room"),
            Health::Broken(why) => tracing::error!(error = %why, "the log cannot be written: requests are refused"),
            Health::Closed => tracing::info!("the log is closed"),
        }
        self.gauges.set(&health);
    }

    /// Puts it on record when the wall clock was set. Order and the age of segments do not hang on it.
    pub(super) fn look_at_clock(&self, turn: &mut Turn) {
        let now = self.clock.now();
        let Some(set) = turn.watch.look(now) else { return };
        tracing::error!("{set}");
        let event = EventRecord { at: now, kind: EventKind::ClockSet, peer: None, text: set.to_string().into() };
        drop(self.queue.append(&Entry::Event(event), Durability::Queued));
    }

    /// Is the segment long or old enough to be closed?
    pub(super) fn is_ripe(&self) -> bool {
        let old = u128::from(self.shelf.age_us()) >= self.settings.segment_age.as_micros();
        self.shelf.written() >= self.settings.segment_bytes || old
    }

    /// Is the segment an eighth longer than it should be?
    fn is_overlong(&self) -> bool {
        self.shelf.written() >= self.settings.segment_bytes.saturating_add(self.settings.segment_bytes / 8)
    }

    /// Is this the moment to close the segment? Closing waits for the disk, and so does everyone else meanwhile: it is done when little is
    /// left to sync. Under load that moment may never come: then a sync that began when the segment was ripe has left as little as any will.
    fn is_to_be_closed(&self, turn: &Turn) -> bool {
        self.is_ripe() && (turn.synced_ripe || self.is_overlong() || self.shelf.unsynced() < SYNC_EARLY / 8)
    }

    /// Closes the segment when it is ripe, else begins a sync when one is due. One sync at a time: two on one file
    /// would share one error between them, and one of them would not see it.
    pub(super) fn rotate_or_sync(&mut self, turn: &mut Turn) {
        if turn.syncing.is_some() {
            return;
        }
        if self.is_to_be_closed(turn) {
            turn.synced_ripe = false;
            if let Err(e) = self.shelf.rotate() {
                drop(self.replace(turn, &e));
            } else {
                self.all_synced(turn);
            }
            return;
        }
        let awaited = !turn.on_disk.is_empty();
        let due = self.is_ripe() || awaited || self.shelf.unsynced() >= SYNC_EARLY || turn.last_begin.elapsed() >= self.settings.sync_every;
        if let Some(job) = due.then(|| self.shelf.begin_sync()).flatten() {
            self.begin_sync(turn, job);
        }
    }

    /// One turn on the thread of someone who waits. `false`: nothing could be written now.
    pub(super) fn write_here(&mut self, turn: &mut Turn) -> bool {
        let _alarm = Alarm::set(&self.queue, &self.gauges);
        let begun = Instant::now();
        let idle = self.write_waiting(turn).idle;
        turn.slow_since = (begun.elapsed() > SLOW).then_some(begun);
        self.sync_if_awaited(turn);
        !idle
    }

    /// Begins a sync for those who wait for the disk.
    fn sync_if_awaited(&mut self, turn: &mut Turn) {
        let awaited = turn.syncing.is_none() && !turn.on_disk.is_empty();
        if let Some(job) = awaited.then(|| self.shelf.begin_sync()).flatten() {
            self.begin_sync(turn, job);
        }
    }

    fn begin_sync(&mut self, turn: &mut Turn, job: SyncJob) {
        turn.last_begin = Instant::now();
        turn.syncing = Some(turn.last_begin);
        turn.synced_ripe = self.is_ripe();
        if let Err(TrySendError::Full(job) | TrySendError::Disconnected(job)) = turn.syncer.try_send(job) {
            // The helper is gone: then it is done here, and records wait for it.
            let answer = job.run();
            self.take_sync(turn, &job, answer);
        }
    }

    /// Closes the log in order.
    pub(super) fn finish(mut self, mut turn: Turn) {
        match self.shelf.close() {
            Ok(()) => self.all_synced(&mut turn),
            Err(e) => {
                // One more attempt to put down what is not on disk.
                if self.replace(&mut turn, &e).is_ok() {
                    drop(self.shelf.close());
                }
            }
        }
        for (_, waiting) in turn.on_disk.drain(..) {
            waiting.give(&Err(self.gauges.fault()));
        }
        self.change(Health::Closed);
    }
}
