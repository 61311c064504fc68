//! The quick check for host names that already are canonical: eight bytes at a time, no branch per byte.
//!
//! Must never say yes to a name that the careful reading ([`super::host`]) would change or refuse; it may say no to one
//! that would pass. Serves the figures for list compilation and for ordinary requests.

const MAX_NAME: usize = 253;
const ONES: u64 = u64::from_le_bytes([1; 8]);
const HIGH: u64 = ONES << 7;

/// The host if it already is a canonical name of lower-case letters, digits, hyphens, underscores and dots.
pub(super) fn plain_name(host: &[u8]) -> Option<&str> {
    shape(host)?;
    std::str::from_utf8(host).ok()
}

/// Is it such a name, of at least two labels?
pub(super) fn is_plain_dotted_name(host: &[u8]) -> bool {
    shape(host).is_some_and(|shape| shape.dotted)
}

/// What a plain name looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shape {
    dotted: bool,
}

fn shape(host: &[u8]) -> Option<Shape> {
    if host.len() <= 64 { shape_of_short(host) } else { shape_of_long(host) }
}

/// Up to 64 bytes: one bit for each byte in one word.
fn shape_of_short(host: &[u8]) -> Option<Shape> {
    let last = host.len().checked_sub(1)?;
    let mut seen = Seen::default();
    if let Some(end) = host.last_chunk::<8>() {
        for (index, eight) in host.as_chunks::<8>().0.iter().enumerate() {
            seen.add(u64::from_le_bytes(*eight), 8 * index);
        }
        // Overlaps what was seen; the same bits are set once more.
        seen.add(u64::from_le_bytes(*end), host.len() - 8);
    } else {
        seen.add(padded(host), 0);
    }
    // The padding counts as letters, so a dot at the end shows only here.
    let dots = seen.dots;
    let edges = dots & 1 | dots >> last & 1 | dots & dots << 1;
    let last_label = 64 - dots.leading_zeros() as usize;
    let numeric = host.get(last_label).is_none_or(u8::is_ascii_digit);
    let too_long = last == 63 && dots == 0;
    let mapped = seen.hyphens & seen.hyphens << 1 != 0 && has_alphabetic_prefix(host);
    let plain = !seen.bad && edges == 0 && !numeric && !too_long && !mapped;
    plain.then_some(Shape { dotted: dots != 0 })
}

/// What has been seen so far: bit `n` stands for byte `n`.
#[derive(Default)]
struct Seen {
    bad: bool,
    dots: u64,
    hyphens: u64,
}

impl Seen {
    fn add(&mut self, eight: u64, shift: usize) {
        let ascii = eight & HIGH == 0;
        let eight = eight & !HIGH;
        let at_least = |byte: u8| eight + ONES * u64::from(0x80 - byte);
        let equal = |byte: u8| !((eight ^ (ONES * u64::from(byte))) + ONES * 0x7f);
        let letters = at_least(b'a') & !at_least(b'z' + 1);
        let digits = at_least(b'0') & !at_least(b'9' + 1);
        let (dots, hyphens) = (equal(b'.') & HIGH, equal(b'-') & HIGH);
        let good = (letters | digits | equal(b'_')) & HIGH | dots | hyphens;
        self.bad |= !ascii | (good != HIGH);
        self.dots |= gather(dots) << shift;
        self.hyphens |= gather(hyphens) << shift;
    }
}

/// The high bits of eight bytes, side by side.
fn gather(high_bits: u64) -> u64 {
    const SPREAD: u64 = 0x0002_0408_1020_4081;
    (high_bits >> 7).wrapping_mul(SPREAD << 7) >> 56
}

/// One to seven bytes, filled up with a letter.
fn padded(rest: &[u8]) -> u64 {
    rest.iter().rev().fold(ONES * u64::from(b'a'), |word, &byte| word << 8 | u64::from(byte))
}

fn shape_of_long(host: &[u8]) -> Option<Shape> {
    let labels_are_plain = host.split(|&byte| byte == b'.').all(|label| {
        let sized = (1..=63).contains(&label.len());
        sized && label.iter().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'))
    });
    let last = host.rsplit(|&byte| byte == b'.').next().unwrap_or(host);
    let plain = host.len() <= MAX_NAME && labels_are_plain && !last.first().is_none_or(u8::is_ascii_digit) && !has_alphabetic_prefix(host);
    plain.then_some(Shape { dotted: last.len() < host.len() })
}

/// Does a label start with `xn--`, so that it must be checked by UTS 46?
fn has_alphabetic_prefix(host: &[u8]) -> bool {
    host.split(|&byte| byte == b'.').any(|label| label.starts_with(b"xn--"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_names_and_others() {
        let label = "a".repeat(63);
        let long = [&label[..61]; 4].join(".");
        let cases = [
            ("a", true),
            ("a.test", true),
            ("www.example.test", true),
            ("1a.test", true),
            ("_a.b-c.test", true),
            ("r3---sn.example.test", true),
            ("abcdefgh", true),
            ("abcdefg.hijk", true),
            ("axn--b.test", true),
            (&label, true),
            (&long, true),
            ("", false),
            (".", false),
            ("a.", false),
            (".a", false),
            ("a..b", false),
            ("abcdefgh..a", false),
            ("abcdefg.", false),
            ("abcdefgh.", false),
            ("a.1", false),
            ("a.1a", false),
            ("1", false),
            ("A.test", false),
            ("a b", false),
            ("a/b", false),
            ("a:1", false),
            ("a\u{e9}", false),
            ("xn--a.test", false),
            ("a.xn--b", false),
            ("a@b", false),
            ("a`b", false),
            ("a{b", false),
            ("a,b", false),
            ("a\0", false),
            ("a\u{7f}", false),
        ];
        for (host, plain) in cases {
            assert_eq!(plain_name(host.as_bytes()).is_some(), plain, "{host}");
        }
        assert!(!is_plain_dotted_name(b"a") && is_plain_dotted_name(b"a.b"));
        assert!(plain_name(format!("{label}a").as_bytes()).is_none());
        assert!(plain_name(format!("{label}a.test").as_bytes()).is_none());
        assert!(plain_name(format!("{long}.abcdefgh").as_bytes()).is_none());
    }

    #[test]
    fn short_and_long_checks_agree_byte_for_byte() {
        for byte in 0..=255_u8 {
            for place in 0..12 {
                let mut host = *b"abcdefghijkl";
                host[place] = byte;
                assert_eq!(shape_of_short(&host), shape_of_long(&host), "{byte} at {place}");
            }
        }
    }
}
