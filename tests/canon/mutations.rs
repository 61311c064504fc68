//! Random spellings of listed addresses never pass, and no spelling of their neighbours ever matches (goal E6).
//!
//! `LIFEGUARD_MUTATIONS` sets how many addresses are tried (20,000 if unset; ten million take about a minute in release).
//! A failure names the seed; `canon-mutations` seeds that once failed are kept in [`KEPT_SEEDS`].

use crate::canon_support::{Case, List, Outcome, Random};
use lifeguard::canon::{RawTarget, canonicalise};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// Addresses tried for each seed, so that the runner's own cost does not count.
const CASES_PER_SEED: usize = 50;
/// Seeds that once failed.
const KEPT_SEEDS: &[u64] = &[
    // A doubtful reading of an archive hid the sure one, whose NUL tail was the listed page.
    12_478_139_831_091_104_871,
];

const LISTED: &[&str] = &[
    "http://listed.test/",
    "http://long-name.listed.example/",
    "http://b\u{fc}cher.test/",
    "http://192.0.2.7/",
    "http://[2001:db8::7]/",
    "http://pages.test/area/bad-page.html",
    "http://pages.test/stra\u{df}e/caf\u{e9}",
    "http://198.51.100.9/gallery/seven",
    "http://[2001:db8::9]/deep/er/page",
    "http://view.test/show.php?id=7&lang=en",
    "http://view.test/find?q=two+words&page=1",
];

const NEIGHBOURS: &[&str] = &[
    "http://xlisted.test/",
    "http://listed.test.example/",
    "http://listed.example/",
    "http://bucher.test/",
    "http://192.0.2.8/",
    "http://[2001:db8::8]/",
    "http://pages.test/area",
    "http://pages.test/area/bad-page.htm",
    "http://pages.test/area/bad-pages/bad-page.html",
    "http://pages.test/strase/caf\u{e9}",
    "http://198.51.100.9/gallery",
    "http://198.51.100.10/gallery/seven",
    "http://[2001:db8::9]/deep/page",
    "http://view.test/show.php?id=77&lang=en",
    "http://view.test/show.php?id=7",
    "http://view.test/find?q=two+word&page=1",
    "http://other.test/area/bad-page.html?url=x",
];

/// An address in parts, which a mutation spells anew.
struct Parts<'a> {
    host: &'a str,
    path: &'a str,
    query: Option<&'a str>,
}

fn parts(address: &str) -> Parts<'_> {
    let rest = address.strip_prefix("http://").unwrap();
    let (host, target) = rest.split_at(rest.find('/').unwrap());
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
    Parts { host, path, query }
}

/// How far a spelling may go.
#[derive(Clone, Copy)]
struct Freedom {
    /// `..` may take back what noise put in.
    up: bool,
    /// Slashes may be encoded.
    slashes: bool,
}

impl Freedom {
    const FULL: Self = Self { up: true, slashes: true };

    /// Encoded slashes together with `..` can be read in two ways, and one of them may be a listed page: a spelling of a
    /// neighbour that must pass under every reading has one or the other.
    fn unambiguous(random: &mut Random) -> Self {
        let up = random.once_in(2);
        Self { up, slashes: !up }
    }
}

/// A random spelling of the same address, in a random place.
fn spell(random: &mut Random, address: &str, freedom: Freedom) -> Case {
    let parts = parts(address);
    let host = spell_host(random, parts.host);
    let mut target = spell_path(random, parts.path, freedom);
    if parts.query.is_some() || random.once_in(4) {
        target.push(b'?');
        spell_query(random, parts.query.unwrap_or("x=1&y"), &mut target);
    }
    match random.below(8) {
        0 | 1 => Case::Origin([&host[..], port(random)].concat(), target),
        2 => wrap(random, &host, &target, 1),
        3 => {
            let depth = 1 + random.below(3);
            wrap(random, &host, &target, depth)
        }
        _ => Case::Absolute(absolute(random, &host, &target)),
    }
}

