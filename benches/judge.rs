//! How fast a verdict is, and what the lists cost: look-ups hot and cold, whole addresses, compiling, loading, memory.
//!
//! ```text
//! cargo bench --bench judge                            everything, 5,000,000 entries in 70 categories
//! LIFEGUARD_BENCH_ENTRIES=200000 cargo bench --bench judge -- host
//! valgrind --tool=callgrind target/release/deps/judge-* instructions 0        and again with 10000: the difference
//!                                                      divided by 10000 is the instructions of one verdict
//! ```
//!
//! The names are made up by a fixed rule, so that every machine measures the same lists; nine of ten addresses are not listed.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::expect_used, reason = "a bench prints, and stops when it cannot be set up")]

#[path = "judge/decide.rs"]
mod decide;
#[path = "judge/names.rs"]
mod names;

use lifeguard::canon::{CanonicalUrl, RawTarget, Wrappers, canonicalise};
use lifeguard::lists::{Compiled, Compiler, Format, InstallationKey, ListImage, ListKind, ListSpec, Source};
use lifeguard::matcher::{find, find_name};
use names::{Names, Query};
use std::fs::File;
use std::hint::black_box;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Instant;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const CATEGORIES: usize = 70;
const QUERIES: usize = 200_000;
/// Other memory that is touched between two cold look-ups.
const TOUCHED: usize = 3 << 20;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let count = std::env::var("LIFEGUARD_BENCH_ENTRIES").ok().and_then(|text| text.parse().ok()).unwrap_or(5_000_000);
    match words.first().map(String::as_str) {
        Some("instructions") => instructions(words.get(1).and_then(|text| text.parse().ok()).unwrap_or(10_000)),
        part => everything(count, part),
    }
}

fn key() -> InstallationKey {
    InstallationKey::from_bytes([7; 32])
}

fn everything(count: usize, part: Option<&str>) {
    let wanted = |name: &str| part.is_none_or(|part| part == name);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let text_bytes = write_lists(folder.path(), count);
    reset_peak();
    let base = resident("VmRSS");
    let (started, processor) = (Instant::now(), processor_seconds());
    let compiled = compile_folder(folder.path());
    let (took, processor) = (started.elapsed().as_secs_f64(), processor_seconds() - processor);
    let peak = resident("VmHWM").saturating_sub(base);
    let image = compiled.image;
    let entries: u64 = image.lists().iter().map(|list| list.entries).sum();
    let bytes = image.memory().categories;
    println!("lists: {entries} entries in {CATEGORIES} categories, {:.1} MB of text", mega(text_bytes));
    println!("image: {:.1} MB, {:.2} bytes an entry, version {}", mega(bytes), bytes as f64 / entries as f64, image.version());
    if wanted("compile") {
        let share = peak as f64 / (bytes + text_bytes) as f64;
        println!(
            "compile: {took:.3} s, {processor:.2} s of processor time; peak {:.1} MB above the start = {share:.2} x (image + text)",
            mega(peak)
        );
        for _ in 0..2 {
            let (started, processor) = (Instant::now(), processor_seconds());
            drop(compile_folder(folder.path()));
            println!("compile again: {:.3} s, {:.2} s of processor time", started.elapsed().as_secs_f64(), processor_seconds() - processor);
        }
    }
    if wanted("load") {
        load(&image, folder.path());
    }
    let queries: Vec<Query> = Names::queries(count, QUERIES).collect();
    if wanted("host") {
        host_lookups(&image, &queries);
    }
    if wanted("full") {
        full_addresses(&image, &queries);
        decide::whole_verdicts(&image, &queries);
    }
}

/// Writes one file a category, and says how many bytes.
fn write_lists(folder: &Path, count: usize) -> usize {
    let mut files: Vec<_> = (0..CATEGORIES).map(|n| BufWriter::new(File::create(folder.join(n.to_string())).unwrap())).collect();
    let mut bytes = 0;
    let mut name = String::new();
    for n in 0..count {
        Names::listed(n, &mut name);
        name.push('\n');
        bytes += name.len();
        files[Names::category(n, CATEGORIES)].write_all(name.as_bytes()).unwrap();
    }
    bytes
}

