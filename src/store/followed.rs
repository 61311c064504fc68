//! Exceptions of another installation, such as a consortium's, which close here too (standard I5): its `exceptions.log` and its `keys.log`, in
//! a folder that is shared or copied, keys first. They are its log's own files; nothing is written there.
//!
//! Each line has to be signed by a key of a history that begins with the key whose fingerprint our settings have. Only what closes is taken:
//! nobody elsewhere opens anything here. What cannot be read, is not signed or has become shorter changes nothing: what was known stays.

use super::exceptions::{Exceptions, Kind};
use super::fault::ReadFault;
use super::files::DiskFiles;
use super::heads::{HeadsFault, read_history};
use super::listed::Listed;
use crate::model::Timestamp;
use crate::policy::Act;
use crate::record::epochs::KeyHistory;
use crate::record::note::{Note, NoteKey};
use std::fs::Metadata;
use std::path::PathBuf;

/// Why nothing is taken from there.
#[derive(Debug, thiserror::Error)]
pub enum FollowFault {
    /// It cannot be read.
    #[error(transparent)]
    Read(#[from] ReadFault),
    /// Its keys cannot be read.
    #[error(transparent)]
    Keys(#[from] HeadsFault),
    /// It is not the one that our settings name.
    #[error("{folder}: its first key has the fingerprint {found}, and our settings have another")]
    Stranger {
        /// The folder.
        folder: PathBuf,
        /// The fingerprint.
        found: String,
    },
    /// A key was lost, and nothing vouches for the one after it.
    #[error("{folder}: a key was lost, and nothing vouches for the one after it")]
    Rupture {
        /// The folder.
        folder: PathBuf,
    },
    /// A line is not signed by a key of its history.
    #[error("{folder}: line {line} of exceptions.log is not signed by a key of its history")]
    Unsigned {
        /// The folder.
        folder: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// There is less than there was.
    #[error("{folder}: exceptions.log has {found} whole lines, and had {known}")]
    Cut {
        /// The folder.
        folder: PathBuf,
        /// Lines there are.
        found: usize,
        /// Lines there were.
        known: usize,
    },
}

/// Another installation whose closures count here.
#[derive(Debug)]
pub struct Followed {
    name: String,
    folder: PathBuf,
    first_key: String,
    /// Lengths of its files when it was last read.
    seen: Option<[u64; 2]>,
    lines: usize,
    acts: Vec<Act>,
    listed: Vec<Listed>,
}

impl Followed {
    /// Nothing is known of it yet. `first_key`: SHA-256 of its first key, in hex.
    #[must_use]
    pub fn new(name: &str, folder: PathBuf, first_key: &str) -> Self {
        Self {
            name: name.to_owned(),
            folder,
            first_key: first_key.to_ascii_lowercase(),
            seen: None,
            lines: 0,
            acts: Vec::new(),
            listed: Vec::new(),
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it closes, as of the last look.
    #[must_use]
    pub fn acts(&self) -> &[Act] {
        &self.acts
    }

    /// What it has on emergency lists, as of the last look.
    #[must_use]
    pub fn listed(&self) -> &[Listed] {
        &self.listed
    }

    /// Looks whether there is news; `true` if there is.
    ///
    /// # Errors
    /// [`FollowFault`]: what was known stays.
    pub fn look(&mut self, now: Timestamp) -> Result<bool, FollowFault> {
        let length = |name| std::fs::metadata(self.folder.join(name)).as_ref().map_or(0, Metadata::len);
        let lengths = ["exceptions.log", "keys.log"].map(length);
        if self.seen == Some(lengths) {
            return Ok(false);
        }
        let known = self.read()?;
        self.listed = known.listed(now);
        let closes = known.standing(now).into_iter().filter(|made| matches!(made.kind, Kind::Close | Kind::Suspend));
        self.acts = closes.flat_map(|made| made.acts()).map(|act| Act { id: format!("{} {}", self.name, act.id).into(), ..act }).collect();
        (self.seen, self.lines) = (Some(lengths), known.signed().len());
        Ok(true)
    }

    /// It is read again at the next look, although nothing came: what had ended by a clock that was ahead has not.
    pub fn forget_lengths(&mut self) {
        self.seen = None;
    }

    fn read(&self) -> Result<Exceptions, FollowFault> {
        let (files, folder) = (DiskFiles::at(&self.folder), self.folder.clone());
        let history = read_history(&files)?;
        let mut known = Exceptions::read_in(&files)?;
        let found = history.genesis().map(NoteKey::fingerprint).unwrap_or_default();
        if known.signed().len() < self.lines {
            return Err(FollowFault::Cut { folder, found: known.signed().len(), known: self.lines });
        }
        if known.signed().is_empty() {
            return Ok(known);
        }
        if found != self.first_key {
            return Err(FollowFault::Stranger { folder, found });
        }
        if !history.ruptures().is_empty() {
            return Err(FollowFault::Rupture { folder });
        }
        if let Some(place) = known.signed().iter().position(|note| !is_signed(note, &history)) {
            return Err(FollowFault::Unsigned { folder, line: place + 1 });
        }
        match known.take_fault() {
            Some(fault) => Err(fault.into()),
            None => Ok(known),
        }
    }
}

fn is_signed(note: &str, history: &KeyHistory) -> bool {
    Note::parse(note).is_ok_and(|note| history.epochs().iter().any(|epoch| epoch.key.signed(&note)))
}
