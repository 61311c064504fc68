//! Names of categories in groups and layers: what is locked cannot be opened (standards V3), and an older name is said to be one.

use super::bench::Bench;
use crate::config::fault::FaultKind;
use crate::config::load::ListFiles;
use crate::config::raw::{RawGroup, RawPreset};
use crate::config::source::At;
use crate::model::Taxonomy;

/// Checks every name that a group has written.
pub(super) fn check(written: &At<RawGroup>, bench: &mut Bench<'_>) {
    let RawPreset { allow, warn, block, category_hours, .. } = &written.value.own;
    let hours = || category_hours.iter().map(|(name, _)| name);
    for name in allow.iter().chain(warn).chain(hours()) {
        must_be_open(name, bench);
    }
    note_older(&allow.iter().chain(warn).chain(block).chain(hours()).collect::<Vec<_>>(), bench);
}

/// A category that is closed to everybody is no layer's and no group's to open.
pub(super) fn must_be_open(name: &At<String>, bench: &mut Bench<'_>) {
    if Taxonomy::get().category(&name.value).is_some_and(|category| category.locked) {
        bench.reader.fault(&name.place, FaultKind::Locked(name.value.as_str().into()));
    }
}

/// Says once which names are other names for ours, where no list brings them: what is said of them holds for ours.
fn note_older(names: &[&At<String>], bench: &mut Bench<'_>) {
    let is_older = |name: &str| Taxonomy::get().category(name).is_none() && !bench.is_brought(name);
    let ours = |name: &str| Taxonomy::get().meanings(name).map(|category| &*category.name).collect::<Vec<_>>().join(" and ");
    let older: Vec<_> = names.iter().filter(|at| is_older(&at.value) && !ours(&at.value).is_empty()).collect();
    let Some(first) = older.first().filter(|_| matches!(bench.list_files, ListFiles::Needed)) else { return };
    let mut said: Vec<String> = older.iter().map(|at| format!("'{}' for {}", at.value, ours(&at.value))).collect();
    said.sort();
    said.dedup();
    let kind = FaultKind::OlderNames(said.join(", ").into());
    bench.reader.note(&first.place, kind);
}
