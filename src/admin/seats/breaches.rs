//! What was allowed and would be blocked today, and the other way round (standards D16): ordered as a long question, shown by host, and
//! from there into the log, into an incident, or closed at once. Which row somebody comes with is told by numbers: no host is in an address.
//! What a list of illegal material decides is told to those alone who read incidents, without its host.

use super::enrol::complain;
use super::jobs::{faulty, is_urgent, order, state, when_field};
use super::log_parts::{local, purpose, purpose_field, zone_line};
use super::sit::text;
use crate::admin::asking::Question;
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::job_rows::{self as rows, Job, State, Wants};
use crate::admin::job_works::{BreachRow, BreachesFound};
use crate::admin::page::count;
use crate::admin::place::Place;
use crate::admin::roles::{Action, may};
use crate::admin::sheet::{Field, Form, Kind, Line, Part, Sheet};
use crate::model::Timestamp;
use crate::record::EventKind;

/// How far back one may look, in days.
const DAYS: [u32; 4] = [7, 31, 92, 366];
/// Rows with links of their own.
const LINKED: usize = 10;

fn found(job: &Job) -> Option<BreachesFound> {
    (job.state == State::Done).then(|| serde_json::from_str(&job.result).ok()).flatten()
}

/// The row with which somebody comes to another page; `None`: they come without one. Another's looks as if it were not there.
pub(super) fn picked(call: &Call<'_>) -> Result<Option<BreachRow>, Stop> {
    if call.query.raw("job").is_empty() {
        return Ok(None);
    }
    let place: usize = call.query.raw("row").parse().map_err(|_| Stop::Unknown)?;
    let job = super::jobs::one(call, "job")?;
    let row = found(&job).and_then(|found| found.rows.into_iter().nth(place)).filter(|row| !row.host.is_empty());
    row.ok_or(Stop::Unknown).map(Some)
}

/// The requests that such a row counts, as a question.
pub(super) fn question(call: &Call<'_>) -> Result<Option<Question>, Stop> {
    let Some(row) = picked(call)? else { return Ok(None) };
    let zone = call.desk.works.log_zone();
    let form = |at: i64| Timestamp(at).civil().to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M").to_string();
    let (from, to) = (form(row.seen.0), form(row.seen.1.saturating_add(60_000_000)));
    Ok(Some(Question { slot: "between".into(), from, to, url: row.host, ..Question::default() }))
}

/// A row in words, for an incident.
pub(super) fn in_words(call: &Call<'_>, row: &BreachRow) -> String {
    let at = |at| local(call, Timestamp(at));
    format!("{}: {} ({} - {}); {} -> {}, {}", row.host, count(row.requests), at(row.seen.0), at(row.seen.1), row.then, row.now, row.by)
}

/// The page.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    let mut sheet = sheet(call)?;
    let account = &call.session()?.account;
    let shown = if call.query.raw("job").is_empty() {
        let own = call.desk.book.read(|book| rows::of(book, (account.id, &account.reach)))?;
        own.into_iter().find(|job| matches!(job.wants, Wants::Breaches { .. }))
    } else {
        Some(super::jobs::one(call, "job")?)
    };
    if let Some(job) = shown {
        let part = match (&job.wants, found(&job)) {
            (Wants::Breaches { days, reverse }, Some(found)) => found_part(call, &job, (*days, *reverse), found)?,
            (Wants::Breaches { .. }, None) => Part {
                heading: format!("J-{}", job.id),
                lines: vec![state(call, &job)?],
                links: vec![(Place::Jobs.path().to_owned(), call.say("place.jobs").to_owned())],
                ..Part::default()
            },
            (Wants::File { .. } | Wants::Trends | Wants::Programs { .. }, _) => return Err(Stop::Unknown),
        };
        sheet.parts.insert(0, part);
    }
    Ok(Reply::Page(Box::new(sheet)))
}

fn sheet(call: &Call<'_>) -> Result<Sheet, Stop> {
    let pick = |name, label, choices: Vec<(String, String)>, otherwise: &str| {
        let mut field: Field = text(call, name, label);
        field.kind = Kind::Select;
        field.choices = choices;
        if field.value.is_empty() {
            field.value = otherwise.to_owned();
        }
        field
    };
    let days = DAYS.map(|days| (days.to_string(), call.say_with("breaches.days_of", &days.to_string()))).into();
    let ways = [("closed", "breaches.closed"), ("opened", "breaches.opened")]
        .map(|(word, key)| (word.to_owned(), call.say(key).to_owned()))
        .into();
    let fields = vec![
        pick("days", "breaches.days", days, "31"),
        pick("way", "breaches.way", ways, "closed"),
        when_field(call),
        purpose_field(call, "because", call.form.raw("because")),
    ];
    let form = Form { action: Place::Breaches.path(), button: call.say("breaches.button").to_owned(), fields };
    let part = Part { heading: call.say("breaches.new").to_owned(), form: Some(form), ..Part::default() };
    let lead = ["breaches.lead", "breaches.lead_more"].map(|key| call.say(key).to_owned()).into();
    Ok(Sheet { lead, parts: vec![part], ..Sheet::titled(call.say("breaches.title")) })
}

