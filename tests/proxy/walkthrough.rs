//! What a new user does, from the first start to a broken setting, through the real program.

use crate::support::client::{self, Reply, get, get_direct, get_with};
use crate::support::proxy::{Lifeguard, program, wait_until};
use crate::support::{World, tls};
use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn the_sample_settings_work_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in ["config", "blocklists"] {
        copy_folder(&project.join(name), &folder.path().join(name));
    }
    let mut check = program();
    let checked = check.current_dir(folder.path()).arg("check").output().unwrap();
    assert!(checked.status.success(), "{}{}", text(&checked.stdout), text(&checked.stderr));
    let mut command = program();
    command.env("LIFEGUARD__PROXY__LISTEN", "127.0.0.1:0").env("LIFEGUARD__ADMIN__LISTEN", "127.0.0.1:0");
    let proxy = Lifeguard::start_with(command.arg("run"), folder.path());
    assert!(proxy.greeting.contains("demonstration"), "{}", proxy.greeting);
    let page = get_with(proxy.proxy, "http://blocked.example.test/", "Accept: text/html\r\n");
    assert_eq!(page.status, 403, "{}", page.head);
    assert!(page.text().contains("Childline") && !page.text().contains("https:///"), "a help line without a page has no link");
    assert_eq!(get_direct(proxy.console, "/healthz").status, 200);
    let ready = get_direct(proxy.console, "/readyz");
    assert!(ready.status == 200 && ready.text().contains("demonstration"), "{}\n{}", ready.head, ready.text());
}

#[test]
fn a_page_and_a_block_page_and_both_in_the_log() {
    let world = World::new();
    let proxy = world.start();
    assert!(proxy.greeting.contains("statutory 1, testing 1"), "{}", proxy.greeting);
    let page = get(proxy.proxy, &world.address("site.test", "/bytes/1000"));
    assert_eq!((page.status, page.body), (200, crate::support::answer::pattern(1000)));
    let refused = get_with(proxy.proxy, &world.address("blocked.test", "/some/page"), "Accept: text/html\r\n");
    assert_eq!((refused.status, refused.field("cache-control")), (403, Some("no-store")));
    let words = refused.text();
    assert!(words.contains("everyone") || words.contains("Everyone"), "the page names the group: {words}");

    let log = world.log();
    let records: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of =
        |part: &str| records.iter().find(|record| record.to_string().contains(part)).unwrap_or_else(|| panic!("{part} is not in {log}"));
    assert!(of("/bytes/1000").to_string().contains("\"allow\""));
    let blocked = of("blocked.test").to_string();
    assert!(blocked.contains("\"block\"") && blocked.contains("\"category\""), "{blocked}");
    let reference = of("blocked.test")["id"].as_str().unwrap_or_default();
    assert!(!reference.is_empty() && words.contains(reference), "the page carries the reference number {reference}: {words}");
    assert!(world.origin.targets().iter().all(|target| !target.contains("/some/page")));
    assert!(proxy.stop().success());
    assert!(world.command(&["logs", "verify"]).status.success());
}

#[test]
fn explain_says_what_the_proxy_does() {
    let world = World::new();
    let proxy = world.start();
    for (address, status, word) in [("http://blocked.test/", 403, "block"), ("http://listed.test/page", 403, "block")] {
        let output = world.command(&["explain", "--group", "everyone", address]);
        let steps = text(&output.stdout);
        assert!(steps.contains("1. ") && steps.to_lowercase().contains(word), "{steps}{}", text(&output.stderr));
        assert!(matches!(get(proxy.proxy, address).status, got if got == status || got == 451), "{address}");
    }
    let open = world.command(&["explain", "--group", "everyone", "http://site.test/"]);
    assert!(open.status.success() && text(&open.stdout).to_lowercase().contains("allow"), "{}", text(&open.stdout));
    let json: serde_json::Value =
        serde_json::from_slice(&world.command(&["explain", "--json", "--group", "everyone", "http://site.test/"]).stdout).unwrap();
    assert!(json.is_object());
}

