//! What becomes of a host with single statutory pages, in every mode, for sealed hosts too: opened, blocked as a whole and counted, or let
//! through and counted; never in silence (standards U20, AB7).

use crate::support::secure::{Secure, trusting};
use crate::support::{Authority, Lifeguard, Origin, World};
use std::fs;

/// What a client finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    /// Our certificate, and the statutory page blocked inside.
    Opened,
    /// The origin's own certificate; the record is marked as a gap or not.
    Sealed { gap: bool },
    /// No way through.
    Blocked,
}

use Found::{Blocked, Opened, Sealed};

const GAP: Found = Sealed { gap: true };
const PLAIN: Found = Sealed { gap: false };

/// Each group: its mode, and what it does about pages that a tunnel hides.
const GROUPS: [(&str, &str); 6] = [
    ("tunnel", "record"),
    ("tunnel", "block-host"),
    ("selective", "record"),
    ("selective", "block-host"),
    ("full", "record"),
    ("full", "block-host"),
];

/// Hosts, and what each group finds there.
const HOSTS: [(&str, [Found; 6]); 6] = [
    ("listed.test", [GAP, Blocked, Opened, Opened, Opened, Opened]),
    ("bank.test", [GAP, Blocked, GAP, Blocked, GAP, Blocked]),
    ("mail.bank.test", [GAP, Blocked, GAP, Blocked, GAP, Blocked]),
    ("savings.test", [PLAIN, PLAIN, PLAIN, PLAIN, PLAIN, PLAIN]),
    ("site.test", [PLAIN, PLAIN, PLAIN, PLAIN, Opened, Opened]),
    ("pages.test", [PLAIN, PLAIN, Opened, Opened, Opened, Opened]),
];

fn client(group: usize) -> String {
    format!("192.0.2.{}", group + 1)
}

