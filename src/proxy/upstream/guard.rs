//! Which addresses may be dialled: checked after DNS, on the address that is then dialled (rule F8, standards AA14).
//!
//! Loopback, private, link-local, metadata and other special places are closed unless the operator lists them. An IPv6
//! address that carries an IPv4 address inside is judged as both.

use crate::config::DestinationRule;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// The operator's exceptions and our own doors.
#[derive(Clone, Debug, Default)]
pub struct Guard {
    allowed: Vec<DestinationRule>,
    own: Vec<SocketAddr>,
    /// Every name and address that is not ours.
    anywhere: bool,
}

impl Guard {
    /// With the operator's allow list and the addresses that we listen on ourselves (never to be dialled).
    #[must_use]
    pub fn new(allowed: Vec<DestinationRule>, own: Vec<SocketAddr>) -> Self {
        Self { allowed, own, anywhere: false }
    }

    /// Anywhere but our own doors: for what the operator has named himself, never for requests.
    #[must_use]
    pub const fn anywhere(own: Vec<SocketAddr>) -> Self {
        Self { allowed: Vec::new(), own, anywhere: true }
    }

    /// May this address be dialled?
    #[must_use]
    pub fn admits(&self, address: SocketAddr) -> bool {
        !self.is_own(address) && (self.anywhere || !is_special(address.ip()) || self.is_listed(address))
    }

    /// Is it one of our own listeners, which would be a loop or the console?
    #[must_use]
    pub fn is_own(&self, address: SocketAddr) -> bool {
        self.own.iter().any(|own| {
            own.port() == address.port()
                && (own.ip() == unwrap(address.ip())
                    || own.ip().is_unspecified() && (is_loopback(address.ip()) || address.ip().is_unspecified()))
        })
    }

    fn is_listed(&self, address: SocketAddr) -> bool {
        self.allowed.iter().any(|rule| rule.net.contains(&unwrap(address.ip())) && rule.port.is_none_or(|port| port == address.port()))
    }

    /// Is a name closed whatever it resolves to? `localhost`, `.local`, single labels (rule F8). A name that the operator's
    /// list opens by address is judged by its address.
    #[must_use]
    pub fn admits_name(&self, name: &str) -> bool {
        let local = name == "localhost" || name.ends_with(".localhost") || name.ends_with(".local") || !name.contains('.');
        self.anywhere || !local
    }
}

fn unwrap(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(_) => ip,
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(ip, IpAddr::V4),
    }
}

fn is_loopback(ip: IpAddr) -> bool {
    unwrap(ip).is_loopback()
}

/// Is it a place that no one should reach through a proxy (IANA special-purpose registries, RFC 6890)?
#[must_use]
pub fn is_special(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => is_special_v4(v4),
        IpAddr::V6(v6) => is_special_v6(v6),
    }
}

fn is_special_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    ip.is_unspecified()
        || ip.is_loopback()
        || ip.is_private()
        || ip.is_link_local()
        || ip.is_multicast()
        || ip.is_broadcast()
        || ip.is_documentation()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (18..20).contains(&b))
}

fn is_special_v6(ip: Ipv6Addr) -> bool {
    let s = ip.segments();
    ip.is_unspecified()
        || ip.is_loopback()
        || ip.is_multicast()
        || (s[0] & 0xfe00) == 0xfc00
        || (s[0] & 0xffc0) == 0xfe80
        || (s[0] & 0xffc0) == 0xfec0
        || (s[0] == 0x2001 && s[1] == 0x0db8)
        || (s[0] == 0x2001 && s[1] < 0x0200)
        || (s[0] == 0x3fff && s[1] < 0x1000)
        || (s[0] == 0x0100 && s[1..4] == [0, 0, 0])
        || s[0] == 0x5f00
        || (s[0] == 0x0064 && s[1] == 0xff9b && s[2] == 1)
        || embedded_v4(s).is_some_and(is_special_v4)
}

/// The IPv4 address inside a mapped, compatible, NAT64, 6to4 or ISATAP-like address.
fn embedded_v4(s: [u16; 8]) -> Option<Ipv4Addr> {
    let low = Ipv4Addr::from((u32::from(s[6]) << 16) | u32::from(s[7]));
    match s {
        [0, 0, 0, 0, 0, 0xffff | 0, ..] | [0x0064, 0xff9b, 0, 0, 0, 0, ..] | [0, 0, 0, 0, 0xffff, 0, ..] => Some(low),
        [0x2002, high, mid, ..] => Some(Ipv4Addr::from((u32::from(high) << 16) | u32::from(mid))),
        [_, _, _, _, 0 | 0x0200, 0x5efe, ..] => Some(low),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_places_are_closed_in_every_spelling() {
        for text in [
            "127.0.0.1",
            "127.255.0.9",
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "240.0.0.1",
            "192.0.0.8",
            "198.18.0.1",
            "192.0.2.1",
            "198.51.100.7",
            "203.0.113.9",
            "::",
            "::1",
            "fe80::1",
            "fec0::1",
            "fc00::1",
            "fd12:3456::1",
            "ff02::1",
            "2001:db8::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::127.0.0.1",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "2002:7f00:1::",
            "2002:a00:1::1",
            "2001::1",
            "100::1",
            "::ffff:0:127.0.0.1",
            "2001:470::5efe:10.0.0.1",
        ] {
            assert!(is_special(text.parse().unwrap()), "{text}");
        }
        for text in
            ["8.8.8.8", "100.63.0.1", "100.128.0.1", "172.32.0.1", "2606:4700::1", "64:ff9b::808:808", "2002:808:808::1", "::ffff:8.8.8.8"]
        {
            assert!(!is_special(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn the_operator_opens_a_place_but_never_our_own_doors() {
        let rule = |net: &str, port| DestinationRule { net: net.parse().unwrap(), port };
        let guard = Guard::new(
            vec![rule("127.0.0.0/8", Some(8080)), rule("10.1.0.0/16", None)],
            vec!["0.0.0.0:3128".parse().unwrap(), "127.0.0.1:8080".parse().unwrap()],
        );
        for (address, admitted) in [
            ("127.0.0.2:8080", true),
            ("127.0.0.1:8080", false),
            ("[::ffff:127.0.0.1]:8080", false),
            ("127.0.0.2:81", false),
            ("10.1.9.9:3128", true),
            ("10.2.0.1:80", false),
            ("127.0.0.1:3128", false),
            ("8.8.8.8:443", true),
        ] {
            assert_eq!(guard.admits(address.parse().unwrap()), admitted, "{address}");
        }
    }

    #[test]
    fn local_names_are_closed() {
        let guard = Guard::default();
        for name in ["localhost", "a.localhost", "printer", "printer.local"] {
            assert!(!guard.admits_name(name), "{name}");
        }
        assert!(guard.admits_name("example.org"));
    }
}
