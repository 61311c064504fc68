//! What somebody decides for a while: releases, unlocks, suspensions, addresses closed at short notice, and codes that staff give out.
//! One way for the commands and for the console. The running proxy takes them within a second.
//!
//! Must never open what is on a statutory list: [`crate::policy`] sees to that, and a category that is closed to everybody is not taken
//! here either.

use crate::app::knows;
use crate::config::Config;
use crate::model::{Taxonomy, Timestamp};
use crate::store::codes::{Code, CodeBounds, make_code};
use crate::store::exceptions::{Exception, ExceptionFault, For, Kind, Stop, make_exception, stop_exception};
use crate::store::signer_for;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// What is decided.
#[derive(Clone, Debug)]
pub struct Decision {
    /// What it does.
    pub kind: Kind,
    /// For whom.
    pub whom: For,
    /// Addresses that it opens or closes.
    pub addresses: Vec<String>,
    /// Categories that it opens.
    pub categories: Vec<String>,
    /// The group whose rules it gives.
    pub to: String,
    /// For how long, in seconds.
    pub lasts_s: u64,
    /// Who decided.
    pub by: String,
    /// Why.
    pub because: String,
}

/// How a code may be used.
#[derive(Clone, Copy, Debug)]
pub struct CodeUse {
    /// Seconds within which it has to be typed.
    pub within_s: u64,
    /// How many may use it.
    pub uses: u64,
}

/// Why nothing was decided.
#[derive(Debug, thiserror::Error)]
pub enum DecisionFault {
    /// It was not taken.
    #[error(transparent)]
    Made(#[from] ExceptionFault),
    /// No such group.
    #[error("there is no group '{0}'")]
    NoGroup(String),
    /// No such category, or nobody may open it.
    #[error("there is no category '{0}', or it is closed to everybody")]
    NoCategory(String),
    /// It lasts too short or too long.
    #[error("--for: expected {0}")]
    Time(&'static str),
    /// A code that has to be typed too soon, or too late.
    #[error("--within: expected 1m to 24h")]
    Within,
}

/// How long what somebody decides may last: seconds, and in words.
#[must_use]
pub fn span_of(kind: Kind) -> (std::ops::RangeInclusive<u64>, &'static str) {
    let from = 10 * MINUTE;
    match kind {
        Kind::Release => (from..=3 * HOUR, "10m to 3h"),
        Kind::Unlock => (from..=12 * HOUR, "10m to 12h"),
        Kind::Suspend => (from..=366 * DAY, "10m to 366d"),
        Kind::Close => (from..=31 * DAY, "10m to 31d: for longer, write a rule"),
        Kind::List => (from..=366 * DAY, "10m to 366d"),
    }
}

impl Decision {
    /// Groups and categories have to be there, and it must end in time.
    fn check(&self, settings: &Config) -> Result<(), DecisionFault> {
        let (span, words) = span_of(self.kind);
        if !span.contains(&self.lasts_s) {
            return Err(DecisionFault::Time(words));
        }
        let of_group = match &self.whom {
            For::Group(name) => Some(name.as_str()),
            For::Everybody | For::Person(_) | For::Room(_) => None,
        };
        let groups = [of_group, Some(self.to.as_str()).filter(|to| !to.is_empty())];
        if let Some(unknown) = groups.into_iter().flatten().find(|name| settings.policy.group_named(name).is_none()) {
            return Err(DecisionFault::NoGroup(unknown.to_owned()));
        }
        let unknown = self.categories.iter().find(|name| Taxonomy::get().is_locked(name) || !knows(settings, name));
        unknown.map_or(Ok(()), |name| Err(DecisionFault::NoCategory(name.clone())))
    }

    /// As the file has it.
    fn exception(self, from: Timestamp, seconds: u64) -> Exception {
        let until = Timestamp::from_seconds(from.seconds() + i64::try_from(seconds).unwrap_or_default());
        Exception {
            id: String::new(),
            kind: self.kind,
            whom: self.whom,
            addresses: self.addresses,
            categories: self.categories,
            to: self.to,
            code: String::new(),
            by: self.by,
            reason: self.because,
            from: from.to_string(),
            until: until.to_string(),
        }
    }
}

/// Puts it in force. It counts when this returns.
///
/// # Errors
/// [`DecisionFault`]: nothing has changed.
pub fn decide(settings: &Config, decision: Decision, now: Timestamp) -> Result<Exception, DecisionFault> {
    decision.check(settings)?;
    let (folder, seconds) = (&settings.log.folder, decision.lasts_s);
    Ok(make_exception(folder, decision.exception(now, seconds), &*signer_for(folder, &settings.log.keys), now)?)
}

/// Makes a code that gives it. The word is in the answer alone, and nowhere else from then on.
///
/// # Errors
/// [`DecisionFault`]: there is no code.
pub fn new_code(settings: &Config, decision: Decision, code: CodeUse, now: Timestamp) -> Result<(Code, String), DecisionFault> {
    decision.check(settings)?;
    if !(MINUTE..=DAY).contains(&code.within_s) {
        return Err(DecisionFault::Within);
    }
    let bounds = CodeBounds { lasts_s: decision.lasts_s, uses: code.uses };
    let folder = &settings.log.folder;
    Ok(make_code(folder, decision.exception(now, code.within_s), bounds, &*signer_for(folder, &settings.log.keys), now)?)
}

/// Ends an exception or a code before its time.
///
/// # Errors
/// [`ExceptionFault`]: it stands.
pub fn stop_decision(settings: &Config, id: &str, (by, because): (&str, &str), now: Timestamp) -> Result<Stop, ExceptionFault> {
    let folder = &settings.log.folder;
    let stop = Stop { id: id.to_owned(), by: by.to_owned(), reason: because.to_owned(), at: now.to_string() };
    stop_exception(folder, stop, &*signer_for(folder, &settings.log.keys), now)
}
