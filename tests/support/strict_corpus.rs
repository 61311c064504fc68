//! Raw bytes, and what must become of them: the corpus for security rules F1 to F11, as data.
//!
//! In the bytes, `{O}` stands for the authority of the origin and `{V}` for the proxy's own name in Via.
//! The cases know nothing of any proxy: `strict_run` sends them to whatever listens.

/// What a client does.
#[derive(Clone, Debug)]
pub enum Step {
    Send(Vec<u8>),
    /// Waits until these bytes have come back.
    Await(&'static str),
    /// Ends its side of the connection.
    End,
}

/// What must happen.
#[derive(Clone, Debug)]
pub enum Expect {
    /// This many requests reach the origin, all strict, and as many answers come back; the last request holds these
    /// lines (`name: value`, or `name` for any value), and not those named with `!` before them.
    Forwarded(usize, &'static [&'static str]),
    /// After this many forwarded requests comes this status, nothing more reaches the origin, and the connection ends.
    Refused(usize, u16),
    /// The same with any of these statuses.
    RefusedAs(&'static [u16]),
    /// No whole request reaches the origin; the client gets a refusal or nothing, and the connection ends.
    Cut,
    /// Either forwarded as one strict request, or refused with 4xx or 5xx.
    StrictOrRefused,
    /// The answer is passed on whole, with this status and body.
    Answered(u16, &'static str),
    /// The answer is replaced by 502.
    BadGateway,
    /// The client gets 502, or can see that the answer is not whole.
    Truncated,
    /// The answer is passed on whole, but the connection to the origin is not used again.
    AnsweredOnce(u16),
    /// These bytes come back through a tunnel.
    Tunnelled(&'static str),
}

/// One case.
#[derive(Clone, Debug)]
pub struct Case {
    pub group: &'static str,
    pub name: String,
    pub steps: Vec<Step>,
    /// What the origin answers; nothing means an ordinary 200.
    pub answer: Option<Vec<u8>>,
    /// The origin closes behind its answer.
    pub closes: bool,
    /// The requests are HEAD.
    pub bodiless: bool,
    pub expect: Expect,
}

fn case(group: &'static str, name: impl Into<String>, bytes: impl AsRef<[u8]>, expect: Expect) -> Case {
    let steps = vec![Step::Send(bytes.as_ref().to_vec())];
    Case { group, name: name.into(), steps, answer: None, closes: false, bodiless: false, expect }
}

fn shown(bytes: &[u8]) -> String {
    bytes.iter().take(60).flat_map(|byte| std::ascii::escape_default(*byte)).map(char::from).collect()
}

/// All cases.
pub fn corpus() -> Vec<Case> {
    let groups = [control(), framing(), chunks(), lines(), fields(), limits(), hops(), upgrades(), connects(), pipelines()];
    let mut cases: Vec<Case> = groups.into_iter().flatten().collect();
    cases.extend(super::strict_corpus_answers::answers());
    cases
}

const REFUSE: Expect = Expect::Refused(0, 400);
const ONE: Expect = Expect::Forwarded(1, &[]);

fn control() -> Vec<Case> {
    let good: [(&str, &str, Expect); 15] = [
        ("absolute form", "GET http://{O}/a?b=c HTTP/1.1\r\nHost: {O}\r\n\r\n", Expect::Forwarded(1, &["target: /a?b=c", "via", "host"])),
        ("origin form", "GET /a HTTP/1.1\r\nHost: {O}\r\n\r\n", ONE),
        ("absolute form wins over Host", "GET http://{O}/a HTTP/1.1\r\nHost: other.test\r\n\r\n", Expect::Forwarded(1, &["host: {O}"])),
        ("no path", "GET http://{O} HTTP/1.1\r\nHost: {O}\r\n\r\n", Expect::Forwarded(1, &["target: /"])),
        ("query without path", "GET http://{O}?a HTTP/1.1\r\nHost: {O}\r\n\r\n", Expect::Forwarded(1, &["target: /?a"])),
        ("HTTP/1.0", "GET http://{O}/a HTTP/1.0\r\n\r\n", ONE),
        ("HTTP/1.0 with Host", "GET http://{O}/a HTTP/1.0\r\nHost: {O}\r\n\r\n", ONE),
        ("an unknown method", "PURGE http://{O}/a HTTP/1.1\r\nHost: {O}\r\n\r\n", Expect::StrictOrRefused),
        ("OPTIONS for the whole origin", "OPTIONS http://{O} HTTP/1.1\r\nHost: {O}\r\n\r\n", Expect::StrictOrRefused),
        (
            "a body by length",
            "POST http://{O}/ HTTP/1.1\r\nHost: {O}\r\nContent-Length: 5\r\n\r\nhello",
            Expect::Forwarded(1, &["body: hello"]),
        ),
        ("an empty body", "POST http://{O}/ HTTP/1.1\r\nHost: {O}\r\nContent-Length: 0\r\n\r\n", Expect::Forwarded(1, &["body: "])),
        ("GET with a body", "GET http://{O}/ HTTP/1.1\r\nHost: {O}\r\nContent-Length: 2\r\n\r\nhi", Expect::Forwarded(1, &["body: hi"])),
        ("one empty line before", "\r\nGET http://{O}/ HTTP/1.1\r\nHost: {O}\r\n\r\n", ONE),
        ("blanks around values", "GET http://{O}/ HTTP/1.1\r\nHost:\t {O} \t\r\nA:b\r\nC:\r\n\r\n", Expect::Forwarded(1, &["a: b", "c: "])),
        ("bytes beyond ASCII in a value", "GET http://{O}/ HTTP/1.1\r\nHost: {O}\r\nA: \u{e4}\r\n\r\n", Expect::Forwarded(1, &["a"])),
    ];
    let mut cases: Vec<Case> = good.into_iter().map(|(name, bytes, expect)| case("control", name, bytes, expect)).collect();
    let mut head = case("control", "HEAD", "HEAD http://{O}/ HTTP/1.1\r\nHost: {O}\r\n\r\n", ONE);
    (head.bodiless, head.answer) = (true, Some(b"HTTP/1.1 200 OK\r\nContent-Length: 700\r\n\r\n".to_vec()));
    cases.push(head);
    cases
}

fn post(fields: &[u8], body: &[u8]) -> Vec<u8> {
    [b"POST http://{O}/ HTTP/1.1\r\nHost: {O}\r\n", fields, b"\r\n", body].concat()
}

fn framing() -> Vec<Case> {
    let lengths: [&[u8]; 26] = [
        b"",
        b" ",
        b"+5",
        b"-5",
        b"-0",
        b"0x5",
        b"5 5",
        b"5,5",
        b"5, 5",
        b"5,",
        b",5",
        b"5;",
        b"5.0",
        b"5e0",
        b"1_0",
        b"five",
        b"5\xa0",
        b"\xa05",
        b"\x0b5",
        b"5\x85",
        b"\"5\"",
        b"18446744073709551615",
        b"18446744073709551616",
        b"18446744073709551621",
        b"9223372036854775808",
        b"99999999999999999999999999",
    ];
    let mut cases: Vec<Case> = lengths
        .iter()
        .map(|value| {
            case(
                "framing",
                format!("Content-Length: {}", shown(value)),
                post(&[b"Content-Length: ", *value, b"\r\n"].concat(), b"hello"),
                REFUSE,
            )
        })
        .collect();
    let codings: [&[u8]; 30] = [
        b"",
        b"identity",
        b"gzip",
        b"gzip, chunked",
        b"chunked, gzip",
        b"chunked, chunked",
        b"chunked, identity",
        b"identity, chunked",
        b",chunked",
        b"chunked,",
        b", chunked",
        b"xchunked",
        b"chunkedx",
        b"chunke",
        b"x chunked",
        b"chunked x",
        b"chunked;q=1",
        b"chunked; a=b",
        b"\"chunked\"",
        b"'chunked'",
        b"chunked\xa0",
        b"\xa0chunked",
        b"\x0bchunked",
        b"chunked\x0c",
        b"chunked\0",
        b"\0chunked",
        b"chunked\x85",
        b"cow, chunked",
        b"deflate,chunked",
        b"chun ked",
    ];
    cases.extend(codings.iter().map(|value| {
        let fields = [b"Transfer-Encoding: ", *value, b"\r\n"].concat();
        case("framing", format!("Transfer-Encoding: {}", shown(value)), post(&fields, b"5\r\nhello\r\n0\r\n\r\n"), REFUSE)
    }));
    let pairs: [(&str, &[u8]); 16] = [
        ("both, length first", b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
        ("both, coding first", b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"),
        ("both, length zero", b"Content-Length: 0\r\nTransfer-Encoding: chunked\r\n"),
        ("both, bad coding", b"Content-Length: 5\r\nTransfer-Encoding: x\r\n"),
        ("two lengths that differ", b"Content-Length: 5\r\nContent-Length: 6\r\n"),
        ("two lengths that agree", b"Content-Length: 5\r\nContent-Length: 5\r\n"),
        ("an empty length first", b"Content-Length:\r\nContent-Length: 5\r\n"),
        ("an empty length last", b"Content-Length: 5\r\nContent-Length:\r\n"),
        ("two codings", b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
        ("two codings, identity first", b"Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n"),
        ("two codings, identity last", b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"),
        ("an empty coding first", b"Transfer-Encoding:\r\nTransfer-Encoding: chunked\r\n"),
        ("a folded coding", b"Transfer-Encoding:\r\n chunked\r\n"),
        ("a folded length", b"Content-Length:\r\n 5\r\n"),
        ("a blank before the colon of a coding", b"Transfer-Encoding : chunked\r\n"),
        ("a blank before the colon of a length", b"Content-Length : 5\r\n"),
    ];
    cases.extend(pairs.iter().map(|(name, fields)| case("framing", *name, post(fields, b"5\r\nhello\r\n0\r\n\r\n"), REFUSE)));
    let old = "POST http://{O}/ HTTP/1.0\r\nHost: {O}\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
    cases.push(case("framing", "chunked in HTTP/1.0", old, REFUSE));
    let old = "POST http://{O}/ HTTP/1.0\r\nHost: {O}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nhello";
    cases.push(case("framing", "both in HTTP/1.0", old, REFUSE));
    let padded = post(b"Content-Length: 0005\r\n", b"hello");
    cases.push(case("framing", "zeros before a length", padded, Expect::Forwarded(1, &["content-length: 5", "body: hello"])));
    cases.push(case("framing", "a name that only looks like a length", post(b"Content_Length: 5\r\n", b""), ONE));
    cases.push(case(
        "framing",
        "CHUNKED in capitals",
        post(b"TRANSFER-ENCODING: CHUNKED\r\n", b"5\r\nhello\r\n0\r\n\r\n"),
        Expect::Forwarded(1, &["body: hello"]),
    ));
    let short = post(b"Content-Length: 50\r\n", b"hello");
    let mut cut = case("framing", "a body that ends early", short, Expect::Cut);
    cut.steps.push(Step::End);
    cases.push(cut);
    cases
}

fn chunks() -> Vec<Case> {
    let good: [(&str, &[u8], &[&str]); 9] = [
        ("one", b"5\r\nhello\r\n0\r\n\r\n", &["body: hello"]),
        ("several", b"2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", &["body: hello"]),
        ("none", b"0\r\n\r\n", &["body: "]),
        ("capital digits", b"A\r\n0123456789\r\n0\r\n\r\n", &["body: 0123456789"]),
        ("sixteen digits", b"0000000000000005\r\nhello\r\n0\r\n\r\n", &["body: hello"]),
        ("several zeros at the end", b"5\r\nhello\r\n000\r\n\r\n", &["body: hello"]),
        ("an extension", b"5;a=b\r\nhello\r\n0\r\n\r\n", &["body: hello"]),
        ("a quoted extension", b"5;a=\"b;c\"\r\nhello\r\n0;x\r\n\r\n", &["body: hello"]),
        ("a trailer", b"5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n", &["body: hello", "!x-sum"]),
    ];
    let post = |body: &[u8]| post(b"Transfer-Encoding: chunked\r\n", body);
    let mut cases: Vec<Case> =
        good.iter().map(|(name, body, lines)| case("chunk", format!("good: {name}"), post(body), Expect::Forwarded(1, lines))).collect();
    let bad: [&[u8]; 42] = [
        b"\r\n",
        b"g\r\n",
        b"+5\r\nhello\r\n0\r\n\r\n",
        b"-5\r\nhello\r\n0\r\n\r\n",
        b" 5\r\nhello\r\n0\r\n\r\n",
        b"0x5\r\nhello\r\n0\r\n\r\n",
        b"5_0\r\n",
        b"5,5\r\n",
        b"5 \r\nhello\r\n0\r\n\r\n",
        b"5\t\r\nhello\r\n0\r\n\r\n",
        b"5 5\r\nhello\r\n0\r\n\r\n",
        b"5\nhello\n0\n\n",
        b"5\nhello\r\n0\r\n\r\n",
        b"5\r\nhello\n0\r\n\r\n",
        b"5\r\nhello\r\n0\n\n",
        b"5\r\nhello\r\n0\r\n\n",
        b"5\rXhello\r\n0\r\n\r\n",
        b"5\r\nhello0\r\n\r\n",
        b"5\r\nhelloXX0\r\n\r\n",
        b"4\r\nhello\r\n0\r\n\r\n",
        b"5\r\nhello\r\n\r\n0\r\n\r\n",
        b"00000000000000005\r\nhello\r\n0\r\n\r\n",
        b"FFFFFFFFFFFFFFFF\r\nhello",
        b"8000000000000000\r\nhello",
        b"10000000000000005\r\nhello\r\n0\r\n\r\n",
        b"5;a\nhello\r\n0\r\n\r\n",
        b"5;a\rb\r\nhello\r\n0\r\n\r\n",
        b"5;a\0\r\nhello\r\n0\r\n\r\n",
        b"5;\x7f\r\nhello\r\n0\r\n\r\n",
        b"5\0\r\nhello\r\n0\r\n\r\n",
        b"5\xa0\r\nhello\r\n0\r\n\r\n",
        b"\xef\xbc\x95\r\nhello\r\n0\r\n\r\n",
        b"5\r\nhello\r\n0\r\n : x\r\n\r\n",
        b"5\r\nhello\r\n0\r\nx\r\n\r\n",
        b"5\r\nhello\r\n0\r\nx : y\r\n\r\n",
        b"5\r\nhello\r\n0\r\nx: \0\r\n\r\n",
        b"5\r\nhello\r\n0\r\nx: y\r\n z\r\n\r\n",
        b"5\r\nhello\r\n0\r\nContent-Length: 5\r\n\r\n",
        b"5\r\nhello\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"5\r\nhello\r\n0\r\nHost: x.test\r\n\r\n",
        b"5\r\nhello\r\n0\r\nx: y\n\r\n",
        b"5\r\nhello\r\n0;a\0\r\n\r\n",
    ];
    cases.extend(bad.iter().map(|body| case("chunk", shown(body), post(body), Expect::Cut)));
    let zeros = post(&[&b"0".repeat(65_536)[..], b"5\r\nhello\r\n0\r\n\r\n"].concat());
    cases.push(case("chunk", "64 K of zeros before a size", zeros, Expect::Cut));
    let extension = post(&[b"5;", &b"a".repeat(5_000)[..], b"\r\nhello\r\n0\r\n\r\n"].concat());
    cases.push(case("chunk", "an extension over the limit", extension, Expect::Cut));
    let extensions = post(&[&b"1;aaaaaaaaaaaa\r\nx\r\n".repeat(500)[..], b"0\r\n\r\n"].concat());
    cases.push(case("chunk", "many extensions over the limit", extensions, Expect::Cut));
    let trailer = post(&[b"0\r\na: ", &b"b".repeat(20_000)[..], b"\r\n\r\n"].concat());
    cases.push(case("chunk", "a trailer over the limit", trailer, Expect::Cut));
    for cut in [1, 3, 9, 12] {
        let mut early = case("chunk", format!("ends after {cut} bytes"), post(&b"5\r\nhello\r\n0\r\n\r\n"[..cut]), Expect::Cut);
        early.steps.push(Step::End);
        cases.push(early);
    }
    cases
}

fn lines() -> Vec<Case> {
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

fn fields() -> Vec<Case> {
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

fn limits() -> Vec<Case> {
    let get = |path: usize, value: usize| {
        format!("GET http://{{O}}/{} HTTP/1.1\r\nHost: {{O}}\r\nA: {}\r\n\r\n", "p".repeat(path), "v".repeat(value))
    };
    let many = |count: usize| format!("GET http://{{O}}/ HTTP/1.1\r\nHost: {{O}}\r\n{}\r\n", "A: b\r\n".repeat(count));
    let method = |length: usize| format!("{} http://{{O}}/ HTTP/1.1\r\nHost: {{O}}\r\n\r\n", "M".repeat(length));
    vec![
        case("limit", "a target of 7,900 bytes", get(7_900, 1), ONE),
        case("limit", "a target of 20,000 bytes", get(20_000, 1), Expect::Refused(0, 414)),
        case("limit", "a target of a megabyte", get(1_000_000, 1), Expect::Refused(0, 414)),
        case("limit", "a value of 30,000 bytes", get(1, 30_000), ONE),
        case("limit", "a value of 70,000 bytes", get(1, 70_000), Expect::Refused(0, 431)),
        case("limit", "a value of a megabyte", get(1, 1_000_000), Expect::Refused(0, 431)),
        case("limit", "90 fields", many(90), ONE),
        case("limit", "101 fields", many(101), Expect::Refused(0, 431)),
        case("limit", "10,000 fields", many(10_000), Expect::Refused(0, 431)),
        case("limit", "a method of 33 letters", method(33), Expect::Refused(0, 501)),
        case("limit", "a method of 100,000 letters", method(100_000), Expect::Refused(0, 501)),
    ]
}

fn hops() -> Vec<Case> {
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

fn upgrades() -> Vec<Case> {
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

fn connects() -> Vec<Case> {
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

fn pipelines() -> Vec<Case> {
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
