//! The sweep and legal holds, against a disk that forgets and a clock that jumps.

use super::fake::FakeFiles;
use super::outcome;
use crate::model::{IdentitySource, Moment, Reason, RequestId, Timestamp};
use crate::ports::Clock;
use crate::record::frame::{FrameKind, open_frame};
use crate::record::retention::Retention;
use crate::record::segment::Predecessor;
use crate::record::{Entry, RequestRecord, encode};
use crate::store::clock_watch::ClockWatch;
use crate::store::files::{Files, LogFile, Source};
use crate::store::hold::{Holds, NewHold, Release, filter_to_json};
use crate::store::query::Filter;
use crate::store::shelf::{Origin, Shelf, Start};
use crate::store::sweep::{DeletionReceipt, SweepOrder, SweepReport, Sweeper, read_receipts};
use crate::store::verify::{Report, verify_in};
use crate::store::{ReadFault, Unsigned};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering::Relaxed};

const DAY: i64 = 86_400_000_000;
const START: i64 = 1_764_000_000_000_000;

/// A wall clock that can be set, over one that cannot.
#[derive(Default)]
struct TwoClocks {
    real: AtomicI64,
    set: AtomicI64,
}

impl TwoClocks {
    fn pass(&self, days: i64) {
        self.real.fetch_add(days * DAY, Relaxed);
    }

