//! Heads, keys and sidecars beside a log: what is signed, what a crash leaves, and what `verify` says when any of it was changed.

use super::fake::{Act, FakeFiles};
use super::{event, until, wait};
use crate::ports::{Durability, FixedClock, LogStore};
use crate::record::epochs::{Handover, KeyHistory};
use crate::record::note::{Note, TreeHead, split_notes};
use crate::store::fault::Damage;
use crate::store::files::{Files, append_all};
use crate::store::heads::sidecar::sidecar_name;
use crate::store::log::open_on;
use crate::store::verify::{Report, verify_in};
use crate::store::{ReadFault, Settings, Store};
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

fn settings() -> Settings {
    Settings {
        reserve_bytes: 0,
        segment_bytes: 2500,
        head_every: Duration::from_millis(20),
        sync_every: Duration::from_millis(5),
        ..Settings::new("/fake")
    }
}

fn open(disk: &FakeFiles) -> Store {
    open_on(Arc::new(disk.clone()), settings(), Arc::new(FixedClock::at(7)), None).unwrap()
}

fn fill(store: &Store, records: usize) {
    for number in 0..records {
        let need = if number % 20 == 0 { Durability::Disk } else { Durability::Queued };
        wait(store.append(&event(&format!("event number {number}")), need)).unwrap();
    }
    wait(store.append(&event("the last"), Durability::Disk)).unwrap();
}

/// A closed log of several segments and epochs.
fn log() -> FakeFiles {
    let disk = FakeFiles::default();
    let store = open(&disk);
    fill(&store, 150);
    store.close();
    disk
}

fn check(disk: &FakeFiles) -> Report {
    verify_in(disk).unwrap()
}

fn damage(report: &Report) -> (String, Damage) {
    match report.faults.first() {
        Some(ReadFault::Damaged { path, damage, .. }) => (path.file_name().unwrap().to_string_lossy().into_owned(), damage.clone()),
        other => panic!("no damage found: {other:?}"),
    }
}

fn notes(disk: &FakeFiles, name: &str) -> Vec<Note> {
    let bytes = disk.bytes(name);
    split_notes(&bytes).0.into_iter().map(|(_, note)| Note::parse(std::str::from_utf8(note).unwrap()).unwrap()).collect()
}

fn put_notes(disk: &FakeFiles, name: &str, notes: &[Note]) {
    disk.put(name, notes.iter().map(|note| format!("{note}\n")).collect::<String>().into_bytes());
}

fn keys(disk: &FakeFiles) -> Vec<String> {
    disk.subfolder(Path::new("keys")).names().unwrap()
}

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
fn sidecars_that_are_missing_or_broken_are_made_anew() {
    let disk = log();
    let names: Vec<String> = disk.segments().iter().map(|name| sidecar_name(name)).collect();
    let whole: Vec<Vec<u8>> = names.iter().map(|name| disk.bytes(name)).collect();
    disk.remove(&names[0]).unwrap();
    disk.put(&names[1], b"rubbish".to_vec());
    assert_eq!(damage(&check(&disk)), (names[1].clone(), Damage::Sidecar));
    disk.put(&names[1], whole[0].clone());
    open(&disk).close();
    assert_eq!(names.iter().map(|name| disk.bytes(name)).collect::<Vec<_>>(), whole);
    assert!(check(&disk).is_whole());
}

#[test]
fn a_crash_anywhere_leaves_a_log_that_is_whole_when_opened_again() {
    for kept in [0, 7, 100, 10_000] {
        let disk = FakeFiles::default();
        let store = open(&disk);
        fill(&store, 120);
        for crashed in [disk.after_kill(), disk.after_power_cut(kept)] {
            let again = open(&crashed);
            fill(&again, 30);
            again.close();
            let report = check(&crashed);
            assert!(report.is_whole(), "{kept}: {:#?}", report.faults);
            assert_eq!(keys(&crashed).len(), 1);
        }
    }
}

#[test]
fn a_torn_note_is_told_and_cut_when_the_log_is_opened() {
    for name in ["heads.log", "keys.log"] {
        let disk = log();
        let mut bytes = disk.bytes(name);
        let first = bytes[..40].to_vec();
        bytes.extend(first);
        disk.put(name, bytes.clone());
        let report = check(&disk);
        assert!(report.is_whole() && report.heads.torn.len() == 1, "{name}: {:#?}", report.faults);
        open(&disk).close();
        assert!(disk.bytes(name).starts_with(&bytes[..bytes.len() - 40]));
        assert!(check(&disk).heads.torn.is_empty());
    }
}

