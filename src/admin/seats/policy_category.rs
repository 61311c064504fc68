//! A category: what it holds and why it is there, what each group does with it and who says so, and what it blocked this week, in figures.

use super::policy::{at, looked_at, sight};
use super::policy_site as of_file;
use super::policy_words as words;
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::page::count;
use crate::admin::place::Place;
use crate::admin::policy_works::{Blocked, CategorySight, GroupSight, PolicySight, WordSight};
use crate::admin::sheet::{Line, Part, Sheet};
use crate::model::{Bucket, Category, Taxonomy};
use crate::record::EventKind;

/// The category of a name that somebody typed.
pub(super) fn category<'a>(sight: &'a PolicySight, name: &str) -> Result<&'a CategorySight, Stop> {
    sight.categories.iter().find(|category| category.name == name).ok_or(Stop::Unknown)
}

/// The page.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    let file = looked_at(call)?;
    let sight = file.as_ref().map_or_else(|| sight(call), |file| of_file::sight(call, file))?;
    let category = category(&sight, call.query.raw("category"))?;
    call.record(EventKind::ConsoleLookUp, call.act("looked at what a category blocked in a week").asking(&category.name))?;
    let ours = Taxonomy::get().categories().iter().find(|known| *known.name == *category.name);
    let lead = ours.map(|ours| ours.words.to_string()).into_iter().collect();
    let parts = vec![groups_part(call, &sight, category), about_part(call, category, ours)];
    Ok(Reply::Page(Box::new(Sheet { lead, parts, ..Sheet::titled(&category.title) })))
}

fn groups_part(call: &Call<'_>, sight: &PolicySight, category: &CategorySight) -> Part {
    // What a list brings under another name is blocked under that name too; where the log cannot be counted, the rules are shown alone.
    let blocked = call.desk.works.blocked(&category.name);
    let changes = of_file::can(call, Place::PolicyChange) && !category.locked;
    let row = |(group, word): (&GroupSight, &WordSight)| {
        let met = blocked.as_ref().ok().map(|all| met(all, group));
        let requests = met.map_or_else(|| call.say("policy.unknown").to_owned(), |met| count(met.map_or(0, |met| met.requests)));
        let people = match met {
            Some(Some(Blocked { people: Some(people), .. })) => count(*people),
            Some(None) => count(0),
            Some(Some(_)) | None => call.say("policy.unknown").to_owned(),
        };
        let mut cells = vec![group.title.clone(), words::does(call, word), requests, people, words::by(call, word, group)];
        let can = changes && of_file::can_change(call, group);
        let (href, change) = if can { (change_path(group, category), call.say("policy.change_it")) } else { (String::new(), "") };
        cells[0] = if can { format!("{}: {change}", group.title) } else { group.title.clone() };
        Line { href, cells }
    };
    let head = ["policy.group", "policy.does", "policy.week_requests", "policy.week_people", "policy.who_says"]
        .map(|key| call.say(key).to_owned());
    let mut lines = vec![call.say("policy.week_words").to_owned()];
    lines.extend(blocked.as_ref().err().map(ToString::to_string));
    lines.extend(category.locked.then(|| call.say("policy.fault_locked").to_owned()));
    Part {
        heading: call.say("policy.this_week").to_owned(),
        lines,
        head: head.into(),
        rows: sight.groups.iter().zip(&category.words).map(row).collect(),
        links: vec![(Place::Policy.path().to_owned(), call.say("policy.all_groups").to_owned())],
        ..Part::default()
    }
}

/// The page on which what a group does with a category is changed.
fn change_path(group: &GroupSight, category: &CategorySight) -> String {
    at(Place::PolicyChange, &[("group", &group.name), ("category", &category.name)])
}

fn met<'a>(all: &'a [Blocked], group: &GroupSight) -> Option<&'a Blocked> {
    all.iter().find(|one| one.group == group.name)
}

fn about_part(call: &Call<'_>, category: &CategorySight, ours: Option<&Category>) -> Part {
    let none = String::new;
    let buckets = |ours: &Category| ours.buckets().map(Bucket::words).collect::<Vec<_>>().join("; ");
    let facts = [
        ("policy.name", category.name.clone()),
        ("policy.entries", count(category.entries)),
        ("policy.holds", ours.map_or_else(none, |ours| ours.holds.to_string())),
        ("policy.leaves_out", ours.map_or_else(none, |ours| ours.leaves_out.to_string())),
        ("policy.examples", ours.map_or_else(none, |ours| ours.examples.join("; "))),
        ("policy.counted_in", ours.map_or_else(none, buckets)),
        ("policy.dfe", ours.map_or_else(none, |ours| ours.dfe.to_string())),
        ("policy.also", ours.map_or_else(none, |ours| ours.also.join(", "))),
    ];
    let said = facts.into_iter().filter(|(_, value)| !value.is_empty());
    let facts = said.map(|(key, value)| (call.say(key).to_owned(), value, key == "policy.name")).collect();
    Part { heading: call.say("policy.about").to_owned(), facts, ..Part::default() }
}
