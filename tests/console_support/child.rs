//! Somebody at the screen: pages that the proxy shows, and forms that are sent to it.

use crate::support::Reply;
use crate::support::client::exchange;
use std::net::SocketAddr;

/// The proxy's own name.
const OWN: &str = "lifeguard.internal";

/// A client of the proxy with this address.
pub struct Client<'a>(pub SocketAddr, pub &'a str);

impl Client<'_> {
    pub fn ask(&self, head: &str, fields: &str, body: &str) -> Reply {
        let request = format!("{head}X-Forwarded-For: {}\r\nAccept: text/html\r\n{fields}Connection: close\r\n\r\n{body}", self.1);
        Reply::read(&exchange(self.0, request.as_bytes()))
    }

    pub fn get(&self, address: &str) -> Reply {
        let host = address.split('/').nth(2).unwrap();
        self.ask(&format!("GET {address} HTTP/1.1\r\nHost: {host}\r\n"), "", "")
    }

    pub fn own(&self, path: &str) -> Reply {
        self.get(&format!("http://{OWN}{path}"))
    }

    pub fn send(&self, way: &Way, fields: &[(&str, &str)]) -> Reply {
        let mut out = form_urlencoded::Serializer::new(String::new());
        let body = out.append_pair("token", &way.token).extend_pairs(fields).finish();
        let head = format!("POST {} HTTP/1.1\r\nHost: {OWN}\r\n", way.action);
        let fields = format!("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n", body.len());
        self.ask(&head, &fields, &body)
    }
}

/// A form: where it goes, and its token.
#[derive(Clone, Debug)]
pub struct Way {
    pub action: String,
    pub token: String,
}

/// The first form of this class on a page.
pub fn way(page: &str, class: &str) -> Way {
    let at = page.find(&format!("<form class=\"{class}\"")).unwrap_or_else(|| panic!("no form {class}: {page}"));
    let value = |before: &str| {
        let rest = page[at..].split_once(before).unwrap().1;
        rest[..rest.find('"').unwrap()].replace("&#x2f;", "/").replace("&amp;", "&")
    };
    let action = value("action=\"");
    let action = if action.starts_with('/') { format!("http://{OWN}{action}") } else { action };
    Way { action, token: value("name=\"token\" value=\"") }
}
