//! What is told of tunnels: a protocol that is neither TLS nor HTTP, one that is more than pages, and Encrypted Client Hello
//! (standards AB1, AB3, AB6).

use crate::laboratory_support::certificates::{leaf, root};
use crate::laboratory_support::hellos::Hello;
use crate::support::client::get_direct;
use crate::support::echo::echo;
use crate::support::secure::tunnel;
use crate::support::{Lifeguard, Origin, World};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

/// A child's address and one of the staff, as a trusted front states them.
const CHILD: &str = "192.0.2.7";
const STAFF: &str = "198.51.100.7";

/// Children with a preset and these further words, staff whose tunnels may carry anything, and tables of the proxy.
fn start(world: &mut World, children: &str, tables: &str) -> Lifeguard {
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    world.more = format!(
        "\n[[group]]\nname = \"children\"\npreset = \"primary\"\nnetworks = [\"192.0.2.0/24\"]\n{children}\n\
         [[group]]\nname = \"staff\"\nnetworks = [\"198.51.100.0/24\"]\ntunnels = \"anything\"\nbare_addresses = \"allow\"\n{tables}"
    );
    let trusted = "trusted_proxies = [\"127.0.0.0/8\"]\nextra_roots = [\"root.pem\"]\nconnect_ports";
    let known = root("Lab root");
    if !world.folder.path().join("root.pem").exists() {
        world.write("root.pem", &known.pem());
    }
    let config = world.write("lifeguard.toml", &world.config().replace("connect_ports", trusted));
    if children.contains("https") {
        let made = world.command(&["ca", "init", "--name", "Club authority"]);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    }
    Lifeguard::start(&config)
}

/// Sends it through a tunnel and reads to the end.
fn say(stream: &mut TcpStream, bytes: &[u8]) -> Vec<u8> {
    let _refused = stream.write_all(bytes);
    let mut answer = Vec::new();
    let _reset = stream.read_to_end(&mut answer);
    answer
}

/// The records of tunnels, in order.
fn tunnels(world: &World) -> Vec<serde_json::Value> {
    let log = world.log();
    let rows = log.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let mut rows: Vec<_> = rows.filter(|row| row["method"] == "CONNECT" && row["parent"].is_null()).collect();
    rows.sort_by_key(|row| row["sequence"].as_u64());
    rows
}

fn note(row: &serde_json::Value) -> &str {
    row["outcome"]["note"].as_str().unwrap_or("")
}

#[test]
fn what_is_spoken_in_a_refused_tunnel_is_named_in_its_record_and_counted() {
    let mut world = World::new();
    let proxy = start(&mut world, "", "");
    let place = format!("site.test:{}", world.origin.port());
    let rows: [(&[u8], &str); 5] = [
        (b"SSH-2.0-OpenSSH_9.9\r\n", "SSH inside the tunnel"),
        (b"\x00\x36\x38aaaaaaaa\x00\x00\x00\x00\x00bbbb", "OpenVPN inside the tunnel"),
        (b"\x13BitTorrent protocol\x00\x00\x00\x00\x00\x00\x00\x00", "BitTorrent inside the tunnel"),
        (b"\x05\x01\x00", "SOCKS inside the tunnel"),
        (b"\x9f\x3c\x77\x01\xe0noise", "neither TLS nor HTTP inside the tunnel"),
    ];
    for (bytes, words) in rows {
        let (status, mut stream) = tunnel(proxy.proxy, &place, Some(CHILD));
        assert!(status.contains(" 200"), "{words}: {status}");
        assert!(say(&mut stream, bytes).is_empty(), "{words}");
    }
    let metrics = get_direct(proxy.console, "/metrics").text();
    assert!(metrics.contains("lifeguard_tunnel_foreign_total{protocol=\"ssh\"} 1\n"), "{metrics}");
    assert!(proxy.stop().success());
    let records = tunnels(&world);
    assert_eq!(records.iter().map(note).collect::<Vec<_>>(), rows.map(|(_, words)| words));
    assert!(records.iter().all(|row| row["outcome"]["reason"] == "tunnel-refused"), "{records:?}");
    assert_eq!(world.origin.connections(), rows.len(), "the tunnel is dialled before its first byte is seen");
    assert!(world.origin.seen().is_empty(), "and carries none of them");
}

