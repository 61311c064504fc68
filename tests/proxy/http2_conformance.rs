//! RFC 9113 and RFC 7541 in bare frames, at both doors: each case says what comes back, and what must stand in the log.
//!
//! In the spirit of h2spec (summerwind/h2spec), whose sections the names follow.

use crate::http2_support::Scene;
use crate::http2_support::frames::*;
use std::time::Duration;

/// What must come back.
#[derive(Clone, Copy, Debug)]
enum Want {
    /// The connection goes on.
    Alive,
    /// The connection is ended with one of these codes.
    Goaway(&'static [u32]),
    /// Stream 1 (or the last one) is reset with one of these codes, and the connection goes on; or it is ended with one of
    /// them: an end point may treat any stream error as a connection error (RFC 9113 section 5.4.1).
    Reset(&'static [u32]),
    /// The stream is answered with this status, or reset.
    Refused(&'static str),
    /// The stream is answered with this status.
    Answer(&'static str),
}

struct Case {
    name: &'static str,
    bytes: Vec<u8>,
    want: Want,
    /// The path of the request that must stand in the log all the same.
    logged: Option<String>,
}

/// The head of a request, with a path of its own.
struct Head<'a> {
    place: &'a str,
    path: String,
}

impl Head<'_> {
    fn good(&self) -> Vec<(&str, &str)> {
        vec![(":method", "GET"), (":scheme", "https"), (":authority", self.place), (":path", &self.path)]
    }

    fn block(&self) -> Vec<u8> {
        block(&self.good())
    }

    fn post(&self, more: &[(&str, &str)]) -> Vec<u8> {
        let mut fields = self.good();
        fields[0].1 = "POST";
        fields.extend_from_slice(more);
        block(&fields)
    }

    fn with(&self, more: &[(&str, &str)]) -> Vec<u8> {
        let mut fields = self.good();
        fields.extend_from_slice(more);
        block(&fields)
    }

    fn instead(&self, name: &str, value: Option<&str>) -> Vec<u8> {
        let fields = self.good();
        let kept = fields.into_iter().filter_map(|(known, old)| match (known == name, value) {
            (true, None) => None,
            (true, Some(value)) => Some((known, value)),
            (false, _) => Some((known, old)),
        });
        block(&kept.collect::<Vec<_>>())
    }
}

const WHOLE: u8 = END_HEADERS | END_STREAM;

fn setting(id: u16, value: u32) -> Vec<u8> {
    [&id.to_be_bytes()[..], &value.to_be_bytes()].concat()
}

/// Framing, streams, flow: RFC 9113 sections 4 to 6.
fn framing(head: &Head<'_>) -> Vec<(&'static str, Vec<u8>, Want)> {
    let whole = frame(HEADERS, WHOLE, 1, &head.block());
    let open = frame(HEADERS, END_HEADERS, 1, &head.post(&[]));
    let reset = frame(RST_STREAM, 0, 1, &8u32.to_be_bytes());
    let one = 1u32.to_be_bytes();
    let much = 0x7fff_ffffu32.to_be_bytes();
    let ping = frame(PING, 0, 0x8000_0000, b"reserved");
    let large = vec![0; 16_385];
    use Want::{Alive, Answer, Goaway, Reset};
    vec![
        ("4.1 unknown type of frame", frame(0x16, 0, 0, b"what"), Alive),
        ("4.1 unknown flag", frame(PING, 0xfe, 0, b"unknown!"), Alive),
        ("4.1 reserved bit", ping, Alive),
        ("4.2 a frame of the full size", frame(0x16, 0, 0, &large[..16_384]), Alive),
        ("4.2 DATA too large", [open.clone(), frame(DATA, 0, 1, &large)].concat(), Goaway(&[SIZE])),
        ("4.2 HEADERS too large", frame(HEADERS, WHOLE, 1, &large), Goaway(&[SIZE])),
        ("4.3 a block that cannot be decoded", frame(HEADERS, WHOLE, 1, &[0x82, 0x87, 0x84, 0x80]), Goaway(&[COMPRESSION])),
        (
            "4.3 PRIORITY inside a block",
            [frame(HEADERS, END_STREAM, 1, &head.block()), frame(PRIORITY, 0, 1, &[0, 0, 0, 0, 1])].concat(),
            Goaway(&[PROTOCOL]),
        ),
        ("4.3 another stream inside a block", [frame(HEADERS, END_STREAM, 1, &head.block()), whole.clone()].concat(), Goaway(&[PROTOCOL])),
        (
            "4.3 the end of the connection's settings inside a block",
            [frame(HEADERS, 0, 1, b""), frame(SETTINGS, 0, 0, b"")].concat(),
            Goaway(&[PROTOCOL]),
        ),
        ("5.1 idle: DATA", frame(DATA, END_STREAM, 1, b"x"), Goaway(&[PROTOCOL])),
        ("5.1 idle: RST_STREAM", frame(RST_STREAM, 0, 1, &one), Goaway(&[PROTOCOL])),
        ("5.1 idle: WINDOW_UPDATE", frame(WINDOW_UPDATE, 0, 1, &one), Goaway(&[PROTOCOL])),
        ("5.1 idle: CONTINUATION", frame(CONTINUATION, END_HEADERS, 1, b""), Goaway(&[PROTOCOL])),
        ("5.1 half-closed: DATA", [whole.clone(), frame(DATA, END_STREAM, 1, b"x")].concat(), Reset(&[CLOSED, PROTOCOL])),
        ("5.1 half-closed: HEADERS", [whole.clone(), frame(HEADERS, WHOLE, 1, &head.block())].concat(), Reset(&[CLOSED, PROTOCOL])),
        ("5.1 half-closed: CONTINUATION", [whole.clone(), frame(CONTINUATION, END_HEADERS, 1, b"")].concat(), Goaway(&[PROTOCOL, CLOSED])),
        (
            "5.1 half-closed: WINDOW_UPDATE and PRIORITY",
            [whole.clone(), frame(WINDOW_UPDATE, 0, 1, &one), frame(PRIORITY, 0, 1, &[0, 0, 0, 0, 1])].concat(),
            Answer("404"),
        ),
        ("5.1 closed: DATA behind RST_STREAM", [open.clone(), reset.clone(), frame(DATA, END_STREAM, 1, b"x")].concat(), Reset(&[CLOSED])),
        (
            "5.1 closed: HEADERS behind RST_STREAM",
            [open.clone(), reset, frame(HEADERS, WHOLE, 1, &head.block())].concat(),
            Reset(&[CLOSED, PROTOCOL]),
        ),
        ("5.1.1 an even stream", frame(HEADERS, WHOLE, 2, &head.block()), Goaway(&[PROTOCOL])),
        (
            "5.1.1 a stream below the last",
            [frame(HEADERS, WHOLE, 5, &head.block()), frame(HEADERS, WHOLE, 3, &head.block())].concat(),
            Goaway(&[PROTOCOL, CLOSED]),
        ),
        (
            "5.3.1 HEADERS that depends on itself",
            frame(HEADERS, WHOLE | WITH_PRIORITY, 1, &[&[0, 0, 0, 1, 9][..], &head.block()].concat()),
            Reset(&[PROTOCOL]),
        ),
        ("6.1 DATA on stream 0", frame(DATA, 0, 0, b"x"), Goaway(&[PROTOCOL])),
        (
            "6.1 padding as long as DATA",
            [open.clone(), frame(DATA, PADDED | END_STREAM, 1, &[6, 0, 0, 0, 0, 0])].concat(),
            Goaway(&[PROTOCOL]),
        ),
        (
            "6.1 DATA with good padding",
            [frame(HEADERS, END_HEADERS, 1, &head.post(&[("content-length", "2")])), frame(DATA, PADDED | END_STREAM, 1, b"\x03ok\0\0\0")]
                .concat(),
            Answer("404"),
        ),
        ("6.2 HEADERS on stream 0", frame(HEADERS, WHOLE, 0, &head.block()), Goaway(&[PROTOCOL])),
        (
            "6.2 padding longer than HEADERS",
            frame(HEADERS, WHOLE | PADDED, 1, &[&[255][..], &head.block()[..20]].concat()),
            Goaway(&[PROTOCOL]),
        ),
        ("6.2 HEADERS with good padding", frame(HEADERS, WHOLE | PADDED, 1, &[&[2][..], &head.block(), &[0, 0]].concat()), Answer("404")),
        ("6.3 PRIORITY on stream 0", frame(PRIORITY, 0, 0, &[0, 0, 0, 1, 1]), Goaway(&[PROTOCOL])),
        ("6.3 PRIORITY of four bytes", [open.clone(), frame(PRIORITY, 0, 1, &[0, 0, 0, 3])].concat(), Reset(&[SIZE])),
        ("6.4 RST_STREAM on stream 0", frame(RST_STREAM, 0, 0, &one), Goaway(&[PROTOCOL])),
        ("6.4 RST_STREAM of three bytes", [open.clone(), frame(RST_STREAM, 0, 1, &[0, 0, 8])].concat(), Goaway(&[SIZE])),
        ("6.5 an acknowledgement with a payload", frame(SETTINGS, ACK, 0, &setting(3, 1)), Goaway(&[SIZE])),
        ("6.5 SETTINGS on a stream", frame(SETTINGS, 0, 1, &setting(3, 1)), Goaway(&[PROTOCOL])),
        ("6.5 SETTINGS of three bytes", frame(SETTINGS, 0, 0, &[0, 3, 0]), Goaway(&[SIZE])),
        ("6.5.2 ENABLE_PUSH of 2", frame(SETTINGS, 0, 0, &setting(2, 2)), Goaway(&[PROTOCOL])),
        ("6.5.2 a window above the bound", frame(SETTINGS, 0, 0, &setting(4, 0x8000_0000)), Goaway(&[FLOW])),
        ("6.5.2 a frame size below the bound", frame(SETTINGS, 0, 0, &setting(5, 16_383)), Goaway(&[PROTOCOL])),
        ("6.5.2 a frame size above the bound", frame(SETTINGS, 0, 0, &setting(5, 0x0100_0000)), Goaway(&[PROTOCOL])),
        ("6.5.2 an unknown setting", frame(SETTINGS, 0, 0, &setting(0xff, 1)), Alive),
        ("6.5.3 the last value counts", frame(SETTINGS, 0, 0, &[setting(4, 100), setting(4, 1)].concat()), Alive),
        (
            "6.6 PUSH_PROMISE from a client",
            frame(PUSH_PROMISE, END_HEADERS, 1, &[&2u32.to_be_bytes()[..], &head.block()].concat()),
            Goaway(&[PROTOCOL]),
        ),
        ("6.7 PING of six bytes", frame(PING, 0, 0, b"sixsix"), Goaway(&[SIZE])),
        ("6.7 PING on a stream", frame(PING, 0, 1, b"eightby!"), Goaway(&[PROTOCOL])),
        ("6.7 an answer that nobody asked for", frame(PING, ACK, 0, b"eightby!"), Alive),
        ("6.8 GOAWAY on a stream", frame(GOAWAY, 0, 1, &[0; 8]), Goaway(&[PROTOCOL])),
        ("6.9 a window that grows by nothing", frame(WINDOW_UPDATE, 0, 0, &[0; 4]), Goaway(&[PROTOCOL])),
        ("6.9 a stream's window that grows by nothing", [open.clone(), frame(WINDOW_UPDATE, 0, 1, &[0; 4])].concat(), Reset(&[PROTOCOL])),
        ("6.9 WINDOW_UPDATE of three bytes", frame(WINDOW_UPDATE, 0, 0, &[0, 0, 1]), Goaway(&[SIZE])),
        (
            "6.9.1 a window beyond the bound",
            [frame(WINDOW_UPDATE, 0, 0, &much), frame(WINDOW_UPDATE, 0, 0, &much)].concat(),
            Goaway(&[FLOW]),
        ),
        ("6.9.1 a stream's window beyond the bound", [open.clone(), frame(WINDOW_UPDATE, 0, 1, &much)].concat(), Reset(&[FLOW])),
        (
            "6.10 CONTINUATION on stream 0",
            [frame(HEADERS, END_STREAM, 1, &head.block()), frame(CONTINUATION, END_HEADERS, 0, b"")].concat(),
            Goaway(&[PROTOCOL]),
        ),
        ("6.10 CONTINUATION behind a whole block", [open.clone(), frame(CONTINUATION, END_HEADERS, 1, b"")].concat(), Goaway(&[PROTOCOL])),
        (
            "6.10 CONTINUATION behind DATA",
            [open, frame(DATA, 0, 1, b"x"), frame(CONTINUATION, END_HEADERS, 1, b"")].concat(),
            Goaway(&[PROTOCOL]),
        ),
        (
            "6.10 a head in three pieces",
            [
                frame(HEADERS, END_STREAM, 1, &head.block()[..9]),
                frame(CONTINUATION, 0, 1, &head.block()[9..30]),
                frame(CONTINUATION, END_HEADERS, 1, &head.block()[30..]),
            ]
            .concat(),
            Answer("404"),
        ),
    ]
}

/// Requests: RFC 9113 section 8. All of them have a head that can be read, and so a record.
fn requests(head: &Head<'_>) -> Vec<(&'static str, Vec<u8>, Want)> {
    use Want::{Answer, Refused, Reset};
    let malformed = Reset(&[PROTOCOL]);
    let asked = |block: Vec<u8>| frame(HEADERS, WHOLE, 1, &block);
    let behind = |fields: &[(&str, &str)], body: &[&[u8]]| {
        let mut bytes = frame(HEADERS, END_HEADERS, 1, &head.post(fields));
        for (index, piece) in body.iter().enumerate() {
            bytes.extend(frame(DATA, u8::from(index + 1 == body.len()), 1, piece));
        }
        bytes
    };
    let open = frame(HEADERS, END_HEADERS, 1, &head.post(&[]));
    vec![
        (
            "8.1 trailers that do not end the stream",
            [open.clone(), frame(DATA, 0, 1, b"x"), frame(HEADERS, END_HEADERS, 1, &block(&[("x", "y")]))].concat(),
            malformed,
        ),
        (
            "8.1 trailers with a pseudo-field",
            [open, frame(DATA, 0, 1, b"x"), frame(HEADERS, WHOLE, 1, &block(&[(":method", "GET")]))].concat(),
            malformed,
        ),
        ("8.2 an upper-case name", asked(head.with(&[("X-Upper", "y")])), malformed),
        ("8.2.1 a name with a blank", asked(head.with(&[("x y", "z")])), malformed),
        ("8.2.1 a name with a colon", asked(head.with(&[("x:y", "z")])), malformed),
        ("8.2.1 an empty name", asked(head.with(&[("", "z")])), Reset(&[PROTOCOL, COMPRESSION])),
        ("8.2.1 a value with LF", asked(head.with(&[("x", "y\nz")])), malformed),
        ("8.2.1 a value with CR", asked(head.with(&[("x", "y\rz")])), malformed),
        ("8.2.1 a value with NUL", asked(head.with(&[("x", "y\0z")])), malformed),
        ("8.2.1 a value with a blank before it", asked(head.with(&[("x", " y")])), Refused("400")),
        ("8.2.1 a value with a blank behind it", asked(head.with(&[("x", "y\t")])), Refused("400")),
        ("8.2.2 connection", asked(head.with(&[("connection", "keep-alive")])), malformed),
        ("8.2.2 keep-alive", asked(head.with(&[("keep-alive", "timeout=5")])), malformed),
        ("8.2.2 proxy-connection", asked(head.with(&[("proxy-connection", "keep-alive")])), malformed),
        ("8.2.2 transfer-encoding", asked(head.with(&[("transfer-encoding", "chunked")])), malformed),
        ("8.2.2 upgrade", asked(head.with(&[("upgrade", "h2c")])), malformed),
        ("8.2.2 te other than trailers", asked(head.with(&[("te", "trailers, deflate")])), malformed),
        ("8.2.2 te: trailers", asked(head.with(&[("te", "trailers")])), Answer("404")),
        ("8.3 an unknown pseudo-field", asked(head.with(&[(":what", "x")])), malformed),
        ("8.3 a pseudo-field of answers", asked(head.with(&[(":status", "200")])), malformed),
        ("8.3 a pseudo-field behind a field", asked([block(&[("x", "y")]), head.block()].concat()), malformed),
        ("8.3.1 no :method", asked(head.instead(":method", None)), malformed),
        ("8.3.1 no :scheme", asked(head.instead(":scheme", None)), malformed),
        ("8.3.1 two :method", asked([block(&[(":method", "GET")]), head.block()].concat()), malformed),
        ("8.3.1 two :scheme", asked([block(&[(":scheme", "https")]), head.block()].concat()), malformed),
        ("8.3.1 two :authority", asked([block(&[(":authority", "other.test")]), head.block()].concat()), malformed),
        ("8.3.1 :authority and host that differ", asked(head.with(&[("host", "other.test")])), Refused("400")),
        ("8.3.1 host twice", asked(head.with(&[("host", head.place), ("host", head.place)])), Refused("400")),
        ("8.3.1 host alike", asked(head.with(&[("host", head.place)])), Answer("404")),
        ("8.3.1 userinfo in :authority", asked(head.instead(":authority", Some("user@site.test"))), Refused("400")),
        ("8.3.1 neither :authority nor host", asked(head.instead(":authority", None)), Refused("400")),
        ("8.3.1 :scheme of something else", asked(head.instead(":scheme", Some("ftp"))), Refused("501")),
        ("8.5 CONNECT with :path", asked(head.instead(":method", Some("CONNECT"))), malformed),
        ("8.1.1 DATA longer than content-length", behind(&[("content-length", "1")], &[b"four"]), malformed),
        ("8.1.1 DATA shorter than content-length", behind(&[("content-length", "9")], &[b"four"]), malformed),
        ("8.1.1 pieces longer than content-length", behind(&[("content-length", "5")], &[b"four", b"four"]), malformed),
        ("8.1.1 content-length and no DATA", frame(HEADERS, WHOLE, 1, &head.post(&[("content-length", "5")])), malformed),
        ("8.1.1 two content-length", behind(&[("content-length", "4"), ("content-length", "4")], &[b"four"]), Refused("400")),
        ("8.1.1 content-length with a sign", behind(&[("content-length", "+4")], &[b"four"]), Refused("400")),
        ("8.1.1 an expectation of something else", asked(head.with(&[("expect", "200-ok")])), Answer("417")),
        ("8.1.1 TRACE", asked(head.instead(":method", Some("TRACE"))), Answer("403")),
    ]
}

/// HPACK: RFC 7541. What stands before the fault is in the log.
fn hpack(head: &Head<'_>) -> Vec<(&'static str, Vec<u8>, Want)> {
    let asked = |more: &[u8]| frame(HEADERS, WHOLE, 1, &[&head.block(), more].concat());
    let broken = Want::Goaway(&[COMPRESSION]);
    vec![
        ("7541 2.3.3 an index beyond the table", asked(&[0xff, 0x20]), broken),
        ("7541 6.1 index 0", asked(&[0x80]), broken),
        ("7541 5.1 a number without end", asked(&[0xff, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01]), broken),
        ("7541 5.1 a number that breaks off", asked(&[0xff]), broken),
        ("7541 5.2 a string that breaks off", asked(&[0x00, 0x05, b'x']), broken),
        ("7541 5.2 padding longer than 7 bits", asked(&[0x00, 0x82, 0x1f, 0xff, 0x01, b'y']), broken),
        ("7541 5.2 padding of zeros", asked(&[0x00, 0x81, 0x18, 0x01, b'y']), broken),
        ("7541 5.2 the end mark in a string", asked(&[0x00, 0x84, 0xff, 0xff, 0xff, 0xff, 0x01, b'y']), broken),
        ("7541 6.3 a table above what was announced", frame(HEADERS, WHOLE, 1, &[&[0x3f, 0xe2, 0x1f][..], &head.block()].concat()), broken),
        (
            "7541 6.3 a table as announced",
            frame(HEADERS, WHOLE, 1, &[&[0x20, 0x3f, 0xe1, 0x1f][..], &head.block()].concat()),
            Want::Answer("404"),
        ),
        ("7541 4.2 a table that changes behind a field", asked(&[0x20]), broken),
        ("7541 2.3.2 a field that is kept is found again", two(head), Want::Answer("404")),
    ]
}

/// Two requests of which the second names the fields of the first.
fn two(head: &Head<'_>) -> Vec<u8> {
    let mut kept = vec![0x82, 0x87, 0x41, head.place.len() as u8];
    kept.extend_from_slice(head.place.as_bytes());
    kept.extend([0x44, head.path.len() as u8]);
    kept.extend_from_slice(head.path.as_bytes());
    [frame(HEADERS, WHOLE, 1, &kept), frame(HEADERS, WHOLE, 3, &[0x82, 0x87, 0xbf, 0xbe])].concat()
}

fn cases(place: &str, door: &str) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut number = 0;
    for (from, readable) in [(framing as fn(&Head<'_>) -> _, false), (requests, true), (hpack, true)] {
        let count = from(&Head { place, path: String::new() }).len();
        for index in 0..count {
            number += 1;
            let path = format!("/case-{door}-{number}-");
            let (name, bytes, want) = from(&Head { place, path: path.clone() }).swap_remove(index);
            let has_path = bytes.windows(path.len()).any(|window| window == path.as_bytes());
            // Nothing of these can be read before the fault, or the target is the authority.
            let unread = name.contains("a table above") || name.contains("CONNECT");
            let logged = (readable && has_path && !unread).then_some(path);
            cases.push(Case { name, bytes, want, logged });
        }
    }
    cases
}

fn good(want: Want, seen: &Seen) -> bool {
    match want {
        Want::Alive => seen.pongs > 0 && seen.goaway.is_none(),
        Want::Goaway(codes) => seen.goaway.is_some_and(|code| codes.contains(&code)),
        Want::Reset(codes) => {
            seen.resets.iter().any(|(_, code)| codes.contains(code)) || seen.goaway.is_some_and(|code| codes.contains(&code))
        }
        Want::Refused(status) => {
            seen.answers.iter().any(|(_, given)| given == status) || seen.resets.iter().any(|(_, code)| *code == PROTOCOL)
        }
        Want::Answer(status) => seen.answers.iter().any(|(_, given)| given == status),
    }
}

/// Runs every case on a connection of its own; gives the faults.
fn run(scene: &Scene, door: &str, connect: impl Fn() -> Wire) -> (usize, Vec<String>) {
    let place = scene.place("site.test");
    let cases = cases(&place, door);
    let mut faults = Vec::new();
    for case in &cases {
        let mut wire = connect();
        wire.begin();
        wire.send(&case.bytes);
        let mut seen = wire.probe();
        let more = match case.want {
            Want::Alive | Want::Goaway(_) => None,
            Want::Reset(_) | Want::Refused(_) | Want::Answer(_) => Some(case.want),
        };
        if let Some(want) = more.filter(|want| !good(*want, &seen)) {
            let later = wire.watch(Duration::from_secs(10), |later| good(want, later) || later.goaway.is_some());
            seen.answers.extend(later.answers);
            seen.resets.extend(later.resets);
            seen.goaway = seen.goaway.or(later.goaway);
        }
        if !good(case.want, &seen) {
            faults.push(format!("{door}: {}: wanted {:?}, saw {seen:?}", case.name, case.want));
        }
    }
    let log = scene.world.log();
    for case in &cases {
        if let Some(path) = &case.logged
            && !log.contains(path.as_str())
        {
            faults.push(format!("{door}: {}: {path} has no record", case.name));
        }
    }
    (cases.len(), faults)
}

#[test]
fn every_case_is_answered_as_the_rfcs_say_at_both_doors_and_has_a_record() {
    let scene = Scene::new();
    let (inside, mut faults) = run(&scene, "inside", || scene.opened("site.test"));
    let (outside, more) = run(&scene, "door", || scene.at_door());
    faults.extend(more);
    assert!(faults.is_empty(), "{} faults in {} cases:\n{}", faults.len(), inside + outside, faults.join("\n"));
    assert!(inside >= 60 && inside == outside, "{inside} cases");
    assert!(scene.world.origin.faults().is_empty() && scene.secure.faults().is_empty());
}

#[test]
fn a_preface_that_is_none_ends_the_connection() {
    let scene = Scene::new();
    for mut wire in [scene.opened("site.test"), scene.at_door()] {
        wire.send(b"INVALID CONNECTION PREFACE\r\n\r\n");
        let seen = wire.watch(Duration::from_secs(10), |seen| seen.goaway.is_some());
        assert!(seen.goaway == Some(PROTOCOL) || seen.closed, "{seen:?}");
    }
}
