//! A signed log on a disk that fails on command, and what a test asks of it.

use super::super::fake::FakeFiles;
use super::super::{event, wait};
use crate::ports::{Durability, FixedClock, LogStore};
use crate::record::note::{Note, split_notes};
use crate::store::fault::Damage;
use crate::store::files::Files;
use crate::store::log::open_on;
use crate::store::verify::{Report, verify_in};
use crate::store::{ReadFault, Settings, Store};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

pub(super) fn settings() -> Settings {
    Settings {
        reserve_bytes: 0,
        segment_bytes: 2500,
        head_every: Duration::from_millis(20),
        sync_every: Duration::from_millis(5),
        ..Settings::new("/fake")
    }
}

pub(super) fn open(disk: &FakeFiles) -> Store {
    open_on(Arc::new(disk.clone()), settings(), Arc::new(FixedClock::at(7)), None).unwrap()
}

pub(super) fn fill(store: &Store, records: usize) {
    for number in 0..records {
        let need = if number % 20 == 0 { Durability::Disk } else { Durability::Queued };
        wait(store.append(&event(&format!("event number {number}")), need)).unwrap();
    }
    wait(store.append(&event("the last"), Durability::Disk)).unwrap();
}

/// A closed log of several segments and epochs.
pub(super) fn log() -> FakeFiles {
    let disk = FakeFiles::default();
    let store = open(&disk);
    fill(&store, 150);
    store.close();
    disk
}

pub(super) fn check(disk: &FakeFiles) -> Report {
    verify_in(disk).unwrap()
}

pub(super) fn damage(report: &Report) -> (String, Damage) {
    match report.faults.first() {
        Some(ReadFault::Damaged { path, damage, .. }) => (path.file_name().unwrap().to_string_lossy().into_owned(), damage.clone()),
        other => panic!("no damage found: {other:?}"),
    }
}

pub(super) fn notes(disk: &FakeFiles, name: &str) -> Vec<Note> {
    let bytes = disk.bytes(name);
    split_notes(&bytes).0.into_iter().map(|(_, note)| Note::parse(std::str::from_utf8(note).unwrap()).unwrap()).collect()
}

pub(super) fn put_notes(disk: &FakeFiles, name: &str, notes: &[Note]) {
    disk.put(name, notes.iter().map(|note| format!("{note}\n")).collect::<String>().into_bytes());
}

pub(super) fn keys(disk: &FakeFiles) -> Vec<String> {
    disk.subfolder(Path::new("keys")).names().unwrap()
}
