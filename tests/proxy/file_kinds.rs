//! Kinds and sizes of files that are not open, from outside: by the address, by the head of the answer, by its first bytes, by its length;
//! in plain HTTP and inside opened HTTPS; and what the record says of it.

use crate::support::answer::{Step, pattern, whole, with_fields};
use crate::support::client::{Reply, get_with};
use crate::support::proxy::wait_until;
use crate::support::secure::{Secure, trusting};
use crate::support::{Answer, Authority, Lifeguard, Origin, Request, World, exchange};
use serde_json::Value;
use std::fs;
use std::time::Duration;

const CHILD: &str = "192.0.2.7";
const STAFF: &str = "198.51.100.7";
const CLOSED: &str = "[group.files]\nblock_types = [\"video/*\", \"application/x-msdownload\"]\nblock_extensions = [\"exe\", \"msi\", \"apk\", \"gz\"]\n\
    largest_download = \"100 KB\"\nlargest_upload = \"4 B\"\n";

fn chunked(pieces: &[&[u8]], pause: Duration) -> Answer {
    let mut steps = vec![Step::Send(b"HTTP/1.1 200 Here\r\nTransfer-Encoding: chunked\r\nContent-Type: text/html\r\n\r\n".to_vec())];
    for piece in pieces {
        steps.push(Step::Wait(pause));
        steps.push(Step::Send([format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat()));
    }
    steps.push(Step::Send(b"0\r\n\r\n".to_vec()));
    steps
}

fn files(request: &Request) -> Option<Answer> {
    let soon = Duration::from_millis(30);
    Some(match request.path() {
        "/film" => whole(200, "video/mp4", b"not even a film"),
        "/two-types" => with_fields(200, "Content-Type: text/html\r\nContent-Type: Video/WebM;x=1\r\n", b"which of them"),
        "/lie" => whole(200, "text/html", b"MZ\x90\0 a program"),
        "/named" => with_fields(200, "Content-Disposition: attachment; filename*=UTF-8''set%75p%2Emsi\r\n", b"installs things"),
        "/large" => whole(200, "text/plain", &pattern(150_000)),
        "/endless" => {
            let piece = pattern(20_000);
            chunked(&[&piece[..]; 10], Duration::ZERO)
        }
        "/drip" => chunked(&[b"M", b"Z", b"\x90\0 a program"], soon),
        "/late" => chunked(&[b"MZ\x90\0 a program", b" and more of it"], Duration::from_millis(2_500)),
        "/words" => chunked(&[b"M", b"y words"], soon),
        "/coded" => with_fields(200, "Content-Encoding: gzip\r\nContent-Type: text/html\r\n", b"\x1f\x8b\x08 packed on the way"),
        "/packed" => whole(200, "text/html", b"\x1f\x8b\x08 a file of its own"),
        "/moved" => with_fields(302, "Location: /elsewhere\r\nContent-Type: video/mp4\r\n", b"there"),
        "/events" => chunked(&[b"data: 1\n\n"], soon),
        "/part" => with_fields(206, "Content-Range: bytes 0-3/900000\r\nContent-Type: text/plain\r\n", b"four"),
        "/parts" => with_fields(206, "Content-Type: multipart/byteranges; boundary=x\r\n", b"--x"),
        "/page" | "/tools/setup.exe" => whole(200, "text/plain", b"an ordinary page"),
        _ => return None,
    })
}

struct Scene {
    world: World,
}

impl Scene {
    fn new(origin: Origin, outer: &Authority, children: &str, more: &str) -> Self {
        let mut world = World::with(origin);
        world.write("outer.pem", &outer.pem());
        let group = |name: &str, network: &str, more: &str| format!("\n[[group]]\nname = \"{name}\"\nnetworks = [\"{network}\"]\n{more}");
        world.more = group("children", "192.0.2.0/24", children) + &group("staff", "198.51.100.0/24", "") + more;
        Self { world }
    }

    fn plain() -> Self {
        let rule = "\n[[rule]]\nallow = [\"tools.test\"]\nauthor = \"Kim\"\nreason = \"for lessons\"\n";
        Self::new(Origin::start(None, files), &Authority::new(), CLOSED, rule)
    }

    fn prepare(&self) -> std::path::PathBuf {
        self.world.write("statutory.txt", "listed.test/page\n");
        self.world.write("blocked.txt", "blocked.test\n");
        let proxy = "extra_roots = [\"outer.pem\"]\ntrusted_proxies = [\"127.0.0.0/8\"]\nconnect_ports";
        self.world.write("lifeguard.toml", &self.world.config().replace("connect_ports", proxy))
    }

    fn start(&self) -> Lifeguard {
        Lifeguard::start(&self.prepare())
    }

    fn ask(&self, proxy: &Lifeguard, who: &str, (host, path): (&str, &str)) -> Reply {
        get_with(proxy.proxy, &self.world.address(host, path), &format!("X-Forwarded-For: {who}\r\nAccept: text/html\r\n"))
    }

    /// The records, each with the path that was asked for.
    fn rows(&self, arguments: &[&str]) -> Vec<Value> {
        // Where nothing is found, the command says so by its exit code.
        let found = self.world.command(&[&["logs", "search", "--json", "--limit", "1000"], arguments].concat());
        assert!(found.stderr.is_empty(), "{}", String::from_utf8_lossy(&found.stderr));
        String::from_utf8_lossy(&found.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// So many records that ended for this reason, once they are there.
    fn ended(&self, reason: &str, count: usize) -> Vec<Value> {
        let rows = || self.rows(&["--outcome-reason", reason]);
        wait_until("the outcomes are written", || rows().len() >= count);
        let rows = rows();
        assert_eq!(rows.len(), count, "{rows:?}");
        rows
    }
}

/// The record of the request whose address ends so.
fn row<'r>(rows: &'r [Value], path: &str) -> &'r Value {
    rows.iter().find(|row| row["url"].as_str().unwrap().ends_with(path)).unwrap()
}

#[test]
fn what_is_not_open_is_answered_by_our_page_and_the_record_says_what_and_why() {
    let scene = Scene::plain();
    let (proxy, mut told) = (scene.start(), 0);
    for (path, found) in [
        ("/film", "Content-Type video/*"),
        ("/two-types", "Content-Type video/*"),
        ("/lie", "a program for Windows"),
        ("/named", "ends in .msi"),
        ("/large", "150000 bytes, of 102400 at most"),
        ("/drip", "a program for Windows"),
        ("/packed", "a gzip archive"),
        ("/part", "900000 bytes"),
        ("/parts", "several parts"),
    ] {
        let reply = scene.ask(&proxy, CHILD, ("files.test", path));
        assert_eq!(reply.status, 403, "{path}: {}", reply.head);
        assert!(reply.text().contains("This kind of file is not open here."), "{path}: {}", reply.text());
        assert!(!reply.text().contains("program"), "nothing of the file is shown: {path}");
        told += 1;
        let rows = scene.ended("type-refused", told);
        let row = row(&rows, path);
        assert_eq!((&row["verdict"], &row["reason"]), (&"allow".into(), &"allowed".into()), "the request itself was allowed: {row}");
        assert_eq!((&row["outcome"]["status"], &row["outcome"]["reason"]), (&403.into(), &"type-refused".into()), "{row}");
        let note = row["outcome"]["note"].as_str().unwrap();
        assert!(note.contains(found) && note.contains("group children, files"), "{path}: {note}");
    }
    for (who, path, status) in [(STAFF, "/film", 200), (STAFF, "/lie", 200), (STAFF, "/large", 200), (STAFF, "/setup.exe", 404)] {
        assert_eq!(scene.ask(&proxy, who, ("files.test", path)).status, status, "{path}");
    }
    let metrics = crate::support::client::get_direct(proxy.console, "/metrics").text();
    assert!(metrics.contains("lifeguard_files_refused_total 9\n"), "{metrics}");
}

#[test]
fn what_is_open_goes_on_unchanged() {
    let scene = Scene::plain();
    let proxy = scene.start();
    for (path, status, body) in [
        ("/page", 200, &b"an ordinary page"[..]),
        ("/words", 200, b"My words"),
        ("/coded", 200, b"\x1f\x8b\x08 packed on the way"),
        ("/moved", 302, b"there"),
        ("/events", 200, b"data: 1\n\n"),
        ("/bytes/100000", 200, &pattern(100_000)),
        ("/until-close", 200, b"until the end"),
    ] {
        let reply = scene.ask(&proxy, CHILD, ("files.test", path));
        assert_eq!((reply.status, reply.body.as_slice()), (status, body), "{path}");
    }
    assert!(scene.rows(&["--outcome-reason", "type-refused"]).is_empty());
}

#[test]
fn the_ending_of_an_address_is_enough_and_nothing_leaves_for_it() {
    let scene = Scene::plain();
    let proxy = scene.start();
    for path in ["/setup.exe", "/SETUP.%65xe?v=1", "/a/setup.exe;v=2", "/setup.exe.", "/x/../app.apk"] {
        assert_eq!(scene.ask(&proxy, CHILD, ("files.test", path)).status, 403, "{path}");
    }
    assert!(scene.world.origin.targets().is_empty());
    assert_eq!(scene.rows(&["--reason", "type-refused", "--verdict", "block"]).len(), 5);
    assert_eq!(scene.ask(&proxy, CHILD, ("files.test", "/exe/readme.exe.txt")).status, 404);
    let opened = scene.ask(&proxy, CHILD, ("tools.test", "/tools/setup.exe"));
    assert_eq!((opened.status, opened.text().as_str()), (200, "an ordinary page"), "a rule of the site opens it");
    assert_eq!(scene.ask(&proxy, CHILD, ("tools.test", "/film")).status, 200);
}

#[test]
fn what_shows_later_is_cut_and_never_ends_as_if_it_were_whole() {
    let scene = Scene::plain();
    let proxy = scene.start();
    let ask = |path: &str| {
        let address = scene.world.address("files.test", path);
        let request = format!("GET {address} HTTP/1.1\r\nHost: files.test\r\nX-Forwarded-For: {CHILD}\r\nConnection: close\r\n\r\n");
        exchange(proxy.proxy, request.as_bytes())
    };
    let endless = ask("/endless");
    assert!(endless.len() > 60_000 && endless.len() < 110_000, "{}", endless.len());
    assert!(!endless.ends_with(b"0\r\n\r\n"), "the client can see that it is not whole");
    let late = ask("/late");
    assert!(late.starts_with(b"HTTP/1.1 200"), "the head does not wait for ever: {}", late.escape_ascii());
    assert!(!late.windows(9).any(|part| part == b"a program") && !late.ends_with(b"0\r\n\r\n"), "{}", late.escape_ascii());
    let rows = scene.ended("type-refused", 2);
    let endless = &row(&rows, "/endless")["outcome"];
    assert!(endless["note"].as_str().unwrap().contains("cut at 102400 bytes"), "{endless}");
    assert!(endless["bytes_down"].as_u64().unwrap() <= 102_400, "{endless}");
    assert_eq!((&endless["status"], &endless["ended"]), (&200.into(), &"answered".into()));
    assert!(row(&rows, "/late")["outcome"]["note"].as_str().unwrap().contains("a program for Windows"));
}

#[test]
fn head_and_ranges_are_held_to_the_same() {
    let scene = Scene::plain();
    let proxy = scene.start();
    let ask = |method: &str, path: &str, fields: &str| {
        let address = scene.world.address("files.test", path);
        let request = format!("{method} {address} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: {CHILD}\r\n{fields}Connection: close\r\n\r\n");
        Reply::read(&exchange(proxy.proxy, request.as_bytes()))
    };
    assert_eq!(ask("HEAD", "/film", "").status, 403);
    let page = ask("HEAD", "/page", "");
    assert_eq!((page.status, page.field("content-length"), page.body.len()), (200, Some("16"), 0));
    assert_eq!(ask("GET", "/page", "Range: bytes=0-1,3-4\r\n").status, 200);
    assert_eq!(ask("GET", "/page", "Range: bytes=0-1\r\n").status, 200);
    let asked: Vec<Option<String>> = scene.world.origin.seen().iter().map(|request| request.field("range").map(str::to_owned)).collect();
    assert_eq!(asked, [None, None, None, Some("bytes=0-1".to_owned())], "several parts at once are not asked for");
}

#[test]
fn what_is_sent_may_be_too_large() {
    let scene = Scene::plain();
    let proxy = scene.start();
    let send = |fields: &str, body: &str| {
        let address = scene.world.address("files.test", "/echo");
        let request = format!("POST {address} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: {CHILD}\r\nConnection: close\r\n{fields}\r\n{body}");
        Reply::read(&exchange(proxy.proxy, request.as_bytes()))
    };
    assert_eq!(send("Content-Length: 4\r\n", "four").text(), "four");
    assert_eq!(send("Content-Length: 5\r\n", "fives").status, 413);
    assert_eq!(scene.world.origin.seen().len(), 1, "nothing of it left");
    assert_eq!(send("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n6\r\nsixsix\r\n0\r\n\r\n").status, 413);
    let rows = scene.ended("too-large", 2);
    assert!(rows.iter().all(|row| row["outcome"]["note"].as_str().unwrap().contains("more than 4 bytes")), "{rows:?}");
    let up = |row: &Value| row["outcome"]["bytes_up"].as_u64().unwrap();
    assert_eq!(rows.iter().filter(|row| up(row) > 0).count(), 1, "what was read of the second one is counted: {rows:?}");
}

#[test]
fn inside_opened_https_the_same_holds_and_a_sealed_tunnel_says_that_it_hides_it() {
    let outer = Authority::new();
    let origin = Origin::start(Some(outer.server(&["files.test"])), files);
    let scene = Scene::new(
        origin,
        &outer,
        &format!("https = \"full\"\n{CLOSED}"),
        "\n[[group]]\nname = \"sealed\"\n[group.files]\nblock_types = [\"video/*\"]\n",
    );
    scene.prepare();
    let made = scene.world.command(&["ca", "init", "--name", "Club authority"]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let ours = fs::read_to_string(scene.world.folder.path().join("var/authority/authority.pem")).unwrap();
    let proxy = scene.start();
    let place = format!("files.test:{}", scene.world.origin.port());
    let mut open = Secure::open_as(proxy.proxy, &place, Some(CHILD), &trusting(&[&ours])).unwrap();
    assert!(open.get(&place, "/page").contains("an ordinary page"));
    for path in ["/film", "/lie", "/setup.exe"] {
        let answer = open.get(&place, path);
        assert!(answer.starts_with("HTTP/1.1 403") && answer.contains("This kind of file is not open here."), "{path}: {answer}");
    }
    assert!(open.get(&place, "/page").contains("an ordinary page"), "the connection goes on");
    let rows = scene.ended("type-refused", 2);
    assert!(row(&rows, "/lie")["tls"] == "inside", "{rows:?}");
    let coverage = |group: &str| {
        let told = scene.world.command(&["explain", "--coverage", "--group", group]);
        String::from_utf8_lossy(&told.stdout).into_owned()
    };
    let feature = "Kinds and sizes of files are held to what is open (needs our certificate on the device): ";
    assert!(coverage("children").contains(&format!("{feature}Set up, not seen at work yet")), "{}", coverage("children"));
    assert!(coverage("sealed").contains(&format!("{feature}In part")) && coverage("sealed").contains("what kind of file comes through"));
    assert!(coverage("staff").contains(&format!("{feature}No")));
}

#[test]
fn explain_says_what_would_become_of_a_type() {
    let scene = Scene::plain();
    scene.prepare();
    let explain = |arguments: &[&str]| {
        let told = scene.world.command(&[&["explain", "--group", "children"], arguments].concat());
        assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
        String::from_utf8_lossy(&told.stdout).into_owned()
    };
    let film = explain(&["--answer-type", "video/mp4", "http://files.test/watch"]);
    assert!(film.contains("An answer of the type video/mp4: not open.") && film.contains("group children, files"), "{film}");
    assert!(explain(&["--answer-type", "text/html", "http://files.test/watch"]).contains("text/html: open."));
    assert!(explain(&["--answer-type", "video/mp4", "https://files.test/watch"]).contains("https hides what kind of file it is"));
    assert!(explain(&["--answer-type", "video/mp4", "http://tools.test/watch"]).contains("video/mp4: open."));
    let setup = explain(&["--json", "http://files.test/setup.exe"]);
    let setup: Value = serde_json::from_str(&setup).unwrap();
    assert_eq!((&setup["reason"], &setup["layer"]), (&"type-refused".into(), &"group children, files".into()), "{setup}");
    assert!(setup.get("answer").is_none());
}

#[test]
fn a_layer_closes_kinds_for_every_group_and_a_group_may_only_close_more() {
    const LAYER: &str = "\n[[layer]]\nlevel = \"authority\"\ntitle = \"East\"\nsigned_by = \"Kim\"\nreason = \"malware\"\nreview = 2099-01-01\n\
        files = { block_extensions = [\"exe\"], largest_download = \"50 KB\" }\n";
    let rule = "\n[[rule]]\nallow = [\"tools.test\"]\nauthor = \"Kim\"\nreason = \"for lessons\"\n";
    let children = "[group.files]\nblock_types = [\"video/*\"]\nlargest_download = \"20 KB\"\n";
    let scene = Scene::new(Origin::start(None, files), &Authority::new(), children, &(LAYER.to_owned() + rule));
    let proxy = scene.start();
    for (who, host, path, status) in [
        (CHILD, "files.test", "/film", 403),
        (CHILD, "files.test", "/setup.exe", 403),
        (CHILD, "files.test", "/bytes/30000", 403),
        (STAFF, "files.test", "/film", 200),
        (STAFF, "files.test", "/setup.exe", 403),
        (STAFF, "files.test", "/bytes/30000", 200),
        (STAFF, "files.test", "/bytes/60000", 403),
        (CHILD, "tools.test", "/film", 200),
        (CHILD, "tools.test", "/bytes/60000", 403),
        (CHILD, "tools.test", "/tools/setup.exe", 403),
    ] {
        assert_eq!(scene.ask(&proxy, who, (host, path)).status, status, "{who} {host}{path}");
    }
    let rows = scene.rows(&[]);
    assert!(rows.iter().any(|row| row["layer"] == "authority East, files"), "{rows:?}");
    let loose = Scene::new(Origin::plain(), &Authority::new(), "files = { largest_download = \"1 MB\" }\n", LAYER);
    loose.prepare();
    let told = loose.world.command(&["check"]);
    let said = String::from_utf8_lossy(&told.stderr).into_owned() + &String::from_utf8_lossy(&told.stdout);
    assert!(!told.status.success() && said.contains("largest_download") && said.contains("East"), "{said}");
}
