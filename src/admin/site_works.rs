//! Sites of the running system, as accounts belong to them.

use super::works::FixedWorks;
use crate::policy::SITE_MARK;

/// Which sites there are.
pub trait SiteWorks: Send + Sync {
    /// Names, as the log has them, and titles; that of the settings' own groups first. With fewer than two nothing is said of sites.
    fn site_names(&self) -> Vec<(String, String)>;

    /// The site of a group, by the group's whole name.
    fn site_of_group(&self, group: &str) -> String {
        let of_site = group.split_once(SITE_MARK).map(|(site, _)| site.to_owned());
        of_site.unwrap_or_else(|| self.site_names().first().map_or_else(String::new, |(name, _)| name.clone()))
    }

    /// Are there several?
    fn has_sites(&self) -> bool {
        self.site_names().len() > 1
    }
}

impl SiteWorks for FixedWorks {
    fn site_names(&self) -> Vec<(String, String)> {
        self.sites.clone()
    }
}
