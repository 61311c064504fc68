//! Why an origin could not prove who it is, in plain words for the log (rule T3).
//!
//! Names in a certificate are a stranger's words: they are shortened, and nothing but printable characters is kept.

use rustls::{AlertDescription, CertRevocationListError, CertificateError, Error, PeerIncompatible, PeerMisbehaved};
use rustls_pki_types::{CertificateDer, UnixTime};
use std::fmt::{self, Write};
use std::io;
use x509_parser::prelude::X509Certificate;
use x509_parser::public_key::PublicKey;

/// A stranger's text is cut after so many characters.
const LONGEST: usize = 120;
/// The shortest RSA key that is taken, in bits (CA/Browser Forum BR 6.1.5).
const SHORTEST_RSA: usize = 2048;

/// What is wrong with a certificate.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Unproved {
    /// Out of date; when.
    #[error("the certificate expired on {0}")]
    Expired(Box<str>),
    /// Not good yet; when.
    #[error("the certificate is not good before {0}; is the clock right?")]
    NotYet(Box<str>),
    /// For other names.
    #[error("the certificate is for another name: {0}")]
    WrongName(Box<str>),
    /// For no name, but for an old common name.
    #[error("the certificate names no host (a common name alone does not count)")]
    NoName,
    /// Nobody else vouches for it.
    #[error("the certificate is self-signed")]
    SelfSigned,
    /// Whoever vouches for it is not known.
    #[error("unknown issuer: {0}")]
    UnknownIssuer(Box<str>),
    /// Whoever vouches for it is not known, and the origin sent nothing else.
    #[error("unknown issuer: {0}; the origin sent no intermediate certificate")]
    NoIntermediate(Box<str>),
    /// Taken back.
    #[error("the certificate was revoked by its issuer")]
    Revoked,
    /// No list knows it, for a host where one must.
    #[error("no revocation list covers the certificate, and this host needs one")]
    RevocationUnknown,
    /// The list that knows it is old, for a host where it must not be.
    #[error("the revocation list is out of date since {0}, and this host needs a fresh one")]
    RevocationStale(Box<str>),
    /// A list that should know it cannot be used.
    #[error("the revocation list of the issuer cannot be used: {0:?}")]
    RevocationList(CertRevocationListError),
    /// Signed by a method that is no longer safe, or that nobody knows.
    #[error("a certificate is signed by a method that is not accepted: {0}")]
    WeakSignature(&'static str),
    /// The signature is wrong.
    #[error("a signature is wrong: the certificate or the handshake was altered")]
    BadSignature,
    /// The key is too short; bits.
    #[error("the key of the certificate is too short: RSA {0} bits")]
    ShortKey(usize),
    /// An authority vouched for a name that it may not vouch for.
    #[error("an authority may not vouch for this name (name constraints)")]
    NameConstraints,
    /// The certificate is for something else.
    #[error("the certificate is not for web servers (extended key usage)")]
    WrongPurpose,
    /// An authority's certificate in the place of an origin's.
    #[error("the certificate is an authority's own, not an origin's")]
    AuthorityAsLeaf,
    /// A certificate that is no authority's vouches for another.
    #[error("a certificate that is no authority's vouches for another")]
    LeafAsAuthority,
    /// More authorities in a row than one of them allows.
    #[error("the chain of authorities is longer than one of them allows (path length)")]
    PathTooLong,
    /// A name that cannot be one, such as a wildcard in a place where none may be.
    #[error("the certificate holds a name that cannot be one")]
    OddName,
    /// It wants proof stapled that it was not revoked, and there is none.
    #[error("the certificate is good only with a stapled word on its revocation, and the origin sends none (must staple)")]
    NotStapled,
    /// Not a certificate.
    #[error("the certificate cannot be read")]
    Unreadable,
    /// Whatever else the library finds.
    #[error("the certificate is not accepted: {0}")]
    Other(Box<str>),
}

/// A certificate that was refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{why} (SHA-256 of the certificate: {})", Digits(leaf))]
pub struct Refused {
    /// Why.
    pub why: Unproved,
    /// SHA-256 of the origin's certificate.
    pub leaf: [u8; 32],
}

