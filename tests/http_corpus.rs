//! Raw bytes against the gate: what comes out must be strict, whatever comes in (security rules F1 to F6, F11).

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use lifeguard::proxy::strict::{GateLimits, Mailbox, ServerGate};
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Sends bytes through gate and library to a service that says what it was told; returns all that came back.
async fn exchange(input: &[u8]) -> String {
    let (mut client, server) = tokio::io::duplex(1 << 20);
    let mailbox = Mailbox::new();
    let gate = ServerGate::new(server, Arc::new(GateLimits::default()), Arc::clone(&mailbox));
    let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let mailbox = Arc::clone(&mailbox);
        async move {
            let (facts, _flying) = mailbox.take().expect("one set of facts for each request");
            if let Some(fault) = facts.fault {
                let answer = hyper::Response::builder().status(fault.kind.status());
                return answer.body(Full::new(Bytes::from(fault.kind.code())));
            }
            let body = request.into_body().collect().await.map(|body| body.to_bytes()).unwrap_or_default();
            let text = [facts.method(), b" ", facts.target(), b" ", facts.host().unwrap_or(b"-"), b" ", &body].concat();
            hyper::Response::builder().body(Full::new(Bytes::from(text)))
        }
    });
    let serving =
        tokio::spawn(async move { hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(gate), service).await });
    client.write_all(input).await.expect("written");
    let mut output = Vec::new();
    let reading = async {
        let mut room = [0; 4096];
        loop {
            match tokio::time::timeout(std::time::Duration::from_millis(150), client.read(&mut room)).await {
                Ok(Ok(0)) | Ok(Err(_)) | Err(_) => break,
                Ok(Ok(count)) => output.extend_from_slice(&room[..count]),
            }
        }
    };
    reading.await;
    serving.abort();
    String::from_utf8_lossy(&output).into_owned()
}

#[tokio::test]
async fn ordinary_requests_flow_one_after_the_other() {
    let output = exchange(
        b"GET http://a.test/%zz\x80\" HTTP/1.1\r\nHost: a.test\r\nUser-Agent: x\r\n\r\n\
          POST /b HTTP/1.1\r\nHost: b.test:8080\r\nContent-Length: 5\r\n\r\nhello\
          PUT /c HTTP/1.1\r\nHost: c.test\r\nTransfer-Encoding: chunked\r\n\r\n5;x\r\nworld\r\n0\r\n\r\n\
          OPTIONS * HTTP/1.1\r\nHost: d.test\r\n\r\n",
    )
    .await;
    assert_eq!(output.matches("HTTP/1.1 200 OK").count(), 4, "{output}");
    for line in ["GET http://a.test/%zz\u{fffd}\" a.test ", "POST /b b.test:8080 hello", "PUT /c c.test world", "OPTIONS * d.test "] {
        assert!(output.contains(line), "{line} in {output}");
    }
}

#[tokio::test]
async fn a_bad_head_is_answered_once_and_nothing_after_it_is_read() {
    let output = exchange(b"GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost : a\r\n\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert_eq!(output.matches("HTTP/1.1 ").count(), 2, "{output}");
    assert!(output.contains("HTTP/1.1 400") && output.contains("blank-before-colon"), "{output}");
}
