//! Sources of lists: what each kind needs, and whether its file is there.

use super::bench::Bench;
use super::fetch;
use super::source_names;
use crate::canon::canonicalise_entry;
use crate::config::builtin::{builtin_list, builtin_lists};
use crate::config::fault::FaultKind;
use crate::config::fetch_settings::Fetch;
use crate::config::files::PathKind;
use crate::config::list_settings::{ListSettings, MatchStyle, Source, SourceFormat, StatutorySchema};
use crate::config::load::ListFiles;
use crate::config::raw::{RawFormat, RawLists, RawSource};
use crate::config::source::{At, Place};
use crate::lists::ListKind;
use std::path::{Path, PathBuf};

/// Checks `[lists]`.
pub(super) fn check(raw: RawLists, bench: &mut Bench<'_>) -> ListSettings {
    let mut settings = raw.plain;
    settings.names = super::names::check(&raw.names, bench);
    for written in &raw.sources {
        let Some(source) = check_source(written, bench) else { continue };
        if settings.sources.iter().any(|known| known.name == source.name) {
            let place = written.value.name.as_ref().map_or(&written.place, |name| &name.place);
            bench.reader.fault(place, FaultKind::Twice("list", source.name.as_str().into()));
        }
        settings.sources.push(source);
    }
    if !settings.sources.iter().any(|source| source.kind == ListKind::Statutory) {
        let place = raw.sources.first().map_or_else(Place::default, |first| first.place.clone());
        bench.reader.note(&place, FaultKind::Note("there is no statutory list: Lifeguard will refuse to serve"));
    }
    settings
}

fn check_source(written: &At<RawSource>, bench: &mut Bench<'_>) -> Option<Source> {
    let raw = &written.value;
    let name = bench.need(raw.name.as_ref(), &written.place, "name");
    let (path, fetch) = place(written, bench);
    if raw.format.is_none() {
        bench.reader.fault(&written.place, FaultKind::Missing("format"));
    }
    let kind = raw.kind.as_ref().map_or(ListKind::Category, |kind| kind.value);
    let written_format = raw.format.as_ref()?;
    check_file(raw, written_format.value, bench);
    let format = match kind {
        ListKind::Statutory => SourceFormat::Statutory(statutory(written, written_format, bench)?),
        ListKind::Category => category_format(written, written_format, bench)?,
    };
    check_meaning(raw, kind, written_format.value, bench);
    let name = name?;
    let category = match (kind, &format) {
        (ListKind::Statutory, _) | (ListKind::Category, SourceFormat::Ut1) => None,
        (ListKind::Category, _) => Some(raw.category.as_ref().map_or_else(|| name.clone(), |category| category.value.clone())),
    };
    let style = raw.style.as_ref().map_or(MatchStyle::Below, |style| style.value);
    let categories = source_names::read(raw, kind, bench);
    let source = Source {
        name,
        kind,
        category,
        format,
        path: PathBuf::from(path?),
        demonstration: raw.demonstration,
        style,
        strict: raw.strict,
        canary: canary(raw, bench),
        fetch,
        watch: watch(raw, written_format.value, bench),
        stale_after: raw.stale_after.as_ref().filter(|_| kind == ListKind::Category).map(|at| at.value),
        categories,
    };
    source_names::note_unmapped(raw, &source, bench);
    Some(source)
}

/// Where it stands, or where it is fetched: one of the two.
fn place(written: &At<RawSource>, bench: &mut Bench<'_>) -> (Option<String>, Option<Fetch>) {
    let raw = &written.value;
    let Some(url) = &raw.fetch.url else {
        fetch::check_meaning(&raw.fetch, bench);
        return (bench.need(raw.path.as_ref(), &written.place, "path"), None);
    };
    if let Some(path) = &raw.path {
        bench.reader.fault(&path.place, FaultKind::Both("path", "url"));
    }
    let statutory = raw.kind.as_ref().is_some_and(|kind| kind.value == ListKind::Statutory);
    (Some(String::new()), fetch::check(&raw.fetch, url, statutory, bench))
}

/// One file that can be looked at: no folder of categories, and nothing that is fetched or came with the program.
fn watch(raw: &RawSource, format: RawFormat, bench: &mut Bench<'_>) -> bool {
    let Some(at) = raw.watch.as_ref().filter(|at| at.value) else { return false };
    let built_in = raw.path.as_ref().is_some_and(|path| path.value.starts_with("builtin:"));
    let fetched = raw.fetch.url.is_some();
    if built_in || fetched || format == RawFormat::Ut1 {
        let this = match (built_in, fetched) {
            (true, _) => "a list that came with the program",
            (false, true) => "a list that is fetched",
            (false, false) => "a list of this format",
        };
        bench.reader.fault(&at.place, FaultKind::Meaningless("watch", this.into()));
    }
    true
}

/// It must be an address: else it could never be found, and the list would be held back for ever.
fn canary(raw: &RawSource, bench: &mut Bench<'_>) -> Option<String> {
    let at = raw.canary.as_ref()?;
    if canonicalise_entry(at.value.as_bytes()).is_err() {
        bench.reader.fault(&at.place, FaultKind::Malformed { expected: "an entry such as \"example.org/test\"".into() });
        return None;
    }
    Some(at.value.clone())
}

