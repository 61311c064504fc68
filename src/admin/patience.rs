//! How long a connection of the console may take for each thing: for what it sends and for what it is sent, and not for the time that its
//! answer is being made.

use std::future::Future;
use std::io;
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, Sleep, sleep};

/// Bytes at once: a call that takes in all of a big file keeps the processor for milliseconds.
const PIECE: usize = 65_536;

/// Is somebody at work on an answer for this connection? Shared by the connection and whoever answers.
#[derive(Clone, Debug, Default)]
pub(super) struct AtWork(Arc<AtomicUsize>);

/// Somebody is, while this lives.
pub(super) struct Working(AtWork);

impl AtWork {
    /// A request has come whole, and its answer is made from now on.
    pub(super) fn begin(&self) -> Working {
        self.0.fetch_add(1, Ordering::Relaxed);
        Working(self.clone())
    }

    fn is_on(&self) -> bool {
        self.0.load(Ordering::Relaxed) > 0
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A connection that is closed when it is too slow: a request has so long to come whole, however its bytes are spread over that time, and
/// so has each piece of an answer. It holds its place until it is gone.
pub(super) struct Patient {
    stream: TcpStream,
    limit: Pin<Box<Sleep>>,
    patience: Duration,
    /// A request is coming, and its time runs.
    hears: bool,
    work: AtWork,
    /// Somebody was at work when we looked last.
    waits: bool,
    _place: OwnedSemaphorePermit,
}

impl Patient {
    pub(super) fn new(stream: TcpStream, place: OwnedSemaphorePermit, (patience, work): (Duration, AtWork)) -> Self {
        // The first request has no more time than the others.
        Self { stream, limit: Box::pin(sleep(patience)), patience, hears: true, work, waits: false, _place: place }
    }

    /// Fails when the time has run out; else the time begins anew with each piece of an answer, and with the first of a request.
    fn watched<T>(&mut self, context: &mut Context<'_>, step: Poll<io::Result<T>>, hears: bool) -> Poll<io::Result<T>> {
        if self.work.is_on() {
            // Nobody on the other side is slow. How long the work takes is bounded by whoever does it.
            self.waits = true;
            return step;
        }
        if mem::take(&mut self.waits) {
            self.limit.as_mut().reset(Instant::now() + self.patience);
        }
        if step.is_ready() && !(hears && self.hears) {
            self.limit.as_mut().reset(Instant::now() + self.patience);
            self.hears = hears;
            return step;
        }
        if self.limit.as_mut().poll(context).is_ready() {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        step
    }
}

impl AsyncRead for Patient {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let step = Pin::new(&mut self.stream).poll_read(context, buffer);
        self.watched(context, step, true)
    }
}

impl AsyncWrite for Patient {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let piece = &bytes[..bytes.len().min(PIECE)];
        let step = Pin::new(&mut self.stream).poll_write(context, piece);
        self.watched(context, step, false)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
