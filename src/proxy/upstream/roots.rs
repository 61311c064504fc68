//! Whom origins must be vouched for by: the system's roots, those that came with the program where the system has none,
//! and the operator's extra ones (rule T1: nothing switches validation off).

use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;

/// TLS settings for connections to origins: TLS 1.2 and 1.3, full validation, HTTP/1.1.
///
/// # Errors
/// An extra root that is no usable certificate.
pub fn client_config(extra: &[CertificateDer<'static>]) -> Result<ClientConfig, rustls::Error> {
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
    let mut config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}
