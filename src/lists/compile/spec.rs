//! What the operator declares of a list before it is read.

use crate::lists::{Format, ListKind};
use std::sync::Arc;

/// What an entry for a page covers (standards U14). An entry for a host covers its subdomains either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PageMatch {
    /// The page and everything below it at a segment boundary; listed query pairs in any order among any others. An entry that asks for
    /// pairs of the root page (`host/?id=5`) means the root page alone.
    #[default]
    Prefix,
    /// That page only; listed query pairs in any order and no others. A page without a query is covered with any query.
    Exact,
}

/// One list, as declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListSpec {
    /// Its name in the configuration; for a directory of categories, `source/category`.
    pub name: Arc<str>,
    /// What it is for.
    pub kind: ListKind,
    /// The category that its entries belong to.
    pub category: Arc<str>,
    /// What its page entries cover.
    pub page_match: PageMatch,
    /// Made-up entries, for trying things out.
    pub demonstration: bool,
    /// Take every line as the format writes it, mend nothing, and hold the list back for a single bad line.
    pub strict: bool,
    /// Hold the list back when more than this many of a thousand lines are bad (and at least three).
    pub bad_lines_per_thousand: u16,
    /// Entries of the last good version, where there is one: the measure for a suspicious shrink (standards U22).
    pub last_good_entries: Option<u64>,
    /// Hold the list back when it lost more than this many of a thousand entries of the last good version.
    pub may_shrink_per_thousand: u16,
    /// The operator confirms the size, whatever it is.
    pub any_size: bool,
    /// Its entries stand in an image of their own, which is asked beside this one: here it has its number and nothing else.
    pub elsewhere: bool,
    /// Hold the list back when it has more lines than these.
    pub most_lines: Option<u64>,
    /// An entry that must be in the list, such as a made-up one that its provider puts there for tests (rule B2).
    pub canary: Option<Arc<str>>,
}

/// Share of bad lines that holds a list back unless declared otherwise: one in ten.
pub const DEFAULT_BAD_LINES_PER_THOUSAND: u16 = 100;

/// What a list may lose between two versions unless declared otherwise: half.
pub const DEFAULT_MAY_SHRINK_PER_THOUSAND: u16 = 500;

impl ListSpec {
    /// A list with nothing but its names declared.
    #[must_use]
    pub fn new(kind: ListKind, name: &str, category: &str) -> Self {
        Self {
            name: name.into(),
            kind,
            category: category.into(),
            page_match: PageMatch::Prefix,
            demonstration: false,
            strict: false,
            bad_lines_per_thousand: DEFAULT_BAD_LINES_PER_THOUSAND,
            last_good_entries: None,
            may_shrink_per_thousand: DEFAULT_MAY_SHRINK_PER_THOUSAND,
            any_size: false,
            elsewhere: false,
            most_lines: None,
            canary: None,
        }
    }
}

/// One file of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// How messages call it.
    pub file: Arc<str>,
    /// How it is written.
    pub format: Format,
}

impl Source {
    /// A file in this format.
    #[must_use]
    pub fn new(file: &str, format: Format) -> Self {
        Self { file: file.into(), format }
    }

    /// A file of a UT1 or squidGuard directory, by its name; `None` for files that hold no entries (`usage` and the like).
    #[must_use]
    pub fn of_squidguard(category: &str, name: &str) -> Option<Self> {
        Format::of_squidguard_file(name).map(|format| Self::new(&format!("{category}/{name}"), format))
    }
}
