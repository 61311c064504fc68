//! Hosts that no list knew, those that most people asked for first, and one press that puts one into a category (standards D18). Counts
//! only: how many people, never who. To look is a deed too.

use super::emergency::category;
use super::enrol::complain;
use super::sit::text;
use super::sources::{can, faulty, form_part, heads, reason};
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::host_works::{LocalEntry, LocalWhy, UnknownHost, UnknownQuestion};
use crate::admin::page::count;
use crate::admin::place::Place;
use crate::admin::roles::Action;
use crate::admin::sheet::{Field, Kind, Line, Part, Sheet};
use crate::record::EventKind;

/// Spans that may be asked for, in days.
pub(super) const SPANS: [i64; 3] = [7, 30, 90];
/// As many entries as people choose from.
const SHOWN: usize = 100;

/// The span that a page is asked for.
pub(super) fn days(call: &Call<'_>, usual: i64) -> i64 {
    call.query.raw("days").parse().ok().filter(|days| SPANS.contains(days)).unwrap_or(usual)
}

/// Links to the other spans.
pub(super) fn span_links(call: &Call<'_>, now: i64, more: &str) -> Vec<(String, String)> {
    let other = SPANS.into_iter().filter(|days| *days != now);
    other.map(|days| (format!("{}?days={days}{more}", call.place.path()), call.say_with("unknown.days", &days.to_string()))).collect()
}

/// What was counted.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    let question = UnknownQuestion { days: days(call, 7), new: call.query.raw("new") == "yes" };
    let what = if question.new { "new domains" } else { "hosts" };
    call.record(EventKind::ConsoleLookUp, call.act(format!("looked at {what} of {} days that no list knew", question.days)))?;
    let ranked = counted_part(call, question)?;
    let mut parts = vec![ranked];
    // What somebody put into a category counts at every site, and says who did so and why.
    if call.reach()?.is_all() {
        parts.extend(change_parts(call, call.query.raw("put"))?);
    }
    if !call.query.raw("put").is_empty() && parts.len() > 1 {
        parts.swap(0, 1);
    }
    Ok(Reply::Page(Box::new(page(call, parts))))
}

fn page(call: &Call<'_>, parts: Vec<Part>) -> Sheet {
    Sheet { lead: vec![call.say("unknown.lead").to_owned()], parts, ..Sheet::titled(call.say("unknown.title")) }
}

fn counted_part(call: &Call<'_>, question: UnknownQuestion) -> Result<Part, Stop> {
    let found = call.desk.works.unknown_hosts(call.reach()?, question)?;
    let change = can(call, Action::CategoriseHosts) && call.reach()?.is_all();
    let row = |one: &UnknownHost| {
        let host: String = form_urlencoded::byte_serialize(one.host.as_bytes()).collect();
        let href = if change { format!("{}?days={}&put={host}", Place::Unknown.path(), question.days) } else { String::new() };
        Line { href, cells: vec![one.host.clone(), count(one.people as u64), count(one.requests)] }
    };
    let all = [found.all as u64, found.known as u64]
        .iter()
        .fold(call.say("unknown.all").to_owned(), |text, n| text.replacen("{}", &count(*n), 1));
    let mut lines = vec![all];
    lines.extend(found.incomplete.then(|| call.say("unknown.incomplete").to_owned()));
    lines.extend(found.damage.iter().map(|place| call.say_with("audit.damage", place)));
    let (other, more) = if question.new { ("unknown.every", "") } else { ("unknown.new", "&new=yes") };
    let mut links = span_links(call, question.days, if question.new { "&new=yes" } else { "" });
    links.push((format!("{}?days={}{more}", Place::Unknown.path(), question.days), call.say(other).to_owned()));
    let heading = if question.new { "unknown.of_new" } else { "unknown.of" };
    Ok(Part {
        heading: call.say_with(heading, &question.days.to_string()),
        lines,
        head: if found.hosts.is_empty() { Vec::new() } else { heads(call, ["unknown.host", "unknown.people", "unknown.requests"]) },
        rows: found.hosts.iter().map(row).collect(),
        links,
        ..Part::default()
    })
}

/// The form, what was put where, and the form that takes it out again.
fn change_parts(call: &Call<'_>, host: &str) -> Result<Vec<Part>, Stop> {
    let entries = call.desk.works.local_entries()?;
    let change = can(call, Action::CategoriseHosts);
    let mut parts = Vec::new();
    if change {
        let mut address = text(call, "host", "unknown.host");
        address.help = call.say("emergency.address_help").to_owned();
        if address.value.is_empty() {
            address.value = host.to_owned();
        }
        let fields = vec![address, category(call), text(call, "because", "field.because")];
        parts.push(form_part(call, "unknown.put", Place::UnknownPut, "unknown.put_button", fields));
    }
    parts.push(entries_part(call, &entries));
    if change && !entries.is_empty() {
        let shown = entries.iter().rev().take(SHOWN);
        let choice = |one: &LocalEntry| (key(one), format!("{}: {}", one.host, one.category));
        let which = Field {
            name: "which",
            kind: Kind::Radio,
            label: call.say("emergency.which").to_owned(),
            value: call.form.raw("which").to_owned(),
            choices: shown.map(choice).collect(),
            ..Field::default()
        };
        let fields = vec![which, text(call, "back_because", "field.because")];
        parts.push(form_part(call, "unknown.back", Place::UnknownBack, "unknown.back_button", fields));
    }
    Ok(parts)
}

