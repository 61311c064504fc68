//! What stands in which lane. The order is the order of the format: never change it, only add a version.

use crate::record::RequestRecord;
use std::net::{IpAddr, SocketAddr};

/// Lanes of numbers and bytes that are no texts.
#[allow(missing_docs, reason = "the module's format says what each holds")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Lane {
    Kind,
    Verbatim,
    Flags,
    Id,
    Parent,
    Wall,
    Monotonic,
    Port,
    Age,
    Forms,
    Generation,
    OutcomeFlags,
    OutcomeId,
    Recorded,
    Connected,
    FirstByte,
    End,
    OutcomeWall,
    Ended,
    Status,
    Up,
    Down,
    UpstreamPort,
    OutcomeReason,
}

/// How many lanes come before the codes.
pub(super) const LANES: usize = Lane::OutcomeReason as usize + 1;

/// Texts, each with numbers of its own.
#[allow(missing_docs, reason = "the names are those of the record")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Field {
    Node,
    Site,
    Peer,
    Asserted,
    Claimed,
    Device,
    User,
    Group,
    Identity,
    Method,
    Host,
    Url,
    Rest,
    Target,
    HostField,
    SearchTerms,
    Categories,
    Verdict,
    Layer,
    List,
    Matched,
    ListVersion,
    PolicyVersion,
    Referer,
    UserAgent,
    Tls,
    Upstream,
    Note,
}

/// How many fields there are.
pub const FIELDS: usize = Field::Note as usize + 1;

/// An address as a text: without its port.
pub(super) fn address_text(socket: SocketAddr) -> ([u8; 24], usize) {
    let mut out = [0; 24];
    match socket {
        SocketAddr::V4(v4) => {
            out[..4].copy_from_slice(&v4.ip().octets());
            (out, 4)
        }
        SocketAddr::V6(v6) => {
            out[..16].copy_from_slice(&v6.ip().octets());
            out[16..20].copy_from_slice(&v6.flowinfo().to_le_bytes());
            out[20..].copy_from_slice(&v6.scope_id().to_le_bytes());
            (out, 24)
        }
    }
}

/// The bytes of an address alone.
pub(super) fn ip_text(address: IpAddr) -> ([u8; 16], usize) {
    let mut out = [0; 16];
    match address {
        IpAddr::V4(v4) => {
            out[..4].copy_from_slice(&v4.octets());
            (out, 4)
        }
        IpAddr::V6(v6) => (v6.octets(), 16),
    }
}

/// What follows the host in a URL of this scheme.
pub(super) fn rest_of<'a>(url: &'a str, host: &str) -> Option<(u8, &'a str)> {
    let (form, behind) = match url.strip_prefix("http://") {
        Some(behind) => (1, behind),
        None => (2, url.strip_prefix("https://")?),
    };
    if host.is_empty() { None } else { Some((form, behind.strip_prefix(host)?)) }
}

/// Is this the host with the port that tunnels use?
pub(super) fn is_host_443(text: &[u8], host: &str) -> bool {
    !host.is_empty() && text.strip_prefix(host.as_bytes()) == Some(b":443")
}

/// The texts of a request that are worth a place in the segment's table.
pub fn field_texts(request: &RequestRecord<'_>, mut each: impl FnMut(Field, &[u8])) {
    let (peer, length) = address_text(request.peer);
    each(Field::Peer, &peer[..length]);
    each(Field::Host, request.host.as_bytes());
    let rest = rest_of(&request.url, request.host);
    match rest {
        Some((_, rest)) => each(Field::Rest, rest.as_bytes()),
        None if request.url.is_empty() || is_host_443(request.url.as_bytes(), request.host) => {}
        None => each(Field::Url, request.url.as_bytes()),
    }
    let plain = [
        (Field::User, request.user.unwrap_or_default().as_bytes()),
        (Field::Device, request.device.unwrap_or_default().as_bytes()),
        (Field::Group, request.group.as_bytes()),
        (Field::Categories, request.categories.as_bytes()),
        (Field::Layer, request.layer.as_bytes()),
        (Field::List, request.list.as_bytes()),
        (Field::Matched, request.matched.as_bytes()),
        (Field::SearchTerms, request.search_terms.as_bytes()),
        (Field::Referer, request.referer),
        (Field::UserAgent, request.user_agent),
    ];
    for (field, text) in plain.into_iter().filter(|(_, text)| !text.is_empty()) {
        each(field, text);
    }
}
