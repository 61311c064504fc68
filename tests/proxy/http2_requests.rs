//! Requests over HTTP/2, one stream each: judged, recorded, answered; what HTTP/1.1 origins see of them.

use crate::http2_support::Scene;
use crate::http2_support::polite::{Reply, ask, block_on};
use crate::support::answer::{Step, pattern, with_fields};
use bytes::Bytes;
use http::{HeaderMap, Request};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};

/// The log's rows.
fn rows(scene: &Scene) -> Vec<serde_json::Value> {
    // An ending is written after the client has the last byte.
    std::thread::sleep(std::time::Duration::from_millis(500));
    scene.world.log().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn row<'r>(rows: &'r [serde_json::Value], target: &str) -> &'r serde_json::Value {
    rows.iter().find(|row| row["target"] == target).unwrap_or_else(|| panic!("{target} is not in {rows:#?}"))
}

#[test]
fn every_stream_of_a_page_has_a_record_of_its_own() {
    let scene = Scene::new();
    block_on(async {
        let send = scene.polite_opened("site.test").await;
        let asked = (0..90).map(|number| {
            let (send, request) = (send.clone(), scene.request("GET", "site.test", &format!("/bytes/{}?{number}", 1000 + number)));
            tokio::spawn(async move { ask(&send, request, None).await.unwrap() })
        });
        let asked: Vec<_> = asked.collect();
        for (number, reply) in asked.into_iter().enumerate() {
            let reply = reply.await.unwrap();
            assert_eq!((reply.status, reply.body), (200, pattern(1000 + number)));
        }
    });
    let rows = rows(&scene);
    let tunnel = rows.iter().find(|row| row["method"] == "CONNECT").unwrap();
    for number in 0..90 {
        let row = row(&rows, &format!("/bytes/{}?{number}", 1000 + number));
        assert_eq!((row["tls"].as_str(), &row["parent"]), (Some("inside"), &tunnel["id"]));
        assert_eq!(row["host_field"], scene.place("site.test"));
        assert_eq!(row["outcome"]["ended"], "complete", "{row:#}");
        assert_eq!(row["outcome"]["bytes_down"], 1000 + number);
    }
    assert!(scene.secure.faults().is_empty(), "{:?}", scene.secure.faults());
}

#[test]
fn pages_of_our_own_are_shown_and_another_host_is_misdirected_on_its_stream_alone() {
    let scene = Scene::new();
    block_on(async {
        let listed = scene.polite_opened("listed.test").await;
        let blocked = ask(&listed, scene.request("GET", "listed.test", "/page/must-not-leave"), None).await.unwrap();
        assert!(matches!(blocked.status, 403 | 451), "{blocked:?}");
        assert_eq!(blocked.headers.get("content-length").unwrap().to_str().unwrap(), blocked.body.len().to_string());
        assert!(blocked.headers.get("connection").is_none());
        let head = ask(&listed, scene.request("HEAD", "listed.test", "/page/must-not-leave"), None).await.unwrap();
        assert_eq!((head.status, head.body.len()), (blocked.status, 0));
        let other = ask(&listed, scene.request("GET", "site.test", "/must-not-leave"), None).await.unwrap();
        assert_eq!(other.status, 421, "browsers coalesce connections; they ask again on one of its own");
        let next = ask(&listed, scene.request("GET", "listed.test", "/bytes/5"), None).await.unwrap();
        assert_eq!(next.body, pattern(5), "the connection goes on");
        let mut all = scene.polite_opened("blocked.test").await;
        let request = Request::builder().uri(format!("https://{}/must-not-leave", scene.place("blocked.test")));
        let page = ask(&all, request.header("accept", "text/html").body(()).unwrap(), None).await.unwrap();
        assert!(page.status == 403 && String::from_utf8_lossy(&page.body).contains("<html"), "{page:?}");
        all = scene.polite_at_door().await;
        let own = Request::builder().uri("http://lifeguard.internal/").header("accept", "text/html").body(()).unwrap();
        assert_eq!(ask(&all, own, None).await.unwrap().status, 200);
        let same = format!("http://{}/must-not-leave", scene.world.origin.address);
        let request = Request::builder().uri(same).header("host", "elsewhere.test").body(()).unwrap();
        let refused = ask(&all, request, None).await.unwrap();
        assert_eq!(refused.status, 400, "two stories about the host");
    });
    for target in scene.secure.targets().iter().chain(&scene.world.origin.targets()) {
        assert!(!target.contains("must-not-leave"), "{target}");
    }
    let rows = rows(&scene);
    assert!(rows.iter().any(|row| row["reason"] == "name-mismatch" && row["outcome"]["status"] == 421), "{rows:#?}");
}

