//! The parts of [`super::Metrics`], by who touches them.

use super::durations::Durations;
use super::metrics::{by_reason, counter, gauge, keep, options};
use crate::lists::Freshness;
use crate::model::{CategoryId, Reason, Timestamp};
use prometheus::{Gauge, GaugeVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Registry};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How a request came, as far as metrics care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// An address in the clear.
    Http,
    /// CONNECT.
    Connect,
    /// It could not be read.
    Unread,
}

impl Asked {
    const ALL: [Self; 3] = [Self::Http, Self::Connect, Self::Unread];

    const fn code(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Connect => "connect",
            Self::Unread => "unread",
        }
    }
}

/// What a request touches: a few atomic additions.
#[derive(Debug)]
pub struct RequestMetrics {
    total: [Box<[IntCounter]>; 3],
    upstream_errors: Box<[IntCounter]>,
    upstream: [IntCounter; 2],
    duration: Durations,
    decision: Durations,
    received: IntCounter,
    sent: IntCounter,
    in_flight: IntGauge,
}

/// A thousand nanoseconds, and a thousand of those.
const US: u64 = 1_000;
const MS: u64 = 1_000_000;
/// From the head of a request to the last byte of its answer: half a millisecond to a minute.
#[rustfmt::skip]
const DURATIONS: &[u64] = &[
    500 * US, MS, 2_500 * US, 5 * MS, 10 * MS, 25 * MS, 50 * MS, 100 * MS, 250 * MS, 500 * MS,
    1_000 * MS, 2_500 * MS, 5_000 * MS, 10_000 * MS, 30_000 * MS, 60_000 * MS,
];
/// Canonicalise, match and decide: a quarter of a microsecond to fifty milliseconds.
const DECISIONS: &[u64] = &[250, 500, US, 2 * US, 4 * US, 8 * US, 16 * US, 50 * US, 100 * US, MS, 10 * MS, 50 * MS];

impl RequestMetrics {
    pub(super) fn new(registry: &Registry) -> Self {
        let total =
            IntCounterVec::new(options("requests_total", "Requests, by what was decided and why."), &["verdict", "reason", "scheme"]);
        let total = keep(registry, total.expect("constant name"));
        let errors = IntCounterVec::new(options("upstream_errors_total", "Websites that could not be reached or read."), &["reason"]);
        let errors = keep(registry, errors.expect("constant name"));
        let upstream = IntCounterVec::new(
            options("upstream_requests_total", "Requests that websites answered, by the version of HTTP."),
            &["version"],
        );
        let upstream = keep(registry, upstream.expect("constant name"));
        Self {
            upstream: ["1.1", "2"].map(|version| upstream.with_label_values(&[version])),
            total: Asked::ALL.map(|asked| by_reason(|reason, kind| total.with_label_values(&[kind.code(), reason.code(), asked.code()]))),
            upstream_errors: by_reason(|reason, _| {
                if is_upstream(reason) {
                    errors.with_label_values(&[reason.code()])
                } else {
                    IntCounter::new("spare", "not of the website").expect("constant name")
                }
            }),
            duration: Durations::new(
                registry,
                "request_duration_seconds",
                "From the head of a request to the end of its answer.",
                DURATIONS,
            ),
            decision: Durations::new(registry, "decision_duration_seconds", "Canonicalise, match and decide.", DECISIONS),
            received: counter(registry, "received_bytes_total", "Bytes of bodies and tunnels from clients."),
            sent: counter(registry, "sent_bytes_total", "Bytes of bodies and tunnels to clients."),
            in_flight: gauge(registry, "requests_in_flight", "Requests being served now."),
        }
    }

    /// A request was decided.
    pub fn decided(&self, asked: Asked, reason: Reason, took: Duration) {
        self.total[asked as usize][reason as usize].inc();
        self.decision.observe(took);
    }

    /// A website could not be reached or read; other reasons are not counted here.
    pub fn upstream_error(&self, reason: Reason) {
        self.upstream_errors[reason as usize].inc();
    }

    /// A website answered a request that it got in this version.
    pub fn asked_origin(&self, version: http::Version) {
        self.upstream[usize::from(version == http::Version::HTTP_2)].inc();
    }

    /// A request began.
    pub fn begun(&self) {
        self.in_flight.inc();
    }

    /// A request that [`Self::begun`] ended, with this many bytes from and to the client.
    pub fn ended(&self, took: Duration, bytes_up: u64, bytes_down: u64) {
        self.in_flight.dec();
        self.duration.observe(took);
        self.received.inc_by(bytes_up);
        self.sent.inc_by(bytes_down);
    }
}

/// Does the fault lie between us and the website?
const fn is_upstream(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::NameNotFound | Reason::OriginUnreachable | Reason::OriginTooSlow | Reason::OriginUnreadable | Reason::OriginUntrusted
    )
}

/// `blocked_total` of one image's categories.
#[derive(Clone, Debug, Default)]
pub struct CategoryCounters(std::sync::Arc<[IntCounter]>);

impl CategoryCounters {
    pub(super) fn new(counters: Vec<IntCounter>) -> Self {
        Self(counters.into())
    }

