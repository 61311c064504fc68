//! The chunked coding, checked byte by byte as it passes (RFC 9112 section 7.1; security rule F3).
//!
//! Nothing is decoded here: the protocol library decodes, and must never see framing that this file has not approved.
//! The answer depends on the bytes alone, never on how they were cut into reads.
//! Must never: pass on the byte that is wrong, so that no reader behind the gate can see a complete body.

use super::fault::BodyFaultKind as Kind;
use super::octets::{is_token_byte, is_value_byte};

/// Most bytes of extensions in one body.
const EXTENSIONS: u16 = 4 * 1024;
/// Most bytes of trailer lines in one body.
const TRAILERS: u16 = 16 * 1024;
/// Longest forbidden trailer name, and one byte to see that a name is longer.
const NAME: usize = 20;

/// Fields that frame, route or authenticate a message: never in a trailer (RFC 9110 section 6.5.1).
const FORBIDDEN: [&[u8]; 13] = [
    b"transfer-encoding",
    b"content-length",
    b"host",
    b"connection",
    b"trailer",
    b"te",
    b"upgrade",
    b"keep-alive",
    b"expect",
    b"content-encoding",
    b"content-type",
    b"authorization",
    b"proxy-authorization",
];

/// Must this field not stand in a trailer?
#[must_use]
pub fn is_forbidden_trailer(name: &http::HeaderName) -> bool {
    FORBIDDEN.contains(&name.as_str().as_bytes())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Size,
    BlankAfterSize,
    Extension,
    SizeEnd,
    Data,
    DataReturn,
    DataEnd,
    TrailerStart,
    TrailerName,
    TrailerValue,
    TrailerEnd,
    LastEnd,
}

/// What is known after looking at some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Chunked {
    /// All of them belong to the body, and it goes on.
    More,
    /// The body ends before this byte.
    Done(usize),
    /// The byte at this place is wrong.
    Fault(usize, Kind),
}

/// Follows one chunked body.
#[derive(Clone, Debug)]
pub(super) struct ChunkScan {
    at: At,
    digits: u8,
    name_length: u8,
    extensions: u16,
    trailers: u16,
    /// Bytes left in this chunk.
    left: u64,
    /// Bytes that the body may still have.
    allowed: u64,
    name: [u8; NAME],
}

impl ChunkScan {
    /// At the start of a body that may have this many bytes of data.
    pub(super) const fn new(allowed: u64) -> Self {
        Self { at: At::Size, digits: 0, name_length: 0, extensions: 0, trailers: 0, left: 0, allowed, name: [0; NAME] }
    }

    /// Looks at the next bytes.
    pub(super) fn scan(&mut self, bytes: &[u8]) -> Chunked {
        let mut place = 0;
        while place < bytes.len() {
            if self.at == At::Data {
                let take = usize::try_from(self.left).unwrap_or(usize::MAX).min(bytes.len() - place);
                self.left -= take as u64;
                place += take;
                if self.left == 0 {
                    self.at = At::DataReturn;
                }
                continue;
            }
            match self.step(bytes[place]) {
                Ok(false) => place += 1,
                Ok(true) => return Chunked::Done(place + 1),
                Err(kind) => return Chunked::Fault(place, kind),
            }
        }
        Chunked::More
    }

    /// One byte of framing; true when it is the last of the body.
    fn step(&mut self, byte: u8) -> Result<bool, Kind> {
        self.at = match self.at {
            At::Size => self.size(byte)?,
            At::BlankAfterSize | At::Extension => self.extension(byte)?,
            At::SizeEnd => self.size_end(byte)?,
            At::Data | At::DataReturn => expect(byte, b'\r', At::DataEnd, Kind::DataEnd)?,
            At::DataEnd => {
                self.digits = 0;
                expect(byte, b'\n', At::Size, Kind::DataEnd)?
            }
            At::TrailerStart | At::TrailerName | At::TrailerValue => self.trailer(byte)?,
            At::TrailerEnd => expect(byte, b'\n', At::TrailerStart, Kind::LineEnd)?,
            At::LastEnd => return if byte == b'\n' { Ok(true) } else { Err(Kind::LineEnd) },
        };
        Ok(false)
    }

    fn size(&mut self, byte: u8) -> Result<At, Kind> {
        if let Some(digit) = char::from(byte).to_digit(16) {
            if self.digits == 16 {
                return Err(Kind::SizeTooLong);
            }
            self.digits += 1;
            self.left = self.left << 4 | u64::from(digit);
            return Ok(At::Size);
        }
        if self.digits == 0 {
            return Err(Kind::SizeDigit);
        }
        match byte {
            b'\r' => Ok(At::SizeEnd),
            b';' | b' ' | b'\t' => self.extension(byte),
            _ => Err(Kind::AfterSize),
        }
    }

