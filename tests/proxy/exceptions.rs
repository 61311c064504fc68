//! Exceptions for a while, made by commands beside the running proxy: in force at once, over by themselves or when somebody ends them,
//! told in the log.

use crate::support::proxy::wait_until;
use crate::support::{Lifeguard, World, get};
use std::time::{Duration, Instant};

const GROUPS: &str = "\n[[group]]\nname = \"adults\"\n[[layer]]\nlevel = \"consortium\"\ntitle = \"East\"\nsigned_by = \"A. Hill\"\n\
    reason = \"r\"\nreview = 2099-01-01\nblock_hosts = [\"floor.test\"]\n";
const SIGNED: [&str; 6] = ["--for", "30m", "--by", "B. Lee", "--because", "homework"];

struct Scene {
    world: World,
    proxy: Lifeguard,
}

impl Scene {
    fn start() -> Self {
        let mut world = World::new();
        world.more = GROUPS.into();
        let proxy = world.start();
        Self { world, proxy }
    }

    /// 403 where the proxy blocks; 200 where the origin was asked, which has no such page.
    fn status(&self, host: &str) -> u16 {
        let status = get(self.proxy.proxy, &self.world.address(host, "/page")).status;
        if status == 404 { 200 } else { status }
    }

    /// Runs a command with author, reason and end; what it printed.
    fn say(&self, words: &[&str]) -> String {
        self.run(&[words, &SIGNED].concat())
    }

    fn run(&self, words: &[&str]) -> String {
        let output = self.world.command(words);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert!(output.status.success(), "{words:?}: {}", text(&output.stderr));
        text(&output.stdout)
    }

