//! The check of an origin's certificate: the library's own, with the operator's revocation lists (rules T1, T5), and a refusal
//! that says why in words and whose certificate it was (rule T3).
//!
//! Must never say yes where the library says no.

use super::unproved::{Refused, Unproved, why};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::{CertificateError, DigitallySignedStruct, Error, OtherError, SignatureScheme};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use std::sync::Arc;

/// `id-pe-tlsfeature` (RFC 7633).
const TLS_FEATURES: x509_parser::der_parser::Oid<'static> = x509_parser::der_parser::oid!(1.3.6.1.5.5.7.1.24);

/// What is asked of origins besides a good certificate.
#[derive(Clone, Debug, Default)]
pub struct Revocation {
    /// Lists of revoked certificates, in DER.
    pub lists: Vec<rustls_pki_types::CertificateRevocationListDer<'static>>,
    /// Hosts, each with everything below it, of which a fresh list must say that they are not revoked.
    pub required: Vec<Box<str>>,
}

impl Revocation {
    /// Tells the operator which lists are out of date; `now` in seconds since 1970. They still count against whom they name.
    pub fn warn_of_old_lists(&self, now: i64) {
        for list in &self.lists {
            let Ok((_, read)) = x509_parser::parse_x509_crl(list) else { continue };
            if let Some(until) = read.next_update().filter(|until| until.timestamp() < now) {
                tracing::warn!(issuer = %read.issuer(), %until, "a revocation list is out of date: fetch a new one and reload");
            }
        }
    }
}

/// Checks certificates of origins.
#[derive(Debug)]
pub(super) struct Trust {
    /// A certificate that no list knows is good.
    usual: Arc<WebPkiServerVerifier>,
    /// A certificate that no list knows, or only one that is out of date, is refused.
    strict: Arc<WebPkiServerVerifier>,
    /// There is no list at all: the strict check would not look for one.
    without_lists: bool,
    required: Vec<Box<str>>,
}

impl Trust {
    pub(super) fn new(usual: Arc<WebPkiServerVerifier>, strict: Arc<WebPkiServerVerifier>, revocation: Revocation) -> Self {
        Self { usual, strict, without_lists: revocation.lists.is_empty(), required: revocation.required }
    }

    fn requires_list(&self, name: &ServerName<'_>) -> bool {
        let name = name.to_str();
        self.required.iter().any(|host| {
            name.len().checked_sub(host.len()).is_some_and(|above| {
                name.is_char_boundary(above)
                    && name[above..].eq_ignore_ascii_case(host)
                    && (above == 0 || name.as_bytes()[above - 1] == b'.')
            })
        })
    }
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        stapled: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let required = self.requires_list(name);
        let verifier = if required { &self.strict } else { &self.usual };
        let checked = match verifier.verify_server_cert(leaf, others, name, stapled, now) {
            Ok(_) if required && self.without_lists => Err(CertificateError::UnknownRevocationStatus.into()),
            checked => checked,
        };
        let checked = checked.map_err(|error| refusal(&error, leaf, others))?;
        if stapled.is_empty() && must_staple(leaf) { Err(told(Unproved::NotStapled, leaf)) } else { Ok(checked) }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.usual.verify_tls12_signature(message, leaf, signed).map_err(|error| refusal(&error, leaf, &[]))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.usual.verify_tls13_signature(message, leaf, signed).map_err(|error| refusal(&error, leaf, &[]))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.usual.supported_verify_schemes()
    }
}

/// Does the certificate say that it is good only with a stapled word on its revocation (RFC 7633, feature 5)?
fn must_staple(leaf: &CertificateDer<'_>) -> bool {
    let Ok((_, read)) = x509_parser::parse_x509_certificate(leaf) else { return false };
    let features = read.extensions().iter().find(|extension| extension.oid == TLS_FEATURES);
    features.is_some_and(|features| features.value.windows(3).any(|feature| feature == [2, 1, 5]))
}

fn told(why: Unproved, leaf: &CertificateDer<'_>) -> Error {
    let refused = Refused { why, leaf: Refused::fingerprint(leaf) };
    Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(refused))))
}

fn refusal(error: &Error, leaf: &CertificateDer<'_>, others: &[CertificateDer<'_>]) -> Error {
    told(why(error, leaf, others), leaf)
}
