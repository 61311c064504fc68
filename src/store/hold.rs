//! Legal hold (D23): what a query finds is kept beyond its time, until somebody with a name lets it go. A hold wins over every floor and
//! ceiling (L10). It holds whole segments: those with a matching record, and those with the outcome of one.
//!
//! Holds and releases are lines of `holds.log` ([`super::notes`] has the format): never changed, never taken out. It belongs to the log,
//! not to an index: rebuilding an index does not touch it. While a line of it does not follow from the one before, nothing at all is
//! deleted.

mod question;

use super::fault::ReadFault;
use super::files::{DiskFiles, Files};
use super::note_signer::NoteSigner;
use super::notes::Notes;
use crate::model::Timestamp;
use crate::record::EventKind;
pub(crate) use question::HoldTest;
pub use question::{filter_from_json, filter_to_json};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// The file.
pub(crate) const HOLDS: &str = "holds.log";
const TITLE: &str = "lifeguard legal hold v1";
/// Longest text of an owner, a reason or a name, in bytes.
const LONGEST_TEXT: usize = 4096;

/// A hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// `H-1`, `H-2`, in order.
    pub id: String,
    /// What is held, as a filter in JSON ([`filter_to_json`]).
    pub query: serde_json::Value,
    /// Who answers for it.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// The day on which somebody looks whether it is still needed: `2027-01-31`. It does not end by itself.
    pub review: String,
    /// When it was placed: RFC 3339.
    pub created: String,
}

/// The end of a hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// The hold.
    pub id: String,
    /// Who let it go.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When: RFC 3339.
    pub at: String,
}

/// A hold, and its end if it has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HoldState {
    /// The hold.
    #[serde(flatten)]
    pub hold: Hold,
    /// Its end.
    pub release: Option<Release>,
}

/// A hold to be placed.
#[derive(Clone, Debug)]
pub struct NewHold {
    /// What is held ([`filter_to_json`]).
    pub query: serde_json::Value,
    /// Who answers for it.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// The day of review.
    pub review: jiff::civil::Date,
}

/// A hold that cannot be placed, listed or let go.
#[derive(Debug, thiserror::Error)]
pub enum HoldFault {
    /// The file cannot be read.
    #[error(transparent)]
    Read(#[from] ReadFault),
    /// The file cannot be written.
    #[error("{path} cannot be written: {source}. The hold is not in force")]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Nobody has this id.
    #[error("there is no hold {0}")]
    Unknown(String),
    /// It was let go before.
    #[error("hold {id} was let go at {at} by {by}")]
    Released {
        /// The hold.
        id: String,
        /// When.
        at: String,
        /// By whom.
        by: String,
    },
    /// A text that says nothing, or too much.
    #[error("{0} must say something, in at most 4096 bytes")]
    Text(&'static str),
    /// The query says nothing that can be read.
    #[error("the query of a hold must be one that this program reads")]
    Query,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "lowercase")]
enum Line {
    Hold(Hold),
    Release(Release),
}

/// The holds of a log.
#[derive(Debug)]
pub struct Holds {
    notes: Notes<Line>,
}

impl Holds {
    /// The holds of the log in this folder.
    ///
    /// # Errors
    /// [`ReadFault`] when the file is there and cannot be read.
    pub fn read(folder: &Path) -> Result<Self, ReadFault> {
        Self::read_in(&DiskFiles::at(folder))
    }

    pub(crate) fn read_in(files: &dyn Files) -> Result<Self, ReadFault> {
        Ok(Self { notes: Notes::read(files, HOLDS, TITLE)? })
    }

    /// Every hold there ever was, in order.
    #[must_use]
    pub fn all(&self) -> Vec<HoldState> {
        let mut releases = BTreeMap::new();
        for line in &self.notes.entries {
            if let Line::Release(release) = line {
                releases.entry(&release.id).or_insert(release);
            }
        }
        let state = |hold: &Hold| HoldState { hold: hold.clone(), release: releases.get(&hold.id).map(|release| (*release).clone()) };
        let holds = self.notes.entries.iter().filter_map(|line| match line {
            Line::Hold(hold) => Some(state(hold)),
            Line::Release(_) => None,
        });
        holds.collect()
    }

