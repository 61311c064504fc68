//! A source that is not fetched, looked at before it is taken: alone, and with all others where any were kept.

use super::cause::Refused;
use super::compare::compare;
use super::fetched::{SourceFolder, SourceState};
use super::keep::Kept;
use super::load::FeedFault;
use super::mapped::is_of;
use super::sources::BuiltIn;
use super::update::Rehearsal;
use super::vet::{Measure, vet};
use crate::config::{ListSettings, Source as Setting};
use crate::lists::ImageDiff;
use std::sync::Arc;

/// What it would bring; `settings` have it among their sources. Nothing is kept.
///
/// # Errors
/// The lists as a whole cannot be looked at; within: why it would not be taken.
pub fn rehearse_here(settings: &ListSettings, builtin: BuiltIn, source: &Setting) -> Result<Result<Rehearsal, Refused>, FeedFault> {
    let key = Kept::open(&settings.folder)?.key()?;
    let compiled = match vet((settings, builtin), source, &key, Measure::Last(None)) {
        Ok(compiled) => compiled,
        Err(refused) => return Ok(Err(refused)),
    };
    let whole = match compare(settings, builtin) {
        Ok(compared) => Some(compared),
        Err(FeedFault::NothingKept) => None,
        Err(fault) => return Err(fault),
    };
    let own = |all: &ImageDiff| ImageDiff {
        before: Arc::clone(&all.before),
        now: Arc::clone(&all.now),
        lists: all.lists.iter().filter(|list| is_of(source, &list.name)).cloned().collect(),
    };
    let diff = whole.as_ref().map(|whole| own(&whole.diff));
    Ok(Ok(Rehearsal { compiled, diff, whole }))
}

/// A source that was only tried leaves no folder behind: there was nothing of it before.
pub fn forget_never_came(settings: &ListSettings, name: &str) {
    let folder = SourceFolder::of(settings, name);
    if folder.state().is_ok_and(|state| state == SourceState::default())
        && let Err(error) = folder.remove()
    {
        tracing::debug!(%error, "the folder of a trial stays");
    }
}