fn absolute(random: &mut Random, host: &[u8], target: &[u8]) -> Vec<u8> {
    let scheme = random.pick(&["http://", "https://", "HTTP://", "wss://", "ws://"]);
    let user = random.pick(&["", "", "", "u@", "u:p@", "a@b@", "listed.example:80@"]);
    let fragment = random.pick(&["", "", "#", "#/x?y#z"]);
    [scheme.as_bytes(), user.as_bytes(), host, port(random), target, fragment.as_bytes()].concat()
}

fn port(random: &mut Random) -> &'static [u8] {
    random.pick(&["", "", "", ":", ":80", ":8443"]).as_bytes()
}

fn spell_host(random: &mut Random, host: &str) -> Vec<u8> {
    if host.starts_with('[') {
        return spell_ipv6(random, host.trim_matches(['[', ']']).parse().unwrap()).into_bytes();
    }
    if let Ok(address) = host.parse::<std::net::Ipv4Addr>() {
        let inner = u32::from(address);
        if random.once_in(3) {
            let prefix = random.pick(&["::ffff:", "64:ff9b::", "::FFFF:0:", "::"]);
            let tail = if random.once_in(2) { address.to_string() } else { format!("{:x}:{:X}", inner >> 16, inner & 0xffff) };
            return format!("[{prefix}{tail}]").into_bytes();
        }
        let text = spell_ipv4(random, inner);
        return spell_name(random, &text);
    }
    let before = random.pick(&["", "", "", "www.", "a.b.", "xn--bcher-kva."]);
    spell_name(random, &format!("{before}{host}"))
}

fn spell_ipv4(random: &mut Random, address: u32) -> String {
    let count = 1 + random.below(4);
    let mut text = String::new();
    for place in 0..count {
        let shift = 24 - 8 * place as u32;
        let value = if place + 1 == count { address & (u32::MAX >> (8 * place)) } else { address >> shift & 255 };
        let dot = if place > 0 { "." } else { "" };
        text += &match random.below(4) {
            0 => format!("{dot}{value}"),
            1 => format!("{dot}0x{value:x}"),
            2 => format!("{dot}0{value:o}"),
            _ => format!("{dot}0X0{value:X}"),
        };
    }
    text
}

fn spell_ipv6(random: &mut Random, address: std::net::Ipv6Addr) -> String {
    let groups = address.segments();
    let text = match random.below(4) {
        0 => address.to_string(),
        1 => groups.map(|group| format!("{group:04x}")).join(":"),
        2 => groups.map(|group| format!("{group:x}")).join(":"),
        _ => format!(
            "{}:{}.{}.{}.{}",
            groups[..6].iter().map(|group| format!("{group:X}")).collect::<Vec<_>>().join(":"),
            groups[6] >> 8,
            groups[6] & 255,
            groups[7] >> 8,
            groups[7] & 255
        ),
    };
    if random.once_in(2) { format!("[{}]", text.to_uppercase()) } else { format!("[{text}]") }
}

fn spell_name(random: &mut Random, name: &str) -> Vec<u8> {
    let mut text = String::new();
    let often = [2, 5, 1000][random.below(3)];
    for letter in name.chars() {
        match letter {
            '.' if random.once_in(often) => text.push_str(random.pick(&["\u{3002}", "\u{ff0e}", "\u{ff61}"])),
            '!'..='~' if random.once_in(often) => text.push(char::from_u32(u32::from(letter) + 0xfee0).unwrap()),
            _ if random.once_in(often) => text.extend(letter.to_uppercase()),
            _ => text.push(letter),
        }
        if random.once_in(4 * often) {
            text.push_str(random.pick(&["\u{ad}", "\u{200b}", "\u{2060}"]));
        }
    }
    if random.once_in(6) {
        text.push('.');
    }
    let encode = [2, 6, 1000][random.below(3)];
    let mut out = Vec::new();
    for byte in text.bytes() {
        push_maybe_encoded(random, byte, encode, &mut out);
    }
    out
}

