//! Hosts that no list knew, lists of one's own by one command, domains that are new here, and what was blocked by mistake, through the
//! real program.

use crate::support::client::{get, get_direct, get_with};
use crate::support::proxy::wait_until;
use crate::support::{Lifeguard, World};
use serde_json::Value;
use std::net::SocketAddr;

/// The lines of a command's answer, and how it ended.
fn lines(world: &World, words: &[&str]) -> (Vec<Value>, bool) {
    let output = world.command(words);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let read =
        |line| serde_json::from_str(line).unwrap_or_else(|fault| panic!("{fault}: {line} {}", String::from_utf8_lossy(&output.stderr)));
    (text.lines().map(read).collect(), output.status.success())
}

fn of_kind<'a>(lines: &'a [Value], kind: &str) -> Vec<&'a Value> {
    lines.iter().filter(|line| line["kind"] == kind).collect()
}

fn say(world: &World, words: &[&str]) -> String {
    let output = world.command(words);
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Clients at these addresses are told apart by what a trusted peer says.
fn world(more: &str) -> World {
    let mut world = World::new();
    more.clone_into(&mut world.more);
    world
}

fn start(world: &World) -> Lifeguard {
    start_with(world, "")
}

/// With these lines under `[lists]`.
fn start_with(world: &World, lists: &str) -> Lifeguard {
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    let settings = world.config().replace("[proxy]\n", "[proxy]\ntrusted_proxies = [\"127.0.0.1/32\"]\n");
    let settings = settings.replace("block = [\"testing\"]", "block = [\"testing\", \"games\"]");
    let settings = settings.replace("[lists]\n", &format!("[lists]\n{lists}\n"));
    Lifeguard::start(&world.write("lifeguard.toml", &settings))
}

fn ask(world: &World, proxy: SocketAddr, host: &str, client: &str) -> u16 {
    get_with(proxy, &world.address(host, "/bytes/5"), &format!("X-Forwarded-For: {client}\r\n")).status
}

#[test]
fn hosts_that_no_list_knew_are_ranked_by_people_and_a_host_is_categorised_at_once() {
    let world = world("[[rule]]\nallow = [\"ours.test\"]\nauthor = \"A. Hill\"\nreason = \"our own\"\n");
    let proxy = start(&world);
    for (host, clients) in [("www.one.test", 3), ("two.test", 1), ("ours.test", 3)] {
        for client in 0..clients {
            assert_eq!(ask(&world, proxy.proxy, host, &format!("10.0.0.{client}")), 200);
        }
    }
    for _ in 0..5 {
        assert_eq!(ask(&world, proxy.proxy, "two.test", "10.0.0.0"), 200);
    }
    assert_eq!(ask(&world, proxy.proxy, "blocked.test", "10.0.0.1"), 403);
    assert_eq!(get(proxy.proxy, "http://listed.test/page").status, 403);
    let (found, fine) = lines(&world, &["lists", "unknown", "--json"]);
    let hosts: Vec<_> =
        of_kind(&found, "host").iter().map(|row| (row["host"].clone(), row["people"].clone(), row["requests"].clone())).collect();
    assert_eq!(hosts, [("www.one.test".into(), 3.into(), 3.into()), ("two.test".into(), 1.into(), 6.into())], "{found:?}");
    assert!(fine && !format!("{found:?}").contains("10.0.0."), "it says how many, never who");
    assert!(of_kind(&lines(&world, &["lists", "unknown", "--json", "--group", "nobody"]).0, "host").is_empty());
    assert!(say(&world, &["lists", "unknown", "--domains"]).contains("one.test"));

    let compilations = || {
        let all = get_direct(proxy.console, "/metrics").text();
        all.lines().find(|line| line.starts_with("lifeguard_list_compilations_total ")).unwrap_or_else(|| panic!("{all}")).to_owned()
    };
    let compiled = compilations();
    let put = ["lists", "categorise", "https://one.test/", "--category", "testing", "--by", "K. Smith", "--because", "a betting site"];
    assert!(say(&world, &put).starts_with("one.test was put into the category testing by K. Smith"));
    wait_until("it is in force", || ask(&world, proxy.proxy, "www.one.test", "10.0.0.1") == 403);
    assert!(get_direct(proxy.console, "/lists").text().contains("people, host by host"));
    let (rows, _) = lines(&world, &["logs", "search", "--json", "--host", "one.test", "--verdict", "block", "--limit", "1"]);
    assert_eq!(
        (&rows[0]["list"], &rows[0]["matched"], &rows[0]["categories"][0]),
        (&"local/testing".into(), &"one.test".into(), &"testing".into())
    );
    let (events, _) = lines(&world, &["logs", "search", "--json", "--kind", "event"]);
    assert!(
        events.iter().any(|event| event["event"] == "categorised" && event["text"].as_str().unwrap().contains("K. Smith")),
        "{events:?}"
    );
    let (found, _) = lines(&world, &["lists", "unknown", "--json"]);
    let summary = of_kind(&found, "summary")[0];
    assert_eq!((of_kind(&found, "host").len(), &summary["known_by_now"]), (1, &1.into()), "{found:?}");

    for (words, said) in [
        (&put[..], "is in the category testing already"),
        (&["lists", "categorise", "x.test", "--category", "illegal", "--by", "K", "--because", "x"], "no category 'illegal'"),
        (&["lists", "categorise", "x.test", "--category", "nonsense", "--by", "K", "--because", "x"], "no category 'nonsense'"),
        (&["lists", "categorise", "a b", "--category", "testing", "--by", "K", "--because", "x"], "cannot be an entry"),
        (&["lists", "categorise", "other.test", "--undo", "--by", "K", "--because", "x"], "no local list has other.test"),
    ] {
        let output = world.command(words);
        assert!(!output.status.success() && String::from_utf8_lossy(&output.stderr).contains(said), "{output:?}");
    }
    assert!(say(&world, &["lists", "categorise", "--list", "--json"]).contains("a betting site"));
    say(&world, &["lists", "categorise", "one.test", "--undo", "--by", "K. Smith", "--because", "a mistake"]);
    wait_until("it is open again", || ask(&world, proxy.proxy, "www.one.test", "10.0.0.1") == 200);
    assert_eq!(say(&world, &["lists", "categorise", "--list"]), "");
    // A category that no list has is no other matter.
    let other = ["lists", "categorise", "game.test", "--category", "games", "--by", "K. Smith", "--because", "a game"];
    say(&world, &other);
    wait_until("it is in force", || ask(&world, proxy.proxy, "game.test", "10.0.0.1") == 403);
    assert_eq!(compilations(), compiled, "nothing is compiled for it");
    proxy.signal(1);
    wait_until("it reloads", || proxy.errors().contains("reloaded: generation 2"));
    assert_eq!((ask(&world, proxy.proxy, "game.test", "10.0.0.1"), compilations()), (403, compiled));
    let acts = world.folder.path().join("compiled/local/acts.jsonl");
    let whole = std::fs::read_to_string(&acts).unwrap();
    for (text, fault) in [("", "0 acts are left of 3"), (&*(whole + "nonsense\n"), "this is no line")] {
        std::fs::write(&acts, text).unwrap();
        wait_until("it is told", || {
            proxy.errors().lines().any(|line| line.contains("local lists stay as they were") && line.contains(fault))
        });
        assert_eq!(ask(&world, proxy.proxy, "game.test", "10.0.0.1"), 403, "what is gone from the file opens nothing");
    }
    assert!(proxy.stop().success());
    let proxy = Lifeguard::start(&world.folder.path().join("lifeguard.toml"));
    assert_eq!(ask(&world, proxy.proxy, "game.test", "10.0.0.1"), 403, "what was known stays over a restart");
    assert!(proxy.errors().contains("acts.jsonl:"), "{}", proxy.errors());
    assert!(proxy.stop().success());
}

const CAREFUL: &str = "[[group]]\nname = \"careful\"\nnetworks = [\"10.1.0.0/16\"]\nnew_domains = \"block\"\n\
                       new_for = \"2h\"\nallow = [\"known\"]\n\n[[group]]\nname = \"asked\"\nnetworks = [\"10.2.0.0/16\"]\nnew_domains = \"warn\"\n\n\
                       [[lists.source]]\nname = \"known\"\nformat = \"domains\"\npath = \"known.txt\"\n";

#[test]
fn a_domain_that_is_new_here_is_marked_asked_about_or_closed_and_known_after_a_restart() {
    let world = world(CAREFUL);
    world.write("known.txt", "listed-as-good.test\n");
    let proxy = start_with(&world, "learn_domains = \"0s\"");
    // Everyone's group only marks; what it has asked for is new to the others for a while all the same.
    assert_eq!(ask(&world, proxy.proxy, "a.first.test", "10.0.0.1"), 200);
    assert_eq!(ask(&world, proxy.proxy, "b.first.test", "10.0.0.1"), 200);
    assert_eq!(ask(&world, proxy.proxy, "c.first.test", "10.1.0.1"), 403);
    let reply = get_with(proxy.proxy, &world.address("second.test", "/bytes/5"), "X-Forwarded-For: 10.2.0.1\r\nAccept: text/html\r\n");
    assert!(reply.status == 403 && reply.text().contains("This website is new here"), "{}", reply.text());
    // Whatever a list or a rule has decided about is not touched; a number has no age.
    assert_eq!(ask(&world, proxy.proxy, "listed-as-good.test", "10.1.0.1"), 200);
    assert_eq!(ask(&world, proxy.proxy, "blocked.test", "10.0.0.1"), 403);
    assert!(proxy.stop().success());
    let (rows, _) = lines(&world, &["logs", "search", "--json", "--oldest-first", "--first-seen"]);
    let hosts: Vec<_> = rows.iter().map(|row| row["host"].as_str().unwrap()).collect();
    assert_eq!(hosts, ["a.first.test", "second.test", "listed-as-good.test", "blocked.test"]);
    let (rows, _) = lines(&world, &["logs", "search", "--json", "--reason", "new-domain-blocked"]);
    assert_eq!((rows.len(), &rows[0]["layer"], &rows[0]["first_seen"]), (1, &"group careful, new domains".into(), &false.into()));
    let explained = say(&world, &["explain", "--group", "careful", &world.address("c.first.test", "/")]);
    assert!(explained.contains("Its domain was first asked for at") && explained.contains("closed for 2 hours"), "{explained}");

    let proxy = start_with(&world, "learn_domains = \"0s\"");
    assert_eq!(ask(&world, proxy.proxy, "a.first.test", "10.0.0.1"), 200);
    let (rows, _) = lines(&world, &["logs", "search", "--json", "--first-seen"]);
    assert_eq!(rows.len(), 4, "it is known after a restart: {rows:?}");
    assert!(proxy.stop().success());
}

#[test]
fn while_domains_are_learnt_nothing_is_new_and_settings_that_say_nothing_are_refused() {
    let world = world(CAREFUL);
    world.write("known.txt", "listed-as-good.test\n");
    let proxy = start(&world);
    assert_eq!(ask(&world, proxy.proxy, "never.test", "10.1.0.1"), 200);
    assert!(proxy.stop().success());
    for (was, is, said) in [
        ("new_domains = \"block\"\n", "", "new_for"),
        ("new_for = \"2h\"", "new_for = \"2m\"", "new_for"),
        ("new_for = \"2h\"", "overblock_budget = \"some\"", "such as \"0.5%\""),
        ("new_for = \"2h\"", "overblock_budget = \"101%\"", "such as \"0.5%\""),
    ] {
        world.write("lifeguard.toml", &world.config().replace(was, is));
        let output = world.command(&["check"]);
        let told = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(!output.status.success() && told.contains(said), "{is}: {told}");
    }
}

#[test]
fn what_somebody_opened_after_it_was_blocked_is_in_the_ledger_and_held_against_the_budget() {
    let world = world("");
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\nclinic.test\nlesson.test\n");
    let settings = world.config().replace("[proxy]\n", "[proxy]\ntrusted_proxies = [\"127.0.0.1/32\"]\n");
    let settings = settings.replace("name = \"everyone\"\n", "name = \"everyone\"\noverblock_budget = \"1%\"\n");
    let proxy = Lifeguard::start(&world.write("lifeguard.toml", &settings));
    for client in ["10.0.0.1", "10.0.0.2"] {
        assert_eq!(ask(&world, proxy.proxy, "clinic.test", client), 403);
    }
    for host in ["blocked.test", "blocked.test", "lesson.test", "blocked.test"] {
        assert_eq!(ask(&world, proxy.proxy, host, "10.0.0.1"), 403);
    }
    assert_eq!(get(proxy.proxy, "http://listed.test/page").status, 403);
    let (found, fine) = lines(&world, &["logs", "overblocks", "--json"]);
    let rule = of_kind(&found, "rule");
    assert_eq!(
        (rule.len(), &rule[0]["blocks"], &rule[0]["people"], &rule[0]["opened_hosts"]),
        (1, &6.into(), &2.into(), &0.into()),
        "{found:?}"
    );
    assert!(fine && of_kind(&found, "opened").is_empty(), "{found:?}");

    let rule = "\n[[rule]]\nallow = [\"clinic.test\"]\nauthor = \"A. Hill\"\nreason = \"health\"\n";
    world.write("lifeguard.toml", &(settings.clone() + rule));
    proxy.signal(1);
    wait_until("the rule is live", || ask(&world, proxy.proxy, "clinic.test", "10.0.0.1") == 200);
    say(&world, &["release", "lesson.test", "--everybody", "--for", "30m", "--by", "K. Smith", "--because", "biology"]);
    wait_until("the release is in force", || ask(&world, proxy.proxy, "lesson.test", "10.0.0.1") == 200);
    let (found, fine) = lines(&world, &["logs", "overblocks", "--json"]);
    let opened = of_kind(&found, "opened");
    let hosts: Vec<_> = opened.iter().map(|line| line["host"].as_str().unwrap()).collect();
    assert_eq!(hosts, ["clinic.test", "lesson.test"], "{found:?}");
    assert!(opened[0]["by"].as_str().unwrap().contains("A. Hill") && opened[1]["by"].as_str().unwrap().contains("K. Smith"), "{opened:?}");
    assert_eq!((&opened[0]["people"], &opened[0]["blocked_by"][0]["list"]), (&2.into(), &"testing".into()), "{opened:?}");
    let rule = of_kind(&found, "rule")[0];
    assert_eq!((&rule["opened_hosts"], &rule["layer"]), (&2.into(), &"group everyone, category testing".into()), "{rule}");
    let group = of_kind(&found, "group")[0];
    assert_eq!((&group["opened"], &group["hosts"], &group["over_budget"]), (&2.into(), &2.into(), &true.into()), "{group}");
    assert!(!fine, "a group over its budget is exit code 1");
    assert!(!format!("{found:?}").contains("10.0.0.") && !format!("{found:?}").contains("listed.test"), "{found:?}");
    let text = String::from_utf8_lossy(&world.command(&["logs", "overblocks"]).stdout).into_owned();
    assert!(text.contains("OVER its budget of 1 %") && text.contains("clinic.test"), "{text}");
    assert!(proxy.stop().success());
}
