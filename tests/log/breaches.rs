//! `lifeguard logs breaches` over the log of the running program: what was allowed yesterday and would be blocked today.

use crate::support::World;
use crate::support::client::get;
use crate::support::proxy::wait_until;
use serde_json::Value;

fn breaches(world: &World, arguments: &[&str]) -> Vec<Value> {
    let output = world.command(&[&["logs", "breaches", "--json"], arguments].concat());
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(output.status.success(), lines.len() > 1, "exit code 1 when there is none: {text}");
    assert_eq!(lines.last().unwrap()["kind"], "summary");
    lines
}

/// Requests, then other lists, which go live; the proxy goes on running.
fn lived() -> (World, crate::support::Lifeguard) {
    let world = World::new();
    let proxy = world.start();
    for (host, times) in [("later.test", 3), ("site.test", 2), ("secret.test", 2)] {
        for _ in 0..times {
            assert_eq!(get(proxy.proxy, &world.address(host, "/bytes/5")).status, 200);
        }
    }
    assert_eq!(get(proxy.proxy, "http://blocked.test/x").status, 403);
    assert_eq!(breaches(&world, &[]).len(), 1, "nothing has changed yet");
    world.write("blocked.txt", "later.test\n");
    world.write("statutory.txt", "listed.test/page\nsecret.test/bytes\n");
    proxy.signal(1);
    wait_until("the new lists are live", || proxy.errors().contains("reloaded: generation 2"));
    assert_eq!(get(proxy.proxy, &world.address("later.test", "/bytes/5")).status, 403);
    (world, proxy)
}

#[test]
fn what_was_allowed_and_would_be_blocked_today_is_named_with_what_blocks_it() {
    let (world, proxy) = lived();
    let found = breaches(&world, &["--from", "1h"]);
    assert_eq!(found.len(), 3, "{found:?}");
    let later = &found[0];
    assert_eq!((&later["host"], &later["requests"]), (&"later.test".into(), &3.into()), "{later}");
    assert_eq!((&later["then"], &later["now"]), (&"allowed".into(), &"category".into()));
    assert_eq!((&later["list"], &later["category"], &later["entry"]), (&"testing".into(), &"testing".into(), &"later.test".into()));
    assert!(later["first"].as_str().unwrap() < later["last"].as_str().unwrap());
    assert_eq!(later["groups"], serde_json::json!(["everyone"]));
    let reference = later["reference"].as_str().unwrap();
    assert!(world.search(&["--id", reference]).contains("later.test"));
    assert_eq!((&found[2]["requests"], &found[2]["judged"]), (&5.into(), &7.into()), "{}", found[2]);
    assert_eq!(breaches(&world, &["--host", "later.test"]).len(), 2);
    assert_eq!(breaches(&world, &["--group", "nobody"]).len(), 1);
    assert_eq!(breaches(&world, &["--to", "1h"]).len(), 1);
    assert!(proxy.stop().success());
}

#[test]
fn what_is_statutory_today_is_counted_and_never_shown() {
    let (world, _proxy) = lived();
    let found = breaches(&world, &[]);
    let secret = found.iter().find(|row| row["now"] == "statutory").unwrap();
    assert_eq!((&secret["host"], &secret["requests"], &secret["entry"]), (&"[statutory: redacted]".into(), &2.into(), &"".into()));
    assert!(secret["reference"] == "" && secret["first"].as_str().unwrap().contains(":00:00.000000"), "nothing leads back to it: {secret}");
    let shown = world.command(&["logs", "breaches"]);
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned() + &serde_json::to_string(&found).unwrap();
    assert!(!shown.contains("secret.test"), "{shown}");
    assert!(shown.contains("5 of 7 requests were allowed and would be blocked today"), "{shown}");
    // A search by text does not say what is on the list.
    for arguments in [["--host", "secret.test"], ["--url", "secret"]] {
        assert_eq!(breaches(&world, &arguments).len(), 1);
    }
}

#[test]
fn in_reverse_it_is_what_was_blocked_and_would_be_allowed_today() {
    let (world, _proxy) = lived();
    let found = breaches(&world, &["--reverse"]);
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!((&found[0]["host"], &found[0]["requests"]), (&"blocked.test".into(), &1.into()));
    assert_eq!((&found[0]["then"], &found[0]["now"], &found[0]["list"]), (&"category".into(), &"allowed".into(), &"testing".into()));
}

#[test]
fn a_question_that_cannot_be_read_is_told_so() {
    let world = World::new();
    let proxy = world.start();
    for (arguments, said) in [
        (vec!["--from", "soon"], "--from: `soon` is no time"),
        (vec!["--from", "1h", "--to", "2h"], "is not before --to"),
        (vec!["--client", "10.0.0.0/99"], "invalid"),
    ] {
        let output = world.command(&[&["logs", "breaches"], arguments.as_slice()].concat());
        assert!(!output.status.success());
        assert!(String::from_utf8_lossy(&output.stderr).contains(said), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert!(proxy.stop().success());
}
