//! Encryption at rest: the same log to whoever has a key, nothing to anyone else, and a fault with its place where a file was changed.

use super::sealed::request;
use super::{event, outcome, wait};
use crate::model::Reason;
use crate::ports::{Durability, FixedClock, LogStore};
use crate::store::caretaker::tend;
use crate::store::files::{DiskFiles, Files};
use crate::store::query::{Filter, Order, Query, each_request, search};
use crate::store::vault::unlock;
use crate::store::{ReadFault, Settings, VaultFault, open, rebuild, verify};
use age::secrecy::ExposeSecret;
use age::x25519::Identity;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

const RECORDS: u64 = 400;

/// A custodian, with a file of the private key.
pub(super) struct Custodian {
    public: String,
    file: PathBuf,
    _folder: TempDir,
}

pub(super) fn custodian() -> Custodian {
    let (key, folder) = (Identity::generate(), tempfile::tempdir().unwrap());
    let file = folder.path().join("identity.txt");
    fs::write(&file, format!("# a key for a test\n{}\n", key.to_string().expose_secret())).unwrap();
    fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
    Custodian { public: key.to_public().to_string(), file, _folder: folder }
}

/// A log of several sealed segments with their indexes. Without custodians it is in the clear.
fn log(custodians: &[&Custodian], identity: Option<&Custodian>) -> TempDir {
    log_with(custodians, identity, RECORDS, 20_000)
}

/// The same with so many requests, in segments of this length.
pub(super) fn log_with(custodians: &[&Custodian], identity: Option<&Custodian>, records: u64, segment_bytes: u64) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let encrypt_to: Vec<String> = custodians.iter().map(|one| one.public.clone()).collect();
    let settings = Settings {
        reserve_bytes: 0,
        segment_bytes,
        caretaker: false,
        encrypt_to,
        identity_file: identity.map(|one| one.file.clone()),
        ..Settings::new(folder.path())
    };
    let store = open(settings, Arc::new(FixedClock::at(7))).unwrap();
    for id in 0..records {
        wait(store.append(&request(id), Durability::Queued)).unwrap();
        let need = if id % 20 == 0 { Durability::Disk } else { Durability::Queued };
        let entry = if id % 7 == 0 { event("something") } else { outcome(id) };
        wait(store.append(&entry, need)).unwrap();
    }
    store.close();
    assert!(tend(&DiskFiles::at(folder.path()), &|| false));
    folder
}

fn give(folder: &TempDir, custodians: &[&Custodian], identity: Option<&Custodian>) {
    let encrypt_to: Vec<String> = custodians.iter().map(|one| one.public.clone()).collect();
    unlock(folder.path(), &encrypt_to, identity.map(|one| one.file.as_path())).unwrap();
}

fn names(folder: &TempDir, ending: &str) -> Vec<String> {
    let mut names = DiskFiles::at(folder.path()).names().unwrap();
    names.retain(|name| name.ends_with(ending));
    names.sort();
    names
}

fn queries() -> Vec<Query> {
    let all = Query { limit: 100_000, ..Query::default() };
    let with = |filter: Filter| Query { filter, ..all.clone() };
    vec![
        Query { events: true, order: Order::Oldest, ..all.clone() },
        Query { limit: 13, ..all.clone() },
        with(Filter { host: Some("example.net".into()), ..Filter::default() }),
        with(Filter { user: Some("kim".into()), ..Filter::default() }),
        with(Filter { user: Some("nobody".into()), ..Filter::default() }),
        with(Filter { reason: Some(Reason::Allowed), ..Filter::default() }),
    ]
}

fn rows(folder: &Path, query: &Query) -> Vec<String> {
    let answer = search(folder, query).unwrap();
    assert!(answer.damage.is_empty(), "{:?}", answer.damage);
    answer.hits.iter().map(|hit| serde_json::to_string(&hit.row().unwrap()).unwrap()).collect()
}

