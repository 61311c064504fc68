//! The index is derived: whatever happens to it, before a question or in the middle of it, no row is wrong and none is lost. And a sealed
//! block that does not read costs its own records, no others.

use super::fake::FakeFiles;
use super::opening::Opening;
use super::sealed::{everything, log_of, sealed};
use crate::store::caretaker::tend;
use crate::store::fault::ReadFault;
use crate::store::files::Files;
use crate::store::query::{By, Counts, Filter, Order, Query, count_in, search_in};
use crate::store::verify::verify_in;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

/// A folder in which, when so many more files were opened, something happens to every file with this ending.
fn vanishing(disk: FakeFiles, left: i64, ending: &'static str, happens: fn(&FakeFiles, &str)) -> impl Files {
    let left = AtomicI64::new(left);
    let open = move |disk: &FakeFiles, name: &str| {
        if left.fetch_sub(1, Relaxed) == 0 {
            disk.names().unwrap().iter().filter(|name| name.ends_with(ending)).for_each(|name| happens(disk, name));
        }
        disk.open(name)
    };
    Opening { disk, open }
}

type Rows = Vec<(u64, String)>;

fn rows(files: &dyn Files, filter: &Filter) -> Rows {
    let query = Query { order: Order::Oldest, limit: 100_000, filter: filter.clone(), ..Query::default() };
    let answer = search_in(files, &query).unwrap();
    assert!(answer.damage.is_empty(), "{:?}", answer.damage);
    answer.hits.iter().map(|hit| (hit.sequence, serde_json::to_string(&hit.row().unwrap()).unwrap())).collect()
}

fn counts(files: &dyn Files, filter: &Filter) -> (u64, Vec<(Vec<String>, u64)>) {
    let Counts { total, groups, damage, .. } = count_in(files, filter, &[By::Host, By::Status], &|_, _| true).unwrap();
    assert!(damage.is_empty(), "{damage:?}");
    (total, groups)
}

#[test]
fn an_index_that_is_deleted_while_a_query_runs_costs_no_row_and_adds_none() {
    let disk = FakeFiles::default();
    log_of(&disk, 200, 6000);
    assert!(tend(&disk, &|| false));
    assert!(sealed(&disk).len() >= 3);
    let filters = [
        Filter::default(),
        Filter { user: Some("kim".into()), host: Some("example.test".into()), ..Filter::default() },
        Filter { url: Some("/page/1".into()), status: Some(200..=299), ..Filter::default() },
    ];
    let expected: Vec<_> = filters.iter().map(|filter| (rows(&disk, filter), counts(&disk, filter))).collect();
    assert!(expected.iter().all(|(rows, counts)| rows.len() > 10 && rows.len() as u64 == counts.0));
    let removed = |disk: &FakeFiles, name: &str| disk.remove(name).unwrap();
    let emptied = |disk: &FakeFiles, name: &str| disk.put(name, Vec::new());
    let changed = |disk: &FakeFiles, name: &str| {
        let mut bytes = disk.bytes(name);
        let middle = bytes.len() / 2;
        bytes[middle] ^= 4;
        disk.put(name, bytes);
    };
    let happenings: [fn(&FakeFiles, &str); 3] = [removed, emptied, changed];
    for (filter, (rows_there, counts_there)) in filters.iter().zip(&expected) {
        for ending in [".parquet", ".sum"] {
            for happens in happenings {
                for left in (0..40).step_by(7) {
                    let vanishing = || vanishing(disk.after_kill(), left, ending, happens);
                    assert_eq!(&rows(&vanishing(), filter), rows_there, "{ending} after {left}");
                    let counting = vanishing();
                    assert_eq!(&counts(&counting, filter), counts_there, "{ending} after {left}");
                }
            }
        }
    }
    // And what is gone is made again.
    disk.names().unwrap().iter().filter(|name| name.ends_with(".parquet")).for_each(|name| disk.remove(name).unwrap());
    assert!(tend(&disk, &|| false));
    assert_eq!(disk.names().unwrap().iter().filter(|name| name.ends_with(".parquet")).count(), sealed(&disk).len());
}

/// As an older version left it.
#[test]
fn a_summary_of_another_version_is_made_anew_and_never_misread() {
    let disk = FakeFiles::default();
    log_of(&disk, 100, 6000);
    assert!(tend(&disk, &|| false));
    let before = everything(&disk);
    let names: Vec<String> = disk.names().unwrap().into_iter().filter(|name| name.ends_with(".sum")).collect();
    let good: Vec<Vec<u8>> = names.iter().map(|name| disk.bytes(name)).collect();
    for (name, good) in names.iter().zip(&good) {
        let mut old = good.clone();
        old[8] = 1;
        disk.put(name, old);
    }
    assert_eq!(everything(&disk), before);
    assert!(tend(&disk, &|| false));
    let again: Vec<Vec<u8>> = names.iter().map(|name| disk.bytes(name)).collect();
    assert_eq!(again, good);
}

#[test]
fn a_sealed_block_that_does_not_read_costs_its_own_records_and_is_named() {
    let whole = FakeFiles::default();
    log_of(&whole, 4000, 900_000);
    assert!(tend(&whole, &|| false));
    let name = sealed(&whole)[0].clone();
    let before: BTreeSet<(u64, String)> = everything(&whole).into_iter().collect();
    let bytes = whole.bytes(&name);
    let (mut lossy, mut places) = (0, BTreeSet::new());
    for at in (8..bytes.len()).step_by(bytes.len() / 14) {
        for indexed in [true, false] {
            let disk = whole.after_kill();
            let mut bytes = bytes.clone();
            bytes[at] ^= 1;
            disk.put(&name, bytes);
            if !indexed {
                disk.remove(&name.replace(".sealed", ".sum")).unwrap();
            }
            let query = Query { order: Order::Oldest, limit: 100_000, events: true, ..Query::default() };
            let answer = search_in(&disk, &query).unwrap();
            assert!(!verify_in(&disk).unwrap().is_whole(), "byte {at}");
            let said: Vec<String> = answer.damage.iter().map(ReadFault::to_string).collect();
            assert!(!said.is_empty() && said.iter().all(|said| said.contains(&name)), "byte {at}: {said:?}");
            if !said.iter().all(|said| said.contains("the block of the sealed file")) {
                continue;
            }
            assert_eq!(said.len(), 1, "byte {at}: one place");
            if indexed {
                // A count by the index says how many there were; only who reads the records, or verifies, sees that some are gone.
                let there = before.iter().filter(|(_, row)| row.contains("\"kind\":\"request\"")).count() as u64;
                let Counts { total, damage, .. } = count_in(&disk, &Filter::default(), &[], &|_, _| true).unwrap();
                assert_eq!((total, damage.len()), (there, 0), "byte {at}");
            }
            let after: BTreeSet<u64> = answer.hits.iter().map(|hit| hit.sequence).collect();
            let gone: Vec<u64> = before.iter().map(|row| row.0).filter(|number| !after.contains(number)).collect();
            assert_eq!(after.len() + gone.len(), before.len(), "byte {at}: nothing was added");
            if let (Some(first), Some(last)) = (gone.first(), gone.last()) {
                lossy += 1;
                places.insert(*first);
                assert!(gone.len() < before.len() / 2, "byte {at}: {} of {} are gone", gone.len(), before.len());
                assert!(after.iter().all(|number| number < first || number > last), "byte {at}: what is gone lies together");
            }
        }
    }
    assert!(lossy > 8 && places.len() > 2, "{lossy} {places:?}");
}