#[test]
fn heads_bodies_and_trailers_pass_both_ways() {
    let scene = Scene::with(
        |request| match request.path() {
            "/cached" => Some(vec![Step::Send(b"HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n".to_vec())]),
            "/none" => Some(vec![Step::Send(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec())]),
            "/hop" => Some(with_fields(
                200,
                "Keep-Alive: timeout=5\r\nConnection: keep-alive, X-Private\r\nX-Private: 1\r\nAlt-Svc: h3=\":443\"\r\n",
                b"ok",
            )),
            _ => None,
        },
        "",
    );
    block_on(async {
        let send = scene.polite_opened("site.test").await;
        let get = |path: &str| ask(&send, scene.request("GET", "site.test", path), None);
        let (cached, none) = (get("/cached").await.unwrap(), get("/none").await.unwrap());
        assert_eq!((cached.status, cached.headers["etag"].as_bytes(), none.status), (304, &b"\"x\""[..], 204));
        let head = ask(&send, scene.request("HEAD", "site.test", "/bytes/1000"), None).await.unwrap();
        assert_eq!((head.status, head.headers["content-length"].as_bytes(), head.body.len()), (200, &b"1000"[..], 0));
        let hop = get("/hop").await.unwrap();
        for gone in ["keep-alive", "connection", "x-private", "alt-svc", "transfer-encoding"] {
            assert!(!hop.headers.contains_key(gone), "{gone} in {hop:?}");
        }
        assert!(hop.headers.contains_key("via"));
        let tail = get("/trailers").await.unwrap();
        assert_eq!((tail.body.as_slice(), tail.trailers.unwrap()["x-tail"].as_bytes()), (&b"with a tail"[..], &b"wagging"[..]));
        let hinted = get("/early-hints").await.unwrap();
        assert_eq!((hinted.interims.len(), hinted.interims[0].0), (1, 103));
        assert_eq!(hinted.interims[0].1["link"], "</style.css>; rel=preload; as=style");
        let large = get("/bytes/3000000").await.unwrap();
        assert_eq!(large.body, pattern(3_000_000));
        assert_eq!(get("/until-close").await.unwrap().body, b"until the end");
        assert!(get("/broken/short").await.is_err(), "what breaks off is seen to break off");
        assert_eq!(get("/broken/not-http").await.unwrap().status, 502);
    });
    assert!(scene.secure.faults().is_empty(), "{:?}", scene.secure.faults());
}

#[test]
fn an_origin_of_http_1_1_gets_one_good_message_for_each_stream() {
    let scene = Scene::new();
    block_on(async {
        let send = scene.polite_opened("site.test").await;
        let sized = |method: &str, path: &str, length: Option<usize>| {
            let mut request = scene.request(method, "site.test", path);
            if let Some(length) = length {
                request.headers_mut().insert("content-length", length.into());
            }
            request
        };
        let body = pattern(100_000);
        let with_length = ask(&send, sized("POST", "/echo", Some(100_000)), Some(&body)).await.unwrap();
        let without = ask(&send, sized("POST", "/echo", None), Some(&body)).await.unwrap();
        let by_get = ask(&send, sized("GET", "/echo", None), Some(b"a body by GET")).await.unwrap();
        assert!(with_length.body == body && without.body == body);
        assert_eq!(by_get.body, b"a body by GET");
        let mut crumbs = sized("GET", "/head", None);
        crumbs.headers_mut().append("cookie", "a=1".parse().unwrap());
        crumbs.headers_mut().append("cookie", "b=2".parse().unwrap());
        crumbs.headers_mut().append("te", "trailers".parse().unwrap());
        let seen = String::from_utf8(ask(&send, crumbs, None).await.unwrap().body).unwrap().to_lowercase();
        assert!(seen.contains("cookie: a=1; b=2\r\n") && seen.contains("te: trailers\r\n"), "{seen}");
        assert!(seen.starts_with("get /head http/1.1\r\n") && seen.contains(&format!("host: {}\r\n", scene.place("site.test"))), "{seen}");
        let mut waiting = sized("POST", "/echo", Some(3));
        waiting.headers_mut().insert("expect", "100-continue".parse().unwrap());
        let asked = ask(&send, waiting, Some(b"yes")).await.unwrap();
        assert_eq!((asked.body.as_slice(), asked.interims.first().map(|interim| interim.0)), (&b"yes"[..], Some(100)));
    });
    assert!(scene.secure.faults().is_empty(), "{:?}", scene.secure.faults());
    let seen = scene.secure.seen();
    assert_eq!(seen.iter().filter(|request| request.field("transfer-encoding") == Some("chunked")).count(), 2);
    assert!(seen.iter().all(|request| request.field("via").is_some()));
}

/// An origin that answers before it has the whole request, and gives back each chunk as it comes.
fn talker() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            std::thread::spawn(move || {
                let mut stream = stream.unwrap();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let mut line = String::new();
                while reader.read_line(&mut line).unwrap() > 2 {
                    line.clear();
                }
                stream
                    .write_all(
                        b"HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\nTrailer: grpc-status\r\nTransfer-Encoding: chunked\r\n\r\n",
                    )
                    .unwrap();
                loop {
                    let mut size = String::new();
                    reader.read_line(&mut size).unwrap();
                    let size = usize::from_str_radix(size.trim(), 16).unwrap();
                    let mut chunk = vec![0; size + 2];
                    reader.read_exact(&mut chunk).unwrap();
                    if size == 0 {
                        return stream.write_all(b"0\r\ngrpc-status: 0\r\n\r\n").unwrap();
                    }
                    stream.write_all(&[format!("{size:x}\r\n").as_bytes(), &chunk].concat()).unwrap();
                }
            });
        }
    });
    address
}

