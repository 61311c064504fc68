//! Where the gate of a connection and the handler of its requests meet.
//!
//! The gate puts in one [`HeadFacts`] for each request that the protocol library will hand over, in the same order; the
//! handler takes one at the start of each request. The other way go interim answers and the word that a tunnel is open.
//! Must never: hold more than two heads (the one that is being answered, and the next), or more than eight interims.

use super::facts::HeadFacts;
use super::fault::BodyFault;
use bytes::Bytes;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::{Duration, Instant};

/// Most interim answers that wait for their turn; they may be dropped (RFC 9110 section 15.2).
const INTERIMS: usize = 8;

/// The meeting place of one connection.
#[derive(Debug, Default)]
pub struct Mailbox {
    inner: Mutex<Inner>,
    /// There are interim answers: looked at with each write, without the lock.
    interim: AtomicBool,
    /// Bytes pass unread from here on.
    raw: AtomicBool,
    /// Nothing is held, owed or half-written, and has not been for a while.
    resting: AtomicBool,
}

#[derive(Debug, Default)]
struct Inner {
    head: Option<HeadFacts>,
    /// Only a client that does not wait for answers needs a place for the next one.
    next: Option<Box<HeadFacts>>,
    in_flight: u32,
    idle_since: Option<Instant>,
    fault: Option<BodyFault>,
    interims: Vec<Bytes>,
    task: Option<Waker>,
}

/// A request is being answered. Keep it until the answer has been given in full: the idle time-out starts when it is
/// dropped, and bytes that come before that, behind an `Upgrade`, are never taken for a request.
#[derive(Debug)]
#[must_use = "the connection counts as idle once this is dropped"]
pub struct InFlight(Arc<Mailbox>);

impl Drop for InFlight {
    fn drop(&mut self) {
        let mut inner = self.0.lock();
        inner.in_flight = inner.in_flight.saturating_sub(1);
        if inner.in_flight == 0 {
            inner.idle_since = Some(Instant::now());
        }
    }
}

impl Mailbox {
    /// For one connection.
    #[must_use]
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    /// The facts about the request that the protocol library has just handed over. `None` breaks the contract of the
    /// gate: answer 500 and close.
    ///
    /// When the connection has ended, whatever is still here was never answered: write its record.
    pub fn take(self: &Arc<Self>) -> Option<(HeadFacts, InFlight)> {
        let mut inner = self.lock();
        let facts = inner.head.take()?;
        inner.head = inner.next.take().map(|next| *next);
        inner.in_flight += 1;
        Some((facts, InFlight(Arc::clone(self))))
    }

    /// The client may now speak its other protocol: to be called once 101 or the 2xx to CONNECT is on its way, and only
    /// if the upgraded connection is used through the gate. Taking the gate apart needs no call.
    pub fn open_raw(&self) {
        self.raw.store(true, Ordering::Release);
        self.wake();
    }

    /// Gives the client an interim answer, complete as it goes on the wire, before the final one. To be called before the
    /// handler returns. It is dropped when it cannot go out in time, or when nothing is being answered: interim answers are
    /// never owed.
    pub fn send_interim(&self, answer: Bytes) {
        let mut inner = self.lock();
        if inner.in_flight > 0 && inner.interims.len() < INTERIMS {
            inner.interims.push(answer);
            self.interim.store(true, Ordering::Release);
        }
        let task = inner.task.clone();
        drop(inner);
        if let Some(task) = task {
            task.wake();
        }
    }

    /// The connection has been quiet for a moment and nothing of it is held on either side of the protocol library: it may
    /// be taken apart, and put together again when the client next sends something.
    #[must_use]
    pub fn is_resting(&self) -> bool {
        self.resting.load(Ordering::Acquire)
    }

    /// How long ago the last answer had been given in full, if there was one.
    #[must_use]
    pub fn idle_for(&self) -> Option<Duration> {
        self.lock().idle_since.map(|since| since.elapsed())
    }

    /// Why the request's body was cut off, if the gate did it.
    #[must_use]
    pub fn body_fault(&self) -> Option<BodyFault> {
        self.lock().fault
    }

    /// Puts in the next head. False when there is no room, which breaks the contract of the protocol library.
    pub(super) fn put(&self, facts: HeadFacts, task: &Waker) -> bool {
        let mut inner = self.lock();
        if !inner.task.as_ref().is_some_and(|known| known.will_wake(task)) {
            inner.task = Some(task.clone());
        }
        if inner.head.is_none() {
            inner.head = Some(facts);
        } else if inner.next.is_none() {
            inner.next = Some(Box::new(facts));
        } else {
            return false;
        }
        true
    }

    pub(super) fn set_fault(&self, fault: BodyFault) {
        self.lock().fault = Some(fault);
    }

    /// Since when nothing has been asked and nothing is being answered; `None` while something is.
    pub(super) fn idle_since(&self, opened: Instant) -> Option<Instant> {
        let inner = self.lock();
        if inner.in_flight > 0 || inner.head.is_some() {
            return None;
        }
        Some(inner.idle_since.unwrap_or(opened))
    }

    pub(super) fn rest(&self) {
        self.resting.store(true, Ordering::Release);
    }

    pub(super) fn wakes(&self) {
        self.resting.store(false, Ordering::Release);
    }

    pub(super) fn is_raw(&self) -> bool {
        self.raw.load(Ordering::Acquire)
    }

    pub(super) fn has_interim(&self) -> bool {
        self.interim.load(Ordering::Acquire)
    }

    pub(super) fn take_interims(&self) -> Vec<Bytes> {
        let mut inner = self.lock();
        self.interim.store(false, Ordering::Release);
        std::mem::take(&mut inner.interims)
    }

    fn wake(&self) {
        let task = self.lock().task.clone();
        if let Some(task) = task {
            task.wake();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
