//! Origins that speak HTTP/2 to do harm: each flood ends, soon and in little memory, and the next request is served
//! (RFC 9113 section 10.5; rule F10).

use crate::h2_support::raw::{
    ACK, CONTINUATION, DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, OK, PING, PUSH_PROMISE, RST_STREAM, SETTINGS, WINDOW_UPDATE, field,
};
use crate::h2_support::scene::tls;
use crate::h2_support::{RawOrigin, RawWire, Scene, frame};
use crate::support::Authority;
use crate::support::client::{Reply, connect};
use std::fs;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// What no flood may make the proxy take on top of what it took before, in kilobytes.
const MEMORY: u64 = 40 * 1024;

fn memory(scene: &Scene) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", scene.proxy.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// The first connection is served by the flood, which tells how many frames were taken; every other one well.
fn flood(name: &str, settings: &[u8], most: u64, flood: impl Fn(&mut RawWire, &AtomicU64) -> io::Result<()> + Send + Sync + 'static) {
    let authority = Authority::new();
    let taken = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&taken);
    let origin = RawOrigin::start(tls(&authority, &["h2"]), settings, move |wire| match wire.number {
        0 => flood(wire, &counted),
        _ => wire.serve(b"well"),
    });
    let scene = Scene::before(origin.address, &authority);
    let before = memory(&scene);
    let start = Instant::now();
    let answer = scene.raw("GET https://%/ HTTP/1.1\r\nHost: %\r\nConnection: close\r\n\r\n");
    let took = start.elapsed();
    let (reply, text) = (Reply::read(&answer), String::from_utf8_lossy(&answer));
    let cut_short = reply.status == 200 && !text.ends_with("0\r\n\r\n") || answer.is_empty();
    assert!(reply.status == 502 || reply.body == b"well" || cut_short, "{name}: {text}");
    assert!(took < Duration::from_secs(15), "{name}: {took:?}");
    let more = memory(&scene).saturating_sub(before);
    assert!(more < MEMORY, "{name}: {more} kB");
    let taken = taken.load(Ordering::Relaxed);
    assert!(taken <= most, "{name}: {taken} frames were taken");
    assert_eq!(scene.get("/").body, b"well", "{name}: and the next request is served");
    println!("{name}: ended after {took:?} and {taken} frames, {more} kB");
}

/// The same frame without end, until it is not taken any more.
fn without_end(wire: &mut RawWire, taken: &AtomicU64, many: &[u8], count: u64) -> io::Result<()> {
    loop {
        wire.send(many)?;
        taken.fetch_add(count, Ordering::Relaxed);
    }
}

/// What lies in sockets on the way counts as taken.
const ON_THE_WAY: u64 = 600_000;

#[test]
fn frames_that_bring_nothing_end_the_connection() {
    for (name, one) in [
        ("ping", frame(PING, 0, 0, &[0; 8])),
        ("pong", frame(PING, ACK, 0, &[0; 8])),
        ("settings", frame(SETTINGS, 0, 0, &[])),
        ("window update", frame(WINDOW_UPDATE, 0, 0, &[0, 0, 0, 1])),
        ("unknown", frame(0x42, 0, 0, b"grease")),
        ("priority", frame(2, 0, 1, &[0, 0, 0, 0, 1])),
    ] {
        flood(name, &[], ON_THE_WAY, move |wire, taken| {
            wire.until(HEADERS)?;
            without_end(wire, taken, &one.repeat(100), 100)
        });
    }
}

#[test]
fn empty_data_and_heads_without_end_are_cut_off() {
    flood("empty data", &[], ON_THE_WAY, |wire, taken| {
        let stream = wire.until(HEADERS)?.stream;
        wire.send(&frame(HEADERS, END_HEADERS, stream, &[OK]))?;
        without_end(wire, taken, &frame(DATA, 0, stream, &[]).repeat(100), 100)
    });
    flood("continuation", &[], ON_THE_WAY, |wire, taken| {
        let stream = wire.until(HEADERS)?.stream;
        wire.send(&frame(HEADERS, 0, stream, &[OK]))?;
        without_end(wire, taken, &frame(CONTINUATION, 0, stream, &field("x", "y")).repeat(100), 100)
    });
    flood("empty continuation", &[], ON_THE_WAY, |wire, taken| {
        let stream = wire.until(HEADERS)?.stream;
        wire.send(&frame(HEADERS, 0, stream, &[OK]))?;
        without_end(wire, taken, &frame(CONTINUATION, 0, stream, &[]).repeat(100), 100)
    });
    flood("interim answers", &[], ON_THE_WAY, |wire, taken| {
        let stream = wire.until(HEADERS)?.stream;
        // `:status: 103`, spelt out.
        let hint = [&[0x08, 3][..], b"103"].concat();
        without_end(wire, taken, &frame(HEADERS, END_HEADERS, stream, &hint).repeat(100), 100)
    });
}