fn statutory(written: &At<RawSource>, format: &At<RawFormat>, bench: &mut Bench<'_>) -> Option<StatutorySchema> {
    let raw = &written.value;
    let optional = |text: &Option<At<String>>| text.as_ref().map(|at| at.value.clone());
    match format.value {
        RawFormat::Lines | RawFormat::Urls | RawFormat::Domains => Some(StatutorySchema::Lines),
        RawFormat::Csv => Some(StatutorySchema::Csv {
            column: bench.need(raw.column.as_ref(), &written.place, "column")?,
            kind_column: optional(&raw.kind_column),
        }),
        RawFormat::Json => Some(StatutorySchema::Json {
            entries: pointer(raw.entries.as_ref(), bench)?.unwrap_or_default(),
            address: pointer(raw.address.as_ref(), bench)?.unwrap_or_default(),
            kind: pointer(raw.entry_kind.as_ref(), bench)?,
        }),
        RawFormat::Ut1 | RawFormat::Hosts | RawFormat::Adblock | RawFormat::Rpz => {
            bench.reader.fault(&format.place, FaultKind::NotAChoice("lines, csv, json (for a statutory list)".into()));
            None
        }
    }
}

/// A JSON pointer (RFC 6901) is empty or starts with a slash. `None` is a fault, `Some(None)` not given.
fn pointer(text: Option<&At<String>>, bench: &mut Bench<'_>) -> Option<Option<String>> {
    let Some(text) = text else { return Some(None) };
    if text.value.is_empty() || text.value.starts_with('/') {
        return Some(Some(text.value.clone()));
    }
    bench.reader.fault(&text.place, FaultKind::Malformed { expected: "a JSON pointer such as \"/url\"".into() });
    None
}

fn category_format(written: &At<RawSource>, format: &At<RawFormat>, bench: &mut Bench<'_>) -> Option<SourceFormat> {
    Some(match format.value {
        RawFormat::Ut1 => SourceFormat::Ut1,
        RawFormat::Domains => SourceFormat::Domains,
        RawFormat::Hosts => SourceFormat::Hosts,
        RawFormat::Urls | RawFormat::Lines => SourceFormat::Urls,
        RawFormat::Adblock => SourceFormat::Adblock,
        RawFormat::Rpz => SourceFormat::Rpz,
        RawFormat::Csv => SourceFormat::Csv { column: bench.need(written.value.column.as_ref(), &written.place, "column")? },
        RawFormat::Json => {
            bench
                .reader
                .fault(&format.place, FaultKind::NotAChoice("ut1, domains, hosts, urls, adblock, rpz, csv, lines (for a category)".into()));
            return None;
        }
    })
}

/// Options that say nothing for this kind of source are slips, not decoration.
fn check_meaning(raw: &RawSource, kind: ListKind, format: RawFormat, bench: &mut Bench<'_>) {
    let csv = format == RawFormat::Csv;
    let json = format == RawFormat::Json;
    let statutory = kind == ListKind::Statutory;
    if let Some(at) = raw.stale_after.as_ref().filter(|_| statutory) {
        bench.reader.fault(&at.place, FaultKind::Meaningless("stale_after", "a statutory list: 13h and 26h count".into()));
    }
    for (given, key, has_meaning) in [
        (&raw.column, "column", csv),
        (&raw.kind_column, "kind_column", csv && statutory),
        (&raw.entries, "entries", json),
        (&raw.address, "address", json),
        (&raw.entry_kind, "entry_kind", json),
        (&raw.category, "category", !statutory && format != RawFormat::Ut1),
        (&raw.canary, "canary", format != RawFormat::Ut1),
    ] {
        if let Some(at) = given.as_ref().filter(|_| !has_meaning) {
            let this = if statutory { "a statutory list of this format" } else { "a list of this format" };
            bench.reader.fault(&at.place, FaultKind::Meaningless(key, this.into()));
        }
    }
}

fn check_file(raw: &RawSource, format: RawFormat, bench: &mut Bench<'_>) {
    let Some(path) = &raw.path else { return };
    if let Some(name) = path.value.strip_prefix("builtin:") {
        if builtin_list(name).is_none() {
            bench.unknown("starter list", &At { value: name.to_owned(), place: path.place.clone() }, builtin_lists());
        }
        return;
    }
    let expected = if format == RawFormat::Ut1 { PathKind::Folder } else { PathKind::File };
    let shown = path.value.as_str();
    let kind = match bench.files.kind(Path::new(shown)) {
        Ok(kind) if kind == expected => return,
        Ok(_) => FaultKind::FileKind { path: shown.into(), expected: if expected == PathKind::Folder { "folder" } else { "file" } },
        Err(error) => FaultKind::File { path: shown.into(), problem: error.to_string().into() },
    };
    match bench.list_files {
        ListFiles::Needed => bench.reader.fault(&path.place, kind),
        ListFiles::Noted => bench.reader.note(&path.place, kind),
    }
}
