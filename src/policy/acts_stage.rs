//! The stages of acts: closed at short notice, suspended, released.

use super::decision::Evidence;
use super::judge::{Case, Ruling, evidence};
use super::order::Stage;
use super::trace::Trace;
use crate::model::{CategoryId, Reason};

impl Case<'_> {
    pub(super) fn short_notice(&self, trace: &mut impl Trace) -> Option<Ruling> {
        self.act(Stage::ShortNotice, self.said.close, "Not closed at short notice.", trace).map(|layer| layer(Reason::ShortNotice))
    }

    pub(super) fn suspended(&self, trace: &mut impl Trace) -> Option<Ruling> {
        self.act(Stage::Suspended, self.said.suspend, "Nobody has paused it.", trace).map(|layer| layer(Reason::Suspended))
    }

    pub(super) fn released(&self, trace: &mut impl Trace) -> Option<Ruling> {
        self.act(Stage::Released, self.said.release, "Nobody has released it.", trace).map(|layer| layer(Reason::Released))
    }

    /// Nothing else closes it, and somebody has opened this category of it.
    pub(super) fn released_category(&self, category: CategoryId, trace: &mut impl Trace) -> Option<Ruling> {
        let found = self.ask.acts.opener((self.ask.subject, &self.group.name, self.ask.now), self.set.category_name(category));
        let ruling = self.act(Stage::Category, found, "Nobody has released its category.", trace).map(|layer| layer(Reason::Released));
        ruling.map(|ruling| match ruling {
            Ruling::Open(evidence) => Ruling::Open(Evidence { category: Some(category), ..evidence }),
            other @ (Ruling::Think(_) | Ruling::Closed(_)) => other,
        })
    }

    fn act(&self, stage: Stage, found: Option<usize>, none: &str, trace: &mut impl Trace) -> Option<impl FnOnce(Reason) -> Ruling> {
        let Some(index) = found else {
            trace.note(stage, false, || none.into());
            return None;
        };
        let acts = self.ask.acts;
        trace.note(stage, true, || format!("{}, until {}.", acts.layer(index), acts.all()[index].until));
        Some(move |reason: Reason| {
            let evidence = evidence(reason, acts.layer(index));
            if reason == Reason::Released { Ruling::Open(evidence) } else { Ruling::Closed(evidence) }
        })
    }
}
