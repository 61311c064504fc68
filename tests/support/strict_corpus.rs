//! Raw bytes, and what must become of them: the corpus for security rules F1 to F11, as data.
//!
//! In the bytes, `{O}` stands for the authority of the origin and `{V}` for the proxy's own name in Via.
//! The cases know nothing of any proxy: `strict_run` sends them to whatever listens.

use super::strict_corpus_heads as heads;
use super::strict_corpus_more as more;

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

/// A client that sends these bytes at once, before an ordinary origin.
pub fn case(group: &'static str, name: impl Into<String>, bytes: impl AsRef<[u8]>, expect: Expect) -> Case {
    let steps = vec![Step::Send(bytes.as_ref().to_vec())];
    Case { group, name: name.into(), steps, answer: None, closes: false, bodiless: false, expect }
}

/// The start of some bytes, readable.
pub fn shown(bytes: &[u8]) -> String {
    bytes.iter().take(60).flat_map(|byte| std::ascii::escape_default(*byte)).map(char::from).collect()
}

/// All cases.
pub fn corpus() -> Vec<Case> {
    let groups = [
        control(),
        framing(),
        chunks(),
        heads::lines(),
        heads::fields(),
        limits(),
        more::hops(),
        more::upgrades(),
        more::connects(),
        more::pipelines(),
    ];
    let mut cases: Vec<Case> = groups.into_iter().flatten().collect();
    cases.extend(super::strict_corpus_answers::answers());
    cases
}

/// Refused at once.
pub const REFUSE: Expect = Expect::Refused(0, 400);
/// Forwarded, whatever else.
pub const ONE: Expect = Expect::Forwarded(1, &[]);

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

/// A POST with these field lines and this body.
pub fn post(fields: &[u8], body: &[u8]) -> Vec<u8> {
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
    for method in ["GET", "HEAD", "DELETE", "OPTIONS", "PURGE"] {
        let head = format!("{method} http://{{O}}/ HTTP/1.1\r\nHost: {{O}}\r\nTransfer-Encoding: chunked\r\n\r\n");
        let mut good = case(
            "framing",
            format!("{method} with a chunked body"),
            format!("{head}5\r\nhello\r\n0\r\n\r\n"),
            Expect::Forwarded(1, &["body: hello"]),
        );
        good.bodiless = method == "HEAD";
        good.answer = good.bodiless.then(|| b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n".to_vec());
        cases.push(good);
        cases.push(case("framing", format!("{method} with a bad chunked body"), format!("{head}5\r\nhelloX\r\n0\r\n\r\n"), Expect::Cut));
        let mut short =
            case("framing", format!("{method} with a chunked body that ends early"), format!("{head}5\r\nhello\r\n"), Expect::Cut);
        short.steps.push(Step::End);
        cases.push(short);
    }
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