#[test]
fn a_head_that_grows_when_it_is_unpacked_is_refused() {
    flood("header bomb", &[], ON_THE_WAY, |wire, taken| {
        let stream = wire.until(HEADERS)?.stream;
        // One field of 4,000 bytes goes into the table; one byte names it again.
        let mut entry = field("x", &"y".repeat(4_000));
        entry[0] = 0x40;
        let block = [vec![OK], entry, vec![0xbe; 12_000]].concat();
        wire.send(&frame(HEADERS, END_HEADERS | END_STREAM, stream, &block))?;
        taken.fetch_add(1, Ordering::Relaxed);
        wire.until(GOAWAY).map(drop)
    });
}

#[test]
fn streams_that_must_be_reset_again_and_again_end_the_connection() {
    let authority = Authority::new();
    let origin = RawOrigin::start(tls(&authority, &["h2"]), &[], |wire| {
        loop {
            // Two lengths are a fault of the stream, and ours to reset (MadeYouReset).
            let stream = wire.until(HEADERS)?.stream;
            let block = [vec![OK], field("content-length", "1"), field("content-length", "2")].concat();
            wire.send(&frame(HEADERS, END_HEADERS, stream, &block))?;
        }
    });
    let scene = Scene::before(origin.address, &authority);
    for _ in 0..250 {
        assert_eq!(scene.get("/").status, 502);
    }
    assert!((2..=250).contains(&origin.connections()), "given up after a while: {}", origin.connections());
    println!("250 resets on {} connections", origin.connections());
}

#[test]
fn nothing_is_taken_that_was_not_asked_for() {
    flood("push", &[], 1, |wire, taken| {
        let stream = wire.until(HEADERS)?.stream;
        let promised = [&[0, 0, 0, 2, 0x82, 0x87, 0x84, 0x41, 9][..], b"site.test"].concat();
        wire.send(&frame(PUSH_PROMISE, END_HEADERS, stream, &promised))?;
        taken.fetch_add(1, Ordering::Relaxed);
        wire.until(GOAWAY).map(drop)
    });
    flood("no frames at all", &[], 1, |wire, _| {
        wire.until(HEADERS)?;
        wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")?;
        wire.until(GOAWAY).map(drop)
    });
    flood("an answer to no request", &[], 1, |wire, _| {
        wire.until(HEADERS)?;
        wire.answer(77, b"unasked")?;
        wire.until(GOAWAY).map(drop)
    });
    flood("resets of no request", &[], ON_THE_WAY, |wire, taken| {
        wire.until(HEADERS)?;
        without_end(wire, taken, &frame(RST_STREAM, 0, 99, &[0, 0, 0, 8]).repeat(100), 100)
    });
}

#[test]
fn windows_that_never_open_hold_one_request_for_a_while_and_no_other() {
    let authority = Authority::new();
    // SETTINGS_INITIAL_WINDOW_SIZE 0 (RFC 9113 section 6.5.2).
    let origin = RawOrigin::start(tls(&authority, &["h2"]), &[0, 4, 0, 0, 0, 0], |wire| {
        loop {
            let asked = wire.until(HEADERS)?;
            if asked.flags & END_STREAM != 0 {
                wire.answer(asked.stream, b"well")?;
            }
        }
    });
    let scene = Scene::before(origin.address, &authority);
    assert_eq!(scene.get("/").body, b"well");
    let before = memory(&scene);
    let mut waiting: Vec<_> = (0..8)
        .map(|_| {
            let mut stream = connect(scene.proxy.proxy).unwrap();
            stream.set_write_timeout(Some(Duration::from_millis(500))).unwrap();
            let head = "POST https://%/ HTTP/1.1\r\nHost: %\r\nContent-Length: 30000000\r\n\r\n";
            stream.write_all(head.replace('%', &format!("site.test:{}", scene.port)).as_bytes()).unwrap();
            let stuck = stream.write_all(&vec![b'x'; 30_000_000]);
            assert!(stuck.is_err(), "no more than a window and some buffers are taken");
            stream
        })
        .collect();
    assert_eq!(scene.get("/").body, b"well");
    let more = memory(&scene).saturating_sub(before);
    assert!(more < MEMORY, "{more} kB");
    waiting.clear();
    assert_eq!(scene.get("/").body, b"well");
    assert_eq!(origin.connections(), 1);
}
