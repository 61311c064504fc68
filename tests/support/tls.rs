//! An authority made for one test, and the certificates it gives to origins.

use super::World;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose};
use rustls::ServerConfig;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

/// The name of the proxy in its own certificate.
pub const DOOR: &str = "proxy.test";

/// A certificate authority.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    pub fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign, KeyUsagePurpose::DigitalSignature];
        params.distinguished_name.push(DnType::CommonName, "Test authority");
        Self { issuer: CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap() }
    }

    /// The authority's own certificate, for clients to trust.
    pub fn pem(&self) -> String {
        self.issuer.pem()
    }

    /// What an origin with these names needs.
    pub fn server(&self, names: &[&str]) -> Arc<ServerConfig> {
        let (certificate, key) = self.identity(names);
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key));
        let mut config = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![certificate], key).unwrap();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Arc::new(config)
    }

    /// A fresh certificate for the proxy's own door, and the table that names it.
    pub fn door(&self, world: &World) -> &'static str {
        let (certificate, key) = self.identity_pem(&[DOOR]);
        world.write("door.pem", &certificate);
        std::fs::set_permissions(world.write("door.key", &key), std::fs::Permissions::from_mode(0o600)).unwrap();
        "[[proxy.listener]]\naddress = \"127.0.0.1:0\"\ncertificate = \"door.pem\"\nkey = \"door.key\"\n"
    }

    /// The same as two PEM files.
    pub fn identity_pem(&self, names: &[&str]) -> (String, String) {
        let (certificate, key) = self.identity(names);
        (pem("CERTIFICATE", &certificate), pem("PRIVATE KEY", &key))
    }

    /// A certificate for these names, and its key in PKCS #8.
    pub fn identity(&self, names: &[&str]) -> (CertificateDer<'static>, Vec<u8>) {
        let mut params = CertificateParams::new(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).unwrap();
        params.distinguished_name.push(DnType::CommonName, "Test origin");
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        (certificate.der().clone(), key.serialize_der())
    }
}

fn pem(what: &str, bytes: &[u8]) -> String {
    let text = super::websocket::base64(bytes);
    let lines: Vec<_> = text.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
    format!("-----BEGIN {what}-----\n{}\n-----END {what}-----\n", lines.join("\n"))
}
