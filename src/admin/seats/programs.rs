//! Unusual programs (standards X9): ordered as a long question, shown by what a program says of itself, and from there to a request in the
//! log. Which row somebody comes with is told by numbers. Fewer than five people are never told as a number.

use super::enrol::complain;
use super::jobs::{faulty, is_urgent, order, state, when_field};
use super::log_parts::{local, purpose, purpose_field, zone_line};
use super::policy_words::fill;
use super::sit::text;
use crate::admin::asking::Question;
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::job_rows::{self as rows, Job, State, Wants};
use crate::admin::page::count;
use crate::admin::place::Place;
use crate::admin::programs::{ProgramRow, ProgramsFound};
use crate::admin::roles::{Action, may};
use crate::admin::sheet::{Field, Form, Kind, Line, Part, Sheet};
use crate::admin::trends::FEW;
use crate::model::Timestamp;
use crate::record::EventKind;

/// How far back one may look, in days.
const DAYS: [u32; 3] = [31, 92, 366];
/// Fewer people than these are few.
const FEWER: [u64; 3] = [FEW, 10, 25];
/// Sites of a row that are named.
const SITES: usize = 5;

fn found(job: &Job) -> Option<ProgramsFound> {
    let is_it = job.state == State::Done && matches!(job.wants, Wants::Programs { .. });
    is_it.then(|| serde_json::from_str(&job.result).ok()).flatten()
}

/// The latest request of the row with which somebody comes to the log; `None`: they come without one. Another's looks as if it were not
/// there.
pub(super) fn question(call: &Call<'_>) -> Result<Option<Question>, Stop> {
    if call.query.raw("program").is_empty() {
        return Ok(None);
    }
    let place: usize = call.query.raw("program").parse().map_err(|_| Stop::Unknown)?;
    let job = super::jobs::one(call, "by")?;
    let row = found(&job).and_then(|found| found.rows.into_iter().nth(place)).filter(|row| !row.reference.is_empty());
    let row = row.ok_or(Stop::Unknown)?;
    Ok(Some(Question { slot: "between".into(), reference: row.reference, ..Question::default() }))
}

/// The page.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    let mut sheet = sheet(call)?;
    let account = &call.session()?.account;
    let shown = if call.query.raw("job").is_empty() {
        let own = call.desk.book.read(|book| rows::of(book, (account.id, &account.reach)))?;
        own.into_iter().find(|job| matches!(job.wants, Wants::Programs { .. }))
    } else {
        Some(super::jobs::one(call, "job")?)
    };
    if let Some(job) = shown {
        let Wants::Programs { days, few, site } = &job.wants else { return Err(Stop::Unknown) };
        let part = match found(&job) {
            Some(found) => found_part(call, &job, (*days, *few, site), &found)?,
            None => Part {
                heading: format!("J-{}", job.id),
                lines: vec![state(call, &job)?],
                links: vec![(Place::Jobs.path().to_owned(), call.say("place.jobs").to_owned())],
                ..Part::default()
            },
        };
        sheet.parts.insert(0, part);
    }
    Ok(Reply::Page(Box::new(sheet)))
}

fn sites(call: &Call<'_>) -> Vec<(String, String)> {
    if call.says_sites() { call.sites() } else { Vec::new() }
}

fn sheet(call: &Call<'_>) -> Result<Sheet, Stop> {
    let pick = |name, label, choices: Vec<(String, String)>, otherwise: &str| {
        let field: Field = text(call, name, label);
        let value = if field.value.is_empty() { otherwise.to_owned() } else { field.value.clone() };
        Field { kind: Kind::Select, choices, value, ..field }
    };
    let days = DAYS.map(|days| (days.to_string(), call.say_with("breaches.days_of", &days.to_string()))).into();
    let fewer = FEWER.map(|few| (few.to_string(), call.say_with("programs.fewer_than", &few.to_string()))).into();
    let mut fields = vec![pick("days", "breaches.days", days, "31"), pick("few", "programs.few", fewer, &FEW.to_string())];
    let sites = sites(call);
    if !sites.is_empty() {
        let all = std::iter::once((String::new(), call.say("log.any").to_owned()));
        fields.push(pick("site", "log.site", all.chain(sites).collect(), ""));
    }
    fields.extend([when_field(call), purpose_field(call, "because", call.form.raw("because"))]);
    let form = Form { action: Place::Programs.path(), button: call.say("programs.button").to_owned(), fields };
    let order = Part { heading: call.say("programs.new").to_owned(), form: Some(form), ..Part::default() };
    let how = ["programs.how_name", "programs.how_proof", "programs.how_tls", "programs.how_source"].map(|key| call.say(key).to_owned());
    let how = Part { heading: call.say("programs.how").to_owned(), lines: how.into(), folded: true, ..Part::default() };
    Ok(Sheet { lead: vec![call.say("programs.lead").to_owned()], parts: vec![order, how], ..Sheet::titled(call.say("place.programs")) })
}

