//! What is in quarantine is taken by a named person: a wish is written, and the running program obeys it and records it.

use super::cause::{Cause, Refused};
use super::fetched::{Released, SourceFolder, SourceState};
use super::keep::Kept;
use super::sources::BuiltIn;
use super::vet::{Measure, entries, vet};
use crate::config::{ListSettings, Source as Setting};
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

/// Obeys the wish of a named person, if there is one.
///
/// # Errors
/// The folder cannot be read or written.
pub fn obey((settings, builtin): (&ListSettings, BuiltIn), setting: &Setting) -> io::Result<Option<Obeyed>> {
    let folder = SourceFolder::of(settings, &setting.name);
    if folder.wish()?.is_none() {
        return Ok(None);
    }
    let _held = folder.hold()?;
    let Some(wish) = folder.wish()? else { return Ok(None) };
    let mut state = folder.state()?;
    let outcome = take((settings, builtin), setting, (&folder, &mut state), &wish);
    if outcome.is_ok() {
        folder.keep(&state)?;
    }
    folder.drop_wish()?;
    Ok(Some(Obeyed { wish, outcome }))
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
