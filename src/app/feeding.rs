//! Lists that are fetched, while the proxy runs: each in its own time, on a thread of their own, away from requests.
//!
//! A fetch changes the folder of its source alone. When something new is in force there, the lists are loaded anew with the settings
//! that are in force; the file of settings is not read for it.

use super::whole::Said;
use super::{App, AppFault, Roads};
use crate::config::{self, Config, Source};
use crate::feeds::{self, BuiltIn, Job, Obeyed, Outcome, SourceFolder, SourceState, is_of};
use crate::lists::ListKind;
use crate::model::Timestamp;
use crate::record::EventKind;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// How often it is looked whether something is due, or a named person wishes something.
const LOOK: Duration = Duration::from_secs(1);
/// How long a start waits for lists that never came.
const FIRST: Duration = Duration::from_secs(60);

/// When each source is due, and whether the lists are to be loaded anew.
pub(super) struct Feeding {
    /// The settings in force, and how often they were taken.
    config: Mutex<(u64, Arc<Config>)>,
    due: Mutex<BTreeMap<String, Due>>,
    news: AtomicBool,
    /// Sources of which a new version came that was not yet put in force.
    came: Mutex<BTreeSet<String>>,
    /// Sources of which a named person's wish is being obeyed.
    obeying: Mutex<BTreeSet<String>>,
    /// What people at the console try and want.
    pub(super) asked: super::asked::Asking,
}

impl Feeding {
    pub(super) fn of(config: &Config) -> Self {
        Self {
            config: Mutex::new((1, Arc::new(config.clone()))),
            due: Mutex::default(),
            news: AtomicBool::new(false),
            came: Mutex::default(),
            obeying: Mutex::default(),
            asked: super::asked::Asking::default(),
        }
    }

    /// Other settings are in force.
    pub(super) fn obeys(&self, config: Config) {
        let mut known = self.config.lock().unwrap_or_else(PoisonError::into_inner);
        *known = (known.0 + 1, Arc::new(config));
    }

