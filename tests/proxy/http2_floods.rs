//! What one HTTP/2 connection may use up: each bound from both sides, at both doors where it makes a difference, and the
//! record of what was refused.

use crate::http2_support::Scene;
use crate::http2_support::frames::*;
use crate::support::answer::with_fields;
use std::time::{Duration, Instant};

const WHOLE: u8 = END_HEADERS | END_STREAM;

fn head(scene: &Scene, method: &str, path: &str) -> Vec<u8> {
    block(&[(":method", method), (":scheme", "https"), (":authority", &scene.place("site.test")), (":path", path)])
}

fn rows(scene: &Scene) -> Vec<serde_json::Value> {
    scene.world.log().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn begun(scene: &Scene) -> Wire {
    let mut wire = scene.opened("site.test");
    wire.begin();
    wire
}

/// Sends pieces until the other end has had enough; how many went out, and how it ended.
fn flood(wire: &mut Wire, most: usize, piece: impl Fn(usize) -> Vec<u8>) -> (usize, Seen) {
    let mut sent = 0;
    while sent < most && wire.send(&piece(sent)) {
        sent += 1;
        if sent % 200 == 0 {
            // Read now and then: what lies unread is lost when the other end resets a connection over which it is flooded.
            let seen = wire.watch(Duration::from_millis(1), |seen| seen.goaway.is_some());
            if seen.goaway.is_some() {
                return (sent, seen);
            }
        }
    }
    (sent, wire.watch(Duration::from_secs(10), |seen| seen.goaway.is_some()))
}

/// After so many the connection goes on, and after so many more it is told to calm down.
fn at_bound(scene: &Scene, name: &str, good: usize, bad: usize, piece: impl Fn(usize) -> Vec<u8>) {
    let mut wire = begun(scene);
    for number in 0..good {
        assert!(wire.send(&piece(number)), "{name}: {number} are no flood");
    }
    let seen = wire.probe();
    assert!(seen.pongs > 0 && seen.goaway.is_none(), "{name}: {good} are no flood: {seen:?}");
    let (_, seen) = flood(&mut wire, bad, |number| piece(good + number));
    assert_eq!(seen.goaway, Some(CALM), "{name}: {seen:?}");
}

#[test]
fn frames_that_bring_nothing_are_counted() {
    let scene = Scene::new();
    // The settings, their acknowledgement and the probe count as well.
    at_bound(&scene, "PING", 490, 5_000, |_| frame(PING, 0, 0, b"pingping"));
    at_bound(&scene, "SETTINGS", 490, 5_000, |_| frame(SETTINGS, 0, 0, b""));
    at_bound(&scene, "PRIORITY", 490, 5_000, |number| frame(PRIORITY, 0, 2 * number as u32 + 1, &[0, 0, 0, 0, 1]));
    at_bound(&scene, "unknown", 490, 5_000, |_| frame(0xee, 0, 0, b"x"));
    at_bound(&scene, "WINDOW_UPDATE", 9_900, 50_000, |_| frame(WINDOW_UPDATE, 0, 0, &1u32.to_be_bytes()));
    assert_eq!(scene.secure.seen().len(), 0);
}

#[test]
fn empty_pieces_of_a_body_are_counted() {
    let scene = Scene::new();
    at_bound(&scene, "empty DATA", 90, 5_000, |number| {
        let open = if number == 0 { frame(HEADERS, END_HEADERS, 1, &head(&scene, "POST", "/echo")) } else { Vec::new() };
        [open, frame(DATA, 0, 1, b"")].concat()
    });
}

/// CVE-2023-44487.
#[test]
fn rapid_resets_end_the_connection_and_every_request_that_was_taken_has_a_record() {
    let scene = Scene::new();
    let mut wire = begun(&scene);
    let reset = |number: usize| {
        let stream = 2 * number as u32 + 1;
        let asked = frame(HEADERS, WHOLE, stream, &head(&scene, "GET", &format!("/rapid-{number}-")));
        [asked, frame(RST_STREAM, 0, stream, &8u32.to_be_bytes())].concat()
    };
    let (_, seen) = flood(&mut wire, 20_000, reset);
    assert_eq!(seen.goaway, Some(CALM), "{seen:?}");
    drop(wire);
    std::thread::sleep(Duration::from_millis(500));
    let rows = rows(&scene);
    let asked: Vec<_> = rows.iter().filter(|row| row["target"].as_str().is_some_and(|target| target.starts_with("/rapid-"))).collect();
    assert!(!asked.is_empty() && asked.len() < 1_200, "{}", asked.len());
    assert!(scene.secure.seen().len() <= asked.len(), "nothing left without a record");
    let numbers: std::collections::BTreeSet<_> = asked.iter().map(|row| row["target"].as_str().unwrap().to_owned()).collect();
    for target in scene.secure.targets() {
        assert!(numbers.contains(&target), "{target} left without a record");
    }
    assert!(asked.iter().all(|row| row["outcome"]["ended"] != serde_json::Value::Null), "each has an ending");
}

/// CVE-2025-8671: the client makes us reset.
#[test]
fn resets_that_the_client_provokes_end_the_connection() {
    let scene = Scene::new();
    let mut wire = begun(&scene);
    let (sent, seen) = flood(&mut wire, 20_000, |number| {
        let stream = 2 * number as u32 + 1;
        let asked = frame(HEADERS, WHOLE, stream, &head(&scene, "GET", "/wait/20000"));
        [asked, frame(WINDOW_UPDATE, 0, stream, &0x7fff_ffffu32.to_be_bytes())].concat()
    });
    assert!(seen.goaway == Some(CALM) && sent > 200, "after {sent}: {seen:?}");
}

#[test]
fn streams_at_one_time_have_a_bound_and_the_one_above_is_recorded() {
    let scene = Scene::with(|_| None, "streams = 20");
    let mut wire = begun(&scene);
    for number in 0..21u32 {
        wire.send(&frame(HEADERS, WHOLE, 2 * number + 1, &head(&scene, "GET", &format!("/wait/3000?{number}"))));
    }
    let seen = wire.watch(Duration::from_secs(20), |seen| seen.answers.len() >= 20);
    assert_eq!(seen.resets, [(41, REFUSED)]);
    assert!(seen.answers.iter().all(|(_, status)| status == "200"), "{seen:?}");
    let rows = rows(&scene);
    let refused = rows.iter().find(|row| row["target"] == "/wait/3000?20").expect("the one above has a record");
    assert_eq!(refused["reason"], "never-served");
}

#[test]
fn a_header_list_has_a_bound() {
    let scene = Scene::with(|_| None, "request_line = \"8 KB\"\nheader_block = \"8 KB\"");
    let large = |size: usize, path: &str| [head(&scene, "GET", path), block(&[("x", &"y".repeat(size))])].concat();
    let mut wire = begun(&scene);
    wire.send(&frame(HEADERS, WHOLE, 1, &large(15_900, "/list-under")));
    let seen = wire.watch(Duration::from_secs(10), |seen| !seen.answers.is_empty());
    assert_eq!(seen.answers, [(1, "404".to_owned())]);
    let over = large(16_500, "/list-over");
    let (first, rest) = over.split_at(16_000);
    wire.send(&[frame(HEADERS, END_STREAM, 3, first), frame(CONTINUATION, END_HEADERS, 3, rest)].concat());
    let seen = wire.watch(Duration::from_secs(10), |seen| !seen.answers.is_empty() || !seen.resets.is_empty());
    assert!(seen.answers == [(3, "431".to_owned())] || !seen.resets.is_empty(), "{seen:?}");
    assert!(wire.probe().pongs > 0, "the connection goes on");
    let rows = rows(&scene);
    assert!(rows.iter().any(|row| row["target"] == "/list-over" && row["reason"] == "too-large"), "{rows:#?}");
    assert_eq!(scene.secure.targets(), ["/list-under"]);
}

#[test]
fn a_block_that_swells_is_cut_off() {
    let scene = Scene::new();
    let mut wire = begun(&scene);
    let mut bomb = head(&scene, "GET", "/bomb");
    bomb.extend([0x40, 1, b'x']);
    bomb.extend([0x7f, 0x80 | ((3_900 - 127) % 128) as u8, ((3_900 - 127) / 128) as u8]);
    bomb.extend([b'y'; 3_900]);
    bomb.extend(vec![0xbe; 10_000]);
    wire.send(&frame(HEADERS, WHOLE, 1, &bomb));
    let seen = wire.watch(Duration::from_secs(10), |seen| seen.goaway.is_some() || !seen.resets.is_empty() || !seen.answers.is_empty());
    assert!(seen.answers.iter().all(|(_, status)| status == "431"), "{seen:?}");
    drop(wire);
    std::thread::sleep(Duration::from_millis(300));
    let rows = rows(&scene);
    assert!(rows.iter().any(|row| row["target"] == "/bomb" && row["reason"] == "too-large"), "{rows:#?}");
    assert_eq!(scene.secure.seen().len(), 0);
}

#[test]
fn a_head_without_end_is_cut_off() {
    let scene = Scene::new();
    let mut wire = begun(&scene);
    wire.send(&frame(HEADERS, END_STREAM, 1, &head(&scene, "GET", "/endless")));
    let filler = block(&[("x", &"y".repeat(8_000))]);
    let (sent, seen) = flood(&mut wire, 1_000, |_| frame(CONTINUATION, 0, 1, &filler));
    assert!(seen.goaway.is_some() || seen.closed, "after {sent}: {seen:?}");
    drop(wire);
    let mut wire = begun(&scene);
    wire.send(&frame(HEADERS, END_STREAM, 1, &head(&scene, "GET", "/endless-and-empty")));
    let (sent, seen) = flood(&mut wire, 100_000, |_| frame(CONTINUATION, 0, 1, b""));
    assert!((seen.goaway.is_some() || seen.closed) && sent < 100_000, "after {sent}: {seen:?}");
    drop(wire);
    std::thread::sleep(Duration::from_millis(500));
    let log = scene.world.log();
    assert!(log.contains("/endless\"") && log.contains("/endless-and-empty"), "{log}");
}

#[test]
fn slow_clients_are_told_to_go() {
    let scene = Scene::with(|_| None, "header_time = \"1s\"\nbody_idle = \"1s\"");
    let mut wire = begun(&scene);
    wire.send(&frame(HEADERS, END_STREAM, 1, &head(&scene, "GET", "/half-a-head")));
    let begin = Instant::now();
    let seen = wire.watch(Duration::from_secs(10), |seen| seen.goaway.is_some());
    assert_eq!(seen.goaway, Some(CALM));
    assert!(begin.elapsed() < Duration::from_secs(5));

    let mut wire = begun(&scene);
    wire.send(&[&frame(HEADERS, END_HEADERS, 1, &head(&scene, "POST", "/echo?slow"))[..], &frame(DATA, 0, 1, b"half")].concat());
    let seen = wire.watch(Duration::from_secs(10), |seen| !seen.answers.is_empty() || !seen.resets.is_empty());
    assert!(seen.answers.iter().all(|(_, status)| status != "200") && seen.goaway.is_none(), "{seen:?}");

    let mut wire = begun(&scene);
    wire.send(&frame(SETTINGS, 0, 0, &[0, 4, 0, 0, 0, 0]));
    wire.send(&frame(HEADERS, WHOLE, 1, &head(&scene, "GET", "/bytes/3000000")));
    let seen = wire.watch(Duration::from_secs(10), |seen| !seen.resets.is_empty());
    assert_eq!((seen.answers.len(), seen.data, seen.resets.len()), (1, 0, 1), "a window that stays closed: {seen:?}");
    assert!(wire.probe().pongs > 0, "the connection goes on");

    drop(wire);
    std::thread::sleep(Duration::from_millis(300));
    let rows = rows(&scene);
    let half = rows.iter().find(|row| row["target"] == "/half-a-head").expect("half a head has a record");
    assert_eq!(half["reason"], "too-slow");
    let stalled = rows.iter().find(|row| row["target"] == "/bytes/3000000").unwrap();
    assert_eq!(stalled["outcome"]["ended"], "client-gone");
}

/// Bytes of memory that the proxy holds.
fn held(scene: &Scene) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{}/status", scene.proxy.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 1024
}

