//! The power goes, or the process is killed, at random moments of the real writer with its threads, again and again on the same disk.
//! What was acknowledged is there each time, the log is whole, and what was lost is said.
//!
//! `LIFEGUARD_POWER_CUTS=1000` cuts that often (100 without it); `LIFEGUARD_SEED` repeats the chances of an earlier run.

use super::fake::{Act, Chance, FakeFiles};
use super::{at, wait};
use crate::model::Moment;
use crate::ports::{Clock, Durability, LogStore};
use crate::record::{Entry, EventKind, EventRecord};
use crate::store::log::open_on;
use crate::store::query::{Order, Query, Row};
use crate::store::{Health, Settings};
use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// Rounds on one disk, before a new one is taken: searching a log that only grows takes ever longer.
const ROUNDS: u64 = 10;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    /// The power goes: only what was synced is sure.
    Power,
    /// The process is killed: the kernel has everything it was given.
    Kill,
}

/// A clock that runs, and is set now and then.
struct ShakyClock(Instant, AtomicU64);

impl Clock for ShakyClock {
    fn now(&self) -> Moment {
        let turn = self.1.fetch_add(1, Relaxed);
        let second = if turn % 50 < 25 { 0 } else { -3600 };
        Moment { monotonic_us: u64::try_from(self.0.elapsed().as_micros()).unwrap(), ..at(second) }
    }
}

