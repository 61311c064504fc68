//! Writing addresses: strictly by RFC 3986 for the origin, and the canonical form for logs and pages.
//!
//! Must never write a blank, a control byte or anything beyond ASCII, and must never rewrite what RFC 3986 allows: letters,
//! percent spellings, dot segments and double slashes leave as they came. A percent sign that spells nothing becomes `%25`;
//! an empty path becomes `/`.

use super::class::{CLASS, MUST_ENCODE, PERCENT, hex, is};

const HEX: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];

/// Appends path and query as an origin-form target; `path_classes` are those of the path's bytes. Returns where the query
/// starts and ends, if there is one.
pub(super) fn append_target(path: &[u8], path_classes: u8, query: Option<&[u8]>, out: &mut String) -> Option<(usize, usize)> {
    if path.is_empty() {
        out.push('/');
    }
    append_strictly(path, path_classes, out);
    let query = query?;
    out.push('?');
    let start = out.len();
    append_strictly(query, query.iter().fold(0, |classes, &byte| classes | CLASS[usize::from(byte)]), out);
    Some((start, out.len()))
}

fn append_strictly(bytes: &[u8], classes: u8, out: &mut String) {
    let clean = classes & MUST_ENCODE == 0 && (classes & PERCENT == 0 || percents_are_sound(bytes));
    match std::str::from_utf8(bytes) {
        Ok(text) if clean => out.push_str(text),
        Ok(_) | Err(_) => append_encoding(bytes, out),
    }
}

fn percents_are_sound(bytes: &[u8]) -> bool {
    memchr::memchr_iter(b'%', bytes).all(|at| is_percent_pair(bytes, at))
}

fn is_percent_pair(bytes: &[u8], at: usize) -> bool {
    matches!(bytes.get(at + 1..at + 3), Some([high, low]) if hex(*high).is_some() && hex(*low).is_some())
}

fn append_encoding(bytes: &[u8], out: &mut String) {
    for (at, &byte) in bytes.iter().enumerate() {
        if is(byte, MUST_ENCODE) || byte == b'%' && !is_percent_pair(bytes, at) {
            append_percent(byte, out);
        } else {
            out.push(char::from(byte));
        }
    }
}

/// Appends a canonical path: everything that could be read as something else is percent-encoded once.
pub(super) fn append_canonical_path(path: &[u8], out: &mut String) {
    for &byte in path {
        if is(byte, MUST_ENCODE) || matches!(byte, b'%' | b'?') {
            append_percent(byte, out);
        } else {
            out.push(char::from(byte));
        }
    }
}

fn append_percent(byte: u8, out: &mut String) {
    out.extend(['%', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_leave_as_they_came_where_rfc_3986_allows() {
        for (path, query, expected) in [
            ("", None, "/"),
            ("", Some("x"), "/?x"),
            ("/a", Some(""), "/a?"),
            ("/A/../b//c;d=%7e%7E", Some("a=/?:@!$&'()*+,;=-._~"), "/A/../b//c;d=%7e%7E?a=/?:@!$&'()*+,;=-._~"),
            ("/a%", Some("%zz%4"), "/a%25?%25zz%254"),
            ("/\u{e9}\\|", Some("[\"]{}^`<>"), "/%C3%A9%5C%7C?%5B%22%5D%7B%7D%5E%60%3C%3E"),
            ("*", None, "*"),
        ] {
            let mut out = String::new();
            let classes = path.bytes().fold(0, |classes, byte| classes | CLASS[usize::from(byte)]);
            append_target(path.as_bytes(), classes, query.map(str::as_bytes), &mut out);
            assert_eq!(out, expected);
        }
    }
}
