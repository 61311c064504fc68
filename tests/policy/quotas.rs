//! What belongs to a person from one request to the next, through the real program: a day's share, its end in the middle of an answer or
//! a tunnel, a restart; a warning that was read; and how settings with quotas and named dates are refused.

use crate::cascade_support::faults;
use crate::sign_in_support::{add, basic, get_as, in_proxy, records};
use crate::support::client::{connect, exchange, get_with};
use crate::support::echo::echo;
use crate::support::{Lifeguard, Reply, World};
use lifeguard::config::MemoryFiles;
use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

/// Kim and Sam are children, Lee is of the staff; all three must sign in. `games.test` is in the category `testing`.
fn peopled(mut world: World, children: &str, staff: &str) -> (World, Lifeguard) {
    world.more = format!(
        "[[group]]\nname = \"children\"\ntunnels = \"anything\"\n{children}\n[[group]]\nname = \"staff\"\ntunnels = \"anything\"\n{staff}\n\
         [sign_in]\naccounts = \"people/accounts\"\nneeded_for = [\"everyone\"]\n\n[notice]\nseen_by = [\"the head teacher\"]\n"
    );
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "games.test\n");
    let config = world.write("lifeguard.toml", &in_proxy(&world, "trusted_proxies = [\"127.0.0.1/32\"]"));
    for (name, group) in [("kim", "children"), ("sam", "children"), ("lee", "staff")] {
        add(&world, name, group, &format!("{name}s secret"));
    }
    let proxy = Lifeguard::start(&config);
    (world, proxy)
}

fn ask(proxy: SocketAddr, name: &str, address: &str) -> Reply {
    get_as(proxy, address, name, &format!("{name}s secret"))
}

#[test]
fn a_days_share_is_a_persons_own_and_survives_a_restart() {
    let quota = "[group.quota]\ntesting = \"20 KB\"\n";
    let (world, proxy) = peopled(World::new(), quota, "");
    let (games, other) = (world.address("games.test", "/bytes/15000"), world.address("site.test", "/bytes/15000"));
    assert_eq!(ask(proxy.proxy, "kim", &games).status, 200);
    assert_eq!(get_as(proxy.proxy, &games, "KIM", "kims secret").body.len(), 15_000, "what has begun may end, where little is left");
    let closed = ask(proxy.proxy, "kim", &games);
    assert_eq!(closed.status, 403);
    assert!(closed.text().contains("used up for today") && closed.text().contains("tomorrow at 00:00"), "{}", closed.text());
    assert_eq!(ask(proxy.proxy, "kim", &other).status, 200, "another kind of page");
    assert_eq!(ask(proxy.proxy, "sam", &games).status, 200, "somebody else at the same address, with the same rules");
    assert_eq!(ask(proxy.proxy, "lee", &games).status, 200);
    assert!(proxy.stop().success());
    let kept = fs::read_to_string(world.folder.path().join("log/quotas.json")).unwrap();
    assert!(kept.contains("30000") && kept.contains("15000") && !kept.contains("kim"), "{kept}");
    let proxy = Lifeguard::start(&world.folder.path().join("lifeguard.toml"));
    assert_eq!(ask(proxy.proxy, "kim", &games).status, 403, "a restart gives no second share");
    assert_eq!(ask(proxy.proxy, "sam", &games).status, 200);
    assert_eq!(ask(proxy.proxy, "sam", &games).status, 403);
    let said: Vec<_> = records(&world, &["--user", "kim"]).iter().map(|r| r["reason"].as_str().unwrap().to_owned()).collect();
    assert_eq!(said, ["allowed", "allowed", "quota-used", "allowed", "quota-used"]);
    let layers: Vec<_> = records(&world, &["--user", "kim"]).iter().map(|r| r["layer"].as_str().unwrap().to_owned()).collect();
    assert_eq!(layers[2], "group children, quota testing");
}

