//! One test for each row of the table in [`crate::store::writer`], on the real threads.

use super::fake::{Act, FakeFiles};
use super::{event, outcome, until, wait};
use crate::ports::{Durability, FixedClock, LogFault, LogStore};
use crate::store::log::open_on;
use crate::store::query::{Order, Query};
use crate::store::{Health, OpenFault, Settings, Store};
use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

fn settings() -> Settings {
    Settings {
        reserve_bytes: 128 * 1024,
        retry_every: Duration::from_millis(10),
        sync_every: Duration::from_millis(20),
        ..Settings::new("/fake")
    }
}

fn store_on(disk: &FakeFiles, settings: Settings) -> Store {
    open_on(Arc::new(disk.clone()), settings, Arc::new(FixedClock::at(7)), None).unwrap()
}

fn records(disk: &FakeFiles) -> usize {
    let report = crate::store::verify::verify_in(disk).unwrap();
    assert!(report.is_whole(), "{report:#?}");
    let query = Query { limit: 100_000, order: Order::Oldest, events: true, ..Query::default() };
    let answer = crate::store::query::search_in(disk, &query).unwrap();
    assert_eq!(answer.records, report.records);
    answer.hits.len()
}

#[test]
fn a_failed_write_or_sync_costs_a_segment_but_no_record() {
    for act in [Act::Write, Act::Sync] {
        let disk = FakeFiles::default();
        let store = store_on(&disk, settings());
        wait(store.append(&event("before"), Durability::Kernel)).unwrap();
        disk.fail(act, 1, ErrorKind::Other);
        for _ in 0..20 {
            wait(store.append(&event("while"), Durability::Kernel)).unwrap();
        }
        until("a segment is given up", || store.state().snapshot().abandoned == 1);
        wait(store.append(&event("after"), Durability::Disk)).unwrap();
        assert_eq!(store.state().snapshot().health, Health::Healthy);
        assert_eq!(records(&disk.after_power_cut(0)), 22, "{act:?}");
        store.close();
        assert_eq!(records(&disk), 22);
        assert_eq!(disk.segments().len(), 2);
    }
}

#[test]
fn a_receipt_from_the_disk_is_true_even_when_the_sync_failed_first() {
    let disk = FakeFiles::default();
    let store = store_on(&disk, settings());
    disk.fail(Act::Sync, 1, ErrorKind::Other);
    wait(store.append(&event("safe"), Durability::Disk)).unwrap();
    assert_eq!(records(&disk.after_power_cut(0)), 1);
}

#[test]
fn with_power_durability_every_awaited_record_is_on_disk() {
    let disk = FakeFiles::default();
    let store = store_on(&disk, Settings { durability: Durability::Disk, sync_every: Duration::from_secs(100), ..settings() });
    for count in 1..20 {
        wait(store.append(&event("safe"), Durability::Kernel)).unwrap();
        assert_eq!(records(&disk.after_power_cut(0)), count);
    }
}

#[test]
fn when_nothing_can_be_written_requests_are_refused_and_it_mends_itself() {
    let disk = FakeFiles::default();
    let store = store_on(&disk, settings());
    disk.fail(Act::Write, u32::MAX, ErrorKind::Other);
    let answer = wait(store.append(&event("refused"), Durability::Kernel));
    assert!(matches!(answer, Err(LogFault::Broken(_))), "{answer:?}");
    assert!(matches!(store.reserve(), Err(LogFault::Broken(_))));
    assert!(matches!(store.state().snapshot().health, Health::Broken(_)));
    assert!(wait(store.append(&event("refused too"), Durability::Queued)).is_err());
    wait(store.append(&outcome(1), Durability::Queued)).unwrap();
    disk.heal();
    until("healthy again", || store.state().snapshot().health == Health::Healthy);
    assert!(store.reserve().is_ok());
    wait(store.append(&event("taken"), Durability::Disk)).unwrap();
    store.close();
    // The first was answered with a fault but had been taken: it is kept, and so is the outcome.
    let report = crate::store::verify::verify_in(&disk).unwrap();
    assert!(report.is_whole(), "{report:#?}");
    assert_eq!(report.records, 3);
}

