//! Sites of the running system, as accounts belong to them.

use super::device_works::DevicesSeen;
use super::figure_works::{HourFigures, MonthFigures, Tunnels};
use super::host_works::{Noise, UnknownHosts};
use super::job_works::BreachesFound;
use super::reach::Reach;
use super::review_works::{ReviewItem, ReviewOf};
use super::works::FixedWorks;
use crate::engine::Coverage;
use crate::policy::SITE_MARK;
use std::collections::BTreeMap;

/// Which sites there are.
pub trait SiteWorks: Send + Sync {
    /// Names, as the log has them, and titles; that of the settings' own groups first. With fewer than two nothing is said of sites.
    fn site_names(&self) -> Vec<(String, String)>;

    /// What is seen in each of these groups of these sites, and what is not; with figures where they are of these sites alone.
    fn seen_in_groups(&self, reach: &Reach, which: &dyn Fn(&str) -> bool) -> Vec<Coverage>;

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

/// What tests set by hand for one site.
#[derive(Clone, Debug, Default)]
pub struct FixedSite {
    /// Hour by hour.
    pub hours: HourFigures,
    /// Month by month.
    pub months: MonthFigures,
    /// Encrypted connections.
    pub tunnels: Tunnels,
    /// Hosts that no list knew.
    pub unknown: UnknownHosts,
    /// What may be blocked by mistake.
    pub noise: Noise,
    /// Devices.
    pub devices: DevicesSeen,
    /// What would be decided otherwise today.
    pub breaches: BreachesFound,
    /// What there is to review.
    pub reviews: BTreeMap<ReviewOf, Vec<ReviewItem>>,
}

impl FixedWorks {
    /// What is set for all sites together, or for the one that is reached; several have nothing.
    pub(super) fn of<T: Clone + Default>(&self, reach: &Reach, all: &T, one: impl Fn(&FixedSite) -> &T) -> T {
        match reach.asked().as_deref() {
            None => all.clone(),
            Some([name]) => self.of_sites.get(name).map(one).cloned().unwrap_or_default(),
            Some(_) => T::default(),
        }
    }
}

impl SiteWorks for FixedWorks {
    fn site_names(&self) -> Vec<(String, String)> {
        self.sites.clone()
    }

    fn seen_in_groups(&self, reach: &Reach, which: &dyn Fn(&str) -> bool) -> Vec<Coverage> {
        let theirs = |group: &str| which(group) && (reach.is_all() || reach.covers(&self.site_of_group(group)));
        self.seen.iter().filter(|one| theirs(&one.group)).cloned().collect()
    }
}