#[test]
fn an_entry_of_a_statutory_list_is_shown_nowhere() {
    let mut world = World::new();
    world.more = String::from("[telemetry]\nlevel = \"trace\"\n");
    let proxy = world.start();
    world.write("statutory.txt", "canary.test/secret-entry\n");
    proxy.signal(1);
    wait_until("the new list is live", || proxy.errors().contains("reloaded: generation 2"));
    let address = world.address("canary.test", "/secret-entry/below");
    assert!(matches!(get(proxy.proxy, &address).status, 403 | 451));
    let page = get_with(proxy.proxy, &address, "Accept: text/html\r\nReferer: http://canary.test/secret-entry\r\n");
    let explained = world.command(&["explain", "--group", "everyone", &address]);
    let places = [
        ("page", page.head.clone() + &page.text()),
        ("metrics", get_direct(proxy.console, "/metrics").text()),
        ("messages", proxy.errors()),
        ("logs search --json", world.log()),
        ("logs search", text(&world.command(&["logs", "search"]).stdout)),
        ("explain", text(&explained.stdout).replace(&address, "") + &text(&explained.stderr)),
    ];
    for (place, said) in places {
        assert!(!said.contains("secret-entry"), "{place} shows it:\n{said}");
    }
    let image = fs::read_dir(world.folder.path().join("compiled")).unwrap().flatten().filter(|file| file.path().is_file());
    for file in image {
        let bytes = fs::read(file.path()).unwrap();
        assert!(!bytes.windows(12).any(|window| window == b"secret-entry"), "{} holds it", file.path().display());
    }
}

/// Seventy categories with one host each, as UT1 lays them out.
fn write_ut1(world: &World) {
    for number in 0..70 {
        world.write(&format!("ut1/category{number}/domains"), &format!("host{number}.example.test\n"));
    }
}

/// Runs requests until told to stop; counts the good ones and keeps the bad ones.
fn load(world: &World, proxy: &Lifeguard, stop: &Arc<AtomicBool>) -> std::thread::JoinHandle<(usize, Vec<String>)> {
    let (address, to, stop) = (world.address("site.test", "/bytes/500"), proxy.proxy, Arc::clone(stop));
    std::thread::spawn(move || {
        let (mut good, mut bad) = (0, Vec::new());
        while !stop.load(Ordering::Relaxed) {
            let reply = get(to, &address);
            if reply.status == 200 && reply.body.len() == 500 { good += 1 } else { bad.push(reply.head) }
        }
        (good, bad)
    })
}

#[test]
fn seventy_categories_go_live_without_a_dropped_request() {
    let world = World::new();
    let proxy = world.start();
    let stop = Arc::new(AtomicBool::new(false));
    let loads: Vec<_> = (0..3).map(|_| load(&world, &proxy, &stop)).collect();
    write_ut1(&world);
    assert_ne!(get(proxy.proxy, "http://host33.example.test/").status, 403);
    let block = "block = [\"testing\", \"category33\"]";
    let source = "\n[[lists.source]]\nname = \"ut1\"\nformat = \"ut1\"\npath = \"ut1\"\n";
    world.write("lifeguard.toml", &(world.config().replace("block = [\"testing\"]", block) + source));
    proxy.signal(1);
    wait_until("the new categories are live", || get(proxy.proxy, "http://host33.example.test/").status == 403);
    for _ in 0..5 {
        proxy.signal(1);
        std::thread::sleep(Duration::from_millis(100));
    }
    stop.store(true, Ordering::Relaxed);
    for load in loads {
        let (good, bad) = load.join().unwrap();
        assert!(good > 5 && bad.is_empty(), "{good} good, and {bad:?}");
    }
    assert!(get_direct(proxy.console, "/metrics").text().contains("list=\"ut1/category33\""));
}

