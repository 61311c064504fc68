//! Base32 (RFC 4648 section 6) without padding: what people copy by hand, since it has no 0, 1, 8 and 9 to take for letters.

const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Bytes as letters and digits.
#[must_use]
pub fn to_base32(bytes: &[u8]) -> String {
    let (mut held, mut bits, mut text) = (0_u32, 0, String::with_capacity(bytes.len().div_ceil(5) * 8));
    let mut put = |five: u32| text.push(char::from(LETTERS[(five & 31) as usize]));
    for &byte in bytes {
        held = (held << 8 | u32::from(byte)) & 0xfff;
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            put(held >> bits);
        }
    }
    if bits > 0 {
        put(held << (5 - bits));
    }
    text
}

/// The bytes again. Small letters, blanks and hyphens are taken as people type them; `None` for anything else.
#[must_use]
pub fn from_base32(text: &str) -> Option<Vec<u8>> {
    let (mut held, mut bits, mut bytes) = (0_u32, 0, Vec::with_capacity(text.len() * 5 / 8));
    for byte in text.bytes().filter(|byte| !matches!(byte, b' ' | b'-')) {
        let place = LETTERS.iter().position(|letter| *letter == byte.to_ascii_uppercase())?;
        held = (held << 5 | u32::try_from(place).ok()?) & 0xfff;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits & 0xff) as u8);
        }
    }
    (held & ((1 << bits) - 1) == 0).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4648 section 10.
    #[test]
    fn the_vectors_of_the_rfc() {
        for (plain, coded) in
            [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"), ("foobar", "MZXW6YTBOI")]
        {
            assert_eq!(to_base32(plain.as_bytes()), coded);
            assert_eq!(from_base32(coded).as_deref(), Some(plain.as_bytes()));
        }
        assert_eq!(from_base32("mzxw 6ytb-oi").as_deref(), Some(&b"foobar"[..]));
        for wrong in ["M", "MZXW6YT1", "MZ=", "MZXR", "\u{e9}"] {
            assert_eq!(from_base32(wrong), None, "{wrong}");
        }
    }
}
