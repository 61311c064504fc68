//! The part of the corpus that speaks of origins: what they answer, and what of it may reach a client (security rule F10).

use super::strict_corpus::{Case, Expect, Step, shown};

fn case(name: impl Into<String>, answer: &[u8], closes: bool, expect: Expect) -> Case {
    let steps = vec![Step::Send(b"GET http://{O}/ HTTP/1.1\r\nHost: {O}\r\n\r\n".to_vec())];
    Case { group: "answer", name: name.into(), steps, answer: Some(answer.to_vec()), closes, bodiless: false, expect }
}

/// Answers of origins, good and bad.
pub fn answers() -> Vec<Case> {
    let good: [(&[u8], bool, u16, &'static str); 15] = [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", false, 200, "ok"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok", false, 200, "ok"),
        (b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok", false, 200, "ok"),
        (b"HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nok", false, 200, "ok"),
        (b"HTTP/1.1 404 N\xf6 such\r\nContent-Length: 0\r\n\r\n", false, 404, ""),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", false, 200, "ok"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nok\r\n0\r\nT: u\r\n\r\n", false, 200, "ok"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", false, 204, ""),
        (b"HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n", false, 304, ""),
        (b"HTTP/1.1 200 OK\r\n\r\nok", true, 200, "ok"),
        (b"HTTP/1.0 200 OK\r\n\r\nok", true, 200, "ok"),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", true, 200, "ok"),
        (b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", false, 200, "ok"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", false, 200, "ok"),
        (b"HTTP/1.1 599 Own\r\nContent-Length: 2\r\n\r\nok", false, 599, "ok"),
    ];
    let mut cases: Vec<Case> = good
        .iter()
        .map(|(answer, closes, status, body)| case(format!("good: {}", shown(answer)), answer, *closes, Expect::Answered(*status, body)))
        .collect();
    cases.extend(bad_heads());
    let truncated: [&[u8]; 14] = [
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxx\r\nok\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\nok\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0x2\r\nok\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\nok\n0\n\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nokXX0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\nok",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n00000000000000002\r\nok\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;\0\r\nok\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nContent-Length: 5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nx : y\r\n\r\n",
    ];
    cases.extend(truncated.iter().map(|answer| case(shown(&answer[17..]), answer, true, Expect::Truncated)));
    let surplus: [(&[u8], u16); 5] = [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokEXTRA", 200),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", 200),
        (b"HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", 204),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 4\r\n\r\nevil", 304),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", 200),
    ];
    cases.extend(
        surplus
            .iter()
            .map(|(answer, status)| case(format!("surplus: {}", shown(&answer[9..])), answer, false, Expect::AnsweredOnce(*status))),
    );
    cases
}

fn bad_heads() -> Vec<Case> {
    let bad: [&[u8]; 33] = [
        b"ICY 200 OK\r\n\r\n",
        b"HTTP/2 200\r\n\r\n",
        b"HTTP/1.2 200 OK\r\n\r\n",
        b"http/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1  200 OK\r\n\r\n",
        b"HTTP/1.1 20 OK\r\n\r\n",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/1.1 099 OK\r\n\r\n",
        b"HTTP/1.1 600 OK\r\n\r\n",
        b"HTTP/1.1 OK\r\n\r\n",
        b"\r\nHTTP/1.1 200 OK\r\n\r\n",
        b"<html>hello</html>",
        b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok",
        b"HTTP/1.1 200 O\0K\r\n\r\n",
        b"HTTP/1.1 200 O\rK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n A: b\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nA\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nA: b\0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\nok",
        b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nevil",
        b"HTTP/1.1 103 Early Hints\r\nContent-Length: 4\r\n\r\nevil",
        b"HTTP/1.1 200 OK\r\nA: b",
    ];
    let mut cases: Vec<Case> = bad.iter().map(|answer| case(shown(answer), answer, true, Expect::BadGateway)).collect();
    let hints = b"HTTP/1.1 103 Early Hints\r\n\r\n".repeat(11);
    let hints = [&hints[..], b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"].concat();
    cases.push(case("eleven interim answers", &hints, false, Expect::BadGateway));
    let long = [b"HTTP/1.1 200 OK\r\nA: ", &b"b".repeat(70_000)[..], b"\r\n\r\n"].concat();
    cases.push(case("a head over the limit", &long, true, Expect::BadGateway));
    let many = [b"HTTP/1.1 200 OK\r\n", &b"A: b\r\n".repeat(200)[..], b"\r\n"].concat();
    cases.push(case("fields over the limit", &many, true, Expect::BadGateway));
    cases
}
