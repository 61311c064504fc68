//! From a source in the settings to the lists it holds and the files they are read from.

use super::fetched::{SourceFolder, SourceState};
use super::local::{self, LocalFault};
use super::mapped::map;
use crate::config::{ListSettings, MatchStyle, Source as Setting, SourceFormat, StatutorySchema};
use crate::lists::{AgeBounds, ColumnName, CsvSchema, Format, JsonSchema, ListKind, ListSpec, NotAPointer, PageMatch, Pointer, Source};
use crate::model::Timestamp;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Finds the text of a list that came with the program.
pub type BuiltIn = fn(&str) -> Option<&'static str>;

/// A source that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SourceFault {
    /// The file or folder cannot be read.
    #[error("list {name}: {path} cannot be read: {source}")]
    Read {
        /// The list.
        name: String,
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// No such list came with the program.
    #[error("list {name}: no list called {wanted} came with the program")]
    NotBuiltIn {
        /// The list.
        name: String,
        /// What was asked for.
        wanted: String,
    },
    /// The folder holds no category.
    #[error("list {name}: no folder below {path} has a file called domains, urls or expressions")]
    NoCategories {
        /// The list.
        name: String,
        /// The folder.
        path: PathBuf,
    },
    /// It is fetched, and nothing good came yet.
    #[error("list {name}: it has not been fetched yet{}", .why.as_ref().map_or_else(String::new, |why| format!(": {why}")))]
    NotFetched {
        /// The list.
        name: String,
        /// Why, where that is known.
        why: Option<String>,
    },
    /// The lists of this place.
    #[error("local lists: {0}")]
    Local(#[from] LocalFault),
    /// A JSON pointer that is none.
    #[error("list {name}: {source}")]
    Pointer {
        /// The list.
        name: String,
        /// Why.
        source: NotAPointer,
    },
}

/// Where text comes from.
#[derive(Clone, Debug)]
pub(super) enum Place {
    File(PathBuf),
    BuiltIn(&'static str),
}

impl Place {
    pub(super) fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        match self {
            Self::File(path) => File::open(path).map(|file| Box::new(file) as Box<dyn Read + Send>),
            Self::BuiltIn(text) => Ok(Box::new(text.as_bytes())),
        }
    }
}

/// One list and its files.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) spec: ListSpec,
    /// When somebody is told that it is old.
    pub(super) bounds: AgeBounds,
    pub(super) files: Vec<(Source, Place)>,
    /// When it was last known to be the newest, if it is fetched.
    pub(super) confirmed: Option<Timestamp>,
    /// A named person has taken it as it is.
    pub(super) released: bool,
}

/// Every list of the settings, in a stable order. Of a list that is watched the place is kept: its entries stand in an image of their own.
pub(super) fn find(settings: &ListSettings, builtin: BuiltIn) -> Result<Vec<Found>, SourceFault> {
    let mut all = Vec::new();
    let local = local::sources(settings)?;
    for setting in settings.sources.iter().chain(&local) {
        if setting.fetch.is_some() {
            all.extend(find_fetched(settings, setting, builtin)?);
            continue;
        }
        if setting.watch {
            all.extend(map(setting, vec![single(setting, &setting.format, builtin)?.elsewhere()]));
        } else {
            all.extend(find_one(setting, builtin)?);
        }
    }
    Ok(within(settings, all))
}

/// The lists that are watched.
pub(super) fn find_watched(settings: &ListSettings, builtin: BuiltIn) -> Result<Vec<Found>, SourceFault> {
    let watched = settings.sources.iter().filter(|setting| setting.watch);
    let mut all = Vec::new();
    for setting in watched {
        all.extend(map(setting, vec![single(setting, &setting.format, builtin)?]));
    }
    Ok(within(settings, all))
}

/// The lists of one source that stands at its path, within the bounds of the settings.
pub(super) fn find_alone(settings: &ListSettings, setting: &Setting, builtin: BuiltIn) -> Result<Vec<Found>, SourceFault> {
    Ok(within(settings, find_one(setting, builtin)?))
}

fn find_one(setting: &Setting, builtin: BuiltIn) -> Result<Vec<Found>, SourceFault> {
    let found = if setting.format == SourceFormat::Ut1 { folder(setting)? } else { vec![single(setting, &setting.format, builtin)?] };
    Ok(map(setting, found))
}

fn within(settings: &ListSettings, mut all: Vec<Found>) -> Vec<Found> {
    let thousandths = |share: f64| (share * 1000.0).round().clamp(0.0, 1000.0) as u16;
    for found in &mut all {
        found.spec.bad_lines_per_thousand = thousandths(settings.max_bad_share);
        found.spec.may_shrink_per_thousand = thousandths(settings.max_shrink);
        if found.released {
            take_as_it_is(&mut found.spec);
        }
    }
    all
}

impl Found {
    fn new(setting: &Setting, spec: ListSpec, files: Vec<(Source, Place)>) -> Self {
        let bounds = AgeBounds::of(setting.kind, setting.demonstration, setting.stale_after);
        Self { spec, bounds, files, confirmed: None, released: false }
    }

    fn elsewhere(self) -> Self {
        Self { spec: ListSpec { elsewhere: true, ..self.spec }, files: Vec::new(), ..self }
    }
}

