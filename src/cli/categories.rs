//! `lifeguard lists categories`: our categories with what belongs in them, where outside schemes put them, and how many entries the lists
//! of these settings bring for each (standards A12, V10).

use super::setting;
use crate::config::{self, Config};
use crate::feeds::{self, BuiltIn};
use crate::lists::ListImage;
use crate::model::{Bucket, Category, Taxonomy};
use serde_json::json;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::process::ExitCode;

/// Which categories, and how.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// One category in full, by its name or another name for it
    name: Option<String>,
    /// One JSON object, with everything that is known of each category
    #[arg(long)]
    json: bool,
}

/// Prints them. Exit code 1 when there is no such category, or when the lists cannot be counted.
pub(super) fn run(settings: &Config, arguments: &Arguments) -> ExitCode {
    let table = Taxonomy::get();
    let shown: Vec<&Category> = match &arguments.name {
        Some(name) => table.meanings(name).collect(),
        None => table.categories().iter().collect(),
    };
    if shown.is_empty() {
        return setting::complain("there is no such category: lifeguard lists categories shows all");
    }
    let (counts, fault) = match feeds::load(&settings.lists, config::builtin_list as BuiltIn, false) {
        Ok(loaded) => (count(&loaded.image), None),
        Err(fault) => (BTreeMap::new(), Some(fault.to_string())),
    };
    let written = match (arguments.json, &arguments.name) {
        (true, _) => as_json(&shown, &counts),
        (false, Some(_)) => shown.iter().try_for_each(|category| in_full(category, &counts)),
        (false, None) => as_table(&shown, &counts),
    };
    match fault {
        Some(fault) => setting::complain(&format!("no entries could be counted: {fault}")),
        None if written.is_ok() => ExitCode::SUCCESS,
        None => ExitCode::FAILURE,
    }
}

/// Entries of the image by category.
type Counts = BTreeMap<String, u64>;

fn count(image: &ListImage) -> Counts {
    let mut counts = Counts::new();
    for list in image.lists() {
        let name = image.categories().get(usize::from(list.category.0)).map_or("", |name| name);
        *counts.entry(name.to_owned()).or_default() += list.entries;
    }
    counts
}

/// Entries of a category: those under its own name, and those that lists bring under other names for it.
fn entries(category: &Category, counts: &Counts) -> u64 {
    category.also.iter().chain([&category.name]).filter_map(|name| counts.get(&**name)).sum()
}

/// What lists bring under names that mean none of ours.
fn unknown(counts: &Counts) -> impl Iterator<Item = (&String, &u64)> {
    counts.iter().filter(|(name, _)| Taxonomy::get().meanings(name).next().is_none())
}

fn codes(category: &Category) -> String {
    category.buckets().map(Bucket::code).collect::<Vec<_>>().join(", ")
}

fn as_table(shown: &[&Category], counts: &Counts) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{:>10}  {:<22} {:<9} {:<7} counted in", "entries", "category", "risk", "")?;
    for category in shown {
        let (entries, risk, locked) = (entries(category, counts), category.risk.word(), if category.locked { "locked" } else { "" });
        let line = format!("{entries:>10}  {:<22} {risk:<9} {locked:<7} {}", category.name, codes(category));
        writeln!(out, "{}", line.trim_end())?;
    }
    for (name, entries) in unknown(counts) {
        writeln!(out, "{entries:>10}  {name:<22} no category of ours: map it in [lists.source.categories]")?;
    }
    Ok(())
}

fn in_full(category: &Category, counts: &Counts) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{} ({})", category.title, category.name)?;
    let locked = if category.locked { "closed to everybody; no setting opens it" } else { "" };
    for (what, text) in [
        ("words", category.words.to_string()),
        ("holds", category.holds.to_string()),
        ("leaves out", category.leaves_out.to_string()),
        ("examples", category.examples.join("; ")),
        ("risk", category.risk.word().to_owned()),
        ("counted in", codes(category)),
        ("DfE", category.dfe.to_string()),
        ("also", category.also.join(", ")),
        ("locked", locked.to_owned()),
        ("entries", entries(category, counts).to_string()),
    ] {
        if !text.is_empty() {
            writeln!(out, "  {what:<11} {text}")?;
        }
    }
    Ok(())
}

fn as_json(shown: &[&Category], counts: &Counts) -> io::Result<()> {
    let one = |category: &&Category| {
        json!({
            "name": category.name, "title": category.title, "words": category.words, "holds": category.holds,
            "leaves_out": category.leaves_out, "examples": category.examples, "risk": category.risk, "locked": category.locked,
            "buckets": category.buckets().map(Bucket::code).collect::<Vec<_>>(), "dfe": category.dfe, "also": category.also,
            "entries": entries(category, counts),
        })
    };
    let categories: Vec<_> = shown.iter().map(one).collect();
    let unknown: Vec<_> = unknown(counts).map(|(name, entries)| json!({"name": name, "entries": entries})).collect();
    writeln!(io::stdout().lock(), "{}", json!({"categories": categories, "unknown": unknown}))
}
