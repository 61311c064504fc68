//! What was run and what came out: `history.jsonl`, a line for each run, bounded; `last.json`, every outcome of the last whole run. Both stand
//! in the folder of `[accredit]`, and are read by the console, the forms and whoever wants to know.

use crate::accredit::{Counts, Outcome, Report};
use crate::model::Timestamp;
use serde::{Deserialize, Serialize};
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

const HISTORY: &str = "history.jsonl";
const LAST: &str = "last.json";
/// Lines that are kept: over three months of a canary every hour.
const MOST_LINES: usize = 2500;
/// No file of ours is larger.
const LARGEST: u64 = 64 << 20;

/// What cannot be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum HistoryFault {
    /// A file.
    #[error("{path}: {source}")]
    Io {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file that is not ours.
    #[error("{path}: {source}")]
    Shape {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

/// What a line is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// The canary.
    Canary,
    /// Every suite.
    Run,
    /// Every suite, and a certificate was written.
    Certificate,
}

/// One run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// When, RFC 3339.
    pub at: String,
    /// What was run.
    pub what: What,
    /// Did everything hold?
    pub passing: bool,
    /// What did not.
    pub not_passing: Vec<String>,
    /// Criteria by light; of a canary none.
    pub counts: Option<Counts>,
    /// Seconds that it took.
    pub took: f64,
    /// The certificate's folder, if one was written.
    pub certificate: Option<String>,
}

/// A whole run with every outcome.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FullRun {
    /// When, RFC 3339.
    pub at: String,
    /// Version of the settings.
    pub policy_version: String,
    /// Version of the lists.
    pub list_version: String,
    /// What came out.
    pub outcomes: Vec<Outcome>,
}

impl FullRun {
    /// The run of a report.
    #[must_use]
    pub fn of(report: &Report) -> Self {
        let at = &report.installation;
        Self {
            at: at.made.to_string(),
            policy_version: at.policy_version.to_string(),
            list_version: at.list_version.to_string(),
            outcomes: report.outcomes.clone(),
        }
    }

    /// Those of a pack: its `report.json`.
    ///
    /// # Errors
    /// [`HistoryFault`].
    pub fn of_pack(folder: &Path) -> Result<Self, HistoryFault> {
        #[derive(Deserialize)]
        struct Written {
            installation: At,
            outcomes: Vec<Outcome>,
        }
        #[derive(Deserialize)]
        struct At {
            made: String,
            policy_version: String,
            list_version: String,
        }
        let path = folder.join("report.json");
        let text = read(&path)?.unwrap_or_default();
        let Written { installation: at, outcomes } = serde_json::from_str(&text).map_err(|source| HistoryFault::Shape { path, source })?;
        Ok(Self { at: at.made, policy_version: at.policy_version, list_version: at.list_version, outcomes })
    }
}

/// The history in its folder.
#[derive(Clone, Debug)]
pub struct History {
    folder: PathBuf,
}

impl History {
    /// In this folder, which is made when something is kept.
    #[must_use]
    pub fn at(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// Its folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Every line that can be read, the oldest first; a torn one is left out.
    ///
    /// # Errors
    /// [`HistoryFault`]: it is there and cannot be read.
    pub fn lines(&self) -> Result<Vec<Line>, HistoryFault> {
        let text = read(&self.folder.join(HISTORY))?.unwrap_or_default();
        Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
    }

    /// Adds a line; the oldest go when there are too many.
    ///
    /// # Errors
    /// [`HistoryFault`].
    pub fn add(&self, line: &Line) -> Result<(), HistoryFault> {
        let mut lines = self.lines()?;
        lines.push(line.clone());
        let text: String = lines[lines.len().saturating_sub(MOST_LINES)..]
            .iter()
            .filter_map(|line| serde_json::to_string(line).ok())
            .map(|line| line + "\n")
            .collect();
        self.put(HISTORY, &text)
    }

    /// The last whole run.
    ///
    /// # Errors
    /// [`HistoryFault`]: it is there and cannot be read.
    pub fn last(&self) -> Result<Option<FullRun>, HistoryFault> {
        let path = self.folder.join(LAST);
        let Some(text) = read(&path)? else { return Ok(None) };
        serde_json::from_str(&text).map(Some).map_err(|source| HistoryFault::Shape { path, source })
    }

    /// Keeps a whole run in place of the one before.
    ///
    /// # Errors
    /// [`HistoryFault`].
    pub fn keep_last(&self, run: &FullRun) -> Result<(), HistoryFault> {
        let path = self.folder.join(LAST);
        let text = serde_json::to_string(run).map_err(|source| HistoryFault::Shape { path, source })?;
        self.put(LAST, &text)
    }

    /// Whoever reads it sees the old one or the new one whole.
    fn put(&self, name: &str, text: &str) -> Result<(), HistoryFault> {
        let (path, fresh) = (self.folder.join(name), self.folder.join(format!("{name}.new")));
        let write = || -> io::Result<()> {
            fs::create_dir_all(&self.folder)?;
            let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            fs::rename(&fresh, &path)
        };
        write().map_err(|source| HistoryFault::Io { path: path.clone(), source })
    }
}

/// The text of a file; `None` when there is none.
fn read(path: &Path) -> Result<Option<String>, HistoryFault> {
    let text = fs::File::open(path).and_then(|file| io::read_to_string(io::Read::take(file, LARGEST)));
    match text {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(HistoryFault::Io { path: path.to_owned(), source }),
    }
}

/// The moment that a line names.
#[must_use]
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    text.parse::<jiff::Timestamp>().ok().map(Timestamp::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(number: usize) -> Line {
        let (at, not_passing) = (format!("2026-11-28T10:00:00.{number:06}Z"), vec![]);
        Line { at, what: What::Canary, passing: true, not_passing, counts: None, took: 0.5, certificate: None }
    }

    #[test]
    fn the_history_is_bounded_and_a_torn_line_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let history = History::at(&folder.path().join("new"));
        assert_eq!(history.lines().unwrap(), []);
        assert!(history.last().unwrap().is_none());
        let text: String = (0..MOST_LINES).map(|number| serde_json::to_string(&line(number)).unwrap() + "\n").collect();
        history.put(HISTORY, &(text + "{\"at\":\"20")).unwrap();
        history.add(&line(9999)).unwrap();
        let lines = history.lines().unwrap();
        assert_eq!((lines.len(), &lines[0], lines.last()), (MOST_LINES, &line(1), Some(&line(9999))));
        assert_eq!(moment(&line(7).at).map(|at| at.0 % 1000), Some(7));
    }

    #[test]
    fn a_last_run_that_is_none_is_a_fault_and_no_pass() {
        let folder = tempfile::tempdir().unwrap();
        let history = History::at(folder.path());
        let run = FullRun { at: line(1).at, policy_version: "a".into(), list_version: "b".into(), outcomes: Vec::new() };
        history.keep_last(&run).unwrap();
        assert_eq!(history.last().unwrap().unwrap().at, run.at);
        fs::write(folder.path().join(LAST), "{").unwrap();
        assert!(matches!(history.last(), Err(HistoryFault::Shape { .. })));
    }
}
