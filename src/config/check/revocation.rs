//! Revocation lists (rule T5): files that can be read and used, hosts that are hosts.

use super::bench::Bench;
use crate::config::fault::FaultKind;
use crate::config::source::At;
use crate::policy::read_address;
use rustls::client::{VerifierBuilderError, WebPkiServerVerifier};
use rustls_pki_types::CertificateRevocationListDer;
use rustls_pki_types::pem::PemObject;
use std::path::Path;
use std::sync::Arc;

/// The lists in a file; those that cannot be used are faults.
pub(super) fn lists(at: &At<String>, bench: &mut Bench<'_>) -> Vec<CertificateRevocationListDer<'static>> {
    let bytes = match bench.files.read(Path::new(&at.value)) {
        Ok(bytes) => bytes,
        Err(error) => {
            bench.reader.fault(&at.place, FaultKind::File { path: at.value.as_str().into(), problem: error.to_string().into() });
            return Vec::new();
        }
    };
    read(&bytes).unwrap_or_else(|problem| {
        bench.reader.fault(&at.place, FaultKind::RevocationList { path: at.value.as_str().into(), problem: problem.into() });
        Vec::new()
    })
}

/// PEM, one list or several, or a single list in DER, which is how most authorities publish theirs.
fn read(bytes: &[u8]) -> Result<Vec<CertificateRevocationListDer<'static>>, String> {
    const SEQUENCE: u8 = 0x30;
    let found = if bytes.first() == Some(&SEQUENCE) {
        vec![CertificateRevocationListDer::from(bytes.to_vec())]
    } else {
        CertificateRevocationListDer::pem_slice_iter(bytes).collect::<Result<Vec<_>, _>>().map_err(|error| error.to_string())?
    };
    if found.is_empty() {
        return Err("there is no revocation list in it, neither PEM nor DER".to_owned());
    }
    for (index, list) in found.iter().enumerate() {
        usable(list)
            .map_err(|_| format!("list {} in it is no whole list of RFC 5280 (delta and indirect lists cannot be used)", index + 1))?;
    }
    Ok(found)
}

/// Would the check of certificates take it?
fn usable(list: &CertificateRevocationListDer<'static>) -> Result<(), VerifierBuilderError> {
    // The check is never made without a root; which one does not matter here.
    let roots = Arc::new(webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect());
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    WebPkiServerVerifier::builder_with_provider(roots, provider).with_crls([list.clone()]).build().map(drop)
}

/// The canonical name of a host.
pub(super) fn host(at: &At<String>, bench: &mut Bench<'_>) -> Option<Box<str>> {
    match read_address(&at.value) {
        Ok(entry) if entry.path.is_none() => Some(entry.host.into()),
        Ok(_) => {
            bench.reader.fault(&at.place, FaultKind::Malformed { expected: "a host without a path".into() });
            None
        }
        Err(unreadable) => {
            bench.reader.fault(&at.place, FaultKind::Address(unreadable));
            None
        }
    }
}
