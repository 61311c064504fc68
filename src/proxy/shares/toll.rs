//! Pieces of a body, or of a tunnel, are held back until their person may carry them.

use super::line::{Line, cost};
use super::person::Person;
use crate::config::FairShares;
use bytes::Bytes;
use http_body::Frame;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// Which way bytes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Way {
    /// From the client.
    Up = 0,
    /// To the client.
    Down = 1,
}

/// So much of a person's own rate may go at once, in microseconds of it.
const BURST: u64 = 250_000;

/// What bytes are paid from.
#[derive(Clone)]
pub struct Purse {
    person: Arc<Person>,
    line: Arc<Line>,
    way: Way,
    /// Bytes in a second of everybody, and of this person; 0: no bound.
    rates: (u64, u64),
}

/// Ready when the bytes may go.
pub type Paying = Pin<Box<dyn Future<Output = ()> + Send + Sync>>;

impl Purse {
    pub(super) fn new((person, line): (Arc<Person>, Arc<Line>), way: Way, settings: &FairShares) -> Self {
        Self { person, line, way, rates: (settings.bandwidth / 8, settings.bandwidth_per_person / 8) }
    }

    /// Pays for so many bytes. `None`: they may go now.
    #[must_use]
    pub fn pay(&self, bytes: usize) -> Option<Paying> {
        let (all, own) = self.rates;
        let own = if own == 0 {
            0
        } else {
            let turns = &mut self.person.state().bytes[self.way as usize];
            turns.take(self.line.now(), cost(bytes as u64, own), BURST, u64::MAX).unwrap_or_default()
        };
        if own == 0 {
            let wait = (all > 0).then(|| self.line.ask((&self.person, self.way), bytes as u64, all)).flatten()?;
            return Some(Box::pin(async move { drop(wait.await) }));
        }
        let (person, line, way) = (Arc::clone(&self.person), Arc::clone(&self.line), self.way);
        Some(Box::pin(async move {
            tokio::time::sleep(Duration::from_micros(own)).await;
            let wait = (all > 0).then(|| line.ask((&person, way), bytes as u64, all)).flatten();
            if let Some(wait) = wait {
                drop(wait.await);
            }
        }))
    }

    /// Waits until so many bytes may go.
    pub async fn paid(&self, bytes: usize) {
        if let Some(paying) = self.pay(bytes) {
            paying.await;
        }
    }
}

/// The pieces of one body on their way past a purse.
#[derive(Default)]
pub struct Toll {
    purse: Option<Purse>,
    held: Option<(Frame<Bytes>, Paying)>,
}

impl Toll {
    /// With this purse; without one, everything goes at once.
    #[must_use]
    pub const fn new(purse: Option<Purse>) -> Self {
        Self { purse, held: None }
    }

    /// The piece that was held back, once it may go. `None`: there is none.
    pub fn poll_held(&mut self, context: &mut Context<'_>) -> Poll<Option<Frame<Bytes>>> {
        if let Some((_, paying)) = &mut self.held {
            ready!(paying.as_mut().poll(context));
        }
        Poll::Ready(self.held.take().map(|(frame, _)| frame))
    }

    /// The piece, if it may go now; else it is held back.
    pub fn pass(&mut self, frame: Frame<Bytes>) -> Option<Frame<Bytes>> {
        let Some(purse) = &self.purse else { return Some(frame) };
        let bytes = frame.data_ref().map_or(0, Bytes::len);
        match purse.pay(bytes) {
            None => Some(frame),
            Some(paying) => {
                self.held = Some((frame, paying));
                None
            }
        }
    }

    /// Bytes that are held back; `None`: no piece is.
    #[must_use]
    pub fn held(&self) -> Option<u64> {
        self.held.as_ref().map(|(frame, _)| frame.data_ref().map_or(0, Bytes::len) as u64)
    }
}
