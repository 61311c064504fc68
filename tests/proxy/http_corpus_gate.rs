//! The gate alone: the same bytes in any pieces give the same facts, faults and bytes; time-outs, tunnels, interim answers.

use crate::strict::strict_corpus::{Step, corpus};
use crate::strict::strict_run::replace;
use lifeguard::proxy::strict::{
    Asked, BodyFault, BodyFaultKind, ClientGate, GateLimits, HeadFaultKind, InFlight, Mailbox, ResponseTo, ServerGate,
};
use proptest::prelude::*;
use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};

/// A stream that gives its bytes in fixed pieces, then ends.
struct Pieces(VecDeque<Vec<u8>>);

impl AsyncRead for Pieces {
    fn poll_read(mut self: Pin<&mut Self>, _: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if let Some(mut piece) = self.0.pop_front() {
            let rest = piece.split_off(piece.len().min(buffer.remaining()));
            buffer.put_slice(&piece);
            if !rest.is_empty() {
                self.0.push_front(rest);
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Pieces {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(bytes.len()))
    }
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

fn pieces(bytes: &[u8], cuts: &[usize]) -> Pieces {
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % (bytes.len() + 1)).collect();
    cuts.sort_unstable();
    let mut result = VecDeque::new();
    let mut from = 0;
    for to in cuts.into_iter().chain([bytes.len()]) {
        if to > from {
            result.push_back(bytes[from..to].to_vec());
            from = to;
        }
    }
    Pieces(result)
}

/// All that a gate made of some bytes.
#[derive(Debug, Default, PartialEq)]
struct Made {
    facts: Vec<String>,
    passed: Vec<u8>,
    fault: Option<String>,
    left: Option<Vec<u8>>,
}

/// Reads to the end. The requests count as being answered until then.
fn through_server(stream: Pieces, room: usize) -> Made {
    let mailbox = Mailbox::new();
    // How much comes at once is the one thing that does depend on the pieces.
    let limits = Arc::new(GateLimits { pipelined: u16::MAX, ..GateLimits::default() });
    let mut gate = ServerGate::new(stream, limits, Arc::clone(&mailbox));
    let mut context = Context::from_waker(Waker::noop());
    let (mut made, mut flying): (Made, Vec<InFlight>) = (Made::default(), Vec::new());
    let mut bytes = vec![0; room];
    loop {
        let mut buffer = ReadBuf::new(&mut bytes);
        let polled = Pin::new(&mut gate).poll_read(&mut context, &mut buffer);
        while let Some((facts, flight)) = mailbox.take() {
            let (method, target, host) = (facts.method(), facts.target(), facts.host());
            let fault = facts.fault.map(|fault| (fault.kind, fault.offset));
            let understood = facts.fault.is_none().then_some((facts.raw_len, facts.version, facts.is_connect, facts.wants_upgrade));
            made.facts.push(format!("{method:?} {target:?} {host:?} {fault:?} {understood:?}"));
            flying.push(flight);
        }
        match polled {
            Poll::Ready(Ok(())) if !buffer.filled().is_empty() => made.passed.extend_from_slice(buffer.filled()),
            Poll::Ready(Ok(())) | Poll::Pending => break,
            Poll::Ready(Err(error)) => {
                made.fault = Some(error.to_string());
                break;
            }
        }
    }
    if made.fault.is_none() {
        made.left = Some(gate.into_inner().1.to_vec());
    }
    made
}

fn through_client(stream: Pieces, room: usize) -> Made {
    let asked = Asked::new();
    asked.expect(ResponseTo::Other);
    let mut gate = ClientGate::new(stream, Arc::new(GateLimits::default()), Arc::clone(&asked));
    let mut context = Context::from_waker(Waker::noop());
    let mut made = Made::default();
    let mut bytes = vec![0; room];
    loop {
        let mut buffer = ReadBuf::new(&mut bytes);
        match Pin::new(&mut gate).poll_read(&mut context, &mut buffer) {
            Poll::Ready(Ok(())) if !buffer.filled().is_empty() => made.passed.extend_from_slice(buffer.filled()),
            Poll::Ready(Ok(())) | Poll::Pending => break,
            Poll::Ready(Err(error)) => {
                made.fault = Some(error.to_string());
                break;
            }
        }
    }
    made.facts.push(format!("{:?}", asked.last_fault()));
    made
}

/// What the clients of the corpus send, the longest ones left out.
static INPUTS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let sent = |step: Step| if let Step::Send(bytes) = step { replace(&bytes, b"{O}", b"127.0.0.1:8080") } else { Vec::new() };
    corpus()
        .into_iter()
        .map(|case| case.steps.into_iter().flat_map(sent).collect::<Vec<u8>>())
        .filter(|bytes| bytes.len() < 20_000)
        .collect()
});

