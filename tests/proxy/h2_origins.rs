//! HTTP/2 towards origins, as the client and the origin see it (RFC 9113; rules T2, F3, F5, F10).

use crate::h2_support::origin::Serves;
use crate::h2_support::raw::{GOAWAY, HEADERS, RST_STREAM};
use crate::h2_support::scene::tls;
use crate::h2_support::{RawOrigin, Scene, StreamOrigin, frame};
use crate::support::answer::pattern;
use crate::support::client::{Reply, connect};
use crate::support::proxy::wait_until;
use crate::support::secure::{Secure, trusting};
use crate::support::{Authority, Origin};
use std::io::{Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

fn scene(serves: Serves) -> (StreamOrigin, Scene) {
    let authority = Authority::new();
    let origin = StreamOrigin::start(tls(&authority, &["h2"]), serves);
    let scene = Scene::before(origin.address, &authority);
    (origin, scene)
}

#[test]
fn a_request_is_said_in_the_words_of_http_2_and_its_answer_in_those_of_the_client() {
    let (origin, scene) = scene(Serves::default());
    let reply = scene.ask(
        "POST https://%/round?a=b HTTP/1.1\r\nHost: %\r\nTE: trailers, deflate\r\nConnection: close, x-hop\r\nX-Hop: 1\r\n\
         Keep-Alive: 5\r\nUpgrade: h2c\r\nProxy-Authorization: Basic eA==\r\nTransfer-Encoding: chunked\r\nX-Kept: yes\r\nCookie: a=1\r\n\r\n\
         5\r\nhello\r\n0\r\nX-Tail: sent\r\n\r\n",
    );
    assert_eq!(reply.status, 200, "{}", reply.head);
    assert_eq!(reply.field("alt-svc"), None, "no way round the proxy");
    assert_eq!(reply.field("proxy-authenticate"), None);
    assert_eq!(reply.field("x-kept"), Some("blanks around"));
    assert!(reply.head.contains("via: 2 far\r\nvia: 2 "), "{}", reply.head);
    let heard = origin.heard().remove(0);
    assert_eq!((&*heard.method, &*heard.uri), ("POST", &*format!("https://site.test:{}/round?a=b", scene.port)));
    assert_eq!(heard.body, b"hello");
    assert_eq!(heard.trailers.unwrap()["x-tail"], "sent");
    let mut names: Vec<&str> = heard.headers.keys().map(http::HeaderName::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["cookie", "te", "via", "x-kept"], "no host, no length, nothing of the hop");
    assert_eq!(heard.headers["te"], "trailers");
    assert!(heard.headers["via"].to_str().unwrap().starts_with("1.1 "));
    assert_eq!(scene.count("lifeguard_upstream_requests_total{version=\"2\"}"), "lifeguard_upstream_requests_total{version=\"2\"} 1");
}

#[test]
fn every_kind_of_answer_reaches_a_client_of_http_1() {
    let (origin, scene) = scene(Serves::default());
    for (request, status, body) in [
        ("GET https://%/ HTTP/1.1\r\n", 200, &b"hello in frames\n"[..]),
        ("HEAD https://%/bytes/5 HTTP/1.1\r\n", 200, b""),
        ("GET https://%/bytes/0 HTTP/1.1\r\n", 200, b""),
        ("GET https://%/no-content HTTP/1.1\r\n", 204, b""),
        ("GET https://%/not-modified HTTP/1.1\r\n", 304, b""),
        ("GET https://%/status/404 HTTP/1.1\r\n", 404, b""),
        ("GET https://%/status/599 HTTP/1.1\r\n", 599, b""),
        ("GET https://%/unannounced/5 HTTP/1.1\r\n", 200, b"abcde"),
        ("GET https://%/hints/8 HTTP/1.1\r\n", 200, b"hello in frames\n"),
        ("GET https://%/trailers HTTP/1.1\r\nTE: trailers\r\n", 200, b"with a tail"),
        ("GET https://%/trailers-only HTTP/1.1\r\n", 200, b""),
        ("POST https://%/echo HTTP/1.1\r\nContent-Length: 5\r\n", 200, b"hello"),
        ("POST https://%/echo HTTP/1.1\r\nContent-Length: 0\r\n", 200, b""),
        ("GET https://%/fields/80 HTTP/1.1\r\n", 200, b""),
        ("OPTIONS https://%/ HTTP/1.1\r\n", 200, b"hello in frames\n"),
        ("DELETE https://%/ HTTP/1.1\r\n", 200, b"hello in frames\n"),
    ] {
        let sent = if request.contains("Length: 5") { "hello" } else { "" };
        let bytes = scene.raw(&format!("{request}Host: %\r\nConnection: close\r\n\r\n{sent}"));
        let reply = Reply::read(&bytes);
        assert_eq!((reply.status, &*reply.body), (status, body), "{request}: {}", reply.head);
        if request.contains("HEAD") {
            assert_eq!(reply.field("content-length"), Some("5"));
        }
        if request.contains("hints") {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            assert_eq!(text.matches("HTTP/1.1 103 Early Hints\r\nlink: </style.css>").count(), 8, "{text}");
        }
        if request.contains("/trailers ") {
            assert!(bytes.ends_with(b"0\r\nx-tail: wagging\r\n\r\n"), "{}", String::from_utf8_lossy(&bytes));
        }
    }
    assert_eq!(origin.connections(), 1, "all on one connection");
}

#[test]
fn an_answer_that_breaks_the_rules_is_seen_to_be_broken_and_harms_no_other() {
    let (origin, scene) = scene(Serves::default());
    for path in ["/two-lengths", "/hints/11", "/fields/101", "/switch", "/status/600", "/reset"] {
        let reply = scene.get(path);
        assert_eq!(reply.status, 502, "{path}: {}", reply.head);
    }
    for path in ["/short", "/long", "/cut", "/bad-trailers"] {
        let bytes = scene.raw(&format!("GET https://%{path} HTTP/1.1\r\nHost: %\r\nConnection: close\r\n\r\n"));
        let reply = Reply::read(&bytes);
        let whole = match reply.field("content-length") {
            Some(length) => reply.body.len() == length.parse::<usize>().unwrap(),
            None => bytes.ends_with(b"0\r\n\r\n"),
        };
        assert!(reply.status == 502 || !whole, "{path}: {}", String::from_utf8_lossy(&bytes));
    }
    assert_eq!(scene.get("/").status, 200);
    assert_eq!(origin.connections(), 1, "the faults were those of streams");
}

#[test]
fn a_hundred_requests_at_once_share_one_connection() {
    let (origin, scene) = scene(Serves::default());
    assert_eq!(scene.get("/").status, 200);
    std::thread::scope(|scope| {
        for _ in 0..100 {
            scope.spawn(|| assert_eq!(scene.get("/together/60").status, 200));
        }
    });
    assert_eq!(origin.connections(), 1);
    assert!(origin.most() >= 60, "at once: {}", origin.most());
}

#[test]
fn no_more_are_asked_at_once_than_the_origin_allows() {
    let (origin, scene) = scene(Serves { streams: Some(4) });
    assert_eq!(scene.get("/").status, 200);
    std::thread::scope(|scope| {
        for _ in 0..12 {
            scope.spawn(|| assert_eq!(scene.get("/wait/700").status, 200));
        }
    });
    // Before the first SETTINGS of a connection are here nobody knows how many it allows: then some wait for a place on it.
    let (connections, most) = (origin.connections(), origin.most());
    assert!((2..=6).contains(&connections) && most > 4 && most <= 4 * connections, "{most} on {connections}");
}

#[test]
fn what_the_origin_refused_is_asked_again_with_its_body_and_not_for_ever() {
    let (origin, scene) = scene(Serves::default());
    let reply = scene.ask("POST https://%/refused-once HTTP/1.1\r\nHost: %\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello");
    assert_eq!(reply.status, 200, "{}", reply.head);
    let heard = origin.heard();
    assert_eq!((heard.len(), &*heard[1].body), (2, &b"hello"[..]), "{heard:?}");
    assert_eq!(scene.get("/refused").status, 502);
    assert!(origin.heard().len() <= 2 + 4);
    assert_eq!(scene.get("/reset").status, 502);
    assert_eq!(origin.heard().iter().filter(|heard| heard.uri.ends_with("/reset")).count(), 1, "it may have acted on this one");
}

#[test]
fn a_connection_that_the_origin_closes_is_finished_and_replaced() {
    let (origin, scene) = scene(Serves::default());
    std::thread::scope(|scope| {
        let slow = scope.spawn(|| scene.get("/wait/600"));
        std::thread::sleep(Duration::from_millis(200));
        assert_eq!(scene.get("/go-away").status, 200);
        assert_eq!(scene.get("/").status, 200);
        assert_eq!(slow.join().unwrap().status, 200, "what it had taken is finished");
    });
    assert_eq!(origin.connections(), 2);
}

#[test]
fn what_is_above_the_last_stream_of_a_goaway_is_asked_again() {
    let authority = Authority::new();
    let origin = RawOrigin::start(tls(&authority, &["h2"]), &[], |wire| {
        if wire.number == 0 {
            let asked = wire.until(HEADERS)?;
            wire.send(&frame(GOAWAY, 0, 0, &[0, 0, 0, 0, 0, 0, 0, 0]))?;
            assert_eq!(asked.stream, 1);
            return Ok(());
        }
        wire.serve(b"taken")
    });
    let scene = Scene::before(origin.address, &authority);
    let reply = scene.ask("POST https://%/x HTTP/1.1\r\nHost: %\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello");
    assert_eq!((reply.status, &*reply.body), (200, &b"taken"[..]), "{}", reply.head);
    assert_eq!(origin.connections(), 2);
}

#[test]
fn a_connection_that_broke_is_tried_again_for_what_may_be_asked_twice() {
    let authority = Authority::new();
    let origin = RawOrigin::start(tls(&authority, &["h2"]), &[], |wire| {
        if wire.number % 2 == 0 {
            let first = wire.until(HEADERS)?;
            wire.answer(first.stream, b"first")?;
            let _second = wire.until(HEADERS)?;
            return Ok(());
        }
        wire.serve(b"again")
    });
    let scene = Scene::before(origin.address, &authority);
    assert_eq!(scene.get("/").body, b"first");
    assert_eq!(scene.get("/").body, b"again");
    let posting = Scene::before(origin.address, &authority);
    assert_eq!(posting.get("/").body, b"first");
    let post = posting.ask("POST https://%/ HTTP/1.1\r\nHost: %\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello");
    assert_eq!(post.status, 502, "the origin may have acted on it: {}", post.head);
}

#[test]
fn a_dead_connection_is_noticed_and_left() {
    let authority = Authority::new();
    let origin = RawOrigin::start(tls(&authority, &["h2"]), &[], |wire| {
        if wire.number == 0 {
            let first = wire.until(HEADERS)?;
            wire.answer(first.stream, b"first")?;
            wire.polite = false;
            std::thread::sleep(Duration::from_secs(60));
        }
        wire.serve(b"again")
    });
    let scene = Scene::before(origin.address, &authority);
    assert_eq!(scene.get("/").body, b"first");
    std::thread::sleep(Duration::from_secs(11));
    let start = Instant::now();
    assert_eq!(scene.get("/").body, b"again");
    assert!(start.elapsed() < Duration::from_secs(19), "{:?}", start.elapsed());
}

#[test]
fn an_origin_that_wants_http_1_for_a_request_gets_it() {
    let authority = Authority::new();
    let handler = |_: &crate::support::Request| None;
    let older = Origin::start(Some(tls(&authority, &["http/1.1"])), handler);
    let scene = Scene::before(older.address, &authority);
    assert_eq!(scene.get("/id/1").text(), "hello from the origin\n");
    assert!(scene.count("lifeguard_upstream_requests_total{version=\"1.1\"}").ends_with(" 1"));

    let dialled = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&dialled);
    let origin = RawOrigin::start(tls(&authority, &["h2"]), &[], move |wire| {
        counted.fetch_add(1, Ordering::Relaxed);
        let asked = wire.until(HEADERS)?;
        wire.send(&frame(RST_STREAM, 0, asked.stream, &[0, 0, 0, 13]))?;
        wire.until(HEADERS).map(drop)
    });
    let scene = Scene::before(origin.address, &authority);
    // This one has no HTTP/1.1 after all, so the handshake fails; that it was tried is what counts.
    assert_eq!(scene.get("/").status, 502);
    wait_until("the second connection", || origin.connections() == 2);
    assert_eq!(dialled.load(Ordering::Relaxed), 1);
}

