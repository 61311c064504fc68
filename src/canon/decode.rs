//! Percent decoding: once for hosts (rule H2), to a fixed point for paths and queries (rule P2).
//!
//! Must never take more than linear time. The fixed point is found in one pass with the output as a stack: only the end
//! of the output can become decodable, and each decoding shortens it, so there are at most two steps per input byte.
//! The patterns (`%XX`, `%uXXXX`, overlong UTF-8, surrogate pairs) never overlap, so the order of decoding does not matter.

use super::class::{hex, hex_pair};

/// Decodes `raw` to a fixed point and appends it; `+` becomes a blank where a query is read. Returns the steps taken.
pub(super) fn settle(raw: &[u8], plus_is_blank: bool, out: &mut Vec<u8>) -> usize {
    out.reserve(raw.len());
    let floor = out.len();
    let mut steps = raw.len();
    for &byte in raw {
        out.push(if plus_is_blank && byte == b'+' { b' ' } else { byte });
        while let Some((length, found)) = decodable_end(&out[floor..]) {
            out.truncate(out.len() - length);
            found.append(out);
            steps += 1;
        }
    }
    steps
}

/// Decodes once; `Err` holds the place of a percent sign that is not followed by two hexadecimal digits.
pub(super) fn once(raw: &[u8]) -> Result<Vec<u8>, usize> {
    let (decoded, bad) = once_leniently(raw);
    bad.map_or(Ok(decoded), Err)
}

/// Decodes once, leaving what does not decode, and tells the place of the first percent sign that stayed.
pub(super) fn once_leniently(raw: &[u8]) -> (Vec<u8>, Option<usize>) {
    let mut out = Vec::with_capacity(raw.len());
    let mut bad = None;
    let mut at = 0;
    while let Some(&byte) = raw.get(at) {
        let pair = match (byte, raw.get(at + 1), raw.get(at + 2)) {
            (b'%', Some(&high), Some(&low)) => hex_pair(high, low),
            _ => None,
        };
        if byte == b'%' && pair.is_none() {
            bad = bad.or(Some(at));
        }
        out.push(pair.unwrap_or(byte));
        at += if pair.is_some() { 3 } else { 1 };
    }
    (out, bad)
}

/// What the end of the output stands for.
enum Found {
    /// One raw byte, from `%XX`.
    Byte(u8),
    /// A code point; a lone surrogate is kept as its three bytes until its partner comes.
    Code(u32),
}

impl Found {
    fn append(self, out: &mut Vec<u8>) {
        match self {
            Self::Byte(byte) => out.push(byte),
            Self::Code(code) => append_code(code, out),
        }
    }
}

fn append_code(code: u32, out: &mut Vec<u8>) {
    let mut buffer = [0; 4];
    match char::from_u32(code) {
        Some(character) => out.extend_from_slice(character.encode_utf8(&mut buffer).as_bytes()),
        None => out.extend([0xe0 | (code >> 12 & 0x0f), 0x80 | (code >> 6 & 0x3f), 0x80 | (code & 0x3f)].map(|part| part.to_le_bytes()[0])),
    }
}

/// Length and meaning of a decodable pattern at the end of `out`.
fn decodable_end(out: &[u8]) -> Option<(usize, Found)> {
    match out.last()? {
        b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F' => percent_end(out),
        0x80..=0xbf => multibyte_end(out),
        _ => None,
    }
}

fn percent_end(out: &[u8]) -> Option<(usize, Found)> {
    if let [.., b'%', high, low] = out {
        return hex_pair(*high, *low).map(|byte| (3, Found::Byte(byte)));
    }
    if let [.., b'%', b'u' | b'U', a, b, c, d] = out {
        let digits = [hex(*a)?, hex(*b)?, hex(*c)?, hex(*d)?];
        return Some((6, Found::Code(digits.iter().fold(0, |value, &digit| value << 4 | u32::from(digit)))));
    }
    None
}

