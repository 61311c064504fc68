//! Name -> addresses -> guard -> connection. What was checked is what is dialled (rule B6: no second look-up in between).

use super::{Guard, HandshakeFault, Names, Place, ResolveFault, Upstream, happy};
use crate::canon::HostKind;
use rustls::client::ResolvesClientCert;
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, SignatureScheme};
use rustls_pki_types::ServerName;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum DialFault {
    /// No address.
    #[error(transparent)]
    Name(#[from] ResolveFault),
    /// Every address, or the name itself, is closed to the proxy.
    #[error("the address is not one that may be reached from here")]
    Closed,
    /// Nobody answers there.
    #[error("connect: {0}")]
    Connect(io::Error),
    /// No answer in time.
    #[error("connect: no answer in time")]
    TooSlow,
    /// The origin could not prove who it is.
    #[error("TLS: {0}")]
    Tls(HandshakeFault),
    /// The origin ends the handshake for want of a client's certificate.
    #[error("TLS: the origin asks for a client's certificate")]
    WantsCertificate,
}

/// A connection and where it leads.
#[derive(Debug)]
pub struct Dialled {
    /// The connection.
    pub stream: Upstream,
    /// The address that was dialled.
    pub address: SocketAddr,
    /// The origin asked for a client's certificate, and went on without one.
    pub wants_certificate: bool,
}

/// Notes that an origin asks for a certificate of the client. We have none to give.
#[derive(Debug, Default)]
struct Asked(AtomicBool);

impl ResolvesClientCert for Asked {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.0.store(true, Ordering::Relaxed);
        None
    }

    fn has_certs(&self) -> bool {
        false
    }
}

/// Makes connections.
pub struct Dialler {
    names: Names,
    guard: Guard,
    tls: Arc<ClientConfig>,
    patience: Duration,
}

impl Dialler {
    /// With a resolver, a guard, the TLS settings for origins, and how long a connection may take.
    #[must_use]
    pub fn new(names: Names, guard: Guard, tls: Arc<ClientConfig>, patience: Duration) -> Self {
        Self { names, guard, tls, patience }
    }

    /// Connects to a place: to the host, or to the name it is led to; under TLS if asked, where the host itself must prove itself.
    ///
    /// # Errors
    /// [`DialFault`].
    pub async fn dial(&self, place: Place<'_>) -> Result<Dialled, DialFault> {
        let (dialled, kind) = place.led.map_or((place.host, place.kind), |name| (name, HostKind::Name));
        let addresses = self.admitted(dialled, kind, place.port).await?;
        let connecting = async {
            let stream = happy::connect(&addresses).await.map_err(DialFault::Connect)?;
            let address = stream.peer_addr().map_err(DialFault::Connect)?;
            stream.set_nodelay(true).map_err(DialFault::Connect)?;
            let (stream, wants_certificate) =
                if place.tls { self.secure(place.host, place.kind, stream).await? } else { (Upstream::Plain(stream), false) };
            Ok(Dialled { stream, address, wants_certificate })
        };
        tokio::time::timeout(self.patience, connecting).await.unwrap_or(Err(DialFault::TooSlow))
    }

    /// The addresses of a host that the guard admits, in the order to try.
    async fn admitted(&self, host: &str, kind: HostKind, port: u16) -> Result<Vec<SocketAddr>, DialFault> {
        let found: Arc<[IpAddr]> = match kind {
            HostKind::Ipv4(ip) => Arc::new([IpAddr::V4(ip)]),
            HostKind::Ipv6(ip) => Arc::new([IpAddr::V6(ip)]),
            HostKind::Name if !self.guard.admits_name(host) => return Err(DialFault::Closed),
            HostKind::Name => self.names.addresses(host).await?,
        };
        let admitted = found.iter().map(|&ip| SocketAddr::new(ip, port)).filter(|&address| self.guard.admits(address));
        let order = happy::in_turn(admitted);
        if order.is_empty() { Err(DialFault::Closed) } else { Ok(order) }
    }

    async fn secure(&self, host: &str, kind: HostKind, stream: TcpStream) -> Result<(Upstream, bool), DialFault> {
        let name = match kind {
            HostKind::Ipv4(ip) => ServerName::from(IpAddr::V4(ip)),
            HostKind::Ipv6(ip) => ServerName::from(IpAddr::V6(ip)),
            HostKind::Name => ServerName::try_from(host.to_owned()).map_err(|error| DialFault::Tls(HandshakeFault::Name(error)))?,
        };
        let asked = Arc::new(Asked::default());
        let mut config = ClientConfig::clone(&self.tls);
        config.client_auth_cert_resolver = Arc::clone(&asked) as Arc<dyn ResolvesClientCert>;
        let connected = TlsConnector::from(Arc::new(config)).connect(name, stream).await;
        let wants = asked.0.load(Ordering::Relaxed);
        match connected {
            Ok(stream) => Ok((Upstream::Tls(Box::new(stream)), wants)),
            Err(_) if wants => Err(DialFault::WantsCertificate),
            Err(error) => Err(DialFault::Tls(error.into())),
        }
    }
}