#[test]
fn what_was_sent_counts_also_where_no_answer_comes() {
    let (world, proxy) = peopled(World::new(), "[group.quota]\ntesting = \"20 KB\"\n", "");
    let send = |name: &str, path: &str, patience: Option<Duration>| {
        let mut stream = connect(proxy.proxy).unwrap();
        let (address, fields) = (world.address("games.test", path), basic(name, &format!("{name}s secret")));
        let head = format!("POST {address} HTTP/1.1\r\nHost: x\r\n{fields}Connection: close\r\nContent-Length: 30000\r\n\r\n");
        stream.write_all(&[head.as_bytes(), &[b'x'; 30_000]].concat()).unwrap();
        if let Some(patience) = patience {
            thread::sleep(patience);
            return 0;
        }
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        Reply::read(&answer).status
    };
    assert_eq!(send("kim", "/broken/nothing", None), 502);
    send("sam", "/wait/20000", Some(Duration::from_millis(500)));
    for name in ["kim", "sam"] {
        let closed = || ask(proxy.proxy, name, &world.address("games.test", "/id/1")).status == 403;
        crate::support::proxy::wait_until(name, closed);
    }
    assert!(proxy.stop().success());
    for name in ["kim", "sam"] {
        let sent = records(&world, &["--user", name]).remove(0);
        assert_eq!(sent["outcome"]["bytes_up"], 30_000, "{sent}");
    }
}

#[test]
fn what_was_used_is_on_disk_within_seconds_of_a_crash() {
    let (world, proxy) = peopled(World::new(), "[group.quota]\n\"*\" = \"20 KB\"\n", "");
    let address = world.address("site.test", "/bytes/30000");
    assert_eq!(ask(proxy.proxy, "kim", &address).status, 200);
    assert_eq!(ask(proxy.proxy, "kim", &address).status, 403);
    let file = world.folder.path().join("log/quotas.json");
    crate::support::proxy::wait_until("it is written", || fs::read_to_string(&file).is_ok_and(|text| text.contains("30000")));
    proxy.kill();
    let proxy = Lifeguard::start(&world.folder.path().join("lifeguard.toml"));
    assert_eq!(ask(proxy.proxy, "kim", &address).status, 403);
}

#[test]
fn a_long_answer_ends_where_the_share_does() {
    let (world, proxy) = peopled(World::new(), "[group.quota]\ntesting = \"1MB\"\n", "");
    let reply = ask(proxy.proxy, "kim", &world.address("games.test", "/bytes/30000000"));
    assert_eq!(reply.status, 200);
    assert!((900_000..4 << 20).contains(&reply.body.len()), "{}", reply.body.len());
    assert!(proxy.stop().success());
    let record = records(&world, &["--user", "kim"]).remove(0);
    assert_eq!((&record["reason"], &record["outcome"]["reason"]), (&"allowed".into(), &"quota-used".into()), "{record}");
    assert_eq!(record["outcome"]["note"], "ended: today's share is used up");
}

/// A tunnel for somebody, to an echo.
fn tunnel(proxy: SocketAddr, name: &str, authority: &str) -> TcpStream {
    let mut stream = connect(proxy).unwrap();
    let fields = basic(name, &format!("{name}s secret"));
    stream.write_all(format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n{fields}\r\n").as_bytes()).unwrap();
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        assert_eq!(stream.read(&mut byte).unwrap(), 1, "{}", String::from_utf8_lossy(&head));
        head.push(byte[0]);
    }
    assert_eq!(Reply::read(&head).status, 200);
    stream
}

#[test]
fn a_tunnel_past_the_share_is_cut_and_one_within_it_is_not() {
    let mut world = World::new();
    let echo = echo();
    world.tunnel_ports.push(echo.port());
    let (world, proxy) = peopled(world, "[group.quota]\ntesting = \"1MB\"\n", "");
    let authority = format!("games.test:{}", echo.port());
    let (mut hers, mut free) = (tunnel(proxy.proxy, "kim", &authority), tunnel(proxy.proxy, "lee", &authority));
    let begun = Instant::now();
    let mut part = vec![7; 64 * 1024];
    let mut carried = 0;
    let mut trade = |stream: &mut TcpStream| stream.write_all(&part).and_then(|()| stream.read_exact(&mut part)).is_ok();
    while trade(&mut hers) {
        carried += 2 * 64;
        assert!(trade(&mut free));
        assert!(begun.elapsed() < Duration::from_secs(30), "{carried} KB and still open");
        thread::sleep(Duration::from_millis(50));
    }
    assert!(carried >= 1024, "{carried} KB");
    assert!(trade(&mut free), "nothing counts what the staff do");
    drop(free);
    assert!(proxy.stop().success());
    let record = records(&world, &["--user", "kim"]).remove(0);
    assert_eq!(record["outcome"]["reason"], "quota-used", "{record}");
    assert!(records(&world, &["--user", "lee"])[0]["outcome"]["reason"].is_null());
}

