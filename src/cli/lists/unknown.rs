//! `lifeguard lists unknown`: hosts that no list knew, those that most people asked for first (standards D18). Counted from the index of the
//! log. It says how many people, never who: the names of people are counted here and shown nowhere.

use crate::canon::{RawTarget, canonicalise, registrable};
use crate::cli::logs;
use crate::cli::setting::{complain, engine, now};
use crate::config::Config;
use crate::engine::Engine;
use crate::model::Timestamp;
use crate::store::query::{By, Counts, Filter, REDACTED, count, json_line, terminal};
use serde_json::json;
use std::collections::{BTreeMap, HashSet};
use std::io::{self, Write};
use std::process::ExitCode;

const DAY_S: i64 = 86_400;

/// `lists unknown`
#[derive(Debug, clap::Args)]
pub(super) struct UnknownArguments {
    /// Of how many days
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(i64).range(1..=366))]
    days: i64,
    /// Of one group alone
    #[arg(long, value_name = "NAME")]
    group: Option<String>,
    /// Count registrable domains in the place of hosts
    #[arg(long)]
    domains: bool,
    /// How many at most
    #[arg(long, default_value_t = 50)]
    limit: usize,
    /// One JSON object a line: one for each host, and one of kind `summary`
    #[arg(long)]
    json: bool,
}

/// A host, or a domain.
#[derive(Debug, Default, PartialEq, Eq)]
struct Asked {
    people: usize,
    requests: u64,
}

/// What was counted.
struct Ranked {
    rows: Vec<(String, Asked)>,
    /// Of them, those that a list knows by now.
    known: usize,
}

/// Counts them. Exit code 1 when the log cannot be read.
pub(super) fn run(settings: &Config, arguments: &UnknownArguments) -> ExitCode {
    if let Err(fault) = logs::unlock(&settings.log, None) {
        return complain(&fault.to_string());
    }
    let asked = match engine(settings) {
        Ok(asked) => asked,
        Err(fault) => return complain(&fault.to_string()),
    };
    let from = Timestamp::from_seconds(now().seconds() - arguments.days * DAY_S);
    let filter = Filter { from: Some(from), group: arguments.group.clone(), unknown: true, ..Filter::default() };
    let counts = match count(&settings.log.folder, &filter, &[By::Host, By::Person], &|_, _| true) {
        Ok(counts) => counts,
        Err(fault) => return complain(&fault.to_string()),
    };
    let ranked = rank(&counts, arguments.domains, |host| is_known(&asked.engine, host));
    match show(&ranked, &counts, arguments) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => ExitCode::FAILURE,
        Ok(()) | Err(_) if counts.damage.iter().any(crate::store::ReadFault::is_locked) => ExitCode::FAILURE,
        Ok(()) | Err(_) => ExitCode::SUCCESS,
    }
}

/// Whoever asked most often counts once.
fn rank(counts: &Counts, domains: bool, is_known: impl Fn(&str) -> bool) -> Ranked {
    let mut all: BTreeMap<&str, (HashSet<&str>, u64)> = BTreeMap::new();
    for (key, requests) in &counts.groups {
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
    Ranked { rows, known }
}

/// Does a list know the host by now? Whether a statutory list does is told to nobody.
fn is_known(engine: &Engine, host: &str) -> bool {
    let url = canonicalise(RawTarget::ServerName(host.as_bytes()), &engine.wrappers);
    url.is_ok_and(|url| engine.is_categorised(&url))
}

fn show(ranked: &Ranked, counts: &Counts, arguments: &UnknownArguments) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let Ranked { rows, known } = ranked;
    let damage: Vec<String> = counts.damage.iter().map(ToString::to_string).collect();
    let shown = rows.iter().take(arguments.limit);
    if arguments.json {
        for (host, Asked { people, requests }) in shown {
            let line = json!({ "kind": "host", "host": host, "people": people, "requests": requests });
            writeln!(out, "{}", json_line(&line.to_string()))?;
        }
        let all = json!({
            "kind": "summary", "days": arguments.days, "hosts": rows.len(), "known_by_now": known, "requests": counts.total,
            "incomplete": counts.overflow, "damage": damage,
        });
        return writeln!(out, "{}", json_line(&all.to_string()));
    }
    writeln!(out, "  people  requests  {}", if arguments.domains { "domain" } else { "host" })?;
    for (host, Asked { people, requests }) in shown {
        writeln!(out, "{people:>8}  {requests:>8}  {}", terminal(host))?;
    }
    let more = rows.len().saturating_sub(arguments.limit);
    let cut = if more > 0 { format!(", {more} of them not shown (--limit)") } else { String::new() };
    writeln!(out, "{} that no list knew in {} days{cut}; {known} more are in a list by now.", rows.len(), arguments.days)?;
    if counts.overflow {
        writeln!(
            out,
            "There were more than can be counted: some are missing, and numbers are too small. Ask for fewer days, or for one group."
        )?;
    }
    damage.iter().try_for_each(|place| writeln!(out, "damaged: {}", terminal(place)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(rows: &[(&str, &str, u64)]) -> Counts {
        let groups = rows.iter().map(|(host, person, count)| (vec![(*host).to_owned(), (*person).to_owned()], *count)).collect();
        Counts { groups, ..Counts::default() }
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
