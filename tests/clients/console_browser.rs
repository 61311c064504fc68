//! The console in Chromium: the first start, sign-in and the pages of an administrator, at the width of a desk and of a phone, with script
//! and without. Skipped, and said so, where Chromium or Playwright is missing; axe looks at each page where it is there (issue 7; WCAG 2.2).

use crate::console_support::real;
use std::process::Command;

#[test]
fn the_first_start_and_the_pages_of_an_administrator_in_chromium() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _) = real::sample(folder.path());
    let running = real::start(&path);
    let Some(said) = real::journey("journey.py", &running, &[]) else { return };
    println!("{said}");
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
    assert!(!events.contains("correct horse") && !events.contains(&running.secret), "{events}");
}
