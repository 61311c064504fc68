//! What one check of accreditation found.

use super::share::Share;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How a check ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "verdict", content = "why")]
pub enum Verdict {
    /// It ran, on everything that it should run on, and what it asks for holds.
    Pass,
    /// It holds in part, or is not for software to say: the words say what is left to people.
    Amber(Box<str>),
    /// It ran, and what it asks for does not hold.
    Fail(Box<str>),
    /// It could not run. Never counted as passed.
    NotRun(Box<str>),
}

/// One number beside a verdict, with its unit in words ("requests", "seconds", "per cent").
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// What was counted or measured.
    pub name: Box<str>,
    /// How much.
    pub value: f64,
    /// Of what.
    pub unit: Box<str>,
}

/// One thing that went otherwise than it should. Never an address that could be followed: defanged, or the number of its line alone
/// where the list is statutory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Miss {
    /// Where what was asked stands: list or file, and line.
    pub place: Box<str>,
    /// What was asked, defanged. Empty for entries of statutory lists.
    pub asked: Box<str>,
    /// What came instead of what should have come.
    pub came: Box<str>,
}

/// What one suite found in one scope.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The suite: `statutory`, `buckets`, `groups-differ` and so on, as criteria name it.
    pub suite: Box<str>,
    /// What it was run on in words: a group, a site, a bucket, a way in. Empty: on everything.
    pub scope: Box<str>,
    /// The ids of the criteria that it proves.
    pub criteria: Vec<Box<str>>,
    /// How it ended.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// How many of how many came out right, where it counts.
    pub share: Option<Share>,
    /// The numbers that it states.
    pub figures: Vec<Figure>,
    /// The first of what went wrong, [`Outcome::MISSES`] at most; `share` counts all.
    pub misses: Vec<Miss>,
    /// How long it ran.
    pub took: Duration,
}

impl Outcome {
    /// The most misses that one outcome keeps.
    pub const MISSES: usize = 50;

    /// Nothing said yet, for a suite to fill in.
    #[must_use]
    pub fn of(suite: &str, scope: &str, criteria: &[&str], verdict: Verdict) -> Self {
        let criteria = criteria.iter().map(|id| Box::from(*id)).collect();
        let (suite, scope) = (suite.into(), scope.into());
        Self { suite, scope, criteria, verdict, share: None, figures: Vec::new(), misses: Vec::new(), took: Duration::ZERO }
    }
}
