//! An origin that writes down what it gets and takes nothing but strict RFC 9112: the judge of what leaves a proxy.
//!
//! Its parser is written on its own, from the grammar, and shares no code with the gate that it judges: it works on the
//! whole input, cuts at CRLF, and knows no state machine.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;

/// One request as the origin got it.
#[derive(Clone, Debug, Default)]
pub struct Received {
    pub method: String,
    pub target: String,
    pub fields: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub trailers: Vec<(String, String)>,
}

impl Received {
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|field| field.0 == name).map(|field| field.1.as_str())
    }
}

/// What is at the start of some bytes.
pub enum Found {
    /// A whole request of this many bytes.
    Whole(Box<Received>, usize),
    /// The start of one.
    Part,
    /// Something that is not strict.
    Wrong(String),
}

/// What came, over all connections.
#[derive(Debug, Default)]
pub struct Book {
    pub whole: Vec<Received>,
    /// Connections that ended inside a request.
    pub cut: usize,
    pub wrong: Vec<String>,
}

pub struct StrictOrigin {
    pub address: SocketAddr,
    book: Arc<Mutex<Book>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for StrictOrigin {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl StrictOrigin {
    /// Listens on a free port. Every request is answered with these bytes; `close` ends the connection behind them.
    pub async fn start(answer: &[u8], close: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let book = Arc::new(Mutex::new(Book::default()));
        let (shared, answer) = (Arc::clone(&book), answer.to_vec());
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&shared), answer.clone(), close));
            }
        });
        Self { address, book, task }
    }

    /// What came so far.
    pub fn take(&self) -> Book {
        std::mem::take(&mut self.book.lock().expect("not poisoned"))
    }
}

/// Serves one connection.
pub async fn serve<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S, book: Arc<Mutex<Book>>, answer: Vec<u8>, close: bool) {
    let mut bytes = Vec::new();
    let mut told_to_go_on = false;
    loop {
        let found = if bytes.is_empty() { Found::Part } else { parse(&bytes) };
        match found {
            Found::Whole(request, length) => {
                told_to_go_on = false;
                bytes.drain(..length);
                book.lock().expect("not poisoned").whole.push(*request);
                if stream.write_all(&answer).await.is_err() || close {
                    return;
                }
                continue;
            }
            Found::Wrong(why) => {
                let why = format!("{why} in {:?}", String::from_utf8_lossy(&bytes[..bytes.len().min(400)]));
                book.lock().expect("not poisoned").wrong.push(why);
                return;
            }
            Found::Part => {}
        }
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        if !told_to_go_on && text.contains("\r\n\r\n") && text.contains("expect: 100-continue") {
            told_to_go_on = true;
            if stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await.is_err() {
                return;
            }
        }
        match stream.read_buf(&mut bytes).await {
            Ok(count) if count > 0 => {}
            Ok(_) | Err(_) => {
                book.lock().expect("not poisoned").cut += usize::from(!bytes.is_empty());
                return;
            }
        }
    }
}

/// Reads one request strictly.
pub fn parse(bytes: &[u8]) -> Found {
    match head(bytes) {
        Ok(Some((mut request, end))) => match body(&mut request, &bytes[end..]) {
            Ok(Some(length)) => Found::Whole(Box::new(request), end + length),
            Ok(None) => Found::Part,
            Err(why) => Found::Wrong(why),
        },
        Ok(None) => Found::Part,
        Err(why) => Found::Wrong(why),
    }
}

/// Cuts off one line, each byte as one sign. A CR or LF anywhere else is wrong.
fn line(bytes: &[u8]) -> Result<Option<(String, usize)>, String> {
    let Some(end) = bytes.iter().position(|byte| matches!(byte, b'\r' | b'\n' | 0)) else {
        return Ok(None);
    };
    match (bytes[end], bytes.get(end + 1)) {
        (b'\r', Some(b'\n')) => {}
        (b'\r', None) => return Ok(None),
        _ => return Err(format!("a stray {:?}", char::from(bytes[end]))),
    }
    Ok(Some((bytes[..end].iter().copied().map(char::from).collect(), end + 2)))
}

type Head = (Received, usize);

