//! Lists that are fetched, through the real program: what comes, what is asked for, and what stays when something is wrong.

use crate::feeds_support::{Publisher, fetch, gz, hosts, lines, raw, settings, source, tar, text};
use crate::support::answer::{Step, with_fields};
use crate::support::client::{get, get_direct};
use crate::support::proxy::{Lifeguard, wait_until};
use crate::support::{Authority, Small, World};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::time::Duration;

const DOMAINS: &str = "format = \"domains\"\ntimeout = \"2s\"\nmax_size = \"1 MB\"\nmax_expanded = \"32 MB\"";

fn start(world: &World) -> Lifeguard {
    Lifeguard::start(&world.folder.path().join("lifeguard.toml"))
}

fn status(world: &World) -> String {
    text(&world.command(&["lists", "status"]))
}

#[test]
fn every_fault_has_its_name_and_the_last_good_version_stays() {
    let (world, publisher) = (World::new(), Publisher::new());
    settings(&world, &source("fetched", &publisher.url("/list.txt"), DOMAINS), &["fetched"]);
    publisher.gives("/list.txt", hosts(100));
    assert_eq!(fetch(&world, "fetched").0, "taken");
    let head = "HTTP/1.1 200 OK\r\nContent-Length: ";
    let utf16: Vec<u8> = format!("\u{feff}{}", hosts(100)).encode_utf16().flat_map(u16::to_le_bytes).collect();
    let latin1: Vec<u8> = (0..100).flat_map(|number| [format!("caf{number}-").as_bytes(), b"\xe9.test\n"].concat()).collect();
    let json = (0..100).map(|number| format!("{{\"host\": \"host-{number}.test\"}},\n")).collect::<String>();
    let redirect = |to: &str| with_fields(302, &format!("Location: {to}\r\n"), b"");
    let drip = std::iter::repeat_n([Step::Send(b"a".to_vec()), Step::Wait(Duration::from_millis(200))], 50).flatten();
    let long = gz(hosts(5000).as_bytes());
    for (fault, answer, word, words) in [
        ("empty file", with_fields(200, "", b""), "empty", "it is empty"),
        ("only comments", with_fields(200, "", b"# nothing today\n"), "empty", "empty"),
        ("half file", raw(format!("{head}2000\r\n\r\n{}", hosts(60))), "cut-short", "before"),
        ("half archive", with_fields(200, "", &long[..long.len() / 2]), "archive", "before its end"),
        ("error page", with_fields(200, "Content-Type: text/html\r\n", b"<!DOCTYPE html><p>Sorry"), "page", "a page"),
        ("UTF-16", with_fields(200, "", &utf16), "charset", "UTF-16"),
        ("Latin-1", with_fields(200, "", &latin1), "charset", "Latin-1"),
        ("gzip bomb", with_fields(200, "", &gz(&vec![b'a'; 30 << 20])), "bomb", "times as large"),
        ("gzip bomb, slowly", with_fields(200, "", &gz(&vec![b'a'; 40 << 20])), "bomb", ""),
        ("redirect loop", redirect("/list.txt"), "redirect", "circle"),
        ("redirect to nowhere", with_fields(302, "", b""), "redirect", "nowhere"),
        ("redirect to a file", redirect("file:///etc/passwd"), "redirect", "no address"),
        ("not there", with_fields(404, "", b"no"), "status", "404"),
        ("not allowed", with_fields(403, "", b"no"), "status", "403"),
        ("slow drip", [vec![Step::Send(format!("{head}2000\r\n\r\n").into_bytes())], drip.collect()].concat(), "slow", "within 2 s"),
        ("another format", with_fields(200, "", json.as_bytes()), "bad-lines", "lines are bad"),
        ("a sudden shrink", with_fields(200, "", hosts(40).as_bytes()), "shrunk", "from 100 entries to 40"),
        ("binary", with_fields(200, "", b"\x7fELF\x00\x00\x01"), "not-text", "binary"),
        ("too large", raw(format!("{head}2000000\r\n\r\n")), "too-large", "max_size"),
        (
            "too large, unsaid",
            raw([b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".to_vec(), hosts(100_000).into_bytes()].concat()),
            "too-large",
            "",
        ),
        ("not changed, unasked", with_fields(304, "", b""), "status", "304"),
        ("no HTTP", raw("hello\r\n\r\n"), "cut-short", "broke"),
    ] {
        publisher.answers("/list.txt", answer);
        let (found, said) = fetch(&world, "fetched");
        assert!(found == word && said.contains(words), "{fault}: {found}: {said}");
        let status = status(&world);
        let alarm = status.lines().find(|line| line.starts_with("ALARM list fetched:")).unwrap_or_else(|| panic!("{fault}: {status}"));
        assert!(alarm.contains(words) && alarm.contains("stays"), "{fault}: {alarm}");
        assert!(status.contains("fetched") && status.contains(" 100 entries"), "{fault}: {status}");
    }
    publisher.gives("/list.txt", hosts(101));
    assert_eq!(fetch(&world, "fetched").0, "taken");
    assert!(!status(&world).contains("ALARM"), "{}", status(&world));
    let folder = world.folder.path().join("compiled/sources/fetched");
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 4, "the version, the one before, their state and the lock");
}

#[test]
fn what_is_known_is_not_fetched_again() {
    let (world, publisher) = (World::new(), Publisher::new());
    settings(&world, &source("fetched", &publisher.url("/list.txt"), DOMAINS), &["fetched"]);
    let fields = "ETag: \"one\"\r\nLast-Modified: Mon, 24 Nov 2025 16:00:00 GMT\r\n";
    publisher.answers("/list.txt", with_fields(200, fields, hosts(10).as_bytes()));
    assert_eq!(fetch(&world, "fetched").0, "taken");
    assert_eq!(fetch(&world, "fetched").0, "unchanged", "the same bytes are no news");
    publisher.answers("/list.txt", with_fields(304, "", b""));
    assert_eq!(fetch(&world, "fetched").0, "unchanged");
    let seen = publisher.origin.seen();
    assert_eq!((seen[0].field("if-none-match"), seen[0].field("if-modified-since")), (None, None));
    assert_eq!(
        (seen[2].field("if-none-match"), seen[2].field("if-modified-since")),
        (Some("\"one\""), Some("Mon, 24 Nov 2025 16:00:00 GMT"))
    );
    assert!(seen.iter().all(|request| request.field("cookie").is_none() && request.field("referer").is_none()));
    assert_eq!(publisher.origin.faults(), Vec::<String>::new());
    // Other settings for the same file: what was made of it is not what is wanted now.
    settings(&world, &source("fetched", &publisher.url("/list.txt"), &DOMAINS.replace("domains", "urls")), &["fetched"]);
    assert_eq!(
        fetch(&world, "fetched"),
        ("status".into(), "nothing came: the server answers with status 304; the last good one stays".into())
    );
}

#[test]
fn a_server_whose_clock_is_ahead_is_told_of_and_its_mark_not_used() {
    let (world, publisher) = (World::new(), Publisher::new());
    settings(&world, &source("fetched", &publisher.url("/list.txt"), DOMAINS), &["fetched"]);
    publisher.answers("/list.txt", with_fields(200, "Last-Modified: Fri, 01 Jan 2100 00:00:00 GMT\r\n", hosts(10).as_bytes()));
    assert_eq!(fetch(&world, "fetched").0, "taken");
    assert!(status(&world).contains("ALARM list fetched: the server dates it"), "{}", status(&world));
    assert_eq!(fetch(&world, "fetched").0, "unchanged");
    assert_eq!(publisher.origin.seen()[1].field("if-modified-since"), None);
}

#[test]
fn a_full_disk_keeps_the_last_good_version() {
    let (world, publisher) = (World::new(), Publisher::new());
    settings(&world, &source("fetched", &publisher.url("/list.txt"), DOMAINS), &["fetched"]);
    publisher.gives("/list.txt", hosts(10));
    let folder = world.folder.path().join("compiled/sources/fetched");
    let Some(_small) = Small::mount(&folder) else { return };
    assert_eq!(fetch(&world, "fetched").0, "taken");
    publisher.gives("/list.txt", hosts(20_000));
    let (word, words) = fetch(&world, "fetched");
    assert!(word == "disk" && words.contains("cannot be kept"), "{word}: {words}");
    assert!(status(&world).contains(" 10 entries"), "{}", status(&world));
    publisher.gives("/list.txt", hosts(11));
    assert_eq!(fetch(&world, "fetched").0, "taken", "what did not fit is gone");
}

#[test]
fn an_archive_of_categories_is_blocked_by_and_what_was_refused_can_be_released() {
    let (world, publisher) = (World::new(), Publisher::new());
    settings(&world, &source("ut1", &publisher.url("/all.tar.gz"), "format = \"ut1\""), &["adult"]);
    let adult = hosts(50);
    let archive =
        |adult: &str| gz(&tar(&[("ut1/adult/domains", adult), ("ut1/adult/usage", "black\n"), ("ut1/games/domains", "g.test\n")]));
    publisher.gives("/all.tar.gz", archive(&(adult + "old.test\n")));
    let proxy = start(&world);
    assert_eq!(get(proxy.proxy, "http://old.test/").status, 403, "it was fetched before anything was served");
    assert_eq!(get(proxy.proxy, &world.address("g.test", "/")).status, 200);
    publisher.gives("/all.tar.gz", archive("new.test\n"));
    let (word, words) = fetch(&world, "ut1");
    assert!(word == "shrunk" && words.contains("ut1/adult"), "{word}: {words}");
    let shown = text(&world.command(&["lists", "quarantine", "list"]));
    assert!(shown.contains("ut1/adult") && shown.contains("(shrunk)"), "{shown}");
    for bad in [["--by", "", "--because", "x"], ["--by", "x", "--because", "a\nb"]] {
        assert!(!world.command(&[&["lists", "quarantine", "release", "ut1"][..], &bad].concat()).status.success());
    }
    let release = ["lists", "quarantine", "release", "ut1", "--by", "A. Librarian", "--because", "the publisher told us"];
    assert!(world.command(&release).status.success());
    wait_until("it is taken", || get(proxy.proxy, "http://new.test/").status == 403);
    assert_eq!(get(proxy.proxy, &world.address("old.test", "/")).status, 200);
    let events = world.search(&["--kind", "event"]);
    assert!(events.contains("A. Librarian") && events.contains("the publisher told us"), "{events}");
    assert!(text(&world.command(&["lists", "quarantine", "list"])).contains("nothing is in quarantine"));
    proxy.signal(1);
    wait_until("it is live", || proxy.errors().matches("reloaded: generation").count() >= 2);
    assert_eq!(get(proxy.proxy, "http://new.test/").status, 403, "what was released stays");
    publisher.gives("/all.tar.gz", "<html>");
    assert_eq!(fetch(&world, "ut1").0, "archive");
    let refused = world.command(&release);
    assert!(!refused.status.success() && text(&refused).contains("cannot be released"), "{}", text(&refused));
}

#[test]
fn a_rehearsal_says_what_would_change_and_keeps_nothing() {
    let (world, publisher) = (World::new(), Publisher::new());
    settings(&world, &source("fetched", &publisher.url("/list.txt"), DOMAINS), &["fetched"]);
    publisher.gives("/list.txt", hosts(10));
    let rehearse = || lines(&world.command(&["lists", "fetch", "--dry-run", "--json"])).remove(0);
    assert_eq!(rehearse()["lists"][0]["now"], 10);
    assert!(status(&world).contains("not been fetched yet"), "{}", status(&world));
    assert_eq!(fetch(&world, "fetched").0, "taken");
    publisher.gives("/list.txt", hosts(9) + "a.test\nb.test\nnot a name\n");
    let said = rehearse();
    let list = &said["lists"][0];
    assert_eq!(
        (&list["before"], &list["now"], &list["new"], &list["gone"], &list["bad"]),
        (&10.into(), &11.into(), &2.into(), &1.into(), &1.into()),
        "{said}"
    );
    publisher.gives("/list.txt", "<html>");
    assert_eq!(rehearse()["result"], "page");
    let fetched = &lines(&world.command(&["lists", "status", "--json"]))[0]["fetched"][0];
    assert!(
        fetched["name"] == "fetched" && fetched["fault"].is_null() && fetched["next"].as_str() > fetched["asked"].as_str(),
        "{fetched}"
    );
    assert!(status(&world).contains("at the latest"), "{}", status(&world));
    assert!(text(&world.command(&["lists", "quarantine", "list"])).contains("nothing"));
    assert!(status(&world).contains(" 10 entries"), "{}", status(&world));
}

#[test]
fn a_rehearsal_says_whom_the_new_list_would_have_met() {
    let (world, publisher) = (World::new(), Publisher::new());
    settings(&world, &source("fetched", &publisher.url("/list.txt"), DOMAINS), &["fetched"]);
    publisher.gives("/list.txt", hosts(10));
    let proxy = start(&world);
    for host in ["met.test", "met.test", "other.test"] {
        assert_ne!(get(proxy.proxy, &world.address(host, "/")).status, 403);
    }
    assert_eq!(get(proxy.proxy, "http://host-1.test/").status, 403);
    assert!(proxy.stop().success());
    publisher.gives("/list.txt", hosts(10) + "met.test\nunmet.test\n");
    // What another list would bring is not this one's.
    world.write("blocked.txt", "blocked.test\nother.test\n");
    let rehearse = |json: &[&str]| world.command(&[&["lists", "fetch", "fetched", "--dry-run", "--log"][..], json].concat());
    let met = &lines(&rehearse(&["--json"]))[0]["would_meet"];
    assert_eq!((&met["judged"], &met["hosts"]), (&3.into(), &1.into()), "{met}");
    assert_eq!(
        (&met["noisiest"][0]["host"], &met["noisiest"][0]["requests"], &met["noisiest"][0]["list"]),
        (&"met.test".into(), &2.into(), &"fetched".into()),
        "{met}"
    );
    let said = text(&rehearse(&[]));
    assert!(said.contains("would have blocked 2, of 1 hosts") && said.contains("met.test  (list fetched)"), "{said}");
    assert!(!world.command(&["lists", "fetch", "--log"]).status.success(), "only a rehearsal");
}

#[test]
fn offline_over_a_restart_the_last_good_list_serves_and_grows_older() {
    let (world, publisher) = (World::new(), Publisher::new());
    settings(&world, &source("fetched", &publisher.url("/list.txt"), DOMAINS), &["fetched"]);
    publisher.gives("/list.txt", hosts(10));
    assert_eq!(fetch(&world, "fetched").0, "taken");
    let path = world.folder.path().join("compiled/sources/fetched/state.json");
    let mut state: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    state["confirmed"] = (state["confirmed"].as_i64().unwrap() - 2 * 86_400 * 1_000_000).into();
    std::fs::write(&path, state.to_string()).unwrap();
    drop(publisher);
    // Two days ago, and nobody is there any more.
    for start_number in 1..=2 {
        let proxy = start(&world);
        assert_eq!(get(proxy.proxy, "http://host-1.test/").status, 403, "start {start_number} needs no network");
        wait_until("it is told", || proxy.errors().contains("list fetched: the last fetch failed"));
        assert_eq!(get(proxy.proxy, "http://host-1.test/").status, 403);
        let age = age(&proxy, "fetched");
        assert!((172_800.0..180_000.0).contains(&age), "the age goes on: {age}");
        assert!(proxy.stop().success());
    }
    let fetched = &lines(&world.command(&["lists", "status", "--json"]))[0]["fetched"][0];
    assert!(fetched["fault"].as_str().is_some_and(|fault| !fault.is_empty()) && fetched["failures"] != 0, "{fetched}");
    assert!(status(&world).contains("; the last fetch failed: "), "{}", status(&world));
}

#[test]
fn a_list_that_came_and_could_not_be_loaded_is_not_fresh_when_the_server_says_that_it_is_the_newest() {
    let (world, publisher) = (World::new(), Publisher::new());
    let test = "\n[[test]]\ngroup = \"everyone\"\nurl = \"http://new.test/\"\nexpect = \"allow\"\n";
    settings(&world, &(source("fetched", &publisher.url("/list.txt"), DOMAINS) + test), &["fetched"]);
    publisher.gives("/list.txt", hosts(10));
    assert_eq!(fetch(&world, "fetched").0, "taken");
    // Due in fifteen seconds: a busy machine needs a while to start.
    let path = world.folder.path().join("compiled/sources/fetched/state.json");
    let mut state: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    state["confirmed"] = (state["confirmed"].as_i64().unwrap() - 3_585 * 1_000_000).into();
    std::fs::write(&path, state.to_string()).unwrap();
    let proxy = start(&world);
    let metrics = || get_direct(proxy.console, "/metrics").text();
    wait_until("its time is known", || metrics().contains("lifeguard_list_fetch_failures{list=\"fetched\"} 0"));
    publisher.gives("/list.txt", hosts(10) + "more.test\n");
    assert_eq!(fetch(&world, "fetched").0, "taken");
    // Not because of what came.
    world.write("blocked.txt", "blocked.test\nnew.test\n");
    wait_until("it is the newest", || metrics().contains("lifeguard_list_fetches_total{list=\"fetched\",result=\"unchanged\"} 1"));
    wait_until("it is tried", || proxy.errors().contains("reload failed"));
    assert!(age(&proxy, "fetched") > 3_500.0, "what is in force is the old one");
    assert_ne!(get(proxy.proxy, &world.address("more.test", "/")).status, 403);
    assert_eq!(get(proxy.proxy, "http://host-1.test/").status, 403);
    assert!(text(&world.command(&["lists", "quarantine", "list"])).contains("nothing is in quarantine"));
}

/// Seconds since the list was known to be the newest.
fn age(proxy: &Lifeguard, list: &str) -> f64 {
    let all = get_direct(proxy.console, "/metrics").text();
    let start = format!("lifeguard_list_age_seconds{{list=\"{list}\"}} ");
    all.lines().find_map(|line| line.strip_prefix(&*start)?.parse().ok()).unwrap_or_else(|| panic!("{all}"))
}

#[test]
fn a_secret_goes_to_its_server_alone_and_is_shown_nowhere() {
    let (world, publisher, other) = (World::new(), Publisher::new(), Publisher::new());
    let secret = world.write("token", "hush-hush-hush\n");
    let more = format!("{DOMAINS}\ntoken_file = \"token\"\nprivate = true\nsha256_url = \"{}\"", other.url("/sum"));
    settings(&world, &source("fetched", &publisher.url("/list.txt"), &more), &["fetched"]);
    publisher.answers("/list.txt", with_fields(302, &format!("Location: {}\r\n", other.url("/moved.txt")), b""));
    other.gives("/moved.txt", hosts(10));
    other.gives("/sum", "00".repeat(32));
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o644)).unwrap();
    let (word, words) = fetch(&world, "fetched");
    assert!(word == "settings" && words.contains("mode 644"), "{word}: {words}");
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o600)).unwrap();
    let said = text(&world.command(&["lists", "fetch"])) + &status(&world);
    assert!(said.contains("SHA-256") && !said.contains("hush"), "{said}");
    assert_eq!(publisher.origin.seen()[0].field("authorization"), Some("Bearer hush-hush-hush"));
    assert_eq!(other.origin.targets(), ["/moved.txt", "/sum"]);
    assert!(other.origin.seen().iter().all(|request| request.field("authorization").is_none()));
    let state = std::fs::read_to_string(world.folder.path().join("compiled/sources/fetched/state.json")).unwrap();
    assert!(!state.contains("hush"));
}

