//! What reviews ask of the running system: how often they are due, and what there is to look at.

use super::reach::Reach;
use super::works::{FixedWorks, WorksFault};
use crate::model::Timestamp;
use std::collections::BTreeMap;
use std::time::Duration;

/// What is looked at again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReviewOf {
    /// Local rules that end soon, or have ended.
    EndingRules,
    /// Exceptions that stand for long.
    Exceptions,
    /// Rules that open addresses which nobody asks for.
    UnusedRules,
    /// Accounts of the console and their vetting.
    Accounts,
    /// What administrators did on the console.
    Deeds,
    /// Alerts that nobody took on, or that led to nothing.
    Alerts,
    /// The filter as a whole.
    Provision,
}

impl ReviewOf {
    /// All of them, in the order of the list.
    pub const ALL: [Self; 7] =
        [Self::Provision, Self::Deeds, Self::Alerts, Self::Accounts, Self::EndingRules, Self::Exceptions, Self::UnusedRules];

    /// Its word in the database and in addresses.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::EndingRules => "ending-rules",
            Self::Exceptions => "exceptions",
            Self::UnusedRules => "unused-rules",
            Self::Accounts => "accounts",
            Self::Deeds => "deeds",
            Self::Alerts => "alerts",
            Self::Provision => "provision",
        }
    }

    /// The one of a word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|what| what.word() == word)
    }
}

/// Something to look at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReviewItem {
    /// What it is.
    pub what: String,
    /// Who made it.
    pub by: String,
    /// Why.
    pub because: String,
    /// Since when or until when.
    pub at: Option<Timestamp>,
}

/// The running system, as reviews see it.
pub trait ReviewWorks {
    /// How often a review is due.
    fn review_every(&self, what: ReviewOf) -> Duration;

    /// What there is to look at, of rules and exceptions of these sites; what the console itself knows is not asked here.
    ///
    /// # Errors
    /// [`WorksFault`]: it cannot be read.
    fn review_items(&self, reach: &Reach, what: ReviewOf) -> Result<Vec<ReviewItem>, WorksFault>;
}

/// Answers that tests set by hand.
#[derive(Debug, Default)]
pub struct FixedReviews {
    /// What there is to look at.
    pub items: BTreeMap<ReviewOf, Vec<ReviewItem>>,
}

impl ReviewWorks for FixedWorks {
    fn review_every(&self, what: ReviewOf) -> Duration {
        let days = if what == ReviewOf::Provision { 365 } else { 31 };
        Duration::from_secs(days * 86_400)
    }

    fn review_items(&self, reach: &Reach, what: ReviewOf) -> Result<Vec<ReviewItem>, WorksFault> {
        Ok(self.of(reach, &self.reviews.items, |site| &site.reviews).remove(&what).unwrap_or_default())
    }
}
