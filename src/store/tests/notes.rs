//! Receipts and holds against whoever may write files: another signer, a changed line, a line that is gone.

use super::{event, wait};
use crate::model::Timestamp;
use crate::ports::{Durability, FixedClock, LogStore};
use crate::store::export::{ExportCheckFault, ExportOrder, SheetKind, check_export, export};
use crate::store::files::DiskFiles;
use crate::store::hold::{HOLDS, NewHold, filter_to_json, place_hold};
use crate::store::notes::Notes;
use crate::store::query::{Filter, Query};
use crate::store::sweep::{DeletionReceipt, RECEIPT_TITLE, RECEIPTS};
use crate::store::{NoteSigner, ReadFault, Settings, Signer, Unsigned, open, verify};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

fn hold(folder: &Path, owner: &str, signer: &dyn NoteSigner) {
    let query = filter_to_json(&Filter::default());
    let new = NewHold { query, owner: owner.into(), reason: "a test".into(), review: jiff::civil::date(2027, 1, 31) };
    place_hold(folder, new, signer, Timestamp::from_seconds(1_764_000_000)).unwrap();
}

fn receipt(folder: &Path, segment: u64, signer: &dyn NoteSigner) {
    let files = DiskFiles::at(folder);
    let receipt = DeletionReceipt {
        segment,
        file: format!("{segment:06}-000000000001-20261122T180721Z.seg"),
        follows: segment - 1,
        first: 1,
        next: 1,
        records: 0,
        bytes: 0,
        times: None,
        chain_before: "0".repeat(64),
        chain_after: "0".repeat(64),
        closed: true,
        first_leaf: None,
        nodes: Vec::new(),
        policy: "a test".into(),
        witnessed_age_s: 0,
        actor: "a test".into(),
        at: "2026-11-22T18:07:21Z".into(),
    };
    Notes::read(&files, RECEIPTS, RECEIPT_TITLE).unwrap().append(&files, RECEIPTS, RECEIPT_TITLE, receipt, signer).unwrap();
}

/// A closed log with three holds and three receipts; heads were signed behind each.
fn log() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for number in 1..=3 {
        let settings = Settings { reserve_bytes: 0, caretaker: false, ..Settings::new(folder.path()) };
        let store = open(settings, Arc::new(FixedClock::at(7))).unwrap();
        let signer = store.signer();
        hold(folder.path(), &format!("owner {number}"), &signer);
        receipt(folder.path(), 900 + number, &signer);
        wait(store.append(&event("something"), Durability::Disk)).unwrap();
        store.close();
    }
    folder
}

/// Places of faults: file and byte, with what is said.
fn faults(folder: &Path) -> Vec<(String, u64, String)> {
    let place = |fault: &ReadFault| match fault {
        ReadFault::Damaged { path, at, damage } => (path.file_name().unwrap().to_string_lossy().into_owned(), *at, damage.to_string()),
        ReadFault::Io { path, source } => (path.display().to_string(), 0, source.to_string()),
    };
    verify(folder).unwrap().faults.iter().map(place).collect()
}

/// The lines of a file, and where each starts.
fn lines(text: &str) -> Vec<(usize, &str)> {
    let mut at = 0;
    let place = |line| {
        let start = at;
        at += str::len(line);
        (start, line)
    };
    text.split_inclusive('\n').map(place).collect()
}

#[test]
fn what_the_log_wrote_is_whole() {
    assert_eq!(faults(log().path()), []);
}

#[test]
fn every_change_to_holds_and_receipts_is_found_and_placed() {
    for name in [HOLDS, RECEIPTS] {
        let folder = log();
        let path = folder.path().join(name);
        let good = fs::read_to_string(&path).unwrap();
        let parts = lines(&good);
        assert_eq!(parts.len(), 3);
        let (first, second, third) = (parts[0], parts[1], parts[2]);
        let edited = |line: &str| line.replacen("a test", "A TEST", 1);
        let cases = [
            ("the last line is gone", format!("{}{}", first.1, second.1), third.0),
            ("two lines are gone", first.1.to_owned(), second.0),
            ("everything is gone", String::new(), 0),
            ("the first line is gone", format!("{}{}", second.1, third.1), 0),
            ("the middle line is gone", format!("{}{}", first.1, third.1), second.0),
            ("two lines are swapped", format!("{}{}{}", second.1, first.1, third.1), 0),
            ("the first line is edited", format!("{}{}{}", edited(first.1), second.1, third.1), first.0),
            ("the middle line is edited", format!("{}{}{}", first.1, edited(second.1), third.1), second.0),
            ("the last line is edited", format!("{}{}{}", first.1, second.1, edited(third.1)), third.0),
            ("the last line is torn", good[..good.len() - 5].to_owned(), third.0),
            ("the last line has no signature", format!("{}{}{}", first.1, second.1, unsigned(third.1)), third.0),
        ];
        for (what, text, at) in cases {
            fs::write(&path, text).unwrap();
            let found = faults(folder.path());
            let here = found.iter().any(|(file, place, _)| file == name && *place >= at as u64 && *place <= good.len() as u64);
            assert!(here, "{name}, {what}: {found:?}");
            assert!(found.iter().all(|(file, place, _)| file == name && *place >= at as u64), "{name}, {what}, from {at}: {found:?}");
        }
        fs::remove_file(&path).unwrap();
        assert!(faults(folder.path()).iter().any(|(file, ..)| file == name), "{name} was taken away");
        fs::write(&path, &good).unwrap();
        assert_eq!(faults(folder.path()), []);
    }
}

