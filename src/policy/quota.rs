//! Quotas: how much of a category, or of everything, a person may use in a day (standards B4).
//!
//! Must never open anything: a quota that is not used up leaves the word to the stages below it.

use super::layer::{Layer, Level};
use crate::model::CategoryId;
use std::sync::Arc;

/// The name under which a quota stands that counts everything.
pub const EVERYTHING: &str = "*";

/// A day's share. Where both are given, both count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Quota {
    /// Minutes in which something was used.
    pub minutes: Option<u16>,
    /// Bytes, up and down together.
    pub bytes: Option<u64>,
}

/// What of a request counts, and how much of it there is in a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metered {
    /// The category's name, or [`EVERYTHING`].
    pub name: Arc<str>,
    /// The day's share.
    pub quota: Quota,
}

/// A quota tied to one list image.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Limited {
    /// `None`: everything.
    pub(super) category: Option<CategoryId>,
    pub(super) name: Arc<str>,
    pub(super) quota: Quota,
    /// What layers above the site leave: no rule of the site goes past that.
    pub(super) held: Option<Quota>,
    pub(super) layer: Arc<str>,
}

impl Quota {
    /// The smaller of each.
    #[must_use]
    pub fn tightened(self, by: Self) -> Self {
        fn smaller<T: Ord>(one: Option<T>, other: Option<T>) -> Option<T> {
            [one, other].into_iter().flatten().min()
        }
        Self { minutes: smaller(self.minutes, by.minutes), bytes: smaller(self.bytes, by.bytes) }
    }

    /// Does it give more of something than this one does?
    #[must_use]
    pub fn exceeds(self, above: Self) -> bool {
        self.tightened(above) != Self { minutes: self.minutes.or(above.minutes), bytes: self.bytes.or(above.bytes) }
    }
}

impl Limited {
    /// The quotas of a group under the layers over it, highest first. `find`: the number of a category, if the lists have it.
    pub(super) fn all<'l, 'g: 'l>(
        group: (&str, impl Iterator<Item = (&'g Arc<str>, &'g Quota)>),
        over: impl Iterator<Item = &'l Layer> + Clone,
        find: impl Fn(&str) -> Option<CategoryId>,
    ) -> Vec<Self> {
        let (group, quotas) = group;
        let made = quotas.filter_map(|(name, quota)| {
            let category = if **name == *EVERYTHING { None } else { Some(find(name)?) };
            let said = over.clone().filter_map(|layer| Some((layer, *layer.quota.get(name)?)));
            let above = said.clone().filter(|(layer, _)| layer.level < Level::Site).map(|(_, quota)| quota);
            let decides = said.clone().find(|(_, said)| !said.exceeds(*quota)).map(|(layer, _)| layer);
            let what = if category.is_some() { format!("quota {name}") } else { "quota of everything".to_owned() };
            let layer = decides.map_or_else(|| format!("group {group}, {what}").into(), |layer| layer.layer_text(&what));
            Some(Self { category, name: Arc::clone(name), quota: *quota, held: above.reduce(Quota::tightened), layer })
        });
        made.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smaller_of_each_counts_and_more_of_either_is_more() {
        let quota = |minutes, bytes| Quota { minutes, bytes };
        let half_hour = quota(Some(30), None);
        assert_eq!(half_hour.tightened(quota(Some(20), Some(5))), quota(Some(20), Some(5)));
        for (below, more) in [
            (quota(Some(31), None), true),
            (quota(Some(30), None), false),
            (quota(Some(29), Some(u64::MAX)), false),
            (quota(None, Some(7)), false),
            (Quota::default(), false),
        ] {
            assert_eq!(below.exceeds(half_hour), more, "{below:?}");
        }
        assert!(quota(Some(1), Some(8)).exceeds(quota(Some(1), Some(7))));
    }
}