fn settings(durability: Durability, chance: &mut Chance) -> Settings {
    Settings {
        durability,
        segment_bytes: 2_000 + chance.below(20_000),
        reserve_bytes: [0, 64 * 1024][usize::try_from(chance.below(2)).unwrap()],
        sync_every: Duration::from_micros(500 + chance.below(5_000)),
        retry_every: Duration::from_millis(1),
        ..Settings::new("/fake")
    }
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// Writes until the disk is dead; returns what was acknowledged, each with how safe it was to be.
fn write_until_dead(disk: &FakeFiles, settings: Settings, round: u64, lanes: u64, pause: Duration) -> Vec<(String, Durability)> {
    let Ok(store) = open_on(Arc::new(disk.clone()), settings, Arc::new(ShakyClock(Instant::now(), AtomicU64::new(0))), None) else {
        // Dead already, or a fault was ordered: then nothing was acknowledged.
        return Vec::new();
    };
    let acknowledged = std::thread::scope(|scope| {
        let lane = |lane: u64| {
            let store = &store;
            scope.spawn(move || {
                let mut safe = Vec::new();
                for turn in 0.. {
                    let text = format!("{round} {lane} {turn} {}", "x".repeat(usize::try_from(turn * 37 % 400).unwrap()));
                    let entry = Entry::Event(EventRecord { at: at(1), kind: EventKind::Hostile, peer: None, text: text.as_str().into() });
                    let need = [Durability::Kernel, Durability::Kernel, Durability::Disk][usize::try_from(turn % 3).unwrap()];
                    match wait(store.append(&entry, need)) {
                        Ok(()) => safe.push((text, need)),
                        Err(_) if disk.is_dead() => return safe,
                        // A fault that was ordered: it mends itself.
                        Err(_) => std::thread::sleep(Duration::from_micros(300)),
                    }
                    std::thread::sleep(pause);
                }
                safe
            })
        };
        let lanes: Vec<_> = (0..lanes).map(lane).collect();
        lanes.into_iter().flat_map(|lane| lane.join().unwrap()).collect()
    });
    assert_ne!(store.state().snapshot().health, Health::Closed);
    acknowledged
}

/// Every text in the log by number; the log must be whole and must say what is missing.
fn read(disk: &FakeFiles) -> BTreeMap<u64, String> {
    let report = crate::store::verify::verify_in(disk).unwrap();
    assert!(report.is_whole(), "{report:#?}");
    let query = Query { limit: 100_000, order: Order::Oldest, events: true, ..Query::default() };
    let answer = crate::store::query::search_in(disk, &query).unwrap();
    assert!(answer.damage.is_empty() && !answer.more, "{:?}", answer.damage);
    let mut texts = BTreeMap::new();
    let mut said = Vec::new();
    for hit in &answer.hits {
        let Some(Row::Event(row)) = hit.row() else { panic!("only events were written") };
        if row.event == EventKind::Gap {
            let mut numbers = row.text.split_whitespace().filter_map(|word| word.parse().ok());
            said.push((numbers.next().unwrap(), numbers.next().unwrap()));
        }
        assert!(texts.insert(row.sequence, row.text).is_none());
    }
    assert_eq!(said, report.gaps, "the log says of every gap what is missing");
    let missing: u64 = report.gaps.iter().map(|(first, last)| last - first + 1).sum();
    assert_eq!(
        texts.len() as u64 + missing,
        texts.last_key_value().map_or(0, |(last, _)| *last),
        "every number is there or said to be missing"
    );
    texts
}

/// One disk, some rounds; how many records were acknowledged.
fn rounds(rounds: u64, durability: Durability, ending: Ending, chance: &mut Chance) -> u64 {
    let mut disk = FakeFiles::default();
    let mut safe: BTreeSet<String> = BTreeSet::new();
    for round in 0..rounds {
        if chance.below(3) == 0 {
            let act = [Act::Write, Act::Sync, Act::Create, Act::Rename, Act::SyncFolder][usize::try_from(chance.below(5)).unwrap()];
            let kind = [ErrorKind::Other, ErrorKind::StorageFull, ErrorKind::Interrupted][usize::try_from(chance.below(3)).unwrap()];
            if matches!(act, Act::Write | Act::Sync) && !(act == Act::Sync && kind == ErrorKind::Interrupted) {
                disk.fail(act, 1, kind);
            }
        }
        disk.set_longest_write((chance.below(4) == 0).then_some(100));
        disk.cut_after(chance.below(400));
        let pause = Duration::from_micros(chance.below(2) * chance.below(600));
        let settings = settings(durability, chance);
        let acknowledged = write_until_dead(&disk, settings, round, 1 + chance.below(3), pause);
        let sure = |need: Durability| ending == Ending::Kill || durability == Durability::Disk || need == Durability::Disk;
        safe.extend(acknowledged.into_iter().filter(|(_, need)| sure(*need)).map(|(text, _)| text));
        disk = match ending {
            Ending::Power => disk.after_hard_cut(chance),
            Ending::Kill => disk.after_kill(),
        };
        // Opened once in peace, so that what was lost is said.
        let settings = self::settings(durability, chance);
        open_on(Arc::new(disk.clone()), settings, Arc::new(ShakyClock(Instant::now(), AtomicU64::new(0))), None).unwrap().close();
        let found: BTreeMap<String, usize> = read(&disk).into_values().fold(BTreeMap::new(), |mut found, text| {
            *found.entry(text).or_default() += 1;
            found
        });
        for text in &safe {
            assert_eq!(found.get(text), Some(&1), "round {round}: an acknowledged record is gone or doubled: {text:.60}");
        }
    }
    safe.len() as u64
}

#[allow(clippy::print_stdout)]
fn cuts(durability: Durability, ending: Ending) {
    let cuts = number("LIFEGUARD_POWER_CUTS").unwrap_or(100);
    let now = std::time::SystemTime::now().duration_since(std::time::SystemTime::UNIX_EPOCH).unwrap();
    let seed = number("LIFEGUARD_SEED").unwrap_or(u64::from(now.subsec_nanos()) << 8 | 1);
    println!("seed {seed}");
    let (mut chance, mut acknowledged, mut done) = (Chance(seed), 0, 0);
    while done < cuts {
        let some = ROUNDS.min(cuts - done);
        acknowledged += rounds(some, durability, ending, &mut chance);
        done += some;
    }
    println!(
        "{cuts} times {ending:?} with durability {durability:?}: {acknowledged} acknowledged records, none lost, the log whole each time"
    );
    assert!(acknowledged > cuts, "the load was too thin to say anything");
}

#[test]
fn with_durability_power_no_acknowledged_record_is_lost_to_power_cuts() {
    cuts(Durability::Disk, Ending::Power);
}

#[test]
fn with_durability_process_no_record_that_waited_for_the_disk_is_lost_to_power_cuts() {
    cuts(Durability::Kernel, Ending::Power);
}

#[test]
fn with_durability_process_no_acknowledged_record_is_lost_to_kills() {
    cuts(Durability::Kernel, Ending::Kill);
}

#[test]
fn what_a_killed_process_left_with_the_kernel_survives_the_next_power_cut() {
    let disk = FakeFiles::default();
    let quiet = Settings { reserve_bytes: 0, sync_every: Duration::from_secs(100), ..Settings::new("/fake") };
    let clock = || Arc::new(ShakyClock(Instant::now(), AtomicU64::new(0)));
    let store = open_on(Arc::new(disk.clone()), quiet.clone(), clock(), None).unwrap();
    for _ in 0..20 {
        wait(store.append(&super::event("whole"), Durability::Kernel)).unwrap();
    }
    let killed = disk.after_kill();
    store.close();
    let store = open_on(Arc::new(killed.clone()), quiet, clock(), None).unwrap();
    let left = killed.after_power_cut(0);
    store.close();
    assert_eq!(read(&left).len(), 21, "twenty, and one that says how the log was left");
}

#[test]
fn a_log_that_was_not_closed_says_so_when_it_is_opened_again() {
    let disk = FakeFiles::default();
    let quiet = Settings { reserve_bytes: 0, ..Settings::new("/fake") };
    let clock = || Arc::new(ShakyClock(Instant::now(), AtomicU64::new(0)));
    let store = open_on(Arc::new(disk.clone()), quiet.clone(), clock(), None).unwrap();
    wait(store.append(&super::event("whole"), Durability::Kernel)).unwrap();
    let killed = disk.after_kill();
    store.close();
    open_on(Arc::new(killed.clone()), quiet.clone(), clock(), None).unwrap().close();
    let said = read(&killed).remove(&2).unwrap();
    assert!(said.contains("the process was stopped by force after record 1"), "{said}");
    open_on(Arc::new(killed.clone()), quiet, clock(), None).unwrap().close();
    assert_eq!(read(&killed).len(), 2, "after an orderly end nothing is said");
}
