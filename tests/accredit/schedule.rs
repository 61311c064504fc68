//! A running proxy checks itself: the canary goes through its own listeners, what no longer holds is told everywhere, and what `lifeguard accredit`
//! finds beside it is told as well (standards A2, A11, U23).

use crate::feeds_support::{Publisher, fetch, settings, source};
use crate::support::client::get_direct;
use crate::support::proxy::{program, wait_until};
use crate::support::{Lifeguard, Small, World};
use serde_json::Value;
use std::path::Path;
use std::process::Stdio;

/// Half a day away: whenever the tests run, no whole run is due by itself.
fn far_hour() -> u64 {
    let seconds = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    (seconds / 3600 + 12) % 24
}

fn start(world: &mut World) -> Lifeguard {
    world.more = format!(
        "\n[accredit]\nfolder = \"accredit\"\ncanary_every = \"1s\"\nrun_hour = {}\n[[accredit.membership]]\nscheme = \"IWF\"\nid = \"M-42\"\n\
         expires = 2090-12-31\n",
        far_hour()
    );
    world.start()
}

fn standing(running: &Lifeguard) -> Value {
    serde_json::from_str(&get_direct(running.console, "/accreditation.json").text()).unwrap()
}

fn ready(running: &Lifeguard) -> String {
    get_direct(running.console, "/readyz").text()
}

fn events(world: &World) -> String {
    world.search(&["--kind", "event"])
}

#[test]
fn the_canary_holds_and_what_no_longer_holds_is_told_everywhere() {
    let mut world = World::new();
    let running = start(&mut world);
    wait_until("a canary", || standing(&running)["canary"]["passing"] == true);
    let told = standing(&running);
    assert_eq!((&told["passing"], &told["run"], &told["schedule"]), (&Value::Null, &Value::Null, &Value::Bool(true)));
    assert!(told["criteria"].as_array().unwrap().iter().any(|one| one["id"] == "A7" && one["light"] == "not-run"), "{told}");
    let asked = world.search(&["--reason", "statutory"]);
    assert!(asked.contains("\"accreditation\""), "the record says by its user agent whose it is: {asked}");
    assert_eq!(world.origin.seen().len(), 0, "nothing of it leaves this machine");
    let page = get_direct(running.console, "/accreditation").text();
    assert!(page.contains("not known: not every suite has run yet") && page.contains("it held"), "{page}");
    assert!(!ready(&running).contains("accreditation"));
    // What the source holds is not what is in force: nobody has reloaded.
    world.write("statutory.txt", "other.test/page\n");
    wait_until("it no longer holds", || standing(&running)["passing"] == false);
    assert!(ready(&running).starts_with("ready\n[!] accreditation: not passing"), "{}", ready(&running));
    let page = get_direct(running.console, "/accreditation").text();
    assert!(page.contains("Accreditation: not passing") && page.contains("At the last canary"), "{page}");
    assert!(get_direct(running.console, "/").text().contains("<dt>Accreditation</dt><dd>not passing</dd>"));
    wait_until("the metric says so", || get_direct(running.console, "/metrics").text().contains("lifeguard_accreditation_passing 0"));
    wait_until("the log tells it", || events(&world).contains("NOT PASSING: At the last canary"));
    assert_eq!(world.origin.seen().len(), 0, "an address that is not in force is not asked for");
    running.signal(1);
    wait_until("it holds again", || standing(&running)["passing"] == Value::Null);
    wait_until("the log tells that", || events(&world).contains("the canary holds again"));
    // Settings that are not those in force: nothing is claimed of them.
    world.write("lifeguard.toml", &(world.config() + "\n[[rule]]\nblock = [\"new.test\"]\nauthor = \"Kim\"\nreason = \"a test\"\n"));
    wait_until("not those in force", || standing(&running)["not_passing"].to_string().contains("not those in force"));
    // What was found outlives the process once it is on the disk, a moment after it counts.
    let history = world.folder.path().join("accredit/history.jsonl");
    wait_until("it is kept", || std::fs::read_to_string(&history).is_ok_and(|text| text.contains("not those in force")));
    assert!(running.stop().success());
    world.write("lifeguard.toml", &world.config().replace("canary_every = \"1s\"", "canary_every = \"1h\""));
    let again = Lifeguard::start(&world.folder.path().join("lifeguard.toml"));
    assert_eq!(standing(&again)["passing"], false);
}

