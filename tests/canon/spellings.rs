//! The spellings corpus: every rule of the canonicaliser applied to every kind of list entry, one rule at a time.
//!
//! Each spelling of an entry must match it or be refused, as its rule says; each neighbour of an entry must pass. The
//! corpus is generated here from the rules (H1-H7, P1-P7, R1-R5), and its size is asserted.

use crate::canon_support::{Case, List, Outcome};
use lifeguard::canon::{Wrappers, canonicalise};
use lifeguard::lists::Format;
use lifeguard::matcher::find;

/// What must become of a spelling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Must {
    Match,
    Refuse,
    Pass,
}

/// A listed address in parts; host and path are plain ASCII or UTF-8 as a person would write them.
struct Listed {
    entry: &'static str,
    host: &'static str,
    path: &'static str,
    query: &'static str,
}

const LISTED: &[Listed] = &[
    Listed { entry: "listed.test", host: "listed.test", path: "/", query: "" },
    Listed { entry: "deep.sub.listed.example", host: "deep.sub.listed.example", path: "/any/page.html", query: "x=1" },
    Listed { entry: "b\u{fc}cher.test", host: "b\u{fc}cher.test", path: "/", query: "" },
    Listed { entry: "192.0.2.7", host: "192.0.2.7", path: "/", query: "" },
    Listed { entry: "[2001:db8::7]", host: "[2001:db8::7]", path: "/", query: "" },
    Listed { entry: "pages.test/area/bad-page.html", host: "pages.test", path: "/area/bad-page.html", query: "" },
    Listed { entry: "pages.test/stra\u{df}e/caf\u{e9}", host: "pages.test", path: "/stra\u{df}e/caf\u{e9}", query: "" },
    Listed { entry: "198.51.100.9/gallery", host: "198.51.100.9", path: "/gallery", query: "" },
    Listed { entry: "view.test/show.php?id=7&lang=en", host: "view.test", path: "/show.php", query: "id=7&lang=en" },
    Listed { entry: "view.test/find?q=two words", host: "view.test", path: "/find", query: "q=two%20words" },
];

fn entries() -> Vec<String> {
    LISTED.iter().map(|listed| listed.entry.replace(' ', "%20")).collect()
}

fn list() -> List {
    let entries = entries();
    List::of(&entries.iter().map(String::as_str).collect::<Vec<_>>())
}

/// The corpus under construction.
#[derive(Default)]
struct Corpus {
    cases: Vec<(&'static str, Case, Must)>,
}

impl Corpus {
    fn add(&mut self, rule: &'static str, case: Case, must: Must) {
        if !self.cases.iter().any(|(_, known, _)| *known == case) {
            self.cases.push((rule, case, must));
        }
    }

    fn absolute(&mut self, rule: &'static str, text: impl AsRef<[u8]>, must: Must) {
        self.add(rule, Case::absolute(text), must);
    }