    fn extension(&mut self, byte: u8) -> Result<At, Kind> {
        let blank = matches!(byte, b' ' | b'\t');
        if self.at == At::Extension && byte == b'\r' {
            return Ok(At::SizeEnd);
        }
        if !is_value_byte(byte) {
            return Err(if matches!(byte, b'\r' | b'\n') { Kind::LineEnd } else { Kind::ExtensionByte });
        }
        self.extensions += 1;
        if self.extensions > EXTENSIONS {
            return Err(Kind::ExtensionTooLong);
        }
        match byte {
            _ if self.at == At::Extension => Ok(At::Extension),
            b';' => Ok(At::Extension),
            _ if blank => Ok(At::BlankAfterSize),
            _ => Err(Kind::AfterSize),
        }
    }

    fn size_end(&mut self, byte: u8) -> Result<At, Kind> {
        if byte != b'\n' {
            return Err(Kind::LineEnd);
        }
        if self.left == 0 {
            return Ok(At::TrailerStart);
        }
        // Half of the numbers are kept free: readers that count with a sign must count the same.
        if self.left > u64::MAX >> 1 {
            return Err(Kind::SizeOverflow);
        }
        self.allowed = self.allowed.checked_sub(self.left).ok_or(Kind::TooLarge)?;
        Ok(At::Data)
    }

    fn trailer(&mut self, byte: u8) -> Result<At, Kind> {
        if self.at == At::TrailerStart && byte == b'\r' {
            return Ok(At::LastEnd);
        }
        self.trailers += 1;
        if self.trailers > TRAILERS {
            return Err(Kind::TrailerTooLong);
        }
        if self.at == At::TrailerValue {
            return match byte {
                b'\r' => Ok(At::TrailerEnd),
                _ if is_value_byte(byte) => Ok(At::TrailerValue),
                _ => Err(Kind::TrailerValue),
            };
        }
        if self.at == At::TrailerStart {
            self.name_length = 0;
        }
        self.trailer_name(byte)
    }

    fn trailer_name(&mut self, byte: u8) -> Result<At, Kind> {
        if byte == b':' && self.name_length > 0 {
            let name = &self.name[..usize::from(self.name_length)];
            return if FORBIDDEN.contains(&name) { Err(Kind::TrailerForbidden) } else { Ok(At::TrailerValue) };
        }
        if !is_token_byte(byte) {
            return Err(Kind::TrailerName);
        }
        if let Some(place) = self.name.get_mut(usize::from(self.name_length)) {
            *place = byte.to_ascii_lowercase();
            self.name_length += 1;
        }
        Ok(At::TrailerName)
    }
}

