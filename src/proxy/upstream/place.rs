//! Where a connection to an origin leads. Made from the address when a connection is looked for, and kept with the connection, so that
//! what a request needs of it (the `Host` text) is written once for each connection.

use crate::canon::{CanonicalUrl, HostKind, Scheme, authority_text};
use bytes::Bytes;
use http::HeaderValue;
use http::header::InvalidHeaderValue;

/// Scheme, host and port, as an address names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// Canonical host.
    pub host: &'a str,
    /// What kind of host.
    pub kind: HostKind,
    /// Port.
    pub port: u16,
    /// Under TLS that ends here; in a tunnel the client's own TLS does not count.
    pub tls: bool,
}

impl<'a> Place<'a> {
    /// Where the address leads.
    #[must_use]
    pub fn of(url: &'a CanonicalUrl) -> Self {
        let tls = matches!(url.scheme(), Scheme::Https | Scheme::Wss);
        Self { host: url.host(), kind: url.host_kind(), port: url.port(), tls }
    }
}

/// A place, kept with the connection that leads there.
#[derive(Debug)]
pub struct Home {
    host: Box<str>,
    kind: HostKind,
    port: u16,
    tls: bool,
    host_field: HeaderValue,
}

impl Home {
    /// Keeps the place.
    ///
    /// # Errors
    /// When the host cannot stand in a field, which no canonical host can be.
    pub fn new(place: Place<'_>) -> Result<Self, InvalidHeaderValue> {
        let usual = if place.tls { 443 } else { 80 };
        let text = authority_text(place.host, place.kind, (place.port != usual).then_some(place.port));
        let host_field = HeaderValue::from_maybe_shared(Bytes::from(text))?;
        Ok(Self { host: place.host.into(), kind: place.kind, port: place.port, tls: place.tls, host_field })
    }

    /// The place.
    #[must_use]
    pub fn place(&self) -> Place<'_> {
        Place { host: &self.host, kind: self.kind, port: self.port, tls: self.tls }
    }

    /// The value of `Host` for requests that go there (RFC 9112 section 3.2).
    #[must_use]
    pub fn host_field(&self) -> HeaderValue {
        self.host_field.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canon::{RawTarget, Wrappers, canonicalise};

    #[test]
    fn the_host_field_says_the_port_where_it_is_not_the_usual_one() {
        for (address, expected) in [
            ("http://www.example.test/a", "www.example.test"),
            ("http://www.example.test:8080/", "www.example.test:8080"),
            ("http://www.example.test:443/", "www.example.test:443"),
            ("https://www.example.test/", "www.example.test"),
            ("https://www.example.test:80/", "www.example.test:80"),
            ("ws://[2001:db8::1]/", "[2001:db8::1]"),
            ("ws://[2001:db8::1]:81/", "[2001:db8::1]:81"),
        ] {
            let url = canonicalise(RawTarget::Absolute(address.as_bytes()), &Wrappers::none()).unwrap();
            let home = Home::new(Place::of(&url)).unwrap();
            assert_eq!((home.host_field(), home.place()), (HeaderValue::from_static(expected), Place::of(&url)), "{address}");
            assert_eq!(url.authority_text(), expected, "{address}");
        }
    }
}