#[test]
fn a_private_place_is_reached_only_where_the_operator_says_so() {
    let world = World::new();
    let authority = Authority::new();
    let (publisher, start) = (Publisher::secure(&authority), Publisher::new());
    publisher.gives("/list.txt", hosts(10));
    let trusting = |sources: &str| {
        settings(&world, sources, &["fetched"]);
        world.write("authority.pem", &authority.pem());
        let path = world.folder.path().join("lifeguard.toml");
        let config =
            std::fs::read_to_string(&path).unwrap().replacen("connect_ports", "extra_roots = [\"authority.pem\"]\nconnect_ports", 1);
        std::fs::write(path, config).unwrap();
    };
    let public = source("fetched", &publisher.url("/list.txt"), DOMAINS);
    trusting(&public);
    let (word, words) = fetch(&world, "fetched");
    assert!(word == "connect" && words.contains("not one that may be reached"), "{word}: {words}");
    // From the server that the operator named on this machine to another place on it: that was not his word.
    start.answers("/go", with_fields(302, &format!("Location: http://127.0.0.2:{}/list.txt\r\n", start.origin.port()), b""));
    trusting(&source("fetched", &start.url("/go"), DOMAINS));
    assert_eq!(fetch(&world, "fetched").0, "connect");
    settings(&world, &(public.clone() + "private = true\n"), &["fetched"]);
    let (word, words) = fetch(&world, "fetched");
    assert!(word == "connect" && words.contains("TLS"), "an authority that nobody vouches for: {word}: {words}");
    trusting(&(public + "private = true\n"));
    assert_eq!(fetch(&world, "fetched").0, "taken");
    publisher.answers("/list.txt", with_fields(302, &format!("Location: {}\r\n", start.url("/plain.txt")), b""));
    start.gives("/plain.txt", hosts(10));
    let (word, words) = fetch(&world, "fetched");
    assert!(word == "redirect" && words.contains("from https to http"), "{word}: {words}");
}

