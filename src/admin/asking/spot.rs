//! Where a computer stands, by what the log knows of it: the name of the device, its address, or a range of addresses.

use ipnet::{IpNet, Ipv4Subnets, Ipv6Subnets};
use std::net::IpAddr;

/// Longest name of a device (RFC 1035 section 2.3.4).
const LONGEST: usize = 253;
/// Widest ranges that are somewhere: a room, a house, a site.
const WIDEST: (u8, u8) = (16, 48);

/// A device by its name, or addresses.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Spot {
    /// The name as the log has it.
    Device(String),
    /// Addresses.
    Nets(Vec<IpNet>),
}

/// Why a text is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpotFault {
    /// Neither a name nor addresses.
    Unreadable,
    /// Too many addresses for one place.
    TooWide,
}

impl Spot {
    /// Reads a name, an address (`192.0.2.7`), a range (`192.0.2.0/26`), or from and to (`192.0.2.1-192.0.2.30`).
    ///
    /// # Errors
    /// [`SpotFault`].
    pub fn read(text: &str) -> Result<Self, SpotFault> {
        match nets(text) {
            Some(nets) if nets.iter().all(is_narrow) => Ok(Self::Nets(nets)),
            Some(_) => Err(SpotFault::TooWide),
            // What looks like an address and is none is a slip of the pen, and no name.
            None if text.contains(':') || text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '/' | '-')) => {
                Err(SpotFault::Unreadable)
            }
            None if text.len() <= LONGEST && text.chars().all(is_of_name) => Ok(Self::Device(text.to_owned())),
            None => Err(SpotFault::Unreadable),
        }
    }

    /// Is the device with this name and at this address there? How closely it was said: a name most, a wide range least.
    #[must_use]
    pub fn holds(&self, device: Option<&str>, client: &str) -> Option<u8> {
        match self {
            Self::Device(name) => device.is_some_and(|device| device.eq_ignore_ascii_case(name)).then_some(u8::MAX),
            Self::Nets(nets) => {
                let client: IpAddr = client.parse().ok()?;
                nets.iter().filter(|net| net.contains(&client.to_canonical())).map(IpNet::prefix_len).max()
            }
        }
    }
}

fn nets(text: &str) -> Option<Vec<IpNet>> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(vec![address.to_canonical().into()]);
    }
    if let Ok(net) = text.parse::<IpNet>() {
        return Some(vec![net.trunc()]);
    }
    let (from, to) = text.split_once('-')?;
    match (from.trim().parse().ok()?, to.trim().parse().ok()?) {
        (IpAddr::V4(from), IpAddr::V4(to)) if from <= to => Some(Ipv4Subnets::new(from, to, 0).map(IpNet::V4).collect()),
        (IpAddr::V6(from), IpAddr::V6(to)) if from <= to => Some(Ipv6Subnets::new(from, to, 0).map(IpNet::V6).collect()),
        _ => None,
    }
}

const fn is_narrow(net: &IpNet) -> bool {
    match net {
        IpNet::V4(net) => net.prefix_len() >= WIDEST.0,
        IpNet::V6(net) => net.prefix_len() >= WIDEST.1,
    }
}

/// Names of machines, with what people write into them.
fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ' ' | '\'' | '(' | ')' | '#')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_an_address_and_ranges_are_told_apart_and_nothing_is_guessed() {
        let nets = |all: &[&str]| Ok(Spot::Nets(all.iter().map(|net| net.parse().unwrap()).collect()));
        for (text, spot) in [
            ("192.0.2.7", nets(&["192.0.2.7/32"])),
            ("192.0.2.77/26", nets(&["192.0.2.64/26"])),
            ("192.0.2.1-192.0.2.4", nets(&["192.0.2.1/32", "192.0.2.2/31", "192.0.2.4/32"])),
            ("2001:db8::7", nets(&["2001:db8::7/128"])),
            ("PC-07", Ok(Spot::Device("PC-07".into()))),
            ("07", Err(SpotFault::Unreadable)),
            ("192.0.2.999", Err(SpotFault::Unreadable)),
            ("192.0.2.9-192.0.2.4", Err(SpotFault::Unreadable)),
            ("10.0.0.0/8", Err(SpotFault::TooWide)),
            ("0.0.0.0-255.255.255.255", Err(SpotFault::TooWide)),
            ("::-ffff::", Err(SpotFault::TooWide)),
            ("", Err(SpotFault::Unreadable)),
            ("a<b>", Err(SpotFault::Unreadable)),
            (&"x".repeat(254), Err(SpotFault::Unreadable)),
        ] {
            assert_eq!(Spot::read(text), spot, "{text}");
        }
        let held = |text: &str| Spot::read(text).unwrap().holds(Some("pc-07"), "192.0.2.7");
        assert_eq!([held("PC-07"), held("192.0.2.0/24"), held("192.0.2.7"), held("PC-08")], [Some(255), Some(24), Some(32), None]);
    }
}
