//! The client of the suites: sends exactly the bytes it is told to, and says what came back.

use super::origin::Mark;
use crate::model::Reason;
use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio_rustls::TlsConnector;

/// No answer takes longer.
const PATIENCE: Duration = Duration::from_secs(30);
/// No answer of the filter is longer.
const LONGEST: usize = 4 << 20;

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Came {
    pub(super) status: u16,
    /// Why, where the filter answered.
    pub(super) reason: Option<Reason>,
    /// It was the origin's page.
    pub(super) reached: bool,
    /// Where it leads on, if it does.
    pub(super) location: Option<String>,
    closes: bool,
}

impl Came {
    /// In words, for reports.
    pub(super) fn words(&self) -> String {
        match (self.reached, self.reason) {
            (true, _) => format!("let through ({})", self.status),
            (false, Some(reason)) => format!("{} ({})", reason.code(), self.status),
            (false, None) => format!("status {}", self.status),
        }
    }
}

pub(super) trait Io: AsyncRead + AsyncWrite + Send + Sync + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Sync + Unpin> Io for T {}

/// A connection to the proxy, or a tunnel through it.
pub(super) struct Line {
    io: Box<dyn Io>,
    buffer: Vec<u8>,
    mark: Arc<Mark>,
    over: bool,
}

/// What became of a CONNECT.
pub(super) enum Tunnel {
    /// It was refused.
    Refused(Came),
    /// It was opened: requests can be made inside.
    Open(Line),
    /// It was granted, and no handshake with our authority came about inside, for the reason given (none: it was not tried).
    Sealed(String),
}

/// From which loopback address the next connection comes: one alone runs out of ports in a long run.
fn next_source() -> IpAddr {
    static TURN: AtomicU32 = AtomicU32::new(0);
    let turn = TURN.fetch_add(1, Relaxed);
    let [low, high] = [turn % 200 + 1, turn / 200 % 200 + 1].map(|part| u8::try_from(part).unwrap_or(1));
    IpAddr::V4(Ipv4Addr::new(127, 77, high, low))
}

async fn connect(door: SocketAddr) -> io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::new(next_source(), 0))?;
    let stream = socket.connect(door).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

impl Line {
    /// A fresh connection.
    pub(super) async fn open(door: SocketAddr, mark: &Arc<Mark>) -> io::Result<Self> {
        Ok(Self::over(Box::new(connect(door).await?), mark))
    }

    pub(super) fn over(io: Box<dyn Io>, mark: &Arc<Mark>) -> Self {
        Self { io, buffer: Vec::new(), mark: Arc::clone(mark), over: false }
    }

    /// Must the next request go over another connection?
    pub(super) fn is_over(&self) -> bool {
        self.over
    }

    /// Sends one request and reads the answer.
    ///
    /// # Errors
    /// No answer came, or none that could be read.
    pub(super) async fn ask(&mut self, request: &[u8]) -> io::Result<Came> {
        let asked = tokio::time::timeout(PATIENCE, self.exchange(request)).await;
        let came = asked.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
        self.over = came.as_ref().map_or(true, |came| came.closes);
        came
    }

    async fn exchange(&mut self, request: &[u8]) -> io::Result<Came> {
        self.mark.asked.fetch_add(1, Relaxed);
        self.io.write_all(request).await?;
        self.io.flush().await?;
        let connect = request.starts_with(b"CONNECT ");
        loop {
            let end = self.head().await?;
            let head = String::from_utf8_lossy(&self.buffer[..end]).into_owned();
            self.buffer.drain(..end);
            let came = read_head(&head, &self.mark.text)?;
            if came.status == 101 || came.status >= 200 {
                let bare = (connect && came.status == 200) || matches!(came.status, 101 | 204 | 304);
                if !bare {
                    self.body(&head).await?;
                }
                return Ok(came);
            }
        }
    }

    async fn more(&mut self) -> io::Result<()> {
        let read = self.io.read_buf(&mut self.buffer).await?;
        if read == 0 || self.buffer.len() > LONGEST { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
    }

    async fn head(&mut self) -> io::Result<usize> {
        loop {
            if let Some(end) = memchr::memmem::find(&self.buffer, b"\r\n\r\n") {
                return Ok(end + 4);
            }
            self.more().await?;
        }
    }

    async fn body(&mut self, head: &str) -> io::Result<()> {
        if field(head, "transfer-encoding").is_some() {
            while memchr::memmem::find(&self.buffer, b"0\r\n\r\n").is_none() {
                self.more().await?;
            }
            self.buffer.clear();
            return Ok(());
        }
        let length: usize = field(head, "content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
        while self.buffer.len() < length {
            self.more().await?;
        }
        self.buffer.drain(..length);
        Ok(())
    }
}

impl Tunnel {
    /// CONNECT, and the handshake inside where it is granted. `host`: the name for the handshake; the CONNECT may spell it otherwise. `trust`:
    /// whom the client trusts; nobody: no handshake is tried.
    ///
    /// # Errors
    /// No answer came to the CONNECT.
    pub(super) async fn open(
        (door, mark): (SocketAddr, &Arc<Mark>),
        (connect, host): (&[u8], &str),
        trust: Option<&Arc<ClientConfig>>,
    ) -> io::Result<Self> {
        let mut stream = Line::open(door, mark).await?;
        let came = stream.ask(connect).await?;
        if came.status != 200 {
            return Ok(Self::Refused(came));
        }
        let (Some(trust), Some(name)) = (trust, server_name(host)) else { return Ok(Self::Sealed(String::new())) };
        let shaken = tokio::time::timeout(PATIENCE, TlsConnector::from(Arc::clone(trust)).connect(name, stream.io)).await;
        match shaken {
            Ok(Ok(tls)) => Ok(Self::Open(Line::over(Box::new(tls), mark))),
            Ok(Err(error)) => Ok(Self::Sealed(error.to_string())),
            Err(_) => Ok(Self::Sealed("no handshake in time".to_owned())),
        }
    }
}

/// The host as TLS names it.
fn server_name(host: &str) -> Option<ServerName<'static>> {
    match host.parse::<IpAddr>() {
        Ok(ip) => Some(ServerName::from(ip)),
        Err(_) => ServerName::try_from(host.to_owned()).ok(),
    }
}

fn field<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    head.split("\r\n")
        .skip(1)
        .find_map(|line| line.split_once(':').filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()))
}

fn read_head(head: &str, mark: &str) -> io::Result<Came> {
    let status = head.split(' ').nth(1).and_then(|text| text.parse().ok()).ok_or(io::ErrorKind::InvalidData)?;
    let details = field(head, "proxy-status").and_then(|text| text.split_once("details=\"")).and_then(|(_, rest)| rest.split_once('"'));
    Ok(Came {
        status,
        reason: details.and_then(|(code, _)| Reason::from_code(code)),
        reached: field(head, "accreditation") == Some(mark),
        location: field(head, "location").map(str::to_owned),
        closes: field(head, "connection").is_some_and(|value| value.eq_ignore_ascii_case("close")),
    })
}
