//! The part of the corpus that speaks of proxies: fields for one hop, upgrades, tunnels, requests in one go.

use super::strict_corpus::{Case, Expect, REFUSE, Step, case, post};

pub fn hops() -> Vec<Case> {
    let get = |fields: &str| format!("GET http://{{O}}/ HTTP/1.1\r\nHost: {{O}}\r\n{fields}\r\n");
    let stripped: [(&str, &str, &'static [&'static str]); 14] = [
        ("Connection", "Connection: close\r\n", &[]),
        ("a field that it names", "Connection: X-Secret\r\nX-Secret: a\r\nX-Open: b\r\n", &["!x-secret", "x-open: b"]),
        ("fields that two lines name", "Connection: a\r\nConnection: b, keep-alive\r\nA: 1\r\nB: 2\r\n", &["!a", "!b"]),
        ("in any case", "Connection: x-sEcReT\r\nX-Secret: a\r\n", &["!x-secret"]),
        ("never Host", "Connection: Host, close\r\n", &["host: {O}"]),
        ("nothing for an empty list", "Connection: , ,\r\nA: b\r\n", &["a: b"]),
        ("Keep-Alive", "Keep-Alive: timeout=5\r\n", &["!keep-alive"]),
        ("Proxy-Connection", "Proxy-Connection: keep-alive\r\n", &["!proxy-connection"]),
        ("Proxy-Authorization", "Proxy-Authorization: Basic c2VjcmV0\r\n", &["!proxy-authorization"]),
        ("anything that starts with Proxy-", "Proxy-Features: x\r\n", &["!proxy-features"]),
        ("TE", "TE: gzip\r\n", &["!te"]),
        ("TE that Connection names", "Connection: TE\r\nTE: trailers, deflate\r\n", &[]),
        (
            "an upgrade to HTTP/2",
            "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n",
            &["!upgrade", "!http2-settings"],
        ),
        ("an upgrade without Connection", "Upgrade: websocket\r\n", &["!upgrade"]),
    ];
    let mut cases: Vec<Case> =
        stripped.iter().map(|(name, fields, lines)| case("hop", *name, get(fields), Expect::Forwarded(1, lines))).collect();
    let length = post(b"Connection: Content-Length\r\nContent-Length: 5\r\n", b"hello");
    cases.push(case("hop", "never a length", length, Expect::Forwarded(1, &["body: hello"])));
    let coding = post(b"Connection: Transfer-Encoding\r\nTransfer-Encoding: chunked\r\n", b"5\r\nhello\r\n0\r\n\r\n");
    cases.push(case("hop", "never a coding", coding, Expect::Forwarded(1, &["body: hello"])));
    cases.push(case("hop", "Via is added to", get("Via: 1.0 before\r\n"), Expect::Forwarded(1, &["via"])));
    cases.push(case("hop", "an own Via is a loop", get("Via: 1.1 {V}\r\n"), Expect::RefusedAs(&[400, 508])));
    cases.push(case("hop", "an own Via among others is a loop", get("Via: 1.0 a, 1.1 {V} (x), 1.1 b\r\n"), Expect::RefusedAs(&[400, 508])));
    let last = "OPTIONS http://{O}/ HTTP/1.1\r\nHost: {O}\r\nMax-Forwards: 0\r\n\r\n";
    cases.push(case("hop", "Max-Forwards 0 is answered here", last, Expect::RefusedAs(&[200, 204])));
    let onward = "OPTIONS http://{O}/ HTTP/1.1\r\nHost: {O}\r\nMax-Forwards: 5\r\n\r\n";
    cases.push(case("hop", "Max-Forwards counts down", onward, Expect::Forwarded(1, &["max-forwards: 4"])));
    let trace = "TRACE http://{O}/ HTTP/1.1\r\nHost: {O}\r\nProxy-Authorization: Basic c2VjcmV0\r\n\r\n";
    cases.push(case("hop", "TRACE carries no credentials", trace, Expect::StrictOrRefused));
    cases
}

const WEBSOCKET: &str = "GET http://{O}/ HTTP/1.1\r\nHost: {O}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n\r\n";

