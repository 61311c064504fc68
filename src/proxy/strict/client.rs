//! The gate between an origin and the protocol library: responses (security rule F10).
//!
//! The handler says what it asks before it asks; the gate knows then what an answer may look like, and where it ends.
//! Must never: pass on a switch of protocols that no one asked for, or a byte behind the end that was announced.

use super::answer::AnswerScan;
use super::chunk::{ChunkScan, Chunked};
use super::decoded::INTERIMS;
use super::fault::{AnswerFault, BodyFault, HeadFault, HeadFaultKind};
use super::limits::GateLimits;
use super::lines::Scanned;
use bytes::{Buf, Bytes, BytesMut};
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What was asked, as far as it decides how the answer is framed (RFC 9112 section 6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseTo {
    /// HEAD: no body, whatever is announced.
    Head,
    /// CONNECT: a tunnel behind a 2xx.
    Connect,
    /// An upgrade to `websocket`: 101 may come.
    Upgrade,
    /// Anything else.
    Other,
}

/// Where handler and gate of one connection to an origin meet.
#[derive(Debug, Default)]
pub struct Asked(Mutex<AskedState>);

#[derive(Debug, Default)]
struct AskedState {
    expected: Option<ResponseTo>,
    fault: Option<AnswerFault>,
}

impl Asked {
    /// For one connection.
    #[must_use]
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    /// To be called before each request, with what it asks.
    pub fn expect(&self, answer: ResponseTo) {
        self.lock().expected = Some(answer);
    }

    /// What was wrong with the answer, if it was the gate that broke the connection off.
    #[must_use]
    pub fn last_fault(&self) -> Option<AnswerFault> {
        self.lock().fault
    }

    fn lock(&self) -> MutexGuard<'_, AskedState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the next byte from the origin is.
#[derive(Debug)]
enum Phase {
    Head,
    Body(u64),
    Chunks(Box<ChunkScan>),
    UntilClose,
    Raw,
    Broken(AnswerFault),
}

/// A connection to an origin, as the protocol library sees it.
#[derive(Debug)]
pub struct ClientGate<S> {
    stream: S,
    limits: Arc<GateLimits>,
    asked: Arc<Asked>,
    phase: Phase,
    scan: AnswerScan,
    /// Bytes read and not yet passed on: the first `cleared` of them may go, the others are the start of a head.
    held: BytesMut,
    cleared: usize,
    interims: u8,
}

impl<S> ClientGate<S> {
    /// Around a fresh connection.
    pub fn new(stream: S, limits: Arc<GateLimits>, asked: Arc<Asked>) -> Self {
        Self { stream, limits, asked, phase: Phase::Head, scan: AnswerScan::default(), held: BytesMut::new(), cleared: 0, interims: 0 }
    }

    /// The connection, and the bytes that came and were not passed on. For tunnels and upgrades.
    pub fn into_inner(self) -> (S, Bytes) {
        (self.stream, self.held.freeze())
    }

    /// The connection itself, to ask it for its addresses.
    pub const fn stream(&self) -> &S {
        &self.stream
    }

    #[cold]
    fn break_off(&mut self, fault: AnswerFault) {
        self.asked.lock().fault = Some(fault);
        self.phase = Phase::Broken(fault);
    }

    /// How many of these bytes may pass. The rest is the start of a head, or of no interest because the phase is `Broken`.
    fn pass(&mut self, bytes: &[u8]) -> usize {
        let mut passed = 0;
        while passed < bytes.len() {
            let rest = &bytes[passed..];
            let part = match &mut self.phase {
                Phase::Head => match self.pass_head(rest) {
                    Some(length) => length,
                    None => break,
                },
                Phase::Body(left) => {
                    let part = usize::try_from(*left).unwrap_or(usize::MAX).min(rest.len());
                    *left -= part as u64;
                    if *left == 0 {
                        self.phase = Phase::Head;
                    }
                    part
                }
                Phase::Chunks(scan) => match scan.scan(rest) {
                    Chunked::More => rest.len(),
                    Chunked::Done(end) => {
                        self.phase = Phase::Head;
                        end
                    }
                    Chunked::Fault(place, kind) => {
                        self.break_off(AnswerFault::Body(BodyFault { kind }));
                        place
                    }
                },
                Phase::UntilClose | Phase::Raw => rest.len(),
                Phase::Broken(_) => break,
            };
            passed += part;
        }
        passed
    }

    /// The length of a whole and good head at the start of these bytes.
    fn pass_head(&mut self, bytes: &[u8]) -> Option<usize> {
        let Some(expected) = self.asked.lock().expected else {
            self.break_off(AnswerFault::Unasked);
            return None;
        };
        match self.scan.scan(bytes, &self.limits) {
            Scanned::More => None,
            Scanned::Fault(fault) => {
                self.break_off(AnswerFault::Head(fault));
                None
            }
            Scanned::Done(end) => {
                let scan = std::mem::take(&mut self.scan);
                match self.after_head(&scan, expected) {
                    Ok(phase) => {
                        self.phase = phase;
                        Some(end)
                    }
                    Err(fault) => {
                        self.break_off(fault);
                        None
                    }
                }
            }
        }
    }

    /// What follows a good head.
    fn after_head(&mut self, scan: &AnswerScan, expected: ResponseTo) -> Result<Phase, AnswerFault> {
        if (100..200).contains(&scan.status) {
            return self.after_interim(scan, expected);
        }
        self.interims = 0;
        self.asked.lock().expected = None;
        let tunnel = expected == ResponseTo::Connect && (200..300).contains(&scan.status);
        if tunnel {
            return Ok(Phase::Raw);
        }
        if expected == ResponseTo::Head || matches!(scan.status, 204 | 304) {
            return Ok(Phase::Head);
        }
        if scan.framing.chunked {
            return Ok(Phase::Chunks(Box::new(ChunkScan::new(u64::MAX))));
        }
        Ok(match scan.framing.length {
            Some(0) => Phase::Head,
            Some(length) => Phase::Body(length),
            None => Phase::UntilClose,
        })
    }

    fn after_interim(&mut self, scan: &AnswerScan, expected: ResponseTo) -> Result<Phase, AnswerFault> {
        if scan.framing.chunked || scan.framing.length.is_some() {
            return Err(AnswerFault::InterimWithLength);
        }
        if scan.status == 101 {
            let asked_for = expected == ResponseTo::Upgrade && scan.websocket;
            self.asked.lock().expected = None;
            return if asked_for { Ok(Phase::Raw) } else { Err(AnswerFault::UnaskedSwitch) };
        }
        self.interims += 1;
        if self.interims > INTERIMS { Err(AnswerFault::TooManyInterims) } else { Ok(Phase::Head) }
    }

    /// The origin has ended its side: inside a message that is a fault, and the library sees it as one too.
    fn ended(&mut self) {
        let fault = match self.phase {
            Phase::Head if !self.held.is_empty() => Some(AnswerFault::Head(HeadFault::at(HeadFaultKind::CutShort, self.held.len()))),
            Phase::Body(_) | Phase::Chunks(_) => Some(AnswerFault::Truncated),
            Phase::Head | Phase::UntilClose | Phase::Raw | Phase::Broken(_) => None,
        };
        if fault.is_some() {
            self.asked.lock().fault = fault;
        }
    }

    fn give_cleared(&mut self, buffer: &mut ReadBuf<'_>) {
        let part = self.cleared.min(buffer.remaining());
        buffer.put_slice(&self.held[..part]);
        self.held.advance(part);
        self.cleared -= part;
        if self.held.is_empty() {
            self.held = BytesMut::new();
        }
    }

    /// Looks at bytes that have just been read into the library's buffer; those that may not pass yet are taken out again.
    fn clear(&mut self, buffer: &mut ReadBuf<'_>, start: usize) {
        if self.held.is_empty() {
            let passed = self.pass(&buffer.filled()[start..]);
            if matches!(self.phase, Phase::Head) {
                self.held.extend_from_slice(&buffer.filled()[start + passed..]);
            }
            buffer.set_filled(start + passed);
            return;
        }
        self.held.extend_from_slice(&buffer.filled()[start..]);
        buffer.set_filled(start);
        let held = std::mem::take(&mut self.held);
        self.cleared = self.pass(&held);
        self.held = held;
        if matches!(self.phase, Phase::Broken(_)) {
            self.held.truncate(self.cleared);
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for ClientGate<S> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let gate = self.get_mut();
        let start = buffer.filled().len();
        if buffer.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        loop {
            if gate.cleared > 0 {
                gate.give_cleared(buffer);
                return Poll::Ready(Ok(()));
            }
            if let Phase::Broken(fault) = gate.phase {
                return Poll::Ready(Err(fault.into_io()));
            }
            ready!(Pin::new(&mut gate.stream).poll_read(context, buffer))?;
            if buffer.filled().len() == start {
                gate.ended();
                return Poll::Ready(Ok(()));
            }
            gate.clear(buffer, start);
            if buffer.filled().len() > start {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for ClientGate<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(self: Pin<&mut Self>, context: &mut Context<'_>, parts: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}
