//! What a consortium of 2,500 sites in one process costs: a verdict against one site's policy with the same lists, memory, reload.
//!
//! ```text
//! cargo bench --bench sites                                  everything: 2,500 sites x 10 groups x 60 categories x 1,000 exceptions
//! cargo bench --bench sites -- serve                         the real proxy under load while it reloads five times
//! LIFEGUARD_BENCH_SITES=100 cargo bench --bench sites        another size; LIFEGUARD_BENCH_REASONS=few gives twenty reasons to a site
//! valgrind --tool=callgrind target/release/deps/sites-* instructions many 0    and again with 10000, and with `one`
//! ```
//!
//! The sites are made by a fixed rule, so that every machine measures the same. Requests come from all sites: twenty in a row from one
//! client, as a page with its parts asks, and then each from another site than the last, which finds no site's rules in the cache.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a bench prints, and stops when it cannot be set up"
)]

#[path = "sites/make.rs"]
mod make;
#[path = "judge/names.rs"]
#[allow(dead_code, reason = "each bench uses its part")]
mod names;
#[path = "sites/serve.rs"]
mod serve;

use lifeguard::canon::{CanonicalUrl, RawTarget, Wrappers, canonicalise};
use lifeguard::config::{Config, ListFiles, RealFiles, builtin_list, load};
use lifeguard::engine::Engine;
use lifeguard::feeds;
use lifeguard::lists::ListImage;
use lifeguard::model::{Generation, Subject, Timestamp};
use lifeguard::policy::{Acts, Ask, PolicySet, Used};
use make::{Kind, Make};
use std::hint::black_box;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Requests of one kind in one turn, and turns of each policy.
const REQUESTS: usize = 50_000;
const TURNS: usize = 15;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let make = Make::from_environment();
    let folder = tempfile::tempdir().expect("a temporary folder");
    make.write(folder.path());
    match words.first().map(String::as_str) {
        Some("instructions") => instructions(&make, folder.path(), &words),
        Some("serve") => serve::serve(&make, folder.path()),
        _ => {
            everything(&make, folder.path());
            serve::serve(&make, folder.path());
        }
    }
}

/// Settings from a file of the folder.
fn settings(folder: &Path, name: &str) -> Config {
    let read = load(Some(&folder.join(name)), &[], &RealFiles, ListFiles::Noted);
    read.unwrap_or_else(|faults| panic!("{}", faults.render(false).lines().take(40).collect::<Vec<_>>().join("\n"))).config
}

fn lists(config: &Config) -> Arc<ListImage> {
    feeds::load(&config.lists, builtin_list, false).expect("the lists compile").image
}

fn engine(config: &Config, image: &Arc<ListImage>) -> Engine {
    let policy = PolicySet::build(config.policy.clone(), image).expect("the policy can be built");
    Engine::new(Arc::clone(image), policy, Generation(1), Wrappers::built_in())
}

fn everything(make: &Make, folder: &Path) {
    let one = settings(folder, "one.toml");
    let image = lists(&one);
    let one = engine(&one, &image);
    println!("{}; lists: {} entries", make.words(), image.lists().iter().map(|list| list.entries).sum::<u64>());
    let many = memory_and_reload(folder, &image);
    println!("\nverdict = place by the client's address + canonicalise + match + decide; nanoseconds, median of {TURNS} turns (fastest)");
    for (kind, row) in Kind::ALL.into_iter().flat_map(|kind| [(kind, make::PAGE), (kind, 1)]) {
        let asked = [make.requests(kind, (1, row), REQUESTS), make.requests(kind, (make.sites, row), REQUESTS)];
        let mut times = [Vec::new(), Vec::new()];
        for _ in 0..TURNS {
            times[0].push(verdicts(&one, &asked[0], kind));
            times[1].push(verdicts(&many, &asked[1], kind));
        }
        let [one, many] = times.map(|mut all| {
            all.sort_by(f64::total_cmp);
            (all[TURNS / 2], all[0])
        });
        let ratio = (many.0 / one.0, many.1 / one.1);
        println!(
            "{:14} {row:2} in a row: one site {:.0} ({:.0}), all sites {:.0} ({:.0}): ratio {:.2} ({:.2}), goal 1.3",
            kind.words(),
            one.0,
            one.1,
            many.0,
            many.1,
            ratio.0,
            ratio.1
        );
    }
}

