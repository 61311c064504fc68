//! A device in front of us says who asks, by a field of its own, by `Forwarded`, `X-Forwarded-For` or the PROXY protocol; and somebody
//! who is no such device says the same (standards V12, D13, D14, AA8, AA9).

use crate::sign_in_support::{add, basic, records};
use crate::support::proxy::{Lifeguard, wait_until};
use crate::support::{Reply, World};
use serde_json::Value;
use socket2::{Domain, Socket, Type};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

/// The device in front connects from here; somebody else from there.
const FRONT: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 1);
const STRANGER: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

const GROUPS: &str = r#"
[[group]]
name = "children"
block = ["testing"]
networks = ["10.1.0.0/24"]
tunnels = "tls-or-http"

[[group]]
name = "staff"
networks = ["10.2.0.0/24"]
tunnels = "tls-or-http"

[notice]
seen_by = ["the head of the library"]

[sign_in]
accounts = "people/accounts"
"#;

const FIELDS: &str = r#"
[sign_in.front]
header = "X-Authenticated-User"
from = ["127.0.0.1/32"]
group_header = "X-Authenticated-Group"

[[sign_in.front.groups]]
said = "pupils"
group = "children"

[[sign_in.front.groups]]
said = "teachers"
group = "staff"
"#;

/// A world with a device in front; `more` stands in `[proxy]`.
fn world(front: &str, more: &str) -> (World, Lifeguard) {
    let mut world = World::new();
    world.more = format!("{GROUPS}{front}\n[telemetry]\nlevel = \"info\"\n");
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    let config = world.config().replace("[proxy]\n", "[proxy]\ntrusted_proxies = [\"127.0.0.1/32\"]\n");
    let config = world.write("lifeguard.toml", &config.replace("\n[proxy.dns]", &format!("\n{more}\n[proxy.dns]")));
    add(&world, "kim", "children", "kims secret");
    let proxy = Lifeguard::start(&config);
    (world, proxy)
}

/// Sends bytes from this address and reads the answer.
fn send_from(from: Ipv4Addr, to: SocketAddr, bytes: &[u8]) -> Reply {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.bind(&SocketAddr::from((from, 0)).into()).unwrap();
    socket.connect(&to.into()).unwrap();
    let mut stream = TcpStream::from(socket);
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream.write_all(bytes).unwrap();
    let mut answer = Vec::new();
    // A refusal may end in a reset, after what was to be read.
    let _ended = stream.read_to_end(&mut answer);
    Reply::read(&answer)
}

fn get(address: &str, fields: &str) -> Vec<u8> {
    let host = address.split('/').nth(2).unwrap();
    format!("GET {address} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{fields}\r\n").into_bytes()
}

/// What the origin was sent.
fn left(world: &World) -> String {
    world.origin.seen().iter().map(|request| String::from_utf8_lossy(&request.head).into_owned()).collect()
}

/// PROXY protocol, version 1 or 2, for a client of ours.
fn introduction(version: u8, client: Ipv4Addr) -> Vec<u8> {
    if version == 1 {
        return format!("PROXY TCP4 {client} 10.0.0.1 4711 3128\r\n").into_bytes();
    }
    let mut bytes = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x0c".to_vec();
    bytes.extend_from_slice(&client.octets());
    bytes.extend_from_slice(&[10, 0, 0, 1]);
    bytes.extend_from_slice(&[4711_u16.to_be_bytes(), 3128_u16.to_be_bytes()].concat());
    bytes
}

/// A person behind the device: the first half are pupils, the others teachers.
#[derive(Clone, Copy)]
struct Somebody(u8);

impl Somebody {
    fn is_pupil(self) -> bool {
        self.0 < 25
    }
    fn name(self) -> String {
        format!("person{}", self.0)
    }
    fn address(self) -> Ipv4Addr {
        Ipv4Addr::new(10, if self.is_pupil() { 1 } else { 2 }, 0, self.0 + 1)
    }
    fn group(self) -> &'static str {
        if self.is_pupil() { "children" } else { "staff" }
    }
    /// What the device says, in one of five ways: the bytes before the request, and its fields.
    fn said(self, way: usize) -> (Vec<u8>, String) {
        let (client, role) = (self.address(), if self.is_pupil() { "pupils" } else { "teachers" });
        match way {
            0 => (Vec::new(), format!("Forwarded: for={client};proto=http\r\n")),
            1 => (Vec::new(), format!("X-Forwarded-For: {client}\r\n")),
            2 => (introduction(1, client), String::new()),
            3 => (introduction(2, client), String::new()),
            _ => (Vec::new(), format!("X-Authenticated-User: {}\r\nX-Authenticated-Group: {role}\r\n", self.name())),
        }
    }
}

/// Where it listens: the plain listener, and the one with the PROXY protocol.
fn listeners(proxy: &Lifeguard) -> [SocketAddr; 2] {
    let place = |text: &str| text.split([',', ' ']).next().unwrap().parse().unwrap();
    let mut all = proxy.greeting.split("http://").skip(1).map(place);
    [all.next().unwrap(), all.next().unwrap()]
}

