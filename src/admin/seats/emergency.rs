//! Addresses that are closed at once, as `lifeguard lists emergency` does it: the form, what stands, and what is taken back.

use super::enrol::complain;
use super::people::day_field;
use super::sit::{is_said, no_reason, text};
use crate::admin::call::{Call, Reply, Stop, end_of_day_in};
use crate::admin::place::Place;
use crate::admin::sheet::{Field, Form, Kind, Line, Part, Sheet};
use crate::admin::works::{Closed, ClosingFault};
use crate::model::Timestamp;
use crate::record::EventKind;
use axum::http::StatusCode;

/// Where nobody says until when.
const USUAL: i64 = 31 * 86_400 * 1_000_000;

/// The page.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    Ok(Reply::Page(Box::new(sheet(call)?)))
}

fn sheet(call: &Call<'_>) -> Result<Sheet, Stop> {
    let closed = call.desk.works.closed()?;
    let picked = if call.post { String::new() } else { super::breaches::picked(call)?.map_or_else(String::new, |row| row.host) };
    let mut parts = vec![new_part(call, picked), standing_part(call, &closed)];
    if !closed.is_empty() {
        parts.push(over_part(call, &closed));
    }
    Ok(Sheet { lead: vec![call.say("emergency.lead").to_owned()], parts, ..Sheet::titled(call.say("emergency.title")) })
}

/// `picked`: the host that somebody comes with.
fn new_part(call: &Call<'_>, picked: String) -> Part {
    let mut address = text(call, "address", "field.address");
    address.help = call.say("emergency.address_help").to_owned();
    if address.value.is_empty() {
        address.value = picked;
    }
    let zone = call.desk.works.zone();
    let mut until = day_field(call, "until", ("emergency.until", "emergency.until_help"), call.form.text("until"));
    until.help = call.say_with("emergency.until_help", zone.iana_name().unwrap_or("UTC"));
    let fields = vec![address, category(call), text(call, "because", "field.because"), until];
    let form = Form { action: Place::Emergency.path(), button: call.say("emergency.button").to_owned(), fields };
    Part { heading: call.say("emergency.new").to_owned(), form: Some(form), ..Part::default() }
}

/// The field of a category that somebody here may fill.
pub(super) fn category(call: &Call<'_>) -> Field {
    Field {
        name: "category",
        kind: Kind::Select,
        label: call.say("emergency.category").to_owned(),
        value: call.form.text("category"),
        // Nobody closes an address in the category that happens to stand first.
        choices: std::iter::once((String::new(), call.say("fault.choose").to_owned())).chain(call.desk.works.categories()).collect(),
        ..Field::default()
    }
}

fn standing_part(call: &Call<'_>, closed: &[Closed]) -> Part {
    let row = |one: &Closed| {
        let Closed { id, address, category, by, because, until } = one.clone();
        Line { cells: vec![id, address, category, by, because, call.moment(until)], ..Line::default() }
    };
    let head = ["emergency.number", "field.address", "emergency.category", "emergency.by", "field.because", "emergency.until"]
        .map(|key| call.say(key));
    Part {
        heading: call.say("emergency.standing").to_owned(),
        lines: if closed.is_empty() { vec![call.say("emergency.none").to_owned()] } else { Vec::new() },
        head: if closed.is_empty() { Vec::new() } else { head.map(str::to_owned).into() },
        rows: closed.iter().map(row).collect(),
        links: vec![("/lists".to_owned(), call.say("emergency.lists").to_owned())],
        ..Part::default()
    }
}

fn over_part(call: &Call<'_>, closed: &[Closed]) -> Part {
    let which = Field {
        name: "which",
        kind: Kind::Radio,
        label: call.say("emergency.which").to_owned(),
        value: call.form.text("which"),
        choices: closed.iter().map(|one| (one.id.clone(), format!("{}: {}", one.id, one.address))).collect(),
        ..Field::default()
    };
    let fields = vec![which, text(call, "over_because", "field.because")];
    let form = Form { action: Place::EmergencyOver.path(), button: call.say("emergency.over_button").to_owned(), fields };
    Part { heading: call.say("emergency.over").to_owned(), form: Some(form), ..Part::default() }
}

