//! One request, whole: what was decided and why, every field of the record with raw bytes escaped, and how to prove that it is in the log.

use super::log_names::ask_part;
use super::log_parts::{address, asked, asker, decided, from, is_shut, local, number, sureness, who, zone_line};
use super::{log_around, log_found};
use crate::admin::asking::{ADDRESS_FIELDS, Around, Asked, RevealState, Shown, defang, reveals};
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::place::Place;
use crate::admin::roles::{Action, may};
use crate::admin::sheet::{Line, Part, Sheet};
use crate::record::EventKind;

/// The page.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    let asked = asked(call)?;
    let (shown, number) = record(call, &asked)?;
    let mut parts = vec![about(call, &asked, &shown), address_part(call, &shown)];
    parts.extend(name_part(call, &asked, &shown)?);
    parts.extend([proof_part(call, number), every_field(call, &shown)]);
    Ok(Reply::Page(Box::new(Sheet { lead: vec![zone_line(call)], parts, ..Sheet::titled(call.say("record.title")) })))
}

/// The request of the number in the query.
pub(in crate::admin) fn record(call: &Call<'_>, asked: &Asked) -> Result<(Shown, u64), Stop> {
    let number = number(call)?;
    let shown = asker(call)?.record(number)?.ok_or(Stop::Unknown)?;
    let did = format!("read the record {number}, of {}", whom(&shown));
    call.record(EventKind::ConsoleLookUp, call.act(did).asking(&asked.question.in_words()).because(&asked.purpose))?;
    Ok((shown, number))
}

/// Of whom it is, for the record: never by name.
pub(super) fn whom(shown: &Shown) -> &str {
    if shown.person.is_empty() { "nobody who is known" } else { &shown.person }
}

fn about(call: &Call<'_>, asked: &Asked, shown: &Shown) -> Part {
    let seen = &shown.seen;
    let fact = |key, value: String| (call.say(key).to_owned(), value, false);
    let status = seen.status.map_or_else(String::new, |status| status.to_string());
    let facts = vec![
        fact("log.time", local(call, seen.at)),
        fact("log.who", who(call, shown)),
        fact("log.from_where", from(shown)),
        fact("log.group", seen.group.clone()),
        fact("log.decided", decided(call, seen.verdict).to_owned()),
        fact("log.why", format!("{} ({})", seen.words, seen.reason)),
        fact("log.category", seen.categories.join(", ")),
        fact("record.status", status),
        fact("log.reference", seen.reference.clone()),
    ];
    let around =
        |by: Around, key: &'static str| (log_around::path(asked.id, seen.sequence, by, log_around::MINUTES), call.say(key).to_owned());
    let mut links = Vec::new();
    links.extend((!shown.person.is_empty()).then(|| around(Around::Person, "record.around_person")));
    links.extend(seen.device.is_some().then(|| around(Around::Device, "record.around_device")));
    links.push(around(Around::Address, "record.around_address"));
    links.push((format!("{}?ask={}&n={}", Place::Lesson.path(), asked.id, seen.sequence), call.say("lesson.of_record").to_owned()));
    links.push((format!("{}&rows=yes", log_found::path(asked)), call.say("record.back").to_owned()));
    let facts = facts.into_iter().filter(|(_, value, _)| !value.is_empty()).collect();
    Part { heading: call.say_with("record.heading", &seen.sequence.to_string()), facts, links, ..Part::default() }
}

fn address_part(call: &Call<'_>, shown: &Shown) -> Part {
    let seen = &shown.seen;
    let words = if seen.statutory {
        Some("record.statutory")
    } else if seen.defanged {
        Some("record.defanged")
    } else {
        None
    };
    let row = |key, value: String| Line { cells: vec![call.say(key).to_owned(), value], ..Line::default() };
    let mut rows = vec![row("log.method", seen.method.clone()), row("field.address", address(shown))];
    let terms = if seen.defanged { defang(&seen.terms) } else { seen.terms.clone() };
    rows.extend((!terms.is_empty()).then(|| row("record.terms", terms)));
    Part {
        heading: call.say("field.address").to_owned(),
        lines: words.map(|key| call.say(key).to_owned()).into_iter().collect(),
        head: ["record.field", "record.value"].map(|key| call.say(key).to_owned()).into(),
        shut: if is_shut(shown) { vec![2; rows.len()] } else { Vec::new() },
        rows,
        ..Part::default()
    }
}

fn every_field(call: &Call<'_>, shown: &Shown) -> Part {
    let is_kept_back = |name: &str| shown.seen.defanged && ADDRESS_FIELDS.contains(&name);
    let row = |(name, value): &(String, String)| {
        let value = if is_kept_back(name) { call.say("record.above").to_owned() } else { value.clone() };
        Line { cells: vec![name.clone(), value], ..Line::default() }
    };
    Part {
        heading: call.say("record.fields").to_owned(),
        lines: vec![call.say("record.fields_words").to_owned()],
        head: ["record.field", "record.value"].map(|key| call.say(key).to_owned()).into(),
        rows: shown.seen.fields.iter().map(row).collect(),
        shut: if shown.seen.statutory { vec![2; shown.seen.fields.len()] } else { Vec::new() },
        ..Part::default()
    }
}

/// How to see the name, for those who may.
fn name_part(call: &Call<'_>, asked: &Asked, shown: &Shown) -> Result<Option<Part>, Stop> {
    let account = &call.session()?.account;
    if shown.person.is_empty() || shown.name.is_some() || !may(Some(account.role), Action::RevealName) {
        return Ok(None);
    }
    let standing = call.desk.book.read(|book| reveals::standing(book, account.id, call.now.wall))?;
    let waits =
        |one: &crate::admin::asking::Reveal| one.account == account.id && one.word == shown.person && one.state == RevealState::Waiting;
    if standing.iter().any(waits) {
        let lines = vec![call.say("names.waits").to_owned()];
        return Ok(Some(Part { heading: call.say("names.see").to_owned(), lines, ..Part::default() }));
    }
    let mut part = ask_part(call, Some((asked, shown.seen.sequence)));
    part.lines.insert(0, sureness(call, shown));
    Ok(Some(part))
}

fn proof_part(call: &Call<'_>, number: u64) -> Part {
    Part {
        heading: call.say("record.proof").to_owned(),
        lines: vec![call.say("record.proof_words").to_owned()],
        block: format!("lifeguard logs prove {number} --out record-{number}.proof"),
        ..Part::default()
    }
}