#[test]
fn a_real_server_is_asked_conditionally() {
    let world = World::new();
    let site = world.folder.path().join("site");
    std::fs::create_dir_all(&site).unwrap();
    std::fs::write(site.join("list.txt"), hosts(10)).unwrap();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut command = Command::new("python3");
    command.args(["-u", "-m", "http.server", "--bind", "127.0.0.1", &port.to_string(), "--directory"]).arg(&site);
    let log = world.folder.path().join("python.log");
    let Ok(mut server) = command.stderr(std::fs::File::create(&log).unwrap()).spawn() else {
        return println!("skipped: python3 is not on this machine");
    };
    wait_until("it listens", || std::net::TcpStream::connect(("127.0.0.1", port)).is_ok());
    settings(&world, &source("fetched", &format!("http://127.0.0.1:{port}/list.txt"), DOMAINS), &["fetched"]);
    let words = [fetch(&world, "fetched").0, fetch(&world, "fetched").0];
    let gone = std::fs::remove_file(site.join("list.txt")).map(|()| fetch(&world, "fetched").0);
    server.kill().unwrap();
    server.wait().unwrap();
    let said = std::fs::read_to_string(log).unwrap();
    assert_eq!((words.map(|word| word.to_string()), gone.unwrap()), (["taken".into(), "unchanged".into()], "status".into()), "{said}");
    assert!(said.contains("304"), "{said}");
}