/// Sends the form of a warning's page; the answer.
fn go_on(proxy: SocketAddr, page: &str, fields: &str) -> (Reply, String) {
    let page = page.replace("&#x2f;", "/");
    let form = page.split("<form method=\"post\" action=\"").nth(1).unwrap_or_else(|| panic!("{page}"));
    let action = form.split('"').next().unwrap();
    let token = form.split("value=\"").nth(1).unwrap().split('"').next().unwrap();
    let body = format!("token={token}");
    let request = format!(
        "POST {action} HTTP/1.1\r\nHost: lifeguard.internal\r\n{fields}Content-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    (Reply::read(&exchange(proxy, request.as_bytes())), token.to_owned())
}

#[test]
fn a_warning_is_read_by_a_person_whatever_the_address() {
    let (world, proxy) = peopled(World::new(), "warn = [\"testing\"]\n", "warn = [\"testing\"]\n");
    let games = world.address("games.test", "/bytes/10");
    let html = "Accept: text/html\r\n";
    let at = |name: &str, device: &str| format!("{}X-Forwarded-For: {device}\r\n{html}", basic(name, &format!("{name}s secret")));
    let desk = "10.0.0.1";
    let get = |name: &str, device: &str| get_with(proxy.proxy, &games, &at(name, device));
    let page = get("kim", desk).text();
    assert_eq!(get("lee", desk).status, 403);
    let (stolen, token) = go_on(proxy.proxy, &page, &at("lee", desk));
    assert_eq!(stolen.status, 400, "her token is not good for him, at the same desk");
    assert!(!token.contains("kim"), "{token}");
    assert_eq!(go_on(proxy.proxy, &page, &at("kim", "10.0.0.2")).0.status, 303, "and it is good for her at another");
    assert_eq!((get("kim", desk).status, get("kim", "10.0.0.3").status), (200, 200), "she has read it, on every device");
    assert_eq!(get("lee", desk).status, 403, "he has not");
    let other = world.address("www.games.test", "/bytes/10");
    assert_eq!(get_with(proxy.proxy, &other, &at("kim", desk)).status, 403, "another host");
    let after: Vec<_> = records(&world, &["--user", "kim"]).into_iter().filter(|r| r["reason"] == "allowed-after-warning").collect();
    assert_eq!(after.len(), 2);
}

#[test]
fn explain_takes_a_statement_of_what_was_used() {
    let (world, proxy) = peopled(World::new(), "[group.quota]\ntesting = [\"30m\", \"200MB\"]\n", "");
    drop(proxy);
    let explain = |used: &[&str]| {
        let mut arguments = vec!["explain", "--group", "children", "--at", "2026-01-15T16:00", "http://games.test/"];
        used.iter().for_each(|used| arguments.extend(["--used", used]));
        let output = world.command(&arguments);
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr))
    };
    for (used, told, verdict) in [
        (vec!["testing=12m"], "12 of 30 minutes and 0.0 of 200.0 MB used.", "ALLOW: "),
        (vec!["testing=30m"], "30 of 30 minutes and 0.0 of 200.0 MB used; until the day ends here.", "BLOCK: Your time"),
        (vec!["testing=3m", "testing=200MB"], "3 of 30 minutes and 200.0 of 200.0 MB used; until", "BLOCK: Your time"),
        (vec!["*=10h"], "0 of 30 minutes", "ALLOW: "),
    ] {
        let (code, text) = explain(&used);
        assert!(code == Some(0) && text.contains(told) && text.contains(verdict), "{used:?} {text}");
    }
    for (wrong, told) in [("testing", "expected a category or *"), ("testing=many", "expected"), ("gmes=3m", "no list has a category gmes")]
    {
        let (code, text) = explain(&[wrong]);
        assert!(code == Some(2) && text.contains(told), "{wrong} {text}");
    }
}

