//! Why the notary cannot do its work, for whoever looks after the machine: each kind of trouble is said once when it begins and once when it
//! is over, and stands in the store's state in between.

use crate::store::state::StoreState;
use std::sync::Arc;

/// What cannot be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Work {
    /// Heads cannot be signed.
    Sign,
    /// The key cannot be handed over: the old one is still there.
    HandOver,
}

/// What is in the way at present.
#[derive(Debug, Default)]
pub(super) struct Trouble {
    state: StoreState,
    /// In the order of [`Work`].
    now: [Option<Arc<str>>; 2],
}

impl Trouble {
    /// Tells this state from now on.
    pub(super) fn told_to(&mut self, state: StoreState) {
        self.state = state;
        self.tell();
    }

    /// This cannot be done, and why.
    pub(super) fn begin(&mut self, work: Work, why: &dyn std::fmt::Display) {
        let why: Arc<str> = why.to_string().into();
        let place = &mut self.now[work as usize];
        if place.as_ref() != Some(&why) {
            match work {
                Work::Sign => {
                    tracing::error!(%why, "heads of the log cannot be signed: what is recorded meanwhile is kept, but not proved")
                }
                Work::HandOver => tracing::error!(%why, "the log's key could not be handed over: the old one goes on"),
            }
            *place = Some(why);
        }
        self.tell();
    }

    /// This was done.
    pub(super) fn end(&mut self, work: Work) {
        if self.now[work as usize].take().is_some() {
            match work {
                Work::Sign => tracing::info!("heads of the log are signed again"),
                Work::HandOver => tracing::info!("the log's key was handed over"),
            }
        }
        self.tell();
    }

    /// A head was signed now: microseconds since 1970.
    pub(super) fn signed(&mut self, at_us: i64) {
        self.state.0.set_last_head(at_us);
        self.end(Work::Sign);
    }

    fn tell(&self) {
        self.state.0.set_signing_fault(self.now.iter().flatten().next().cloned());
    }
}
