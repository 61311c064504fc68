//! An origin that keeps every request it saw, answers as it was told, and serves files, plain or over TLS.

use super::answer::{Answer, Step, built_in, whole};
use super::websocket::echo;
use super::wire::{Incoming, Request};
use rustls::ServerConfig;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;

/// Answers what the built-in paths do not. Runs on a thread that may wait.
pub type Handler = dyn Fn(&Request) -> Option<Answer> + Send + Sync;

struct Shared {
    seen: Mutex<Vec<Request>>,
    connections: Mutex<usize>,
    handler: Box<Handler>,
    tls: Option<TlsAcceptor>,
}

/// A running origin.
pub struct Origin {
    pub address: SocketAddr,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Origin {
    /// Plain HTTP with the built-in paths.
    pub fn plain() -> Self {
        Self::start(None, |_| None)
    }

    /// HTTP over TLS if a config is given; the handler answers what the built-in paths do not.
    pub fn start(tls: Option<Arc<ServerConfig>>, handler: impl Fn(&Request) -> Option<Answer> + Send + Sync + 'static) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            seen: Mutex::default(),
            connections: Mutex::default(),
            handler: Box::new(handler),
            tls: tls.map(TlsAcceptor::from),
        });
        let (stop, stopped) = oneshot::channel();
        let serving = Arc::clone(&shared);
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                tokio::select! { () = accept(TcpListener::from_std(listener).unwrap(), serving) => {}, _ = stopped => {} }
            });
            runtime.shutdown_background();
        });
        Self { address, shared, stop: Some(stop), thread: Some(thread) }
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Every request seen so far.
    pub fn seen(&self) -> Vec<Request> {
        self.shared.seen.lock().unwrap().clone()
    }

    /// The targets seen so far.
    pub fn targets(&self) -> Vec<String> {
        self.shared.seen.lock().unwrap().iter().map(|request| request.target.clone()).collect()
    }

    /// What a strict reader found wrong in all requests so far.
    pub fn faults(&self) -> Vec<String> {
        self.shared.seen.lock().unwrap().iter().flat_map(|request| request.faults.clone()).collect()
    }

    /// Connections so far.
    pub fn connections(&self) -> usize {
        *self.shared.connections.lock().unwrap()
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ended = thread.join();
        }
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        *shared.connections.lock().unwrap() += 1;
        tokio::spawn(connection(stream, Arc::clone(&shared)));
    }
}

async fn connection(stream: TcpStream, shared: Arc<Shared>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    match &shared.tls {
        Some(acceptor) => serve(acceptor.accept(stream).await?, &shared, true).await,
        None => serve(stream, &shared, false).await,
    }
}

async fn serve<S: AsyncRead + AsyncWrite + Unpin>(stream: S, shared: &Arc<Shared>, tls: bool) -> io::Result<()> {
    let mut incoming = Incoming { stream, buffer: Vec::new() };
    while let Some(mut request) = incoming.head().await? {
        request.tls = tls;
        let place = remember(shared, &request);
        if request.field("expect").is_some_and(|value| value.eq_ignore_ascii_case("100-continue")) {
            incoming.stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
        }
        let read = incoming.body(&mut request).await;
        shared.seen.lock().unwrap()[place] = request.clone();
        read?;
        let keep = play(answer(shared, request.clone()).await, &request, &mut incoming).await?;
        if !keep || request.field("connection").is_some_and(|value| value.eq_ignore_ascii_case("close")) {
            return incoming.stream.shutdown().await;
        }
    }
    Ok(())
}

/// A request counts as seen when its head is there, whatever follows.
fn remember(shared: &Shared, request: &Request) -> usize {
    let mut seen = shared.seen.lock().unwrap();
    seen.push(request.clone());
    seen.len() - 1
}

async fn answer(shared: &Arc<Shared>, request: Request) -> Answer {
    let shared = Arc::clone(shared);
    let own = tokio::task::spawn_blocking(move || (shared.handler)(&request).or_else(|| built_in(&request))).await;
    own.ok().flatten().unwrap_or_else(|| whole(404, "text/plain", b"nothing here\n"))
}

/// Plays the moves; whether the connection can serve another request.
async fn play<S: AsyncRead + AsyncWrite + Unpin>(answer: Answer, request: &Request, incoming: &mut Incoming<S>) -> io::Result<bool> {
    for step in answer {
        match step {
            Step::Send(bytes) if request.method == "HEAD" => {
                let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").map_or(bytes.len(), |at| at + 4);
                incoming.stream.write_all(&bytes[..end]).await?;
            }
            Step::Send(bytes) => incoming.stream.write_all(&bytes).await?,
            Step::Wait(time) => tokio::time::sleep(time).await,
            Step::WebSocket => {
                echo(request, incoming).await?;
                return Ok(false);
            }
            Step::Close => return Ok(false),
        }
    }
    incoming.stream.flush().await?;
    Ok(true)
}
