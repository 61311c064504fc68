//! A decision is plain data with its evidence. Only [`super`] can make a [`Permit`]: without one there is no road out.
//!
//! A permit is made from a [`Cleared`], and only the statutory stage makes those. A policy without that stage does not
//! compile (standards V2).

use super::acts::Acts;
use super::statutory::Cleared;
use super::used::Used;
use crate::canon::CanonicalUrl;
use crate::lists::Guess;
use crate::matcher::Matched;
use crate::model::{CategoryId, Reason, Subject, Timestamp};
use std::sync::Arc;

/// The question.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// Who.
    pub subject: &'a Subject,
    /// What.
    pub url: &'a CanonicalUrl,
    /// Method, raw.
    pub method: &'a [u8],
    /// When.
    pub now: Timestamp,
    /// The person has read the warning for this host and went on, not long ago.
    pub warned: bool,
    /// What people have decided for a while.
    pub acts: &'a Acts,
    /// What whoever asks has used of today.
    pub used: &'a Used,
}

/// What stands behind a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Why.
    pub reason: Reason,
    /// The layer and rule that decided, for instance `group children, category adult`. Shared, so that it costs no allocation.
    pub layer: Arc<str>,
    /// The category that decided, if one did.
    pub category: Option<CategoryId>,
    /// The entry that decided, if one did.
    pub matched: Option<Matched>,
    /// What the name of the host looks like, where that decided or was to be noted.
    pub predicted: Option<Guess>,
}

/// Why a request may leave, without what it was found by: so much is asked again of what it brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grounds {
    /// Why.
    pub reason: Reason,
    /// The category that decided, if one did.
    pub category: Option<CategoryId>,
}

impl Grounds {
    /// Has somebody released the address itself? Where it was its category, everything else that stands against it stays.
    #[must_use]
    pub fn is_released_address(self) -> bool {
        self.reason == Reason::Released && self.category.is_none()
    }
}

impl Evidence {
    /// The part of it that what comes back is judged by.
    #[must_use]
    pub fn grounds(&self) -> Grounds {
        Grounds { reason: self.reason, category: self.category }
    }
}

/// The right to send one request out. It is taken by value, so it is used once.
#[derive(Debug)]
#[must_use = "a permit that is dropped lets nothing out"]
pub struct Permit {
    evidence: Evidence,
    /// Kept, never read: it is here because nobody but the statutory stage can put it here.
    _cleared: Cleared,
}

impl Permit {
    /// What stands behind it.
    #[must_use]
    pub fn evidence(&self) -> &Evidence {
        &self.evidence
    }

    /// Granted to a request that the statutory stage has cleared.
    pub(super) fn granted(cleared: Cleared, evidence: Evidence) -> Self {
        Self { evidence, _cleared: cleared }
    }
}

/// The person is to think first.
#[derive(Debug)]
pub struct Warning {
    /// What stands behind it.
    pub evidence: Evidence,
}

/// The request does not leave.
#[derive(Debug)]
pub struct Refusal {
    /// What stands behind it.
    pub evidence: Evidence,
}

/// What was decided.
#[derive(Debug)]
pub enum Decision {
    /// It may leave.
    Allow(Permit),
    /// It may leave after a warning.
    Warn(Warning),
    /// It does not leave.
    Refuse(Refusal),
}

impl Decision {
    /// What stands behind it.
    #[must_use]
    pub fn evidence(&self) -> &Evidence {
        match self {
            Self::Allow(permit) => permit.evidence(),
            Self::Warn(warning) => &warning.evidence,
            Self::Refuse(refusal) => &refusal.evidence,
        }
    }
}
