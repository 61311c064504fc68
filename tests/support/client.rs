//! A client that sends exactly the bytes it is told to, and reads an answer whole.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// No answer takes longer in a test.
const PATIENCE: Duration = Duration::from_secs(20);

/// An answer, taken apart.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Reply {
    /// The value of a field; the first, if there are several.
    pub fn field(&self, name: &str) -> Option<&str> {
        let line = self.head.lines().find(|line| line.split(':').next().is_some_and(|known| known.eq_ignore_ascii_case(name)))?;
        line.split_once(':').map(|(_, value)| value.trim())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Takes the first answer in these bytes apart.
    pub fn read(bytes: &[u8]) -> Self {
        let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { return Self::default() };
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
        if (100..200).contains(&status) && status != 101 {
            return Self::read(&bytes[end + 4..]);
        }
        let mut reply = Self { status, head, body: bytes[end + 4..].to_vec() };
        if reply.field("transfer-encoding").is_some() {
            reply.body = unchunk(&reply.body);
        } else if let Some(length) = reply.field("content-length").and_then(|value| value.parse().ok()) {
            reply.body.truncate(length);
        }
        reply
    }
}

fn unchunk(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = rest.windows(2).position(|window| window == b"\r\n") {
        let size = std::str::from_utf8(&rest[..end]).ok().and_then(|line| usize::from_str_radix(line, 16).ok()).unwrap_or(0);
        let (from, to) = (end + 2, end + 2 + size);
        if size == 0 || rest.len() < to + 2 {
            break;
        }
        body.extend_from_slice(&rest[from..to]);
        rest = &rest[to + 2..];
    }
    body
}

/// Opens a connection that gives up in time.
pub fn connect(to: SocketAddr) -> std::io::Result<TcpStream> {
    let stream = TcpStream::connect_timeout(&to, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Sends bytes and reads until the other side closes; whatever came until then.
pub fn exchange(to: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let mut stream = connect(to).unwrap();
    let mut answer = Vec::new();
    if stream.write_all(bytes).is_ok() {
        let _read = stream.read_to_end(&mut answer);
    }
    answer
}

/// One GET for an absolute address through a proxy, on a connection of its own.
pub fn get(proxy: SocketAddr, address: &str) -> Reply {
    get_with(proxy, address, "")
}

/// The same with more fields, each ended by CRLF.
pub fn get_with(proxy: SocketAddr, address: &str, fields: &str) -> Reply {
    let host = address.split("//").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_default();
    Reply::read(&exchange(proxy, format!("GET {address} HTTP/1.1\r\nHost: {host}\r\n{fields}Connection: close\r\n\r\n").as_bytes()))
}

/// One GET straight to a server.
pub fn get_direct(server: SocketAddr, path: &str) -> Reply {
    Reply::read(&exchange(server, format!("GET {path} HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\n\r\n").as_bytes()))
}

/// Opens a tunnel; the stream behind it, and the answer.
pub fn tunnel(proxy: SocketAddr, authority: &str) -> (TcpStream, Reply) {
    let mut stream = connect(proxy).unwrap();
    stream.write_all(format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n").as_bytes()).unwrap();
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|count| count == 1) {
        head.push(byte[0]);
    }
    let reply = Reply::read(&head);
    (stream, reply)
}
