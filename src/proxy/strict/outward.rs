//! The other way through the gate: answers to the client, interim answers between them, and an orderly end.
//!
//! Must never: put an interim answer inside another answer, wait for ever for a client that takes nothing, or close in a
//! way that destroys the refusal which is still on its way.

use super::limits::GateLimits;
use super::mailbox::Mailbox;
use super::watch::Watch;
use bytes::{Buf, Bytes};
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Instant;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Most bytes that are read and thrown away after a refusal.
const LINGER_BYTES: usize = 512 * 1024;

/// Where the writing side stands.
#[derive(Debug)]
pub(super) struct Outward {
    /// The last thing the library did was to flush: it holds nothing half-written.
    flushed: bool,
    half_closed: bool,
    /// Bytes thrown away while lingering.
    lingered: u32,
    /// The interim answer that is being written.
    interim: Bytes,
    /// Since when the other side has taken nothing, or since when this side lingers.
    since: Option<Instant>,
    watch: Watch,
}

impl Default for Outward {
    fn default() -> Self {
        Self { flushed: true, half_closed: false, lingered: 0, interim: Bytes::new(), since: None, watch: Watch::default() }
    }
}

impl Outward {
    /// Everything that the library gave has gone out.
    pub(super) const fn is_flushed(&self) -> bool {
        self.flushed && self.interim.is_empty()
    }

    /// Writes for the library; interim answers that wait go first, if the library holds nothing half-written.
    pub(super) fn poll_write<S: AsyncWrite + Unpin>(
        &mut self,
        stream: &mut S,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
        mailbox: &Mailbox,
        limits: &GateLimits,
    ) -> Poll<io::Result<usize>> {
        if mailbox.has_interim() || !self.interim.is_empty() {
            ready!(self.poll_interims(stream, context, mailbox, limits))?;
        }
        self.flushed = false;
        let written = match parts {
            [one] => Pin::new(stream).poll_write(context, one),
            several => Pin::new(stream).poll_write_vectored(context, several),
        };
        self.poll_stall(written, context, limits)
    }

    /// Flushes; then the library holds nothing half-written, and interim answers may go.
    pub(super) fn poll_flush<S: AsyncWrite + Unpin>(
        &mut self,
        stream: &mut S,
        context: &mut Context<'_>,
        mailbox: &Mailbox,
        limits: &GateLimits,
    ) -> Poll<io::Result<()>> {
        if mailbox.has_interim() || !self.interim.is_empty() {
            ready!(self.poll_interims(stream, context, mailbox, limits))?;
        }
        self.flushed = true;
        Pin::new(stream).poll_flush(context)
    }

    /// Interim answers that come while the library has half of an answer to write cannot be placed: they are dropped.
    fn poll_interims<S: AsyncWrite + Unpin>(
        &mut self,
        stream: &mut S,
        context: &mut Context<'_>,
        mailbox: &Mailbox,
        limits: &GateLimits,
    ) -> Poll<io::Result<()>> {
        if self.interim.is_empty() {
            let waiting = mailbox.take_interims();
            if self.flushed {
                self.interim = waiting.concat().into();
            }
        }
        while !self.interim.is_empty() {
            let written = Pin::new(&mut *stream).poll_write(context, &self.interim);
            match ready!(self.poll_stall(written, context, limits))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                count => self.interim.advance(count),
            }
        }
        Poll::Ready(Ok(()))
    }

    /// A client that takes nothing for too long is cut off.
    pub(super) fn poll_stall(
        &mut self,
        written: Poll<io::Result<usize>>,
        context: &mut Context<'_>,
        limits: &GateLimits,
    ) -> Poll<io::Result<usize>> {
        if written.is_ready() {
            if self.since.take().is_some() {
                self.watch.clear();
            }
            return written;
        }
        let since = *self.since.get_or_insert_with(Instant::now);
        ready!(self.watch.poll_until(context, since + limits.write_stall));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    /// Ends the writing side. With `linger`, what the client is still sending is read and thrown away for a moment: closing
    /// over unread bytes would reset the connection, and the refusal with it (RFC 9112 section 9.6).
    pub(super) fn poll_shutdown<S: AsyncRead + AsyncWrite + Unpin>(
        &mut self,
        stream: &mut S,
        context: &mut Context<'_>,
        linger: bool,
        limits: &GateLimits,
    ) -> Poll<io::Result<()>> {
        if !self.half_closed {
            ready!(Pin::new(&mut *stream).poll_shutdown(context))?;
            self.half_closed = true;
            self.since = Some(Instant::now());
        }
        if !linger {
            return Poll::Ready(Ok(()));
        }
        let mut room = [0; 4096];
        while (self.lingered as usize) < LINGER_BYTES {
            let mut buffer = ReadBuf::new(&mut room);
            match Pin::new(&mut *stream).poll_read(context, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => self.lingered += buffer.filled().len() as u32,
                Poll::Ready(_) => return Poll::Ready(Ok(())),
                Poll::Pending => {
                    let since = *self.since.get_or_insert_with(Instant::now);
                    ready!(self.watch.poll_until(context, since + limits.linger));
                    return Poll::Ready(Ok(()));
                }
            }
        }
        Poll::Ready(Ok(()))
    }
}
