//! A notary that cannot sign says so, and says when it can again; meanwhile every record is kept.

use super::fake::{Act, FakeFiles};
use super::{event, until, wait};
use crate::ports::{Durability, FixedClock, LogStore};
use crate::store::log::open_on;
use crate::store::{Health, Settings, Store, open, verify};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

fn settings(folder: impl Into<PathBuf>) -> Settings {
    Settings {
        reserve_bytes: 0,
        segment_bytes: 2500,
        caretaker: false,
        head_every: Duration::from_millis(20),
        sync_every: Duration::from_millis(5),
        ..Settings::new(folder)
    }
}

fn fill(store: &Store, records: usize) {
    for number in 0..records {
        wait(store.append(&event(&format!("event number {number}")), Durability::Disk)).unwrap();
    }
}

fn signs(store: &Store) -> bool {
    store.state().snapshot().signing_fault.is_none()
}

#[test]
fn heads_that_cannot_be_written_are_a_loud_state_until_they_can_and_no_record_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(settings(folder.path()), Arc::new(FixedClock::at(7))).unwrap();
    let heads = folder.path().join("heads.log");
    until("a first head", || {
        fs::metadata(&heads).is_ok_and(|file| file.len() > 0) || {
            fill(&store, 1);
            false
        }
    });
    assert!(signs(&store));
    until("the time of a head", || store.state().snapshot().last_head_us > 0);
    let kept = fs::read(&heads).unwrap();
    fs::remove_file(&heads).unwrap();
    fill(&store, 5);
    until("the state says so", || !signs(&store));
    let state = store.state().snapshot();
    assert!(state.signing_fault.unwrap().contains("heads.log"), "the place is named");
    assert_eq!(state.health, Health::Healthy, "records are taken all the same");
    fill(&store, 5);
    fs::write(&heads, kept).unwrap();
    until("the state is over", || {
        fill(&store, 1);
        signs(&store)
    });
    store.close();
    let report = verify(folder.path()).unwrap();
    assert!(report.is_whole(), "{:?}", report.faults);
}

#[test]
fn a_key_that_cannot_be_handed_over_is_a_loud_state_until_it_can() {
    let disk = FakeFiles::default();
    let store = open_on(Arc::new(disk.clone()), settings("/fake"), Arc::new(FixedClock::at(7)), None).unwrap();
    let keys = disk.subfolder(Path::new("keys"));
    for kind in [io::ErrorKind::StorageFull, io::ErrorKind::PermissionDenied] {
        keys.fail(Act::Create, u32::MAX, kind);
        until("the state says so", || {
            fill(&store, 20);
            !signs(&store)
        });
        keys.heal();
        until("the state is over", || {
            fill(&store, 20);
            signs(&store)
        });
    }
    store.close();
}

#[test]
fn a_log_whose_key_cannot_be_read_does_not_open() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(settings(folder.path()), Arc::new(FixedClock::at(7))).unwrap();
    fill(&store, 3);
    store.close();
    drop(store);
    let keys = folder.path().join("keys");
    let key = fs::read_dir(&keys).unwrap().next().unwrap().unwrap().path();
    fs::rename(&key, folder.path().join("elsewhere")).unwrap();
    fs::create_dir(&key).unwrap();
    let refused = open(settings(folder.path()), Arc::new(FixedClock::at(8))).err().unwrap();
    assert!(refused.to_string().contains(&key.display().to_string()), "{refused}");
    fs::remove_dir(&key).unwrap();
    fs::rename(folder.path().join("elsewhere"), &key).unwrap();
    open(settings(folder.path()), Arc::new(FixedClock::at(8))).unwrap().close();
    assert!(verify(folder.path()).unwrap().is_whole());
}
