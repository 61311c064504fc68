//! Which programs are used, counted from the log itself, day by day: by whom, since when, and whether they are made to get around filters
//! (standards X9). Bounded in memory; people are hashes that nobody sees.

use super::jobs::{days, read_fault, steps};
use super::program_names::{is_way_round, program};
use crate::admin::{GoOn, JobStop, ProgramRow, ProgramsFound};
use crate::model::{Reason, Timestamp};
use crate::record::RequestRecord;
use crate::store::give_way;
use crate::store::query::{Filter, each_request};
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, Hasher};
use std::path::Path;

const DAY_US: i64 = 86_400 * 1_000_000;
/// Programs that are kept apart.
const MOST: usize = 20_000;
/// People of one, and of all.
const OF_ONE: usize = 10_000;
const OF_ALL: usize = 2_000_000;
/// Sites of one that are told.
const SITES: usize = 50;
/// Rows that are kept.
const ROWS: usize = 300;
/// What nobody has used before so many days is new.
const NEW_DAYS: i64 = 7;

type Hashes = HashSet<u64, rapidhash::fast::RandomState>;

#[derive(Default)]
struct One {
    row: ProgramRow,
    people: Hashes,
    devices: Hashes,
}

#[derive(Default)]
struct Count {
    hasher: rapidhash::fast::RandomState,
    all: HashMap<(String, bool), One>,
    kept: usize,
    requests: u64,
    silent: u64,
    beyond: u64,
}

impl Count {
    fn hash(&self, text: &str) -> u64 {
        let mut state = self.hasher.build_hasher();
        state.write(text.as_bytes());
        state.finish()
    }

    fn take(&mut self, record: &RequestRecord<'_>) {
        self.requests += 1;
        let name = program(record.user_agent);
        if name.is_empty() {
            self.silent += 1;
            return;
        }
        let key = (name, is_way_round(record.user_agent));
        if self.all.len() >= MOST && !self.all.contains_key(&key) {
            self.beyond += 1;
            return;
        }
        let client = record.asserted.unwrap_or(record.peer.ip()).to_string();
        let who = self.hash(&record.user.map_or_else(|| client.clone(), str::to_lowercase));
        let device = self.hash(&record.device.map_or(client, str::to_lowercase));
        let at = record.at.wall.0;
        let fresh = || ProgramRow { program: key.0.clone(), way_round: key.1, seen: (at, at), ..ProgramRow::default() };
        let one = self.all.entry(key.clone()).or_insert_with(|| One { row: fresh(), ..One::default() });
        one.row.requests += 1;
        one.row.seen = (one.row.seen.0.min(at), one.row.seen.1.max(at));
        for (all, hash) in [(&mut one.people, who), (&mut one.devices, device)] {
            if all.len() < OF_ONE && self.kept < OF_ALL && all.insert(hash) {
                self.kept += 1;
            }
        }
        if one.row.sites.len() < SITES || one.row.sites.contains_key(record.site) {
            *one.row.sites.entry(record.site.to_owned()).or_default() += 1;
        }
        // Nobody is led to what a list of illegal material decided.
        if record.reason != Reason::Statutory {
            one.row.reference = record.id.to_string();
        }
    }

    fn finish(self, span: (i64, i64), (few, began): (u64, i64), damaged: u64) -> ProgramsFound {
        // What was there from the first day of the log on is not new: nobody knows what was before.
        let since = (span.1 - NEW_DAYS * DAY_US).max(began + DAY_US);
        let finished = |one: One| {
            let (people, devices) = (one.people.len() as u64, one.devices.len() as u64);
            ProgramRow { people, devices, new: one.row.seen.0 >= since, few: people < few, ..one.row }
        };
        let mut rows: Vec<ProgramRow> = self.all.into_values().map(finished).collect();
        let (all, usual) = (rows.len() as u64, rows.iter().filter(|row| !row.is_unusual()).count() as u64);
        let usual_requests = rows.iter().filter(|row| !row.is_unusual()).map(|row| row.requests).sum();
        rows.retain(ProgramRow::is_unusual);
        let rank = |row: &ProgramRow| (!row.way_round, !(row.new && row.few), !row.few, std::cmp::Reverse(row.requests));
        rows.sort_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| a.program.cmp(&b.program)));
        let cut_requests = rows.iter().skip(ROWS).map(|row| row.requests).sum();
        rows.truncate(ROWS);
        ProgramsFound {
            rows,
            all,
            usual,
            usual_requests,
            cut_requests,
            requests: self.requests,
            silent: self.silent,
            beyond: self.beyond,
            span,
            damaged,
        }
    }
}

/// Counts so many days up to now; at one site, or at all.
///
/// # Errors
/// [`JobStop`]: it was not to go on, or the log cannot be read.
pub(super) fn count(folder: &Path, until: i64, ask: (u32, u64, &str), go_on: GoOn<'_>) -> Result<ProgramsFound, JobStop> {
    let (back, few, site) = ask;
    let from = until - i64::from(back) * DAY_US;
    let spans = days(from, until);
    let (mut counting, mut damaged, mut began) = (Count::default(), 0, i64::MAX);
    for (at, (from, to)) in spans.iter().enumerate() {
        let (done, of) = steps(at, spans.len());
        if !go_on(done, of) {
            return Err(JobStop::Stopped);
        }
        let site = (!site.is_empty()).then(|| site.to_owned());
        let filter = Filter { from: Some(Timestamp(*from)), to: Some(Timestamp(*to)), site, ..Filter::default() };
        let streamed = each_request(folder, &filter, |_, record| {
            give_way();
            began = began.min(record.at.wall.0);
            counting.take(record);
        });
        damaged = damaged.max(streamed.map_err(|fault| read_fault(&fault))?.damage.len() as u64);
    }
    Ok(counting.finish((from, until), (few, began.min(until)), damaged))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn what_is_told_and_what_is_not_make_up_all_requests() {
        let row = |program: &str, requests, seen: i64| One {
            row: ProgramRow { program: program.into(), requests, seen: (seen, seen), ..ProgramRow::default() },
            people: (0..requests).collect(),
            devices: Hashes::default(),
        };
        let mut count = Count { requests: 1_000, silent: 7, beyond: 3, ..Count::default() };
        let until = 100 * DAY_US;
        for (name, requests, seen) in [("Chrome 126", 500, 80 * DAY_US), ("curl 8", 2, 80 * DAY_US), ("new 1", 488, until - DAY_US)] {
            count.all.insert((name.to_owned(), false), row(name, requests, seen));
        }
        let found = count.finish((69 * DAY_US, until), (5, 70 * DAY_US), 0);
        let told: BTreeMap<&str, (bool, bool)> = found.rows.iter().map(|row| (&*row.program, (row.few, row.new))).collect();
        assert_eq!(told, BTreeMap::from([("curl 8", (true, false)), ("new 1", (false, true))]));
        let sum: u64 = found.rows.iter().map(|row| row.requests).sum();
        assert_eq!(sum + found.usual_requests + found.cut_requests + found.silent + found.beyond, found.requests);
    }
}
