//! What the console asks of the running system about sources of lists: how they stand, a trial before anything is taken, and what is
//! changed in the file of settings. Never an entry of any list; never what a server knows us by.

use super::sources::SourceStatus;
use super::works::{FixedWorks, WorksFault};
use crate::model::Timestamp;
use std::sync::{Mutex, PoisonError};

/// A source that somebody wants, as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewSource {
    /// Its name.
    pub name: String,
    /// Where it comes from: an address, a file, or a list that came with the program.
    pub place: String,
    /// How it is written, as in the settings.
    pub format: String,
    /// The column of a table.
    pub column: String,
    /// The category of its entries.
    pub category: String,
    /// A map of categories that came with the program.
    pub map: String,
    /// The same for single categories: theirs and ours.
    pub categories: Vec<(String, String)>,
    /// How often it is asked for, such as `24h`.
    pub every: String,
    /// The publisher's key.
    pub minisign_key: String,
}

/// A field of [`NewSource`] and what is wrong with it. Where the field is empty, it belongs to none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFault {
    /// The field, by its name in the form.
    pub field: &'static str,
    /// What is wrong, in words.
    pub words: String,
}

/// One source, and what is written of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceView {
    /// How it stands.
    pub status: SourceStatus,
    /// Where it comes from, without what could be a secret.
    pub place: String,
    /// Its category; empty: it brings its own.
    pub category: String,
    /// It is fetched.
    pub fetched: bool,
    /// A version that waits may be released.
    pub may_release: bool,
    /// When what waits came.
    pub came: Option<Timestamp>,
    /// It may be taken out of the settings here.
    pub may_drop: bool,
}

/// What is tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrialOf {
    /// A source that somebody wants.
    New(Box<NewSource>),
    /// What a source of the settings would bring.
    Source(String),
    /// What every source holds now, against what is in force.
    All,
}

/// A line that is no entry. Never the line itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BadPlace {
    /// File and line.
    pub place: String,
    /// What was expected.
    pub expected: &'static str,
}

/// A list of a trial.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrialList {
    /// Its name.
    pub name: String,
    /// Entries in force.
    pub before: Option<u64>,
    /// Entries that it would have; `None`: it would be gone.
    pub now: Option<u64>,
    /// Of them, those that are new, and those that would be gone.
    pub changed: Option<(u64, u64)>,
    /// Lines of no use.
    pub bad: u64,
    /// The first of them.
    pub lines: Vec<BadPlace>,
}

/// A host that would be blocked, by a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NoisyHost {
    /// The host.
    pub host: String,
    /// The list.
    pub list: String,
    /// How many people asked for it.
    pub people: usize,
    /// How often.
    pub requests: u64,
}

/// Whom it would meet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WouldMeet {
    /// Requests that were judged again.
    pub judged: u64,
    /// Of them, those that would have been blocked.
    pub requests: u64,
    /// Of so many hosts.
    pub hosts: usize,
    /// The noisiest.
    pub noisiest: Vec<NoisyHost>,
}

/// What a trial found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrialFound {
    /// List by list.
    pub lists: Vec<TrialList>,
    /// What somebody must look at.
    pub alarms: Vec<String>,
    /// Whom it would meet, or why that is not known.
    pub meets: Option<Result<WouldMeet, String>>,
}

/// How a trial stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrialState {
    /// It runs.
    Running,
    /// Nothing came, or it would not be taken: why.
    Refused(String),
    /// It would be taken.
    Good(Box<TrialFound>),
}

/// A trial of somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    /// What is tried.
    pub of: TrialOf,
    /// How it stands.
    pub state: TrialState,
}

/// Sources of the running system.
pub trait SourceWorks: Send + Sync {
    /// Every source, and the lists of people.
    fn source_views(&self) -> Vec<SourceView>;

    /// Asks for a source now; `false`: that is being done already, or it is not fetched.
    fn fetch_now(&self, name: &str) -> bool;

    /// A named person takes what is in quarantine: what is being taken, by its hash.
    ///
    /// # Errors
    /// [`WorksFault`]: it stays where it is.
    fn release_source(&self, name: &str, by: &str, because: &str) -> Result<String, WorksFault>;

    /// Begins a trial of a source that somebody wants: its number.
    ///
    /// # Errors
    /// What is wrong, by field; nothing is fetched then.
    fn try_source(&self, new: &NewSource, by: &str) -> Result<String, Vec<SourceFault>>;

    /// Begins a trial of a source of the settings, or of all: its number. `None`: another trial runs.
    fn try_again(&self, name: Option<&str>, by: &str) -> Option<String>;

    /// A trial of this person.
    fn trial(&self, id: &str, by: &str) -> Option<Trial>;

    /// Writes the source of a good trial into the settings and puts it in force.
    ///
    /// # Errors
    /// [`WorksFault`]: the settings are as they were.
    fn add_source(&self, id: &str, by: &str, because: &str) -> Result<(), WorksFault>;

    /// Takes a source out of the settings.
    ///
    /// # Errors
    /// [`WorksFault`]: the settings are as they were.
    fn drop_source(&self, name: &str) -> Result<(), WorksFault>;
}

/// Sources that tests set by hand.
#[derive(Debug, Default)]
pub struct FixedSources {
    /// The sources.
    pub views: Mutex<Vec<SourceView>>,
    /// What was pressed, in words.
    pub pressed: Mutex<Vec<String>>,
    /// Trials, with whose they are.
    pub trials: Mutex<Vec<(String, Trial)>>,
}

impl FixedSources {
    fn press(&self, what: String) {
        self.pressed.lock().unwrap_or_else(PoisonError::into_inner).push(what);
    }

    fn begin(&self, of: TrialOf, by: &str) -> String {
        let mut trials = self.trials.lock().unwrap_or_else(PoisonError::into_inner);
        trials.push((by.to_owned(), Trial { of, state: TrialState::Good(Box::default()) }));
        (trials.len() - 1).to_string()
    }
}

impl SourceWorks for FixedWorks {
    fn source_views(&self) -> Vec<SourceView> {
        self.sources.views.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn fetch_now(&self, name: &str) -> bool {
        self.sources.press(format!("fetch {name}"));
        true
    }

    fn release_source(&self, name: &str, by: &str, because: &str) -> Result<String, WorksFault> {
        self.sources.press(format!("release {name} {by} {because}"));
        Ok("abc".to_owned())
    }

    fn try_source(&self, new: &NewSource, by: &str) -> Result<String, Vec<SourceFault>> {
        if new.place.contains("127.0.0.1") {
            return Err(vec![SourceFault { field: "place", words: "not from here".to_owned() }]);
        }
        Ok(self.sources.begin(TrialOf::New(Box::new(new.clone())), by))
    }

    fn try_again(&self, name: Option<&str>, by: &str) -> Option<String> {
        Some(self.sources.begin(name.map_or(TrialOf::All, |name| TrialOf::Source(name.to_owned())), by))
    }

    fn trial(&self, id: &str, by: &str) -> Option<Trial> {
        let trials = self.sources.trials.lock().unwrap_or_else(PoisonError::into_inner);
        trials.get(id.parse::<usize>().ok()?).filter(|(of, _)| of == by).map(|(_, trial)| trial.clone())
    }

    fn add_source(&self, id: &str, _by: &str, because: &str) -> Result<(), WorksFault> {
        self.sources.press(format!("add {id} {because}"));
        Ok(())
    }

    fn drop_source(&self, name: &str) -> Result<(), WorksFault> {
        self.sources.press(format!("drop {name}"));
        Ok(())
    }
}
