//! Long questions to the log: one at a time, away from pages, when the place is quiet (issue 7; standards D7). Reports by mail and the
//! trends of a week are of the same queue: one thread asks the log for all of them.
//!
//! A question that was under way when the program ended is begun again, three times at most. What came of one is kept for a week, for
//! whoever ordered it alone. Must never give anything to somebody whose right to it is over.

use super::accounts::{self, Account};
use super::asking::{AskFault, Asker};
use super::audit::Act;
use super::desk::Desk;
use super::job_rows::{self as rows, Job, Outcome, State, Wants};
use super::job_works::{GoOn, JobStop, LongFile};
use super::releases;
use super::roles::{Action, may};
use super::watch::WatchFault;
use crate::model::Timestamp;
use crate::record::EventKind;
use std::collections::BTreeSet;
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The folder of files, in the console's.
const FOLDER: &str = "jobs";
/// What came of one is kept for so long.
pub(super) const KEPT_DAYS: i64 = 7;
const DAY_US: i64 = 86_400 * 1_000_000;
/// Most rows and bytes of a file: it is handed over whole.
pub(super) const MOST: (u64, u64) = (1_000_000, 32 * 1024 * 1024);
/// One is begun so often.
const TRIES: i64 = 3;
/// Why there is nothing: what stands in the file, and what people read.
pub(super) const REASONS: [(&str, &str); 5] = [
    (NO_RIGHT, "jobs.no_right"),
    (BROKEN_OFF, "jobs.broken_off"),
    (UNREADABLE, "jobs.unreadable"),
    (NOBODY, "jobs.nobody"),
    (TOO_LONG, "jobs.too_long"),
];
const NO_RIGHT: &str = "no right";
const BROKEN_OFF: &str = "broken off";
const UNREADABLE: &str = "it cannot be read";
const NOBODY: &str = "nobody of that pseudonym is in that time";
const TOO_LONG: &str = "not everybody of that time could be looked at";
/// Between two looks at whether it was called off.
const LOOK: Duration = Duration::from_millis(500);

/// What ordering and having it takes.
pub(super) fn needs(wants: &Wants) -> Action {
    match wants {
        Wants::File { .. } => Action::ExportLog,
        Wants::Breaches { .. } | Wants::Trends | Wants::Programs { .. } => Action::SeeHosts,
    }
}

impl Desk {
    /// Does what waits, until nothing is left or `stop` is set: reports and trends that are due, then long questions in their turn. For one
    /// thread alone.
    ///
    /// # Errors
    /// [`WatchFault`]: it is tried again.
    pub fn work_off(&self, stop: &AtomicBool) -> Result<(), WatchFault> {
        self.take_up_again()?;
        self.clear_out()?;
        loop {
            self.send_reports()?;
            let job = self.next_job()?;
            if !job.as_ref().is_some_and(|job| job.urgent) {
                self.count_the_week(stop)?;
            }
            let Some(job) = job.filter(|_| !stop.load(Ordering::Relaxed)) else { return Ok(()) };
            self.do_job(&job, stop)?;
        }
    }

    /// The file of a long question.
    pub(super) fn job_file(&self, id: i64) -> PathBuf {
        self.book.folder().join(FOLDER).join(format!("J-{id}"))
    }

    /// May what does not hurry begin now?
    pub(super) fn is_off_peak(&self) -> bool {
        let now = self.clock.now().wall.civil().to_zoned(self.works.zone()).datetime();
        self.works.off_peak().contains(now)
    }

    fn next_job(&self) -> Result<Option<Job>, WatchFault> {
        let off_peak = self.is_off_peak();
        Ok(self.book.read(|book| rows::next(book, off_peak))?)
    }

