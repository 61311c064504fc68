//! The console in Chromium: the first start, sign-in and the pages of an administrator, at the width of a desk and of a phone, with script
//! and without. Skipped, and said so, where Chromium or Playwright is missing; axe looks at each page where it is there (issue 7; WCAG 2.2).
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test that cannot set up its world has failed and says so")]

#[path = "support/python.rs"]
mod python;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The program, ended with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _killed = self.0.kill();
        let _waited = self.0.wait();
    }
}

/// What follows these words, up to a blank or a comma.
fn after<'a>(text: &'a str, words: &str) -> Option<&'a str> {
    text.split_once(words)?.1.split([' ', ',', ';', '\n']).next()
}

#[test]
fn the_first_start_and_the_pages_of_an_administrator_in_chromium() {
    let Some(python) = python::with("playwright.sync_api", "`make clients`") else { return };
    if !Path::new("/usr/bin/chromium").exists() {
        return println!("skipped: Chromium is not here (`make clients`)");
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lifeguard.toml");
    let sample = std::fs::read_to_string(root.join("config/lifeguard.toml")).unwrap();
    std::fs::write(&path, sample.replace("127.0.0.1:3128", "127.0.0.1:0").replace("127.0.0.1:8642", "127.0.0.1:0")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_lifeguard"));
    command.args(["run", "--config"]).arg(&path).current_dir(folder.path()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut running = Running(command.spawn().unwrap());
    let mut said = String::new();
    let mut lines = BufReader::new(running.0.stdout.take().unwrap());
    while !said.contains("the secret is ") && lines.read_line(&mut said).unwrap() > 0 {}
    let (console, secret) = (after(&said, "console on ").unwrap().to_owned(), after(&said, "the secret is ").unwrap().to_owned());
    let axe = root.join("target/axe/node_modules/axe-core/axe.min.js");
    let axe = if axe.exists() { axe.display().to_string() } else { String::new() };
    let pictures = root.join("target/pictures");
    std::fs::create_dir_all(&pictures).unwrap();
    let journey = root.join("tests/console_support/journey.py");
    let out = Command::new(python).arg(journey).args([&console, &secret, &axe]).arg(&pictures).output().unwrap();
    assert!(out.status.success(), "{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    println!("{}", String::from_utf8_lossy(&out.stdout));
    // What was chosen stands in the file, with everything else as it was; nothing of the set-up can be read from the messages.
    let settings = std::fs::read_to_string(&path).unwrap();
    assert!(
        settings.contains("preset = \"youth-club\"\n\n[[group]]\nname = \"young-people\"")
            && settings.starts_with("# Lifeguard: sample settings.")
    );
    let logs = |arguments: &[&str]| {
        let out =
            Command::new(env!("CARGO_BIN_EXE_lifeguard")).args(arguments).arg("--config").arg(&path).current_dir(folder.path()).output();
        String::from_utf8(out.unwrap().stdout).unwrap()
    };
    let events = logs(&["logs", "search", "--events", "--limit", "1000", "--json"]);
    for words in ["robin is the first administrator", "console-sign-in", "console-change", "signed out"] {
        assert!(events.contains(words), "{words}: {events}");
    }
    assert!(!events.contains("correct horse") && !events.contains(&secret), "{events}");
}
