//! The gate between a client and the protocol library: requests.
//!
//! Order of things in one read: what has been cleared goes out first; then bytes that are held are looked at; only then is
//! the socket read, straight into the library's own buffer, and what may not pass yet is taken out of it again. So an
//! ordinary request is read once, checked in place, and copied nowhere; an idle connection holds no buffer.
//!
//! Must never: let the library see a byte that has not been checked, or end the input while an answer is owed
//! (the library would break off the answer).

use super::chunk::{ChunkScan, Chunked};
use super::facts::HeadFacts;
use super::fault::{BodyFault, BodyFaultKind, HeadFault, HeadFaultKind};
use super::limits::GateLimits;
use super::mailbox::Mailbox;
use super::outward::Outward;
use super::request::{Next, RequestScan, Scanned, is_blank};
use super::watch::Watch;
use bytes::{Buf, Bytes, BytesMut};
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Instant;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What the library gets in place of a head that was refused. The answer to it is the last of the connection.
const STAND_IN: &[u8] = b"GET / HTTP/1.1\r\nhost: refused.invalid\r\nconnection: close\r\n\r\n";
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

    /// Looks at a head. What is wrong with it is told to the handler, and the library gets a stand-in.
    fn scan_head(&mut self, bytes: &[u8], context: &Context<'_>) -> Result<Option<usize>, io::Error> {
        if !self.waiting {
            self.since = Instant::now();
            if self.pipelined >= self.limits.pipelined {
                self.refuse(bytes, HeadFault::at(HeadFaultKind::TooManyPipelined, 0), context)?;
                return Ok(None);
            }
        }
        match self.scan.scan(bytes, &self.limits) {
            Scanned::More => Ok(None),
            Scanned::Fault(fault) => self.refuse(bytes, fault, context).map(|()| None),
            Scanned::Done(end) => {
                self.accept(&bytes[..end], context)?;
                Ok(Some(end))
            }
        }
    }

    /// Hands the facts of a good head to the handler, and knows what follows it.
    fn accept(&mut self, head: &[u8], context: &Context<'_>) -> io::Result<()> {
        let next = self.scan.next(head);
        let wants_upgrade = next == Next::OtherProtocol && !self.scan.is_connect();
        self.put(HeadFacts::understood(head, &self.scan, self.since, wants_upgrade), context)?;
        self.pipelined = self.pipelined.saturating_add(1);
        self.any_request = true;
        self.phase = match next {
            Next::OtherProtocol => Phase::Tunnel,
            Next::UpgradeUnanswered => Phase::Unanswered,
            Next::Body(framing) if framing.chunked => Phase::Chunks(Box::new(ChunkScan::new(self.limits.body))),
            Next::Body(framing) => framing.length.filter(|&length| length > 0).map_or(Phase::Head, Phase::Body),
        };
        self.waiting = false;
        Ok(())
    }

    #[cold]
    fn refuse(&mut self, bytes: &[u8], fault: HeadFault, context: &Context<'_>) -> io::Result<()> {
        self.put(HeadFacts::refused(bytes, &self.scan, self.since, fault), context)?;
        self.phase = Phase::Refused;
        Ok(())
    }

    fn put(&self, facts: HeadFacts, context: &Context<'_>) -> io::Result<()> {
        if self.mailbox.put(facts, context.waker()) {
            return Ok(());
        }
        Err(io::Error::other("the handler did not take the facts of an earlier request"))
    }

    /// How many of these bytes belong to the body that is being read. Knows when it ends.
    fn body_part(&mut self, bytes: &[u8]) -> usize {
        match &mut self.phase {
            Phase::Body(left) => {
                let part = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
                *left -= part as u64;
                if *left == 0 {
                    self.next_head();
                }
                part
            }
            Phase::Chunks(scan) => match scan.scan(bytes) {
                Chunked::More => bytes.len(),
                Chunked::Done(end) => {
                    self.next_head();
                    end
                }
                Chunked::Fault(place, kind) => {
                    self.break_off(kind);
                    place
                }
            },
            Phase::Head | Phase::Tunnel | Phase::Unanswered | Phase::Raw | Phase::Refused | Phase::Broken(_) | Phase::Ended => 0,
        }
    }

    fn next_head(&mut self) {
        self.phase = Phase::Head;
        self.waiting = false;
    }

    #[cold]
    fn break_off(&mut self, kind: BodyFaultKind) {
        let fault = BodyFault { kind };
        self.mailbox.set_fault(fault);
        self.phase = Phase::Broken(fault);
    }

    /// Looks at bytes that have just been read into the library's buffer from `start` on; those that may not pass yet are
    /// taken out of it. Nothing is held when this is called.
    fn clear_in_place(&mut self, buffer: &mut ReadBuf<'_>, start: usize, context: &Context<'_>) -> io::Result<()> {
        let mut passed = start;
        let mut looked_at = start;
        if matches!(self.phase, Phase::Head) {
            self.scan = RequestScan::default();
            match self.scan_head(&buffer.filled()[start..], context)? {
                Some(length) => {
                    passed = start + self.neutralise_forward(&mut buffer.filled_mut()[start..], length);
                    looked_at = start + length;
                }
                None if matches!(self.phase, Phase::Refused) => self.stand_in(),
                None => self.starve(),
            }
        }
        if !matches!(self.phase, Phase::Refused) {
            let body = self.body_part(&buffer.filled()[looked_at..]);
            if passed != looked_at {
                buffer.filled_mut().copy_within(looked_at..looked_at + body, passed);
            }
            if !matches!(self.phase, Phase::Broken(_)) {
                self.hold(&buffer.filled()[looked_at + body..])?;
            }
            passed += body;
        }
        buffer.set_filled(passed);
        Ok(())
    }

    fn starve(&mut self) {
        self.starved = true;
        self.waiting = true;
    }

    fn stand_in(&mut self) {
        self.held = BytesMut::from(STAND_IN);
        self.cleared = STAND_IN.len();
    }

    fn hold(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        if self.held.len() + bytes.len() > self.limits.waiting.max(self.limits.first_line + self.limits.head + 4096) {
            self.break_off(BodyFaultKind::TooMuchWaiting);
            return Err(BodyFault { kind: BodyFaultKind::TooMuchWaiting }.into_io());
        }
        self.held.extend_from_slice(bytes);
        Ok(())
    }

    /// Puts the neutral target in, by moving what stands behind it forward. Returns the new length of the head.
    fn neutralise_forward(&self, bytes: &mut [u8], length: usize) -> usize {
        let (from, to) = (self.scan.method.0 as usize, self.scan.method.1 as usize);
        let method = to - from;
        bytes.copy_within(from..to, 0);
        bytes[method] = b' ';
        bytes[method + 1] = self.neutral_target();
        bytes.copy_within(self.scan.target.1 as usize..length, method + 2);
        method + 2 + (length - self.scan.target.1 as usize)
    }

    /// The same by moving what stands before it backward: held bytes can be cut at their front. Returns how many to cut.
    fn neutralise_backward(&mut self) -> usize {
        let (from, to) = (self.scan.method.0 as usize, self.scan.method.1 as usize);
        let target_end = self.scan.target.1 as usize;
        let neutral = self.neutral_target();
        let new_start = target_end - 2 - (to - from);
        self.held.copy_within(from..to, new_start);
        self.held[target_end - 2] = b' ';
        self.held[target_end - 1] = neutral;
        new_start
    }

    /// A target that the library takes in any case: a path, or for CONNECT a host.
    const fn neutral_target(&self) -> u8 {
        if self.scan.is_connect() { b'x' } else { b'/' }
    }

    /// Looks at held bytes: clears some, or asks for more, or refuses.
    fn clear_held(&mut self, context: &Context<'_>) -> io::Result<()> {
        if !matches!(self.phase, Phase::Head) {
            let bytes = std::mem::take(&mut self.held);
            self.cleared = self.body_part(&bytes);
            self.held = bytes;
            return Ok(());
        }
        if !self.waiting {
            self.scan = RequestScan::default();
        }
        let bytes = std::mem::take(&mut self.held);
        let scanned = self.scan_head(&bytes, context);
        self.held = bytes;
        match scanned? {
            Some(length) => {
                let cut = self.neutralise_backward();
                self.held.advance(cut);
                self.cleared = length - cut;
            }
            None if matches!(self.phase, Phase::Refused) => self.stand_in(),
            None => self.starve(),
        }
        Ok(())
    }

    /// Passes on what has been cleared, as much as fits.
    fn give_cleared(&mut self, buffer: &mut ReadBuf<'_>) {
        let part = self.cleared.min(buffer.remaining());
        buffer.put_slice(&self.held[..part]);
        self.held.advance(part);
        self.cleared -= part;
        if self.held.is_empty() {
            self.held = BytesMut::new();
        }
    }

    /// The client has ended its side. True when that is told to the library as it is.
    fn ended(&mut self, context: &Context<'_>) -> io::Result<bool> {
        let in_head = matches!(self.phase, Phase::Head) && !is_blank(&self.held);
        if !in_head {
            self.phase = Phase::Ended;
            return Ok(true);
        }
        self.refuse_held(HeadFaultKind::CutShort, context)?;
        Ok(false)
    }

    fn refuse_held(&mut self, kind: HeadFaultKind, context: &Context<'_>) -> io::Result<()> {
        let bytes = std::mem::take(&mut self.held);
        self.refuse(&bytes, HeadFault::at(kind, bytes.len()), context)?;
        self.stand_in();
        Ok(())
    }

    /// Nothing can be read now: waits no longer than the limits say. Ready when the phase has changed.
    fn poll_deadline(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.phase {
            Phase::Head if self.waiting => {
                ready!(self.watch.poll_until(context, self.since + self.limits.head_time));
                Poll::Ready(self.refuse_held(HeadFaultKind::TooSlow, context))
            }
            Phase::Head | Phase::Tunnel | Phase::Unanswered => {
                ready!(self.poll_idle(context));
                self.phase = Phase::Ended;
                Poll::Ready(Ok(()))
            }
            Phase::Body(_) | Phase::Chunks(_) => {
                if !self.waiting {
                    self.waiting = true;
                    self.since = Instant::now();
                }
                ready!(self.watch.poll_until(context, self.since + self.limits.body_idle));
                self.break_off(BodyFaultKind::TooSlow);
                Poll::Ready(Ok(()))
            }
            Phase::Raw | Phase::Refused | Phase::Broken(_) | Phase::Ended => Poll::Pending,
        }
    }

    /// Ready when there has been nothing to do for too long.
    fn poll_idle(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if !self.any_request {
            return self.watch.poll_until(context, self.since + self.limits.first_byte);
        }
        let idle = self.limits.idle;
        ready!(self.watch.poll_ring(context, || Instant::now() + idle));
        let deadline = self.mailbox.idle_since(self.since).unwrap_or_else(Instant::now) + idle;
        self.watch.poll_until(context, deadline)
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
