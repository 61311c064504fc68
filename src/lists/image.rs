//! The immutable image of all lists: made by the compiler or read from disk, asked by the matcher, swapped whole.
//!
//! Must never hold the text of a statutory entry, nor print anything of its tables.

use super::key::{InstallationKey, KeySteps};
use super::names::NameModel;
use super::pairs::PairTable;
use super::rules::Rules;
use super::sets::SetTable;
use super::statutory::{Digester, StatutoryTable};
use super::table::Table;
use crate::model::CategoryId;
use std::fmt;
use std::sync::Arc;

/// What a list is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ListKind {
    /// Illegal material: checked first, cannot be switched off, never shown.
    Statutory,
    /// A category that policy may allow, warn about or block.
    Category,
}

/// One list of the image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListInfo {
    /// Its name in the configuration; for a directory of categories, `source/category`.
    pub name: Arc<str>,
    /// What it is for.
    pub kind: ListKind,
    /// The category that its entries belong to.
    pub category: CategoryId,
    /// Entries that are live.
    pub entries: u64,
    /// Lines that could not be read.
    pub rejected: u64,
    /// Made-up entries, for trying things out.
    pub demonstration: bool,
}

/// What an address can hold of the lists' shapes, so that hopeless probes are not made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shapes {
    /// Bit n: some category entry has a host of n labels (n capped at 127).
    pub(crate) host_labels: u128,
    /// Most path segments of any category entry.
    pub(crate) page_segments: u32,
    /// Most path segments of any statutory entry.
    pub(crate) statutory_segments: u32,
    /// Some category entry covers one page and nothing below it.
    pub(crate) exact_pages: bool,
}

/// All lists, compiled.
#[derive(Default)]
pub struct ListImage {
    pub(crate) categories: Vec<Arc<str>>,
    pub(crate) lists: Vec<ListInfo>,
    pub(crate) version: Arc<str>,
    pub(crate) checksum: [u8; 32],
    pub(crate) key_check: [u8; 8],
    /// `None` in the image without lists.
    pub(crate) secrets: Option<Secrets>,
    pub(crate) shapes: Shapes,
    pub(crate) table: Table,
    pub(crate) sets: SetTable,
    pub(crate) pairs: PairTable,
    pub(crate) statutory: StatutoryTable,
    pub(crate) rules: Rules,
    pub(crate) names: Arc<NameModel>,
}

/// What is derived from the installation key; never part of an image on disk.
#[derive(Clone)]
pub(crate) struct Secrets {
    pub(crate) steps: KeySteps,
    pub(crate) digester: Digester,
}

impl Secrets {
    pub(crate) fn new(installation: &InstallationKey) -> Self {
        Self { steps: KeySteps::new(installation), digester: Digester::new(installation) }
    }
}

impl fmt::Debug for ListImage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListImage").field("version", &self.version).field("lists", &self.lists).finish_non_exhaustive()
    }
}

impl ListImage {
    /// Category names by number.
    #[must_use]
    pub fn categories(&self) -> &[Arc<str>] {
        &self.categories
    }

    /// The number of a category.
    #[must_use]
    pub fn category(&self, name: &str) -> Option<CategoryId> {
        self.categories.iter().position(|known| **known == *name).and_then(|i| u8::try_from(i).ok()).map(CategoryId)
    }

    /// The lists by number.
    #[must_use]
    pub fn lists(&self) -> &[ListInfo] {
        &self.lists
    }

    /// Checksum of the image as text: the version that every record names.
    #[must_use]
    pub fn version(&self) -> &Arc<str> {
        &self.version
    }

    /// Is there a statutory list with entries?
    #[must_use]
    pub fn has_statutory(&self) -> bool {
        self.lists.iter().any(|list| list.kind == ListKind::Statutory && list.entries > 0)
    }

    /// Is a statutory list a demonstration list?
    #[must_use]
    pub fn is_demonstration(&self) -> bool {
        self.lists.iter().any(|list| list.kind == ListKind::Statutory && list.demonstration)
    }

    /// What names look like, where it was learned: a guess, and never a list.
    #[must_use]
    pub fn learned_names(&self) -> &Arc<NameModel> {
        &self.names
    }

    /// Bytes in memory, by what they are for.
    #[must_use]
    pub fn memory(&self) -> ImageMemory {
        ImageMemory {
            categories: self.table.bytes() + self.sets.bytes() + self.pairs.bytes(),
            statutory: self.statutory.bytes(),
            rules: self.rules.bytes(),
            names: self.names.rows.len(),
        }
    }

    pub(crate) fn seal(&mut self, checksum: [u8; 32]) {
        self.version = super::disk::hexadecimal(&checksum[..8]).into();
        self.checksum = checksum;
    }
}

/// Bytes of an image in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImageMemory {
    /// Entries of all category lists, their sets of lists included.
    pub categories: usize,
    /// Statutory entries.
    pub statutory: usize,
    /// Keywords and expressions.
    pub rules: usize,
    /// What names look like.
    pub names: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_image_without_lists_says_so() {
        let image = ListImage::default();
        assert!(!image.has_statutory() && !image.is_demonstration() && image.lists().is_empty());
        assert_eq!(image.category("adult"), None);
        assert_eq!(image.memory().statutory, 0);
    }
}
