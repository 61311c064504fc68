//! The console's listener: bounded in connections and in patience, and it ends in order.

use super::api;
use super::desk::Desk;
use super::guard::{AllowedHosts, lock_down, only_own_names};
use super::page::StatusPage;
use super::place::Place;
use super::routes::{Shared, open_routes, routes};
use super::status::StatusSource;
use crate::telemetry::Metrics;
use axum::Router;
use axum::extract::connect_info::Connected;
use axum::extract::{ConnectInfo, Request};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::any;
use axum::serve::{IncomingStream, Listener};
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep, sleep};

/// Most connections at one time: people, a scraper or two, and probes.
const MOST_CONNECTIONS: usize = 64;
/// A connection that neither sends nor takes anything for so long is closed.
const PATIENCE: Duration = Duration::from_secs(30);

/// The console, ready to serve.
pub struct Console {
    shared: Shared,
    names: Vec<String>,
    desk: Option<Arc<Desk>>,
}

impl Console {
    /// `names`: further host names under which the console may be asked for.
    #[must_use]
    pub fn new(source: Arc<dyn StatusSource>, metrics: Arc<Metrics>, names: Vec<String>) -> Self {
        Self { shared: Shared { source, metrics, page: Arc::new(StatusPage::new()) }, names, desk: None }
    }

    /// With the pages for people who sign in.
    #[must_use]
    pub fn with_desk(self, desk: Arc<Desk>) -> Self {
        Self { desk: Some(desk), ..self }
    }

    /// Serves until `stop` resolves, then finishes what is open.
    ///
    /// # Errors
    /// The listener has no address. Single connections that fail end alone.
    pub async fn serve(self, listener: TcpListener, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        let allowed = AllowedHosts::new(listener.local_addr()?.ip(), &self.names);
        let source = Arc::clone(&self.shared.source);
        let seats = self.desk.map_or_else(Router::new, |desk| seats(Arc::clone(&desk)).merge(programs(desk, source)));
        let guarded = routes(self.shared.clone()).merge(seats).layer(from_fn_with_state(allowed, only_own_names));
        let app = guarded.merge(open_routes(self.shared)).layer(from_fn(lock_down));
        let listener = Bounded { listener, places: Arc::new(Semaphore::new(MOST_CONNECTIONS)) };
        axum::serve(listener, app.into_make_service_with_connect_info::<Peer>()).with_graceful_shutdown(stop).await
    }
}

/// Everything behind the door: each place with its path.
fn seats(desk: Arc<Desk>) -> Router {
    Place::ALL.into_iter().fold(Router::new(), |router, place| {
        let desk = Arc::clone(&desk);
        let answer = move |ConnectInfo(Peer(peer)): ConnectInfo<Peer>, request: Request| async move {
            let (head, body) = request.into_parts();
            desk.answer(place, peer, head, body).await
        };
        router.route(place.path(), any(answer))
    })
}

/// What programs ask: one door for all of it.
fn programs(desk: Arc<Desk>, source: Arc<dyn StatusSource>) -> Router {
    let answer = move |ConnectInfo(Peer(peer)): ConnectInfo<Peer>, request: Request| async move {
        let (head, body) = request.into_parts();
        api::answer(desk, source, peer, (head, body)).await
    };
    Router::new().route("/api/v1/{*rest}", any(answer))
}

/// The other end of a connection.
#[derive(Clone, Copy, Debug)]
struct Peer(SocketAddr);

impl Connected<IncomingStream<'_, Bounded>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Bounded>) -> Self {
        Self(*stream.remote_addr())
    }
}

/// Accepts while there is a place.
struct Bounded {
    listener: TcpListener,
    places: Arc<Semaphore>,
}

impl Listener for Bounded {
    type Io = Patient;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Patient, SocketAddr) {
        let place = Arc::clone(&self.places).acquire_owned().await.expect("the semaphore is never closed");
        loop {
            match self.listener.accept().await {
                Ok((stream, peer)) => return (Patient::new(stream, place), peer),
                Err(error) => {
                    tracing::warn!(%error, "console: a connection could not be accepted");
                    // Out of file handles, most likely: give others time to close theirs.
                    sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// A connection that is closed when nothing moves on it. It holds its place until it is gone.
struct Patient {
    stream: TcpStream,
    limit: Pin<Box<Sleep>>,
    _place: OwnedSemaphorePermit,
}

impl Patient {
    fn new(stream: TcpStream, place: OwnedSemaphorePermit) -> Self {
        Self { stream, limit: Box::pin(sleep(PATIENCE)), _place: place }
    }

    /// Starts the time anew when something moved; fails when it has run out.
    fn watched<T>(&mut self, context: &mut Context<'_>, step: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if step.is_ready() {
            self.limit.as_mut().reset(Instant::now() + PATIENCE);
            return step;
        }
        ready!(self.limit.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Patient {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let step = Pin::new(&mut self.stream).poll_read(context, buffer);
        self.watched(context, step)
    }
}

impl AsyncWrite for Patient {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let step = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.watched(context, step)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
