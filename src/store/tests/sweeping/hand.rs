//! A log written by hand, a segment at a time, under a wall clock that can be set over one that cannot.

use super::super::fake::FakeFiles;
use crate::model::{Moment, Timestamp};
use crate::ports::Clock;
use crate::record::frame::{FrameKind, open_frame};
use crate::record::retention::Retention;
use crate::record::segment::Predecessor;
use crate::record::{Entry, RequestRecord, encode, plain_request};
use crate::store::Unsigned;
use crate::store::clock_watch::ClockWatch;
use crate::store::files::Files;
use crate::store::hold::{Holds, NewHold, Release, filter_to_json};
use crate::store::query::Filter;
use crate::store::shelf::{Origin, Shelf, Start};
use crate::store::sweep::{SweepOrder, SweepReport, Sweeper};
use crate::store::verify::{Report, verify_in};
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering::Relaxed;

pub(super) const DAY: i64 = 86_400_000_000;
pub(super) const START: i64 = 1_764_000_000_000_000;

/// A wall clock that can be set, over one that cannot.
#[derive(Default)]
pub(super) struct TwoClocks {
    pub(super) real: AtomicI64,
    pub(super) set: AtomicI64,
}

impl TwoClocks {
    pub(super) fn pass(&self, days: i64) {
        self.real.fetch_add(days * DAY, Relaxed);
    }

    pub(super) fn set_forward(&self, days: i64) {
        self.set.fetch_add(days * DAY, Relaxed);
    }
}

impl Clock for TwoClocks {
    fn now(&self) -> Moment {
        let real = self.real.load(Relaxed);
        Moment { wall: Timestamp(START + real + self.set.load(Relaxed)), monotonic_us: real.unsigned_abs() }
    }
}

/// A log that is written by hand, a segment at a time.
pub(super) struct Hand {
    pub(super) disk: FakeFiles,
    pub(super) clock: Arc<TwoClocks>,
    pub(super) shelf: Shelf,
}

impl Hand {
    pub(super) fn open(disk: FakeFiles, clock: Arc<TwoClocks>) -> Self {
        let origin = Origin { node: "n".into(), boot: "boot".into(), clock: ClockWatch::start(clock.now()) };
        let start = Start { ordinal: 0, predecessor: Predecessor::None, sequence: 1 };
        let shelf = Shelf::open(Arc::new(disk.clone()), Arc::clone(&clock) as Arc<dyn Clock>, origin, start, Vec::new()).unwrap();
        Self { disk, clock, shelf }
    }

    pub(super) fn new() -> Self {
        Self::open(FakeFiles::default(), Arc::default())
    }

    pub(super) fn write(&mut self, entries: &[Entry<'_>]) {
        let mut batch = Vec::new();
        for (number, entry) in (self.shelf.next()..).zip(entries) {
            open_frame(&mut batch, FrameKind::Record, number, |out| encode(entry, out)).unwrap();
        }
        self.shelf.write(batch, &mut || false).unwrap();
    }

    /// One segment with these requests, a day long.
    pub(super) fn day(&mut self, requests: &[RequestRecord<'_>]) {
        let at = self.clock.now();
        let entries: Vec<_> = requests.iter().map(|request| Entry::Request(RequestRecord { at, ..request.clone() })).collect();
        self.write(&entries);
        self.clock.pass(1);
        self.shelf.rotate().unwrap();
    }

    /// Days with three requests each, whose ids count from 1.
    pub(super) fn days(count: u64) -> Self {
        let mut hand = Self::new();
        for day in 0..count {
            hand.day(&[plain_request(day * 3 + 1), plain_request(day * 3 + 2), plain_request(day * 3 + 3)]);
        }
        hand
    }

    pub(super) fn sweep(&self) -> SweepReport {
        sweep(&self.disk, &self.clock).unwrap()
    }

    pub(super) fn hold(&self, filter: &Filter) -> String {
        let new = NewHold {
            query: filter_to_json(filter),
            owner: "R. Reader".into(),
            reason: "case 7".into(),
            review: jiff::civil::date(2027, 1, 1),
        };
        Holds::read_in(&self.disk).unwrap().add_in(&self.disk, new, &Unsigned, self.clock.now().wall).unwrap().id
    }

    pub(super) fn release(&self, id: &str) {
        let release = Release { id: id.into(), by: "R. Reader".into(), reason: "closed".into(), at: String::new() };
        Holds::read_in(&self.disk).unwrap().release_in(&self.disk, release, &Unsigned).unwrap();
    }

    pub(super) fn check(&self) -> Report {
        verify_in(&self.disk).unwrap()
    }
}

pub(super) fn order(policy: &Retention, now: Moment) -> SweepOrder<'_> {
    SweepOrder { policy, now, writer: true, actor: "test", dry_run: false }
}

pub(super) fn sweep(files: &dyn Files, clock: &TwoClocks) -> Result<SweepReport, crate::store::sweep::SweepFault> {
    Sweeper::default().sweep_in(files, &order(&Retention::default(), clock.now()), &Unsigned)
}

pub(super) fn swept(report: &SweepReport) -> Vec<u64> {
    report.swept.iter().map(|receipt| receipt.segment).collect()
}
