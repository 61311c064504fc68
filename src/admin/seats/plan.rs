//! The plan of the place in plain English, made from the policy in force: what is closed, for whom, why, and who approved it (standards B6, X13).

use super::policy::at;
use super::policy_words as words;
use crate::accredit::{GroupPlan, Plan, Row, Signed, plan_text};
use crate::admin::call::{Call, Download, Reply, Stop};
use crate::admin::evidence::plan_taken;
use crate::admin::place::Place;
use crate::admin::sheet::{Line, Part, Sheet};
use crate::record::EventKind;

/// The page of one group, the first where none is named; or the whole as a text to take away.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    let plan = call.desk.works.plan()?;
    if call.query.ticked("file") {
        call.desk.book.change(|book| -> Result<(), Stop> {
            plan_taken(book, call.now.wall)?;
            call.record(EventKind::ConsoleLookUp, call.act("took the plan away"))
        })?;
        let bytes = plan_text(&plan).into_bytes();
        return Ok(Reply::File(Box::new(Download { name: "plan.txt".into(), media: "text/plain; charset=utf-8", bytes })));
    }
    let wanted = call.query.raw("group");
    let group = plan.groups.iter().find(|group| *group.name == *wanted).or_else(|| plan.groups.first().filter(|_| wanted.is_empty()));
    let group = group.ok_or(Stop::Unknown)?;
    call.record(EventKind::ConsoleLookUp, call.act("read the plan").asking(&group.name))?;
    Ok(Reply::Page(Box::new(sheet(call, &plan, group))))
}

fn sheet(call: &Call<'_>, plan: &Plan, group: &GroupPlan) -> Sheet {
    let others = plan.groups.iter().filter(|other| other.name != group.name);
    let mut links: Vec<_> = others.map(|other| (at(Place::Plan, &[("group", &other.name)]), other.title.to_string())).collect();
    links.push((at(Place::Plan, &[("file", "yes")]), call.say("plan.take").to_owned()));
    let heading = |key| call.say(key).to_owned();
    let lines = plan.overdue.iter().map(|words| words.to_string());
    let mut parts = vec![
        Part { heading: heading("plan.which"), links, ..Part::default() },
        Part { heading: heading("plan.illegal"), lines: plan.illegal.clone(), ..Part::default() },
    ];
    parts.extend((!plan.overdue.is_empty()).then(|| Part { heading: heading("plan.overdue"), lines: lines.collect(), ..Part::default() }));
    let tables =
        [("plan.closed", &group.closed), ("plan.warned", &group.warned), ("plan.limited", &group.limited), ("plan.open", &group.open)];
    parts.extend(tables.into_iter().filter(|(_, rows)| !rows.is_empty()).map(|(key, rows)| rows_part(call, key, rows)));
    parts.push(Part {
        heading: heading("plan.settings"),
        lines: vec![group.otherwise.to_owned()],
        facts: group.settings.iter().map(|(name, value)| ((*name).to_owned(), value.clone(), false)).collect(),
        ..Part::default()
    });
    let signed = [("plan.layers", &plan.layers), ("plan.rules", &plan.rules)];
    parts.extend(signed.into_iter().filter(|(_, rows)| !rows.is_empty()).map(|(key, rows)| signed_part(call, key, rows)));
    let lead = words::fill(call, "plan.lead", &[&plan.made, &plan.policy_version]);
    Sheet { lead: vec![lead], parts, ..Sheet::titled(words::fill(call, "plan.title", &[&group.title])) }
}

fn rows_part(call: &Call<'_>, heading: &'static str, rows: &[Row]) -> Part {
    let head = ["plan.what", "plan.words", "plan.because"].map(|key| call.say(key).to_owned());
    let row = |row: &Row| Line { cells: vec![row.what.to_string(), row.words.clone(), row.because.clone()], ..Line::default() };
    Part { heading: call.say(heading).to_owned(), head: head.into(), rows: rows.iter().map(row).collect(), ..Part::default() }
}

fn signed_part(call: &Call<'_>, heading: &'static str, rows: &[Signed]) -> Part {
    let head = ["plan.what", "plan.whom", "plan.because", "plan.by", "plan.until"].map(|key| call.say(key).to_owned());
    let row = |one: &Signed| Line {
        cells: vec![one.what.clone(), one.whom.clone(), one.why.to_string(), one.by.to_string(), one.until.clone()],
        ..Line::default()
    };
    Part { heading: call.say(heading).to_owned(), head: head.into(), rows: rows.iter().map(row).collect(), ..Part::default() }
}