#[test]
fn a_full_disk_is_met_with_the_reserve_and_left_when_there_is_room() {
    let disk = FakeFiles::default();
    let store = store_on(&disk, settings());
    let _place = store.reserve().unwrap();
    disk.set_room(Some(100));
    wait(store.append(&event(&"x".repeat(500)), Durability::Kernel)).unwrap();
    assert_eq!(store.state().snapshot().health, Health::Full);
    assert!(matches!(store.reserve(), Err(LogFault::Broken(text)) if text.contains("full")));
    wait(store.append(&outcome(1), Durability::Disk)).unwrap();
    std::thread::sleep(Duration::from_millis(50));
    assert_eq!(store.state().snapshot().health, Health::Full, "the reserve cannot be made again yet");
    disk.set_room(None);
    until("healthy again", || store.state().snapshot().health == Health::Healthy);
    assert!(store.reserve().is_ok());
    store.close();
    assert_eq!(crate::store::verify::verify_in(&disk).unwrap().records, 2);
}

#[test]
fn without_room_for_the_reserve_the_log_does_not_open() {
    let disk = FakeFiles::default();
    disk.set_room(Some(1000));
    let fault = open_on(Arc::new(disk), settings(), Arc::new(FixedClock::at(7)), None).err().unwrap();
    assert!(matches!(fault, OpenFault::NoRoom { needed: 131_072, .. }), "{fault}");
}

#[test]
fn a_slow_disk_fills_the_queue_to_its_bound_and_no_further() {
    let disk = FakeFiles::default();
    let store = store_on(&disk, Settings { queue_bytes: 8 * 1024, ..settings() });
    let text = "x".repeat(900);
    disk.hold_writes(true);
    let next = store.state().snapshot().next_sequence;
    std::thread::scope(|scope| {
        // Whoever finds the desk free writes there and is held up; nobody else is.
        let first = scope.spawn(|| wait(store.append(&event(&text), Durability::Kernel)));
        until("the first record is being written", || {
            let state = store.state().snapshot();
            state.next_sequence > next && state.queue_records == 0
        });
        let mut taken = Vec::new();
        let fault = loop {
            let receipt = store.append(&event(&text), Durability::Kernel);
            match taken.len() {
                0..100 => taken.push(receipt),
                _ => break wait(receipt),
            }
        };
        assert_eq!(fault, Err(LogFault::Full));
        assert!(matches!(store.reserve(), Err(LogFault::Full)));
        wait(store.append(&outcome(1), Durability::Queued)).unwrap();
        disk.hold_writes(false);
        first.join().unwrap().unwrap();
        let kept = 1 + taken.into_iter().map(wait).filter(Result::is_ok).count();
        assert!((4..20).contains(&kept), "{kept}");
        store.close();
        assert_eq!(crate::store::verify::verify_in(&disk).unwrap().records, kept as u64 + 1);
    });
}

#[test]
fn closing_writes_what_waits_and_ends_the_segment() {
    let disk = FakeFiles::default();
    let store = store_on(&disk, settings());
    for _ in 0..1000 {
        wait(store.append(&event("waits"), Durability::Queued)).unwrap();
    }
    store.close();
    let disk = disk.after_power_cut(0);
    assert_eq!(records(&disk), 1000);
    assert!(!crate::store::verify::verify_in(&disk).unwrap().open);
}

#[test]
fn what_waits_for_a_long_sync_is_written_when_the_log_is_closed() {
    let disk = FakeFiles::default();
    let store = store_on(&disk, Settings { segment_bytes: 16 * 1024, ..settings() });
    let text = "x".repeat(900);
    disk.hold_syncs(true);
    let count = std::cell::Cell::new(0);
    // A segment that is too long while a sync is under way takes nothing more: from then on records stay in the queue.
    until("the queue is left alone", || {
        wait(store.append(&event(&text), Durability::Queued)).unwrap();
        count.set(count.get() + 1);
        store.state().snapshot().queue_records >= 20
    });
    std::thread::scope(|scope| {
        let closing = scope.spawn(|| store.close());
        std::thread::sleep(Duration::from_millis(50));
        assert!(!closing.is_finished(), "what waits is not given up");
        disk.hold_syncs(false);
    });
    assert_eq!(records(&disk.after_power_cut(0)), count.get());
}

