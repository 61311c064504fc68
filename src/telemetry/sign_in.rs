//! What came of signing in, by how it was done.

use super::metrics::{keep, options};
use crate::model::IdentitySource;
use prometheus::{IntCounter, IntCounterVec, Registry};

/// Why a name and a password led to nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotSignedIn {
    /// They do not belong together.
    Wrong,
    /// A ticket was not good.
    NoTicket,
    /// There were too many wrong ones: they were not tried.
    Paused,
    /// They are no name and password.
    Unreadable,
    /// The connection was not protected: they were not looked at.
    Unprotected,
    /// There was too much to do.
    Busy,
    /// The directory, or the service of cards, did not answer.
    Unsure,
    /// The library has suspended the card.
    Suspended,
}

impl NotSignedIn {
    const ALL: [Self; 8] =
        [Self::Wrong, Self::NoTicket, Self::Paused, Self::Unreadable, Self::Unprotected, Self::Busy, Self::Unsure, Self::Suspended];

    const fn code(self) -> &'static str {
        match self {
            Self::Wrong => "wrong",
            Self::NoTicket => "no-ticket",
            Self::Paused => "paused",
            Self::Unreadable => "unreadable",
            Self::Unprotected => "unprotected",
            Self::Busy => "busy",
            Self::Unsure => "unsure",
            Self::Suspended => "suspended",
        }
    }
}

/// Counts requests that brought something to sign in with, and forms of the page.
#[derive(Debug)]
pub struct SignInMetrics {
    right: Box<[IntCounter]>,
    not: [IntCounter; NotSignedIn::ALL.len()],
}

impl SignInMetrics {
    pub(super) fn new(registry: &Registry) -> Self {
        let help =
            "Requests with something to sign in with, and forms of the sign-in page, by how the person is known and what came of it.";
        let all = IntCounterVec::new(options("sign_in_total", help), &["source", "result"]);
        let all = keep(registry, all.expect("constant name"));
        let sources = (0..=u8::MAX).map_while(IdentitySource::from_number);
        Self {
            right: sources.map(|source| all.with_label_values(&[source.code(), "right"])).collect(),
            not: NotSignedIn::ALL.map(|result| all.with_label_values(&[IdentitySource::Unknown.code(), result.code()])),
        }
    }

    /// Somebody is known.
    pub fn right(&self, source: IdentitySource) {
        self.right[source as usize].inc();
    }

    /// Nobody is.
    pub fn not(&self, why: NotSignedIn) {
        self.not[why as usize].inc();
    }
}
