//! The network says who is at which address: RADIUS accounting by freeradius' own radclient, and packets that it would not send.

use crate::sign_in_support::{add, basic, in_proxy, records};
use crate::support::World;
use crate::support::client::get_with;
use crate::support::proxy::{Lifeguard, wait_until};
use md5::{Digest, Md5};
use std::io::Write;
use std::net::{SocketAddr, UdpSocket};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const SECRET: &str = "a secret of sixteen or more";

/// A world whose clients are told by a trusted proxy, and whose network is listened to; and where.
fn world(radius: &str) -> (World, Lifeguard, SocketAddr) {
    let mut world = crate::sign_in_support::world("strength = \"network\"\n");
    world.more = world.more.replace("\"trace\"", "\"info\"");
    let more =
        format!("\n[sign_in.radius]\nlisten = \"127.0.0.1:0\"\nfrom = [\"127.0.0.1/32\"]\nsecret_file = \"secret\"\n{radius}\n[telemetry]");
    world.more = world.more.replace("\n[telemetry]", &more);
    world.write_secret("secret", &format!("{SECRET}\n"));
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    let config = world.write("lifeguard.toml", &in_proxy(&world, "trusted_proxies = [\"127.0.0.1/32\"]"));
    add(&world, "lee", "staff", "lees secret");
    add(&world, "kim", "children", "kims secret");
    let proxy = Lifeguard::start(&config);
    let said = proxy.errors();
    let place = said.split("RADIUS accounting on ").nth(1).and_then(|rest| rest.split_whitespace().next()).unwrap();
    let place = place.trim_end_matches('\u{1b}').parse().unwrap();
    (world, proxy, place)
}

/// Is radclient installed? A word where it is not, and the test is skipped.
fn here() -> bool {
    let here = Command::new("radclient").arg("-v").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    if !here {
        println!("skipped: radclient is not on this machine");
    }
    here
}

