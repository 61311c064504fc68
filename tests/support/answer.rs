//! What an origin answers, good and bad: whole answers, answers in pieces, and answers that break the rules.

use super::wire::Request;
use std::time::Duration;

/// One move of an origin.
#[derive(Clone, Debug)]
pub enum Step {
    Send(Vec<u8>),
    Wait(Duration),
    /// Go on as a WebSocket that gives every message back.
    WebSocket,
    Close,
}

/// An answer: moves in order.
pub type Answer = Vec<Step>;

/// A whole answer with its length.
pub fn whole(status: u16, kind: &str, body: &[u8]) -> Answer {
    with_fields(status, &format!("Content-Type: {kind}\r\n"), body)
}

/// A whole answer with fields of one's own, each ended by CRLF.
pub fn with_fields(status: u16, fields: &str, body: &[u8]) -> Answer {
    let head = format!("HTTP/1.1 {status} Here\r\nContent-Length: {}\r\n{fields}X-Origin: yes\r\n\r\n", body.len());
    vec![Step::Send([head.as_bytes(), body].concat())]
}

fn raw(text: &str) -> Answer {
    vec![Step::Send(text.as_bytes().to_vec())]
}

/// Bytes that are the same every time, and nowhere the same for long.
pub fn pattern(count: usize) -> Vec<u8> {
    (0..count).map(|at| b'a' + u8::try_from((at / 7 + at) % 26).unwrap_or(0)).collect()
}

/// The paths that every origin serves. `None`: something else must answer.
pub fn built_in(request: &Request) -> Option<Answer> {
    let path = request.path();
    if let Some(count) = request.number_after("/bytes/") {
        return Some(whole(200, "application/octet-stream", &pattern(count)));
    }
    if let Some(count) = request.number_after("/chunked/") {
        return Some(chunked(&pattern(count), ""));
    }
    if let Some(status) = request.number_after("/status/") {
        return Some(whole(u16::try_from(status).unwrap_or(500), "text/plain", b"as asked\n"));
    }
    if let Some(milliseconds) = request.number_after("/wait/") {
        let wait = Step::Wait(Duration::from_millis(u64::try_from(milliseconds).unwrap_or(0)));
        return Some([vec![wait], whole(200, "text/plain", b"late\n")].concat());
    }
    if path.starts_with("/id/") || path == "/" {
        return Some(whole(200, "text/plain", b"hello from the origin\n"));
    }
    if let Some(name) = path.strip_prefix("/broken/") {
        return broken(name);
    }
    Some(match path {
        "/echo" => whole(200, "application/octet-stream", &request.body),
        "/head" => whole(200, "text/plain", &request.head),
        "/trailers" => chunked(b"with a tail", "X-Tail: wagging\r\n"),
        "/early-hints" => {
            let hint = raw("HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload; as=style\r\n\r\n");
            [hint, vec![Step::Wait(Duration::from_millis(50))], whole(200, "text/plain", b"after a hint\n")].concat()
        }
        "/until-close" => [raw("HTTP/1.1 200 Here\r\nContent-Type: text/plain\r\n\r\nuntil the end"), vec![Step::Close]].concat(),
        "/slow" => slow(),
        "/websocket" => vec![Step::WebSocket],
        _ => return None,
    })
}

fn chunked(body: &[u8], trailers: &str) -> Answer {
    let announced = trailers.split(':').next().filter(|name| !name.is_empty()).map_or(String::new(), |name| format!("Trailer: {name}\r\n"));
    let mut out = format!("HTTP/1.1 200 Here\r\nTransfer-Encoding: chunked\r\n{announced}X-Origin: yes\r\n\r\n").into_bytes();
    for part in body.chunks(1000) {
        out.extend_from_slice(format!("{:x}\r\n", part.len()).as_bytes());
        out.extend_from_slice(part);
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(format!("0\r\n{trailers}\r\n").as_bytes());
    vec![Step::Send(out)]
}

/// Ten bytes, one every 50 ms.
fn slow() -> Answer {
    let mut answer = raw("HTTP/1.1 200 Here\r\nContent-Length: 10\r\n\r\n");
    for digit in 0..10u8 {
        answer.extend([Step::Wait(Duration::from_millis(50)), Step::Send(vec![b'0' + digit])]);
    }
    answer
}

/// Answers that break the rules (security rule F10).
fn broken(name: &str) -> Option<Answer> {
    let close = |text: &str| [raw(text), vec![Step::Close]].concat();
    Some(match name {
        "short" => close("HTTP/1.1 200 Here\r\nContent-Length: 100\r\n\r\nonly this"),
        "long" => raw("HTTP/1.1 200 Here\r\nContent-Length: 4\r\n\r\nfourHTTP/1.1 200 Smuggled\r\nContent-Length: 0\r\n\r\n"),
        "two-lengths" => close("HTTP/1.1 200 Here\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nfour"),
        "both-lengths" => close("HTTP/1.1 200 Here\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfour\r\n0\r\n\r\n"),
        "bad-chunk" => close("HTTP/1.1 200 Here\r\nTransfer-Encoding: chunked\r\n\r\n0x4\r\nfour\r\n0\r\n\r\n"),
        "cut-chunk" => close("HTTP/1.1 200 Here\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfour\r\n4\r\nfo"),
        "status" => close("HTTP/1.1 99 Odd\r\nContent-Length: 0\r\n\r\n"),
        "unasked-101" => close("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"),
        "not-http" => close("SSH-2.0-origin\r\n"),
        "nul" => close("HTTP/1.1 200 Here\r\nX-Odd: a\0b\r\nContent-Length: 0\r\n\r\n"),
        "hints" => raw(&format!("{}HTTP/1.1 200 Here\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(50))),
        "nothing" => vec![Step::Close],
        _ => return None,
    })
}
