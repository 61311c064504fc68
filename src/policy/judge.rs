//! The one function that decides. Proxy, console, `explain` and the operator's own tests all come through here.
//!
//! Must never allocate when nobody traces it, and must never reach a later stage without the statutory stage's token.

use super::acts::Said;
use super::address::{Found, Scope};
use super::decision::{Ask, Decision, Evidence, Permit, Refusal, Warning};
use super::group_plan::GroupPlan;
use super::keyword::KeywordHit;
use super::order::{ORDER, Stage};
use super::rules::{Action, DefaultAction, Group};
use super::set::PolicySet;
use super::statutory::Cleared;
use super::trace::Trace;
use crate::canon::{HostKind, Scheme};
use crate::lists::Guess;
use crate::matcher::Hits;
use crate::model::{GroupId, Reason};
use jiff::civil::DateTime;
use std::cell::Cell;
use std::sync::Arc;

/// What a stage has decided.
pub(super) enum Ruling {
    Open(Evidence),
    Think(Evidence),
    Closed(Evidence),
}

impl Ruling {
    /// The same, with a guess that was to be noted.
    fn noting(mut self, noted: Option<Guess>) -> Self {
        let (Self::Open(evidence) | Self::Think(evidence) | Self::Closed(evidence)) = &mut self;
        evidence.predicted = evidence.predicted.or(noted);
        self
    }
}

/// One request on its way through the stages.
pub(super) struct Case<'a> {
    pub(super) set: &'a PolicySet,
    pub(super) ask: &'a Ask<'a>,
    pub(super) hits: &'a Hits,
    /// The number that rules know the group by.
    pub(super) id: GroupId,
    pub(super) group: &'a Group,
    pub(super) plan: &'a GroupPlan,
    pub(super) found: Found,
    pub(super) said: Said,
    pub(super) keyword: Option<KeywordHit>,
    /// A guess that is to be noted, whatever is decided.
    pub(super) noted: Cell<Option<Guess>>,
}

impl PolicySet {
    /// Decides. `hits` must come from the image that this set was built with.
    pub fn judge(&self, ask: &Ask<'_>, hits: &Hits, trace: &mut impl Trace) -> Decision {
        let (id, group, plan) = self.planned(ask.subject.group);
        let opened = hits.statutory_urls_on_host && self.opens(ask.subject.group, ask.url, hits, false);
        let cleared = match self.statutory.clear(ask, hits, group.hidden_pages, opened, trace) {
            Ok(cleared) => cleared,
            Err(refusal) => return Decision::Refuse(refusal),
        };
        let case = Case::open(self, ask, hits, (id, group, plan));
        let ruling = ORDER.iter().find_map(|stage| case.stage(*stage, &cleared, trace));
        let ruling = ruling.map(|ruling| ruling.noting(case.noted.get()));
        close(ruling, cleared, || evidence(Reason::Internal, &plan.default_layer))
    }
}

/// Makes the decision. No ruling at all would be a fault of ours: then nothing leaves (rule B3).
fn close(ruling: Option<Ruling>, cleared: Cleared, fault: impl FnOnce() -> Evidence) -> Decision {
    match ruling {
        Some(Ruling::Open(evidence)) => Decision::Allow(Permit::granted(cleared, evidence)),
        Some(Ruling::Think(evidence)) => Decision::Warn(Warning { evidence }),
        Some(Ruling::Closed(evidence)) => Decision::Refuse(Refusal { evidence }),
        None => Decision::Refuse(Refusal { evidence: fault() }),
    }
}

impl<'a> Case<'a> {
    fn open(set: &'a PolicySet, ask: &'a Ask<'a>, hits: &'a Hits, (id, group, plan): (GroupId, &'a Group, &'a GroupPlan)) -> Self {
        let found = set
            .addresses
            .find(ask.url, Scope { rules: &set.rules, group: id, site: set.placing.site_of(id), over: &plan.over, now: ask.now });
        let keyword = set.keywords.find(ask.url, id, &set.rules);
        let said = ask.acts.find(ask, &group.name, (hits.categories, |category| set.category_name(category)));
        Self { set, ask, hits, id, group, plan, found, said, keyword, noted: Cell::new(None) }
    }

    /// One stage. The token is asked for so that no stage can be written that runs before the statutory one.
    fn stage(&self, stage: Stage, _cleared: &Cleared, trace: &mut impl Trace) -> Option<Ruling> {
        match stage {
            Stage::Statutory => None, // done: it made the token
            Stage::HelpLine => self.help_line(trace),
            Stage::ShortNotice => self.short_notice(trace),
            Stage::Suspended => self.suspended(trace),
            Stage::Floor => self.floor(trace),
            Stage::Protocol => self.protocol(trace),
            Stage::Released => self.released(trace),
            Stage::LocalBlock => self.local_block(trace),
            Stage::LocalAllow => self.local_allow(trace),
            Stage::Hours => self.hours(trace),
            Stage::Quota => self.quota(trace),
            Stage::Files => self.files(trace),
            Stage::Keyword => self.keyword(trace),
            Stage::SearchEngine => self.search_engine(trace),
            Stage::Category => self.category(trace),
            Stage::Predicted => self.predicted(trace),
            Stage::NewDomain => self.new_domain(trace),
            Stage::Default => Some(self.default(trace)),
        }
    }

