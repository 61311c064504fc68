//! Sealed segments: the same log in another form, found out when they change, and whole again after a crash at any moment.

use super::fake::{Act, FakeFiles};
use super::{at, event, outcome, wait};
use crate::ports::{Durability, FixedClock, LogStore};
use crate::record::{Entry, RequestRecord, plain_request};
use crate::store::Settings;
use crate::store::caretaker::tend;
use crate::store::files::Files;
use crate::store::frames::Frames;
use crate::store::log::open_on;
use crate::store::query::{Order, Query, search_in};
use crate::store::verify::verify_in;
use std::io::ErrorKind;
use std::sync::Arc;

pub(super) fn request(id: u64) -> Entry<'static> {
    let host = if id.is_multiple_of(3) { "www.example.test" } else { "chat.example.net" };
    Entry::Request(RequestRecord {
        at: at(id as i64),
        user: Some("kim"),
        host_field: host.as_bytes(),
        host,
        url: format!("http://{host}/page/{id}").into(),
        categories: "chat".into(),
        user_agent: b"test/1",
        ..plain_request(id)
    })
}

/// A log of several segments; the last is closed, and another run has begun behind it.
fn log(disk: &FakeFiles, records: u64) {
    log_of(disk, records, 6000);
}

/// The same with segments of this length.
pub(super) fn log_of(disk: &FakeFiles, records: u64, segment_bytes: u64) {
    let settings = Settings { reserve_bytes: 0, segment_bytes, ..Settings::new("/fake") };
    let store = open_on(Arc::new(disk.clone()), settings, Arc::new(FixedClock::at(7)), None).unwrap();
    for id in 0..records {
        wait(store.append(&request(id), Durability::Queued)).unwrap();
        let need = if id % 20 == 0 { Durability::Disk } else { Durability::Queued };
        let entry = if id % 7 == 0 { event("something") } else { outcome(id) };
        wait(store.append(&entry, need)).unwrap();
    }
    store.close();
}

pub(super) fn everything(disk: &FakeFiles) -> Vec<(u64, String)> {
    let query = Query { order: Order::Oldest, limit: 100_000, events: true, ..Query::default() };
    let answer = search_in(disk, &query).unwrap();
    assert!(answer.damage.is_empty(), "{:?}", answer.damage);
    answer.hits.iter().map(|hit| (hit.sequence, serde_json::to_string(&hit.row().unwrap()).unwrap())).collect()
}

pub(super) fn sealed(disk: &FakeFiles) -> Vec<String> {
    disk.names().unwrap().into_iter().filter(|name| name.ends_with(".sealed")).collect()
}

#[test]
fn a_sealed_log_says_what_the_raw_one_said() {
    let disk = FakeFiles::default();
    log(&disk, 300);
    let (raw, before, chain) = (disk.segments(), everything(&disk), verify_in(&disk).unwrap().chain);
    assert!(raw.len() >= 3);
    let bytes: Vec<Vec<u8>> = raw.iter().map(|name| disk.bytes(name)).collect();
    assert!(tend(&disk, &|| false));
    assert_eq!(disk.segments().len(), 1, "the newest stays as it is");
    assert_eq!(sealed(&disk).len(), raw.len() - 1);
    for (name, bytes) in raw.iter().zip(bytes) {
        assert_eq!(Frames::open(&disk, name, None).unwrap().rest_from(0).unwrap(), bytes, "{name}");
    }
    let report = verify_in(&disk).unwrap();
    assert!(report.is_whole() && report.beside.is_empty(), "{:?}", report.faults);
    assert_eq!((everything(&disk), report.chain), (before, chain));
    // And it is carried on.
    log(&disk, 40);
    assert!(verify_in(&disk).unwrap().is_whole());
}