#[test]
fn every_case_gives_the_same_byte_by_byte_as_in_one_piece() {
    for input in INPUTS.iter() {
        let whole = through_server(pieces(input, &[]), 400_000);
        let drip: Vec<usize> = (0..input.len()).collect();
        assert_eq!(through_server(pieces(input, &drip), 8_192), whole, "{:?}", String::from_utf8_lossy(input));
        assert_eq!(through_server(pieces(input, &[]), 1), whole, "one byte of room for {:?}", String::from_utf8_lossy(input));
    }
    for answer in corpus().into_iter().filter_map(|case| case.answer) {
        let whole = through_client(pieces(&answer, &[]), 400_000);
        let drip: Vec<usize> = (0..answer.len()).collect();
        assert_eq!(through_client(pieces(&answer, &drip), 8_192), whole, "{:?}", String::from_utf8_lossy(&answer));
        assert_eq!(through_client(pieces(&answer, &[]), 1), whole);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn requests_in_any_pieces_give_the_same(
        picks in prop::collection::vec(any::<prop::sample::Index>(), 1..4),
        cuts in prop::collection::vec(any::<usize>(), 0..12),
        room in 1_usize..600,
    ) {
        let input: Vec<u8> = picks.iter().flat_map(|pick| pick.get(&INPUTS[..]).clone()).collect();
        prop_assert_eq!(through_server(pieces(&input, &cuts), room), through_server(pieces(&input, &[]), 400_000));
    }

    #[test]
    fn any_bytes_in_any_pieces_give_the_same_and_never_break_the_gate(
        input in prop::collection::vec(prop_oneof![Just(b'\r'), Just(b'\n'), Just(b' '), Just(b':'), Just(b'G'), Just(b'/'), any::<u8>()], 0..300),
        cuts in prop::collection::vec(any::<usize>(), 0..12),
        room in 1_usize..64,
    ) {
        prop_assert_eq!(through_server(pieces(&input, &cuts), room), through_server(pieces(&input, &[]), 400_000));
        prop_assert_eq!(through_client(pieces(&input, &cuts), room), through_client(pieces(&input, &[]), 400_000));
    }
}

fn short() -> Arc<GateLimits> {
    let moment = Duration::from_millis(60);
    Arc::new(GateLimits {
        first_byte: moment,
        head_time: moment,
        idle: moment,
        body_idle: moment,
        write_stall: moment,
        linger: moment,
        ..GateLimits::default()
    })
}

const GET: &[u8] = b"GET http://a.test/b HTTP/1.1\r\nHost: a.test\r\n\r\n";

#[tokio::test]
async fn a_client_that_says_nothing_is_let_go_without_a_word() {
    let (_client, server) = tokio::io::duplex(4096);
    let mailbox = Mailbox::new();
    let mut gate = ServerGate::new(server, short(), Arc::clone(&mailbox));
    let started = std::time::Instant::now();
    assert_eq!(gate.read(&mut [0; 100]).await.expect("an end"), 0);
    assert!(started.elapsed() >= Duration::from_millis(60));
    assert!(mailbox.take().is_none());
}

#[tokio::test]
async fn a_head_that_does_not_end_is_refused_as_too_slow() {
    let (mut client, server) = tokio::io::duplex(4096);
    let mailbox = Mailbox::new();
    let mut gate = ServerGate::new(server, short(), Arc::clone(&mailbox));
    client.write_all(b"GET /slow HTTP/1.1\r\nHost: a").await.expect("sent");
    let mut room = [0; 200];
    let count = gate.read(&mut room).await.expect("a stand-in");
    assert!(room[..count].starts_with(b"GET / HTTP/1.1\r\nhost: refused.invalid\r\nconnection: close\r\n\r\n"));
    let (facts, _flying) = mailbox.take().expect("facts");
    assert_eq!(facts.fault.map(|fault| fault.kind), Some(HeadFaultKind::TooSlow));
    assert_eq!((facts.method(), facts.target()), (&b"GET"[..], &b"/slow"[..]));
    assert!(facts.refused_bytes().ends_with(b"Host: a"));
}

#[tokio::test]
async fn a_slow_drip_does_not_stretch_the_time_for_a_head() {
    let (mut client, server) = tokio::io::duplex(4096);
    let mailbox = Mailbox::new();
    let mut gate = ServerGate::new(server, short(), Arc::clone(&mailbox));
    let dripping = tokio::spawn(async move {
        client.write_all(b"GET / HTTP/1.1\r\nA: ").await.expect("sent");
        while client.write_all(b"b").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    let started = std::time::Instant::now();
    let count = gate.read(&mut [0; 200]).await.expect("a stand-in");
    assert!(count > 0 && started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    assert_eq!(mailbox.take().expect("facts").0.fault.map(|fault| fault.kind), Some(HeadFaultKind::TooSlow));
    dripping.abort();
}

#[tokio::test]
async fn idle_time_counts_from_the_end_of_the_answer_only() {
    let (mut client, server) = tokio::io::duplex(4096);
    let mailbox = Mailbox::new();
    let mut gate = ServerGate::new(server, short(), Arc::clone(&mailbox));
    client.write_all(GET).await.expect("sent");
    let mut room = [0; 200];
    let count = gate.read(&mut room).await.expect("a head");
    assert_eq!(&room[..count], b"GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
    let (_facts, flying) = mailbox.take().expect("facts");
    let waited = tokio::time::timeout(Duration::from_millis(250), gate.read(&mut room)).await;
    assert!(waited.is_err(), "cut off while the answer was being given");
    drop(flying);
    let started = std::time::Instant::now();
    assert_eq!(gate.read(&mut room).await.expect("an end"), 0);
    assert!(started.elapsed() >= Duration::from_millis(55), "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_body_that_stops_is_cut_off() {
    let (mut client, server) = tokio::io::duplex(4096);
    let mailbox = Mailbox::new();
    let mut gate = ServerGate::new(server, short(), Arc::clone(&mailbox));
    client.write_all(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhell").await.expect("sent");
    let mut room = [0; 200];
    assert!(gate.read(&mut room).await.expect("head and part") > 0);
    let error = gate.read(&mut room).await.expect_err("cut off");
    assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    assert_eq!(BodyFault::within(&error).map(|fault| fault.kind), Some(BodyFaultKind::TooSlow));
    assert_eq!(mailbox.body_fault().map(|fault| fault.kind), Some(BodyFaultKind::TooSlow));
}

#[tokio::test]
async fn a_client_that_takes_nothing_is_cut_off() {
    let (_client, server) = tokio::io::duplex(16);
    let mut gate = ServerGate::new(server, short(), Mailbox::new());
    let error = gate.write_all(&[0; 1000]).await.expect_err("cut off");
    assert_eq!(error.kind(), io::ErrorKind::TimedOut);
}

#[tokio::test]
async fn bytes_behind_connect_stay_in_the_gate_until_it_is_taken_apart() {
    let (mut client, server) = tokio::io::duplex(4096);
    let mailbox = Mailbox::new();
    let mut gate = ServerGate::new(server, Arc::default(), Arc::clone(&mailbox));
    client.write_all(b"CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("sent");
    let mut room = [0; 200];
    let count = gate.read(&mut room).await.expect("a head");
    assert_eq!(&room[..count], b"CONNECT x HTTP/1.1\r\nHost: a.test:443\r\n\r\n");
    let (facts, flying) = mailbox.take().expect("facts");
    assert!(facts.is_connect && facts.fault.is_none());
    assert_eq!(facts.target(), b"a.test:443");
    drop(flying);
    client.write_all(b"more").await.expect("sent");
    assert!(tokio::time::timeout(Duration::from_millis(50), gate.read(&mut room)).await.is_err());
    assert!(mailbox.take().is_none(), "bytes of a tunnel became a request");
    let (_stream, held) = gate.into_inner();
    assert_eq!(held, "GET / HTTP/1.1\r\nHost: x\r\n\r\nmore");
}

#[tokio::test]
async fn an_opened_tunnel_passes_bytes_unread() {
    let (mut client, server) = tokio::io::duplex(4096);
    let mailbox = Mailbox::new();
    let mut gate = ServerGate::new(server, Arc::default(), Arc::clone(&mailbox));
    let upgrade = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Upgrade\r\nUpgrade: WebSocket\r\n\r\n";
    client.write_all(&[&upgrade[..], b"\x81\x00early"].concat()).await.expect("sent");
    let mut room = [0; 200];
    assert!(gate.read(&mut room).await.expect("a head") > 0);
    assert!(mailbox.take().expect("facts").0.wants_upgrade);
    let opened = Arc::clone(&mailbox);
    let opening = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(20)).await;
        opened.open_raw();
    });
    let count = gate.read(&mut room).await.expect("held bytes");
    assert_eq!(&room[..count], b"\x81\x00early");
    client.write_all(b"\r\n\0late").await.expect("sent");
    let count = gate.read(&mut room).await.expect("bytes");
    assert_eq!(&room[..count], b"\r\n\0late");
    opening.await.expect("opened");
}

#[tokio::test]
async fn behind_an_upgrade_that_is_not_granted_only_later_bytes_are_a_request() {
    for early in [false, true] {
        let (mut client, server) = tokio::io::duplex(4096);
        let mailbox = Mailbox::new();
        let mut gate = ServerGate::new(server, short(), Arc::clone(&mailbox));
        client.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n").await.expect("sent");
        let mut room = [0; 200];
        assert!(gate.read(&mut room).await.expect("a head") > 0);
        let (_facts, flying) = mailbox.take().expect("facts");
        if early {
            client.write_all(GET).await.expect("sent");
            assert!(tokio::time::timeout(Duration::from_millis(20), gate.read(&mut room)).await.is_err());
        }
        drop(flying);
        client.write_all(GET).await.expect("sent");
        let count = gate.read(&mut room).await.expect("a request or an end");
        assert_eq!((count > 0, mailbox.take().is_some()), (!early, !early), "early: {early}");
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_or_cut() {
    let limits = Arc::new(GateLimits { body: 4, ..GateLimits::default() });
    for (input, refused) in [
        (&b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"[..], true),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", false),
    ] {
        let mailbox = Mailbox::new();
        let mut gate = ServerGate::new(pieces(input, &[]), Arc::clone(&limits), Arc::clone(&mailbox));
        let mut room = [0; 500];
        assert!(gate.read(&mut room).await.expect("something") > 0);
        let fault = mailbox.take().expect("facts").0.fault.map(|fault| fault.kind);
        assert_eq!(fault == Some(HeadFaultKind::BodyTooLarge), refused);
        if !refused {
            let error = gate.read(&mut room).await.expect_err("cut");
            assert_eq!(BodyFault::within(&error).map(|fault| fault.kind), Some(BodyFaultKind::TooLarge));
        }
    }
}

#[test]
fn an_idle_gate_is_small() {
    let size = size_of::<ServerGate<tokio::net::TcpStream>>() + size_of::<Mailbox>();
    assert!(size < 700, "{size} bytes");
}
