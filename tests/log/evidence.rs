//! Proofs and evidence made by the real program, checked by it and by the independent verifier; both accept what is true and refuse every
//! mutation. The independent one needs Python and its package `cryptography`; without them its part is skipped, and says so.

use crate::store_support::*;
use lifeguard::model::{Reason, Timestamp, VerdictKind};
use lifeguard::ports::{Durability, LogStore};
use lifeguard::record::{Entry, RequestRecord};
use lifeguard::store::evidence::check_evidence;
use lifeguard::store::hold::{NewHold, filter_to_json, place_hold};
use lifeguard::store::query::Filter;
use lifeguard::store::{Settings, open};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

/// A log in a folder, with settings that lead to it.
struct House {
    folder: tempfile::TempDir,
}

impl House {
    fn new() -> Self {
        let house = Self { folder: tempfile::tempdir().unwrap() };
        let text = format!("[log]\nfolder = {:?}\n[[group]]\nname = \"children\"\npreset = \"primary\"\n", house.path("log"));
        fs::write(house.path("lifeguard.toml"), text).unwrap();
        house
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Requests with their ends, one about a statutory list, and heads that are signed often.
    fn fill(&self, from: u64, count: u64) -> &Self {
        let settings = Settings { segment_bytes: 9_000, head_every: Duration::from_millis(20), ..small(&self.path("log")) };
        let store = open(settings, RunningClock::start()).unwrap();
        // So that heads have the further lines that speak of holds.
        let query = filter_to_json(&Filter::default());
        let hold = NewHold { query, owner: "kim".into(), reason: "a test".into(), review: jiff::civil::date(2027, 1, 31) };
        place_hold(&self.path("log"), hold, &store.signer(), Timestamp::from_seconds(1_764_000_000)).unwrap();
        for id in from..from + count {
            let secret = RequestRecord {
                verdict: VerdictKind::Block,
                reason: Reason::Statutory,
                target: b"http://bad.example.org/secret",
                url: "http://bad.example.org/secret".into(),
                host: "bad.example.org",
                ..request(id)
            };
            put(&store, if id == from + 7 { secret } else { request(id) }, Durability::Kernel).unwrap();
            drop(store.append(&Entry::Outcome(outcome(id)), Durability::Queued));
            if id % 16 == 0 {
                wait(store.append(&Entry::Event(event("a word")), Durability::Disk)).unwrap();
            }
        }
        store.close();
        self
    }

    /// Runs the real program.
    fn logs(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_lifeguard"))
            .arg("-c")
            .arg(self.path("lifeguard.toml"))
            .arg("logs")
            .args(arguments)
            .current_dir(self.folder.path())
            .output()
            .unwrap()
    }

    /// The same; it must go well.
    fn good(&self, arguments: &[&str]) -> String {
        let output = self.logs(arguments);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{arguments:?}: {text}{}", String::from_utf8_lossy(&output.stderr));
        text
    }

    fn file(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    /// A proof of one record and a bundle of evidence.
    fn files(&self) -> [Vec<u8>; 2] {
        self.good(&["prove", "21", "--out", "proof"]);
        self.good(&["evidence", "bundle", "--oldest-first", "--limit", "12"]);
        [self.file("proof"), self.file("bundle")]
    }
}

/// What the independent verifier says to each of these files: is it proved? One process for all of them.
fn independent(python: &str, files: &[Vec<u8>], key: Option<&str>) -> Vec<bool> {
    let folder = tempfile::tempdir().unwrap();
    for (number, file) in files.iter().enumerate() {
        fs::write(folder.path().join(number.to_string()), file).unwrap();
    }
    let deploy = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy");
    let script = "import sys; sys.path.insert(0, sys.argv[1]); sys.dont_write_bytecode = True; import verify_evidence as v\n\
        for n in range(int(sys.argv[3])):\n    print('code', v.main([sys.argv[2] + '/' + str(n)] + sys.argv[4:]))";
    let mut command = Command::new(python);
    command.args(["-c", script]).arg(deploy).arg(folder.path()).arg(files.len().to_string());
    if let Some(key) = key {
        command.args(["--key", key]);
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let codes: Vec<bool> = text.lines().filter_map(|line| line.strip_prefix("code ")).map(|code| code == "0").collect();
    assert_eq!(codes.len(), files.len());
    codes
}

/// Changes to a file, each with its name: bytes flipped at places all over, lines dropped, swapped, doubled and put in from elsewhere, cuts.
fn mutations(file: &[u8], other: &[u8], places: usize) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for n in 0..places {
        let at = n * file.len() / places;
        let mut changed = file.to_vec();
        changed[at] ^= 1 << (n % 8);
        all.push((format!("bit {} of byte {at} flipped", n % 8), changed));
    }
    for n in 0..40 {
        let at = n * file.len() / 40;
        all.push((format!("cut to {at} bytes"), file[..at].to_vec()));
    }
    all.push(("a line feed more".into(), [file, b"\n"].concat()));
    all.push(("a line feed less".into(), file[..file.len() - 1].to_vec()));
    let lines: Vec<&[u8]> = file.split_inclusive(|&byte| byte == b'\n').collect();
    let foreign: Vec<&[u8]> = other.split_inclusive(|&byte| byte == b'\n').collect();
    let edited = |edit: &dyn Fn(&mut Vec<&'_ [u8]>)| {
        let mut lines: Vec<&[u8]> = lines.clone();
        edit(&mut lines);
        lines.concat()
    };
    for at in 0..lines.len() {
        all.push((
            format!("line {} dropped", at + 1),
            edited(&|lines| {
                lines.remove(at);
            }),
        ));
        all.push((format!("line {} doubled", at + 1), edited(&|lines| lines.insert(at, lines[at]))));
        if at + 1 < lines.len() {
            all.push((format!("lines {} and the next swapped", at + 1), edited(&|lines| lines.swap(at, at + 1))));
        }
        // A line that is the same in both files is no change.
        if let Some(line) = foreign.get(at).filter(|line| **line != lines[at]) {
            let mut copy: Vec<&[u8]> = lines.clone();
            copy[at] = line;
            all.push((format!("line {} of another log", at + 1), copy.concat()));
        }
    }
    all
}

#[test]
fn both_verifiers_accept_what_is_true_and_refuse_every_mutation() {
    let (house, other) = (House::new(), House::new());
    house.fill(1, 60);
    other.fill(1, 60);
    let key: serde_json::Value = serde_json::from_str(&house.good(&["head", "--json"])).unwrap();
    let key = key["genesis"].as_str().unwrap();
    let python = crate::python::with("cryptography", "Debian: python3-cryptography");
    // LIFEGUARD_MUTATIONS: in how many places of each file a bit is flipped.
    let places = std::env::var("LIFEGUARD_MUTATIONS").ok().and_then(|number| number.parse().ok()).unwrap_or(250);
    for (file, foreign) in house.files().into_iter().zip(other.files()) {
        assert!(check_evidence(&file, None).is_ok() && check_evidence(&file, Some(key)).is_ok());
        assert!(check_evidence(&foreign, None).is_ok(), "the other log's file is as good");
        assert!(check_evidence(&foreign, Some(key)).is_err(), "but it is not this log's");
        let changed = mutations(&file, &foreign, places.min(file.len()));
        for (what, changed) in &changed {
            assert!(check_evidence(changed, None).is_err() && check_evidence(changed, Some(key)).is_err(), "accepted: {what}");
        }
        let Some(python) = python else { continue };
        assert_eq!(independent(python, std::slice::from_ref(&file), None), [true]);
        assert_eq!(independent(python, &[file, foreign], Some(key)), [true, false]);
        let files: Vec<Vec<u8>> = changed.iter().map(|(_, changed)| changed.clone()).collect();
        let taken = independent(python, &files, None);
        let first = taken.iter().position(|&taken| taken);
        assert_eq!(first.map(|at| &changed[at].0), None, "accepted by the independent verifier");
    }
}

#[test]
fn the_program_checks_files_and_logs_and_says_where_they_fail() {
    let house = House::new();
    house.fill(1, 60);
    house.files();
    let key: serde_json::Value = serde_json::from_str(&house.good(&["head", "--json"])).unwrap();
    let key = key["genesis"].as_str().unwrap();
    assert!(house.good(&["verify"]).contains("is whole"));
    assert!(house.good(&["verify", "--key", key]).contains("is whole"));
    assert!(house.good(&["verify", "proof", "--key", key]).starts_with("PROVED"));
    assert!(house.good(&["verify", "bundle", "--json"]).contains("\"evidence\":true"));
    for arguments in
        [&["verify", "--key", "00"][..], &["verify", "bundle", "--key", "00"], &["verify", "lifeguard.toml"], &["prove", "9999999"]]
    {
        assert!(!house.logs(arguments).status.success(), "{arguments:?}");
    }
    let mut bundle = house.file("bundle");
    let at = bundle.len() / 2;
    bundle[at] ^= 1;
    fs::write(house.path("changed"), bundle).unwrap();
    let output = house.logs(&["verify", "changed"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("line "), "{output:?}");
}

#[test]
fn a_statutory_record_is_proved_without_its_address() {
    let house = House::new();
    house.fill(1, 30);
    house.good(&["evidence", "bundle", "--reason", "statutory"]);
    // By number: the request is the one whose reference number is 8.
    let rows = house.good(&["search", "--reason", "statutory", "--json"]);
    let row: serde_json::Value = serde_json::from_str(rows.lines().next().unwrap()).unwrap();
    house.good(&["prove", &row["sequence"].to_string(), "--out", "by-number"]);
    house.good(&["prove", row["id"].as_str().unwrap(), "--out", "by-reference"]);
    for name in ["bundle", "by-number", "by-reference"] {
        let checked = check_evidence(&house.file(name), None).unwrap();
        assert_eq!(checked.records, checked.withheld, "{name}");
        let text = String::from_utf8(house.file(name)).unwrap();
        assert!(!text.contains("\"frame\"") && !text.contains("example.org"), "{name}");
    }
}

#[test]
fn a_witness_signs_what_continues_and_refuses_what_does_not() {
    let (house, other) = (House::new(), House::new());
    house.fill(1, 20);
    other.fill(1, 40);
    let public = house.good(&["witness", "--key", "witness.key", "--new", "witness.example.test"]);
    assert!(public.starts_with("witness.example.test+"));
    assert!(
        !house.logs(&["witness", "--key", "witness.key", "--new", "again.example.test"]).status.success(),
        "a key is never overwritten"
    );
    house.good(&["prove", "--from", "0", "--out", "first"]);
    let signed = house.good(&["witness", "--key", "witness.key", "first"]);
    assert_eq!(signed.lines().filter(|line| line.starts_with('\u{2014}')).count(), 2, "{signed}");
    let size: u64 = signed.lines().nth(1).unwrap().parse().unwrap();
    house.fill(100, 25);
    let refused = |file: &str| {
        let output = house.logs(&["witness", "--key", "witness.key", file]);
        assert!(!output.status.success(), "{file}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    house.good(&["prove", "--from", "0", "--out", "from-nothing"]);
    assert!(refused("from-nothing").contains(&format!("--from {size}")));
    other.good(&["prove", "--from", &size.to_string(), "--out", "foreign"]);
    fs::copy(other.path("foreign"), house.path("foreign")).unwrap();
    assert!(refused("foreign").contains("not the log"));
    house.good(&["prove", "--from", &size.to_string(), "--out", "next"]);
    let mut changed: serde_json::Value = serde_json::from_slice(&house.file("next")).unwrap();
    let first = changed["proof"][0].clone();
    changed["proof"].as_array_mut().unwrap().push(first);
    fs::write(house.path("changed"), changed.to_string()).unwrap();
    assert!(refused("changed").contains("DOES NOT CONTINUE"));
    house.good(&["witness", "--key", "witness.key", "next"]);
}
