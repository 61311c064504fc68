//! Cutting raw bytes into scheme, host, port, path and query (rules H1, H6, P1; RFC 3986 appendix B, RFC 9112 section 3.2).
//!
//! Must never decode anything: what ends where is decided on the bytes as they came.

use super::Scheme;
use super::class::{BLANK_OR_CONTROL, CLASS, ENDS_AUTHORITY, HOST_PLAIN, UPPER, is};
use super::host::RawHost;
use super::target::{MAX_TARGET_BYTES, RawTarget};
use super::unreadable::{Unreadable, UnreadableKind};

/// The parts of an address, as they came.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parts<'a> {
    pub(super) scheme: Scheme,
    pub(super) host: RawHost<'a>,
    pub(super) port: Option<u16>,
    /// Path and query as they stand together, without fragment; empty for a tunnel.
    pub(super) target: &'a [u8],
}

impl<'a> Parts<'a> {
    /// The path and, behind the first `?`, the query.
    pub(super) fn path_and_query(&self) -> (&'a [u8], Option<&'a [u8]>) {
        match memchr::memchr(b'?', self.target) {
            Some(mark) => (&self.target[..mark], Some(&self.target[mark + 1..])),
            None => (self.target, None),
        }
    }
}

/// Cuts a request target.
pub(super) fn split(raw: RawTarget<'_>) -> Result<Parts<'_>, Unreadable> {
    match raw {
        RawTarget::Absolute(bytes) => split_absolute(bytes),
        RawTarget::Origin { host, target } => split_origin(host, target),
        RawTarget::Authority(bytes) => {
            let (host, port) = split_bare_authority(bytes)?;
            let port = port.ok_or(Unreadable::new(UnreadableKind::MissingPort, bytes.len()))?;
            Ok(Parts { scheme: Scheme::Tunnel, host, port: Some(port), target: b"" })
        }
        RawTarget::ServerName(bytes) => {
            let (host, port) = split_bare_authority(bytes)?;
            match port {
                Some(_) => Err(Unreadable::new(UnreadableKind::NotAnAuthority, bytes.len())),
                None => Ok(Parts { scheme: Scheme::Tunnel, host: RawHost { percent: false, ..host }, port: None, target: b"" }),
            }
        }
    }
}

/// Cuts an absolute address; also used for list entries, which are checked no less.
pub(super) fn split_absolute(bytes: &[u8]) -> Result<Parts<'_>, Unreadable> {
    check_bytes(bytes)?;
    let (scheme, start) = read_scheme(bytes)?;
    split_after_slashes(scheme, bytes, start)
}

/// Cuts what follows `//`, or an address without scheme.
pub(super) fn split_after_slashes(scheme: Scheme, bytes: &[u8], start: usize) -> Result<Parts<'_>, Unreadable> {
    let rest = &bytes[start..];
    let (mut end, mut host_only) = (rest.len(), true);
    for (at, &byte) in rest.iter().enumerate() {
        let class = CLASS[usize::from(byte)];
        if class & ENDS_AUTHORITY != 0 {
            end = at;
            break;
        }
        host_only &= class & (HOST_PLAIN | UPPER) != 0;
    }
    let (authority, target) = rest.split_at(end);
    let target = cut_fragment(target);
    if host_only {
        let host = RawHost { bytes: authority, at: start, percent: true };
        return Ok(Parts { scheme, host, port: None, target });
    }
    if let Some(backslash) = memchr::memchr(b'\\', authority) {
        return Err(Unreadable::new(UnreadableKind::BackslashInAuthority, start + backslash));
    }
    let host_from = memchr::memrchr(b'@', authority).map_or(0, |at| at + 1);
    let (host, port) = split_port(&authority[host_from..], start + host_from)?;
    Ok(Parts { scheme, host, port, target })
}

/// The scheme and where the authority starts. Schemes are compared without regard to case (RFC 3986 section 3.1).
fn read_scheme(bytes: &[u8]) -> Result<(Scheme, usize), Unreadable> {
    let unsupported = Unreadable::new(UnreadableKind::UnsupportedScheme, 0);
    let colon = bytes.iter().take(6).position(|&byte| byte == b':').ok_or(unsupported)?;
    let scheme = known_scheme(&bytes[..colon]).ok_or(unsupported)?;
    match &bytes[colon + 1..] {
        [b'/', b'/', b'/' | b'\\', ..] => Err(Unreadable::new(UnreadableKind::BadSlashes, colon + 3)),
        [b'/', b'/', ..] => Ok((scheme, colon + 3)),
        _ => Err(Unreadable::new(UnreadableKind::BadSlashes, colon + 1)),
    }
}

