//! Which sites there are, for the console, and what is seen in their groups.
//!
//! What is encrypted is counted by the short name of a group, all sites together: must never be told to whoever does not reach every group
//! of that name.

use super::App;
use crate::admin::{Reach, SiteWorks};
use crate::engine::Coverage;
use crate::model::GroupId;
use crate::policy::{Group, SITE_MARK};
use crate::proxy::Live;
use std::collections::BTreeSet;

type Groups<'a> = Vec<(GroupId, &'a Group)>;

impl App {
    /// The groups of these sites, and short names that groups of other sites have.
    pub(super) fn groups_of<'a>(&self, reach: &Reach, live: &'a Live) -> (Groups<'a>, BTreeSet<&'a str>) {
        let all = (0..u16::MAX).map(GroupId).zip(&live.engine.policy.rules().groups);
        let (theirs, others): (Groups<'a>, Groups<'a>) =
            all.partition(|(_, group)| reach.is_all() || reach.covers(&self.site_of_group(&group.name)));
        (theirs, others.into_iter().map(|(_, group)| group.short_name()).collect())
    }
}

impl SiteWorks for App {
    fn seen_in_groups(&self, reach: &Reach, which: &dyn Fn(&str) -> bool) -> Vec<Coverage> {
        let live = self.proxy.live.load_full();
        let (theirs, alike) = self.groups_of(reach, &live);
        let seen = |(id, group): (GroupId, &Group)| {
            let counted = live.counted(id, self.started).filter(|_| !alike.contains(group.short_name()));
            live.engine.coverage(id, counted)
        };
        theirs.into_iter().filter(|(_, group)| which(&group.name)).map(seen).collect()
    }

    fn site_names(&self) -> Vec<(String, String)> {
        let settings = self.feeding.settings().1;
        // What the records have: the name that was in force at the start.
        let own = self.proxy.live.load().site.to_string();
        let further = settings.policy.sites.iter().map(|site| (site.name.to_string(), site.title.to_string()));
        std::iter::once((own.clone(), own)).chain(further).collect()
    }

    fn site_of_group(&self, group: &str) -> String {
        group.split_once(SITE_MARK).map_or_else(|| self.proxy.live.load().site.to_string(), |(site, _)| site.to_owned())
    }
}