#[test]
fn a_torn_tail_is_reported_as_a_gap_and_stays_where_it_is() {
    let disk = FakeFiles::default();
    let store = store_on(&disk, settings());
    for _ in 0..3 {
        wait(store.append(&event("whole"), Durability::Kernel)).unwrap();
    }
    let killed = disk.after_kill();
    store.close();
    let name = killed.segments().remove(0);
    let mut bytes = killed.bytes(&name);
    bytes.truncate(bytes.len() - 5);
    killed.put(&name, bytes.clone());
    let store = store_on(&killed, settings());
    store.close();
    assert_eq!(killed.bytes(&name), bytes, "the evidence is not touched");
    let query = Query { limit: 10, order: Order::Newest, events: true, ..Query::default() };
    let answer = crate::store::query::search_in(&killed, &query).unwrap();
    let first = serde_json::to_value(answer.hits[0].row()).unwrap();
    assert_eq!((&first["event"], &first["sequence"]), (&"gap".into(), &4.into()), "{first}");
    assert!(first["text"].as_str().unwrap().starts_with("records 3 to 3 were lost"), "{first}");
    assert_eq!(crate::store::verify::verify_in(&killed).unwrap().gaps, [(3, 3)]);
    assert_eq!(records(&killed), 3);
}

#[test]
fn when_the_writer_dies_nobody_waits_for_ever_and_nothing_more_is_taken() {
    let disk = FakeFiles::default();
    let store = store_on(&disk, settings());
    wait(store.append(&event("before"), Durability::Kernel)).unwrap();
    disk.explode();
    assert!(wait(store.append(&event("refused"), Durability::Kernel)).is_err());
    until("the state is broken", || matches!(store.state().snapshot().health, Health::Broken(_)));
    assert!(store.reserve().is_err());
    assert!(wait(store.append(&outcome(1), Durability::Disk)).is_err());
    store.close();
    assert_eq!(records(&disk.after_kill()), 1);
}

#[test]
fn a_record_that_is_too_long_is_refused_not_cut() {
    let disk = FakeFiles::default();
    let store = store_on(&disk, settings());
    let answer = wait(store.append(&event(&"x".repeat(crate::record::MAX_ENTRY)), Durability::Kernel));
    assert!(matches!(answer, Err(LogFault::Broken(text)) if text.contains("longer than")));
    wait(store.append(&event("fits"), Durability::Kernel)).unwrap();
    assert_eq!(records(&disk), 1);
}

#[test]
fn short_and_interrupted_writes_are_carried_on() {
    let disk = FakeFiles::default();
    let store = store_on(&disk, settings());
    disk.set_longest_write(Some(7));
    for _ in 0..20 {
        disk.fail(Act::Write, 3, ErrorKind::Interrupted);
        wait(store.append(&event("written in many steps"), Durability::Kernel)).unwrap();
    }
    assert_eq!(store.state().snapshot().abandoned, 0);
    store.close();
    assert_eq!(records(&disk), 20);
    assert_eq!(disk.segments().len(), 1);
}

#[test]
fn a_quota_that_is_used_up_is_met_like_a_full_disk() {
    let disk = FakeFiles::default();
    let store = store_on(&disk, Settings { retry_every: Duration::from_millis(100), ..settings() });
    disk.fail(Act::Write, 1, ErrorKind::QuotaExceeded);
    wait(store.append(&event("written into the reserve"), Durability::Kernel)).unwrap();
    assert_eq!(store.state().snapshot().health, Health::Full);
    assert!(matches!(store.reserve(), Err(LogFault::Broken(text)) if text.contains("full")));
    until("healthy again", || store.state().snapshot().health == Health::Healthy);
    store.close();
    assert_eq!(records(&disk), 1);
}

#[test]
fn a_file_system_that_turns_read_only_is_loud_and_left_when_it_can_be_written() {
    let disk = FakeFiles::default();
    let store = store_on(&disk, settings());
    wait(store.append(&event("before"), Durability::Disk)).unwrap();
    for act in [Act::Write, Act::Sync, Act::Create, Act::Rename, Act::Remove, Act::SyncFolder] {
        disk.fail(act, u32::MAX, ErrorKind::ReadOnlyFilesystem);
    }
    let answer = wait(store.append(&event("refused"), Durability::Kernel));
    assert!(matches!(&answer, Err(LogFault::Broken(text)) if text.contains("read-only")), "{answer:?}");
    assert!(store.reserve().is_err());
    std::thread::sleep(Duration::from_millis(50));
    assert!(matches!(store.state().snapshot().health, Health::Broken(_)), "it stays broken as long as it is");
    disk.heal();
    until("healthy again", || store.state().snapshot().health == Health::Healthy);
    wait(store.append(&event("after"), Durability::Disk)).unwrap();
    store.close();
    assert_eq!(records(&disk), 3);
}

