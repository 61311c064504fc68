//! One client connection: PROXY protocol where the listener asks for it, the gate, hyper, and then the tunnel if there is one.
//!
//! A browser holds connections that it may never use again. One that has been quiet for a moment is taken apart down to its
//! socket and put together again when something comes, so that it holds no buffer and no parser meanwhile.

use super::body::DownBody;
use super::client::{ClientStream, Side};
use super::client_body::ClientBody;
use super::handle::{handle, unserved};
use super::strict::ServerGate;
use super::tunnelled::{self, Plan};
use super::{respond, streams};
use http::{Request, Response};
use http_body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::HttpService;
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use tokio::sync::watch;

/// Fields that the library reads without being told.
const FIELDS: u16 = 100;

/// How a spell of requests ended.
enum Spell {
    /// Nothing is going on.
    Rests(ClientStream),
    /// The bare connection is used for something else.
    Becomes(Plan, ClientStream),
    /// The client or we ended it in order.
    Ended(ClientStream),
    Broken,
}

/// Serves a connection to its end.
pub async fn serve(side: Arc<Side>, mut stream: ClientStream, mut drain: watch::Receiver<bool>) {
    if stream.speaks_http2() {
        return Box::pin(streams::serve(side, stream, drain)).await;
    }
    let mut rested = false;
    loop {
        // Boxed, so that a connection at rest does not hold the space of a working one.
        match Box::pin(spell(&side, stream, rested, &mut drain)).await {
            Spell::Rests(mut resting) => {
                if !wakes(&side, &mut resting, &mut drain).await {
                    return close(resting).await;
                }
                stream = resting;
                rested = true;
            }
            Spell::Becomes(plan, stream) => return Box::pin(tunnelled::run(plan, stream)).await,
            Spell::Ended(stream) => return close(stream).await,
            Spell::Broken => return,
        }
    }
}

/// The same, boxed: the inside of a tunnel is served by the function that serves its outside.
pub fn serve_boxed(side: Arc<Side>, stream: ClientStream) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    let drain = side.proxy.drain.subscribe();
    Box::pin(serve(side, stream, drain))
}

/// Serves requests until there is nothing to do, or something else to do, or nothing more.
async fn spell(side: &Arc<Side>, stream: ClientStream, rested: bool, drain: &mut watch::Receiver<bool>) -> Spell {
    let limits = Arc::clone(&side.proxy.live.load().gate);
    let mut gate = ServerGate::new(stream, Arc::clone(&limits), Arc::clone(&side.mailbox));
    if rested {
        gate = gate.rested();
    }
    let requests = Arc::clone(side);
    let service = hyper::service::service_fn(move |request| {
        let side = Arc::clone(&requests);
        // Boxed, so that an idle connection does not hold the space of a request.
        let answer: Pin<Box<dyn Future<Output = _> + Send>> = Box::pin(async move { Ok::<_, Infallible>(one(side, request).await) });
        answer
    });
    let mut builder = http1::Builder::new();
    if limits.fields > FIELDS {
        // Told only when it must be: above its own bound the library allocates for every head.
        builder.max_headers(usize::from(limits.fields));
    }
    let mut connection = builder
        .half_close(false)
        .max_buf_size(limits.head + 64 * 1024)
        .header_read_timeout(None)
        .serve_connection(TokioIo::new(gate), service);
    let (ended, draining) = drive(side, &mut connection, drain).await;
    if let Some(Err(error)) = &ended {
        tracing::debug!(peer = %side.peer, %error, "connection ended early");
    }
    while let Some((facts, flight)) = side.mailbox.take() {
        unserved(side, facts, Some(flight)).await;
    }
    let parts = connection.into_parts();
    let (stream, held) = parts.io.into_inner().into_inner();
    if let Some(plan) = side.take_plan() {
        let (prefix, io) = stream.into_parts();
        let early = [&parts.read_buf[..], &held[..], &prefix[..]].concat();
        return Spell::Becomes(plan, ClientStream::new(early.into(), io));
    }
    match ended {
        None if parts.read_buf.is_empty() && held.is_empty() && !draining => Spell::Rests(stream),
        None | Some(Ok(())) => Spell::Ended(stream),
        Some(Err(_)) => Spell::Broken,
    }
}

/// One request, with the head that the gate has put aside for it.
async fn one(side: Arc<Side>, request: Request<Incoming>) -> Response<DownBody> {
    match side.mailbox.take() {
        Some((facts, flight)) => handle(side, (facts, Some(flight)), request.map(ClientBody::Message)).await,
        None => respond::broken(&side.proxy.live.load()),
    }
}

/// Lets the connection work until it ends, or rests (`None`); and whether it has been told to end meanwhile.
async fn drive<S, B>(
    side: &Side,
    connection: &mut http1::Connection<TokioIo<ServerGate<ClientStream>>, S>,
    drain: &mut watch::Receiver<bool>,
) -> (Option<hyper::Result<()>>, bool)
where
    S: HttpService<Incoming, ResBody = B> + Unpin,
    S::Future: Unpin,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    B: Body + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let mut draining = false;
    loop {
        let mut work = std::pin::pin!(std::future::poll_fn(|context| match connection.poll_without_shutdown(context) {
            Poll::Ready(ended) => Poll::Ready(Some(ended)),
            Poll::Pending if side.mailbox.is_resting() => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }));
        tokio::select! {
            biased;
            ended = &mut work => return (ended, draining),
            changed = drain.changed(), if !draining => {
                draining = true;
                drop(changed);
            }
        }
        Pin::new(&mut *connection).graceful_shutdown();
    }
}

/// Waits at rest until something comes. False when it is time to close.
async fn wakes(side: &Side, stream: &mut ClientStream, drain: &mut watch::Receiver<bool>) -> bool {
    let idle = side.proxy.live.load().gate.idle;
    let left = side.mailbox.idle_for().map_or(idle, |spent| idle.saturating_sub(spent));
    tokio::select! {
        ready = stream.readable() => ready.is_ok(),
        () = tokio::time::sleep(left) => false,
        _ = drain.changed() => false,
    }
}

/// Ends the writing side and reads what is still on its way for a moment, so that the last answer is not lost to a reset.
async fn close(mut stream: ClientStream) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    if stream.shutdown().await.is_err() {
        return;
    }
    let linger = async {
        let mut rest = [0; 1024];
        let mut left: usize = 256;
        while left > 0 && matches!(stream.read(&mut rest).await, Ok(read) if read > 0) {
            left -= 1;
        }
    };
    drop(tokio::time::timeout(std::time::Duration::from_secs(1), linger).await);
}
