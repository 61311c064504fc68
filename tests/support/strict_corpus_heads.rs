//! The part of the corpus that speaks of heads: first lines and field lines.

use super::strict_corpus::{Case, Expect, ONE, REFUSE, case, shown};

pub fn lines() -> Vec<Case> {
    let host = b"\r\nHost: {O}\r\n\r\n";
    let refused: [(&[u8], u16); 44] = [
        (b"GET", 400),
        (b"GET ", 400),
        (b" GET http://{O}/ HTTP/1.1", 400),
        (b"\tGET http://{O}/ HTTP/1.1", 400),
        (b"GET  http://{O}/ HTTP/1.1", 400),
        (b"GET http://{O}/  HTTP/1.1", 400),
        (b"GET\thttp://{O}/ HTTP/1.1", 400),
        (b"GET http://{O}/\tHTTP/1.1", 400),
        (b"GET http://{O}/ HTTP/1.1 ", 400),
        (b"GET http://{O}/ HTTP/1.1\t", 400),
        (b"GET http://{O}/a b HTTP/1.1", 400),
        (b"GET http://{O}/", 400),
        (b"GET  HTTP/1.1", 400),
        (b"http://{O}/ HTTP/1.1", 400),
        (b"G\0T http://{O}/ HTTP/1.1", 400),
        (b"G(T http://{O}/ HTTP/1.1", 400),
        (b"G\xc3\x89T http://{O}/ HTTP/1.1", 400),
        (b"\"GET\" http://{O}/ HTTP/1.1", 400),
        (b"GET: http://{O}/ HTTP/1.1", 400),
        (b"GET http://{O}/\0 HTTP/1.1", 400),
        (b"GET http://{O}/\x01 HTTP/1.1", 400),
        (b"GET http://{O}/\x7f HTTP/1.1", 400),
        (b"GET http://{O}/\x0b HTTP/1.1", 400),
        (b"GET http://{O}/\r HTTP/1.1", 400),
        (b"GET http://{O}/ HTTP/1.1\r", 400),
        (b"GET http://{O}/ http/1.1", 400),
        (b"GET http://{O}/ Http/1.1", 400),
        (b"GET http://{O}/ HTTP/1.10", 400),
        (b"GET http://{O}/ HTTP/01.1", 400),
        (b"GET http://{O}/ HTTP/1", 400),
        (b"GET http://{O}/ HTTP/1.", 400),
        (b"GET http://{O}/ HTTP/1,1", 400),
        (b"GET http://{O}/ HTTP/1.1x", 400),
        (b"GET http://{O}/ HTTP/+1.1", 400),
        (b"GET http://{O}/ HTTP1.1", 400),
        (b"GET http://{O}/ HTTPS/1.1", 400),
        (b"GET http://{O}/ HTTP /1.1", 400),
        (b"GET http://{O}/ HTTP/0.9", 505),
        (b"GET http://{O}/ HTTP/1.2", 505),
        (b"GET http://{O}/ HTTP/2.0", 505),
        (b"GET http://{O}/ HTTP/3.0", 505),
        (b"GET http://{O}/ HTTP/9.9", 505),
        (b"PRI * HTTP/2.0", 505),
        (b"GET http://{O}/ RTSP/1.0", 400),
    ];
    let mut cases: Vec<Case> =
        refused.iter().map(|(line, status)| case("line", shown(line), [line, &host[..]].concat(), Expect::Refused(0, *status))).collect();
    let others: [(&str, &[u8], u16); 14] = [
        ("a bare LF behind the first line", b"GET http://{O}/ HTTP/1.1\nHost: {O}\r\n\r\n", 400),
        ("bare LFs only", b"GET http://{O}/ HTTP/1.1\nHost: {O}\n\n", 400),
        ("two empty lines before", b"\r\n\r\nGET http://{O}/ HTTP/1.1\r\nHost: {O}\r\n\r\n", 400),
        ("a bare LF before", b"\nGET http://{O}/ HTTP/1.1\r\nHost: {O}\r\n\r\n", 400),
        ("a bare CR before", b"\rGET http://{O}/ HTTP/1.1\r\nHost: {O}\r\n\r\n", 400),
        ("a TLS handshake", b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03", 400),
        ("an SSH banner", b"SSH-2.0-OpenSSH_9.6\r\n", 400),
        ("zeros", b"\0\0\0\0\0\0\0\0", 400),
        ("a SOCKS greeting", b"\x05\x01\x00", 400),
        ("a PROXY line where none is expected", b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n", 400),
        ("a byte order mark", b"\xef\xbb\xbfGET http://{O}/ HTTP/1.1\r\nHost: {O}\r\n\r\n", 400),
        ("UTF-16", b"\xff\xfeG\0E\0T\0", 400),
        ("the HTTP/2 preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        ("a response", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 400),
    ];
    cases.extend(others.iter().map(|(name, bytes, status)| case("line", *name, bytes, Expect::Refused(0, *status))));
    cases
}

pub fn fields() -> Vec<Case> {
    let get = |fields: &[u8]| [b"GET http://{O}/ HTTP/1.1\r\nHost: {O}\r\n", fields, b"\r\n\r\n"].concat();
    let bad: [&[u8]; 38] = [
        b"A : b",
        b"A\t: b",
        b" A: b",
        b"\tA: b",
        b": b",
        b" : b",
        b"A",
        b"A b",
        b"A b: c",
        b"A\0: b",
        b"A: \0",
        b"A: b\0c",
        b"A: \x01",
        b"A: \x08",
        b"A: \x0b",
        b"A: \x0c",
        b"A: \x1f",
        b"A: \x7f",
        b"A: b\rc",
        b"A: b\r",
        b"\rA: b",
        b"A\r: b",
        b"A: b\nC: d",
        b"A: b\r\n c",
        b"A: b\r\n\tc",
        b"A: b\r\n \r\nC: d",
        b"(A): b",
        b"A(b): c",
        b"A,B: c",
        b"A/B: c",
        b"A[0]: b",
        b"A{b}: c",
        b"A=b: c",
        b"\"A\": b",
        b"\xc3\xa4: b",
        b"A\xa0: b",
        b"A@b: c",
        b"A;b: c",
    ];
    let mut cases: Vec<Case> = bad.iter().map(|field| case("field", shown(field), get(field), REFUSE)).collect();
    let hosts: [(&str, &[u8]); 20] = [
        ("none", b""),
        ("two that agree", b"Host: {O}\r\nHost: {O}\r\n"),
        ("two that differ", b"Host: {O}\r\nHost: other.test\r\n"),
        ("two, apart", b"Host: {O}\r\nA: b\r\nhOsT: other.test\r\n"),
        ("a list", b"Host: {O}, other.test\r\n"),
        ("a list without blanks", b"Host: {O},other.test\r\n"),
        ("a blank inside", b"Host: {O} other.test\r\n"),
        ("a tab inside", b"Host: {O}\tother.test\r\n"),
        ("a user", b"Host: user@{O}\r\n"),
        ("a path", b"Host: {O}/\r\n"),
        ("a scheme", b"Host: http://{O}\r\n"),
        ("a fragment", b"Host: {O}#\r\n"),
        ("a query", b"Host: {O}?\r\n"),
        ("a backslash", b"Host: {O}\\\r\n"),
        ("a port of letters", b"Host: a.test:http\r\n"),
        ("two ports", b"Host: a.test:80:80\r\n"),
        ("an open bracket", b"Host: [::1\r\n"),
        ("bytes beyond ASCII", b"Host: \xc3\xa4.test\r\n"),
        ("folded", b"Host:\r\n {O}\r\n"),
        ("a NUL", b"Host: {O}\0\r\n"),
    ];
    cases.extend(hosts.iter().map(|(name, fields)| {
        case("field", format!("Host: {name}"), [b"GET http://{O}/ HTTP/1.1\r\n", *fields, b"\r\n"].concat(), REFUSE)
    }));
    cases.push(case("field", "Host: two in HTTP/1.0", "GET http://{O}/ HTTP/1.0\r\nHost: {O}\r\nHost: x.test\r\n\r\n", REFUSE));
    cases.push(case("field", "a bare LF as the last line", "GET http://{O}/ HTTP/1.1\r\nHost: {O}\r\n\n", REFUSE));
    cases.push(case("field", "a tab inside a value", get(b"A: b\tc"), ONE));
    cases.push(case("field", "every sign that a name may hold", get(b"A!#$%&'*+-.^_`|~9: b"), ONE));
    cases
}