/// Reads and builds the whole three times, as reloads do: the old one stays until the new one is there.
fn memory_and_reload(folder: &Path, image: &Arc<ListImage>) -> Engine {
    let base = resident("VmRSS");
    let mut kept: Option<Engine> = None;
    for number in 0..3 {
        let started = Instant::now();
        let config = settings(folder, "all.toml");
        let read = started.elapsed().as_secs_f64();
        let made = engine(&config, image);
        let built = started.elapsed().as_secs_f64() - read;
        let (rules, tests) = (made.policy.rules(), made.run_tests(Timestamp::from_seconds(0)));
        assert!(tests.failures.is_empty(), "{:?}", tests.failures);
        if number == 0 {
            let exceptions: usize = rules.sites.iter().map(|site| site.exceptions.len()).sum();
            println!("{} sites, {} groups, {} layers, {exceptions} exceptions", rules.sites.len(), rules.groups.len(), rules.layers.len());
        }
        drop(config);
        kept = Some(made);
        println!(
            "{}: read and checked {read:.2} s + built {built:.2} s = {:.2} s (goal 5); resident {:.0} MiB above the lists, peak {:.0} MiB (goal 1024)",
            if number == 0 { "load" } else { "reload" },
            read + built,
            mebi(resident("VmRSS").saturating_sub(base)),
            mebi(resident("VmHWM").saturating_sub(base)),
        );
    }
    kept.expect("it was made")
}

/// Nanoseconds of one verdict.
fn verdicts(engine: &Engine, asked: &[(IpAddr, String)], kind: Kind) -> f64 {
    let started = Instant::now();
    let right = asked.iter().filter(|(client, url)| verdict(engine, *client, url) == kind.expected()).count();
    let each = started.elapsed().as_nanos() as f64 / asked.len() as f64;
    assert_eq!(black_box(right), asked.len(), "{}", kind.words());
    each
}

/// The reason's code.
fn verdict(engine: &Engine, client: IpAddr, url: &str) -> &'static str {
    let (group, source) = engine.policy.group_of(client, None, None);
    let subject = Subject { peer: (client, 1).into(), asserted: None, group, source, user: None, device: None };
    let Ok(url): Result<CanonicalUrl, _> = canonicalise(RawTarget::Absolute(url.as_bytes()), &engine.wrappers) else { return "unreadable" };
    let now = Timestamp::from_seconds(1_767_787_200);
    let ask = Ask { subject: &subject, url: &url, method: b"GET", now, warned: false, acts: Acts::none(), used: Used::none() };
    black_box(engine.judge(&ask)).decision.evidence().reason.code()
}

fn instructions(make: &Make, folder: &Path, words: &[String]) {
    let many = words.get(1).is_some_and(|word| word == "many");
    let count = words.get(2).and_then(|text| text.parse().ok()).unwrap_or(10_000);
    let config = settings(folder, if many { "all.toml" } else { "one.toml" });
    let engine = engine(&config, &lists(&config));
    for kind in Kind::ALL {
        let asked = make.requests(kind, (if many { make.sites } else { 1 }, 1), count);
        assert!(asked.iter().all(|(client, url)| verdict(&engine, *client, url) == kind.expected()));
    }
    println!("{} verdicts", count * Kind::ALL.len());
}

fn mebi(bytes: usize) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

/// A line of `/proc/self/status`, in bytes; 0 where there is none.
fn resident(name: &str) -> usize {
    resident_of("self", name)
}

fn resident_of(process: &str, name: &str) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(name));
    line.and_then(|line| line.split_whitespace().nth(1)).and_then(|text| text.parse::<usize>().ok()).unwrap_or(0) * 1024
}
