//! Host names and addresses in their one canonical text (rules H2-H5; WHATWG URL, "host parser"; UTS 46).
//!
//! Must never accept what resolvers, browsers and origins could read in two ways: such a host is unreadable.
//! Stricter than WHATWG in one point: a canonical name holds only letters, digits, hyphen, underscore and dot.

use super::HostKind;
use super::address::{ends_in_number, read_ipv4};
use super::class::{BLANK_OR_CONTROL, HOST_PLAIN, is};
use super::decode;
use super::plain::plain_name;
use super::unreadable::{Unreadable, UnreadableKind};
use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use std::borrow::Cow;
use std::net::Ipv6Addr;

const MAX_NAME: usize = 253;
const MAX_LABEL: u32 = 63;
/// Longest host that is mapped at all: room for 253 characters of four bytes and as many that map to nothing.
const MAX_RAW_HOST: usize = 2048;

/// Where a host stands in the raw bytes, and whether `%XX` is decoded there.
#[derive(Clone, Copy, Debug)]
pub(super) struct RawHost<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
    pub(super) percent: bool,
}

impl RawHost<'_> {
    fn fault(self, kind: UnreadableKind, offset: usize) -> Unreadable {
        Unreadable::new(kind, self.at + offset)
    }
}

/// Reads a host and appends its canonical text.
pub(super) fn read_host(raw: RawHost<'_>, out: &mut String) -> Result<HostKind, Unreadable> {
    if let Some(name) = plain_name(raw.bytes) {
        out.push_str(name);
        return Ok(HostKind::Name);
    }
    if raw.bytes.is_empty() {
        return Err(raw.fault(UnreadableKind::EmptyHost, 0));
    }
    if raw.bytes.first() == Some(&b'[') {
        return read_ipv6(raw, out);
    }
    let ascii = to_ascii(raw)?;
    let name = ascii.strip_suffix('.').unwrap_or(&ascii);
    check_name(raw, name)?;
    if ends_in_number(name.as_bytes()) {
        let address = read_ipv4(name.as_bytes()).ok_or(raw.fault(UnreadableKind::BadIpv4, 0))?;
        out.push_str(&address.to_string());
        return Ok(HostKind::Ipv4(address));
    }
    out.push_str(name);
    Ok(HostKind::Name)
}

fn read_ipv6(raw: RawHost<'_>, out: &mut String) -> Result<HostKind, Unreadable> {
    let fault = || raw.fault(UnreadableKind::BadIpv6, 0);
    let inner = raw.bytes.strip_prefix(b"[").and_then(|rest| rest.strip_suffix(b"]")).ok_or_else(fault)?;
    if let Some(zone) = memchr::memchr(b'%', inner) {
        return Err(raw.fault(UnreadableKind::ZoneId, 1 + zone));
    }
    let text = std::str::from_utf8(inner).map_err(|_| fault())?;
    let address: Ipv6Addr = text.parse().map_err(|_| fault())?;
    out.push_str(&address.to_string());
    Ok(HostKind::Ipv6(address))
}

/// Decodes once (H2), maps by UTS 46 where anything but plain ASCII stands there (H3).
fn to_ascii(raw: RawHost<'_>) -> Result<Cow<'_, str>, Unreadable> {
    if raw.bytes.len() > 3 * MAX_RAW_HOST {
        return Err(raw.fault(UnreadableKind::NameTooLong, 0));
    }
    let decoded = match memchr::memchr(b'%', raw.bytes) {
        None => Cow::Borrowed(raw.bytes),
        Some(at) if !raw.percent => return Err(raw.fault(UnreadableKind::PercentInHost, at)),
        Some(_) => Cow::Owned(decode::once(raw.bytes).map_err(|at| raw.fault(UnreadableKind::PercentInHost, at))?),
    };
    if decoded.len() > MAX_RAW_HOST {
        return Err(raw.fault(UnreadableKind::NameTooLong, 0));
    }
    refuse_forbidden(raw, &decoded)?;
    let text = match decoded {
        Cow::Borrowed(bytes) => std::str::from_utf8(bytes).map(Cow::Borrowed).ok(),
        Cow::Owned(bytes) => String::from_utf8(bytes).map(Cow::Owned).ok(),
    };
    let text = text.ok_or(raw.fault(UnreadableKind::HostNotUtf8, 0))?;
    if text.is_ascii() {
        let lower = lower_case(text);
        if !lower.split('.').any(|label| label.starts_with("xn--")) {
            return Ok(lower);
        }
        return map_name(raw, &lower).map(Cow::Owned);
    }
    map_name(raw, &text).map(Cow::Owned)
}

fn lower_case(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) { Cow::Owned(text.to_ascii_lowercase()) } else { text }
}

fn map_name(raw: RawHost<'_>, text: &str) -> Result<String, Unreadable> {
    Uts46::new()
        .to_ascii(text.as_bytes(), AsciiDenyList::URL, Hyphens::Allow, DnsLength::Ignore)
        .map(Cow::into_owned)
        .map_err(|_| raw.fault(UnreadableKind::BadInternationalName, 0))
}

/// Bytes below 0x80 that no host name holds, before mapping, so that the fault names the byte where nothing was decoded.
fn refuse_forbidden(raw: RawHost<'_>, decoded: &[u8]) -> Result<(), Unreadable> {
    let allowed = |byte: u8| !byte.is_ascii() || is(byte, HOST_PLAIN) || byte.is_ascii_uppercase();
    let Some(offset) = decoded.iter().position(|&byte| !allowed(byte)) else { return Ok(()) };
    let kind = match decoded[offset] {
        b'%' => UnreadableKind::PercentInHost,
        b'\\' => UnreadableKind::BackslashInAuthority,
        byte if is(byte, BLANK_OR_CONTROL) => UnreadableKind::BlankOrControl,
        _ => UnreadableKind::ForbiddenInHost,
    };
    Err(raw.fault(kind, if decoded.len() == raw.bytes.len() { offset } else { 0 }))
}

