//! Lists that are fetched, together with all others: one that is missing or fits nothing else holds up no other.

use crate::feeds_support::{Publisher, fetch, hosts, settings, source, text};
use crate::support::World;
use crate::support::answer::{Step, with_fields};
use crate::support::client::get;
use crate::support::proxy::{Lifeguard, wait_until};
use std::time::Duration;

const DOMAINS: &str = "format = \"domains\"\ntimeout = \"20s\"\nidle_timeout = \"20s\"";
const POLICE: &str = "kind = \"statutory\"\nformat = \"lines\"\ntimeout = \"2s\"";

fn start(world: &World) -> Lifeguard {
    Lifeguard::start(&world.folder.path().join("lifeguard.toml"))
}

/// As if the last fetch had been long ago: it is due at the next start.
fn long_ago(world: &World, name: &str) {
    let path = world.folder.path().join(format!("compiled/sources/{name}/state.json"));
    let mut state: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    state["confirmed"] = 1.into();
    std::fs::write(path, state.to_string()).unwrap();
}

fn release(world: &World, name: &str) {
    let output = world.command(&["lists", "quarantine", "release", name, "--by", "A. Librarian", "--because", "the publisher told us"]);
    assert!(output.status.success(), "{}", text(&output));
}

#[test]
fn a_list_with_which_the_tests_of_the_policy_fail_goes_back_and_others_go_on() {
    let (world, publisher) = (World::new(), Publisher::new());
    let sources = source("games", &publisher.url("/games.txt"), DOMAINS) + &source("police", &publisher.url("/police.txt"), POLICE);
    settings(&world, &sources, &["games"]);
    let config = std::fs::read_to_string(world.folder.path().join("lifeguard.toml")).unwrap();
    let test = "\n[[test]]\ngroup = \"everyone\"\nurl = \"http://open.test/\"\nexpect = \"allow\"\n";
    world.write("lifeguard.toml", &(config + test));
    publisher.gives("/games.txt", hosts(10));
    publisher.gives("/police.txt", "secret.test/page\n");
    for name in ["games", "police"] {
        assert_eq!(fetch(&world, name).0, "taken");
        long_ago(&world, name);
    }
    publisher.gives("/games.txt", hosts(10) + "open.test\nnew.test\n");
    publisher.gives("/police.txt", "secret.test/page\nsecret.test/new\n");
    let proxy = start(&world);
    wait_until("the other list is live", || get(proxy.proxy, "http://secret.test/new").status == 403);
    let held = || text(&world.command(&["lists", "quarantine", "list"]));
    wait_until("it is in quarantine", || held().contains("(whole)"));
    assert!(held().contains("games") && !held().contains("police"), "{}", held());
    assert_eq!(get(proxy.proxy, "http://host-1.test/").status, 403, "the version before is in force");
    assert_ne!(get(proxy.proxy, "http://new.test/").status, 403);
    assert!(proxy.stop().success());
    let proxy = start(&world);
    assert_eq!(get(proxy.proxy, "http://secret.test/new").status, 403, "the next start finds what can be used");
    assert_eq!(fetch(&world, "games").0, "whole", "the same file is not taken again");
    drop(proxy);
}

/// A list of games with which the tests of the policy fail, fetched when the one before was in force.
fn fetched_too_much(world: &World, publisher: &Publisher, proxy: Option<&Lifeguard>) {
    publisher.gives("/games.txt", hosts(10) + "open.test\nnew.test\n");
    assert_eq!(fetch(world, "games").0, "taken", "alone it is good");
    if let Some(proxy) = proxy {
        proxy.signal(1);
    }
}

fn tested(world: &World, publisher: &Publisher, open: &str) {
    settings(world, &source("games", &publisher.url("/games.txt"), DOMAINS), &["games"]);
    let config = std::fs::read_to_string(world.folder.path().join("lifeguard.toml")).unwrap();
    let test = format!("\n[[test]]\ngroup = \"everyone\"\nurl = \"http://{open}/\"\nexpect = \"allow\"\n");
    world.write("lifeguard.toml", &(config + &test));
}

