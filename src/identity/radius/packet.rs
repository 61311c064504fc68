//! RADIUS packets as accounting needs them (RFC 2865 section 3, RFC 2866 sections 3 to 5, RFC 2869 section 5.14). Pure.
//!
//! MD5 is what the protocol has; it is used here for nothing else. The network between must be one's own.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use md5::{Digest, Md5};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const REQUEST: u8 = 4;
const RESPONSE: u8 = 5;
const MESSAGE_AUTHENTICATOR: u8 = 80;
const LONGEST: usize = 4096;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Somebody came.
    Start,
    /// Somebody went.
    Stop,
    /// Somebody is still there.
    Interim,
    /// The sender starts or stops: all of its sessions are over.
    All,
}

/// An Accounting-Request whose shape is right.
#[derive(Clone, Debug)]
pub struct Packet<'a> {
    bytes: &'a [u8],
    attributes: Vec<(u8, &'a [u8])>,
}

impl<'a> Packet<'a> {
    /// Reads one. `None` for everything that is not exactly of its shape.
    #[must_use]
    pub fn read(datagram: &'a [u8]) -> Option<Self> {
        let length = usize::from(u16::from_be_bytes([*datagram.get(2)?, *datagram.get(3)?]));
        if *datagram.first()? != REQUEST || !(20..=LONGEST).contains(&length) || datagram.len() < length {
            return None;
        }
        // Bytes behind the stated length are padding (RFC 2865 section 3).
        let bytes = &datagram[..length];
        let (mut attributes, mut rest) = (Vec::new(), &bytes[20..]);
        while let [kind, length, ..] = *rest {
            let length = usize::from(length);
            attributes.push((kind, rest.get(2..length)?));
            rest = &rest[length..];
        }
        rest.is_empty().then_some(Self { bytes, attributes })
    }

    /// What tells it from all others of its sender.
    #[must_use]
    pub fn authenticator(&self) -> [u8; 16] {
        self.bytes[4..20].try_into().unwrap_or_default()
    }

    /// Was it made with this secret, unchanged since?
    #[must_use]
    pub fn is_made_with(&self, secret: &[u8]) -> bool {
        let made = md5(&[&self.bytes[..4], &[0; 16], &self.bytes[20..], secret]);
        verify_slices_are_equal(&made, &self.bytes[4..20]).is_ok() && self.message_is_made_with(secret)
    }

    /// The same by the stronger attribute, where it is there.
    fn message_is_made_with(&self, secret: &[u8]) -> bool {
        let mut stated = self.all(MESSAGE_AUTHENTICATOR);
        match (stated.next(), stated.next()) {
            (None, _) => true,
            (Some(stated), None) if stated.len() == 16 => {
                let at = stated.as_ptr() as usize - self.bytes.as_ptr() as usize;
                let mut zeroed = self.bytes.to_vec();
                zeroed[4..20].fill(0);
                zeroed[at..at + 16].fill(0);
                verify_slices_are_equal(&hmac_md5(secret, &zeroed), stated).is_ok()
            }
            (Some(_), _) => false,
        }
    }

    /// The Accounting-Response: it was understood.
    #[must_use]
    pub fn answer(&self, secret: &[u8]) -> Vec<u8> {
        let with_message = self.all(MESSAGE_AUTHENTICATOR).next().is_some();
        let length: u8 = if with_message { 38 } else { 20 };
        let mut answer = vec![RESPONSE, self.bytes[1], 0, length];
        answer.extend_from_slice(&[0; 16]);
        if with_message {
            // Over an authenticator of zeros, in an answer to accounting too, as FreeRADIUS reads RFC 2869.
            answer.extend_from_slice(&[MESSAGE_AUTHENTICATOR, 18]);
            answer.extend_from_slice(&[0; 16]);
            let made = hmac_md5(secret, &answer);
            answer[22..].copy_from_slice(&made);
        }
        answer[4..20].copy_from_slice(&self.bytes[4..20]);
        let made = md5(&[&answer, secret]);
        answer[4..20].copy_from_slice(&made);
        answer
    }

