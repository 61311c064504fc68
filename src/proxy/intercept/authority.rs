//! The authority: a P-256 key and a certificate of path length 0, made on this machine for this installation (rule T4).

use super::folder::AuthorityFault;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, NameConstraints, PKCS_ECDSA_P256_SHA256, PublicKeyData, SanType, SerialNumber,
};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use std::path::Path;
use time::OffsetDateTime;
use x509_parser::prelude::X509Certificate;

/// Clocks of devices differ: a certificate is good from this long before it was made, in seconds.
const EARLIER: i64 = 86_400;
/// A common name holds at most this many characters (RFC 5280 appendix A.1, ub-common-name).
const COMMON_NAME: usize = 64;

/// What a new authority is to be.
#[derive(Clone, Debug)]
pub struct Wishes {
    /// Its name, as devices show it.
    pub name: String,
    /// Days that it is good for.
    pub days: u32,
    /// Host names it may vouch for, each with everything below it; empty: any (RFC 5280 section 4.2.1.10).
    pub only: Vec<String>,
}

/// The authority, ready to make certificates.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
    not_after: i64,
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Authority").field("not_after", &self.not_after).finish_non_exhaustive()
    }
}

impl Authority {
    /// Makes a new one; `now` in seconds since 1970. Gives its certificate and its key, both as PEM.
    ///
    /// # Errors
    /// When the system gives no randomness, or a wished name cannot stand in a certificate.
    pub fn make(wishes: &Wishes, now: i64) -> Result<(String, zeroize::Zeroizing<String>), rcgen::Error> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        let mut params = CertificateParams::default();
        params.distinguished_name = named(&wishes.name);
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.not_before = moment(now - EARLIER);
        params.not_after = moment(now + i64::from(wishes.days) * 86_400);
        params.serial_number = Some(serial()?);
        if !wishes.only.is_empty() {
            let permitted_subtrees = wishes.only.iter().map(|name| GeneralSubtree::DnsName(name.clone())).collect();
            params.name_constraints = Some(NameConstraints { permitted_subtrees, excluded_subtrees: Vec::new() });
        }
        let certificate = params.self_signed(&key)?;
        Ok((certificate.pem(), zeroize::Zeroizing::new(key.serialize_pem())))
    }

    /// Reads one; `now` in seconds since 1970. The paths are for the words of a fault.
    ///
    /// # Errors
    /// [`AuthorityFault`] with the file that is wrong.
    pub fn read((pem, at): (&[u8], &Path), (key, key_at): (&str, &Path), now: i64) -> Result<Self, AuthorityFault> {
        let bad = |problem: &str| AuthorityFault::Certificate { path: at.to_owned(), problem: problem.to_owned() };
        let certificate = CertificateDer::from_pem_slice(pem).map_err(|_| bad("there is no PEM certificate in it"))?;
        let (_, read) = x509_parser::parse_x509_certificate(&certificate).map_err(|_| bad("it is no X.509 certificate"))?;
        check_authority(&read).map_err(&bad)?;
        let not_after = read.validity().not_after.timestamp();
        if now >= not_after {
            return Err(AuthorityFault::Lapsed { path: at.to_owned(), when: read.validity().not_after.to_string() });
        }
        if now < read.validity().not_before.timestamp() {
            return Err(bad(&format!("it is not good before {}: is the clock right?", read.validity().not_before)));
        }
        let key = KeyPair::from_pem(key).map_err(|_| AuthorityFault::Key { path: key_at.to_owned() })?;
        if key.der_bytes() != &*read.public_key().subject_public_key.data {
            return Err(AuthorityFault::Pair { certificate: at.to_owned(), key: key_at.to_owned() });
        }
        let issuer = Issuer::from_ca_cert_der(&certificate, key).map_err(|error| bad(&error.to_string()))?;
        Ok(Self { issuer, certificate, not_after })
    }

    /// Its certificate.
    #[must_use]
    pub const fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// When it lapses, in seconds since 1970.
    #[must_use]
    pub const fn not_after(&self) -> i64 {
        self.not_after
    }

    /// A certificate for the holder of a key: for these names, from now for so many seconds, and never beyond our own end.
    ///
    /// # Errors
    /// When a name cannot stand in a certificate.
    pub(in crate::proxy) fn vouch(
        &self,
        names: Vec<SanType>,
        key: &KeyPair,
        (now, life): (i64, i64),
    ) -> Result<CertificateDer<'static>, rcgen::Error> {
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        if let Some(SanType::DnsName(name)) =
            names.first().filter(|name| matches!(name, SanType::DnsName(n) if n.as_str().len() <= COMMON_NAME))
        {
            params.distinguished_name = named(name.as_str());
        }
        params.subject_alt_names = names;
        params.not_before = moment(now - EARLIER);
        params.not_after = moment((now + life).min(self.not_after));
        params.serial_number = Some(serial()?);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        Ok(params.signed_by(key, &self.issuer)?.into())
    }
}

/// It must be allowed to vouch, and be able to prove it.
fn check_authority(certificate: &X509Certificate<'_>) -> Result<(), &'static str> {
    let authority = certificate.basic_constraints().ok().flatten().is_some_and(|constraints| constraints.value.ca);
    if !authority {
        return Err("it is no authority's certificate (basic constraints say CA: false)");
    }
    match certificate.key_usage() {
        Ok(Some(usage)) if !usage.value.key_cert_sign() => Err("its key may not sign certificates"),
        Ok(_) => Ok(()),
        Err(_) => Err("its key usage cannot be read"),
    }
}

fn named(name: &str) -> DistinguishedName {
    let mut distinguished = DistinguishedName::new();
    distinguished.push(DnType::CommonName, name);
    distinguished
}

fn moment(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// 127 random bits: never twice the same for one issuer, or Firefox refuses (CA/Browser Forum BR 7.1 asks for 64).
fn serial() -> Result<SerialNumber, rcgen::Error> {
    let mut bytes = [0; 16];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| rcgen::Error::RingUnspecified)?;
    bytes[0] &= 0x7f;
    Ok(SerialNumber::from_slice(&bytes))
}