#[test]
fn an_encrypted_log_gives_the_rows_of_a_clear_one_and_shows_nothing_of_them() {
    let (one, two) = (custodian(), custodian());
    let (clear, locked) = (log(&[], None), log(&[&one, &two], Some(&one)));
    for reader in [&one, &two] {
        give(&locked, &[&one, &two], Some(reader));
        for query in queries() {
            assert_eq!(rows(locked.path(), &query), rows(clear.path(), &query), "{query:?}");
        }
        let report = verify(locked.path()).unwrap();
        assert!(report.is_whole(), "{:?}", report.faults);
        assert_eq!(report.records, 2 * RECORDS);
        let mut requests = 0;
        each_request(locked.path(), &Filter::default(), |_, _| requests += 1).unwrap();
        assert_eq!(requests, RECORDS);
    }
    let answer = search(locked.path(), &queries()[0]).unwrap();
    assert!(answer.indexed > 1, "the index is used: {answer:?}");
    for ending in [".sealed", ".parquet", ".sum"] {
        let names = names(&locked, ending);
        assert!(names.len() > 1, "{ending}: {names:?}");
        for name in names {
            let bytes = fs::read(locked.path().join(&name)).unwrap();
            assert!(bytes.starts_with(b"age-encryption.org/v1\n"), "{name}");
            let shown = ["example", "LGSEAL", "LGSUM", "children"];
            assert!(shown.iter().all(|word| memchr::memmem::find(&bytes, word.as_bytes()).is_none()), "{name}");
        }
    }
}

#[test]
fn a_server_without_a_private_key_seals_and_indexes_but_cannot_read() {
    let (one, clear) = (custodian(), log(&[], None));
    let locked = log(&[&one], None);
    assert_eq!(names(&locked, ".seg").len(), 1, "only the newest segment is raw");
    assert_eq!(names(&locked, ".sum").len(), names(&locked, ".sealed").len());
    assert!(tend(&DiskFiles::at(locked.path()), &|| false), "a second round has nothing to do");
    let answer = search(locked.path(), &queries()[0]).unwrap();
    assert_eq!(answer.damage.len(), names(&locked, ".sealed").len());
    give(&locked, &[&one], Some(&one));
    for query in queries() {
        assert_eq!(rows(locked.path(), &query), rows(clear.path(), &query), "{query:?}");
    }
    assert!(search(locked.path(), &queries()[0]).unwrap().indexed > 1, "the index was made without a key");
}

#[test]
fn the_log_goes_on_after_a_restart_without_a_private_key() {
    let one = custodian();
    let locked = log(&[&one], None);
    let settings = Settings {
        reserve_bytes: 0,
        segment_bytes: 20_000,
        caretaker: false,
        encrypt_to: vec![one.public.clone()],
        ..Settings::new(locked.path())
    };
    let store = open(settings, Arc::new(FixedClock::at(8))).unwrap();
    wait(store.append(&event("again"), Durability::Disk)).unwrap();
    store.close();
    assert!(tend(&DiskFiles::at(locked.path()), &|| false));
    give(&locked, &[], Some(&one));
    let report = verify(locked.path()).unwrap();
    assert!(report.is_whole(), "{:?}", report.faults);
    assert_eq!(report.records, 2 * RECORDS + 1);
}

#[test]
fn without_the_right_key_every_reader_fails_names_the_segment_and_says_which_key_it_needs() {
    let (one, two, other) = (custodian(), custodian(), custodian());
    let locked = log(&[&one, &two], Some(&one));
    let sealed = names(&locked, ".sealed");
    for identity in [None, Some(&other)] {
        give(&locked, &[], identity);
        let says = |faults: &[ReadFault]| {
            for (name, fault) in sealed.iter().zip(faults) {
                let text = fault.to_string();
                assert!(text.contains(name) && text.contains(&one.public) && text.contains(&two.public), "{text}");
                assert!(text.contains("--identity"), "{text}");
            }
            assert_eq!(faults.len(), sealed.len(), "{faults:?}");
        };
        let report = verify(locked.path()).unwrap();
        says(&report.faults);
        let oldest = Query { order: Order::Oldest, ..queries()[0].clone() };
        says(&search(locked.path(), &oldest).unwrap().damage);
        says(&each_request(locked.path(), &Filter::default(), |_, _| {}).unwrap().damage);
        assert_eq!(rebuild(locked.path(), true, &|_, _| true).unwrap().failed.len(), sealed.len());
    }
}

