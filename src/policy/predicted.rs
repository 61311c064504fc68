//! The stage of guesses: a host that no list knows, whose name looks like those of a category.
//!
//! Must never be stronger than a list, a rule or a release, nor close what the category itself would not close: a guess is a guess.

use super::decision::Evidence;
use super::judge::{Case, Ruling, evidence};
use super::order::Stage;
use super::rules::{Action, DefaultAction};
use super::trace::{NoTrace, Trace};
use crate::canon::{Form, HostKind};
use crate::lists::Guess;
use crate::model::{CategoryId, Reason};
use std::sync::Arc;

/// What happens to a host whose name looks like a category.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Predicted {
    /// The record says so, and nothing else happens.
    Log,
    /// The person is asked to think first.
    Warn,
    /// It is closed.
    Block,
}

/// A group's word on guesses of one category.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct OnGuess {
    pub(super) category: CategoryId,
    pub(super) action: Predicted,
    /// What records call it, for instance `group children, names like adult`.
    pub(super) layer: Arc<str>,
}

/// Hosts of one address that are looked at: its own and those that it carries.
const HOSTS: usize = 3;

/// A guess that counts, and what follows from it.
struct Found<'a> {
    guess: Guess,
    action: Predicted,
    layer: &'a Arc<str>,
    host: &'a str,
}

impl Case<'_> {
    pub(super) fn predicted(&self, trace: &mut impl Trace) -> Option<Ruling> {
        if let Some(why_not) = self.no_guess() {
            trace.note(Stage::Predicted, false, || why_not.into());
            return None;
        }
        let found = self.best_guess();
        let closed = found.as_ref().is_some_and(|found| match found.action {
            Predicted::Block => true,
            // A warning must not open what the next stage closes.
            Predicted::Warn => !matches!(self.new_domain(&mut NoTrace), Some(Ruling::Closed(_))),
            Predicted::Log => false,
        });
        trace.note(Stage::Predicted, closed, || self.guess_words(found.as_ref()));
        let Found { guess, action, layer, .. } = found?;
        let evidence = |reason| Evidence { category: Some(guess.category), predicted: Some(guess), ..evidence(reason, layer) };
        match action {
            Predicted::Block => Some(Ruling::Closed(evidence(Reason::Predicted))),
            Predicted::Warn if closed => Some(self.think(evidence(Reason::Warned))),
            Predicted::Warn | Predicted::Log => {
                self.noted.set(Some(guess));
                None
            }
        }
    }

    /// Why nobody guesses at all, if nobody does.
    fn no_guess(&self) -> Option<&'static str> {
        if self.plan.predicted.is_empty() {
            Some("The group asks for no guess.")
        } else if self.group.default == DefaultAction::Block {
            Some("The group visits chosen addresses only: there is nothing to guess.")
        } else if !self.hits.categories.is_empty() || self.hits.urls_on_host {
            Some("A list knows the host: there is nothing to guess.")
        } else if self.set.names.is_off() {
            Some("No names have been learned.")
        } else {
            None
        }
    }

    fn hosts(&self) -> impl Iterator<Item = &str> {
        self.ask.url.forms().iter().filter(|form| form.host_kind() == HostKind::Name).map(Form::host).take(HOSTS)
    }

    /// The guess that closes most, and of several such the surest.
    fn best_guess(&self) -> Option<Found<'_>> {
        let mut best: Option<Found<'_>> = None;
        for host in self.hosts() {
            for guess in self.set.names.guess(host) {
                let Some(found) = self.what_follows(guess, host) else { continue };
                if best.as_ref().is_none_or(|known| found.action > known.action) {
                    best = Some(found);
                }
            }
        }
        best
    }

    fn what_follows<'s>(&'s self, guess: Guess, host: &'s str) -> Option<Found<'s>> {
        let word = self.plan.predicted.iter().find(|word| word.category == guess.category)?;
        let name = self.set.category_name(guess.category);
        let released = self.ask.acts.opener((self.ask.subject, &self.group.name, self.ask.now), name).is_some();
        (!released).then(|| Found { guess, action: word.action.min(self.most(guess.category)), layer: &word.layer, host })
    }

    /// The most that a guess may do: what a list of this category would do at this moment.
    fn most(&self, category: CategoryId) -> Predicted {
        let timed = self.plan.timed.iter().find(|timed| timed.category == category);
        let action = match timed {
            Some(timed) if timed.hours.contains(self.civil_time()) => Some(timed.inside),
            Some(_) => Some(Action::Block),
            None if self.plan.blocked.contains(category) => Some(Action::Block),
            None if self.plan.warned.contains(category) => Some(Action::Warn),
            None => None,
        };
        match action {
            Some(Action::Block) => Predicted::Block,
            Some(Action::Warn) => Predicted::Warn,
            Some(Action::Allow) | None => Predicted::Log,
        }
    }

    fn guess_words(&self, found: Option<&Found<'_>>) -> String {
        let Some(Found { guess, action, host, .. }) = found else { return self.no_match_words() };
        let category = self.set.category_name(guess.category);
        let does = match action {
            Predicted::Block => "it is closed, as this category is",
            Predicted::Warn => "it asks to think first",
            Predicted::Log => "the record says so, and nothing else happens",
        };
        let why = self.set.names.why(host, guess.category).unwrap_or_default();
        format!("No list knows {host}, but its name looks like {category} ({guess}; {why}): {does}.")
    }

    fn no_match_words(&self) -> String {
        let scores = self.hosts().next().map(|host| self.set.names.scores(host)).unwrap_or_default();
        let of_the_group = |guess: &&Guess| self.plan.predicted.iter().any(|word| word.category == guess.category);
        match scores.iter().filter(of_the_group).max_by_key(|guess| guess.score.saturating_sub(guess.enough)) {
            Some(best) if best.score < best.enough => {
                format!("The name looks like nothing that is learned; most like {} ({best}).", self.set.category_name(best.category))
            }
            Some(_) => "What the name looks like has been released.".into(),
            None => "The name says nothing.".into(),
        }
    }
}
