//! Codes that staff give out and others type: each is a line of `exceptions.log`, as a keyed hash, with what it gives, to whom, for how long,
//! how often, and until when it may be typed. What somebody gets by one is an exception of its own that names the code: listed, stopped and
//! recorded like any other; ending the code ends all of them.
//!
//! Must never hold a code itself, nor say how far a wrong one was right.

use super::code_word::{CodeKey, is_same, new_word, read, shown};
use super::exceptions::{Exception, ExceptionFault, Exceptions, For, Line, MOST, checked, turn};
use super::files::DiskFiles;
use super::note_signer::NoteSigner;
use crate::model::Timestamp;
use crate::ports::{CodeRefused, CodeUser};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::io;
use std::path::Path;

/// A code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// Keyed hash of the word.
    tag: String,
    /// How long what it gives lasts, in seconds.
    pub lasts_s: u64,
    /// How often it may be typed.
    pub uses: u64,
    /// What it gives, and to whom; `from` and `until`: when it may be typed. Its `id` is `C-1`, `C-2`, in order.
    pub gives: Exception,
}

/// How long, and how often.
#[derive(Clone, Copy, Debug)]
pub struct CodeBounds {
    /// How long what it gives lasts, in seconds.
    pub lasts_s: u64,
    /// How often it may be typed.
    pub uses: u64,
}

impl Code {
    /// In words, for events and for people.
    #[must_use]
    pub fn in_words(&self) -> String {
        let Exception { id, whom, from, until, by, reason, .. } = &self.gives;
        let (what, minutes) = (self.gives.what(), self.lasts_s / 60);
        let uses = if self.uses == 1 { "once".to_owned() } else { format!("{} times at most", self.uses) };
        format!(
            "{id} is a code that {what} for {minutes} minutes to whoever types it, {uses}, for {whom} from {from} until {until}, by {by}: {reason}"
        )
    }

    /// As JSON, without what is kept of its word.
    #[must_use]
    pub fn as_json(&self, used: usize) -> String {
        json!({ "code": self.gives.id, "lasts_s": self.lasts_s, "uses": self.uses, "used": used, "gives": self.gives }).to_string()
    }

    fn is_for(&self, user: &CodeUser<'_>) -> bool {
        match &self.gives.whom {
            For::Everybody => true,
            For::Person(name) => user.name.is_some_and(|user| user.to_lowercase() == name.to_lowercase()),
            For::Group(name) => user.group == name,
            For::Room(range) => range.parse::<IpNet>().is_ok_and(|net| net.contains(&user.client.to_canonical())),
        }
    }
}

/// Makes a code; its id is given here. The word is in the answer alone, and nowhere else from then on.
///
/// # Errors
/// [`ExceptionFault`]: there is no code.
pub fn make_code(
    folder: &Path,
    gives: Exception,
    bounds: CodeBounds,
    signer: &dyn NoteSigner,
    now: Timestamp,
) -> Result<(Code, String), ExceptionFault> {
    let files = DiskFiles::at(folder);
    let _turn = turn(&files)?;
    let mut known = Exceptions::read_in(&files)?;
    if known.standing_codes(now).count() >= MOST {
        return Err(ExceptionFault::TooMany);
    }
    let id = format!("C-{}", known.codes().count() + 1);
    let fault = |source| ExceptionFault::Write { path: folder.join("codes.key"), source };
    let (key, word) = (CodeKey::read_or_make(&files).map_err(fault)?, new_word().map_err(fault)?);
    let gives = Exception { id, ..checked(gives)? };
    let code = Code { tag: key.tag(&word), lasts_s: bounds.lasts_s, uses: bounds.uses, gives };
    known.append(&files, Line::Code(code.clone()), signer)?;
    Ok((code, shown(&word)))
}

/// Takes a code that somebody typed: what they get, which counts when this returns. Whoever types it again while it lasts gets no more.
///
/// # Errors
/// [`CodeRefused`]: nothing has changed.
pub fn take_code(
    folder: &Path,
    typed: &str,
    user: &CodeUser<'_>,
    signer: &dyn NoteSigner,
    now: Timestamp,
) -> Result<Exception, CodeRefused> {
    let word = read(typed).ok_or(CodeRefused::Wrong)?;
    let files = DiskFiles::at(folder);
    let _turn = turn(&files).map_err(|fault| unavailable(&fault))?;
    let key = CodeKey::read(&files).map_err(|fault: io::Error| unavailable(&fault))?.ok_or(CodeRefused::Wrong)?;
    let mut known = Exceptions::read_in(&files).map_err(|fault| unavailable(&fault))?;
    let tag = key.tag(&word);
    // All of them are compared, so that the time says nothing.
    let code = known.codes().filter(|code| is_same(&code.tag, &tag)).last().cloned().ok_or(CodeRefused::Wrong)?;
    if !code.is_for(user) {
        return Err(CodeRefused::NotForYou);
    }
    let whom =
        user.name.map_or_else(|| For::Room(IpNet::from(user.client.to_canonical()).to_string()), |name| For::Person(name.to_owned()));
    let uses: Vec<Exception> = known.all().into_iter().map(|state| state.exception).filter(|made| made.code == code.gives.id).collect();
    let standing = known.standing(now);
    let open = known.standing_codes(now).any(|known| known.gives.id == code.gives.id);
    if let Some(again) = uses.iter().find(|made| made.whom == whom && standing.contains(made)) {
        return Ok(again.clone());
    }
    if !open || uses.len() as u64 >= code.uses {
        return Err(CodeRefused::Over);
    }
    if standing.len() >= MOST {
        return Err(unavailable(&ExceptionFault::TooMany));
    }
    let until = Timestamp::from_seconds(now.seconds() + i64::try_from(code.lasts_s).unwrap_or_default()).to_string();
    let id = format!("E-{}", known.all().len() + 1);
    let made = Exception { id, whom, code: code.gives.id.clone(), from: now.to_string(), until, ..code.gives };
    known.append(&files, Line::Made(made.clone()), signer).map_err(|fault| unavailable(&fault))?;
    Ok(made)
}

fn unavailable(fault: &dyn std::error::Error) -> CodeRefused {
    tracing::error!(%fault, "a code that somebody typed could not be looked at");
    CodeRefused::Unavailable
}
