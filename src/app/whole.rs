//! A list that is good alone and with which the whole cannot be used: it goes back to quarantine, and the version before comes back, so
//! that all other lists go on. With other settings it is tried again.

use super::{App, AppFault, Judged, engine};
use crate::config::{Config, Source};
use crate::feeds;
use crate::lists::ListKind;
use crate::model::{Generation, Timestamp};
use crate::record::EventKind;
use std::collections::BTreeSet;

/// What happened to a list, to be recorded.
pub(super) type Said = (EventKind, String);

/// What is made when.
#[derive(Clone, Copy)]
struct Making<'c> {
    config: &'c Config,
    generation: Generation,
    now: Timestamp,
}

/// Lists and policy -> engine at a start, and what there is to record once that can be done.
///
/// # Errors
/// [`AppFault`]; nothing has changed then.
pub(super) fn first(config: &Config, now: Timestamp) -> Result<(Judged, Vec<Said>), AppFault> {
    let (judged, said) = Making { config, generation: Generation(1), now }.judged(BTreeSet::new(), true);
    Ok((judged?, said))
}

impl App {
    /// Lists and policy -> engine. `again`: the settings may be others, and what they were too much for is tried again.
    pub(super) fn judged(&self, config: &Config, generation: Generation, again: bool) -> Result<Judged, AppFault> {
        let making = Making { config, generation, now: self.clock.now().wall };
        let (judged, said) = making.judged(self.feeding.take_what_came(), again);
        said.iter().for_each(|(kind, text)| self.event(*kind, text));
        judged
    }
}

impl<'c> Making<'c> {
    /// Lists and policy -> engine, and what there is to record; what came since the last time is put back where nothing can be made with
    /// it: first what failed before, then categories. Where that does not help, it was not because of them: they are taken after all.
    fn judged(self, mut came: BTreeSet<String>, again: bool) -> (Result<Judged, AppFault>, Vec<Said>) {
        let lists = &self.config.lists;
        match feeds::unproven(lists) {
            Ok(unproven) => came.extend(unproven),
            Err(error) => tracing::error!(%error, "it is not known which lists are new"),
        }
        let tried: BTreeSet<&str> = if again { self.tried_again() } else { BTreeSet::new() };
        let is_suspect = |source: &&Source| came.contains(&source.name) || tried.contains(&*source.name);
        let mut suspects: Vec<&Source> = lists.sources.iter().filter(is_suspect).collect();
        suspects.sort_by_key(|source| (!tried.contains(&*source.name), source.kind == ListKind::Statutory));
        let mut judged = self.made();
        let mut back = Vec::new();
        for source in suspects {
            let Some(why) = why_not(&judged) else { break };
            match feeds::put_back(lists, source, &why) {
                Ok(true) => {
                    back.push((source, why));
                    judged = self.made();
                }
                Ok(false) => {}
                Err(error) => tracing::error!(%error, list = source.name, "it could not be put back"),
            }
        }
        if why_not(&judged).is_some() {
            back.iter().for_each(|(source, _)| take_after_all(self.config, source));
            return (judged, Vec::new());
        }
        let said = self.told(&tried, &back);
        (judged, said)
    }

    fn made(self) -> Result<Judged, AppFault> {
        engine(self.config, self.generation, self.now)
    }

    /// What was too much for the settings before is in force, to be tried.
    fn tried_again(self) -> BTreeSet<&'c str> {
        let lists = &self.config.lists;
        let again = |source: &&Source| {
            feeds::try_again(lists, source).unwrap_or_else(|error| {
                tracing::error!(%error, list = source.name, "it could not be tried again");
                false
            })
        };
        lists.sources.iter().filter(again).map(|source| &*source.name).collect()
    }

    fn told(self, tried: &BTreeSet<&str>, back: &[(&Source, String)]) -> Vec<Said> {
        let mut said = Vec::new();
        for (source, why) in back {
            let text = format!("list {}: a new version is in quarantine: with it, the whole could not be used: {why}", source.name);
            tracing::error!("{text}");
            said.push((EventKind::ListAlarm, text));
        }
        for name in tried.iter().filter(|name| back.iter().all(|(source, _)| source.name != **name)) {
            let text = format!("list {name}: with the settings of now the whole can be used with it: it is in quarantine no more");
            tracing::info!("{text}");
            said.push((EventKind::ListReleased, text));
        }
        said
    }
}

fn take_after_all(config: &Config, source: &Source) {
    if let Err(error) = feeds::take_after_all(&config.lists, source) {
        tracing::error!(%error, list = source.name, "it could not be taken after all");
    }
}

/// Why nothing can be made.
fn why_not(judged: &Result<Judged, AppFault>) -> Option<String> {
    match judged {
        Ok(judged) => judged.loaded.fault_of_the_whole().map(str::to_owned),
        Err(fault) => Some(fault.to_string()),
    }
}