    fn set_forward(&self, days: i64) {
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
struct Hand {
    disk: FakeFiles,
    clock: Arc<TwoClocks>,
    shelf: Shelf,
}

impl Hand {
    fn open(disk: FakeFiles, clock: Arc<TwoClocks>) -> Self {
        let origin = Origin { node: "n".into(), boot: "boot".into(), clock: ClockWatch::start(clock.now()) };
        let start = Start { ordinal: 0, predecessor: Predecessor::None, sequence: 1 };
        let shelf = Shelf::open(Arc::new(disk.clone()), Arc::clone(&clock) as Arc<dyn Clock>, origin, start, Vec::new()).unwrap();
        Self { disk, clock, shelf }
    }

    fn new() -> Self {
        Self::open(FakeFiles::default(), Arc::default())
    }

    fn write(&mut self, entries: &[Entry<'_>]) {
        let mut batch = Vec::new();
        for (number, entry) in (self.shelf.next()..).zip(entries) {
            open_frame(&mut batch, FrameKind::Record, number, |out| encode(entry, out)).unwrap();
        }
        self.shelf.write(batch, &mut || false).unwrap();
    }

    /// One segment with these requests, a day long.
    fn day(&mut self, requests: &[RequestRecord<'_>]) {
        let at = self.clock.now();
        let entries: Vec<_> = requests.iter().map(|request| Entry::Request(RequestRecord { at, ..request.clone() })).collect();
        self.write(&entries);
        self.clock.pass(1);
        self.shelf.rotate().unwrap();
    }

    /// Days with three requests each, whose ids count from 1.
    fn days(count: u64) -> Self {
        let mut hand = Self::new();
        for day in 0..count {
            hand.day(&[request(day * 3 + 1), request(day * 3 + 2), request(day * 3 + 3)]);
        }
        hand
    }

    fn sweep(&self) -> SweepReport {
        sweep(&self.disk, &self.clock).unwrap()
    }

    fn hold(&self, filter: &Filter) -> String {
        let new = NewHold {
            query: filter_to_json(filter),
            owner: "R. Reader".into(),
            reason: "case 7".into(),
            review: jiff::civil::date(2027, 1, 1),
        };
        Holds::read_in(&self.disk).unwrap().add_in(&self.disk, new, &Unsigned, self.clock.now().wall).unwrap().id
    }

    fn release(&self, id: &str) {
        let release = Release { id: id.into(), by: "R. Reader".into(), reason: "closed".into(), at: String::new() };
        Holds::read_in(&self.disk).unwrap().release_in(&self.disk, release, &Unsigned).unwrap();
    }

    fn check(&self) -> Report {
        verify_in(&self.disk).unwrap()
    }
}

fn order(policy: &Retention, now: Moment) -> SweepOrder<'_> {
    SweepOrder { policy, now, writer: true, actor: "test", dry_run: false }
}

fn sweep(files: &dyn Files, clock: &TwoClocks) -> Result<SweepReport, crate::store::sweep::SweepFault> {
    Sweeper::default().sweep_in(files, &order(&Retention::default(), clock.now()), &Unsigned)
}

fn request(id: u64) -> RequestRecord<'static> {
    RequestRecord {
        id: RequestId(id),
        parent: None,
        at: Moment::default(),
        node: "n",
        site: "s",
        peer: "192.0.2.1:1".parse().unwrap(),
        asserted: None,
        claimed: b"",
        device: None,
        user: None,
        group: "children",
        identity: IdentitySource::AddressRange,
        identity_age_s: 0,
        method: b"GET",
        target: b"http://example.test/",
        host_field: b"example.test",
        host: "example.test",
        url: "http://example.test/".into(),
        search_terms: "",
        categories: "".into(),
        verdict: Reason::Allowed.kind(),
        reason: Reason::Allowed,
        layer: "",
        list: "",
        matched: "".into(),
        list_version: "",
        policy_version: "",
        generation: 1,
        referer: b"",
        user_agent: b"",
        tls: "none",
        coverage_gap: false,
        demonstration: false,
        detail: crate::model::LogDetail::Full,
    }
}

fn swept(report: &SweepReport) -> Vec<u64> {
    report.swept.iter().map(|receipt| receipt.segment).collect()
}

#[test]
fn segments_go_when_their_time_is_over_and_the_log_stays_whole() {
    let mut hand = Hand::days(3);
    for (passed, expected) in [(91, vec![]), (1, vec![1]), (0, vec![]), (1, vec![2]), (500, vec![3])] {
        hand.clock.pass(passed);
        // What stands there is at least three days younger than the day it was written plus what passed: rotation ends a day.
        let shift = if passed == 91 { -2 } else { 0 };
        hand.clock.pass(shift);
        let report = hand.sweep();
        assert_eq!(swept(&report), expected, "after {passed} more days: {report:?}");
        let checked = hand.check();
        assert!(checked.is_whole() && !checked.starts_late, "{checked:?}");
    }
    let checked = hand.check();
    assert_eq!((checked.swept_segments, checked.swept_records, checked.records), (3, 9, 0));
    hand.day(&[request(50)]);
    let checked = hand.check();
    assert!(checked.is_whole() && checked.records == 1 && checked.first == Some(10), "{checked:?}");
    let receipts = read_receipts(&hand.disk).unwrap().entries;
    let places: Vec<_> = receipts.iter().map(|r| (r.first_leaf, r.records, r.first, r.next)).collect();
    assert_eq!(places, [(Some(0), 3, 1, 4), (Some(3), 3, 4, 7), (Some(6), 3, 7, 10)]);
    assert!(receipts.iter().all(|r| !r.nodes.is_empty() && r.policy.starts_with("web_log 92-100 days") && r.actor == "test"));
    assert_eq!(hand.disk.segments().len(), 2, "the newest is never swept, and one came after it");
}

#[test]
fn no_jump_of_the_clock_deletes_anything_early() {
    for days in [1, 365, 36_500] {
        let mut hand = Hand::days(2);
        hand.clock.pass(60);
        hand.clock.set_forward(days);
        assert_eq!(swept(&hand.sweep()), [0_u64; 0], "forward by {days} days while nothing is written");
        hand.day(&[request(9)]);
        hand.day(&[request(10)]);
        assert_eq!(swept(&hand.sweep()), [0_u64; 0], "forward by {days} days, and records say so too");
        hand.clock.set_forward(-days);
        hand.day(&[request(11)]);
        assert_eq!(swept(&hand.sweep()), [0_u64; 0], "and back");
        // Real time: 60 + 2 + 1 + 1 + 1 so far, and segment 1 ended a day after the start.
        hand.clock.pass(28);
        assert_eq!(swept(&hand.sweep()), [1], "its time has come, whatever the clock did meanwhile");
        hand.clock.pass(300);
        assert_eq!(swept(&hand.sweep()), [2, 3, 4, 5], "nor do records of a wrong future stay for ever");
    }
    let hand = Hand::days(2);
    hand.clock.set_forward(-3650);
    hand.clock.pass(99);
    assert_eq!(swept(&hand.sweep()), [0_u64; 0], "a clock that was put back delays: both have to agree");
}

#[test]
fn a_crash_between_receipt_and_removal_is_finished_by_the_next_sweep() {
    struct Stubborn(FakeFiles, AtomicU32);
    impl Files for Stubborn {
        fn names(&self) -> io::Result<Vec<String>> {
            self.0.names()
        }
        fn create(&self, name: &str) -> io::Result<Arc<dyn LogFile>> {
            self.0.create(name)
        }
        fn extend(&self, name: &str) -> io::Result<Arc<dyn LogFile>> {
            self.0.extend(name)
        }
        fn open(&self, name: &str) -> io::Result<Box<dyn Source>> {
            self.0.open(name)
        }
        fn rename(&self, from: &str, to: &str) -> io::Result<()> {
            self.0.rename(from, to)
        }
        fn destroy(&self, name: &str) -> io::Result<()> {
            self.0.destroy(name)
        }
        fn folder(&self, path: &std::path::Path) -> io::Result<std::sync::Arc<dyn Files>> {
            self.0.folder(path)
        }
        fn remove(&self, name: &str) -> io::Result<()> {
            let left = self.1.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1));
            if left.is_ok() { self.0.remove(name) } else { Err(io::ErrorKind::PermissionDenied.into()) }
        }
        fn sync_folder(&self) -> io::Result<()> {
            self.0.sync_folder()
        }
        fn sync(&self, name: &str) -> io::Result<()> {
            self.0.sync(name)
        }
        fn path(&self, name: &str) -> PathBuf {
            self.0.path(name)
        }
    }
    // Three segments with a sidecar each: the machine stops after any number of removals.
    for removals in 0..6 {
        let hand = Hand::days(3);
        for name in hand.disk.segments().iter().take(3) {
            hand.disk.put(&name.replace(".seg", ".index.parquet"), b"index".to_vec());
        }
        hand.clock.pass(100);
        let stubborn = Stubborn(hand.disk.clone(), AtomicU32::new(removals));
        assert!(sweep(&stubborn, &hand.clock).is_err());
        for disk in [hand.disk.after_kill(), hand.disk.after_power_cut(0)] {
            let checked = verify_in(&disk).unwrap();
            assert!(checked.is_whole() && !checked.starts_late, "{removals}: {checked:?}");
            let report = sweep(&disk, &hand.clock).unwrap();
            let receipts = read_receipts(&disk).unwrap();
            assert_eq!(receipts.entries.iter().map(|receipt| receipt.segment).collect::<Vec<_>>(), [1, 2, 3], "one each: {report:?}");
            assert!(verify_in(&disk).unwrap().is_whole());
            let names = disk.names().unwrap();
            assert_eq!(names.len(), 2, "only the newest segment and the receipts are left: {names:?}");
        }
    }
}

