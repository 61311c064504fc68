//! The shelf in lock-step with a tiny model: a list of records, how many of them a kill may not lose, and how many a power cut may not.

use super::fake::{Act, Chance, FakeFiles};
use crate::ports::FixedClock;
use crate::record::frame::{FrameKind, open_frame};
use crate::record::{Entry, decode, encode};
use crate::store::clock_watch::ClockWatch;
use crate::store::files::Files;
use crate::store::path::segments;
use crate::store::query::{Order, Query, Row};
use crate::store::recover::{Left, recover};
use crate::store::shelf::{Origin, Shelf, SyncJob};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::sync::Arc;

#[derive(Clone, Debug)]
enum Do {
    Append(u8, u16),
    BeginSync,
    FinishSync,
    Rotate,
    FailWrite(bool),
    FailSync,
    FailRename,
    FailSyncFolder,
    ShortWrites,
    Replace,
    Kill,
    PowerCut(u16),
    HardCut(u64),
    Close,
}

fn act() -> impl Strategy<Value = Do> {
    prop_oneof![
        8 => (1_u8..5, 0_u16..600).prop_map(|(count, size)| Do::Append(count, size)),
        3 => Just(Do::BeginSync),
        4 => Just(Do::FinishSync),
        1 => Just(Do::Rotate),
        1 => any::<bool>().prop_map(Do::FailWrite),
        1 => Just(Do::FailSync),
        1 => Just(Do::FailRename),
        1 => Just(Do::FailSyncFolder),
        1 => Just(Do::ShortWrites),
        2 => Just(Do::Replace),
        1 => Just(Do::Kill),
        1 => (0_u16..3000).prop_map(Do::PowerCut),
        2 => (1_u64..u64::MAX).prop_map(Do::HardCut),
        1 => Just(Do::Close),
    ]
}

/// The model and the real thing.
struct Pair {
    disk: FakeFiles,
    shelf: Option<Shelf>,
    job: Option<SyncJob>,
    /// Every record that was given to the shelf, by number.
    given: BTreeMap<u64, String>,
    /// Records below this were handed to the kernel: a kill must not lose them.
    kernel: u64,
    /// Records below this are on disk: a power cut must not lose them.
    on_disk: u64,
    failed: bool,
}

impl Pair {
    fn start() -> Self {
        let disk = FakeFiles::default();
        let mut pair = Self { disk, shelf: None, job: None, given: BTreeMap::new(), kernel: 1, on_disk: 1, failed: false };
        pair.open();
        pair
    }

    fn open(&mut self) {
        self.disk.heal();
        for name in self.disk.names().unwrap().iter().filter(|name| name.ends_with(".new")) {
            self.disk.remove(name).unwrap();
        }
        let files: Arc<dyn Files> = Arc::new(self.disk.clone());
        let (start, left) = recover(&*files, "b").unwrap();
        let mut first = Vec::new();
        if let Left::Torn(gap) = left {
            let text = gap.to_string();
            open_frame(&mut first, FrameKind::Record, start.sequence, |out| encode(&super::event(&text), out)).unwrap();
            self.given.retain(|&sequence, _| sequence < gap.first);
            self.given.insert(start.sequence, text);
        }
        self.given.retain(|&sequence, _| sequence <= start.sequence);
        let origin = Origin { node: "n".into(), boot: "b".into(), clock: ClockWatch::start(super::at(0)) };
        let shelf = Shelf::open(files, Arc::new(FixedClock::at(5)), origin, start, first).unwrap();
        (self.kernel, self.on_disk) = (shelf.next(), shelf.next());
        (self.shelf, self.job, self.failed) = (Some(shelf), None, false);
    }

    /// After a failure the writer always replaces the segment before anything else.
    fn mend(&mut self) {
        self.job = None;
        let shelf = self.shelf.as_mut().unwrap();
        self.failed = shelf.replace().is_err();
        if !self.failed {
            (self.kernel, self.on_disk) = (shelf.next(), shelf.next());
        }
    }

    fn append(&mut self, count: u8, size: u16) {
        let shelf = self.shelf.as_mut().unwrap();
        let mut batch = Vec::new();
        for sequence in shelf.next()..shelf.next() + u64::from(count) {
            let text = format!("{sequence} {}", "x".repeat(usize::from(size)));
            open_frame(&mut batch, FrameKind::Record, sequence, |out| encode(&super::event(&text), out)).unwrap();
            self.given.insert(sequence, text);
        }
        match shelf.write(batch, &mut || count.is_multiple_of(2)) {
            Ok(_) => self.kernel = shelf.next(),
            Err(_) => self.mend(),
        }
    }

