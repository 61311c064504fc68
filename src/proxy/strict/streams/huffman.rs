//! The Huffman code of HPACK (RFC 7541 section 5.2 and appendix B).
//!
//! The code is canonical: among codes of one length the symbols follow one another, so the lengths alone say all.
//! Must never: read past the string, or take padding for a symbol.

use std::sync::LazyLock;

/// Bits of the longest code.
const LONGEST: usize = 30;

/// Bits of the code of each byte. The end mark has 30 as well and comes last; it must not stand in a string.
const LENGTHS: [u8; 256] = [
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28, 6, 10,
    10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7,
    7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, 15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6,
    7, 7, 7, 7, 7, 15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23,
    21, 22, 23, 22, 23, 23, 24, 22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22,
    22, 23, 22, 22, 23, 26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28,
    27, 27, 27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27,
    26,
];

/// The codes of one length: the first of them, how many there are, and where their symbols begin.
#[derive(Clone, Copy, Default)]
struct Rank {
    first: u32,
    count: u32,
    symbols: usize,
}

struct Code {
    ranks: [Rank; LONGEST + 1],
    symbols: Vec<u8>,
}

static CODE: LazyLock<Code> = LazyLock::new(|| {
    let mut code = Code { ranks: [Rank::default(); LONGEST + 1], symbols: Vec::with_capacity(256) };
    let mut next = 0;
    for length in 1..=LONGEST {
        next <<= 1;
        let of_length = (0..=u8::MAX).filter(|&byte| usize::from(LENGTHS[usize::from(byte)]) == length);
        let symbols = code.symbols.len();
        code.symbols.extend(of_length);
        let count = (code.symbols.len() - symbols) as u32;
        code.ranks[length] = Rank { first: next, count, symbols };
        next += count;
    }
    code
});

/// Decodes a string behind what `into` holds. False when it is not one: the end mark, or padding that is not its start.
#[must_use]
pub(super) fn decode(bytes: &[u8], into: &mut Vec<u8>) -> bool {
    let code = &*CODE;
    let (mut bits, mut length) = (0u32, 0usize);
    for byte in bytes {
        for place in (0..8).rev() {
            bits = bits << 1 | u32::from(byte >> place & 1);
            length += 1;
            let Some(rank) = code.ranks.get(length) else { return false };
            if let Some(index) = bits.checked_sub(rank.first).filter(|index| *index < rank.count) {
                into.push(code.symbols[rank.symbols + index as usize]);
                (bits, length) = (0, 0);
            }
        }
    }
    length < 8 && bits == (1 << length) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_rfc_7541_appendix_c_are_read() {
        for (hex, text) in [
            ("f1e3c2e5f23a6ba0ab90f4ff", "www.example.com"),
            ("a8eb10649cbf", "no-cache"),
            ("25a849e95ba97d7f", "custom-key"),
            ("25a849e95bb8e8b4bf", "custom-value"),
            ("6402", "302"),
            ("aec3771a4b", "private"),
            ("d07abe941054d444a8200595040b8166e082a62d1bff", "Mon, 21 Oct 2013 20:13:21 GMT"),
            ("9d29ad171863c78f0b97c8e9ae82ae43d3", "https://www.example.com"),
        ] {
            let bytes: Vec<u8> = (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect();
            let mut read = Vec::new();
            assert!(decode(&bytes, &mut read), "{text}");
            assert_eq!(String::from_utf8(read).unwrap(), text);
        }
    }

    #[test]
    fn padding_is_the_start_of_the_end_mark_and_shorter_than_a_byte() {
        for bad in [&[0xf1, 0xe3, 0xff, 0xff][..], &[0xff, 0xff, 0xff, 0xff], &[0xff; 8], &[0x00]] {
            assert!(!decode(bad, &mut Vec::new()), "{bad:x?}");
        }
        assert!(decode(&[0x07], &mut Vec::new()), "five bits of 0 and three of padding");
        assert!(decode(&[], &mut Vec::new()));
    }
}