#[test]
fn what_is_derived_from_an_encrypted_segment_is_encrypted_too() {
    let one = custodian();
    let locked = log(&[&one], Some(&one));
    for ending in [".sum", ".parquet"] {
        names(&locked, ending).iter().for_each(|name| fs::remove_file(locked.path().join(name)).unwrap());
    }
    // As on another machine, where the settings name nobody.
    give(&locked, &[], Some(&one));
    let rebuilt = rebuild(locked.path(), true, &|_, _| true).unwrap();
    assert!(rebuilt.made > 1 && rebuilt.failed.is_empty(), "{rebuilt:?}");
    for name in names(&locked, ".sum").iter().chain(&names(&locked, ".parquet")) {
        assert!(fs::read(locked.path().join(name)).unwrap().starts_with(b"age-encryption.org/v1\n"), "{name}");
    }
    assert!(search(locked.path(), &queries()[0]).unwrap().indexed > 1);
}

#[test]
fn a_cut_or_changed_file_is_found_and_gives_no_wrong_rows() {
    let one = custodian();
    let locked = log(&[&one], Some(&one));
    let expected = rows(locked.path(), &queries()[0]);
    for ending in [".sealed", ".parquet", ".sum"] {
        let name = names(&locked, ending)[0].clone();
        let path = locked.path().join(&name);
        let good = fs::read(&path).unwrap();
        let step = good.len() / 24;
        let flips = (0..good.len()).step_by(step.max(1)).map(|at| {
            let mut bytes = good.clone();
            bytes[at] ^= 1 << (at % 8);
            (format!("bit of byte {at}"), bytes)
        });
        let cuts = [0, 10, 200, good.len() / 2, good.len() - 16, good.len() - 1].map(|to| (format!("cut to {to}"), good[..to].to_vec()));
        for (what, bytes) in flips.chain(cuts) {
            fs::write(&path, bytes).unwrap();
            let answer = search(locked.path(), &queries()[0]).unwrap();
            if ending == ".sealed" {
                let report = verify(locked.path()).unwrap();
                assert!(report.faults.iter().any(|fault| fault.path() == path), "{name}, {what}: {:?}", report.faults);
                assert!(!answer.damage.is_empty() || answer.hits.len() == expected.len(), "{name}, {what}");
            } else {
                assert!(answer.damage.is_empty(), "{name}, {what}: what is derived is not needed: {:?}", answer.damage);
            }
            let found: Vec<String> = answer.hits.iter().map(|hit| serde_json::to_string(&hit.row().unwrap()).unwrap()).collect();
            assert!(found.iter().all(|row| expected.contains(row)), "{name}, {what}");
        }
        fs::write(&path, &good).unwrap();
    }
    assert_eq!(rows(locked.path(), &queries()[0]), expected);
}

#[test]
fn an_identity_file_that_cannot_be_used_is_refused_with_the_reason() {
    let one = custodian();
    let secret = fs::read_to_string(&one.file).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let case = |name: &str, text: &str, mode: u32| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        unlock(folder.path(), &[], Some(&path)).inspect_err(|fault| {
            let text = fault.to_string();
            assert!(text.contains(name), "{text}");
        })
    };
    assert!(case("good", &secret, 0o600).is_ok());
    assert!(case("read-only", &secret, 0o400).is_ok());
    assert!(matches!(case("group", &secret, 0o640), Err(VaultFault::Open { mode: 0o640, .. })));
    assert!(matches!(case("world", &secret, 0o604), Err(VaultFault::Open { .. })));
    assert!(matches!(case("empty", "# nothing\n", 0o600), Err(VaultFault::Empty { .. })));
    assert!(matches!(case("other", "\nAGE-SECRET-KEY-1NO\n", 0o600), Err(VaultFault::Identity { line: 2, .. })));
    assert!(matches!(case("sealed", "age-encryption.org/v1\n-> scrypt", 0o600), Err(VaultFault::Passphrase { .. })));
    let missing = unlock(folder.path(), &[], Some(&folder.path().join("missing")));
    assert!(matches!(missing, Err(VaultFault::Io { .. })));
    let recipient = unlock(folder.path(), &["age1nobody".to_owned()], None);
    assert!(matches!(recipient, Err(VaultFault::Recipient(_))));
    let settings =
        Settings { reserve_bytes: 0, identity_file: Some(folder.path().join("group")), ..Settings::new(folder.path().join("log")) };
    let refused = open(settings, Arc::new(FixedClock::at(7))).err().unwrap();
    assert!(refused.to_string().contains("chmod 600"), "{refused}");
}
