//! An origin made with the `h2` crate, on a thread of its own, that remembers what it heard.

use crate::support::answer::pattern;
use bytes::Bytes;
use h2::server::{Connection, SendResponse};
use h2::{Reason, RecvStream, SendStream};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use rustls::ServerConfig;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;

type Fault = Box<dyn std::error::Error + Send + Sync>;

/// One request as it came.
#[derive(Clone, Debug, Default)]
pub struct Heard {
    pub method: String,
    pub uri: String,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    pub trailers: Option<HeaderMap>,
    /// The stream was reset, for this reason.
    pub reset: Option<Reason>,
    pub ended: bool,
}

#[derive(Default)]
struct Shared {
    heard: Mutex<Vec<Heard>>,
    connections: AtomicUsize,
    now: AtomicUsize,
    most: AtomicUsize,
    tries: AtomicUsize,
    sent: AtomicUsize,
}

/// A running origin.
pub struct StreamOrigin {
    pub address: SocketAddr,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// How it serves.
#[derive(Clone, Copy, Default)]
pub struct Serves {
    /// What it allows at once.
    pub streams: Option<u32>,
}

impl StreamOrigin {
    pub fn start(tls: Arc<ServerConfig>, serves: Serves) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let shared = Arc::<Shared>::default();
        let serving = Arc::clone(&shared);
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let listener = TcpListener::from_std(listener).unwrap();
                tokio::select! { () = accept(listener, TlsAcceptor::from(tls), serves, serving) => {}, _ = stopped => {} }
            });
            runtime.shutdown_background();
        });
        Self { address, shared, stop: Some(stop), thread: Some(thread) }
    }

    pub fn heard(&self) -> Vec<Heard> {
        self.shared.heard.lock().unwrap().clone()
    }

    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::Relaxed)
    }

    /// Most requests at once.
    pub fn most(&self) -> usize {
        self.shared.most.load(Ordering::Relaxed)
    }

    /// Bytes of bodies handed over to be sent.
    pub fn sent(&self) -> usize {
        self.shared.sent.load(Ordering::Relaxed)
    }
}

impl Drop for StreamOrigin {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ended = thread.join();
        }
    }
}

async fn accept(listener: TcpListener, tls: TlsAcceptor, serves: Serves, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (tls, shared) = (tls.clone(), Arc::clone(&shared));
        tokio::spawn(async move {
            let _ended = connection(stream, tls, serves, shared).await;
        });
    }
}

async fn connection(stream: TcpStream, tls: TlsAcceptor, serves: Serves, shared: Arc<Shared>) -> Result<(), Fault> {
    stream.set_nodelay(true)?;
    let stream = tls.accept(stream).await?;
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]), "HTTP/2 was chosen");
    shared.connections.fetch_add(1, Ordering::Relaxed);
    let mut builder = h2::server::Builder::new();
    builder.initial_window_size(1 << 20).initial_connection_window_size(1 << 24);
    if let Some(streams) = serves.streams {
        builder.max_concurrent_streams(streams);
    }
    let mut connection: Connection<_, Bytes> = builder.handshake(stream).await?;
    while let Some(next) = connection.accept().await {
        let (request, respond) = next?;
        if request.uri().path() == "/go-away" && shared.tries.fetch_add(1, Ordering::Relaxed) == 0 {
            connection.graceful_shutdown();
        }
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            let now = shared.now.fetch_add(1, Ordering::Relaxed) + 1;
            shared.most.fetch_max(now, Ordering::Relaxed);
            let _served = serve(request, respond, &shared).await;
            shared.now.fetch_sub(1, Ordering::Relaxed);
        });
    }
    Ok(())
}

fn number(path: &str, prefix: &str) -> Option<usize> {
    path.strip_prefix(prefix)?.split('/').next()?.parse().ok()
}

fn fields(pairs: &[(&'static str, &str)]) -> HeaderMap {
    pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())).collect()
}

