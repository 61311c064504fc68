//! The canonicaliser beside a second URL parser, the `url` crate (goal E7): every difference has a reason, written here.
//!
//! Two sources of addresses: the machine-readable cases of the WHATWG URL standard (inputs and bases only, from
//! web-platform-tests, url/resources/urltestdata.json, BSD 3-Clause), and combinations generated from parts.

use crate::canon_support::Random;
use lifeguard::canon::{CanonicalUrl, Form, RawTarget, UnreadableKind, Wrappers, canonicalise};
use std::collections::BTreeMap;
use url::Url;

const PUBLISHED: &str = include_str!("../data/canon/whatwg-inputs.json");
const GENERATED: usize = 60_000;

fn ours(text: &str) -> Result<CanonicalUrl, UnreadableKind> {
    canonicalise(RawTarget::Absolute(text.as_bytes()), &Wrappers::none()).map_err(|fault| fault.kind)
}

/// Why we refuse what the other parser reads: the rule, if it really applies to this address.
fn reason_to_refuse(kind: UnreadableKind, text: &str, theirs: &Url) -> Option<&'static str> {
    use UnreadableKind as Kind;
    let host = theirs.host_str().unwrap_or_default();
    let labels = || host.strip_suffix('.').unwrap_or(host).split('.');
    let authority_start = text.find("//").map_or(text.len(), |at| at + 2);
    let authority = text[authority_start..].split(['/', '?', '#']).next().unwrap_or_default();
    let (applies, rule) = match kind {
        Kind::BlankOrControl => (text.bytes().any(|byte| byte <= b' ' || byte == 0x7f), "P1: raw blanks and controls"),
        Kind::UnsupportedScheme => {
            let known = ["http", "https", "ws", "wss"].contains(&theirs.scheme());
            (!known || text.starts_with(|first: char| first <= ' '), "H1: other schemes")
        }
        Kind::BadSlashes => {
            let after = text.split_once(':').map_or("", |(_, rest)| rest);
            let slashes = after.bytes().take_while(|byte| matches!(byte, b'/' | b'\\')).count();
            (slashes != 2 || !after.starts_with("//"), "H1: exactly two slashes")
        }
        Kind::BackslashInAuthority => (authority.contains('\\'), "H1: no backslash in the authority"),
        Kind::ForbiddenInHost => {
            let odd = |byte: u8| !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
            (host.bytes().any(odd), "H2: only letters, digits, hyphen, underscore and dot")
        }
        Kind::EmptyLabel => (labels().any(str::is_empty), "H4: empty labels"),
        Kind::LabelTooLong => (labels().any(|label| label.len() > 63), "H4: label length"),
        Kind::NameTooLong => (host.len() > 253, "H4: name length"),
        Kind::BadPort => (theirs.port() == Some(0), "H6: port 0"),
        Kind::EmptyHost => (host.is_empty(), "H1: a host is needed"),
        Kind::TooLong
        | Kind::Empty
        | Kind::NotOriginForm
        | Kind::NotAnAuthority
        | Kind::UserinfoNotAllowed
        | Kind::PercentInHost
        | Kind::HostNotUtf8
        | Kind::BadInternationalName
        | Kind::BadIpv4
        | Kind::BadIpv6
        | Kind::ZoneId
        | Kind::MissingPort
        | Kind::TooManyForms
        | Kind::EmbeddedUnreadable => (false, ""),
    };
    applies.then_some(rule)
}

/// Host as we write it: no brackets, no trailing dot.
fn host_of(theirs: &Url) -> String {
    match theirs.host() {
        Some(url::Host::Ipv6(address)) => address.to_string(),
        Some(host) => host.to_string().trim_end_matches('.').to_owned(),
        None => String::new(),
    }
}

/// Canonical path and the pairs of the query.
type PathAndPairs<'a> = (&'a [u8], Vec<(Vec<u8>, Vec<u8>)>);

fn own(url: &CanonicalUrl) -> PathAndPairs<'_> {
    let form: &Form = &url.forms()[0];
    (form.path(), form.pairs().iter().map(|(name, value)| (name.to_vec(), value.to_vec())).collect())
}

/// The rule that explains the difference, nothing where there is none, or an unexplained difference.
fn compare(text: &str) -> Result<Option<&'static str>, String> {
    match (ours(text), Url::parse(text)) {
        (Err(_), Err(_)) => Ok(None),
        (Ok(ours), Err(fault)) => Err(format!("{text:?}: read as {}, the other parser says {fault}", ours.to_text())),
        (Err(kind), Ok(theirs)) => match reason_to_refuse(kind, text, &theirs) {
            Some(rule) => Ok(Some(rule)),
            None => Err(format!("{text:?}: refused as {kind:?}, the other parser reads {theirs}")),
        },
        (Ok(read), Ok(theirs)) => {
            let again = ours(theirs.as_str()).map_err(|kind| format!("{text:?}: their text {theirs} is {kind:?}"))?;
            let same_path = own(&read).0 == own(&again).0;
            let read_too = read.forms().iter().any(|form| form.path() == own(&again).0);
            let same = read.host() == host_of(&theirs)
                && Some(read.port()) == theirs.port_or_known_default()
                && read.scheme() == again.scheme()
                && own(&read).1 == own(&again).1;
            if same && same_path {
                Ok(None)
            } else if same && read_too {
                Ok(Some("P3: empty segments go before .. is resolved; their reading is a form too"))
            } else {
                Err(format!("{text:?}: {} against {theirs}", read.to_text()))
            }
        }
    }
}

