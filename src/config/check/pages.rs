//! The operator's own pages: read here, so that a reload sees them all at one moment; the proxy compiles and tries them before they go live.
//!
//! Must never take a file for a page that is none: whatever ends in `.html` is given on, and a name that no page has is a fault there.

use super::bench::Bench;
use crate::config::checked::{PageSettings, SiteHelp, SitePages};
use crate::config::fault::FaultKind;
use crate::config::raw::{RawPages, RawSiteHelp, RawSitePages};
use crate::config::source::At;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// More files than this are no folder of pages: there are seventeen.
const MOST: usize = 64;

/// A page is for somebody in need: more lines than this are read by nobody.
const MOST_LINES: usize = 12;

/// The longest text of such a line.
const LONGEST: usize = 300;

/// Checks `[pages]`; those of sites are put beside it.
pub(super) fn check(raw: &RawPages, of_sites: Vec<SitePages>, bench: &mut Bench<'_>) -> PageSettings {
    let (folder, templates) = templates(raw.templates.as_ref(), bench);
    PageSettings { folder, templates, why: raw.why, of_sites }
}

/// Checks `[pages]` in the file of a site. `None`: it has none of its own.
pub(super) fn check_site(raw: &RawSitePages, site: &str, bench: &mut Bench<'_>) -> Option<SitePages> {
    let (folder, templates) = templates(raw.templates.as_ref(), bench);
    if let Some(at) = raw.help_lines.get(MOST_LINES) {
        bench.reader.fault(&at.place, FaultKind::OutOfRange { expected: format!("at most {MOST_LINES} of them").into() });
    }
    let help_lines: Vec<_> = raw.help_lines.iter().take(MOST_LINES).map(|line| help_line(line, bench)).collect();
    let none = folder.as_os_str().is_empty() && help_lines.is_empty();
    (!none).then(|| SitePages { site: site.into(), folder, templates, help_lines })
}

fn help_line(line: &At<RawSiteHelp>, bench: &mut Bench<'_>) -> SiteHelp {
    let raw = &line.value;
    let name = bench.need(raw.name.as_ref(), &line.place, "name").unwrap_or_default();
    if raw.phone.is_none() && raw.web.is_none() {
        bench.reader.fault(&line.place, FaultKind::Missing("phone' or 'web"));
    }
    if let Some(at) = raw.web.as_ref().filter(|at| !is_link(&at.value)) {
        bench.reader.fault(&at.place, FaultKind::Malformed { expected: "an address, such as https://help.example/".into() });
    }
    for at in [&raw.name, &raw.phone, &raw.words, &raw.web].into_iter().flatten().filter(|at| at.value.chars().count() > LONGEST) {
        bench.reader.fault(&at.place, FaultKind::OutOfRange { expected: format!("at most {LONGEST} letters").into() });
    }
    let text = |at: &Option<At<String>>| at.as_ref().map_or_else(String::new, |at| at.value.clone());
    SiteHelp { name, phone: text(&raw.phone), words: text(&raw.words), web: text(&raw.web) }
}

/// An address that a page may link to.
fn is_link(text: &str) -> bool {
    text.parse::<http::Uri>().is_ok_and(|uri| matches!(uri.scheme_str(), Some("http" | "https")) && uri.authority().is_some())
}

/// The folder, and the templates in it.
fn templates(folder: Option<&At<String>>, bench: &mut Bench<'_>) -> (PathBuf, BTreeMap<String, String>) {
    let Some(folder) = folder else { return Default::default() };
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
        return Default::default();
    }
    let read = pages.into_iter().filter_map(|name| read(folder, &path.join(&name), bench).map(|text| (name, text))).collect();
    (path, read)
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