pub fn upgrades() -> Vec<Case> {
    let expectation = |value: &str| post(format!("Expect: {value}\r\nContent-Length: 5\r\n").as_bytes(), b"hello");
    let mut cases = vec![
        case("expect", "100-continue, body at once", expectation("100-continue"), Expect::Forwarded(1, &["body: hello"])),
        case("expect", "in capitals", expectation("100-CONTINUE"), Expect::Forwarded(1, &["body: hello"])),
        case("expect", "something else", expectation("200-ok"), Expect::Refused(0, 417)),
        case("expect", "a list", expectation("100-continue, 100-continue"), Expect::Refused(0, 417)),
        case("expect", "nothing", expectation(""), Expect::Refused(0, 417)),
    ];
    let mut waits = case(
        "expect",
        "100-continue, body after the word",
        post(b"Expect: 100-continue\r\nContent-Length: 5\r\n", b""),
        Expect::Forwarded(1, &["body: hello"]),
    );
    waits.steps.extend([Step::Await("100 Continue"), Step::Send(b"hello".to_vec())]);
    cases.push(waits);
    let smuggled = format!("{WEBSOCKET}GET http://{{O}}/smuggled HTTP/1.1\r\nHost: {{O}}\r\n\r\n");
    cases.push(case("upgrade", "bytes behind an upgrade that is not granted", smuggled, Expect::Forwarded(1, &["target: /"])));
    cases.push(case("upgrade", "not granted", WEBSOCKET, Expect::Forwarded(1, &["upgrade: websocket"])));
    let smuggled = "GET http://{O}/ HTTP/1.1\r\nHost: {O}\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\nPRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    cases.push(case("upgrade", "the HTTP/2 preface behind h2c", smuggled, Expect::Forwarded(1, &["!upgrade"])));
    let mut granted = case("upgrade", "granted", WEBSOCKET, Expect::Tunnelled("pong"));
    granted.answer = Some(b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\npong".to_vec());
    cases.push(granted);
    let post = "POST http://{O}/ HTTP/1.1\r\nHost: {O}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 5\r\n\r\nhello";
    cases.push(case("upgrade", "POST is not upgraded", post, Expect::Forwarded(1, &["!upgrade", "body: hello"])));
    let two = "GET http://{O}/ HTTP/1.1\r\nHost: {O}\r\nConnection: Upgrade\r\nUpgrade: websocket, h2c\r\n\r\n";
    cases.push(case("upgrade", "a list is not upgraded", two, Expect::Forwarded(1, &["!upgrade"])));
    let old = "GET http://{O}/ HTTP/1.0\r\nHost: {O}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    cases.push(case("upgrade", "HTTP/1.0 is not upgraded", old, Expect::Forwarded(1, &["!upgrade"])));
    cases
}

pub fn connects() -> Vec<Case> {
    let targets: [&str; 16] = [
        "http://{O}/",
        "http://{O}",
        "{O}/",
        "/{O}",
        "*",
        "127.0.0.1",
        "127.0.0.1:",
        "127.0.0.1:0",
        "127.0.0.1:65536",
        "127.0.0.1:http",
        "127.0.0.1:+80",
        "user@{O}",
        "{O}#",
        "{O}?",
        ":80",
        "{O},{O}",
    ];
    let smuggled = "GET http://{O}/smuggled HTTP/1.1\r\nHost: {O}\r\n\r\n";
    let mut cases: Vec<Case> = targets
        .iter()
        .map(|target| {
            case("connect", *target, format!("CONNECT {target} HTTP/1.1\r\nHost: {{O}}\r\n\r\n{smuggled}"), Expect::RefusedAs(&[400, 403]))
        })
        .collect();
    let heads: [(&str, &str); 6] = [
        ("with a body", "CONNECT {O} HTTP/1.1\r\nHost: {O}\r\nContent-Length: 5\r\n\r\nhello"),
        ("with a chunked body", "CONNECT {O} HTTP/1.1\r\nHost: {O}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ("without Host", "CONNECT {O} HTTP/1.1\r\n\r\n"),
        ("with two Hosts", "CONNECT {O} HTTP/1.1\r\nHost: {O}\r\nHost: {O}\r\n\r\n"),
        ("with a blank", "CONNECT {O} x HTTP/1.1\r\nHost: {O}\r\n\r\n"),
        ("with a NUL", "CONNECT {O}\0 HTTP/1.1\r\nHost: {O}\r\n\r\n"),
    ];
    cases.extend(heads.iter().map(|(name, head)| case("connect", *name, format!("{head}{smuggled}"), REFUSE)));
    for method in ["GET", "POST", "HEAD", "OPTIONS"] {
        let authority = format!("{method} {{O}} HTTP/1.1\r\nHost: {{O}}\r\n\r\n");
        cases.push(case("connect", format!("{method} with an authority"), authority, Expect::RefusedAs(&[400])));
    }
    for target in ["*", "https:", "//", "http://", "http:///", "ftp://{O}/", "http:/{O}/", "file:///etc/passwd", "http://{O}/#a"] {
        let bytes = format!("GET {target} HTTP/1.1\r\nHost: x.invalid\r\n\r\n");
        cases.push(case("connect", format!("GET {target}"), bytes, Expect::StrictOrRefused));
    }
    cases
}

pub fn pipelines() -> Vec<Case> {
    let get = "GET http://{O}/ HTTP/1.1\r\nHost: {O}\r\n\r\n";
    let post = "POST http://{O}/ HTTP/1.1\r\nHost: {O}\r\nContent-Length: 5\r\n\r\nhello";
    let chunked = "POST http://{O}/ HTTP/1.1\r\nHost: {O}\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nworld\r\n0\r\n\r\n";
    vec![
        case("pipeline", "two", get.repeat(2), Expect::Forwarded(2, &[])),
        case("pipeline", "twenty", get.repeat(20), Expect::Forwarded(20, &[])),
        case("pipeline", "bodies between", format!("{post}{get}{chunked}{post}"), Expect::Forwarded(4, &["body: hello"])),
        case("pipeline", "an empty line between", format!("{post}\r\n{get}"), Expect::Forwarded(2, &[])),
        case("pipeline", "a bad one last", format!("{get}{get}GET x\r\n\r\n{get}"), Expect::Refused(2, 400)),
        case("pipeline", "a body that is longer than announced", format!("{post}XX\r\n\r\n{get}"), Expect::Refused(1, 400)),
        case(
            "pipeline",
            "a request inside a body",
            format!("POST http://{{O}}/ HTTP/1.1\r\nHost: {{O}}\r\nContent-Length: 18\r\n\r\nGET / HTTP/1.1\r\n\r\n{get}"),
            Expect::Forwarded(2, &[]),
        ),
        case(
            "pipeline",
            "nothing behind close",
            format!("GET http://{{O}}/ HTTP/1.1\r\nHost: {{O}}\r\nConnection: close\r\n\r\n{get}"),
            Expect::Forwarded(1, &[]),
        ),
        case("pipeline", "nothing behind HTTP/1.0", format!("GET http://{{O}}/ HTTP/1.0\r\n\r\n{get}"), Expect::Forwarded(1, &[])),
        case("pipeline", "more than a hundred", get.repeat(150), Expect::Refused(100, 400)),
    ]
}