#[test]
fn a_receipt_that_cannot_be_kept_lets_nothing_go() {
    for act in [super::fake::Act::Write, super::fake::Act::Sync] {
        let hand = Hand::days(2);
        hand.clock.pass(200);
        hand.disk.fail(act, 1, io::ErrorKind::Other);
        assert!(sweep(&hand.disk, &hand.clock).is_err());
        assert_eq!(hand.disk.segments().len(), 3, "{act:?}");
        hand.disk.heal();
        assert_eq!(swept(&hand.sweep()), [1, 2], "{act:?}");
        assert!(hand.check().is_whole());
    }
}

#[test]
fn what_is_held_stays_and_what_is_not_goes() {
    let mut hand = Hand::days(2);
    hand.day(&[request(20), RequestRecord { user: Some("Kim"), ..request(21) }]);
    hand.write(&[outcome(20), outcome(21)]);
    hand.day(&[request(22)]);
    hand.day(&[request(23)]);
    hand.clock.pass(400);
    let id = hand.hold(&Filter { user: Some("kim".into()), ..Filter::default() });
    assert_eq!(id, "H-1");
    let report = hand.sweep();
    assert_eq!(swept(&report), [1, 2, 5]);
    assert_eq!(report.held, [(3, vec!["H-1".to_owned()]), (4, vec!["H-1".to_owned()])], "with the outcome in the next segment");
    assert_eq!(report.overdue, [3, 4], "a hold wins over the ceiling, and it is said");
    let checked = hand.check();
    assert!(checked.is_whole() && !checked.starts_late && checked.swept_segments == 3, "{checked:?}");
    assert_eq!(checked.records, 5);
    hand.release("h-1");
    assert_eq!(swept(&hand.sweep()), [3, 4]);
    let checked = hand.check();
    assert!(checked.is_whole() && checked.swept_segments == 5, "{checked:?}");
    let leaves: Vec<_> = read_receipts(&hand.disk).unwrap().entries.iter().map(|r| (r.segment, r.first_leaf)).collect();
    assert_eq!(leaves, [(1, Some(0)), (2, Some(3)), (5, Some(11)), (3, Some(6)), (4, Some(8))]);
}

