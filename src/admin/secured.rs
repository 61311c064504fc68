//! A connection of the console, in clear or over TLS. The handshake is part of its first read: who is slow with it holds up nobody else.

use rustls::ServerConfig;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::server::TlsStream;
use tokio_rustls::{Accept, TlsAcceptor};

/// What is shown to the next client.
pub type Settings = Arc<dyn Fn() -> Arc<ServerConfig> + Send + Sync>;

/// A connection.
pub(super) enum Wire<S> {
    /// In clear.
    Plain(S),
    /// Not secured yet.
    Coming(Box<Accept<S>>),
    /// Over TLS.
    Secured(Box<TlsStream<S>>),
}

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<S> {
    pub(super) fn new(stream: S, tls: Option<&Settings>) -> Self {
        match tls {
            None => Self::Plain(stream),
            Some(settings) => Self::Coming(Box::new(TlsAcceptor::from(settings()).accept(stream))),
        }
    }

    /// The stream, once it is secured.
    fn come(&mut self, context: &mut Context<'_>) -> Poll<io::Result<Pin<&mut (dyn Both + '_)>>>
    where
        S: Send + 'static,
    {
        if let Self::Coming(accept) = self {
            let stream = ready!(Pin::new(&mut **accept).poll(context))?;
            *self = Self::Secured(Box::new(stream));
        }
        Poll::Ready(match self {
            Self::Plain(stream) => Ok(Pin::new(stream)),
            Self::Secured(stream) => Ok(Pin::new(&mut **stream)),
            Self::Coming(_) => Err(io::ErrorKind::NotConnected.into()),
        })
    }
}

trait Both: AsyncRead + AsyncWrite + Unpin {}

impl<T: AsyncRead + AsyncWrite + Unpin> Both for T {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> AsyncRead for Wire<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        ready!(self.come(context))?.poll_read(context, buffer)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> AsyncWrite for Wire<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.come(context))?.poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.come(context))?.poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.come(context))?.poll_shutdown(context)
    }
}
