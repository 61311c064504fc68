//! Paths in the form in which they are compared (rules P2-P5), and the other readings that an origin may take.
//!
//! Must never lose a reading under which an origin could serve a listed page: every doubt adds a variant, none removes one.

use super::class::{CLASS, PATH_CAREFUL, SLASH_OR_DOT};
use super::decode::settle;
use super::fold::fold;
use smallvec::SmallVec;

/// The readings of one path, without leading slash; the first is the path itself.
pub(super) type Readings = SmallVec<[Vec<u8>; 1]>;

/// What one look over a raw path shows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Survey {
    /// All classes of its bytes.
    pub(super) classes: u8,
    /// It is canonical, upper-case letters aside, once its leading and trailing slash are gone.
    pub(super) simple: bool,
}

/// Looks over a raw path.
pub(super) fn survey(path: &[u8]) -> Survey {
    let (mut classes, mut pairs, mut before) = (0, 0, 0);
    for &byte in path {
        let class = CLASS[usize::from(byte)];
        classes |= class;
        pairs |= class & before;
        before = class;
    }
    let simple = classes & PATH_CAREFUL == 0 && pairs & SLASH_OR_DOT == 0 && path.last() != Some(&b'.');
    Survey { classes, simple }
}

/// Is the path simple?
pub(super) fn is_simple(path: &[u8]) -> bool {
    survey(path).simple
}

/// A simple path without its leading and trailing slash.
pub(super) fn trim_slashes(path: &[u8]) -> &[u8] {
    let path = path.strip_prefix(b"/").unwrap_or(path);
    path.strip_suffix(b"/").unwrap_or(path)
}

/// Every reading of a raw path: with and without parameters, with and without what follows a NUL (rule P4), with empty
/// segments gone before or after `..` is resolved (rule P3 asks for before, RFC 3986 and browsers take after), and with
/// encoded dot segments and slashes taken for plain names, as origins do that resolve first and decode then.
pub(super) fn readings(raw: &[u8]) -> Readings {
    let mut found = Readings::new();
    let whole = fold(decoded(raw));
    add_readings(&whole, Dots::Resolved, &mut found);
    if memchr::memchr(b'%', raw).is_some() && holds_pair(&whole, b"..") {
        add_readings(&fold(decoded(&resolved_as_sent(raw))), Dots::Names, &mut found);
    }
    found
}

fn add_readings(whole: &[u8], dots: Dots, found: &mut Readings) {
    let before_nul = memchr::memchr(0, whole).map(|end| &whole[..end]);
    for path in std::iter::once(whole).chain(before_nul) {
        for parameters in ways_with_parameters(path) {
            for empty in ways_with_empty_segments(path) {
                add(found, resolve(path, Reading { parameters: *parameters, empty: *empty, dots }));
            }
        }
    }
}

fn holds_pair(path: &[u8], wanted: &[u8; 2]) -> bool {
    path.windows(2).any(|pair| pair == wanted)
}

/// Dot segments resolved as browsers do (WHATWG URL, "path state"): on the bytes as sent, `%2e` counting as a dot.
fn resolved_as_sent(raw: &[u8]) -> Vec<u8> {
    let mut segments = SmallVec::<[&[u8]; 16]>::new();
    for segment in raw.split(|byte| matches!(byte, b'/' | b'\\')).skip(1) {
        match dots_of(segment) {
            Some(2) => drop(segments.pop()),
            Some(1) => {}
            Some(_) | None => segments.push(segment),
        }
    }
    segments.join(&b'/')
}

/// How many dots the segment consists of, if it consists of one or two, each plain or as `%2e`.
fn dots_of(mut segment: &[u8]) -> Option<usize> {
    let mut dots = 0;
    while !segment.is_empty() && dots < 3 {
        segment = match segment {
            [b'.', rest @ ..] | [b'%', b'2', b'e' | b'E', rest @ ..] => rest,
            _ => return None,
        };
        dots += 1;
    }
    Some(dots).filter(|dots| matches!(dots, 1 | 2))
}

fn ways_with_parameters(path: &[u8]) -> &'static [Parameters] {
    const ALL: &[Parameters] = &[Parameters::Kept, Parameters::Stripped, Parameters::Opaque];
    if path.contains(&b';') { ALL } else { &ALL[..1] }
}

fn ways_with_empty_segments(path: &[u8]) -> &'static [EmptySegments] {
    const ALL: &[EmptySegments] = &[EmptySegments::DroppedFirst, EmptySegments::Counted];
    let has_empty = || holds_pair(path, b"//") || holds_pair(path, b"/;");
    if holds_pair(path, b"..") && has_empty() { ALL } else { &ALL[..1] }
}

/// The path decoded to a fixed point, with slashes for backslashes.
pub(super) fn decoded(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    settle(raw, false, &mut out);
    for byte in &mut out {
        if *byte == b'\\' {
            *byte = b'/';
        }
    }
    out
}

/// A decoded path with its dot and empty segments resolved, letters as they are.
pub(super) fn resolved_unfolded(raw: &[u8]) -> Vec<u8> {
    resolve(&decoded(raw), Reading { parameters: Parameters::Kept, empty: EmptySegments::DroppedFirst, dots: Dots::Resolved })
}