/// Sends accounting with radclient; was it answered as it should?
fn radclient(place: SocketAddr, secret: &str, attributes: &str) -> bool {
    let mut command = Command::new("radclient");
    command.args(["-r", "1", "-t", "2", "-x", &place.to_string(), "acct", secret]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(attributes.as_bytes()).unwrap();
    child.wait().unwrap().success()
}

fn says(status: &str, user: &str, session: &str, address: &str) -> String {
    let kind = if address.contains("/64") {
        "Framed-IPv6-Prefix"
    } else if address.contains(':') {
        "Framed-IPv6-Address"
    } else {
        "Framed-IP-Address"
    };
    format!(
        "Acct-Status-Type = {status}, User-Name = \"{user}\", Acct-Session-Id = \"{session}\", NAS-Identifier = \"ap1\", {kind} = {address}\n"
    )
}

/// A request from this address: the status.
fn ask(world: &World, proxy: &Lifeguard, client: &str) -> u16 {
    get_with(proxy.proxy, &world.address("blocked.test", "/bytes/10"), &format!("X-Forwarded-For: {client}\r\n")).status
}

#[test]
fn the_network_says_who_is_where_and_when_they_go() {
    if !here() {
        return;
    }
    let (world, proxy, place) = world("group = \"children\"\n");
    assert_eq!(ask(&world, &proxy, "198.51.100.7"), 407, "nobody is known there, and one must be");
    assert!(radclient(place, SECRET, &says("Start", "Lee", "s1", "198.51.100.7")));
    assert_eq!(ask(&world, &proxy, "198.51.100.7"), 200, "an adult of this site");
    assert!(radclient(place, SECRET, &says("Start", "guest", "s2", "2001:db8::9")));
    assert!(radclient(place, SECRET, &says("Interim-Update", "kim", "s3", "2001:db8:1:2::/64")));
    assert_eq!(ask(&world, &proxy, "2001:db8::9"), 403, "who has no account gets the group of such");
    assert_eq!(ask(&world, &proxy, "2001:db8:1:2:aaaa::1"), 403, "anywhere in the network of the prefix");
    assert_eq!(ask(&world, &proxy, "2001:db8:1:3::1"), 407);
    assert!(radclient(
        place,
        SECRET,
        &(says("Interim-Update", "lee", "s1", "198.51.100.8").trim().to_owned() + ", Message-Authenticator = 0x00\n")
    ));
    assert_eq!((ask(&world, &proxy, "198.51.100.8"), ask(&world, &proxy, "198.51.100.7")), (200, 407), "the address has changed");
    assert!(radclient(place, SECRET, &says("Start", "kim", "s4", "198.51.100.8")));
    assert!(radclient(place, SECRET, &says("Stop", "lee", "s1", "198.51.100.8")));
    assert_eq!(ask(&world, &proxy, "198.51.100.8"), 403, "a late stop does not end who came since");
    assert!(radclient(place, SECRET, &says("Stop", "kim", "s4", "198.51.100.8")));
    assert_eq!(ask(&world, &proxy, "198.51.100.8"), 407);
    assert!(radclient(place, SECRET, &says("Start", "kim", "s4", "198.51.100.8")), "it is answered, so that it is not sent again");
    assert_eq!(ask(&world, &proxy, "198.51.100.8"), 407, "and a session that is over stays over");
    assert!(radclient(place, SECRET, "Acct-Status-Type = Accounting-On, NAS-Identifier = \"ap1\"\n"));
    assert_eq!(ask(&world, &proxy, "2001:db8::9"), 407, "the access point has started anew");
    let said: Vec<_> = records(&world, &[])
        .iter()
        .filter(|r| !r["user"].is_null())
        .map(|r| format!("{} {} {}", r["user"].as_str().unwrap(), r["group"].as_str().unwrap(), r["identity"].as_str().unwrap()))
        .collect();
    assert_eq!(said[..3], ["lee staff network", "guest children network", "kim children network"]);
}

/// A packet with a right authenticator.
fn packet(attributes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(20 + attributes.len()).unwrap().to_be_bytes();
    let mut bytes = [&[4, 1][..], &length, &[0; 16], attributes].concat();
    let made: [u8; 16] = Md5::new().chain_update(&bytes).chain_update(SECRET).finalize().into();
    bytes[4..20].copy_from_slice(&made);
    bytes
}

fn attribute(kind: u8, value: &[u8]) -> Vec<u8> {
    [&[kind, u8::try_from(value.len() + 2).unwrap()][..], value].concat()
}

/// Somebody comes to, or goes from, an address of 10.0.0.0/8.
fn session(status: u8, name: &str, number: u32, more: &[u8]) -> Vec<u8> {
    let octets = (0x0a00_0000 + number).to_be_bytes();
    let parts = [
        attribute(40, &[0, 0, 0, status]),
        attribute(1, name.as_bytes()),
        attribute(44, &number.to_be_bytes()),
        attribute(8, &octets),
        more.to_vec(),
    ];
    packet(&parts.concat())
}

fn send(from: &UdpSocket, place: SocketAddr, bytes: &[u8]) -> bool {
    from.send_to(bytes, place).unwrap();
    let mut answer = [0; 64];
    from.recv_from(&mut answer).is_ok_and(|(length, _)| length >= 20 && answer[0] == 5)
}

#[test]
fn what_is_forged_repeated_old_or_broken_changes_nothing() {
    if !here() {
        return;
    }
    let (world, proxy, place) = world("");
    assert!(!radclient(place, "another secret of sixteen", &says("Start", "lee", "s1", "198.51.100.7")), "no answer");
    assert_eq!(ask(&world, &proxy, "198.51.100.7"), 407);
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
    let stranger = UdpSocket::bind("127.0.0.2:0").unwrap();
    stranger.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
    let start = session(1, "lee", 1, &[]);
    assert!(!send(&stranger, place, &start), "a sender that is not listed gets no answer");
    assert_eq!(ask(&world, &proxy, "10.0.0.1"), 407);
    assert!(send(&socket, place, &start) && send(&socket, place, &start));
    assert_eq!(ask(&world, &proxy, "10.0.0.1"), 200);
    assert!(send(&socket, place, &session(2, "lee", 1, &[])));
    assert!(send(&socket, place, &start), "the same packet once more is answered");
    assert_eq!(ask(&world, &proxy, "10.0.0.1"), 407, "and changes nothing");
    let now = u32::try_from(std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()).unwrap();
    for (number, seconds, status) in [(2, now - 7200, 407), (3, now + 7200, 407), (4, now - 5, 200)] {
        assert!(send(&socket, place, &session(1, "lee", number, &attribute(55, &seconds.to_be_bytes()))));
        assert_eq!(ask(&world, &proxy, &format!("10.0.0.{number}")), status, "{number}");
    }
    for bytes in [&b""[..], &[4], &[4, 1, 0, 20], &[1; 4096], &packet(&[1, 0]), &packet(&[8, 255, 1])] {
        assert!(!send(&socket, place, bytes), "{} bytes", bytes.len());
    }
    for odd in [packet(&[]), packet(&attribute(40, &[0, 0, 0, 1])), session(1, "a\u{7}b", 5, &[]), session(9, "lee", 6, &[])] {
        assert!(send(&socket, place, &odd), "what is understood and of no use is answered");
    }
    assert_eq!((ask(&world, &proxy, "10.0.0.5"), ask(&world, &proxy, "10.0.0.6")), (407, 407));
    assert!(send(&socket, place, &session(1, "lee", 7, &[])));
    assert_eq!(ask(&world, &proxy, "10.0.0.7"), 200, "it still listens");
}

#[test]
fn what_is_old_gives_the_strictest_group_and_who_signs_in_there_is_noticed() {
    if !here() {
        return;
    }
    let (world, proxy, place) = world("keep = \"10s\"\n");
    assert!(radclient(place, SECRET, &says("Start", "lee", "s1", "198.51.100.7")));
    let known = Instant::now();
    assert_eq!(ask(&world, &proxy, "198.51.100.7"), 200);
    let fields = format!("X-Forwarded-For: 198.51.100.7\r\n{}", basic("kim", "kims secret"));
    for _ in 0..2 {
        assert_eq!(get_with(proxy.proxy, &world.address("blocked.test", "/"), &fields).status, 403, "who signs in is who it is");
    }
    let events = String::from_utf8_lossy(&world.command(&["logs", "search", "--kind", "event", "--json"]).stdout).into_owned();
    let told: Vec<_> =
        events.lines().filter(|line| line.contains("kim signed in at 198.51.100.7, which is lee's as the network says")).collect();
    assert_eq!(told.len(), 1, "{events}");
    std::thread::sleep(Duration::from_secs(11).saturating_sub(known.elapsed()));
    assert_eq!(ask(&world, &proxy, "198.51.100.7"), 407, "nothing was said for too long");
    let last = records(&world, &["--user", "lee"]).pop().unwrap();
    assert_eq!((last["group"].as_str(), last["identity"].as_str()), (Some("everyone"), Some("stale")));
    assert!(radclient(place, SECRET, &says("Interim-Update", "lee", "s1", "198.51.100.7")));
    assert_eq!(ask(&world, &proxy, "198.51.100.7"), 200);
    wait_until("a disabled account is taken over", || {
        crate::sign_in_support::command_with(&world, &["user", "disable", "lee"], "");
        ask(&world, &proxy, "198.51.100.7") == 407
    });
}
