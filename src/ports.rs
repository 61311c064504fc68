//! Doors out of the core: what the rooms need from outside, as traits, with doubles for tests.

mod asked;
mod opinion;

pub use asked::{Amendment, Answer, Answers, LONGEST_WORDS, PutDown, QueueDesk, QueueFault, QueueState, Worry, tidy};
pub use opinion::{Heard, LONGEST_OPINION, Opinion, OpinionDesk, View, WeDid, holds_words, speaks_of_danger, we_did_for};

use crate::model::{Acceptance, Moment, Timestamp};
use crate::record::Entry;
use std::fmt;
use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Now, by both clocks.
    fn now(&self) -> Moment;
}

/// A clock that tests set by hand.
#[derive(Debug, Default)]
pub struct FixedClock(AtomicU64);

impl FixedClock {
    /// Stands at this many microseconds since 1970.
    #[must_use]
    pub fn at(micros: u64) -> Self {
        Self(AtomicU64::new(micros))
    }

    /// Moves on.
    pub fn advance(&self, micros: u64) {
        self.0.fetch_add(micros, Ordering::Relaxed);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Moment {
        let micros = self.0.load(Ordering::Relaxed);
        Moment { wall: Timestamp(i64::try_from(micros).unwrap_or(i64::MAX)), monotonic_us: micros }
    }
}

/// Who types a code.
#[derive(Clone, Copy, Debug)]
pub struct CodeUser<'a> {
    /// The person, where known.
    pub name: Option<&'a str>,
    /// The group whose policy applies, by name.
    pub group: &'a str,
    /// The client's address.
    pub client: IpAddr,
}

/// What somebody got by a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeTaken {
    /// The exception, such as `E-7`.
    pub id: String,
    /// The code, such as `C-2`.
    pub code: String,
    /// What it does, in words.
    pub what: String,
    /// When it ends.
    pub until: Timestamp,
}

/// Why somebody got nothing by a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeRefused {
    /// There is no such code.
    #[error("there is no such code")]
    Wrong,
    /// It was typed too late or too often, or somebody has ended it.
    #[error("the code is over")]
    Over,
    /// It is for others.
    #[error("the code is for others")]
    NotForYou,
    /// It cannot be looked at.
    #[error("codes cannot be looked at")]
    Unavailable,
}

/// Takes codes that staff have given out.
pub trait CodeDesk: Send + Sync {
    /// Takes a code for whoever typed it; waits until that is on disk and in force.
    ///
    /// # Errors
    /// [`CodeRefused`]: nothing has changed.
    fn take(&self, typed: &str, user: &CodeUser<'_>) -> Result<CodeTaken, CodeRefused>;
}

/// How safe a record must be before its receipt is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Durability {
    /// In the queue; it follows with the next write.
    Queued,
    /// Handed to the kernel: survives the death of this process.
    Kernel,
    /// On disk: survives a power cut.
    Disk,
}

/// The log cannot take a record. Nothing may leave.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogFault {
    /// The queue is full.
    #[error("the log's queue is full")]
    Full,
    /// The disk refuses, or the log has been closed.
    #[error("the log cannot be written: {0}")]
    Broken(Arc<str>),
}

/// Where records go. One conformance suite runs over every implementation.
pub trait LogStore: Send + Sync {
    /// Keeps a place for one request and its outcome.
    ///
    /// # Errors
    /// [`LogFault`] when there is no place: the request must be answered 503 and must not leave.
    fn reserve(&self) -> Result<Slot, LogFault>;

    /// Takes one record. The order of calls from one task is the order in the log.
    /// A record for which no place was reserved (an event) may be refused when the queue is full: the receipt then says so.
    fn append(&self, entry: &Entry<'_>, need: Durability) -> Receipt;
}

/// An acceptance cannot be kept, and so does not count.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BookFault {
    /// The book holds as many as it may.
    #[error("the book of acceptances is full")]
    Full,
    /// It cannot be written.
    #[error("the book of acceptances cannot be written: {0}")]
    Broken(Arc<str>),
}

/// Where acceptances of the agreement are kept.
pub trait AcceptanceBook: Send + Sync {
    /// Writes one down; it is on disk when this returns. May take as long as a disk takes.
    ///
    /// # Errors
    /// [`BookFault`]: it does not count.
    fn accept(&self, acceptance: &Acceptance) -> Result<(), BookFault>;
}

/// A place in the log's queue, given back when dropped.
#[derive(Debug)]
pub struct Slot {
    held: Arc<AtomicU64>,
}

impl Slot {
    /// Takes a place if fewer than `limit` are held.
    #[must_use]
    pub fn take(held: &Arc<AtomicU64>, limit: u64) -> Option<Self> {
        held.fetch_update(Ordering::AcqRel, Ordering::Acquire, |n| (n < limit).then_some(n + 1)).ok()?;
        Some(Self { held: Arc::clone(held) })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.held.fetch_sub(1, Ordering::AcqRel);
    }
}

/// A promise that resolves when the record is as safe as was asked.
#[derive(Debug)]
#[must_use = "nothing may leave before the receipt is there"]
pub struct Receipt(ReceiptState);

#[derive(Debug)]
enum ReceiptState {
    Ready(Result<(), LogFault>),
    Waiting(Arc<Acknowledgement>),
    Lingering { acknowledgement: Arc<Acknowledgement>, by: Arc<dyn Flush>, yielded: bool },
}

