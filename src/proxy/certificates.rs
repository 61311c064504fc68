//! Certificates that clients show at a listener: how they are checked, and what the log is told of one that is refused (standards V12, G5).
//!
//! Must never: let a session resume at such a listener. The library does not look at a certificate again then, and it may be revoked by now.

use super::client::ClientStream;
use super::intercept::LeafFault;
use super::live::Proxy;
use crate::config::ClientCertificates;
use crate::identity::Certified;
use crate::ports::Durability;
use crate::record::{Entry, EventKind, EventRecord};
use moka::sync::Cache;
use rustls::RootCertStore;
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

/// How clients are checked at a listener. Dates, purpose and chain always; revocation where there are lists, and then for good: what no
/// list covers is refused.
pub(super) fn verifier(clients: &ClientCertificates) -> Result<Arc<dyn ClientCertVerifier>, LeafFault> {
    let mut roots = RootCertStore::empty();
    for root in &clients.roots {
        roots.add(root.clone())?;
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut builder = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
    if !clients.revoked.is_empty() {
        builder = builder.with_crls(clients.revoked.iter().cloned()).only_check_end_entity_revocation();
    }
    if !clients.needed {
        builder = builder.allow_unauthenticated();
    }
    Ok(builder.build()?)
}

/// What the client has shown on this connection.
pub(super) fn shown(stream: &ClientStream, clients: Option<&ClientCertificates>, proxy: &Proxy) -> Option<Arc<Certified>> {
    let clients = clients?;
    let certificate = stream.peer_certificate()?;
    let read = Certified::read(certificate, (clients.name_from, clients.group.as_deref()), proxy.clock.now());
    read.map(Arc::new)
}

/// Counts a refused certificate, and tells the log: once a minute for each address, so that whoever tries cannot fill it.
pub(super) fn refused(proxy: &Proxy, peer: SocketAddr, why: &str) {
    static TOLD: LazyLock<Cache<IpAddr, ()>> =
        LazyLock::new(|| Cache::builder().max_capacity(10_000).time_to_live(Duration::from_secs(60)).build());
    proxy.metrics.client_certificates_refused.inc();
    if TOLD.contains_key(&peer.ip()) {
        return;
    }
    TOLD.insert(peer.ip(), ());
    let text = format!("the certificate of the client at {} was refused: {why}", peer.ip());
    tracing::warn!("{text}");
    let event = EventRecord { at: proxy.clock.now(), kind: EventKind::ClientCertificateRefused, peer: Some(peer), text: text.into() };
    drop(proxy.log.append(&Entry::Event(event), Durability::Queued));
}
