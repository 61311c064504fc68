//! The page of lists: where each comes from, how old it is, when it is asked for next, what was wrong, and what waits. Read only; the same
//! as JSON. Never an entry of any list: only counts, names and words of ours.

use super::page::{count, span, text, time, time_in_words};
use crate::lists::Freshness;
use crate::model::Timestamp;
use minijinja::Value;
use serde::Serialize;

/// One source of the settings, or the emergency lists.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SourceStatus {
    /// Its name in the settings.
    pub name: String,
    /// It is a list of illegal material.
    pub statutory: bool,
    /// It is made up.
    pub demonstration: bool,
    /// Where it comes from, in words: `fetched`, `file`, `watched file`, `folder`, `came with the program`, `people`.
    pub origin: &'static str,
    /// Its lists: one, or one for each category of a folder.
    pub lists: usize,
    /// Entries in force.
    pub entries: u64,
    /// Lines that could not be read.
    pub rejected: u64,
    /// When it was last known to be the newest.
    #[serde(serialize_with = "moment")]
    pub as_of: Option<Timestamp>,
    /// Is that as new as it has to be?
    pub freshness: Freshness,
    /// When it was last asked for.
    #[serde(serialize_with = "moment")]
    pub tried: Option<Timestamp>,
    /// When it is asked for next, at the latest.
    #[serde(serialize_with = "moment")]
    pub next: Option<Timestamp>,
    /// What was wrong the last time.
    pub fault: Option<String>,
    /// Why a new version waits in quarantine.
    pub quarantined: Option<String>,
    /// What would change if it were released: list, entries in force, entries that wait.
    pub waiting: Vec<Waiting>,
    /// What an operator must look at.
    pub alarms: Vec<String>,
    /// Categories of the source that no category of ours stands for.
    pub unmapped: Vec<String>,
}

/// A list of a version that waits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// The list.
    pub list: String,
    /// Entries of the version in force.
    pub before: u64,
    /// Entries of the version that waits.
    pub now: u64,
}

/// RFC 3339 in UTC.
fn moment<S: serde::Serializer>(at: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    at.map(|at| at.to_string()).serialize(serializer)
}

/// How it stands, in a word and its colour.
fn state(source: &SourceStatus) -> (&'static str, &'static str) {
    let troubled = source.quarantined.is_some() || source.fault.is_some() || !source.alarms.is_empty();
    match (source.freshness, troubled) {
        (Freshness::TooOld, _) => ("Too old", "bad"),
        (Freshness::Old, _) => ("Old", "bad"),
        (Freshness::Fresh, true) => ("Look at it", "bad"),
        (Freshness::Fresh, false) => ("Good", "good"),
    }
}

pub(super) fn source_values(source: &SourceStatus, now: Timestamp) -> Value {
    let (state, colour) = state(source);
    let waiting = |one: &Waiting| {
        Value::from_pairs([
            ("list", text(&one.list)),
            ("before", text(&count(one.before))),
            ("now", text(&count(one.now))),
            ("change", text(&change(one))),
        ])
    };
    let lines = |lines: &[String]| lines.iter().map(|line| text(line)).collect::<Value>();
    Value::from_pairs([
        ("name", text(&source.name)),
        ("statutory", Value::from(source.statutory)),
        ("demonstration", Value::from(source.demonstration)),
        ("origin", text(source.origin)),
        ("lists", text(&count(source.lists as u64))),
        ("several", Value::from(source.lists > 1)),
        ("entries", text(&count(source.entries))),
        ("rejected", text(&count(source.rejected))),
        ("faulty", Value::from(source.rejected > 0)),
        ("as_of", time(source.as_of)),
        ("age", Value::from(source.as_of.map(|as_of| span(now.0 - as_of.0)).unwrap_or_default())),
        ("tried", time_in_words(source.tried)),
        ("next", time(source.next)),
        ("next_words", time_in_words(source.next)),
        ("state", text(state)),
        ("colour", text(colour)),
        ("fault", text(source.fault.as_deref().unwrap_or(""))),
        ("quarantined", text(source.quarantined.as_deref().unwrap_or(""))),
        ("waiting", source.waiting.iter().map(waiting).collect()),
        ("alarms", lines(&source.alarms)),
        ("unmapped", lines(&source.unmapped)),
    ])
}

fn change(one: &Waiting) -> String {
    if one.now >= one.before { format!("+{}", count(one.now - one.before)) } else { format!("-{}", count(one.before - one.now)) }
}
