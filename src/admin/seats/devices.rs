//! Devices of the last seven days, and people on many of them in a day: under pseudonyms, for whoever says why (standards D12, G5, X8).

use super::enrol::complain;
use super::log_parts::{purpose, purpose_field};
use super::policy_words::fill;
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::device_works::{DeviceSight, DevicesSeen};
use crate::admin::page::count;
use crate::admin::place::Place;
use crate::admin::sheet::{Form, Line, Part, Sheet};
use crate::record::EventKind;
use axum::http::StatusCode;

/// The form.
pub(super) fn blank(call: &Call<'_>) -> Result<Reply, Stop> {
    Ok(Reply::Page(Box::new(sheet(call))))
}

fn sheet(call: &Call<'_>) -> Sheet {
    let fields = vec![purpose_field(call, "because", call.form.raw("because"))];
    let form = Form { action: Place::Devices.path(), button: call.say("devices.button").to_owned(), fields };
    let part = Part { form: Some(form), ..Part::default() };
    Sheet { lead: vec![call.say("devices.lead").to_owned()], parts: vec![part], ..Sheet::titled(call.say("place.devices")) }
}

/// The devices. That somebody looked is recorded before anything is shown.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    let mut sheet = sheet(call);
    let because = match purpose(call, "because") {
        Ok(because) => because,
        Err(fault) => {
            complain(&mut sheet, "because", Some(fault));
            return Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    let seen = call.desk.works.devices_seen(call.reach()?)?;
    let did = format!("looked at {} devices, and {} people on many", seen.devices.len(), seen.spread.len());
    call.record(EventKind::ConsoleLookUp, call.act(did).because(&because))?;
    sheet.parts = vec![spread_part(call, &seen)?, devices_part(call, &seen)?];
    Ok(Reply::Page(Box::new(sheet)))
}

fn spread_part(call: &Call<'_>, seen: &DevicesSeen) -> Result<Part, Stop> {
    let mut rows = Vec::new();
    for (name, devices) in &seen.spread {
        rows.push(Line { cells: vec![call.desk.pseudonyms.of(name)?, count(*devices)], ..Line::default() });
    }
    let heads = ["devices.person", "devices.on_one_day"].map(|key| call.say(key).to_owned());
    let said = if rows.is_empty() { "devices.nobody" } else { "devices.many" };
    Ok(Part {
        heading: call.say("devices.spread").to_owned(),
        lines: vec![fill(call, said, &[&count(seen.many)])],
        head: if rows.is_empty() { Vec::new() } else { heads.into() },
        rows,
        ..Part::default()
    })
}

fn devices_part(call: &Call<'_>, seen: &DevicesSeen) -> Result<Part, Stop> {
    let mut rows = Vec::new();
    for one in &seen.devices {
        rows.push(row(call, one)?);
    }
    let mut lines = vec![call.say(if rows.is_empty() { "devices.none" } else { "devices.words" }).to_owned()];
    if seen.incomplete {
        lines.push(call.say("devices.incomplete").to_owned());
    }
    let heads = ["devices.device", "devices.address", "devices.people", "devices.groups", "devices.days", "devices.requests"];
    Ok(Part {
        heading: call.say("devices.seen").to_owned(),
        lines,
        head: if rows.is_empty() { Vec::new() } else { heads.map(|key| call.say(key).to_owned()).into() },
        rows,
        links: vec![
            (Place::Log.path().to_owned(), call.say("devices.ask").to_owned()),
            (Place::Lesson.path().to_owned(), call.say("lesson.from_devices").to_owned()),
        ],
        ..Part::default()
    })
}

fn row(call: &Call<'_>, one: &DeviceSight) -> Result<Line, Stop> {
    let people: Vec<String> = one.people.iter().map(|name| call.desk.pseudonyms.of(name)).collect::<Result<_, _>>()?;
    let groups: Vec<&str> = one.groups.iter().map(String::as_str).collect();
    let (first, last) = one.days;
    let days = if first == last { first.to_string() } else { format!("{first} - {last}") };
    let name = if one.device.is_empty() { call.say("devices.unnamed").to_owned() } else { one.device.clone() };
    Ok(Line { cells: vec![name, one.client.clone(), people.join(", "), groups.join(", "), days, count(one.requests)], ..Line::default() })
}