fn add(found: &mut Readings, path: Vec<u8>) {
    if !found.contains(&path) {
        found.push(path);
    }
}

/// One way to read a path.
#[derive(Clone, Copy)]
struct Reading {
    parameters: Parameters,
    empty: EmptySegments,
    dots: Dots,
}

/// What `..` stands for once everything is decoded.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Dots {
    /// The segment above.
    Resolved,
    /// Itself: real dot segments are gone already.
    Names,
}

/// What to do with `;parameters` of a segment.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Parameters {
    /// They stay, and `..;x` is a dot segment.
    Kept,
    /// They go.
    Stripped,
    /// They stay, and `..;x` is a name like any other, as for origins that know no parameters.
    Opaque,
}

/// What `..` takes away.
#[derive(Clone, Copy, PartialEq, Eq)]
enum EmptySegments {
    /// The last segment that holds something.
    DroppedFirst,
    /// The last segment, though it be empty.
    Counted,
}

/// Resolves dot segments at the root's floor, drops empty ones, trims the ends of the others (rules P3, P4).
fn resolve(path: &[u8], reading: Reading) -> Vec<u8> {
    let mut segments = SmallVec::<[&[u8]; 16]>::new();
    for segment in path.strip_prefix(b"/").unwrap_or(path).split(|&byte| byte == b'/') {
        let name = segment.split(|&byte| byte == b';').next().unwrap_or(segment);
        let bare = if reading.parameters == Parameters::Opaque { segment } else { name };
        let kept = if reading.parameters == Parameters::Stripped { name } else { segment };
        match bare {
            b".." if reading.dots == Dots::Resolved => drop(segments.pop()),
            b"." => {}
            _ if kept.is_empty() && reading.empty == EmptySegments::DroppedFirst => {}
            _ => segments.push(kept),
        }
    }
    join(&segments, path.len())
}

fn join(segments: &[&[u8]], capacity: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(capacity);
    for segment in segments.iter().filter(|segment| !segment.is_empty()) {
        if !out.is_empty() {
            out.push(b'/');
        }
        out.extend_from_slice(trim_end(segment));
    }
    out
}

/// Without trailing dots and blanks, unless nothing else is there.
fn trim_end(segment: &[u8]) -> &[u8] {
    let kept = segment.iter().rposition(|byte| !matches!(byte, b'.' | b' ' | b'\t'..=b'\r'));
    kept.map_or(segment, |last| &segment[..=last])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_path_in_many_spellings() {
        for raw in [
            "/a/b",
            "/a/b/",
            "//a///b//",
            "/./a/./b/.",
            "/x/../a/b",
            "/../../a/b",
            "/%61/b",
            "/a%2fb",
            "/a%5Cb",
            "/a\\b",
            "/A/B",
            "/a./b..",
            "/a%20/b%09",
            "/%2e/a/%2E%2e/a/b",
            "/a/x/..;p=1/b",
            "/%25%36%31/b",
            "/%u0061/b",
            "/%c1%a1%c0%afb",
        ] {
            assert_eq!(readings(raw.as_bytes())[0], b"a/b", "{raw}");
        }
    }

    #[test]
    fn doubts_add_readings() {
        let all = |raw: &str| readings(raw.as_bytes()).iter().map(|path| String::from_utf8_lossy(path).into_owned()).collect::<Vec<_>>();
        assert_eq!(all("/a;x=1/b"), ["a;x=1/b", "a/b"]);
        assert_eq!(all("/a%00.png"), ["a\0.png", "a"]);
        assert_eq!(all("/a%00/../b"), ["b", "a"]);
        assert_eq!(all("/a/..;x/b"), ["b", "a/..;x/b"]);
        assert_eq!(all("/a;p%00;q"), ["a;p\0;q", "a", "a;p"]);
        assert_eq!(all("/a//../b"), ["b", "a/b"]);
        assert_eq!(all("/a/%2f..%2fb"), ["b", "a/b", "a/../b"]);
        assert_eq!(all("//../a"), ["a"]);
        assert_eq!(all("/a/..%2fb"), ["b", "a/../b"]);
        assert_eq!(all("/a/%252e%252e/b"), ["b", "a/../b"]);
        assert_eq!(all("/a/%2e%2E/b"), ["b"]);
        assert_eq!(all("/a/;x/../b"), ["a/b", "b"]);
    }

    #[test]
    fn names_made_of_dots_stay() {
        assert_eq!(readings(b"/.../b")[0], b".../b");
        assert_eq!(readings(b"/...")[0], b"...");
    }

    #[test]
    fn simple_paths_need_no_care() {
        for (path, simple) in [
            ("/", true),
            ("/a/b.html", true),
            ("/A", true),
            ("/a/", true),
            ("/a//b", false),
            ("/.a", false),
            ("/a./b", false),
            ("/a.", false),
            ("/a;b", false),
            ("/%61", false),
        ] {
            assert_eq!(is_simple(path.as_bytes()), simple, "{path}");
        }
    }
}
