//! From what checks found to what may be said of each criterion. It never says more than was shown: a suite that was not run is not passed,
//! a test of the program is no measurement here, and what only people can show stays open.

use super::facts::Context;
use super::outcome::{Outcome, Verdict};
use super::register::{Criterion, Register};
use serde::Serialize;

/// What may be said, the worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Light {
    /// Measured on this installation, or read from its settings: it holds.
    Met,
    /// The program's own tests show it; nothing was measured on this installation.
    BuiltIn,
    /// It holds in part, or is for people to show.
    Amber,
    /// What would show it was not run.
    NotRun,
    /// It does not hold.
    NotMet,
}

impl Light {
    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Met => "Met",
            Self::BuiltIn => "Met by the program's own tests",
            Self::Amber => "In part, or for people to show",
            Self::NotRun => "Not run",
            Self::NotMet => "Not met",
        }
    }

    /// As a code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::BuiltIn => "built-in",
            Self::Amber => "amber",
            Self::NotRun => "not-run",
            Self::NotMet => "not-met",
        }
    }

    /// Of a single check.
    #[must_use]
    pub const fn of(verdict: &Verdict) -> Self {
        match verdict {
            Verdict::Pass => Self::Met,
            Verdict::Amber(_) => Self::Amber,
            Verdict::Fail(_) => Self::NotMet,
            Verdict::NotRun(_) => Self::NotRun,
        }
    }
}

/// One thing that shows a criterion, or does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Because {
    /// What kind: `suite`, `settings`, `tests`, `membership`, `document`, `gap`.
    pub kind: &'static str,
    /// What it says alone.
    pub light: Light,
    /// In words.
    pub words: String,
}

/// A criterion, judged.
#[derive(Clone, Debug, Serialize)]
pub struct Judged {
    /// The criterion.
    #[serde(flatten)]
    pub criterion: Criterion,
    /// What may be said.
    pub light: Light,
    /// Why, one by one.
    pub because: Vec<Because>,
}

/// Judges every criterion of the register.
#[must_use]
pub fn judge_all(register: &Register, context: &Context, outcomes: &[Outcome]) -> Vec<Judged> {
    register.criteria.iter().map(|criterion| judge(criterion, context, outcomes)).collect()
}

/// Judges one.
#[must_use]
pub fn judge(criterion: &Criterion, context: &Context, outcomes: &[Outcome]) -> Judged {
    let mut because: Vec<Because> = Vec::new();
    for outcome in outcomes.iter().filter(|outcome| speaks_of(outcome, criterion)) {
        because.push(Because { kind: "suite", light: Light::of(&outcome.verdict), words: outcome_words(outcome) });
    }
    let silent = criterion.suites.iter().filter(|suite| !outcomes.iter().any(|outcome| outcome.suite == **suite));
    because.extend(silent.map(|suite| Because { kind: "suite", light: Light::NotRun, words: format!("{suite}: it was not run.") }));
    let mut said = |kind, (verdict, words): (Verdict, String)| because.push(Because { kind, light: Light::of(&verdict), words });
    criterion.facts.iter().for_each(|fact| said("settings", context.fact(*fact)));
    criterion.memberships.iter().for_each(|scheme| said("membership", context.membership(scheme)));
    if !criterion.tests.is_empty() {
        let words = format!("{}: run when the program was built, not on this installation.", criterion.tests.join(", "));
        because.push(Because { kind: "tests", light: Light::BuiltIn, words });
    }
    if let Some(document) = &criterion.document {
        because.push(Because { kind: "document", light: Light::Amber, words: format!("For the operator to show: {document}") });
    }
    if let Some(gap) = &criterion.gap {
        let light = if because.is_empty() { Light::NotMet } else { Light::Amber };
        because.push(Because { kind: "gap", light, words: gap.to_string() });
    }
    Judged { criterion: criterion.clone(), light: together(&because), because }
}

fn speaks_of(outcome: &Outcome, criterion: &Criterion) -> bool {
    criterion.suites.contains(&outcome.suite) || outcome.criteria.contains(&criterion.id)
}

/// The worst counts; tests of the program beside something that was measured here take nothing away from it.
fn together(because: &[Because]) -> Light {
    let measured = because.iter().any(|one| one.light == Light::Met);
    let worst = because.iter().map(|one| one.light).max().unwrap_or(Light::NotRun);
    if worst == Light::BuiltIn && measured { Light::Met } else { worst }
}