#[test]
fn broken_settings_are_told_with_every_place_and_change_nothing() {
    let world = World::new();
    let proxy = world.start();
    let broken = world.config().replace("name = \"Test site\"", "name = 7").replace("[proxy]", "[proxy]\nvai = \"x\"") + "\n[nonsense]\n";
    let line = |what: &str| broken.lines().position(|line| line.starts_with(what)).unwrap() + 1;
    let places = [line("name = 7"), line("vai = "), line("[nonsense]")];
    world.write("lifeguard.toml", &broken);
    let checked = world.command(&["check"]);
    let said = text(&checked.stdout) + &text(&checked.stderr);
    assert_eq!(checked.status.code(), Some(1), "{said}");
    for place in places {
        assert!(said.contains(&format!("lifeguard.toml:{place}:")), "line {place} is not named:\n{said}");
    }
    assert!(said.contains('^'), "{said}");
    proxy.signal(1);
    wait_until("the fault is said", || proxy.errors().contains("lifeguard.toml:"));
    assert_eq!(get(proxy.proxy, &world.address("site.test", "/bytes/5")).status, 200);
    assert_eq!(get(proxy.proxy, "http://blocked.test/").status, 403);
    assert!(get_direct(proxy.console, "/metrics").text().contains("lifeguard_config_last_reload_successful 0"));
}

#[test]
fn sigterm_lets_running_requests_finish() {
    let world = World::new();
    let proxy = world.start();
    let (to, address) = (proxy.proxy, world.address("site.test", "/wait/1500"));
    let running = std::thread::spawn(move || get(to, &address));
    wait_until("the request is on its way", || !world.origin.seen().is_empty());
    let began = Instant::now();
    assert!(proxy.stop().success());
    let reply = running.join().unwrap();
    assert_eq!((reply.status, reply.text().as_str()), (200, "late\n"));
    assert!(began.elapsed() < Duration::from_secs(15), "an idle drain does not wait for the clock: {:?}", began.elapsed());
    assert!(world.log().contains("/wait/1500"));
}

#[test]
fn private_places_are_closed_after_the_names_are_looked_up() {
    let world = World::new();
    let closed = world.config().replace("allow = [\"127.0.0.0/8\"]", "allow = []");
    let config = world.write("closed.toml", &closed);
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    let proxy = Lifeguard::start(&config);
    for host in [
        "site.test",
        "127.0.0.1",
        "localhost",
        "2130706433",
        "0x7f.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "to-169-254-169-254.test",
        "to-10-0-0-1.test",
    ] {
        let reply = get(proxy.proxy, &world.address(host, "/must-not-leave"));
        assert_eq!(reply.status, 403, "{host}: {}", reply.head);
        let (_, tunnel) = client::tunnel(proxy.proxy, &format!("{host}:443"));
        assert_ne!(tunnel.status, 200, "{host}");
    }
    assert_eq!(world.origin.connections(), 0);
}

#[test]
fn the_proxy_leads_neither_to_itself_nor_to_its_console() {
    let world = World::new();
    let proxy = world.start();
    for place in [proxy.proxy, proxy.console] {
        let reply = get(proxy.proxy, &format!("http://console.test:{}/metrics", place.port()));
        assert!(matches!(reply.status, 403 | 508), "{place}: {}\n{}", reply.head, reply.text());
    }
}

