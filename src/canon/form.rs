//! The canonical address and the forms of it that are looked up.

use std::net::{Ipv4Addr, Ipv6Addr};

/// Scheme of the address. It takes no part in matching (rule H6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// `http`
    Http,
    /// `https`
    Https,
    /// `ws`
    Ws,
    /// `wss`
    Wss,
    /// A CONNECT authority or a TLS server name: no path is known.
    Tunnel,
}

/// What kind of host it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HostKind {
    /// A name, as lower-case A-labels.
    Name,
    /// An IPv4 address.
    Ipv4(Ipv4Addr),
    /// An IPv6 address.
    Ipv6(Ipv6Addr),
}

/// Why this form of the address is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FormKind {
    /// The address itself.
    Own,
    /// The address in another spelling that an origin may take for the same (path parameters, NUL tail, mapped IPv4).
    Variant,
    /// An address carried inside the path or query of a translator, cache, archive or the like; the depth starts at 1.
    Embedded(u8),
}

/// One address to look up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    pub(super) kind: FormKind,
    pub(super) host: Box<str>,
    pub(super) host_kind: HostKind,
    pub(super) path: Box<[u8]>,
    pub(super) query: Option<Box<[u8]>>,
}

impl Form {
    /// Why it is looked up.
    #[must_use]
    pub fn kind(&self) -> FormKind {
        self.kind
    }
    /// Canonical host: lower-case A-labels without trailing dot, dotted IPv4, or IPv6 text without brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }
    /// What kind of host.
    #[must_use]
    pub fn host_kind(&self) -> HostKind {
        self.host_kind
    }
    /// Canonical path without its leading slash: decoded to a fixed point, folded, dot segments resolved, no empty segments. Empty = root.
    #[must_use]
    pub fn path(&self) -> &[u8] {
        &self.path
    }
    /// The query as it came (without `?` and fragment), to be read by [`Form::has_pairs`] only when an entry asks for it.
    #[must_use]
    pub fn raw_query(&self) -> Option<&[u8]> {
        self.query.as_deref()
    }
}

/// A canonical address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CanonicalUrl {
    pub(super) scheme: Scheme,
    pub(super) port: u16,
    pub(super) forms: Vec<Form>,
    pub(super) forward_target: Box<str>,
}

impl CanonicalUrl {
    /// The scheme.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }
    /// The port, the scheme's own where none was given.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }
    /// Canonical host of the address itself.
    #[must_use]
    pub fn host(&self) -> &str {
        self.forms[0].host()
    }
    /// Kind of host of the address itself.
    #[must_use]
    pub fn host_kind(&self) -> HostKind {
        self.forms[0].host_kind()
    }
    /// Every form to look up; the first is the address itself.
    #[must_use]
    pub fn forms(&self) -> &[Form] {
        &self.forms
    }
    /// Origin-form target for the origin: a strict RFC 3986 rendering of path and query as parsed, otherwise unrewritten.
    #[must_use]
    pub fn forward_target(&self) -> &str {
        &self.forward_target
    }
}
