//! A request's place in the log, from its first byte to its ending. A ticket that is dropped still writes an ending:
//! nothing that left goes without one.

use super::quota::Meter;
use super::reduce::reduced_outcome;
use super::shares::Share;
use super::strict::InFlight;
use crate::model::{LogDetail, Moment, Reason, RequestId};
use crate::ports::{Clock, Durability, LogFault, LogStore, Receipt, Slot};
use crate::record::{Ended, Entry, OutcomeRecord, RequestRecord};
use crate::telemetry::Metrics;
use std::borrow::Cow;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Gives out reference numbers: the start of the process in the upper half, a counter in the lower.
#[derive(Debug)]
pub struct Numbers(AtomicU64);

impl Numbers {
    /// Begins at the start time of the process, in seconds since 1970.
    #[must_use]
    pub fn starting(seconds: i64) -> Self {
        Self(AtomicU64::new(u64::try_from(seconds).unwrap_or(0) << 32))
    }

    fn next(&self) -> RequestId {
        RequestId(self.0.fetch_add(1, Ordering::Relaxed))
    }
}

/// What is known of the ending so far.
#[derive(Debug, Default)]
pub struct Ending {
    /// Status that the client gets.
    pub status: u16,
    /// Bytes from the client.
    pub bytes_up: u64,
    /// Bytes to the client.
    pub bytes_down: u64,
    /// Address dialled.
    pub upstream: Option<SocketAddr>,
    /// Reason, where it differs from the verdict's.
    pub reason: Option<Reason>,
    /// For the operator.
    pub note: Cow<'static, str>,
    /// The name that is dialled in place of the host, if there is one; the note says so.
    pub led: Option<&'static str>,
    recorded_us: u32,
    connected_us: u32,
    first_byte_us: u32,
}

impl Ending {
    /// The note, with the name that was dialled in place of the host.
    fn told(&self) -> Cow<'_, str> {
        match self.led {
            None => Cow::Borrowed(&self.note),
            Some(led) if self.note.is_empty() => format!("led to {led}").into(),
            Some(led) => format!("led to {led}; {}", self.note).into(),
        }
    }
}

/// A request's place in the log.
pub struct Ticket {
    log: Arc<dyn LogStore>,
    clock: Arc<dyn Clock>,
    metrics: Arc<Metrics>,
    _slot: Slot,
    /// While this is kept, the gate does not count the connection as idle.
    _flight: Option<InFlight>,
    id: RequestId,
    started: Moment,
    open: bool,
    /// Its place among what its person has open.
    pub(super) share: Option<Share>,
    /// How much of it may be recorded.
    pub(super) detail: LogDetail,
    /// Counts what it uses of somebody's day.
    pub(super) meter: Option<Meter>,
    /// Counts what is sent up of its body, where it has one.
    pub(super) up: Option<Arc<AtomicU64>>,
    /// What is known of the ending.
    pub ending: Ending,
}

impl Ticket {
    /// Keeps a place in the log.
    ///
    /// # Errors
    /// [`LogFault`]: the request must be answered 503.
    pub fn reserve(
        log: &Arc<dyn LogStore>,
        clock: &Arc<dyn Clock>,
        metrics: &Arc<Metrics>,
        numbers: &Numbers,
        flight: Option<InFlight>,
    ) -> Result<Self, LogFault> {
        let slot = log.reserve()?;
        metrics.requests.begun();
        Ok(Self {
            log: Arc::clone(log),
            clock: Arc::clone(clock),
            metrics: Arc::clone(metrics),
            _slot: slot,
            _flight: flight,
            id: numbers.next(),
            started: clock.now(),
            open: false,
            share: None,
            detail: LogDetail::Full,
            meter: None,
            up: None,
            ending: Ending::default(),
        })
    }

    /// The reference number.
    #[must_use]
    pub const fn id(&self) -> RequestId {
        self.id
    }

    /// When the request was read.
    #[must_use]
    pub const fn started(&self) -> Moment {
        self.started
    }

    /// How long ago the request was read.
    #[must_use]
    pub fn age(&self) -> Duration {
        Duration::from_micros(self.clock.now().monotonic_us.saturating_sub(self.started.monotonic_us))
    }

    /// Writes the request and its verdict. Nothing may leave, and no statutory block may be answered, before the receipt.
    pub fn record(&mut self, record: &RequestRecord<'_>, need: Durability) -> Receipt {
        self.open = true;
        self.log.append(&Entry::Request(record.clone()), need)
    }

    /// The receipt has come.
    pub fn recorded(&mut self) {
        self.ending.recorded_us = self.elapsed_us();
    }

    /// A connection to the origin stands.
    pub fn connected(&mut self, address: SocketAddr, reused: bool) {
        self.ending.upstream = Some(address);
        self.ending.connected_us = if reused { 0 } else { self.elapsed_us() };
    }

    /// The first byte of the answer is there.
    pub fn answered(&mut self, status: u16) {
        self.ending.status = status;
        self.ending.first_byte_us = self.elapsed_us();
    }

    /// So many bytes were carried by now, up and down. `false`: what may be used of it in a day is used up.
    pub fn carried(&mut self, bytes: u64) -> bool {
        let Some(meter) = &mut self.meter else { return true };
        meter.carried(bytes, self.clock.now().wall)
    }

    /// Bytes from the client by now.
    pub(super) fn bytes_up(&self) -> u64 {
        self.up.as_ref().map_or(self.ending.bytes_up, |up| up.load(Ordering::Relaxed))
    }

    /// It is ended by us, because what may be used of it in a day is used up.
    pub fn cut(&mut self) {
        const WORDS: &str = "ended: today's share is used up";
        self.ending.reason = Some(Reason::QuotaUsed);
        let note = if self.ending.note.is_empty() { WORDS.into() } else { format!("{}; {WORDS}", self.ending.note).into() };
        self.ending.note = note;
    }

    /// An answer does not go out, or not whole, because of what is in it.
    pub(super) fn count_refused_file(&self) {
        self.metrics.files_refused.inc();
    }

    /// The request has ended.
    pub fn finish(mut self, ended: Ended) {
        self.write(ended);
    }

    fn elapsed_us(&self) -> u32 {
        u32::try_from(self.clock.now().monotonic_us.saturating_sub(self.started.monotonic_us)).unwrap_or(u32::MAX)
    }

    fn write(&mut self, ended: Ended) {
        if !std::mem::take(&mut self.open) {
            return;
        }
        let at = self.clock.now();
        let total_us = self.elapsed_us();
        let ending = &self.ending;
        let outcome = OutcomeRecord {
            id: self.id,
            at,
            ended,
            status: ending.status,
            bytes_up: self.bytes_up(),
            bytes_down: ending.bytes_down,
            upstream: ending.upstream,
            timings_us: [ending.recorded_us, ending.connected_us, ending.first_byte_us, total_us],
            reason: ending.reason,
            note: ending.told(),
        };
        // The ending follows with the next write; the place for it was kept from the start.
        drop(self.log.append(&Entry::Outcome(reduced_outcome(outcome, self.detail)), Durability::Queued));
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if let Some(meter) = self.meter.take() {
            meter.end(self.bytes_up() + self.ending.bytes_down, self.clock.now().wall);
        }
        self.write(Ended::Aborted);
        let took = Duration::from_micros(u64::from(self.elapsed_us()));
        self.metrics.requests.ended(took, self.bytes_up(), self.ending.bytes_down);
    }
}
