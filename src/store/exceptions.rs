//! Exceptions for a while: releases, unlocks, suspensions, addresses closed at short notice; and their ends before their time. Each is a
//! line of `exceptions.log` with an author, a reason and an end ([`super::notes`] has the format): on disk before it counts, never
//! changed, never taken out. The running proxy reads the file when it grows, within a second.
//!
//! The file names persons and addresses in the clear, as the settings do; it belongs to the log and lies in its folder.

use super::fault::ReadFault;
use super::files::{DiskFiles, Files};
use super::note_signer::NoteSigner;
use super::notes::Notes;
use crate::model::Timestamp;
use crate::policy::{Act, Doing, Whom, read_address};
use crate::record::EventKind;
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The file.
pub(crate) const EXCEPTIONS: &str = "exceptions.log";
const TITLE: &str = "lifeguard exception v1";
/// Longest text of a name, a reason or an address, in bytes.
const LONGEST_TEXT: usize = 2048;
/// Most exceptions that stand at one time, and most addresses of one.
pub const MOST: usize = 1000;

/// What an exception does, as the file has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Opens addresses.
    Release,
    /// Gives the rules of another group.
    Unlock,
    /// Closes everything but help lines.
    Suspend,
    /// Closes addresses.
    Close,
}

/// For whom, as the file has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum For {
    /// Everybody.
    Everybody,
    /// One person, by the name that they sign in with.
    Person(String),
    /// A group, by name.
    Group(String),
    /// Client addresses, as a range.
    Room(String),
}

/// An exception.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// `E-1`, `E-2`, in order.
    pub id: String,
    /// What it does.
    pub kind: Kind,
    /// For whom.
    pub whom: For,
    /// Addresses that it opens or closes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<String>,
    /// Categories that it opens.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// The group whose rules it gives.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub to: String,
    /// The code that was typed for it, such as `C-1`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub code: String,
    /// Who decided.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When it was made: RFC 3339.
    pub from: String,
    /// When it ends by itself: RFC 3339.
    pub until: String,
}

/// The end of an exception before its time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// The exception.
    pub id: String,
    /// Who ended it.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When: RFC 3339.
    pub at: String,
}

/// An exception, and its end before its time if it has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExceptionState {
    /// The exception.
    #[serde(flatten)]
    pub exception: Exception,
    /// Its end before its time.
    pub stop: Option<Stop>,
}

/// An exception that cannot be made, read or ended.
#[derive(Debug, thiserror::Error)]
pub enum ExceptionFault {
    /// The file cannot be read.
    #[error(transparent)]
    Read(#[from] ReadFault),
    /// The file cannot be written.
    #[error("{path} cannot be written: {source}. It is not in force")]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Nobody has this id, or it is over.
    #[error("no exception {0} stands")]
    Unknown(String),
    /// A text that says nothing, or too much.
    #[error("{0} must say something, in at most 2048 bytes")]
    Text(&'static str),
    /// An address that cannot be read.
    #[error("the address '{0}' cannot be read")]
    Address(String),
    /// More than can be looked through.
    #[error("at most 1000 exceptions stand at one time, each with at most 1000 addresses and categories")]
    TooMany,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "lowercase")]
enum Line {
    Made(Exception),
    Stopped(Stop),
}

/// The exceptions of a log.
#[derive(Debug)]
pub struct Exceptions {
    notes: Notes<Line>,
}

impl Exceptions {
    /// The exceptions beside the log in this folder.
    ///
    /// # Errors
    /// [`ReadFault`] when the file is there and cannot be read.
    pub fn read(folder: &Path) -> Result<Self, ReadFault> {
        Self::read_in(&DiskFiles::at(folder))
    }

    pub(crate) fn read_in(files: &dyn Files) -> Result<Self, ReadFault> {
        Ok(Self { notes: Notes::read(files, EXCEPTIONS, TITLE)? })
    }

    /// Every exception there ever was, in order.
    #[must_use]
    pub fn all(&self) -> Vec<ExceptionState> {
        let mut stops = BTreeMap::new();
        for line in &self.notes.entries {
            if let Line::Stopped(stop) = line {
                stops.entry(&stop.id).or_insert(stop);
            }
        }
        let state = |exception: &Exception| ExceptionState {
            exception: exception.clone(),
            stop: stops.get(&exception.id).map(|stop| (*stop).clone()),
        };
        let made = self.notes.entries.iter().filter_map(|line| match line {
            Line::Made(exception) => Some(state(exception)),
            Line::Stopped(_) => None,
        });
        made.collect()
    }

