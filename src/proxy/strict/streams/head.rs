//! The head of a request on a stream: its pseudo-fields as received, and what is wrong with it (RFC 9113 sections 8.2 and
//! 8.3, RFC 8441 section 4; security rules F1, F2, R3).
//!
//! Must never: keep more of a head than the bounds allow, or let through two stories about the host.

use super::super::fault::{HeadFault, HeadFaultKind as Kind};
use super::super::field::Known;
use super::super::framing::Framing;
use super::super::limits::GateLimits;
use super::super::octets::{bad_value_byte, control_byte, is_host_value, token_end};
use super::hpack::OVERHEAD;

/// What is read of a head, field by field.
#[derive(Debug, Default)]
pub struct StreamHead {
    pub(in super::super) method: Vec<u8>,
    pub(in super::super) scheme: Vec<u8>,
    pub(in super::super) path: Vec<u8>,
    authority: Vec<u8>,
    protocol: Vec<u8>,
    /// `:authority`, or `Host` where it is missing.
    pub(in super::super) host: Vec<u8>,
    /// Bytes, counted as RFC 9113 section 6.5.2 does.
    pub(in super::super) size: usize,
    /// Which pseudo-fields came, one bit each.
    came: u8,
    fields: u32,
    framing: Framing,
    fault: Option<Kind>,
}

const METHOD: u8 = 1;
const SCHEME: u8 = 2;
const PATH: u8 = 4;
const AUTHORITY: u8 = 8;
const PROTOCOL: u8 = 16;

impl StreamHead {
    /// Takes the next field.
    pub(super) fn field(&mut self, name: &[u8], value: &[u8], limits: &GateLimits) {
        self.size = self.size.saturating_add(name.len() + value.len() + OVERHEAD);
        self.fields = self.fields.saturating_add(1);
        let taken = if name.first() == Some(&b':') { self.pseudo(name, value, limits) } else { self.ordinary(name, value, limits) };
        let taken = taken.and_then(|()| if self.size > limits.head + limits.first_line { Err(Kind::HeadTooLarge) } else { Ok(()) });
        if let Err(kind) = taken {
            self.refuse(kind);
        }
    }

    /// The first fault counts.
    pub(super) fn refuse(&mut self, kind: Kind) {
        self.fault.get_or_insert(kind);
    }

    /// The head is whole: what is wrong with it, if anything is. `inside`: it came through an opened tunnel.
    pub(super) fn settle(&mut self, inside: bool) -> Option<HeadFault> {
        if self.host.is_empty() {
            self.host.clone_from(&self.authority);
        }
        let fault = self.fault.or_else(|| self.whole(inside).err());
        fault.map(|kind| HeadFault::at(kind, self.size))
    }

    /// What the request asks for: the authority of a CONNECT, the path of anything else.
    pub(in super::super) fn target(&self) -> &[u8] {
        if self.is_connect() { &self.authority } else { &self.path }
    }

    /// Did any pseudo-field come? In trailers none may.
    pub(super) const fn has_pseudo_fields(&self) -> bool {
        self.came != 0
    }

    /// CONNECT in its first meaning: what follows is a tunnel.
    pub(in super::super) fn is_connect(&self) -> bool {
        self.method == b"CONNECT" && self.came & PROTOCOL == 0
    }

    /// CONNECT as RFC 8441 extends it.
    pub(in super::super) fn wants_websocket(&self) -> bool {
        self.came & PROTOCOL != 0
    }

    fn pseudo(&mut self, name: &[u8], value: &[u8], limits: &GateLimits) -> Result<(), Kind> {
        let (bit, place, most, long) = match name {
            b":method" => (METHOD, &mut self.method, limits.method, Kind::MethodTooLong),
            b":scheme" => (SCHEME, &mut self.scheme, limits.method, Kind::SchemeUnknown),
            b":path" => (PATH, &mut self.path, limits.first_line, Kind::TargetTooLong),
            b":authority" => (AUTHORITY, &mut self.authority, limits.first_line, Kind::Host),
            b":protocol" => (PROTOCOL, &mut self.protocol, limits.method, Kind::Protocol),
            _ => return Err(Kind::PseudoField),
        };
        if self.came & bit == 0 {
            place.extend_from_slice(&value[..value.len().min(most)]);
        }
        let late = self.came & bit != 0 || self.fields - 1 != self.came.count_ones();
        self.came |= bit;
        if late {
            return Err(Kind::PseudoField);
        }
        if value.len() > most { Err(long) } else { Ok(()) }
    }

