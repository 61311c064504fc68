//! Packs of accreditation: made with the key of a real log, checked by the program and by the independent verifier; both accept what is true and
//! refuse every edit of every file. The independent one needs Python and its package `cryptography`; without them its part is skipped, and says so.

use crate::store_support::*;
use lifeguard::accredit::{Context, Figure, ListFact, Membership, Miss, Outcome, Share, Verdict};
use lifeguard::app::accredited::{FullRun, write_pack};
use lifeguard::model::Timestamp;
use lifeguard::ports::{Durability, LogStore};
use lifeguard::record::Entry;
use lifeguard::store::evidence::{PACK_MANIFEST, PackCheckFault, check_pack};
use lifeguard::store::{Signer, open};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

const FILES: [&str; 4] = ["form-uksic.html", PACK_MANIFEST, "report.html", "report.json"];

/// A log with its key, and a pack beside it.
struct House {
    folder: tempfile::TempDir,
}

impl House {
    fn new() -> Self {
        let house = Self { folder: tempfile::tempdir().unwrap() };
        let text = format!(
            "[log]\nfolder = {:?}\n[accredit]\nfolder = {:?}\n[[group]]\nname = \"children\"\npreset = \"primary\"\n",
            house.path("log"),
            house.path("accredit")
        );
        fs::write(house.path("lifeguard.toml"), text).unwrap();
        let store = open(small(&house.path("log")), RunningClock::start()).unwrap();
        wait(store.append(&Entry::Event(event("a word")), Durability::Disk)).unwrap();
        store.close();
        house
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn pack(&self, name: &str) -> PathBuf {
        self.pack_of(name, context())
    }

    fn pack_of(&self, name: &str, context: Context) -> PathBuf {
        let signer = Signer::read(&self.path("log"), None).unwrap();
        write_pack(outcomes(), context, &self.path(name), (&self.path("log"), &signer)).unwrap();
        self.path(name)
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lifeguard"));
        command.arg("-c").arg(self.path("lifeguard.toml")).args(arguments).current_dir(self.folder.path()).output().unwrap()
    }

    fn key(&self) -> String {
        let output = self.run(&["logs", "head", "--json"]);
        let head: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        head["genesis"].as_str().unwrap().to_owned()
    }
}

fn context() -> Context {
    let made = Timestamp::from_seconds(1_764_000_000);
    Context {
        made,
        made_words: "24 November 2025, 16:00 GMT".into(),
        site: "Hill <School> & Co".into(),
        node: "node-1".into(),
        lists: vec![ListFact { name: "illegal".into(), statutory: true, entries: 12, age_hours: Some(3), ..ListFact::default() }],
        memberships: vec![Membership { scheme: "IWF".into(), id: "M-42".into(), until: Timestamp::from_seconds(1_790_000_000) }],
        groups: vec!["Children".into(), "Staff".into()],
        ..Context::default()
    }
}

fn outcomes() -> Vec<Outcome> {
    let miss = Miss { place: "corpus adult, line 7".into(), asked: "hxxp://b<b>ad[.]example/".into(), came: "200".into() };
    let bad = Verdict::Fail("81 of 100, and 90 per cent are asked for".into());
    vec![
        Outcome {
            share: Some(Share { good: 300, of: 300 }),
            took: Duration::from_secs(2),
            ..Outcome::of("statutory", "children", &["A7"], Verdict::Pass)
        },
        Outcome { share: Some(Share { good: 95, of: 100 }), ..Outcome::of("buckets", "becta-adult", &["A8"], Verdict::Pass) },
        Outcome { share: Some(Share { good: 81, of: 100 }), misses: vec![miss], ..Outcome::of("buckets", "becta-drugs", &["A8"], bad) },
        Outcome {
            figures: vec![Figure { name: "age".into(), value: 3.5, unit: "hours".into() }],
            ..Outcome::of("list-age", "", &["U3"], Verdict::Amber("no age is known".into()))
        },
        Outcome::of("safe-search", "", &["V19"], Verdict::NotRun("no name server answers".into())),
    ]
}

/// What the independent verifier says to each of these folders: is it proved? One process for all of them.
fn independent(python: &str, folders: &[PathBuf], key: Option<&str>) -> Vec<bool> {
    let deploy = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy");
    let script = "import sys; sys.path.insert(0, sys.argv[1]); sys.dont_write_bytecode = True; import verify_evidence as v\n\
        key = ['--key', sys.argv[2]] if sys.argv[2] else []\n\
        for folder in sys.stdin.read().split('\\0')[:-1]:\n    print('code', v.main([folder] + key))";
    let mut command = Command::new(python);
    command.args(["-c", script]).arg(deploy).arg(key.unwrap_or(""));
    command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    let names: String = folders.iter().map(|folder| format!("{}\0", folder.display())).collect();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), names.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    let codes: Vec<bool> = text.lines().filter_map(|line| line.strip_prefix("code ")).map(|code| code == "0").collect();
    assert_eq!(codes.len(), folders.len());
    codes
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for name in FILES {
        fs::copy(from.join(name), to.join(name)).unwrap();
    }
}

