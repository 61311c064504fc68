//! What the tests of the log share: sample records, a clock that runs, and a way to wait for a receipt.
#![allow(dead_code, missing_docs, unreachable_pub, clippy::unwrap_used, clippy::panic)]

use lifeguard::model::{IdentitySource, Moment, Reason, RequestId, Timestamp};
use lifeguard::ports::{Clock, LogFault, LogStore, Receipt};
use lifeguard::record::{Ended, Entry, EventKind, EventRecord, OutcomeRecord, RequestRecord};
use lifeguard::store::Settings;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

mod wait;
pub use wait::wait;

/// A clock that runs.
pub struct RunningClock(Instant);

impl RunningClock {
    pub fn start() -> Arc<Self> {
        Arc::new(Self(Instant::now()))
    }
}

impl Clock for RunningClock {
    fn now(&self) -> Moment {
        let wall = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_micros();
        Moment { wall: Timestamp(wall as i64), monotonic_us: self.0.elapsed().as_micros() as u64 }
    }
}

/// Small settings, so that tests are quick.
pub fn small(folder: &std::path::Path) -> Settings {
    Settings { reserve_bytes: 64 * 1024, ..Settings::new(folder) }
}

/// Seconds since 1970 at which sample time starts.
pub const DAY: i64 = 1_764_000_000;

/// A time of the samples.
pub fn at(second: i64) -> Moment {
    Moment { wall: Timestamp::from_seconds(DAY + second), monotonic_us: second.unsigned_abs() * 1_000_000 }
}

/// A request for `http://example.test/ID`, one second after the one before.
pub fn request(id: u64) -> RequestRecord<'static> {
    RequestRecord {
        id: RequestId(id),
        parent: None,
        at: at(id as i64),
        node: "node-1",
        site: "library",
        peer: SocketAddr::from(([192, 0, 2, 1], 40_000)),
        asserted: None,
        claimed: b"",
        device: None,
        user: None,
        group: "children",
        identity: IdentitySource::AddressRange,
        identity_age_s: 0,
        method: b"GET",
        target: b"http://www.example.test/some/page?query=text",
        host_field: b"www.example.test",
        host: "www.example.test",
        url: "http://www.example.test/some/page?query=text".into(),
        search_terms: "",
        categories: "".into(),
        verdict: Reason::Allowed.kind(),
        reason: Reason::Allowed,
        layer: "group children",
        list: "",
        matched: "".into(),
        list_version: "5f2c9a1b3d4e6f70",
        policy_version: "0a1b2c3d4e5f6071",
        generation: 1,
        referer: b"http://www.example.test/",
        user_agent: b"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36",
        tls: "none",
        coverage_gap: false,
        demonstration: false,
        first_seen: false,
        detail: lifeguard::model::LogDetail::Full,
    }
}

/// How request `id` ended.
pub fn outcome(id: u64) -> OutcomeRecord<'static> {
    OutcomeRecord {
        id: RequestId(id),
        at: at(id as i64),
        ended: Ended::Complete,
        status: 200,
        bytes_up: 0,
        bytes_down: 1234,
        upstream: Some(SocketAddr::from(([198, 51, 100, 7], 80))),
        timings_us: [40, 900, 2000, 2100],
        reason: None,
        note: "".into(),
    }
}

/// An event.
pub fn event(text: &str) -> EventRecord<'_> {
    EventRecord { at: at(0), kind: EventKind::Started, peer: None, text: text.into() }
}

/// Appends a request and waits until it is as safe as need be.
pub fn put(log: &dyn LogStore, request: RequestRecord<'_>, need: lifeguard::ports::Durability) -> Result<(), LogFault> {
    wait(log.append(&Entry::Request(request), need))
}