#[test]
fn the_running_proxy_fetches_by_itself_and_tells_of_faults() {
    let (world, publisher) = (World::new(), Publisher::new());
    settings(&world, &source("fetched", &publisher.url("/list.txt"), DOMAINS), &["fetched"]);
    publisher.gives("/list.txt", hosts(10) + "old.test\n");
    assert_eq!(fetch(&world, "fetched").0, "taken");
    let long_ago = || {
        let path = world.folder.path().join("compiled/sources/fetched/state.json");
        let mut state: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        state["confirmed"] = 1.into();
        std::fs::write(path, state.to_string()).unwrap();
    };
    long_ago();
    publisher.gives("/list.txt", hosts(10) + "new.test\n");
    let proxy = start(&world);
    wait_until("it came and is live", || get(proxy.proxy, "http://new.test/").status == 403);
    assert!(get_direct(proxy.console, "/metrics").text().contains("lifeguard_list_fetches_total{list=\"fetched\",result=\"taken\"} 1"));
    assert!(proxy.stop().success());
    long_ago();
    publisher.answers("/list.txt", with_fields(404, "", b""));
    let proxy = start(&world);
    wait_until("it is told", || proxy.errors().contains("list fetched: the last fetch failed: the server answers with status 404"));
    wait_until("it is counted", || {
        get_direct(proxy.console, "/metrics").text().contains("lifeguard_list_fetch_failures{list=\"fetched\"} 1")
    });
    let page = get_direct(proxy.console, "/").text();
    assert!(page.contains("status 404"), "{page}");
    wait_until("it is in the record", || world.search(&["--kind", "event"]).contains("status 404"));
    assert_eq!(get(proxy.proxy, "http://new.test/").status, 403);
}

