//! Which bytes may stand where (RFC 9110 section 5.6, RFC 9112 section 3), as tables.
//!
//! Must never: depend on a locale, or accept anything beyond ASCII as a letter or a blank.

/// Bytes of a token: method, field name.
static TOKEN: [bool; 256] = table(b"!#$%&'*+-.^_`|~");

/// Bytes of a `Host` value. The comma is left out although RFC 3986 would let it in: a list of hosts is an attack.
static HOST: [bool; 256] = table(b"-._~%!$&'()*+;=:[]");

const fn table(signs: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    let mut sign = 0;
    while sign < signs.len() {
        table[signs[sign] as usize] = true;
        sign += 1;
    }
    table
}

/// Where the leading token ends.
#[inline]
pub(super) fn token_end(bytes: &[u8]) -> usize {
    bytes.iter().position(|&byte| !TOKEN[usize::from(byte)]).unwrap_or(bytes.len())
}

/// Whether the byte may stand in a token.
#[inline]
pub(super) fn is_token_byte(byte: u8) -> bool {
    TOKEN[usize::from(byte)]
}

/// Whether the byte may stand in a field value: everything but controls; the tab is a blank (RFC 9110 section 5.5).
#[inline]
pub(super) const fn is_value_byte(byte: u8) -> bool {
    byte >= 0x20 && byte != 0x7f || byte == b'\t'
}

/// The first byte that may not stand in a field value. The first look takes no branch per byte, so that it is made wide.
#[inline]
pub(super) fn bad_value_byte(bytes: &[u8]) -> Option<usize> {
    let bad = bytes.iter().fold(false, |bad, &byte| bad | ((byte < 0x20) & (byte != b'\t')) | (byte == 0x7f));
    if bad { bytes.iter().position(|&byte| !is_value_byte(byte)) } else { None }
}

/// The first byte that is a control, the tab included. What else is wrong with a target is for policy to say.
#[inline]
pub(super) fn control_byte(bytes: &[u8]) -> Option<usize> {
    let bad = bytes.iter().fold(false, |bad, &byte| bad | (byte < 0x20) | (byte == 0x7f));
    if bad { bytes.iter().position(|&byte| byte < 0x20 || byte == 0x7f) } else { None }
}

/// Without the blanks at both ends: space and tab only.
#[inline]
pub(super) fn trim(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] = bytes {
        bytes = rest;
    }
    while let [rest @ .., b' ' | b'\t'] = bytes {
        bytes = rest;
    }
    bytes
}

/// Whether a comma-separated list holds this token, in any case.
pub(super) fn list_holds(list: &[u8], token: &[u8]) -> bool {
    list.split(|&byte| byte == b',').any(|item| trim(item).eq_ignore_ascii_case(token))
}

/// Whether this is one host with at most one port (RFC 9112 section 3.2). What it means is for the canonicaliser to say.
pub(super) fn is_host_value(value: &[u8]) -> bool {
    if !value.iter().all(|&byte| HOST[usize::from(byte)]) {
        return false;
    }
    let after_host = match value.strip_prefix(b"[") {
        Some(rest) => match memchr::memchr(b']', rest) {
            Some(end) => &rest[end + 1..],
            None => return false,
        },
        None => &value[memchr::memchr3(b':', b'[', b']', value).unwrap_or(value.len())..],
    };
    match after_host {
        [] => true,
        [b':', port @ ..] => port.len() <= 5 && port.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_one_name_or_address_with_at_most_one_port() {
        for good in
            ["", "example.com", "example.com:80", "example.com:", "[::1]", "[2001:db8::1]:8080", "a_b.test", "%41.test", "192.0.2.1"]
        {
            assert!(is_host_value(good.as_bytes()), "{good}");
        }
        for bad in [
            "a.test,b.test",
            "a.test b.test",
            "u@a.test",
            "a.test/",
            "a.test:80:80",
            "a.test:x",
            "a.test:123456",
            "[::1",
            "[::1]x",
            "a[b].test",
            "http://a.test",
            "a.test\0",
            "\u{e9}.test",
            "a.test?",
            "a.test#",
            "a\\b.test",
            "\"a.test\"",
        ] {
            assert!(!is_host_value(bad.as_bytes()), "{bad}");
        }
    }

    #[test]
    fn only_space_and_tab_are_blanks() {
        assert_eq!(trim(b" \t a b\t "), b"a b");
        assert_eq!(trim(b"\x0b\x0ca\xa0\x85"), b"\x0b\x0ca\xa0\x85");
        assert_eq!(trim(b" \t"), b"");
    }

    #[test]
    fn controls_are_found_and_everything_else_is_left_to_others() {
        assert_eq!(bad_value_byte(b"a\tb \xff\x80"), None);
        for byte in (0..=0x1f).chain([0x7f]).filter(|&byte| byte != b'\t') {
            assert_eq!(bad_value_byte(&[b'a', byte]), Some(1));
        }
        assert_eq!(control_byte(b"/a\tb"), Some(2));
        assert_eq!(control_byte("/ä\\^".as_bytes()), None);
    }

    #[test]
    fn a_token_ends_at_the_first_byte_that_is_not_one() {
        assert_eq!(token_end(b"GET /"), 3);
        assert_eq!(token_end(b"a\xff"), 1);
        assert_eq!(token_end(b""), 0);
        assert!(list_holds(b"keep-alive ,\tUpgrade", b"upgrade"));
        assert!(!list_holds(b"upgrades, x upgrade", b"upgrade"));
    }
}