/// Compares all and returns how often each rule explained a difference.
fn compare_all(texts: impl Iterator<Item = String>) -> BTreeMap<&'static str, usize> {
    let (mut explained, mut unexplained) = (BTreeMap::new(), Vec::new());
    for text in texts {
        match compare(&text) {
            Ok(None) => *explained.entry("no difference").or_default() += 1,
            Ok(Some(rule)) => *explained.entry(rule).or_default() += 1,
            Err(difference) => unexplained.push(difference),
        }
    }
    assert!(unexplained.is_empty(), "{} unexplained:\n{}", unexplained.len(), unexplained.join("\n"));
    explained
}

#[test]
fn published_addresses_read_the_same_or_differ_for_a_reason() {
    let cases: Vec<(String, Option<String>)> = serde_json::from_str(PUBLISHED).unwrap();
    assert!(cases.len() > 800);
    let resolved = cases.iter().filter_map(|(input, base)| {
        let base = Url::parse(base.as_deref()?).ok()?;
        base.join(input).ok().map(|url| url.to_string())
    });
    let raw = cases.iter().map(|(input, _)| input.clone());
    println!("{:#?}", compare_all(raw.chain(resolved)));
}

#[test]
fn generated_addresses_read_the_same_or_differ_for_a_reason() {
    const SCHEMES: &[&str] = &["http://", "https://", "HTTP://", "ws://", "wss://", "http:/", "http:///", "ftp://", "http:\\\\"];
    const USERS: &[&str] = &["", "", "", "u@", "u:p@", "@", "a@b@", "%40@", "u:p:q@"];
    const HOSTS: &[&str] = &[
        "a.test",
        "A.Test",
        "a.test.",
        "a..test",
        ".a.test",
        "a.test..",
        "%61.test",
        "a%2etest",
        "a%2ftest",
        "%2561.test",
        "\u{ff41}.test",
        "a\u{3002}test",
        "a\u{ad}.test",
        "stra\u{df}e.test",
        "b\u{fc}cher.test",
        "xn--bcher-kva.test",
        "XN--BCHER-KVA.test",
        "xn--a.test",
        "xn--.test",
        "xn--example-.test",
        "\u{435}.test",
        "a_b.test",
        "a!b.test",
        "a,b.test",
        "a*b.test",
        "a b.test",
        "1.2.3.4",
        "0x7f.1",
        "017700000001",
        "1.2.3",
        "1.2.3.256",
        "1.2.3.4.5",
        "4294967295",
        "4294967296",
        "0x",
        "1.0x",
        "1.2.3.4.",
        "\u{ff11}.2.3.4",
        "09.1.1.1",
        "1.2.3.08",
        "a.1",
        "a.0x1",
        "a.09",
        "1a",
        "a.1a",
        "[::1]",
        "[::ffff:1.2.3.4]",
        "[1:2:3:4:5:6:7:8]",
        "[1::8]",
        "[::1%25a]",
        "[1::2::3]",
        "[::1.2.3]",
        "[::01.2.3.4]",
        "[1:2:3:4:5:6:1.2.3.4]",
        "[:1]",
        "[1:]",
        "[::g]",
        "[::12345]",
        "[1:2:3:4:5:6:7::]",
        "[::2:3:4:5:6:7:8]",
        "",
        "localhost",
        "a\u{200d}b.test",
        "\u{2603}.test",
        "a\u{0}.test",
        "-a-.test",
        "a--b.test",
        "ab--c.test",
    ];
    const PORTS: &[&str] = &["", "", ":", ":80", ":443", ":8080", ":0", ":65535", ":65536", ":080", ":8o"];
    const SEGMENTS: &[&str] = &[
        "/",
        "/a",
        "/B",
        "/.",
        "/..",
        "/%2e",
        "/%2E%2e",
        "/.%2e",
        "/a%20b",
        "/%41",
        "/\u{e9}",
        "/%C3%A9",
        "\\c",
        "/..\\",
        "/;p",
        "/a;b=c",
        "/%zz",
        "/%",
        "/a[b]",
        "/\u{212a}",
        "/a|b",
        "/%25",
        "/~",
        "/%7e",
    ];
    const TAILS: &[&str] = &["", "", "?", "?a=b", "?a=b&c=%20", "?x=\u{e9}", "#f", "?a#f", "#f?a", "?a=b+c", "?[]=1|2", "?a\\b", "?'\"<>"];
    let mut random = Random(1);
    let texts = (0..GENERATED).map(|_| {
        let mut text = [random.pick(SCHEMES), random.pick(USERS), random.pick(HOSTS), random.pick(PORTS)].concat();
        (0..random.below(5)).for_each(|_| text.push_str(random.pick(SEGMENTS)));
        text + random.pick(TAILS)
    });
    println!("{:#?}", compare_all(texts));
}
