//! Guesses: whose names are categories, and that they may do what they say.

use super::bench::Bench;
use crate::config::fault::FaultKind;
use crate::config::predicted::RawPredicted;
use crate::policy::{Action, Predicted};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is inherited, under what is written; each name of the latter must be known.
pub(super) fn settle(inherited: &RawPredicted, written: &RawPredicted, bench: &mut Bench<'_>) -> BTreeMap<Arc<str>, Predicted> {
    written.iter().for_each(|(name, _)| bench.category(name));
    inherited.iter().chain(written).map(|(name, action)| (name.value.as_str().into(), *action)).collect()
}

/// Says so where a group asks more of a guess than of the category itself: it will not happen.
pub(super) fn note_what_is_cut(
    written: &RawPredicted,
    actions: &BTreeMap<Arc<str>, Action>,
    timed: impl Fn(&str) -> bool,
    bench: &mut Bench<'_>,
) {
    for (name, action) in written.iter().filter(|(name, _)| !timed(&name.value)) {
        let most = match actions.get(name.value.as_str()) {
            Some(Action::Block) => Predicted::Block,
            Some(Action::Warn) => Predicted::Warn,
            Some(Action::Allow) | None => Predicted::Log,
        };
        if *action > most {
            bench
                .reader
                .note(&name.place, FaultKind::Note("a guess never does more than the category itself: this one is weakened to that"));
        }
    }
}
