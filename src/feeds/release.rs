//! What is in quarantine is taken by a named person: a wish is written, and the running program obeys it and records it.

use super::cause::{Cause, Refused};
use super::fetched::{Released, SourceFolder, SourceState};
use super::keep::Kept;
use super::sources::BuiltIn;
use super::vet::{Measure, entries, vet};
use crate::config::{ListSettings, Source as Setting};
use crate::lists::ListKind;
use crate::model::Timestamp;
use std::io;

/// Longest name or reason.
const LONGEST: usize = 300;

/// Nothing is released.
#[derive(Debug, thiserror::Error)]
pub enum CannotRelease {
    /// No such source is fetched.
    #[error("no list called {0} is fetched")]
    NoSource(String),
    /// There is nothing.
    #[error("there is nothing of {0} in quarantine")]
    Nothing(String),
    /// Nobody may.
    #[error("{cause} cannot be released: {words}")]
    Never {
        /// The cause.
        cause: Cause,
        /// In words.
        words: String,
    },
    /// Who, or why, is not said.
    #[error("--by and --because: expected 1 to {LONGEST} characters on one line")]
    Words,
    /// The folder cannot be read or written.
    #[error("{0}")]
    Folder(#[from] io::Error),
}

/// A wish was obeyed, or could not be.
#[derive(Debug)]
pub struct Obeyed {
    /// Who, why, what.
    pub wish: Released,
    /// Why it had been refused, and is not taken all the same if so.
    pub outcome: Result<String, String>,
}

/// Writes the wish of a named person to take what is in quarantine.
///
/// # Errors
/// [`CannotRelease`].
pub fn wish(settings: &ListSettings, name: &str, (by, because): (&str, &str), now: Timestamp) -> Result<Released, CannotRelease> {
    let said = |text: &str| !text.trim().is_empty() && text.chars().count() <= LONGEST && !text.contains(char::is_control);
    if !said(by) || !said(because) {
        return Err(CannotRelease::Words);
    }
    let known = settings.sources.iter().any(|source| source.fetch.is_some() && source.name == name);
    if !known {
        return Err(CannotRelease::NoSource(name.to_owned()));
    }
    let folder = SourceFolder::of(settings, name);
    let held = folder.state()?.quarantined.ok_or_else(|| CannotRelease::Nothing(name.to_owned()))?;
    if !held.cause.may_be_released() {
        return Err(CannotRelease::Never { cause: held.cause, words: held.words });
    }
    let wish = Released { sha256: held.version.sha256, by: by.trim().to_owned(), because: because.trim().to_owned(), at: now.0 };
    folder.set_wish(&wish)?;
    Ok(wish)
}

/// Obeys the wish of a named person, if there is one and nobody else is changing the folder. Reads all of it: not for a thread that others
/// wait for.
///
/// # Errors
/// The folder cannot be read or written.
pub fn obey((settings, builtin): (&ListSettings, BuiltIn), setting: &Setting) -> io::Result<Option<Obeyed>> {
    let folder = SourceFolder::of(settings, &setting.name);
    if folder.wish()?.is_none() {
        return Ok(None);
    }
    let Some(_held) = folder.try_hold()? else { return Ok(None) };
    let Some(wish) = folder.wish()? else { return Ok(None) };
    let mut state = folder.state()?;
    let taken = take((settings, builtin), setting, (&folder, &mut state), &wish);
    let outcome = taken.and_then(|cause| folder.keep(&state).map(|()| cause).map_err(|error| format!("it cannot be kept: {error}")));
    folder.drop_wish()?;
    Ok(Some(Obeyed { wish, outcome }))
}

/// Together with everything else the version in force cannot be used: the one before is in force again, or none of a
/// category where none was before. `false`: nothing has changed.
///
/// # Errors
/// The folder cannot be read or written.
pub fn put_back(settings: &ListSettings, setting: &Setting, why: &str) -> io::Result<bool> {
    let folder = SourceFolder::of(settings, &setting.name);
    let _held = folder.hold()?;
    let mut state = folder.state()?;
    if state.before.is_none() && setting.kind == ListKind::Statutory {
        return Ok(false);
    }
    let back = state.put_back(&Refused::new(Cause::Whole, format!("with it, the lists as a whole could not be used: {why}")));
    if back {
        folder.keep(&state)?;
    }
    Ok(back)
}

/// It was not because of this version: it is in force after all.
///
/// # Errors
/// The folder cannot be read or written.
pub fn take_after_all(settings: &ListSettings, setting: &Setting) -> io::Result<()> {
    let folder = SourceFolder::of(settings, &setting.name);
    let _held = folder.hold()?;
    let mut state = folder.state()?;
    let Some(held) = state.quarantined.take().filter(|held| held.cause == Cause::Whole) else { return Ok(()) };
    state.confirmed = Some(held.version.at);
    state.take(held.version);
    folder.keep(&state)
}

fn take(
    (settings, builtin): (&ListSettings, BuiltIn),
    setting: &Setting,
    (folder, state): (&SourceFolder, &mut SourceState),
    wish: &Released,
) -> Result<String, String> {
    let held = state.quarantined.take().filter(|held| held.version.sha256 == wish.sha256 && held.cause.may_be_released());
    let held = held.ok_or("what was meant is no longer in quarantine")?;
    let key = Kept::open(&settings.folder).and_then(|kept| kept.key()).map_err(|fault| fault.to_string())?;
    let place = Setting { path: folder.version(&held.version), ..setting.clone() };
    let compiled = vet((settings, builtin), &place, &key, Measure::AsItIs).map_err(|refused: Refused| refused.words.to_string())?;
    let mut version = held.version;
    version.entries = entries(&compiled);
    version.released = Some(wish.clone());
    state.take(version);
    Ok(held.words)
}
