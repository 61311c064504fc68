//! What an origin sees from us beside what it sees from curl and Chromium directly: no weaker in any row (rules T1, T-G4).

use crate::laboratory_support::Laboratory;
use crate::laboratory_support::seen::{Offer, listen};
use crate::support::World;
use std::process::{Command, Stdio};
use std::time::Duration;

const TLS12: u16 = 0x0303;
const TLS13: u16 = 0x0304;
/// X25519 and ML-KEM-768 together: safe against those who record today and hope for quantum computers.
const POST_QUANTUM: u16 = 0x11ec;
/// Forward secrecy and authenticated encryption: TLS 1.3 and ECDHE with AES-GCM or ChaCha20; 0x00ff says no renegotiation (RFC 5746).
const STRONG_SUITES: [u16; 10] = [0x1301, 0x1302, 0x1303, 0xc02b, 0xc02c, 0xc02f, 0xc030, 0xcca8, 0xcca9, 0x00ff];
/// X25519MLKEM768, MLKEM768, X25519, P-256, P-384, P-521.
const STRONG_GROUPS: [u16; 7] = [POST_QUANTUM, 0x11eb, 0x0201, 29, 23, 24, 25];

fn from_us() -> Offer {
    let (port, heard) = listen();
    let laboratory = Laboratory::start(World::new(), &[port], "");
    let answer = laboratory.get("seen.test", port);
    assert!(answer.starts_with("HTTP/1.1 502"), "{answer}");
    heard.recv_timeout(Duration::from_secs(20)).unwrap()
}

/// What this program offers; none, with a word on why, where it is missing.
fn from(program: &str, arguments: impl FnOnce(u16) -> Vec<String>) -> Option<Offer> {
    let (port, heard) = listen();
    let child = Command::new(program).args(arguments(port)).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let Ok(mut child) = child else {
        match program {
            "chromium" => crate::support::needed::skipped_without("Chromium"),
            _ => println!("skipped: {program} is not on this machine"),
        }
        return None;
    };
    let offer = heard.recv_timeout(Duration::from_secs(60)).ok();
    let _killed = child.kill();
    let _waited = child.wait();
    if offer.is_none() {
        println!("skipped: {program} did not come");
    }
    offer
}

fn curl(port: u16) -> Vec<String> {
    let address = format!("https://seen.test:{port}/");
    ["--silent", "--noproxy", "*", "--max-time", "20", "--resolve", &format!("seen.test:{port}:127.0.0.1"), &address]
        .map(str::to_owned)
        .into()
}

fn chromium(profile: &str, port: u16) -> Vec<String> {
    let address = format!("https://seen.test:{port}/");
    let profile = format!("--user-data-dir={profile}");
    ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--no-proxy-server", "--host-resolver-rules=MAP seen.test 127.0.0.1"]
        .map(str::to_owned)
        .into_iter()
        .chain([profile, "--dump-dom".to_owned(), address])
        .collect()
}

fn row(what: &str, values: &[u16]) {
    println!("  {what:20} {}", values.iter().map(|value| format!("{value:04x}")).collect::<Vec<_>>().join(" "));
}

fn print(whose: &str, offer: &Offer) {
    println!("{whose}");
    row("versions", &offer.versions);
    row("suites", &offer.suites);
    row("groups", &offer.groups);
    row("signatures", &offer.signatures);
    println!("  {:20} {}", "ALPN", offer.alpn.join(" "));
    row("extensions", &offer.extensions);
}

#[test]
fn an_origin_sees_nothing_weaker_from_us_than_from_a_browser() {
    let us = from_us();
    print("Lifeguard", &us);
    assert!(us.versions.iter().all(|version| [TLS12, TLS13].contains(version)) && us.versions.contains(&TLS13), "{us:?}");
    assert!(us.suites.iter().all(|suite| STRONG_SUITES.contains(suite)), "{us:?}");
    assert!(us.groups.iter().all(|group| STRONG_GROUPS.contains(group)), "{us:?}");
    assert_eq!(us.groups.first(), Some(&POST_QUANTUM), "preferred");
    let sha1 = |scheme: &&u16| matches!(**scheme, 0x0201..=0x0203);
    assert_eq!(us.signatures.iter().find(sha1), None, "no SHA-1");
    assert_eq!(us.alpn, ["h2", "http/1.1"], "in the order of browsers");

    let profile = tempfile::tempdir().unwrap();
    let profile = profile.path().to_str().unwrap().to_owned();
    let others = [("curl", from("curl", curl)), ("chromium", from("chromium", |port| chromium(&profile, port)))];
    for (name, them) in others {
        let Some(them) = them else { continue };
        print(name, &them);
        // Whatever is strong and the client would have offered itself, we offer too.
        for (what, theirs, ours, strong) in [
            ("version", &them.versions, &us.versions, &[TLS12, TLS13][..]),
            ("suite", &them.suites, &us.suites, &STRONG_SUITES[..]),
            ("group", &them.groups, &us.groups, &[POST_QUANTUM, 29, 23, 24][..]),
            ("signature", &them.signatures, &us.signatures, &[0x0403, 0x0503, 0x0804, 0x0805, 0x0806][..]),
        ] {
            for value in theirs.iter().filter(|value| strong.contains(value)) {
                assert!(ours.contains(value), "{name} offers the {what} {value:04x} and we do not");
            }
        }
        for protocol in &them.alpn {
            assert!(us.alpn.contains(protocol), "{name} offers {protocol} and we do not");
        }
        let weakest = |offer: &Offer| offer.versions.iter().min().copied().unwrap_or(TLS12);
        assert!(weakest(&us) >= weakest(&them).min(TLS12), "{name}");
    }
}