#[test]
fn without_a_first_statutory_list_nothing_is_served_and_offline_the_last_good_one_is() {
    let (world, publisher) = (World::new(), Publisher::new());
    let statutory = source("police", &publisher.url("/police.txt"), "kind = \"statutory\"\nformat = \"lines\"\ntimeout = \"2s\"");
    settings(&world, &statutory, &[]);
    let refused =
        crate::support::proxy::program().current_dir(world.folder.path()).args(["run", "--config", "lifeguard.toml"]).output().unwrap();
    assert!(
        !refused.status.success()
            && text(&refused).contains("list police: it has not been fetched yet: the server answers with status 404"),
        "{}",
        text(&refused)
    );
    publisher.gives("/police.txt", "secret.test/page\n");
    let proxy = start(&world);
    assert_eq!(get(proxy.proxy, "http://secret.test/page").status, 403);
    assert!(proxy.stop().success());
    drop(publisher);
    let proxy = start(&world);
    assert_eq!(get(proxy.proxy, "http://secret.test/page").status, 403, "a start needs no network");
    assert!(!(proxy.errors() + &status(&world)).contains("secret"));
}

#[test]
fn through_a_day_of_faults_nothing_that_is_listed_gets_out() {
    let (world, publisher) = (World::new(), Publisher::new());
    let statutory = source("police", &publisher.url("/police.txt"), "kind = \"statutory\"\nformat = \"lines\"\ntimeout = \"2s\"");
    settings(&world, &(statutory + &source("fetched", &publisher.url("/list.txt"), DOMAINS)), &["fetched"]);
    publisher.gives("/police.txt", "secret.test/page\n");
    publisher.gives("/list.txt", hosts(100));
    let proxy = start(&world);
    let (address, stop) = (proxy.proxy, std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false)));
    let ended = std::sync::Arc::clone(&stop);
    let asking = std::thread::spawn(move || {
        let mut asked = 0;
        while !ended.load(std::sync::atomic::Ordering::Relaxed) {
            for listed in ["http://secret.test/page", "http://host-7.test/"] {
                assert_eq!(get(address, listed).status, 403, "{listed}");
                asked += 1;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        asked
    });
    let answers = [
        with_fields(200, "", b""),
        with_fields(200, "", b"<html>"),
        with_fields(200, "", &gz(&vec![b'a'; 30 << 20])),
        with_fields(302, "Location: /list.txt\r\n", b""),
        with_fields(404, "", b""),
        with_fields(200, "", b"\xff\xfea\0"),
        with_fields(200, "", &gz(hosts(100).as_bytes())[..20]),
    ];
    for (answer, generation) in answers.into_iter().zip(2..) {
        for list in ["/police.txt", "/list.txt"] {
            publisher.answers(list, answer.clone());
        }
        assert!(!world.command(&["lists", "fetch"]).status.success());
        proxy.signal(1);
        wait_until("it is live", || proxy.errors().contains(&format!("reloaded: generation {generation} ")));
    }
    publisher.gives("/police.txt", "secret.test/page\nmore.test/x\n");
    publisher.gives("/list.txt", hosts(101));
    assert!(world.command(&["lists", "fetch"]).status.success());
    proxy.signal(1);
    wait_until("what is new is blocked", || get(proxy.proxy, "http://more.test/x").status == 403);
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    let asked = asking.join().unwrap();
    println!("{asked} requests, none got out");
    assert!(asked > 50 && world.origin.targets().is_empty(), "{:?}", world.origin.targets());
}

#[test]
fn settings_that_cannot_be_meant_are_faults_with_their_line() {
    let world = World::new();
    world.write("open", "user:swordfish\n");
    std::fs::set_permissions(world.folder.path().join("open"), std::fs::Permissions::from_mode(0o644)).unwrap();
    let secret = world.write("closed", "user:swordfish\n");
    std::fs::set_permissions(secret, std::fs::Permissions::from_mode(0o600)).unwrap();
    let key = "RWQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    for (url, more, expected) in [
        ("https://a.test/x", "every = \"6h\"\nuser_file = \"closed\"", ""),
        ("http://127.0.0.1:8/x", "token_file = \"closed\"", ""),
        ("http://a.test/x", "plain_http = true", ""),
        ("http://a.test/x", "", "expected https"),
        ("http://localhost/x", "", "expected https"),
        ("ftp://a.test/x", "", "expected https, or http"),
        ("a.test/x", "", "expected an address such as"),
        ("https://u:p@a.test/x", "", "without a password"),
        ("https://a.test/x#y", "", "without a fragment"),
        ("https://a.test/x", "path = \"blocked.txt\"", "'path' and 'url' cannot both be given"),
        ("https://a.test/x", "every = \"10s\"", "out of range"),
        ("https://a.test/x", "kind = \"statutory\"\nevery = \"2h\"", "at most \"1h\" for a statutory list"),
        ("http://a.test/x", "plain_http = true\nuser_file = \"closed\"", "must not go in clear"),
        ("https://a.test/x", "user_file = \"open\"", "everybody on this machine may read it"),
        ("https://a.test/x", "user_file = \"nowhere\"", "nowhere"),
        ("https://a.test/x", "user_file = \"closed\"\ntoken_file = \"closed\"", "cannot both be given"),
        ("https://a.test/x", "sha256 = \"12\"", "64 hexadecimal digits"),
        ("https://a.test/x", "minisign_key = \"12\"", "minisign.pub"),
        ("https://a.test/x", &format!("minisign_key = \"{key}\""), ""),
        ("https://a.test/x", &format!("minisign_key = \"{key}\"\ned25519_key = \"{}\"", "00".repeat(32)), "cannot both be given"),
        ("https://a.test/x", "signature_url = \"https://a.test/y\"", "has no meaning for a list without a key"),
        ("https://a.test/x", "sha256_url = \"http://a.test/y\"", "expected https"),
    ] {
        settings(&world, &source("fetched", url, &format!("format = \"lines\"\n{more}")), &[]);
        let output = world.command(&["check"]);
        let said = text(&output);
        // Good settings are good; only the list itself is not here yet.
        let expected = if expected.is_empty() { "list fetched: it has not been fetched yet" } else { expected };
        assert!(!output.status.success() && said.contains(expected) && said.contains("lifeguard.toml:"), "{url} {more}: {said}");
        assert!(!said.contains("swordfish"), "{said}");
    }
    settings(&world, "\n[[lists.source]]\nname = \"a\"\nformat = \"lines\"\npath = \"blocked.txt\"\ninside = \"x\"\nevery = \"1h\"\n", &[]);
    let said = text(&world.command(&["check"]));
    assert!(said.contains("'inside' has no meaning") && said.contains("'every' has no meaning"), "{said}");
}

#[test]
fn a_list_may_shrink_as_far_as_the_settings_say() {
    let (world, publisher) = (World::new(), Publisher::new());
    for (most, left, word) in [("0.9", 11, "taken"), ("0.1", 5, "shrunk")] {
        settings(&world, &source("fetched", &publisher.url("/list.txt"), DOMAINS), &["fetched"]);
        let path = world.folder.path().join("lifeguard.toml");
        let config = std::fs::read_to_string(&path).unwrap().replace("[lists]\n", &format!("[lists]\nmax_shrink = {most}\n"));
        std::fs::write(path, config).unwrap();
        if most == "0.9" {
            publisher.gives("/list.txt", hosts(100));
            assert_eq!(fetch(&world, "fetched").0, "taken");
            assert!(world.command(&["lists", "compile"]).status.success());
        }
        publisher.gives("/list.txt", hosts(left));
        assert_eq!(fetch(&world, "fetched").0, word, "{most}");
    }
    let compiled = world.command(&["lists", "status"]);
    assert!(text(&compiled).contains(" 11 entries"), "{}", text(&compiled));
}