#[test]
fn quotas_and_named_dates_are_refused_with_their_line() {
    let lines = |text: &str| faults(text, &MemoryFiles::default()).lines();
    let group = "[[group]]\nname = 'g'\n";
    let term = |name: &str, from: &str, to: &str| format!("[[term]]\nname = '{name}'\nfrom = {from}\nto = {to}\n");
    let autumn = term("term", "2026-09-03", "2026-12-18");
    for (text, expected) in [
        (format!("{group}[group.quota]\ngmes = '30m'"), "t.toml:4:1: there is no category 'gmes'"),
        (format!("{group}[group.quota]\ngames = '30s'"), "t.toml:4:9: cannot be read: expected a table of names, each with a day's share"),
        (format!("{group}[group.quota]\n'*' = 30"), "t.toml:4:7: expected a table of names, each with a day's share"),
        (format!("{group}quota = '30m'"), "t.toml:3:9: expected a table of names"),
        (format!("{group}hours = 'mon 08:00-16:00 in term'"), "t.toml:3:9: there is no term 'term'"),
        (format!("{autumn}{group}hours = ['08:00-16:00', 'mon 08:00-16:00 in trm']"), "t.toml:7:25: there is no term 'trm'"),
        (format!("{autumn}{group}[group.category_hours]\ngames = '08:00-16:00 outside holiday'"), "t.toml:8:9: there is no term 'holiday'"),
        (
            format!("{}{group}", term("term", "2026-12-18", "2026-09-03")),
            "t.toml:4:6: the last day, 2026-09-03, comes before the first, 2026-12-18",
        ),
        (
            format!("{autumn}{}{group}", term("half-term", "2026-10-26", "2026-10-30")),
            "t.toml:7:8: days of the term 'half-term' are days of the term 'term' as well",
        ),
        (
            format!("{autumn}{}{group}", term("term", "2026-12-18", "2027-01-04")),
            "t.toml:7:8: days of the term 'term' are days of the term",
        ),
        (
            format!("{}{group}", term("term", "2026-09-03T08:00", "2026-12-18")),
            "t.toml:3:8: cannot be read: expected a date such as 2026-09-03",
        ),
        (format!("{}{group}", term("in term", "2026-09-03", "2026-12-18")), "t.toml:2:8: cannot be read: expected a name of letters"),
        (format!("[[term]]\nname = 'term'\nfrom = 2026-09-03\n{group}"), "t.toml:1:1: 'to' is missing"),
    ] {
        let lines = lines(&text);
        assert!(lines[0].starts_with(expected), "{text}\n{lines:?}");
    }
}

#[test]
fn a_layers_quota_is_tightened_below_and_never_loosened() {
    let layer = "[[layer]]\nlevel = 'consortium'\ntitle = 'East'\nsigned_by = 'A. Hill'\nreason = 'why'\nreview = 2030-01-01\n\
                 [layer.quota]\ngames = '30m'\n";
    let group = |quota: &str| format!("{layer}[[group]]\nname = 'g'\n[group.quota]\n{quota}\n");
    let lines = faults(&group("games = '31m'"), &MemoryFiles::default()).lines();
    assert_eq!(lines, ["t.toml:12:1: 'quota.games' loosens what the consortium 'East' has set"]);
    for taken in ["games = '30m'", "games = '1GB'", "chat = '2h'", "'*' = '3h'"] {
        let config = crate::cascade_support::loaded(&group(taken), &MemoryFiles::default()).config;
        assert_eq!(config.policy.layers[0].quota["games"].minutes, Some(30), "{taken}");
    }
}

#[test]
fn a_client_has_so_many_connections_and_no_more() {
    let mut world = World::new();
    world.more = "[proxy.limits]\nconnections_per_client = 2\n".into();
    let proxy = world.start();
    let address = world.address("site.test", "/bytes/10");
    let hold = || {
        let mut stream = connect(proxy.proxy).unwrap();
        stream.write_all(format!("GET {address} HTTP/1.1\r\nHost: site.test\r\n\r\n").as_bytes()).unwrap();
        let mut first = [0; 12];
        stream.read_exact(&mut first).unwrap();
        assert_eq!(&first, b"HTTP/1.1 200");
        stream
    };
    let held = (hold(), hold());
    let refused = crate::support::client::get(proxy.proxy, &address);
    assert_eq!((refused.status, refused.field("retry-after")), (503, Some("5")), "{}", refused.head);
    drop(held);
    crate::support::proxy::wait_until("a place is free", || crate::support::client::get(proxy.proxy, &address).status == 200);
}