/// Overlong UTF-8 (two to six bytes) and surrogate pairs spelled as two three-byte sequences.
fn multibyte_end(out: &[u8]) -> Option<(usize, Found)> {
    let (length, lead_bits) = match out {
        [.., 0xed, high @ 0xa0..=0xaf, a, 0xed, low @ 0xb0..=0xbf, b] => return surrogate_pair([*high, *a, *low, *b]),
        [.., 0xc0..=0xc1, _] => (2, 0x1f),
        [.., 0xe0, 0x80..=0x9f, _] => (3, 0x0f),
        [.., 0xf0, 0x80..=0x8f, _, _] => (4, 0x07),
        [.., 0xf8, 0x80..=0x87, _, _, _] => (5, 0x03),
        [.., 0xfc, 0x80..=0x83, _, _, _, _] => (6, 0x01),
        _ => return None,
    };
    let (lead, rest) = out[out.len() - length..].split_first()?;
    rest.iter()
        .try_fold(u32::from(lead & lead_bits), |code, byte| (byte & 0xc0 == 0x80).then(|| code << 6 | u32::from(byte & 0x3f)))
        .map(|code| (length, Found::Code(code)))
}

fn surrogate_pair([high, a, low, b]: [u8; 4]) -> Option<(usize, Found)> {
    let bits = |first: u8, second: u8| u32::from(first & 0x0f) << 6 | u32::from(second & 0x3f);
    (a & 0xc0 == 0x80 && b & 0xc0 == 0x80).then(|| (6, Found::Code(0x1_0000 + (bits(high, a) << 10 | bits(low, b)))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settled(raw: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        settle(raw, false, &mut out);
        out
    }

    #[test]
    fn decodes_to_a_fixed_point() {
        let cases: &[(&[u8], &[u8])] = &[
            (b"abc", b"abc"),
            (b"%41%42", b"AB"),
            (b"%2541", b"A"),
            (b"%25%32%35", b"%"),
            (b"%%34%31", b"A"),
            (b"%25zz%", b"%zz%"),
            (b"%u0041%U0042", b"AB"),
            (b"%25u0041", b"A"),
            (b"%u00e9", "\u{e9}".as_bytes()),
            (b"%uD83D%uDE00", "\u{1f600}".as_bytes()),
            (b"%c0%af", b"/"),
            (b"%c1%81", b"A"),
            (b"%e0%80%af", b"/"),
            (b"%f0%80%80%af", b"/"),
            (b"%f8%80%80%80%af", b"/"),
            (b"%fc%80%80%80%80%af", b"/"),
            (b"%c0%a541", b"A"),
            (b"%c0%80", b"\0"),
            (b"%c3%a9", "\u{e9}".as_bytes()),
            (b"%e0%a4%b9", "\u{939}".as_bytes()),
            (b"%c0", b"\xc0"),
            (b"%u12", b"%u12"),
        ];
        for (raw, expected) in cases {
            assert_eq!(settled(raw), *expected, "{}", String::from_utf8_lossy(raw));
        }
    }

    #[test]
    fn takes_at_most_two_steps_for_each_byte() {
        let mut nested = b"%".to_vec();
        nested.extend(b"25".repeat(30_000));
        nested.extend(b"41");
        for hostile in [nested, b"%25".repeat(20_000), b"%u0025".repeat(10_000), b"%c0%a5".repeat(10_000), b"%%32%35".repeat(9_000)] {
            let mut out = Vec::new();
            assert!(settle(&hostile, false, &mut out) <= 2 * hostile.len());
        }
    }

    #[test]
    fn decoding_once_tells_where_it_fails() {
        assert_eq!(once(b"a%41%2541"), Ok(b"aA%41".to_vec()));
        assert_eq!(once(b"ab%4"), Err(2));
        assert_eq!(once(b"%zz"), Err(0));
    }
}
