//! Sites and their groups, from the settings; how many people were seen in each since a day, never who. Read only. To look is a deed too.

use super::sources::heads;
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::host_works::{GroupPlace, SitePlace};
use crate::admin::page::count;
use crate::admin::place::Place;
use crate::admin::sheet::{Line, Part, Sheet};
use crate::engine::Coverage;
use crate::record::EventKind;

/// All of them.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    if !call.query.raw("seen").is_empty() {
        return seen(call, call.query.raw("seen"));
    }
    call.record(EventKind::ConsoleLookUp, call.act("looked at sites and at how many people are where"))?;
    let (all, reach) = (call.desk.works.sites()?, call.reach()?);
    let parts = all.iter().filter(|site| reach.covers(&site.key)).map(|site| part(call, site)).collect();
    Ok(Reply::Page(Box::new(Sheet { lead: vec![call.say("sites.lead").to_owned()], parts, ..Sheet::titled(call.say("sites.title")) })))
}

fn part(call: &Call<'_>, site: &SitePlace) -> Part {
    let row = |group: &GroupPlace| {
        let GroupPlace { name, title, who, people, requests } = group.clone();
        let who = if who.is_empty() { call.say("sites.by_name").to_owned() } else { who.join(", ") };
        let href = format!("{}?seen={}", Place::Sites.path(), form_urlencoded::byte_serialize(name.as_bytes()).collect::<String>());
        Line { href, cells: vec![name, title, who, count(people as u64), count(requests)] }
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

/// What is seen in a group of a site that they reach, and what is not. One of another site looks as none.
fn seen(call: &Call<'_>, name: &str) -> Result<Reply, Stop> {
    let groups = call.desk.works.seen_in_groups(call.reach()?, &|group| group == name && call.sees_group(group));
    let Some(group) = groups.first() else { return Err(Stop::Unknown) };
    call.record(EventKind::ConsoleLookUp, call.act("looked at what is seen in a group").asking(name))?;
    let lead = vec![group.summary.to_owned()];
    let list = |key, lines: &[&str]| Part {
        heading: call.say(key).to_owned(),
        lines: lines.iter().map(|line| (*line).to_owned()).collect(),
        ..Part::default()
    };
    let parts = vec![list("sites.seen", &group.sees), list("sites.not_seen", &group.misses), works_part(call, group)];
    Ok(Reply::Page(Box::new(Sheet { lead, parts, ..Sheet::titled(call.say_with("sites.seen_in", &group.title)) })))
}

/// Feature by feature, and what was counted since the start.
fn works_part(call: &Call<'_>, group: &Coverage) -> Part {
    let features = group.features.iter();
    let row = |cells: [&str; 3]| Line { cells: cells.map(str::to_owned).into(), ..Line::default() };
    let counted = group.counted.iter().flat_map(|counted| counted.lines());
    Part {
        heading: call.say("sites.features").to_owned(),
        lines: counted.map(|(number, words)| format!("{} {words}", count(number))).collect(),
        head: heads(call, ["sites.feature", "sites.works", "sites.needs"]),
        rows: features.map(|one| row([one.name, one.state.words(), one.needs])).collect(),
        links: vec![(Place::Sites.path().to_owned(), call.say("sites.title").to_owned())],
        ..Part::default()
    }
}
