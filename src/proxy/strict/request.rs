//! The head of a request, read line by line as it arrives (RFC 9112 sections 2, 3 and 5; security rules F1, F2, F11).
//!
//! The answer depends on the bytes alone, never on how they were cut into reads: what can be said about the start of a
//! line is said in the same words when the line is whole.
//! Must never: judge a target. Any target without control bytes goes on to the canonicaliser, as it came.

use super::fault::{HeadFault, HeadFaultKind as Kind};
use super::field::{Field, Known};
use super::framing::Framing;
use super::limits::GateLimits;
use super::lines::{Head, Lines, Scanned, scan, without_end};
use super::octets::{control_byte, is_host_value, list_holds, token_end};

/// A stretch of the head: from, to.
pub(super) type Span = (u32, u32);

/// What comes behind the head of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// This body, then the next request.
    Body(Framing),
    /// A tunnel, or another protocol: nothing that comes is a request (security rule F6).
    OtherProtocol,
    /// An upgrade that will not be granted: bytes that come before the answer are not a request.
    UpgradeUnanswered,
}

/// Reads one request head. Offsets count from the first byte given to [`RequestScan::scan`].
#[derive(Clone, Debug, Default)]
pub(super) struct RequestScan {
    lines: Lines,
    /// Start of the request line, behind an empty line before it.
    pub(super) first: u32,
    /// The method.
    pub(super) method: Span,
    /// The target; empty until the request line has been read.
    pub(super) target: Span,
    /// The value of `Host`.
    pub(super) host: Option<Span>,
    /// HTTP/1.0.
    pub(super) old: bool,
    framing: Framing,
    connect: bool,
    wants_upgrade: bool,
    upgrade_lines: u8,
    websocket: bool,
}

impl RequestScan {
    /// Looks at the bytes of the head so far. Bytes that were there at the last call must be there again, unchanged.
    pub(super) fn scan(&mut self, bytes: &[u8], limits: &GateLimits) -> Scanned {
        scan(self, bytes, limits)
    }

    /// What follows; to be asked when the scan is done.
    pub(super) fn next(&self, bytes: &[u8]) -> Next {
        let has_body = self.framing.chunked || self.framing.length.is_some_and(|length| length > 0);
        let upgrade = !self.old && self.wants_upgrade && self.upgrade_lines > 0 && !has_body;
        if self.connect || (upgrade && self.is_websocket(bytes)) {
            return Next::OtherProtocol;
        }
        if upgrade { Next::UpgradeUnanswered } else { Next::Body(self.framing) }
    }

    /// CONNECT.
    pub(super) const fn is_connect(&self) -> bool {
        self.connect
    }

    fn is_websocket(&self, bytes: &[u8]) -> bool {
        self.upgrade_lines == 1 && self.websocket && span(bytes, self.method) == b"GET"
    }

    fn check_first_line(&self, length: usize, limits: &GateLimits) -> Result<(), HeadFault> {
        if length > limits.first_line + 1 {
            return Err(HeadFault::at(Kind::TargetTooLong, self.first as usize + limits.first_line));
        }
        Ok(())
    }

    /// The request line behind the method. The target is kept first of all, so that a refusal can be recorded with it.
    fn target_and_version(&mut self, line: &[u8], method_end: usize, start: usize) -> Result<(), (Kind, usize)> {
        let from = (method_end + 1).min(line.len());
        let to = memchr::memrchr(b' ', &line[from..]).map_or(line.len(), |place| from + place);
        self.target = ((start + from) as u32, (start + to) as u32);
        if let Some(place) = control_byte(&line[from..]) {
            let byte = line[from + place];
            return Err((if byte == b'\r' { Kind::BareReturn } else { Kind::TargetByte }, from + place));
        }
        if to == line.len() || to == from {
            return Err((Kind::FirstLine, from));
        }
        if let Some(place) = memchr::memchr(b' ', &line[from..to]) {
            return Err((Kind::FirstLine, from + place));
        }
        self.old = version_is_old(&line[to + 1..]).map_err(|kind| (kind, to + 1))?;
        self.connect = line[..method_end] == *b"CONNECT";
        Ok(())
    }

