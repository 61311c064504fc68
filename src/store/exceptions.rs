//! Exceptions for a while: releases, unlocks, suspensions, addresses closed at short notice; and their ends before their time. Each is a
//! line of `exceptions.log` with an author, a reason and an end ([`super::notes`] has the format): on disk before it counts, never
//! changed, never taken out. The running proxy reads the file when it grows, within a second.
//!
//! The file names persons and addresses in the clear, as the settings do; it belongs to the log and lies in its folder.

use super::codes::Code;
use super::fault::ReadFault;
use super::files::{DiskFiles, Files};
use super::note_signer::NoteSigner;
use super::notes::Notes;
use crate::model::Timestamp;
use crate::policy::{Act, read_address};
use crate::record::EventKind;
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

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
    /// Puts addresses on the emergency list of a category.
    List,
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
    /// Categories that it opens, or on whose emergency list it puts the addresses.
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
pub(super) enum Line {
    Made(Exception),
    Code(Code),
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
            // Whoever ends a code ends what was got by it.
            stop: stops.get(&exception.id).or_else(|| stops.get(&exception.code)).map(|stop| (*stop).clone()),
        };
        let made = self.notes.entries.iter().filter_map(|line| match line {
            Line::Made(exception) => Some(state(exception)),
            Line::Stopped(_) | Line::Code(_) => None,
        });
        made.collect()
    }

    /// Every code there ever was, in order.
    pub fn codes(&self) -> impl Iterator<Item = &Code> {
        self.notes.entries.iter().filter_map(|line| match line {
            Line::Code(code) => Some(code),
            Line::Made(_) | Line::Stopped(_) => None,
        })
    }

    /// Codes that may be typed at this moment, as far as how often they were does not matter.
    pub fn standing_codes(&self, now: Timestamp) -> impl Iterator<Item = &Code> {
        let stopped = |id: &str| self.notes.entries.iter().any(|line| matches!(line, Line::Stopped(stop) if stop.id == id));
        self.codes().filter(move |code| moment(&code.gives.until).is_some_and(|end| now < end) && !stopped(&code.gives.id))
    }

    /// Those that stand at this moment.
    #[must_use]
    pub fn standing(&self, now: Timestamp) -> Vec<Exception> {
        let stands = |state: &ExceptionState| state.stop.is_none() && moment(&state.exception.until).is_none_or(|end| now < end);
        self.all().into_iter().filter(stands).map(|state| state.exception).collect()
    }

    /// How often a code was used.
    #[must_use]
    pub fn uses(&self, code: &str) -> usize {
        self.notes.entries.iter().filter(|line| matches!(line, Line::Made(made) if made.code == code)).count()
    }

    /// Codes that may be typed, and those by which something stands.
    fn standing_or_used_codes(&self, now: Timestamp) -> Vec<String> {
        let used = self.standing(now).into_iter().map(|made| made.code).filter(|code| !code.is_empty());
        self.standing_codes(now).map(|code| code.gives.id.clone()).chain(used).collect()
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

    /// The signed notes themselves, in order.
    pub(super) fn signed(&self) -> &[String] {
        &self.notes.signed
    }

    /// The first place where the file was changed.
    pub(super) fn take_fault(&mut self) -> Option<ReadFault> {
        (!self.notes.faults.is_empty()).then(|| self.notes.faults.remove(0))
    }

    /// The same, for whoever reads nothing else.
    pub(super) fn into_faults(self) -> Vec<ReadFault> {
        self.notes.faults
    }

    /// Every line in order, as an event says it.
    pub(super) fn events(&self) -> Vec<(EventKind, String)> {
        let event = |line: &Line| match line {
            Line::Made(made) => (EventKind::ExceptionMade, made.in_words()),
            Line::Code(code) => (EventKind::ExceptionMade, code.in_words()),
            Line::Stopped(Stop { id, by, reason, at }) => (EventKind::ExceptionStopped, format!("{id} by {by} at {at}: {reason}")),
        };
        self.notes.entries.iter().map(event).collect()
    }

    pub(super) fn append(&mut self, files: &dyn Files, line: Line, signer: &dyn NoteSigner) -> Result<(), ExceptionFault> {
        let fault = |source| ExceptionFault::Write { path: files.path(EXCEPTIONS), source };
        self.notes.append(files, EXCEPTIONS, TITLE, line, signer).map_err(fault)
    }
}

impl For {
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
            Kind::List => format!("lists {} in {}", self.addresses.join(", "), self.categories.join(", ")),
        }
    }

    pub(super) fn opens(&self) -> bool {
        matches!(self.kind, Kind::Release | Kind::Unlock)
    }

    /// An end that cannot be read has passed for what opens, and never comes for what closes.
    #[must_use]
    pub fn end(&self) -> Timestamp {
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
    if known.standing(now).len() >= MOST {
        return Err(ExceptionFault::TooMany);
    }
    let made = Exception { id: format!("E-{}", known.all().len() + 1), ..checked(new)? };
    known.append(&files, Line::Made(made.clone()), signer)?;
    Ok(made)
}

/// Is all of it there that has to be?
pub(super) fn checked(new: Exception) -> Result<Exception, ExceptionFault> {
    if new.addresses.len() + new.categories.len() > MOST {
        return Err(ExceptionFault::TooMany);
    }
    if let Some(bad) = new.addresses.iter().find(|address| address.len() > LONGEST_TEXT || read_address(address).is_err()) {
        return Err(ExceptionFault::Address(bad.clone()));
    }
    new.whom.check()?;
    Ok(Exception { by: said(&new.by, "the name")?, reason: said(&new.reason, "the reason")?, ..new })
}

/// Ends an exception or a code before its time: which, who, why and when stand in `stop`.
///
/// # Errors
/// [`ExceptionFault`]: it stands.
pub fn stop_exception(folder: &Path, stop: Stop, signer: &dyn NoteSigner, now: Timestamp) -> Result<Stop, ExceptionFault> {
    let files = DiskFiles::at(folder);
    let _turn = turn(&files)?;
    let mut known = Exceptions::read_in(&files)?;
    let codes = known.standing_or_used_codes(now);
    let mut standing = known.standing(now).into_iter().map(|made| made.id).chain(codes);
    let id = standing.find(|id| id.eq_ignore_ascii_case(&stop.id)).ok_or_else(|| ExceptionFault::Unknown(stop.id.clone()))?;
    let stop = Stop { id, by: said(&stop.by, "the name")?, reason: said(&stop.reason, "the reason")?, at: stop.at };
    known.append(&files, Line::Stopped(stop.clone()), signer)?;
    Ok(stop)
}

/// Commands take turns; a sweep of the log, which may last, holds nobody up here.
pub(super) fn turn(files: &DiskFiles) -> Result<File, ReadFault> {
    files.take_turn("exceptions.turn").map_err(|source| ReadFault::Io { path: files.path(EXCEPTIONS), source })
}

/// Bytes of the file: it only grows, so a reader who knows its length knows whether there is news.
#[must_use]
pub fn exceptions_length(folder: &Path) -> u64 {
    std::fs::metadata(folder.join(EXCEPTIONS)).map_or(0, |meta| meta.len())
}
