//! The categories that sources bring, and what maps make of them.

use super::bench::Bench;
use crate::config::category_map::{Becomes, CategoryMap};
use crate::config::fault::FaultKind;
use crate::config::list_settings::{ListSettings, Source, SourceFormat};
use crate::config::load::ListFiles;
use crate::config::raw::{RawLists, RawSource};
use crate::config::source::At;
use crate::lists::ListKind;
use crate::model::Taxonomy;
use std::sync::Arc;

/// Reads what a source says of its categories.
pub(super) fn read(raw: &RawSource, kind: ListKind, bench: &mut Bench<'_>) -> CategoryMap {
    let first = raw.map.as_ref().map(|at| ("map", at)).or_else(|| raw.categories.first().map(|(theirs, _)| ("categories", theirs)));
    if let Some((key, at)) = first.filter(|_| kind == ListKind::Statutory) {
        bench.reader.fault(&at.place, FaultKind::Meaningless(key, "a statutory list".into()));
        return CategoryMap::default();
    }
    let maps = || Taxonomy::get().maps().iter().map(|map| map.name);
    if let Some(at) = raw.map.as_ref().filter(|at| Taxonomy::get().map(&at.value).is_none()) {
        bench.unknown("map", at, maps());
    }
    let own = raw.categories.iter().map(|(theirs, ours)| {
        let ours = ours.iter().filter(|at| !at.value.is_empty()).map(|at| at.value.clone());
        (theirs.value.to_lowercase(), ours.collect())
    });
    CategoryMap { base: raw.map.as_ref().map(|at| at.value.clone()), own: own.collect() }
}

/// The categories that sources say their own are: they are checked when all categories are known.
pub(super) fn targets(raw: &RawLists) -> Vec<At<String>> {
    let own = raw.sources.iter().flat_map(|source| &source.value.categories);
    own.flat_map(|(_, ours)| ours).filter(|at| !at.value.is_empty()).cloned().collect()
}

/// Says which categories of a source are in no map, where its folder can be read.
pub(super) fn note_unmapped(raw: &RawSource, source: &Source, bench: &mut Bench<'_>) {
    let Some(at) = raw.map.as_ref().filter(|_| matches!(bench.list_files, ListFiles::Needed)) else { return };
    let unmapped: Vec<_> = theirs(source, bench).into_iter().filter(|name| source.categories.becomes(name) == Becomes::Unmapped).collect();
    if unmapped.is_empty() {
        return;
    }
    let first = unmapped.first().cloned().unwrap_or_default();
    let kind = FaultKind::Unmapped { list: source.name.as_str().into(), names: unmapped.join(", ").into() };
    let help = format!("write categories.{first} = \"...\" with a category of ours (lifeguard lists categories), or \"\" to leave it out");
    bench.reader.note_with_help(&at.place, kind, &help);
}

/// The names that a source gives its own categories. A folder that cannot be read is a fault already.
fn theirs(source: &Source, bench: &Bench<'_>) -> Vec<String> {
    match source.format {
        SourceFormat::Ut1 => bench.files.folders(&source.path).unwrap_or_default(),
        SourceFormat::Domains
        | SourceFormat::Hosts
        | SourceFormat::Urls
        | SourceFormat::Adblock
        | SourceFormat::Rpz
        | SourceFormat::Csv { .. }
        | SourceFormat::Statutory(_) => source.category.clone().into_iter().collect(),
    }
}

/// Every category that a source brings under its own name.
pub(super) fn as_they_are(lists: &ListSettings, bench: &Bench<'_>) -> Vec<String> {
    let keeps = |source: &Source, theirs: &str| matches!(source.categories.becomes(theirs), Becomes::AsItIs | Becomes::Unmapped);
    let of = |source: &Source| theirs(source, bench).into_iter().filter(|theirs| keeps(source, theirs)).collect::<Vec<_>>();
    lists.sources.iter().flat_map(of).collect()
}

/// Every category under which a list brings entries, in order.
pub(super) fn brought(lists: &ListSettings, bench: &Bench<'_>) -> Arc<[Arc<str>]> {
    let ours = |source: &Source, theirs: &str| match source.categories.becomes(theirs) {
        Becomes::Ours(ours) => ours,
        Becomes::AsItIs | Becomes::Unmapped | Becomes::LeftOut => Vec::new(),
    };
    let of = |source: &Source| theirs(source, bench).iter().flat_map(|theirs| ours(source, theirs)).collect::<Vec<_>>();
    let mut names: Vec<Arc<str>> = lists.sources.iter().flat_map(of).chain(as_they_are(lists, bench)).map(Arc::from).collect();
    names.sort();
    names.dedup();
    names.into()
}
