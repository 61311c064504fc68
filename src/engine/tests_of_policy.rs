//! The operator's own tests, which stand in the settings: run by `check`, at start and by every reload.
//!
//! A failing test refuses the settings. An https address is tested as the proxy sees it.

use super::explain::{Question, QuestionFault};
use super::{Engine, Explanation};
use crate::model::{Reason, Timestamp, VerdictKind};
use crate::policy::PolicyTest;
use std::sync::Arc;

/// A test that did not come out as it should.
#[derive(Clone, Debug, PartialEq)]
pub struct TestFailure {
    /// Where it stands, `file:line:column`.
    pub place: Arc<str>,
    /// The address.
    pub url: Arc<str>,
    /// What was expected.
    pub expected: (VerdictKind, Option<Reason>),
    /// What came out, or why nothing did.
    pub got: Result<Box<Explanation>, QuestionFault>,
}

/// What the tests said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TestReport {
    /// How many were run.
    pub run: usize,
    /// Those that failed.
    pub failures: Vec<TestFailure>,
}

impl Engine {
    /// Runs the tests of the settings; those without a moment of their own are asked for `now`.
    #[must_use]
    pub fn run_tests(&self, now: Timestamp) -> TestReport {
        let tests = &self.policy.rules().tests;
        TestReport { run: tests.len(), failures: tests.iter().filter_map(|test| self.run_test(test, now)).collect() }
    }

    fn run_test(&self, test: &PolicyTest, now: Timestamp) -> Option<TestFailure> {
        let question = Question {
            answer_type: None,
            group: Some(test.group),
            near: None,
            client: None,
            user: None,
            address: test.url.to_string(),
            method: test.method.to_string(),
            at: test.at.unwrap_or(now),
            acts: Arc::default(),
            used: Arc::default(),
            // The engine knows no search engines; a test of a page on one names the host in open_hosts.
            is_search_engine: |_| false,
        };
        let got = self.explain(&question);
        let (verdict, reason) = match &got {
            Ok(explanation) => (explanation.sight.verdict, explanation.sight.reason),
            Err(QuestionFault::Unreadable(_)) => (VerdictKind::Refuse, Reason::Unreadable),
        };
        let right = verdict == test.expect && test.reason.is_none_or(|wanted| wanted == reason);
        let failure = || TestFailure {
            place: Arc::clone(&test.place),
            url: Arc::clone(&test.url),
            expected: (test.expect, test.reason),
            got: got.map(Box::new),
        };
        (!right).then(failure)
    }
}

impl std::fmt::Display for TestFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {} should come out as {}", self.place, self.url, self.expected.0.code())?;
        if let Some(reason) = self.expected.1 {
            write!(f, " ({reason})")?;
        }
        match &self.got {
            Ok(got) => write!(f, ", and came out as {} ({}), by {}", got.sight.verdict.code(), got.sight.reason, got.sight.layer),
            Err(fault) => write!(f, ": {fault}"),
        }
    }
}
