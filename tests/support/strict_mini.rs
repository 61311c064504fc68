//! The smallest proxy that uses the gate as the real one does: what the gate lets through goes on, nothing is judged.

#![allow(unreachable_pub, dead_code, reason = "each test takes what it needs")]

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, Version, header};
use http_body_util::{Either, Full};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use lifeguard::proxy::strict::{
    Asked, ClientGate, Forwards, GateLimits, HeadFacts, InFlight, Mailbox, ResponseTo, ServerGate, go_on_as_websocket, is_loop,
    max_forwards, settle_length, strip_hop_by_hop, take_trailers, takes_trailers, via,
};
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

type Body = Either<Full<Bytes>, Incoming>;

/// A connection of any kind.
pub trait Line: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Line for S {}

/// How origins are reached.
pub type Dial = Arc<dyn Fn(SocketAddr) -> Pin<Box<dyn Future<Output = io::Result<Box<dyn Line>>> + Send>> + Send + Sync>;

/// Reaches them over the network.
pub fn dial_tcp() -> Dial {
    Arc::new(|address| Box::pin(async move { TcpStream::connect(address).await.map(|stream| Box::new(stream) as Box<dyn Line>) }))
}

/// The proxy's own name in Via.
pub const PSEUDONYM: &str = "mini-proxy";

pub struct MiniProxy {
    pub address: SocketAddr,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for MiniProxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl MiniProxy {
    /// `half_close` says whether the library goes on answering a client that has ended its side.
    pub async fn start(limits: GateLimits, half_close: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (limits, dial) = (Arc::new(limits), dial_tcp());
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&limits), Arc::clone(&dial), half_close));
            }
        });
        Self { address, task }
    }
}

/// Serves one client.
pub async fn serve<S: Line + 'static>(stream: S, limits: Arc<GateLimits>, dial: Dial, half_close: bool) {
    let mailbox = Mailbox::new();
    let gate = ServerGate::new(stream, Arc::clone(&limits), Arc::clone(&mailbox));
    let service = hyper::service::service_fn(move |request| {
        let (mailbox, limits, dial) = (Arc::clone(&mailbox), Arc::clone(&limits), Arc::clone(&dial));
        async move {
            let Some((facts, flying)) = mailbox.take() else { return Err("a request without facts".to_owned()) };
            let answer = answer::<S>(request, &facts, flying, &mailbox, limits, dial).await;
            match mailbox.body_fault() {
                Some(fault) => Err(fault.to_string()),
                None => Ok::<_, String>(answer),
            }
        }
    });
    let mut server = hyper::server::conn::http1::Builder::new();
    let _closed = server.half_close(half_close).serve_connection(TokioIo::new(gate), service).with_upgrades().await;
}

async fn answer<S: Line + 'static>(
    mut request: Request<Incoming>,
    facts: &HeadFacts,
    flying: InFlight,
    mailbox: &Arc<Mailbox>,
    limits: Arc<GateLimits>,
    dial: Dial,
) -> Response<Body> {
    if let Some(fault) = facts.fault {
        return refusal(fault.kind.status());
    }
    if facts.is_connect {
        return connect::<S>(request, facts, &dial).await;
    }
    let Some((origin, path)) = address(facts) else { return refusal(400) };
    if is_loop(request.headers(), &HeaderValue::from_static(PSEUDONYM)) {
        return refusal(508);
    }
    let method = request.method().clone();
    match max_forwards(request.headers_mut(), &method) {
        Forwards::Onward => {}
        Forwards::AnswerHere => return refusal(200),
        Forwards::Unreadable => return refusal(400),
    }
    if method == Method::TRACE {
        return refusal(405);
    }
    let (Ok(uri), Ok(host)) = (path.parse(), HeaderValue::from_str(&origin.to_string())) else { return refusal(400) };
    let upgrading = facts.wants_upgrade.then(|| hyper::upgrade::on(&mut request));
    let trailers = takes_trailers(request.headers());
    let version = request.version();
    let headers = request.headers_mut();
    strip_hop_by_hop(headers);
    settle_length(headers);
    headers.insert(header::HOST, host);
    via(headers, version, &HeaderValue::from_static(PSEUDONYM));
    if trailers {
        take_trailers(headers);
    }
    if facts.wants_upgrade {
        go_on_as_websocket(headers);
    }
    *request.uri_mut() = uri;
    *request.version_mut() = Version::HTTP_11;
    let Ok(line) = dial(origin).await else { return refusal(502) };
    forward::<S>(request, line, facts, upgrading, flying, mailbox, limits).await
}

