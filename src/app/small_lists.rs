//! Small lists that are live at once, beside those that were compiled: lists that are watched, what is closed in an emergency, and what
//! somebody here has put into a category (standards U3, D18). Nothing of the large image is read or made anew for them.

use super::App;
use super::exceptions::Decided;
use super::local_lists::LocalActs;
use crate::config::{ListSettings, builtin_list};
use crate::engine::Engine;
use crate::feeds::{self, FeedFault, Local};
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
    local: Option<Arc<ListImage>>,
    acts: LocalActs,
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
    local: Vec<String>,
}

/// What has changed.
#[derive(Default)]
struct Changed {
    said: Vec<String>,
    /// What somebody did to local lists, in words.
    acts: Vec<String>,
    alarms: Vec<String>,
    as_of: BTreeMap<Arc<str>, Timestamp>,
}

impl SmallLists {
    /// Beside the lists of this engine, whose watched lists were read already.
    pub(super) fn new(decided: Arc<Decided>, (engine, loaded): (&Arc<Engine>, Small), settings: &ListSettings, now: Timestamp) -> Self {
        let state = State {
            engine: Arc::clone(engine),
            settings: settings.clone(),
            watched: None,
            emergency: None,
            local: None,
            acts: LocalActs::default(),
            facts: Facts::new(),
            coming: Facts::new(),
            listed: Vec::new(),
            alarms: Alarms::default(),
        };
        let this = Self { decided, state: Mutex::new(state) };
        this.renew((engine, loaded), settings, now);
        this
    }

    /// Another engine is about to be in force, whose watched lists were read already.
    pub(super) fn renew(&self, (engine, loaded): (&Arc<Engine>, Small), settings: &ListSettings, now: Timestamp) {
        let mut guard = self.state();
        let state = &mut *guard;
        state.engine = Arc::clone(engine);
        state.watched = loaded.watched;
        // Their content was read before this moment: what has changed since would never be seen. So they are read once more.
        (state.facts, state.coming) = (Facts::new(), Facts::new());
        state.settings = settings.clone();
        state.alarms = Alarms::default();
        let listed = self.decided.listed(now);
        state.take_emergency(listed, &mut Changed::default());
        state.acts.begin(&settings.folder);
        state.take_local(&mut Changed::default());
        // Whoever loaded the lists has told of it.
        state.alarms.local.clear();
        state.put();
    }

    /// What an operator must look at.
    pub(super) fn alarms(&self) -> Vec<String> {
        let Alarms { watched, emergency, local } = self.state().alarms.clone();
        watched.into_iter().chain(emergency).chain(local).collect()
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
        let local = state.look_at_acts(&mut changed);
        if emergency || watched || local {
            state.put();
        }
        (local || !changed.said.is_empty() || !changed.alarms.is_empty()).then_some(changed)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn put(&self) {
        self.engine.put_beside(self.watched.iter().chain(&self.emergency).chain(&self.local).map(Arc::clone));
    }

    /// Reads the watched lists anew; whatever goes wrong, the last good version stays.
    fn take_watched(&mut self, changed: &mut Changed) {
        let alarms = match feeds::watched(&self.settings, &self.engine.lists, builtin_list) {
            Ok(Some(loaded)) => {
                let same = self.watched.as_ref().is_some_and(|known| known.version() == loaded.image.version());
                if !same || !loaded.alarms.is_empty() {
                    changed.said.push("watched lists".to_owned());
                }
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

    /// What somebody did to local lists since; `true`: there is news.
    fn look_at_acts(&mut self, changed: &mut Changed) -> bool {
        let Some(news) = self.acts.news(&self.settings.folder) else { return false };
        match news {
            Ok(acts) => {
                changed.acts = acts;
                self.take_local(changed);
            }
            Err(fault) => {
                let alarm = format!("local lists stay as they were: {fault}");
                changed.alarms.push(alarm.clone());
                self.alarms.local = vec![alarm];
            }
        }
        true
    }

    fn take_local(&mut self, changed: &mut Changed) {
        let alarms = match feeds::local(&self.engine.lists, &self.settings.folder) {
            Ok(Local { image, addresses, alarms }) => {
                self.local = Some(Arc::new(image));
                changed.said.push(format!("local lists with {addresses} addresses"));
                alarms
            }
            Err(fault) => vec![stays(&fault)],
        };
        changed.alarms.extend(alarms.iter().cloned());
        self.alarms.local = alarms;
    }
}

/// What was loaded together with an engine.
pub(super) struct Small {
    pub(super) watched: Option<Arc<ListImage>>,
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
        let Changed { said, acts, alarms, as_of } = changed;
        acts.iter().for_each(|act| self.event(EventKind::Categorised, act));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canon::Wrappers;
    use crate::config::{ListFiles, MemoryFiles, Written, check_text};
    use crate::model::Generation;
    use crate::policy::PolicySet;
    use std::fs;

    #[test]
    fn a_watched_list_that_changed_after_it_was_loaded_is_read_once_more() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().display();
        let text = format!(
            "[lists]\nfolder = '{place}/lists'\n[[lists.source]]\nname = 'games'\nformat = 'domains'\nwatch = true\npath = '{place}/games'\n\
             [[lists.source]]\nname = 'illegal'\nkind = 'statutory'\nformat = 'lines'\npath = '{place}/illegal'\n[[group]]\nname = 'all'\n"
        );
        fs::write(folder.path().join("games"), "one.test\n").unwrap();
        fs::write(folder.path().join("illegal"), "a.test/1\n").unwrap();
        let files = MemoryFiles::default();
        let written = Written { name: "lifeguard.toml", text: &text, environment: &[], files: &files, list_files: ListFiles::Noted };
        let config = check_text(&written).unwrap().config;
        let loaded = feeds::prepare(&config.lists, builtin_list, false).unwrap();
        let policy = PolicySet::build(config.policy, &loaded.image).unwrap();
        let engine = Arc::new(Engine::new(Arc::clone(&loaded.image), policy, Generation(1), Wrappers::built_in()));
        fs::write(folder.path().join("games"), "one.test\ntwo.test\n").unwrap();

        let (decided, now) = (Arc::new(Decided::new(folder.path().join("log"), &[])), Timestamp(0));
        let small = SmallLists::new(decided, (&engine, Small { watched: loaded.watched }), &config.lists, now);
        let games = || engine.all_lists().iter().find(|list| *list.name == *"games").unwrap().entries;
        assert_eq!(games(), 1);
        assert!(small.look(now).is_none(), "it may be half written");
        assert!(small.look(now).unwrap().said.contains(&"watched lists".to_owned()));
        assert_eq!(games(), 2);
        assert!(small.look(now).is_none());
    }
}
