//! Two speeds of lists: what is closed in an emergency and lists that are watched are in force within two seconds, and nothing is compiled
//! for it; through the real program.

use crate::support::client::{get, get_direct};
use crate::support::proxy::wait_until;
use crate::support::{Lifeguard, World};
use serde_json::Value;
use std::process::Output;
use std::time::Instant;

const SIGNED: [&str; 4] = ["--by", "B. Lee", "--because", "seen in a lesson"];
fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn said(world: &World, words: &[&str]) -> String {
    let output = world.command(words);
    assert!(output.status.success(), "{words:?}: {}", text(&output));
    text(&output)
}

fn refused(world: &World, words: &[&str]) -> String {
    let output = world.command(words);
    assert!(!output.status.success(), "{words:?}: {}", text(&output));
    text(&output)
}

/// 403 where the proxy blocks, else 200: the origin has no such page.
fn blocked(world: &World, proxy: &Lifeguard, host: &str, path: &str) -> bool {
    get(proxy.proxy, &world.address(host, path)).status == 403
}

fn metric(proxy: &Lifeguard, name: &str) -> f64 {
    let all = get_direct(proxy.console, "/metrics").text();
    let line = all.lines().find(|line| line.starts_with(&format!("{name} "))).unwrap_or_else(|| panic!("{name}: {all}")).to_owned();
    line.rsplit(' ').next().unwrap().parse().unwrap()
}

#[test]
fn what_is_closed_in_an_emergency_is_blocked_at_once_and_nothing_is_compiled() {
    let world = World::new();
    let proxy = world.start();
    let before = (metric(&proxy, "lifeguard_list_compilations_total"), metric(&proxy, "lifeguard_engine_generation"));
    assert!(!blocked(&world, &proxy, "new.test", "/a") && !blocked(&world, &proxy, "other.test", "/bad/x"));
    let told = said(&world, &[&["lists", "emergency", "add", "new.test", "other.test/bad", "--category", "testing"][..], &SIGNED].concat());
    assert!(told.starts_with("E-1 lists new.test, other.test/bad in testing for everybody from "), "{told}");
    assert!(told.contains("1 of 1 groups block this category"), "{told}");
    wait_until("it is blocked", || blocked(&world, &proxy, "new.test", "/a"));
    assert!(blocked(&world, &proxy, "sub.new.test", "/") && blocked(&world, &proxy, "other.test", "/bad/x"));
    assert!(!blocked(&world, &proxy, "other.test", "/good"), "a page closes no host");
    let record: Value = serde_json::from_str(world.search(&["--reason", "category"]).lines().last().unwrap()).unwrap();
    assert_eq!((&record["list"], &record["matched"]), (&"emergency/testing".into(), &"new.test".into()));
    assert!(record["list_version"].as_str().unwrap().contains('+'), "{record}");
    let asked: Value = serde_json::from_slice(&world.command(&["explain", "--json", "http://new.test/"]).stdout).unwrap();
    assert_eq!((&asked["reason"], &asked["list"]), (&"category".into(), &"emergency/testing".into()));
    proxy.signal(1);
    wait_until("it reloads", || proxy.errors().contains("reloaded: generation 2"));
    assert!(blocked(&world, &proxy, "new.test", "/a"), "a reload keeps it");
    assert_eq!(metric(&proxy, "lifeguard_list_compilations_total"), before.0);
    assert!(proxy.stop().success());
    let proxy = Lifeguard::start(&world.folder.path().join("lifeguard.toml"));
    assert!(blocked(&world, &proxy, "new.test", "/a"), "a restart keeps it, from the first request on");
    assert!(said(&world, &["lists", "emergency", "list"]).starts_with("E-1 lists "));
    assert!(refused(&world, &[&["lists", "emergency", "remove", "new.test"][..], &SIGNED].concat()).contains("E-1 has further addresses"));
    assert_eq!(said(&world, &[&["lists", "emergency", "remove", "e-1"][..], &SIGNED].concat()), "E-1 is over\n");
    wait_until("it is open", || !blocked(&world, &proxy, "new.test", "/a"));
    assert_eq!(said(&world, &["lists", "emergency", "list"]), "");
    // Events of what was decided come a moment after it is in force.
    wait_until("both are events", || {
        let events = said(&world, &["logs", "search", "--events"]);
        events.contains("E-1 lists new.test") && events.contains("emergency lists with 0 addresses")
    });
}

/// How many names the figure of the runbook is taken among; few where nobody asks for it.
fn names() -> usize {
    std::env::var("LIFEGUARD_TEST_NAMES").ok().and_then(|text| text.parse().ok()).unwrap_or(20_000)
}

#[test]
fn among_many_names_an_emergency_and_a_categorised_host_are_as_quick() {
    let world = World::new();
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", &(0..names()).map(|n| format!("n{n}.names.test\n")).collect::<String>());
    let config = world.write("lifeguard.toml", &world.config());
    said(&world, &["lists", "compile"]);
    let proxy = Lifeguard::start(&config);
    let compiled = metric(&proxy, "lifeguard_list_compilations_total");
    assert_eq!(metric(&proxy, "lifeguard_list_entries{list=\"testing\"}"), names() as f64);
    for (host, words) in [("urgent.test", &["lists", "emergency", "add"][..]), ("found.test", &["lists", "categorise"])] {
        assert!(!blocked(&world, &proxy, host, "/"));
        let begun = Instant::now();
        said(&world, &[words, &[host, "--category", "testing"], &SIGNED].concat());
        let told = begun.elapsed();
        wait_until("it is blocked", || blocked(&world, &proxy, host, "/"));
        println!("{}: said after {told:?}, 403 after {:?}, among {} names", words.join(" "), begun.elapsed(), names());
    }
    assert_eq!(metric(&proxy, "lifeguard_list_compilations_total"), compiled);
}

