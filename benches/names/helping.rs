//! Sites of help, health, sex education and LGBT life: which of them look like something at the lines that the product draws?
//!
//! First as strangers, of whose owners nothing is in the allow corpus; then each half of their owners where the other half teaches, which is
//! what more such names in the allow corpus do for those that are not in it.

use crate::corpora::{Corpora, number};
use crate::table::percent;
use lifeguard::lists::{Guess, ListImage};
use lifeguard::matcher::find_name;
use lifeguard::model::CategoryId;
use std::sync::Arc;

pub(crate) fn print(corpora: &Corpora, categories: &[&str], image: &ListImage) {
    println!("\nsites of help and health, as strangers:");
    for (kind, names) in &corpora.helping {
        let wrong: Vec<String> = names.iter().filter_map(|name| told(image, name)).collect();
        println!("  {kind:<36} {} of {} look like something", percent(wrong.len(), names.len()), names.len());
        wrong.iter().for_each(|line| println!("    {line}"));
    }
    let all: Vec<&String> = corpora.helping.iter().flat_map(|(_, names)| names).collect();
    for side in [0, 1] {
        let (more, asked): (Vec<&String>, Vec<&String>) = all.iter().partition(|name| number(name) % 2 == side);
        let more: Vec<String> = more.into_iter().cloned().collect();
        let (image, _) = corpora.learn_with(categories, &more, |_, _, _| true);
        let wrong: Vec<String> = asked.iter().filter_map(|name| told(&image, name)).collect();
        println!("  of {} where {} others teach: {}", asked.len(), more.len(), percent(wrong.len(), asked.len()));
        wrong.iter().for_each(|line| println!("    {line}"));
    }
}

/// What a name looks like, in words; nothing where it looks like nothing. A name that is on a list counts as well: elsewhere it is on none.
fn told(image: &ListImage, name: &str) -> Option<String> {
    let guesses = image.learned_names().guess(name);
    let title = |category: CategoryId| Arc::clone(&image.categories()[usize::from(category.0)]);
    let words = |guess: &Guess| {
        let why = image.learned_names().why(name, guess.category).unwrap_or_default();
        format!("{}: {guess} ({why})", title(guess.category))
    };
    let listed: Vec<_> = find_name(image, name).iter().map(title).collect();
    let all: Vec<String> = guesses.iter().map(words).collect();
    (!all.is_empty()).then(|| format!("{name}: {}; on lists: {listed:?}", all.join("; ")))
}
