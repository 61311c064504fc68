//! The client's address in `Forwarded` (RFC 7239) and `X-Forwarded-For`: an assertion, believed only from listed peers
//! (standards D13, AA8). From anyone else it is kept as evidence and changes nothing.

use http::HeaderMap;
use ipnet::IpNet;
use std::net::IpAddr;

/// Longest chain that is read.
const HOPS: usize = 32;

/// What the headers state and whether it is believed.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Claim {
    /// Believed: a listed peer said so.
    pub asserted: Option<IpAddr>,
    /// Not believed: kept for the record.
    pub claimed: Vec<u8>,
}

/// Reads the chain from its end: every listed peer is stepped over, the first other address is the client.
#[must_use]
pub fn stated_client(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> Claim {
    let fields = ["forwarded", "x-forwarded-for"].iter().map(|name| headers.get_all(*name));
    let is_trusted = |address: IpAddr| trusted.iter().any(|net| net.contains(&address.to_canonical()));
    if !is_trusted(peer) {
        let claimed = fields.flatten().flat_map(|value| [value.as_bytes(), b", "].concat()).take(1024).collect();
        return Claim { asserted: None, claimed };
    }
    let chain = chain(headers);
    let mut asserted = None;
    for hop in chain.iter().rev().take(HOPS) {
        // An address that cannot be read ends the chain: nothing before it can be believed.
        let Some(address) = *hop else { break };
        asserted = Some(address);
        if !is_trusted(address) {
            break;
        }
    }
    Claim { asserted, claimed: Vec::new() }
}

/// `Forwarded` counts before `X-Forwarded-For`: it is the standard, and only one of them is read.
fn chain(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let forwarded: Vec<_> = values(headers, "forwarded").flat_map(|line| line.split(',').map(forwarded_for).collect::<Vec<_>>()).collect();
    if headers.contains_key("forwarded") {
        return forwarded;
    }
    values(headers, "x-forwarded-for").flat_map(|line| line.split(',').map(|hop| address(hop.trim())).collect::<Vec<_>>()).collect()
}

fn values<'a>(headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = &'a str> {
    headers.get_all(name).iter().map(|value| value.to_str().unwrap_or("unreadable"))
}

fn forwarded_for(element: &str) -> Option<IpAddr> {
    element.split(';').find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        name.eq_ignore_ascii_case("for").then(|| address(value.trim().trim_matches('"')))?
    })
}

/// `192.0.2.1`, `192.0.2.1:4711`, `[2001:db8::1]`, `[2001:db8::1]:4711`, `2001:db8::1`.
fn address(text: &str) -> Option<IpAddr> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(address.to_canonical());
    }
    if let Ok(socket) = text.parse::<std::net::SocketAddr>() {
        return Some(socket.ip().to_canonical());
    }
    text.strip_prefix('[')?.strip_suffix(']')?.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(fields: &[(&'static str, &str)]) -> HeaderMap {
        fields.iter().map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    #[test]
    fn only_a_listed_peer_is_believed() {
        let trusted: Vec<IpNet> = vec!["10.0.0.0/8".parse().unwrap()];
        for (peer, fields, asserted) in [
            ("192.0.2.9", &[("x-forwarded-for", "198.51.100.1")][..], None),
            ("10.0.0.1", &[], None),
            ("10.0.0.1", &[("x-forwarded-for", "198.51.100.1")], Some("198.51.100.1")),
            ("10.0.0.1", &[("x-forwarded-for", "203.0.113.5, 198.51.100.1, 10.9.9.9")], Some("198.51.100.1")),
            ("10.0.0.1", &[("x-forwarded-for", "203.0.113.5, nonsense, 10.9.9.9")], Some("10.9.9.9")),
            ("10.0.0.1", &[("x-forwarded-for", "nonsense")], None),
            ("10.0.0.1", &[("forwarded", "for=\"[2001:db8::7]:99\";proto=http")], Some("2001:db8::7")),
            ("10.0.0.1", &[("forwarded", "for=198.51.100.7"), ("x-forwarded-for", "198.51.100.8")], Some("198.51.100.7")),
            ("::ffff:10.0.0.1", &[("x-forwarded-for", "::ffff:198.51.100.1")], Some("198.51.100.1")),
        ] {
            let claim = stated_client(peer.parse().unwrap(), &headers(fields), &trusted);
            assert_eq!(claim.asserted, asserted.map(|text| text.parse().unwrap()), "{peer} {fields:?}");
        }
        let claim = stated_client("192.0.2.9".parse().unwrap(), &headers(&[("x-forwarded-for", "198.51.100.1")]), &trusted);
        assert_eq!(claim.claimed, b"198.51.100.1, ");
    }
}