#[test]
fn an_emergency_entry_needs_a_category_an_author_and_an_end() {
    let world = World::new();
    let _proxy = world.start();
    let add = |more: &[&'static str]| [&["lists", "emergency", "add", "new.test"][..], more].concat();
    for (words, told) in [
        (add(&[&["--category", "nosuch"][..], &SIGNED].concat()), "no category 'nosuch'"),
        (add(&[&["--category", "statutory"][..], &SIGNED].concat()), "comes from a statutory list alone"),
        (add(&["--category", "testing", "--by", "B. Lee"]), "--because"),
        (add(&[&["--category", "testing", "--until", "yesterday"][..], &SIGNED].concat()), "between ten minutes and 366 days"),
        (add(&[&["--category", "testing", "--for", "400d"][..], &SIGNED].concat()), "between ten minutes and 366 days"),
        ([&["lists", "emergency", "remove", "new.test"][..], &SIGNED].concat(), "nothing on an emergency list is called"),
    ] {
        let complaint = refused(&world, &words);
        assert!(complaint.contains(told), "{words:?}: {complaint}");
    }
}

/// A watched category list and, as the only statutory list, a watched one.
fn watching(world: &World) -> String {
    world
        .config()
        .replace("path = \"statutory.txt\"", "path = \"statutory.txt\"\nwatch = true")
        .replace("path = \"blocked.txt\"", "path = \"blocked.txt\"\nwatch = true")
}

#[test]
fn a_watched_list_is_in_force_at_once_with_what_was_added_and_what_was_taken_away() {
    let world = World::new();
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "one.test\ntwo.test\nthree.test\n");
    let config = world.write("lifeguard.toml", &watching(&world));
    let proxy = Lifeguard::start(&config);
    assert!(get_direct(proxy.console, "/readyz").status == 200, "the only statutory list is a watched one");
    assert!(blocked(&world, &proxy, "one.test", "/") && blocked(&world, &proxy, "listed.test", "/page"));
    let compiled = metric(&proxy, "lifeguard_list_compilations_total");
    world.write("blocked.txt", "two.test\nthree.test\nfour.test\n");
    wait_until("four is blocked", || blocked(&world, &proxy, "four.test", "/"));
    assert!(!blocked(&world, &proxy, "one.test", "/") && blocked(&world, &proxy, "two.test", "/"));
    world.write("statutory.txt", "listed.test/page\nfurther.test/secret-bird\n");
    wait_until("the statutory one is blocked", || blocked(&world, &proxy, "further.test", "/secret-bird"));
    assert_eq!(metric(&proxy, "lifeguard_list_compilations_total"), compiled);
    assert_eq!(metric(&proxy, "lifeguard_list_entries{list=\"testing\"}"), 3.0);
    assert_eq!(metric(&proxy, "lifeguard_list_entries{list=\"statutory\"}"), 2.0);
    let record: Value = serde_json::from_str(world.search(&["--reason", "statutory"]).lines().next().unwrap()).unwrap();
    assert_eq!((&record["list"], &record["matched"]), (&"statutory".into(), &"".into()), "{record}");
    let status = said(&world, &["lists", "status"]);
    assert!(!status.contains("bird") && !proxy.errors().contains("bird"), "{status}");
}

#[test]
fn a_watched_list_that_is_torn_keeps_its_last_good_version_over_a_restart() {
    let world = World::new();
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "one.test\ntwo.test\nthree.test\n");
    let config = world.write("lifeguard.toml", &watching(&world));
    let proxy = Lifeguard::start(&config);
    world.write("blocked.txt", "");
    wait_until("the alarm names the list", || proxy.errors().contains("list testing: the list is empty"));
    assert!(blocked(&world, &proxy, "one.test", "/"), "the last good version stays");
    let front = get_direct(proxy.console, "/").text();
    assert!(front.contains("Alarm, testing:"), "{front}");
    // What is broken here holds nothing else up.
    said(&world, &[&["lists", "emergency", "add", "urgent.test", "--category", "testing"][..], &SIGNED].concat());
    wait_until("the emergency is in force", || blocked(&world, &proxy, "urgent.test", "/"));
    assert!(proxy.stop().success());
    std::fs::remove_file(world.folder.path().join("blocked.txt")).unwrap();
    let proxy = Lifeguard::start(&config);
    assert!(
        blocked(&world, &proxy, "one.test", "/")
            && blocked(&world, &proxy, "urgent.test", "/")
            && blocked(&world, &proxy, "listed.test", "/page")
    );
    let many: String = (0..10_001).map(|n| format!("n{n}.test\n")).collect();
    world.write("blocked.txt", &many);
    wait_until("it is too long", || proxy.errors().contains("one that is watched has 10000 at most"));
    assert!(blocked(&world, &proxy, "one.test", "/") && !blocked(&world, &proxy, "n1.test", "/"));
}

#[test]
fn only_a_file_can_be_watched() {
    let world = World::new();
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "one.test\n");
    for (path, told) in [("path = \"builtin:doh\"", "a list that came with the program"), ("path = \"blocked.txt\"", "")] {
        world.write("lifeguard.toml", &world.config().replace("path = \"blocked.txt\"", &format!("{path}\nwatch = true")));
        let output = world.command(&["check"]);
        assert_eq!(output.status.success(), told.is_empty(), "{}", text(&output));
        assert!(text(&output).contains(told), "{}", text(&output));
    }
}
