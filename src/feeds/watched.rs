//! Lists that are watched, and what is closed in an emergency: small images beside the large one, made in milliseconds (standards U3).
//!
//! A watched list is held to the same bounds as any other, and its last good version stays in the same way: it is kept in a folder of its
//! own. What is closed in an emergency is kept nowhere here: it stands in the file of exceptions.

use super::keep::Kept;
use super::load::{FeedFault, Loaded, Origin, ages, ages_in_force, alarms_of, feed, held, keep_what_is_good, last_good_entries};
use super::sources::{BuiltIn, Found, find_watched};
use crate::config::ListSettings;
use crate::lists::{CompileFault, Compiled, Compiler, Format, ListImage, ListKind, ListSpec, Source, emergency_name};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;

/// Most lines of a list that is watched.
pub const WATCHED_LINES: u64 = 10_000;

/// Name, length and times of every watched file: where nothing of it has changed, nothing is read.
#[must_use]
pub fn watched_facts(settings: &ListSettings) -> Vec<(u64, i64, i64, u64)> {
    let watched = settings.sources.iter().filter(|source| source.watch);
    let facts = |facts: fs::Metadata| (facts.size(), facts.mtime(), facts.mtime_nsec(), facts.ino());
    watched.map(|source| fs::metadata(&source.path).map_or((0, 0, 0, 0), facts)).collect()
}

/// The image of all watched lists, for this large image. `None`: no list is watched.
///
/// # Errors
/// [`FeedFault`]: there is no good version, neither new nor kept.
pub fn watched(settings: &ListSettings, large: &ListImage, builtin: BuiltIn) -> Result<Option<Loaded>, FeedFault> {
    let found = find_watched(settings, builtin)?;
    if found.is_empty() {
        return Ok(None);
    }
    let key = Kept::open(&settings.folder)?.key()?;
    let kept = Kept::open(&settings.folder.join("watched"))?;
    let (newest, bad) = kept.newest(&key);
    let mut alarms: Vec<String> = bad.iter().map(|(path, fault)| format!("{}: {fault}", path.display())).collect();
    let as_of = ages(&found);
    let loaded = match (compile(found, large, newest.as_ref(), &mut alarms), newest.filter(|newest| is_beside(newest, large))) {
        (Ok(compiled), _) if compiled.report.held().next().is_none() => {
            let Compiled { image, report } = compiled;
            Loaded { report: Some(report), as_of, ..Loaded::new(image, Origin::Compiled) }
        }
        (Ok(compiled), Some(last)) => {
            let as_of = ages_in_force(as_of, kept.ages(), &compiled.report);
            let (image, words) = keep_what_is_good(compiled.image, last, &compiled.report);
            alarms.push(format!("{words} in force: {}", held(&compiled.report)));
            Loaded { report: Some(compiled.report), as_of, ..Loaded::new(image, Origin::LastGood) }
        }
        (Ok(compiled), None) => return Err(FeedFault::Held(held(&compiled.report))),
        (Err(fault), Some(last)) => {
            alarms.push(format!("the last good version of the watched lists stays in force: {fault}"));
            Loaded { as_of: kept.ages(), ..Loaded::new(last, Origin::LastGood) }
        }
        (Err(fault), None) => return Err(fault),
    };
    let keeping = keep(&kept, &loaded);
    alarms.extend(keeping.err().map(|fault| format!("the watched lists are in force but could not be kept for the next start: {fault}")));
    Ok(Some(Loaded { alarms, ..loaded }))
}

fn keep(kept: &Kept, loaded: &Loaded) -> Result<(), FeedFault> {
    if kept.stamp().as_deref() != Some(&**loaded.image.version()) {
        kept.keep(&loaded.image, loaded.image.version())?;
    }
    Ok(kept.keep_ages(&loaded.as_of)?)
}

/// Was the small image made for this large one, or for one with the same lists?
fn is_beside(small: &ListImage, large: &ListImage) -> bool {
    let same = small
        .lists()
        .iter()
        .zip(large.lists())
        .all(|(one, other)| one.name == other.name && one.kind == other.kind && one.category == other.category);
    same && small.lists().len() >= large.lists().len() && small.categories() == large.categories()
}

fn compile(found: Vec<Found>, large: &ListImage, last: Option<&ListImage>, alarms: &mut Vec<String>) -> Result<Compiled, FeedFault> {
    let mut compiler = Compiler::beside(large).ok_or(CompileFault::UnknownList)?;
    for mut list in found {
        list.spec.last_good_entries = last_good_entries(last, &list);
        list.spec.most_lines = Some(WATCHED_LINES);
        let id = compiler.take_over(list.spec.clone())?;
        feed(&mut compiler, id, &list, alarms)?;
    }
    let compiled = compiler.finish();
    alarms.extend(alarms_of(&compiled.report));
    Ok(compiled)
}

/// An address that is closed in an emergency, as if a list of this category had it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed<'a> {
    /// The category.
    pub category: &'a str,
    /// Host or page, as a list would write it.
    pub address: &'a str,
}

/// The image of what is closed in an emergency, for this large image, and what could not be taken.
///
/// # Errors
/// [`FeedFault::Compile`].
pub fn emergency<'a>(large: &ListImage, listed: impl IntoIterator<Item = Listed<'a>>) -> Result<(ListImage, Vec<String>), FeedFault> {
    let (mut alarms, mut texts) = (Vec::new(), BTreeMap::<&str, String>::new());
    for Listed { category, address } in listed {
        let text = texts.entry(category).or_default();
        text.push_str(address);
        text.push('\n');
    }
    let Some(mut compiler) = Compiler::beside(large) else { return Ok((ListImage::default(), alarms)) };
    for (category, text) in texts {
        let name = emergency_name(category);
        let Ok(id) = compiler.take_over(ListSpec::new(ListKind::Category, &name, category)) else {
            alarms.push(format!("list {name}: no list has the category {category}, and there is no place for another"));
            continue;
        };
        compiler.feed(id, &Source::new(&name, Format::Urls), text.as_bytes())?;
    }
    let compiled = compiler.finish();
    alarms
        .extend(compiled.report.lists.iter().flat_map(|list| list.bad_lines.iter().map(move |line| format!("list {}: {line}", list.name))));
    Ok((compiled.image, alarms))
}
