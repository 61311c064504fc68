//! The table: what lists alone know of names that were left out, and what they know together with what was learned.

use crate::corpora::{Corpora, number, owner};
use crate::helping;
use lifeguard::accredit::Share;
use lifeguard::lists::{ListImage, NameReport};
use lifeguard::matcher::find_name;
use lifeguard::model::{Bucket, CategoryId};
use std::collections::BTreeSet;
use std::path::Path;

/// Categories that are learned.
const LEARNED: [&str; 8] = ["adult", "gambling", "drugs", "piracy", "dating", "vpn", "games", "phishing"];
/// Further shares of false positives, drawn here on half of the part that the product never sees.
const MORE: [f64; 2] = [0.005, 0.01];

pub(crate) fn print(folder: &Path) {
    let corpora = Corpora::read(folder);
    let counted: usize = corpora.lists.values().map(BTreeSet::len).sum();
    println!(
        "{counted} names in {} lists; allow corpus: {} names, {} more that the product never sees, {} taken out by hand",
        corpora.lists.len(),
        corpora.allow.len(),
        corpora.unseen.len(),
        corpora.labelled
    );
    println!("\none owner in ten held out, of all sources:");
    let (image, took) = corpora.learn(&LEARNED, |_, _, _| true);
    println!("learned in {took:.1} s; {} KB for each category", image.learned_names().bytes_each() >> 10);
    image.learned_names().reports().iter().filter(|report| report.allowed > 0).for_each(|report| held_out(&image, report, &corpora));
    helping::print(&corpora, &LEARNED, &image);
    println!(
        "\nleft out: names of owners that are on no other list; first the part that lists know, then with the names, at 0.1, 0.5 and 1 % false positives"
    );
    for ((source, category), names) in &corpora.lists {
        let others = corpora.lists.keys().any(|(other, same)| same == category && other != source);
        if others && LEARNED.contains(&category.as_str()) {
            let (image, _) = corpora.learn(&[category], |from, kind, _| (from, kind) != (source, category));
            let left: Vec<&String> = names.iter().collect();
            row(&format!("{category}, {source} left out"), category, &image, &left, &corpora);
        }
    }
    let half = |name: &str| (number(name) / 4).is_multiple_of(2);
    let (image, _) = corpora.learn(&LEARNED, |_, _, name| half(name));
    for category in LEARNED {
        let left = corpora.lists.iter().filter(|((_, kind), _)| kind == category).flat_map(|(_, names)| names).filter(|name| !half(name));
        let left: BTreeSet<&String> = left.collect();
        row(&format!("{category}, half of all owners left out"), category, &image, &left.into_iter().collect::<Vec<_>>(), &corpora);
    }
}

pub(crate) fn percent(good: usize, of: usize) -> String {
    let share = Share { good: good as u64, of: of as u64 };
    let bounds = share.wilson();
    format!("{:.1} % ({:.1}-{:.1})", share.ratio().unwrap_or(0.0) * 100.0, bounds.low * 100.0, bounds.high * 100.0)
}

fn held_out(image: &ListImage, report: &NameReport, corpora: &Corpora) {
    let name = &image.categories()[usize::from(report.category.0)];
    let known = percent(report.known as usize, report.held_out as usize);
    let wrong =
        corpora.unseen.iter().filter(|host| image.learned_names().guess(host).iter().any(|guess| guess.category == report.category));
    let unseen = if report.is_on() { percent(wrong.count(), corpora.unseen.len()) } else { "-".into() };
    println!(
        "  {name:<10} {:<4} {:>7} names, knows {known} of {}; false positives on unseen names {unseen}",
        if report.is_on() { "on" } else { "off" },
        report.learned,
        report.held_out
    );
}

fn row(title: &str, category: &str, image: &ListImage, left: &[&String], corpora: &Corpora) {
    let Some(id) = image.category(category) else { return };
    let buckets: Vec<_> =
        Bucket::all().filter(|bucket| bucket.code().starts_with("becta-") && bucket.holds(category)).map(Bucket::code).collect();
    let names = image.learned_names();
    let score = |host: &str| names.scores(host).iter().find(|guess| guess.category == id).map_or(i16::MIN, |guess| guess.score);
    let listed = left.iter().filter(|name| find_name(image, name).contains(id)).count();
    let unlisted: Vec<i16> = left.iter().filter(|name| !find_name(image, name).contains(id)).map(|name| score(name)).collect();
    let owners: BTreeSet<&str> = left.iter().map(|name| owner(name)).collect();
    print!(
        "  {title:<40} {:>6} names of {:>6} owners {}: lists {}",
        left.len(),
        owners.len(),
        buckets.join(" "),
        percent(listed, left.len())
    );
    for enough in lines(image, id, corpora, score) {
        let found = unlisted.iter().filter(|score| **score >= enough).count();
        print!("; {}", percent(listed + found, left.len()));
    }
    println!();
}

/// The lowest scores that count: the product's own, and one for each further share.
fn lines(image: &ListImage, id: CategoryId, corpora: &Corpora, score: impl Fn(&str) -> i16) -> Vec<i16> {
    let Some(own) = corpora
        .unseen
        .iter()
        .find_map(|host| image.learned_names().scores(host).iter().find(|guess| guess.category == id).map(|guess| guess.enough))
    else {
        return Vec::new();
    };
    let mut innocent: Vec<i16> = corpora.unseen.iter().map(|host| score(host)).collect();
    innocent.sort_unstable_by_key(|score| std::cmp::Reverse(*score));
    let more = MORE.map(|share| innocent[(innocent.len() as f64 * share) as usize].saturating_add(1));
    std::iter::once(own).chain(more).collect()
}