/// Length and shape of the mapped name (H4).
fn check_name(raw: RawHost<'_>, name: &str) -> Result<(), Unreadable> {
    if let Some(offset) = name.bytes().position(|byte| !is(byte, HOST_PLAIN)) {
        return Err(raw.fault(UnreadableKind::ForbiddenInHost, offset.min(raw.bytes.len())));
    }
    if name.is_empty() && raw.bytes != b"." {
        return Err(raw.fault(UnreadableKind::EmptyHost, 0));
    }
    for label in name.split('.') {
        if label.is_empty() {
            return Err(raw.fault(UnreadableKind::EmptyLabel, 0));
        }
        if label.len() > MAX_LABEL as usize {
            return Err(raw.fault(UnreadableKind::LabelTooLong, 0));
        }
    }
    if name.len() > MAX_NAME { Err(raw.fault(UnreadableKind::NameTooLong, 0)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(host: &str) -> Result<String, UnreadableKind> {
        read_bytes(host.as_bytes())
    }

    fn read_bytes(bytes: &[u8]) -> Result<String, UnreadableKind> {
        let mut out = String::new();
        read_host(RawHost { bytes, at: 0, percent: true }, &mut out).map(|_| out).map_err(|fault| fault.kind)
    }

    #[test]
    fn names_have_one_text() {
        for (raw, expected) in [
            ("example.test", "example.test"),
            ("EXAMPLE.Test", "example.test"),
            ("example.test.", "example.test"),
            ("ex%61mple.test", "example.test"),
            ("ex\u{ff41}mple.test", "example.test"),
            ("example\u{3002}test\u{ff0e}", "example.test"),
            ("exam\u{ad}ple\u{200b}.test", "example.test"),
            ("%E2%93%94xample.test", "example.test"),
            ("stra\u{df}e.test", "xn--strae-oqa.test"),
            ("b\u{fc}cher.test", "xn--bcher-kva.test"),
            ("BU\u{308}CHER.test", "xn--bcher-kva.test"),
            ("XN--bcher-KVA.test", "xn--bcher-kva.test"),
            ("\u{435}xample.test", "xn--xample-2of.test"),
            ("under_score.test", "under_score.test"),
            ("r3---sn-4g5e.example.test", "r3---sn-4g5e.example.test"),
            ("localhost", "localhost"),
            ("0xC0.0.2.1", "192.0.2.1"),
            ("\u{ff11}92.0.2.1.", "192.0.2.1"),
            ("[2001:DB8:0:0::1]", "2001:db8::1"),
            ("[::FFFF:192.0.2.1]", "::ffff:192.0.2.1"),
        ] {
            assert_eq!(read(raw).as_deref(), Ok(expected), "{raw}");
        }
    }

    #[test]
    fn doubtful_hosts_are_refused_with_their_reason() {
        use UnreadableKind as Kind;
        let long_label = format!("{}.test", "a".repeat(64));
        let long_name = vec!["a".repeat(49); 6].join(".");
        for (raw, kind) in [
            ("", Kind::EmptyHost),
            (".", Kind::EmptyLabel),
            ("a..test", Kind::EmptyLabel),
            (".a.test", Kind::EmptyLabel),
            ("a.test..", Kind::EmptyLabel),
            (&long_label, Kind::LabelTooLong),
            (&long_name, Kind::NameTooLong),
            ("%zz.test", Kind::PercentInHost),
            ("%2561.test", Kind::PercentInHost),
            ("a%2Fb.test", Kind::ForbiddenInHost),
            ("a%00.test", Kind::BlankOrControl),
            ("a%5c.test", Kind::BackslashInAuthority),
            ("a,b.test", Kind::ForbiddenInHost),
            ("%C0%AE.test", Kind::HostNotUtf8),
            ("%FF.test", Kind::HostNotUtf8),
            ("xn--example-.test", Kind::BadInternationalName),
            ("xn--.test", Kind::BadInternationalName),
            ("xn--a.test", Kind::BadInternationalName),
            ("a\u{ff0f}b.test", Kind::BadInternationalName),
            ("\u{ad}", Kind::EmptyHost),
            ("1.2.3.4.5", Kind::BadIpv4),
            ("276.2.3", Kind::BadIpv4),
            ("example.0x", Kind::BadIpv4),
            ("[::1", Kind::BadIpv6),
            ("[]", Kind::BadIpv6),
            ("[v1.a]", Kind::BadIpv6),
            ("[fe80::1%25eth0]", Kind::ZoneId),
        ] {
            assert_eq!(read(raw), Err(kind), "{raw}");
        }
        assert_eq!(read_bytes(b"\xc0\xae.test"), Err(Kind::HostNotUtf8));
    }

    #[test]
    fn the_fast_check_agrees_with_the_careful_reading() {
        for host in ["a.test", "a", "1a.test", "a.1a", "a.1", "a..b", "a.", "", "xn--a.test", "a-.test", "A.test", "a b", "_a.test"] {
            if let Some(name) = plain_name(host.as_bytes()) {
                assert_eq!(read(host).as_deref(), Ok(name), "{host}");
            }
        }
        assert_eq!(plain_name(b"www.example.test"), Some("www.example.test"));
        assert_eq!(plain_name(b"example.1a"), None);
    }
}