    fn ordinary(&mut self, name: &[u8], value: &[u8], limits: &GateLimits) -> Result<(), Kind> {
        if self.fields - self.came.count_ones() > u32::from(limits.fields) {
            return Err(Kind::TooManyFields);
        }
        if name.is_empty() {
            return Err(Kind::EmptyName);
        }
        if token_end(name) < name.len() || name.iter().any(u8::is_ascii_uppercase) {
            return Err(Kind::NameByte);
        }
        if bad_value_byte(value).is_some() || value.first().is_some_and(is_blank) || value.last().is_some_and(is_blank) {
            return Err(Kind::ValueByte);
        }
        if matches!(name, b"connection" | b"keep-alive" | b"proxy-connection" | b"transfer-encoding" | b"upgrade") {
            return Err(Kind::HopField);
        }
        if name == b"te" && !value.eq_ignore_ascii_case(b"trailers") {
            return Err(Kind::HopField);
        }
        self.known(name, value, limits)
    }

    fn known(&mut self, name: &[u8], value: &[u8], limits: &GateLimits) -> Result<(), Kind> {
        match Known::of(name) {
            Known::Host if !self.host.is_empty() => return Err(Kind::HostRepeated),
            Known::Host => {
                self.host.extend_from_slice(&value[..value.len().min(limits.first_line)]);
                if !is_host_value(value) {
                    return Err(Kind::Host);
                }
            }
            Known::ContentLength => {
                self.framing.content_length(value, false)?;
                if self.framing.length.unwrap_or(0) > limits.body {
                    return Err(Kind::BodyTooLarge);
                }
            }
            Known::Expect if !value.eq_ignore_ascii_case(b"100-continue") => return Err(Kind::Expectation),
            Known::Expect | Known::Upgrade | Known::Connection | Known::TransferEncoding | Known::Other => {}
        }
        Ok(())
    }

    /// What can be said of the whole alone.
    fn whole(&self, inside: bool) -> Result<(), Kind> {
        let wanted = match (self.is_connect(), self.wants_websocket()) {
            (true, _) => METHOD | AUTHORITY,
            (false, true) => METHOD | SCHEME | PATH | AUTHORITY | PROTOCOL,
            (false, false) => METHOD | SCHEME | PATH,
        };
        if self.came | AUTHORITY != wanted | AUTHORITY || self.came & wanted != wanted {
            return Err(Kind::PseudoField);
        }
        if self.method.is_empty() || token_end(&self.method) < self.method.len() {
            return Err(Kind::MethodByte);
        }
        if control_byte(self.target()).is_some() || self.target().contains(&b' ') {
            return Err(Kind::TargetByte);
        }
        self.hosts()?;
        if self.is_connect() {
            return if self.framing.length.unwrap_or(0) > 0 { Err(Kind::ConnectBody) } else { Ok(()) };
        }
        if self.path.first() != Some(&b'/') && !(self.path == b"*" && self.method == b"OPTIONS") {
            return Err(Kind::Path);
        }
        match &self.scheme[..] {
            b"https" => {}
            b"http" if inside => return Err(Kind::Scheme),
            b"http" => {}
            _ => return Err(Kind::SchemeUnknown),
        }
        if self.wants_websocket() && (self.protocol != b"websocket" || self.method != b"CONNECT") {
            return Err(Kind::Protocol);
        }
        Ok(())
    }

    fn hosts(&self) -> Result<(), Kind> {
        if self.host.is_empty() {
            return Err(Kind::HostMissing);
        }
        if self.authority.is_empty() {
            return Ok(());
        }
        if !is_host_value(&self.authority) {
            return Err(Kind::Host);
        }
        let port: &[u8] = if self.scheme == b"http" { b":80" } else { b":443" };
        let bare = |host: &[u8]| host.strip_suffix(port).unwrap_or(host).to_ascii_lowercase();
        if bare(&self.authority) == bare(&self.host) { Ok(()) } else { Err(Kind::HostDiffers) }
    }
}