/// Whatever is left when the process dies between the steps of a handover, the next one finds one clear state.
#[test]
fn a_handover_that_was_cut_off_ends_with_one_key() {
    let disk = log();
    let folder = disk.subfolder(Path::new("keys"));
    let present = keys(&disk).remove(0);
    let epoch = check(&disk).heads.epochs;
    // Before the note: a key that nobody knows. After it: a key that was to be destroyed. In the middle of making one: an unfinished one.
    for left in [format!("epoch-{:06}.key", epoch + 1), format!("epoch-{:06}.key", epoch - 1), format!("epoch-{:06}.key.new", epoch + 1)] {
        folder.put(&left, vec![7; 32]);
        let store = open(&disk);
        assert_eq!(keys(&disk), std::slice::from_ref(&present), "{left}");
        drop(store);
        folder.put(&present, folder.bytes(&keys(&disk)[0]));
        assert!(check(&disk).is_whole());
        return_to(&disk, &present);
    }
}

/// Brings the folder of keys back to holding only what the history names.
fn return_to(disk: &FakeFiles, stray: &str) {
    let epoch = check(disk).heads.epochs;
    if *stray != format!("epoch-{epoch:06}.key") {
        disk.subfolder(Path::new("keys")).remove(stray).unwrap();
    }
}

#[test]
fn a_lost_key_begins_a_history_anew_and_verify_says_so() {
    let disk = log();
    let folder = disk.subfolder(Path::new("keys"));
    folder.remove(&keys(&disk)[0]).unwrap();
    let store = open(&disk);
    fill(&store, 5);
    store.close();
    let report = check(&disk);
    assert_eq!(damage(&report), ("keys.log".into(), Damage::Rupture));
    assert_eq!(report.faults.len(), 1, "{:#?}", report.faults);
}

#[test]
fn a_disk_that_refuses_heads_and_keys_for_a_while_leaves_a_whole_log() {
    for act in [Act::Write, Act::Sync, Act::Rename, Act::Create, Act::SyncFolder, Act::Destroy] {
        let disk = FakeFiles::default();
        let store = open(&disk);
        fill(&store, 20);
        let folder = disk.subfolder(Path::new("keys"));
        for target in [&disk, &folder] {
            target.fail(act, 2, io::ErrorKind::Other);
            for number in 0..60 {
                drop(store.append(&event(&format!("{number}")), Durability::Queued));
            }
            until("the log is written again", || {
                let answer = wait(store.append(&event("?"), Durability::Disk));
                std::thread::sleep(Duration::from_millis(10));
                answer.is_ok()
            });
        }
        disk.heal();
        folder.heal();
        store.close();
        let report = check(&disk);
        assert!(report.is_whole(), "{act:?}: {:#?}", report.faults);
        let again = open(&disk);
        fill(&again, 5);
        again.close();
        assert!(check(&disk).is_whole(), "{act:?}");
        assert_eq!(keys(&disk).len(), 1, "{act:?}");
    }
}

#[test]
fn records_rewritten_with_a_chain_that_fits_are_found_by_the_heads() {
    // A log of the same shape with one other word, as someone would make it who knows the format but not the keys.
    let disk = log();
    let forged = FakeFiles::default();
    let store = open(&forged);
    for number in 0..150 {
        let need = if number % 20 == 0 { Durability::Disk } else { Durability::Queued };
        let text = if number == 70 { "event number XX".into() } else { format!("event number {number}") };
        wait(store.append(&event(&text), need)).unwrap();
    }
    wait(store.append(&event("the last"), Durability::Disk)).unwrap();
    store.close();
    for name in disk.names().unwrap().iter().filter(|name| name.ends_with(".seg") || name.ends_with(".tree")) {
        disk.remove(name).unwrap();
    }
    for name in forged.names().unwrap().iter().filter(|name| name.ends_with(".seg") || name.ends_with(".tree")) {
        disk.put(name, forged.bytes(name));
    }
    let report = check(&disk);
    let (_, found) = damage(&report);
    assert!(matches!(found, Damage::Root { since, size } if since <= 70 && size > 70), "{found}");
    assert_eq!(report.faults.len(), 1, "{:#?}", report.faults);
}

#[test]
fn an_end_that_was_taken_away_is_found() {
    let disk = log();
    let names = disk.segments();
    disk.remove(names.last().unwrap()).unwrap();
    let (file, found) = damage(&check(&disk));
    assert_eq!(file, names[names.len() - 2]);
    assert!(matches!(found, Damage::Shorter { signed: 151, .. }), "{found}");
    // Carrying on over it does not make it good.
    let store = open(&disk);
    fill(&store, 100);
    store.close();
    let report = check(&disk);
    assert!(report.faults.iter().any(|fault| matches!(fault, ReadFault::Damaged { damage: Damage::Rupture, .. })), "{:#?}", report.faults);
}

#[test]
fn every_changed_byte_of_keys_and_heads_is_found() {
    let disk = log();
    for name in ["heads.log", "keys.log"] {
        let whole = disk.bytes(name);
        for at in (0..whole.len()).step_by(3) {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << (at % 8);
            disk.put(name, bytes);
            let report = check(&disk);
            assert!(!report.is_whole() || !report.heads.torn.is_empty(), "byte {at} of {name}");
        }
        disk.put(name, whole);
    }
    assert!(check(&disk).is_whole());
}