    /// Every line in order, as an event says it: without what is held, since a query may hold an address. `holds.log` has it.
    pub(super) fn acts(&self) -> Vec<(EventKind, String)> {
        let act = |line: &Line| match line {
            Line::Hold(Hold { id, owner, reason, review, created, .. }) => {
                (EventKind::HoldPlaced, format!("{id} by {owner} at {created}: {reason}; review {review}"))
            }
            Line::Release(Release { id, by, reason, at }) => (EventKind::HoldReleased, format!("{id} by {by} at {at}: {reason}")),
        };
        self.notes.entries.iter().map(act).collect()
    }

    /// The holds in force.
    #[must_use]
    pub fn standing(&self) -> Vec<Hold> {
        self.all().into_iter().filter(|state| state.release.is_none()).map(|state| state.hold).collect()
    }

    /// Places where the file was changed. While there is one, nothing may be deleted.
    #[must_use]
    pub fn faults(&self) -> &[ReadFault] {
        &self.notes.faults
    }

    pub(super) fn take_fault(&mut self) -> Option<ReadFault> {
        self.notes.faults.pop()
    }

    /// The signed notes, as they stand in the file.
    #[must_use]
    pub fn signed(&self) -> &[String] {
        &self.notes.signed
    }

    pub(crate) fn add_in(&mut self, files: &dyn Files, new: NewHold, signer: &dyn NoteSigner, now: Timestamp) -> Result<Hold, HoldFault> {
        filter_from_json(&new.query).ok_or(HoldFault::Query)?;
        let hold = Hold {
            id: format!("H-{}", self.all().len() + 1),
            query: new.query,
            owner: said(new.owner, "the owner")?,
            reason: said(new.reason, "the reason")?,
            review: new.review.to_string(),
            created: now.to_string(),
        };
        self.append(files, Line::Hold(hold.clone()), signer)?;
        Ok(hold)
    }

    pub(crate) fn release_in(&mut self, files: &dyn Files, release: Release, signer: &dyn NoteSigner) -> Result<Release, HoldFault> {
        let known = self.all().into_iter().find(|state| state.hold.id.eq_ignore_ascii_case(&release.id));
        let known = known.ok_or_else(|| HoldFault::Unknown(release.id.clone()))?;
        if let Some(Release { id, by, at, .. }) = known.release {
            return Err(HoldFault::Released { id, at, by });
        }
        let Release { by, reason, at, .. } = release;
        let release = Release { id: known.hold.id, by: said(by, "the name")?, reason: said(reason, "the reason")?, at };
        self.append(files, Line::Release(release.clone()), signer)?;
        Ok(release)
    }

    fn append(&mut self, files: &dyn Files, line: Line, signer: &dyn NoteSigner) -> Result<(), HoldFault> {
        let fault = |source| HoldFault::Write { path: files.path(HOLDS), source };
        self.notes.append(files, HOLDS, TITLE, line, signer).map_err(fault)
    }
}

fn said(text: String, what: &'static str) -> Result<String, HoldFault> {
    let text = text.trim().to_owned();
    if text.is_empty() || text.len() > LONGEST_TEXT { Err(HoldFault::Text(what)) } else { Ok(text) }
}

/// Places a hold on the log in this folder. It is in force when this returns.
///
/// # Errors
/// [`HoldFault`]: it is not in force.
pub fn place_hold(folder: &Path, new: NewHold, signer: &dyn NoteSigner, now: Timestamp) -> Result<Hold, HoldFault> {
    let _turn = take_turn(folder)?;
    let files = DiskFiles::at(folder);
    Holds::read_in(&files)?.add_in(&files, new, signer, now)
}

/// Lets a hold go: who, why and when stand in `release`.
///
/// # Errors
/// [`HoldFault`]: it stays in force.
pub fn release_hold(folder: &Path, release: Release, signer: &dyn NoteSigner) -> Result<Release, HoldFault> {
    let _turn = take_turn(folder)?;
    let files = DiskFiles::at(folder);
    Holds::read_in(&files)?.release_in(&files, release, signer)
}

/// Holds and sweeps take turns: no hold is placed between the look at the holds and the removal of a segment.
pub(crate) fn take_turn(folder: &Path) -> Result<File, ReadFault> {
    let files = DiskFiles::at(folder);
    files.take_turn("turn").map_err(|source| ReadFault::Io { path: files.path("turn"), source })
}
