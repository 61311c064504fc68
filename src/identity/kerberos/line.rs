//! What one client connection carries of a sign-in: the person, once a ticket has shown who it is, or how far the negotiation has come.
//!
//! A person is held only where the connection is one person's own; who uses this decides that. Must never: outlive the connection.

use super::accept::Begun;
use std::sync::{Arc, Mutex, PoisonError};

/// A person whom a ticket has shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The name.
    pub name: Arc<str>,
    /// Until when the ticket is good, in seconds since 1970.
    pub until: i64,
    /// When it was shown, by the clock that never jumps, in microseconds.
    pub shown_us: u64,
}

/// What one connection carries.
#[derive(Default)]
pub struct Line(Mutex<Option<Box<Carried>>>);

#[derive(Default)]
struct Carried {
    held: Option<Held>,
    begun: Option<Begun>,
    reply: Option<String>,
}

impl Line {
    /// The person whose connection it is.
    #[must_use]
    pub fn held(&self) -> Option<Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).as_ref()?.held.clone()
    }

    /// It is this person's from now on.
    pub(in crate::identity) fn hold(&self, held: Held) {
        self.with(|carried| carried.held = Some(held));
    }

    /// It is nobody's, and nothing has begun on it.
    pub(in crate::identity) fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// A negotiation goes on with the next request.
    pub(in crate::identity) fn begin(&self, begun: Begun) {
        self.with(|carried| carried.begun = Some(begun));
    }

    /// What has begun, and the connection is nobody's until it has ended.
    pub(in crate::identity) fn renew(&self) -> Option<Begun> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()?.begun
    }

    /// What is to be said to the client, in the answer to this request.
    pub(in crate::identity) fn say(&self, token: &[u8]) {
        let text = crate::record::base64::encode(token);
        self.with(|carried| carried.reply = Some(text));
    }

    /// What is to be said.
    #[must_use]
    pub fn take_reply(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).as_mut()?.reply.take()
    }

    fn with(&self, change: impl FnOnce(&mut Carried)) {
        change(self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default());
    }
}
