//! How accreditation stands in the running process: the last of each kind, told on the console, in metrics and, when it changes, in the log.

use super::due::Last;
use super::history::{History, Line, moment};
use super::{Installation, context_of, until};
use crate::accredit::{Certificate, Counts, Ran, Report, Standing, Told};
use crate::app::Judged;
use crate::config::{AccreditSettings, Config};
use crate::model::Timestamp;
use crate::telemetry::Metrics;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// What is known.
pub(in crate::app) struct Keeper {
    state: Mutex<State>,
    /// Somebody has asked for every suite, and it has not run to its end.
    asked: AtomicBool,
    /// Every suite runs now.
    running: AtomicBool,
    pub(super) bell: Notify,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) settings: AccreditSettings,
    pub(super) last: Last,
    counts: Option<Counts>,
    criteria: Vec<Told>,
}

impl Keeper {
    /// What the history says. One that cannot be read is said, and counts as none: nothing is claimed then.
    pub(in crate::app) fn open(config: &Config, judged: &Judged, now: Timestamp) -> Self {
        let state = State { settings: config.accredit.clone(), ..State::default() };
        let (asked, running) = (AtomicBool::default(), AtomicBool::default());
        let keeper = Self { state: Mutex::new(state), asked, running, bell: Notify::new() };
        let history = keeper.history();
        match history.lines() {
            Ok(lines) => keeper.state().last = Last::of(&lines),
            Err(fault) => tracing::error!(%fault, "accreditation: what was run cannot be read"),
        }
        let outcomes = match history.last() {
            Ok(Some(run)) => run.outcomes,
            Ok(None) => Vec::new(),
            Err(fault) => {
                tracing::error!(%fault, "accreditation: the last run cannot be read");
                Vec::new()
            }
        };
        let at = Installation { config, engine: &judged.engine, as_of: &judged.loaded.as_of, coverage: None };
        keeper.take(&Report::of(context_of(&at, now), outcomes));
        keeper
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every suite is to run now, in the thread of the schedule. `false`: it runs, or is about to.
    pub(in crate::app) fn ask(&self) -> bool {
        let new = !self.running.load(SeqCst) && !self.asked.swap(true, SeqCst);
        if new {
            self.bell.notify_one();
        }
        new
    }

    /// Does every suite run, or is it about to?
    pub(in crate::app) fn busy(&self) -> bool {
        self.running.load(SeqCst) || self.asked.load(SeqCst)
    }

    /// Has somebody asked for every suite?
    pub(super) fn is_asked(&self) -> bool {
        self.asked.load(SeqCst)
    }

    /// Every suite begins.
    pub(super) fn begins(&self) {
        self.running.store(true, SeqCst);
    }

    /// The thread has ended, in whatever way: if every suite ran, what was asked is done.
    pub(super) fn ended(&self) {
        if self.running.load(SeqCst) {
            self.asked.store(false, SeqCst);
            self.running.store(false, SeqCst);
        }
    }

    pub(super) fn history(&self) -> History {
        History::at(&self.state().settings.folder)
    }

    /// Settings of a reload.
    pub(in crate::app) fn settings(&self, settings: &AccreditSettings) {
        self.state().settings = settings.clone();
    }

    /// The criteria of a report.
    pub(super) fn take(&self, report: &Report) {
        let mut state = self.state();
        state.counts = Some(report.counts);
        state.criteria = report.criteria.iter().map(Told::from).collect();
    }

    /// What others, such as `lifeguard accredit` beside this process, have added to the history.
    pub(super) fn look(&self) {
        match self.history().lines() {
            Ok(lines) => self.state().last = Last::of(&lines),
            Err(fault) => tracing::warn!(%fault, "accreditation: what was run cannot be read"),
        }
    }

    /// Does it pass now?
    pub(in crate::app) fn passing(&self, now: Timestamp) -> Option<bool> {
        self.stand(now, Vec::new()).passing
    }

    /// How it stands now.
    pub(in crate::app) fn standing(&self, now: Timestamp) -> Standing {
        let criteria = self.state().criteria.clone();
        self.stand(now, criteria)
    }

    fn stand(&self, now: Timestamp, criteria: Vec<Told>) -> Standing {
        let state = self.state();
        let ran = |line: &Line| moment(&line.at).map(|at| Ran { at, passing: line.passing, not_passing: line.not_passing.clone() });
        let run = state.last.run.as_ref().and_then(ran);
        let life = state.settings.certificate_for;
        let certificate = state.last.certificate.as_ref().and_then(|line| {
            let name = line.certificate.clone()?;
            moment(&line.at).map(|at| Certificate { name, until: until(at, life) })
        });
        let standing = Standing {
            schedule: state.settings.schedule,
            canary: state.last.canary.as_ref().and_then(ran),
            counts_until: run.as_ref().map(|run| until(run.at, life)),
            run,
            certificate,
            counts: state.counts,
            criteria,
            ..Standing::default()
        };
        standing.settled(now)
    }
}

/// Carries it into the metrics.
pub(super) fn measure(standing: &Standing, metrics: &Metrics) {
    let seconds = |at: Option<Timestamp>| at.map_or(0, Timestamp::seconds);
    let figures = &metrics.accreditation;
    figures.passing.set(standing.passing.map_or(f64::NAN, |passing| f64::from(u8::from(passing))));
    figures.not_passing.set(i64::try_from(standing.not_passing.len()).unwrap_or(i64::MAX));
    figures.canary.set(seconds(standing.canary.as_ref().map(|ran| ran.at)));
    figures.run.set(seconds(standing.run.as_ref().map(|ran| ran.at)));
    figures.counts_until.set(seconds(standing.counts_until));
}