/// Copies of a pack, each with one edit, and what that is.
fn edited(house: &House, pack: &Path, other: &Path) -> Vec<(String, PathBuf)> {
    let mut all = Vec::new();
    let mut change = |what: String, act: &dyn Fn(&Path)| {
        let folder = house.path(&format!("edit-{}", all.len()));
        copy(pack, &folder);
        act(&folder);
        all.push((what, folder));
    };
    for name in FILES {
        let bytes = fs::read(pack.join(name)).unwrap();
        let places = if name == PACK_MANIFEST { 120 } else { 12 };
        for n in 0..places {
            let (mut changed, at) = (bytes.clone(), n * bytes.len() / places);
            changed[at] ^= 1 << (n % 8);
            change(format!("{name}: bit {} of byte {at}", n % 8), &|folder| fs::write(folder.join(name), &changed).unwrap());
        }
        change(format!("{name}: cut"), &|folder| fs::write(folder.join(name), &bytes[..bytes.len() - 1]).unwrap());
        change(format!("{name}: longer"), &|folder| fs::write(folder.join(name), [&bytes[..], b"\n"].concat()).unwrap());
        change(format!("{name}: gone"), &|folder| fs::remove_file(folder.join(name)).unwrap());
        change(format!("{name}: of another installation"), &|folder| {
            fs::write(folder.join(name), fs::read(other.join(name)).unwrap()).unwrap()
        });
        change(format!("{name}: a link to the same bytes"), &|folder| {
            fs::remove_file(folder.join(name)).unwrap();
            std::os::unix::fs::symlink(pack.join(name), folder.join(name)).unwrap();
        });
    }
    change("a file more".into(), &|folder| fs::write(folder.join("certificate.html"), "passed").unwrap());
    let text = fs::read_to_string(pack.join(PACK_MANIFEST)).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    for at in 0..lines.len() {
        let without: String = lines.iter().enumerate().filter(|(number, _)| *number != at).map(|(_, line)| *line).collect();
        change(format!("line {} of the manifest dropped", at + 1), &|folder| fs::write(folder.join(PACK_MANIFEST), &without).unwrap());
        let twice: String = lines.iter().enumerate().flat_map(|(number, line)| vec![*line; 1 + usize::from(number == at)]).collect();
        change(format!("line {} of the manifest doubled", at + 1), &|folder| fs::write(folder.join(PACK_MANIFEST), &twice).unwrap());
    }
    all
}

#[test]
fn both_verifiers_accept_a_pack_and_refuse_every_edit_of_every_file() {
    let (house, stranger) = (House::new(), House::new());
    let (pack, other) = (house.pack("pack"), stranger.pack_of("pack", Context { site: "Dale School".into(), ..context() }));
    let key = house.key();
    assert!(check_pack(&pack, None).is_ok() && check_pack(&pack, Some(&key)).is_ok() && check_pack(&other, None).is_ok());
    assert!(check_pack(&other, Some(&key)).is_err(), "it is another installation's");
    let edits = edited(&house, &pack, &other);
    assert!(edits.len() > 170, "{}", edits.len());
    for (what, folder) in &edits {
        assert!(check_pack(folder, None).is_err() && check_pack(folder, Some(&key)).is_err(), "accepted: {what}");
    }
    let Some(python) = crate::python::with("cryptography", "Debian: python3-cryptography") else { return };
    assert_eq!(independent(python, &[pack.clone(), other.clone()], None), [true, true]);
    assert_eq!(independent(python, &[pack, other], Some(&key)), [true, false]);
    let folders: Vec<PathBuf> = edits.iter().map(|(_, folder)| folder.clone()).collect();
    let first = independent(python, &folders, None).iter().position(|&taken| taken);
    assert_eq!(first.map(|at| &edits[at].0), None, "accepted by the independent verifier");
}