    fn all(&self, kind: u8) -> impl Iterator<Item = &'a [u8]> {
        self.attributes.iter().filter(move |(known, _)| *known == kind).map(|(_, value)| *value)
    }

    fn number(&self, kind: u8) -> Option<u32> {
        self.all(kind).next()?.try_into().ok().map(u32::from_be_bytes)
    }

    /// `Acct-Status-Type`.
    #[must_use]
    pub fn status(&self) -> Option<Status> {
        match self.number(40)? {
            1 => Some(Status::Start),
            2 => Some(Status::Stop),
            3 => Some(Status::Interim),
            7 | 8 => Some(Status::All),
            _ => None,
        }
    }

    /// `User-Name`.
    #[must_use]
    pub fn user(&self) -> Option<&'a str> {
        self.all(1).next().and_then(|name| std::str::from_utf8(name).ok())
    }

    /// `Acct-Session-Id`.
    #[must_use]
    pub fn session(&self) -> &'a [u8] {
        self.all(44).next().unwrap_or_default()
    }

    /// `NAS-Identifier`, else `NAS-IP-Address`, else `NAS-IPv6-Address`.
    #[must_use]
    pub fn sender(&self) -> &'a [u8] {
        [32, 4, 95].iter().find_map(|kind| self.all(*kind).next()).unwrap_or_default()
    }

    /// Seconds since 1970 at which it happened (`Event-Timestamp`), where it says so.
    #[must_use]
    pub fn happened(&self) -> Option<i64> {
        self.number(55).map(i64::from)
    }

    /// `Framed-IP-Address`, `Framed-IPv6-Address`, and `Framed-IPv6-Prefix` of 64 bits as its first address.
    #[must_use]
    pub fn addresses(&self) -> Vec<IpAddr> {
        let four = self.all(8).filter_map(|value| <[u8; 4]>::try_from(value).ok()).map(|octets| IpAddr::V4(Ipv4Addr::from(octets)));
        let six = self.all(168).filter_map(|value| <[u8; 16]>::try_from(value).ok()).map(|octets| IpAddr::V6(Ipv6Addr::from(octets)));
        let prefixes = self.all(97).filter_map(prefix);
        // 255.255.255.255 and .254: chosen by the device or the sender, and so no address (RFC 2865 section 5.8).
        four.chain(six).chain(prefixes).filter(|address| !address.is_unspecified() && !is_none(*address)).take(16).collect()
    }
}

fn is_none(address: IpAddr) -> bool {
    matches!(address, IpAddr::V4(four) if four.octets()[..3] == [255; 3])
}

fn prefix(value: &[u8]) -> Option<IpAddr> {
    let (&bits, octets) = (value.get(1)?, value.get(2..)?);
    let mut whole = [0; 16];
    (bits == 64 && octets.len() >= 8).then(|| whole[..8].copy_from_slice(&octets[..8]))?;
    Some(IpAddr::V6(Ipv6Addr::from(whole)))
}

