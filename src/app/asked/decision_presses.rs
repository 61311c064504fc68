//! Exceptions and codes, as the console asks for them: what the commands do as well.

use super::{CodeUse, Decision, DecisionFault, decide, new_code, stop_decision};
use crate::admin::{CodeTerms, Decided, DecisionFor, DecisionKind, DecisionWorks, Decisions, NewDecision, UndecidedWhy, WorksFault};
use crate::app::{App, presses};
use crate::config::Config;
use crate::model::Taxonomy;
use crate::policy::Group;
use crate::store::codes::Code;
use crate::store::exceptions::{Exception, ExceptionFault, Exceptions, For, Kind};

impl DecisionWorks for App {
    fn decisions(&self) -> Result<Decisions, WorksFault> {
        let settings = self.feeding.settings().1;
        let known = Exceptions::read(&settings.log.folder).map_err(fault)?;
        let now = self.clock.now().wall;
        let standing = known.standing(now).into_iter().filter(|made| made.kind != Kind::List);
        let codes = known.standing_codes(now).map(|code| told_code(code, known.uses(&code.gives.id)));
        Ok(Decisions {
            standing: standing.map(|made| told(&made)).collect(),
            codes: codes.collect(),
            damage: known.faults().iter().map(ToString::to_string).collect(),
            groups: settings.policy.groups.iter().map(|Group { name, title, .. }| (name.to_string(), title.to_string())).collect(),
            categories: openable(&settings),
            code_page: format!("http://{}/code", settings.proxy.own_name),
        })
    }

    fn decide(&self, new: &NewDecision) -> Result<String, UndecidedWhy> {
        let (settings, now) = (self.feeding.settings().1, self.clock.now().wall);
        decide(&settings, decision(new), now).map(|made| made.id).map_err(why)
    }

    fn new_code(&self, new: &NewDecision, terms: CodeTerms) -> Result<(String, String), UndecidedWhy> {
        let (settings, now) = (self.feeding.settings().1, self.clock.now().wall);
        let code = CodeUse { within_s: terms.within.saturating_mul(60), uses: terms.uses };
        new_code(&settings, decision(new), code, now).map(|(code, word)| (code.gives.id, word)).map_err(why)
    }

    fn stop_decision(&self, id: &str, by: &str, because: &str) -> Result<(), WorksFault> {
        let (settings, now) = (self.feeding.settings().1, self.clock.now().wall);
        stop_decision(&settings, id, (by, because), now).map(drop).map_err(fault)
    }
}

fn fault(fault: impl std::fmt::Display) -> WorksFault {
    WorksFault(fault.to_string().into())
}

/// Categories that somebody here may open.
fn openable(settings: &Config) -> Vec<(String, String)> {
    let all = presses::categories(settings);
    all.into_iter().filter(|(name, _)| !Taxonomy::get().is_locked(name)).collect()
}

fn told(made: &Exception) -> Decided {
    let whom = match made.whom.clone() {
        For::Everybody => DecisionFor::Everybody,
        For::Person(name) => DecisionFor::Person(name),
        For::Group(name) => DecisionFor::Group(name),
        For::Room(range) => DecisionFor::Room(range),
    };
    let (what, until) = (made.what(), made.end());
    Decided { id: made.id.clone(), what, whom, by: made.by.clone(), because: made.reason.clone(), until, used: None }
}

fn told_code(code: &Code, used: usize) -> Decided {
    Decided { used: Some((used as u64, code.uses)), ..told(&code.gives) }
}

fn decision(new: &NewDecision) -> Decision {
    let new = new.clone();
    Decision {
        kind: match new.kind {
            DecisionKind::Release => Kind::Release,
            DecisionKind::Unlock => Kind::Unlock,
            DecisionKind::Suspend => Kind::Suspend,
            DecisionKind::Close => Kind::Close,
        },
        whom: match new.whom {
            DecisionFor::Everybody => For::Everybody,
            DecisionFor::Person(name) => For::Person(name),
            DecisionFor::Group(name) => For::Group(name),
            DecisionFor::Room(range) => For::Room(range),
        },
        addresses: new.addresses,
        categories: new.categories,
        to: new.to,
        lasts_s: new.minutes.saturating_mul(60),
        by: new.by,
        because: new.because,
    }
}

fn why(fault: DecisionFault) -> UndecidedWhy {
    match fault {
        DecisionFault::NoGroup(_) => UndecidedWhy::Group,
        DecisionFault::NoCategory(_) => UndecidedWhy::Category,
        DecisionFault::Time(span) => UndecidedWhy::Time(span),
        DecisionFault::Within => UndecidedWhy::Within,
        DecisionFault::Made(ExceptionFault::Address(address)) => UndecidedWhy::Address(address),
        DecisionFault::Made(ExceptionFault::Text("for whom it is")) => UndecidedWhy::Whom,
        DecisionFault::Made(ExceptionFault::Text(_)) => UndecidedWhy::Because,
        DecisionFault::Made(fault) => UndecidedWhy::Works(WorksFault(fault.to_string().into())),
    }
}