    /// Those that stand at this moment.
    #[must_use]
    pub fn standing(&self, now: Timestamp) -> Vec<Exception> {
        let stands = |state: &ExceptionState| state.stop.is_none() && moment(&state.exception.until).is_none_or(|end| now < end);
        self.all().into_iter().filter(stands).map(|state| state.exception).collect()
    }

    /// Those that stand, as policy wants them.
    #[must_use]
    pub fn acts(&self, now: Timestamp) -> Vec<Act> {
        self.standing(now).iter().flat_map(Exception::acts).collect()
    }

    /// Places where the file was changed.
    #[must_use]
    pub fn faults(&self) -> &[ReadFault] {
        &self.notes.faults
    }

    /// The same, for whoever reads nothing else.
    pub(super) fn into_faults(self) -> Vec<ReadFault> {
        self.notes.faults
    }

    /// Every line in order, as an event says it.
    pub(super) fn events(&self) -> Vec<(EventKind, String)> {
        let event = |line: &Line| match line {
            Line::Made(made) => (EventKind::ExceptionMade, made.in_words()),
            Line::Stopped(Stop { id, by, reason, at }) => (EventKind::ExceptionStopped, format!("{id} by {by} at {at}: {reason}")),
        };
        self.notes.entries.iter().map(event).collect()
    }

    fn append(&mut self, files: &dyn Files, line: Line, signer: &dyn NoteSigner) -> Result<(), ExceptionFault> {
        let fault = |source| ExceptionFault::Write { path: files.path(EXCEPTIONS), source };
        self.notes.append(files, EXCEPTIONS, TITLE, line, signer).map_err(fault)
    }
}

impl For {
    /// As policy has it; `None`: a room that cannot be read.
    pub(super) fn read(&self) -> Option<Whom> {
        Some(match self {
            Self::Everybody => Whom::Everybody,
            Self::Person(name) => Whom::Person(name.as_str().into()),
            Self::Group(name) => Whom::Group(name.as_str().into()),
            Self::Room(range) => Whom::Room(range.parse().ok()?),
        })
    }

    fn check(&self) -> Result<(), ExceptionFault> {
        match self {
            Self::Everybody => Ok(()),
            Self::Person(name) | Self::Group(name) => said(name, "for whom it is").map(drop),
            Self::Room(range) => range.parse::<IpNet>().map(drop).map_err(|_| ExceptionFault::Address(range.clone())),
        }
    }
}

impl fmt::Display for For {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everybody => f.write_str("everybody"),
            Self::Person(name) => write!(f, "the person {name}"),
            Self::Group(name) => write!(f, "the group {name}"),
            Self::Room(net) => write!(f, "the room {net}"),
        }
    }
}

impl Exception {
    /// In words, for events and for people.
    #[must_use]
    pub fn in_words(&self) -> String {
        let Self { id, whom, code, by, reason, from, until, .. } = self;
        let typed = if code.is_empty() { String::new() } else { format!(" with the code {code}") };
        format!("{id} {} for {whom}{typed} from {from} until {until}, by {by}: {reason}", self.what())
    }

    /// What it does, in words.
    #[must_use]
    pub fn what(&self) -> String {
        let addresses = self.addresses.iter().cloned();
        let all: Vec<String> = addresses.chain(self.categories.iter().map(|name| format!("the category {name}"))).collect();
        match self.kind {
            Kind::Release => format!("opens {}", all.join(", ")),
            Kind::Unlock => format!("gives the rules of the group {}", self.to),
            Kind::Suspend => "closes everything but help lines".to_owned(),
            Kind::Close => format!("closes {}", all.join(", ")),
        }
    }

    /// For policy: one act, or two where both addresses and categories are released. A room that cannot be read is nobody's for what
    /// opens, and everybody's for what closes.
    fn acts(&self) -> Vec<Act> {
        let whom = match self.whom.read() {
            Some(whom) => whom,
            None if self.opens() => return Vec::new(),
            None => Whom::Everybody,
        };
        let act = |doing| Act {
            id: self.id.as_str().into(),
            doing,
            whom: whom.clone(),
            by: self.by.as_str().into(),
            reason: self.reason.as_str().into(),
            until: self.end(),
        };
        self.doings().into_iter().map(act).collect()
    }