#[test]
fn a_run_beside_the_proxy_is_signed_by_its_log_and_told_by_its_console() {
    let mut world = World::new();
    let running = start(&mut world);
    let out = world.command(&["accredit", "--out", "pack"]);
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    assert!(text.contains("check it with `lifeguard accredit verify`"), "{text}{}", String::from_utf8_lossy(&out.stderr));
    let checked = world.command(&["accredit", "verify", "pack"]);
    assert!(checked.status.success(), "{checked:?}");
    let report: Value = serde_json::from_slice(&std::fs::read(world.folder.path().join("pack/report.json")).unwrap()).unwrap();
    let of = |id: &str| report["criteria"].as_array().unwrap().iter().find(|one| one["id"] == id).unwrap().clone();
    // Sealed HTTPS hides single pages: that is no pass, and no failure.
    assert_eq!((&of("A7")["light"], &of("V2")["light"]), (&"amber".into(), &"met".into()), "{} {}", of("A7"), of("V2"));
    assert!(of("V1")["because"].to_string().contains("IWF M-42 until 31 December 2090"), "{}", of("V1"));
    assert_eq!(of("A8")["light"], "not-run", "there is no corpus");
    assert_eq!(report["installation"]["build"].as_str().unwrap().len(), 64);
    let html = std::fs::read_to_string(world.folder.path().join("pack/report.html")).unwrap();
    assert!(!html.contains("listed.test"), "an entry of a statutory list");
    wait_until("the console tells of it", || !standing(&running)["run"].is_null());
    let told = standing(&running);
    assert_eq!((&told["passing"], &told["run"]["passing"]), (&Value::Bool(false), &Value::Bool(false)), "{told}");
    let form = world.command(&["accredit", "form", "uksic"]);
    let form = String::from_utf8_lossy(&form.stdout).into_owned();
    assert!(form.contains("GREEN  Illegal content cannot be disabled") && form.contains("AMBER  Reporting mechanism"), "{form}");
    let again = world.command(&["accredit", "--suite", "locked", "--out", "pack"]);
    assert!(!again.status.success() && String::from_utf8_lossy(&again.stderr).contains("is there already"), "{again:?}");
}

#[test]
fn a_statutory_list_that_is_fetched_is_tried_from_the_file_that_was_kept() {
    let (world, publisher) = (World::new(), Publisher::new());
    let more = "kind = \"statutory\"\nformat = \"lines\"";
    settings(&world, &source("fetched", &publisher.url("/list.txt"), more), &[]);
    publisher.gives("/list.txt", "first-fetched.test\nsecond-fetched.test/page.html\n198.51.100.77\n");
    assert_eq!(fetch(&world, "fetched").0, "taken");
    // Nobody answers any more: what is tried is what was kept.
    let url = publisher.url("/list.txt");
    let asked = publisher.origin.seen().len();
    publisher.answers("/list.txt", crate::support::answer::with_fields(404, "", b"gone"));
    let run = || world.command(&["accredit", "--suite", "statutory", "--json"]);
    let output = run();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let report: Value = serde_json::from_str(&said).unwrap_or_else(|_| panic!("{output:?}"));
    let outcomes = report["outcomes"].as_array().unwrap();
    let plain = outcomes.iter().find(|one| one["scope"] == "group everyone, HTTP").unwrap();
    let entries = plain["figures"].as_array().unwrap().iter().find(|figure| figure["name"] == "entries").unwrap();
    assert_eq!((&plain["verdict"], &entries["value"]), (&"pass".into(), &4.0.into()), "{plain}");
    assert!(!said.contains("-fetched.test") && !said.contains("198.51.100.77"), "an entry is told");
    assert_eq!(publisher.origin.seen().len(), asked, "{url} was asked again");
    // The kept file has lost its lines while the image has them: what cannot be read is no pass.
    let folder = world.folder.path().join("compiled/sources/fetched");
    for entry in std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
        let name = entry.file_name().unwrap().to_str().unwrap().to_owned();
        if entry.is_file() && !name.contains('.') && name != "lock" {
            std::fs::remove_file(entry).unwrap();
        }
    }
    let output = run();
    assert!(!output.status.success() && String::from_utf8_lossy(&output.stderr).contains("list fetched"), "{output:?}");
}

