//! An address as it is put on the wire.

use super::address::{Address, encoded};
use super::mutation::Mutation;

/// How a request comes to the proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Way {
    /// Plain HTTP, the whole address in the request line.
    Http,
    /// Inside a tunnel that was opened: path and `Host`.
    Inside,
}

/// Every part of an address, spelled.
#[derive(Clone, PartialEq, Eq)]
pub struct Spelled {
    pub(super) scheme: &'static str,
    pub(super) user: &'static str,
    pub(super) host: Vec<u8>,
    pub(super) port: &'static str,
    pub(super) path: Vec<u8>,
    pub(super) query: Option<Vec<u8>>,
    pub(super) fragment: &'static str,
    pub(super) said_host: Option<&'static [u8]>,
}

impl Spelled {
    pub(super) fn of(address: &Address) -> Self {
        Self {
            scheme: "http",
            user: "",
            host: address.host_text().into_bytes(),
            port: "",
            path: address.path_text(),
            query: address.query_text(),
            fragment: "",
            said_host: None,
        }
    }

    /// Host and port.
    fn authority(&self) -> Vec<u8> {
        [&self.host[..], self.port.as_bytes()].concat()
    }

    fn target(&self) -> Vec<u8> {
        let query = self.query.as_ref().map_or_else(Vec::new, |query| [b"?", &query[..]].concat());
        [&self.path[..], &query[..]].concat()
    }

    /// The whole address.
    #[must_use]
    pub fn absolute(&self) -> Vec<u8> {
        let (scheme, user, fragment) = (self.scheme.as_bytes(), self.user.as_bytes(), self.fragment.as_bytes());
        [scheme, b"://", user, &self.authority(), &self.target(), fragment].concat()
    }

    /// The same page as another site shows it.
    pub(super) fn inside(&self, how: Mutation) -> Option<Self> {
        let whole = self.absolute();
        let site = |host: &str, path: Vec<u8>, query: Option<Vec<u8>>| Self {
            host: host.into(),
            path,
            query,
            user: "",
            port: "",
            fragment: "",
            scheme: "http",
            said_host: None,
        };
        let named = |name: &str| Some([name.as_bytes(), b"=", &encoded(&whole, b"")].concat());
        if how == Mutation::Archive {
            let path = [b"/web/20200102030405/http://", &self.authority()[..], &self.path].concat();
            return Some(site("web.archive.org", path, self.query.clone()));
        }
        let (host, path, name) = [
            (Mutation::Translator, ("translate.google.com", "/translate", "sl=de&u")),
            (Mutation::Fetcher, ("images.weserv.nl", "/", "url")),
        ]
        .into_iter()
        .find_map(|(known, place)| (known == how).then_some(place))?;
        Some(site(host, path.into(), named(name)))
    }

    /// The request, whole. `None`: this way in cannot carry the spelling.
    #[must_use]
    pub fn request(&self, way: Way) -> Option<Vec<u8>> {
        let said = self.said_host.map_or_else(|| self.authority(), <[u8]>::to_vec);
        let target = match way {
            Way::Http => self.absolute(),
            // What only a whole address can say, and what would be for another host, does not fit into this tunnel.
            Way::Inside if !self.user.is_empty() || !self.port.is_empty() || self.scheme != "http" || self.said_host.is_some() => {
                return None;
            }
            Way::Inside => [&self.target()[..], self.fragment.as_bytes()].concat(),
        };
        Some([b"GET ", &target[..], b" HTTP/1.1\r\nHost: ", &said, b"\r\nAccept: text/plain\r\nUser-Agent: accreditation\r\n\r\n"].concat())
    }

    /// The host in the spelling of this address, for CONNECT.
    #[must_use]
    pub fn connect(&self) -> Vec<u8> {
        let port = if self.port.is_empty() { ":443" } else { self.port };
        let place = [&self.host[..], port.as_bytes()].concat();
        [b"CONNECT ", &place[..], b" HTTP/1.1\r\nHost: ", &place, b"\r\nUser-Agent: accreditation\r\n\r\n"].concat()
    }

    /// Is the host spelled otherwise than the address has it?
    #[must_use]
    pub fn changes_host(&self, address: &Address) -> bool {
        self.host != address.host_text().into_bytes()
    }
}