#[test]
fn the_program_checks_packs_and_says_where_they_fail() {
    let house = House::new();
    let pack = house.pack("pack");
    let key = house.key();
    let good = house.run(&["accredit", "verify", "pack", "--key", &key]);
    assert!(
        good.status.success() && String::from_utf8_lossy(&good.stdout).starts_with("PROVED: form-uksic.html, report.html, report.json"),
        "{good:?}"
    );
    assert!(!house.run(&["accredit", "verify", "pack", "--key", "00"]).status.success());
    assert!(!house.run(&["accredit", "verify", "log"]).status.success());
    fs::write(pack.join("report.html"), "all is well").unwrap();
    let bad = house.run(&["accredit", "verify", "pack"]);
    assert!(
        !bad.status.success() && String::from_utf8_lossy(&bad.stderr).contains("report.html: it is not the file that was signed"),
        "{bad:?}"
    );
    assert!(matches!(check_pack(&pack, None), Err(PackCheckFault::Changed(_))));
}

#[test]
fn a_pack_never_goes_over_anything_and_leaves_nothing_half_made() {
    let house = House::new();
    let signer = Signer::read(&house.path("log"), None).unwrap();
    fs::create_dir(house.path("taken")).unwrap();
    let made = write_pack(outcomes(), context(), &house.path("taken"), (&house.path("log"), &signer));
    assert!(made.unwrap_err().to_string().contains("is there already"));
    let made = write_pack(outcomes(), context(), &house.path("no/such/place"), (&house.path("log"), &signer));
    assert!(made.is_err());
    // A log whose history of keys is not there.
    fs::create_dir(house.path("empty")).unwrap();
    let made = write_pack(outcomes(), context(), &house.path("unsigned"), (&house.path("empty"), &signer));
    assert!(made.is_err());
    let left: Vec<String> =
        fs::read_dir(house.folder.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert!(!left.iter().any(|name| name.contains("unsigned") || name.contains(".part")), "{left:?}");
}

#[test]
fn the_pages_stand_alone_and_say_what_was_found() {
    let house = House::new();
    let pack = house.pack("pack");
    let page = fs::read_to_string(pack.join("report.html")).unwrap();
    for page in [&page, &fs::read_to_string(pack.join("form-uksic.html")).unwrap()] {
        for stranger in ["<script", "http://", "https://", "src=", "@import", "url(", "href=\"/"] {
            assert!(!page.contains(stranger), "{stranger}");
        }
        assert!(page.contains("Hill &lt;School&gt; &amp; Co") && page.contains("<html lang=\"en-GB\">"));
    }
    for words in [
        "Not passing.",
        "81 of 100: 81.00 % (72.22 to 87.49 %)",
        "hxxp:&#x2f;&#x2f;b&lt;b&gt;ad[.]example",
        "IWF M-42 until",
        "no name server answers",
    ] {
        assert!(page.contains(words), "{words}");
    }
    let run = FullRun::of_pack(&pack).unwrap();
    assert_eq!(run.outcomes, outcomes());
    let form = house.run(&["accredit", "form", "uksic", "--from", "pack"]);
    let form = String::from_utf8_lossy(&form.stdout).into_owned();
    assert!(form.contains("the checks are of 2025-11-24T16:00:00"), "{form}");
    assert!(
        form.contains("AMBER  Reporting mechanism") && form.contains("RED    A member of the IWF") && form.contains("AMBER  Safe search"),
        "{form}"
    );
    let none = house.run(&["accredit", "form", "uksic"]);
    assert!(String::from_utf8_lossy(&none.stdout).contains("no checks were run"));
    assert!(house.run(&["accredit", "form", "uksic", "--html"]).stdout.starts_with(b"<!doctype html>"));
}