/// The lists of a source that is fetched, from the version in force.
fn find_fetched(settings: &ListSettings, setting: &Setting, builtin: BuiltIn) -> Result<Vec<Found>, SourceFault> {
    let (place, state) = fetched(settings, setting)?;
    let (confirmed, released) = (state.last_good(), state.current.is_some_and(|version| version.released.is_some()));
    Ok(find_one(&place, builtin)?.into_iter().map(|list| Found { confirmed, released, ..list }).collect())
}

/// The version in force of a source that is fetched, as a source at its path.
fn fetched(settings: &ListSettings, setting: &Setting) -> Result<(Setting, SourceState), SourceFault> {
    let folder = SourceFolder::of(settings, &setting.name);
    let state = folder.state().map_err(|error| SourceFault::NotFetched { name: setting.name.clone(), why: Some(error.to_string()) })?;
    let Some(current) = &state.current else {
        let why = state.fault.clone().or_else(|| state.quarantined.as_ref().map(|held| held.words.clone()));
        return Err(SourceFault::NotFetched { name: setting.name.clone(), why });
    };
    Ok((Setting { path: folder.version(current), ..setting.clone() }, state))
}

/// A named person has taken it as it is: what the compiler would hold against it was known then.
pub(super) fn take_as_it_is(spec: &mut ListSpec) {
    *spec = ListSpec { any_size: true, bad_lines_per_thousand: 1000, strict: false, canary: None, ..spec.clone() };
}

fn spec(setting: &Setting, name: &str, category: &str) -> ListSpec {
    ListSpec {
        page_match: match setting.style {
            MatchStyle::Below => PageMatch::Prefix,
            MatchStyle::Exact => PageMatch::Exact,
        },
        demonstration: setting.demonstration,
        strict: setting.strict,
        canary: setting.canary.as_deref().map(Arc::from),
        ..ListSpec::new(setting.kind, name, category)
    }
}

fn single(setting: &Setting, format: &SourceFormat, builtin: BuiltIn) -> Result<Found, SourceFault> {
    let category = match setting.kind {
        ListKind::Statutory => setting.category.as_deref().unwrap_or("illegal"),
        ListKind::Category => setting.category.as_deref().unwrap_or(&setting.name),
    };
    let place = match setting.builtin() {
        Some(wanted) => Place::BuiltIn(
            builtin(wanted).ok_or_else(|| SourceFault::NotBuiltIn { name: setting.name.clone(), wanted: wanted.to_owned() })?,
        ),
        None => Place::File(setting.path.clone()),
    };
    // An address may hold a secret of the publisher's, and is told nowhere.
    let called = if setting.fetch.is_some() { setting.name.clone() } else { setting.path.to_string_lossy().into_owned() };
    let source = Source::new(&called, reader(setting, format)?);
    Ok(Found::new(setting, spec(setting, &setting.name, category), vec![(source, place)]))
}

fn reader(setting: &Setting, format: &SourceFormat) -> Result<Format, SourceFault> {
    let pointer = |text: &str| text.parse::<Pointer>().map_err(|source| SourceFault::Pointer { name: setting.name.clone(), source });
    Ok(match format {
        SourceFormat::Ut1 | SourceFormat::Domains => Format::Domains,
        SourceFormat::Hosts => Format::Hosts,
        SourceFormat::Urls | SourceFormat::Statutory(StatutorySchema::Lines) => Format::Urls,
        SourceFormat::Adblock => Format::Adblock,
        SourceFormat::Rpz => Format::Rpz,
        SourceFormat::Csv { column } | SourceFormat::Statutory(StatutorySchema::Csv { column, .. }) => {
            Format::Csv(CsvSchema { column: self::column(column), delimiter: b',' })
        }
        SourceFormat::Statutory(StatutorySchema::Json { entries, address, .. }) => {
            Format::Json(JsonSchema { records: pointer(entries)?, field: pointer(address)? })
        }
    })
}

/// A column by its heading, or by its number from 1 where there is no heading row.
fn column(text: &str) -> ColumnName {
    match text.parse::<usize>() {
        Ok(number) if number > 0 => ColumnName::Place(number - 1),
        Ok(_) | Err(_) => ColumnName::Heading(text.to_owned()),
    }
}

/// A folder of folders, each a category (UT1, squidGuard).
fn folder(setting: &Setting) -> Result<Vec<Found>, SourceFault> {
    let fault = |path: &Path| {
        let (name, path) = (setting.name.clone(), path.to_owned());
        move |source| SourceFault::Read { name, path, source }
    };
    let mut found = Vec::new();
    for path in sorted(&setting.path).map_err(fault(&setting.path))? {
        let Some(category) = path.file_name().and_then(|name| name.to_str()).map(str::to_owned) else { continue };
        // UT1 carries links from old names to new ones: the linked folder is read under its own name.
        let is_folder = path.symlink_metadata().map_err(fault(&path))?.is_dir();
        if !is_folder {
            continue;
        }
        let mut files = Vec::new();
        for file in sorted(&path).map_err(fault(&path))? {
            let source = file.file_name().and_then(|name| name.to_str()).and_then(|name| Source::of_squidguard(&category, name));
            if let Some(source) = source {
                files.push((source, Place::File(file)));
            }
        }
        if !files.is_empty() {
            found.push(Found::new(setting, spec(setting, &format!("{}/{category}", setting.name), &category), files));
        }
    }
    if found.is_empty() {
        return Err(SourceFault::NoCategories { name: setting.name.clone(), path: setting.path.clone() });
    }
    Ok(found)
}

fn sorted(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<_>>()?;
    paths.sort();
    Ok(paths)
}
