//! An address in a form that nobody can follow by a click: dots in brackets, no scheme.

/// `example.test/a` becomes `example[.]test/a`.
#[must_use]
pub fn defanged(address: &str) -> String {
    let bare = address.split_once("://").map_or(address, |(_, rest)| rest);
    let end = bare.find(['/', '?']).unwrap_or(bare.len());
    let (host, rest) = bare.split_at(end);
    format!("{}{rest}", host.replace('.', "[.]"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_cannot_be_followed() {
        for (address, shown) in [
            ("http://a.example.test/b.html?c=d.e", "a[.]example[.]test/b.html?c=d.e"),
            ("example.test", "example[.]test"),
            ("192.0.2.1/x", "192[.]0[.]2[.]1/x"),
        ] {
            assert_eq!(defanged(address), shown);
        }
    }
}
