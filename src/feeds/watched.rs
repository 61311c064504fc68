//! Lists that are watched: a small image beside the large one, made in milliseconds (standards U3).
//!
//! A watched list is held to the same bounds as any other, and its last good version stays in the same way: it is kept in a folder of its
//! own.

use super::ages::{ages, ages_in_force, kind_is_held};
use super::compile::{alarms_of, feed, held, last_good_entries};
use super::keep::Kept;
use super::load::{FeedFault, Loaded, Origin, keep_what_is_good};
use super::sources::{BuiltIn, Found, find_watched};
use crate::config::ListSettings;
use crate::lists::{CompileFault, Compiled, Compiler, ListImage};
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
            let as_of = ages_in_force(as_of, kept.ages(), |name| kind_is_held(&compiled.report, name));
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