fn faulty(sheet: Sheet) -> Result<Reply, Stop> {
    Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY))
}

/// Closes an address. What cannot be recorded is taken back.
pub(super) fn close(call: &Call<'_>) -> Result<Reply, Stop> {
    let mut sheet = sheet(call)?;
    let (address, category, because) = (call.form.text("address"), call.form.text("category"), call.form.text("because"));
    let until = end_of_day_in(&call.form.text("until"), &call.desk.works.zone());
    complain(&mut sheet, "address", (!is_said(&address)).then(|| call.say("fault.missing").to_owned()));
    complain(&mut sheet, "because", no_reason(call, &because));
    let known = call.desk.works.categories().iter().any(|(name, _)| *name == category);
    let key = if category.is_empty() { "fault.choose" } else { "fault.category" };
    complain(&mut sheet, "category", (!known).then(|| call.say(key).to_owned()));
    complain(&mut sheet, "until", until.is_err().then(|| call.say("fault.day").to_owned()));
    if sheet.is_faulty() {
        return faulty(sheet);
    }
    let by = call.session()?.account.name.clone();
    let until = until.ok().flatten().unwrap_or(Timestamp(call.now.wall.0 + USUAL));
    let new = Closed { id: String::new(), address, category, by, because, until };
    let (field, key) = match call.desk.works.close(&new) {
        Ok(id) => return recorded(call, &id, &new),
        Err(ClosingFault::Address) => ("address", "fault.address"),
        Err(ClosingFault::Category) => ("category", "fault.category"),
        Err(ClosingFault::Until) => ("until", "fault.span"),
        Err(ClosingFault::Because) => ("because", "fault.because"),
        Err(ClosingFault::Works(fault)) => return Err(fault.into()),
    };
    complain(&mut sheet, field, Some(call.say(key).to_owned()));
    faulty(sheet)
}

fn recorded(call: &Call<'_>, id: &str, new: &Closed) -> Result<Reply, Stop> {
    let did = format!("closed {} at once: {} in {} until {}", id, new.address, new.category, new.until);
    if let Err(stop) = call.record(EventKind::ConsoleChange, call.act(did).because(&new.because)) {
        call.desk.works.open_again(id, &new.by, "it could not be recorded")?;
        return Err(stop);
    }
    Ok(Reply::Go(Place::Emergency.path().into(), None))
}

/// Takes one back. It is recorded first: what was opened cannot be closed under the same number.
pub(super) fn open_again(call: &Call<'_>) -> Result<Reply, Stop> {
    let mut sheet = sheet(call)?;
    let (which, because) = (call.form.text("which"), call.form.text("over_because"));
    let closed = call.desk.works.closed()?;
    let Some(one) = closed.iter().find(|one| one.id == which) else {
        let key = if which.is_empty() { "fault.choose" } else { "fault.gone" };
        complain(&mut sheet, "which", Some(call.say(key).to_owned()));
        if closed.is_empty() {
            sheet.fault = Some(call.say(key).to_owned());
        }
        return faulty(sheet);
    };
    complain(&mut sheet, "over_because", no_reason(call, &because));
    if sheet.is_faulty() {
        return faulty(sheet);
    }
    let by = &call.session()?.account.name;
    let did = format!("opens {} again: {} in {}", one.id, one.address, one.category);
    call.record(EventKind::ConsoleChange, call.act(did).because(&because))?;
    if let Err(fault) = call.desk.works.open_again(&one.id, by, &because) {
        call.record(EventKind::ConsoleChange, call.act(format!("{} is still closed: {fault}", one.id)))?;
        return Err(fault.into());
    }
    Ok(Reply::Go(Place::Emergency.path().into(), None))
}
