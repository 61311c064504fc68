//! What the gate knows about a request and the protocol library does not: its raw bytes.
//!
//! Must never: hold more of a refused head than a log line can carry.

use super::fault::HeadFault;
use super::request::{RequestScan, Span, span};
use super::streams::StreamHead;
use http::Version;
use std::time::Instant;

/// Most bytes of a refused head that are kept for the record.
const KEPT: usize = 2048;

/// One request as it came, for the judge and for the log.
#[derive(Clone, Debug)]
pub struct HeadFacts {
    /// Method, target and `Host` value, one behind the other; of a refused head its first bytes.
    raw: Box<[u8]>,
    method: Span,
    target: Span,
    host: Option<Span>,
    /// When its first byte was read.
    pub arrived: Instant,
    /// Length of the head in bytes, with everything before it that was skipped.
    pub raw_len: u32,
    /// HTTP/1.0, HTTP/1.1 or HTTP/2.
    pub version: Version,
    /// HTTP/2: its `:scheme` is `https`.
    pub secure: bool,
    /// CONNECT: what follows is a tunnel, or nothing.
    pub is_connect: bool,
    /// A well-formed wish to go on as `websocket`. Any other `Upgrade` is to be taken off.
    pub wants_upgrade: bool,
    /// Why the request must be refused. The request that the protocol library hands over is then a stand-in.
    pub fault: Option<HeadFault>,
}

impl HeadFacts {
    /// Method, as received; empty when it could not be read.
    #[must_use]
    pub fn method(&self) -> &[u8] {
        span(&self.raw, self.method)
    }

    /// Request target, exactly as received; empty when it could not be read.
    #[must_use]
    pub fn target(&self) -> &[u8] {
        span(&self.raw, self.target)
    }

    /// Value of `Host`, as received.
    #[must_use]
    pub fn host(&self) -> Option<&[u8]> {
        self.host.map(|host| span(&self.raw, host))
    }

    /// The first bytes of a refused head, as received; empty for one that was understood.
    #[must_use]
    pub fn refused_bytes(&self) -> &[u8] {
        if self.fault.is_some() { &self.raw } else { &[] }
    }

    /// A name that stood inside a tunnel: it is judged and recorded like a request of its own, with `TLS` for a method.
    #[must_use]
    pub fn server_name(name: &[u8]) -> Self {
        const METHOD: &[u8] = b"TLS";
        let (from, to) = (METHOD.len() as u32, (METHOD.len() + name.len()) as u32);
        Self {
            raw: [METHOD, name].concat().into_boxed_slice(),
            method: (0, from),
            target: (from, to),
            host: None,
            arrived: Instant::now(),
            raw_len: to,
            version: Version::HTTP_11,
            secure: false,
            is_connect: false,
            wants_upgrade: false,
            fault: None,
        }
    }

    /// The head of a stream of HTTP/2. Its target is `:path` (of a CONNECT: `:authority`), its host `:authority`, as received.
    pub(super) fn of_stream(head: &StreamHead, arrived: Instant, fault: Option<HeadFault>) -> Self {
        let target = head.target();
        let wants_upgrade = head.wants_websocket() && fault.is_none();
        // What RFC 8441 asks for by CONNECT is what RFC 6455 asks for by GET; a tunnel is something else.
        let method = if wants_upgrade { b"GET" } else { &head.method[..] };
        let raw = [method, target, &head.host].concat().into_boxed_slice();
        let after_method = method.len() as u32;
        let after_target = after_method + target.len() as u32;
        Self {
            method: (0, after_method),
            target: (after_method, after_target),
            host: (!head.host.is_empty()).then_some((after_target, raw.len() as u32)),
            arrived,
            raw_len: head.size as u32,
            version: Version::HTTP_2,
            secure: head.scheme == b"https",
            is_connect: head.is_connect(),
            wants_upgrade,
            fault,
            raw,
        }
    }

    pub(super) fn understood(head: &[u8], scan: &RequestScan, arrived: Instant, wants_upgrade: bool) -> Self {
        let (method, target) = (span(head, scan.method), span(head, scan.target));
        let host = scan.host.map(|host| span(head, host));
        let mut raw = Vec::with_capacity(method.len() + target.len() + host.map_or(0, <[u8]>::len));
        raw.extend_from_slice(method);
        raw.extend_from_slice(target);
        raw.extend_from_slice(host.unwrap_or_default());
        let after_method = method.len() as u32;
        let after_target = after_method + target.len() as u32;
        Self {
            method: (0, after_method),
            target: (after_method, after_target),
            host: host.map(|_| (after_target, raw.len() as u32)),
            raw: raw.into_boxed_slice(),
            arrived,
            raw_len: head.len() as u32,
            version: if scan.old { Version::HTTP_10 } else { Version::HTTP_11 },
            secure: false,
            is_connect: scan.is_connect(),
            wants_upgrade,
            fault: None,
        }
    }

    #[cold]
    pub(super) fn refused(bytes: &[u8], scan: &RequestScan, arrived: Instant, fault: HeadFault) -> Self {
        let raw: Box<[u8]> = bytes[..bytes.len().min(KEPT)].into();
        let within = |(from, to): Span| (from.min(raw.len() as u32), to.min(raw.len() as u32));
        Self {
            method: within(scan.method),
            target: within(scan.target),
            host: scan.host.map(within),
            arrived,
            raw_len: bytes.len() as u32,
            version: if scan.old { Version::HTTP_10 } else { Version::HTTP_11 },
            secure: false,
            is_connect: scan.is_connect(),
            wants_upgrade: false,
            fault: Some(fault),
            raw,
        }
    }
}
