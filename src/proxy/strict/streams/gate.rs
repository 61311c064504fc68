//! The gate between a client that speaks HTTP/2 and the protocol library. Unlike the gate of HTTP/1.1 it changes nothing:
//! it reads along, counts, and keeps the time.
//!
//! Must never: let a client hold the connection with half a head, or with an answer that it does not take.

use super::super::fault::HeadFaultKind;
use super::super::limits::GateLimits;
use super::super::outward::Outward;
use super::super::watch::Watch;
use super::frames::{Inbound, Outbound};
use super::heads::{Breach, Heads};
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A connection from a client, as the protocol library sees it.
#[derive(Debug)]
pub struct StreamGate<S> {
    stream: S,
    limits: Arc<GateLimits>,
    heads: Arc<Heads>,
    inbound: Inbound,
    outbound: Outbound,
    slow: Watch,
    outward: Outward,
}

impl<S> StreamGate<S> {
    /// Around a fresh connection; `inside`: it came out of an opened tunnel.
    pub fn new(stream: S, limits: Arc<GateLimits>, heads: Arc<Heads>, inside: bool) -> Self {
        Self {
            stream,
            limits,
            heads,
            inbound: Inbound::new(inside),
            outbound: Outbound::default(),
            slow: Watch::default(),
            outward: Outward::default(),
        }
    }

    /// Half a head that does not become whole ends the connection.
    fn poll_slow(&mut self, context: &mut Context<'_>) {
        let Some(since) = self.inbound.waiting_since() else { return };
        if self.slow.poll_until(context, since + self.limits.head_time).is_ready() {
            self.inbound.cut_short(HeadFaultKind::TooSlow, &self.limits, &self.heads);
            self.heads.set_breach(Breach::TooSlow);
        }
    }
}

impl<S> Drop for StreamGate<S> {
    /// However the connection ended, half a head that came on it is recorded.
    fn drop(&mut self) {
        self.inbound.cut_short(HeadFaultKind::CutShort, &self.limits, &self.heads);
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for StreamGate<S> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let gate = self.get_mut();
        if gate.heads.breach().is_some() {
            // What more comes is of no interest; whoever serves the connection ends it.
            return Poll::Pending;
        }
        let start = buffer.filled().len();
        match Pin::new(&mut gate.stream).poll_read(context, buffer) {
            Poll::Ready(result) => result?,
            Poll::Pending => {
                gate.poll_slow(context);
                return Poll::Pending;
            }
        }
        let came = &buffer.filled()[start..];
        gate.inbound.pass(came, &gate.limits, &gate.heads);
        if gate.heads.breach().is_some() {
            // The library never sees it: it would end the connection with a code of its own.
            buffer.set_filled(start);
            return Poll::Pending;
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for StreamGate<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(context, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(self: Pin<&mut Self>, context: &mut Context<'_>, parts: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let gate = self.get_mut();
        let written = match parts {
            [one] => Pin::new(&mut gate.stream).poll_write(context, one),
            several => Pin::new(&mut gate.stream).poll_write_vectored(context, several),
        };
        let mut left = ready!(gate.outward.poll_stall(written, context, &gate.limits))?;
        let count = left;
        for part in parts {
            let gone = left.min(part.len());
            let pieces = gate.outbound.pass(&part[..gone], &gate.heads);
            gate.inbound.budgets.earn(pieces);
            left -= gone;
        }
        Poll::Ready(Ok(count))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let gate = self.get_mut();
        let flushed = Pin::new(&mut gate.stream).poll_flush(context).map_ok(|()| 0);
        gate.outward.poll_stall(flushed, context, &gate.limits).map_ok(drop)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let gate = self.get_mut();
        // The client may still be sending: a reset over unread bytes would destroy the GOAWAY that says why.
        gate.outward.poll_shutdown(&mut gate.stream, context, true, &gate.limits)
    }
}
