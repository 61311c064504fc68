//! Which version of each source passed together with everything else: what came since is under suspicion when nothing can be made, and
//! what failed once is tried again with other settings.
//!
//! Must never suspect what was in force: a policy that no longer passes its own tests is not the lists' fault.

use super::cause::Cause;
use super::fetched::{SourceFolder, standing};
use super::keep::{KeepFault, Kept};
use super::release::take_after_all;
use super::update::made_for;
use crate::config::{ListSettings, Source as Setting};
use std::collections::BTreeSet;
use std::io;

/// Sources of which the newest version has not yet passed together with everything else; none where nothing was in force yet.
///
/// # Errors
/// [`KeepFault`]: the folder of images.
pub fn unproven(settings: &ListSettings) -> Result<BTreeSet<String>, KeepFault> {
    let Some(proven) = Kept::open(&settings.folder)?.versions() else { return Ok(BTreeSet::new()) };
    let is_new = |(name, file): &(String, String)| proven.get(name) != Some(file);
    let newest = standing(settings).into_iter().filter_map(|(name, state)| Some((name, state.current?.file)));
    Ok(newest.filter(is_new).map(|(name, _)| name).collect())
}

/// A version that is good alone and was put back is in force once more, for whoever has other settings now and finds out whether it fits
/// them. `false`: there is none.
///
/// # Errors
/// The folder cannot be read or written.
pub fn try_again(settings: &ListSettings, setting: &Setting) -> io::Result<bool> {
    let Some(fetch) = &setting.fetch else { return Ok(false) };
    let folder = SourceFolder::of(settings, &setting.name);
    let state = folder.state()?;
    let fits = state.quarantined.as_ref().is_some_and(|held| {
        held.cause == Cause::Whole && held.version.made_for == made_for(setting) && folder.version(&held.version).exists()
    });
    if !fits || state.url != fetch.url {
        return Ok(false);
    }
    take_after_all(settings, setting)?;
    Ok(true)
}