#[test]
fn foreign_files_in_the_folder_are_left_alone() {
    let disk = FakeFiles::default();
    let foreign = ["notes.txt", ".hidden", "000001.seg", "lost+found", "000009-000000000001-x.seg.bak"];
    for name in foreign {
        disk.put(name, name.as_bytes().to_vec());
    }
    let store = store_on(&disk, Settings { segment_bytes: 500, ..settings() });
    for _ in 0..50 {
        wait(store.append(&event("kept"), Durability::Kernel)).unwrap();
    }
    store.close();
    drop(store);
    store_on(&disk, settings()).close();
    assert_eq!(records(&disk), 50);
    for name in foreign {
        assert_eq!(disk.bytes(name), name.as_bytes(), "{name}");
    }
    // One that bears a segment's name, and is none, is named.
    let name = disk.segments().into_iter().find(|name| name.starts_with("000002-")).unwrap();
    disk.put(&name.replace("Z.seg", "Y.seg"), b"foreign".to_vec());
    let report = crate::store::verify::verify_in(&disk).unwrap();
    assert!(!report.is_whole() && report.faults.iter().any(|fault| fault.to_string().contains("Y.seg")), "{report:#?}");
}

/// A clock that is set by hand while the other runs.
struct SetClock(std::time::Instant, std::sync::atomic::AtomicI64);

impl crate::ports::Clock for SetClock {
    fn now(&self) -> crate::model::Moment {
        let monotonic_us = u64::try_from(self.0.elapsed().as_micros()).unwrap();
        let set = self.1.load(std::sync::atomic::Ordering::Relaxed);
        let wall = super::at(0).wall.0 + set * 1_000_000 + i64::try_from(monotonic_us).unwrap();
        crate::model::Moment { wall: crate::model::Timestamp(wall), monotonic_us }
    }
}

#[test]
fn a_clock_set_while_the_log_is_written_is_on_record_and_breaks_nothing() {
    let disk = FakeFiles::default();
    let clock = Arc::new(SetClock(std::time::Instant::now(), 0.into()));
    let own = Arc::clone(&clock) as Arc<dyn crate::ports::Clock>;
    let store = open_on(Arc::new(disk.clone()), Settings { segment_bytes: 450, ..settings() }, own, None).unwrap();
    let said = |disk: &FakeFiles| {
        let query = Query { limit: 1000, order: Order::Oldest, events: true, ..Query::default() };
        let hits = crate::store::query::search_in(disk, &query).unwrap().hits;
        hits.iter().map(|hit| serde_json::to_value(hit.row()).unwrap()).collect::<Vec<_>>()
    };
    for (number, second) in [0, -3600, 86_400, 0].into_iter().enumerate() {
        clock.1.store(second, std::sync::atomic::Ordering::Relaxed);
        until("the jump is on record", || said(&disk).iter().filter(|row| row["event"] == "clock-set").count() == number);
        let last = disk.segments().pop();
        for _ in 0..10 {
            let now = crate::ports::Clock::now(&*clock);
            let event = crate::record::EventRecord { at: now, kind: crate::record::EventKind::Hostile, peer: None, text: "kept".into() };
            wait(store.append(&crate::record::Entry::Event(event), Durability::Kernel)).unwrap();
        }
        until("a segment is begun under this clock", || disk.segments().pop() != last);
    }
    store.close();
    assert_eq!(records(&disk), 43);
    let rows = said(&disk);
    assert!(rows.iter().map(|row| row["sequence"].as_u64().unwrap()).eq(1..=43), "numbers go on whatever the clock says");
    let jumps: Vec<_> = rows.iter().filter(|row| row["event"] == "clock-set").map(|row| row["text"].as_str().unwrap()).collect();
    assert!(
        jumps[0].contains("set back by 36") && jumps[1].contains("set forward by 9") && jumps[2].contains("set back by 864"),
        "{jumps:?}"
    );
    // Each is found at the time its clock showed, and nowhere else.
    for (second, expected) in [(0, 20), (-3600, 10), (86_400, 10)] {
        let mut query = Query { limit: 1000, events: true, ..Query::default() };
        query.filter.from = Some(super::at(second).wall);
        query.filter.to = Some(super::at(second + 60).wall);
        let found = crate::store::query::search_in(&disk, &query).unwrap();
        let kept = found.hits.iter().filter(|hit| serde_json::to_value(hit.row()).unwrap()["text"] == "kept").count();
        assert_eq!(kept, expected, "{second}");
    }
    // The heads say how far the clock was set.
    let heads: Vec<String> = disk.segments().iter().map(|name| String::from_utf8_lossy(&disk.bytes(name)).into_owned()).collect();
    assert!(heads.iter().any(|head| head.contains("set by -36")) && heads.iter().any(|head| head.contains("set by 86400")), "{heads:?}");
}