/// Why a handshake with an origin failed.
#[derive(Debug, thiserror::Error)]
pub enum HandshakeFault {
    /// The certificate.
    #[error(transparent)]
    Refused(Refused),
    /// TLS 1.1 or older.
    #[error("the origin has no version of TLS that is safe (1.2 or newer)")]
    OldVersion,
    /// NULL, RC4, 3DES, static RSA and the like.
    #[error("the origin has no cipher suite that is safe")]
    WeakSuites,
    /// It answers with something that is not TLS, or breaks its rules.
    #[error("the origin does not keep to the rules of TLS: {0}")]
    NotTls(Error),
    /// An alert.
    #[error("the origin ended the handshake: {0:?}")]
    Alert(AlertDescription),
    /// The name cannot stand in a handshake.
    #[error("the name cannot be asked for: {0}")]
    Name(rustls_pki_types::InvalidDnsNameError),
    /// The connection.
    #[error("{0}")]
    Broken(io::Error),
}

impl From<io::Error> for HandshakeFault {
    fn from(error: io::Error) -> Self {
        match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
            Some(inner) => Self::of(inner.clone()),
            None => Self::Broken(error),
        }
    }
}

impl HandshakeFault {
    #[allow(clippy::wildcard_enum_match_arm, reason = "the library's enum, which grows: what is not named here is told in its own words")]
    fn of(error: Error) -> Self {
        match error {
            Error::InvalidCertificate(CertificateError::Other(ref other)) => match other.0.downcast_ref::<Refused>() {
                Some(refused) => Self::Refused(refused.clone()),
                None => Self::NotTls(error),
            },
            Error::PeerIncompatible(
                PeerIncompatible::ServerDoesNotSupportTls12Or13
                | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig
                | PeerIncompatible::Tls12NotOffered
                | PeerIncompatible::Tls12NotOfferedOrEnabled,
            )
            | Error::AlertReceived(AlertDescription::ProtocolVersion)
            | Error::InvalidMessage(rustls::InvalidMessage::UnknownProtocolVersion) => Self::OldVersion,
            Error::PeerMisbehaved(PeerMisbehaved::SelectedUnofferedCipherSuite)
            | Error::AlertReceived(AlertDescription::HandshakeFailure | AlertDescription::InsufficientSecurity) => Self::WeakSuites,
            Error::AlertReceived(alert) => Self::Alert(alert),
            other => Self::NotTls(other),
        }
    }
}

impl Refused {
    /// SHA-256 of a certificate.
    pub(super) fn fingerprint(certificate: &CertificateDer<'_>) -> [u8; 32] {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, certificate);
        digest.as_ref().try_into().expect("SHA-256 has 32 bytes")
    }
}

/// Bytes in hexadecimal digits.
struct Digits<'a>(&'a [u8]);

impl fmt::Display for Digits<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The library's fault in plain words; the certificates say more where the library does not.
#[allow(clippy::wildcard_enum_match_arm, reason = "the library's enum, which grows: what is not named here is told in its own words")]
pub(super) fn why(error: &Error, leaf: &CertificateDer<'_>, others: &[CertificateDer<'_>]) -> Unproved {
    let read = x509_parser::parse_x509_certificate(leaf).ok().map(|(_, read)| read);
    if let Some(bits) = read.as_ref().and_then(short_key) {
        return Unproved::ShortKey(bits);
    }
    match error {
        Error::InvalidCertificate(error) => certificate_fault(error, read.as_ref(), others),
        Error::InvalidCertRevocationList(error) => Unproved::RevocationList(error.clone()),
        Error::PeerMisbehaved(PeerMisbehaved::SignedHandshakeWithUnadvertisedSigScheme) => Unproved::WeakSignature("of the handshake"),
        other => Unproved::Other(shortened(&other.to_string())),
    }
}

