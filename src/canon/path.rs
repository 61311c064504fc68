//! Paths in the form in which they are compared (rules P2-P5), and the other readings that an origin may take.
//!
//! Must never lose a reading under which an origin could serve a listed page: every doubt adds a variant, none removes one.

use super::class::{CLASS, PATH_CAREFUL, SLASH_OR_DOT};
use super::decode::settle;
use super::fold::fold;
use smallvec::SmallVec;

/// The readings of one path, without leading slash; the first is the path itself.
pub(super) type Readings = SmallVec<[Vec<u8>; 1]>;

/// Is the path, upper-case letters aside, canonical as it stands once its leading and trailing slash are gone?
pub(super) fn is_simple(path: &[u8]) -> bool {
    let mut careful = 0;
    let mut before = 0;
    for &byte in path {
        let class = CLASS[usize::from(byte)];
        careful |= class & PATH_CAREFUL | class & before & SLASH_OR_DOT;
        before = class;
    }
    careful == 0 && path.last() != Some(&b'.')
}

/// A simple path without its leading and trailing slash.
pub(super) fn trim_slashes(path: &[u8]) -> &[u8] {
    let path = path.strip_prefix(b"/").unwrap_or(path);
    path.strip_suffix(b"/").unwrap_or(path)
}

/// Every reading of a raw path: with and without parameters, with and without what follows a NUL (rule P4).
pub(super) fn readings(raw: &[u8]) -> Readings {
    let whole = fold(decoded(raw));
    let before_nul = memchr::memchr(0, &whole).map(|end| &whole[..end]);
    let mut found = Readings::new();
    for path in std::iter::once(&whole[..]).chain(before_nul) {
        add(&mut found, resolve(path, Parameters::Kept));
        if path.contains(&b';') {
            add(&mut found, resolve(path, Parameters::Stripped));
            add(&mut found, resolve(path, Parameters::Opaque));
        }
    }
    found
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
    resolve(&decoded(raw), Parameters::Kept)
}

fn add(found: &mut Readings, path: Vec<u8>) {
    if !found.contains(&path) {
        found.push(path);
    }
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

/// Resolves dot segments at the root's floor, drops empty ones, trims the ends of the others (rules P3, P4).
fn resolve(path: &[u8], parameters: Parameters) -> Vec<u8> {
    let mut out = Vec::with_capacity(path.len());
    for segment in path.split(|&byte| byte == b'/') {
        let name = segment.split(|&byte| byte == b';').next().unwrap_or(segment);
        let bare = if parameters == Parameters::Opaque { segment } else { name };
        match bare {
            b".." => drop_last_segment(&mut out),
            b"." => {}
            _ => append_segment(&mut out, trim_end(if parameters == Parameters::Stripped { name } else { segment })),
        }
    }
    out
}

fn append_segment(out: &mut Vec<u8>, segment: &[u8]) {
    if segment.is_empty() {
        return;
    }
    if !out.is_empty() {
        out.push(b'/');
    }
    out.extend_from_slice(segment);
}

fn drop_last_segment(out: &mut Vec<u8>) {
    let end = memchr::memrchr(b'/', out).unwrap_or(0);
    out.truncate(end);
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
