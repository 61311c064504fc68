//! How accreditation stands in the running process: the last of each kind, told on the console, in metrics and, when it changes, in the log.

use super::due::{Last, is_of_others};
use super::history::{History, Line, moment};
use super::{Installation, context_of, until};
use crate::accredit::{Certificate, Counts, Ran, Report, Standing, Told};
use crate::app::Judged;
use crate::app::canaries::Canaries;
use crate::config::{AccreditSettings, Config};
use crate::model::Timestamp;
use crate::telemetry::Metrics;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// Lines that are held where the disk takes none.
const MOST_UNKEPT: usize = 16;
/// A canary counts for three turns, and for so long at least: it may take its time on a busy machine.
const LEAST: Duration = Duration::from_secs(900);

fn too_old(settings: &AccreditSettings) -> Duration {
    LEAST.max(settings.canary_every.saturating_mul(3))
}

/// What is known.
pub(in crate::app) struct Keeper {
    state: Mutex<State>,
    /// Somebody has asked for every suite, and it has not run to its end.
    asked: AtomicBool,
    /// Every suite runs now.
    running: AtomicBool,
    pub(super) bell: Notify,
    /// What this process has asked its own listeners.
    pub(in crate::app) canaries: Canaries,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) settings: AccreditSettings,
    pub(super) last: Last,
    /// Lines that could not be kept on the disk: they count all the same.
    unkept: Vec<Line>,
    /// Version of the settings in force.
    policy: String,
    /// What was told last.
    pub(super) told: Option<Standing>,
    counts: Option<Counts>,
    criteria: Vec<Told>,
}

impl Keeper {
    /// What the history says. One that cannot be read is said, and counts as none: nothing is claimed then.
    pub(in crate::app) fn open(config: &Config, judged: &Judged, now: Timestamp) -> Self {
        let policy = judged.engine.policy.version().to_string();
        let state = State { settings: config.accredit.clone(), policy, ..State::default() };
        let (asked, running) = (AtomicBool::default(), AtomicBool::default());
        let keeper = Self { state: Mutex::new(state), asked, running, bell: Notify::new(), canaries: Canaries::default() };
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
    pub(in crate::app) fn settings(&self, settings: &AccreditSettings, policy: &str) {
        let mut state = self.state();
        (state.settings, state.policy) = (settings.clone(), policy.to_owned());
    }

    /// Something was run. It counts from now on, whether or not it can be kept; that it cannot is said.
    pub(super) fn took(&self, line: Line) {
        let mut waiting = {
            let mut state = self.state();
            state.last.take(&line);
            state.unkept.clone()
        };
        waiting.push(line);
        let history = self.history();
        while let Some(line) = waiting.first() {
            if let Err(fault) = history.add(line) {
                tracing::error!(%fault, "accreditation: what was run cannot be kept");
                break;
            }
            waiting.remove(0);
        }
        waiting.drain(..waiting.len().saturating_sub(MOST_UNKEPT));
        self.state().unkept = waiting;
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
            Ok(lines) => {
                let mut state = self.state();
                state.last = Last::of(&lines);
                let State { last, unkept, .. } = &mut *state;
                unkept.iter().for_each(|line| last.take(line));
            }
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
            canary_until: state.last.canary.as_ref().and_then(|line| moment(&line.at)).map(|at| until(at, too_old(&state.settings))),
            canary: state.last.canary.as_ref().and_then(ran),
            unkept: !state.unkept.is_empty(),
            of_other_settings: is_of_others(state.last.run.as_ref(), &state.policy),
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
