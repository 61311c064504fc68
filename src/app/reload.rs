//! New lists, policy and settings while the proxy runs: whole or not at all.
//!
//! Must never leave anything half changed: until everything is made, what is in force stays.

use super::make::{live, people};
use super::news::News;
use super::small_lists::Small;
use super::standing::in_words;
use super::status::lists_line;
use super::{App, console, feeding, keep_days, settings_sight};
use crate::config::Config;
use crate::model::Generation;
use crate::proxy::Live;
use crate::record::EventKind;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, PoisonError};

impl App {
    /// New lists, policy and settings.
    pub(super) fn reload(&self) -> Result<(), String> {
        // Before it is anybody's turn: a list that does not come must hold up no other reload.
        if let Ok(config) = (self.written.read)()
            && let Err(fault) = feeding::first_statutory(&config, self.clock.now().wall)
        {
            tracing::error!(%fault, "lists are not fetched");
        }
        self.reload_with(false, || (self.written.read)())
    }

    /// New lists, with the settings in force. Connections and certificates that are kept stay.
    pub(super) fn reload_lists(&self) -> Result<(), String> {
        self.reload_with(true, || Ok(Config::clone(&self.feeding.settings().1)))
    }

    /// Whole or not at all. What is wrong has been told already.
    fn reload_with(&self, keeps: bool, read: impl FnOnce() -> Result<Config, String>) -> Result<(), String> {
        static ONE: Mutex<()> = Mutex::new(());
        let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
        let generation = Generation(self.proxy.live.load().generation().0 + 1);
        // Before they are read: what changes meanwhile is told as not in force.
        let stands = if keeps { None } else { settings_sight::now(&*self.written.settings) };
        let made = read().and_then(|config| {
            let mut judged = self.judged(&config, generation, !keeps).map_err(|fault| fault.to_string())?;
            judged.engine.seen.clone_from(&self.proxy.live.load().engine.seen);
            let now = self.clock.now().wall;
            let fresh = News::of(&judged, now);
            let old = self.proxy.live.load();
            let people = people(&config, old.people.lasting(), Some(&old.people)).map_err(|fault| fault.to_string())?;
            let small = Small { watched: judged.loaded.watched.clone() };
            let live = live(&config, judged, (&self.metrics, now), self.own.clone()).map_err(|fault| fault.to_string())?;
            let live = if keeps { Live { people, ..live }.keeps(&old) } else { Live { people, ..live } };
            Ok(((live, small), fresh, now, config))
        });
        let mut news = self.news.lock().unwrap_or_else(PoisonError::into_inner);
        match made {
            Ok(((live, small), fresh, now, config)) => {
                let waiting = in_words(&self.take_log_settings(&config));
                self.small_lists.renew((&live.engine, small), &config.lists, now);
                let text = format!("generation {} with {}{waiting}", generation.0, lists_line(&live.engine));
                if let Some(seen) = &live.engine.seen {
                    seen.learn_for(config.lists.learn_domains);
                }
                fresh.announce(&self.metrics, &live.engine, now);
                let old = self.proxy.live.swap(Arc::new(live));
                self.proxy.news.send_replace(());
                *news = fresh;
                tracing::info!("reloaded: {text}");
                self.event(EventKind::Reloaded, &text);
                self.restricted.look_now();
                self.accredited.settings(&config.accredit, self.proxy.live.load().engine.policy.version());
                self.renew_console_tls(&config);
                self.feeding.obeys(self.standing.holds(config));
                stands.into_iter().for_each(|stands| self.in_force.reloaded(stands));
                drop(old);
                Ok(())
            }
            Err(fault) => {
                self.metrics.reload_failed();
                tracing::error!("reload failed, the last good state stays:\n{fault}");
                self.event(EventKind::ReloadFailed, &fault);
                news.reload.fault = Some(fault.clone());
                Err(fault)
            }
        }
    }

    fn renew_console_tls(&self, config: &Config) {
        if let Err(fault) = console::renew_tls(&self.console_tls, config) {
            tracing::error!(%fault, "the console keeps its certificate");
        }
    }

    /// What a reload can change of the log: for how long records stay. Names of the settings that wait for a restart.
    fn take_log_settings(&self, config: &Config) -> Vec<&'static str> {
        self.store.keep(config.log.retention.clone());
        self.keep_days.store(keep_days(config), Relaxed);
        let waiting = self.standing.waiting(config);
        if !waiting.is_empty() {
            tracing::warn!("reload: these settings changed and are in force only after a restart: {}", waiting.join(", "));
        }
        waiting
    }
}
