//! Names and numbers that identify things.

use std::fmt;
use std::str::FromStr;

/// Position of a list in its image's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ListId(pub u8);

/// Position of a group in the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GroupId(pub u16);

/// Position of a site in the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SiteId(pub u16);

/// Counts the engines that this process has published; starts at 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Generation(pub u64);

/// Identifies one request in the log of one node: start time of the process (seconds, upper half) and a
/// counter (lower half). Shown to people as a reference number of 13 characters that can be read over a telephone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct RequestId(pub u64);

/// Crockford base 32: no I, L, O or U, so that nothing can be misread or misheard.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, group) in (0..13).rev().enumerate() {
            if place == 4 || place == 9 {
                f.write_str("-")?;
            }
            let digit = (self.0 >> (group * 5)) & 31;
            write!(f, "{}", char::from(ALPHABET[usize::try_from(digit).unwrap_or(0)]))?;
        }
        Ok(())
    }
}

/// The text is not a reference number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a reference number has 13 letters and digits, such as 01AB-CDEFG-H123")]
pub struct NotAReference;

impl FromStr for RequestId {
    type Err = NotAReference;

    /// Reads a reference number as people type it: any case, with or without dashes, O for 0 and I or L for 1.
    fn from_str(text: &str) -> Result<Self, NotAReference> {
        let mut value: u64 = 0;
        let mut digits = 0;
        for byte in text.bytes().filter(|b| !matches!(b, b'-' | b' ')) {
            let byte = match byte.to_ascii_uppercase() {
                b'O' => b'0',
                b'I' | b'L' => b'1',
                other => other,
            };
            let digit = ALPHABET.iter().position(|&a| a == byte).ok_or(NotAReference)?;
            if digits == 0 && digit > 15 {
                return Err(NotAReference);
            }
            value = (value << 5) | digit as u64;
            digits += 1;
        }
        if digits == 13 { Ok(Self(value)) } else { Err(NotAReference) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_number_survives_being_read_aloud() {
        for id in [RequestId(0), RequestId(u64::MAX), RequestId(0x6920_1234_0000_0001)] {
            let text = id.to_string();
            assert_eq!(text.len(), 15);
            assert_eq!(text.parse(), Ok(id));
            assert_eq!(text.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l").parse(), Ok(id));
        }
        for bad in ["", "01AB", "01AB-CDEFG-H12!", "ZZZZ-ZZZZZ-ZZZZ", "01AB-CDEFG-H1234"] {
            assert_eq!(bad.parse::<RequestId>(), Err(NotAReference), "{bad}");
        }
    }
}
