//! The client's side of a connection: the bare stream, and what is known about it.

use super::live::Proxy;
use super::shares::Last;
use super::streams::{Channel, Interims};
use super::strict::Mailbox;
use super::tunnelled::Plan;
use crate::identity::kerberos::Line;
use crate::identity::{Certified, Person};
use crate::model::RequestId;
use bytes::{Buf, Bytes};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

/// What carries a client's bytes.
pub enum Wire {
    /// The connection as it is.
    Tcp(TcpStream),
    /// Opened TLS inside a tunnel.
    Tls(Box<TlsStream<ClientStream>>),
    /// A stream of HTTP/2 that has become a tunnel.
    Stream(Box<Channel>),
}

impl Wire {
    /// Waits until there is something to read, or the other end has closed.
    fn poll_readable(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Tcp(tcp) => tcp.poll_read_ready(context),
            Self::Tls(tls) => tls.get_mut().0.poll_readable(context),
            Self::Stream(channel) => channel.poll_readable(context),
        }
    }

    /// The protocol that was agreed on by TLS is HTTP/2.
    fn speaks_http2(&self) -> bool {
        match self {
            Self::Tcp(_) | Self::Stream(_) => false,
            Self::Tls(tls) => tls.get_ref().1.alpn_protocol() == Some(b"h2"),
        }
    }
}

macro_rules! each {
    ($wire:expr, $stream:ident => $call:expr) => {
        match $wire {
            Wire::Tcp($stream) => {
                let $stream = Pin::new($stream);
                $call
            }
            Wire::Tls($stream) => {
                let $stream = Pin::new($stream.as_mut());
                $call
            }
            Wire::Stream($stream) => {
                let $stream = Pin::new($stream.as_mut());
                $call
            }
        }
    };
}

/// A client's connection, of which some bytes were already read.
pub struct ClientStream {
    prefix: Bytes,
    wire: Wire,
}

impl ClientStream {
    /// With bytes that were read before.
    #[must_use]
    pub const fn new(prefix: Bytes, wire: Wire) -> Self {
        Self { prefix, wire }
    }

    /// Waits until there is something to read, or the other end has closed.
    pub async fn readable(&mut self) -> io::Result<()> {
        std::future::poll_fn(|context| self.poll_readable(context)).await
    }

    fn poll_readable(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.prefix.is_empty() { self.wire.poll_readable(context) } else { Poll::Ready(Ok(())) }
    }

    /// The protocol that was agreed on is HTTP/2.
    #[must_use]
    pub fn speaks_http2(&self) -> bool {
        self.wire.speaks_http2()
    }

    /// The certificate that the client has shown in the handshake.
    #[must_use]
    pub fn peer_certificate(&self) -> Option<&[u8]> {
        match &self.wire {
            Wire::Tls(tls) => tls.get_ref().1.peer_certificates()?.first().map(|certificate| certificate.as_ref()),
            Wire::Tcp(_) | Wire::Stream(_) => None,
        }
    }

    /// The bytes that were read before, and the rest.
    #[must_use]
    pub fn into_parts(self) -> (Bytes, Wire) {
        (self.prefix, self.wire)
    }
}

impl AsyncRead for ClientStream {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.prefix.is_empty() {
            return each!(&mut this.wire, stream => stream.poll_read(context, buffer));
        }
        let length = this.prefix.len().min(buffer.remaining());
        buffer.put_slice(&this.prefix[..length]);
        this.prefix.advance(length);
        if this.prefix.is_empty() {
            // Lets go of the memory behind it.
            this.prefix = Bytes::new();
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for ClientStream {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        each!(&mut self.get_mut().wire, stream => stream.poll_write(context, bytes))
    }

    fn poll_write_vectored(self: Pin<&mut Self>, context: &mut Context<'_>, slices: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        each!(&mut self.get_mut().wire, stream => stream.poll_write_vectored(context, slices))
    }

    fn is_write_vectored(&self) -> bool {
        match &self.wire {
            Wire::Tcp(tcp) => tcp.is_write_vectored(),
            Wire::Tls(tls) => tls.is_write_vectored(),
            Wire::Stream(channel) => channel.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        each!(&mut self.get_mut().wire, stream => stream.poll_flush(context))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        each!(&mut self.get_mut().wire, stream => stream.poll_shutdown(context))
    }
}

/// The tunnel that a request came through.
#[derive(Clone, Debug)]
pub struct Outer {
    /// Reference number of the CONNECT.
    pub parent: RequestId,
    /// Canonical host that CONNECT named.
    pub host: Arc<str>,
    /// Port that CONNECT named.
    pub port: u16,
    /// The tunnel was opened: what comes out of it came by TLS.
    pub opened: bool,
    /// The person who asked for it.
    pub person: Option<Person>,
    /// It could not be told who asked for it.
    pub nameless: bool,
}

/// What is known about one client connection.
pub struct Side {
    /// The proxy.
    pub proxy: Arc<Proxy>,
    /// The other end.
    pub peer: SocketAddr,
    /// The client, as the PROXY protocol of a listed peer states it.
    pub stated: Option<IpAddr>,
    /// The group that the listener belongs to.
    pub listener_group: Option<Arc<str>>,
    /// Where the gate puts the raw head of each request.
    pub mailbox: Arc<Mailbox>,
    /// The tunnel around this connection, if it is the inside of one.
    pub outer: Option<Outer>,
    /// Interim answers, where this is one stream of a connection.
    pub interims: Option<Interims>,
    /// The certificate that the client has shown at a door of ours.
    pub certified: Option<Arc<Certified>>,
    /// The client came to a door of ours that speaks TLS.
    pub over_tls: bool,
    /// What it carries of a sign-in.
    pub line: Line,
    /// Whom it spoke for last.
    pub last: Last,
    plan: Mutex<Option<Plan>>,
}

impl Side {
    /// A connection.
    #[must_use]
    pub fn new(
        proxy: Arc<Proxy>,
        peer: SocketAddr,
        stated: Option<IpAddr>,
        listener_group: Option<Arc<str>>,
        outer: Option<Outer>,
    ) -> Self {
        Self {
            proxy,
            peer,
            stated,
            listener_group,
            mailbox: Mailbox::new(),
            outer,
            interims: None,
            certified: None,
            over_tls: false,
            line: Line::default(),
            last: Last::default(),
            plan: Mutex::default(),
        }
    }

    /// One stream of this connection: a side of its own, so that streams do not share a plan.
    #[must_use]
    pub fn of_stream(&self) -> Self {
        let side = Self::new(Arc::clone(&self.proxy), self.peer, self.stated, self.listener_group.clone(), self.outer.clone());
        Self { interims: Some(Interims::default()), certified: self.certified.clone(), over_tls: self.over_tls, ..side }
    }

    /// May a password come over it? It is under TLS, or comes from this machine, so that nobody on the network can read it.
    #[must_use]
    pub fn is_protected(&self) -> bool {
        self.over_tls || self.peer.ip().is_loopback()
    }

    /// States what is to happen with the bare connection after the answer (CONNECT, 101).
    pub fn plan(&self, plan: Plan) {
        *self.plan.lock().unwrap_or_else(PoisonError::into_inner) = Some(plan);
    }

    /// What is to happen with the bare connection.
    pub fn take_plan(&self) -> Option<Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