    /// The program ended while one was under way.
    fn take_up_again(&self) -> Result<(), WatchFault> {
        for job in self.book.read(rows::running)? {
            self.book.change(|book| {
                let now = self.clock.now().wall;
                if job.tries >= TRIES {
                    rows::end(book, job.id, State::Failed, &Outcome { result: BROKEN_OFF.into(), ..Outcome::default() }, now)?;
                    return Ok(self.record_itself(EventKind::LongQuestion, format!("J-{} is given up: broken off {TRIES} times", job.id))?);
                }
                rows::again(book, job.id)?;
                let did = format!("J-{} was broken off by the end of the program, and waits again", job.id);
                Ok::<_, WatchFault>(self.record_itself(EventKind::LongQuestion, did)?)
            })?;
        }
        Ok(())
    }

    /// Takes out what was kept long enough, and files that are nobody's.
    fn clear_out(&self) -> Result<(), WatchFault> {
        let before = Timestamp(self.clock.now().wall.0 - KEPT_DAYS * DAY_US);
        for job in self.book.read(|book| rows::over(book, before))? {
            self.book.change(|book| {
                rows::forget(book, job.id)?;
                Ok::<_, WatchFault>(self.record_itself(EventKind::LongQuestion, format!("J-{} is taken out: its time is over", job.id))?)
            })?;
        }
        let Ok(files) = std::fs::read_dir(self.book.folder().join(FOLDER)) else { return Ok(()) };
        let known: BTreeSet<String> = self.book.read(rows::numbers)?.into_iter().map(|id| format!("J-{id}")).collect();
        for file in files.flatten().filter(|file| !known.contains(&*file.file_name().to_string_lossy())) {
            drop(std::fs::remove_file(file.path()));
        }
        Ok(())
    }

    fn do_job(&self, job: &Job, stop: &AtomicBool) -> Result<(), WatchFault> {
        let now = self.clock.now().wall;
        let owner = self.book.read(|book| accounts::numbered(book, job.account))?;
        // Trends and programs are counted for those who reach every site.
        let reaches = |owner: &Account| owner.reach.is_all() || !matches!(job.wants, Wants::Trends | Wants::Programs { .. });
        let right = |owner: &Account| owner.closed(now).is_none() && reaches(owner) && may(Some(owner.role), needs(&job.wants));
        let Some(owner) = owner.filter(right) else {
            return self.end_job(job, None, State::Failed, Outcome { result: NO_RIGHT.into(), ..Outcome::default() });
        };
        self.book.change(|book| {
            rows::begin(book, (job.id, &owner.reach), now)?;
            self.record_job(job, Some(&owner), &format!("J-{} begins", job.id))
        })?;
        let looked = Mutex::new(None::<Instant>);
        let go_on = |done, of| {
            if stop.load(Ordering::Relaxed) {
                return false;
            }
            let mut looked = looked.lock().unwrap_or_else(PoisonError::into_inner);
            if looked.is_some_and(|at| at.elapsed() < LOOK) {
                return true;
            }
            *looked = Some(Instant::now());
            // A book that cannot be written now stops nothing: the end of the question is written, or tried again.
            self.book.change(|book| rows::progress(book, job.id, (done, of))).unwrap_or(true)
        };
        let (state, outcome) = match self.answer_job(job, &owner, &go_on) {
            Ok(outcome) => (State::Done, outcome),
            // It is taken up again at the next start.
            Err(JobStop::Stopped) if stop.load(Ordering::Relaxed) => return Ok(()),
            Err(JobStop::Stopped) => (State::CalledOff, Outcome::default()),
            Err(JobStop::TooMuch) => (State::TooMuch, Outcome::default()),
            Err(JobStop::Works(fault)) => (State::Failed, Outcome { result: fault.to_string(), ..Outcome::default() }),
        };
        self.end_job(job, Some(&owner), state, outcome)
    }