#[test]
fn what_a_client_does_not_take_is_left_with_the_origin() {
    const LARGE: usize = 20_000_000;
    let scene = Scene::with(|request| (request.path() == "/large").then(|| with_fields(200, "", &vec![b'x'; LARGE])), "");
    let mut wire = begun(&scene);
    wire.send(&frame(HEADERS, WHOLE, 1, &head(&scene, "GET", "/bytes/1")));
    wire.watch(Duration::from_secs(10), |seen| seen.data > 0);
    let before = held(&scene);
    wire.send(&frame(SETTINGS, 0, 0, &[0, 4, 0, 0, 0, 0]));
    for number in 1..=50u32 {
        wire.send(&frame(HEADERS, WHOLE, 2 * number + 1, &head(&scene, "GET", "/large")));
    }
    let seen = wire.watch(Duration::from_secs(30), |seen| seen.answers.len() >= 50);
    assert_eq!((seen.answers.len(), seen.data), (50, 0), "{seen:?}");
    std::thread::sleep(Duration::from_secs(2));
    let more = held(&scene).saturating_sub(before);
    assert!(more < 50 * 1024 * 1024, "{more} bytes for 50 answers of {LARGE} that nobody takes");
}

#[test]
fn a_head_that_breaks_off_has_a_record() {
    let scene = Scene::new();
    let mut wire = begun(&scene);
    wire.send(&frame(HEADERS, END_STREAM, 1, &head(&scene, "GET", "/broken-off")));
    drop(wire);
    std::thread::sleep(Duration::from_millis(500));
    let rows = rows(&scene);
    assert!(rows.iter().any(|row| row["target"] == "/broken-off" && row["reason"] == "bad-request"), "{rows:#?}");
}

#[test]
fn a_quiet_connection_is_told_to_go_and_closed() {
    let scene = Scene::with(|_| None, "idle = \"1s\"");
    for mut wire in [scene.opened("site.test"), scene.at_door()] {
        wire.begin();
        let seen = wire.watch(Duration::from_secs(5), |seen| seen.goaway.is_some());
        assert_eq!(seen.goaway, Some(0));
        let seen = wire.watch(Duration::from_secs(10), |_| false);
        assert!(seen.closed, "{seen:?}");
    }
}