fn compile_folder(folder: &Path) -> Compiled {
    let mut compiler = Compiler::new(&key());
    for n in 0..CATEGORIES {
        let name = n.to_string();
        let list = compiler.add_list(ListSpec::new(ListKind::Category, &name, &name)).unwrap();
        compiler.feed(list, &Source::new(&name, Format::Domains), File::open(folder.join(&name)).unwrap()).unwrap();
    }
    compiler.finish()
}

fn load(image: &ListImage, folder: &Path) {
    let file = folder.join("image");
    let started = Instant::now();
    image.write(File::create(&file).unwrap()).unwrap();
    println!("write image: {:.3} s", started.elapsed().as_secs_f64());
    for _ in 0..3 {
        let (started, processor) = (Instant::now(), processor_seconds());
        let read = ListImage::read(File::open(&file).unwrap(), &key()).unwrap();
        println!("start from image: {:.3} s, {:.2} s of processor time", started.elapsed().as_secs_f64(), processor_seconds() - processor);
        assert_eq!(read.version(), image.version());
    }
}

fn host_lookups(image: &ListImage, queries: &[Query]) {
    let all: Vec<&str> = queries.iter().map(|query| query.host.as_str()).collect();
    for (label, hosts) in [("1,000 hosts", &all[..1_000.min(all.len())]), ("200,000 hosts", &all[..])] {
        let each = best_of(5, || time_each(hosts, |host| !find_name(image, host).is_empty()));
        println!("host look-up, hot, {label}: {each:.0} ns");
    }
    let misses: Vec<&str> = queries.iter().filter(|query| !query.listed).map(|query| query.host.as_str()).collect();
    let each = best_of(5, || time_each(&misses, |host| !find_name(image, host).is_empty()));
    println!("host look-up, hot, misses only: {each:.0} ns");
    println!("host look-up, cold: {}", cold(&all, |host| !find_name(image, host).is_empty()));
}

fn full_addresses(image: &ListImage, queries: &[Query]) {
    let wrappers = Wrappers::default();
    let texts: Vec<&str> = queries.iter().map(|query| query.url.as_str()).collect();
    let verdict = |text: &str| read(text, &wrappers).is_some_and(|url| !find(image, &url).categories.is_empty());
    for (label, texts) in [("1,000 addresses", &texts[..1_000.min(texts.len())]), ("200,000 addresses", &texts[..])] {
        println!("canonicalise + match, hot, {label}: {:.0} ns", best_of(5, || time_each(texts, verdict)));
        println!("canonicalise alone, {label}: {:.0} ns", best_of(5, || time_each(texts, |text| read(text, &wrappers).is_some())));
    }
    println!("canonicalise + match, cold: {}", cold(&texts, verdict));
    let urls: Vec<CanonicalUrl> = texts[..1_000.min(texts.len())].iter().filter_map(|text| read(text, &wrappers)).collect();
    println!(
        "match alone, 1,000 addresses: {:.0} ns",
        best_of(5, || time_each(&urls.iter().collect::<Vec<_>>(), |url| !find(image, url).categories.is_empty()))
    );
    let hostile = format!("http://{}/{}", "a.".repeat(120) + "test", "%2525a/".repeat(9_000));
    let started = Instant::now();
    black_box(verdict(&hostile));
    println!("hostile target of {} bytes: {:.2} ms", hostile.len(), started.elapsed().as_secs_f64() * 1e3);
}

fn read(text: &str, wrappers: &Wrappers) -> Option<CanonicalUrl> {
    canonicalise(RawTarget::Absolute(text.as_bytes()), wrappers).ok()
}

