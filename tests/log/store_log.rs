//! The log from outside: open, append, search, close, open again.
#![allow(clippy::let_underscore_must_use, clippy::wildcard_enum_match_arm)]

use crate::store_support::*;
use lifeguard::ports::{Durability, LogStore};
use lifeguard::record::Entry;
use lifeguard::store::query::{Order, Query, Row, search};
use lifeguard::store::{Health, OpenFault, open};

fn everything(folder: &std::path::Path) -> Vec<Row> {
    let query = Query { limit: 10_000, order: Order::Oldest, events: true, ..Query::default() };
    let answer = search(folder, &query).unwrap();
    assert!(answer.damage.is_empty(), "{:?}", answer.damage);
    answer.hits.iter().map(|hit| hit.row().unwrap()).collect()
}

#[test]
fn what_is_appended_is_found_with_its_outcome_while_the_log_is_open_and_after() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(small(folder.path()), RunningClock::start()).unwrap();
    put(&store, request(1), Durability::Kernel).unwrap();
    put(&store, request(2), Durability::Disk).unwrap();
    assert_eq!(everything(folder.path()).len(), 2);
    wait(store.append(&Entry::Outcome(outcome(1)), Durability::Queued)).unwrap();
    store.close();
    assert_eq!(store.state().snapshot().health, Health::Closed);
    assert!(wait(store.append(&Entry::Request(request(3)), Durability::Kernel)).is_err());
    drop(store);

    let store = open(small(folder.path()), RunningClock::start()).unwrap();
    put(&store, request(3), Durability::Kernel).unwrap();
    let rows = everything(folder.path());
    let seen: Vec<(u64, bool)> = rows
        .iter()
        .map(|row| match row {
            Row::Request(request) => (request.sequence, request.outcome.is_some()),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(seen, [(1, true), (2, false), (4, false)]);
}

#[test]
fn a_second_instance_on_the_same_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let first = open(small(folder.path()), RunningClock::start()).unwrap();
    let second = open(small(folder.path()), RunningClock::start());
    assert!(matches!(second, Err(OpenFault::Taken { .. })));
    drop(first);
    assert!(open(small(folder.path()), RunningClock::start()).is_ok());
}

#[test]
fn files_can_be_read_by_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("deep/log");
    let _store = open(small(&folder), RunningClock::start()).unwrap();
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    let keys = folder.join("keys");
    assert_eq!(mode(&keys), 0o700);
    let files = |folder| std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    assert!(files(&keys).count() > 0);
    for path in files(&folder).filter(|path| *path != keys).chain(files(&keys)) {
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

#[test]
fn a_folder_that_cannot_be_used_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, b"").unwrap();
    let fault = open(small(&file.join("log")), RunningClock::start()).err().unwrap();
    assert!(fault.to_string().contains(&file.display().to_string()), "{fault}");
}

#[test]
fn places_are_bounded_and_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = small(folder.path());
    settings.places = 2;
    let store = open(settings, RunningClock::start()).unwrap();
    let first = store.reserve().unwrap();
    let _second = store.reserve().unwrap();
    assert!(store.reserve().is_err());
    drop(first);
    assert!(store.reserve().is_ok());
}

#[test]
fn segments_are_closed_at_their_size_and_the_log_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = small(folder.path());
    settings.segment_bytes = 4096;
    let store = open(settings, RunningClock::start()).unwrap();
    for id in 0..200 {
        put(&store, request(id), Durability::Kernel).unwrap();
    }
    assert!(store.state().snapshot().segments > 3);
    store.close();
    assert_eq!(everything(folder.path()).len(), 200);
}

#[test]
fn a_newest_segment_that_cannot_be_read_is_named_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    open(small(folder.path()), RunningClock::start()).unwrap().close();
    let file =
        std::fs::read_dir(folder.path()).unwrap().map(|f| f.unwrap().path()).find(|p| p.extension().is_some_and(|e| e == "seg")).unwrap();
    let whole = std::fs::read(&file).unwrap();
    let foreign = b"something else altogether, and long enough".to_vec();
    for (bytes, byte) in [(foreign, "byte 0"), (whole[..20].to_vec(), "byte 8"), (Vec::new(), "byte 0")] {
        std::fs::write(&file, &bytes).unwrap();
        let fault = open(small(folder.path()), RunningClock::start()).err().unwrap().to_string();
        assert!(fault.contains(&file.display().to_string()) && fault.contains(byte), "{fault}");
        assert_eq!(std::fs::read(&file).unwrap(), bytes);
    }
}

