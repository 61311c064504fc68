//! Counts breaches by host and by what decides today, in bounded memory: pure, no log and no lists in here.

use crate::model::Timestamp;
use serde::Serialize;
use std::collections::HashMap;

/// Most rows that are kept apart; what comes beyond is counted together.
const MOST: usize = 100_000;

/// What stands for a row.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Key {
    /// Canonical host; redacted where a statutory list decides.
    pub host: String,
    /// Code of the reason of then.
    pub then: &'static str,
    /// Code of the reason of today.
    pub now: &'static str,
    /// List that decides today; then's, where today nothing stands against it. May be empty.
    pub list: String,
    /// Category that decides.
    pub category: String,
    /// Entry that decides; never one of a statutory list.
    pub entry: String,
    /// Policy layer and rule that decides today.
    pub layer: String,
}

/// Where one request of a row is to be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub at: Timestamp,
    pub reference: String,
    pub group: String,
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// What it is about.
    #[serde(flatten)]
    pub key: Key,
    /// Requests.
    pub requests: u64,
    /// The earliest: RFC 3339, UTC.
    #[serde(serialize_with = "as_text")]
    pub first: Timestamp,
    /// The latest.
    #[serde(serialize_with = "as_text")]
    pub last: Timestamp,
    /// Reference number of one of them, for `logs search --id`; empty where the address is redacted.
    pub reference: String,
    /// Groups, as far as there are few.
    pub groups: Vec<String>,
}

/// The count.
#[derive(Debug, Default)]
pub(super) struct Tally {
    rows: HashMap<Key, Row>,
    /// Requests of rows beyond the most that are kept.
    pub(super) beyond: u64,
}

/// More groups than these are not named one by one.
const GROUPS: usize = 8;

impl Tally {
    pub(super) fn add(&mut self, key: Key, seen: Seen) {
        self.add_within(key, seen, MOST);
    }

    fn add_within(&mut self, key: Key, seen: Seen, most: usize) {
        if self.rows.len() >= most && !self.rows.contains_key(&key) {
            self.beyond += 1;
            return;
        }
        let Seen { at, reference, group } = seen;
        let new = || Row { key: key.clone(), requests: 0, first: at, last: at, reference, groups: Vec::new() };
        let row = self.rows.entry(key.clone()).or_insert_with(new);
        row.requests += 1;
        (row.first, row.last) = (row.first.min(at), row.last.max(at));
        if row.groups.len() < GROUPS && !row.groups.contains(&group) {
            row.groups.push(group);
        }
    }

    /// All requests.
    pub(super) fn requests(&self) -> u64 {
        self.rows.values().map(|row| row.requests).sum::<u64>() + self.beyond
    }

    /// The rows, the most frequent first.
    pub(super) fn into_rows(self) -> Vec<Row> {
        let mut rows: Vec<Row> = self.rows.into_values().collect();
        rows.sort_by(|a, b| b.requests.cmp(&a.requests).then_with(|| a.key.cmp(&b.key)));
        rows
    }
}

fn as_text<S: serde::Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(host: &str) -> Key {
        let text = String::new;
        Key { host: host.into(), then: "allowed", now: "category", list: "l".into(), category: text(), entry: text(), layer: text() }
    }

    fn seen(second: i64, group: &str) -> Seen {
        Seen { at: Timestamp::from_seconds(second), reference: second.to_string(), group: group.into() }
    }

    #[test]
    fn rows_count_and_keep_first_last_and_groups_whatever_the_order() {
        let mut tally = Tally::default();
        for (host, second, group) in [("a.test", 5, "x"), ("b.test", 1, "x"), ("a.test", 2, "y"), ("a.test", 9, "x")] {
            tally.add(key(host), seen(second, group));
        }
        assert_eq!(tally.requests(), 4);
        let rows = tally.into_rows();
        assert_eq!((rows[0].key.host.as_str(), rows[0].requests), ("a.test", 3));
        assert_eq!((rows[0].first, rows[0].last), (Timestamp::from_seconds(2), Timestamp::from_seconds(9)));
        assert_eq!((rows[0].groups.clone(), rows[0].reference.as_str()), (vec!["x".to_owned(), "y".to_owned()], "5"));
    }

    #[test]
    fn what_comes_beyond_the_most_is_counted_together() {
        let mut tally = Tally::default();
        for number in 0..10 {
            tally.add_within(key(&format!("h{}.test", number % 5)), seen(number, "x"), 3);
        }
        assert_eq!((tally.beyond, tally.requests()), (4, 10));
        assert_eq!(tally.into_rows().len(), 3);
    }
}