#[test]
fn a_sweeper_that_remembers_sees_holds_that_come_and_go() {
    let hand = Hand::days(2);
    hand.clock.pass(92);
    let policy = Retention::default();
    let mut sweeper = Sweeper::default();
    let id = hand.hold(&Filter { reference: Some(RequestId(2)), ..Filter::default() });
    let mut turn = || swept(&sweeper.sweep_in(&hand.disk, &order(&policy, hand.clock.now()), &Unsigned).unwrap());
    assert_eq!(turn(), [2]);
    assert_eq!(turn(), [0_u64; 0]);
    let second = hand.hold(&Filter { reference: Some(RequestId(1)), ..Filter::default() });
    hand.release(&id);
    assert_eq!(turn(), [0_u64; 0]);
    hand.release(&second);
    assert_eq!(turn(), [1]);
}

#[test]
fn a_hold_on_an_address_does_not_lose_a_statutory_record() {
    let hit = RequestRecord {
        reason: Reason::Statutory,
        verdict: Reason::Statutory.kind(),
        user: Some("Kim"),
        host: "bad.example.org",
        ..request(1)
    };
    let on = |user: &str| Filter { user: Some(user.into()), host: Some("bad.example.org".into()), ..Filter::default() };
    for (user, expected) in [("kim", vec![]), ("lee", vec![1])] {
        let mut hand = Hand::new();
        hand.day(std::slice::from_ref(&hit));
        hand.clock.pass(200);
        hand.hold(&on(user));
        assert_eq!(swept(&hand.sweep()), expected, "{user}");
    }
}

#[test]
fn what_is_not_whole_stays_and_is_named() {
    let hand = Hand::days(3);
    hand.clock.pass(200);
    let name = hand.disk.segments()[1].clone();
    let mut bytes = hand.disk.bytes(&name);
    let at = bytes.len() - 100;
    bytes[at] ^= 1;
    hand.disk.put(&name, bytes);
    let report = hand.sweep();
    assert_eq!((swept(&report), report.damaged.len(), report.overdue), (vec![1, 3], 1, vec![2]));
    let checked = hand.check();
    assert_eq!(checked.faults.len(), 1, "{checked:?}");
    assert!(matches!(&checked.faults[0], ReadFault::Damaged { path, .. } if path.ends_with(&name)));
}