/// The lines of the history, each of which can be read.
fn history(world: &World) -> Vec<Value> {
    let text = std::fs::read_to_string(world.folder.path().join("accredit/history.jsonl")).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"))).collect()
}

#[test]
fn a_full_disk_is_told_and_what_was_run_meanwhile_is_kept_once_there_is_room() {
    let mut world = World::new();
    let Some(disk) = Small::mount(&world.folder.path().join("accredit")) else { return };
    let running = start(&mut world);
    wait_until("a canary is kept", || !history(&world).is_empty());
    let filler = disk.fill();
    wait_until("that nothing can be kept is told", || standing(&running)["not_passing"].to_string().contains("cannot be kept"));
    assert_eq!((&standing(&running)["passing"], &standing(&running)["canary"]["passing"]), (&Value::Bool(false), &Value::Bool(true)));
    assert!(ready(&running).starts_with("ready\n[!] accreditation: not passing"), "{}", ready(&running));
    let kept = history(&world);
    assert!(!kept.is_empty(), "what was kept before is still there, whole");
    let meanwhile = standing(&running)["canary"]["at"].clone();
    std::fs::remove_file(filler).unwrap();
    wait_until("it is kept again", || standing(&running)["passing"] == Value::Null);
    let later = history(&world);
    assert_eq!(later[..kept.len()], kept);
    assert!(later.iter().any(|line| line["at"] == meanwhile), "{meanwhile}: {later:?}");
    assert!(later.is_sorted_by_key(|line| line["at"].as_str().unwrap().to_owned()), "{later:?}");
    wait_until("the log tells it", || events(&world).contains("cannot be kept"));
    assert!(running.errors().contains("what was run cannot be kept"), "{}", running.errors());
    drop(running);
}

/// Folders of suites that run, or were killed.
fn scratch(folder: &Path) -> usize {
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with("lifeguard-accreditation-")).count()
}

#[test]
fn a_run_that_is_killed_midway_is_no_run_and_comes_again() {
    let mut world = World::new();
    let soon = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(10);
    let hour = soon.to_zoned(jiff::tz::TimeZone::UTC).hour();
    world.more = format!("\n[accredit]\nfolder = \"accredit\"\ncanary_every = \"1s\"\nrun_hour = {hour}\n");
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    let config = world.config().replace("[site]\n", "[site]\ntime_zone = \"UTC\"\n");
    let config = world.write("lifeguard.toml", &config);
    let own = world.folder.path().join("for-a-while");
    std::fs::create_dir(&own).unwrap();
    let begin = || Lifeguard::start_with(program().env("TMPDIR", &own).args(["run", "--config"]).arg(&config), world.folder.path());
    let runs = || history(&world).iter().filter(|line| line["what"] == "run").count();
    let running = begin();
    wait_until("a suite is at work", || scratch(&own) == 1);
    running.kill();
    assert_eq!((scratch(&own), runs()), (1, 0), "nobody could tidy up, and nothing is claimed");
    assert!(!world.folder.path().join("accredit/last.json").exists());
    // By hand, beside it: killed as well.
    let mut beside = program();
    beside.env("TMPDIR", &own).current_dir(world.folder.path()).args(["accredit", "--out", "pack", "--config"]).arg(&config);
    let mut beside = beside.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let left = std::fs::read_dir(&own).unwrap().next().unwrap().unwrap().path();
    wait_until("the next one takes away what was left", || !left.exists());
    beside.kill().unwrap();
    beside.wait().unwrap();
    assert_eq!((runs(), world.folder.path().join("pack/report.json").exists()), (0, false));
    assert!(!world.command(&["accredit", "verify", "pack"]).status.success());
    let again = begin();
    wait_until("it comes again", || !standing(&again)["run"].is_null());
    assert!(history(&world).iter().any(|line| line["what"] == "run" && line["counts"].is_object()), "{:?}", history(&world));
    wait_until("nothing is left", || scratch(&own) == 0);
}
