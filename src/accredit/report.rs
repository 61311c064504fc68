//! The report: the installation, what every suite found, and what that says of each criterion. `report.json` of an evidence pack is this as
//! JSON; its fields are a promise: add, never rename.

use super::facts::Context;
use super::judge::{Judged, Light, judge_all, outcome_words};
use super::outcome::{Outcome, Verdict};
use super::register::{Register, Standard};
use super::share::{Interval, Share};
use super::suite::SUITES;
use serde::{Deserialize, Serialize};

/// What is written into a pack, kept in the history, and shown.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// What this is.
    pub format: &'static str,
    /// Version of the format.
    pub version: u8,
    /// Does everything hold that was to be run?
    pub passing: bool,
    /// Why not, one by one.
    pub not_passing: Vec<String>,
    /// How many criteria have which light.
    pub counts: Counts,
    /// The category of which the smallest share was refused.
    pub lowest: Option<Lowest>,
    /// The installation.
    pub installation: Context,
    /// The standards.
    pub standards: Vec<Standard>,
    /// Every criterion.
    pub criteria: Vec<Judged>,
    /// Every outcome.
    pub outcomes: Vec<Outcome>,
}

/// How many criteria have which light.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Measured here: met.
    pub met: usize,
    /// Met by the program's own tests.
    pub built_in: usize,
    /// In part, or for people.
    pub amber: usize,
    /// Not run.
    pub not_run: usize,
    /// Not met.
    pub not_met: usize,
}

/// The lowest share over the categories: the scheme asks for each, so the mean says nothing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Lowest {
    /// Of what.
    pub scope: Box<str>,
    /// How many of how many were refused.
    pub share: Share,
    /// Between which bounds the share of the whole lies, at 95 per cent.
    pub interval: Interval,
}

impl Report {
    /// Judges what was found.
    #[must_use]
    pub fn of(installation: Context, outcomes: Vec<Outcome>) -> Self {
        let register = Register::built_in();
        let criteria = judge_all(register, &installation, &outcomes);
        let not_passing = not_passing(&outcomes);
        Self {
            format: "lifeguard-accreditation-report",
            version: 1,
            passing: not_passing.is_empty(),
            not_passing,
            counts: Counts::of(&criteria),
            lowest: lowest(&outcomes),
            installation,
            standards: register.standards.clone(),
            criteria,
            outcomes,
        }
    }

    /// The criterion with this id, judged.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&Judged> {
        self.criteria.iter().find(|judged| *judged.criterion.id == *id)
    }
}

impl Counts {
    fn of(criteria: &[Judged]) -> Self {
        let count = |light| criteria.iter().filter(|judged| judged.light == light).count();
        Self {
            met: count(Light::Met),
            built_in: count(Light::BuiltIn),
            amber: count(Light::Amber),
            not_run: count(Light::NotRun),
            not_met: count(Light::NotMet),
        }
    }
}

/// What keeps these outcomes from passing: what failed, what was not run, and what nobody asked to run.
#[must_use]
pub fn not_passing(outcomes: &[Outcome]) -> Vec<String> {
    let bad = |outcome: &&Outcome| matches!(outcome.verdict, Verdict::Fail(_) | Verdict::NotRun(_));
    let silent = SUITES.iter().filter(|suite| !outcomes.iter().any(|outcome| *outcome.suite == *suite.name));
    let silent = silent.map(|suite| format!("{}: it was not run.", suite.name));
    outcomes.iter().filter(bad).map(outcome_words).chain(silent).collect()
}

fn lowest(outcomes: &[Outcome]) -> Option<Lowest> {
    let measured = outcomes.iter().filter(|outcome| *outcome.suite == *"buckets").filter_map(|outcome| {
        let share = outcome.share?;
        Some((share.ratio()?, outcome, share))
    });
    let (_, outcome, share) = measured.min_by(|a, b| a.0.total_cmp(&b.0))?;
    Some(Lowest { scope: outcome.scope.clone(), share, interval: share.wilson() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bucket(scope: &str, good: u64, of: u64) -> Outcome {
        Outcome { share: Some(Share { good, of }), ..Outcome::of("buckets", scope, &[], Verdict::Pass) }
    }

    #[test]
    fn a_report_passes_only_when_every_suite_ran_and_held() {
        let all: Vec<Outcome> = SUITES.iter().map(|suite| Outcome::of(suite.name, "", &[], Verdict::Pass)).collect();
        assert!(Report::of(Context::default(), all.clone()).passing);
        assert!(!Report::of(Context::default(), all[1..].to_vec()).passing);
        assert_eq!(Report::of(Context::default(), Vec::new()).not_passing.len(), SUITES.len());
        for (verdict, passing) in
            [(Verdict::Amber("a".into()), true), (Verdict::Fail("f".into()), false), (Verdict::NotRun("n".into()), false)]
        {
            let mut one = all.clone();
            one.push(Outcome::of("statutory", "children", &[], verdict));
            assert_eq!(Report::of(Context::default(), one).passing, passing);
        }
    }

    #[test]
    fn the_lowest_category_counts() {
        let report = Report::of(Context::default(), vec![bucket("a", 99, 100), bucket("b", 45, 50), bucket("c", 0, 0)]);
        let lowest = report.lowest.unwrap();
        assert_eq!((&*lowest.scope, lowest.share), ("b", Share { good: 45, of: 50 }));
        let read: serde_json::Value = serde_json::to_value(Report::of(Context::default(), vec![bucket("a", 1, 2)])).unwrap();
        assert_eq!((&read["outcomes"][0]["verdict"], &read["criteria"][0]["id"]), (&"pass".into(), &"A1".into()));
    }
}
