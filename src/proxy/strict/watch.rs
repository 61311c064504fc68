//! One timer for a connection: made when first needed, and moved as seldom as possible.
//!
//! Most deadlines are never reached. A timer that stands too early costs one look at the clock when it rings; moving it
//! with every request would cost more than the request's own parsing.
//! Must never: exist for a connection that waits for nothing.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Instant;
use tokio::time::Sleep;

/// A timer. Empty until it is needed.
#[derive(Debug, Default)]
pub(super) struct Watch(Option<Pin<Box<Sleep>>>);

impl Watch {
    /// Ready once the deadline has passed. The task is woken then.
    pub(super) fn poll_until(&mut self, context: &mut Context<'_>, deadline: Instant) -> Poll<()> {
        let deadline = tokio::time::Instant::from_std(deadline);
        let sleep = self.0.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline)));
        if deadline < sleep.deadline() {
            sleep.as_mut().reset(deadline);
        }
        loop {
            ready!(sleep.as_mut().poll(context));
            if tokio::time::Instant::now() >= deadline {
                return Poll::Ready(());
            }
            sleep.as_mut().reset(deadline);
        }
    }

    /// Ready once it rings, at a time set before or at this one.
    pub(super) fn poll_ring(&mut self, context: &mut Context<'_>, at: impl FnOnce() -> Instant) -> Poll<()> {
        let sleep = self.0.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(tokio::time::Instant::from_std(at()))));
        sleep.as_mut().poll(context)
    }

    /// Gives the timer back.
    pub(super) fn clear(&mut self) {
        self.0 = None;
    }
}
