//! Other spellings of a host.

use super::address::encoded;
use super::mutation::Mutation;
use crate::canon::HostKind;
use std::net::Ipv4Addr;

/// Every second letter in full width (U+FF01 to U+FF5E).
pub(super) fn full_width(host: &str) -> Vec<u8> {
    let wide = |(place, letter): (usize, char)| match letter {
        '.' | '-' => letter,
        _ if place % 2 == 0 => char::from_u32(u32::from(letter) + 0xfee0).unwrap_or(letter),
        _ => letter,
    };
    in_per_cents(&host.char_indices().map(wide).collect::<String>())
}

/// U+3002 for the dots.
pub(super) fn wide_dots(host: &str) -> Vec<u8> {
    in_per_cents(&host.replace('.', "\u{3002}"))
}

/// A soft hyphen and a word joiner behind the first letter.
pub(super) fn invisible(host: &str) -> Vec<u8> {
    let mut letters = host.chars();
    let first: String = letters.by_ref().take(1).collect();
    in_per_cents(&format!("{first}\u{ad}\u{2060}{}", letters.as_str()))
}

/// What is not ASCII goes over the wire in per cents.
fn in_per_cents(host: &str) -> Vec<u8> {
    encoded(host.as_bytes(), b"")
}

/// An international name in its own letters.
pub(super) fn own_letters(host: &str) -> Option<Vec<u8>> {
    let (letters, fault) = idna::domain_to_unicode(host);
    (fault.is_ok() && letters != host).then(|| in_per_cents(&letters))
}

/// Another way to write an address made of numbers.
pub(super) fn number(mutation: Mutation, kind: HostKind) -> Option<Vec<u8>> {
    let text = match (kind, mutation) {
        (HostKind::Name, _) => return None,
        (HostKind::Ipv6(ip), Mutation::LongAddress) => {
            format!("[{}]", ip.segments().map(|group| format!("{group:04X}")).join(":"))
        }
        (HostKind::Ipv6(_), _) => return None,
        (HostKind::Ipv4(ip), _) => ipv4(mutation, ip)?,
    };
    Some(text.into_bytes())
}

fn ipv4(mutation: Mutation, ip: Ipv4Addr) -> Option<String> {
    let [a, b, c, d] = ip.octets();
    let table = [
        (Mutation::OneNumber, u32::from(ip).to_string()),
        (Mutation::Hexadecimal, format!("0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}")),
        (Mutation::Octal, format!("0{a:o}.0{b:o}.0{c:o}.0{d:o}")),
        (Mutation::ShortParts, format!("{a}.{}", u32::from(ip) & 0xff_ffff)),
        (Mutation::LongAddress, format!("[::ffff:{ip}]")),
    ];
    table.into_iter().find_map(|(known, text)| (known == mutation).then_some(text))
}
