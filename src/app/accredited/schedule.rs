//! The running process checks itself (standards A2, U23): the canary through its own listeners, every suite at night, a certificate each quarter.
//! What no longer holds is told at once, in the log, in the metrics and on the console.
//!
//! Must never hold up a request: a thread of its own with the lowest priority does the work.

use super::history::{FullRun, Line, What};
use super::keeper::measure;
use super::{Installation, context_of, write_pack};
use crate::accredit::{Context, Outcome, Report, Standing, Verdict, outcome_words};
use crate::app::accredit::{Wanted, canary, live_canary, run};
use crate::app::{App, lower_priority};
use crate::config::Config;
use crate::model::Timestamp;
use crate::record::EventKind;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

/// The first look comes this long after the start, so that nobody who has just started waits for it.
const FIRST: Duration = Duration::from_secs(120);
/// How often it is looked whether something is due.
const LOOK: Duration = Duration::from_secs(60);
/// No canary takes longer.
const CANARY_LASTS: Duration = Duration::from_secs(600);
/// No run of every suite takes longer.
const RUN_LASTS: Duration = Duration::from_secs(12 * 3600);
/// Certificates that are kept: two years.
const CERTIFICATES: usize = 8;

impl App {
    /// Checks this process, again and again.
    pub(in crate::app) async fn accredit_itself(self: Arc<Self>) {
        let every = self.accredited.state().settings.canary_every;
        self.measured();
        self.wait(FIRST.min(every)).await;
        loop {
            let app = Arc::clone(&self);
            let (done, over) = tokio::sync::oneshot::channel::<()>();
            let work = std::thread::Builder::new().name("accredit".into()).spawn(move || {
                lower_priority();
                app.accredit_once();
                // Nobody waits any more: the process ends.
                let _ended = done.send(());
            });
            match work {
                Ok(_) => self.wait_for(over).await,
                Err(error) => tracing::error!(%error, "no thread for accreditation"),
            }
            self.accredited.ended();
            let every = self.accredited.state().settings.canary_every;
            self.wait(LOOK.min(every)).await;
        }
    }

    /// Waits so long, or until somebody asks on the console.
    async fn wait(&self, long: Duration) {
        tokio::select! {
            () = tokio::time::sleep(long) => {}
            () = self.accredited.bell.notified() => {}
        }
    }

    /// Waits until the work is over. Meanwhile what stands gets older, and that is told: the work may hang.
    async fn wait_for(&self, mut over: tokio::sync::oneshot::Receiver<()>) {
        while tokio::time::timeout(LOOK, &mut over).await.is_err() {
            self.measured();
        }
    }

    /// Carries how it stands into the metrics, and tells what has changed.
    fn measured(&self) {
        let after = self.accredited.standing(self.clock.now().wall);
        measure(&after, &self.metrics);
        let before = self.accredited.state().told.replace(after.clone());
        if let Some(before) = before {
            self.tell_change(&before, &after);
        }
    }

    /// Does what is due, if anything is.
    fn accredit_once(&self) {
        self.accredited.look();
        let engine = Arc::clone(&self.proxy.live.load().engine);
        let (zone, policy) = (engine.policy.rules().zone.clone(), engine.policy.version().to_string());
        let due = {
            let state = self.accredited.state();
            state.settings.schedule.then(|| state.last.due(&state.settings, self.clock.now().wall, (&zone, &policy))).flatten()
        };
        // Who asked gets every suite, and with it the certificate if one is due.
        let due = if self.accredited.is_asked() { due.filter(|what| *what == What::Certificate).or(Some(What::Run)) } else { due };
        if let Some(what) = due {
            if what != What::Canary {
                self.accredited.begins();
            }
            self.accredit_now(what);
            self.accredited.look();
        }
        self.measured();
    }

    fn accredit_now(&self, what: What) {
        let started = Instant::now();
        let at = self.clock.now().wall;
        let engine = Arc::clone(&self.proxy.live.load().engine);
        let run = || {
            self.config_in_force().and_then(|config| match what {
                What::Canary => self.send_canary(&config),
                What::Run | What::Certificate => self.run_all(&config, what),
            })
        };
        let line = line_of(what, at, run);
        let (policy_version, list_version) = (Some(engine.policy.version().to_string()), Some(engine.list_version().to_string()));
        self.accredited.took(Line { took: started.elapsed().as_secs_f64(), policy_version, list_version, ..line });
    }