#[test]
fn both_sides_of_a_stream_may_talk_at_once_as_grpc_does() {
    let scene = Scene::new();
    let talker = talker();
    block_on(async {
        let send = scene.polite_at_door().await;
        let request = Request::builder().method("POST").uri(format!("http://talk.test:{}/package.Service/Talk", talker.port()));
        let request = request.header("te", "trailers").header("content-type", "application/grpc").body(()).unwrap();
        let (answer, mut up) = send.clone().ready().await.unwrap().send_request(request, false).unwrap();
        up.send_data(Bytes::from_static(b"first"), false).unwrap();
        let answer = answer.await.unwrap();
        assert_eq!(answer.status(), 200, "the head comes while the request goes on");
        let mut down = answer.into_body();
        for word in ["first", "second", "third"] {
            if word != "first" {
                up.send_data(Bytes::from(word), false).unwrap();
            }
            assert_eq!(down.data().await.unwrap().unwrap(), word);
            down.flow_control().release_capacity(word.len()).unwrap();
        }
        up.send_data(Bytes::new(), true).unwrap();
        assert!(down.data().await.is_none());
        assert_eq!(down.trailers().await.unwrap().unwrap()["grpc-status"], "0");
    });
}

#[test]
fn an_answer_of_trailers_alone_passes() {
    let scene = Scene::with(|request| (request.path() == "/grpc").then(|| with_fields(200, "grpc-status: 12\r\n", b"")), "");
    block_on(async {
        let send = scene.polite_opened("site.test").await;
        let reply: Reply = ask(&send, scene.request("POST", "site.test", "/grpc"), Some(b"x")).await.unwrap();
        assert_eq!((reply.status, reply.headers["grpc-status"].as_bytes(), reply.body.len()), (200, &b"12"[..], 0));
        assert_eq!(reply.trailers, None::<HeaderMap>);
    });
}

#[test]
fn a_websocket_by_extended_connect_is_asked_of_the_origin_by_rfc_6455() {
    let scene = Scene::with(|request| (request.path() == "/not-a-socket").then(|| with_fields(200, "", b"plain")), "");
    block_on(async {
        let send = scene.polite_opened("site.test").await;
        let mut ready = send.clone().ready().await.unwrap();
        // The setting that allows it comes with the first frames.
        ask(&send, scene.request("GET", "site.test", "/bytes/1"), None).await.unwrap();
        assert!(ready.is_extended_connect_protocol_enabled());
        let socket = |path: &str| {
            let mut request = scene.request("CONNECT", "site.test", path);
            request.extensions_mut().insert(h2::ext::Protocol::from_static("websocket"));
            request.headers_mut().insert("sec-websocket-version", "13".parse().unwrap());
            request
        };
        let (answer, mut up) = ready.send_request(socket("/websocket"), false).unwrap();
        let answer = answer.await.unwrap();
        assert_eq!(answer.status(), 200);
        assert!(!answer.headers().contains_key("sec-websocket-accept") && !answer.headers().contains_key("upgrade"));
        // A masked text frame; the mask is zero.
        up.send_data(Bytes::from_static(b"\x81\x85\0\0\0\0hello"), false).unwrap();
        let mut down = answer.into_body();
        let mut came = Vec::new();
        while came.len() < 7 {
            came.extend_from_slice(&down.data().await.unwrap().unwrap());
        }
        assert_eq!(came, b"\x81\x05hello");
        drop((up, down));
        let mut ready = send.clone().ready().await.unwrap();
        let (answer, _up) = ready.send_request(socket("/not-a-socket"), false).unwrap();
        assert_eq!(answer.await.unwrap().status(), 502, "a plain 200 would say that there is a WebSocket");
        let (answer, _up) = ready.ready().await.unwrap().send_request(socket("/page"), false).unwrap();
        assert_eq!(answer.await.unwrap().status(), 404);
    });
    let rows = rows(&scene);
    assert_eq!(row(&rows, "/websocket")["tls"], "inside");
}

#[test]
fn a_stream_that_the_client_resets_ends_alone_and_its_record_says_so() {
    let scene = Scene::new();
    block_on(async {
        let send = scene.polite_opened("site.test").await;
        ask(&send, scene.request("GET", "site.test", "/bytes/1"), None).await.unwrap();
        let request = scene.request("GET", "site.test", "/wait/30000");
        let (answer, mut stream) = send.clone().ready().await.unwrap().send_request(request, true).unwrap();
        while !scene.secure.targets().iter().any(|target| target == "/wait/30000") {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        stream.send_reset(h2::Reason::CANCEL);
        drop(answer);
        let next = ask(&send, scene.request("GET", "site.test", "/bytes/7"), None).await.unwrap();
        assert_eq!(next.body, pattern(7));
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    });
    let rows = rows(&scene);
    assert_eq!(row(&rows, "/wait/30000")["outcome"]["ended"], "aborted", "{rows:#?}");
}
