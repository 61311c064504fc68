//! The canonical address and the forms of it that are looked up.
//!
//! Must never be made by anything but [`super::canonicalise`]. One buffer holds host, target and, where letters were
//! lowered, the canonical path, so that an ordinary address costs one allocation.

use super::query::{QueryPairs, WantedPair};
use super::render::append_canonical_path;
use smallvec::SmallVec;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;

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

impl Scheme {
    /// The port that goes without saying; for a tunnel 443, though CONNECT always says it.
    #[must_use]
    pub fn default_port(self) -> u16 {
        match self {
            Self::Http | Self::Ws => 80,
            Self::Https | Self::Wss | Self::Tunnel => 443,
        }
    }

    /// Its name; empty for a tunnel.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
            Self::Ws => "ws",
            Self::Wss => "wss",
            Self::Tunnel => "",
        }
    }
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
#[derive(Clone, Debug)]
pub struct Form {
    pub(super) kind: FormKind,
    pub(super) host_kind: HostKind,
    /// Host, then the target as it goes to the origin, then, if need be, the path in lower case.
    pub(super) text: String,
    pub(super) host_end: usize,
    pub(super) path: PathPlace,
    pub(super) query: Option<Range<usize>>,
}

/// Where a canonical path is kept.
#[derive(Clone, Debug)]
pub(super) enum PathPlace {
    /// In the text of the form.
    Text(Range<usize>),
    /// Apart, since it may be no text.
    Apart(Box<[u8]>),
}

impl Form {
    /// Puts together a form from its parts.
    pub(super) fn assemble(kind: FormKind, host: &str, host_kind: HostKind, path: PathPlace, query: Option<&str>) -> Self {
        let text = [host, query.unwrap_or_default()].concat();
        let query = query.map(|_| host.len()..text.len());
        Self { kind, host_kind, host_end: host.len(), path, query, text }
    }

    /// Why it is looked up.
    #[must_use]
    pub fn kind(&self) -> FormKind {
        self.kind
    }

    /// Canonical host: lower-case A-labels without trailing dot, dotted IPv4, or IPv6 text without brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.text[..self.host_end]
    }

    /// What kind of host.
    #[must_use]
    pub fn host_kind(&self) -> HostKind {
        self.host_kind
    }

    /// Canonical path without its leading slash: decoded to a fixed point, folded, dot segments resolved, no empty segments. Empty = root.
    #[must_use]
    pub fn path(&self) -> &[u8] {
        match &self.path {
            PathPlace::Text(range) => self.text[range.clone()].as_bytes(),
            PathPlace::Apart(path) => path,
        }
    }

    /// The query as it goes to the origin (without `?` and fragment), to be read by [`Form::has_pairs`] only when an entry asks for it.
    #[must_use]
    pub fn raw_query(&self) -> Option<&[u8]> {
        self.query_text().map(str::as_bytes)
    }

    /// Is it the same address, whatever the reason to look it up?
    pub(super) fn reads_as(&self, other: &Self) -> bool {
        self.host() == other.host()
            && self.host_kind == other.host_kind
            && self.path() == other.path()
            && self.raw_query() == other.raw_query()
    }

    pub(super) fn query_text(&self) -> Option<&str> {
        self.query.clone().map(|range| &self.text[range])
    }

    /// The pairs of the query, to be asked several times; empty without a query.
    #[must_use]
    pub fn pairs(&self) -> QueryPairs {
        self.raw_query().map(QueryPairs::read).unwrap_or_default()
    }

    /// Is every listed pair present in the query (rule P6)? Nothing is read when nothing is wanted.
    #[must_use]
    pub fn has_pairs(&self, wanted: &[WantedPair]) -> bool {
        wanted.is_empty() || self.pairs().has_all(wanted)
    }
}

impl PartialEq for Form {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind && self.reads_as(other)
    }
}

impl Eq for Form {}

/// A host and, where it must be said, a port; IPv6 in brackets (RFC 3986 section 3.2).
#[must_use]
pub fn authority_text(host: &str, kind: HostKind, port: Option<u16>) -> String {
    let (open, close) = if matches!(kind, HostKind::Ipv6(_)) { ("[", "]") } else { ("", "") };
    port.map_or_else(|| [open, host, close].concat(), |port| format!("{open}{host}{close}:{port}"))
}

/// A canonical address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CanonicalUrl {
    pub(super) scheme: Scheme,
    pub(super) port: Option<u16>,
    pub(super) forms: SmallVec<[Form; 1]>,
    pub(super) target: Range<usize>,
}

impl CanonicalUrl {
    /// The scheme. An origin-form target counts as http until [`CanonicalUrl::over_tls`].
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The port, the scheme's own where none was given.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(self.scheme.default_port())
    }

    /// The same address, come in by TLS: http becomes https, ws becomes wss, and the default port follows.
    #[must_use]
    pub fn over_tls(mut self) -> Self {
        self.scheme = match self.scheme {
            Scheme::Http | Scheme::Https => Scheme::Https,
            Scheme::Ws | Scheme::Wss => Scheme::Wss,
            Scheme::Tunnel => Scheme::Tunnel,
        };
        self
    }

    /// Canonical host of the address itself.
    #[must_use]
    pub fn host(&self) -> &str {
        self.own().host()
    }

    /// Kind of host of the address itself.
    #[must_use]
    pub fn host_kind(&self) -> HostKind {
        self.own().host_kind()
    }

    /// Every form to look up; the first is the address itself. At most [`super::MAX_FORMS`].
    #[must_use]
    pub fn forms(&self) -> &[Form] {
        &self.forms
    }

    /// Origin-form target for the origin: a strict RFC 3986 rendering of path and query as parsed, otherwise unrewritten.
    /// Starts with `/` (or is `*`), holds no blank, control byte or anything beyond ASCII; empty for a tunnel.
    #[must_use]
    pub fn forward_target(&self) -> &str {
        &self.own().text[self.target.clone()]
    }

    /// Host and port for a `Host` field or a CONNECT line: IPv6 in brackets, the scheme's own port left out except for a tunnel.
    #[must_use]
    pub fn authority_text(&self) -> String {
        let usual = self.port() == self.scheme.default_port() && self.scheme != Scheme::Tunnel;
        authority_text(self.host(), self.host_kind(), (!usual).then(|| self.port()))
    }

    /// The canonical address in RFC 3986 text, for logs and pages; `host:port` for a tunnel.
    #[must_use]
    pub fn to_text(&self) -> String {
        let authority = self.authority_text();
        if self.scheme == Scheme::Tunnel {
            return authority;
        }
        let mut out = [self.scheme.name(), "://", &authority, "/"].concat();
        append_canonical_path(self.own().path(), &mut out);
        if let Some(query) = self.own().query_text() {
            out.push('?');
            out.push_str(query);
        }
        out
    }

    fn own(&self) -> &Form {
        &self.forms[0]
    }
}
