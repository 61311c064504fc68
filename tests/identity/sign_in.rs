//! People sign in with `Basic` against local accounts, through the real program (standards AA7, B12, G5, V12, X17).

use crate::sign_in_support::{add, basic, command_with, get_as, in_proxy, peopled, records, world};
use crate::support::Reply;
use crate::support::client::{connect, get, get_direct, get_with};
use crate::support::proxy::{Lifeguard, wait_until};
use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::time::{Duration, Instant};

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_person_signs_in_gets_their_own_rules_and_the_record_says_who() {
    let (world, proxy) = peopled("");
    let (open, closed) = (world.address("site.test", "/bytes/10"), world.address("blocked.test", "/bytes/10"));
    let asked = get(proxy.proxy, &open);
    assert_eq!(
        (asked.status, asked.field("proxy-authenticate")),
        (407, Some("Basic realm=\"Test site\", charset=\"UTF-8\"")),
        "{}",
        asked.head
    );
    assert_eq!(get_as(proxy.proxy, &open, "kim", "not hers").status, 407);
    assert_eq!(get_as(proxy.proxy, &open, "nobody", "kims secret").status, 407);
    assert_eq!(get_as(proxy.proxy, &open, "kim", "kims secret").status, 200);
    assert_eq!(get_as(proxy.proxy, &closed, "KIM", "kims secret").status, 403, "a child's rules");
    assert_eq!(get_as(proxy.proxy, &closed, "lee", "lees secret").status, 200, "an adult's rules at the same desk");
    assert_eq!(get_as(proxy.proxy, "http://listed.test/page", "lee", "lees secret").status, 403, "the lock holds for everybody");

    let all = records(&world, &[]);
    let said: Vec<_> = all
        .iter()
        .map(|r| (r["reason"].as_str().unwrap(), r["user"].as_str(), r["group"].as_str().unwrap(), r["identity"].as_str().unwrap()))
        .collect();
    assert_eq!(
        said,
        [
            ("sign-in-needed", None, "everyone", "unknown"),
            ("sign-in-refused", None, "everyone", "unknown"),
            ("sign-in-refused", None, "everyone", "unknown"),
            ("allowed", Some("kim"), "children", "account"),
            ("category", Some("kim"), "children", "account"),
            ("allowed", Some("lee"), "staff", "account"),
            ("statutory", Some("lee"), "staff", "account"),
        ]
    );
    assert_eq!(all[0]["url"], open, "what was asked for is recorded although nobody had signed in");
    assert_eq!(records(&world, &["--user", "kim"]).len(), 2);
    let explained = world.command(&["explain", "--user", "Kim", &closed]);
    let steps = text(&explained.stdout);
    assert!(
        steps.contains("for the group children (found by: account)") && steps.contains("category testing"),
        "{steps}{}",
        text(&explained.stderr)
    );
}

#[test]
fn a_person_in_two_groups_gets_the_stricter_and_explain_says_so() {
    let world = world("");
    world.write("lifeguard.toml", &world.config());
    add(&world, "max", "staff,children", "maxs secret");
    let proxy = world.start();
    assert_eq!(get_as(proxy.proxy, &world.address("blocked.test", "/"), "max", "maxs secret").status, 403);
    let explained = world.command(&["explain", "--user", "max", "http://blocked.test/"]);
    let said = text(&explained.stderr);
    assert!(said.contains("max is in staff, children: the strictest counts, which is children"), "{said}");
    let unknown = world.command(&["explain", "--user", "zoe", "http://blocked.test/"]);
    assert!(!unknown.status.success() && text(&unknown.stderr).contains("there is no such account"));
}

/// CONNECT with these fields; the answer, and the stream behind it.
fn tunnel_with(proxy: &Lifeguard, authority: &str, fields: &str) -> (std::net::TcpStream, Reply) {
    let mut stream = connect(proxy.proxy).unwrap();
    stream.write_all(format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n{fields}\r\n").as_bytes()).unwrap();
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|count| count == 1) {
        head.push(byte[0]);
    }
    (stream, Reply::read(&head))
}

fn ask_inside(stream: &mut std::net::TcpStream, host: &str, path: &str) -> u16 {
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes()).unwrap();
    let mut answer = Vec::new();
    let mut part = [0; 4096];
    while Reply::read(&answer).status == 0
        || !Reply::read(&answer).field("content-length").is_some_and(|n| n.parse() == Ok(Reply::read(&answer).body.len()))
    {
        let read = stream.read(&mut part).unwrap();
        assert!(read > 0, "{}", text(&answer));
        answer.extend_from_slice(&part[..read]);
    }
    Reply::read(&answer).status
}

