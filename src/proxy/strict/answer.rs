//! The head of a response, read line by line as it arrives (RFC 9112 sections 4 to 6; security rule F10).
//!
//! The same rules for lines and fields as for requests. A reason may be missing, with the blank before it: no one is
//! misled by that, and servers do it.
//! Must never: guess a length, or take a status that is not one.

use super::fault::{HeadFault, HeadFaultKind as Kind};
use super::field::{Field, Known};
use super::framing::Framing;
use super::limits::GateLimits;
use super::lines::{Head, Lines, Scanned, scan, without_end};
use super::octets::bad_value_byte;

/// Reads one response head.
#[derive(Clone, Debug, Default)]
pub(super) struct AnswerScan {
    lines: Lines,
    old: bool,
    /// The status; 0 until it has been read.
    pub(super) status: u16,
    /// The announced lengths.
    pub(super) framing: Framing,
    /// `Upgrade: websocket`.
    pub(super) websocket: bool,
}

impl AnswerScan {
    /// Looks at the bytes of the head so far. Bytes that were there at the last call must be there again, unchanged.
    pub(super) fn scan(&mut self, bytes: &[u8], limits: &GateLimits) -> Scanned {
        scan(self, bytes, limits)
    }

    fn status_line(&mut self, line: &[u8]) -> Result<(), (Kind, usize)> {
        if let Some(place) = bad_value_byte(line) {
            return Err((if line[place] == b'\r' { Kind::BareReturn } else { Kind::ValueByte }, place));
        }
        let (version, rest) = line.split_at_checked(8).ok_or((Kind::FirstLine, line.len()))?;
        self.old = match version {
            b"HTTP/1.1" => false,
            b"HTTP/1.0" => true,
            _ => return Err((Kind::Version, 5)),
        };
        self.status = match rest {
            [b' ', digits @ ..] if digits.len() == 3 || digits.get(3) == Some(&b' ') => status(&digits[..3]).ok_or((Kind::Status, 9))?,
            _ => return Err((Kind::Status, 8)),
        };
        Ok(())
    }
}

impl Head for AnswerScan {
    fn lines(&mut self) -> &mut Lines {
        &mut self.lines
    }

    fn first_line(&mut self, bytes: &[u8], start: usize, end: usize, limits: &GateLimits) -> Result<bool, HeadFault> {
        self.unfinished(&bytes[..=end], start, limits)?;
        self.status_line(without_end(bytes, start, end)?).map_err(|(kind, place)| HeadFault::at(kind, place))?;
        Ok(true)
    }

    fn unfinished(&self, bytes: &[u8], _start: usize, limits: &GateLimits) -> Result<(), HeadFault> {
        start_is_http(bytes)?;
        let length = bytes.strip_suffix(b"\n").map_or(bytes.len(), <[u8]>::len);
        if length > limits.first_line + 1 { Err(HeadFault::at(Kind::HeadTooLarge, limits.first_line)) } else { Ok(()) }
    }

    fn field(&mut self, field: &Field<'_>, _line: &[u8], _start: usize, _limits: &GateLimits) -> Result<(), Kind> {
        match Known::of(field.name) {
            Known::ContentLength => self.framing.content_length(field.value, true),
            Known::TransferEncoding => self.framing.transfer_encoding(field.value, self.old),
            Known::Upgrade => {
                self.websocket = field.value.eq_ignore_ascii_case(b"websocket");
                Ok(())
            }
            Known::Host | Known::Expect | Known::Connection | Known::Other => Ok(()),
        }
    }

    fn finish(&self, end: usize) -> Scanned {
        Scanned::Done(end)
    }
}

/// The first bytes must be those of HTTP, as far as they have come.
fn start_is_http(bytes: &[u8]) -> Result<(), HeadFault> {
    let start = b"HTTP/";
    match bytes.iter().zip(start).position(|(byte, wanted)| byte != wanted) {
        Some(place) => Err(HeadFault::at(Kind::NotHttp, place)),
        None => Ok(()),
    }
}

