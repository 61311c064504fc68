//! The self-certification form of the UK Safer Internet Centre, filled in from a report (standards V22). An answer is green only where
//! something showed it; what is not for software to say is amber.

use super::judge::{Because, Light};
use super::outcome::Outcome;
use super::report::Report;
use crate::model::Bucket;
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use std::sync::LazyLock;

/// A colour of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Colour {
    /// It is met.
    Green,
    /// It cannot be said, or not in full.
    Amber,
    /// It is not met.
    Red,
}

impl Colour {
    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Green => "GREEN",
            Self::Amber => "AMBER",
            Self::Red => "RED",
        }
    }

    const fn of(light: Light) -> Self {
        match light {
            Light::Met | Light::BuiltIn => Self::Green,
            Light::Amber | Light::NotRun => Self::Amber,
            Light::NotMet => Self::Red,
        }
    }
}

/// One question and its answer.
#[derive(Clone, Debug, Serialize)]
pub struct Answer {
    /// Heading of its part of the form.
    pub part: Box<str>,
    /// What is asked about.
    pub aspect: Box<str>,
    /// The question.
    pub asks: Box<str>,
    /// The criteria that it stands for.
    pub criteria: Vec<Box<str>>,
    /// The answer.
    pub colour: Colour,
    /// In words: what showed it, and what is left to people.
    pub because: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Questions {
    question: Vec<Question>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    part: Box<str>,
    aspect: Box<str>,
    asks: Box<str>,
    criteria: Vec<Box<str>>,
}

static QUESTIONS: LazyLock<Questions> =
    LazyLock::new(|| toml::from_str(include_str!("uksic_form.toml")).expect("a test reads the built-in form"));

/// Every answer, in the order of the form.
#[must_use]
pub fn uksic_form(report: &Report) -> Vec<Answer> {
    let mut answers = Vec::new();
    for question in &QUESTIONS.question {
        if question.criteria.is_empty() {
            answers.extend(buckets(question, report));
        } else {
            answers.push(answer(question, report));
        }
    }
    answers
}

fn answer(question: &Question, report: &Report) -> Answer {
    let judged: Vec<_> = question.criteria.iter().filter_map(|id| report.find(id)).collect();
    let light = judged.iter().map(|judged| judged.light).max().unwrap_or(Light::NotRun);
    let because = judged.iter().flat_map(|judged| &judged.because).map(Because::words_with_light).collect();
    filled(question, question.aspect.clone(), Colour::of(light), because)
}

/// A question for each kind of inappropriate content: its corpora alone answer it.
fn buckets<'r>(question: &'r Question, report: &'r Report) -> impl Iterator<Item = Answer> + 'r {
    let ours = Bucket::all().filter(|bucket| bucket.code().starts_with("uksic-"));
    ours.map(move |bucket| {
        let of_it = |outcome: &&Outcome| {
            *outcome.suite == *"buckets" && (outcome.scope.contains(bucket.code()) || outcome.scope.contains(bucket.words()))
        };
        let found: Vec<&Outcome> = report.outcomes.iter().filter(of_it).collect();
        let light = found.iter().map(|outcome| Light::of(&outcome.verdict)).max().unwrap_or(Light::NotRun);
        let mut because: Vec<String> = found.iter().map(|outcome| super::judge::outcome_words(outcome)).collect();
        if because.is_empty() {
            because.push("Not measured: no corpus for it was given.".into());
        }
        filled(question, bucket.words().into(), Colour::of(light), because)
    })
}

fn filled(question: &Question, aspect: Box<str>, colour: Colour, because: Vec<String>) -> Answer {
    let Question { part, asks, criteria, .. } = question;
    Answer { part: part.clone(), aspect, asks: asks.clone(), criteria: criteria.clone(), colour, because }
}

/// The form as text for a terminal.
#[must_use]
pub fn form_text(report: &Report, answers: &[Answer]) -> String {
    let Report { installation: at, .. } = report;
    let mut text = format!(
        "Appropriate filtering: self-certification, as {} answers it for {} on {}\n\n{}\n",
        at.tool, at.site, at.made_words, FORM_NOTE
    );
    let mut part = "";
    for answer in answers {
        if part != &*answer.part {
            part = &answer.part;
            text += &format!("\n{part}\n");
        }
        // Writing to a String cannot fail.
        write!(text, "\n  {:<6} {}: {}\n", answer.colour.word(), answer.aspect, answer.asks).unwrap_or_default();
        answer.because.iter().for_each(|line| text += &format!("         - {line}\n"));
    }
    text
}

/// What stands on top of the form.
pub const FORM_NOTE: &str = "Green: shown by a check or by the program's own tests. Amber: not shown in full, not run, or for the operator to show. \
     Red: this version does not do it. Where a form knows green and amber alone, red goes in as amber. A person signs it, not a program.";

impl Because {
    fn words_with_light(&self) -> String {
        match self.light {
            Light::Met | Light::BuiltIn => self.words.clone(),
            Light::Amber | Light::NotRun | Light::NotMet => format!("{}: {}", self.light.words(), self.words),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accredit::{Context, Register, Share, Verdict};

    #[test]
    fn every_question_names_criteria_that_exist() {
        for id in QUESTIONS.question.iter().flat_map(|question| &question.criteria) {
            assert!(Register::built_in().find(id).is_some(), "{id}");
        }
        let asked: Vec<&str> = QUESTIONS.question.iter().flat_map(|question| &question.criteria).map(|id| &**id).collect();
        for number in (1..=20).chain([23]).filter(|number| *number != 3 && *number != 4) {
            assert!(asked.contains(&format!("V{number}").as_str()), "V{number} is asked nowhere");
        }
    }

    #[test]
    fn nothing_is_green_that_nothing_showed() {
        let bare = Report::of(Context::default(), Vec::new());
        let colour = |report: &Report, aspect: &str| {
            let answers = uksic_form(report);
            answers.iter().find(|answer| answer.aspect.contains(aspect)).unwrap_or_else(|| panic!("{aspect}")).colour
        };
        let tested = ["Group and multi-site management", "Network level"];
        for answer in uksic_form(&bare).iter().filter(|answer| !tested.contains(&&*answer.aspect)) {
            assert_ne!(answer.colour, Colour::Green, "{}", answer.aspect);
        }
        assert_eq!((colour(&bare, "Reporting"), colour(&bare, "gambling")), (Colour::Red, Colour::Amber));
        let share = Some(Share { good: 95, of: 100 });
        let good = Outcome { share, ..Outcome::of("buckets", "uksic-gambling", &["V4"], Verdict::Pass) };
        let bad = Outcome { share, ..Outcome::of("buckets", "uksic-piracy", &["V4"], Verdict::Fail("80 of 100".into())) };
        let report = Report::of(Context::default(), vec![good, bad, Outcome::of("locked", "", &[], Verdict::Pass)]);
        assert_eq!(colour(&report, "gambling"), Colour::Green);
        assert_eq!(colour(&report, "piracy"), Colour::Red);
        assert_eq!(colour(&report, "cannot be disabled"), Colour::Green);
        assert_eq!(colour(&report, "member of the IWF"), Colour::Red, "no list of illegal material is in force");
        assert!(form_text(&report, &uksic_form(&report)).contains("  GREEN  gambling: "));
    }
}
