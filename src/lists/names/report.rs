//! What was found out about each category when its names were learned: in figures, and whether it is on.

use crate::model::CategoryId;
use std::fmt;

/// The fewest names of a category that are worth learning from.
pub const LEAST_NAMES: usize = 500;
/// The least share of names it has not seen that a category must know again, in a hundred; a category that does less stays off.
pub const LEAST_RECALL: u32 = 20;
/// The fewest names of the allow corpus that thresholds are set by, for each false positive that is allowed.
pub const NAMES_PER_FALSE_POSITIVE: usize = 10;

/// Is a category on, and if not, why?
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It is.
    On,
    /// Too few names.
    TooFewNames,
    /// Too few of the names it had not seen were known again.
    TooWeak,
    /// More categories than are learned have enough names.
    NoRoom,
    /// Too few names that are known to be innocent.
    TooFewAllowed,
}

impl State {
    pub(crate) const ALL: [Self; 5] = [Self::On, Self::TooFewNames, Self::TooWeak, Self::NoRoom, Self::TooFewAllowed];

    /// In plain words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::TooFewNames => "off: too few names to learn from",
            Self::TooWeak => "off: it knows too few of the names that it has not seen",
            Self::NoRoom => "off: other categories have more names; say under categories which ones count",
            Self::TooFewAllowed => "off: too few names in the allow corpus for this share of false positives",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

/// One category.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NameReport {
    /// Which.
    pub category: CategoryId,
    /// Is it on?
    pub state: State,
    /// Names of the category that were learned from.
    pub learned: u32,
    /// Names of the category that were held out, by registrable domain.
    pub held_out: u32,
    /// Of those, how many are known again.
    pub known: u32,
    /// Names of the allow corpus that the threshold was set by.
    pub allowed: u32,
    /// Of those, how many would be taken for the category.
    pub wrong: u32,
}
