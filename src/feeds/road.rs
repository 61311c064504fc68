//! The way out to a publisher, as a door: who opens it knows names, addresses and certificates, and lives in another room.

use std::future::Future;
use std::pin::Pin;
use tokio::io::{AsyncRead, AsyncWrite};

/// Where a connection leads.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Target {
    /// Host, in lower case, an IPv6 address without brackets.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Under TLS.
    pub tls: bool,
}

/// Which addresses a source may reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Public ones.
    Public,
    /// Any but our own listeners.
    Any,
}

/// A connection, plain or under TLS.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// No connection: why, in words.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct NoRoad(pub Box<str>);

/// A connection on its way.
pub type Connecting<'a> = Pin<Box<dyn Future<Output = Result<Box<dyn Stream>, NoRoad>> + Send + 'a>>;

/// Opens connections. What was checked is what is dialled; certificates are always checked; no proxy is used.
pub trait Road: Send + Sync {
    /// Connects.
    fn connect<'a>(&'a self, target: &'a Target, reach: Reach) -> Connecting<'a>;
}