fn head(bytes: &[u8]) -> Result<Option<Head>, String> {
    let Some((first, mut end)) = line(bytes)? else { return Ok(None) };
    let parts: Vec<&str> = first.split(' ').collect();
    let [method, target, "HTTP/1.1"] = parts[..] else { return Err(format!("request line {first:?}")) };
    if method.is_empty() || method.len() > 64 || !method.chars().all(is_tchar) {
        return Err(format!("method {method:?}"));
    }
    let formed = target.starts_with('/') || (target == "*" && method == "OPTIONS");
    if !formed || !target.chars().all(|sign| sign.is_ascii_graphic() && sign != '#') {
        return Err(format!("target {target:?}"));
    }
    let mut request = Received { method: method.into(), target: target.into(), ..Received::default() };
    loop {
        let Some((text, length)) = line(&bytes[end..])? else { return Ok(None) };
        end += length;
        if text.is_empty() {
            break;
        }
        request.fields.push(field(&text)?);
    }
    check_fields(&request)?;
    Ok(Some((request, end)))
}

fn is_tchar(sign: char) -> bool {
    sign.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(sign)
}

fn field(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once(':').ok_or_else(|| format!("no colon in {text:?}"))?;
    if name.is_empty() || !name.chars().all(is_tchar) {
        return Err(format!("field name {name:?}"));
    }
    if value.chars().any(|sign| sign.is_ascii_control() && sign != '\t') {
        return Err(format!("field value {value:?}"));
    }
    Ok((name.to_ascii_lowercase(), value.trim_matches([' ', '\t']).to_owned()))
}

fn check_fields(request: &Received) -> Result<(), String> {
    let all = |name: &str| request.fields.iter().filter(|field| field.0 == name).map(|field| field.1.clone()).collect::<Vec<_>>();
    let hosts = all("host");
    if hosts.len() != 1 || hosts[0].is_empty() || hosts[0].contains([' ', ',', '@', '/', '?', '#', '\\', '\t']) {
        return Err(format!("Host {hosts:?}"));
    }
    let (lengths, codings) = (all("content-length"), all("transfer-encoding"));
    if lengths.len() + codings.len() > 1 {
        return Err(format!("lengths {lengths:?} {codings:?}"));
    }
    if codings.iter().any(|coding| coding != "chunked") {
        return Err(format!("coding {codings:?}"));
    }
    if lengths.iter().any(|length| length.is_empty() || length.len() > 19 || !length.bytes().all(|byte| byte.is_ascii_digit())) {
        return Err(format!("length {lengths:?}"));
    }
    check_hop(&all)
}

fn check_hop(all: &dyn Fn(&str) -> Vec<String>) -> Result<(), String> {
    for name in ["proxy-authorization", "proxy-connection", "keep-alive", "http2-settings"] {
        if !all(name).is_empty() {
            return Err(format!("{name} has left"));
        }
    }
    if all("via").is_empty() {
        return Err("no Via".to_owned());
    }
    if all("te").iter().any(|value| value != "trailers") || all("upgrade").iter().any(|value| value != "websocket") {
        return Err(format!("TE {:?} or Upgrade {:?}", all("te"), all("upgrade")));
    }
    for option in all("connection").join(",").split(',').map(|option| option.trim().to_ascii_lowercase()) {
        if !["", "te", "upgrade", "close", "keep-alive"].contains(&option.as_str()) {
            return Err(format!("Connection names {option:?}"));
        }
    }
    Ok(())
}

fn body(request: &mut Received, rest: &[u8]) -> Result<Option<usize>, String> {
    if let Some(length) = request.field("content-length") {
        let length: usize = length.parse().map_err(|_| "length".to_owned())?;
        let Some(body) = rest.get(..length) else { return Ok(None) };
        request.body = body.to_vec();
        return Ok(Some(length));
    }
    if request.field("transfer-encoding").is_none() {
        return Ok(Some(0));
    }
    let mut at = 0;
    loop {
        let Some((size, length)) = line(&rest[at..])? else { return Ok(None) };
        if size.is_empty() || size.len() > 16 || !size.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(format!("chunk size {size:?}"));
        }
        at += length;
        let size = usize::from_str_radix(&size, 16).map_err(|_| format!("chunk size {size:?}"))?;
        if size == 0 {
            break;
        }
        let Some(data) = rest.get(at..at + size + 2) else { return Ok(None) };
        request.body.extend_from_slice(&data[..size]);
        if &data[size..] != b"\r\n" {
            return Err("no CRLF behind a chunk".to_owned());
        }
        at += size + 2;
    }
    loop {
        let Some((text, length)) = line(&rest[at..])? else { return Ok(None) };
        at += length;
        if text.is_empty() {
            return Ok(Some(at));
        }
        let trailer = field(&text)?;
        if ["content-length", "transfer-encoding", "host"].contains(&trailer.0.as_str()) {
            return Err(format!("trailer {trailer:?}"));
        }
        request.trailers.push(trailer);
    }
}
