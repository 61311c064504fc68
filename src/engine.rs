//! The one way to a verdict: match + decide. Proxy, console, CLI, config tests and accreditation all call [`Engine::judge`].
//!
//! An engine is immutable, but for the small images beside its lists: what is closed in an emergency does not wait for a reload. A reload
//! makes a new one with the next generation, and a running request keeps its own.
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
pub use seen::{MOST as MOST_DOMAINS, MOST_A_DAY as MOST_DOMAINS_A_DAY, Seen, Sighting, minute};
pub use tests_of_policy::{TestFailure, TestReport};

use crate::canon::{CanonicalUrl, RawTarget, Wrappers, canonicalise};
use crate::lists::{Beside, ListImage, ListInfo, ListKind, lists_of_people};
use crate::matcher::{self, Hits};
use crate::model::{Generation, ListId};
use crate::policy::{Ask, Decision, NoTrace, PolicySet, Step, StepTrace, entry_text};
use arc_swap::{ArcSwap, Guard};
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
    beside: ArcSwap<Beside>,
    of_people: Vec<ListInfo>,
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
        let (beside, of_people) = (ArcSwap::from_pointee(Beside::new(&lists, [])), lists_of_people(&lists));
        Self { lists, policy, generation, wrappers, beside, of_people, seen: None }
    }

    /// From now on these small images, made for the lists of this engine, are asked beside them.
    pub fn put_beside(&self, images: impl IntoIterator<Item = Arc<ListImage>>) {
        self.beside.store(Arc::new(Beside::new(&self.lists, images)));
    }

    /// The small images that are asked beside the lists.
    #[must_use]
    pub fn beside(&self) -> Guard<Arc<Beside>> {
        self.beside.load()
    }

    /// Version of all lists in force, that every record names.
    #[must_use]
    pub fn list_version(&self) -> Arc<str> {
        Arc::clone(self.beside().version())
    }

    /// A list by the number that evidence has.
    #[must_use]
    pub fn list(&self, id: ListId) -> Option<&ListInfo> {
        let place = usize::from(id.0);
        self.lists.lists().get(place).or_else(|| self.of_people.get(place - self.lists.lists().len()))
    }

    /// The lists in force, with the entries of all images.
    #[must_use]
    pub fn all_lists(&self) -> Vec<ListInfo> {
        self.beside().lists(&self.lists)
    }

    /// Is there a statutory list with entries?
    #[must_use]
    pub fn has_statutory(&self) -> bool {
        let holds = |list: &ListInfo| list.kind == ListKind::Statutory && list.entries > 0;
        self.lists.has_statutory() || self.beside().images().iter().any(|image| image.lists().iter().any(holds))
    }

    /// What the category lists in force say about an address, and nothing of statutory ones (standards U19): whoever asks must not learn
    /// what they hold.
    #[must_use]
    pub fn category_hits(&self, url: &CanonicalUrl) -> Hits {
        Hits { statutory: None, statutory_urls_on_host: false, ..self.listed(url) }
    }

    /// Is the address on a statutory list in force? For accreditation alone: whoever asks the filter must not learn it (standards U19).
    #[must_use]
    pub fn is_statutory(&self, url: &CanonicalUrl) -> bool {
        self.listed(url).statutory.is_some()
    }

    /// The entry of a statutory list that holds this address, as text. For a keyed digest alone, by which entries are told apart: never for
    /// an answer, a record or a page.
    #[must_use]
    pub fn statutory_entry(&self, address: &str) -> Option<String> {
        let absolute = canonicalise(RawTarget::Absolute(address.as_bytes()), &self.wrappers);
        let url = absolute.or_else(|_| canonicalise(RawTarget::Authority(address.as_bytes()), &self.wrappers)).ok()?;
        entry_text(&self.listed(&url).statutory?, &url)
    }

    /// What all lists in force say. Never for an answer to anybody: what statutory lists hold stands in it.
    #[must_use]
    pub fn listed(&self, url: &CanonicalUrl) -> Hits {
        let hits = matcher::find(&self.lists, url);
        self.beside().images().iter().fold(hits, |hits, image| hits.and(matcher::find(image, url)))
    }

    /// Does any list in force put the address into a category? Whether a statutory one holds it is not said.
    #[must_use]
    pub fn is_categorised(&self, url: &CanonicalUrl) -> bool {
        !self.listed(url).categories.is_empty()
    }

    /// The same, and how long the domain has been known here.
    fn find(&self, ask: &Ask<'_>) -> Hits {
        let mut hits = self.listed(ask.url);
        if let Some(seen) = self.seen.as_ref().filter(|_| self.policy.asks_for_new_domains(ask.subject.group)) {
            hits.new_since = seen.newest_of(ask.url, ask.now);
        }
        hits
    }

    /// Matches and decides.
    #[must_use]
    pub fn judge(&self, ask: &Ask<'_>) -> Judgement {
        let hits = self.find(ask);
        Judgement { decision: self.policy.judge(ask, &hits, &mut NoTrace), hits }
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