/// Orders it.
pub(super) fn ask(call: &Call<'_>) -> Result<Reply, Stop> {
    let mut sheet = sheet(call)?;
    let days = DAYS.into_iter().find(|days| days.to_string() == call.form.raw("days"));
    let few = FEWER.into_iter().find(|few| few.to_string() == call.form.raw("few"));
    let site = call.form.raw("site");
    let site = (site.is_empty() || sites(call).iter().any(|(name, _)| name == site)).then(|| site.to_owned());
    let (urgent, why) = (is_urgent(call), purpose(call, "because"));
    let choose = |is: bool| is.then(|| call.say("fault.choose").to_owned());
    complain(&mut sheet, "days", choose(days.is_none()));
    complain(&mut sheet, "few", choose(few.is_none()));
    complain(&mut sheet, "site", choose(site.is_none()));
    complain(&mut sheet, "when", choose(urgent.is_none()));
    complain(&mut sheet, "because", why.as_ref().err().cloned());
    let (Some(days), Some(few), Some(site), Some(urgent), Ok(why)) = (days, few, site, urgent, why) else { return faulty(sheet) };
    order(call, sheet, (&Wants::Programs { days, few, site }, urgent), &why, "days")
}

/// A number of people or devices: never one below five.
fn few(call: &Call<'_>, number: u64) -> String {
    if (1..FEW).contains(&number) { call.say("board.few").to_owned() } else { count(number) }
}

fn why(call: &Call<'_>, row: &ProgramRow) -> String {
    let all = [(row.way_round, "programs.way_round"), (row.new, "programs.is_new"), (row.few, "programs.is_few")];
    all.into_iter().filter(|(is, _)| *is).map(|(_, key)| call.say(key)).collect::<Vec<_>>().join("; ")
}

fn found_part(call: &Call<'_>, job: &Job, ask: (u32, u64, &str), found: &ProgramsFound) -> Result<Part, Stop> {
    let did = format!("looked at J-{}: {} programs", job.id, found.rows.len());
    call.record(EventKind::ConsoleLookUp, call.act(did).asking(&job.wants.in_words()).because(&job.purpose))?;
    let asks = may(Some(call.session()?.account.role), Action::SearchLog);
    let row = |(at, row): (usize, &ProgramRow)| {
        let sites = row.sites.iter().take(SITES).map(|(site, many)| format!("{site}: {}", count(*many)));
        let sites = if row.sites.len() > 1 { sites.collect::<Vec<_>>().join("; ") } else { row.sites.keys().cloned().collect() };
        let cells = vec![
            row.program.clone(),
            why(call, row),
            few(call, row.people),
            few(call, row.devices),
            count(row.requests),
            sites,
            format!("{} \u{2013} {}", local(call, Timestamp(row.seen.0)), local(call, Timestamp(row.seen.1))),
        ];
        let leads = asks && !row.reference.is_empty();
        Line { href: if leads { format!("{}?by={}&program={at}", Place::Log.path(), job.id) } else { String::new() }, cells }
    };
    let numbers = [found.requests, found.all, found.usual, found.usual_requests, found.silent].map(count);
    let mut lines = vec![fill(call, "programs.found", &numbers.each_ref().map(String::as_str))];
    lines.extend((found.cut_requests > 0).then(|| call.say_with("programs.cut", &count(found.cut_requests))));
    lines.extend((found.beyond > 0).then(|| call.say_with("programs.beyond", &count(found.beyond))));
    lines.extend((found.damaged > 0).then(|| call.say_with("breaches.damaged", &count(found.damaged))));
    lines.extend(found.rows.is_empty().then(|| call.say("programs.none").to_owned()));
    lines.extend((asks && !found.rows.is_empty()).then(|| call.say("programs.leads").to_owned()));
    lines.push(zone_line(call));
    let head = ["programs.program", "log.why", "trends.people", "programs.devices", "breaches.requests", "log.site", "breaches.times"];
    let (days, _, site) = ask;
    let mut heading = format!("J-{}: {}", job.id, call.say_with("jobs.programs", &days.to_string()));
    if !site.is_empty() {
        heading = format!("{heading}, {site}");
    }
    Ok(Part {
        heading,
        lines,
        head: if found.rows.is_empty() { Vec::new() } else { head.map(|key| call.say(key).to_owned()).into() },
        rows: found.rows.iter().enumerate().map(row).collect(),
        ..Part::default()
    })
}
