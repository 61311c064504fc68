//! The operator's own pages: read here, so that a reload sees them all at one moment; the proxy compiles and tries them before they go live.
//!
//! Must never take a file for a page that is none: whatever ends in `.html` is given on, and a name that no page has is a fault there.

use super::bench::Bench;
use crate::config::checked::PageSettings;
use crate::config::fault::FaultKind;
use crate::config::raw::RawPages;
use crate::config::source::At;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// More files than this are no folder of pages: there are seventeen.
const MOST: usize = 64;

/// Checks `[pages]`.
pub(super) fn check(raw: &RawPages, bench: &mut Bench<'_>) -> PageSettings {
    let none = PageSettings { why: raw.why, ..PageSettings::default() };
    let Some(folder) = &raw.templates else { return none };
    let path = PathBuf::from(&folder.value);
    let names = match bench.files.files(&path) {
        Ok(names) => names,
        Err(error) => {
            file_fault(folder, &path, error.to_string(), bench);
            Vec::new()
        }
    };
    let pages: Vec<String> = names.into_iter().filter(|name| name.ends_with(".html")).collect();
    if pages.len() > MOST {
        file_fault(folder, &path, format!("{} pages in it; there are at most {MOST}", pages.len()), bench);
        return none;
    }
    let templates: BTreeMap<String, String> =
        pages.into_iter().filter_map(|name| read(folder, &path.join(&name), bench).map(|text| (name, text))).collect();
    PageSettings { folder: path, templates, why: raw.why }
}

fn read(folder: &At<String>, path: &Path, bench: &mut Bench<'_>) -> Option<String> {
    let problem = match bench.files.read(path) {
        Ok(bytes) => match String::from_utf8(bytes) {
            Ok(text) => return Some(text),
            Err(error) => format!("byte {} is not UTF-8", error.utf8_error().valid_up_to()),
        },
        Err(error) => error.to_string(),
    };
    file_fault(folder, path, problem, bench);
    None
}

fn file_fault(folder: &At<String>, path: &Path, problem: String, bench: &mut Bench<'_>) {
    bench.reader.fault(&folder.place, FaultKind::File { path: path.display().to_string().into(), problem: problem.into() });
}