const fn is_blank(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(fields: &str, inside: bool) -> Option<Kind> {
        let limits = GateLimits { first_line: 100, head: 300, fields: 5, body: 1000, ..GateLimits::default() };
        let mut head = StreamHead::default();
        for line in fields.split('|') {
            let (name, value) = line.split_once('=').unwrap_or((line, ""));
            head.field(name.as_bytes(), value.as_bytes(), &limits);
        }
        head.settle(inside).map(|fault| fault.kind)
    }

    #[test]
    fn good_heads_are_taken() {
        for good in [
            ":method=GET|:scheme=https|:authority=a.test|:path=/",
            ":path=/x|:method=POST|:scheme=https|:authority=a.test:443|host=A.test|content-length=5|te=trailers",
            ":method=GET|:scheme=https|:path=/|host=a.test",
            ":method=OPTIONS|:scheme=https|:authority=a.test|:path=*",
            ":method=CONNECT|:protocol=websocket|:scheme=https|:authority=a.test|:path=/chat",
            ":method=CONNECT|:authority=a.test:443",
        ] {
            assert_eq!(fault(good, true), None, "{good}");
        }
        assert_eq!(fault(":method=GET|:scheme=http|:authority=a.test|:path=/", false), None);
    }

    #[test]
    fn bad_heads_are_refused_with_their_kind() {
        let ok = ":method=GET|:scheme=https|:authority=a.test|:path=/";
        let long = "x".repeat(101);
        for (bad, kind) in [
            (":method=GET|:scheme=https|:authority=a.test".to_owned(), Kind::PseudoField),
            (":method=GET|:authority=a.test|:path=/".to_owned(), Kind::PseudoField),
            (":scheme=https|:authority=a.test|:path=/".to_owned(), Kind::PseudoField),
            (format!("{ok}|:path=/"), Kind::PseudoField),
            (format!("{ok}|:status=200"), Kind::PseudoField),
            (format!("a=b|{ok}"), Kind::PseudoField),
            (":method=CONNECT|:authority=a.test:443|:path=/".to_owned(), Kind::PseudoField),
            (":method=CONNECT|:protocol=websocket|:authority=a.test:443".to_owned(), Kind::PseudoField),
            (":method=G(T|:scheme=https|:authority=a.test|:path=/".to_owned(), Kind::MethodByte),
            (":method=GET|:scheme=https|:authority=a.test|:path=http://b.test/".to_owned(), Kind::Path),
            (":method=GET|:scheme=https|:authority=a.test|:path=*".to_owned(), Kind::Path),
            (":method=GET|:scheme=https|:authority=a.test|:path=".to_owned(), Kind::Path),
            (":method=GET|:scheme=https|:authority=a.test|:path=/a b".to_owned(), Kind::TargetByte),
            (":method=GET|:scheme=ftp|:authority=a.test|:path=/".to_owned(), Kind::SchemeUnknown),
            (":method=GET|:scheme=http|:authority=a.test|:path=/".to_owned(), Kind::Scheme),
            (":method=GET|:scheme=https|:path=/".to_owned(), Kind::HostMissing),
            (":method=GET|:scheme=https|:authority=u@a.test|:path=/".to_owned(), Kind::Host),
            (format!("{ok}|host=b.test"), Kind::HostDiffers),
            (format!("{ok}|host=a.test|host=a.test"), Kind::HostRepeated),
            (format!("{ok}|Accept=x"), Kind::NameByte),
            (format!("{ok}|a b=x"), Kind::NameByte),
            (format!("{ok}|=x"), Kind::EmptyName),
            (format!("{ok}|a=x\ry"), Kind::ValueByte),
            (format!("{ok}|a= x"), Kind::ValueByte),
            (format!("{ok}|connection=close"), Kind::HopField),
            (format!("{ok}|transfer-encoding=chunked"), Kind::HopField),
            (format!("{ok}|te=gzip"), Kind::HopField),
            (format!("{ok}|content-length=+5"), Kind::Length),
            (format!("{ok}|content-length=5|content-length=5"), Kind::LengthRepeated),
            (format!("{ok}|content-length=1001"), Kind::BodyTooLarge),
            (format!("{ok}|expect=x"), Kind::Expectation),
            (format!("{ok}{}", "|a=b".repeat(6)), Kind::TooManyFields),
            (format!("{ok}|a={}", "x".repeat(400)), Kind::HeadTooLarge),
            (format!(":method=GET|:scheme=https|:authority=a.test|:path=/{long}"), Kind::TargetTooLong),
            (format!(":method={long}|:scheme=https|:authority=a.test|:path=/"), Kind::MethodTooLong),
            (":method=CONNECT|:protocol=connect-udp|:scheme=https|:authority=a.test|:path=/".to_owned(), Kind::Protocol),
            (":method=CONNECT|:authority=a.test:443|content-length=1".to_owned(), Kind::ConnectBody),
        ] {
            assert_eq!(fault(&bad, true), Some(kind), "{bad}");
        }
    }
}