/// Three digits, from 100 to 599.
fn status(digits: &[u8]) -> Option<u16> {
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let status = digits.iter().fold(0, |number, &digit| number * 10 + u16::from(digit - b'0'));
    (100..=599).contains(&status).then_some(status)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(bytes: &[u8]) -> (Scanned, AnswerScan) {
        let limits = GateLimits::default();
        let mut whole = AnswerScan::default();
        let result = whole.scan(bytes, &limits);
        let mut drip = AnswerScan::default();
        let slow = (1..=bytes.len()).map(|end| drip.scan(&bytes[..end], &limits)).find(|scanned| *scanned != Scanned::More);
        assert_eq!(slow.unwrap_or(Scanned::More), result, "{:?}", String::from_utf8_lossy(bytes));
        (result, whole)
    }

    #[test]
    fn good_heads_are_read() {
        for (head, status, length, chunked) in [
            ("HTTP/1.1 200 OK\r\n\r\n", 200, None, false),
            ("HTTP/1.1 204\r\n\r\n", 204, None, false),
            ("HTTP/1.1 599 \r\n\r\n", 599, None, false),
            ("HTTP/1.0 404 N\u{e4}h\tno\r\nContent-Length: 7\r\n\r\n", 404, Some(7), false),
            ("HTTP/1.1 200 OK\r\ncontent-length: 7\r\nContent-Length: 7\r\n\r\n", 200, Some(7), false),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 200, None, true),
        ] {
            let (result, answer) = scan(head.as_bytes());
            assert_eq!(result, Scanned::Done(head.len()), "{head}");
            assert_eq!((answer.status, answer.framing.length, answer.framing.chunked), (status, length, chunked));
        }
    }

    #[test]
    fn bad_heads_are_refused_with_their_kind() {
        for (head, kind) in [
            ("ICY 200 OK\r\n\r\n", Kind::NotHttp),
            ("\r\nHTTP/1.1 200 OK\r\n\r\n", Kind::NotHttp),
            ("<html>", Kind::NotHttp),
            ("http/1.1 200 OK\r\n\r\n", Kind::NotHttp),
            ("HTTP/2 200\r\n\r\n", Kind::Version),
            ("HTTP/1.2 200 OK\r\n\r\n", Kind::Version),
            ("HTTP/1.10 200 OK\r\n\r\n", Kind::Status),
            ("HTTP/1.1  200 OK\r\n\r\n", Kind::Status),
            ("HTTP/1.1\t200 OK\r\n\r\n", Kind::Status),
            ("HTTP/1.1 20 OK\r\n\r\n", Kind::Status),
            ("HTTP/1.1 2000 OK\r\n\r\n", Kind::Status),
            ("HTTP/1.1 099 OK\r\n\r\n", Kind::Status),
            ("HTTP/1.1 600 OK\r\n\r\n", Kind::Status),
            ("HTTP/1.1 +20 OK\r\n\r\n", Kind::Status),
            ("HTTP/1.1 200OK\r\n\r\n", Kind::Status),
            ("HTTP/1.1 200 O\0K\r\n\r\n", Kind::ValueByte),
            ("HTTP/1.1 200 O\rK\r\n\r\n", Kind::BareReturn),
            ("HTTP/1.1 200 OK\n\n", Kind::BareLineFeed),
            ("HTTP/1.1 200 OK\r\na: b\n\r\n", Kind::BareLineFeed),
            ("HTTP/1.1 200 OK\r\na: b\r\n c\r\n\r\n", Kind::Folded),
            ("HTTP/1.1 200 OK\r\na : b\r\n\r\n", Kind::BlankBeforeColon),
            ("HTTP/1.1 200 OK\r\nab\r\n\r\n", Kind::NoColon),
            ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", Kind::LengthRepeated),
            ("HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\n", Kind::Length),
            ("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", Kind::Length),
            ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", Kind::BothLengths),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", Kind::Coding),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", Kind::CodingRepeated),
            ("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", Kind::CodingInOldVersion),
        ] {
            let found = scan(head.as_bytes()).0;
            assert!(matches!(found, Scanned::Fault(fault) if fault.kind == kind), "{head:?} gave {found:?}");
        }
        let long = format!("HTTP/1.1 200 OK\r\na: {}\r\n\r\n", "b".repeat(70_000));
        let limits = GateLimits::default();
        assert!(matches!(AnswerScan::default().scan(long.as_bytes(), &limits), Scanned::Fault(fault) if fault.kind == Kind::HeadTooLarge));
    }
}
