//! What each byte may mean, in one table, so that an ordinary address is read in one pass.
//!
//! Must stay in step with RFC 3986 section 2 (what may be forwarded) and rules H2 and P1 (what is refused).

/// A blank or control byte: refused wherever it stands raw (rule P1).
pub(super) const BLANK_OR_CONTROL: u8 = 1;
/// An upper-case ASCII letter.
pub(super) const UPPER: u8 = 2;
/// Makes the path need the careful reading: `%`, `\`, `;` and everything beyond ASCII.
pub(super) const PATH_CAREFUL: u8 = 4;
/// A lower-case letter, digit, hyphen, underscore or dot.
pub(super) const HOST_PLAIN: u8 = 8;
/// Not allowed in a path or query by RFC 3986 (the percent sign aside).
pub(super) const MUST_ENCODE: u8 = 16;
/// A percent sign.
pub(super) const PERCENT: u8 = 32;
/// A slash or a dot: two of them side by side need the careful reading.
pub(super) const SLASH_OR_DOT: u8 = 64;
/// Ends the authority: `/`, `?`, `#`.
pub(super) const ENDS_AUTHORITY: u8 = 128;

/// Classes by byte.
pub(super) static CLASS: [u8; 256] = table();

const fn table() -> [u8; 256] {
    let mut table = [0_u8; 256];
    let mut byte = 0_usize;
    while byte < 256 {
        table[byte] = classify(byte as u8);
        byte += 1;
    }
    table
}

const fn classify(byte: u8) -> u8 {
    match byte {
        0..=0x20 | 0x7f => BLANK_OR_CONTROL | MUST_ENCODE | PATH_CAREFUL,
        0x80.. => MUST_ENCODE | PATH_CAREFUL,
        b'A'..=b'Z' => UPPER,
        b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => HOST_PLAIN,
        b'.' => HOST_PLAIN | SLASH_OR_DOT,
        b'/' => SLASH_OR_DOT | ENDS_AUTHORITY,
        b'?' => ENDS_AUTHORITY,
        b'#' => ENDS_AUTHORITY | MUST_ENCODE,
        b'%' => PERCENT | PATH_CAREFUL,
        b'\\' => MUST_ENCODE | PATH_CAREFUL,
        b';' => PATH_CAREFUL,
        b'"' | b'<' | b'>' | b'[' | b']' | b'^' | b'`' | b'{' | b'|' | b'}' => MUST_ENCODE,
        _ => 0,
    }
}

/// Is it of that class?
pub(super) fn is(byte: u8, class: u8) -> bool {
    CLASS[usize::from(byte)] & class != 0
}

/// The value of a hexadecimal digit.
pub(super) fn hex(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// The byte that two hexadecimal digits spell.
pub(super) fn hex_pair(high: u8, low: u8) -> Option<u8> {
    Some(hex(high)? << 4 | hex(low)?)
}