    fn known_field(&mut self, known: Known, value: &[u8], start: usize, limits: &GateLimits) -> Result<(), Kind> {
        match known {
            Known::Host if self.host.is_some() => return Err(Kind::HostRepeated),
            Known::Host => {
                self.host = Some((start as u32, (start + value.len()) as u32));
                if !is_host_value(value) {
                    return Err(Kind::Host);
                }
            }
            Known::ContentLength => {
                self.framing.content_length(value, false)?;
                self.check_body(limits)?;
            }
            Known::TransferEncoding => {
                self.framing.transfer_encoding(value, self.old)?;
                self.check_body(limits)?;
            }
            Known::Connection => self.wants_upgrade |= list_holds(value, b"upgrade"),
            Known::Upgrade => {
                self.upgrade_lines = self.upgrade_lines.saturating_add(1);
                self.websocket = value.eq_ignore_ascii_case(b"websocket");
            }
            Known::Expect if !self.old && !value.eq_ignore_ascii_case(b"100-continue") => return Err(Kind::Expectation),
            Known::Expect | Known::Other => {}
        }
        Ok(())
    }

    fn check_body(&self, limits: &GateLimits) -> Result<(), Kind> {
        let length = self.framing.length.unwrap_or(0);
        if self.connect && (self.framing.chunked || length > 0) {
            return Err(Kind::ConnectBody);
        }
        if length > limits.body { Err(Kind::BodyTooLarge) } else { Ok(()) }
    }
}

impl Head for RequestScan {
    #[inline]
    fn lines(&mut self) -> &mut Lines {
        &mut self.lines
    }

    #[inline]
    fn first_line(&mut self, bytes: &[u8], start: usize, end: usize, limits: &GateLimits) -> Result<bool, HeadFault> {
        let at = |(kind, place)| HeadFault::at(kind, start + place);
        let line = &bytes[start..end];
        if line == b"\r" {
            if start > 0 {
                return Err(HeadFault::at(Kind::EmptyLines, start));
            }
            self.first = (end + 1) as u32;
            return Ok(false);
        }
        let method_end = first_line_start(&bytes[start..=end], limits).map_err(at)?;
        self.check_first_line(line.len(), limits)?;
        self.method = (start as u32, (start + method_end) as u32);
        self.target_and_version(without_end(bytes, start, end)?, method_end, start).map_err(at)?;
        Ok(true)
    }

    fn unfinished(&self, bytes: &[u8], start: usize, limits: &GateLimits) -> Result<(), HeadFault> {
        let rest = &bytes[start..];
        if rest.is_empty() || rest == b"\r" {
            return Ok(());
        }
        first_line_start(rest, limits).map_err(|(kind, place)| HeadFault::at(kind, start + place))?;
        self.check_first_line(rest.len(), limits)
    }

    #[inline]
    fn field(&mut self, field: &Field<'_>, line: &[u8], start: usize, limits: &GateLimits) -> Result<(), Kind> {
        let known = Known::of(field.name);
        if known == Known::Other {
            return Ok(());
        }
        let value = start + (field.value.as_ptr() as usize - line.as_ptr() as usize);
        self.known_field(known, field.value, value, limits)
    }

    fn finish(&self, end: usize) -> Scanned {
        if self.host.is_none() && !self.old {
            return Scanned::Fault(HeadFault::at(Kind::HostMissing, end));
        }
        Scanned::Done(end)
    }
}

/// Whether nothing but an empty line has come.
pub(super) fn is_blank(bytes: &[u8]) -> bool {
    matches!(bytes, [] | [b'\r'] | [b'\r', b'\n'] | [b'\r', b'\n', b'\r'])
}

/// The bytes of a stretch; nothing if it lies outside.
pub(super) fn span(bytes: &[u8], (from, to): Span) -> &[u8] {
    bytes.get(from as usize..to as usize).unwrap_or_default()
}

