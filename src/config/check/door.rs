//! The certificate of a listener that clients reach over TLS: its chain and its key, or the names that our own authority
//! is to vouch for. Rules A7 (secrets), B2.
//!
//! Must never: repeat a byte of a key in a fault.

use super::bench::Bench;
use crate::config::fault::FaultKind;
use crate::config::raw::RawListener;
use crate::config::shells::Door;
use crate::config::source::{At, Place};
use crate::model::Timestamp;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::sign::CertifiedKey;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use std::path::Path;
use std::sync::Arc;
use zeroize::Zeroizing;

/// Checks what a listener says about TLS. `None`: it speaks none, or there is a fault.
pub(super) fn check(raw: &RawListener, place: &Place, bench: &mut Bench<'_>) -> Option<Door> {
    match (&raw.certificate, &raw.key, raw.certificate_names.first()) {
        (None, None, None) => None,
        (Some(_), _, Some(names)) => {
            bench.reader.fault(&names.place, FaultKind::Both("certificate", "certificate_names"));
            None
        }
        (None, Some(key), Some(_)) => {
            bench.reader.fault(&key.place, FaultKind::Both("key", "certificate_names"));
            None
        }
        (None, None, Some(_)) => names(&raw.certificate_names, bench),
        (Some(_), None, None) => {
            bench.reader.fault(place, FaultKind::Missing("key"));
            None
        }
        (None, Some(_), None) => {
            bench.reader.fault(place, FaultKind::Missing("certificate"));
            None
        }
        (Some(certificate), Some(key), None) => files(certificate, key, bench),
    }
}

/// A chain and its key, of which neither stands alone.
pub(super) fn pair(both: (&Option<At<String>>, &Option<At<String>>), bench: &mut Bench<'_>) -> Option<Door> {
    match both {
        (None, None) => None,
        (Some(certificate), Some(key)) => files(certificate, key, bench),
        (Some(only), None) => {
            bench.reader.fault(&only.place, FaultKind::Missing("key"));
            None
        }
        (None, Some(only)) => {
            bench.reader.fault(&only.place, FaultKind::Missing("certificate"));
            None
        }
    }
}

fn names(names: &[At<String>], bench: &mut Bench<'_>) -> Option<Door> {
    for name in names {
        if ServerName::try_from(name.value.as_str()).is_err() {
            bench.reader.fault(&name.place, FaultKind::Malformed { expected: "a host name or an address".into() });
        }
    }
    Some(Door::Ours(names.iter().map(|name| name.value.clone()).collect()))
}

/// A chain and its key.
pub(super) fn files(certificate: &At<String>, key: &At<String>, bench: &mut Bench<'_>) -> Option<Door> {
    let chain = chain(certificate, bench);
    let secret = secret(key, bench);
    let (chain, secret) = (chain?, secret?);
    match CertifiedKey::from_der(chain, secret, &default_provider()) {
        Ok(certified) => Some(Door::Files(Arc::new(certified))),
        Err(rustls::Error::InconsistentKeys(_)) => wrong(key, &format!("it is not the key of {}", certificate.value), bench),
        Err(error) => wrong(key, &error.to_string(), bench),
    }
}

fn chain(at: &At<String>, bench: &mut Bench<'_>) -> Option<Vec<CertificateDer<'static>>> {
    let bytes = read(at, bench)?;
    let chain = match CertificateDer::pem_slice_iter(&bytes).collect::<Result<Vec<_>, _>>() {
        Ok(chain) if !chain.is_empty() => chain,
        Ok(_) | Err(_) => return wrong(at, "there is no PEM certificate in it", bench),
    };
    let now = bench.files.now();
    for (index, certificate) in chain.iter().enumerate() {
        let Ok((_, read)) = x509_parser::parse_x509_certificate(certificate) else {
            return wrong(at, &format!("certificate {} in it is no X.509 certificate", index + 1), bench);
        };
        let validity = read.validity();
        if now > validity.not_after.timestamp() {
            let when = Timestamp::from_seconds(validity.not_after.timestamp());
            return wrong(at, &format!("certificate {} in it was good until {when}", index + 1), bench);
        }
        if now < validity.not_before.timestamp() {
            let when = Timestamp::from_seconds(validity.not_before.timestamp());
            return wrong(at, &format!("certificate {} in it is not good before {when}", index + 1), bench);
        }
    }
    Some(chain)
}

fn secret(at: &At<String>, bench: &mut Bench<'_>) -> Option<PrivateKeyDer<'static>> {
    let bytes = Zeroizing::new(read(at, bench)?);
    if bench.files.is_open_to_all(Path::new(&at.value)) {
        return wrong(at, "everybody on this machine may read it; a key must not be (chmod o-r)", bench);
    }
    match PrivateKeyDer::from_pem_slice(&bytes) {
        Ok(key) => Some(key),
        Err(_) => wrong(at, "there is no PEM private key in it", bench),
    }
}

fn read(at: &At<String>, bench: &mut Bench<'_>) -> Option<Vec<u8>> {
    let error = match bench.files.read(Path::new(&at.value)) {
        Ok(bytes) => return Some(bytes),
        Err(error) => error,
    };
    bench.reader.fault(&at.place, FaultKind::File { path: at.value.as_str().into(), problem: error.to_string().into() });
    None
}

fn wrong<T>(at: &At<String>, problem: &str, bench: &mut Bench<'_>) -> Option<T> {
    bench.reader.fault(&at.place, FaultKind::ListenerCertificate { path: at.value.as_str().into(), problem: problem.into() });
    None
}
