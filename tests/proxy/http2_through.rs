//! HTTP/2 on both sides: a client on a stream, an origin on a stream, and the proxy between them.

use crate::h2_support::origin::{Serves, StreamOrigin};
use crate::h2_support::scene::tls;
use crate::http2_support::Scene;
use crate::http2_support::polite::{ask, begin, block_on};
use crate::support::Authority;
use crate::support::answer::pattern;
use bytes::Bytes;
use http::Request;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[test]
fn grpc_passes_from_stream_to_stream() {
    let outer = Authority::new();
    let origin = StreamOrigin::start(tls(&outer, &["h2", "http/1.1"]), Serves::default());
    let port = origin.address.port();
    let scene = Scene::beside(outer, Some(port), |_| None, "");
    block_on(async {
        let place = format!("site.test:{port}");
        let mut tcp = TcpStream::connect(scene.proxy.proxy).await.unwrap();
        tcp.write_all(format!("CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n\r\n").as_bytes()).await.unwrap();
        let (mut head, mut byte) = (Vec::new(), [0]);
        while !head.ends_with(b"\r\n\r\n") && tcp.read(&mut byte).await.unwrap() == 1 {
            head.push(byte[0]);
        }
        let send = begin(scene.tls(tcp, "site.test").await).await;
        let request = |method: &str, path: &str| {
            let request = Request::builder().method(method).uri(format!("https://{place}{path}"));
            request.header("te", "trailers").header("content-type", "application/grpc").body(()).unwrap()
        };
        let (answer, mut up) = send.clone().ready().await.unwrap().send_request(request("POST", "/two-way"), false).unwrap();
        let mut down = answer.await.unwrap().into_body();
        for word in ["first", "second", "third"] {
            up.send_data(Bytes::from(word), false).unwrap();
            assert_eq!(down.data().await.unwrap().unwrap(), word, "each side talks while the other does");
            down.flow_control().release_capacity(word.len()).unwrap();
        }
        let mut tail = http::HeaderMap::new();
        tail.insert("x-sum", "3".parse().unwrap());
        up.send_trailers(tail).unwrap();
        assert!(down.data().await.is_none());
        assert_eq!(down.trailers().await.unwrap().unwrap()["grpc-status"], "0");
        let only = ask(&send, request("POST", "/trailers-only"), Some(b"x")).await.unwrap();
        assert_eq!((only.headers["grpc-status"].as_bytes(), only.body.len()), (&b"5"[..], 0));
        let large = ask(&send, request("POST", "/echo"), Some(&pattern(1_000_000))).await.unwrap();
        assert_eq!(large.body, pattern(1_000_000));
        let hinted = ask(&send, request("GET", "/hints/2"), None).await.unwrap();
        assert_eq!((hinted.status, hinted.interims.len()), (200, 2));
        assert!(ask(&send, request("GET", "/cut"), None).await.is_err(), "what breaks off is seen to break off");
        let next = ask(&send, request("GET", "/bytes/10"), None).await.unwrap();
        assert_eq!(next.body, pattern(10), "and the connection goes on");
    });
    let heard = origin.heard();
    let talk = heard.iter().find(|heard| heard.uri.ends_with("/two-way")).unwrap();
    assert_eq!(talk.trailers.as_ref().unwrap()["x-sum"], "3");
    for heard in &heard {
        assert!(heard.headers.contains_key("via") && !heard.headers.contains_key("transfer-encoding"), "{heard:?}");
    }
}
