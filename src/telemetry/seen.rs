//! What was seen of HTTPS, group by group, since the start: the proof behind the coverage statement (standards U20, V9).

use super::metrics::{keep, options};
use prometheus::{IntCounter, IntCounterVec, Registry};

/// What may be seen of HTTPS. Its word is the label of the metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// A tunnel that stayed sealed: its host was seen, its pages were not.
    Sealed,
    /// A tunnel that was opened.
    Opened,
    /// A request inside an opened tunnel.
    Inside,
    /// A tunnel that stayed sealed although single pages of its host are on a list of illegal material.
    Gap,
    /// A handshake that the client ended because it does not trust our certificate.
    Refused,
    /// A tunnel that should have been opened and was let through: pinned, or the origin asks for a client's certificate.
    Passed,
    /// A ClientHello with Encrypted Client Hello, real or GREASE.
    Ech,
}

impl Sight {
    /// All of them, in order.
    pub const ALL: [Self; 7] = [Self::Sealed, Self::Opened, Self::Inside, Self::Gap, Self::Refused, Self::Passed, Self::Ech];

    const fn code(self) -> &'static str {
        match self {
            Self::Sealed => "sealed",
            Self::Opened => "opened",
            Self::Inside => "inside",
            Self::Gap => "gap",
            Self::Refused => "refused",
            Self::Passed => "passed",
            Self::Ech => "ech",
        }
    }
}

/// The counters of one group: atomic additions.
#[derive(Clone, Debug)]
pub struct GroupSights([IntCounter; Sight::ALL.len()]);

impl GroupSights {
    /// Counts one.
    pub fn saw(&self, sight: Sight) {
        self.0[sight as usize].inc();
    }

    /// How often it was seen since the start.
    #[must_use]
    pub fn count(&self, sight: Sight) -> u64 {
        self.0[sight as usize].get()
    }
}

/// `lifeguard_https_total`.
#[derive(Debug)]
pub(super) struct Sights(IntCounterVec);

impl Sights {
    pub(super) fn new(registry: &Registry) -> Self {
        let total = IntCounterVec::new(options("https_total", "What was seen of HTTPS, by group."), &["group", "seen"]);
        Self(keep(registry, total.expect("constant name")))
    }

    pub(super) fn of(&self, group: &str) -> GroupSights {
        GroupSights(Sight::ALL.map(|sight| self.0.with_label_values(&[group, sight.code()])))
    }
}