fn expect(byte: u8, wanted: u8, next: At, otherwise: Kind) -> Result<At, Kind> {
    if byte == wanted { Ok(next) } else { Err(otherwise) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Scans whole, byte by byte and in every pair of pieces; all must agree.
    fn scan(bytes: &[u8]) -> Chunked {
        let whole = ChunkScan::new(u64::MAX).scan(bytes);
        for cut in 0..=bytes.len() {
            let mut scan = ChunkScan::new(u64::MAX);
            let first = scan.scan(&bytes[..cut]);
            let both = match first {
                Chunked::More => match scan.scan(&bytes[cut..]) {
                    Chunked::More => Chunked::More,
                    Chunked::Done(end) => Chunked::Done(end + cut),
                    Chunked::Fault(place, kind) => Chunked::Fault(place + cut, kind),
                },
                Chunked::Done(_) | Chunked::Fault(..) => first,
            };
            assert_eq!(both, whole, "cut at {cut} of {:?}", String::from_utf8_lossy(bytes));
        }
        whole
    }

    #[test]
    fn good_bodies_end_where_they_end() {
        for body in [
            "0\r\n\r\n",
            "5\r\nhello\r\n0\r\n\r\n",
            "A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n",
            "0000000000000005\r\nhello\r\n0000\r\n\r\n",
            "5;a\r\nhello\r\n0;b=c;d=\"e f\"\r\n\r\n",
            "5 ;a\r\nhello\r\n0\r\n\r\n",
            "0\r\nx: y\r\nz:\r\n\r\n",
        ] {
            assert_eq!(scan(body.as_bytes()), Chunked::Done(body.len()), "{body:?}");
            assert_eq!(scan(format!("{body}GET /").as_bytes()), Chunked::Done(body.len()));
            assert_eq!(scan(&body.as_bytes()[..body.len() - 1]), Chunked::More);
        }
    }

    #[test]
    fn bad_framing_is_refused_at_the_first_wrong_byte() {
        use Kind::*;
        for (body, place, kind) in [
            (&b"\r\n"[..], 0, SizeDigit),
            (b"g\r\n", 0, SizeDigit),
            (b"+5\r\n", 0, SizeDigit),
            (b"-1\r\n", 0, SizeDigit),
            (b" 5\r\n", 0, SizeDigit),
            (b";\r\n", 0, SizeDigit),
            (b"0x5\r\n", 1, AfterSize),
            (b"5_0\r\n", 1, AfterSize),
            (b"5,5\r\n", 1, AfterSize),
            (b"5\0\r\n", 1, AfterSize),
            (b"5\n", 1, AfterSize),
            (b"5 \r\n", 2, LineEnd),
            (b"5 x\r\n", 2, AfterSize),
            (b"5\rhello", 2, LineEnd),
            (b"00000000000000005\r\n", 16, SizeTooLong),
            (b"FFFFFFFFFFFFFFFF\r\n", 17, SizeOverflow),
            (b"8000000000000000\r\n", 17, SizeOverflow),
            (b"5;a\nhello", 3, LineEnd),
            (b"5;a\0\r\n", 3, ExtensionByte),
            (b"5;a\x7f\r\n", 3, ExtensionByte),
            (b"5;a\r\r\n", 4, LineEnd),
            (b"5\r\nhello0\r\n", 8, DataEnd),
            (b"5\r\nhello\n0\r\n", 8, DataEnd),
            (b"5\r\nhello\r0\r\n", 9, DataEnd),
            (b"5\r\nhello\r\n\r\n", 10, SizeDigit),
            (b"0\r\n\n", 3, TrailerName),
            (b"0\r\n\r\r", 4, LineEnd),
            (b"0\r\n x: y\r\n", 3, TrailerName),
            (b"0\r\n: y\r\n", 3, TrailerName),
            (b"0\r\nx : y\r\n", 4, TrailerName),
            (b"0\r\nx\r\n", 4, TrailerName),
            (b"0\r\nx: y\n", 7, TrailerValue),
            (b"0\r\nx: \0\r\n", 6, TrailerValue),
            (b"0\r\nx: y\rz", 8, LineEnd),
            (b"0\r\nContent-Length: 5\r\n", 17, TrailerForbidden),
            (b"0\r\nTRANSFER-ENCODING: chunked\r\n", 20, TrailerForbidden),
            (b"0\r\nHost: x\r\n", 7, TrailerForbidden),
            (b"0\r\nGET / HTTP/1.1\r\n", 6, TrailerName),
        ] {
            assert_eq!(scan(body), Chunked::Fault(place, kind), "{:?}", String::from_utf8_lossy(body));
        }
    }

    #[test]
    fn extensions_trailers_and_bodies_have_a_bound() {
        let extension = |length: usize| format!("1;{}\r\nx\r\n0\r\n\r\n", "a".repeat(length));
        assert!(matches!(ChunkScan::new(9).scan(extension(4095).as_bytes()), Chunked::Done(_)));
        assert!(matches!(ChunkScan::new(9).scan(extension(4096).as_bytes()), Chunked::Fault(_, Kind::ExtensionTooLong)));
        let many = "1;aaaaaaa\r\nx\r\n".repeat(513);
        assert!(matches!(ChunkScan::new(999).scan(many.as_bytes()), Chunked::Fault(_, Kind::ExtensionTooLong)));
        let trailer = |length: usize| format!("0\r\na:{}\r\n\r\n", "b".repeat(length));
        assert!(matches!(ChunkScan::new(9).scan(trailer(16_000).as_bytes()), Chunked::Done(_)));
        assert!(matches!(ChunkScan::new(9).scan(trailer(16_400).as_bytes()), Chunked::Fault(_, Kind::TrailerTooLong)));
        assert!(matches!(ChunkScan::new(4).scan(b"5\r\nhello\r\n"), Chunked::Fault(2, Kind::TooLarge)));
        let long = format!("0\r\n{}: b\r\n\r\n", "a".repeat(300));
        assert!(matches!(ChunkScan::new(9).scan(long.as_bytes()), Chunked::Done(_)));
    }
}
