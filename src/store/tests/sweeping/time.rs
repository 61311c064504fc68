//! Segments go when their time is over, and not before, whatever the clock and the disk do.

use super::super::fake::FakeFiles;
use super::hand::{Hand, sweep, swept};
use crate::record::plain_request;
use crate::store::ReadFault;
use crate::store::files::{Files, LogFile, Source};
use crate::store::sweep::read_receipts;
use crate::store::verify::verify_in;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

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
    hand.day(&[plain_request(50)]);
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
        hand.day(&[plain_request(9)]);
        hand.day(&[plain_request(10)]);
        assert_eq!(swept(&hand.sweep()), [0_u64; 0], "forward by {days} days, and records say so too");
        hand.clock.set_forward(-days);
        hand.day(&[plain_request(11)]);
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
    for act in [super::super::fake::Act::Write, super::super::fake::Act::Sync] {
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