/// Starts with these settings, which must fail; what was said.
fn refuse_to_start(world: &World, config: &str) -> String {
    world.write("lifeguard.toml", config);
    let mut command = program();
    let mut child = command
        .current_dir(world.folder.path())
        .args(["run", "--config", "lifeguard.toml"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if Instant::now() > deadline {
            child.kill().unwrap();
            panic!("it serves:\n{config}");
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(status.code(), Some(1), "{said}");
    said
}

#[test]
fn what_stops_a_start_is_said_in_a_sentence() {
    let world = World::new();
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    world.write("empty.txt", "");
    world.write("a-file", "");
    world.write("binary.txt", "\u{0}\u{1}\u{2}\n".repeat(50).as_str());
    let good = world.config();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let table = [
        (good.replace("listen = [\"127.0.0.1:0\"]", &format!("listen = [\"127.0.0.1:{port}\"]")), port.as_str()),
        (good.replace("folder = \"log\"", "folder = \"a-file/log\""), "a-file"),
        (good.replace("path = \"statutory.txt\"", "path = \"missing.txt\""), "missing.txt"),
        (good.replace("path = \"statutory.txt\"", "path = \"empty.txt\""), "statutory"),
        (good.replace("path = \"statutory.txt\"", "path = \"binary.txt\""), "statutory"),
        (good.replace("kind = \"statutory\"", "kind = \"category\"").replace("format = \"lines\"", "format = \"urls\""), "statutory"),
        (good.clone() + "\n[[group]]\nname = \"everyone\"\n", "everyone"),
        (good.replace("[proxy.dns]", "extra_roots = [\"a-file\"]\n[proxy.dns]"), "a-file"),
        (String::from("this is = = not toml"), "lifeguard.toml:1:"),
    ];
    for (config, expected) in table {
        // Otherwise the last good image of the row before would stand in for a bad list.
        let _old = fs::remove_dir_all(world.folder.path().join("compiled"));
        let said = refuse_to_start(&world, &config);
        assert!(said.contains(expected), "wanted \"{expected}\":\n{said}");
        assert!(!said.contains("panicked"), "{said}");
    }
}

#[test]
fn a_tunnel_carries_tls_to_the_name_that_was_asked_for_and_to_no_other() {
    let authority = tls::Authority::new();
    let world = World::with(crate::support::Origin::start(Some(authority.server(&["site.test"])), |_| None));
    let proxy = world.start();
    let shake = |name: &'static str| -> Vec<u8> {
        use rustls_pki_types::{CertificateDer, ServerName, pem::PemObject};
        let mut roots = rustls::RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(authority.pem().as_bytes()).unwrap()).unwrap();
        let config = rustls::ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        let mut connection = rustls::ClientConnection::new(config.into(), ServerName::try_from(name).unwrap()).unwrap();
        let (mut socket, opened) = client::tunnel(proxy.proxy, &format!("site.test:{}", world.origin.port()));
        assert_eq!(opened.status, 200);
        let mut stream = rustls::Stream::new(&mut connection, &mut socket);
        let mut answer = Vec::new();
        if stream.write_all(b"GET / HTTP/1.1\r\nHost: site.test\r\nConnection: close\r\n\r\n").is_ok() {
            let _closed = stream.read_to_end(&mut answer);
        }
        answer
    };
    assert!(Reply::read(&shake("site.test")).text().contains("hello"));
    assert!(shake("other.test").is_empty());
    assert_eq!(world.origin.seen().len(), 1, "nothing passed under the wrong name");
    wait_until("it is in the log", || world.log().contains("name-mismatch"));
}

#[test]
fn answers_that_break_the_rules_do_not_pass_as_whole() {
    let world = World::new();
    let proxy = world.start();
    for name in ["two-lengths", "both-lengths", "status", "unasked-101", "not-http", "nul", "hints", "nothing"] {
        let reply = get(proxy.proxy, &world.address("site.test", &format!("/broken/{name}")));
        assert_eq!(reply.status, 502, "{name}: {}", reply.head);
    }
    for name in ["short", "bad-chunk", "cut-chunk"] {
        let raw = client::exchange(
            proxy.proxy,
            format!("GET {} HTTP/1.1\r\nHost: site.test\r\n\r\n", world.address("site.test", &format!("/broken/{name}"))).as_bytes(),
        );
        let raw = text(&raw);
        assert!(!raw.ends_with("0\r\n\r\n") && !raw.contains("Content-Length: 9\r\n"), "{name} looks whole:\n{raw}");
    }
    let host = format!("site.test:{}", world.origin.port());
    let two = format!(
        "GET http://{host}/broken/long HTTP/1.1\r\nHost: {host}\r\n\r\nGET http://{host}/bytes/3 HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    );
    let answer = text(&client::exchange(proxy.proxy, two.as_bytes()));
    assert!(!answer.contains("Smuggled") && answer.matches("HTTP/1.1 200").count() == 2, "{answer}");
}
