//! What long questions ask of the running system. Each is asked at every step whether to go on.

use super::asking::{LogFileKind, LogQuestion};
use super::trends::{TrendsAsk, TrendsCounted};
use super::works::{FixedWorks, WorksFault};
use crate::policy::WeeklyHours;
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::Mutex;
use std::sync::PoisonError;

/// Shall it go on? How much is done, of how much.
pub type GoOn<'a> = &'a (dyn Fn(u64, u64) -> bool + Sync);

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobStop {
    /// It was not to go on.
    Stopped,
    /// There is more than was allowed.
    TooMuch,
    /// It cannot be done.
    Works(WorksFault),
}

impl From<WorksFault> for JobStop {
    fn from(fault: WorksFault) -> Self {
        Self::Works(fault)
    }
}

/// A file of any length.
pub struct LongFile<'a> {
    /// In which form.
    pub kind: LogFileKind,
    /// Where to.
    pub out: &'a Path,
    /// Who asks.
    pub by: &'a str,
    /// Why.
    pub because: &'a str,
    /// Most rows, and most bytes.
    pub most: (u64, u64),
    /// What stands in the place of a person's name.
    pub shown: &'a (dyn Fn(&str) -> String + Sync),
}

/// What was allowed and would be blocked today, or the other way round.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BreachesFound {
    /// The most frequent first, no more than people read.
    pub rows: Vec<BreachRow>,
    /// All rows.
    pub all: u64,
    /// Requests in all rows.
    pub requests: u64,
    /// Requests that were judged again.
    pub judged: u64,
    /// More that would get a warning first.
    pub warned: u64,
    /// From when to when, in microseconds.
    pub span: (i64, i64),
    /// Places of the log that could not be read.
    pub damaged: u64,
}

/// A host, and what decides today.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BreachRow {
    /// The host; empty: a statutory list decides, and nothing is told.
    pub host: String,
    /// Why then.
    pub then: String,
    /// Why today.
    pub now: String,
    /// What decides: list, category or entry, or the layer.
    pub by: String,
    /// Groups, as far as there are few.
    pub groups: Vec<String>,
    /// How often.
    pub requests: u64,
    /// The earliest and the latest, in microseconds; of a statutory one to the hour.
    pub seen: (i64, i64),
}

/// The running system, as long questions see it.
pub trait JobWorks: Send + Sync {
    /// When they may begin; no window: at any time.
    fn off_peak(&self) -> WeeklyHours;

    /// Makes a file of any length, for its owner only, and notes it in the log's folder: how many rows, and its SHA-256.
    ///
    /// # Errors
    /// [`JobStop`]: there is none.
    fn long_file(&self, question: &LogQuestion, file: &LongFile<'_>, go_on: GoOn<'_>) -> Result<(u64, String), JobStop>;

    /// Judges so many days again by the lists and the policy in force.
    ///
    /// # Errors
    /// [`JobStop`].
    fn breaches(&self, ask: (u32, bool), go_on: GoOn<'_>) -> Result<BreachesFound, JobStop>;

    /// Counts trends.
    ///
    /// # Errors
    /// [`JobStop`].
    fn trends(&self, ask: &TrendsAsk, go_on: GoOn<'_>) -> Result<TrendsCounted, JobStop>;
}

/// Answers that tests set by hand.
#[derive(Debug, Default)]
pub struct FixedJobs {
    /// When long questions may begin.
    pub off_peak: Mutex<WeeklyHours>,
    /// What would be blocked today, and the other way round.
    pub breaches: BreachesFound,
    /// What was counted.
    pub trends: Mutex<TrendsCounted>,
    /// Steps of each question.
    pub steps: u64,
    /// What is wrong with the log; empty: nothing.
    pub fault: Mutex<String>,
}

impl FixedJobs {
    fn walk(&self, go_on: GoOn<'_>) -> Result<(), JobStop> {
        let fault = self.fault.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if !fault.is_empty() {
            return Err(JobStop::Works(WorksFault(fault.into())));
        }
        if (0..=self.steps).all(|step| go_on(step, self.steps)) { Ok(()) } else { Err(JobStop::Stopped) }
    }
}

impl JobWorks for FixedWorks {
    fn off_peak(&self) -> WeeklyHours {
        self.jobs.off_peak.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn long_file(&self, question: &LogQuestion, file: &LongFile<'_>, go_on: GoOn<'_>) -> Result<(u64, String), JobStop> {
        use super::asking::{AskingWorks, LogFileFault, LogFileOrder};
        self.jobs.walk(go_on)?;
        let shown = |name: &str, _: &str| name.to_owned();
        let order = LogFileOrder { kind: file.kind, by: file.by, because: file.because, most: usize::MAX, shown: &shown };
        let made = self.log_file(question, order).map_err(|fault| match fault {
            LogFileFault::TooMany => JobStop::TooMuch,
            LogFileFault::GivenUp => JobStop::Stopped,
            LogFileFault::Works(fault) => JobStop::Works(fault),
        })?;
        if made.rows > file.most.0 {
            return Err(JobStop::TooMuch);
        }
        let text = String::from_utf8_lossy(&made.bytes).lines().map(|line| format!("{line}\n")).collect::<String>();
        std::fs::write(file.out, text).map_err(|error| WorksFault(error.to_string().into()))?;
        Ok((made.rows, made.sha256))
    }

    fn breaches(&self, _ask: (u32, bool), go_on: GoOn<'_>) -> Result<BreachesFound, JobStop> {
        self.jobs.walk(go_on)?;
        Ok(self.jobs.breaches.clone())
    }

    fn trends(&self, _ask: &TrendsAsk, go_on: GoOn<'_>) -> Result<TrendsCounted, JobStop> {
        if !go_on(0, 1) {
            return Err(JobStop::Stopped);
        }
        Ok(self.jobs.trends.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }
}
