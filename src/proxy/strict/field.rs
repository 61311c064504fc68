//! One field line, taken apart and checked (RFC 9112 section 5; security rule F2).
//!
//! Must never: accept a line that another reader could take for something else.

use super::fault::HeadFaultKind;
use super::octets::{bad_value_byte, is_token_byte, token_end, trim};

/// A field line in its two parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Field<'a> {
    /// Name, as written.
    pub(super) name: &'a [u8],
    /// Value, without the blanks around it.
    pub(super) value: &'a [u8],
}

/// Fields that the gate itself must understand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    Host,
    Expect,
    Upgrade,
    Connection,
    ContentLength,
    TransferEncoding,
    Other,
}

impl Known {
    /// Which one this name is.
    #[inline]
    pub(super) fn of(name: &[u8]) -> Self {
        let is = |known: &[u8]| name.eq_ignore_ascii_case(known);
        match name.len() {
            4 if is(b"host") => Self::Host,
            6 if is(b"expect") => Self::Expect,
            7 if is(b"upgrade") => Self::Upgrade,
            10 if is(b"connection") => Self::Connection,
            14 if is(b"content-length") => Self::ContentLength,
            17 if is(b"transfer-encoding") => Self::TransferEncoding,
            _ => Self::Other,
        }
    }
}

/// Takes a line (without its CRLF) apart. A fault comes with its place in the line.
#[inline]
pub(super) fn field(line: &[u8]) -> Result<Field<'_>, (HeadFaultKind, usize)> {
    let end = token_end(line);
    if end == 0 || line.get(end) != Some(&b':') {
        return Err(bad_name(line, end));
    }
    match bad_value_byte(&line[end + 1..]) {
        None => Ok(Field { name: &line[..end], value: trim(&line[end + 1..]) }),
        Some(place) => Err((control_kind(line[end + 1 + place]), end + 1 + place)),
    }
}

const fn control_kind(byte: u8) -> HeadFaultKind {
    if byte == b'\r' { HeadFaultKind::BareReturn } else { HeadFaultKind::ValueByte }
}

#[cold]
fn bad_name(line: &[u8], end: usize) -> (HeadFaultKind, usize) {
    let kind = match line.get(end) {
        Some(b' ' | b'\t') if end == 0 => HeadFaultKind::Folded,
        Some(b':') => HeadFaultKind::EmptyName,
        None => HeadFaultKind::NoColon,
        Some(b'\r') => HeadFaultKind::BareReturn,
        Some(b' ' | b'\t') if trim(&line[end..]).first() == Some(&b':') => HeadFaultKind::BlankBeforeColon,
        Some(_) if memchr::memchr(b':', line).is_none() => HeadFaultKind::NoColon,
        Some(&byte) => {
            debug_assert!(!is_token_byte(byte));
            HeadFaultKind::NameByte
        }
    };
    (kind, end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_lines_are_taken_apart() {
        for (line, name, value) in [
            ("Host: example.com", "Host", "example.com"),
            ("a:", "a", ""),
            ("a:b", "a", "b"),
            ("a: \t b c \t", "a", "b c"),
            ("a::", "a", ":"),
            ("x!#$%&'*+-.^_`|~9: y", "x!#$%&'*+-.^_`|~9", "y"),
        ] {
            let field = field(line.as_bytes()).expect(line);
            assert_eq!((field.name, field.value), (name.as_bytes(), value.as_bytes()), "{line}");
        }
        assert_eq!(field(b"a: \xa0b\x85").expect("obs-text").value, b"\xa0b\x85");
    }

    #[test]
    fn bad_lines_are_refused_with_their_kind_and_place() {
        use HeadFaultKind::*;
        for (line, kind, place) in [
            (&b" a: b"[..], Folded, 0),
            (b"\ta: b", Folded, 0),
            (b": b", EmptyName, 0),
            (b"a : b", BlankBeforeColon, 1),
            (b"a\t: b", BlankBeforeColon, 1),
            (b"ab", NoColon, 2),
            (b"a b", NoColon, 1),
            (b"a b: c", NameByte, 1),
            (b"a\0: c", NameByte, 1),
            (b"(a): c", NameByte, 0),
            (b"\xc3\xa9: c", NameByte, 0),
            (b"a\r: c", BareReturn, 1),
            (b"a: b\rc", BareReturn, 4),
            (b"a: b\r", BareReturn, 4),
            (b"a: b\0", ValueByte, 4),
            (b"a: \x0bchunked", ValueByte, 3),
            (b"a: \x7f", ValueByte, 3),
        ] {
            assert_eq!(field(line), Err((kind, place)), "{:?}", String::from_utf8_lossy(line));
        }
    }

    #[test]
    fn known_fields_are_known_in_any_case() {
        for (name, known) in [
            ("hOST", Known::Host),
            ("EXPECT", Known::Expect),
            ("Upgrade", Known::Upgrade),
            ("connection", Known::Connection),
            ("Content-Length", Known::ContentLength),
            ("TRANSFER-encoding", Known::TransferEncoding),
            ("Content_Length", Known::Other),
            ("Hosts", Known::Other),
        ] {
            assert_eq!(Known::of(name.as_bytes()), known);
        }
    }
}
