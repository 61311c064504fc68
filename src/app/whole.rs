//! A list that is good alone and with which the whole cannot be used: it goes back to quarantine, and the version before comes back, so
//! that all other lists go on.

use super::{App, AppFault, Judged, engine};
use crate::config::Config;
use crate::feeds;
use crate::lists::ListKind;
use crate::model::Generation;
use crate::record::EventKind;

impl App {
    /// Lists and policy -> engine; what came since the last time is put back where nothing can be made with it, categories first.
    /// Where that does not help, it was not because of them: they are taken after all.
    pub(super) fn judged(&self, config: &Config, generation: Generation) -> Result<Judged, AppFault> {
        let made = || engine(config, generation, self.clock.now().wall);
        let mut judged = made();
        let came = self.feeding.take_what_came();
        let mut suspects: Vec<_> = config.lists.sources.iter().filter(|source| came.contains(&source.name)).collect();
        suspects.sort_by_key(|source| source.kind == ListKind::Statutory);
        let mut back = Vec::new();
        for source in suspects {
            let Some(why) = why_not(&judged) else { break };
            match feeds::put_back(&config.lists, source, &why) {
                Ok(true) => {
                    back.push((source, why));
                    judged = made();
                }
                Ok(false) => {}
                Err(error) => tracing::error!(%error, list = source.name, "it could not be put back"),
            }
        }
        let in_vain = why_not(&judged).is_some();
        for (source, why) in back {
            if in_vain {
                if let Err(error) = feeds::take_after_all(&config.lists, source) {
                    tracing::error!(%error, list = source.name, "it could not be taken after all");
                }
                continue;
            }
            let text = format!("list {}: a new version is in quarantine: with it, the whole could not be used: {why}", source.name);
            tracing::error!("{text}");
            self.event(EventKind::ListAlarm, &text);
        }
        judged
    }
}

/// Why nothing can be made.
fn why_not(judged: &Result<Judged, AppFault>) -> Option<String> {
    match judged {
        Ok(judged) => judged.loaded.fault_of_the_whole().map(str::to_owned),
        Err(fault) => Some(fault.to_string()),
    }
}
