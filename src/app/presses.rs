//! Buttons of the console that change lists: from the fields of a form to what the commands do as well.

use super::{Closing, EmergencyFault, close_at_once, closed_at_once, knows};
use crate::admin::{Closed, ClosingFault, WorksFault};
use crate::config::Config;
use crate::model::{Taxonomy, Timestamp};
use crate::store::exceptions::{Exception, ExceptionFault};
use std::collections::BTreeMap;

/// Categories that somebody here may fill, those that a group blocks among them, by title.
pub(super) fn categories(config: &Config) -> Vec<(String, String)> {
    let words = config.policy.category_words.iter().map(|(name, words)| (name.to_string(), words.title.to_string()));
    let of_sources = config.lists.sources.iter().filter_map(|source| source.category.as_deref());
    let title = |name: &str| Taxonomy::get().category(name).map_or_else(|| name.to_owned(), |known| known.title.to_string());
    let brought = of_sources.map(|name| (name.to_owned(), title(name)));
    // The words of the settings are better than a bare name.
    let all: BTreeMap<String, String> = brought.chain(words).filter(|(name, _)| knows(config, name)).collect();
    let mut all: Vec<_> = all.into_iter().collect();
    all.sort_by(|a, b| a.1.cmp(&b.1));
    all
}

/// What stands.
pub(super) fn closed(config: &Config, now: Timestamp) -> Result<Vec<Closed>, WorksFault> {
    let standing = closed_at_once(config, now).map_err(|fault| WorksFault(fault.to_string().into()))?;
    let told = |made: Exception| Closed {
        until: made.end(),
        address: made.addresses.join(", "),
        category: made.categories.join(", "),
        id: made.id,
        by: made.by,
        because: made.reason,
    };
    Ok(standing.into_iter().map(told).collect())
}

/// Closes an address.
pub(super) fn close(config: &Config, new: &Closed, now: Timestamp) -> Result<String, ClosingFault> {
    let Closed { address, category, by, because, until, .. } = new.clone();
    let closing = Closing { addresses: vec![address], category, by, because, until };
    close_at_once(config, closing, now).map(|made| made.id).map_err(|fault| match fault {
        EmergencyFault::NoCategory(_) => ClosingFault::Category,
        EmergencyFault::Span => ClosingFault::Until,
        EmergencyFault::Made(ExceptionFault::Address(_)) => ClosingFault::Address,
        EmergencyFault::Made(ExceptionFault::Text(_)) => ClosingFault::Because,
        EmergencyFault::Made(fault) => ClosingFault::Works(WorksFault(fault.to_string().into())),
    })
}
