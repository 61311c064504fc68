//! How accreditation stands, for a page that everybody may read (standards A11, A13). It holds no address, and of what went wrong no more than
//! the suite, the group and how often.

use super::judge::{Judged, Light};
use super::membership::as_text;
use super::report::Counts;
use crate::model::Timestamp;
use serde::{Serialize, Serializer};

/// How it stands.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Standing {
    /// Does the running process check itself?
    pub schedule: bool,
    /// Does everything hold? Unknown until every suite has run.
    pub passing: Option<bool>,
    /// Why not, one by one.
    pub not_passing: Vec<String>,
    /// The last canary.
    pub canary: Option<Ran>,
    /// The last run of every suite.
    pub run: Option<Ran>,
    /// Until when that run counts.
    #[serde(serialize_with = "maybe")]
    pub counts_until: Option<Timestamp>,
    /// The last certificate.
    pub certificate: Option<Certificate>,
    /// Criteria by light.
    pub counts: Option<Counts>,
    /// Every criterion.
    pub criteria: Vec<Told>,
}

/// Something that ran.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ran {
    /// When.
    #[serde(serialize_with = "as_text")]
    pub at: Timestamp,
    /// Did everything hold?
    pub passing: bool,
    /// What did not.
    pub not_passing: Vec<String>,
}

/// A certificate that the installation wrote for itself.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Certificate {
    /// Its folder's name.
    pub name: String,
    /// Until when it counts.
    #[serde(serialize_with = "as_text")]
    pub until: Timestamp,
}

/// A criterion in a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Told {
    /// Its id.
    pub id: Box<str>,
    /// Its standard's id.
    pub standard: Box<str>,
    /// What is asked.
    pub asks: Box<str>,
    /// What may be said.
    pub light: Light,
}

impl From<&Judged> for Told {
    fn from(judged: &Judged) -> Self {
        let one = &judged.criterion;
        Self { id: one.id.clone(), standard: one.standard.clone(), asks: one.asks.clone(), light: judged.light }
    }
}

impl Standing {
    /// Says whether everything holds now: the last whole run and the last canary held, and the run still counts.
    #[must_use]
    pub fn settled(mut self, now: Timestamp) -> Self {
        let mut against: Vec<String> = Vec::new();
        against.extend(self.canary.iter().flat_map(|ran| &ran.not_passing).map(|line| format!("At the last canary: {line}")));
        if let Some(run) = &self.run {
            against.extend(run.not_passing.iter().cloned());
            if let Some(until) = self.counts_until.filter(|until| *until <= now) {
                against.push(format!("The last run of every suite no longer counts since {until}."));
            }
        }
        self.passing = match (against.is_empty(), &self.run) {
            (false, _) => Some(false),
            (true, Some(run)) => Some(run.passing),
            (true, None) => None,
        };
        self.not_passing = against;
        self
    }

    /// In a few words.
    #[must_use]
    pub const fn words(&self) -> &'static str {
        match self.passing {
            Some(true) => "passing",
            Some(false) => "not passing",
            None => "not known: not every suite has run yet",
        }
    }
}

fn maybe<S: Serializer>(at: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => serializer.collect_str(at),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_passes_only_while_the_run_counts_and_the_canary_holds() {
        let at = Timestamp::from_seconds;
        let ran = |passing: bool| Ran { at: at(50), passing, not_passing: if passing { vec![] } else { vec!["x".into()] } };
        let table = [
            (None, None, None),
            (Some(true), None, None),
            (Some(false), None, Some(false)),
            (None, Some(true), Some(true)),
            (Some(true), Some(true), Some(true)),
            (Some(false), Some(true), Some(false)),
            (Some(true), Some(false), Some(false)),
        ];
        for (canary, run, passing) in table {
            let standing = Standing { canary: canary.map(ran), run: run.map(ran), counts_until: Some(at(100)), ..Standing::default() };
            assert_eq!(standing.clone().settled(at(99)).passing, passing, "{canary:?} {run:?}");
            let late = standing.settled(at(100));
            assert_eq!(late.passing, if run.is_some() { Some(false) } else { passing }, "{canary:?} {run:?}: too late");
        }
    }
}
