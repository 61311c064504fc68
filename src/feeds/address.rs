//! Addresses of publishers: where they lead, and where a redirect leads from there.

use super::road::Target;
use http::Uri;
use std::net::IpAddr;

/// One address, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) target: Target,
    /// Path and query, as they go into the request line.
    pub(super) path: String,
    /// `host` or `host:port`, as it goes into the field.
    pub(super) host_field: String,
}

impl Address {
    /// Reads an absolute address. `None`: it is none that can be fetched.
    pub(super) fn read(text: &str) -> Option<Self> {
        let uri: Uri = text.split('#').next()?.trim().parse().ok()?;
        let tls = match uri.scheme_str()? {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let authority = uri.authority().filter(|authority| !authority.as_str().contains('@') && !authority.host().is_empty())?;
        let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        let port = authority.port_u16().unwrap_or(if tls { 443 } else { 80 });
        Some(Self {
            target: Target { host, port, tls },
            path: uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
            host_field: authority.as_str().to_owned(),
        })
    }

    /// Where `Location` leads from here (RFC 9110 section 10.2.2).
    pub(super) fn led(&self, location: &str) -> Option<Self> {
        let location = location.split('#').next()?.trim();
        let scheme = if self.target.tls { "https" } else { "http" };
        if let Some(rest) = location.strip_prefix("//") {
            return Self::read(&format!("{scheme}://{rest}"));
        }
        let end = location.find(['/', '?']).unwrap_or(location.len());
        if location[..end].contains(':') {
            return Self::read(location);
        }
        let path = if location.starts_with('/') {
            location.to_owned()
        } else {
            let here = self.path.split('?').next()?;
            match location.strip_prefix('?') {
                Some(query) => format!("{here}?{query}"),
                None => format!("{}{location}", &here[..=here.rfind('/')?]),
            }
        };
        Self::read(&format!("{scheme}://{}{path}", self.host_field))
    }

    /// Does a redirect from here to there keep what TLS gave?
    pub(super) const fn may_lead_to(&self, there: &Self) -> bool {
        !self.target.tls || there.target.tls
    }

    /// Is it this machine, by its address?
    pub(super) fn is_here(&self) -> bool {
        self.target.host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_leads_where_browsers_go() {
        let from = Address::read("https://a.test:8443/x/y?q=1#f").unwrap();
        assert_eq!(from.path, "/x/y?q=1");
        for (location, host, port, path) in [
            ("/z", "a.test", 8443, "/z"),
            ("z?r=http://q", "a.test", 8443, "/x/z?r=http://q"),
            ("?r", "a.test", 8443, "/x/y?r"),
            ("//b.test/c", "b.test", 443, "/c"),
            ("https://B.test", "b.test", 443, "/"),
            ("https://[::1]:9/#x", "::1", 9, "/"),
        ] {
            let led = from.led(location).unwrap();
            assert_eq!((led.target.host.as_str(), led.target.port, led.path.as_str()), (host, port, path), "{location}");
            assert!(from.may_lead_to(&led));
        }
        for location in ["ftp://a.test/", "javascript:x", "https://u:p@a.test/", "http://", "https:///x"] {
            assert_eq!(from.led(location), None, "{location}");
        }
        let clear = from.led("http://a.test/").unwrap();
        assert!(!from.may_lead_to(&clear) && clear.may_lead_to(&from) && clear.may_lead_to(&clear));
    }
}