const WITH_PROXY_PROTOCOL: &str = "[[proxy.listener]]\naddress = [\"127.0.0.1:0\"]\nproxy_protocol = true\n";
const WAYS: usize = 5;

/// 500 connections from one address: fifty people, five ways, twice; one connection for each.
fn five_hundred(world: &World, proxy: &Lifeguard, from: Ipv4Addr) -> Vec<u16> {
    let places = listeners(proxy);
    let work = |thread: u8| {
        let addresses = (0..10_u8).map(|turn| (turn, world.address("blocked.test", &format!("/bytes/10?{thread}.{turn}"))));
        let ask = |(turn, address): (u8, String)| {
            let way = usize::from(turn) % WAYS;
            let (before, fields) = Somebody(thread).said(way);
            let to = places[usize::from(matches!(way, 2 | 3))];
            send_from(from, to, &[before, get(&address, &fields)].concat()).status
        };
        addresses.map(ask).collect::<Vec<_>>()
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..50).map(|thread| scope.spawn(move || work(thread))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}

/// Whose connection a record is of, and in which way it came.
fn whose(record: &Value) -> (Somebody, usize) {
    let url = record["url"].as_str().unwrap();
    let (thread, turn) = url.rsplit_once('?').unwrap().1.split_once('.').unwrap();
    (Somebody(thread.parse().unwrap()), turn.parse::<usize>().unwrap() % WAYS)
}

#[test]
fn five_hundred_connections_of_fifty_people_behind_one_device_are_each_attributed_right() {
    let (world, proxy) = world(FIELDS, WITH_PROXY_PROTOCOL);
    let statuses = five_hundred(&world, &proxy, FRONT);
    let all = records(&world, &[]);
    assert_eq!((statuses.len(), all.len()), (500, 500));
    for (index, status) in statuses.iter().enumerate() {
        assert_eq!(*status, if Somebody((index / 10) as u8).is_pupil() { 403 } else { 200 }, "connection {index}");
    }
    for record in &all {
        let (who, way) = whose(record);
        let named = way == 4;
        assert_eq!(record["group"], who.group(), "{record}");
        assert_eq!(record["user"], if named { who.name().into() } else { Value::Null }, "{record}");
        assert_eq!(record["identity"], if named { "front" } else { "address-range" }, "{record}");
        assert_eq!(record["asserted"], if named { Value::Null } else { who.address().to_string().into() }, "{record}");
        assert_eq!(record["claimed"], "", "{record}");
        assert!(record["peer"].as_str().unwrap().starts_with("127.0.0.1:"), "{record}");
    }
}

#[test]
fn the_same_five_hundred_from_somebody_else_change_nothing_and_are_recorded_as_claimed() {
    let (world, proxy) = world(FIELDS, WITH_PROXY_PROTOCOL);
    let statuses = five_hundred(&world, &proxy, STRANGER);
    let refused = statuses.iter().filter(|status| **status == 403).count();
    assert_eq!(refused, 300, "the strictest group; a PROXY header is not even read");
    assert_eq!(statuses.iter().filter(|status| **status == 0).count(), 200);
    let all = records(&world, &[]);
    assert_eq!(all.len(), 300);
    for record in &all {
        let (who, way) = whose(record);
        assert_eq!((record["group"].as_str(), record["identity"].as_str()), (Some("everyone"), Some("unknown")), "{record}");
        assert_eq!((&record["user"], &record["asserted"]), (&Value::Null, &Value::Null), "{record}");
        let claimed = record["claimed"].as_str().unwrap();
        let mentions = if way == 4 { who.name() } else { who.address().to_string() };
        assert!(claimed.contains(&mentions), "{record}");
    }
    assert!(world.origin.targets().is_empty(), "nothing left");
}

#[test]
fn what_the_device_says_counts_before_the_address_and_a_password_before_it_and_neither_field_leaves() {
    let (world, proxy) = world(FIELDS, "");
    let (echo, closed) = (world.address("site.test", "/head"), world.address("blocked.test", "/bytes/10"));
    let ask = |fields: &str| send_from(FRONT, proxy.proxy, &get(&closed, fields)).status;
    let teacher = "X-Authenticated-User: Lee\r\nX-Authenticated-Group: teachers\r\n";
    assert_eq!(ask(teacher), 200);
    assert_eq!(ask(&format!("{teacher}X-Forwarded-For: 10.1.0.9\r\n")), 200, "who it is, before where they sit");
    assert_eq!(ask(&format!("{teacher}{}", basic("kim", "kims secret"))), 403, "the person's own password first");
    assert_eq!(ask("X-Authenticated-User: kim\r\nX-Authenticated-Group: teachers\r\n"), 403, "a local account says the groups");
    assert_eq!(ask("X-Authenticated-User: lee\r\nX-Authenticated-Group: heads\r\n"), 403, "a group that nobody knows");
    assert_eq!(ask("X-Authenticated-User: lee\r\n"), 403, "no group, and none in the settings");
    for unreadable in [
        "X-Authenticated-User: \r\nX-Authenticated-Group: teachers\r\n".to_owned(),
        format!("{teacher}X-Authenticated-User: Lee\r\n"),
        format!("{teacher}X-Authenticated-Group: pupils\r\n"),
        "X-Authenticated-User: lee, kim\r\nX-Authenticated-Group: teachers\r\n".to_owned(),
        "X-Authenticated-User: lee\r\nX-Authenticated-Group: teachers, pupils\r\n".to_owned(),
        format!("X-Authenticated-User: {}\r\nX-Authenticated-Group: teachers\r\n", "l".repeat(20_000)),
        "X-Authenticated-Group: teachers\r\n".to_owned(),
    ] {
        assert_eq!(ask(&format!("{unreadable}X-Forwarded-For: 10.2.0.9\r\n")), 403, "not even the group of the address: {unreadable:.80}");
        let last = || records(&world, &[]).pop().unwrap();
        wait_until("the record says why", || last().to_string().contains("the device in front"));
        let last = last();
        assert_eq!((last["user"].is_null(), last["group"].as_str(), last["identity"].as_str()), (true, Some("everyone"), Some("unknown")));
    }
    assert_eq!(send_from(FRONT, proxy.proxy, &get(&closed, &format!("X-Authenticated-User: {}\r\n", "l".repeat(1 << 17)))).status, 431);
    for (from, fields) in [(FRONT, teacher), (STRANGER, teacher), (FRONT, &*format!("{teacher}Connection: X-Authenticated-User\r\n"))] {
        let reply = send_from(from, proxy.proxy, &get(&echo, fields));
        assert_eq!(reply.status, 200);
    }
    let left = left(&world).to_lowercase();
    assert!(!left.is_empty() && !left.contains("x-authenticated"), "{left}");
}

#[test]
fn with_a_secret_an_address_alone_is_not_enough_and_it_never_leaves() {
    let front = FIELDS.replace("group_header", "secret_header = \"X-Key\"\nsecret_file = \"key\"\ngroup_header");
    let mut world = World::new();
    world.more = format!("{GROUPS}{front}");
    world.write_secret("key", "a key of the device in front\n");
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    let config = world.write("lifeguard.toml", &world.config());
    let proxy = Lifeguard::start(&config);
    let closed = world.address("blocked.test", "/bytes/10");
    let teacher = "X-Authenticated-User: Lee\r\nX-Authenticated-Group: teachers\r\n";
    let ask = |key: &str| send_from(FRONT, proxy.proxy, &get(&closed, &format!("{teacher}{key}"))).status;
    assert_eq!((ask("X-Key: a key of the device in front\r\n"), ask("X-Key: another key of somebody\r\n"), ask("")), (200, 403, 403));
    let all = records(&world, &[]);
    assert_eq!(all.iter().map(|record| record["claimed"].as_str().unwrap().contains("Lee")).collect::<Vec<_>>(), [false, true, true]);
    let everything = proxy.errors() + &world.log() + &left(&world);
    assert!(!everything.contains("a key of the device") && !everything.contains("another key"), "{everything}");
    world.write_secret("key", "short\n");
    proxy.signal(1);
    wait_until("a secret that can be guessed is not taken", || proxy.errors().contains("fewer than 16 characters"));
    assert_eq!(ask("X-Key: a key of the device in front\r\n"), 200, "the last good state stays");
}

#[test]
fn settings_of_a_device_in_front_that_cannot_be_meant_are_refused_with_their_line() {
    let world = crate::sign_in_support::world("");
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    let check = |more: &str| {
        let text = world.config().replace("\n[telemetry]", &format!("\n[sign_in.front]\n{more}\n[telemetry]"));
        world.write("lifeguard.toml", &text);
        let output = world.command(&["check"]);
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let good = "header = \"X-User\"\nfrom = [\"10.0.0.1/32\"]\n";
    assert!(check(good).0, "{}", check(good).1);
    for (more, said) in [
        ("header = \"X-User\"\n".to_owned(), "'from' is missing"),
        ("from = [\"10.0.0.1/32\"]\n".to_owned(), "'header' is missing"),
        (good.replace("X-User", "Host"), "no other meaning"),
        (good.replace("X-User", "X User"), "the name of a field"),
        (good.to_owned() + "group_header = \"x-user\"\n", "is there twice"),
        (good.to_owned() + "secret_file = \"key\"\n", "'secret_header' is missing"),
        (good.to_owned() + "secret_header = \"X-Key\"\n", "'secret_file' is missing"),
        (good.to_owned() + "group = \"pupil\"\n", "there is no group 'pupil'"),
        (good.to_owned() + "[[sign_in.front.groups]]\ngroup = \"staff\"\n", "'said' is missing"),
    ] {
        let (fine, text) = check(&more);
        assert!(!fine && text.contains(said), "{more}\n{text}");
    }
}
