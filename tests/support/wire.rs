//! One request as an origin sees it: read strictly, kept byte for byte, with what a strict reader finds wrong in it.

use std::io;
use tokio::io::{AsyncRead, AsyncReadExt};

/// A request that arrived.
#[derive(Clone, Debug, Default)]
pub struct Request {
    pub method: String,
    pub target: String,
    pub fields: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// Fields after a chunked body.
    pub trailers: Vec<(String, String)>,
    /// The head, byte for byte.
    pub head: Vec<u8>,
    /// What a strict reader of RFC 9112 finds wrong; empty for a good request.
    pub faults: Vec<String>,
    /// It came over TLS.
    pub tls: bool,
}

impl Request {
    /// The value of a field; the first, if there are several.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The path without its query.
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// What follows this prefix of the path, as a number.
    pub fn number_after(&self, prefix: &str) -> Option<usize> {
        self.path().strip_prefix(prefix)?.parse().ok()
    }
}

/// Bytes from a connection, with what was read too far.
pub struct Incoming<S> {
    pub stream: S,
    pub buffer: Vec<u8>,
}

impl<S: AsyncRead + Unpin> Incoming<S> {
    async fn more(&mut self) -> io::Result<bool> {
        let mut chunk = [0; 16_384];
        let count = self.stream.read(&mut chunk).await?;
        self.buffer.extend_from_slice(&chunk[..count]);
        Ok(count > 0)
    }

    /// Takes bytes up to and with this mark.
    async fn until(&mut self, mark: &[u8]) -> io::Result<Option<Vec<u8>>> {
        loop {
            if let Some(at) = self.buffer.windows(mark.len()).position(|window| window == mark) {
                return Ok(Some(self.buffer.drain(..at + mark.len()).collect()));
            }
            if !self.more().await? {
                return Ok(None);
            }
        }
    }

    pub async fn exactly(&mut self, count: usize) -> io::Result<Vec<u8>> {
        while self.buffer.len() < count {
            if !self.more().await? {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(self.buffer.drain(..count).collect())
    }

    /// The head of the next request; `None` when the connection is over.
    pub async fn head(&mut self) -> io::Result<Option<Request>> {
        let Some(head) = self.until(b"\r\n\r\n").await? else { return Ok(None) };
        Ok(Some(read_head(head)))
    }

    /// The body that belongs to a head.
    pub async fn body(&mut self, request: &mut Request) -> io::Result<()> {
        if let Some(length) = request.field("content-length").and_then(|value| value.parse().ok()) {
            request.body = self.exactly(length).await?;
        } else if request.field("transfer-encoding").is_some() {
            self.chunks(request).await?;
        }
        Ok(())
    }

    async fn chunks(&mut self, request: &mut Request) -> io::Result<()> {
        loop {
            let line = self.until(b"\r\n").await?.ok_or(io::ErrorKind::UnexpectedEof)?;
            let digits = String::from_utf8_lossy(&line).trim_end().split(';').next().unwrap_or_default().to_owned();
            let Ok(size) = usize::from_str_radix(&digits, 16) else {
                request.faults.push(format!("chunk size {digits:?}"));
                return Err(io::ErrorKind::InvalidData.into());
            };
            if size == 0 {
                break;
            }
            let data = self.exactly(size + 2).await?;
            if !data.ends_with(b"\r\n") {
                request.faults.push(String::from("no CRLF after a chunk"));
            }
            request.body.extend_from_slice(&data[..size]);
        }
        loop {
            let line = self.until(b"\r\n").await?.ok_or(io::ErrorKind::UnexpectedEof)?;
            match String::from_utf8_lossy(&line).trim_end().split_once(": ") {
                Some((name, value)) => request.trailers.push((name.to_owned(), value.to_owned())),
                None => return Ok(()),
            }
        }
    }
}

fn read_head(head: Vec<u8>) -> Request {
    let text = String::from_utf8_lossy(&head).into_owned();
    let mut lines = text.trim_end_matches("\r\n").split("\r\n");
    let mut first = lines.next().unwrap_or_default().splitn(3, ' ').map(str::to_owned);
    let (method, target, version) = (first.next().unwrap_or_default(), first.next().unwrap_or_default(), first.next().unwrap_or_default());
    let mut request = Request { method, target, head, ..Request::default() };
    if version != "HTTP/1.1" {
        request.faults.push(format!("version {version:?}"));
    }
    for line in lines {
        match line.split_once(':') {
            Some((name, value)) if is_token(name) => request.fields.push((name.to_owned(), value.trim().to_owned())),
            Some(_) | None => request.faults.push(format!("field line {line:?}")),
        }
    }
    judge(&mut request);
    request
}

fn is_token(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// What must never leave a proxy (RFC 9112 sections 3 to 6, RFC 9110 section 7.6).
fn judge(request: &mut Request) {
    let count = |name: &str| request.fields.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name)).count();
    let mut faults = Vec::new();
    if count("host") != 1 {
        faults.push(format!("{} Host fields", count("host")));
    }
    if count("content-length") + count("transfer-encoding") > 1 {
        faults.push(String::from("more than one length"));
    }
    if request.field("transfer-encoding").is_some_and(|value| !value.eq_ignore_ascii_case("chunked")) {
        faults.push(String::from("a transfer coding other than chunked"));
    }
    if !request.target.starts_with('/') && request.target != "*" {
        faults.push(format!("target {:?} is not in origin form", request.target));
    }
    for name in ["proxy-authorization", "proxy-connection", "keep-alive"] {
        if count(name) > 0 {
            faults.push(format!("{name} has left the proxy"));
        }
    }
    let body = &request.head[..request.head.len() - 4];
    let (carriage, newline) = (body.iter().filter(|byte| **byte == b'\r').count(), body.iter().filter(|byte| **byte == b'\n').count());
    let pairs = body.windows(2).filter(|pair| *pair == b"\r\n").count();
    if carriage != pairs || newline != pairs || body.contains(&0) {
        faults.push(String::from("bare CR, bare LF or NUL in the head"));
    }
    request.faults.append(&mut faults);
}