fn key(one: &LocalEntry) -> String {
    format!("{} {}", one.host, one.category)
}

fn entries_part(call: &Call<'_>, entries: &[LocalEntry]) -> Part {
    let row = |one: &LocalEntry| {
        let at = one.at.get(..10).unwrap_or(&one.at).to_owned();
        Line { cells: vec![one.host.clone(), one.category.clone(), one.by.clone(), one.because.clone(), at], ..Line::default() }
    };
    let head = ["unknown.host", "emergency.category", "unknown.by", "field.because", "unknown.on"];
    Part {
        heading: call.say("unknown.entries").to_owned(),
        lines: if entries.is_empty() { vec![call.say("unknown.no_entries").to_owned()] } else { Vec::new() },
        head: if entries.is_empty() { Vec::new() } else { heads(call, head) },
        rows: entries.iter().rev().take(SHOWN).map(row).collect(),
        ..Part::default()
    }
}

fn told(call: &Call<'_>, sheet: &mut Sheet, why: LocalWhy, (host, because): (&'static str, &'static str)) -> Result<(), Stop> {
    let (field, words) = match why {
        LocalWhy::Address => (host, call.say("fault.address").to_owned()),
        LocalWhy::Category => ("category", call.say("fault.category").to_owned()),
        LocalWhy::Stands(words) => (host, words),
        LocalWhy::Because => (because, call.say("fault.because").to_owned()),
        LocalWhy::Works(fault) => return Err(fault.into()),
    };
    complain(sheet, field, Some(words));
    Ok(())
}

fn entry(call: &Call<'_>, host: &str, category: &str, because: &str) -> Result<LocalEntry, Stop> {
    let text = str::to_owned;
    Ok(LocalEntry {
        host: text(host),
        category: text(category),
        because: text(because),
        by: call.session()?.account.name.clone(),
        at: String::new(),
    })
}

/// Puts a host into a category. What cannot be recorded is taken back.
pub(super) fn put(call: &Call<'_>) -> Result<Reply, Stop> {
    let mut sheet = page(call, change_parts(call, "")?);
    let (host, category) = (call.form.text("host"), call.form.text("category"));
    complain(&mut sheet, "host", (host.is_empty() || host.len() > 2048).then(|| call.say("fault.missing").to_owned()));
    let because = reason(call, &mut sheet, "because");
    let (Some(because), false) = (because, sheet.is_faulty()) else { return faulty(sheet) };
    let new = entry(call, &host, &category, &because)?;
    if let Err(why) = call.desk.works.categorise(&new) {
        told(call, &mut sheet, why, ("host", "because"))?;
        return faulty(sheet);
    }
    if let Err(stop) = call.record(EventKind::ConsoleChange, call.act(format!("put {host} into the category {category}")).because(&because))
    {
        let back = LocalEntry { because: "it could not be recorded".to_owned(), ..new };
        if let Err(why) = call.desk.works.take_back(&back) {
            tracing::error!(?why, "what could not be recorded stays in its category");
        }
        return Err(stop);
    }
    Ok(Reply::Go(Place::Unknown.path().into(), None))
}

/// Takes one out again. It is recorded first.
pub(super) fn back(call: &Call<'_>) -> Result<Reply, Stop> {
    let mut sheet = page(call, change_parts(call, "")?);
    let which = call.form.raw("which");
    let Some(one) = call.desk.works.local_entries()?.into_iter().find(|one| key(one) == which) else {
        let words = call.say(if which.is_empty() { "fault.choose" } else { "fault.gone" }).to_owned();
        complain(&mut sheet, "which", Some(words.clone()));
        if !sheet.is_faulty() {
            sheet.fault = Some(words);
        }
        return faulty(sheet);
    };
    let Some(because) = reason(call, &mut sheet, "back_because") else { return faulty(sheet) };
    let LocalEntry { host, category, .. } = &one;
    call.record(EventKind::ConsoleChange, call.act(format!("takes {host} out of the category {category}")).because(&because))?;
    if let Err(why) = call.desk.works.take_back(&entry(call, host, category, &because)?) {
        call.record(EventKind::ConsoleChange, call.act(format!("{host} is still in the category {category}")))?;
        told(call, &mut sheet, why, ("which", "back_because"))?;
        return faulty(sheet);
    }
    Ok(Reply::Go(Place::Unknown.path().into(), None))
}
