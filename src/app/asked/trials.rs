//! Trials of lists that somebody asked for on the console: one at a time, on a thread of its own with the lowest priority, kept for an hour
//! in memory. Nothing that is tried is in force.

use super::met;
use crate::admin::{BadPlace, NewSource, NoisyHost, Trial, TrialFound, TrialList, TrialOf, TrialState, WouldMeet};
use crate::app::{Roads, lower_priority};
use crate::config::{self, Config, Source};
use crate::feeds::{self, BuiltIn, Compared, FeedFault, Job, Rehearsal, SourceFolder};
use crate::lists::{ImageDiff, ListDiff, ListReport};
use crate::model::Timestamp;
use crate::store::query::Filter;
use crate::store::quietly;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Trials that are kept.
const KEPT: usize = 16;
/// For how long.
const FOR_S: i64 = 3600;
/// Days of the log that are looked through.
const DAYS_S: i64 = 7 * 86_400;
/// Hosts and bad lines that are shown.
const SHOWN: usize = 20;

/// What people at the console try.
#[derive(Default)]
pub(in crate::app) struct Asking {
    pub(in crate::app) trials: Arc<Trials>,
}

/// All of them.
#[derive(Default)]
pub(in crate::app) struct Trials(Mutex<Vec<Kept>>);

struct Kept {
    id: String,
    by: String,
    began: Timestamp,
    trial: Trial,
}

/// What a trial needs.
pub(super) struct Task {
    /// What is tried.
    pub(super) of: TrialOf,
    /// The settings, with a new source among theirs.
    pub(super) config: Arc<Config>,
    /// Where this process listens: never to be dialled.
    pub(super) own: Vec<SocketAddr>,
    /// Now.
    pub(super) now: Timestamp,
}

impl Trials {
    fn lock(&self) -> MutexGuard<'_, Vec<Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins one: its number. `None`: another one runs, or there is no thread.
    pub(super) fn begin(self: &Arc<Self>, task: Task, by: &str) -> Option<String> {
        let id = crate::credential::Token::fresh().ok()?.for_people();
        let mut all = self.lock();
        all.retain(|kept| task.now.seconds() - kept.began.seconds() < FOR_S || kept.trial.state == TrialState::Running);
        if all.iter().any(|kept| kept.trial.state == TrialState::Running) {
            return None;
        }
        let over = (all.len() + 1).saturating_sub(KEPT);
        all.drain(..over);
        let trial = Trial { of: task.of.clone(), state: TrialState::Running };
        let (kept, began, of) = (Arc::clone(self), task.now, id.clone());
        let work = move || {
            lower_priority();
            let state = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| tried(&task)));
            kept.ended(&of, state.unwrap_or_else(|_| TrialState::Refused("it could not be looked at".to_owned())));
        };
        std::thread::Builder::new().name("trial".into()).spawn(work).ok()?;
        all.push(Kept { id: id.clone(), by: by.to_owned(), began, trial });
        Some(id)
    }

    fn ended(&self, id: &str, state: TrialState) {
        if let Some(kept) = self.lock().iter_mut().find(|kept| kept.id == id) {
            kept.trial.state = state;
        }
    }

    /// A trial of this person.
    pub(super) fn of(&self, id: &str, by: &str) -> Option<Trial> {
        self.lock().iter().find(|kept| kept.id == id && kept.by == by).map(|kept| kept.trial.clone())
    }

    /// The source of a good trial of this person.
    pub(super) fn good(&self, id: &str, by: &str) -> Option<NewSource> {
        let trial = self.of(id, by)?;
        match (trial.of, trial.state) {
            (TrialOf::New(new), TrialState::Good(_)) => Some(*new),
            _ => None,
        }
    }

    /// It was used: it cannot be used again.
    pub(super) fn forget(&self, id: &str) {
        self.lock().retain(|kept| kept.id != id);
    }
}

/// A trial from beginning to end.
fn tried(task: &Task) -> TrialState {
    let name = match &task.of {
        TrialOf::New(new) => &new.name,
        TrialOf::Source(name) => name,
        TrialOf::All => return all(task).unwrap_or_else(|fault| TrialState::Refused(fault.to_string())),
    };
    let Some(source) = task.config.lists.sources.iter().find(|source| source.name == *name) else {
        return TrialState::Refused("it is not among the settings any more".to_owned());
    };
    let config = with_what_came(&task.config, name);
    let brought = if source.fetch.is_some() { fetched(task, &config, source) } else { here(&config, source) };
    match brought {
        Ok(rehearsal) => TrialState::Good(Box::new(found(&config, &rehearsal, source, task.now))),
        Err(why) => TrialState::Refused(why),
    }
}

/// The settings without other sources that never came: they hold up no trial.
fn with_what_came(config: &Config, name: &str) -> Config {
    let came = |source: &Source| SourceFolder::of(&config.lists, &source.name).state().is_ok_and(|state| state.current.is_some());
    let mut config = config.clone();
    let sources = std::mem::take(&mut config.lists.sources);
    config.lists.sources = sources.into_iter().filter(|source| source.name == name || source.fetch.is_none() || came(source)).collect();
    config
}

