//! The part of a host name that somebody can register: `example.co.uk` of `www.example.co.uk`, as the Public Suffix List has it.
//!
//! For counting and for the age of names. Must never decide what an entry covers.

use psl::{List, Psl as _};

/// The registrable domain of a canonical host name. `None`: it has none, as an address made of numbers, a public suffix, a single label.
#[must_use]
pub fn registrable(host: &str) -> Option<&str> {
    let ends_in_number = host.bytes().next_back().is_none_or(|byte| byte.is_ascii_digit() || byte == b']');
    if ends_in_number {
        return None;
    }
    let length = List.domain(host.as_bytes())?.as_bytes().len();
    host.get(host.len().checked_sub(length)?..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registrable_part_is_found_and_what_has_none_is_none() {
        for (host, domain) in [
            ("www.example.co.uk", Some("example.co.uk")),
            ("example.co.uk", Some("example.co.uk")),
            ("co.uk", None),
            ("a.b.github.io", Some("b.github.io")),
            ("a.b.site.test", Some("site.test")),
            ("www.xn--bcher-kva.de", Some("xn--bcher-kva.de")),
            ("localhost", None),
            ("10.1.2.3", None),
            ("[2001:db8::1]", None),
            ("", None),
        ] {
            assert_eq!(registrable(host), domain, "{host}");
        }
    }
}
