//! Name -> addresses -> guard -> connection. What was checked is what is dialled (rule B6: no second look-up in between).

use super::asked::noting;
use super::stream::HTTP1;
use super::{Guard, HandshakeFault, Names, Place, ResolveFault, StandIn, Upstream, happy};
use crate::canon::HostKind;
use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
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

/// What we offer to speak under TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaks {
    /// HTTP/2 or HTTP/1.1, as the origin likes.
    Either,
    /// HTTP/1.1 alone, as browsers do for WebSocket.
    Http1,
}

/// Makes connections.
pub struct Dialler {
    names: Names,
    guard: Guard,
    tls: TlsConnector,
    /// The same settings, and the same sessions to resume, for what only HTTP/1.1 can carry.
    tls_http1: TlsConnector,
    patience: Duration,
    /// Everything is found here and nowhere else: accreditation.
    stand_in: Option<Arc<StandIn>>,
}

impl Dialler {
    /// With a resolver, a guard, the TLS settings for origins, and how long a connection may take.
    #[must_use]
    pub fn new(names: Names, guard: Guard, tls: Arc<ClientConfig>, patience: Duration) -> Self {
        let mut http1 = ClientConfig::clone(&tls);
        http1.alpn_protocols.retain(|name| name == HTTP1);
        Self { names, guard, tls: TlsConnector::from(tls), tls_http1: TlsConnector::from(Arc::new(http1)), patience, stand_in: None }
    }

    /// The same, but that whatever is asked for is found at the stand-in, without TLS: no name is looked up, and nothing else is dialled.
    #[must_use]
    pub fn with_stand_in(self, stand_in: Arc<StandIn>) -> Self {
        Self { stand_in: Some(stand_in), ..self }
    }

    /// The resolver.
    #[must_use]
    pub const fn names(&self) -> &Names {
        &self.names
    }

    /// Connects to a place: to the host, or to the name it is led to; under TLS if asked, where the host itself must prove itself.
    ///
    /// # Errors
    /// [`DialFault`].
    pub async fn dial(&self, place: Place<'_>, speaks: Speaks) -> Result<Dialled, DialFault> {
        if let Some(stand_in) = &self.stand_in {
            return self.stood_in(stand_in.address(place.host, place.led)).await;
        }
        let (dialled, kind) = place.led.map_or((place.host, place.kind), |name| (name, HostKind::Name));
        let addresses = self.admitted(dialled, kind, place.port).await?;
        let connecting = async {
            let stream = happy::connect(&addresses).await.map_err(DialFault::Connect)?;
            let address = stream.peer_addr().map_err(DialFault::Connect)?;
            stream.set_nodelay(true).map_err(DialFault::Connect)?;
            let (stream, wants_certificate) =
                if place.tls { self.secure(place, speaks, stream).await? } else { (Upstream::Plain(stream), false) };
            Ok(Dialled { stream, address, wants_certificate })
        };
        tokio::time::timeout(self.patience, connecting).await.unwrap_or(Err(DialFault::TooSlow))
    }

    async fn stood_in(&self, address: SocketAddr) -> Result<Dialled, DialFault> {
        let connecting = tokio::time::timeout(self.patience, TcpStream::connect(address));
        let stream = connecting.await.map_err(|_| DialFault::TooSlow)?.map_err(DialFault::Connect)?;
        stream.set_nodelay(true).map_err(DialFault::Connect)?;
        Ok(Dialled { stream: Upstream::Plain(stream), address, wants_certificate: false })
    }

    /// Does this name lead to an address that may be reached?
    ///
    /// # Errors
    /// [`DialFault`]: why a connection to it would fail before anybody was asked.
    pub async fn leads_somewhere(&self, name: &str) -> Result<(), DialFault> {
        self.admitted(name, HostKind::Name, 443).await.map(drop)
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

    async fn secure(&self, place: Place<'_>, speaks: Speaks, stream: TcpStream) -> Result<(Upstream, bool), DialFault> {
        let name = match place.kind {
            HostKind::Ipv4(ip) => ServerName::from(IpAddr::V4(ip)),
            HostKind::Ipv6(ip) => ServerName::from(IpAddr::V6(ip)),
            HostKind::Name => ServerName::try_from(place.host.to_owned()).map_err(|error| DialFault::Tls(HandshakeFault::Name(error)))?,
        };
        let tls = match speaks {
            Speaks::Either => &self.tls,
            Speaks::Http1 => &self.tls_http1,
        };
        let (connected, wants) = noting(tls.connect(name, stream)).await;
        match connected {
            Ok(stream) => Ok((Upstream::Tls(Box::new(stream)), wants)),
            Err(_) if wants => Err(DialFault::WantsCertificate),
            Err(error) => Err(DialFault::Tls(error.into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{DestinationRule, Dns};
    use crate::proxy::upstream::{Revocation, client_config};
    use rustls::{HandshakeKind, ServerConfig};
    use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;
    use tokio_rustls::TlsAcceptor;

    #[tokio::test]
    async fn a_session_with_an_origin_is_resumed() {
        let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let server = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![made.cert.der().clone()], key).unwrap();
        let (listener, acceptor) = (TcpListener::bind("127.0.0.1:0").await.unwrap(), TlsAcceptor::from(Arc::new(server)));
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let mut stream = acceptor.accept(stream).await.unwrap();
                stream.write_all(b"x").await.unwrap();
                let _ended = stream.shutdown().await;
            }
        });
        let tls = client_config(&[made.cert.der().clone()], Revocation::default()).unwrap();
        let rule = DestinationRule { net: "127.0.0.0/8".parse().unwrap(), port: None };
        let names = Names::new(&Dns::default()).unwrap();
        let dialler = Dialler::new(names, Guard::new(vec![rule], Vec::new()), Arc::new(tls), Duration::from_secs(20));
        let place = Place { host: "127.0.0.1", kind: HostKind::Ipv4([127, 0, 0, 1].into()), port, tls: true, led: None };
        let mut kinds = Vec::new();
        for speaks in [Speaks::Either, Speaks::Http1] {
            let mut dialled = dialler.dial(place, speaks).await.unwrap();
            assert!(!dialled.wants_certificate);
            // The ticket comes with the first byte.
            assert_eq!(dialled.stream.read_u8().await.unwrap(), b'x');
            assert_eq!(dialled.stream.certificate(), Some(made.cert.der()), "what was proved is known of a resumed session too");
            let Upstream::Tls(stream) = &dialled.stream else { panic!("under TLS") };
            kinds.push(stream.get_ref().1.handshake_kind());
        }
        assert_eq!(kinds, [Some(HandshakeKind::Full), Some(HandshakeKind::Resumed)]);
    }
}
