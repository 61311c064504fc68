//! Would a word loosen what stands above it? Asked when settings are loaded, of every word that a lower layer has written, so that it
//! is refused with its place and never found out by a reader (standards C1).
//!
//! Must never look at what was inherited from a preset or left unsaid: that is tightened, not refused.

use super::address::read_address;
use super::layer::{Layer, Least, Level};
use super::predicted::Predicted;
use super::quota::Quota;
use super::rules::Action;
use crate::canon::ListEntry;
use crate::model::GroupId;

/// One thing that somebody has written.
#[derive(Clone, Copy, Debug)]
pub enum Word<'a> {
    /// What happens to a category.
    Category(&'a str, Action),
    /// A day's share of a category, or of everything.
    Quota(&'a str, Quota),
    /// What happens to names that look like a category.
    Predicted(&'a str, Predicted),
    /// An address that is to be open.
    Open(&'a str),
    /// A setting, by its place in [`super::LEAST_OPTIONS`], and how strict it is.
    Setting(usize, u8),
    /// Most bytes that may come.
    Download(u64),
    /// Most bytes that may be sent.
    Upload(u64),
}

/// The highest layer that a word at this level would loosen. `groups`: for whom it is said; empty means everybody.
#[must_use]
pub fn loosened<'l>(layers: &'l [Layer], level: Level, groups: &[GroupId], word: Word<'_>) -> Option<&'l Layer> {
    let above = layers.iter().filter(|layer| layer.level < level && meet(&layer.groups, groups));
    above.filter(|layer| layer.is_loosened_by(word)).min_by_key(|layer| layer.level)
}

/// Is there a group for which both are?
fn meet(one: &[GroupId], other: &[GroupId]) -> bool {
    one.is_empty() || other.is_empty() || one.iter().any(|group| other.contains(group))
}

impl Layer {
    fn is_loosened_by(&self, word: Word<'_>) -> bool {
        match word {
            Word::Category(name, action) => self.word_on(name).is_some_and(|wanted| action < wanted),
            Word::Quota(name, quota) => self.quota.get(name).is_some_and(|above| quota.exceeds(*above)),
            Word::Predicted(name, action) => self.predicted.get(name).is_some_and(|wanted| action < *wanted),
            Word::Open(address) => {
                let Ok(open) = read_address(address) else { return false };
                self.block_hosts.iter().filter_map(|closed| read_address(closed).ok()).any(|closed| holds(&closed, &open))
            }
            Word::Download(most) => self.files.largest_download.is_some_and(|wanted| most > wanted),
            Word::Upload(most) => self.files.largest_upload.is_some_and(|wanted| most > wanted),
            Word::Setting(option, rank) => self.least.ranks()[option].is_some_and(|wanted| rank < wanted),
        }
    }
}

/// Does everything of the inner address lie in the outer one?
fn holds(outer: &ListEntry, inner: &ListEntry) -> bool {
    let same = outer.host == inner.host;
    let below = inner.host.strip_suffix(outer.host.as_str()).is_some_and(|rest| rest.ends_with('.'));
    match (&outer.path, &inner.path) {
        (None, _) => same || below,
        (Some(wide), Some(narrow)) => {
            let rest = narrow.strip_prefix(wide.as_slice());
            (same || below) && outer.pairs.is_empty() && rest.is_some_and(|rest| rest.is_empty() || rest[0] == b'/')
        }
        (Some(_), None) => false,
    }
}

impl Least {
    /// Every setting that is said here, as words.
    pub fn words(&self) -> impl Iterator<Item = (usize, Word<'static>)> {
        self.ranks().into_iter().enumerate().filter_map(|(option, rank)| Some((option, Word::Setting(option, rank?))))
    }
}