#[test]
fn a_tunnel_that_is_open_for_long_and_even_is_told_of_and_others_are_not() {
    let mut world = World::new();
    let echo = echo();
    world.tunnel_ports.push(echo.port());
    let watch = "[proxy.tunnel_watch]\nafter = \"1s\"\nat_least = \"1 KB\"\n";
    let proxy = start(&mut world, "", watch);
    let place = format!("vpn.test:{}", echo.port());
    for (seconds, pieces) in [(0, 4), (2, 4), (2, 0)] {
        let (status, mut stream) = tunnel(proxy.proxy, &place, Some(STAFF));
        assert!(status.contains(" 200"), "{status}");
        stream.write_all(b"SSH-2.0-x\r\n").unwrap();
        for _ in 0..pieces {
            thread::sleep(Duration::from_secs(seconds) / 4);
            stream.write_all(&[7; 1024]).unwrap();
        }
        if pieces == 0 {
            thread::sleep(Duration::from_secs(seconds));
        }
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut back = Vec::new();
        stream.read_to_end(&mut back).unwrap();
        assert_eq!(back.len(), 11 + pieces * 1024, "policy lets anything through for the staff");
    }
    let metrics = get_direct(proxy.console, "/metrics").text();
    assert!(metrics.contains("lifeguard_tunnel_steady_total 1\n"), "{metrics}");
    assert!(proxy.stop().success());
    let records = tunnels(&world);
    let notes: Vec<&str> = records.iter().map(note).collect();
    let steady = "SSH inside the tunnel; open for long and as much up as down: a VPN, a remote desktop or a call";
    assert_eq!(notes, ["SSH inside the tunnel", steady, "SSH inside the tunnel"]);
    let events = world.search(&["--kind", "event"]);
    let told: Vec<&str> = events.lines().filter(|line| line.contains("tunnel-steady")).collect();
    assert!(told.len() == 1 && told[0].contains("group staff") && !told[0].contains("vpn.test"), "{events}");
}

/// Sends these hellos as these people, in tunnels to these hosts: the status of CONNECT and the first byte that comes back, if one does.
fn hellos(children: &str, rows: &[(&str, &str, Vec<u8>)]) -> (Vec<(u16, Option<u8>)>, Vec<serde_json::Value>) {
    let known = root("Lab root");
    let (chain, key) = leaf(&known, &["site.test", "127.0.0.1"], |_| {});
    let mut world = World::with(Origin::start(Some(crate::laboratory_support::origin(chain, key)), |_| None));
    world.write("root.pem", &known.pem());
    let listed = "[[rule]]\nallow = [\"127.0.0.1\"]\nauthor = \"A. Hill\"\nreason = \"a printer\"\ngroups = [\"children\"]\n";
    let proxy = start(&mut world, children, if children.contains("printer") { listed } else { "" });
    let mut out = Vec::new();
    for (who, host, hello) in rows {
        let (status, mut stream) = tunnel(proxy.proxy, &format!("{host}:{}", world.origin.port()), Some(who));
        let status: u16 = status.split(' ').nth(1).unwrap().parse().unwrap();
        let mut byte = [0];
        let came = status == 200 && stream.write_all(hello).is_ok() && stream.read(&mut byte).is_ok_and(|read| read == 1);
        out.push((status, came.then_some(byte[0])));
    }
    assert!(proxy.stop().success());
    (out, tunnels(&world))
}

/// A record of the handshake type: the site, or we in its place, answers.
const SERVED: Option<u8> = Some(22);

#[test]
fn under_ech_a_cover_name_is_refused_to_children_and_the_extension_alone_never_is() {
    for children in ["", "https = \"full\""] {
        let outer = |name: &str| Hello::to(name).outer().records(16_384);
        let rows = [
            (CHILD, "site.test", Hello::to("site.test").records(16_384)),
            (CHILD, "site.test", outer("site.test")),
            (CHILD, "site.test", Hello::to("site.test").greased().outer().records(16_384)),
            (CHILD, "site.test", outer("cover.test")),
            (STAFF, "site.test", outer("cover.test")),
            (CHILD, "site.test", Hello::to("cover.test").records(16_384)),
        ];
        let (answers, records) = hellos(children, &rows);
        let served: Vec<bool> = answers.iter().map(|answer| *answer == (200, SERVED)).collect();
        assert_eq!(served, [true, true, true, false, false, false], "{children} {answers:?}");
        for row in &records[3..5] {
            assert_eq!(row["outcome"]["reason"], "name-mismatch", "{row}");
            assert!(note(row).contains("carries ECH under another name"), "{row}");
        }
        assert!(!note(&records[5]).contains("ECH") && records[5]["outcome"]["reason"] == "name-mismatch", "{}", records[5]);
    }
}

#[test]
fn a_bare_address_is_refused_to_children_unless_it_is_listed_and_ech_there_is_noted() {
    let outer = || Hello::to("cover.test").outer().records(16_384);
    let rows =
        [(CHILD, "127.0.0.1", outer()), (STAFF, "127.0.0.1", outer()), (STAFF, "127.0.0.1", Hello::to("cover.test").records(16_384))];
    let (answers, records) = hellos("", &rows);
    assert_eq!(answers, [(403, None), (200, SERVED), (200, SERVED)]);
    assert_eq!(records[0]["reason"], "bare-address");
    assert!(note(&records[1]).contains("the name that was judged may be a cover"), "{}", records[1]);
    assert!(!note(&records[2]).contains("ECH"), "{}", records[2]);
    let (answers, _) = hellos("# a printer", &rows[..1]);
    assert_eq!(answers, [(200, SERVED)], "listed by this site");
}
