//! Where the gate of an HTTP/2 connection and the server of its streams meet.
//!
//! The gate puts in the head of each stream as it came; whoever serves the stream takes it out by its number. A head that
//! the protocol library answers by itself (a reset, a 431) comes back as refused, so that it gets its record all the same.

use super::super::facts::HeadFacts;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Heads that may wait for the protocol library: more than it lets a client open at a time.
const WAITING: usize = 2_048;

/// Why the connection is to be ended, beyond what the protocol library finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breach {
    /// More frames that ask for work and bring nothing than a client has cause to send.
    Nuisance,
    /// A head that took too long to arrive.
    TooSlow,
    /// A fault for which RFC 9113 names a code that the protocol library does not give.
    Rule(h2::Reason),
}

impl Breach {
    /// The code that the connection is ended with (RFC 9113 section 7).
    #[must_use]
    pub const fn code(self) -> h2::Reason {
        match self {
            Self::Nuisance | Self::TooSlow => h2::Reason::ENHANCE_YOUR_CALM,
            Self::Rule(code) => code,
        }
    }
}

/// The meeting place of one connection.
#[derive(Debug, Default)]
pub struct Heads {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    waiting: HashMap<u32, HeadFacts>,
    refused: Vec<HeadFacts>,
    breach: Option<Breach>,
}

impl Heads {
    /// For one connection.
    #[must_use]
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    /// The head of a stream that the library hands over. `None`: reset the stream.
    #[must_use]
    pub fn take(&self, stream: u32) -> Option<HeadFacts> {
        self.lock().waiting.remove(&stream)
    }

    /// Heads that the library has answered by itself since the last call.
    #[must_use]
    pub fn refused(&self) -> Vec<HeadFacts> {
        std::mem::take(&mut self.lock().refused)
    }

    /// The connection has ended: heads that nobody has served.
    #[must_use]
    pub fn rest(&self) -> Vec<HeadFacts> {
        let mut inner = self.lock();
        let mut rest = std::mem::take(&mut inner.refused);
        rest.extend(inner.waiting.drain().map(|(_, facts)| facts));
        rest
    }

    /// Is there a head that was refused, or a reason to end the connection?
    #[must_use]
    pub fn has_news(&self) -> bool {
        let inner = self.lock();
        inner.breach.is_some() || !inner.refused.is_empty()
    }

    /// Why the connection is to be ended.
    #[must_use]
    pub fn breach(&self) -> Option<Breach> {
        self.lock().breach
    }

    pub(super) fn put(&self, stream: u32, facts: HeadFacts) {
        let mut inner = self.lock();
        if inner.waiting.len() >= WAITING {
            inner.breach = Some(Breach::Nuisance);
        }
        inner.waiting.insert(stream, facts);
    }

    /// The library has answered or reset this stream.
    pub(super) fn answered(&self, stream: u32) {
        let mut inner = self.lock();
        if let Some(facts) = inner.waiting.remove(&stream) {
            inner.refused.push(facts);
        }
    }

    pub(super) fn set_breach(&self, breach: Breach) {
        self.lock().breach.get_or_insert(breach);
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