    /// A new version came: the lists are to be loaded anew.
    fn has_come(&self, name: &str) {
        self.came.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned());
        self.news.store(true, Relaxed);
    }

    /// Asks for a source at the next look. `false`: that is being done already.
    pub(super) fn fetch_now(&self, name: &str) -> bool {
        let mut due = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        let waits = matches!(due.get(name), Some(Due::At(_)));
        if waits {
            due.insert(name.to_owned(), Due::At(Instant::now()));
        }
        waits
    }

    /// What came since it was asked last.
    pub(super) fn take_what_came(&self) -> BTreeSet<String> {
        std::mem::take(&mut self.came.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn obeying(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.obeying.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The settings in force, and a number that changes with them.
    pub(super) fn settings(&self) -> (u64, Arc<Config>) {
        let known = self.config.lock().unwrap_or_else(PoisonError::into_inner);
        (known.0, Arc::clone(&known.1))
    }
}

/// One source.
#[derive(Clone, Copy)]
enum Due {
    At(Instant),
    Now,
}

/// Sources that are fetched.
fn fetched(config: &Config) -> impl Iterator<Item = &Source> {
    config.lists.sources.iter().filter(|source| source.fetch.is_some())
}

fn job(config: &Config, source: &Source, road: &Arc<dyn feeds::Road>, now: Timestamp) -> Arc<Job> {
    Arc::new(Job {
        settings: config.lists.clone(),
        builtin: config::builtin_list as BuiltIn,
        source: source.clone(),
        road: Arc::clone(road),
        now,
    })
}

fn never_came(config: &Config, source: &Source) -> bool {
    SourceFolder::of(&config.lists, &source.name).state().is_ok_and(|state| state.current.is_none())
}

/// Fetches what never came, before lists are loaded for the first time, unless a named person has taken what is in quarantine: in words,
/// to be recorded. What does not come now is told by whoever loads.
///
/// # Errors
/// There is no way out: the resolver or the trust roots.
pub(super) async fn first(config: &Config, now: Timestamp) -> Result<Vec<String>, AppFault> {
    let mut words = Vec::new();
    for source in fetched(config).filter(|source| never_came(config, source)) {
        match feeds::obey((&config.lists, config::builtin_list as BuiltIn), source) {
            Ok(obeyed) => words.extend(obeyed.map(|obeyed| in_words(&source.name, &obeyed))),
            Err(error) => tracing::error!(%error, list = source.name, "the release from quarantine cannot be obeyed"),
        }
    }
    words.iter().for_each(|text| tracing::warn!("{text}"));
    fetch_first(config, fetched(config).filter(|source| never_came(config, source)).collect(), now).await?;
    Ok(words)
}

async fn fetch_first(config: &Config, sources: Vec<&Source>, now: Timestamp) -> Result<(), AppFault> {
    if sources.is_empty() {
        return Ok(());
    }
    let road = Roads::open(config, Vec::new())?;
    let mut running = JoinSet::new();
    for source in sources {
        let (name, job) = (source.name.clone(), job(config, source, &road, now));
        running.spawn(async move { (name, job.run().await.0) });
    }
    let all = async {
        while let Some(ended) = running.join_next().await {
            if let Ok((name, outcome)) = ended {
                tell(&name, &outcome);
            }
        }
    };
    if tokio::time::timeout(FIRST, all).await.is_err() {
        tracing::warn!("not every list came within {} s", FIRST.as_secs());
    }
    Ok(())
}

/// Fetches statutory lists that never came, for whoever has no runtime: without them new settings may be refused. All others come when
/// the settings are in force.
pub(super) fn first_statutory(config: &Config, now: Timestamp) -> Result<(), AppFault> {
    let missing = |source: &&Source| source.kind == ListKind::Statutory && never_came(config, source);
    let sources: Vec<&Source> = fetched(config).filter(missing).collect();
    if sources.is_empty() {
        return Ok(());
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(fetch_first(config, sources, now))
}

fn tell(name: &str, outcome: &Outcome) {
    match outcome {
        Outcome::Unchanged => tracing::debug!(list = name, "still the newest"),
        Outcome::Taken(entries) => tracing::info!(list = name, entries, "a new version came"),
        Outcome::Refused(refused) => tracing::error!("list {name}: a new version is in quarantine: {refused}; the last good one stays"),
        Outcome::Failed(trouble) => tracing::error!("list {name}: the last fetch failed: {trouble}; the last good one stays"),
    }
}

impl App {
    /// Records the start, and what was released, put back or tried again before there was a record.
    pub(super) fn has_started(&self, line: &str, released: &[String], said: &[Said]) {
        self.event(EventKind::Started, line);
        released.iter().for_each(|text| self.event(EventKind::ListReleased, text));
        said.iter().for_each(|(kind, text)| self.event(*kind, text));
    }

    /// Fetches on a thread of its own, until the process ends.
    pub(super) fn feed(self: &Arc<Self>) {
        let app = Arc::clone(self);
        let work = move || match tokio::runtime::Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime.block_on(app.follow_feeds()),
            Err(error) => tracing::error!(%error, "lists are not fetched"),
        };
        if let Err(error) = std::thread::Builder::new().name("feeds".into()).spawn(work) {
            tracing::error!(%error, "lists are not fetched: no thread");
        }
    }

    async fn follow_feeds(self: Arc<Self>) {
        let mut of = 0;
        let mut road: Option<Arc<dyn feeds::Road>> = None;
        loop {
            let (number, config) = self.feeding.settings();
            if road.is_none() || number != of {
                of = number;
                match Roads::open(&config, self.own.clone()) {
                    Ok(fresh) => road = Some(fresh),
                    Err(fault) => tracing::error!(%fault, "lists are not fetched"),
                }
            }
            if let Some(road) = &road {
                self.look_at_feeds(&config, road);
            }
            if self.feeding.news.swap(false, Relaxed) {
                let app = Arc::clone(&self);
                let work = move || {
                    super::lower_priority();
                    drop(app.reload_lists());
                };
                if let Err(error) = tokio::task::spawn_blocking(work).await {
                    tracing::error!(%error, "the lists that came were not loaded");
                }
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Starts what is due, and obeys named persons.
    fn look_at_feeds(self: &Arc<Self>, config: &Arc<Config>, road: &Arc<dyn feeds::Road>) {
        let now = self.clock.now().wall;
        let mut all = self.feeding.due.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|name, _| fetched(config).any(|source| source.name == *name));
        for source in fetched(config) {
            self.obey_wish(config, source);
            let due = *all.entry(source.name.clone()).or_insert_with(|| Due::At(Instant::now() + self.left(config, source, now)));
            if matches!(due, Due::At(at) if at <= Instant::now()) {
                all.insert(source.name.clone(), Due::Now);
                let (app, job) = (Arc::clone(self), job(config, source, road, now));
                tokio::spawn(async move { app.fetch_or_tell(job).await });
            }
        }
    }

    /// After a start: until the source is due by its last good fetch.
    fn left(&self, config: &Config, source: &Source, now: Timestamp) -> Duration {
        let state = SourceFolder::of(&config.lists, &source.name).state().unwrap_or_default();
        self.metrics.fetches.stands(&source.name, state.failures, state.quarantined.is_some());
        let every = source.fetch.as_ref().map_or(Duration::ZERO, |fetch| fetch.every);
        let since = state.last_good().filter(|_| state.fault.is_none()).map(|at| now.0.saturating_sub(at.0));
        since.and_then(|since| u64::try_from(since).ok()).map_or(Duration::ZERO, |since| every.saturating_sub(Duration::from_micros(since)))
    }

    /// Whatever happens: it is fetched again at its time.
    async fn fetch_or_tell(self: Arc<Self>, job: Arc<Job>) {
        let name = job.source.name.clone();
        if let Err(error) = tokio::spawn(Arc::clone(&self).fetch(job)).await {
            tracing::error!(%error, list = name, "a fetch ended before its time; it is tried again");
            self.event(EventKind::ListAlarm, &format!("list {name}: a fetch ended before its time; it is tried again"));
            self.feeding.due.lock().unwrap_or_else(PoisonError::into_inner).insert(name, Due::At(Instant::now() + FIRST));
        }
    }

    async fn fetch(self: Arc<Self>, job: Arc<Job>) {
        let name = job.source.name.clone();
        let before = self.known_feed(&name);
        let (outcome, state) = job.run().await;
        tell(&name, &outcome);
        self.metrics.fetches.fetched(&name, outcome.word());
        self.metrics.fetches.stands(&name, state.failures, state.quarantined.is_some());
        let held = |state: &SourceState| state.quarantined.as_ref().map(|held| (held.version.sha256.clone(), held.cause));
        if state.failures == 1 || (state.quarantined.is_some() && before.as_ref().and_then(held) != held(&state)) {
            let alarm = state.alarm().unwrap_or_default();
            self.event(EventKind::ListAlarm, &format!("list {name}: {alarm}"));
        }
        let rest = job.rest(&outcome, state.failures);
        let waits = self.feed_stands(&job.source, state, matches!(outcome, Outcome::Unchanged));
        if waits || matches!(outcome, Outcome::Taken(_)) {
            self.feeding.has_come(&name);
        }
        self.feeding.due.lock().unwrap_or_else(PoisonError::into_inner).insert(name, Due::At(Instant::now() + rest));
    }

    fn known_feed(&self, name: &str) -> Option<SourceState> {
        self.news.lock().unwrap_or_else(PoisonError::into_inner).fetched.get(name).cloned()
    }

    /// Status follows a fetch at once, and so does the age of what is still the newest; what is new gets its age when it is loaded.
    /// `true`: the newest came before and could not be put in force. It stays as old as what is, and is tried again.
    fn feed_stands(&self, source: &Source, state: SourceState, unchanged: bool) -> bool {
        let mut news = self.news.lock().unwrap_or_else(PoisonError::into_inner);
        let newest = state.current.as_ref().map(|version| &version.file);
        let waits = unchanged && newest.is_some() && newest != news.in_force.get(&source.name);
        if let Some(at) = state.last_good().filter(|_| unchanged && !waits) {
            let live = self.proxy.live.load();
            for list in live.engine.lists.lists().iter().filter(|list| is_of(source, &list.name)) {
                news.as_of.insert(Arc::clone(&list.name), at);
            }
            news.tell(&self.metrics, &live.engine, self.clock.now().wall);
        }
        news.fetched.insert(source.name.clone(), state);
        waits
    }

    /// Away from the fetches: a list is read for it. What cannot be done is tried again, and not every second.
    fn obey_wish(self: &Arc<Self>, config: &Arc<Config>, source: &Source) {
        let wished = matches!(SourceFolder::of(&config.lists, &source.name).wish(), Ok(Some(_)));
        if !wished || !self.feeding.obeying().insert(source.name.clone()) {
            return;
        }
        let (app, config, source) = (Arc::clone(self), Arc::clone(config), source.clone());
        tokio::spawn(async move {
            let (of, name) = (Arc::clone(&app), source.name.clone());
            let work = move || {
                super::lower_priority();
                of.obey_now(&config, &source)
            };
            if !matches!(tokio::task::spawn_blocking(work).await, Ok(true)) {
                tokio::time::sleep(FIRST).await;
            }
            app.feeding.obeying().remove(&name);
        });
    }

    /// `false`: it cannot be obeyed now.
    fn obey_now(&self, config: &Config, source: &Source) -> bool {
        let folder = SourceFolder::of(&config.lists, &source.name);
        match feeds::obey((&config.lists, config::builtin_list as BuiltIn), source) {
            Ok(Some(obeyed)) => {
                let text = in_words(&source.name, &obeyed);
                tracing::warn!("{text}");
                self.event(EventKind::ListReleased, &text);
                if obeyed.outcome.is_ok() {
                    self.feeding.has_come(&source.name);
                    self.feed_stands(source, folder.state().unwrap_or_default(), false);
                }
            }
            // Somebody else is changing the folder.
            Ok(None) => {}
            Err(error) => {
                tracing::error!(%error, list = source.name, "the release from quarantine cannot be obeyed");
                return false;
            }
        }
        true
    }
}

fn in_words(name: &str, obeyed: &Obeyed) -> String {
    let Obeyed { wish, outcome } = obeyed;
    let asked = format!("list {name}: {} ({:.12})", wish.by, wish.sha256);
    match outcome {
        Ok(cause) => format!("{asked} released it from quarantine, where it was because {cause}: {}", wish.because),
        Err(why) => format!("{asked} wished to release it from quarantine, in vain: {why}"),
    }
}