    /// The settings, if they are those in force.
    fn config_in_force(&self) -> Result<Config, String> {
        let config = (self.written.read)().map_err(|_| "the settings cannot be read: see `lifeguard check`".to_owned())?;
        let same = config.policy.version == *self.proxy.live.load().engine.policy.version();
        if same { Ok(config) } else { Err("the settings are not those in force: reload first".into()) }
    }

    fn send_canary(&self, config: &Config) -> Result<Line, String> {
        let engine = Arc::clone(&self.proxy.live.load().engine);
        let listeners = (self.standing.listeners(), &self.own[..]);
        let outcomes = within((CANARY_LASTS, tokio::time::sleep), async {
            let marks = (&self.accredited.canaries, &*self.clock);
            let mut outcomes = live_canary(config, &|| Arc::clone(&self.proxy.live.load().engine), listeners, marks).await?;
            outcomes.extend(canary(config, &*engine).await?);
            Ok::<Vec<Outcome>, crate::app::accredit::AccreditFault>(outcomes)
        });
        let outcomes = outcomes?.map_err(|fault| fault.to_string())?;
        let bad = |outcome: &&Outcome| matches!(outcome.verdict, Verdict::Fail(_) | Verdict::NotRun(_));
        let not_passing: Vec<String> = outcomes.iter().filter(bad).map(outcome_words).collect();
        let at = self.clock.now().wall.to_string();
        Ok(Line { at, passing: not_passing.is_empty(), not_passing, ..Line::of(What::Canary) })
    }

    fn run_all(&self, config: &Config, what: What) -> Result<Line, String> {
        let live = self.proxy.live.load_full();
        let as_of = self.as_of();
        let wanted = Wanted { as_of: as_of.clone(), ..Wanted::default() };
        let told = |suite: &str| tracing::debug!("accreditation: {suite}");
        let outcomes =
            within((RUN_LASTS, tokio::time::sleep), run(config, &*live.engine, &wanted, &told))?.map_err(|fault| fault.to_string())?;
        let groups = live.engine.policy.groups_to_tell().into_iter();
        let coverage = groups.map(|group| live.engine.coverage(group, live.counted(group, self.started))).collect();
        let at = Installation { config, engine: &live.engine, as_of: &as_of, coverage: Some(coverage) };
        let context = context_of(&at, self.clock.now().wall);
        let report = Report::of(context.clone(), outcomes);
        if let Err(fault) = self.accredited.history().keep_last(&FullRun::of(&report)) {
            tracing::error!(%fault, "accreditation: the last run cannot be kept");
        }
        let certificate = (what == What::Certificate && report.passing).then(|| self.certify(context, &report)).flatten();
        self.accredited.take(&report);
        Ok(Line {
            at: report.installation.made.to_string(),
            passing: report.passing,
            not_passing: report.not_passing,
            counts: Some(report.counts),
            certificate: certificate.clone(),
            ..Line::of(if certificate.is_some() { What::Certificate } else { What::Run })
        })
    }

    /// When the source of each list in force was made or fetched.
    fn as_of(&self) -> BTreeMap<Arc<str>, Timestamp> {
        self.news.lock().unwrap_or_else(PoisonError::into_inner).as_of.clone()
    }

    /// Writes the certificate of a run that passed: a signed pack. Its name, if it could be written.
    fn certify(&self, context: Context, report: &Report) -> Option<String> {
        let folder = self.accredited.history().folder().join("certificates");
        let name: String = report.installation.made.to_string().chars().filter(|c| c.is_ascii_alphanumeric()).take(15).collect();
        let written = std::fs::create_dir_all(&folder).map_err(|error| error.to_string()).and_then(|()| {
            let key = (self.standing.log_folder(), &self.store.signer());
            write_pack(report.outcomes.clone(), context, &folder.join(&name), key).map_err(|fault| fault.to_string())
        });
        match written {
            Ok(_) => {
                self.event(
                    EventKind::Accreditation,
                    &format!("no suite failed, {}: the certificate is in {}", in_part(report), folder.join(&name).display()),
                );
                prune(&folder);
                Some(name)
            }
            Err(fault) => {
                tracing::error!(%fault, "accreditation: the certificate cannot be written");
                None
            }
        }
    }