#[test]
fn what_comes_out_of_a_tunnel_is_its_persons_until_the_account_is_disabled() {
    let (world, proxy) = peopled("");
    let authority = format!("blocked.test:{}", world.origin.port());
    let (_, asked) = tunnel_with(&proxy, &authority, "");
    assert_eq!((asked.status, asked.field("proxy-authenticate").is_some()), (407, true));
    let (mut stream, opened) = tunnel_with(&proxy, &authority, &basic("lee", "lees secret"));
    assert_eq!(opened.status, 200);
    assert_eq!(ask_inside(&mut stream, &authority, "/bytes/10"), 200);
    assert!(command_with(&world, &["user", "disable", "lee"], "").status.success());
    wait_until("the change is taken over", || proxy.errors().contains("accounts: lee disabled"));
    assert_eq!(ask_inside(&mut stream, &authority, "/bytes/20"), 403, "the strictest group");
    assert_eq!(get_as(proxy.proxy, &world.address("site.test", "/"), "lee", "lees secret").status, 407, "whatever is remembered");
    assert!(command_with(&world, &["user", "enable", "lee"], "").status.success());
    wait_until("the change is taken over", || proxy.errors().contains("accounts: lee enabled"));
    assert_eq!(ask_inside(&mut stream, &authority, "/bytes/30"), 200);
    let all = records(&world, &["--user", "lee"]);
    let inside: Vec<_> =
        all.iter().filter(|r| !r["parent"].is_null()).map(|r| (r["group"].as_str().unwrap(), r["identity"].as_str().unwrap())).collect();
    assert_eq!(inside, [("staff", "account"), ("everyone", "stale"), ("staff", "account")]);
    let events = text(&world.command(&["logs", "search", "--kind", "event", "--json"]).stdout);
    assert!(events.contains("accounts-changed") && events.contains("lee disabled"), "{events}");
}

#[test]
fn a_device_that_cannot_sign_in_keeps_the_group_of_its_address_and_is_never_asked() {
    let world = world("");
    world.write("lifeguard.toml", &world.config());
    add(&world, "kim", "children", "kims secret");
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    let config = world.write("lifeguard.toml", &in_proxy(&world, "trusted_proxies = [\"127.0.0.1/32\"]"));
    let proxy = Lifeguard::start(&config);
    let address = world.address("blocked.test", "/bytes/10");
    let device = "X-Forwarded-For: 192.0.2.7\r\n";
    assert_eq!(get_with(proxy.proxy, &address, device).status, 200);
    assert_eq!(
        get_with(proxy.proxy, &address, &(device.to_owned() + &basic("kim", "wrong one"))).status,
        200,
        "nothing is gained or lost by it"
    );
    assert_eq!(
        get_with(proxy.proxy, &address, &(device.to_owned() + &basic("kim", "kims secret"))).status,
        403,
        "who signs in is a person"
    );
    let said: Vec<_> = records(&world, &[]).iter().map(|r| (r["identity"].to_string(), r["outcome"]["note"].to_string())).collect();
    assert_eq!(said[0].0, "\"address-range\"");
    assert!(said[1].1.contains("wrong name or password"), "{said:?}");
    assert_eq!(said[2].0, "\"account\"");
}

#[test]
fn ten_wrong_passwords_in_five_minutes_and_no_more_are_tried() {
    let (world, proxy) = peopled("");
    let address = world.address("site.test", "/bytes/10");
    assert_eq!(get_as(proxy.proxy, &address, "lee", "lees secret").status, 200);
    for guess in 0..10 {
        assert_eq!(get_as(proxy.proxy, &address, "kim", &format!("guess number {guess}")).status, 407, "{guess}");
    }
    assert_eq!(get_as(proxy.proxy, &address, "kim", "guess number 3").status, 407, "the same again is no new guess");
    let begun = Instant::now();
    let paused = get_as(proxy.proxy, &address, "kim", "kims secret");
    assert_eq!((paused.status, paused.field("retry-after")), (429, Some("300")), "not even the right one: {}", paused.head);
    assert!(begun.elapsed() >= Duration::from_secs(1), "whoever guesses waits");
    assert_eq!(get_as(proxy.proxy, &address, "zoe", "from this address").status, 429);
    assert_eq!(get_as(proxy.proxy, &address, "lee", "lees secret").status, 200, "who has signed in is not disturbed");
    let events = text(&world.command(&["logs", "search", "--kind", "event", "--json"]).stdout);
    let told: Vec<_> = events.lines().filter(|line| line.contains("guessing-stopped")).collect();
    assert!(told.len() == 2 && told.iter().any(|line| line.contains("127.0.0.1 for the account kim")), "{told:?}");
    let reasons: Vec<_> = records(&world, &["--reason", "sign-in-paused"]).iter().map(|r| r["reason"].to_string()).collect();
    assert_eq!(reasons.len(), 2);
}

