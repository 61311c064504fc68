//! The weekly run, the certificate of each quarter and the end of old certificates, in the running process (standards A2, U23). A week and a
//! quarter pass by the history: its lines are made older while nothing runs.

use crate::support::client::get_direct;
use crate::support::{Lifeguard, World};
use lifeguard::model::{Bucket, Timestamp};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const DAY: i64 = 86_400;
/// A whole run, in a debug build on a busy machine.
const PATIENCE: Duration = Duration::from_secs(180);

fn now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

/// A zone in which this hour does not end within the test, and the hour there.
fn zone() -> (&'static str, i64) {
    let half_an_hour_on = now() + 5 * 3600 + 1800;
    match now() / 60 % 60 {
        0..30 => ("UTC", now() / 3600 % 24),
        _ => ("Asia/Kolkata", half_an_hour_on / 3600 % 24),
    }
}

/// A world in which every suite runs and holds: two groups, lists of two categories, and a corpus of every bucket.
fn world() -> World {
    let mut world = World::new();
    world.more = "\n[[lists.source]]\nname = \"games\"\nformat = \"domains\"\npath = \"games.txt\"\n\
                  [[group]]\nname = \"older\"\nblock = [\"games\"]\n\
                  [accredit]\nfolder = \"accredit\"\ncanary_every = \"1s\"\nrun_hour = @HOUR@\n\
                  corpora = [{ path = \"bad.txt\", groups = [\"everyone\"] }, { bucket = \"allow\", path = \"good.txt\" }]\n"
        .into();
    let hosts: String = Bucket::all().map(|bucket| format!("{}.test\n", bucket.code())).collect();
    let labelled: String = Bucket::all().map(|bucket| format!("{0} {0}.test\n", bucket.code())).collect();
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", &format!("blocked.test\n{hosts}"));
    world.write("games.txt", "games.test\n");
    world.write("bad.txt", &labelled);
    world.write("good.txt", "good.test\nhealth.test/page\n");
    for day in 1..=8 {
        world.write(&format!("accredit/certificates/2019010{day}T000000/report.json"), "{}");
    }
    world
}

fn start(world: &World) -> Lifeguard {
    let (name, hour) = zone();
    let site = "name = \"Test site\"\n";
    let config = world.config().replace(site, &format!("{site}time_zone = \"{name}\"\n")).replace("@HOUR@", &hour.to_string());
    Lifeguard::start(&world.write("lifeguard.toml", &config))
}

fn history(world: &World) -> PathBuf {
    world.folder.path().join("accredit/history.jsonl")
}

fn lines(world: &World) -> Vec<Value> {
    let text = fs::read_to_string(history(world)).unwrap_or_default();
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// Names of the certificates, the oldest first.
fn certificates(world: &World) -> Vec<String> {
    let folder = world.folder.path().join("accredit/certificates");
    let mut all: Vec<String> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    all.sort();
    all
}

/// Makes what was run so many days older.
fn pass(world: &World, days: i64) {
    let older = |mut line: Value| {
        line["at"] = Timestamp::from_seconds(now() - days * DAY).to_string().into();
        format!("{line}\n")
    };
    let text: String = lines(world).into_iter().map(older).collect();
    fs::write(history(world), text).unwrap();
}

/// Starts the proxy, waits until it has run every suite once more, and ends it. What it wrote of that, and what it then said of itself.
fn next_run(world: &World) -> (Value, Value) {
    let before = lines(world).len();
    let running = start(world);
    let deadline = Instant::now() + PATIENCE;
    let line = loop {
        let new = lines(world).into_iter().skip(before).find(|line| line["what"] != "canary");
        if let Some(line) = new {
            break line;
        }
        assert!(Instant::now() < deadline, "no run: {:?} {}", lines(world), running.errors());
        std::thread::sleep(Duration::from_millis(100));
    };
    // The next canary comes when all of the run is told.
    crate::support::proxy::wait_until("a canary after it", || lines(world).last().is_some_and(|last| last["what"] == "canary"));
    let told = || serde_json::from_str::<Value>(&get_direct(running.console, "/accreditation.json").text()).unwrap();
    crate::support::proxy::wait_until("the console tells of it", || told()["run"]["at"] == line["at"]);
    let standing = told();
    assert!(running.stop().success());
    (line, standing)
}

#[test]
fn each_week_has_its_run_each_quarter_its_certificate_and_the_oldest_go() {
    let world = world();
    let (line, standing) = next_run(&world);
    assert_eq!((&line["what"], &line["passing"]), (&"certificate".into(), &true.into()), "{line}");
    assert_eq!(standing["run"]["passing"], true, "{standing}");
    let all = certificates(&world);
    assert_eq!((all.len(), all[0].as_str()), (8, "20190102T000000"), "the oldest went: {all:?}");
    assert_eq!(line["certificate"].as_str(), Some(all[7].as_str()));
    let checked = world.command(&["accredit", "verify", &format!("accredit/certificates/{}", all[7])]);
    assert!(String::from_utf8_lossy(&checked.stdout).starts_with("PROVED"), "{checked:?}");
    assert!(world.search(&["--kind", "event"]).contains("no suite failed, "));

    // A week later every suite runs, and the certificate still counts.
    pass(&world, 8);
    let (line, _) = next_run(&world);
    assert_eq!((&line["what"], &line["passing"], &line["certificate"]), (&"run".into(), &true.into(), &Value::Null), "{line}");
    assert_eq!(certificates(&world), all);

    // At the end of the quarter something does not hold: there is no certificate, and that is told.
    pass(&world, 80);
    let bad = fs::read_to_string(world.folder.path().join("bad.txt")).unwrap();
    world.write("bad.txt", &format!("{bad}becta-adult nobody-lists.test\n"));
    let (line, standing) = next_run(&world);
    assert_eq!((&line["what"], &line["passing"], &line["certificate"]), (&"run".into(), &false.into(), &Value::Null), "{line}");
    assert!(line["not_passing"].to_string().contains("becta-adult") && standing["passing"] == false, "{line} {standing}");
    assert!(world.search(&["--kind", "event"]).contains("NOT PASSING"));
    assert_eq!(certificates(&world), all);

    // Once it holds again, the run of the next week gives the certificate.
    world.write("bad.txt", &bad);
    pass(&world, 80);
    let (line, standing) = next_run(&world);
    assert_eq!((&line["what"], &line["passing"]), (&"certificate".into(), &true.into()), "{line}");
    assert_eq!(standing["run"]["passing"], true, "{standing}");
    let new = certificates(&world);
    assert_eq!((new.len(), &new[..7]), (8, &all[1..]), "{new:?}");
}
