//! The authority's certificate: what can be known of it without its key. It may stand under an authority of the operator's own; then the
//! certificates up to that one follow it in the file, and are sent along (RFC 8446 section 4.4.2).

use super::folder::AuthorityFault;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use std::path::Path;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::X509Certificate;

/// A certificate that may vouch for hosts.
#[derive(Debug)]
pub struct Certificate {
    /// It, and those above it as far as the file has them.
    pub(super) chain: Vec<CertificateDer<'static>>,
    /// Its public key, as the certificate has it.
    pub(super) public: Vec<u8>,
    only: Vec<String>,
    never: Vec<String>,
    /// Its name.
    pub name: String,
    /// Who vouches for it; none: it does so itself, as a root.
    pub under: Option<String>,
    /// When it becomes good, in seconds since 1970: all of the chain.
    pub not_before: i64,
    /// When it lapses.
    pub not_after: i64,
    /// Its key, in words.
    pub key: String,
}

impl Certificate {
    /// Reads it. Whether it is good now is another question.
    ///
    /// # Errors
    /// [`AuthorityFault::Certificate`] with what is wrong.
    pub fn read(pem: &[u8], at: &Path) -> Result<Self, AuthorityFault> {
        read(pem).map_err(|problem| AuthorityFault::Certificate { path: at.to_owned(), problem })
    }

    /// Is it good now?
    ///
    /// # Errors
    /// [`AuthorityFault`] with the date.
    pub fn check_time(&self, now: i64, at: &Path) -> Result<(), AuthorityFault> {
        let when = |seconds| crate::model::Timestamp::from_seconds(seconds).to_string();
        if now >= self.not_after {
            return Err(AuthorityFault::Lapsed { path: at.to_owned(), when: when(self.not_after) });
        }
        if now < self.not_before {
            let problem = format!("it is not good before {}: is the clock right?", when(self.not_before));
            return Err(AuthorityFault::Certificate { path: at.to_owned(), problem });
        }
        Ok(())
    }

    /// Its DER form, for devices.
    #[must_use]
    pub fn der(&self) -> &CertificateDer<'static> {
        &self.chain[0]
    }

    /// Hosts that it may vouch for, each with everything below it; empty: any.
    #[must_use]
    pub fn only(&self) -> &[String] {
        &self.only
    }

    /// May it vouch for this name (RFC 5280 section 4.2.1.10)? A wildcard stands for what it covers.
    #[must_use]
    pub fn may_vouch_for(&self, name: &str) -> bool {
        let name = name.strip_prefix("*.").unwrap_or(name).trim_end_matches('.').to_ascii_lowercase();
        let below = |tree: &String| name == *tree || name.strip_suffix(tree.as_str()).is_some_and(|rest| rest.ends_with('.'));
        (self.only.is_empty() || self.only.iter().any(below)) && !self.never.iter().any(below)
    }
}

fn read(pem: &[u8]) -> Result<Certificate, String> {
    let chain =
        CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>().map_err(|error| format!("its PEM is broken: {error}"))?;
    if chain.is_empty() {
        return Err("there is no PEM certificate in it".to_owned());
    }
    let parsed = |der| x509_parser::parse_x509_certificate(der).map(|(_, read)| read).map_err(|_| "it is no X.509 certificate".to_owned());
    let all = chain.iter().map(|der| parsed(der)).collect::<Result<Vec<_>, _>>()?;
    for (number, pair) in all.windows(2).enumerate() {
        let vouched = pair[0].issuer() == pair[1].subject() && pair[0].verify_signature(Some(pair[1].public_key())).is_ok();
        if !vouched {
            return Err(format!(
                "certificate {} in it does not vouch for certificate {}: the authority comes first, then those above it in order, and nothing else",
                number + 2,
                number + 1
            ));
        }
    }
    for (above, one) in all.iter().enumerate() {
        check_authority(one, above)
            .map_err(|problem| if above == 0 { problem } else { format!("certificate {}: {problem}", above + 1) })?;
    }
    let first = &all[0];
    let (only, never) = constraints(first);
    Ok(Certificate {
        public: first.public_key().subject_public_key.data.to_vec(),
        only,
        never,
        name: first.subject().to_string(),
        under: (first.subject() != first.issuer()).then(|| first.issuer().to_string()),
        not_before: all.iter().map(|one| one.validity().not_before.timestamp()).max().unwrap_or(i64::MAX),
        not_after: all.iter().map(|one| one.validity().not_after.timestamp()).min().unwrap_or(i64::MIN),
        key: key_in_words(first),
        chain,
    })
}

/// It must be allowed to vouch; with so many authorities below it.
fn check_authority(certificate: &X509Certificate<'_>, below: usize) -> Result<(), String> {
    let constraints = certificate.basic_constraints().ok().flatten().map(|constraints| constraints.value);
    let Some(constraints) = constraints.filter(|constraints| constraints.ca) else {
        return Err("it is no authority's certificate (basic constraints say CA: false)".to_owned());
    };
    if constraints.path_len_constraint.is_some_and(|most| (most as usize) < below) {
        return Err("its path length does not allow an authority below it".to_owned());
    }
    match certificate.key_usage() {
        Ok(Some(usage)) if !usage.value.key_cert_sign() => {
            Err("its key may not sign certificates (key usage without keyCertSign)".to_owned())
        }
        Ok(_) => Ok(()),
        Err(_) => Err("its key usage cannot be read".to_owned()),
    }
}

/// Host names of the name constraints.
fn constraints(certificate: &X509Certificate<'_>) -> (Vec<String>, Vec<String>) {
    let Some(constraints) = certificate.name_constraints().ok().flatten().map(|constraints| constraints.value) else {
        return Default::default();
    };
    let names = |trees: &Option<Vec<x509_parser::extensions::GeneralSubtree<'_>>>| {
        let all = trees.iter().flatten().filter_map(|tree| {
            let GeneralName::DNSName(name) = tree.base else { return None };
            Some(name.trim_start_matches('.').to_ascii_lowercase())
        });
        all.collect()
    };
    (names(&constraints.permitted_subtrees), names(&constraints.excluded_subtrees))
}

fn key_in_words(certificate: &X509Certificate<'_>) -> String {
    use x509_parser::public_key::PublicKey;
    match certificate.public_key().parsed() {
        Ok(PublicKey::RSA(key)) => format!("RSA {}", key.key_size()),
        Ok(PublicKey::EC(point)) => format!("ECDSA P-{}", point.key_size()),
        Ok(_) | Err(_) => "of another kind".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound(only: &[&str], never: &[&str]) -> Certificate {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let (only, never) = (names(only), names(never));
        Certificate {
            chain: Vec::new(),
            public: Vec::new(),
            only,
            never,
            name: String::new(),
            under: None,
            not_before: 0,
            not_after: 0,
            key: String::new(),
        }
    }

    #[test]
    fn names_inside_and_outside_the_constraints() {
        let one = bound(&["school.test"], &["staff.school.test"]);
        for (name, may) in [
            ("school.test", true),
            ("www.school.test", true),
            ("WWW.School.test.", true),
            ("*.school.test", true),
            ("otherschool.test", false),
            ("school.test.evil.test", false),
            ("staff.school.test", false),
            ("a.staff.school.test", false),
            ("test", false),
            ("*.test", false),
        ] {
            assert_eq!(one.may_vouch_for(name), may, "{name}");
        }
        assert!(bound(&[], &[]).may_vouch_for("any.test") && !bound(&[], &["any.test"]).may_vouch_for("www.any.test"));
    }
}
