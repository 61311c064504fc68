//! One connection that speaks HTTP/2, from its preface to its GOAWAY.
//!
//! Each stream runs as a task of its own; this one drives the connection, writes the record of what the library refuses, and
//! ends the connection: when it is quiet for too long, when the proxy stops, when the client floods it.
//! Must never: leave a head without a record, or a task behind.

use super::stream::stream;
use crate::proxy::client::{ClientStream, Side};
use crate::proxy::handle::unserved;
use crate::proxy::live::Live;
use crate::proxy::strict::{Breach, HeadFacts, Heads, StreamGate};
use bytes::Bytes;
use h2::server::{Builder, Connection, SendResponse};
use h2::{Reason, RecvStream};
use http::Request;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// What a client may send on one stream, and on all of them, before any of it has been taken. In bytes.
const STREAM_WINDOW: u32 = 256 * 1024;
const WINDOW: u32 = 1024 * 1024;
/// What the library holds of one answer. In bytes.
const SEND_BUFFER: usize = 64 * 1024;
/// Streams that the client resets before they are taken (CVE-2023-44487), and that it makes us reset (CVE-2025-8671).
const RESETS: usize = 50;
const PROVOKED: usize = 256;
/// How long a client that was told to go may take to close.
const FAREWELL: Duration = Duration::from_secs(2);

type Library = Connection<StreamGate<ClientStream>, Bytes>;

/// What happens next.
enum Event {
    Asked(Box<(Request<RecvStream>, SendResponse<Bytes>)>),
    /// The gate has something to say.
    Look,
    Draining,
    Quiet,
    Served,
    Ended,
}

/// Serves a connection to its end.
pub(in crate::proxy) async fn serve(side: Arc<Side>, stream: ClientStream, drain: watch::Receiver<bool>) {
    let live = side.proxy.live.load_full();
    let heads = Heads::new();
    let inside = side.outer.as_ref().is_some_and(|outer| outer.opened);
    let gate = StreamGate::new(stream, Arc::clone(&live.gate), Arc::clone(&heads), inside);
    let preface = builder(&live, inside).handshake(gate);
    let begun = tokio::time::timeout(live.limits().first_byte, preface).await;
    drop(live);
    match begun {
        Ok(Ok(library)) => Serving { side, heads, drain, tasks: JoinSet::new(), quiet: Instant::now(), told: false }.run(library).await,
        Ok(Err(error)) => tracing::debug!(peer = %side.peer, %error, "HTTP/2 did not begin"),
        Err(_) => tracing::debug!(peer = %side.peer, "the preface of HTTP/2 did not come in time"),
    }
}

fn builder(live: &Live, inside: bool) -> Builder {
    let limits = live.limits();
    let mut builder = Builder::new();
    builder
        .max_concurrent_streams(u32::try_from(limits.streams).unwrap_or(u32::MAX))
        .max_header_list_size(u32::try_from(limits.header_block + limits.request_line).unwrap_or(u32::MAX))
        .initial_window_size(STREAM_WINDOW)
        .initial_connection_window_size(WINDOW)
        .max_send_buffer_size(SEND_BUFFER)
        .max_pending_accept_reset_streams(RESETS)
        .max_local_error_reset_streams(Some(PROVOKED));
    if inside {
        builder.enable_connect_protocol();
    }
    builder
}

struct Serving {
    side: Arc<Side>,
    heads: Arc<Heads>,
    drain: watch::Receiver<bool>,
    tasks: JoinSet<()>,
    /// Since when no stream is open.
    quiet: Instant,
    /// The client has been told to go.
    told: bool,
}

impl Serving {
    async fn run(mut self, mut library: Library) {
        loop {
            match self.next(&mut library).await {
                Event::Asked(asked) => self.begin(asked.0, asked.1),
                Event::Look => {
                    self.record(self.heads.refused()).await;
                    if let Some(breach) = self.heads.breach() {
                        self.cut(&mut library, breach).await;
                        break;
                    }
                }
                Event::Served => self.quiet = Instant::now(),
                Event::Quiet if self.told => break,
                Event::Quiet | Event::Draining => {
                    self.told = true;
                    self.quiet = Instant::now();
                    library.graceful_shutdown();
                }
                Event::Ended => break,
            }
        }
        drop(library);
        self.record(self.heads.rest()).await;
        while self.tasks.join_next().await.is_some() {}
    }

    async fn next(&mut self, library: &mut Library) -> Event {
        let idle = if self.told { FAREWELL } else { self.side.proxy.live.load().limits().idle };
        let heads = &self.heads;
        let asked = poll_fn(|context| match library.poll_accept(context) {
            Poll::Ready(Some(Ok(asked))) => Poll::Ready(Event::Asked(Box::new(asked))),
            Poll::Ready(Some(Err(_)) | None) => Poll::Ready(Event::Ended),
            Poll::Pending if heads.has_news() => Poll::Ready(Event::Look),
            Poll::Pending => Poll::Pending,
        });
        tokio::select! {
            biased;
            Some(_) = self.tasks.join_next() => Event::Served,
            event = asked => event,
            _ = self.drain.changed(), if !self.told => Event::Draining,
            () = tokio::time::sleep_until(self.quiet + idle), if self.tasks.is_empty() => Event::Quiet,
        }
    }

    /// A stream has been taken. One whose head the gate does not know is not served: nothing leaves unread.
    fn begin(&mut self, request: Request<RecvStream>, mut respond: SendResponse<Bytes>) {
        match self.heads.take(respond.stream_id().as_u32()) {
            Some(facts) => drop(self.tasks.spawn(stream(Arc::clone(&self.side), facts, request, respond))),
            None => respond.send_reset(Reason::REFUSED_STREAM),
        }
    }

    /// Heads that nobody serves get their record all the same.
    async fn record(&self, heads: Vec<HeadFacts>) {
        for facts in heads {
            unserved(&self.side, facts, None).await;
        }
    }

    /// Tells the client why, and goes.
    async fn cut(&self, library: &mut Library, breach: Breach) {
        tracing::debug!(peer = %self.side.peer, ?breach, "an HTTP/2 connection is cut off");
        library.abrupt_shutdown(breach.code());
        let farewell = poll_fn(|context| library.poll_closed(context));
        drop(tokio::time::timeout(FAREWELL, farewell).await);
    }
}
