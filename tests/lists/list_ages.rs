//! How old lists are, what is told of it, the page of lists, and what is asked of lists on the command line; through the real program.

use crate::support::World;
use crate::support::client::{get, get_direct, get_with};
use crate::support::proxy::wait_until;
use serde_json::Value;
use std::process::Output;
use std::time::{Duration, SystemTime};

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|fault| panic!("{fault}: {}", text(output)))
}

/// Makes a file of the world as old as this.
fn age(world: &World, file: &str, hours: u64) {
    let file = std::fs::OpenOptions::new().append(true).open(world.folder.path().join(file)).unwrap();
    file.set_modified(SystemTime::now() - Duration::from_secs(hours * 3600 + 60)).unwrap();
}

fn line(all: &str, start: &str) -> String {
    all.lines().find(|line| line.starts_with(start)).unwrap_or_else(|| panic!("{start}: {all}")).to_owned()
}

#[test]
fn an_old_statutory_list_is_told_of_everywhere_and_goes_on_blocking() {
    for (hours, old, too_old, word) in [(12, 0, 0, "fresh"), (14, 1, 0, "old"), (27, 1, 1, "too-old")] {
        let mut world = World::new();
        world.more = String::new();
        world.write("statutory.txt", "listed.test/page\n");
        world.write("blocked.txt", "blocked.test\n");
        age(&world, "statutory.txt", hours);
        let config = world.config().replace("path = \"blocked.txt\"", "path = \"blocked.txt\"\nstale_after = \"30d\"");
        let proxy = crate::support::Lifeguard::start(&world.write("lifeguard.toml", &config));
        wait_until("it is measured", || get_direct(proxy.console, "/metrics").text().contains("lifeguard_list_old{list=\"statutory\"}"));
        let all = get_direct(proxy.console, "/metrics").text();
        assert_eq!(line(&all, "lifeguard_list_old{list=\"statutory\"}"), format!("lifeguard_list_old{{list=\"statutory\"}} {old}"));
        assert_eq!(
            line(&all, "lifeguard_list_too_old{list=\"statutory\"}"),
            format!("lifeguard_list_too_old{{list=\"statutory\"}} {too_old}")
        );
        assert_eq!(line(&all, "lifeguard_list_old{list=\"testing\"}"), "lifeguard_list_old{list=\"testing\"} 0");
        let ready = get_direct(proxy.console, "/readyz");
        assert_eq!((ready.status, ready.text().contains("list-age: list statutory: nothing new for")), (200, old == 1), "{hours}");
        assert_eq!(get(proxy.proxy, &world.address("listed.test", "/page")).status, 403, "the last good one is in force");
        let status = json(&world.command(&["lists", "status", "--json"]));
        let list = status["lists"].as_array().unwrap().iter().find(|list| list["name"] == "statutory").unwrap();
        assert_eq!(list["freshness"], word);
        let told = || text(&world.command(&["logs", "search", "--events"])).matches("list statutory: nothing new for").count();
        wait_until("the log tells it", || told() == usize::from(old == 1));
        let page = get_direct(proxy.console, "/lists").text();
        assert_eq!((page.contains(">Old<"), page.contains(">Too old<")), (word == "old", word == "too-old"), "{page}");
    }
}

#[test]
fn the_age_of_a_list_that_is_held_back_goes_on_over_a_restart() {
    let world = World::new();
    world.write("statutory.txt", "listed.test/page\nfurther.test/page\nthird.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    age(&world, "statutory.txt", 14);
    let config = world.write("lifeguard.toml", &world.config());
    let proxy = crate::support::Lifeguard::start(&config);
    assert!(proxy.stop().success());
    world.write("statutory.txt", "listed.test/page\n");
    let proxy = crate::support::Lifeguard::start(&config);
    assert_eq!(get(proxy.proxy, &world.address("third.test", "/page")).status, 403, "the shrunk one is held back");
    let ready = get_direct(proxy.console, "/readyz").text();
    assert!(ready.contains("list-age: list statutory: nothing new for 14 hours"), "{ready}");
    assert!(get_direct(proxy.console, "/lists").text().contains("Alarm:"));
}

#[test]
fn the_page_of_lists_shows_every_source_and_the_same_as_json() {
    let world = World::new();
    let proxy = world.start();
    let add = ["lists", "emergency", "add", "new.test", "--category", "testing", "--by", "B. Lee", "--because", "seen"];
    assert!(world.command(&add).status.success());
    let emergency = || get_direct(proxy.console, "/lists").text().contains("people, at short notice");
    wait_until("the emergency list is shown", emergency);
    let page = get_direct(proxy.console, "/lists").text();
    for words in ["statutory", "testing", "Comes from", "file", "emergency", "Lines not read"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("<script") && !page.contains("listed.test") && !page.contains("new.test"), "counts, and no entry");
    let here = format!("http://{}/lists", proxy.console);
    let reply = get_with(proxy.console, &here, "Accept: application/json\r\n");
    assert_eq!(reply.field("content-type"), Some("application/json"), "{}", reply.head);
    let sources: Value = serde_json::from_str(&reply.text()).unwrap();
    let names: Vec<&str> = sources.as_array().unwrap().iter().map(|source| source["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["statutory", "testing", "emergency"]);
    assert_eq!((&sources[1]["entries"], &sources[1]["freshness"], &sources[2]["entries"]), (&1.into(), &"fresh".into(), &1.into()));
}

#[test]
fn a_test_of_lists_tells_categories_and_never_what_is_illegal() {
    let world = World::new();
    let _proxy = world.start();
    let known = world.command(&["lists", "test", "--json", "http://sub.blocked.test/x"]);
    assert!(known.status.success());
    assert_eq!(json(&known)["found"][0], serde_json::json!({"category": "testing", "list": "testing", "entry": "blocked.test"}));
    let told = |address: &str| {
        let output = world.command(&["lists", "test", address]);
        (output.status.code(), text(&output))
    };
    assert_eq!(told("listed.test/page"), told("harmless.test/page"), "nobody learns what a statutory list holds");
    assert!(told("blocked.test").1.starts_with("categories: testing\ntesting: list testing, blocked.test\n"));
}

#[test]
fn the_preview_of_new_lists_says_whom_they_would_meet_and_nothing_of_statutory_ones() {
    let world = World::new();
    let proxy = world.start();
    for (host, times) in [("quiet.test", 1), ("noisy.test", 3), ("illegal.test", 2)] {
        (0..times).for_each(|_| assert_eq!(get(proxy.proxy, &world.address(host, "/")).status, 200));
    }
    world.write("blocked.txt", "blocked.test\nnoisy.test\nquiet.test\n");
    world.write("statutory.txt", "listed.test/page\nillegal.test\n");
    let plain = json(&world.command(&["lists", "diff", "--json"]));
    assert_eq!(plain["would_meet"], Value::Null);
    let diff = json(&world.command(&["lists", "diff", "--json", "--log", "7d"]));
    let met = &diff["would_meet"];
    assert_eq!(
        (&met["hosts"], &met["noisiest"][0]["host"], &met["noisiest"][0]["people"]),
        (&2.into(), &"noisy.test".into(), &1.into()),
        "{diff}"
    );
    assert_eq!((&met["noisiest"][0]["requests"], &met["noisiest"][0]["list"]), (&3.into(), &"testing".into()));
    let words = text(&world.command(&["lists", "diff", "--log"]));
    assert!(words.contains("the new lists would have blocked 4, of 2 hosts.") && !words.contains("illegal.test"), "{words}");
    assert_eq!(get(proxy.proxy, &world.address("noisy.test", "/")).status, 200, "nothing is in force");
}