/// Where the method ends, or what is wrong with the start of the first line.
#[inline]
fn first_line_start(line: &[u8], limits: &GateLimits) -> Result<usize, (Kind, usize)> {
    let end = token_end(&line[..line.len().min(limits.method + 1)]);
    if end == 0 {
        return Err((not_http(line), 0));
    }
    if line.starts_with(b"SSH-") {
        return Err((Kind::NotHttp, 0));
    }
    if end > limits.method {
        return Err((Kind::MethodTooLong, limits.method));
    }
    match line.get(end) {
        None | Some(b' ') => Ok(end),
        // One part alone, or the start of one: said when the line is whole.
        Some(b'\r') if matches!(line.get(end + 1), None | Some(b'\n')) => Ok(end),
        Some(b'\r') => Err((Kind::BareReturn, end)),
        Some(b'\n') => Err((Kind::BareLineFeed, end)),
        Some(_) => Err((Kind::MethodByte, end)),
    }
}

#[cold]
fn not_http(line: &[u8]) -> Kind {
    match line.first() {
        Some(0x16) => Kind::TlsOnPlainPort,
        Some(b'\n') => Kind::BareLineFeed,
        Some(b'\r') => Kind::BareReturn,
        Some(b' ' | b'\t') => Kind::FirstLine,
        Some(0x21..=0x7e) => Kind::MethodByte,
        Some(_) | None => Kind::NotHttp,
    }
}

