//! How much the log costs on the way of a request. Run with
//! `CARGO_PROFILE_DEV_OPT_LEVEL=3 taskset -c 0 cargo nextest run --test log store_throughput:: --run-ignored all --no-capture`;
//! `LIFEGUARD_BENCH_SECONDS` and `LIFEGUARD_BENCH_TASKS` turn the knobs.
#![allow(clippy::let_underscore_must_use, clippy::wildcard_enum_match_arm)]

use crate::store_support::*;
use lifeguard::ports::{Durability, LogFault, LogStore, Receipt, Slot};
use lifeguard::record::Entry;
use lifeguard::store::open;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

/// A log that does nothing: what the loop itself costs.
struct NoLog(Arc<AtomicU64>);

impl LogStore for NoLog {
    fn reserve(&self) -> Result<Slot, LogFault> {
        Slot::take(&self.0, u64::MAX).ok_or(LogFault::Full)
    }
    fn append(&self, _: &Entry<'_>, _: Durability) -> Receipt {
        Receipt::ready(Ok(()))
    }
}

fn knob(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Requests per second, and the slowest hundredth of receipts in microseconds.
fn drive(log: Arc<dyn LogStore>, need: Durability) -> (f64, u128, u128) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_time().build().unwrap();
    let length = Duration::from_secs(knob("LIFEGUARD_BENCH_SECONDS", 3));
    let tasks = knob("LIFEGUARD_BENCH_TASKS", 64);
    let start = Instant::now();
    let work = move |task: u64| {
        let log = Arc::clone(&log);
        async move {
            let (mut done, mut waits) = (0_u64, Vec::new());
            while start.elapsed() < length {
                let id = task << 32 | done;
                let slot = log.reserve().unwrap();
                let before = Instant::now();
                let receipt = log.append(&Entry::Request(request(id)), need);
                receipt.await.unwrap();
                waits.push(before.elapsed().as_micros());
                // A turn of the reactor, as a real request takes several.
                tokio::task::yield_now().await;
                drop(log.append(&Entry::Outcome(outcome(id)), Durability::Queued));
                drop(slot);
                done += 1;
            }
            (done, waits)
        }
    };
    let (done, mut waits) = runtime.block_on(async move {
        let handles: Vec<_> = (0..tasks).map(|task| tokio::spawn(work(task))).collect();
        let (mut done, mut waits) = (0, Vec::new());
        for handle in handles {
            let (count, times) = handle.await.unwrap();
            done += count;
            waits.extend(times);
        }
        (done, waits)
    });
    waits.sort_unstable();
    (done as f64 / start.elapsed().as_secs_f64(), waits[waits.len() / 2], waits[waits.len() * 99 / 100])
}

#[test]
#[ignore = "a measurement"]
#[allow(clippy::print_stdout)]
fn requests_per_second() {
    let say = |name: &str, (rate, p50, p99): (f64, u128, u128)| {
        println!("{name:28} {rate:10.0} requests/s  {:6.2} us each  receipt p50 {p50} us  p99 {p99} us", 1e6 / rate);
    };
    say("no log", drive(Arc::new(NoLog(Arc::default())), Durability::Kernel));
    for (name, need) in [("kernel receipts", Durability::Kernel), ("disk receipts", Durability::Disk)] {
        let folder = tempfile::tempdir_in(std::env::var("LIFEGUARD_BENCH_FOLDER").unwrap_or_else(|_| "target".into())).unwrap();
        let store = Arc::new(open(lifeguard::store::Settings::new(folder.path()), RunningClock::start()).unwrap());
        say(name, drive(Arc::clone(&store) as Arc<dyn LogStore>, need));
        store.close();
        let snapshot = store.state().snapshot();
        println!(
            "  {} records, {} bytes, {} syncs, last took {} us",
            snapshot.records, snapshot.bytes, snapshot.syncs, snapshot.sync_took_us
        );
    }
}

/// Reads a log of a million records: `LIFEGUARD_BENCH_RECORDS` turns the knob.
#[test]
#[ignore = "a measurement"]
#[allow(clippy::print_stdout)]
fn records_read_per_second() {
    use lifeguard::store::query::{Filter, Order, Query, search};
    let folder = tempfile::tempdir_in(std::env::var("LIFEGUARD_BENCH_FOLDER").unwrap_or_else(|_| "target".into())).unwrap();
    let store = open(lifeguard::store::Settings::new(folder.path()), RunningClock::start()).unwrap();
    let requests = knob("LIFEGUARD_BENCH_RECORDS", 1_000_000) / 2;
    for id in 0..requests {
        let need = if id.is_multiple_of(1000) { Durability::Kernel } else { Durability::Queued };
        wait(store.append(&Entry::Request(request(id)), need)).unwrap();
        wait(store.append(&Entry::Outcome(outcome(id)), Durability::Queued)).unwrap();
    }
    store.close();
    let bytes = store.state().snapshot().bytes as f64;
    drop(store);
    // Processor time of this thread, so that a busy machine does not count.
    let used = || {
        let schedstat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
        schedstat.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e9
    };
    let say = |name: &str, start: f64| {
        let seconds = used() - start;
        println!("{name:40} {seconds:7.3} s  {:7.0} MB/s", bytes / 1e6 / seconds);
    };
    let start = used();
    assert!(lifeguard::store::verify(folder.path()).unwrap().is_whole());
    say("verify", start);
    for (name, filter) in [
        ("search: a text that is not there", Filter { url: Some("not-there".into()), ..Filter::default() }),
        ("search: a person who is not there", Filter { user: Some("nobody".into()), ..Filter::default() }),
        ("search: the newest hundred", Filter::default()),
    ] {
        let start = used();
        search(folder.path(), &Query { filter, order: Order::Newest, limit: 100, events: false, after: None }).unwrap();
        say(name, start);
    }
    let start = used();
    drop(open(lifeguard::store::Settings::new(folder.path()), RunningClock::start()).unwrap());
    say("open and close", start);
}