/// Where whoever waits for a receipt can do the writing without waiting for another thread.
pub trait Flush: fmt::Debug + Send + Sync {
    /// Writes what waits, if nobody else is at it.
    fn flush(&self);
}

/// What was answered, and who is to be woken.
type Given = (Option<Result<(), LogFault>>, Option<Waker>);

/// The writer's side of a [`Receipt`].
#[derive(Debug, Default)]
pub struct Acknowledgement(Mutex<Given>);

impl Acknowledgement {
    /// Gives the receipt. A second call changes nothing.
    pub fn give(&self, result: Result<(), LogFault>) {
        let waker = {
            let mut state = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            if state.0.is_none() {
                state.0 = Some(result);
            }
            state.1.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn poll(&self, context: &Context<'_>) -> Poll<Result<(), LogFault>> {
        let mut state = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(result) = &state.0 {
            return Poll::Ready(result.clone());
        }
        state.1 = Some(context.waker().clone());
        Poll::Pending
    }
}

impl Receipt {
    /// Already known.
    pub const fn ready(result: Result<(), LogFault>) -> Self {
        Self(ReceiptState::Ready(result))
    }

    /// The same receipt for someone who may do the writing: the others who are ready to run put their records down first, and then
    /// one of them writes for all (group commit without a second thread).
    pub fn flushed_by(self, by: &Arc<dyn Flush>) -> Self {
        match self.0 {
            ReceiptState::Waiting(acknowledgement) => Self(ReceiptState::Lingering { acknowledgement, by: Arc::clone(by), yielded: false }),
            ReceiptState::Ready(_) | ReceiptState::Lingering { .. } => self,
        }
    }

    /// To be given later through the acknowledgement.
    pub fn pending() -> (Self, Arc<Acknowledgement>) {
        let acknowledgement = Arc::new(Acknowledgement::default());
        (Self(ReceiptState::Waiting(Arc::clone(&acknowledgement))), acknowledgement)
    }
}

impl Future for Receipt {
    type Output = Result<(), LogFault>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            ReceiptState::Ready(result) => Poll::Ready(result.clone()),
            ReceiptState::Waiting(acknowledgement) => acknowledgement.poll(context),
            ReceiptState::Lingering { acknowledgement, by, yielded } => {
                if std::mem::replace(yielded, true) {
                    by.flush();
                } else {
                    context.waker().wake_by_ref();
                }
                acknowledgement.poll(context)
            }
        }
    }
}

/// A log in memory, for tests: it can be filled, broken and told to keep its receipts back.
#[derive(Debug)]
pub struct MemoryLog {
    held: Arc<AtomicU64>,
    limit: u64,
    shelf: Mutex<MemoryShelf>,
}

#[derive(Debug, Default)]
struct MemoryShelf {
    records: Vec<(Durability, Vec<u8>)>,
    fault: Option<LogFault>,
    withheld: Option<Vec<Arc<Acknowledgement>>>,
}

impl MemoryLog {
    /// An empty log with places for this many requests at a time.
    #[must_use]
    pub fn new(limit: u64) -> Self {
        Self { held: Arc::default(), limit, shelf: Mutex::default() }
    }

    fn shelf(&self) -> std::sync::MutexGuard<'_, MemoryShelf> {
        self.shelf.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Refuses every place and every record with this fault from now on; `None` mends it.
    pub fn break_down(&self, fault: Option<LogFault>) {
        self.shelf().fault = fault;
    }

    /// Keeps receipts back (records are taken) until [`MemoryLog::release`].
    pub fn withhold(&self) {
        self.shelf().withheld.get_or_insert_default();
    }

    /// Gives every receipt that was kept back, and all later ones at once.
    pub fn release(&self) {
        let withheld = self.shelf().withheld.take();
        for acknowledgement in withheld.into_iter().flatten() {
            acknowledgement.give(Ok(()));
        }
    }

    /// How many places are taken.
    #[must_use]
    pub fn held(&self) -> u64 {
        self.held.load(Ordering::Acquire)
    }

    /// How many records there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shelf().records.len()
    }

    /// Is there no record?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Shows every record in order, with the need it was given with.
    pub fn inspect<R>(&self, look: impl FnOnce(&[(Durability, Entry<'_>)]) -> R) -> R {
        let records = self.shelf().records.clone();
        let decode = |bytes| crate::record::decode(bytes).expect("this log wrote the bytes itself");
        let entries: Vec<_> = records.iter().map(|(need, bytes)| (*need, decode(bytes))).collect();
        look(&entries)
    }
}

impl LogStore for MemoryLog {
    fn reserve(&self) -> Result<Slot, LogFault> {
        self.shelf().fault.clone().map_or(Ok(()), Err)?;
        Slot::take(&self.held, self.limit).ok_or(LogFault::Full)
    }

    fn append(&self, entry: &Entry<'_>, need: Durability) -> Receipt {
        let mut shelf = self.shelf();
        if let Some(fault) = &shelf.fault {
            return Receipt::ready(Err(fault.clone()));
        }
        let mut bytes = Vec::new();
        crate::record::encode(entry, &mut bytes);
        shelf.records.push((need, bytes));
        match &mut shelf.withheld {
            Some(withheld) if need > Durability::Queued => {
                let (receipt, acknowledgement) = Receipt::pending();
                withheld.push(acknowledgement);
                receipt
            }
            Some(_) | None => Receipt::ready(Ok(())),
        }
    }
}
