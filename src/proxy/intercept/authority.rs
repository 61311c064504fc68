//! The authority: a key and a certificate of path length 0, made on this machine for this installation (rule T4).

use super::certificate::Certificate;
use super::folder::AuthorityFault;
use super::key_file;
use super::signer::{KeyKind, Signer};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, NameConstraints, SanType, SerialNumber,
};
use rustls_pki_types::CertificateDer;
use std::path::Path;
use time::OffsetDateTime;
use zeroize::Zeroizing;

/// Clocks of devices differ: a certificate is good from this long before it was made, in seconds.
pub(super) const EARLIER: i64 = 86_400;
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
    /// Its key.
    pub key: KeyKind,
}

/// The authority, ready to make certificates.
pub struct Authority {
    issuer: Issuer<'static, Signer>,
    certificate: Certificate,
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Authority").field("certificate", &self.certificate).finish_non_exhaustive()
    }
}

impl Authority {
    /// Makes a new one; `now` in seconds since 1970. Gives its certificate and its key, both as PEM; the key is encrypted if there is
    /// a passphrase.
    ///
    /// # Errors
    /// When the system gives no randomness, or a wished name cannot stand in a certificate.
    pub fn make(wishes: &Wishes, passphrase: Option<&[u8]>, now: i64) -> Result<(String, Zeroizing<String>), rcgen::Error> {
        let (signer, secret) = Signer::make(wishes.key).ok_or(rcgen::Error::RingUnspecified)?;
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
        let certificate = params.self_signed(&signer)?;
        let key = key_file::write(&secret, passphrase).ok_or(rcgen::Error::RingUnspecified)?;
        Ok((certificate.pem(), key))
    }

    /// Puts one together; `now` in seconds since 1970. The paths are for the words of a fault.
    ///
    /// # Errors
    /// [`AuthorityFault`] with the file that is wrong.
    pub fn read(
        (pem, at): (&[u8], &Path),
        (key, key_at): (&str, &Path),
        passphrase: Option<&[u8]>,
        now: i64,
    ) -> Result<Self, AuthorityFault> {
        let certificate = Certificate::read(pem, at)?;
        certificate.check_time(now, at)?;
        let problem = |problem| AuthorityFault::Key { path: key_at.to_owned(), problem };
        let der = key_file::read(key, passphrase).map_err(problem)?;
        let signer = Signer::read(&der).ok_or_else(|| AuthorityFault::KeyKind { path: key_at.to_owned() })?;
        if rcgen::PublicKeyData::der_bytes(&signer) != certificate.public {
            return Err(AuthorityFault::Pair { certificate: at.to_owned(), key: key_at.to_owned() });
        }
        let bad = |error: rcgen::Error| AuthorityFault::Certificate { path: at.to_owned(), problem: error.to_string() };
        let issuer = Issuer::from_ca_cert_der(certificate.der(), signer).map_err(bad)?;
        Ok(Self { issuer, certificate })
    }

    /// Its certificate.
    #[must_use]
    pub const fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// A certificate for the holder of a key, with those that stand above it up to a root that devices have: for these names, from now for
    /// so many seconds, and never beyond our own end. And that end, in seconds since 1970.
    ///
    /// # Errors
    /// When a name cannot stand in a certificate.
    pub(in crate::proxy) fn vouch(
        &self,
        names: Vec<SanType>,
        key: &KeyPair,
        (now, life): (i64, i64),
    ) -> Result<(Vec<CertificateDer<'static>>, i64), rcgen::Error> {
        let end = (now + life).min(self.certificate.not_after);
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        if let Some(SanType::DnsName(name)) =
            names.first().filter(|name| matches!(name, SanType::DnsName(n) if n.as_str().len() <= COMMON_NAME))
        {
            params.distinguished_name = named(name.as_str());
        }
        params.subject_alt_names = names;
        params.not_before = moment(now - EARLIER);
        params.not_after = moment(end);
        params.serial_number = Some(serial()?);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let mut chain = vec![params.signed_by(key, &self.issuer)?.into()];
        if self.certificate.under.is_some() {
            chain.extend(self.certificate.chain.iter().cloned());
        }
        Ok((chain, end))
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
