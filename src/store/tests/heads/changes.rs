//! What `verify` says when records, keys, heads or notes were changed.

use super::super::fake::FakeFiles;
use super::super::{event, wait};
use super::signed::{check, damage, fill, log, notes, open, put_notes};
use crate::ports::{Durability, LogStore};
use crate::record::epochs::Handover;
use crate::record::note::{Note, TreeHead};
use crate::store::ReadFault;
use crate::store::fault::Damage;
use crate::store::files::Files;
use std::path::Path;

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
