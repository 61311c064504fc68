//! Certificates for opened hosts: made on demand, one key for all of them that lives as long as the process, kept within a bound.

use super::authority::{Authority, EARLIER};
use super::vouched::names_vouched_for;
use crate::canon::{CanonicalUrl, HostKind};
use moka::sync::Cache;
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, SanType};
use rustls::ServerConfig;
use rustls::server::danger::ClientCertVerifier;
use rustls::server::{ProducesTickets, ResolvesServerCert, WebPkiClientVerifier};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

/// Makes and keeps certificates.
pub struct Leaves {
    authority: Authority,
    key: KeyPair,
    signer: Arc<dyn rustls::sign::SigningKey>,
    /// TLS 1.2 and 1.3 with the library's own suites (rule T2): what every host's settings start from.
    base: ServerConfig,
    kept: Cache<Box<str>, Kept>,
    life: Duration,
}

/// One that is kept.
#[derive(Clone)]
struct Kept {
    config: Arc<ServerConfig>,
    made: i64,
    renew: i64,
}

impl Leaves {
    /// Ready to make certificates of this life, keeping so many. One that is kept is renewed at half its life.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn new(authority: Authority, life: Duration, most: usize) -> Result<Self, LeafFault> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        let secret = PrivateKeyDer::try_from(key.serialize_der()).map_err(|_| LeafFault::Key)?;
        let signer = rustls::crypto::aws_lc_rs::sign::any_supported_type(&secret)?;
        let base = base(&signer)?;
        let kept = Cache::builder().max_capacity(most as u64).time_to_live(life / 2).build();
        Ok(Self { authority, key, signer, base, kept, life })
    }

    /// The authority's certificate.
    #[must_use]
    pub const fn authority(&self) -> &Authority {
        &self.authority
    }

    /// The settings for a host that were made before. `now` in seconds since 1970: the clock may have been set since.
    #[must_use]
    pub fn kept(&self, host: &str, now: i64) -> Option<Arc<ServerConfig>> {
        self.kept.get(host).filter(|kept| (kept.made - EARLIER..kept.renew).contains(&now)).map(|kept| kept.config)
    }

    /// May the authority vouch for this host at all?
    #[must_use]
    pub fn may_open(&self, url: &CanonicalUrl) -> bool {
        url.host_kind() != HostKind::Name || self.authority.certificate().may_vouch_for(url.host())
    }

    /// How many are kept now.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.kept.run_pending_tasks();
        self.kept.entry_count()
    }

    /// Makes a certificate for a host that says what the origin's own says; without one it says the host alone, and is not kept.
    /// `now` in seconds since 1970.
    ///
    /// # Errors
    /// When the name cannot stand in a certificate.
    pub fn make(&self, host: &str, kind: HostKind, proved: Option<&CertificateDer<'_>>, now: i64) -> Result<Arc<ServerConfig>, LeafFault> {
        let certificate = self.authority.certificate();
        if !(certificate.not_before..certificate.not_after).contains(&now) {
            return Err(LeafFault::NotNow);
        }
        if kind == HostKind::Name && !certificate.may_vouch_for(host) {
            return Err(LeafFault::Outside);
        }
        let own = match kind {
            HostKind::Ipv4(ip) => SanType::IpAddress(IpAddr::V4(ip)),
            HostKind::Ipv6(ip) => SanType::IpAddress(IpAddr::V6(ip)),
            HostKind::Name => SanType::DnsName(host.try_into()?),
        };
        let mut names = vec![own];
        let others =
            proved.map(names_vouched_for).unwrap_or_default().into_iter().filter(|name| *name != names[0] && self.may_vouch_for(name));
        names.extend(others.collect::<Vec<_>>());
        let life = i64::try_from(self.life.as_secs()).unwrap_or(i64::MAX);
        let (chain, end) = self.authority.vouch(names, &self.key, (now, life))?;
        let certified = CertifiedKey::new(chain, Arc::clone(&self.signer));
        let mut config = self.base.clone();
        config.cert_resolver = Arc::new(SingleCertAndKey::from(certified));
        let config = Arc::new(config);
        if proved.is_some() {
            self.kept.insert(host.into(), Kept { config: Arc::clone(&config), made: now, renew: now + (end - now) / 2 });
        }
        Ok(config)
    }
}

impl Leaves {
    /// One name outside the authority's constraints would spoil the whole certificate.
    fn may_vouch_for(&self, name: &SanType) -> bool {
        let SanType::DnsName(name) = name else { return true };
        self.authority.certificate().may_vouch_for(name.as_str())
    }
}

/// What a host's settings start from: they show no certificate yet.
fn base(signer: &Arc<dyn rustls::sign::SigningKey>) -> Result<ServerConfig, LeafFault> {
    server_config(Arc::new(SingleCertAndKey::from(CertifiedKey::new(Vec::new(), Arc::clone(signer)))))
}

/// Without a client's certificate, HTTP/2 before HTTP/1.1, sessions that resume by ticket, so that nothing is kept for them here.
///
/// # Errors
/// When the library refuses, or the system gives no randomness.
pub fn server_config(certificate: Arc<dyn ResolvesServerCert>) -> Result<ServerConfig, LeafFault> {
    let mut base = server_config_for(certificate, WebPkiClientVerifier::no_client_auth())?;
    let ticketer: Arc<dyn ProducesTickets> = rustls::crypto::aws_lc_rs::Ticketer::new()?;
    base.ticketer = ticketer;
    Ok(base)
}

/// The same for clients that are checked by this, and without sessions that resume.
///
/// # Errors
/// When the library refuses.
pub fn server_config_for(
    certificate: Arc<dyn ResolvesServerCert>,
    clients: Arc<dyn ClientCertVerifier>,
) -> Result<ServerConfig, LeafFault> {
    let mut base = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_client_cert_verifier(clients)
        .with_cert_resolver(certificate);
    base.session_storage = Arc::new(rustls::server::NoServerSessionStorage {});
    base.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(base)
}

/// Why there is no certificate for a host.
#[derive(Debug, thiserror::Error)]
pub enum LeafFault {
    /// It could not be made.
    #[error("certificate: {0}")]
    Make(#[from] rcgen::Error),
    /// The authority has lapsed, or the clock says that it is not good yet.
    #[error("the authority is not good now, so nothing is opened: `lifeguard ca status` says until when it is")]
    NotNow,
    /// The authority's name constraints.
    #[error("the authority may not vouch for this host, and its pages have to be seen: it is not reached")]
    Outside,
    /// The key could not be used.
    #[error("the key of the certificates cannot be used")]
    Key,
    /// Certificates of clients cannot be checked.
    #[error("certificates of clients: {0}")]
    Clients(#[from] rustls::client::VerifierBuilderError),
    /// The TLS library refuses.
    #[error("certificate: {0}")]
    Tls(#[from] rustls::Error),
}
