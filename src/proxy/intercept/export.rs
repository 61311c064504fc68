//! The authority's certificate in the forms that devices take: PEM, DER, and a configuration profile for Apple's.
//!
//! Must never touch the key.

use super::card::Card;
use crate::record::base64;
use rustls_pki_types::CertificateDer;

/// Characters to a line of PEM (RFC 7468 section 2).
const LINE: usize = 64;

/// PEM.
#[must_use]
pub fn pem(certificate: &CertificateDer<'_>) -> String {
    format!("-----BEGIN CERTIFICATE-----\n{}-----END CERTIFICATE-----\n", wrapped(certificate))
}

/// A configuration profile with the certificate in it (Apple, "Configuration Profile Reference", `com.apple.security.root`). The
/// identifiers come from the certificate, so that the same certificate replaces itself and another stands beside it.
#[must_use]
pub fn profile(certificate: &CertificateDer<'_>, organisation: &str) -> String {
    let card = Card::of(certificate);
    let hex: String = card.fingerprint.chars().filter(char::is_ascii_hexdigit).collect();
    let values = [
        ("@NAME@", escaped(&card.name)),
        ("@ORGANISATION@", escaped(organisation)),
        ("@IDENTIFIER@", format!("lifeguard.authority.{}", hex[..16].to_ascii_lowercase())),
        ("@OUTER@", uuid(&hex[..32])),
        ("@INNER@", uuid(&hex[32..])),
        ("@CERTIFICATE@", wrapped(certificate)),
    ];
    // One pass over the template: a name that looks like a gap is not filled.
    let mut text = String::new();
    let mut rest = include_str!("profile.xml");
    while let Some((at, (gap, value))) = values.iter().filter_map(|pair| rest.find(pair.0).map(|at| (at, pair))).min_by_key(|(at, _)| *at) {
        text.push_str(&rest[..at]);
        text.push_str(value);
        rest = &rest[at + gap.len()..];
    }
    text + rest
}

fn wrapped(certificate: &CertificateDer<'_>) -> String {
    let text = base64::encode(certificate);
    text.as_bytes().chunks(LINE).map(|line| String::from_utf8_lossy(line).into_owned() + "\n").collect()
}

/// 32 hexadecimal digits as a UUID of version 8 (RFC 9562 section 5.8).
fn uuid(hex: &str) -> String {
    format!("{}-{}-8{}-A{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..32])
}

fn escaped(text: &str) -> String {
    let safe = text.chars().filter(|c| !c.is_control());
    safe.fold(String::new(), |mut out, c| {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            other => out.push(other),
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proxy::intercept::{Authority, KeyKind, Wishes};
    use rustls_pki_types::pem::PemObject;

    #[test]
    fn every_form_holds_the_same_certificate_and_hostile_names_stay_text() {
        let wishes = Wishes { name: "<Club> & @CERTIFICATE@".into(), days: 30, only: Vec::new(), key: KeyKind::P256 };
        let (made, _) = Authority::make(&wishes, None, 1_800_000_000).unwrap();
        let certificate = CertificateDer::from_pem_slice(made.as_bytes()).unwrap();
        assert_eq!(CertificateDer::from_pem_slice(pem(&certificate).as_bytes()).unwrap(), certificate);
        let profile = profile(&certificate, "A <b>");
        assert!(profile.contains("<string>&lt;Club&gt; &amp; @CERTIFICATE@</string>"), "{profile}");
        assert!(profile.contains("<string>A &lt;b&gt;</string>"));
        let data = profile.split("<data>").nth(1).unwrap().split("</data>").next().unwrap();
        let text: String = data.split_whitespace().collect();
        assert_eq!(text, base64::encode(&certificate));
        assert_eq!(Card::of(&certificate).name, wishes.name);
        assert_eq!(Card::of(&certificate).days_left(1_800_000_000), 30);
    }
}
