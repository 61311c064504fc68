//! What a crash, a torn note or a refusing disk leaves, and that the next start mends it.

use super::super::fake::{Act, FakeFiles};
use super::super::{event, until, wait};
use super::signed::{check, damage, fill, keys, log, open};
use crate::ports::{Durability, LogStore};
use crate::store::fault::Damage;
use crate::store::files::{Files, append_all};
use crate::store::heads::sidecar::sidecar_name;
use std::io;
use std::path::Path;
use std::time::Duration;

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
