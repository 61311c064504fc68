//! What every log store must do, run over each one there is.
#![allow(clippy::let_underscore_must_use, clippy::wildcard_enum_match_arm)]

use crate::store_support::*;
use lifeguard::ports::{Durability, FixedClock, LogFault, LogStore, MemoryLog};
use lifeguard::record::Entry;
use lifeguard::store::query::{Order, Query, Row, search};
use lifeguard::store::{Store, open};
use std::sync::Arc;

/// A store under test: how to read it back, in order, as (what, text or number).
trait Subject: LogStore {
    fn read_back(&self) -> Vec<String>;
}

impl Subject for MemoryLog {
    fn read_back(&self) -> Vec<String> {
        self.inspect(|entries| entries.iter().map(|(_, entry)| name(entry)).collect())
    }
}

struct OnDisk {
    folder: tempfile::TempDir,
    store: Store,
}

impl LogStore for OnDisk {
    fn reserve(&self) -> Result<lifeguard::ports::Slot, LogFault> {
        self.store.reserve()
    }
    fn append(&self, entry: &Entry<'_>, need: Durability) -> lifeguard::ports::Receipt {
        self.store.append(entry, need)
    }
}

impl Subject for OnDisk {
    fn read_back(&self) -> Vec<String> {
        self.store.close();
        let query = Query { limit: 10_000, order: Order::Oldest, events: true, ..Query::default() };
        let mut numbered = Vec::new();
        for hit in search(self.folder.path(), &query).unwrap().hits {
            match hit.row().unwrap() {
                Row::Request(row) => {
                    numbered.push((row.sequence, format!("request {}", row.id)));
                    numbered.extend(row.outcome.map(|outcome| (outcome.sequence, format!("outcome {}", outcome.id))));
                }
                Row::Event(row) => numbered.push((row.sequence, format!("event {}", row.text))),
                Row::Outcome(row) => panic!("an outcome by itself: {row:?}"),
            }
        }
        numbered.sort();
        numbered.into_iter().map(|(_, name)| name).collect()
    }
}

fn name(entry: &Entry<'_>) -> String {
    match entry {
        Entry::Request(request) => format!("request {}", request.id),
        Entry::Outcome(outcome) => format!("outcome {}", outcome.id),
        Entry::Event(event) => format!("event {}", event.text),
    }
}

/// Every store there is, with places for this many requests.
fn subjects(places: u64) -> Vec<(&'static str, Box<dyn Subject>)> {
    let folder = tempfile::tempdir().unwrap();
    let settings = lifeguard::store::Settings { places, ..small(folder.path()) };
    let store = open(settings, Arc::new(FixedClock::at(1))).unwrap();
    vec![("memory", Box::new(MemoryLog::new(places))), ("disk", Box::new(OnDisk { folder, store }))]
}

#[test]
fn records_come_back_in_the_order_in_which_they_were_given() {
    for (which, log) in subjects(10) {
        let mut given = Vec::new();
        for id in 1..100 {
            let needs = [Durability::Queued, Durability::Kernel, Durability::Disk];
            let need = needs[usize::try_from(id % 3).unwrap()];
            let text = format!("{id}");
            for entry in [Entry::Request(request(id)), Entry::Event(event(&text)), Entry::Outcome(outcome(id))] {
                wait(log.append(&entry, need)).unwrap();
                given.push(name(&entry));
            }
        }
        assert_eq!(log.read_back(), given, "{which}");
    }
}

#[test]
fn a_place_is_given_until_there_is_none_and_again_when_one_comes_back() {
    for (which, log) in subjects(3) {
        let mut places: Vec<_> = (0..3).map(|_| log.reserve().unwrap()).collect();
        assert_eq!(log.reserve().err(), Some(LogFault::Full), "{which}");
        places.pop();
        assert!(log.reserve().is_ok(), "{which}");
    }
}

#[test]
fn receipts_come_whatever_the_need_and_from_many_threads_at_once() {
    for (which, log) in subjects(1000) {
        std::thread::scope(|scope| {
            for lane in 0..8 {
                let log = &*log;
                scope.spawn(move || {
                    for number in 0..50 {
                        let id = lane * 1000 + number;
                        let place = log.reserve().unwrap();
                        wait(log.append(&Entry::Request(request(id)), Durability::Kernel)).unwrap();
                        wait(log.append(&Entry::Outcome(outcome(id)), Durability::Queued)).unwrap();
                        drop(place);
                    }
                });
            }
        });
        let all = log.read_back();
        assert_eq!(all.len(), 800, "{which}");
        for lane in 0..8_u64 {
            let own = |name: &&String| {
                let id: lifeguard::model::RequestId = name.split(' ').nth(1).unwrap().parse().unwrap();
                id.0 / 1000 == lane
            };
            let order: Vec<_> = all.iter().filter(own).collect();
            let ids = (0..50).flat_map(|number| {
                let id = lifeguard::model::RequestId(lane * 1000 + number);
                [format!("request {id}"), format!("outcome {id}")]
            });
            assert!(order.into_iter().eq(ids.collect::<Vec<_>>().iter()), "{which}, lane {lane}");
        }
    }
}

#[test]
fn the_double_breaks_mends_and_waits_when_it_is_told() {
    let log = MemoryLog::new(1);
    log.break_down(Some(LogFault::Full));
    assert_eq!(log.reserve().err(), Some(LogFault::Full));
    assert_eq!(wait(log.append(&Entry::Request(request(1)), Durability::Queued)), Err(LogFault::Full));
    log.break_down(None);
    log.withhold();
    let receipt = log.append(&Entry::Request(request(1)), Durability::Kernel);
    assert_eq!(log.len(), 1);
    let waiting = std::thread::spawn(move || wait(receipt));
    std::thread::sleep(std::time::Duration::from_millis(20));
    assert!(!waiting.is_finished());
    log.release();
    assert_eq!(waiting.join().unwrap(), Ok(()));
}