fn push_maybe_encoded(random: &mut Random, byte: u8, once_in: usize, out: &mut Vec<u8>) {
    if !random.once_in(once_in) {
        out.push(byte);
        return;
    }
    let lower = random.once_in(2);
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap() as u8;
    let pair = [digit(byte >> 4), digit(byte & 15)];
    out.push(b'%');
    out.extend(if lower { pair } else { pair.map(|digit| digit.to_ascii_uppercase()) });
}

fn spell_path(random: &mut Random, path: &str, freedom: Freedom) -> Vec<u8> {
    const UP: &[&str] = &["/zz/..", "/zz/yy/../..", "/zz;a=b/..;c"];
    const FLAT: &[&str] = &["/", "/.", "/;p", "/.;p", "//./"];
    let noisy = [3, 8, 1000][random.below(3)];
    let mut text = String::new();
    if random.once_in(8) {
        text.push_str(random.pick(&["/..", "/../..", "/..;x"]));
    }
    for segment in path.split('/').skip(1).filter(|segment| !segment.is_empty()) {
        if random.once_in(noisy) {
            let noise = if freedom.up && random.once_in(2) { UP } else { FLAT };
            text.push_str(random.pick(noise));
        }
        text.push('/');
        for letter in segment.chars() {
            push_letter(random, letter, noisy, &mut text);
        }
        if random.once_in(noisy) {
            text.push_str(random.pick(&[".", "..", " ", ". .", ";", ";a=b", ";a;b=/zz".trim_end_matches("/zz"), "\t"]));
        }
    }
    if random.once_in(noisy) {
        text.push_str(random.pick(&["/", "/.", "/below/it", "//", "\0", "\0.html", "\0/../../zz", "\0;a", ";a\0b", "/zz;a"]));
    }
    if !text.starts_with('/') {
        text.insert(0, '/');
    }
    encode_path(random, text.as_bytes(), freedom.slashes)
}

fn push_letter(random: &mut Random, letter: char, noisy: usize, out: &mut String) {
    match letter {
        '\u{df}' if random.once_in(2) => out.push_str(random.pick(&["ss", "SS", "\u{1e9e}", "sS"])),
        '\u{e9}' if random.once_in(2) => out.push_str(random.pick(&["e\u{301}", "\u{c9}", "E\u{301}"])),
        _ if random.once_in(noisy) => out.extend(letter.to_uppercase()),
        _ => out.push(letter),
    }
}

/// Encodes some bytes, and what must not stand raw; then some of the result again, up to five times.
fn encode_path(random: &mut Random, text: &[u8], slashes: bool) -> Vec<u8> {
    let mut current = Vec::new();
    let often = [2, 8, 1000][random.below(3)];
    for (at, &byte) in text.iter().enumerate() {
        let must = byte <= b' ' || byte == 0x7f || matches!(byte, b'?' | b'#');
        match byte {
            // The first slash of a target stays: origin-form needs it.
            b'/' if at == 0 || !slashes => current.push(byte),
            b'/' if random.once_in(often) => current.extend_from_slice(random.pick(&["\\", "%2f", "%5C", "%c0%af", "%u002F"]).as_bytes()),
            0x21..=0x7e if random.once_in(4 * often) => push_odd(random, byte, &mut current),
            _ => push_maybe_encoded(random, byte, if must { 1 } else { often }, &mut current),
        }
    }
    for _ in 0..random.below(5) {
        let often = [3, 10, 1000][random.below(3)];
        let mut next = Vec::with_capacity(current.len());
        for (at, &byte) in current.iter().enumerate() {
            let stays = at == 0 || byte == b'/' && !slashes;
            push_maybe_encoded(random, byte, if stays { usize::MAX } else { often }, &mut next);
        }
        current = next;
    }
    current
}