#[allow(clippy::wildcard_enum_match_arm, reason = "the library's enum, which grows: what is not named here is told in its own words")]
fn certificate_fault(error: &CertificateError, leaf: Option<&X509Certificate<'_>>, others: &[CertificateDer<'_>]) -> Unproved {
    match error {
        CertificateError::ExpiredContext { not_after, .. } => Unproved::Expired(moment(*not_after)),
        CertificateError::NotValidYetContext { not_before, .. } => Unproved::NotYet(moment(*not_before)),
        CertificateError::NotValidForNameContext { presented, .. } if presented.is_empty() => Unproved::NoName,
        CertificateError::NotValidForNameContext { presented, .. } => Unproved::WrongName(names(presented)),
        CertificateError::UnknownIssuer => unknown_issuer(leaf, others),
        CertificateError::Revoked => Unproved::Revoked,
        CertificateError::UnknownRevocationStatus => Unproved::RevocationUnknown,
        CertificateError::ExpiredRevocationListContext { next_update, .. } => Unproved::RevocationStale(moment(*next_update)),
        CertificateError::BadSignature => Unproved::BadSignature,
        CertificateError::UnsupportedSignatureAlgorithmContext { signature_algorithm_id, .. }
        | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { signature_algorithm_id, .. } => {
            Unproved::WeakSignature(method(signature_algorithm_id))
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => Unproved::WrongPurpose,
        CertificateError::BadEncoding => Unproved::Unreadable,
        // The library keeps these apart from its own; their names are all that comes through.
        CertificateError::Other(other) => match other.0.to_string().as_str() {
            "NameConstraintViolation" => Unproved::NameConstraints,
            "CaUsedAsEndEntity" => Unproved::AuthorityAsLeaf,
            "EndEntityUsedAsCa" => Unproved::LeafAsAuthority,
            "PathLenConstraintViolated" => Unproved::PathTooLong,
            "MalformedDnsIdentifier" => Unproved::OddName,
            "EmptyEkuExtension" => Unproved::WrongPurpose,
            name => Unproved::Other(shortened(name)),
        },
        other => Unproved::Other(shortened(&other.to_string())),
    }
}

/// The names in the library's own writing are `DnsName("a.test")` and the like.
fn names(presented: &[String]) -> Box<str> {
    let plain = |name: &String| name.trim_start_matches("DnsName(\"").trim_end_matches("\")").to_owned();
    shortened(&presented.iter().map(plain).collect::<Vec<_>>().join(", "))
}

fn unknown_issuer(leaf: Option<&X509Certificate<'_>>, others: &[CertificateDer<'_>]) -> Unproved {
    let Some(leaf) = leaf else { return Unproved::Unreadable };
    if leaf.issuer() == leaf.subject() {
        return Unproved::SelfSigned;
    }
    let issuer = shortened(&leaf.issuer().to_string());
    if others.is_empty() { Unproved::NoIntermediate(issuer) } else { Unproved::UnknownIssuer(issuer) }
}

fn short_key(leaf: &X509Certificate<'_>) -> Option<usize> {
    match leaf.public_key().parsed() {
        Ok(PublicKey::RSA(key)) => Some(key.key_size()).filter(|bits| *bits < SHORTEST_RSA),
        Ok(_) | Err(_) => None,
    }
}

/// The name of a signature method, by its identifier in DER (RFC 8017 appendix C, RFC 5758 section 3.2).
fn method(identifier: &[u8]) -> &'static str {
    const NAMES: [(&[u8], &str); 3] = [
        (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 5], "SHA-1"),
        (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 1], "SHA-1"),
        (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 4], "MD5"),
    ];
    let holds = |part: &[u8]| identifier.windows(part.len()).any(|window| window == part);
    NAMES.iter().find(|(part, _)| holds(part)).map_or("unknown", |(_, name)| name)
}

fn moment(time: UnixTime) -> Box<str> {
    let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    jiff::Timestamp::from_second(seconds).map_or_else(|_| "a time beyond all calendars".into(), |time| time.to_string().into())
}

fn shortened(text: &str) -> Box<str> {
    let mut out = String::new();
    for character in text.chars().take(LONGEST) {
        let _written = match character {
            ' '..='~' => out.write_char(character),
            other => write!(out, "{}", other.escape_unicode()),
        };
    }
    if text.chars().nth(LONGEST).is_some() {
        out.push_str("...");
    }
    out.into()
}
