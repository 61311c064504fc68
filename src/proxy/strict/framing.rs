//! How long a body is: `Content-Length` and `Transfer-Encoding`, read in the one way that no one can read otherwise
//! (RFC 9112 section 6; security rule F1).
//!
//! Must never: choose between two answers. Where there are two, the message is refused.

use super::fault::HeadFaultKind;

/// The lengths that a head announces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Framing {
    /// `Content-Length`.
    pub(super) length: Option<u64>,
    /// `Transfer-Encoding: chunked`.
    pub(super) chunked: bool,
}

impl Framing {
    /// Takes a `Content-Length` value. A second one is a fault; `same_again` lets an identical one pass.
    pub(super) fn content_length(&mut self, value: &[u8], same_again: bool) -> Result<(), HeadFaultKind> {
        let length = digits(value)?;
        if self.length.is_some_and(|known| !same_again || known != length) {
            return Err(HeadFaultKind::LengthRepeated);
        }
        self.length = Some(length);
        if self.chunked { Err(HeadFaultKind::BothLengths) } else { Ok(()) }
    }

    /// Takes a `Transfer-Encoding` value. `old` says that the message is HTTP/1.0.
    pub(super) fn transfer_encoding(&mut self, value: &[u8], old: bool) -> Result<(), HeadFaultKind> {
        if old {
            return Err(HeadFaultKind::CodingInOldVersion);
        }
        if self.chunked {
            return Err(HeadFaultKind::CodingRepeated);
        }
        if !value.eq_ignore_ascii_case(b"chunked") {
            return Err(HeadFaultKind::Coding);
        }
        self.chunked = true;
        if self.length.is_some() { Err(HeadFaultKind::BothLengths) } else { Ok(()) }
    }
}

/// Digits alone: no sign, no blank, no list, no other base.
fn digits(value: &[u8]) -> Result<u64, HeadFaultKind> {
    if value.is_empty() || !value.iter().all(u8::is_ascii_digit) {
        return Err(HeadFaultKind::Length);
    }
    if value.len() > 18 {
        return Err(HeadFaultKind::LengthOverflow);
    }
    Ok(value.iter().fold(0, |number, &digit| number * 10 + u64::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;
    use HeadFaultKind::*;

    #[test]
    fn a_length_is_digits_alone() {
        for (value, expected) in [
            ("0", Ok(0)),
            ("42", Ok(42)),
            ("007", Ok(7)),
            ("999999999999999999", Ok(999_999_999_999_999_999)),
            ("1000000000000000000", Err(LengthOverflow)),
            ("18446744073709551616", Err(LengthOverflow)),
            ("00000000000000000005", Err(LengthOverflow)),
            ("", Err(Length)),
            ("+5", Err(Length)),
            ("-1", Err(Length)),
            ("5 ", Err(Length)),
            ("5,5", Err(Length)),
            ("5, 5", Err(Length)),
            ("0x5", Err(Length)),
            ("5_0", Err(Length)),
            ("5.0", Err(Length)),
            ("1e2", Err(Length)),
            ("\u{665}", Err(Length)),
        ] {
            assert_eq!(digits(value.as_bytes()), expected, "{value:?}");
        }
    }

    #[test]
    fn two_lengths_are_refused_however_they_come() {
        let mut framing = Framing::default();
        assert_eq!(framing.content_length(b"5", false), Ok(()));
        assert_eq!(framing.content_length(b"5", false), Err(LengthRepeated));
        assert_eq!(framing.content_length(b"5", true), Ok(()));
        assert_eq!(framing.content_length(b"6", true), Err(LengthRepeated));
        assert_eq!(framing.transfer_encoding(b"chunked", false), Err(BothLengths));
        let mut framing = Framing::default();
        assert_eq!(framing.transfer_encoding(b"Chunked", false), Ok(()));
        assert_eq!(framing.transfer_encoding(b"chunked", false), Err(CodingRepeated));
        assert_eq!(framing.content_length(b"0", false), Err(BothLengths));
    }

    #[test]
    fn only_chunked_alone_is_a_coding() {
        for value in [
            "",
            "identity",
            "gzip, chunked",
            "chunked, chunked",
            ",chunked",
            "chunked,",
            "xchunked",
            "chunked;q=1",
            "\"chunked\"",
            "chunked\u{a0}",
        ] {
            assert_eq!(Framing::default().transfer_encoding(value.as_bytes(), false), Err(Coding), "{value:?}");
        }
        assert_eq!(Framing::default().transfer_encoding(b"chunked", true), Err(CodingInOldVersion));
    }
}
