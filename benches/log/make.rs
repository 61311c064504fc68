//! Makes the log: traffic in, sealed and indexed segments out, with what it cost.

use crate::measure::{processor_seconds, status_bytes};
use crate::traffic::{Scale, Traffic};
use lifeguard::model::{Moment, Timestamp};
use lifeguard::ports::{Clock, Durability, LogStore};
use lifeguard::store::{Settings, open};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// The clock of the traffic.
struct TrafficClock(AtomicU64);

impl Clock for TrafficClock {
    fn now(&self) -> Moment {
        let us = self.0.load(Relaxed);
        Moment { wall: Timestamp(crate::traffic::FIRST_DAY * 1_000_000 + us as i64), monotonic_us: us + 5_000_000 }
    }
}

fn names(folder: &Path) -> Vec<(String, u64)> {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    files.map(|file| (file.file_name().to_string_lossy().into_owned(), file.metadata().map_or(0, |m| m.len()))).collect()
}

/// Segments that wait for the caretaker.
fn waiting(folder: &Path) -> usize {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    files.filter(|file| file.file_name().to_string_lossy().ends_with(".seg")).count()
}

pub(crate) fn make(folder: &Path, requests: u64) {
    if waiting(folder) > 0 {
        println!("{} holds a log: it is not made again", folder.display());
        return;
    }
    std::fs::create_dir_all(folder).unwrap();
    let clock = Arc::new(TrafficClock(AtomicU64::new(0)));
    let store = open(Settings::new(folder), Arc::clone(&clock) as Arc<dyn Clock>).unwrap();
    let mut traffic = Traffic::new(Scale::FULL);
    let begun = Instant::now();
    for number in 0..requests {
        traffic.step(&mut |entry| drop(store.append(entry, Durability::Queued)));
        clock.0.store(traffic.passed_us(), Relaxed);
        if number % 4096 == 0 {
            while store.state().snapshot().queue_bytes > 16 << 20 || (number % 65_536 == 0 && waiting(folder) > 4) {
                // Not too often: looking at a folder of thousands of files is no work of the log's.
                std::thread::sleep(Duration::from_millis(50));
            }
        }
        if number % 1_000_000 == 999_999 {
            println!(
                "{:4} million, {:.0} s, {:.0} s of processor",
                number / 1_000_000 + 1,
                begun.elapsed().as_secs_f64(),
                processor_seconds()
            );
        }
    }
    traffic.finish(&mut |entry| drop(store.append(entry, Durability::Queued)));
    while store.state().snapshot().queue_records > 0 || waiting(folder) > 1 {
        std::thread::sleep(Duration::from_millis(20));
    }
    store.close();
    drop(store);
    lifeguard::store::rebuild(folder, false, &|_, _| true).unwrap();
    let (wall, processor) = (begun.elapsed().as_secs_f64(), processor_seconds());
    println!(
        "made {requests} requests in {wall:.0} s, {processor:.0} s of processor, generator included: {:.0} rows per second of one core",
        requests as f64 / processor
    );
    let mut only = Traffic::new(Scale::FULL);
    let before = processor_seconds();
    let sample = requests.min(1_000_000);
    let mut bytes = Vec::new();
    for _ in 0..sample {
        only.step(&mut |entry| {
            bytes.clear();
            lifeguard::record::encode(entry, &mut bytes);
        });
    }
    let generator = (processor_seconds() - before) * requests as f64 / sample as f64;
    println!(
        "without the generator's {generator:.0} s: {:.0} rows per second of one core",
        requests as f64 / (processor - generator).max(0.001)
    );
    println!("most memory while making: {} MB", status_bytes("VmHWM") >> 20);
}

/// Bytes per request row, by kind of file, over the segments that are sealed.
pub(crate) fn sizes(folder: &Path) {
    let mut by_kind = std::collections::BTreeMap::<String, (u64, u64)>::new();
    for (name, bytes) in names(folder) {
        let kind = name.rsplit_once('.').map_or("", |(_, kind)| kind).to_owned();
        let place = by_kind.entry(kind).or_default();
        *place = (place.0 + 1, place.1 + bytes);
    }
    let counts = lifeguard::store::query::count(folder, &Default::default(), &[], &|_, _| true).expect("the log is there");
    let requests = counts.total as f64;
    println!("{requests} requests in {} segments, {} of them indexed", counts.segments, counts.rolled_up);
    let mut all = 0.0;
    for (kind, (files, bytes)) in by_kind.iter().filter(|(kind, _)| matches!(kind.as_str(), "sealed" | "parquet" | "sum")) {
        let each = *bytes as f64 / requests;
        all += each;
        println!("  {kind:8} {files:6} files {bytes:13} bytes  {each:6.2} a row");
    }
    println!("  all in {all:.2} bytes a row");
}
