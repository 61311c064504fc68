//! The one way to a verdict: match + decide. Proxy, console, CLI, config tests and accreditation all call [`Engine::judge`].
//!
//! An engine is immutable; a reload makes a new one with the next generation, and a running request keeps its own.
//! Must never read a clock or a file, and must never show an entry of a statutory list.

mod coverage;
mod explain;
mod rejudge;
mod report;
mod seen;
mod tests_of_policy;

pub use coverage::{Counted, Coverage, Feature, State};
pub use explain::{Question, QuestionFault};
pub use rejudge::{PastRequest, Rejudged};
pub use report::{AnswerSight, Explanation, SeenAs, Sight};
pub use seen::{MOST, MOST_A_DAY, Seen, Sighting, minute};
pub use tests_of_policy::{TestFailure, TestReport};

use crate::canon::Wrappers;
use crate::lists::ListImage;
use crate::matcher::{self, Hits};
use crate::model::Generation;
use crate::policy::{Ask, Decision, NoTrace, PolicySet, Step, StepTrace};
use std::sync::Arc;

/// Lists and policy of one generation.
#[derive(Debug)]
pub struct Engine {
    /// The lists.
    pub lists: Arc<ListImage>,
    /// The policy, built for these lists.
    pub policy: PolicySet,
    /// Counts up with each reload.
    pub generation: Generation,
    /// Sites that carry other addresses (rule R5).
    pub wrappers: Wrappers,
    /// Which domains were asked for here, and since when; `None`: nobody keeps count, and nothing is new.
    pub seen: Option<Arc<Seen>>,
}

/// A decision and what the lists said.
#[derive(Debug)]
pub struct Judgement {
    /// What was decided.
    pub decision: Decision,
    /// What the lists said.
    pub hits: Hits,
}

impl Engine {
    /// Puts an engine together. `policy` must have been built for `lists`.
    #[must_use]
    pub fn new(lists: Arc<ListImage>, policy: PolicySet, generation: Generation, wrappers: Wrappers) -> Self {
        Self { lists, policy, generation, wrappers, seen: None }
    }

    /// Matches and decides.
    #[must_use]
    pub fn judge(&self, ask: &Ask<'_>) -> Judgement {
        let hits = self.find(ask);
        Judgement { decision: self.policy.judge(ask, &hits, &mut NoTrace), hits }
    }

    /// What the lists say, and how long the domain has been known here.
    fn find(&self, ask: &Ask<'_>) -> Hits {
        let mut hits = matcher::find(&self.lists, ask.url);
        if let Some(seen) = self.seen.as_ref().filter(|_| self.policy.asks_for_new_domains(ask.subject.group)) {
            hits.new_since = seen.new_since(ask.url.host(), ask.now);
        }
        hits
    }

    /// The same, and every step of it in words.
    #[must_use]
    pub fn judge_in_steps(&self, ask: &Ask<'_>) -> (Judgement, Vec<Step>) {
        let hits = self.find(ask);
        let mut trace = StepTrace::default();
        let decision = self.policy.judge(ask, &hits, &mut trace);
        (Judgement { decision, hits }, trace.into_steps())
    }
}