/// A scheme by its name.
pub(super) fn known_scheme(name: &[u8]) -> Option<Scheme> {
    const KNOWN: [(&[u8], Scheme); 4] = [(b"http", Scheme::Http), (b"https", Scheme::Https), (b"ws", Scheme::Ws), (b"wss", Scheme::Wss)];
    KNOWN.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|&(_, scheme)| scheme)
}

fn split_origin<'a>(host: &'a [u8], target: &'a [u8]) -> Result<Parts<'a>, Unreadable> {
    check_bytes(target)?;
    if target.first() != Some(&b'/') && target != b"*" {
        return Err(Unreadable::new(UnreadableKind::NotOriginForm, 0));
    }
    let (host, port) = split_bare_authority(host)?;
    Ok(Parts { scheme: Scheme::Http, host, port, target: cut_fragment(target) })
}

/// `host` or `host:port` and nothing else.
fn split_bare_authority(bytes: &[u8]) -> Result<(RawHost<'_>, Option<u16>), Unreadable> {
    check_bytes(bytes)?;
    for (at, &byte) in bytes.iter().enumerate() {
        let kind = match byte {
            b'\\' => UnreadableKind::BackslashInAuthority,
            b'@' => UnreadableKind::UserinfoNotAllowed,
            _ if is(byte, ENDS_AUTHORITY) => UnreadableKind::NotAnAuthority,
            _ => continue,
        };
        return Err(Unreadable::new(kind, at));
    }
    split_port(bytes, 0)
}

fn split_port(authority: &[u8], at: usize) -> Result<(RawHost<'_>, Option<u16>), Unreadable> {
    let host_end = if authority.first() == Some(&b'[') {
        memchr::memchr(b']', authority).map_or(authority.len(), |bracket| bracket + 1)
    } else {
        memchr::memchr(b':', authority).unwrap_or(authority.len())
    };
    let (bytes, rest) = authority.split_at(host_end);
    let host = RawHost { bytes, at, percent: true };
    match rest {
        [] | [b':'] => Ok((host, None)),
        [b':', digits @ ..] => {
            read_port(digits).map(|port| (host, Some(port))).ok_or(Unreadable::new(UnreadableKind::BadPort, at + host_end + 1))
        }
        _ => Err(Unreadable::new(UnreadableKind::ForbiddenInHost, at + host_end)),
    }
}

/// A port from 1 to 65535 in digits; leading zeros do no harm (rule H6).
fn read_port(digits: &[u8]) -> Option<u16> {
    let value = digits.iter().try_fold(0_u32, |value, byte| {
        let digit = byte.is_ascii_digit().then(|| u32::from(byte - b'0'))?;
        Some(value * 10 + digit).filter(|&value| value <= u32::from(u16::MAX))
    })?;
    u16::try_from(value).ok().filter(|&port| port != 0)
}

fn cut_fragment(target: &[u8]) -> &[u8] {
    &target[..memchr::memchr(b'#', target).unwrap_or(target.len())]
}

/// Length, and no blank or control byte anywhere, not even in a fragment or in userinfo (rule P1).
pub(super) fn check_bytes(bytes: &[u8]) -> Result<(), Unreadable> {
    if bytes.is_empty() {
        return Err(Unreadable::new(UnreadableKind::Empty, 0));
    }
    if bytes.len() > MAX_TARGET_BYTES {
        return Err(Unreadable::new(UnreadableKind::TooLong, MAX_TARGET_BYTES));
    }
    if !bytes.iter().fold(false, |found, &byte| found | (byte <= b' ') | (byte == 0x7f)) {
        return Ok(());
    }
    let at = bytes.iter().position(|&byte| is(byte, BLANK_OR_CONTROL)).unwrap_or(0);
    Err(Unreadable::new(UnreadableKind::BlankOrControl, at))
}
