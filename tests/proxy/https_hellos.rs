//! ClientHellos of every shape, through an opened and a sealed tunnel: the right verdict each (rule T6, standards AB1).

use crate::laboratory_support::Laboratory;
use crate::laboratory_support::certificates::{leaf, root};
use crate::laboratory_support::hellos::{Hello, post_quantum};
use crate::support::secure::tunnel;
use crate::support::{Origin, World};
use std::io::{Read, Write};

/// What is expected.
#[derive(Clone, Copy)]
enum Verdict {
    /// Somebody answers with a ServerHello.
    Served,
    /// The tunnel ends without a byte; the record gives this reason.
    Refused(&'static str),
}

use Verdict::{Refused, Served};

const SERVER_HELLO: u8 = 2;

/// A row: what it is, whom CONNECT names, the bytes, how many of them go at once, and what is expected.
type Row = (&'static str, &'static str, Vec<u8>, usize, Verdict);

fn table(host: &'static str) -> Vec<Row> {
    // X25519MLKEM768 (RFC-to-be of draft-ietf-tls-ecdhe-mlkem): its share alone is 1,216 bytes.
    assert!(post_quantum(host).windows(2).any(|pair| pair == [0x11, 0xec]) && post_quantum(host).len() > 1_216);
    const WHOLE: usize = usize::MAX;
    const RECORD: usize = 16_384;
    let plain = Hello::to(host);
    let largest = 65_000 - plain.message().len();
    vec![
        ("as it comes", host, plain.records(RECORD), WHOLE, Served),
        ("segments of one byte", host, plain.records(RECORD), 1, Served),
        ("records of one byte", host, plain.records(1), WHOLE, Served),
        ("records of 50 bytes, segments of 7", host, plain.records(50), 7, Served),
        ("64 KB", host, plain.clone().padded(largest).records(RECORD), 4096, Served),
        ("64 KB, records of 1 KB, segments of 1400", host, plain.clone().padded(largest).records(1024), 1400, Served),
        ("over 64 KB", host, two_paddings(&plain), 4096, Refused("tunnel-refused")),
        ("a post-quantum key share", host, post_quantum(host), WHOLE, Served),
        ("a post-quantum key share, segments of 100", host, post_quantum(host), 100, Served),
        ("no name", host, Hello::nameless().records(RECORD), WHOLE, Served),
        ("an address, no name", "127.0.0.1", Hello::nameless().records(RECORD), WHOLE, Served),
        ("an address, and a name that is open", "127.0.0.1", plain.records(RECORD), WHOLE, Served),
        ("an address, and a name that is blocked", "127.0.0.1", Hello::to("blocked.test").records(RECORD), WHOLE, Refused("category")),
        ("GREASE everywhere", host, plain.clone().greased().records(RECORD), WHOLE, Served),
        ("GREASE everywhere, segments of one byte", host, plain.clone().greased().records(RECORD), 1, Served),
        ("ECH with the right outer name", host, plain.clone().outer().records(RECORD), WHOLE, Served),
        ("ECH with another outer name", host, Hello::to("front.test").outer().records(RECORD), WHOLE, Refused("name-mismatch")),
        ("ECH without an outer name", host, Hello::nameless().outer().records(RECORD), WHOLE, Served),
        ("another name", host, Hello::to("other.test").records(RECORD), WHOLE, Refused("name-mismatch")),
        ("another name, records of one byte", host, Hello::to("other.test").records(1), 3, Refused("name-mismatch")),
        ("two names", host, plain.clone().and_to("other.test").records(RECORD), WHOLE, Refused("tunnel-refused")),
    ]
}

/// No extension holds more than 64 KB, and no list of them: what is longer must be refused by its stated length alone.
fn two_paddings(plain: &Hello) -> Vec<u8> {
    let mut message = plain.clone().padded(65_000 - plain.message().len()).message();
    message[1..4].copy_from_slice(&[1, 0, 1]);
    crate::laboratory_support::hellos::cut(&message, 16_384)
}

/// Sends it and reads what comes first.
fn first_answer(laboratory: &Laboratory, authority: &str, bytes: &[u8], at_once: usize) -> Vec<u8> {
    let (status, mut stream) = tunnel(laboratory.proxy.proxy, authority, None);
    assert!(status.contains(" 200"), "{authority}: {status}");
    stream.set_nodelay(true).unwrap();
    for part in bytes.chunks(at_once.min(bytes.len())) {
        // A refusal may come before the last part is out.
        if stream.write_all(part).is_err() {
            break;
        }
    }
    let (mut answer, mut byte) = (Vec::new(), [0; 1]);
    while answer.len() < 6 && stream.read(&mut byte).is_ok_and(|read| read == 1) {
        answer.push(byte[0]);
    }
    answer
}

fn check(host: &'static str, tls: &str) {
    let known = root("Lab root");
    let (chain, key) = leaf(&known, &["opened.test", "sealed.test", "127.0.0.1"], |_| {});
    let origin = Origin::start(Some(crate::laboratory_support::origin(chain, key)), |_| None);
    let world = World::new();
    world.write("root.pem", &known.pem());
    // These hellos end halfway, as a client's does that refuses our certificate: none of them may earn a way round.
    let sealed = if tls == "tunnel" { "sealed = [\"sealed.test\", \"127.0.0.1\"]" } else { "" };
    let tables = &format!("[https]\npass_after_refusals = 0\n{sealed}\n");
    let laboratory = Laboratory::start_with(world, &[origin.port()], "extra_roots = [\"root.pem\"]", tables);
    let rows = table(host);
    let answers: Vec<Vec<u8>> = rows
        .iter()
        .map(|(_, connect, bytes, at_once, _)| first_answer(&laboratory, &format!("{connect}:{}", origin.port()), bytes, *at_once))
        .collect();
    let world = laboratory.stop();
    let log = world.log();
    let records: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut connects: Vec<&serde_json::Value> =
        records.iter().filter(|row| row["method"] == "CONNECT" && row["parent"].is_null()).collect();
    connects.sort_by_key(|row| row["sequence"].as_u64());
    assert_eq!(connects.len(), rows.len(), "{log}");
    let mut faults = Vec::new();
    for (((what, _, _, _, verdict), answer), record) in rows.iter().zip(&answers).zip(connects) {
        let served = answer.first() == Some(&22) && answer.get(5) == Some(&SERVER_HELLO);
        let reason = record["outcome"]["reason"].as_str().unwrap_or("");
        let right = match verdict {
            Served => served && record["tls"] == tls,
            Refused(expected) => answer.is_empty() && reason == *expected,
        };
        println!("{what:44} {} {reason}", if served { "served " } else { "refused" });
        if !right {
            faults.push(format!("{what}: answer {answer:?}, record {record}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn hellos_of_every_shape_through_an_opened_tunnel() {
    check("opened.test", "opened");
}

#[test]
fn hellos_of_every_shape_through_a_sealed_tunnel() {
    check("sealed.test", "tunnel");
}
