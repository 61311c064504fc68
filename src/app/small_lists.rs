//! Small lists that are live at once, beside those that were compiled: lists that are watched, and what is closed in an emergency
//! (standards U3). Nothing of the large image is read or made anew for them.

use super::App;
use super::exceptions::Decided;
use crate::config::{ListSettings, builtin_list};
use crate::engine::Engine;
use crate::feeds::{self, FeedFault};
use crate::lists::ListImage;
use crate::model::Timestamp;
use crate::record::EventKind;
use crate::store::listed::Listed;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How often it looks. A file counts when it has been the same twice, so that one that is being written is not read half.
const LOOK: Duration = Duration::from_millis(250);

/// Name, length and times of the files.
type Facts = Vec<(u64, i64, i64, u64)>;

/// What stands beside the lists of the engine in force, and where it comes from.
pub(super) struct SmallLists {
    decided: Arc<Decided>,
    state: Mutex<State>,
}

struct State {
    engine: Arc<Engine>,
    settings: ListSettings,
    watched: Option<Arc<ListImage>>,
    emergency: Option<Arc<ListImage>>,
    facts: Facts,
    /// Facts that were seen once.
    coming: Facts,
    listed: Vec<Listed>,
    alarms: Alarms,
}

/// What an operator must look at.
#[derive(Clone, Default)]
struct Alarms {
    watched: Vec<String>,
    emergency: Vec<String>,
}

/// What has changed.
#[derive(Default)]
struct Changed {
    said: Vec<String>,
    alarms: Vec<String>,
    as_of: BTreeMap<Arc<str>, Timestamp>,
}

impl SmallLists {
    /// Beside the lists of this engine, whose watched lists were read already.
    pub(super) fn new(decided: Arc<Decided>, engine: &Arc<Engine>, settings: &ListSettings, now: Timestamp) -> Self {
        let state = State {
            engine: Arc::clone(engine),
            settings: settings.clone(),
            watched: None,
            emergency: None,
            facts: Facts::new(),
            coming: Facts::new(),
            listed: Vec::new(),
            alarms: Alarms::default(),
        };
        let this = Self { decided, state: Mutex::new(state) };
        this.renew(engine, settings, now);
        this
    }

    /// Another engine is about to be in force, whose watched lists were read already.
    pub(super) fn renew(&self, engine: &Arc<Engine>, settings: &ListSettings, now: Timestamp) {
        let mut guard = self.state();
        let state = &mut *guard;
        state.engine = Arc::clone(engine);
        state.watched = engine.beside().images().first().map(Arc::clone);
        state.facts = feeds::watched_facts(settings);
        state.coming.clone_from(&state.facts);
        state.settings = settings.clone();
        state.alarms = Alarms::default();
        let listed = self.decided.listed(now);
        state.take_emergency(listed, &mut Changed::default());
        state.put();
    }

    /// What an operator must look at.
    pub(super) fn alarms(&self) -> Vec<String> {
        let Alarms { watched, emergency } = self.state().alarms.clone();
        watched.into_iter().chain(emergency).collect()
    }

    /// The settings that they are read by.
    pub(super) fn settings(&self) -> ListSettings {
        self.state().settings.clone()
    }

    fn look(&self, now: Timestamp) -> Option<Changed> {
        let listed = self.decided.listed(now);
        let mut state = self.state();
        let facts = feeds::watched_facts(&state.settings);
        let (emergency, watched) = (listed != state.listed, facts != state.facts && facts == state.coming);
        state.coming.clone_from(&facts);
        let mut changed = Changed::default();
        if watched {
            state.facts = facts;
            state.take_watched(&mut changed);
        }
        if emergency {
            state.take_emergency(listed, &mut changed);
        }
        (emergency || watched).then(|| {
            state.put();
            changed
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn put(&self) {
        self.engine.put_beside(self.watched.iter().chain(&self.emergency).map(Arc::clone));
    }

    /// Reads the watched lists anew; whatever goes wrong, the last good version stays.
    fn take_watched(&mut self, changed: &mut Changed) {
        let alarms = match feeds::watched(&self.settings, &self.engine.lists, builtin_list) {
            Ok(Some(loaded)) => {
                changed.said.push("watched lists".to_owned());
                changed.as_of = loaded.as_of;
                self.watched = Some(loaded.image);
                loaded.alarms
            }
            Ok(None) => Vec::new(),
            Err(fault) => vec![stays(&fault)],
        };
        changed.alarms.extend(alarms.iter().cloned());
        self.alarms.watched = alarms;
    }

    fn take_emergency(&mut self, listed: Vec<Listed>, changed: &mut Changed) {
        let entries = listed.iter().map(|one| feeds::Listed { category: &one.category, address: &one.address });
        let alarms = match feeds::emergency(&self.engine.lists, entries) {
            Ok((image, alarms)) => {
                self.emergency = Some(Arc::new(image));
                changed.said.push(format!("emergency lists with {} addresses", listed.len()));
                alarms
            }
            Err(fault) => vec![stays(&fault)],
        };
        self.listed = listed;
        changed.alarms.extend(alarms.iter().cloned());
        self.alarms.emergency = alarms;
    }
}

fn stays(fault: &FeedFault) -> String {
    format!("the small lists stay as they were: {fault}")
}

impl App {
    /// Keeps small lists in step with their files.
    pub(super) async fn follow_small_lists(self: Arc<Self>) {
        loop {
            tokio::time::sleep(LOOK).await;
            let app = Arc::clone(&self);
            match tokio::task::spawn_blocking(move || app.small_lists.look(app.clock.now().wall)).await {
                Ok(Some(changed)) => self.tell_small_lists(changed),
                Ok(None) => {}
                Err(error) => tracing::error!(%error, "small lists"),
            }
        }
    }

    fn tell_small_lists(&self, changed: Changed) {
        let Changed { said, alarms, as_of } = changed;
        self.proxy.news.send_replace(());
        let engine = Arc::clone(&self.proxy.live.load().engine);
        let mut news = self.news.lock().unwrap_or_else(PoisonError::into_inner);
        news.as_of.extend(as_of);
        news.tell(&self.metrics, &engine, self.clock.now().wall);
        drop(news);
        let text = format!("generation {} with {}; lists {}", engine.generation.0, said.join(" and "), engine.list_version());
        tracing::info!("in force: {text}");
        self.event(EventKind::Reloaded, &text);
        for alarm in alarms {
            tracing::error!("{alarm}");
            self.event(EventKind::ListAlarm, &alarm);
        }
    }
}