/// An outcome in a sentence.
#[must_use]
pub fn outcome_words(outcome: &Outcome) -> String {
    let scope = if outcome.scope.is_empty() { String::new() } else { format!(" ({})", outcome.scope) };
    let share = outcome.share.map(|share| format!(" {} of {} came out right.", share.good, share.of)).unwrap_or_default();
    let why = match &outcome.verdict {
        Verdict::Pass => String::from(" It holds."),
        Verdict::Amber(why) | Verdict::Fail(why) | Verdict::NotRun(why) => format!(" {}", ended(why)),
    };
    format!("{}{scope}:{share}{why}", outcome.suite)
}

fn ended(why: &str) -> String {
    let why = why.trim();
    if why.ends_with(['.', '!', '?']) { why.to_owned() } else { format!("{why}.") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accredit::{ListFact, Membership, Share};
    use crate::model::Timestamp;

    fn criterion(text: &str) -> Criterion {
        let head = "id = \"T1\"\nstandard = \"t\"\nat = \"\"\nwords = \"\"\nasks = \"\"\nseverity = \"must\"\nwho = \"both\"\n";
        toml::from_str(&format!("{head}{text}")).unwrap()
    }

    fn outcome(suite: &str, verdict: Verdict) -> Outcome {
        Outcome { share: Some(Share { good: 3, of: 4 }), ..Outcome::of(suite, "children", &[], verdict) }
    }

    #[test]
    fn nothing_is_met_that_was_not_shown() {
        let table: [(&str, Vec<Outcome>, Light); 12] = [
            ("", vec![], Light::NotRun),
            ("suites = [\"statutory\"]", vec![], Light::NotRun),
            ("suites = [\"statutory\"]", vec![outcome("statutory", Verdict::Pass)], Light::Met),
            (
                "suites = [\"statutory\"]",
                vec![outcome("statutory", Verdict::Pass), outcome("statutory", Verdict::Fail("x".into()))],
                Light::NotMet,
            ),
            ("suites = [\"statutory\", \"locked\"]", vec![outcome("statutory", Verdict::Pass)], Light::NotRun),
            ("suites = [\"statutory\"]\ntests = [\"t\"]", vec![outcome("statutory", Verdict::Pass)], Light::Met),
            ("tests = [\"t\"]", vec![], Light::BuiltIn),
            ("tests = [\"t\"]\ndocument = \"d\"", vec![], Light::Amber),
            ("tests = [\"t\"]\ngap = \"g\"", vec![], Light::Amber),
            ("gap = \"g\"", vec![], Light::NotMet),
            ("document = \"d\"", vec![], Light::Amber),
            ("suites = [\"statutory\"]\ndocument = \"d\"", vec![outcome("statutory", Verdict::NotRun("x".into()))], Light::NotRun),
        ];
        for (text, outcomes, light) in table {
            assert_eq!(judge(&criterion(text), &Context::default(), &outcomes).light, light, "{text}");
        }
        let named = Outcome { criteria: vec!["T1".into()], ..outcome("other", Verdict::Fail("it does not".into())) };
        let judged = judge(&criterion("tests = [\"t\"]"), &Context::default(), &[named]);
        assert_eq!(judged.light, Light::NotMet);
        assert_eq!(judged.because[0].words, "other (children): 3 of 4 came out right. it does not.");
    }

    #[test]
    fn memberships_are_the_operators_word_and_lapse() {
        let now = Timestamp::from_seconds(1_764_000_000);
        let one =
            |days: i64| Membership { scheme: "IWF".into(), id: "12".into(), until: Timestamp::from_seconds(1_764_000_000 + days * 86_400) };
        let table =
            [(vec![], Light::Amber), (vec![one(1)], Light::Amber), (vec![one(0)], Light::NotMet), (vec![one(-9), one(3)], Light::Amber)];
        for (memberships, light) in table {
            let context = Context { made: now, memberships: memberships.clone(), ..Context::default() };
            assert_eq!(judge(&criterion("memberships = [\"IWF\"]"), &context, &[]).light, light, "{memberships:?}");
        }
    }

    #[test]
    fn a_made_up_list_shows_nothing() {
        let list = |demonstration| ListFact { name: "a".into(), statutory: true, demonstration, entries: 3, ..ListFact::default() };
        let other = ListFact { statutory: false, ..list(false) };
        let table = [
            (vec![], Light::NotMet),
            (vec![other], Light::NotMet),
            (vec![list(true)], Light::NotMet),
            (vec![list(true), list(false)], Light::Met),
        ];
        for (lists, light) in table {
            let context = Context { lists: lists.clone(), ..Context::default() };
            assert_eq!(judge(&criterion("facts = [\"real-list\"]"), &context, &[]).light, light, "{lists:?}");
        }
    }
}
