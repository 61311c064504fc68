//! What people need to know of the authority's certificate: its name, how long it is good, and by what to check it.

use rustls_pki_types::CertificateDer;

/// A certificate in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// Its common name; empty where it cannot be read.
    pub name: String,
    /// SHA-256 of the certificate, in pairs of hexadecimal digits with colons.
    pub fingerprint: String,
    /// From when it is good, in seconds since 1970.
    pub not_before: i64,
    /// Until when, in seconds since 1970.
    pub not_after: i64,
}

impl Card {
    /// Reads a certificate. What cannot be read stays empty; the fingerprint is always there.
    #[must_use]
    pub fn of(certificate: &CertificateDer<'_>) -> Self {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, certificate);
        let pairs: Vec<String> = digest.as_ref().iter().map(|byte| format!("{byte:02X}")).collect();
        let fingerprint = pairs.join(":");
        let Ok((_, read)) = x509_parser::parse_x509_certificate(certificate) else {
            return Self { name: String::new(), fingerprint, not_before: 0, not_after: 0 };
        };
        let name = read.subject().iter_common_name().next().and_then(|name| name.as_str().ok()).unwrap_or_default().to_owned();
        let validity = read.validity();
        Self { name, fingerprint, not_before: validity.not_before.timestamp(), not_after: validity.not_after.timestamp() }
    }

    /// Whole days until it lapses.
    #[must_use]
    pub const fn days_left(&self, now: i64) -> i64 {
        (self.not_after - now).div_euclid(86_400)
    }
}
