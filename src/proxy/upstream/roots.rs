//! Whom origins must be vouched for by: the system's roots, those that came with the program where the system has none,
//! and the operator's extra ones (rule T1: nothing switches validation off).

use super::asked::NoCertificate;
use super::stream::{HTTP1, HTTP2};
use super::trust::{Revocation, Trust};
use rustls::client::{VerifierBuilderError, WebPkiServerVerifier};
use rustls::crypto::CryptoProvider;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;
use std::sync::Arc;

/// Why there are no TLS settings for origins.
#[derive(Debug, thiserror::Error)]
pub enum TrustFault {
    /// An extra root that is no usable certificate, or a library without its own parts.
    #[error("trust roots: {0}")]
    Roots(#[from] rustls::Error),
    /// A revocation list that cannot be used.
    #[error("revocation lists: {0}")]
    Lists(#[from] VerifierBuilderError),
}

/// TLS settings for connections to origins: TLS 1.2 and 1.3, full validation, HTTP/2 before HTTP/1.1.
///
/// # Errors
/// [`TrustFault`].
pub fn client_config(extra: &[CertificateDer<'static>], revocation: Revocation) -> Result<ClientConfig, TrustFault> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let trust = trust(Arc::new(roots(extra)?), &provider, revocation)?;
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(trust))
        .with_client_cert_resolver(Arc::new(NoCertificate));
    config.alpn_protocols = vec![HTTP2.to_vec(), HTTP1.to_vec()];
    Ok(config)
}

fn roots(extra: &[CertificateDer<'static>]) -> Result<RootCertStore, rustls::Error> {
    let mut roots = RootCertStore::empty();
    let system = rustls_native_certs::load_native_certs();
    for error in &system.errors {
        tracing::debug!(%error, "the system's trust roots");
    }
    // Old roots that no longer parse are passed over, as every client does.
    let (_added, _passed_over) = roots.add_parsable_certificates(system.certs);
    if roots.is_empty() {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    for certificate in extra {
        roots.add(certificate.clone())?;
    }
    Ok(roots)
}

/// Two checks that differ in one thing: what a certificate is worth that no list knows.
fn trust(roots: Arc<RootCertStore>, provider: &Arc<CryptoProvider>, revocation: Revocation) -> Result<Trust, VerifierBuilderError> {
    let builder = || {
        WebPkiServerVerifier::builder_with_provider(Arc::clone(&roots), Arc::clone(provider)).with_crls(revocation.lists.iter().cloned())
    };
    let usual = builder().allow_unknown_revocation_status().build()?;
    let strict = builder().enforce_revocation_expiration().build()?;
    Ok(Trust::new(usual, strict, revocation))
}
