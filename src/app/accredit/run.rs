//! Runs the suites, one after the other.

use super::bench::Bench;
use super::fault::AccreditFault;
use super::statutory::Entries;
use super::witness::Witness;
use super::{amended, buckets, groups, help, lists, locked, logging, pages, safe, statutory, ways_round};
use crate::accredit::{Outcome, SUITES, Verdict};
use crate::config::{self, Config};
use crate::feeds::{BuiltIn, Sample, samples_in_clear, statutory_in_clear};
use crate::lists::ListImage;
use crate::model::Timestamp;
use crate::ports::LogStore;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

/// Examples of each category list.
const EXAMPLES: usize = 3;

/// What is to be run, and on what.
#[derive(Clone, Debug, Default)]
pub struct Wanted<'a> {
    /// One suite; else all.
    pub suite: Option<&'a str>,
    /// One group; else all.
    pub only: Option<&'a str>,
    /// By list: when the newest of its files was last changed.
    pub as_of: BTreeMap<Arc<str>, Timestamp>,
}

impl Wanted<'_> {
    fn is(&self, suite: &str) -> bool {
        self.suite.is_none_or(|wanted| wanted == suite)
    }
}

/// Runs what is wanted with these settings and the lists in force, and says what was found. `told` hears of each suite before it begins.
///
/// # Errors
/// [`AccreditFault`]: nothing could be tried, which is no pass.
pub async fn run(
    config: &Config,
    lists: &Arc<ListImage>,
    wanted: &Wanted<'_>,
    told: &(dyn Fn(&str) + Sync),
) -> Result<Vec<Outcome>, AccreditFault> {
    if let Some(name) = wanted.suite.filter(|name| !SUITES.iter().any(|suite| suite.name == *name)) {
        let all: Vec<&str> = SUITES.iter().map(|suite| suite.name).collect();
        return Err(AccreditFault::NoSuite(name.to_owned(), all.join(", ")));
    }
    let witness = Arc::new(Witness::default());
    let bench = Bench::open(config, lists, wanted.only, Arc::clone(&witness) as Arc<dyn LogStore>).await?;
    let entries = Arc::new(Entries::new(statutory_in_clear(&config.lists, config::builtin_list as BuiltIn)?));
    let samples = samples_in_clear(&config.lists, config::builtin_list as BuiltIn, EXAMPLES)?;
    let run = Run { bench: &bench, entries, samples, wanted, told };
    let mut outcomes = run.by_group().await?;
    outcomes.extend(run.as_a_whole(config).await?);
    if wanted.is("log-complete") {
        told("log-complete");
        outcomes.push(logging::complete(&bench, &witness).await);
    }
    outcomes.sort_by_key(|outcome| SUITES.iter().position(|suite| *suite.name == *outcome.suite));
    Ok(outcomes)
}

struct Run<'r> {
    bench: &'r Bench,
    entries: Arc<Entries>,
    samples: Vec<Sample>,
    wanted: &'r Wanted<'r>,
    told: &'r (dyn Fn(&str) + Sync),
}

/// The outcome with how long it took, where it does not say.
fn timed(outcome: Outcome, begun: Instant) -> Outcome {
    let took = if outcome.took.is_zero() { begun.elapsed() } else { outcome.took };
    Outcome { took, ..outcome }
}

impl Run<'_> {
    /// Is a suite wanted? Says so if it is.
    fn wants(&self, suite: &str, scope: &str) -> bool {
        let wanted = self.wanted.is(suite);
        if wanted {
            (self.told)(&if scope.is_empty() { suite.to_owned() } else { format!("{suite}, group {scope}") });
        }
        wanted
    }

    async fn by_group(&self) -> Result<Vec<Outcome>, AccreditFault> {
        let (bench, samples, mut outcomes) = (self.bench, &self.samples[..], Vec::new());
        for door in &bench.doors {
            if self.wants("statutory", &door.name) {
                match self.control(door).await {
                    Some(why) => outcomes.push(why),
                    None => outcomes.extend(statutory::run(bench, door, &self.entries).await),
                }
            }
            let begun = Instant::now();
            if self.wants("amendments", &door.name) {
                outcomes.push(timed(amended::run(bench, door, samples).await?, begun));
            }
            let begun = Instant::now();
            if self.wants("safe-search", &door.name) {
                outcomes.push(timed(safe::run(bench, door).await, begun));
            }
            let begun = Instant::now();
            if self.wants("circumvention", &door.name) {
                outcomes.push(timed(ways_round::run(bench, door, samples).await, begun));
            }
            let begun = Instant::now();
            if self.wants("help-lines", &door.name) {
                outcomes.push(timed(help::run(bench, door).await, begun));
            }
            let begun = Instant::now();
            if self.wants("test-pages", &door.name) {
                outcomes.push(timed(pages::run(bench, door, (&self.entries, samples)).await, begun));
            }
        }
        Ok(outcomes)
    }

    /// A proxy that lets nothing through would pass: where the page that is always open does not come, nothing was tried.
    async fn control(&self, door: &super::bench::Door) -> Option<Outcome> {
        let came = match self.bench.get(door, super::plain::CONTROL).await {
            Ok(came) if came.reached => return None,
            Ok(came) => came.words(),
            Err(error) => error.to_string(),
        };
        let why = format!("a page that is always open did not come: {came}");
        Some(super::tally::outcome("statutory", &format!("group {}", door.name), Verdict::NotRun(why.into())))
    }

    async fn as_a_whole(&self, config: &Config) -> Result<Vec<Outcome>, AccreditFault> {
        let (bench, mut outcomes) = (self.bench, Vec::new());
        let now = bench.proxy.clock.now().wall;
        let begun = Instant::now();
        if self.wants("locked", "") {
            outcomes.push(timed(locked::run(bench, &self.entries, now).await?, begun));
        }
        if self.wants("buckets", "") {
            outcomes.extend(buckets::refused(bench).await);
        }
        if self.wants("over-block", "") {
            outcomes.extend(buckets::open(bench).await);
        }
        let begun = Instant::now();
        if self.wants("groups-differ", "") {
            outcomes.push(timed(groups::run(bench, &self.samples).await, begun));
        }
        if self.wants("search", "") {
            outcomes.push(logging::search_them(config, &bench.lists, self.wanted.only).await?);
        }
        if self.wants("retention", "") {
            outcomes.push(logging::retention(config));
        }
        if self.wants("roles", "") {
            outcomes.push(logging::roles());
        }
        if self.wants("list-age", "") {
            outcomes.push(lists::run(&bench.lists, &self.wanted.as_of, now));
        }
        if self.wants("canary", "") {
            let begun = Instant::now();
            outcomes.extend(super::canary(config, &bench.lists).await?.into_iter().map(|outcome| timed(outcome, begun)));
        }
        Ok(outcomes)
    }
}
