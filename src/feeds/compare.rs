//! What the sources hold now against what was kept last; nothing is put in force.

use super::compile::{Making, compile};
use super::keep::Kept;
use super::load::FeedFault;
use super::sought::seek;
use super::sources::BuiltIn;
use crate::config::ListSettings;
use crate::lists::{ImageDiff, ListImage};
use std::sync::Arc;

/// What is in force, and what the sources hold now.
#[derive(Debug)]
pub struct Compared {
    /// What changed.
    pub diff: ImageDiff,
    /// What an operator must look at.
    pub alarms: Vec<String>,
    /// The newest kept image.
    pub before: Arc<ListImage>,
    /// What the sources hold.
    pub now: Arc<ListImage>,
}

/// What the sources hold now against the newest kept image; nothing is put in force or kept.
///
/// # Errors
/// [`FeedFault`]; also when no image has been kept yet.
pub fn compare(settings: &ListSettings, builtin: BuiltIn) -> Result<Compared, FeedFault> {
    let kept = Kept::open(&settings.folder)?;
    let key = kept.key()?;
    let (Some(newest), _) = kept.newest(&key) else { return Err(FeedFault::NothingKept) };
    let mut alarms = Vec::new();
    let making = Making { key: &key, settings };
    let compiled = compile(seek(settings, builtin).whole()?, Some(&newest), making, &mut alarms)?;
    let diff = ImageDiff::between(&newest, &compiled.image)?;
    Ok(Compared { diff, alarms, before: Arc::new(newest), now: Arc::new(compiled.image) })
}