async fn forward<S: Line + 'static>(
    mut request: Request<Incoming>,
    line: Box<dyn Line>,
    facts: &HeadFacts,
    upgrading: Option<hyper::upgrade::OnUpgrade>,
    _flying: InFlight,
    mailbox: &Arc<Mailbox>,
    limits: Arc<GateLimits>,
) -> Response<Body> {
    let asked = Asked::new();
    let gate = ClientGate::new(line, limits, Arc::clone(&asked));
    let Ok((mut sender, connection)) = hyper::client::conn::http1::handshake(TokioIo::new(gate)).await else { return refusal(502) };
    tokio::spawn(connection.with_upgrades());
    asked.expect(match *request.method() {
        Method::HEAD => ResponseTo::Head,
        _ if facts.wants_upgrade => ResponseTo::Upgrade,
        _ => ResponseTo::Other,
    });
    let relay = Arc::clone(mailbox);
    hyper::ext::on_informational(&mut request, move |interim| {
        let mut text = format!("HTTP/1.1 {}\r\n", interim.status()).into_bytes();
        for (name, value) in interim.headers() {
            text.extend_from_slice(&[name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
        }
        text.extend_from_slice(b"\r\n");
        if interim.status() != StatusCode::CONTINUE {
            relay.send_interim(text.into());
        }
    });
    let Ok(mut response) = sender.send_request(request).await else { return refusal(502) };
    let version = response.version();
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        if let Some(client) = upgrading {
            let origin = hyper::upgrade::on(&mut response);
            tokio::spawn(tunnel::<S>(client, origin));
        }
        strip_hop_by_hop(response.headers_mut());
        go_on_as_websocket(response.headers_mut());
    } else {
        strip_hop_by_hop(response.headers_mut());
        settle_length(response.headers_mut());
        if facts.wants_upgrade {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
    }
    via(response.headers_mut(), version, &HeaderValue::from_static(PSEUDONYM));
    response.map(Either::Right)
}

/// Where to go, and what to ask there. The real proxy has its canonicaliser for this.
fn address(facts: &HeadFacts) -> Option<(SocketAddr, String)> {
    let target = std::str::from_utf8(facts.target()).ok()?;
    let (authority, path) = match target.strip_prefix("http://") {
        Some(rest) => {
            let end = rest.find(['/', '?']).unwrap_or(rest.len());
            (&rest[..end], &rest[end..])
        }
        None => (std::str::from_utf8(facts.host()?).ok()?, target),
    };
    let path = match path {
        "" if facts.method() == b"OPTIONS" => "*".to_owned(),
        "*" if facts.method() == b"OPTIONS" => "*".to_owned(),
        _ if path.starts_with('/') => path.to_owned(),
        _ if path.is_empty() || path.starts_with('?') => format!("/{path}"),
        _ => return None,
    };
    if path.contains(['#', '\\']) || !path.is_ascii() {
        return None;
    }
    Some((authority.parse().ok()?, path))
}

async fn connect<S: Line + 'static>(request: Request<Incoming>, facts: &HeadFacts, dial: &Dial) -> Response<Body> {
    let target = std::str::from_utf8(facts.target()).ok().and_then(|target| target.parse::<SocketAddr>().ok());
    let Some(target) = target.filter(|target| target.port() != 0) else { return refusal(400) };
    let Ok(mut origin) = dial(target).await else { return refusal(502) };
    tokio::spawn(async move {
        let Ok(upgraded) = hyper::upgrade::on(request).await else { return };
        let Ok(parts) = upgraded.downcast::<TokioIo<ServerGate<S>>>() else { return };
        let (mut client, held) = parts.io.into_inner().into_inner();
        assert!(parts.read_buf.is_empty(), "the library saw bytes of the tunnel");
        if origin.write_all(&held).await.is_ok() {
            let _ended = copy_bidirectional(&mut client, &mut origin).await;
        }
    });
    let mut open = Response::new(Either::Left(Full::default()));
    open.headers_mut().insert("x-tunnel", HeaderValue::from_static("open"));
    open
}

async fn tunnel<S: Line + 'static>(client: hyper::upgrade::OnUpgrade, origin: hyper::upgrade::OnUpgrade) {
    let (Ok(client), Ok(origin)) = (client.await, origin.await) else { return };
    let Ok(parts) = client.downcast::<TokioIo<ServerGate<S>>>() else { return };
    let (mut client, held) = parts.io.into_inner().into_inner();
    let mut origin = TokioIo::new(origin);
    if origin.write_all(&held).await.is_ok() {
        let _ended = copy_bidirectional(&mut client, &mut origin).await;
    }
}

fn refusal(status: u16) -> Response<Body> {
    let body = Either::Left(Full::from(format!("refused: {status}\n")));
    let builder = Response::builder().status(status).header(header::CONNECTION, "close");
    builder.body(body).unwrap_or_else(|_| Response::new(Either::Left(Full::default())))
}