    fn finish_sync(&mut self) {
        let Some(job) = self.job.take() else { return };
        let shelf = self.shelf.as_mut().unwrap();
        let answer = job.run();
        match shelf.finish_sync(&job, answer) {
            Ok(()) => self.on_disk = self.on_disk.max(shelf.on_disk()),
            Err(_) => self.mend(),
        }
    }

    fn step(&mut self, act: &Do) {
        match act {
            Do::Append(count, size) => self.append(*count, *size),
            Do::BeginSync if self.job.is_none() => self.job = self.shelf.as_ref().unwrap().begin_sync(),
            Do::FinishSync => self.finish_sync(),
            // The writer never rotates with a sync under way.
            Do::Rotate if self.job.is_none() && !self.failed => match self.shelf.as_mut().unwrap().rotate() {
                Ok(()) => (self.kernel, self.on_disk) = (self.shelf.as_ref().unwrap().next(), self.shelf.as_ref().unwrap().next()),
                Err(_) => self.mend(),
            },
            Do::Close if self.job.is_none() => {
                let shelf = self.shelf.as_mut().unwrap();
                if shelf.close().is_ok() {
                    self.on_disk = shelf.next();
                    self.restart(self.disk.after_power_cut(0), self.on_disk);
                } else {
                    self.mend();
                }
            }
            Do::FailWrite(full) => {
                let kind = if *full { ErrorKind::StorageFull } else { ErrorKind::Other };
                self.disk.fail(Act::Write, 1, kind);
            }
            Do::FailSync => self.disk.fail(Act::Sync, 1, ErrorKind::Other),
            Do::FailRename => self.disk.fail(Act::Rename, 1, ErrorKind::Other),
            Do::FailSyncFolder => self.disk.fail(Act::SyncFolder, 1, ErrorKind::Other),
            Do::ShortWrites => self.disk.set_longest_write(Some(100)),
            Do::Replace => self.mend(),
            Do::Kill => self.restart(self.disk.after_kill(), self.kernel),
            Do::PowerCut(kept) => self.restart(self.disk.after_power_cut(usize::from(*kept)), self.on_disk),
            Do::HardCut(seed) => self.restart(self.disk.after_hard_cut(&mut Chance(*seed)), self.on_disk),
            Do::BeginSync | Do::Rotate | Do::Close => {}
        }
    }

    /// Goes on with what the disk has kept, which must be all below `safe`, and a whole log.
    fn restart(&mut self, disk: FakeFiles, safe: u64) {
        let before = self.given.clone();
        self.disk = disk;
        self.open();
        let found = self.found();
        for (sequence, text) in before.range(..safe) {
            assert_eq!(found.get(sequence), Some(text), "record {sequence} of {safe} that were safe");
        }
        for (sequence, text) in &found {
            let known = before.get(sequence) == Some(text) || self.given.get(sequence) == Some(text);
            assert!(known, "record {sequence} is not one that was given: {text:.40}");
        }
    }

    fn found(&self) -> BTreeMap<u64, String> {
        let report = crate::store::verify::verify_in(&self.disk).unwrap();
        assert!(report.is_whole(), "{:#?}\n{:#?}", report, segments(&self.disk));
        let query = Query { limit: 100_000, order: Order::Oldest, events: true, ..Query::default() };
        let answer = crate::store::query::search_in(&self.disk, &query).unwrap();
        assert!(answer.damage.is_empty(), "{:?}", answer.damage);
        let text = |row| match row {
            Some(Row::Event(event)) => (event.sequence, event.text),
            other => panic!("{other:?}"),
        };
        answer.hits.iter().map(|hit| text(hit.row())).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn whatever_fails_nothing_that_was_safe_is_lost_and_the_log_stays_whole(acts in proptest::collection::vec(act(), 1..60)) {
        let mut pair = Pair::start();
        for act in &acts {
            pair.step(act);
        }
        pair.disk.heal();
        pair.restart(pair.disk.after_kill(), pair.kernel);
    }
}

#[test]
fn a_record_that_the_model_reads_is_one() {
    let mut bytes = Vec::new();
    encode(&super::event("x"), &mut bytes);
    assert!(matches!(decode(&bytes), Ok(Entry::Event(_))));
}
