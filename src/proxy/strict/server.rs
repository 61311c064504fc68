//! The gate between a client and the protocol library: requests.
//!
//! Order of things in one read: what has been cleared goes out first; then bytes that are held are looked at; only then is
//! the socket read, straight into the library's own buffer, and what may not pass yet is taken out of it again. So an
//! ordinary request is read once, checked in place, and copied nowhere; an idle connection holds no buffer.
//!
//! Must never: let the library see a byte that has not been checked, or end the input while an answer is owed
//! (the library would break off the answer).

mod look;
mod wait;

use super::chunk::ChunkScan;
use super::fault::BodyFault;
use super::limits::GateLimits;
use super::mailbox::Mailbox;
use super::outward::Outward;
use super::request::RequestScan;
use super::watch::Watch;
use bytes::{Bytes, BytesMut};
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Instant;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Most bytes that are held for a tunnel which is not open yet.
const HELD_FOR_TUNNEL: usize = 32 * 1024;

/// What the next byte from the client is.
#[derive(Debug)]
enum Phase {
    /// Part of a request's head.
    Head,
    /// Part of a body of which this many bytes are missing.
    Body(u64),
    /// Part of a chunked body.
    Chunks(Box<ChunkScan>),
    /// Not HTTP, once the answer opens the way; until then it is held.
    Tunnel,
    /// Part of a request only if it comes after the answer to an upgrade that was not granted.
    Unanswered,
    /// Passed on unread.
    Raw,
    /// Of no interest: the last answer of this connection is being given.
    Refused,
    /// Of no interest: the body was wrong.
    Broken(BodyFault),
    /// There is none.
    Ended,
}

/// A connection from a client, as the protocol library sees it.
#[derive(Debug)]
pub struct ServerGate<S> {
    stream: S,
    limits: Arc<GateLimits>,
    mailbox: Arc<Mailbox>,
    phase: Phase,
    scan: RequestScan,
    /// Bytes read and not yet passed on: the first `cleared` of them may go, the others have still to be looked at.
    held: BytesMut,
    cleared: usize,
    /// The held bytes have been looked at, and more are needed.
    starved: bool,
    /// Requests since the socket was last read.
    pipelined: u16,
    /// When this connection, head or wait for a piece of body began.
    since: Instant,
    waiting: bool,
    any_request: bool,
    watch: Watch,
    outward: Outward,
}

impl<S> ServerGate<S> {
    /// Around a fresh connection.
    pub fn new(stream: S, limits: Arc<GateLimits>, mailbox: Arc<Mailbox>) -> Self {
        Self {
            stream,
            limits,
            mailbox,
            phase: Phase::Head,
            scan: RequestScan::default(),
            held: BytesMut::new(),
            cleared: 0,
            starved: false,
            pipelined: 0,
            since: Instant::now(),
            waiting: false,
            any_request: false,
            watch: Watch::default(),
            outward: Outward::default(),
        }
    }

    /// The same for a connection that rested ([`Mailbox::is_resting`]): its first request has long been answered.
    #[must_use]
    pub fn rested(mut self) -> Self {
        self.mailbox.wakes();
        self.any_request = true;
        self
    }

    /// The same, with bytes that were read before (behind a PROXY protocol header).
    #[must_use]
    pub fn with_first_bytes(mut self, bytes: &[u8]) -> Self {
        self.held.extend_from_slice(bytes);
        self
    }

    /// The connection, and the bytes that came and were not passed on. For tunnels and upgrades.
    pub fn into_inner(self) -> (S, Bytes) {
        (self.stream, self.held.freeze())
    }

    /// The connection itself, to ask it for its addresses.
    pub const fn stream(&self) -> &S {
        &self.stream
    }

    /// The same, to set its options. Nothing may be read or written past the gate.
    pub const fn stream_mut(&mut self) -> &mut S {
        &mut self.stream
    }
}

impl<S: AsyncRead + Unpin> ServerGate<S> {
    /// Reads the socket once and looks at what came. Ready with true when the read of the library is over.
    fn poll_socket(&mut self, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<bool>> {
        let start = buffer.filled().len();
        match Pin::new(&mut self.stream).poll_read(context, buffer) {
            Poll::Pending => {
                ready!(self.poll_deadline(context))?;
                return Poll::Ready(Ok(false));
            }
            Poll::Ready(result) => result?,
        }
        if buffer.filled().len() == start {
            return Poll::Ready(self.ended(context));
        }
        self.pipelined = 0;
        if matches!(self.phase, Phase::Body(_) | Phase::Chunks(_)) {
            self.waiting = false;
        }
        if self.held.is_empty() && !matches!(self.phase, Phase::Tunnel | Phase::Unanswered) {
            self.clear_in_place(buffer, start, context)?;
        } else {
            let taken = self.hold(&buffer.filled()[start..]);
            buffer.set_filled(start);
            self.starved = false;
            taken?;
        }
        Poll::Ready(Ok(buffer.filled().len() > start))
    }

    /// Behind CONNECT or an upgrade, before the way is open: bytes are held, and the end of the input is noticed.
    fn poll_tunnel(&mut self, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<bool>> {
        if self.mailbox.is_raw() {
            self.phase = Phase::Raw;
            return Poll::Ready(Ok(false));
        }
        if matches!(self.phase, Phase::Unanswered) && self.held.is_empty() && self.mailbox.idle_since(self.since).is_some() {
            self.next_head();
            return Poll::Ready(Ok(false));
        }
        if self.held.len() >= HELD_FOR_TUNNEL {
            ready!(self.poll_idle(context));
            self.phase = Phase::Ended;
            return Poll::Ready(Ok(false));
        }
        self.poll_socket(context, buffer)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for ServerGate<S> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let gate = self.get_mut();
        if buffer.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        loop {
            if gate.cleared > 0 {
                gate.give_cleared(buffer);
                return Poll::Ready(Ok(()));
            }
            let over = match &gate.phase {
                Phase::Head | Phase::Body(_) | Phase::Chunks(_) if !gate.held.is_empty() && !gate.starved => {
                    gate.clear_held(context)?;
                    false
                }
                Phase::Head | Phase::Body(_) | Phase::Chunks(_) => ready!(gate.poll_socket(context, buffer))?,
                Phase::Tunnel | Phase::Unanswered => ready!(gate.poll_tunnel(context, buffer))?,
                Phase::Raw if gate.held.is_empty() => return Pin::new(&mut gate.stream).poll_read(context, buffer),
                Phase::Raw => {
                    gate.cleared = gate.held.len();
                    false
                }
                Phase::Refused => return Poll::Pending,
                Phase::Broken(fault) => return Poll::Ready(Err(fault.into_io())),
                Phase::Ended => return Poll::Ready(Ok(())),
            };
            if over {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for ServerGate<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(context, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(self: Pin<&mut Self>, context: &mut Context<'_>, parts: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let gate = self.get_mut();
        gate.outward.poll_write(&mut gate.stream, context, parts, &gate.mailbox, &gate.limits)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let gate = self.get_mut();
        gate.outward.poll_flush(&mut gate.stream, context, &gate.mailbox, &gate.limits)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let gate = self.get_mut();
        // Between two requests nothing is unread; anywhere else the client may still be sending.
        let linger = !matches!(gate.phase, Phase::Head | Phase::Ended | Phase::Raw) || !gate.held.is_empty();
        gate.outward.poll_shutdown(&mut gate.stream, context, linger, &gate.limits)
    }
}
