//! Lists with a canary, lists with an age, and lists with words, through the real program.

use crate::support::World;
use crate::support::client::{get, get_direct, get_with};
use crate::support::proxy::wait_until;
use serde_json::Value;
use std::process::Output;

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|fault| panic!("{fault}: {}", text(output)))
}

/// The settings, with one more line for the source whose file this is.
fn with_line(world: &World, file: &str, line: &str) -> String {
    world.config().replace(&format!("path = \"{file}\""), &format!("path = \"{file}\"\n{line}"))
}

#[test]
fn a_list_without_its_canary_is_held_back_and_the_last_good_one_stays() {
    let world = World::new();
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    world.write("lifeguard.toml", &with_line(&world, "blocked.txt", "canary = \"canary.test\""));
    let refused = world.command(&["lists", "compile"]);
    assert!(!refused.status.success() && text(&refused).contains("testing"), "{}", text(&refused));
    world.write("blocked.txt", "blocked.test\ncanary.test\n");
    assert!(world.command(&["lists", "compile"]).status.success());
    let proxy = crate::support::Lifeguard::start(&world.folder.path().join("lifeguard.toml"));
    world.write("blocked.txt", "other.test\n");
    proxy.signal(1);
    wait_until("it is told", || proxy.errors().contains("list testing:"));
    assert_eq!(get(proxy.proxy, "http://blocked.test/").status, 403, "the last good list stays");
}

#[test]
fn the_canary_of_a_statutory_list_is_told_nowhere() {
    let world = World::new();
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    world.write("lifeguard.toml", &with_line(&world, "statutory.txt", "canary = \"secret.test/bird\""));
    let refused = world.command(&["lists", "compile"]);
    assert!(!refused.status.success() && text(&refused).contains("statutory"), "{}", text(&refused));
    assert!(!text(&refused).contains("bird"), "{}", text(&refused));
    world.write("statutory.txt", "listed.test/page\nsecret.test/bird\n");
    assert!(world.command(&["lists", "compile"]).status.success());
}

#[test]
fn a_canary_that_is_no_address_is_a_fault_with_its_place() {
    let world = World::new();
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    let config = with_line(&world, "blocked.txt", "canary = \"http://[bad\"");
    world.write("lifeguard.toml", &config);
    let line = config.lines().position(|line| line.starts_with("canary")).unwrap() + 1;
    let checked = text(&world.command(&["check"]));
    assert!(checked.contains(&format!("lifeguard.toml:{line}:")), "{checked}");
}

#[test]
fn the_age_of_a_list_is_that_of_its_file() {
    let world = World::new();
    let proxy = world.start();
    let file = std::fs::OpenOptions::new().append(true).open(world.folder.path().join("blocked.txt")).unwrap();
    file.set_modified(std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_764_000_000)).unwrap();
    proxy.signal(1);
    wait_until("it is live", || proxy.errors().contains("reloaded: generation 2"));
    let status = json(&world.command(&["lists", "status", "--json"]));
    let list = status["lists"].as_array().unwrap().iter().find(|list| list["name"] == "testing").unwrap();
    assert_eq!(list["as_of"], "2025-11-24T16:00:00.000000Z");
    assert!(text(&world.command(&["lists", "status"])).contains("of 2025-11-24T16:00:00Z"));
    let page = get_with(proxy.console, "/", "Accept: text/html\r\n").text() + &get_direct(proxy.console, "/").text();
    assert!(page.contains("2025-11-24T16:00"), "{page}");
    let age = get_direct(proxy.console, "/metrics").text();
    let age = age.lines().find(|line| line.contains("age") && line.contains("list=\"testing\"")).unwrap().to_owned();
    assert!(age.rsplit(' ').next().unwrap().parse::<f64>().unwrap() > 1e6, "{age}");
}

#[test]
fn a_block_by_a_word_of_a_list_says_so() {
    let world = World::new();
    world.write("ut1/gaming/domains", "named.test\n");
    world.write("ut1/gaming/expressions", "poker\n");
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    let source = "\n[[lists.source]]\nname = \"ut1\"\nformat = \"ut1\"\npath = \"ut1\"\n";
    let config = world.config().replace("block = [\"testing\"]", "block = [\"testing\", \"gaming\"]") + source;
    let proxy = crate::support::Lifeguard::start(&world.write("lifeguard.toml", &config));
    for (address, reason) in [("http://site.test/online-poker/", "keyword"), ("http://named.test/poker", "category")] {
        assert_eq!(get(proxy.proxy, address).status, 403, "{address}");
        let asked = json(&world.command(&["explain", "--json", "--group", "everyone", address]));
        assert_eq!((&asked["reason"], &asked["category"], &asked["list"]), (&reason.into(), &"gaming".into(), &"ut1/gaming".into()));
    }
    let words = text(&world.command(&["explain", "--group", "everyone", "http://site.test/online-poker/"]));
    assert!(words.contains("a word or an expression of list ut1/gaming"), "{words}");
    let record: Value = serde_json::from_str(world.search(&["--url", "online-poker"]).lines().next().unwrap()).unwrap();
    assert_eq!((&record["reason"], &record["list"], &record["matched"]), (&"keyword".into(), &"ut1/gaming".into(), &"".into()), "{record}");
    assert!(get_direct(proxy.console, "/metrics").text().contains("category=\"gaming\""));
}