/// Whether the version is HTTP/1.0; HTTP/1.1 is the only other one.
fn version_is_old(version: &[u8]) -> Result<bool, Kind> {
    match version {
        b"HTTP/1.1" => Ok(false),
        b"HTTP/1.0" => Ok(true),
        [b'H', b'T', b'T', b'P', b'/', major, b'.', minor] if major.is_ascii_digit() && minor.is_ascii_digit() => Err(Kind::Version),
        _ => Err(Kind::VersionSyntax),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Scans whole and byte by byte; both must agree.
    fn scan(bytes: &[u8]) -> (Scanned, RequestScan) {
        let limits = GateLimits { first_line: 100, head: 200, fields: 5, body: 1000, ..GateLimits::default() };
        let mut whole = RequestScan::default();
        let result = whole.scan(bytes, &limits);
        let mut drip = RequestScan::default();
        let slow = (1..=bytes.len()).map(|end| drip.scan(&bytes[..end], &limits)).find(|scanned| *scanned != Scanned::More);
        assert_eq!(slow.unwrap_or(Scanned::More), result, "{:?}", String::from_utf8_lossy(bytes));
        (result, whole)
    }

    #[test]
    fn good_heads_are_read_to_their_end() {
        for (head, method, target, host) in [
            ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET", "/", Some("a")),
            ("\r\nget http://a/%zz|\u{e4}#x HTTP/1.1\r\nhOST:\ta:80 \r\n\r\n", "get", "http://a/%zz|\u{e4}#x", Some("a:80")),
            ("OPTIONS * HTTP/1.0\r\n\r\n", "OPTIONS", "*", None),
            ("CONNECT a:443 HTTP/1.1\r\nHost:\r\n\r\n", "CONNECT", "a:443", Some("")),
            ("POST \\ HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n", "POST", "\\", Some("a")),
        ] {
            let (result, found) = scan(head.as_bytes());
            assert_eq!(result, Scanned::Done(head.len()), "{head:?}");
            assert_eq!(scan(format!("{head}GET /").as_bytes()).0, Scanned::Done(head.len()));
            let bytes = head.as_bytes();
            assert_eq!((span(bytes, found.method), span(bytes, found.target)), (method.as_bytes(), target.as_bytes()));
            assert_eq!(found.host.map(|host| span(bytes, host)), host.map(str::as_bytes));
        }
    }

    #[test]
    fn bad_heads_are_refused_with_their_kind_and_place() {
        let long = "x".repeat(200);
        let many = "a: b\r\n".repeat(6);
        for (head, kind, offset) in [
            ("\x16\x03\x01", Kind::TlsOnPlainPort, 0),
            ("\0", Kind::NotHttp, 0),
            ("SSH-2.0-x\r\n", Kind::NotHttp, 0),
            ("\n", Kind::BareLineFeed, 0),
            ("\r\n\r\n", Kind::EmptyLines, 2),
            ("\rG", Kind::BareReturn, 0),
            (" GET / HTTP/1.1\r\n", Kind::FirstLine, 0),
            ("G(T / HTTP/1.1\r\n", Kind::MethodByte, 1),
            ("GET\n", Kind::BareLineFeed, 3),
            ("GET\r\n", Kind::FirstLine, 3),
            ("GET /\r\n", Kind::FirstLine, 4),
            ("GET / HTTP/1.1\n", Kind::BareLineFeed, 14),
            ("GET  HTTP/1.1\r\n", Kind::FirstLine, 4),
            ("GET / x HTTP/1.1\r\n", Kind::FirstLine, 5),
            ("GET /\t HTTP/1.1\r\n", Kind::TargetByte, 5),
            ("GET /\r HTTP/1.1\r\n", Kind::BareReturn, 5),
            ("GET / HTTP/1.2\r\n", Kind::Version, 6),
            ("GET / HTTP/1.1x\r\n", Kind::VersionSyntax, 6),
            (&format!("{long} / HTTP/1.1\r\n"), Kind::MethodTooLong, 32),
            (&format!("GET /{long} HTTP/1.1\r\n"), Kind::TargetTooLong, 100),
            (&format!("GET / HTTP/1.1\r\na: {long}\r\n\r\n"), Kind::HeadTooLarge, 216),
            (&format!("GET / HTTP/1.1\r\n{many}\r\n"), Kind::TooManyFields, 46),
            ("GET / HTTP/1.1\r\n\r\n", Kind::HostMissing, 18),
            ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n", Kind::HostRepeated, 25),
            ("GET / HTTP/1.1\r\nHost: a b\r\n", Kind::Host, 16),
            ("GET / HTTP/1.1\r\nHost: a\r\n b\r\n", Kind::Folded, 25),
            ("GET / HTTP/1.1\r\nContent-Length: 1001\r\n", Kind::BodyTooLarge, 16),
            ("CONNECT a:1 HTTP/1.1\r\nContent-Length: 1\r\n", Kind::ConnectBody, 22),
            ("CONNECT a:1 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n", Kind::ConnectBody, 22),
            ("GET / HTTP/1.1\r\nExpect: x\r\n", Kind::Expectation, 16),
        ] {
            assert_eq!(scan(head.as_bytes()).0, Scanned::Fault(HeadFault { kind, offset }), "{head:?}");
        }
    }

    #[test]
    fn what_follows_a_head_is_known() {
        let next = |fields: &str| {
            let head = format!("GET / HTTP/1.1\r\nHost: a\r\n{fields}\r\n");
            scan(head.as_bytes()).1.next(head.as_bytes())
        };
        let body = |length, chunked| Next::Body(Framing { length, chunked });
        assert_eq!(next(""), body(None, false));
        assert_eq!(next("Content-Length: 5\r\n"), body(Some(5), false));
        assert_eq!(next("Transfer-Encoding: chunked\r\n"), body(None, true));
        assert_eq!(next("Connection: upgrade\r\nUpgrade: websocket\r\n"), Next::OtherProtocol);
        assert_eq!(next("Connection: upgrade\r\nUpgrade: h2c\r\n"), Next::UpgradeUnanswered);
        assert_eq!(next("Connection: upgrade\r\nUpgrade: x\r\nUpgrade: websocket\r\n"), Next::UpgradeUnanswered);
        assert_eq!(next("Upgrade: websocket\r\n"), body(None, false));
        assert_eq!(next("Connection: upgrade\r\nUpgrade: websocket\r\nContent-Length: 1\r\n"), body(Some(1), false));
    }
}
