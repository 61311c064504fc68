//! The entries of statutory lists in the clear, read from their sources once more: accreditation asks for every one of them.
//!
//! Must never print one: what stands here has no text for people, and it is dropped when the suite has run.

use super::sources::{BuiltIn, SourceFault, find};
use crate::canon::ListEntry;
use crate::config::ListSettings;
use crate::lists::{ListKind, PageMatch, entries_in_clear};
use std::fmt;
use std::io::Read;
use std::sync::Arc;

/// One entry and where it stands.
pub struct Clear {
    /// The list.
    pub list: Arc<str>,
    /// Its line in the source.
    pub line: u64,
    /// What entries of the list cover.
    pub covers: PageMatch,
    /// The entry.
    pub entry: ListEntry,
}

impl fmt::Debug for Clear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clear({} line {}, hidden)", self.list, self.line)
    }
}

/// An entry of a category list, as an example.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The list.
    pub list: Arc<str>,
    /// Its category.
    pub category: Arc<str>,
    /// The entry.
    pub entry: ListEntry,
}

/// How much of a source is read for examples.
const SAMPLED: u64 = 64 << 10;

/// A few entries of each category list, from its beginning.
///
/// # Errors
/// [`SourceFault`]: the sources cannot be found. One that cannot be read gives no example.
pub fn samples_in_clear(settings: &ListSettings, builtin: BuiltIn, each: usize) -> Result<Vec<Sample>, SourceFault> {
    let mut samples = Vec::new();
    for found in find(settings, builtin)?.iter().filter(|found| found.spec.kind == ListKind::Category) {
        let mut of_list = Vec::new();
        for (source, place) in &found.files {
            let Ok(text) = place.open() else { continue };
            let mut of_file = Vec::new();
            let read = entries_in_clear(source, found.spec.strict, text.take(SAMPLED), |_, entry| of_file.push(entry));
            // Where the text was cut off, half an entry may look like one.
            of_file.truncate(of_file.len().saturating_sub(usize::from(read.is_err() || of_file.len() > each)));
            of_list.extend(of_file);
        }
        let sample = |entry| Sample { list: Arc::clone(&found.spec.name), category: Arc::clone(&found.spec.category), entry };
        samples.extend(of_list.into_iter().take(each).map(sample));
    }
    Ok(samples)
}

/// Everything that was read.
#[derive(Debug, Default)]
pub struct Cleared {
    /// The entries, in the order of the settings.
    pub entries: Vec<Clear>,
    /// Lines that could not be read.
    pub bad_lines: u64,
}

/// Reads every statutory source of the settings.
///
/// # Errors
/// [`SourceFault`]: a source cannot be read; then nothing is known for certain.
pub fn statutory_in_clear(settings: &ListSettings, builtin: BuiltIn) -> Result<Cleared, SourceFault> {
    let mut all = Cleared::default();
    for found in find(settings, builtin)?.iter().filter(|found| found.spec.kind == ListKind::Statutory) {
        for (source, place) in &found.files {
            let fault = |fault| SourceFault::Read { name: found.spec.name.to_string(), path: (&*source.file).into(), source: fault };
            let each = |line, entry| {
                let (list, covers) = (Arc::clone(&found.spec.name), found.spec.page_match);
                all.entries.push(Clear { list, line, covers, entry });
            };
            all.bad_lines += entries_in_clear(source, found.spec.strict, place.open().map_err(fault)?, each).map_err(fault)?;
        }
    }
    Ok(all)
}