fn unsigned(line: &str) -> String {
    let note: String = serde_json::from_str(line).unwrap();
    let text = note.split("\n\n").next().unwrap();
    format!("{}\n", serde_json::to_string(&format!("{text}\n\n(unsigned)\n")).unwrap())
}

#[test]
fn a_line_by_another_signer_is_found_where_it_stands() {
    let other = log();
    let foreign = Signer::read(other.path(), None).unwrap();
    for signer in [&foreign as &dyn NoteSigner, &Unsigned] {
        let folder = log();
        let end = |name: &str| fs::metadata(folder.path().join(name)).unwrap().len();
        let (holds, receipts) = (end(HOLDS), end(RECEIPTS));
        hold(folder.path(), "nobody", signer);
        receipt(folder.path(), 999, signer);
        let found = faults(folder.path());
        let places: Vec<(&str, u64)> = found.iter().map(|(file, at, _)| (file.as_str(), *at)).collect();
        assert_eq!(places, [(HOLDS, holds), (RECEIPTS, receipts)], "{found:?}");
        assert!(found.iter().all(|(.., said)| said.contains("not signed by a key of the log")), "{found:?}");
    }
}

#[test]
fn a_line_that_was_torn_when_the_machine_stopped_is_no_fault() {
    let folder = log();
    let path = folder.path().join(HOLDS);
    let good = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("{good}\"lifeguard leg")).unwrap();
    assert_eq!(faults(folder.path()), []);
}

#[test]
fn an_export_is_checked_against_the_keys_of_the_log_that_gave_it_out() {
    let (folder, out, other) = (log(), tempfile::tempdir().unwrap(), log());
    let signer = Signer::read(folder.path(), None).unwrap();
    let query = Query { events: true, limit: 10, ..Query::default() };
    let path = out.path().join("rows.csv");
    let now = Timestamp::from_seconds(1_764_000_000);
    let order = ExportOrder { query: &query, limit: None, kind: SheetKind::Csv, out: &path, now, by: "kim" };
    export(folder.path(), &order, &signer).unwrap();
    let manifest = out.path().join("rows.csv.manifest.json");
    let found = check_export(folder.path(), &manifest).unwrap();
    assert_eq!((found.file, found.by.as_str()), (path.clone(), "kim"));
    assert!(matches!(check_export(other.path(), &manifest), Err(ExportCheckFault::Signature(_))), "another log's keys");
    assert!(matches!(check_export(out.path(), &manifest), Err(ExportCheckFault::NoKeys(_))), "no log at all");
    let (good, rows) = (fs::read_to_string(&manifest).unwrap(), fs::read(&path).unwrap());
    let changed = |from: &str, to: &str| {
        assert!(good.contains(from), "{from}");
        fs::write(&manifest, good.replacen(from, to, 1)).unwrap();
        check_export(folder.path(), &manifest)
    };
    assert!(matches!(changed("\"by\": \"kim\"", "\"by\": \"sam\""), Err(ExportCheckFault::Changed { key, .. }) if key == "by"));
    assert!(matches!(changed("\"format\"", "\"added\": 1, \"format\""), Err(ExportCheckFault::Changed { key, .. }) if key == "added"));
    assert!(matches!(changed("\\\"kim\\\"", "\\\"sam\\\""), Err(ExportCheckFault::Signature(_))), "in the note as well");
    assert!(matches!(changed("{", "["), Err(ExportCheckFault::Shape(_))));
    fs::write(&manifest, &good).unwrap();
    fs::write(&path, [&rows[..], b"one more\r\n"].concat()).unwrap();
    assert!(matches!(check_export(folder.path(), &manifest), Err(ExportCheckFault::File(_))));
    fs::write(&path, rows).unwrap();
    fs::remove_file(&manifest).unwrap();
    export(out.path(), &ExportOrder { out: &out.path().join("none.csv"), ..order }, &Unsigned).unwrap();
    let unsigned = check_export(folder.path(), &out.path().join("none.csv.manifest.json"));
    assert!(matches!(unsigned, Err(ExportCheckFault::Signature(_))));
}