/// `%uXXXX` or an overlong sequence of two to four bytes.
fn push_odd(random: &mut Random, byte: u8, out: &mut Vec<u8>) {
    let (high, low) = (byte >> 6, 0x80 | byte & 0x3f);
    match random.below(4) {
        0 => out.extend_from_slice(format!("%u{byte:04x}").as_bytes()),
        1 => [0xc0 | high, low].into_iter().for_each(|byte| push_maybe_encoded(random, byte, 1, out)),
        2 => [0xe0, 0x80 | high, low].into_iter().for_each(|byte| push_maybe_encoded(random, byte, 1, out)),
        _ => [0xf0, 0x80, 0x80 | high, low].into_iter().for_each(|byte| push_maybe_encoded(random, byte, 1, out)),
    }
}

fn spell_query(random: &mut Random, query: &str, out: &mut Vec<u8>) {
    let mut pairs: Vec<&str> = query.split('&').collect();
    for _ in 0..random.below(3) {
        let at = random.below(pairs.len() + 1);
        pairs.insert(at, random.pick(&["x=1", "", "id=0", "flag", "q=zz", "utm_source=%zz", "lang=xx", "%"]));
    }
    if random.once_in(2) {
        let at = random.below(pairs.len());
        pairs.rotate_left(at);
    }
    let separator = if random.once_in(4) { b';' } else { b'&' };
    let often = [2, 6, 1000][random.below(3)];
    for (place, pair) in pairs.iter().enumerate() {
        if place > 0 {
            out.push(separator);
        }
        for byte in pair.bytes() {
            match byte {
                b'+' if random.once_in(2) => out.extend_from_slice(random.pick(&["%20", "%2520"]).as_bytes()),
                b'=' | b'+' | b'%' => out.push(byte),
                _ if random.once_in(8) => push_maybe_encoded(random, byte.to_ascii_uppercase(), often, out),
                _ => push_maybe_encoded(random, byte, often, out),
            }
        }
    }
}

/// Puts the address into as many wrapping sites as `depth` says.
fn wrap(random: &mut Random, host: &[u8], target: &[u8], depth: usize) -> Case {
    let mut address = [random.pick(&["http://", "https://"]).as_bytes(), host, target].concat();
    for _ in 0..depth {
        let before = random.pick(&[
            "https://web.archive.org/web/20200102/",
            "https://web.archive.org/web/2020id_/",
            "https://archive.ph/",
            "https://r.jina.ai/",
            "https://translate.google.com/translate?sl=de&u=",
            "https://images.weserv.nl/?w=1&url=",
            "https://www.google.com/url?q=",
            "https://12ft.io/proxy?q=",
        ]);
        // In a query, what would end the value must be encoded; in a path, what would cut the path: raw bytes either way.
        let whole = before.contains('?') || random.once_in(3);
        let rarely = if whole { 20 } else { usize::MAX };
        let mut next = before.as_bytes().to_vec();
        for &byte in &address {
            let must = whole && !byte.is_ascii_alphanumeric() || byte <= b' ' || byte == 0x7f;
            push_maybe_encoded(random, byte, if must { 1 } else { rarely }, &mut next);
        }
        address = next;
    }
    Case::Absolute(address)
}

fn mutations() -> usize {
    std::env::var("LIFEGUARD_MUTATIONS").ok().and_then(|text| text.parse().ok()).unwrap_or(20_000)
}

fn list() -> List {
    List::of(&LISTED.iter().map(|address| address.strip_prefix("http://").unwrap()).collect::<Vec<_>>())
}

/// Tries every seed; tells how many cases of how many were refused.
fn try_seeds(check: impl Fn(u64, &mut [usize; 2]) -> Result<(), TestCaseError>) -> [usize; 2] {
    let counts = std::cell::Cell::new([0_usize; 2]);
    let counted = |seed: u64| {
        let mut now = counts.get();
        let result = check(seed, &mut now);
        counts.set(now);
        result
    };
    KEPT_SEEDS.iter().for_each(|&seed| counted(seed).unwrap());
    let cases = u32::try_from(mutations().div_ceil(CASES_PER_SEED)).unwrap();
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, max_shrink_iters: 0, ..Config::default() });
    runner.run(&any::<u64>(), counted).unwrap();
    counts.get()
}

