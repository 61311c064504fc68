//! Hosts that no list knew, those that most people asked for first (standards D18): one way for `lifeguard lists unknown` and for the
//! console. Counted from the index of the log. It says how many people, never who: the names of people are counted here and leave nowhere.

use crate::canon::{RawTarget, canonicalise, registrable};
use crate::engine::Engine;
use crate::model::Timestamp;
use crate::store::ReadFault;
use crate::store::query::{By, Filter, Progress, REDACTED, count};
use crate::store::quietly;
use std::collections::{BTreeMap, HashSet};
use std::path::Path;

const DAY_S: i64 = 86_400;

/// What is asked.
#[derive(Clone, Debug, Default)]
pub struct UnknownAsk {
    /// Of how many days.
    pub days: i64,
    /// Of one group alone.
    pub group: Option<String>,
    /// Of these sites; nothing: all.
    pub sites: Option<Vec<String>>,
    /// Count registrable domains in the place of hosts.
    pub domains: bool,
    /// Only what nobody here had asked for before.
    pub first_seen: bool,
}

/// A host, or a domain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// How many people asked for it.
    pub people: usize,
    /// How often.
    pub requests: u64,
}

/// What was counted.
#[derive(Debug, Default)]
pub struct Ranked {
    /// Those that most people asked for first.
    pub rows: Vec<(String, Asked)>,
    /// Hosts that a list knows by now.
    pub known: usize,
    /// Requests for hosts that no list knew.
    pub requests: u64,
    /// There were more than can be counted.
    pub incomplete: bool,
    /// Places of the log that could not be read.
    pub damage: Vec<ReadFault>,
}

/// Counts them, for as long as `progress` says.
///
/// # Errors
/// The log cannot be read.
pub fn unknown_hosts(log: &Path, engine: &Engine, ask: &UnknownAsk, now: Timestamp, progress: Progress<'_>) -> Result<Ranked, ReadFault> {
    let from = Timestamp::from_seconds(now.seconds() - ask.days * DAY_S);
    let filter = Filter {
        from: Some(from),
        group: ask.group.clone(),
        sites: ask.sites.clone(),
        unknown: true,
        first_seen: ask.first_seen,
        ..Filter::default()
    };
    let counts = quietly(|| count(log, &filter, &[By::Host, By::Person], progress))?;
    let ranked = rank(&counts.groups, ask.domains, |host| is_known(engine, host));
    Ok(Ranked { requests: counts.total, incomplete: counts.overflow || counts.cancelled, damage: counts.damage, ..ranked })
}

/// Whoever asked most often counts once.
fn rank(groups: &[(Vec<String>, u64)], domains: bool, is_known: impl Fn(&str) -> bool) -> Ranked {
    let mut all: BTreeMap<&str, (HashSet<&str>, u64)> = BTreeMap::new();
    for (key, requests) in groups {
        let [host, person] = key.as_slice() else { continue };
        // Of some groups the log keeps no host; and a host that turned out to be statutory is nobody's to see.
        if host.is_empty() || host == REDACTED {
            continue;
        }
        let name = if domains { registrable(host).unwrap_or(host) } else { host };
        let row = all.entry(name).or_default();
        row.0.insert(person);
        row.1 += requests;
    }
    let before = all.len();
    let rows = all.into_iter().filter(|(host, _)| !is_known(host));
    let mut rows: Vec<_> = rows.map(|(host, (people, requests))| (host.to_owned(), Asked { people: people.len(), requests })).collect();
    let known = before - rows.len();
    rows.sort_by(|(a, one), (b, other)| (other.people, other.requests).cmp(&(one.people, one.requests)).then_with(|| a.cmp(b)));
    Ranked { rows, known, ..Ranked::default() }
}

/// Does a list know the host by now? Whether a statutory list does is told to nobody.
fn is_known(engine: &Engine, host: &str) -> bool {
    let url = canonicalise(RawTarget::ServerName(host.as_bytes()), &engine.wrappers);
    url.is_ok_and(|url| engine.is_categorised(&url))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(rows: &[(&str, &str, u64)]) -> Vec<(Vec<String>, u64)> {
        rows.iter().map(|(host, person, count)| (vec![(*host).to_owned(), (*person).to_owned()], *count)).collect()
    }

    #[test]
    fn people_count_before_requests_and_nobody_twice() {
        let counts = counts(&[
            ("one.test", "kim", 500),
            ("www.two.example", "kim", 1),
            ("two.example", "kim", 2),
            ("two.example", "10.0.0.7", 1),
            ("known.test", "lee", 9),
            ("", "lee", 9),
            (REDACTED, "lee", 9),
        ]);
        let rows = |domains| {
            let ranked = rank(&counts, domains, |host| host == "known.test");
            assert_eq!(ranked.known, 1);
            ranked.rows.into_iter().map(|(host, asked)| (host, asked.people, asked.requests)).collect::<Vec<_>>()
        };
        let row = |host: &str, people, requests| (host.to_owned(), people, requests);
        assert_eq!(rows(false), [row("two.example", 2, 3), row("one.test", 1, 500), row("www.two.example", 1, 1)]);
        assert_eq!(rows(true), [row("two.example", 2, 4), row("one.test", 1, 500)]);
    }
}