    fn help_line(&self, trace: &mut impl Trace) -> Option<Ruling> {
        let Some(index) = self.found.help else {
            trace.note(Stage::HelpLine, false, || "Not a help line.".into());
            return None;
        };
        let layer = &self.set.layers.help[index as usize];
        if self.set.rules.help_lines[index as usize].added && (self.is_held() || self.is_category_spent()) {
            trace.note(Stage::HelpLine, false, || format!("The {layer} was added here, and a layer above closes it."));
            return None;
        }
        trace.note(Stage::HelpLine, true, || format!("It is the {layer}: always open."));
        Some(Ruling::Open(evidence(Reason::HelpLine, layer)))
    }

    fn protocol(&self, trace: &mut impl Trace) -> Option<Ruling> {
        let refused = self.refused_protocol();
        trace.note(Stage::Protocol, refused.is_some(), || refused.map_or("Nothing against it.", Reason::words).into());
        let layer = if refused == Some(Reason::BareAddress) { &self.plan.bare_layer } else { &self.plan.protocol_layer };
        refused.map(|reason| Ruling::Closed(evidence(reason, layer)))
    }

    fn refused_protocol(&self) -> Option<Reason> {
        let url = self.ask.url;
        let ports = &self.set.rules.connect_ports;
        if url.scheme() == Scheme::Tunnel && !ports.is_empty() && !ports.contains(&url.port()) {
            return Some(Reason::PortRefused);
        }
        // A tunnel hides its methods, so CONNECT itself is not held against a group that may only read.
        let hidden = url.scheme() == Scheme::Tunnel;
        if self.group.methods.as_ref().is_some_and(|open| !hidden && !open.iter().any(|method| **method == *self.ask.method)) {
            return Some(Reason::MethodRefused);
        }
        // A local rule that names the number opens it: a printer's page, say.
        let bare = url.host_kind() != HostKind::Name;
        (bare && !self.group.bare_addresses && (self.found.allow.is_none() || self.plan.bare_held)).then_some(Reason::BareAddress)
    }

    fn hours(&self, trace: &mut impl Trace) -> Option<Ruling> {
        let hours = &self.group.hours;
        if hours.is_always() {
            trace.note(Stage::Hours, false, || "The group has no hours.".into());
            return None;
        }
        let time = self.civil_time();
        let inside = hours.contains(time);
        trace.note(Stage::Hours, !inside, || hours_words(inside, time));
        (!inside).then(|| Ruling::Closed(evidence(Reason::OutsideHours, &self.plan.hours_layer)))
    }

    fn keyword(&self, trace: &mut impl Trace) -> Option<Ruling> {
        let Some(hit) = self.keyword else {
            trace.note(Stage::Keyword, false, || "No keyword rule matches.".into());
            return None;
        };
        let layer = &self.set.layers.keyword[hit.rule];
        let closed = hit.action == Action::Block;
        trace.note(Stage::Keyword, closed, || {
            format!("The {layer} matches: {}.", if closed { "blocked" } else { "a warning, unless a category blocks it" })
        });
        closed.then(|| Ruling::Closed(evidence(Reason::Keyword, layer)))
    }

    /// A warning; or, once it has been read, an open door that says so.
    pub(super) fn think(&self, evidence: Evidence) -> Ruling {
        if self.ask.warned { Ruling::Open(Evidence { reason: Reason::AllowedAfterWarning, ..evidence }) } else { Ruling::Think(evidence) }
    }

    fn default(&self, trace: &mut impl Trace) -> Ruling {
        let layer = &self.plan.default_layer;
        match self.group.default {
            DefaultAction::Allow => {
                trace.note(Stage::Default, true, || format!("The group {} is open by default.", self.group.name));
                Ruling::Open(evidence(Reason::Allowed, layer))
            }
            DefaultAction::Block => {
                trace.note(Stage::Default, true, || format!("The group {} visits chosen addresses only.", self.group.name));
                Ruling::Closed(evidence(Reason::NotOnAllowList, layer))
            }
        }
    }

    pub(super) fn civil_time(&self) -> DateTime {
        self.zone().to_datetime(self.ask.now.civil())
    }
}

/// Evidence of a stage that looks at no list.
pub(super) fn evidence(reason: Reason, layer: &Arc<str>) -> Evidence {
    Evidence { reason, layer: Arc::clone(layer), category: None, matched: None, predicted: None }
}

fn hours_words(inside: bool, time: DateTime) -> String {
    let at = time.strftime("%A %H:%M");
    if inside { format!("It is {at} here: inside the group's hours.") } else { format!("It is {at} here: outside the group's hours.") }
}