fn world(outer: &Authority, origin: Origin) -> World {
    let mut world = World::with(origin);
    world.write("outer.pem", &outer.pem());
    for (number, (https, hidden)) in GROUPS.iter().enumerate() {
        world.more += &format!(
            "\n[[group]]\nname = \"{https}-{hidden}\"\nnetworks = [\"{}\"]\nhttps = \"{https}\"\nhidden_pages = \"{hidden}\"\n\
             bare_addresses = \"allow\"\n",
            client(number)
        );
    }
    world.more += "[https]\nsealed = [\"bank.test\", \"savings.test\"]\n\
                   [[lists.source]]\nname = \"pages\"\nformat = \"urls\"\npath = \"pages.txt\"\n";
    let proxy = "extra_roots = [\"outer.pem\"]\ntrusted_proxies = [\"127.0.0.0/8\"]\nconnect_ports";
    world.write("lifeguard.toml", &world.config().replace("connect_ports", proxy));
    world.write("statutory.txt", "listed.test/page\nbank.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    world.write("pages.txt", "http://pages.test/page\n");
    world
}

fn start(world: &World) -> (Lifeguard, String) {
    let made = world.command(&["ca", "init", "--name", "Club authority"]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let checked = world.command(&["check"]);
    let text = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert!(text.contains("full-block-host") && text.contains("recorded as a gap") && text.contains("blocked as a whole"), "{text}");
    let proxy = Lifeguard::start(&world.folder.path().join("lifeguard.toml"));
    (proxy, fs::read_to_string(world.folder.path().join("var/authority/authority.pem")).unwrap())
}

fn metric(proxy: &Lifeguard, name: &str) -> usize {
    let text = crate::support::client::get_direct(proxy.console, "/metrics").text();
    text.lines().find_map(|line| line.strip_prefix(&format!("lifeguard_{name} "))).unwrap().parse().unwrap()
}

#[test]
fn what_a_tunnel_hides_is_opened_blocked_or_counted_in_every_mode() {
    let outer = Authority::new();
    let names = HOSTS.map(|(host, _)| host);
    let origin = Origin::start(Some(outer.server(&names)), |_| None);
    let world = world(&outer, origin);
    let (proxy, ours) = start(&world);
    let both = trusting(&[&ours, &outer.pem()]);
    let mut faults = Vec::new();
    for (host, expected) in HOSTS {
        let place = format!("{host}:{}", world.origin.port());
        for (group, expected) in expected.into_iter().enumerate() {
            let found = match Secure::open_as(proxy.proxy, &place, Some(&client(group)), &both) {
                Err(_) => Blocked,
                Ok(mut open) => {
                    let shown = x509_parser::parse_x509_certificate(&open.certificate()).unwrap().1.issuer().to_string();
                    let answer = open.get(&place, "/page");
                    match (shown == "CN=Club authority", answer.starts_with("HTTP/1.1 403") || answer.starts_with("HTTP/1.1 451")) {
                        // Without a page of its own on a list the host is opened all the same, and its page is open.
                        (true, blocked) if blocked == (host == "listed.test") => Opened,
                        (false, false) if matches!(expected, Sealed { .. }) => expected,
                        (false, false) => PLAIN,
                        _ => panic!("{host} in {:?}: {answer}", GROUPS[group]),
                    }
                }
            };
            println!("{:10} {:10} {host:16} {found:?}", GROUPS[group].0, GROUPS[group].1);
            if found != expected {
                faults.push(format!("{host} in {:?}: {found:?}, not {expected:?}", GROUPS[group]));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let (gaps, whole) = (metric(&proxy, "coverage_gaps_total"), metric(&proxy, "hosts_overblocked_total"));
    let errors = proxy.errors();
    assert!(proxy.stop().success());

    let log = world.log();
    let rows: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for (host, expected) in HOSTS {
        for (group, expected) in expected.into_iter().enumerate() {
            let name = format!("{}-{}", GROUPS[group].0, GROUPS[group].1);
            let of_group = |row: &&serde_json::Value| row["method"] == "CONNECT" && row["group"] == *name;
            if expected == Blocked {
                // The host is an entry's: the log says it to those alone who may see entries.
                let blocked = rows.iter().filter(of_group).filter(|row| row["layer"] == "statutory list, whole host").count();
                assert_eq!(blocked, HOSTS.iter().filter(|(_, all)| all[group] == Blocked).count(), "{name}");
                continue;
            }
            let row = rows.iter().filter(of_group).find(|row| row["host"] == host).unwrap();
            assert_eq!(row["coverage_gap"], expected == GAP, "{host} {name}: {row}");
            assert_eq!(row["tls"], if expected == Opened { "opened" } else { "tunnel" }, "{host} {name}");
        }
    }
    let count = |wanted: Found| HOSTS.iter().flat_map(|(_, all)| all).filter(|found| **found == wanted).count();
    assert_eq!((gaps, whole), (count(GAP), count(Blocked)), "both are counted");
    assert!(errors.contains("a gap in coverage") && errors.contains("group=\"tunnel-record\""), "{errors}");
    assert!(!errors.contains("listed.test"), "an entry's host is not for everybody who reads messages: {errors}");
}

#[test]
fn a_bare_address_is_no_way_round_what_has_to_be_opened() {
    let outer = Authority::new();
    let origin = Origin::start(Some(outer.server(&["listed.test", "site.test", "127.0.0.1"])), |_| None);
    let world = world(&outer, origin);
    let (proxy, ours) = start(&world);
    let both = trusting(&[&ours, &outer.pem()]);
    let through = |group: usize, host: &str| {
        let (_, tcp) = crate::support::secure::tunnel(proxy.proxy, &format!("127.0.0.1:{}", world.origin.port()), Some(&client(group)));
        Secure::shake(tcp, host, &both).map(|mut open| open.get(&format!("{host}:{}", world.origin.port()), "/page"))
    };
    assert!(through(2, "site.test").unwrap().contains("nothing here"), "a name that is not opened goes through");
    assert!(through(2, "listed.test").is_err(), "one that is opened by name does not go past it by number");
    assert!(through(0, "listed.test").is_ok(), "where nothing is opened it is a gap like any other");
    assert!(through(1, "listed.test").is_err(), "and blocked where the whole host is");
    assert!(proxy.stop().success());
    let log = world.log();
    let row = |group: &str| {
        let found = log.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        found
            .into_iter()
            .find(|row| !row["parent"].is_null() && row["method"] == "TLS" && row["group"] == group && row["host"] != "site.test")
            .unwrap()
    };
    assert_eq!((&row("selective-record")["reason"], &row("selective-record")["coverage_gap"]), (&"tunnel-refused".into(), &false.into()));
    assert_eq!(row("tunnel-record")["coverage_gap"], true);
    assert_eq!(row("tunnel-block-host")["reason"], "statutory");
}