#[test]
fn a_wall_clock_that_jumps_breaks_neither_order_nor_search() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = small(folder.path());
    settings.segment_bytes = 2000;
    let store = open(settings, RunningClock::start()).unwrap();
    // An hour back and a day forward, again and again.
    let seconds: Vec<i64> = (0..90).map(|n| [n, n - 3600, n + 86_400][(n % 3) as usize]).collect();
    for (id, &second) in (0..).zip(&seconds) {
        put(&store, lifeguard::record::RequestRecord { at: at(second), ..request(id) }, Durability::Kernel).unwrap();
    }
    store.close();
    assert!(lifeguard::store::verify(folder.path()).unwrap().is_whole());
    for (from, to) in [(-3600, -3500), (0, 90), (86_400, 90_000), (50, 86_450)] {
        let mut query = Query { limit: 1000, order: Order::Oldest, ..Query::default() };
        query.filter.from = Some(at(from).wall);
        query.filter.to = Some(at(to).wall);
        let expected = seconds.iter().filter(|&&second| from <= second && second < to).count();
        let sequences: Vec<u64> = search(folder.path(), &query).unwrap().hits.iter().map(|hit| hit.sequence).collect();
        assert_eq!(sequences.len(), expected, "{from} to {to}");
        assert!(sequences.is_sorted());
    }
}

/// Runs the test below in a mount namespace of its own, on a file system of a few megabytes; without root it says that it cannot.
#[test]
#[allow(clippy::print_stdout)]
fn on_a_disk_that_is_really_full_nothing_acknowledged_is_lost_and_it_mends_itself() {
    let folder = tempfile::tempdir().unwrap();
    let script = "mount -t tmpfs -o size=4m tmpfs \"$LIFEGUARD_TEST_SMALL_DISK\" || exit 99; exec \"$0\" --exact store_log::inside_a_small_disk --ignored";
    let run = std::process::Command::new("unshare")
        .args(["-m", "sh", "-c", script])
        .arg(std::env::current_exe().unwrap())
        .env("LIFEGUARD_TEST_SMALL_DISK", folder.path())
        .output();
    let Ok(output) = run else {
        println!("SKIPPED: a small file system needs `unshare`");
        return;
    };
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if matches!(output.status.code(), Some(99 | 1)) && !said.contains("running") {
        println!("SKIPPED: a small file system needs root and `unshare -m`: {said}");
        return;
    }
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

/// On the file system that is mounted at `LIFEGUARD_TEST_SMALL_DISK`.
#[test]
#[ignore = "run by the test above"]
fn inside_a_small_disk() {
    let Ok(disk) = std::env::var("LIFEGUARD_TEST_SMALL_DISK") else { return };
    let disk = std::path::Path::new(&disk);
    let (folder, filler) = (disk.join("log"), disk.join("filler"));
    let settings = lifeguard::store::Settings {
        reserve_bytes: 256 * 1024,
        retry_every: std::time::Duration::from_millis(50),
        ..lifeguard::store::Settings::new(&folder)
    };
    let store = open(settings, RunningClock::start()).unwrap();
    std::fs::write(&filler, vec![1; 1 << 20]).unwrap();
    let mut acknowledged = 0_u64;
    while put(&store, request(acknowledged), Durability::Kernel).is_ok() {
        acknowledged += 1;
    }
    assert_eq!(store.state().snapshot().health, Health::Full);
    assert!(store.reserve().is_err());
    for id in 0..100 {
        wait(store.append(&Entry::Outcome(outcome(id)), Durability::Disk)).unwrap();
    }
    std::fs::remove_file(&filler).unwrap();
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while store.state().snapshot().health != Health::Healthy {
        assert!(std::time::Instant::now() < deadline, "{:?}", store.state().snapshot());
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    put(&store, request(acknowledged), Durability::Disk).unwrap();
    store.close();
    let report = lifeguard::store::verify(&folder).unwrap();
    assert!(report.is_whole(), "{report:#?}");
    assert_eq!(report.records, acknowledged + 1 + 100);
    std::fs::remove_dir_all(&folder).unwrap();
}