    fn end_job(&self, job: &Job, owner: Option<&Account>, state: State, outcome: Outcome) -> Result<(), WatchFault> {
        if state != State::Done {
            drop(std::fs::remove_file(self.job_file(job.id)));
        }
        let file = if outcome.sha256.is_empty() { String::new() } else { format!(", {} rows, SHA-256 {}", outcome.rows, outcome.sha256) };
        self.book.change(|book| {
            rows::end(book, job.id, state, &outcome, self.clock.now().wall)?;
            self.record_job(job, owner, &format!("J-{} is over: {}{file}", job.id, state.word()))
        })
    }

    fn record_job(&self, job: &Job, owner: Option<&Account>, did: &str) -> Result<(), WatchFault> {
        let act = Act::new(owner.map_or("", |owner| &owner.name), owner.map(|owner| owner.role), needs(&job.wants), did);
        let act = owner.map_or_else(|| act.clone(), |owner| act.clone().at(&owner.reach));
        Ok(self.record_act(EventKind::LongQuestion, &act.asking(&job.wants.in_words()).because(&job.purpose))?)
    }

    fn answer_job(&self, job: &Job, owner: &Account, go_on: GoOn<'_>) -> Result<Outcome, JobStop> {
        match &job.wants {
            Wants::File { .. } => self.make_file(job, owner, go_on),
            Wants::Breaches { days, reverse } => {
                let found = self.works.breaches(&owner.reach, (*days, *reverse), go_on)?;
                let rows = u64::try_from(found.rows.len()).unwrap_or(0);
                Ok(Outcome { rows, result: serde_json::to_string(&found).unwrap_or_default(), ..Outcome::default() })
            }
            Wants::Programs { days, few, site } => {
                let found = self.works.programs((*days, *few, site), go_on)?;
                let rows = u64::try_from(found.rows.len()).unwrap_or(0);
                Ok(Outcome { rows, result: serde_json::to_string(&found).unwrap_or_default(), ..Outcome::default() })
            }
            Wants::Trends => self.count_trends(&owner.name, go_on).map(|()| Outcome::default()),
        }
    }

    /// People are pseudonyms in it, always: names are revealed for hours, and a file stands for days.
    fn make_file(&self, job: &Job, owner: &Account, go_on: GoOn<'_>) -> Result<Outcome, JobStop> {
        let (Wants::File { question, asked, .. }, Some(kind)) = (&job.wants, job.wants.kind()) else {
            return Err(words(UNREADABLE).into());
        };
        let out = self.job_file(job.id);
        make_folder(&out)?;
        let now = self.clock.now().wall;
        let sight = self.book.read(|book| releases::sight(book, owner, &*self.works, now)).map_err(|fault| words(&fault.to_string()))?;
        let asker = Asker { works: &*self.works, pseudonyms: &self.pseudonyms, given: BTreeSet::new(), sight };
        let not = |fault: AskFault| match fault {
            AskFault::TooMany => JobStop::TooMuch,
            AskFault::GivenUp => words(TOO_LONG).into(),
            AskFault::Question(_) => words(UNREADABLE).into(),
            AskFault::Works(_) | AskFault::Book(_) => words(&fault.to_string()).into(),
        };
        // Without the key nothing has a pseudonym, and nothing may go out.
        self.pseudonyms.of("").map_err(|fault| words(&fault.to_string()))?;
        let Some(question) = asker.read(question, Timestamp(*asked)).map_err(not)? else {
            return Err(words(NOBODY).into());
        };
        let shown = |name: &str| self.pseudonyms.of(name).unwrap_or_else(|_| "person".to_owned());
        let file = LongFile { kind, out: &out, by: &owner.name, because: &job.purpose, most: MOST, shown: &shown };
        let (rows, sha256) = self.works.long_file(&question, &file, go_on)?;
        Ok(Outcome { rows, sha256, ..Outcome::default() })
    }
}

pub(super) fn words(text: &str) -> super::works::WorksFault {
    super::works::WorksFault(text.into())
}

fn make_folder(file: &Path) -> Result<(), JobStop> {
    let Some(folder) = file.parent() else { return Ok(()) };
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| JobStop::Works(words(&error.to_string())))
}