fn md5(parts: &[&[u8]]) -> [u8; 16] {
    let mut hash = Md5::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

/// RFC 2104.
fn hmac_md5(key: &[u8], message: &[u8]) -> [u8; 16] {
    let mut block = [0; 64];
    if key.len() > 64 {
        block[..16].copy_from_slice(&md5(&[key]));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let (inner, outer) = (block.map(|byte| byte ^ 0x36), block.map(|byte| byte ^ 0x5c));
    md5(&[&outer, &md5(&[&inner, message])])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hmac_agrees_with_published_vectors() {
        let hex = |bytes: [u8; 16]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        // RFC 2202 section 2, test cases 1, 2 and 6.
        assert_eq!(hex(hmac_md5(&[0x0b; 16], b"Hi There")), "9294727a3638bb1c13f48ef8158bfc9d");
        assert_eq!(hex(hmac_md5(b"Jefe", b"what do ya want for nothing?")), "750c783e6ab0b503eaa86e310a5db738");
        assert_eq!(
            hex(hmac_md5(&[0xaa; 80], b"Test Using Larger Than Block-Size Key - Hash Key First")),
            "6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd"
        );
    }

    fn signed(attributes: &[u8], secret: &[u8]) -> Vec<u8> {
        let length = u16::try_from(20 + attributes.len()).unwrap().to_be_bytes();
        let mut bytes = [&[REQUEST, 7][..], &length, &[0; 16], attributes].concat();
        let made = md5(&[&bytes, secret]);
        bytes[4..20].copy_from_slice(&made);
        bytes
    }

    #[test]
    fn what_is_said_is_read_and_every_changed_bit_is_noticed() {
        let attributes = [
            &[1, 5][..],
            b"kim",
            &[40, 6, 0, 0, 0, 1],
            &[44, 4],
            b"s1",
            &[32, 4],
            b"ap",
            &[8, 6, 192, 0, 2, 7],
            &[8, 6, 255, 255, 255, 254],
            &[97, 12, 0, 64, 0x20, 1, 0xd, 0xb8, 0, 1, 0, 2],
            &[168, 18, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9],
            &[55, 6, 0, 0, 1, 0],
        ]
        .concat();
        let bytes = signed(&attributes, b"a long secret of two");
        let packet = Packet::read(&bytes).unwrap();
        assert!(packet.is_made_with(b"a long secret of two") && !packet.is_made_with(b"another"));
        assert_eq!(
            (packet.status(), packet.user(), packet.session(), packet.sender()),
            (Some(Status::Start), Some("kim"), &b"s1"[..], &b"ap"[..])
        );
        assert_eq!(packet.addresses(), ["192.0.2.7", "2001:db8::9", "2001:db8:1:2::"].map(|text| text.parse::<IpAddr>().unwrap()));
        assert_eq!(packet.happened(), Some(256));
        for bit in 0..bytes.len() * 8 {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            let taken = Packet::read(&changed).is_some_and(|packet| packet.is_made_with(b"a long secret of two"));
            assert!(!taken, "bit {bit}");
        }
        for cut in 0..bytes.len() {
            assert!(Packet::read(&bytes[..cut]).is_none(), "{cut}");
        }
        assert!(Packet::read(&[&bytes[..], b"padding"].concat()).is_some_and(|packet| packet.is_made_with(b"a long secret of two")));
    }

    #[test]
    fn no_datagram_makes_it_fall_over() {
        let mut seed = 1_u64;
        let mut next = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            seed.to_be_bytes()[0]
        };
        for _ in 0..20_000 {
            let mut bytes: Vec<u8> = (0..usize::from(next())).map(|_| next()).collect();
            if let [code, _, high, low, ..] = &mut bytes[..] {
                (*code, *high) = (REQUEST, 0);
                *low = next();
            }
            if let Some(packet) = Packet::read(&bytes) {
                assert!(!packet.is_made_with(b"secret"));
                let _read = (packet.status(), packet.user(), packet.addresses(), packet.happened(), packet.answer(b"secret"));
            }
        }
        for attributes in [&[1, 0][..], &[1, 1], &[1], &[1, 255, 0], &[80, 18]] {
            assert!(Packet::read(&signed(attributes, b"secret")).is_none(), "{attributes:?}");
        }
        let odd = signed(&[8, 3, 1, 97, 3, 0, 40, 3, 1, 168, 2, 1, 3, 255, 80, 3, 0], b"secret");
        let packet = Packet::read(&odd).unwrap();
        assert_eq!((packet.addresses().len(), packet.status(), packet.user()), (0, None, None));
        assert!(!packet.is_made_with(b"secret"), "a Message-Authenticator of another length is none");
    }
}