#[test]
fn every_flipped_bit_of_a_sealed_file_is_found() {
    let disk = FakeFiles::default();
    log(&disk, 120);
    assert!(tend(&disk, &|| false));
    let name = sealed(&disk)[1].clone();
    let whole = disk.bytes(&name);
    for at in (0..whole.len()).step_by(3) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at * 5 % 8);
        disk.put(&name, bytes);
        let report = verify_in(&disk).unwrap();
        assert!(!report.is_whole(), "byte {at} of {}", whole.len());
        assert!(report.faults[0].path().ends_with(&name), "byte {at}: {:?}", report.faults);
    }
    for length in (0..whole.len()).step_by(41) {
        disk.put(&name, whole[..length].to_vec());
        assert!(!verify_in(&disk).unwrap().is_whole(), "cut to {length}");
    }
    disk.put(&name, whole);
    assert!(verify_in(&disk).unwrap().is_whole());
}

#[test]
fn a_torn_tail_is_sealed_with_the_segment_and_may_not_change() {
    let before = FakeFiles::default();
    let settings = Settings { reserve_bytes: 0, sync_every: std::time::Duration::from_secs(100), ..Settings::new("/fake") };
    let store = open_on(Arc::new(before.clone()), settings, Arc::new(FixedClock::at(7)), None).unwrap();
    for id in 0..20 {
        wait(store.append(&request(id), Durability::Kernel)).unwrap();
    }
    // The power goes: of what was not synced, some is there, the last record in part.
    let disk = before.after_power_cut(1001);
    let name = disk.segments().last().unwrap().clone();
    let bytes = disk.bytes(&name);
    log(&disk, 5);
    assert!(verify_in(&disk).unwrap().is_whole());
    assert!(tend(&disk, &|| false));
    assert!(disk.bytes(&name.replace(".seg", ".sealed")).len() > 100 && !disk.segments().contains(&name));
    assert!(verify_in(&disk).unwrap().is_whole());
    // The same bytes come back, so the head of the next segment still vouches for the tail.
    assert_eq!(Frames::open(&disk, &name, None).unwrap().rest_from(0).unwrap(), bytes);
}

#[test]
fn whatever_fails_while_sealing_leaves_the_log_as_it_was_and_is_tried_again() {
    for act in [Act::Write, Act::Sync, Act::Create, Act::Rename, Act::SyncFolder] {
        for times in [1, 2] {
            let disk = FakeFiles::default();
            log(&disk, 100);
            let before = everything(&disk);
            disk.fail(act, times, ErrorKind::Other);
            tend(&disk, &|| false);
            assert_eq!(everything(&disk), before, "{act:?}");
            disk.heal();
            assert!(tend(&disk, &|| false));
            assert_eq!((everything(&disk), disk.segments().len()), (before, 1), "{act:?}");
            assert!(!disk.names().unwrap().iter().any(|name| name.ends_with(".new")), "{act:?}");
        }
    }
}

#[test]
fn a_power_cut_after_any_step_of_sealing_loses_nothing() {
    for steps in 0..40 {
        let disk = FakeFiles::default();
        log(&disk, 60);
        disk.sync_folder().unwrap();
        let before = everything(&disk);
        let left = std::cell::Cell::new(steps);
        let stop = || left.replace(left.get() - 1) <= 0;
        tend(&disk, &stop);
        for cut in [disk.after_kill(), disk.after_power_cut(0), disk.after_power_cut(1 << 30)] {
            assert_eq!(everything(&cut), before, "after {steps} steps");
            assert!(tend(&cut, &|| false));
            assert_eq!(everything(&cut), before, "after {steps} steps, tended again");
        }
    }
}

#[test]
fn where_both_forms_are_there_the_raw_one_counts_until_the_sealed_one_is_proved() {
    let disk = FakeFiles::default();
    log(&disk, 60);
    let (name, before) = (disk.segments()[0].clone(), everything(&disk));
    let raw = disk.bytes(&name);
    assert!(tend(&disk, &|| false));
    let target = name.replace(".seg", ".sealed");
    disk.put(&name, raw.clone());
    assert_eq!(everything(&disk), before);
    assert!(tend(&disk, &|| false) && !disk.segments().contains(&name));
    // A sealed file that is not good goes, and is made again.
    disk.put(&name, raw);
    disk.put(&target, b"nothing".to_vec());
    assert_eq!(everything(&disk), before);
    tend(&disk, &|| false);
    assert!(tend(&disk, &|| false));
    assert_eq!(everything(&disk), before);
    assert!(!disk.segments().contains(&name));
}