#[test]
fn no_spelling_of_a_listed_address_passes() {
    let list = list();
    let [tried, refused] = try_seeds(|seed, [tried, refused]| {
        let mut random = Random(seed);
        for _ in 0..CASES_PER_SEED {
            let listed = LISTED[random.below(LISTED.len())];
            let case = spell(&mut random, listed, Freedom::FULL);
            let outcome = list.outcome(&case);
            prop_assert!(outcome != Outcome::Passed, "{} spelled as {:?} passes, seed {}", listed, case, seed);
            *tried += 1;
            *refused += usize::from(outcome != Outcome::Matched);
        }
        Ok(())
    });
    println!("{tried} spellings of listed addresses: {refused} refused, the others matched");
    assert!(refused * 100 < tried, "{refused} of {tried} refused: the spellings are too odd to prove anything");
}

#[test]
fn no_spelling_of_a_neighbour_matches() {
    let list = list();
    let [tried, refused] = try_seeds(|seed, [tried, refused]| {
        let mut random = Random(seed);
        for _ in 0..CASES_PER_SEED {
            let neighbour = NEIGHBOURS[random.below(NEIGHBOURS.len())];
            let freedom = Freedom::unambiguous(&mut random);
            let case = spell(&mut random, neighbour, freedom);
            let outcome = list.outcome(&case);
            prop_assert!(outcome != Outcome::Matched, "{} spelled as {:?} matches, seed {}", neighbour, case, seed);
            *tried += 1;
            *refused += usize::from(outcome != Outcome::Passed);
        }
        Ok(())
    });
    println!("{tried} spellings of neighbours: {refused} refused, the others passed");
    assert!(refused * 100 < tried, "{refused} of {tried} refused");
}

#[test]
fn random_damage_never_panics_and_what_leaves_is_strict() {
    let list = list();
    try_seeds(|seed, _| {
        let mut random = Random(seed);
        for _ in 0..CASES_PER_SEED / 10 {
            let address = LISTED[random.below(LISTED.len())];
            let case = spell(&mut random, address, Freedom::FULL);
            let mut bytes = match case {
                Case::Absolute(bytes) | Case::Authority(bytes) | Case::ServerName(bytes) => bytes,
                Case::Origin(host, target) => [host, target].concat(),
            };
            for _ in 0..1 + random.below(4) {
                let at = random.below(bytes.len());
                let byte = random.next().to_le_bytes()[0];
                match random.below(3) {
                    0 => bytes[at] = byte,
                    1 => bytes.insert(at, byte),
                    _ => bytes.truncate(at.max(1)),
                }
            }
            let (host, target) = bytes.split_at(random.below(bytes.len()));
            for raw in [
                RawTarget::Absolute(&bytes),
                RawTarget::Authority(&bytes),
                RawTarget::ServerName(&bytes),
                RawTarget::Origin { host, target },
            ] {
                if let Ok(url) = canonicalise(raw, &list.wrappers) {
                    let strict = |text: &str| {
                        text.bytes()
                            .all(|byte| matches!(byte, b'!' | b'#'..=b';' | b'=' | b'?'..=b'Z' | b'[' | b']' | b'_' | b'a'..=b'z' | b'~'))
                    };
                    prop_assert!(
                        strict(url.forward_target()) && strict(&url.to_text()) && strict(&url.authority_text()),
                        "seed {}: {:?}",
                        seed,
                        raw
                    );
                    prop_assert!(!url.forward_target().contains(['#', '[', ']']), "seed {}: {:?}", seed, raw);
                }
            }
        }
        Ok(())
    });
}