    /// The same host and target in every place where an address can stand.
    fn everywhere(&mut self, rule: &'static str, host: &[u8], target: &[u8], must: Must) {
        self.absolute(rule, [b"http://", host, target].concat(), must);
        self.absolute(rule, [b"https://", host, target].concat(), must);
        self.add(rule, Case::Origin(host.to_vec(), target.to_vec()), must);
    }
}

impl Listed {
    fn target(&self) -> String {
        target(self.path, self.query)
    }
    fn is_name(&self) -> bool {
        self.host.bytes().next_back().is_some_and(|byte| byte.is_ascii_alphabetic())
    }
    fn is_ipv4(&self) -> bool {
        self.host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
    }
    fn is_host_entry(&self) -> bool {
        !self.entry.contains('/')
    }
}

fn target(path: &str, query: &str) -> String {
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

fn percent(bytes: &[u8], upper: bool) -> String {
    bytes.iter().map(|byte| if upper { format!("%{byte:02X}") } else { format!("%{byte:02x}") }).collect()
}

/// Each character on its own put through `change`; `None` leaves it out of the corpus.
fn each_character(text: &str, change: impl Fn(char) -> Option<String>) -> Vec<String> {
    let places = text.char_indices();
    places
        .filter_map(|(at, character)| change(character).map(|new| format!("{}{new}{}", &text[..at], &text[at + character.len_utf8()..])))
        .collect()
}

fn fullwidth(character: char) -> Option<String> {
    let wide = char::from_u32(u32::from(character) + 0xfee0)?;
    character.is_ascii_graphic().then(|| wide.to_string())
}

fn scheme_and_authority(corpus: &mut Corpus, listed: &Listed) {
    let (host, target) = (listed.host, listed.target());
    for scheme in ["http", "https", "ws", "wss", "HTTP", "hTTpS", "WS"] {
        corpus.absolute("H1 scheme", format!("{scheme}://{host}{target}"), Must::Match);
    }
    for start in [
        "ftp://",
        "gopher://",
        "htp://",
        "http:/",
        "http:",
        "http:///",
        "http:////",
        "http:\\\\",
        "http:/\\",
        "http:\\/",
        "://",
        "//",
        "",
        "http//",
        "http%3A//",
        " http://",
        "\thttp://",
        "javascript:",
        "file://",
    ] {
        corpus.absolute("H1 slashes and schemes", format!("{start}{host}{target}"), Must::Refuse);
    }
    for user in ["u@", "u:p@", "@", ":@", "a@b@", "http:%2F%2Fother.test%2F@", "other.test:80@", "%40@", "\u{e9}@"] {
        corpus.absolute("H1 userinfo", format!("http://{user}{host}{target}"), Must::Match);
    }
    for port in [":", ":80", ":443", ":1", ":65535", ":8080", ":00080"] {
        corpus.everywhere("H6 port", format!("{host}{port}").as_bytes(), target.as_bytes(), Must::Match);
    }
    for port in [":0", ":65536", ":99999999999999999999", ":80a", ":-80", ":+80", ":0x50", ":80:80", ":%38%30", ": 80"] {
        corpus.everywhere("H6 port", format!("{host}{port}").as_bytes(), target.as_bytes(), Must::Refuse);
    }
    for junk in [
        "\\", " ", "\t", "\r", "\n", "\0", "\x0b", "\x7f", "<", ">", "^", "|", ",", "\"", "{", "`", "%", "%00", "%20", "%0a", "%2f", "%5c",
        "%3a", "%40", "%23", "%3f", "%zz", "%",
    ] {
        corpus.everywhere("H1 H2 forbidden", format!("{junk}{host}").as_bytes(), target.as_bytes(), Must::Refuse);
        corpus.everywhere("H1 H2 forbidden", format!("{host}{junk}").as_bytes(), target.as_bytes(), Must::Refuse);
    }
    corpus.absolute("P1 fragment", format!("http://{host}{target}#top"), Must::Match);
    corpus.absolute("P1 fragment", format!("http://{host}{target}#?/../x"), Must::Match);
    corpus.absolute("P1 fragment", format!("http://{host}{target}#a b"), Must::Refuse);
}

fn names(corpus: &mut Corpus, listed: &Listed) {
    let (host, target) = (listed.host, listed.target());
    let mut spell = |rule: &'static str, host: String, must: Must| corpus.everywhere(rule, host.as_bytes(), target.as_bytes(), must);
    spell("H3 case", host.to_uppercase(), Must::Match);
    each_character(host, |letter| letter.is_alphabetic().then(|| letter.to_uppercase().to_string()))
        .into_iter()
        .for_each(|host| spell("H3 case", host, Must::Match));
    for (rule, hosts) in [
        ("H2 percent", each_character(host, |letter| Some(percent(letter.to_string().as_bytes(), true)))),
        ("H2 percent", each_character(host, |letter| Some(percent(letter.to_string().as_bytes(), false)))),
        ("H3 fullwidth", each_character(host, fullwidth)),
        ("H3 fullwidth, percent", each_character(host, |letter| fullwidth(letter).map(|wide| percent(wide.as_bytes(), true)))),
    ] {
        hosts.into_iter().for_each(|host| spell(rule, host, Must::Match));
    }
    each_character(host, |letter| Some(percent(letter.to_string().as_bytes(), true).replace('%', "%25")))
        .into_iter()
        .for_each(|host| spell("H2 percent twice", host, Must::Refuse));
    for dot in ["\u{3002}", "\u{ff0e}", "\u{ff61}", "%2e", "%E3%80%82"] {
        spell("H3 dots", host.replace('.', dot), Must::Match);
        spell("H4 trailing dot", format!("{host}{dot}"), Must::Match);
        spell("H4 empty labels", format!("{host}.{dot}"), Must::Refuse);
        spell("H4 empty labels", format!("{dot}{host}"), Must::Refuse);
        spell("H4 empty labels", host.replacen('.', &format!(".{dot}"), 1), Must::Refuse);
    }
    for nothing in ["\u{ad}", "\u{200b}", "\u{2060}", "\u{feff}", "%C2%AD"] {
        spell("H3 characters that map to nothing", format!("{nothing}{host}"), Must::Match);
        spell("H3 characters that map to nothing", host.replace('.', &format!("{nothing}.")), Must::Match);
    }
    let circled =
        |letter: char| letter.is_ascii_lowercase().then(|| char::from_u32(0x24d0 + u32::from(letter) - 0x61).unwrap().to_string());
    let bold = |letter: char| letter.is_ascii_lowercase().then(|| char::from_u32(0x1d41a + u32::from(letter) - 0x61).unwrap().to_string());
    each_character(host, circled)
        .into_iter()
        .chain(each_character(host, bold))
        .for_each(|host| spell("H3 letters in other clothes", host, Must::Match));
    for bad in ["\u{ff0f}", "\u{ff05}", "\u{2024}.", "\u{200d}", "%C0%AE", "%FF", "%ED%A0%80"] {
        spell("H2 H3 refused characters", host.replacen('.', &format!("{bad}."), 1), Must::Refuse);
    }
    for before in ["www.", "a.b.c.d.e.f.g.h.i.", "xn--bcher-kva.", "_sip.", "1.", "WWW."] {
        spell("H7 subdomains", format!("{before}{host}"), Must::Match);
    }
    spell("H3 masked ASCII", format!("xn--listed-.{host}"), Must::Refuse);
    spell("H3 invalid A-label", format!("xn--a.{host}"), Must::Refuse);
    spell("H4 label length", format!("{}.{host}", "a".repeat(64)), Must::Refuse);
    spell("H4 name length", format!("{}.{host}", vec!["a"; 130].join(".")), Must::Refuse);
    spell("H4 many labels", format!("{}.{host}", vec!["a"; 100].join(".")), Must::Match);
}

fn tunnels(corpus: &mut Corpus, listed: &Listed) {
    if !listed.is_host_entry() {
        let open = [Case::Authority(format!("{}:443", listed.host).into()), Case::ServerName(listed.host.into())];
        let sound = if listed.is_name() || listed.is_ipv4() { 2 } else { 1 };
        open.into_iter().take(sound).for_each(|case| corpus.add("R4 a page entry leaves the tunnel", case, Must::Pass));
        return;
    }
    let host = listed.host;
    for port in [":443", ":80", ":1"] {
        corpus.add("R3 CONNECT", Case::Authority(format!("{host}{port}").into()), Must::Match);
        corpus.add("R3 CONNECT", Case::Authority(format!("{}{port}", host.to_uppercase()).into()), Must::Match);
    }
    for bad in ["", ":", ":0", "/:443", ":443/", ":443?x", ":443#x", " :443", ":443 "] {
        corpus.add("R3 CONNECT", Case::Authority(format!("{host}{bad}").into()), Must::Refuse);
    }
    for before in ["u@", "http://", "\\", "/"] {
        corpus.add("R3 CONNECT", Case::Authority(format!("{before}{host}:443").into()), Must::Refuse);
        corpus.add("R3 server name", Case::ServerName(format!("{before}{host}").into()), Must::Refuse);
    }
    if listed.is_name() {
        for name in [host.to_owned(), host.to_uppercase(), format!("{host}."), format!("www.{host}")] {
            corpus.add("R3 server name", Case::ServerName(name.into()), Must::Match);
        }
        corpus.add("R3 server name", Case::ServerName(format!("{host}:443").into()), Must::Refuse);
        corpus.add("R3 server name", Case::ServerName(percent(host.as_bytes(), true).into()), Must::Refuse);
    }
}

fn ipv4(corpus: &mut Corpus, listed: &Listed) {
    let target = listed.target();
    let address: std::net::Ipv4Addr = listed.host.parse().unwrap();
    let [a, b, c, d] = address.octets().map(u32::from);
    let whole = u32::from(address);
    let mut hosts = vec![
        format!("{whole}"),
        format!("0x{whole:x}"),
        format!("0X{whole:X}"),
        format!("0{whole:o}"),
        format!("000{whole:o}"),
        format!("0x0000{whole:x}"),
    ];
    hosts.extend([format!("{a}.{}", whole & 0xff_ffff), format!("{a}.{b}.{}", whole & 0xffff), format!("0x{a:x}.0{b:o}.{}", c << 8 | d)]);
    let ways = [|part: u32| format!("{part}"), |part| format!("0x{part:x}"), |part| format!("0{part:o}"), |part| format!("0X00{part:X}")];
    for way in 0..256_usize {
        let part = |value: u32, place: usize| ways[way >> (2 * place) & 3](value);
        if way % 7 == 0 {
            hosts.push([part(a, 0), part(b, 1), part(c, 2), part(d, 3)].join("."));
        }
    }
    hosts.extend(each_character(listed.host, fullwidth));
    hosts.extend(each_character(listed.host, |digit| Some(percent(digit.to_string().as_bytes(), true))));
    hosts.push(format!("{}.", listed.host));
    hosts.push(listed.host.replace('.', "\u{3002}"));
    for host in hosts {
        corpus.everywhere("H5 IPv4 spellings", host.as_bytes(), target.as_bytes(), Must::Match);
    }
    let (high, low) = (whole >> 16, whole & 0xffff);
    for inner in [
        format!("::ffff:{}", listed.host),
        format!("::FFFF:{high:x}:{low:x}"),
        format!("0:0:0:0:0:ffff:{high:04x}:{low:04x}"),
        format!("64:ff9b::{}", listed.host),
        format!("64:ff9b::{high:x}:{low:x}"),
        format!("::{}", listed.host),
        format!("2002:{high:x}:{low:x}::"),
        format!("2002:{high:x}:{low:x}::1"),
        format!("::ffff:0:{}", listed.host),
    ] {
        corpus.everywhere("H5 IPv4 inside IPv6", format!("[{inner}]").as_bytes(), target.as_bytes(), Must::Match);
    }
    for bad in [
        format!("{}.0", listed.host),
        format!("{}.1.2", listed.host),
        format!("{a}.{b}.{c}.{}", d + 256),
        format!("{}", u64::from(whole) + (1 << 32)),
        format!("{a}.{b}.{c}.08"),
        format!("{a}..{c}.{d}"),
        format!("a.{}", listed.host),
        format!("{a}.{b}.{c}.0x{d:x}g.0x"),
        format!("{}%20", listed.host),
    ] {
        corpus.everywhere("H5 no wrap-around, no guess", bad.as_bytes(), target.as_bytes(), Must::Refuse);
    }
}

fn ipv6(corpus: &mut Corpus, listed: &Listed) {
    let target = listed.target();
    for host in [
        "[2001:DB8::7]",
        "[2001:0db8::0007]",
        "[2001:db8:0:0:0:0:0:7]",
        "[2001:0DB8:0000:0000:0000:0000:0000:0007]",
        "[2001:db8:0::0:7]",
        "[2001:db8::0.0.0.7]",
    ] {
        corpus.everywhere("H5 IPv6 spellings", host.as_bytes(), target.as_bytes(), Must::Match);
    }
    for host in [
        "[2001:db8::7",
        "2001:db8::7",
        "2001:db8::7]",
        "[2001:db8::7%25eth0]",
        "[2001:db8::7%eth0]",
        "[2001:db8:::7]",
        "[2001:db8::7::]",
        "[2001:db8::g]",
        "[2001:db8::00007]",
        "[1:2:3:4:5:6:7:8:9]",
        "[]",
        "[v7.x]",
        "%5B2001:db8::7%5D",
        "[2001:db8::7]a",
        "[2001:db8::7].test",
        "[ 2001:db8::7]",
    ] {
        corpus.everywhere("H5 IPv6 refused", host.as_bytes(), target.as_bytes(), Must::Refuse);
    }
}

fn paths(corpus: &mut Corpus, listed: &Listed) {
    let (host, path, query) = (listed.host.as_bytes(), listed.path, listed.query);
    let mut spell = |rule: &'static str, path: String, must: Must| corpus.everywhere(rule, host, target(&path, query).as_bytes(), must);
    let tail = &path[1..];
    for nested in 1..=5 {
        for upper in [true, false] {
            let encode = |letter: char| {
                (letter != '/')
                    .then(|| percent(letter.to_string().as_bytes(), upper).replace('%', &format!("%{}", "25".repeat(nested - 1))))
            };
            each_character(path, encode).into_iter().for_each(|path| spell("P2 percent, nested", path, Must::Match));
        }
    }
    let overlong = |letter: char| {
        letter.is_ascii_alphabetic().then(|| {
            let code = u32::from(letter);
            percent(&[0xc0 | (code >> 6) as u8, 0x80 | (code & 0x3f) as u8], true)
        })
    };
    let overlong_three = |letter: char| {
        letter.is_ascii_alphabetic().then(|| {
            let code = u32::from(letter);
            percent(&[0xe0, 0x80 | (code >> 6) as u8, 0x80 | (code & 0x3f) as u8], false)
        })
    };
    each_character(path, overlong)
        .into_iter()
        .chain(each_character(path, overlong_three))
        .for_each(|path| spell("P2 overlong", path, Must::Match));
    each_character(path, |letter| (letter != '/' && u32::from(letter) < 0x1_0000).then(|| format!("%u{:04x}", u32::from(letter))))
        .into_iter()
        .for_each(|path| spell("P2 %u", path, Must::Match));
    each_character(path, |letter| letter.is_ascii_alphabetic().then(|| letter.to_ascii_uppercase().to_string()))
        .into_iter()
        .for_each(|path| spell("P5 case", path, Must::Match));
    spell("P5 case", path.to_uppercase(), Must::Match);
    for slash in [
        "//",
        "///",
        "/./",
        "/././",
        "\\",
        "%2f",
        "%2F",
        "%5c",
        "%5C",
        "%252f",
        "/%2e/",
        "/x/../",
        "/x/%2e%2E/",
        "/x/.%2e/",
        "/x/y/../../",
        "/x/..;a=b/",
        "/x;a/..;b/",
        "/;a/",
        "/.;a/",
        "/%2e;a/",
        "%c0%af",
        "/x/..\\",
        "/x%2f..%2f",
        "%u002f",
    ] {
        // A target always starts with a slash; the spelled one stands behind it.
        spell("P2 P3 separators and dot segments", format!("/{slash}{tail}"), Must::Match);
        if tail.contains('/') {
            spell("P2 P3 separators and dot segments", format!("/{}", tail.replace('/', slash)), Must::Match);
        }
    }
    for up in ["/..", "/../..", "/%2e%2e", "/..;x", "/..%2f..", "/..\\.."] {
        spell("P3 clamp at root", format!("{up}{path}"), Must::Match);
    }
    for end in [
        "/",
        "//",
        "/.",
        "/x/..",
        ".",
        "..",
        "...",
        "%20",
        "%20%20",
        ".%20",
        "%09",
        ";a=b",
        ";",
        ";a;b=c",
        ";jsessionid=1",
        "%3Ba",
        "%00",
        "%00.html",
        "%00/../../x",
        "%2500x",
        "%00;a",
        ";a%00b",
        "/below",
        "/below/deeper?x",
        "/below;a",
    ] {
        if listed.path != "/" {
            spell("P3 P4 P5 ends", format!("{path}{end}").split('?').next().unwrap().to_owned(), Must::Match);
        }
    }
    for raw in [" ", "\t", "\r", "\n", "\0", "\x0b", "\x1f", "\x7f"] {
        spell("P1 raw blanks and controls", format!("{path}{raw}"), Must::Refuse);
        spell("P1 raw blanks and controls", format!("/{raw}{tail}"), Must::Refuse);
    }
    if !path.is_ascii() {
        spell("P5 NFD", path.replace('\u{e9}', "e\u{301}"), Must::Match);
        spell("P5 NFD", path.replace('\u{e9}', "E%CC%81"), Must::Match);
        spell("P5 full folding", path.replace('\u{df}', "ss"), Must::Match);
        spell("P5 full folding", path.replace('\u{df}', "%E1%BA%9E"), Must::Match);
    }
}

fn queries(corpus: &mut Corpus, listed: &Listed) {
    let (host, path) = (listed.host.as_bytes(), listed.path);
    let query = listed.query;
    let mut queries = vec![
        format!("x=1&{query}"),
        format!("{query}&x=1"),
        format!("&&{query}&"),
        format!("{query}&{query}"),
        format!("a=%zz&{query}"),
        format!("x;{query}"),
        format!("?&{query}"),
        query.to_uppercase().replace("%20", "+"),
    ];
    queries.extend([
        query.replace('&', ";"),
        format!("{query}#x"),
        query.replace("%20", "+"),
        query.replace("%20", "%2520"),
        query.replace("%20", "%252520"),
    ]);
    let pairs: Vec<&str> = query.split('&').collect();
    queries.push(pairs.iter().rev().copied().collect::<Vec<_>>().join("&"));
    queries.push(pairs.iter().map(|pair| format!("{}=decoy&{pair}", pair.split('=').next().unwrap())).collect::<Vec<_>>().join("&"));
    let keep = |letter: char| (letter.is_ascii_alphanumeric()).then(|| percent(letter.to_string().as_bytes(), true));
    for nested in [keep(' ').unwrap_or_default(), "25".to_owned(), "2525".to_owned()] {
        let encode = |letter: char| keep(letter).map(|text| text.replace('%', &format!("%{nested}")));
        let plain = query.replace("%20", "+");
        queries.extend(each_character(&plain, encode));
    }
    for query in queries {
        corpus.everywhere("P6 queries", host, format!("{path}?{query}").as_bytes(), Must::Match);
    }
}

fn wrappers(corpus: &mut Corpus, listed: &Listed) {
    let bare = format!("{}{}", listed.host, listed.target());
    let bare = each_character(&bare, |letter| (!letter.is_ascii()).then(|| percent(letter.to_string().as_bytes(), true))).pop().map_or(
        bare.clone(),
        |_| {
            bare.chars()
                .map(|letter| if letter.is_ascii() { letter.to_string() } else { percent(letter.to_string().as_bytes(), true) })
                .collect()
        },
    );
    let address = format!("http://{bare}");
    let escaped = |text: &str| {
        text.bytes()
            .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
            .collect::<String>()
    };
    let once = escaped(&address);
    for outer in [
        "https://web.archive.org/web/20200102030405/",
        "https://web.archive.org/web/2020id_/",
        "https://web.archive.org/web/",
        "https://web.archive.org/save/",
        "https://archive.ph/",
        "https://archive.is/newest/",
        "https://archive.today/2020.01.02-030405/",
        "https://r.jina.ai/",
        "https://via.hypothes.is/",
        "https://cors-anywhere.herokuapp.com/",
        "https://thingproxy.freeboard.io/fetch/",
        "https://12ft.io/",
        "https://WEB.archive.org./web/x/../2020/",
        "https://web.archive.org//web//2020//",
        "https://webarchive.nationalarchives.gov.uk/ukgwa/20200102/",
    ] {
        corpus.absolute("R5 in the path", format!("{outer}{address}"), Must::Match);
        corpus.absolute("R5 in the path", format!("{outer}{}", address.replace("://", ":/")), Must::Match);
        corpus.absolute("R5 in the path, encoded", format!("{outer}{once}"), Must::Match);
        corpus.absolute("R5 in the path, encoded twice", format!("{outer}{}", escaped(&once)), Must::Match);
        corpus.absolute("R5 in the path, https", format!("{outer}{}", address.replace("http:", "HTTPS:")), Must::Match);
    }
    if listed.is_name() {
        for outer in [
            "https://www.google.com/amp/s/",
            "https://www.google.co.uk/amp/",
            "https://x.cdn.ampproject.org/c/s/",
            "https://x.cdn.ampproject.org/v/",
            "https://r.jina.ai/",
            "https://i0.wp.com/",
            "https://web.archive.org/web/2020/",
            "https://archive.md/",
        ] {
            corpus.absolute("R5 in the path, no scheme", format!("{outer}{bare}"), Must::Match);
        }
    }
    for outer in [
        "https://translate.google.com/translate?sl=auto&u=",
        "https://translate.google.de/translate?u=",
        "https://www.google.com/translate?hl=en&u=",
        "https://www.google.com/url?sa=t&url=",
        "https://www.google.com/url?q=",
        "https://www.google.com/imgres?imgurl=",
        "https://www.translatetheweb.com/?from=&to=en&a=",
        "https://www.bing.com/translator/?to=en&url=",
        "https://translate.yandex.ru/translate?url=",
        "https://images.weserv.nl/?url=",
        "https://wsrv.nl/?w=3&url=",
        "https://duckduckgo.com/l/?kh=-1&uddg=",
        "https://external-content.duckduckgo.com/iu/?u=",
        "https://eur01.safelinks.protection.outlook.com/?url=",
        "https://12ft.io/proxy?q=",
        "https://api.allorigins.win/raw?url=",
        "https://api.codetabs.com/v1/proxy/?quest=",
        "https://www.startpage.com/av/proxy-image?piurl=",
        "https://webcache.googleusercontent.com/search?q=cache:",
        "https://www.google.com/search?q=cache:abcdefghijkl:",
    ] {
        corpus.absolute("R5 in the query", format!("{outer}{once}&x=y"), Must::Match);
        corpus.absolute("R5 in the query, encoded twice", format!("{outer}{}", escaped(&once)), Must::Match);
        corpus.absolute("R5 in the query, https", format!("{outer}{}", escaped(&address.replace("http:", "https:"))), Must::Match);
    }
    corpus.absolute("R5 depth 2", format!("https://r.jina.ai/https://web.archive.org/web/2020/{address}"), Must::Match);
    corpus.absolute("R5 depth 3", format!("https://r.jina.ai/https://12ft.io/https://web.archive.org/web/2020/{address}"), Must::Match);
    if listed.is_name() && listed.host.is_ascii() {
        let label = listed.host.replace('-', "--").replace('.', "-");
        for more in ["_x_tr_sl=auto&_x_tr_tl=en", "_x_tr_sch=http&_x_tr_sl=de"] {
            let target = target(listed.path, &if listed.query.is_empty() { more.to_owned() } else { format!("{}&{more}", listed.query) });
            corpus.everywhere("R5 in the name", format!("{label}.translate.goog").as_bytes(), target.as_bytes(), Must::Match);
        }
    }
    for outer in [
        "https://other.test/?url=",
        "https://other.test/go?u=",
        "https://www.google.com/search?q=",
        "https://www.bing.com/search?q=",
        "https://duckduckgo.com/?q=",
        "https://other.test/login?next=",
        "https://other.test/web/2020/",
        "https://other.test/",
        "https://notarchive.ph/",
        "https://archive.ph.other.test/",
    ] {
        corpus.absolute(
            "R5 some other site's query or path is no hit",
            format!("{outer}{}", if outer.contains('?') { &once } else { &address }),
            Must::Pass,
        );
    }
}

/// Addresses beside the listed ones, and every equivalent spelling of them.
fn neighbours(corpus: &mut Corpus) {
    const NEIGHBOURS: &[(&str, &str, &str)] = &[
        ("xlisted.test", "/", ""),
        ("listed.testx", "/", ""),
        ("listed.test.example", "/", ""),
        ("listed-test.example", "/", ""),
        ("test", "/", ""),
        ("sub.listed.example", "/", ""),
        ("xdeep.sub.listed.example", "/", ""),
        ("bucher.test", "/", ""),
        ("xn--bcher-kva.test.example", "/", ""),
        ("l\u{456}sted.test", "/", ""),
        ("192.0.2.8", "/", ""),
        ("92.0.2.7", "/", ""),
        ("[2001:db8::8]", "/", ""),
        ("[2001:db8:7::]", "/", ""),
        ("[::ffff:192.0.2.8]", "/", ""),
        ("pages.test", "/", ""),
        ("pages.test", "/area", ""),
        ("pages.test", "/area/", ""),
        ("pages.test", "/area/bad-page.htmlx", ""),
        ("pages.test", "/area/bad-page", ""),
        ("pages.test", "/area/xbad-page.html", ""),
        ("pages.test", "/area/other.html", "ref=/area/bad-page.html"),
        ("pages.test", "/bad-page.html", ""),
        ("pages.test", "/x/area/bad-page.html", ""),
        ("pages.test", "/area-bad-page.html", ""),
        ("pages.test", "/strase/caf\u{e9}", ""),
        ("pages.test", "/stra\u{df}e/cafe", ""),
        ("other.test", "/area/bad-page.html", ""),
        ("198.51.100.9", "/gallery2", ""),
        ("198.51.100.9", "/", ""),
        ("198.51.100.10", "/gallery", ""),
        ("view.test", "/show.php", ""),
        ("view.test", "/show.php", "id=7"),
        ("view.test", "/show.php", "id=77&lang=en"),
        ("view.test", "/show.php", "id=7&lang=de"),
        ("view.test", "/show.php", "xid=7&lang=en"),
        ("view.test", "/show", "id=7&lang=en"),
        ("view.test", "/find", "q=two"),
        ("view.test", "/find", "q=twowords"),
        ("view.test", "/other", "q=two%20words"),
    ];
    for &(host, path, query) in NEIGHBOURS {
        let target_text = target(path, query);
        corpus.everywhere("neighbour", host.as_bytes(), target_text.as_bytes(), Must::Pass);
        let upper = if host.starts_with('[') { host.to_owned() } else { percent(host.as_bytes(), true) };
        corpus.everywhere("neighbour, host encoded", upper.as_bytes(), target_text.as_bytes(), Must::Pass);
        corpus.everywhere("neighbour, host in capitals", host.to_uppercase().as_bytes(), target_text.as_bytes(), Must::Pass);
        for (rule, path) in [
            ("neighbour, path encoded", path.split('/').map(|segment| percent(segment.as_bytes(), false)).collect::<Vec<_>>().join("/")),
            ("neighbour, dot segments", format!("/zz/..{path}")),
            ("neighbour, slashes", path.replace('/', "//")),
            ("neighbour, below", format!("{}/below", path.trim_end_matches('/'))),
            ("neighbour, parameters", format!("{path};a=b")),
            ("neighbour, NUL tail", format!("{path}%00.html")),
        ] {
            corpus.everywhere(rule, host.as_bytes(), target(&path, query).as_bytes(), Must::Pass);
        }
        if !query.is_empty() {
            corpus.everywhere(
                "neighbour, query encoded",
                host.as_bytes(),
                target(path, &query.replace('7', "%37").replace('e', "%65")).as_bytes(),
                Must::Pass,
            );
        }
        let bare = format!("http://{host}{target_text}");
        corpus.absolute("neighbour, in an archive", format!("https://web.archive.org/web/2020/{bare}"), Must::Pass);
        corpus.absolute(
            "neighbour, translated",
            format!("https://translate.google.com/translate?u={}", percent(bare.as_bytes(), true)),
            Must::Pass,
        );
    }
}

fn corpus() -> Corpus {
    let mut corpus = Corpus::default();
    for listed in LISTED {
        scheme_and_authority(&mut corpus, listed);
        paths(&mut corpus, listed);
        tunnels(&mut corpus, listed);
        wrappers(&mut corpus, listed);
        if listed.is_name() {
            names(&mut corpus, listed);
        } else if listed.is_ipv4() {
            ipv4(&mut corpus, listed);
        } else {
            ipv6(&mut corpus, listed);
        }
        if !listed.is_host_entry() && !listed.query.is_empty() {
            queries(&mut corpus, listed);
        }
    }
    neighbours(&mut corpus);
    corpus
}

#[test]
fn every_entry_matches_itself() {
    for entry in entries() {
        let list = List::of(&[&entry]);
        assert_eq!(list.outcome(&Case::absolute(format!("http://{entry}"))), Outcome::Matched, "{entry}");
    }
}

#[test]
fn every_spelling_matches_or_is_refused_and_every_neighbour_passes() {
    let (corpus, list) = (corpus(), list());
    assert!(corpus.cases.len() >= 1_000, "only {} cases", corpus.cases.len());
    let mut wrong = Vec::new();
    for (rule, case, must) in &corpus.cases {
        let outcome = list.outcome(case);
        let right = match must {
            Must::Match => outcome == Outcome::Matched,
            Must::Refuse => matches!(outcome, Outcome::Refused(_)),
            Must::Pass => outcome == Outcome::Passed,
        };
        if !right {
            wrong.push(format!("{rule}: {case:?}: must {must:?}, came out as {outcome:?}"));
        }
    }
    let count = |wanted: Must| corpus.cases.iter().filter(|(_, _, must)| *must == wanted).count();
    println!("{} cases: {} match, {} refused, {} pass", corpus.cases.len(), count(Must::Match), count(Must::Refuse), count(Must::Pass));
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), corpus.cases.len(), wrong.join("\n"));
}

#[test]
fn the_real_matcher_says_the_same_of_statutory_and_category_lists() {
    let (corpus, list, text) = (corpus(), list(), entries().join("\n"));
    let image = crate::lists_support::compile(&[
        (crate::lists_support::statutory("law"), Format::Urls, text.as_bytes()),
        (crate::lists_support::category("category"), Format::Urls, text.as_bytes()),
    ])
    .image;
    let mut wrong = Vec::new();
    for (rule, case, _) in &corpus.cases {
        let Ok(url) = canonicalise(case.raw(), &Wrappers::built_in()) else { continue };
        let (hits, expected) = (find(&image, &url), list.hits(&url));
        if hits.statutory.is_some() != expected || hits.categories.is_empty() == expected {
            wrong.push(format!("{rule}: {case:?}: expected {expected}, found {hits:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}
