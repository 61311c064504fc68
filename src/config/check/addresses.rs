//! Addresses that operators write: of rules and help lines, and of destinations.

use super::bench::Bench;
use crate::config::destination::DestinationRule;
use crate::config::fault::FaultKind;
use crate::config::source::At;
use crate::policy::read_address;
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};

const DESTINATION: &str = "an address or a range, with or without a port, such as \"192.168.1.0/24\" or \"127.0.0.1:8080\"";

impl Bench<'_> {
    /// Can this address of a rule be read?
    pub(super) fn address(&mut self, address: &At<String>) {
        if let Err(unreadable) = read_address(&address.value) {
            self.reader.fault(&address.place, FaultKind::Address(unreadable));
        }
    }

    /// A destination for the address guard.
    pub(super) fn destination(&mut self, written: &At<String>) -> Option<DestinationRule> {
        let read = read_destination(&written.value);
        if read.is_none() {
            self.reader.fault(&written.place, FaultKind::Malformed { expected: DESTINATION.into() });
        }
        read
    }
}

fn read_destination(text: &str) -> Option<DestinationRule> {
    if let Ok(socket) = text.parse::<SocketAddr>() {
        return Some(DestinationRule { net: socket.ip().into(), port: Some(socket.port()).filter(|port| *port != 0) });
    }
    if let Some(net) = read_net(text) {
        return Some(DestinationRule { net, port: None });
    }
    let (net, port) = text.rsplit_once(':')?;
    let net = net.strip_prefix('[').and_then(|net| net.strip_suffix(']')).unwrap_or(net);
    let port = port.parse().ok().filter(|port| *port != 0)?;
    Some(DestinationRule { net: read_net(net)?, port: Some(port) })
}

fn read_net(text: &str) -> Option<IpNet> {
    text.parse::<IpNet>().ok().filter(|net| *net == net.trunc()).or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn destinations_are_read_with_and_without_port() {
        for (text, net, port) in [
            ("192.168.1.0/24", "192.168.1.0/24", None),
            ("127.0.0.1", "127.0.0.1/32", None),
            ("127.0.0.1:8080", "127.0.0.1/32", Some(8080)),
            ("10.0.0.0/8:443", "10.0.0.0/8", Some(443)),
            ("::1", "::1/128", None),
            ("[::1]:80", "::1/128", Some(80)),
            ("[fd00::/8]:443", "fd00::/8", Some(443)),
            ("fd00::/8", "fd00::/8", None),
        ] {
            assert_eq!(read_destination(text), Some(DestinationRule { net: net.parse().unwrap(), port }), "{text}");
        }
        for bad in ["", "localhost", "10.0.0.0/8:0", "10.0.0.0/8:99999", "10.0.0.1/8", "300.0.0.1"] {
            assert_eq!(read_destination(bad), None, "{bad}");
        }
    }
}
