//! Of sources that are fetched: when they were asked for, when they are asked for next, and what was wrong the last time.

use crate::config::{Config, Fetch};
use crate::feeds::{Loaded, SourceState};
use crate::model::Timestamp;
use crate::store::query::terminal;
use serde_json::{Value, json};
use std::io::{self, Write};

fn each<'a>(settings: &'a Config, loaded: &'a Loaded) -> impl Iterator<Item = (&'a str, &'a Fetch, &'a SourceState)> {
    let one = |source: &'a crate::config::Source| Some((&*source.name, source.fetch.as_ref()?, loaded.fetched.get(&source.name)?));
    settings.lists.sources.iter().filter_map(one)
}

pub(super) fn put(settings: &Config, loaded: &Loaded, out: &mut impl Write) -> io::Result<()> {
    for (name, fetch, state) in each(settings, loaded) {
        let when = |at: Option<Timestamp>| at.map_or_else(|| "never".to_owned(), |at| format!("{:.0}", at.civil()));
        let next = state.next(fetch).map_or_else(|| "at the next start".to_owned(), |at| format!("{:.0} at the latest", at.civil()));
        let fault = state.fault.as_ref().map_or_else(String::new, |fault| format!("; the last fetch failed: {}", terminal(fault)));
        writeln!(out, "  fetched   {name:<40} asked {}, next {next}{fault}", when(state.tried.map(Timestamp)))?;
    }
    Ok(())
}

pub(super) fn as_json(settings: &Config, loaded: &Loaded) -> Vec<Value> {
    let text = |at: Option<Timestamp>| at.map(|at| at.to_string());
    let one = |(name, fetch, state): (&str, &Fetch, &SourceState)| {
        json!({
            "name": name, "asked": text(state.tried.map(Timestamp)), "next": text(state.next(fetch)), "newest_at": text(state.last_good()),
            "failures": state.failures, "fault": state.fault, "quarantined": state.quarantined.as_ref().map(|held| &held.words),
        })
    };
    each(settings, loaded).map(one).collect()
}