/// The receipts as lines.
fn lines(disk: &FakeFiles, name: &str) -> Vec<String> {
    String::from_utf8(disk.bytes(name)).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn a_line_of_receipts_or_holds_that_was_changed_is_found_and_nothing_goes() {
    for name in ["receipts.log", "holds.log"] {
        for what in ["changed", "dropped", "swapped", "doubled"] {
            let hand = Hand::days(5);
            hand.clock.pass(91);
            for reference in [1, 2, 3] {
                let id = hand.hold(&Filter { reference: Some(RequestId(100 + reference)), ..Filter::default() });
                hand.release(&id);
            }
            assert_eq!(swept(&hand.sweep()), [1, 2, 3, 4]);
            let mut all = lines(&hand.disk, name);
            match what {
                "changed" => all[1] = all[1].replace("R. Reader", "R. Riader").replace("test", "test "),
                "dropped" => drop(all.remove(1)),
                "swapped" => all.swap(1, 2),
                _ => all.insert(1, all[0].clone()),
            }
            hand.disk.put(name, (all.join("\n") + "\n").into_bytes());
            hand.clock.pass(10);
            assert!(sweep(&hand.disk, &hand.clock).is_err(), "{name} {what}");
            if name == "receipts.log" {
                let checked = hand.check();
                assert!(matches!(&checked.faults[0], ReadFault::Damaged { path, .. } if path.ends_with(name)), "{what}: {checked:?}");
            }
        }
    }
}

#[test]
fn a_receipt_that_does_not_fit_leads_nowhere() {
    type Change = fn(&mut DeletionReceipt);
    let table: [(&str, Change); 6] = [
        ("the chain behind it", |receipt| receipt.chain_after = "00".repeat(32)),
        ("the chain before it", |receipt| receipt.chain_before = "11".repeat(32)),
        ("its number", |receipt| receipt.segment += 7),
        ("what it follows", |receipt| receipt.follows = 0),
        ("its records", |receipt| receipt.records -= 1),
        ("where it ends", |receipt| (receipt.next, receipt.records) = (receipt.next + 1, receipt.records + 1)),
    ];
    for (what, change) in table {
        let hand = Hand::days(4);
        hand.clock.pass(300);
        hand.hold(&Filter { reference: Some(RequestId(1)), ..Filter::default() });
        assert_eq!(swept(&hand.sweep()), [2, 3, 4]);
        // Someone writes the file anew, with a chain of lines that is right.
        let mut all = read_receipts(&hand.disk).unwrap().entries;
        change(&mut all[1]);
        hand.disk.put("receipts.log", Vec::new());
        let mut notes = read_receipts(&hand.disk).unwrap();
        for receipt in all {
            let title = "lifeguard deletion receipt v1";
            notes.append(&hand.disk, "receipts.log", title, receipt, &Unsigned).unwrap();
        }
        assert!(!hand.check().is_whole(), "{what}");
    }
}

#[test]
fn a_torn_line_never_counted_and_holds_up_nobody() {
    let hand = Hand::days(3);
    hand.clock.pass(90);
    assert_eq!(swept(&hand.sweep()), [1]);
    let whole = hand.disk.bytes("receipts.log");
    for cut in [1, 10, whole.len() / 2] {
        let mut torn = whole.clone();
        torn.extend_from_slice(&whole[..cut]);
        hand.disk.put("receipts.log", torn);
        assert!(hand.check().is_whole());
        let disk = hand.disk.after_kill();
        hand.clock.pass(1);
        let report = sweep(&disk, &hand.clock).unwrap();
        hand.clock.pass(-1);
        assert_eq!(swept(&report), [2]);
        let receipts = read_receipts(&disk).unwrap();
        assert_eq!((receipts.entries.len(), receipts.torn, receipts.faults.len()), (2, 1, 0));
        assert!(verify_in(&disk).unwrap().is_whole());
    }
}