    /// What no longer holds, or holds again, is told once.
    fn tell_change(&self, before: &Standing, after: &Standing) {
        if before.passing == after.passing && before.not_passing == after.not_passing {
            return;
        }
        match after.passing {
            Some(false) => {
                let text = format!("NOT PASSING: {}", after.not_passing.join("; "));
                tracing::error!("accreditation: {text}");
                self.event(EventKind::Accreditation, &text);
            }
            Some(true) => self.event(EventKind::Accreditation, "passing: no suite failed, and the canary holds"),
            None if before.passing == Some(false) => {
                self.event(EventKind::Accreditation, "the canary holds again; not every suite has run yet");
            }
            None => {}
        }
    }
}

/// How many checks hold in part.
fn in_part(report: &Report) -> String {
    match report.outcomes.iter().filter(|outcome| matches!(outcome.verdict, Verdict::Amber(_))).count() {
        0 => "and all hold whole".to_owned(),
        count => format!("{count} of {} checks hold in part", report.outcomes.len()),
    }
}

/// What was found. A run that does not come to its end, or breaks off, is told like one that fails: what was found before it must not count on.
fn line_of(what: What, at: Timestamp, run: impl FnOnce() -> Result<Line, String>) -> Line {
    let broke = |_| Err("it broke off: the log of the program says where".to_owned());
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(broke).unwrap_or_else(|fault| Line {
        at: at.to_string(),
        not_passing: vec![format!("it was not run: {fault}")],
        ..Line::of(if what == What::Canary { What::Canary } else { What::Run })
    })
}

/// One thread: what is checked here may take its time, and not more. How one waits for so long is told with it.
fn within<T, W: Future<Output = ()>>(
    (most, wait): (Duration, impl FnOnce(Duration) -> W),
    work: impl Future<Output = T>,
) -> Result<T, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
    let done = runtime.block_on(async {
        tokio::select! {
            biased;
            done = work => Some(done),
            () = wait(most) => None,
        }
    });
    done.ok_or_else(|| format!("it took longer than {} minutes", most.as_secs() / 60))
}

/// The oldest certificates go.
fn prune(folder: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut all: Vec<_> = entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    all.sort();
    let old = all.len().saturating_sub(CERTIFICATES);
    for path in &all[..old] {
        if let Err(error) = std::fs::remove_dir_all(path) {
            tracing::warn!(%error, path = %path.display(), "an old certificate cannot be taken away");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use std::future::{pending, ready};

    const AT: Timestamp = Timestamp(1_764_000_000_000_000);

    #[test]
    fn a_run_that_hangs_is_ended_after_twelve_hours_and_told_as_one_that_fails() {
        struct Ends<'a>(&'a Cell<bool>);
        impl Drop for Ends<'_> {
            fn drop(&mut self) {
                self.0.set(true);
            }
        }
        let (waited, ended) = (Cell::new(Duration::ZERO), Cell::new(false));
        // A clock on which those hours have passed.
        let passed = |most| {
            waited.set(most);
            ready(())
        };
        let hangs = async {
            let _ends = Ends(&ended);
            pending::<Line>().await
        };
        let line = line_of(What::Certificate, AT, || within((RUN_LASTS, passed), hangs));
        assert_eq!((waited.get(), ended.get()), (Duration::from_secs(12 * 3600), true), "what it held is given back");
        assert_eq!((line.what, line.passing, line.certificate), (What::Run, false, None));
        assert_eq!((line.at, line.not_passing), (AT.to_string(), vec!["it was not run: it took longer than 720 minutes".to_owned()]));
    }

    #[test]
    fn what_ends_in_time_counts_and_what_breaks_off_does_not() {
        let found = Line { passing: true, ..Line::of(What::Certificate) };
        let line = line_of(What::Certificate, AT, || within((RUN_LASTS, tokio::time::sleep), ready(found.clone())));
        assert_eq!(line, found);
        let line = line_of(What::Canary, AT, || within((CANARY_LASTS, tokio::time::sleep), async { panic!("a suite breaks off") }));
        assert_eq!((line.what, line.passing), (What::Canary, false));
        assert_eq!(line.not_passing, ["it was not run: it broke off: the log of the program says where"]);
    }
}
