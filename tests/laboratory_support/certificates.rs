//! Authorities and certificates, good and bad.

use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyIdMethod, KeyPair, KeyUsagePurpose, RevokedCertParams, SanType, SerialNumber,
};
use rustls_pki_types::CertificateDer;
use time::{Duration, OffsetDateTime};

pub type Issuer = CertifiedIssuer<'static, KeyPair>;

/// A chain, leaf first, and the leaf's key in PKCS #8.
pub type Identity = (Vec<CertificateDer<'static>>, Vec<u8>);

fn authority(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

/// A root.
pub fn root(name: &str) -> Issuer {
    CertifiedIssuer::self_signed(authority(name), KeyPair::generate().unwrap()).unwrap()
}

/// An intermediate authority.
pub fn below(issuer: &Issuer, name: &str, change: impl FnOnce(&mut CertificateParams)) -> Issuer {
    let mut params = authority(name);
    change(&mut params);
    CertifiedIssuer::signed_by(params, KeyPair::generate().unwrap(), issuer).unwrap()
}

/// What a certificate of an ordinary origin says.
pub fn plain(names: &[&str]) -> CertificateParams {
    let now = OffsetDateTime::now_utc();
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "Lab origin");
    params.subject_alt_names = names.iter().map(|name| san(name)).collect();
    params.not_before = now - Duration::days(10);
    params.not_after = now + Duration::days(80);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params
}

fn san(name: &str) -> SanType {
    name.parse().map_or_else(|_| SanType::DnsName(name.try_into().unwrap()), SanType::IpAddress)
}

/// A certificate with a key of its own; the authority's certificate is not in the chain.
pub fn leaf(issuer: &Issuer, names: &[&str], change: impl FnOnce(&mut CertificateParams)) -> Identity {
    with_key(issuer, names, KeyPair::generate().unwrap(), change)
}

/// The same for a given key.
pub fn with_key(issuer: &Issuer, names: &[&str], key: KeyPair, change: impl FnOnce(&mut CertificateParams)) -> Identity {
    let mut params = plain(names);
    change(&mut params);
    (vec![params.signed_by(&key, issuer).unwrap().der().clone()], key.serialize_der())
}

/// With these authorities after the leaf.
pub fn through((mut chain, key): Identity, authorities: &[&Issuer]) -> Identity {
    chain.extend(authorities.iter().map(|issuer| issuer.der().clone()));
    (chain, key)
}

/// Nobody else vouches for it.
pub fn self_signed(names: &[&str]) -> Identity {
    let key = KeyPair::generate().unwrap();
    (vec![plain(names).self_signed(&key).unwrap().der().clone()], key.serialize_der())
}

/// A revocation list, fresh until so many days from now (or days ago), in PEM.
pub fn revoking(issuer: &Issuer, serials: &[u8], days: i64) -> String {
    let now = OffsetDateTime::now_utc();
    let revoked = serials.iter().map(|serial| RevokedCertParams {
        serial_number: SerialNumber::from_slice(&[*serial]),
        revocation_time: now - Duration::days(100),
        reason_code: None,
        invalidity_date: None,
    });
    let params = CertificateRevocationListParams {
        this_update: now - Duration::days(100),
        next_update: now + Duration::days(days),
        crl_number: SerialNumber::from_slice(&[1]),
        issuing_distribution_point: None,
        revoked_certs: revoked.collect(),
        key_identifier_method: KeyIdMethod::Sha256,
    };
    params.signed_by(issuer).unwrap().pem().unwrap()
}

/// With this serial number.
pub fn numbered(serial: u8) -> impl FnOnce(&mut CertificateParams) {
    move |params| params.serial_number = Some(SerialNumber::from_slice(&[serial]))
}
