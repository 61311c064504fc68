//! The desk at which records are written: by whoever waits for one and finds the desk free (no thread is woken for it: on one core a
//! wake costs ten times the write), else by the log's own thread, which also does what must happen although nobody waits. One at a time.

use super::queue::Queue;
use super::shelf::SyncJob;
use super::state::{Gauges, Health};
use super::writer::{Turn, Writer};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How long a record that nobody waits for may stay in the queue.
const LINGER: Duration = Duration::from_millis(50);

/// The writer and what it remembers. `None` once the log is closed.
pub(super) struct Desk(Mutex<Option<(Writer, Turn)>>);

impl Desk {
    /// The writer sits down.
    pub(super) fn of(writer: Writer, syncer: SyncSender<SyncJob>) -> Self {
        let turn = Turn::first(&writer, syncer);
        Self(Mutex::new(Some((writer, turn))))
    }

    /// The log's own thread: everything that must happen although nobody waits. Should it panic, the log is broken for all to see.
    pub(super) fn run(&self, queue: &Arc<Queue>, gauges: &Arc<Gauges>) {
        let _alarm = Alarm::set(queue, gauges);
        let mut takes = true;
        loop {
            queue.wait(LINGER, takes);
            let mut desk = self.0.lock().expect("whoever panics at the desk has broken the log, and this thread says so");
            let Some((writer, turn)) = desk.as_mut() else { return };
            writer.look_at_clock(turn);
            let found = writer.write_waiting(turn);
            writer.recover(turn);
            writer.rotate_or_sync(turn);
            takes = writer.takes(turn);
            if found.closing && found.idle && turn.syncing.is_none() {
                if let Some((writer, turn)) = desk.take() {
                    writer.finish(turn);
                }
                return;
            }
        }
    }

    /// Writes what waits, here and now, if the desk is free. If it is not, whoever sits there looks again before leaving: nothing is left
    /// lying, because they look after the desk is free, and the record was in the queue before this was called.
    pub(super) fn write_now(&self, queue: &Queue) {
        while queue.is_awaited() {
            let Ok(mut desk) = self.0.try_lock() else { return };
            let Some((writer, turn)) = desk.as_mut() else { return };
            if turn.is_shy() || writer.is_ripe() || !writer.gauges.is_healthy() {
                // A disk that is slow or refuses, and a segment that is to be closed, is the log's own thread's: requests then wait without holding up others.
                return queue.call();
            }
            match catch_unwind(AssertUnwindSafe(|| writer.write_here(turn))) {
                Ok(true) => {}
                Ok(false) => return queue.call(),
                Err(_) => {
                    // Whoever waits at the desk is told when it is dropped.
                    *desk = None;
                    return;
                }
            }
        }
    }
}

/// Goes off when the writer panics.
pub(super) struct Alarm {
    queue: Arc<Queue>,
    gauges: Arc<Gauges>,
}

impl Alarm {
    pub(super) fn set(queue: &Arc<Queue>, gauges: &Arc<Gauges>) -> Self {
        Self { queue: Arc::clone(queue), gauges: Arc::clone(gauges) }
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.gauges.set(&Health::Broken(Arc::from("the log's writer has stopped")));
            self.queue.abandon();
        }
    }
}