    /// The first word of what a command that must fail complains of.
    fn refused(&self, words: &[&str]) -> String {
        let output = self.world.command(words);
        assert!(!output.status.success(), "{words:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }
}

#[test]
fn exceptions_are_in_force_within_seconds_and_over_when_somebody_ends_them() {
    let scene = Scene::start();
    assert_eq!((scene.status("blocked.test"), scene.status("free.test")), (403, 200));
    let told = scene.say(&["release", "blocked.test", "--room", "127.0.0.0/8"]);
    assert!(told.starts_with("E-1 opens blocked.test for the room 127.0.0.0/8 from "), "{told}");
    wait_until("the release is in force", || scene.status("blocked.test") == 200);
    let begun = Instant::now();
    scene.say(&["close", "free.test", "--everybody"]);
    wait_until("the address is closed", || scene.status("free.test") == 403);
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    let list = scene.run(&["exceptions", "list"]);
    assert_eq!(list.lines().count(), 2, "{list}");
    scene.run(&["exceptions", "stop", "E-1", "--by", "C", "--because", "done"]);
    wait_until("the release is over", || scene.status("blocked.test") == 403);
    scene.run(&["exceptions", "stop", "e-2", "--by", "C", "--because", "done"]);
    wait_until("the address is open", || scene.status("free.test") == 200);
    assert_eq!(scene.run(&["exceptions", "list"]), "");
    let all = scene.run(&["exceptions", "list", "--all", "--json"]);
    assert!(all.lines().count() == 2 && all.contains("\"by\":\"B. Lee\"") && all.contains("\"reason\":\"done\""), "{all}");
    assert!(scene.refused(&["exceptions", "stop", "E-1", "--by", "C", "--because", "x"]).contains("no exception E-1 stands"));
}

#[test]
fn an_unlock_and_a_suspension_of_a_room_are_judged_recorded_and_explained() {
    let scene = Scene::start();
    scene.say(&["unlock", "--to", "adults", "--room", "127.0.0.1"]);
    wait_until("the unlock is in force", || scene.status("blocked.test") == 200);
    let explained = scene.run(&["explain", "--client", "127.0.0.1", "http://blocked.test/"]);
    assert!(explained.contains("for the group adults") && explained.contains("ALLOW"), "{explained}");
    scene.say(&["suspend", "--room", "127.0.0.1"]);
    wait_until("the suspension is in force", || scene.status("free.test") == 403);
    let explained = scene.run(&["explain", "--client", "127.0.0.1", "http://free.test/"]);
    assert!(explained.contains("Suspended: suspension E-2 by B. Lee: homework, until "), "{explained}");
    wait_until("both are told", || scene.world.search(&["--kind", "event"]).contains("E-2 closes"));
    assert!(scene.proxy.stop().success());
    let log = scene.world.log();
    assert!(log.contains("suspension E-2 by B. Lee: homework") && log.contains("unlock E-1 by B. Lee: homework"), "{log}");
    let events = scene.world.search(&["--kind", "event"]);
    assert!(
        events.contains("exception-made") && events.contains("E-2 closes everything but help lines for the room 127.0.0.1/32"),
        "{events}"
    );
}

#[test]
fn exceptions_are_kept_over_a_restart_and_pass_no_lock() {
    let scene = Scene::start();
    scene.say(&["release", "listed.test/page", "floor.test", "blocked.test", "--everybody"]);
    wait_until("the release is in force", || scene.status("blocked.test") == 200);
    assert_eq!((scene.status("listed.test"), scene.status("floor.test")), (403, 403));
    let Scene { world, proxy } = scene;
    assert!(proxy.stop().success());
    let scene = Scene { proxy: world.start(), world };
    assert_eq!((scene.status("blocked.test"), scene.status("listed.test"), scene.status("floor.test")), (200, 403, 403));
}

#[test]
fn what_says_too_little_or_asks_for_too_much_is_refused() {
    let scene = Scene::start();
    let signed = |time| ["--for", time, "--by", "B", "--because", "x"];
    for (words, told) in [
        ([&["release", "a.test", "--everybody"][..], &signed("5m")].concat(), "10m to 3h"),
        ([&["release", "a.test", "--everybody"][..], &signed("4h")].concat(), "10m to 3h"),
        ([&["release", "a b", "--everybody"][..], &signed("30m")].concat(), "the address 'a b' cannot be read"),
        ([&["release", "a.test", "--group", "none"][..], &signed("30m")].concat(), "there is no group 'none'"),
        ([&["unlock", "--to", "none", "--everybody"][..], &signed("30m")].concat(), "there is no group 'none'"),
        ([&["release", "a.test"][..], &signed("30m")].concat(), "required"),
        ([&["suspend", "--person", " "][..], &signed("30m")].concat(), "for whom it is must say something"),
        (vec!["release", "a.test", "--everybody", "--for", "30m", "--by", " ", "--because", "x"], "the name must say something"),
        (vec!["release", "a.test", "--everybody", "--for", "30m", "--by", "B"], "--because"),
    ] {
        let complaint = scene.refused(&words);
        assert!(complaint.contains(told), "{words:?}: {complaint}");
    }
    assert_eq!(scene.run(&["exceptions", "list", "--all"]), "");
}

#[test]
fn a_category_is_released_for_those_it_is_for_and_explain_says_so() {
    let scene = Scene::start();
    let told = scene.say(&["release", "--category", "testing", "--room", "127.0.0.0/8"]);
    assert!(told.starts_with("E-1 opens the category testing for the room 127.0.0.0/8 from "), "{told}");
    wait_until("the release is in force", || scene.status("blocked.test") == 200);
    assert_eq!((scene.status("listed.test"), scene.status("floor.test")), (403, 403));
    let explained = scene.run(&["explain", "--client", "127.0.0.1", "http://blocked.test/"]);
    assert!(explained.contains("Categories: release E-1 by B. Lee: homework, until ") && explained.contains("ALLOW"), "{explained}");
    let elsewhere = scene.run(&["explain", "--client", "192.0.2.1", "http://blocked.test/"]);
    assert!(elsewhere.contains("BLOCK"), "{elsewhere}");
    assert!(scene.refused(&[&["release", "--category", "tasting", "--everybody"][..], &SIGNED].concat()).contains("no category 'tasting'"));
    assert!(scene.refused(&[&["release", "--category", "statutory", "--everybody"][..], &SIGNED].concat()).contains("no category"));
    assert!(scene.refused(&[&["release", "--everybody"][..], &SIGNED].concat()).contains("required"));
}

/// Each line holds the hash of the one before; only a signed head tells that none was taken from the end.
#[test]
fn a_line_taken_from_the_end_of_the_file_is_found_by_verify() {
    let scene = Scene::start();
    scene.say(&["close", "free.test", "--everybody"]);
    let folder = scene.world.folder.path().join("log");
    let file = folder.join("exceptions.log");
    let first = std::fs::read(&file).unwrap();
    scene.run(&["exceptions", "stop", "E-1", "--by", "C", "--because", "done"]);
    let both = std::fs::metadata(&file).unwrap().len();
    wait_until("a head speaks of both lines", || {
        std::fs::read_to_string(folder.join("heads.log")).is_ok_and(|heads| heads.contains(&format!("\nexceptions {both} ")))
    });
    assert!(scene.proxy.stop().success());
    let verify = || scene.world.command(&["logs", "verify"]);
    let good = verify();
    assert!(good.status.success(), "{}", String::from_utf8_lossy(&good.stdout));
    std::fs::write(&file, first).unwrap();
    let cut = verify();
    let said = String::from_utf8_lossy(&cut.stdout).into_owned() + &String::from_utf8_lossy(&cut.stderr);
    assert!(!cut.status.success() && said.contains("exceptions.log"), "{said}");
}

/// Two installations on one machine: what one closes, the other blocks, in open tunnels too; what one opens, opens nothing there.
#[test]
fn what_another_installation_closes_is_closed_here_within_two_seconds_and_only_if_it_signed_that() {
    let consortium = Scene::start();
    let folder = consortium.world.folder.path().join("log");
    let mut first_key = None;
    wait_until("it has a key", || {
        let said = consortium.world.command(&["logs", "verify", "--json"]).stdout;
        let report = serde_json::from_slice::<serde_json::Value>(&said).ok();
        first_key = report.and_then(|report| report["genesis"].as_str().map(str::to_owned));
        first_key.is_some()
    });
    let first_key = first_key.unwrap();
    let follow = |key: &str| format!("[[follow]]\nname = \"East\"\nfolder = \"{}\"\nfirst_key = \"{key}\"\n", folder.display());
    let start = |key: &str| {
        let mut world = World::new();
        world.more = GROUPS.to_owned() + &follow(key);
        let proxy = world.start();
        Scene { world, proxy }
    };
    let (site, stranger) = (start(&first_key), start(&"0".repeat(64)));
    consortium.say(&["release", "blocked.test", "--everybody"]);
    let begun = Instant::now();
    consortium.say(&["close", "free.test", "--everybody"]);
    let made = begun.elapsed();
    wait_until("the address is closed here too", || site.status("free.test") == 403);
    let took = begun.elapsed();
    println!("closed by a command that took {made:?}; blocked at the other node after {took:?} in all");
    assert!(took.saturating_sub(made) < Duration::from_secs(2), "{took:?}");
    assert_eq!(site.status("blocked.test"), 403, "nobody elsewhere opens anything here");
    wait_until("a stranger is told of", || stranger.proxy.errors().contains("its first key has the fingerprint"));
    assert_eq!(stranger.status("free.test"), 200, "another key");
    // A line that its keys did not sign counts for nothing, and what was known stays.
    let file = folder.join("exceptions.log");
    let good = std::fs::read_to_string(&file).unwrap();
    let forged = good.replacen("free.test", "evil.test", 1);
    assert_ne!(forged, good);
    std::fs::write(&file, forged + "\n").unwrap();
    wait_until("it is told", || site.proxy.errors().contains("is not signed by a key of its history"));
    std::fs::write(&file, "").unwrap();
    wait_until("it is told", || site.proxy.errors().contains("has 0 whole lines, and had 2"));
    assert_eq!((site.status("free.test"), site.status("evil.test")), (403, 200));
    std::fs::write(&file, good).unwrap();
    consortium.run(&["exceptions", "stop", "E-2", "--by", "C", "--because", "done"]);
    wait_until("it is open again", || site.status("free.test") == 200);
    assert!(site.proxy.stop().success());
    assert!(site.world.log().contains("closed at short notice East E-2 by B. Lee: homework"));
}
