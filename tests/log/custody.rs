//! An encrypted log through the real program: with a key, with the key from the standard input, without one.

use crate::store_support::*;
use age::secrecy::ExposeSecret;
use lifeguard::ports::{Durability, LogStore};
use lifeguard::record::Entry;
use lifeguard::store::{Settings, open};
use std::fs::{self, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

const REQUESTS: u64 = 60;

struct House {
    folder: tempfile::TempDir,
    public: String,
    secret: String,
}

impl House {
    /// A log of several segments, sealed by the caretaker of a server that has no private key.
    fn new() -> Self {
        let key = age::x25519::Identity::generate();
        let (public, secret) = (key.to_public().to_string(), key.to_string().expose_secret().to_owned());
        let house = Self { folder: tempfile::tempdir().unwrap(), public, secret };
        house.write("key.txt", &house.secret);
        house.settings(&format!("encrypt_to = [{:?}]", house.public));
        let settings = Settings { segment_bytes: 9_000, encrypt_to: vec![house.public.clone()], ..small(&house.path("log")) };
        let store = open(Settings { caretaker: true, ..settings }, RunningClock::start()).unwrap();
        for id in 0..REQUESTS {
            put(&store, request(id), Durability::Disk).unwrap();
            drop(store.append(&Entry::Outcome(outcome(id)), Durability::Queued));
        }
        let deadline = Instant::now() + Duration::from_secs(60);
        while house.files(".sum") == 0 || house.files(".seg") > 1 || house.files(".sum") < house.files(".sealed") {
            assert!(Instant::now() < deadline, "not sealed within a minute: {} segments", house.files(".seg"));
            std::thread::sleep(Duration::from_millis(20));
        }
        store.close();
        house
    }

    fn settings(&self, log: &str) {
        let text = format!("[log]\nfolder = {:?}\n{log}\n[[group]]\nname = \"children\"\npreset = \"primary\"\n", self.path("log"));
        self.write("lifeguard.toml", &text);
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
        fs::set_permissions(self.path(name), Permissions::from_mode(0o600)).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn files(&self, ending: &str) -> usize {
        let names = fs::read_dir(self.path("log")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.ends_with(ending)).count()
    }

    fn logs(&self, arguments: &[&str], input: &str) -> Output {
        let mut program = Command::new(env!("CARGO_BIN_EXE_lifeguard"));
        program.arg("--config").arg(self.path("lifeguard.toml")).arg("logs").args(arguments);
        let program = program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = program.spawn().unwrap();
        // A program that does not read it has closed it.
        drop(child.stdin.take().unwrap().write_all(input.as_bytes()));
        child.wait_with_output().unwrap()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn rows(output: &Output) -> usize {
    text(&output.stdout).lines().filter(|line| line.contains("\"kind\":\"request\"")).count()
}

#[test]
fn the_key_is_given_by_file_by_standard_input_or_by_settings_and_without_it_every_command_fails() {
    let house = House::new();
    let key = house.path("key.txt");
    let search = ["search", "--json", "--limit", "1000"];
    let with = |identity: &str| ["--identity", identity].into_iter().chain(search).map(str::to_owned).collect::<Vec<_>>();
    let run = |arguments: &[String], input: &str| house.logs(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), input);
    let found = run(&with(key.to_str().unwrap()), "");
    assert!(found.status.success() && rows(&found) == REQUESTS as usize, "{found:?}");
    let found = run(&with("-"), &house.secret);
    assert!(found.status.success() && rows(&found) == REQUESTS as usize, "{found:?}");
    for (input, says) in [("", "no age identity"), ("something\n", "line 1")] {
        let refused = run(&with("-"), input);
        assert!(!refused.status.success() && text(&refused.stderr).contains(says), "{refused:?}");
    }
    for arguments in [&search[..], &["verify"]] {
        let refused = house.logs(arguments, "");
        let said = text(&refused.stdout) + &text(&refused.stderr);
        assert!(!refused.status.success(), "{arguments:?}");
        assert!(said.contains(&house.public) && said.contains(".sealed") && said.contains("--identity"), "{said}");
        assert!(rows(&refused) < REQUESTS as usize, "rows of sealed segments are not shown");
    }
    let whole = house.logs(&["--identity", key.to_str().unwrap(), "verify"], "");
    assert!(whole.status.success(), "{whole:?}");
    let out = house.path("rows.csv");
    let export = |arguments: &[&str]| house.logs(&[arguments, &["export", "--format", "csv", "--out", out.to_str().unwrap()]].concat(), "");
    let exported = export(&["--identity", key.to_str().unwrap()]);
    assert!(exported.status.success(), "{exported:?}");
    let manifest = format!("{}.manifest.json", out.display());
    assert!(house.logs(&["verify", &manifest], "").status.success(), "the manifest needs no key");
    fs::write(&out, "other").unwrap();
    let refused = house.logs(&["verify", &manifest], "");
    assert!(!refused.status.success() && text(&refused.stderr).contains("rows.csv"), "{refused:?}");
    [out.as_path(), Path::new(&manifest)].into_iter().for_each(|file| fs::remove_file(file).unwrap());
    assert!(!export(&[]).status.success(), "an export that misses rows is a failure");
    house.settings(&format!("encrypt_to = {:?}\nidentity_file = {key:?}", house.public));
    assert!(house.logs(&search, "").status.success());
    fs::set_permissions(&key, Permissions::from_mode(0o644)).unwrap();
    let refused = house.logs(&search, "");
    assert!(!refused.status.success() && text(&refused.stderr).contains("chmod 600"), "{refused:?}");
    house.settings("encrypt_to = [\"age1nobody\"]");
    let refused = house.logs(&search, "");
    assert!(!refused.status.success() && text(&refused.stderr).contains("age1nobody"), "{refused:?}");
}