/// Orders it.
pub(super) fn ask(call: &Call<'_>) -> Result<Reply, Stop> {
    let mut sheet = sheet(call)?;
    let days = DAYS.into_iter().find(|days| days.to_string() == call.form.raw("days"));
    let reverse = match call.form.raw("way") {
        "closed" => Some(false),
        "opened" => Some(true),
        _ => None,
    };
    let (urgent, why) = (is_urgent(call), purpose(call, "because"));
    let choose = |is: bool| is.then(|| call.say("fault.choose").to_owned());
    complain(&mut sheet, "days", choose(days.is_none()));
    complain(&mut sheet, "way", choose(reverse.is_none()));
    complain(&mut sheet, "when", choose(urgent.is_none()));
    complain(&mut sheet, "because", why.as_ref().err().cloned());
    let (Some(days), Some(reverse), Some(urgent), Ok(why)) = (days, reverse, urgent, why) else { return faulty(sheet) };
    order(call, sheet, (&Wants::Breaches { days, reverse }, urgent), &why, "days")
}

fn found_part(call: &Call<'_>, job: &Job, (days, reverse): (u32, bool), found: BreachesFound) -> Result<Part, Stop> {
    let role = Some(call.session()?.account.role);
    let did = format!("looked at J-{}: {} rows", job.id, found.rows.len());
    call.record(EventKind::ConsoleLookUp, call.act(did).asking(&job.wants.in_words()).because(&job.purpose))?;
    let told = |row: &BreachRow| !row.host.is_empty() || may(role, Action::ReadIncidents);
    let shown: Vec<(usize, &BreachRow)> = found.rows.iter().enumerate().filter(|(_, row)| told(row)).collect();
    let into = |place: Place, at: usize| format!("{}?job={}&row={at}", place.path(), job.id);
    let row = |(at, row): &(usize, &BreachRow)| Line {
        href: if may(role, Action::SearchLog) && !row.host.is_empty() { into(Place::Log, *at) } else { String::new() },
        cells: vec![
            if row.host.is_empty() { call.say("breaches.not_told").to_owned() } else { row.host.clone() },
            count(row.requests),
            format!("{} \u{2192} {}", row.then, row.now),
            row.by.clone(),
            row.groups.join(", "),
            format!("{} \u{2013} {}", local(call, Timestamp(row.seen.0)), local(call, Timestamp(row.seen.1))),
        ],
    };
    let head = ["breaches.host", "breaches.requests", "breaches.then_now", "breaches.by", "breaches.groups", "breaches.times"];
    let mut lines = vec![summary(call, &found)];
    lines.extend((found.warned > 0).then(|| call.say_with("breaches.warned", &count(found.warned))));
    lines.extend((found.damaged > 0).then(|| call.say_with("breaches.damaged", &count(found.damaged))));
    let cut = found.all.saturating_sub(u64::try_from(found.rows.len()).unwrap_or(0));
    lines.extend((cut > 0).then(|| call.say_with("breaches.cut", &count(cut))));
    lines.push(zone_line(call));
    let mut links = Vec::new();
    for (at, row) in shown.iter().filter(|(_, row)| !row.host.is_empty() && !reverse).take(LINKED) {
        // To close an address at once is about every site.
        let closes = may(role, Action::CloseAtOnce) && call.reach()?.is_all();
        links.extend(closes.then(|| (into(Place::Emergency, *at), call.say_with("breaches.close", &row.host))));
        links.extend(
            may(role, Action::KeepIncidents).then(|| (into(Place::IncidentNew, *at), call.say_with("breaches.incident", &row.host))),
        );
    }
    let key = if reverse { "jobs.reverse" } else { "jobs.breaches" };
    Ok(Part {
        heading: format!("J-{}: {}", job.id, call.say_with(key, &days.to_string())),
        lines,
        head: if shown.is_empty() { Vec::new() } else { head.map(|key| call.say(key).to_owned()).into() },
        rows: shown.iter().map(row).collect(),
        links,
        ..Part::default()
    })
}

/// Of how many.
fn summary(call: &Call<'_>, found: &BreachesFound) -> String {
    call.say("breaches.found").replacen("{}", &count(found.requests), 1).replacen("{}", &count(found.judged), 1)
}
