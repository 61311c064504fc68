//! The settings of lists: where each comes from, how it is written, what its entries cover (standards U7, U14).
//!
//! Defaults stand here, once; `src/config/raw/lists.rs` names them for people.

use super::category_map::CategoryMap;
use super::fetch_settings::Fetch;
use crate::lists::ListKind;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Lists of addresses.
#[derive(Clone, Debug, PartialEq)]
pub struct ListSettings {
    /// Folder of compiled images and of the key for statutory digests.
    pub folder: PathBuf,
    /// Share of bad lines (0 to 1) above which a new version of a list is not taken.
    pub max_bad_share: f64,
    /// Share of entries (0 to 1) that a list may lose between versions before the new one is held back.
    pub max_shrink: f64,
    /// The most regular expressions that all lists together may bring.
    pub expressions: usize,
    /// What is learned of names; `None`: nothing.
    pub names: Option<NamesSettings>,
    /// Every category that may be named, so that an emergency list can have it before any list brings it.
    pub categories: Vec<Arc<str>>,
    /// For how long from the beginning of the log no registrable domain counts as new here.
    pub learn_domains: Duration,
    /// The lists. When the settings name no statutory source there is none here either: the caller then refuses to serve.
    pub sources: Vec<Source>,
}

/// What is learned of names, and by what measure.
#[derive(Clone, Debug, PartialEq)]
pub struct NamesSettings {
    /// Files of innocent names.
    pub allow: Vec<PathBuf>,
    /// Share of innocent names (0 to 1) that may be taken for a category.
    pub false_positives: f64,
    /// The categories; empty means those with the most names.
    pub categories: Vec<String>,
    /// Start of the order in which names are learned.
    pub seed: usize,
}

impl Default for NamesSettings {
    fn default() -> Self {
        Self { allow: Vec::new(), false_positives: 0.001, categories: Vec::new(), seed: 1 }
    }
}

/// One source of entries.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub kind: ListKind,
    /// The category of its entries; `None` for a directory that names its own categories, and for statutory lists.
    pub category: Option<String>,
    /// How it is written.
    pub format: SourceFormat,
    /// File or folder; `builtin:NAME` names one of the starter lists that came with the program (see [`Source::builtin`]).
    pub path: PathBuf,
    /// Made-up entries, for trying things out.
    pub demonstration: bool,
    /// What an entry covers (standards U14).
    pub style: MatchStyle,
    /// Refuse the whole list for one bad line.
    pub strict: bool,
    /// An entry that must be in every version of the list, as a list would write it.
    pub canary: Option<String>,
    /// How it is fetched; `None`: it stands at its path. What is fetched has no path in the settings.
    pub fetch: Option<Fetch>,
    /// What its categories mean in ours.
    pub categories: CategoryMap,
    /// A change of the file is taken at once, without a reload.
    pub watch: bool,
    /// Age at which somebody is told that it is old; statutory lists have bounds of their own.
    pub stale_after: Option<Duration>,
}

impl Source {
    /// A file of entries with everything else as it is when nothing is said.
    #[cfg(test)]
    pub(crate) fn plain(name: &str, kind: ListKind, format: SourceFormat, path: PathBuf) -> Self {
        Self {
            name: name.into(),
            kind,
            category: None,
            format,
            path,
            demonstration: false,
            style: MatchStyle::Below,
            strict: false,
            canary: None,
            fetch: None,
            watch: false,
            stale_after: None,
            categories: CategoryMap::default(),
        }
    }

    /// The name of the starter list, when the path is `builtin:NAME`.
    #[must_use]
    pub fn builtin(&self) -> Option<&str> {
        self.path.to_str()?.strip_prefix("builtin:")
    }
}

/// What an entry of a list covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatchStyle {
    /// A host covers its subdomains, a path covers what lies below it, a query entry allows more parameters (standards U14).
    Below,
    /// An entry covers exactly the address it names.
    Exact,
}

/// How a source is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceFormat {
    /// A folder of folders with `domains`, `urls`, `expressions` (UT1, squidGuard). Each folder is a category.
    Ut1,
    /// One host name a line.
    Domains,
    /// A hosts file: an address and then names.
    Hosts,
    /// One URL or host a line.
    Urls,
    /// Adblock syntax; host rules only.
    Adblock,
    /// A DNS response policy zone.
    Rpz,
    /// Comma-separated values with the column that holds the address: its title, or its number from 1.
    Csv {
        /// The column.
        column: String,
    },
    /// A statutory list with its declared schema (standards U7).
    Statutory(StatutorySchema),
}

/// Where a statutory list keeps its addresses (standards U7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StatutorySchema {
    /// One address a line; `#` starts a comment.
    Lines,
    /// Comma-separated values.
    Csv {
        /// Column of the address: its title, or its number from 1.
        column: String,
        /// Column of the kind of entry (host or page), where there is one.
        kind_column: Option<String>,
    },
    /// A JSON document.
    Json {
        /// JSON pointer (RFC 6901) to the array of entries; empty means the document itself.
        entries: String,
        /// JSON pointer within an entry to the address; empty means the entry itself.
        address: String,
        /// JSON pointer within an entry to its kind (host or page), where there is one.
        kind: Option<String>,
    },
}

impl Default for ListSettings {
    fn default() -> Self {
        Self {
            folder: PathBuf::from("var/lists"),
            max_bad_share: 0.05,
            max_shrink: 0.5,
            expressions: 1_000,
            learn_domains: Duration::from_secs(7 * 86_400),
            names: None,
            categories: Vec::new(),
            sources: Vec::new(),
        }
    }
}