fn here(config: &Config, source: &Source) -> Result<Rehearsal, String> {
    match feeds::rehearse_here(&config.lists, config::builtin_list as BuiltIn, source) {
        Ok(Ok(rehearsal)) => Ok(rehearsal),
        Ok(Err(refused)) => Err(refused.to_string()),
        Err(fault) => Err(fault.to_string()),
    }
}

fn fetched(task: &Task, config: &Config, source: &Source) -> Result<Rehearsal, String> {
    let told = |fault: &dyn std::fmt::Display| fault.to_string();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| told(&error))?;
    let road = Roads::open(config, task.own.clone()).map_err(|fault| told(&fault))?;
    let (settings, builtin) = (config.lists.clone(), config::builtin_list as BuiltIn);
    let job = Arc::new(Job { settings, builtin, source: source.clone(), road, now: task.now });
    let brought = runtime.block_on(job.rehearse(true));
    if matches!(task.of, TrialOf::New(_)) {
        feeds::forget_never_came(&config.lists, &source.name);
    }
    match brought {
        Ok(Ok(rehearsal)) => Ok(rehearsal),
        Ok(Err(refused)) => Err(told(&refused)),
        Err(trouble) => Err(told(&trouble)),
    }
}

/// Whom it would meet in the last days.
fn meets(config: &Config, whole: &Compared, of: Option<&Source>, now: Timestamp) -> Result<WouldMeet, String> {
    let filter = Filter { from: Some(Timestamp::from_seconds(now.seconds() - DAYS_S)), ..Filter::default() };
    let met = quietly(|| met(config, whole, &filter, of)).map_err(|fault| fault.to_string())?;
    let noisiest = met.noisiest().into_iter().take(SHOWN).map(|((host, list), counted)| NoisyHost {
        host: host.clone(),
        list: list.clone(),
        people: counted.people(),
        requests: counted.requests,
    });
    Ok(WouldMeet { judged: met.judged, requests: met.requests(), hosts: met.hosts.len(), noisiest: noisiest.collect() })
}

fn found(config: &Config, rehearsal: &Rehearsal, source: &Source, now: Timestamp) -> TrialFound {
    let Rehearsal { compiled, diff, whole } = rehearsal;
    let diffs = || diff.iter().flat_map(|diff| &diff.lists);
    let list = |report: &ListReport| {
        let known = diffs().find(|diff| diff.name == report.name);
        TrialList {
            bad: report.rejected + report.unsupported,
            lines: bad_places(report),
            ..listed(&report.name, Some(report.entries), known)
        }
    };
    let gone = diffs().filter(|diff| diff.now.is_none()).map(|diff| listed(&diff.name, None, Some(diff)));
    let lists = compiled.report.lists.iter().map(list).chain(gone).collect();
    let meets = whole.as_ref().map(|whole| meets(config, whole, Some(source), now));
    TrialFound { lists, alarms: Vec::new(), meets }
}

fn listed(name: &str, now: Option<u64>, diff: Option<&ListDiff>) -> TrialList {
    let before = diff.and_then(|diff| diff.before);
    // Of a list that was not there before everything is new.
    let changed = diff.and_then(|diff| diff.keys).or_else(|| now.filter(|_| before.is_none()).map(|now| (now, 0)));
    TrialList { name: name.to_owned(), before, now, changed, ..TrialList::default() }
}

/// Of the file only its name: where it stands on this machine is nobody's business here. What was fetched has none.
fn bad_places(report: &ListReport) -> Vec<BadPlace> {
    let place = |file: &str, line: u64| match Path::new(file).file_name().and_then(|name| name.to_str()) {
        None => format!("{}:{line}", report.name),
        Some(name) if name == &*report.name => format!("{name}:{line}"),
        Some(name) => format!("{}: {name}:{line}", report.name),
    };
    let shown = report.bad_lines.iter().take(SHOWN);
    shown.map(|line| BadPlace { place: place(&line.file, line.line), expected: line.fault.expected() }).collect()
}

/// Every source as it is now against what was kept last.
fn all(task: &Task) -> Result<TrialState, FeedFault> {
    let config = with_what_came(&task.config, "");
    let compared = feeds::compare(&config.lists, config::builtin_list as BuiltIn)?;
    let ImageDiff { lists, .. } = &compared.diff;
    let changed = |list: &&ListDiff| list.before != list.now || list.keys.is_some_and(|keys| keys != (0, 0));
    let lists = lists.iter().filter(changed).map(|diff| listed(&diff.name, diff.now, Some(diff))).collect();
    let meets = Some(meets(&config, &compared, None, task.now));
    Ok(TrialState::Good(Box::new(TrialFound { lists, alarms: compared.alarms, meets })))
}
