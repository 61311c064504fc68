//! What is signed as a log grows, and where it is copied to.

use super::super::fake::FakeFiles;
use super::super::{event, until, wait};
use super::signed::{check, fill, keys, log, notes, open, settings};
use crate::ports::{Durability, FixedClock, LogStore};
use crate::record::epochs::KeyHistory;
use crate::record::note::Note;
use crate::store::Settings;
use crate::store::files::Files;
use crate::store::heads::sidecar::sidecar_name;
use crate::store::log::open_on;
use std::path::Path;
use std::sync::Arc;

#[test]
fn a_log_is_signed_at_every_end_of_a_segment_and_leaves_one_key() {
    let disk = log();
    let report = check(&disk);
    assert!(report.is_whole(), "{:#?}", report.faults);
    let segments = disk.segments();
    assert!(segments.len() >= 3);
    assert!(report.heads.heads >= segments.len() as u64 - 1, "{:?}", report.heads);
    assert_eq!((report.heads.leaves, report.heads.signed), (151, 151));
    assert!(segments.iter().all(|name| disk.names().unwrap().contains(&sidecar_name(name))));
    let mut history = KeyHistory::default();
    notes(&disk, "keys.log").iter().for_each(|note| history.take(note).unwrap());
    assert_eq!(history.epochs().len() as u64, report.heads.epochs);
    assert!(report.heads.epochs as usize >= segments.len(), "each end of a segment begins an epoch");
    assert_eq!(keys(&disk), [format!("epoch-{:06}.key", report.heads.epochs)], "older keys are gone");
}

#[test]
fn a_log_that_is_opened_again_carries_its_tree_on() {
    let disk = log();
    for times in 2..5 {
        let store = open(&disk);
        fill(&store, 10);
        store.close();
        let report = check(&disk);
        assert!(report.is_whole(), "{:#?}", report.faults);
        assert_eq!(report.heads.signed, 151 + (times - 1) * 11);
    }
}

#[test]
fn heads_come_while_a_segment_is_open() {
    let disk = FakeFiles::default();
    let store =
        open_on(Arc::new(disk.clone()), Settings { segment_bytes: 1 << 20, ..settings() }, Arc::new(FixedClock::at(7)), None).unwrap();
    for _ in 0..3 {
        let before = disk.bytes("heads.log").len();
        wait(store.append(&event("one more"), Durability::Disk)).unwrap();
        until("a head is signed", || disk.bytes("heads.log").len() > before);
    }
    let report = check(&disk);
    assert!(report.is_whole() && report.open && report.heads.heads >= 3, "{report:#?}");
}

#[test]
fn heads_are_copied_outside_at_the_end_of_each_segment() {
    let disk = FakeFiles::default();
    let copying = Settings { heads_copy: Some("/outside".into()), ..settings() };
    let store = open_on(Arc::new(disk.clone()), copying, Arc::new(FixedClock::at(7)), None).unwrap();
    fill(&store, 100);
    let signer = store.signer();
    store.close();
    let outside = disk.subfolder(Path::new("/outside"));
    let names = outside.names().unwrap();
    assert!(names.len() >= 2);
    let all = String::from_utf8(disk.bytes("heads.log")).unwrap();
    assert!(names.iter().all(|name| all.contains(&String::from_utf8(outside.bytes(name)).unwrap())));
    let statement = Note::parse(&signer.sign("a receipt\n\nof two lines")).unwrap();
    let mut history = KeyHistory::default();
    notes(&disk, "keys.log").iter().for_each(|note| history.take(note).unwrap());
    assert_eq!(history.signer(&statement).unwrap().epoch, history.epochs().len() as u64);
    assert!(statement.text.ends_with(" statement\na receipt\nof two lines\n"));
    assert!(history.check(&statement).is_err());
}
