//! The part of a name that one owner has, roughly: enough to keep names of one owner on one side of a split.
//!
//! Must never decide a verdict: a country's second level is recognised by how short it is, and not by a list.

/// Longest second level that is taken for a country's own, as in `co.uk`.
const SHORT: usize = 3;

/// `www.shop.example.co.uk` -> `example.co.uk`.
pub(super) fn family(host: &str) -> &str {
    let mut dots = host.bytes().enumerate().rev().filter(|(_, byte)| *byte == b'.').map(|(at, _)| at);
    let (Some(last), Some(second)) = (dots.next(), dots.next()) else { return host };
    let country = host.len() - last <= SHORT && last - second - 1 <= SHORT;
    if country { dots.next().map_or(host, |third| &host[third + 1..]) } else { &host[second + 1..] }
}

/// A number of a text that is the same on every machine (FNV-1a, and mixed once more so that every bit counts).
pub(super) fn number(text: &str) -> u64 {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    let mixed = (hash ^ hash >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ mixed >> 29
}

#[cfg(test)]
mod tests {
    use super::family;

    #[test]
    fn names_of_one_owner_share_a_family() {
        for (host, owner) in [
            ("example.org", "example.org"),
            ("www.example.org", "example.org"),
            ("a.b.example.co.uk", "example.co.uk"),
            ("example.co.uk", "example.co.uk"),
            ("co.uk", "co.uk"),
            ("x.de", "x.de"),
            ("www.bbc.com", "bbc.com"),
            ("single", "single"),
            ("", ""),
        ] {
            assert_eq!(family(host), owner, "{host}");
        }
    }
}
