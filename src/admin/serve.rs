//! The console's listener: bounded in connections and in patience, and it ends in order.

use super::api;
use super::desk::Desk;
use super::guard::{AllowedHosts, lock_down, only_over_tls, only_own_names};
use super::page::StatusPage;
use super::patience::{AtWork, Patient};
use super::place::Place;
use super::routes::{Shared, open_routes, routes};
use super::secured::{Settings, Wire};
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
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::sleep;

/// Most connections at one time: people, a scraper or two, and probes.
const MOST_CONNECTIONS: usize = 256;
/// A request, and each piece of an answer, has so long; a connection on which neither moves is closed.
const PATIENCE: Duration = Duration::from_secs(30);

/// The console, ready to serve.
pub struct Console {
    shared: Shared,
    names: Vec<String>,
    desk: Option<Arc<Desk>>,
    patience: Duration,
    tls: Option<Settings>,
}

impl Console {
    /// `names`: further host names under which the console may be asked for.
    #[must_use]
    pub fn new(source: Arc<dyn StatusSource>, metrics: Arc<Metrics>, names: Vec<String>) -> Self {
        Self { shared: Shared { source, metrics, page: Arc::new(StatusPage::new()) }, names, desk: None, patience: PATIENCE, tls: None }
    }

    /// With the pages for people who sign in.
    #[must_use]
    pub fn with_desk(self, desk: Arc<Desk>) -> Self {
        Self { desk: Some(desk), ..self }
    }

    /// With another time after which a connection that is too slow is closed.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// It speaks TLS, with what `settings` says for each connection.
    #[must_use]
    pub fn with_tls(self, settings: Option<Settings>) -> Self {
        Self { tls: settings, ..self }
    }

    /// Serves until `stop` resolves, then finishes what is open.
    ///
    /// # Errors
    /// The listener has no address. Single connections that fail end alone.
    pub async fn serve(self, listener: TcpListener, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        let allowed = AllowedHosts::new(listener.local_addr()?.ip(), &self.names);
        let source = Arc::clone(&self.shared.source);
        let over_tls = self.tls.is_some() || self.desk.as_ref().is_some_and(|desk| desk.settings.behind_tls);
        let seats = self.desk.map_or_else(Router::new, |desk| seats(Arc::clone(&desk)).merge(programs(desk, source)));
        let guarded = routes(self.shared.clone()).merge(seats).layer(from_fn_with_state(allowed, only_own_names));
        let app = guarded.merge(open_routes(self.shared)).layer(from_fn(lock_down));
        let app = if over_tls { app.layer(from_fn(only_over_tls)) } else { app };
        let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
        let listener = Bounded { listener, places, patience: self.patience, tls: self.tls };
        axum::serve(listener, app.into_make_service_with_connect_info::<Caller>()).with_graceful_shutdown(stop).await
    }
}

/// Everything behind the door: each place with its path.
fn seats(desk: Arc<Desk>) -> Router {
    Place::ALL.into_iter().fold(Router::new(), |router, place| {
        let desk = Arc::clone(&desk);
        let answer = move |ConnectInfo(caller): ConnectInfo<Caller>, request: Request| async move {
            let (head, body) = request.into_parts();
            desk.answer(place, caller, head, body).await
        };
        router.route(place.path(), any(answer))
    })
}

/// What programs ask: one door for all of it.
fn programs(desk: Arc<Desk>, source: Arc<dyn StatusSource>) -> Router {
    let answer = move |ConnectInfo(caller): ConnectInfo<Caller>, request: Request| async move {
        let (head, body) = request.into_parts();
        api::answer(desk, source, caller, (head, body)).await
    };
    Router::new().route("/api/v1/{*rest}", any(answer))
}

/// The other end of a connection, and the word to it that somebody is at work on its answer.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    pub(super) peer: SocketAddr,
    pub(super) work: AtWork,
}

impl Connected<IncomingStream<'_, Bounded>> for Caller {
    fn connect_info(stream: IncomingStream<'_, Bounded>) -> Self {
        stream.remote_addr().clone()
    }
}

/// Accepts while there is a place.
struct Bounded {
    listener: TcpListener,
    places: Arc<Semaphore>,
    patience: Duration,
    tls: Option<Settings>,
}

impl Listener for Bounded {
    type Io = Wire<Patient>;
    type Addr = Caller;

    async fn accept(&mut self) -> (Wire<Patient>, Caller) {
        let place = Arc::clone(&self.places).acquire_owned().await.expect("the semaphore is never closed");
        loop {
            match self.listener.accept().await {
                Ok((stream, peer)) => {
                    let work = AtWork::default();
                    let stream = Patient::new(stream, place, (self.patience, work.clone()));
                    return (Wire::new(stream, self.tls.as_ref()), Caller { peer, work });
                }
                Err(error) => {
                    tracing::warn!(%error, "console: a connection could not be accepted");
                    // Out of file handles, most likely: give others time to close theirs.
                    sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<Caller> {
        Ok(Caller { peer: self.listener.local_addr()?, work: AtWork::default() })
    }
}