#[test]
fn a_websocket_has_a_connection_of_its_own_in_http_1() {
    let authority = Authority::new();
    let origin = Origin::start(Some(tls(&authority, &["http/1.1"])), |_| None);
    let scene = Scene::before(origin.address, &authority);
    let request = format!(
        "GET https://site.test:{0}/websocket HTTP/1.1\r\nHost: site.test:{0}\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
        scene.port
    );
    let mut stream = connect(scene.proxy.proxy).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut start = [0; 12];
    stream.read_exact(&mut start).unwrap();
    assert_eq!(&start, b"HTTP/1.1 101");
    // An origin that could speak both is offered HTTP/1.1 alone.
    let both = StreamOrigin::start(tls(&authority, &["h2"]), Serves::default());
    let scene = Scene::before(both.address, &authority);
    let reply = scene.ask("GET https://%/ HTTP/1.1\r\nHost: %\r\nConnection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
    assert_eq!((reply.status, both.heard().len()), (502, 0), "{}", reply.head);
}

#[test]
fn the_connection_on_which_an_origin_proved_itself_serves_every_request_inside() {
    let authority = Authority::new();
    let origin = StreamOrigin::start(tls(&authority, &["h2", "http/1.1"]), Serves::default());
    let (scene, ours) = Scene::opening(origin.address, &authority);
    let (trust, place) = (trusting(&[&ours]), format!("site.test:{}", scene.port));
    let mut tunnels: Vec<_> = (0..4).map(|_| Secure::open(scene.proxy.proxy, &place, &trust).unwrap()).collect();
    for tunnel in &mut tunnels {
        for _ in 0..3 {
            assert!(tunnel.get(&place, "/bytes/5").ends_with("\r\n\r\nabcde"));
        }
    }
    assert_eq!((origin.connections(), origin.heard().len()), (1, 12));
    let mut other = Secure::open(scene.proxy.proxy, &format!("other.test:{}", scene.port), &trust).unwrap();
    assert!(other.get(&format!("other.test:{}", scene.port), "/bytes/5").ends_with("abcde"));
    assert_eq!(origin.connections(), 2, "another host never shares it, though its name stands in the same certificate");
}

#[test]
fn big_bodies_pass_whole_both_ways() {
    let (origin, scene) = scene(Serves::default());
    for (path, count) in [("/bytes/20000000", 20_000_000), ("/unannounced/3000000", 3_000_000)] {
        let reply = scene.get(path);
        assert_eq!(reply.body.len(), count);
        assert!(reply.body == pattern(count), "{path}: not the same bytes");
    }
    let body = pattern(5_000_000);
    let mut stream = connect(scene.proxy.proxy).unwrap();
    let head = format!(
        "PUT https://site.test:{0}/echo HTTP/1.1\r\nHost: site.test:{0}\r\nContent-Length: {1}\r\nConnection: close\r\n\r\n",
        scene.port,
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&body).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    assert!(Reply::read(&answer).body == body, "not the same bytes");
    assert_eq!(origin.connections(), 1);
}

#[test]
fn both_sides_may_talk_at_once() {
    let (origin, scene) = scene(Serves::default());
    let mut stream = connect(scene.proxy.proxy).unwrap();
    let head = format!(
        "POST https://site.test:{0}/two-way HTTP/1.1\r\nHost: site.test:{0}\r\nTE: trailers\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n",
        scene.port
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut seen = Vec::new();
    for word in ["ping one", "ping two"] {
        stream.write_all(format!("{:x}\r\n{word}\r\n", word.len()).as_bytes()).unwrap();
        while !String::from_utf8_lossy(&seen).contains(word) {
            let mut some = [0; 4096];
            let count = stream.read(&mut some).unwrap();
            assert!(count > 0, "{}", String::from_utf8_lossy(&seen));
            seen.extend_from_slice(&some[..count]);
        }
    }
    stream.write_all(b"0\r\nx-tail: up\r\n\r\n").unwrap();
    stream.read_to_end(&mut seen).unwrap();
    assert!(seen.ends_with(b"0\r\n\r\n"), "{}", String::from_utf8_lossy(&seen));
    assert_eq!(origin.heard()[0].trailers.as_ref().unwrap()["x-tail"], "up");
}

#[test]
fn a_client_that_does_not_read_holds_its_own_answer_alone_and_its_going_resets_one_stream() {
    let (origin, scene) = scene(Serves::default());
    assert_eq!(scene.get("/").status, 200);
    let mut idle: Vec<_> = (0..8)
        .map(|_| {
            let mut stream = connect(scene.proxy.proxy).unwrap();
            stream
                .write_all(format!("GET https://site.test:{0}/endless HTTP/1.1\r\nHost: site.test:{0}\r\n\r\n", scene.port).as_bytes())
                .unwrap();
            stream
        })
        .collect();
    let mut last = 0;
    wait_until("the origin can send no more", || {
        std::thread::sleep(Duration::from_millis(300));
        std::mem::replace(&mut last, origin.sent()) == origin.sent() && last > 0
    });
    // The window, and what the sockets and buffers of the client's side hold.
    let each = origin.sent() / 8;
    assert!(each < 512 * 1024 + 8 * 1024 * 1024, "{each}");
    assert_eq!(scene.get("/bytes/3000000").body.len(), 3_000_000, "others are not held up");
    idle.pop();
    wait_until("one stream is reset", || origin.heard().iter().filter(|heard| heard.reset.is_some()).count() == 1);
    assert_eq!(scene.get("/").status, 200);
    assert_eq!(origin.connections(), 1);
}
