//! Looking at bytes from a client: what may pass, what is held, what is refused.
//!
//! Must never: clear a byte that the rules have not been asked about.

use super::super::chunk::{ChunkScan, Chunked};
use super::super::facts::HeadFacts;
use super::super::fault::{BodyFault, BodyFaultKind, HeadFault, HeadFaultKind};
use super::super::lines::Scanned;
use super::super::request::{Next, RequestScan};
use super::{Phase, ServerGate};
use bytes::{Buf, BytesMut};
use std::io;
use std::task::Context;
use std::time::Instant;
use tokio::io::ReadBuf;

/// What the library gets in place of a head that was refused. The answer to it is the last of the connection.
const STAND_IN: &[u8] = b"GET / HTTP/1.1\r\nhost: refused.invalid\r\nconnection: close\r\n\r\n";

impl<S> ServerGate<S> {
    /// Looks at a head. What is wrong with it is told to the handler, and the library gets a stand-in.
    pub(super) fn scan_head(&mut self, bytes: &[u8], context: &Context<'_>) -> Result<Option<usize>, io::Error> {
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
    pub(super) fn accept(&mut self, head: &[u8], context: &Context<'_>) -> io::Result<()> {
        let next = self.scan.next(head);
        let wants_upgrade = next == Next::OtherProtocol && !self.scan.is_connect();
        self.put(HeadFacts::understood(head, &self.scan, self.since, wants_upgrade), context)?;
        self.pipelined = self.pipelined.saturating_add(1);
        if !self.any_request {
            self.any_request = true;
            // It stands for the first byte, much later than it is needed from here on.
            self.watch.clear();
        }
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
    pub(super) fn refuse(&mut self, bytes: &[u8], fault: HeadFault, context: &Context<'_>) -> io::Result<()> {
        self.put(HeadFacts::refused(bytes, &self.scan, self.since, fault), context)?;
        self.phase = Phase::Refused;
        Ok(())
    }

    pub(super) fn put(&self, facts: HeadFacts, context: &Context<'_>) -> io::Result<()> {
        if self.mailbox.put(facts, context.waker()) {
            return Ok(());
        }
        Err(io::Error::other("the handler did not take the facts of an earlier request"))
    }

    /// How many of these bytes belong to the body that is being read. Knows when it ends.
    pub(super) fn body_part(&mut self, bytes: &[u8]) -> usize {
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

    pub(super) fn next_head(&mut self) {
        self.phase = Phase::Head;
        self.waiting = false;
    }

    #[cold]
    pub(super) fn break_off(&mut self, kind: BodyFaultKind) {
        let fault = BodyFault { kind };
        self.mailbox.set_fault(fault);
        self.phase = Phase::Broken(fault);
    }

    /// Looks at bytes that have just been read into the library's buffer from `start` on; those that may not pass yet are
    /// taken out of it. Nothing is held when this is called.
    pub(super) fn clear_in_place(&mut self, buffer: &mut ReadBuf<'_>, start: usize, context: &Context<'_>) -> io::Result<()> {
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

    pub(super) fn starve(&mut self) {
        self.starved = true;
        self.waiting = true;
    }

    pub(super) fn stand_in(&mut self) {
        self.held = BytesMut::from(STAND_IN);
        self.cleared = STAND_IN.len();
    }

    pub(super) fn hold(&mut self, bytes: &[u8]) -> io::Result<()> {
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
    pub(super) fn neutralise_forward(&self, bytes: &mut [u8], length: usize) -> usize {
        let (from, to) = (self.scan.method.0 as usize, self.scan.method.1 as usize);
        let method = to - from;
        bytes.copy_within(from..to, 0);
        bytes[method] = b' ';
        bytes[method + 1] = self.neutral_target();
        bytes.copy_within(self.scan.target.1 as usize..length, method + 2);
        method + 2 + (length - self.scan.target.1 as usize)
    }

    /// The same by moving what stands before it backward: held bytes can be cut at their front. Returns how many to cut.
    pub(super) fn neutralise_backward(&mut self) -> usize {
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
    pub(super) fn clear_held(&mut self, context: &Context<'_>) -> io::Result<()> {
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
    pub(super) fn give_cleared(&mut self, buffer: &mut ReadBuf<'_>) {
        let part = self.cleared.min(buffer.remaining());
        buffer.put_slice(&self.held[..part]);
        self.held.advance(part);
        self.cleared -= part;
        if self.held.is_empty() {
            self.held = BytesMut::new();
        }
    }
}