#[test]
fn notes_dropped_swapped_doubled_or_of_another_log_are_found() {
    let (disk, other) = (log(), log());
    let keys = notes(&disk, "keys.log");
    let heads = notes(&disk, "heads.log");
    assert!(keys.len() > 3);
    let mut cases: Vec<(&str, Vec<Note>)> = Vec::new();
    let change = |notes: &[Note], change: &dyn Fn(&mut Vec<Note>)| {
        let mut changed = notes.to_vec();
        change(&mut changed);
        changed
    };
    cases.push(("keys.log", change(&keys, &|notes| drop(notes.remove(2)))));
    cases.push(("keys.log", change(&keys, &|notes| drop(notes.remove(0)))));
    cases.push(("keys.log", change(&keys, &|notes| notes.swap(1, 2))));
    cases.push(("keys.log", change(&keys, &|notes| notes.insert(2, notes[2].clone()))));
    cases.push(("keys.log", notes(&other, "keys.log")));
    cases.push(("keys.log", Vec::new()));
    cases.push(("heads.log", notes(&other, "heads.log")));
    cases.push(("heads.log", change(&heads, &|notes| notes.push(keys[1].clone()))));
    // A history that is of one piece, but of another log, does not fit the heads; nor does none.
    for (number, (name, notes)) in cases.into_iter().enumerate() {
        let whole = disk.bytes(name);
        put_notes(&disk, name, &notes);
        assert_eq!(damage(&check(&disk)).0, if matches!(number, 4 | 5) { "heads.log" } else { name }, "case {number}");
        disk.put(name, whole);
    }
    // Heads that are dropped are missed only where nothing else vouches: handovers and later heads cover the same records.
    put_notes(&disk, "heads.log", &[]);
    assert!(check(&disk).is_whole());
    let last = disk.segments().pop().unwrap();
    disk.remove(&last).unwrap();
    assert!(!check(&disk).is_whole());
}

#[test]
fn an_old_key_signs_nothing_new() {
    let disk = FakeFiles::default();
    let store = open(&disk);
    let folder = disk.subfolder(Path::new("keys"));
    let stolen = folder.bytes("epoch-000001.key");
    fill(&store, 150);
    store.close();
    let report = check(&disk);
    let first = Handover::parse(&notes(&disk, "keys.log")[0].text).unwrap();
    let pair = aws_lc_rs::signature::Ed25519KeyPair::from_seed_unchecked(&stolen).unwrap();
    for epoch in [1, report.heads.epochs] {
        let extensions = vec![format!("epoch {epoch}")];
        let head = TreeHead { origin: first.key.name().into(), size: report.heads.leaves, root: report.heads.root.unwrap(), extensions };
        let mut all = notes(&disk, "heads.log");
        let whole = disk.bytes("heads.log");
        let mut note = all[0].clone();
        note.text = head.to_string();
        note.signatures[0].id = first.key.id();
        note.signatures[0].bytes = pair.sign(note.text.as_bytes()).as_ref().to_vec();
        assert!(first.key.signed(&note));
        all.push(note);
        put_notes(&disk, "heads.log", &all);
        assert_eq!(damage(&check(&disk)).0, "heads.log");
        disk.put("heads.log", whole);
    }
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

#[test]
fn a_file_of_notes_can_be_extended_on_a_real_disk_and_a_secret_destroyed() {
    let folder = tempfile::tempdir().unwrap();
    let files = crate::store::files::DiskFiles::at(folder.path());
    for _ in 0..2 {
        append_all(&*files.extend("notes").unwrap(), b"one\n").unwrap();
    }
    assert_eq!(std::fs::read(folder.path().join("notes")).unwrap(), b"one\none\n");
    let second = folder.path().join("link");
    std::fs::hard_link(folder.path().join("notes"), &second).unwrap();
    files.destroy("notes").unwrap();
    assert!(!folder.path().join("notes").exists());
    assert_eq!(std::fs::read(second).unwrap(), [0; 8], "what it held was overwritten");
    files.folder(Path::new("keys")).unwrap().create("k").unwrap();
    assert!(folder.path().join("keys/k").exists());
}

/// A note of a handover may lie in the file although its sync failed: its key must not be made anew before the note is out of the way.
#[test]
fn a_handover_whose_note_was_not_synced_is_not_begun_anew_over_it() {
    for fails in 1..6 {
        let disk = FakeFiles::default();
        let store = open(&disk);
        fill(&store, 20);
        disk.fail(Act::Sync, fails, io::ErrorKind::Other);
        for number in 0..80 {
            drop(wait(store.append(&event(&format!("{number}")), Durability::Kernel)));
        }
        for crashed in [disk.after_kill(), disk.after_power_cut(10_000)] {
            open(&crashed).close();
            let report = check(&crashed);
            assert!(report.is_whole(), "{fails}: {:#?}", report.faults);
        }
    }
}
