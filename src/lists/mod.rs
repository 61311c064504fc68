//! The list compiler: text in many formats -> one immutable, checksummed image; every bad line located.
//!
//! Bytes in, bytes out: reading files and keeping the installation key is the caller's work.
//!
//! ```text
//! format/    a line, a row, a record -> entries or a located fault
//! compile/   sources -> keys (two threads) -> ListImage + Report
//! key        one keyed hash step per label and per path segment, shared with the matcher
//! table      all category entries, one cache line per probe;  sets: which lists hold an entry
//! pairs      category entries with query pairs;  statutory: keyed digests;  rules: keywords and expressions
//! names/     what names look like, learned from the lists: a guess about hosts that no list knows
//! disk/      the image as bytes: versioned, checksummed;  diff: what changed between two images
//! ```

mod age;
mod beside;
mod combine;
mod compile;
mod diff;
mod disk;
mod format;
mod holds;
mod image;
mod key;
mod names;
mod pairs;
mod rules;
mod sets;
mod statutory;
mod table;

pub use age::{AgeBounds, Freshness};
pub use beside::{Beside, emergency_lists, emergency_name};
pub use combine::CombineFault;
pub use compile::{
    BadLine, CompileFault, Compiled, Compiler, DEFAULT_BAD_LINES_PER_THOUSAND, HoldReason, KEPT_BAD_LINES, KEPT_READINGS, LineFault,
    ListReport, ListSpec, ListWarning, PageMatch, Reading, Readings, Report, Source, entries_in_clear,
};
pub use diff::{DiffFault, ImageDiff, ListDiff};
pub use disk::{ImageFault, Section};
pub use format::{ColumnName, CsvSchema, Format, JsonSchema, NotAPointer, Pointer};
pub use image::{ImageMemory, ListImage, ListInfo, ListKind};
pub use key::{InstallationKey, NoRandomness};
pub use names::{
    AllowFault, Doubtful, Guess, Guesses, LEAST_NAMES, LEAST_RECALL, MOST_CATEGORIES, NAMES_PER_FALSE_POSITIVE, NameModel, NameReport,
    NameSettings, State,
};
pub use rules::{MAX_EXPRESSIONS, MAX_KEYWORDS, MAX_RULE_BYTES};
pub use sets::MAX_LISTS;

pub(crate) use image::Secrets;
pub(crate) use key::{Key, KeySteps, segments};
#[cfg(test)]
pub(crate) use names::names_that_all_look_like;
pub(crate) use pairs::PairedEntry;
pub(crate) use sets::{HAS_PAGES, HAS_PAIRS, NumberedSet};
pub(crate) use statutory::{Digest, Mark};
