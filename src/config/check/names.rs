//! What is learned of names: that the files are there, the categories known, and the share one that can be measured.

use super::bench::Bench;
use crate::config::fault::FaultKind;
use crate::config::files::PathKind;
use crate::config::list_settings::NamesSettings;
use crate::config::load::ListFiles;
use crate::config::raw::RawNames;
use crate::config::source::At;
use crate::lists::MOST_CATEGORIES;
use std::path::{Path, PathBuf};

/// Checks `[lists.names]`; `None` without an allow corpus, for then nothing can be learned.
pub(super) fn check(raw: &RawNames, bench: &mut Bench<'_>) -> Option<NamesSettings> {
    raw.allow.iter().for_each(|at| check_file(at, bench));
    raw.categories.iter().for_each(|at| bench.category(at));
    if let Some(beyond) = raw.categories.get(MOST_CATEGORIES) {
        bench.reader.fault(&beyond.place, FaultKind::Malformed { expected: format!("{MOST_CATEGORIES} categories at most").into() });
    }
    let first = raw.allow.first()?;
    if !(0.000_1..=0.05).contains(&raw.plain.false_positives) {
        bench.reader.fault(&first.place, FaultKind::Malformed { expected: "with false_positives from 0.0001 to 0.05".into() });
    }
    Some(NamesSettings {
        allow: raw.allow.iter().map(|at| PathBuf::from(&at.value)).collect(),
        categories: raw.categories.iter().map(|at| at.value.clone()).collect(),
        ..raw.plain.clone()
    })
}

fn check_file(at: &At<String>, bench: &mut Bench<'_>) {
    let shown = at.value.as_str();
    let kind = match bench.files.kind(Path::new(shown)) {
        Ok(PathKind::File) => return,
        Ok(PathKind::Folder) => FaultKind::FileKind { path: shown.into(), expected: "file" },
        Err(error) => FaultKind::File { path: shown.into(), problem: error.to_string().into() },
    };
    match bench.list_files {
        ListFiles::Needed => bench.reader.fault(&at.place, kind),
        ListFiles::Noted => bench.reader.note(&at.place, kind),
    }
}
