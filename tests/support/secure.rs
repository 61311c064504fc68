//! A client that speaks TLS through a tunnel of the proxy, and tells which certificate it was shown.

use super::client::connect;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

/// An open TLS connection inside a tunnel.
pub struct Secure {
    stream: StreamOwned<ClientConnection, TcpStream>,
}

/// What a client trusts.
pub fn trusting(pems: &[&str]) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    for pem in pems {
        roots.add(CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()).unwrap();
    }
    Arc::new(ClientConfig::builder().with_root_certificates(roots).with_no_client_auth())
}

/// Sends CONNECT, for this client if a front states one; the status line of the answer, and the tunnel.
pub fn tunnel(proxy: SocketAddr, authority: &str, client: Option<&str>) -> (String, TcpStream) {
    let mut stream = connect(proxy).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let stated = client.map_or_else(String::new, |client| format!("X-Forwarded-For: {client}\r\n"));
    stream.write_all(format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n{stated}\r\n").as_bytes()).unwrap();
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() == 1 {
        head.push(byte[0]);
    }
    (String::from_utf8_lossy(&head).lines().next().unwrap_or_default().to_owned(), stream)
}

impl Secure {
    /// Opens a tunnel and shakes hands for this name.
    pub fn open(proxy: SocketAddr, authority: &str, config: &Arc<ClientConfig>) -> io::Result<Self> {
        Self::open_as(proxy, authority, None, config)
    }

    /// The same for a client that a front states.
    pub fn open_as(proxy: SocketAddr, authority: &str, client: Option<&str>, config: &Arc<ClientConfig>) -> io::Result<Self> {
        let (status, tcp) = tunnel(proxy, authority, client);
        if !status.contains(" 200") {
            return Err(io::Error::other(status));
        }
        Self::shake(tcp, authority.rsplit_once(':').map_or(authority, |(host, _)| host), config)
    }

    /// Shakes hands for this name in an open tunnel.
    pub fn shake(tcp: TcpStream, host: &str, config: &Arc<ClientConfig>) -> io::Result<Self> {
        let client = ClientConnection::new(Arc::clone(config), ServerName::try_from(host.to_owned()).unwrap()).map_err(io::Error::other)?;
        let mut stream = StreamOwned::new(client, tcp);
        while stream.conn.is_handshaking() {
            stream.conn.complete_io(&mut stream.sock)?;
        }
        Ok(Self { stream })
    }

    /// The certificate that was shown.
    pub fn certificate(&self) -> CertificateDer<'static> {
        self.stream.conn.peer_certificates().unwrap()[0].clone()
    }

    /// One request, and the text of its answer; the connection stays open where the answer has a length.
    pub fn ask(&mut self, request: &str) -> String {
        self.stream.write_all(request.as_bytes()).unwrap();
        let (mut text, mut byte) = (Vec::new(), [0]);
        loop {
            if whole(&text) || !matches!(self.stream.read(&mut byte), Ok(1)) {
                return String::from_utf8_lossy(&text).into_owned();
            }
            text.push(byte[0]);
        }
    }

    /// GET with a Host field.
    pub fn get(&mut self, host: &str, path: &str) -> String {
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\n\r\n"))
    }
}

fn whole(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.to_lowercase().split("content-length: ").nth(1).and_then(|rest| rest.lines().next()?.parse::<usize>().ok());
    length.is_some_and(|length| body.len() >= length)
}
