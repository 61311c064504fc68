//! What browsers are told that ask for their proxy settings: an address that can be dialled, and what goes past the proxy.
//!
//! Must never take a range so wide that it opens the internet past the filter.

use super::bench::Bench;
use super::revocation::host;
use crate::canon::HostKind;
use crate::config::fault::FaultKind;
use crate::config::pac::Pac;
use crate::config::raw::RawPac;
use crate::config::source::At;
use crate::policy::read_address;
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};

const ADDRESS: &str = "a host and a port, such as \"proxy.school.example:3128\" or \"192.168.1.5:3128\"";
const RANGE: &str = "the first address of a range no wider than 10.0.0.0/8 or fc00::/7";

/// Checks `[proxy.pac]`.
pub(super) fn check(raw: &RawPac, bench: &mut Bench<'_>) -> Pac {
    let mut pac =
        Pac { address: place(raw.address.as_ref(), bench), tls_address: place(raw.tls_address.as_ref(), bench), ..Pac::default() };
    for written in &raw.direct {
        match read_net(&written.value) {
            Some(net) if narrow(net) => pac.direct_nets.push(net),
            Some(_) => bench.reader.fault(&written.place, FaultKind::Malformed { expected: RANGE.into() }),
            None => pac.direct_hosts.extend(host(written, bench)),
        }
    }
    pac
}

fn place(written: Option<&At<String>>, bench: &mut Bench<'_>) -> Option<String> {
    let written = written?;
    let read = read_place(&written.value);
    if read.is_none() {
        bench.reader.fault(&written.place, FaultKind::Malformed { expected: ADDRESS.into() });
    }
    read
}

/// `host:port` in canonical form.
fn read_place(text: &str) -> Option<String> {
    if let Ok(socket) = text.parse::<SocketAddr>() {
        return (socket.port() != 0 && !socket.ip().is_unspecified()).then(|| socket.to_string());
    }
    let (host, port) = text.rsplit_once(':')?;
    let port = port.parse::<u16>().ok().filter(|port| *port != 0)?;
    let entry = read_address(host).ok().filter(|entry| entry.path.is_none() && entry.host_kind == HostKind::Name)?;
    Some(format!("{}:{port}", entry.host))
}

fn read_net(text: &str) -> Option<IpNet> {
    text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

fn narrow(net: IpNet) -> bool {
    let widest = if net.addr().is_ipv4() { 8 } else { 7 };
    net == net.trunc() && net.prefix_len() >= widest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_in_one_form_and_wide_ranges_are_refused() {
        for (text, read) in [
            ("Proxy.School.Example:3128", Some("proxy.school.example:3128")),
            ("192.168.1.5:8080", Some("192.168.1.5:8080")),
            ("[fd00::5]:3128", Some("[fd00::5]:3128")),
            ("proxy.school.example", None),
            ("proxy.school.example:0", None),
            ("0.0.0.0:3128", None),
            ("a/b:3128", None),
            ("\"; evil():1", None),
        ] {
            assert_eq!(read_place(text).as_deref(), read, "{text}");
        }
        for (net, good) in [("10.0.0.0/8", true), ("0.0.0.0/0", false), ("10.0.0.1/8", false), ("fc00::/7", true), ("2000::/3", false)] {
            assert_eq!(narrow(net.parse().unwrap()), good, "{net}");
        }
    }
}
