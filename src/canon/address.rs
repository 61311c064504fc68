//! IP addresses in all the spellings that browsers take (rule H5; WHATWG URL, "IPv4 parser").
//!
//! Must never wrap around or guess: a host that ends in a number is a valid IPv4 address or unreadable.

use super::class::hex;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Does the last label look like a number, so that the host must be an IPv4 address?
pub(super) fn ends_in_number(host: &[u8]) -> bool {
    let last = host.rsplit(|&byte| byte == b'.').next().unwrap_or(host);
    let decimal = !last.is_empty() && last.iter().all(u8::is_ascii_digit);
    decimal || matches!(last, [b'0', b'x' | b'X', digits @ ..] if digits.iter().all(|&byte| hex(byte).is_some()))
}

/// Reads one to four numbers in decimal, octal or hexadecimal. The host carries no trailing dot.
pub(super) fn read_ipv4(host: &[u8]) -> Option<Ipv4Addr> {
    let mut numbers = [0_u64; 4];
    let mut count = 0;
    for part in host.split(|&byte| byte == b'.') {
        *numbers.get_mut(count)? = read_number(part)?;
        count += 1;
    }
    let (last, leading) = numbers[..count].split_last()?;
    let room = 4 - leading.len();
    if leading.iter().any(|&number| number > 255) || *last >= 1 << (8 * room) {
        return None;
    }
    let high = leading.iter().fold(0, |value, number| value << 8 | number);
    u32::try_from(high << (8 * room) | last).ok().map(Ipv4Addr::from)
}

fn read_number(part: &[u8]) -> Option<u64> {
    let (digits, radix) = match part {
        [] => return None,
        [b'0', b'x' | b'X', digits @ ..] => (digits, 16),
        [b'0', digits @ ..] => (digits, 8),
        _ => (part, 10),
    };
    digits.iter().try_fold(0_u64, |value, &byte| {
        let digit = hex(byte).map(u64::from).filter(|&digit| digit < radix)?;
        Some(value * radix + digit).filter(|&value| value <= u64::from(u32::MAX))
    })
}

/// The IPv4 address that an IPv6 address stands for: mapped, translated, NAT64, compatible, 6to4
/// (RFC 4291 section 2.5.5, RFC 2765, RFC 6052, RFC 8215, RFC 3056).
pub(super) fn ipv4_inside(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, d, e, f, high, low] = address.segments();
    let from = |high: u16, low: u16| Ipv4Addr::from(u32::from(high) << 16 | u32::from(low));
    match [a, b, c, d, e, f] {
        [0, 0, 0, 0, 0, 0xffff] | [0, 0, 0, 0, 0xffff, 0] | [0x64, 0xff9b, 0, 0, 0, 0] => Some(from(high, low)),
        [0, 0, 0, 0, 0, 0] if high != 0 || low > 1 => Some(from(high, low)),
        [0x64, 0xff9b, 1, ..] => Some(from(high, low)),
        [0x2002, high, low, ..] => Some(from(high, low)),
        _ => None,
    }
}

/// The IPv4 address that an entry means by an IPv6 spelling: mapped and NAT64 only, which are the same host by definition.
pub(super) fn ipv4_meant(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, d, e, f, ..] = address.segments();
    matches!([a, b, c, d, e, f], [0, 0, 0, 0, 0, 0xffff] | [0x64, 0xff9b, 0, 0, 0, 0]).then(|| ipv4_inside(address)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ipv4_in_every_spelling() {
        for (text, expected) in [
            ("192.0.2.1", Some([192, 0, 2, 1])),
            ("0xC0.0.02.1", Some([192, 0, 2, 1])),
            ("0300.0.2.1", Some([192, 0, 2, 1])),
            ("3221225985", Some([192, 0, 2, 1])),
            ("0xC0000201", Some([192, 0, 2, 1])),
            ("192.0.513", Some([192, 0, 2, 1])),
            ("192.513", Some([192, 0, 2, 1])),
            ("0x", Some([0, 0, 0, 0])),
            ("256.0.0.1", None),
            ("1.2.3.256", None),
            ("4294967296", None),
            ("1.2.3.4.5", None),
            ("1..3.4", None),
            ("08.1.1.1", None),
            ("99999999999999999999999", None),
            ("276.2.3", None),
        ] {
            assert_eq!(read_ipv4(text.as_bytes()), expected.map(Ipv4Addr::from), "{text}");
        }
    }

    #[test]
    fn a_last_label_in_digits_or_hexadecimal_is_a_number() {
        for (host, number) in [("a.1", true), ("a.0x1f", true), ("0x", true), ("a.0xg", false), ("1a", false), ("1.a", false)] {
            assert_eq!(ends_in_number(host.as_bytes()), number, "{host}");
        }
    }

    #[test]
    fn ipv4_is_found_inside_ipv6() {
        for (text, inside, meant) in [
            ("::ffff:192.0.2.1", true, true),
            ("64:ff9b::192.0.2.1", true, true),
            ("64:ff9b:1::192.0.2.1", true, false),
            ("::192.0.2.1", true, false),
            ("::ffff:0:192.0.2.1", true, false),
            ("2002:c000:201::1", true, false),
            ("2001:db8::1", false, false),
            ("::1", false, false),
            ("::", false, false),
        ] {
            let address: Ipv6Addr = text.parse().unwrap();
            assert_eq!(ipv4_inside(address), inside.then_some(Ipv4Addr::new(192, 0, 2, 1)), "{text}");
            assert_eq!(ipv4_meant(address).is_some(), meant, "{text}");
        }
    }
}
