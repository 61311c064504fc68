//! Sites and their groups, from the settings; how many people were seen in each since a day, never who. Read only. To look is a deed too.

use super::sources::heads;
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::host_works::{GroupPlace, SitePlace};
use crate::admin::page::count;
use crate::admin::sheet::{Line, Part, Sheet};
use crate::record::EventKind;

/// All of them.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    call.record(EventKind::ConsoleLookUp, call.act("looked at sites and at how many people are where"))?;
    let (all, reach) = (call.desk.works.sites()?, call.reach()?);
    let parts = all.iter().filter(|site| reach.covers(&site.key)).map(|site| part(call, site)).collect();
    Ok(Reply::Page(Box::new(Sheet { lead: vec![call.say("sites.lead").to_owned()], parts, ..Sheet::titled(call.say("sites.title")) })))
}

fn part(call: &Call<'_>, site: &SitePlace) -> Part {
    let row = |group: &GroupPlace| {
        let GroupPlace { name, title, who, people, requests } = group.clone();
        let who = if who.is_empty() { call.say("sites.by_name").to_owned() } else { who.join(", ") };
        Line { cells: vec![name, title, who, count(people as u64), count(requests)], ..Line::default() }
    };
    let ranges = (!site.ranges.is_empty()).then(|| call.say_with("sites.ranges", &site.ranges.join(", ")));
    Part {
        heading: site.name.clone(),
        lines: ranges.into_iter().collect(),
        head: heads(call, ["noise.group", "sites.group_title", "sites.who", "sites.people", "unknown.requests"]),
        rows: site.groups.iter().map(row).collect(),
        ..Part::default()
    }
}