#[test]
fn a_version_that_was_fetched_beside_the_proxy_and_breaks_the_tests_of_the_policy_stops_no_start_and_no_reload() {
    let (world, publisher) = (World::new(), Publisher::new());
    tested(&world, &publisher, "open.test");
    publisher.gives("/games.txt", hosts(10));
    let proxy = start(&world);
    assert_eq!(get(proxy.proxy, "http://host-1.test/").status, 403);
    assert!(proxy.stop().success());

    let held = || text(&world.command(&["lists", "quarantine", "list"]));
    fetched_too_much(&world, &publisher, None);
    let proxy = start(&world);
    assert_eq!(get(proxy.proxy, "http://host-1.test/").status, 403, "the version before is in force");
    assert!(held().contains("(whole)"), "{}", held());
    assert!(world.search(&["--kind", "event"]).contains("list games: a new version is in quarantine"));

    publisher.gives("/games.txt", hosts(11));
    assert_eq!(fetch(&world, "games").0, "taken");
    proxy.signal(1);
    wait_until("what came next is in force", || get(proxy.proxy, "http://host-10.test/").status == 403);
    fetched_too_much(&world, &publisher, Some(&proxy));
    wait_until("it is in quarantine", || held().contains("(whole)"));
    wait_until("the reload is done", || proxy.errors().contains("reloaded: generation 3"));
    assert_eq!(get(proxy.proxy, "http://host-10.test/").status, 403);
}

#[test]
fn what_was_too_much_for_the_policy_is_tried_again_when_the_settings_are_others() {
    let (world, publisher) = (World::new(), Publisher::new());
    tested(&world, &publisher, "open.test");
    publisher.gives("/games.txt", hosts(10));
    let proxy = start(&world);
    let held = || text(&world.command(&["lists", "quarantine", "list"]));
    fetched_too_much(&world, &publisher, Some(&proxy));
    wait_until("it is in quarantine", || held().contains("(whole)"));
    assert_ne!(get(proxy.proxy, "http://new.test/").status, 403);

    proxy.signal(1);
    wait_until("the settings were loaded again", || proxy.errors().contains("reloaded: generation 3"));
    assert!(held().contains("(whole)"), "the same settings say the same: {}", held());
    assert_eq!(get(proxy.proxy, "http://host-1.test/").status, 403);

    tested(&world, &publisher, "other.test");
    proxy.signal(1);
    wait_until("it is in force", || get(proxy.proxy, "http://new.test/").status == 403);
    assert!(held().contains("nothing is in quarantine"), "{}", held());
    assert!(world.search(&["--kind", "event"]).contains("list games: with the settings of now"));
}

#[test]
fn a_source_that_never_came_holds_up_no_statutory_list() {
    let (world, publisher) = (World::new(), Publisher::new());
    let police = source("police", &publisher.url("/police.txt"), POLICE);
    settings(&world, &police, &[]);
    publisher.gives("/police.txt", "secret.test/page\n");
    let proxy = start(&world);
    settings(&world, &(police + &source("games", &publisher.url("/games.txt"), DOMAINS)), &[]);
    proxy.signal(1);
    wait_until("it is live", || proxy.errors().contains("reloaded: generation 2"));
    assert!(proxy.errors().contains("list games: it has not been fetched yet"), "{}", proxy.errors());
    wait_until("it is asked for at once", || proxy.errors().contains("list games: the last fetch failed"));
    long_ago(&world, "police");
    publisher.gives("/police.txt", "secret.test/page\nsecret.test/new\n");
    assert!(proxy.stop().success());
    let proxy = start(&world);
    wait_until("the new version is live", || get(proxy.proxy, "http://secret.test/new").status == 403);
}

