//! The names that an origin's certificate proved: ours for the same host says the same, and no more.

use rcgen::SanType;
use rustls_pki_types::CertificateDer;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use x509_parser::extensions::GeneralName;

/// The most names that are taken over; some certificates hold hundreds.
const MOST: usize = 100;

/// The DNS names and addresses in a certificate; none when it cannot be read.
#[must_use]
pub fn names_vouched_for(certificate: &CertificateDer<'_>) -> Vec<SanType> {
    let Ok((_, read)) = x509_parser::parse_x509_certificate(certificate) else { return Vec::new() };
    let Ok(Some(names)) = read.subject_alternative_name() else { return Vec::new() };
    names.value.general_names.iter().filter_map(name).take(MOST).collect()
}

fn name(name: &GeneralName<'_>) -> Option<SanType> {
    match name {
        GeneralName::DNSName(name) if is_safe(name) => (*name).try_into().ok().map(SanType::DnsName),
        GeneralName::IPAddress(bytes) => address(bytes).map(SanType::IpAddress),
        GeneralName::DNSName(_)
        | GeneralName::OtherName(..)
        | GeneralName::RFC822Name(_)
        | GeneralName::X400Address(_)
        | GeneralName::DirectoryName(_)
        | GeneralName::EDIPartyName(_)
        | GeneralName::URI(_)
        | GeneralName::RegisteredID(_)
        | GeneralName::Invalid(..) => None,
    }
}

/// No wildcard but one whole label in front of two others: what else there is, no client should take, and ours never says.
fn is_safe(name: &str) -> bool {
    match name.strip_prefix("*.") {
        Some(rest) => !rest.contains('*') && rest.trim_end_matches('.').contains('.'),
        None => !name.contains('*'),
    }
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    if let Ok(four) = <[u8; 4]>::try_from(bytes) {
        return Some(Ipv4Addr::from(four).into());
    }
    <[u8; 16]>::try_from(bytes).ok().map(|sixteen| Ipv6Addr::from(sixteen).into())
}

#[cfg(test)]
mod tests {
    use super::is_safe;

    #[test]
    fn wildcards_stand_for_one_label_below_a_site() {
        for (name, safe) in [
            ("site.test", true),
            ("*.site.test", true),
            ("*.a.site.test", true),
            ("*", false),
            ("*.test", false),
            ("*.test.", false),
            ("*.*.test", false),
            ("a.*.site.test", false),
            ("w*.site.test", false),
        ] {
            assert_eq!(is_safe(name), safe, "{name}");
        }
    }
}
