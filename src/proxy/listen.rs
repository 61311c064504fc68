//! Listeners: bind, accept within bounds, shed quickly, drain in order.

use super::client::{ClientStream, Side, Wire};
use super::connection::serve;
use super::intercept::Unopened;
use super::live::Proxy;
use super::{certificates, intercept, respond};
use crate::config::Listener;
use crate::identity::Certified;
use bytes::Bytes;
use proxy_header::{ParseConfig, ProxyHeader};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Longest PROXY protocol header that is read.
const PROXY_HEADER: usize = 4096;

/// A listener that is bound.
pub struct Bound {
    listener: TcpListener,
    group: Option<Arc<str>>,
    proxy_protocol: bool,
    /// Clients speak TLS here; the listener as it was written, by which its certificate is found.
    door: Option<SocketAddr>,
}

impl Bound {
    /// Where it listens.
    ///
    /// # Errors
    /// When the socket is gone.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// Binds one listener.
///
/// # Errors
/// When the address is taken or not ours.
pub fn bind(listener: &Listener) -> io::Result<Bound> {
    use socket2::{Domain, Protocol, Socket, Type};
    let socket = Socket::new(Domain::for_address(listener.address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&listener.address.into())?;
    socket.listen(4096)?;
    let bound = TcpListener::from_std(socket.into())?;
    Ok(Bound {
        listener: bound,
        group: listener.group.as_deref().map(Arc::from),
        proxy_protocol: listener.proxy_protocol,
        door: listener.door.as_ref().map(|_| listener.address),
    })
}

/// Accepts until the drain begins.
pub async fn accept(proxy: Arc<Proxy>, bound: Bound) {
    let mut drain = proxy.drain.subscribe();
    loop {
        let accepted = tokio::select! {
            accepted = bound.listener.accept() => accepted,
            _ = drain.changed() => return,
        };
        match accepted {
            Ok((stream, peer)) => welcome(&proxy, &bound, stream, peer),
            Err(error) => {
                // Out of descriptors or memory: wait for connections to end rather than spin.
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }
}

fn welcome(proxy: &Arc<Proxy>, bound: &Bound, stream: TcpStream, peer: SocketAddr) {
    let peer = SocketAddr::new(peer.ip().to_canonical(), peer.port());
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%peer, %error, "TCP_NODELAY");
    }
    let Some(admission) = proxy.admit(peer.ip()) else {
        proxy.metrics.connections_shed.inc();
        if bound.door.is_none() {
            tokio::spawn(shed(stream));
        }
        return;
    };
    let (proxy, group, proxy_protocol, door) = (Arc::clone(proxy), bound.group.clone(), bound.proxy_protocol, bound.door);
    tokio::spawn(async move {
        let drain = proxy.drain.subscribe();
        if let Some((stream, stated)) = introduced(&proxy, stream, peer, proxy_protocol).await
            && let Some((stream, certified)) = shaken(&proxy, stream, peer, door).await
        {
            let mut side = Side::new(proxy, peer, stated, group, None);
            (side.over_tls, side.certified) = (door.is_some(), certified);
            serve(Arc::new(side), stream, drain).await;
        }
        drop(admission);
    });
}

/// Too many connections: a short 503, at once, and no filter is skipped because nothing is served.
async fn shed(mut stream: TcpStream) {
    let answer = async {
        stream.write_all(respond::SHED).await?;
        stream.shutdown().await?;
        let mut rest = [0; 512];
        while stream.read(&mut rest).await? > 0 {}
        io::Result::Ok(())
    };
    drop(tokio::time::timeout(Duration::from_millis(500), answer).await);
}

/// A connection, and the certificate that the client has shown on it.
type Shaken = (ClientStream, Option<Arc<Certified>>);

/// The handshake, where the listener asks for one. `None`: it failed.
async fn shaken(proxy: &Proxy, stream: ClientStream, peer: SocketAddr, door: Option<SocketAddr>) -> Option<Shaken> {
    let Some(door) = door else { return Some((stream, None)) };
    let live = proxy.live.load_full();
    let settings = live.doors.settings(door, proxy.clock.now().wall.seconds())?;
    let (first, wire) = stream.into_parts();
    match intercept::open(settings, first, wire, live.limits().header_time).await {
        Ok(stream) => {
            let shown = certificates::shown(&stream, live.doors.clients(door), proxy);
            Some((stream, shown))
        }
        Err(Unopened::Certificate(why)) => {
            certificates::refused(proxy, peer, &why);
            None
        }
        Err(fault) => {
            tracing::debug!(%peer, ?fault, "the TLS handshake with a client failed");
            None
        }
    }
}

/// Reads the PROXY protocol header where the listener requires one; only listed peers may send it (standards AA9).
async fn introduced(proxy: &Proxy, mut stream: TcpStream, peer: SocketAddr, required: bool) -> Option<(ClientStream, Option<IpAddr>)> {
    if !required {
        return Some((ClientStream::new(Bytes::new(), Wire::Tcp(stream)), None));
    }
    let live = proxy.live.load_full();
    if !live.settings.trusted_proxies.iter().any(|net| net.contains(&peer.ip())) {
        tracing::warn!(%peer, "PROXY protocol from a peer that is not listed: refused");
        return None;
    }
    let mut bytes = Vec::new();
    let reading = async {
        loop {
            let mut portion = [0; 512];
            let read = stream.read(&mut portion).await.ok().filter(|read| *read > 0)?;
            bytes.extend_from_slice(&portion[..read]);
            match ProxyHeader::parse(&bytes, ParseConfig::default()) {
                Ok((header, length)) => return Some((header.proxied_address().map(|stated| stated.source.ip().to_canonical()), length)),
                Err(proxy_header::Error::BufferTooShort) if bytes.len() < PROXY_HEADER => {}
                Err(_) => return None,
            }
        }
    };
    let (stated, length) = tokio::time::timeout(live.limits().first_byte, reading).await.ok().flatten()?;
    let rest = Bytes::copy_from_slice(&bytes[length..]);
    Some((ClientStream::new(rest, Wire::Tcp(stream)), stated))
}
