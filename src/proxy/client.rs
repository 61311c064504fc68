//! The client's side of a connection: the bare stream, and what is known about it.

use super::live::Proxy;
use super::strict::Mailbox;
use super::tunnelled::Plan;
use crate::model::RequestId;
use bytes::{Buf, Bytes};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// A client's TCP connection, of which some bytes were already read.
pub struct ClientStream {
    prefix: Bytes,
    tcp: TcpStream,
}

impl ClientStream {
    /// With bytes that were read before.
    #[must_use]
    pub const fn new(prefix: Bytes, tcp: TcpStream) -> Self {
        Self { prefix, tcp }
    }

    /// Waits until there is something to read, or the other end has closed.
    pub async fn readable(&self) -> io::Result<()> {
        if self.prefix.is_empty() { self.tcp.readable().await } else { Ok(()) }
    }

    /// The bytes that were read before, and the rest.
    #[must_use]
    pub fn into_parts(self) -> (Bytes, TcpStream) {
        (self.prefix, self.tcp)
    }
}

impl AsyncRead for ClientStream {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.prefix.is_empty() {
            return Pin::new(&mut this.tcp).poll_read(context, buffer);
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
        Pin::new(&mut self.get_mut().tcp).poll_write(context, bytes)
    }

    fn poll_write_vectored(self: Pin<&mut Self>, context: &mut Context<'_>, slices: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().tcp).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.tcp.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().tcp).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().tcp).poll_shutdown(context)
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
        Self { proxy, peer, stated, listener_group, mailbox: Mailbox::new(), outer, plan: Mutex::default() }
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