fn head(status: u16, pairs: &[(&'static str, &str)]) -> Response<()> {
    let mut response = Response::new(());
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    *response.headers_mut() = fields(pairs);
    response
}

async fn serve(request: Request<RecvStream>, mut respond: SendResponse<Bytes>, shared: &Arc<Shared>) -> Result<(), Fault> {
    let path = request.uri().path().to_owned();
    let place = {
        let mut heard = shared.heard.lock().unwrap();
        heard.push(Heard {
            method: request.method().to_string(),
            uri: request.uri().to_string(),
            headers: request.headers().clone(),
            ..Heard::default()
        });
        heard.len() - 1
    };
    let whole = |text: &str| head(200, &[("content-length", &text.len().to_string()), ("content-type", "text/plain")]);
    let mut body = request.into_body();
    match path.as_str() {
        "/refused-once" if shared.tries.fetch_add(1, Ordering::Relaxed) == 0 => {
            respond.send_reset(Reason::REFUSED_STREAM);
            return Ok(());
        }
        "/refused" => {
            respond.send_reset(Reason::REFUSED_STREAM);
            return Ok(());
        }
        "/reset" => {
            respond.send_reset(Reason::INTERNAL_ERROR);
            return Ok(());
        }
        "/two-way" => {
            let mut out = respond.send_response(head(200, &[("content-type", "application/grpc")]), false)?;
            while let Some(piece) = body.data().await {
                let piece = piece?;
                body.flow_control().release_capacity(piece.len())?;
                out.send_data(piece, false)?;
            }
            let trailers = body.trailers().await?;
            shared.heard.lock().unwrap()[place].trailers = trailers;
            out.send_trailers(fields(&[("grpc-status", "0"), ("grpc-message", "fine")]))?;
            return Ok(());
        }
        "/endless" => return endless(respond, shared, place).await,
        _ => {}
    }
    while let Some(piece) = body.data().await {
        let piece = piece?;
        body.flow_control().release_capacity(piece.len())?;
        shared.heard.lock().unwrap()[place].body.extend_from_slice(&piece);
    }
    let trailers = body.trailers().await?;
    {
        let mut heard = shared.heard.lock().unwrap();
        (heard[place].trailers, heard[place].ended) = (trailers, true);
    }
    if let Some(count) = number(&path, "/bytes/") {
        let out = respond.send_response(head(200, &[("content-length", &count.to_string())]), count == 0)?;
        return send(out, &pattern(count), true, shared).await;
    }
    if let Some(count) = number(&path, "/unannounced/") {
        let out = respond.send_response(head(200, &[]), false)?;
        return send(out, &pattern(count), true, shared).await;
    }
    if let Some(count) = number(&path, "/hints/") {
        for _ in 0..count {
            respond.send_informational(head(103, &[("link", "</style.css>; rel=preload")]))?;
            tokio::task::yield_now().await;
        }
    }
    if let Some(milliseconds) = number(&path, "/wait/") {
        tokio::time::sleep(Duration::from_millis(milliseconds as u64)).await;
    }
    if let Some(count) = number(&path, "/together/") {
        // Answered once so many are here at once, or were.
        let mut tries = 0;
        while shared.most.load(Ordering::Relaxed) < count && tries < 1_000 {
            tokio::time::sleep(Duration::from_millis(10)).await;
            tries += 1;
        }
    }
    if let Some(status) = number(&path, "/status/") {
        respond.send_response(head(u16::try_from(status)?, &[]), true)?;
        return Ok(());
    }
    if let Some(count) = number(&path, "/fields/") {
        let mut answer = head(200, &[]);
        for at in 0..count {
            answer.headers_mut().insert(HeaderName::from_bytes(format!("x-{at}").as_bytes())?, HeaderValue::from_static("x"));
        }
        respond.send_response(answer, true)?;
        return Ok(());
    }
    let length = |count: &str| head(200, &[("content-length", count)]);
    match path.as_str() {
        "/echo" => {
            let sent = shared.heard.lock().unwrap()[place].body.clone();
            let out = respond.send_response(head(200, &[]), sent.is_empty())?;
            send(out, &sent, true, shared).await
        }
        "/trailers" | "/bad-trailers" => {
            let mut out = respond.send_response(head(200, &[("trailer", "x-tail"), ("content-type", "application/grpc")]), false)?;
            out.send_data(Bytes::from_static(b"with a tail"), false)?;
            let tail: &[_] = if path == "/trailers" { &[("x-tail", "wagging")] } else { &[("content-length", "5")] };
            Ok(out.send_trailers(fields(tail))?)
        }
        "/trailers-only" => {
            respond.send_response(head(200, &[("content-type", "application/grpc"), ("grpc-status", "5")]), true)?;
            Ok(())
        }
        "/short" | "/long" | "/not-modified" | "/no-content" => {
            let answer = match path.as_str() {
                "/not-modified" => head(304, &[("content-length", "5"), ("etag", "\"x\"")]),
                "/no-content" => head(204, &[]),
                "/short" => length("10"),
                _ => length("3"),
            };
            let out = respond.send_response(answer, false)?;
            send(out, b"12345", true, shared).await
        }
        "/two-lengths" => {
            let mut answer = length("5");
            answer.headers_mut().append("content-length", HeaderValue::from_static("6"));
            send(respond.send_response(answer, false)?, b"12345", true, shared).await
        }
        "/switch" => {
            respond.send_response(head(101, &[]), true)?;
            Ok(())
        }
        "/cut" => {
            let mut out = respond.send_response(head(200, &[]), false)?;
            out.send_data(Bytes::from_static(b"half of "), false)?;
            tokio::time::sleep(Duration::from_millis(50)).await;
            out.send_reset(Reason::NO_ERROR);
            Ok(())
        }
        "/round" => {
            let fields = [("alt-svc", "h3=\":443\""), ("proxy-authenticate", "Basic"), ("x-kept", " blanks around "), ("via", "2 far")];
            respond.send_response(head(200, &fields), true)?;
            Ok(())
        }
        _ => {
            let out = respond.send_response(whole("hello in frames\n"), false)?;
            send(out, b"hello in frames\n", true, shared).await
        }
    }
}

async fn endless(mut respond: SendResponse<Bytes>, shared: &Arc<Shared>, place: usize) -> Result<(), Fault> {
    let mut out = respond.send_response(head(200, &[]), false)?;
    let piece = pattern(16 * 1024);
    loop {
        if let Err(error) = send_piece(&mut out, &piece, false, shared).await {
            shared.heard.lock().unwrap()[place].reset = poll_fn(|context| out.poll_reset(context)).await.ok();
            return Err(error);
        }
    }
}

async fn send(mut out: SendStream<Bytes>, body: &[u8], end: bool, shared: &Shared) -> Result<(), Fault> {
    let last = body.chunks(64 * 1024).count().saturating_sub(1);
    for (at, piece) in body.chunks(64 * 1024).enumerate() {
        send_piece(&mut out, piece, end && at == last, shared).await?;
    }
    Ok(())
}

async fn send_piece(out: &mut SendStream<Bytes>, piece: &[u8], end: bool, shared: &Shared) -> Result<(), Fault> {
    let mut rest = Bytes::copy_from_slice(piece);
    while !rest.is_empty() {
        out.reserve_capacity(rest.len());
        let room = poll_fn(|context| out.poll_capacity(context)).await.ok_or("the stream has ended")??;
        let part = rest.split_to(room.min(rest.len()));
        shared.sent.fetch_add(part.len(), Ordering::Relaxed);
        out.send_data(part, end && rest.is_empty())?;
    }
    Ok(())
}
