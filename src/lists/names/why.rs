//! The parts of a name that speak most for a category, in words for people.

use super::grams::Name;
use std::ops::Range;

/// Parts that are named.
const NAMED: usize = 3;

/// `weight` is what a run speaks for the category.
pub(super) fn words(name: &Name<'_>, weight: impl Fn(u64) -> i32) -> String {
    let text: Vec<u8> = name.text().collect();
    let (mut runs, mut last): (Vec<(Range<usize>, i32)>, _) = (Vec::new(), 0);
    name.each(|gram| match gram.place {
        Some((from, to)) => runs.push((from..to, weight(gram.hash))),
        None => last = weight(gram.hash),
    });
    let mut parts: Vec<(Range<usize>, i32)> = runs.iter().map(|(part, _)| (part.clone(), inside(part, &runs))).collect();
    parts.sort_by_key(|(part, sum)| (-sum, part.start, part.end));
    let mut chosen: Vec<Range<usize>> = Vec::new();
    for (part, _) in parts.into_iter().filter(|(_, sum)| *sum > 0) {
        if chosen.len() < NAMED && chosen.iter().all(|known| part.end <= known.start || known.end <= part.start) {
            chosen.push(part);
        }
    }
    let mut said: Vec<String> = chosen.iter().filter_map(|part| quoted(&text[part.clone()])).collect();
    if last > 0 && said.len() < NAMED {
        said.push(String::from("its ending"));
    }
    match said.split_last() {
        None => String::from("no single part of the name weighs much"),
        Some((only, [])) => format!("{only} weighs most"),
        Some((last, first)) => format!("{} and {last} weigh most", first.join(", ")),
    }
}

/// What all runs within a part speak together.
fn inside(part: &Range<usize>, runs: &[(Range<usize>, i32)]) -> i32 {
    let within = runs.iter().filter(|(run, _)| run.start >= part.start && run.end <= part.end);
    within.map(|(_, weight)| weight).sum()
}

/// The part as it stands in the name, without the marks of its ends.
fn quoted(part: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(part);
    let text = text.trim_matches(['^', '$', '.']);
    (!text.is_empty()).then(|| format!("'{text}'"))
}
