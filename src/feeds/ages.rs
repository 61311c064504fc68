//! How old lists are, and by their ages which version of a source is in force.

use super::load::Loaded;
use super::mapped::is_of;
use super::sources::{Found, Place};
use crate::config::{ListSettings, Source as Setting};
use crate::lists::Report;
use crate::model::Timestamp;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::sync::Arc;

/// When the newest file of each list was last changed.
pub(super) fn ages(found: &[Found]) -> BTreeMap<Arc<str>, Timestamp> {
    let changed = |place: &Place| match place {
        Place::File(path) => fs::metadata(path).ok().map(|facts| Timestamp(facts.mtime() * 1_000_000 + facts.mtime_nsec() / 1000)),
        Place::BuiltIn(_) => None,
    };
    let newest = |list: &Found| list.confirmed.or_else(|| list.files.iter().filter_map(|(_, place)| changed(place)).max());
    let age = |list: &Found| Some((Arc::clone(&list.spec.name), newest(list)?));
    found.iter().filter_map(age).collect()
}

/// Of lists of which the last good version is in force, its ages count.
pub(super) fn ages_in_force(
    new: BTreeMap<Arc<str>, Timestamp>,
    last: BTreeMap<Arc<str>, Timestamp>,
    held: impl Fn(&Arc<str>) -> bool,
) -> BTreeMap<Arc<str>, Timestamp> {
    let (of_new, of_last) = (new.into_iter().filter(|(name, _)| !held(name)), last.into_iter().filter(|(name, _)| held(name)));
    of_new.chain(of_last).collect()
}

/// Is it of a kind that is held back?
pub(super) fn kind_is_held(report: &Report, name: &Arc<str>) -> bool {
    report.lists.iter().any(|list| list.name == *name && report.holds(list.kind))
}

/// A list that is held back has the age of the version before.
pub(super) fn in_force(settings: &ListSettings, loaded: &Loaded) -> BTreeMap<String, String> {
    let version = |source: &Setting| {
        let state = loaded.fetched.get(&source.name)?;
        let mut ages = loaded.as_of.iter().filter(|(list, _)| is_of(source, list)).map(|(_, as_of)| Some(*as_of));
        let whole = ages.all(|as_of| as_of == state.last_good());
        Some((source.name.clone(), state.current.as_ref().filter(|_| whole)?.file.clone()))
    };
    settings.sources.iter().filter_map(version).collect()
}
