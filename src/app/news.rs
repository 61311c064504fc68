//! What the last load of lists said, and how old they are since: told once as an event, and for ever as a metric (standards U3, A13).

use super::App;
use super::make::Judged;
use crate::admin::ReloadStatus;
use crate::engine::Engine;
use crate::feeds::{Loaded, Origin, SourceState, Unmapped};
use crate::lists::{AgeBounds, Freshness};
use crate::model::Timestamp;
use crate::record::EventKind;
use crate::telemetry::Metrics;
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

/// What the last load said.
#[derive(Default)]
pub(super) struct News {
    pub(super) reload: ReloadStatus,
    pub(super) alarms: Vec<String>,
    pub(super) as_of: BTreeMap<Arc<str>, Timestamp>,
    /// Categories of sources that no category of ours stands for.
    pub(super) unmapped: Vec<Unmapped>,
    /// Sources that are fetched, and how they stand.
    pub(super) fetched: BTreeMap<String, SourceState>,
    bounds: BTreeMap<Arc<str>, AgeBounds>,
    /// What was told of the age of a list.
    told: BTreeMap<Arc<str>, Freshness>,
    compiled: bool,
}

impl News {
    pub(super) fn of(judged: &Judged, now: Timestamp) -> Self {
        let Loaded { alarms, as_of, fetched, bounds, origin, unmapped, .. } = &judged.loaded;
        Self {
            alarms: alarms.clone(),
            as_of: as_of.clone(),
            fetched: fetched.clone(),
            bounds: bounds.clone(),
            unmapped: unmapped.clone(),
            reload: ReloadStatus { last_success: Some(now), fault: None },
            told: BTreeMap::new(),
            compiled: *origin != Origin::Kept,
        }
    }

    /// The same, told to operators.
    pub(super) fn announced(judged: &Judged, metrics: &Metrics, now: Timestamp) -> Self {
        let news = Self::of(judged, now);
        news.announce(metrics, &judged.engine, now);
        news
    }

    /// Tells operators what they must look at, and puts all figures of the lists into the metrics.
    pub(super) fn announce(&self, metrics: &Metrics, engine: &Engine, now: Timestamp) {
        let fetched = self.fetched.iter().filter_map(|(name, state)| Some(format!("list {name}: {}", state.alarm()?)));
        for alarm in self.alarms.iter().cloned().chain(fetched) {
            tracing::error!("{alarm}");
        }
        self.tell(metrics, engine, now);
        metrics.list_compilations.inc_by(u64::from(self.compiled));
        metrics.reloaded(engine.generation.0, now);
    }

    /// Puts the figures of the lists into the metrics.
    pub(super) fn tell(&self, metrics: &Metrics, engine: &Engine, now: Timestamp) {
        let as_of = |name| self.as_of.get(name).copied().unwrap_or(now);
        metrics.set_lists(engine.all_lists().iter().map(|list| (&*list.name, list.entries, list.rejected, as_of(&list.name))));
        metrics.set_freshness(self.as_of.keys().map(|name| (&**name, self.freshness(name, now).0)));
    }

    /// How old a list is for what it is, and its age.
    pub(super) fn freshness(&self, name: &str, now: Timestamp) -> (Freshness, Duration) {
        let (Some(as_of), Some(bounds)) = (self.as_of.get(name), self.bounds.get(name)) else { return Default::default() };
        let age = Duration::from_micros(u64::try_from(now.0 - as_of.0).unwrap_or(0));
        (bounds.look(age), age)
    }

    /// What has become older than it was when it was told last.
    fn aged(&mut self, now: Timestamp) -> Vec<String> {
        let mut words = Vec::new();
        for name in self.as_of.keys() {
            let (freshness, age) = self.freshness(name, now);
            let told = self.told.insert(Arc::clone(name), freshness).unwrap_or_default();
            words.extend(freshness.words(name, age).filter(|_| freshness > told));
        }
        words
    }
}

impl App {
    /// Lists that have become too old are told once; their metric stays.
    pub(super) fn measure_ages(&self) {
        let (now, engine) = (self.clock.now().wall, Arc::clone(&self.proxy.live.load().engine));
        let mut news = self.news.lock().unwrap_or_else(PoisonError::into_inner);
        news.tell(&self.metrics, &engine, now);
        let aged = news.aged(now);
        drop(news);
        for words in aged {
            tracing::error!("{words}");
            self.event(EventKind::ListAlarm, &words);
        }
    }
}