#[test]
fn a_release_while_the_same_list_is_fetched_waits_and_stops_nothing() {
    let (world, publisher) = (World::new(), Publisher::new());
    let sources = source("games", &publisher.url("/games.txt"), DOMAINS) + &source("other", &publisher.url("/other.txt"), DOMAINS);
    settings(&world, &sources, &["games", "other"]);
    publisher.gives("/games.txt", hosts(50));
    publisher.gives("/other.txt", hosts(50));
    assert_eq!((fetch(&world, "games").0, fetch(&world, "other").0), ("taken".into(), "taken".into()));
    publisher.gives("/games.txt", "new.test\n");
    assert_eq!(fetch(&world, "games").0, "shrunk");
    for name in ["games", "other"] {
        long_ago(&world, name);
    }
    let slow =
        vec![Step::Wait(Duration::from_secs(4)), Step::Send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_vec()), Step::Close];
    publisher.answers("/games.txt", slow);
    publisher.answers("/other.txt", with_fields(503, "Retry-After: 1\r\n", b""));
    let before = publisher.origin.seen().len();
    let proxy = start(&world);
    wait_until("it is being fetched", || publisher.origin.seen()[before..].iter().any(|request| request.path() == "/games.txt"));
    release(&world, "games");
    wait_until("it is obeyed", || get(proxy.proxy, "http://new.test/").status == 403);
    wait_until("others are fetched", || proxy.errors().contains("list other: the last fetch failed"));
    assert!(world.search(&["--kind", "event"]).contains("A. Librarian"));
}

#[test]
fn what_came_first_and_was_refused_can_be_released_before_anything_is_served() {
    let (world, publisher) = (World::new(), Publisher::new());
    let police = source("police", &publisher.url("/police.txt"), &format!("{POLICE}\ncanary = \"canary.test/page\""));
    settings(&world, &police, &[]);
    publisher.gives("/police.txt", "secret.test/page\n");
    assert_eq!(fetch(&world, "police").0, "canary");
    release(&world, "police");
    let proxy = start(&world);
    assert_eq!(get(proxy.proxy, "http://secret.test/page").status, 403);
    assert!(world.search(&["--kind", "event"]).contains("A. Librarian"));
}

#[test]
fn a_version_whose_file_was_lost_is_fetched_anew() {
    let (world, publisher) = (World::new(), Publisher::new());
    settings(&world, &source("games", &publisher.url("/games.txt"), DOMAINS), &["games"]);
    publisher.gives("/games.txt", hosts(10));
    assert_eq!(fetch(&world, "games").0, "taken");
    assert_eq!(fetch(&world, "games").0, "unchanged");
    let folder = world.folder.path().join("compiled/sources/games");
    let file = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).find(|path| {
        let name = path.file_name().unwrap().to_str().unwrap();
        !["lock", "state.json"].contains(&name) && path.is_file()
    });
    let file = file.unwrap();
    std::fs::remove_file(&file).unwrap();
    assert_eq!(fetch(&world, "games").0, "taken");
    assert!(file.exists());
}

#[test]
fn a_reload_of_lists_alone_keeps_connections_to_origins_and_one_of_settings_does_not() {
    let (world, publisher) = (World::new(), Publisher::new());
    settings(&world, &source("games", &publisher.url("/games.txt"), DOMAINS), &["games"]);
    publisher.gives("/games.txt", hosts(10));
    assert_eq!(fetch(&world, "games").0, "taken");
    long_ago(&world, "games");
    let proxy = start(&world);
    wait_until("it was asked for", || publisher.origin.seen().len() == 2);
    let connections = || {
        assert_eq!(get(proxy.proxy, &world.address("shop.test", "/id/1")).status, 200);
        world.origin.connections()
    };
    let first = connections();
    assert_eq!(connections(), first, "a connection is kept");
    publisher.gives("/games.txt", "new.test\n");
    assert_eq!(fetch(&world, "games").0, "shrunk");
    release(&world, "games");
    wait_until("the lists were loaded", || proxy.errors().contains("reloaded: generation 2"));
    assert_eq!(get(proxy.proxy, "http://new.test/").status, 403);
    assert_eq!(connections(), first, "and over a reload of lists");
    proxy.signal(1);
    wait_until("the settings were loaded", || proxy.errors().contains("reloaded: generation 3"));
    assert_eq!(connections(), first + 1);
}
