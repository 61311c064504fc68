//! Waiting for a client, and its end: time-outs and the end of the input.
//!
//! Must never: let a client hold a connection by sending little, or cut one off while its answer is being made.

use super::super::fault::{BodyFaultKind, HeadFault, HeadFaultKind};
use super::super::request::is_blank;
use super::{Phase, ServerGate};
use std::io;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

/// After this long without anything to do a connection may be taken apart ([`super::super::Mailbox::is_resting`]).
/// A person who reads a page comes back later than this; taking apart and putting together costs a fifth of a small request.
const REST: Duration = Duration::from_secs(1);

impl<S> ServerGate<S> {
    /// The client has ended its side. True when that is told to the library as it is.
    pub(super) fn ended(&mut self, context: &Context<'_>) -> io::Result<bool> {
        let in_head = matches!(self.phase, Phase::Head) && !is_blank(&self.held);
        if !in_head {
            self.phase = Phase::Ended;
            return Ok(true);
        }
        self.refuse_held(HeadFaultKind::CutShort, context)?;
        Ok(false)
    }

    pub(super) fn refuse_held(&mut self, kind: HeadFaultKind, context: &Context<'_>) -> io::Result<()> {
        let bytes = std::mem::take(&mut self.held);
        self.refuse(&bytes, HeadFault::at(kind, bytes.len()), context)?;
        self.stand_in();
        Ok(())
    }

    /// Nothing can be read now: waits no longer than the limits say. Ready when the phase has changed.
    pub(super) fn poll_deadline(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
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
    pub(super) fn poll_idle(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if !self.any_request {
            return self.watch.poll_until(context, self.since + self.limits.first_byte);
        }
        let idle = self.limits.idle;
        let quiet = idle.min(REST);
        ready!(self.watch.poll_ring(context, || Instant::now() + quiet));
        let since = loop {
            let since = self.mailbox.idle_since(self.since);
            ready!(self.watch.poll_until(context, since.unwrap_or_else(Instant::now) + quiet));
            if let Some(since) = since {
                break since;
            }
        };
        if matches!(self.phase, Phase::Head) && self.held.is_empty() && self.outward.is_flushed() {
            self.mailbox.rest();
        }
        self.watch.poll_until(context, since + idle)
    }
}