#[test]
fn guesses_that_come_all_at_once_are_no_more_than_ten() {
    let (world, proxy) = peopled("guesses_per_address = 1000\n");
    let address = world.address("site.test", "/bytes/10");
    let answers: Vec<u16> = std::thread::scope(|scope| {
        let ask = |guess| get_as(proxy.proxy, &address, "kim", &format!("guess number {guess}")).status;
        let threads: Vec<_> = (0..40).map(|guess| scope.spawn(move || ask(guess))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(answers.iter().filter(|status| **status == 407).count(), 10, "{answers:?}");
    assert_eq!(answers.iter().filter(|status| **status == 429).count(), 30);
    let same: Vec<u16> = std::thread::scope(|scope| {
        let ask = || get_as(proxy.proxy, &address, "lee", "lees secret").status;
        let threads: Vec<_> = (0..40).map(|_| scope.spawn(ask)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(same.iter().all(|status| *status == 200), "forty connections of one browser are one password: {same:?}");
}

#[test]
fn an_unknown_name_takes_as_long_as_a_wrong_password() {
    let (world, proxy) = peopled("guesses_per_address = 1000\n");
    let address = world.address("site.test", "/bytes/10");
    let quickest = |name: &dyn Fn(usize) -> String| {
        let timed = |n: usize| {
            let begun = Instant::now();
            assert_eq!(get_as(proxy.proxy, &address, &name(n), &format!("guess number {n}")).status, 407);
            begun.elapsed()
        };
        (0..9).map(timed).min().unwrap()
    };
    let (unknown, wrong) = (quickest(&|n| format!("nobody{n}")), quickest(&|_| "kim".to_owned()));
    let (short, long) = (unknown.min(wrong), unknown.max(wrong));
    assert!(short > Duration::from_millis(5), "a password costs something: {short:?}");
    assert!(long < short.mul_f64(1.5), "unknown {unknown:?}, wrong {wrong:?}");
}

#[test]
fn hostile_credentials_are_answered_kindly_and_recorded() {
    let (world, proxy) = peopled("");
    let address = world.address("site.test", "/");
    let code = |bytes: &[u8]| format!("Proxy-Authorization: Basic {}\r\n", lifeguard::record::base64::encode(bytes));
    let table = [
        (code(b"kim:"), 407),
        (code(b":"), 407),
        (code(b"kim"), 407),
        (code(b"\xff\xfe:\xff"), 407),
        (code(b"kim\0:kims secret"), 407),
        (code(&[b"kim:", &[b'x'; 8 * 1024][..]].concat()), 407),
        (code(&[b"kim:", &[b'x'; 48 * 1024][..]].concat()), 431),
        (basic("kim", "kims secret") + &basic("lee", "lees secret"), 407),
        ("Proxy-Authorization: Negotiate YIIB\r\n".to_owned(), 407),
        ("Proxy-Authorization: Basic\r\n".to_owned(), 407),
        ("Proxy-Authorization: \r\n".to_owned(), 407),
    ];
    for (fields, status) in &table {
        let reply = get_with(proxy.proxy, &address, fields);
        assert_eq!(reply.status, *status, "{} {}", &fields[..fields.len().min(80)], reply.head);
    }
    assert_eq!(records(&world, &[]).len(), table.len());
    assert_eq!(get_as(proxy.proxy, &address, "kim", "kims secret").status, 200, "none of it was a guess");
    assert!(world.origin.targets().len() == 1, "{:?}", world.origin.targets());
}

fn files(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() {
            files(&entry.path(), found);
        } else if let Ok(bytes) = fs::read(entry.path()) {
            found.push((entry.path().display().to_string(), bytes));
        }
    }
}

#[test]
fn a_password_is_in_no_file_no_message_and_no_request_that_leaves() {
    let (world, proxy) = peopled("");
    add(&world, "max", "staff", "canarypassword");
    wait_until("the account is taken over", || proxy.errors().contains("accounts: max added, in staff"));
    let address = world.address("site.test", "/bytes/10");
    assert_eq!(get_as(proxy.proxy, &address, "max", "canarypassword").status, 200);
    assert_eq!(get_as(proxy.proxy, &address, "max", "canarywrong").status, 407);
    assert_eq!(get_as(proxy.proxy, &address, "canaryname", "canarywrong").status, 407);
    let authority = format!("site.test:{}", world.origin.port());
    let (mut stream, _) = tunnel_with(&proxy, &authority, &basic("max", "canarypassword"));
    let inside = format!("GET /inside HTTP/1.1\r\nHost: {authority}\r\n{}Connection: close\r\n\r\n", basic("max", "canarypassword"));
    stream.write_all(inside.as_bytes()).unwrap();
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).unwrap();
    let mut places = Vec::new();
    let metrics = get_direct(proxy.console, "/metrics").text();
    let shown = world.log();
    for record in world.origin.seen() {
        places.push(("a request that left".to_owned(), record.head.clone()));
    }
    assert!(proxy.stop().success());
    files(world.folder.path(), &mut places);
    places.extend([("metrics".to_owned(), metrics.into_bytes()), ("search".to_owned(), shown.into_bytes())]);
    let coded = [("max", "canarypassword"), ("max", "canarywrong"), ("canaryname", "canarywrong")];
    let mut secrets = vec!["canarypassword".to_owned(), "canarywrong".to_owned(), "canaryname".to_owned()];
    secrets.extend(coded.map(|(name, password)| basic(name, password).trim().rsplit(' ').next().unwrap().to_owned()));
    for (place, bytes) in &places {
        for secret in &secrets {
            assert!(memchr::memmem::find(bytes, secret.as_bytes()).is_none(), "{place} holds {secret}");
        }
    }
    assert!(places.iter().any(|(_, bytes)| memchr::memmem::find(bytes, b"/inside").is_some()), "the search finds what is there");
}

#[test]
fn a_second_person_at_one_address_is_told_once() {
    let (world, proxy) = peopled("");
    let address = world.address("site.test", "/bytes/10");
    for _ in 0..3 {
        assert_eq!(get_as(proxy.proxy, &address, "kim", "kims secret").status, 200);
        assert_eq!(get_as(proxy.proxy, &address, "lee", "lees secret").status, 200);
    }
    let events = text(&world.command(&["logs", "search", "--kind", "event", "--json"]).stdout);
    let told: Vec<_> = events.lines().filter(|line| line.contains("second-person")).collect();
    assert!(told.len() == 1 && told[0].contains("lee is at 127.0.0.1, where kim was within the last hour"), "{told:?}");
}

#[test]
fn accounts_are_kept_safely_and_a_file_that_is_broken_changes_nothing() {
    let (world, proxy) = peopled("");
    let address = world.address("site.test", "/bytes/10");
    let refused = [
        (vec!["user", "add", "kim", "--role", "children"], "another secret\n", "there is an account kim already"),
        (
            vec!["user", "add", "zoe", "--role", "childern"],
            "another secret\n",
            "there is no group childern; there are: everyone, children, staff, devices",
        ),
        (vec!["user", "add", "zoe", "--role", "children"], "short\n", "8 characters"),
        (vec!["user", "add", "z:e", "--role", "children"], "another secret\n", "cannot be a name"),
        (vec!["user", "role", "zoe", "children"], "", "there is no account zoe"),
    ];
    for (arguments, input, said) in refused {
        let output = command_with(&world, &arguments, input);
        assert!(!output.status.success() && text(&output.stderr).contains(said), "{arguments:?}: {}", text(&output.stderr));
    }
    let listed = text(&command_with(&world, &["user", "list"], "").stdout);
    assert_eq!(listed, "kim: in children\nlee: in staff\n");
    assert!(command_with(&world, &["user", "role", "kim", "staff"], "").status.success());
    wait_until("the role is taken over", || proxy.errors().contains("kim now in staff (was children)"));
    assert_eq!(get_as(proxy.proxy, &world.address("blocked.test", "/"), "kim", "kims secret").status, 200);
    let path = world.folder.path().join("people/accounts");
    fs::write(&path, "kim\tstaff\n").unwrap();
    wait_until("the fault is told", || proxy.errors().contains("accounts:1: expected a name, groups"));
    assert_eq!(get_as(proxy.proxy, &address, "kim", "kims secret").status, 200, "the last good accounts stay");
    assert!(!world.command(&["check"]).status.success());
}

#[test]
fn a_group_that_went_away_gives_the_strictest() {
    let (world, proxy) = peopled("");
    let address = world.address("blocked.test", "/bytes/10");
    assert_eq!(get_as(proxy.proxy, &address, "lee", "lees secret").status, 200);
    world.write("lifeguard.toml", &world.config().replace("name = \"staff\"", "name = \"team\""));
    proxy.signal(1);
    wait_until("the new settings are live", || proxy.errors().contains("reloaded: generation 2"));
    assert!(proxy.errors().contains("the account lee is in staff, and there is no such group"));
    assert_eq!(get_as(proxy.proxy, &address, "lee", "lees secret").status, 403);
    assert_eq!(records(&world, &["--user", "lee"]).last().unwrap()["group"], "everyone");
}

#[test]
fn passwords_over_an_open_network_are_refused_by_the_settings() {
    let world = world("");
    let open = world.config().replace("listen = [\"127.0.0.1:0\"]", "listen = [\"0.0.0.0:0\"]");
    let check = |text: &str| {
        world.write("lifeguard.toml", text);
        world.command(&["check"])
    };
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    let refused = check(&open);
    let said = text(&refused.stderr);
    assert!(!refused.status.success() && said.contains("needed_for") && said.contains("0.0.0.0:0 is not protected"), "{said}");
    assert!(check(&open.replace("[sign_in]", "[sign_in]\nbasic_unprotected = true")).status.success());
    let unknown = check(&world.config().replace("needed_for = [\"everyone\"]", "needed_for = [\"every\"]"));
    assert!(text(&unknown.stderr).contains("there is no group 'every'"));
    let nothing = check(&world.config().replace("accounts = \"people/accounts\"\n", ""));
    assert!(text(&nothing.stderr).contains("'accounts' is missing"), "{}", text(&nothing.stderr));
}

/// `user add` on a terminal of its own, which `script` gives it (Debian package bsdutils, which every system has): what was seen there when
/// this was typed at the question for the password, and afterwards of the terminal. `None`: there is no `script` on this machine.
fn typed_at_the_question(typed: &[u8]) -> Option<String> {
    let world = world("");
    world.write("lifeguard.toml", &world.config());
    let config = world.folder.path().join("lifeguard.toml");
    let line = format!("{} user add zoe --role children --config {}; stty -a", env!("CARGO_BIN_EXE_lifeguard"), config.display());
    let mut script = std::process::Command::new("script");
    script.args(["-q", "-e", "-c", &line, "/dev/null"]).current_dir(world.folder.path());
    let run = script.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped()).spawn();
    let Ok(mut run) = run else {
        println!("skipped: script is not on this machine");
        return None;
    };
    let (mut seen, mut part) = (Vec::new(), [0; 4096]);
    let mut output = run.stdout.take().unwrap();
    let mut input = run.stdin.take().unwrap();
    while !text(&seen).contains("Type the password") {
        let read = output.read(&mut part).unwrap();
        assert!(read > 0, "{}", text(&seen));
        seen.extend_from_slice(&part[..read]);
    }
    input.write_all(typed).unwrap();
    output.read_to_end(&mut seen).unwrap();
    assert!(run.wait().unwrap().success(), "{}", text(&seen));
    let seen = text(&seen);
    let words: Vec<&str> = seen.split_whitespace().collect();
    for (mode, other) in [("echo", "-echo"), ("isig", "-isig"), ("icanon", "-icanon")] {
        assert!(words.contains(&mode) && !words.contains(&other), "the terminal is as it was, {mode}: {seen}");
    }
    assert!(seen.contains("eol = <undef>;"), "{seen}");
    Some(seen)
}

#[test]
fn a_password_that_is_typed_is_not_shown() {
    let Some(seen) = typed_at_the_question(b"canary secret\n") else { return };
    assert!(seen.contains("zoe may sign in, in children.") && !seen.contains("canary"), "{seen}");
}

#[test]
fn who_stops_at_the_password_gets_a_terminal_that_shows_what_is_typed() {
    let Some(seen) = typed_at_the_question(b"canary sec\x03") else { return };
    assert!(seen.contains("stopped") && !seen.contains("may sign in") && !seen.contains("canary"), "{seen}");
}