    fn doings(&self) -> Vec<Doing> {
        let shared = |texts: &[String]| -> Vec<Arc<str>> { texts.iter().map(|text| text.as_str().into()).collect() };
        match self.kind {
            Kind::Release => {
                let categories = (!self.categories.is_empty()).then(|| Doing::ReleaseCategories(shared(&self.categories)));
                let addresses = (!self.addresses.is_empty()).then(|| Doing::Release(shared(&self.addresses)));
                addresses.into_iter().chain(categories).collect()
            }
            Kind::Unlock => vec![Doing::Unlock(self.to.as_str().into())],
            Kind::Suspend => vec![Doing::Suspend],
            Kind::Close => vec![Doing::Close(shared(&self.addresses))],
        }
    }

    fn opens(&self) -> bool {
        matches!(self.kind, Kind::Release | Kind::Unlock)
    }

    /// An end that cannot be read has passed for what opens, and never comes for what closes.
    fn end(&self) -> Timestamp {
        moment(&self.until).unwrap_or(Timestamp(if self.opens() { i64::MIN } else { i64::MAX }))
    }
}

fn moment(text: &str) -> Option<Timestamp> {
    text.parse::<jiff::Timestamp>().ok().map(Timestamp::from)
}

fn said(text: &str, what: &'static str) -> Result<String, ExceptionFault> {
    let text = text.trim().to_owned();
    if text.is_empty() || text.len() > LONGEST_TEXT { Err(ExceptionFault::Text(what)) } else { Ok(text) }
}

/// Makes an exception; its id is given here. It counts when this returns, and the running proxy knows it within a second.
///
/// # Errors
/// [`ExceptionFault`]: it is not in force.
pub fn make_exception(folder: &Path, new: Exception, signer: &dyn NoteSigner, now: Timestamp) -> Result<Exception, ExceptionFault> {
    let files = DiskFiles::at(folder);
    let _turn = turn(&files)?;
    let mut known = Exceptions::read_in(&files)?;
    if known.standing(now).len() >= MOST || new.addresses.len() + new.categories.len() > MOST {
        return Err(ExceptionFault::TooMany);
    }
    if let Some(bad) = new.addresses.iter().find(|address| address.len() > LONGEST_TEXT || read_address(address).is_err()) {
        return Err(ExceptionFault::Address(bad.clone()));
    }
    let (by, reason) = (said(&new.by, "the name")?, said(&new.reason, "the reason")?);
    new.whom.check()?;
    let made = Exception { id: format!("E-{}", known.all().len() + 1), by, reason, ..new };
    known.append(&files, Line::Made(made.clone()), signer)?;
    Ok(made)
}

/// Ends an exception before its time: which, who, why and when stand in `stop`.
///
/// # Errors
/// [`ExceptionFault`]: it stands.
pub fn stop_exception(folder: &Path, stop: Stop, signer: &dyn NoteSigner, now: Timestamp) -> Result<Stop, ExceptionFault> {
    let files = DiskFiles::at(folder);
    let _turn = turn(&files)?;
    let mut known = Exceptions::read_in(&files)?;
    let standing = known.standing(now).into_iter().find(|made| made.id.eq_ignore_ascii_case(&stop.id));
    let id = standing.ok_or_else(|| ExceptionFault::Unknown(stop.id.clone()))?.id;
    let stop = Stop { id, by: said(&stop.by, "the name")?, reason: said(&stop.reason, "the reason")?, at: stop.at };
    known.append(&files, Line::Stopped(stop.clone()), signer)?;
    Ok(stop)
}

/// Commands take turns; a sweep of the log, which may last, holds nobody up here.
fn turn(files: &DiskFiles) -> Result<File, ReadFault> {
    files.take_turn("exceptions.turn").map_err(|source| ReadFault::Io { path: files.path(EXCEPTIONS), source })
}

/// Bytes of the file: it only grows, so a reader who knows its length knows whether there is news.
#[must_use]
pub fn exceptions_length(folder: &Path) -> u64 {
    std::fs::metadata(folder.join(EXCEPTIONS)).map_or(0, |meta| meta.len())
}
