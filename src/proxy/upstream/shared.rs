//! HTTP/2 towards an origin: one connection that carries many requests at once (RFC 9113). A task of its own drives it; each request
//! takes a [`Turn`].
//!
//! How much it may hold: each stream its window. The window of the connection is all of them together, so that a client that does not
//! read holds up its own answer and no one else's.

use super::turn::Turn;
use super::{Home, Place, Upstream};
use crate::proxy::strict::{FrameGate, GateLimits, Pulse};
use bytes::Bytes;
use h2::client::{Builder, Connection, SendRequest};
use h2::{Ping, PingPong};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Waker};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// Most requests at once on one connection, whatever more the origin allows.
pub(super) const STREAMS: usize = 100;
/// Most bytes of one answer that came and were not passed on yet: at 20 ms to the origin this is 200 Mbit/s.
pub(super) const STREAM_WINDOW: u32 = 512 * 1024;
/// Most bytes of one request's body that wait for the origin.
const SEND_BUFFER: usize = 256 * 1024;
/// What small DATA frames may cost beside the bytes they hold.
const FRAME_BUDGET: usize = 4 * 1024 * 1024;
/// Most of our own resets for faults of the origin, before the connection is given up (`MadeYouReset`).
const RESETS: usize = 100;
/// A connection that was silent for so long is asked for a sign of life when a request goes out on it.
const QUIET: Duration = Duration::from_secs(10);
/// How long the sign of life may take.
const PONG: Duration = Duration::from_secs(10);
/// How long an origin may take to let a closed connection go.
const LEAVE: Duration = Duration::from_secs(5);

type Wire = Connection<FrameGate<Upstream>, Bytes>;

/// A connection to an origin that speaks HTTP/2.
pub struct Shared {
    pub(super) sender: SendRequest<Bytes>,
    pub(super) limits: Arc<GateLimits>,
    pub(super) pulse: Arc<Pulse>,
    home: Arc<Home>,
    calls: Arc<Calls>,
    /// The address that was dialled.
    pub(super) address: SocketAddr,
    /// Requests now, and in all.
    streams: AtomicUsize,
    served: AtomicU64,
    start: Instant,
    /// Milliseconds from the start to the end of the last request.
    last: AtomicU64,
}

/// What the task is told.
#[derive(Debug, Default)]
struct Calls {
    doubt: Notify,
    leave: Notify,
}

impl Shared {
    /// Begins to speak HTTP/2 on a fresh connection.
    ///
    /// # Errors
    /// When the connection is closed at once.
    pub async fn begin(stream: Upstream, limits: Arc<GateLimits>, address: SocketAddr, home: Arc<Home>) -> Result<Arc<Self>, h2::Error> {
        let pulse = Pulse::new();
        let gate = FrameGate::new(stream, Arc::clone(&pulse));
        let (sender, mut wire) = Builder::new()
            .enable_push(false)
            .initial_window_size(STREAM_WINDOW)
            .initial_connection_window_size(STREAM_WINDOW * u32::try_from(STREAMS).unwrap_or(1))
            .max_header_list_size(u32::try_from(limits.head).unwrap_or(u32::MAX))
            .max_send_buffer_size(SEND_BUFFER)
            .data_frame_budget(FRAME_BUDGET)
            .max_concurrent_reset_streams(STREAMS)
            .max_local_error_reset_streams(Some(RESETS))
            .handshake(gate)
            .await?;
        let calls = Arc::new(Calls::default());
        if let Some(ping) = wire.ping_pong() {
            tokio::spawn(drive(wire, ping, Arc::clone(&calls)));
        }
        let (streams, served, last) = (AtomicUsize::new(0), AtomicU64::new(0), AtomicU64::new(0));
        Ok(Arc::new(Self { sender, limits, pulse, home, calls, address, streams, served, start: Instant::now(), last }))
    }

    /// Where it leads.
    #[must_use]
    pub fn place(&self) -> Place<'_> {
        self.home.place()
    }

    pub(super) const fn home(&self) -> &Arc<Home> {
        &self.home
    }

    /// Does it still take requests? Looks without waiting.
    #[must_use]
    pub fn is_open(&self) -> bool {
        let mut sender = self.sender.clone();
        matches!(sender.poll_ready(&mut Context::from_waker(Waker::noop())), std::task::Poll::Ready(Ok(())))
    }

    /// How long no request has been on it.
    #[must_use]
    pub fn idle_for(&self) -> Duration {
        if self.streams.load(Ordering::Relaxed) > 0 {
            return Duration::ZERO;
        }
        self.start.elapsed().saturating_sub(Duration::from_millis(self.last.load(Ordering::Relaxed)))
    }

    /// Takes a turn, if one more is allowed by the origin and by us.
    #[must_use]
    pub fn turn(self: &Arc<Self>) -> Option<Turn> {
        let room = STREAMS.min(self.sender.current_max_send_streams());
        let more = |streams: usize| (streams < room).then_some(streams + 1);
        self.streams.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).ok()?;
        Some(self.begun())
    }

    /// Takes the first turn, for which the connection was dialled.
    #[must_use]
    pub fn first_turn(self: &Arc<Self>) -> Turn {
        self.streams.fetch_add(1, Ordering::Relaxed);
        self.begun()
    }

    fn begun(self: &Arc<Self>) -> Turn {
        let reused = self.served.fetch_add(1, Ordering::Relaxed) > 0;
        Turn::new(Arc::clone(self), reused)
    }

    /// A request goes out: frames may come, and a connection that has long been silent is asked for a sign of life.
    pub(super) fn asks(&self) {
        self.pulse.asked();
        if self.pulse.silent_for() > QUIET {
            self.calls.doubt.notify_one();
        }
    }

    /// A turn is over.
    pub(super) fn freed(&self) {
        self.last.store(u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
        self.streams.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.calls.leave.notify_one();
    }
}

/// Drives a connection to its end. Dropping it ends whatever is still on it.
async fn drive(mut wire: Wire, mut ping: PingPong, calls: Arc<Calls>) {
    loop {
        tokio::select! {
            ended = &mut wire => return told(&ended),
            () = calls.leave.notified() => {
                let left = tokio::time::timeout(LEAVE, &mut wire).await;
                return told(&left.unwrap_or(Ok(())));
            }
            () = calls.doubt.notified() => tokio::select! {
                ended = &mut wire => return told(&ended),
                pong = tokio::time::timeout(PONG, ping.ping(Ping::opaque())) => if !matches!(pong, Ok(Ok(_))) {
                    tracing::debug!("an origin gives no sign of life: its connection is given up");
                    return;
                },
            },
        }
    }
}

fn told(ended: &Result<(), h2::Error>) {
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection to an origin broke");
    }
}
