//! Addresses that are closed at once, as if a list of their category had them: one way for `lifeguard lists emergency` and for the console.
//! The running proxy takes them within a second, and compiles nothing for it.

use crate::config::{Config, Source, SourceFormat};
use crate::model::Timestamp;
use crate::store::exceptions::{Exception, ExceptionFault, Exceptions, For, Kind, Stop, make_exception, stop_exception};
use crate::store::signer_for;

/// Seconds between which an end must lie: ten minutes and 366 days.
const SPAN: std::ops::RangeInclusive<i64> = 600..=366 * 86_400;

/// What somebody wants closed at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Closing {
    /// Hosts (with all below them), or hosts with a path.
    pub addresses: Vec<String>,
    /// The category that they belong to.
    pub category: String,
    /// Who decided.
    pub by: String,
    /// Why.
    pub because: String,
    /// Until when.
    pub until: Timestamp,
}

/// Why nothing was closed.
#[derive(Debug, thiserror::Error)]
pub enum EmergencyFault {
    /// It was not taken.
    #[error(transparent)]
    Made(#[from] ExceptionFault),
    /// There is no such category, or nobody here may fill it.
    #[error("no category '{0}': `lifeguard check` names those that may be blocked; what is illegal comes from a statutory list alone")]
    NoCategory(String),
    /// It ends too early or too late.
    #[error("it must end between ten minutes and 366 days from now")]
    Span,
}

/// Is there a category of this name: known by words, or brought by a list? What a statutory list holds is nobody's to open.
#[must_use]
pub fn knows(settings: &Config, name: &str) -> bool {
    let brings =
        |source: &Source| source.category.as_deref() == Some(name) || source.format == SourceFormat::Ut1 && source.path.join(name).is_dir();
    name != "statutory" && (settings.policy.category_words.contains_key(name) || settings.lists.sources.iter().any(brings))
}

/// Closes addresses. It counts when this returns.
///
/// # Errors
/// [`EmergencyFault`]: nothing is closed.
pub fn close_at_once(settings: &Config, closing: Closing, at: Timestamp) -> Result<Exception, EmergencyFault> {
    if !knows(settings, &closing.category) {
        return Err(EmergencyFault::NoCategory(closing.category));
    }
    if !SPAN.contains(&closing.until.seconds().saturating_sub(at.seconds())) {
        return Err(EmergencyFault::Span);
    }
    let new = Exception {
        id: String::new(),
        kind: Kind::List,
        whom: For::Everybody,
        addresses: closing.addresses,
        categories: vec![closing.category],
        to: String::new(),
        code: String::new(),
        by: closing.by,
        reason: closing.because,
        from: at.to_string(),
        until: closing.until.to_string(),
    };
    let folder = &settings.log.folder;
    Ok(make_exception(folder, new, &*signer_for(folder, &settings.log.keys), at)?)
}

/// What stands on emergency lists of this log.
///
/// # Errors
/// [`ExceptionFault`]: the file cannot be read.
pub fn closed_at_once(settings: &Config, at: Timestamp) -> Result<Vec<Exception>, ExceptionFault> {
    let standing = Exceptions::read(&settings.log.folder)?.standing(at);
    Ok(standing.into_iter().filter(|made| made.kind == Kind::List).collect())
}

/// Takes one back before its end.
///
/// # Errors
/// [`ExceptionFault`]: it stands.
pub fn open_again(settings: &Config, id: &str, (by, because): (&str, &str), at: Timestamp) -> Result<Stop, ExceptionFault> {
    let folder = &settings.log.folder;
    let stop = Stop { id: id.to_owned(), by: by.to_owned(), reason: because.to_owned(), at: at.to_string() };
    stop_exception(folder, stop, &*signer_for(folder, &settings.log.keys), at)
}
