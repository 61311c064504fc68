//! The gate under the protocol library, in motion: interim answers, tunnels, refusals that arrive, clients that leave.

use crate::strict::strict_answers::read;
use crate::strict::strict_origin::StrictOrigin;
use crate::strict_mini::MiniProxy;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use lifeguard::proxy::strict::{GateLimits, Mailbox, ServerGate};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::net::TcpStream;

const GET: &[u8] = b"GET / HTTP/1.1\r\nHost: a.test\r\n\r\n";
const HINTS: &[u8] = b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n";

/// Serves one in-memory connection; the handler gives hints, waits, and answers with its own number.
fn serve_with_hints(room: usize, wait: Duration, limits: GateLimits) -> DuplexStream {
    let (client, server) = tokio::io::duplex(room);
    let mailbox = Mailbox::new();
    let gate = ServerGate::new(server, Arc::new(limits), Arc::clone(&mailbox));
    let service = hyper::service::service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let mailbox = Arc::clone(&mailbox);
        async move {
            let (facts, _flying) = mailbox.take().expect("facts");
            if let Some(fault) = facts.fault {
                return hyper::Response::builder().status(fault.kind.status()).body(Full::new(Bytes::new()));
            }
            // From another task, as a connection to an origin would.
            let other = Arc::clone(&mailbox);
            tokio::spawn(async move { other.send_interim(Bytes::from_static(HINTS)) }).await.expect("sent");
            tokio::time::sleep(wait).await;
            let body = request.into_body().collect().await.map(|body| body.to_bytes()).unwrap_or_default();
            hyper::Response::builder().body(Full::new([&b"x".repeat(300)[..], &body].concat().into()))
        }
    });
    tokio::spawn(async move { hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(gate), service).await });
    client
}

/// Reads until nothing has come for a while.
async fn all(client: &mut (impl AsyncReadExt + Unpin)) -> Vec<u8> {
    let mut bytes = Vec::new();
    while let Ok(Ok(count)) = tokio::time::timeout(Duration::from_millis(150), client.read_buf(&mut bytes)).await {
        if count == 0 {
            break;
        }
    }
    bytes
}

#[tokio::test]
async fn an_interim_answer_goes_out_while_the_final_one_is_awaited() {
    let mut client = serve_with_hints(1 << 16, Duration::from_millis(900), GateLimits::default());
    client.write_all(GET).await.expect("sent");
    assert_eq!(all(&mut client).await, HINTS, "before the final answer");
    tokio::time::sleep(Duration::from_millis(900)).await;
    let rest = read(&all(&mut client).await, false, false);
    assert_eq!((rest.finals.len(), rest.interims.len(), rest.wrong), (1, 0, None));
}

#[tokio::test]
async fn interim_answers_stand_between_answers_and_never_inside_one() {
    for room in [1 << 16, 64, 7] {
        let mut client = serve_with_hints(room, Duration::ZERO, GateLimits::default());
        client.write_all(&GET.repeat(5)[..room.min(5 * GET.len())]).await.expect("sent");
        let (mut reading, mut writing) = tokio::io::split(client);
        let sending = tokio::spawn(async move {
            if room < 5 * GET.len() {
                writing.write_all(&GET.repeat(5)[room..]).await.expect("sent");
            }
            writing
        });
        let answers = read(&all(&mut reading).await, false, false);
        assert_eq!((answers.finals.len(), answers.wrong), (5, None), "room {room}");
        assert!(answers.finals.iter().all(|answer| answer.whole && answer.body.len() == 300));
        assert!(answers.interims.iter().all(|status| *status == 103) && answers.interims.len() <= 5);
        if room == 1 << 16 {
            assert_eq!(answers.interims.len(), 5);
        }
        drop(sending);
    }
}

#[tokio::test]
async fn the_library_says_go_on_when_the_body_is_wanted() {
    let mut client = serve_with_hints(1 << 16, Duration::ZERO, GateLimits::default());
    client.write_all(b"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n").await.expect("sent");
    let before = read(&all(&mut client).await, false, false);
    assert_eq!(before.interims, [103, 100]);
    client.write_all(b"hello").await.expect("sent");
    assert!(all(&mut client).await.ends_with(b"hello"));
}

#[tokio::test]
async fn a_connect_becomes_a_tunnel_with_the_bytes_that_came_early() {
    let origin = StrictOrigin::start(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npong", false).await;
    let proxy = MiniProxy::start(GateLimits::default(), false).await;
    let mut client = TcpStream::connect(proxy.address).await.expect("connected");
    let early = "GET /early HTTP/1.1\r\nHost: a.test\r\nVia: 1.1 x\r\n\r\n";
    client.write_all(format!("CONNECT {0} HTTP/1.1\r\nHost: {0}\r\n\r\n{early}", origin.address).as_bytes()).await.expect("sent");
    let seen = all(&mut client).await;
    let text = String::from_utf8_lossy(&seen);
    assert!(text.starts_with("HTTP/1.1 200") && text.ends_with("pong"), "{text}");
    client.write_all(early.replace("early", "late").as_bytes()).await.expect("sent");
    assert!(all(&mut client).await.ends_with(b"pong"));
    let book = origin.take();
    let targets: Vec<_> = book.whole.iter().map(|request| request.target.as_str()).collect();
    assert_eq!((targets, book.wrong.len()), (vec!["/early", "/late"], 0));
}

#[tokio::test]
async fn a_refusal_arrives_although_the_client_is_still_sending() {
    let proxy = MiniProxy::start(GateLimits::default(), false).await;
    let client = TcpStream::connect(proxy.address).await.expect("connected");
    let (mut reading, mut writing) = client.into_split();
    let sending = tokio::spawn(async move {
        let sent = writing.write_all(b"POST / HTTP/1.1\r\nHost: a b\r\nContent-Length: 300000\r\n\r\n").await;
        for _ in 0..300 {
            if writing.write_all(&[b'x'; 1000]).await.is_err() {
                break;
            }
            tokio::task::yield_now().await;
        }
        sent
    });
    let mut bytes = Vec::new();
    let result = tokio::time::timeout(Duration::from_secs(10), reading.read_to_end(&mut bytes)).await.expect("an end");
    assert!(bytes.starts_with(b"HTTP/1.1 400") && result.is_ok(), "{result:?} {:?}", String::from_utf8_lossy(&bytes));
    sending.abort();
}

#[tokio::test]
async fn a_connection_that_ends_leaves_the_facts_of_requests_that_were_never_answered() {
    let (mut client, server) = tokio::io::duplex(4096);
    let mailbox = Mailbox::new();
    let gate = ServerGate::new(server, Arc::default(), Arc::clone(&mailbox));
    let handled = Arc::clone(&mailbox);
    let service = hyper::service::service_fn(move |_| {
        let _facts = handled.take();
        async {
            Ok::<_, std::io::Error>(hyper::Response::builder().header("connection", "close").body(Full::<Bytes>::default()).expect("valid"))
        }
    });
    client.write_all(&[GET, b"BAD\r\n\r\n"].concat()).await.expect("sent");
    hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(gate), service).await.expect("served");
    let (facts, _flying) = mailbox.take().expect("the second head");
    assert!(facts.fault.is_some());
}