    /// One request was blocked by this category. A number that the image does not have counts nowhere.
    pub fn blocked(&self, category: CategoryId) {
        if let Some(counter) = self.0.get(usize::from(category.0)) {
            counter.inc();
        }
    }
}

/// What the log's writer touches.
#[derive(Clone, Debug)]
pub struct LogMetrics {
    /// `lifeguard_log_queue_depth`: places taken in the log's queue.
    pub queue_depth: IntGauge,
    /// `lifeguard_log_records_total`: records handed to the kernel.
    pub records: IntCounter,
    /// `lifeguard_log_bytes_total`: bytes handed to the kernel.
    pub bytes: IntCounter,
    /// `lifeguard_log_refused_total`: requests refused because the log had no place or could not be written.
    pub refused: IntCounter,
    /// `lifeguard_log_last_sync_timestamp_seconds`: when all was last on disk.
    pub last_sync: Gauge,
    /// `lifeguard_log_last_head_timestamp_seconds`: when a head was last signed in this run; 0: not yet.
    pub last_head: Gauge,
    /// `lifeguard_log_signing_failed`: 1 while heads cannot be signed or the key cannot be handed over.
    pub signing_failed: IntGauge,
    /// `lifeguard_log_disk_days_left`: days until the log's disk is full if nothing is deleted; not a number while that is not known.
    pub days_left: Gauge,
    /// `lifeguard_log_disk_free_bytes`: bytes free on the log's disk.
    pub free_bytes: IntGauge,
}

impl LogMetrics {
    pub(super) fn new(registry: &Registry) -> Self {
        let days = Gauge::with_opts(options("log_disk_days_left", "Days until the disk of the log is full, if nothing is deleted."));
        let days_left = keep(registry, days.expect("constant name"));
        days_left.set(f64::NAN);
        Self {
            days_left,
            free_bytes: gauge(registry, "log_disk_free_bytes", "Bytes free on the disk of the log."),
            queue_depth: gauge(registry, "log_queue_depth", "Places taken in the queue of the log."),
            records: counter(registry, "log_records_total", "Records handed to the kernel."),
            bytes: counter(registry, "log_bytes_total", "Bytes of records handed to the kernel."),
            refused: counter(registry, "log_refused_total", "Requests refused because the log could not take their record."),
            last_head: keep(
                registry,
                Gauge::with_opts(options("log_last_head_timestamp_seconds", "When a head of the log was last signed in this run."))
                    .expect("constant name"),
            ),
            signing_failed: gauge(registry, "log_signing_failed", "1 while heads of the log cannot be signed: alert on it."),
            last_sync: keep(
                registry,
                Gauge::with_opts(options("log_last_sync_timestamp_seconds", "When all records were last on disk.")).expect("constant name"),
            ),
        }
    }
}

/// Name, entries, rejected lines, time of the source.
type ListFigures = (String, u64, u64, Timestamp);

/// The lists that are live.
#[derive(Debug)]
pub struct ListGauges {
    entries: IntGaugeVec,
    rejected: IntGaugeVec,
    age: GaugeVec,
    old: [IntGaugeVec; 2],
    live: Mutex<Vec<ListFigures>>,
}

impl ListGauges {
    pub(super) fn new(registry: &Registry) -> Self {
        let gauges = |name, help| keep(registry, IntGaugeVec::new(options(name, help), &["list"]).expect("constant name"));
        Self {
            entries: gauges("list_entries", "Entries of each live list."),
            rejected: gauges("list_rejected_lines", "Lines of each live list that could not be read."),
            age: keep(
                registry,
                GaugeVec::new(options("list_age_seconds", "Age of each live list's source."), &["list"]).expect("constant name"),
            ),
            old: [
                gauges("list_old", "1 while a list is older than it should be: alert on it."),
                gauges("list_too_old", "1 while a statutory list is older than 26 hours: alert on it, loudly."),
            ],
            live: Mutex::default(),
        }
    }

    /// Of every list whose age is known, whether it is as new as it has to be.
    pub(super) fn set_freshness<'n>(&self, lists: impl Iterator<Item = (&'n str, Freshness)>) {
        self.old.iter().for_each(IntGaugeVec::reset);
        for (name, freshness) in lists {
            for (gauge, from) in self.old.iter().zip([Freshness::Old, Freshness::TooOld]) {
                gauge.with_label_values(&[name]).set(i64::from(freshness >= from));
            }
        }
    }

    pub(super) fn set(&self, lists: Vec<ListFigures>) {
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        self.entries.reset();
        self.rejected.reset();
        self.age.reset();
        for (name, entries, rejected, _) in &lists {
            self.entries.with_label_values(&[name]).set(i64::try_from(*entries).unwrap_or(i64::MAX));
            self.rejected.with_label_values(&[name]).set(i64::try_from(*rejected).unwrap_or(i64::MAX));
        }
        *live = lists;
    }

    pub(super) fn age(&self, now: Timestamp) {
        for (name, _, _, as_of) in self.live.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            self.age.with_label_values(&[name]).set(now.0.saturating_sub(as_of.0) as f64 / 1e6);
        }
    }
}
