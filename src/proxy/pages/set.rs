//! The pages of all sites: those of the installation, and those of sites that have their own.

use super::render::Pages;
use std::collections::HashMap;
use std::sync::Arc;

/// Pages by site.
#[derive(Debug)]
pub struct PageSet {
    all: Pages,
    of_sites: HashMap<Arc<str>, Pages, rapidhash::fast::RandomState>,
}

impl PageSet {
    /// The pages of the installation, and those of sites by their short names.
    #[must_use]
    pub fn new(all: Pages, of_sites: impl IntoIterator<Item = (Arc<str>, Pages)>) -> Self {
        Self { all, of_sites: of_sites.into_iter().collect() }
    }

    /// Those of the installation.
    #[must_use]
    pub const fn all(&self) -> &Pages {
        &self.all
    }

    /// Those of a site; of the installation where it has none, or where there is no site.
    #[must_use]
    pub fn of(&self, site: Option<&str>) -> &Pages {
        site.and_then(|site| self.of_sites.get(site)).unwrap_or(&self.all)
    }
}
