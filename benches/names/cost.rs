//! What it costs: to learn a million names, and to guess.

use crate::made_up::Names;
use lifeguard::lists::{Compiler, Format, InstallationKey, ListImage, ListKind, ListSpec, NameSettings, Source};
use std::hint::black_box;
use std::time::Instant;

const CATEGORIES: usize = 8;
const WORDS: [&str; CATEGORIES] = ["casino", "porno", "pharma", "torrent", "vpn", "dating", "poker", "crack"];

pub(crate) fn print() {
    for (columns, count) in [(8, 1_000_000), (4, 200_000), (1, 50_000)] {
        let started = Instant::now();
        let (image, took) = learn(columns, count, 200_000);
        let names = image.learned_names();
        let on = names.reports().iter().filter(|report| report.is_on()).count();
        println!(
            "{count} names and 200000 innocent ones: learned in {took:.1} s of {:.1}; {on} categories on, {} KB each",
            started.elapsed().as_secs_f64(),
            names.bytes_each() >> 10
        );
        let hosts: Vec<String> = hosts().collect();
        let rounds = 10;
        let started = Instant::now();
        for host in (0..rounds).flat_map(|_| &hosts) {
            black_box(names.guess(black_box(host)));
        }
        let each = started.elapsed().as_nanos() as f64 / (rounds * hosts.len()) as f64;
        let letters: usize = hosts.iter().map(String::len).sum();
        println!("  one guess, {on} categories together, {:.0} characters a host: {each:.0} ns", letters as f64 / hosts.len() as f64);
    }
}

/// So many guesses and nothing else, for callgrind.
pub(crate) fn guesses(count: usize) {
    let (image, _) = learn(4, 8_000, 40_000);
    let hosts: Vec<String> = hosts().collect();
    let found = (0..count).filter(|n| !image.learned_names().guess(&hosts[n % hosts.len()]).is_empty());
    println!("{count} guesses, {} look like something", found.count());
}

fn hosts() -> impl Iterator<Item = String> {
    Names::queries(100_000, 20_000).map(|query| query.host)
}

fn learn(columns: usize, count: usize, innocent: usize) -> (ListImage, f64) {
    let mut compiler = Compiler::new(&InstallationKey::from_bytes([7; 32])).with_names(NameSettings::default());
    let mut name = String::new();
    for (number, word) in WORDS.iter().enumerate().take(columns) {
        let list = compiler.add_list(ListSpec::new(ListKind::Category, word, word)).unwrap();
        let mut text = String::new();
        for n in (0..count / columns).map(|n| n * columns + number) {
            Names::listed(n, &mut name);
            text += &format!("{word}{name}\n");
        }
        compiler.feed(list, &Source::new(word, Format::Domains), text.as_bytes()).unwrap();
    }
    let mut allow = String::new();
    for n in 10_000_000..10_000_000 + innocent {
        Names::listed(n, &mut name);
        allow += &format!("{name}\n");
    }
    compiler.allow_names("allow", allow.as_bytes()).unwrap();
    let started = Instant::now();
    compiler.learn_names(0);
    (compiler.finish().image, started.elapsed().as_secs_f64())
}
