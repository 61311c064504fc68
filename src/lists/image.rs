//! The immutable image of all lists.

use crate::model::CategoryId;
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

/// All lists, compiled.
#[derive(Debug, Default)]
pub struct ListImage {
    pub(crate) categories: Vec<Arc<str>>,
    pub(crate) lists: Vec<ListInfo>,
    pub(crate) version: Arc<str>,
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
}