fn instructions(count: usize) {
    let image = {
        let mut compiler = Compiler::new(&key()).with_threads(1);
        let list = compiler.add_list(ListSpec::new(ListKind::Category, "a", "a")).unwrap();
        let mut text = String::new();
        let mut name = String::new();
        (0..100_000).for_each(|n| {
            Names::listed(n, &mut name);
            text.push_str(&name);
            text.push('\n');
        });
        compiler.feed(list, &Source::new("a", Format::Domains), text.as_bytes()).unwrap();
        compiler.finish().image
    };
    let wrappers = Wrappers::default();
    let queries: Vec<Query> = Names::queries(100_000, 1_000).collect();
    let found = (0..count)
        .filter(|n| read(&queries[n % queries.len()].url, &wrappers).is_some_and(|url| !find(&image, &url).categories.is_empty()));
    println!("{count} verdicts, {} listed", found.count());
}

/// Nanoseconds for each item.
fn time_each<T: Copy>(items: &[T], run: impl Fn(T) -> bool) -> f64 {
    let rounds = (400_000 / items.len().max(1)).max(1);
    let started = Clock::start();
    let mut found = 0;
    for _ in 0..rounds {
        found += items.iter().filter(|&&item| run(black_box(item))).count();
    }
    black_box(found);
    started.nanoseconds() / (rounds * items.len()) as f64
}

/// Time that this thread was running: on a shared machine the waiting of others must not be measured.
struct Clock {
    wall: Instant,
    running: Option<f64>,
}

impl Clock {
    fn start() -> Self {
        Self { running: Self::running(), wall: Instant::now() }
    }

    fn nanoseconds(&self) -> f64 {
        let wall = self.wall.elapsed().as_nanos() as f64;
        self.running.zip(Self::running()).map_or(wall, |(before, now)| now - before)
    }

    /// Linux: the first figure of `schedstat`.
    fn running() -> Option<f64> {
        std::fs::read_to_string("/proc/thread-self/schedstat").ok()?.split(' ').next()?.parse().ok()
    }
}

/// Processor time of the whole process, seconds; 0 where the system does not say. Ticks are hundredths of a second.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

fn best_of(times: usize, run: impl Fn() -> f64) -> f64 {
    (0..times).map(|_| run()).fold(f64::INFINITY, f64::min)
}

/// Median and 99th percentile of single look-ups with other memory touched in between. What the clock costs under the same
/// conditions is taken off, and the address itself has just been read, as it has in a proxy.
fn cold(texts: &[&str], run: impl Fn(&str) -> bool) -> String {
    let clock = cold_times(texts, |_| false);
    let took = cold_times(texts, run);
    let clock = clock[clock.len() / 2];
    format!("median {:.0} ns, p99 {:.0} ns", took[took.len() / 2] - clock, took[took.len() * 99 / 100] - clock)
}

fn cold_times(texts: &[&str], run: impl Fn(&str) -> bool) -> Vec<f64> {
    let mut other = vec![1_u8; TOUCHED];
    let mut took: Vec<f64> = Vec::new();
    for text in texts.iter().step_by(texts.len().div_ceil(3_000).max(1)) {
        other.iter_mut().step_by(64).for_each(|byte| *byte = byte.wrapping_add(1));
        black_box(&mut other);
        black_box(text.bytes().map(u32::from).sum::<u32>());
        let started = Instant::now();
        black_box(run(black_box(text)));
        took.push(started.elapsed().as_nanos() as f64);
    }
    took.sort_by(f64::total_cmp);
    took
}

fn mega(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}

/// A line of `/proc/self/status`, in bytes; 0 where there is none.
fn resident(name: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(name));
    line.and_then(|line| line.split_whitespace().nth(1)).and_then(|text| text.parse::<usize>().ok()).unwrap_or(0) * 1024
}

/// Starts the peak anew, where the system can.
fn reset_peak() {
    if std::fs::write("/proc/self/clear_refs", "5").is_err() {
        println!("(the peak counts from the start of the process)");
    }
}
