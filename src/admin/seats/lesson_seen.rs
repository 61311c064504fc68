//! What was asked for in a lesson: a row for each device with its seat, and its pages in the order of time, folded; and one device of it with
//! everything (standards D12, G2). Each look is in the log before it is answered (A2).

use super::lesson::subject;
use super::log_parts::{asked, asker, local, number, table, zone_line};
use super::policy_words::fill;
use crate::admin::asking::{Answered, Asked, LessonSeen, OnDevice, Spot};
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::lesson_map::Seat;
use crate::admin::page::count;
use crate::admin::place::Place;
use crate::admin::sheet::{Line, Part, Sheet};
use crate::model::Timestamp;
use crate::record::EventKind;
use std::net::IpAddr;

/// Pages of a device on the page of all, and of all devices; the rest is on the device's own.
const OF_ONE: usize = 15;
const OF_ALL: usize = 200;
/// Pages on the device's own page.
const OF_DEVICE: usize = 500;
/// Devices on the page.
const DEVICES: usize = 300;
/// The place of where a request came from in a row: all of a device's are the same.
const FROM: usize = 3;

/// A lesson as it was found.
pub(in crate::admin) struct Lesson {
    pub(in crate::admin) name: String,
    pub(in crate::admin) seen: LessonSeen,
    pub(in crate::admin) seats: Vec<Seat>,
}

impl Lesson {
    /// The seat of a device: where it is said most closely.
    pub(in crate::admin) fn seat(&self, device: &OnDevice) -> &str {
        let close = |seat: &&Seat| seat.spot.holds(device.device.as_deref(), &device.client).map(|close| (close, !seat.seat.is_empty()));
        self.seats.iter().filter(|seat| close(seat).is_some()).max_by_key(close).map_or("", |seat| &seat.seat)
    }

    /// Seats at which nothing was asked for.
    fn quiet(&self) -> Vec<&Seat> {
        let used = |seat: &Seat| self.seen.devices.iter().any(|device| seat.spot.holds(device.device.as_deref(), &device.client).is_some());
        self.seats.iter().filter(|seat| !seat.seat.is_empty() && !used(seat)).collect()
    }
}

/// Looks at the lesson of a question, and records that.
pub(in crate::admin) fn look(call: &Call<'_>, asked: &Asked) -> Result<Lesson, Stop> {
    let (looked, seats) = subject(call, asked)?;
    let places: Vec<Spot> = seats.iter().map(|seat| seat.spot.clone()).collect();
    let seen = asker(call)?.lesson(&asked.question, asked.made, &places)?;
    let requests: usize = seen.devices.iter().map(|device| device.requests).sum();
    let did = format!("looked at a lesson in {}: {} devices, {requests} requests", looked.name, seen.devices.len());
    call.record(EventKind::ConsoleLookUp, call.act(did).asking(&asked.question.in_words()).because(&asked.purpose))?;
    Ok(Lesson { name: looked.name, seen, seats })
}

/// The page of a lesson.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    let asked = asked(call)?;
    let lesson = look(call, &asked)?;
    let mut devices: Vec<&OnDevice> = lesson.seen.devices.iter().collect();
    devices.sort_by_key(|device| order(lesson.seat(device)));
    let mut parts = vec![head_part(call, &asked, &lesson, &devices)];
    let mut left = OF_ALL;
    for device in devices.iter().take(DEVICES) {
        let shown = device.rows.len().min(OF_ONE).min(left);
        left -= shown;
        if shown > 0 {
            parts.push(device_part(call, &asked, &lesson, device, shown));
        }
    }
    Ok(Reply::Page(Box::new(Sheet { lead: lead(call, &asked, &lesson.name), parts, ..Sheet::titled(call.say("lesson.title")) })))
}

/// Seats as people number them: 2 before 10, and no seat last.
fn order(seat: &str) -> (bool, u64, String) {
    let digits: String = seat.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).take(9).collect();
    (seat.is_empty(), digits.parse().unwrap_or(u64::MAX), seat.to_owned())
}

fn lead(call: &Call<'_>, asked: &Asked, name: &str) -> Vec<String> {
    let plain = |text: &str| text.replacen('T', " ", 1);
    let (from, to) = (plain(&asked.question.from), plain(&asked.question.to));
    let when = fill(call, "lesson.of", &[name, &from, to.split(' ').nth(1).unwrap_or_default()]);
    vec![when, call.say_with("lesson.why", &asked.purpose)]
}

fn name_of(call: &Call<'_>, device: &OnDevice) -> String {
    device.device.as_ref().map_or_else(|| call.say("devices.unnamed").to_owned(), Clone::clone)
}

/// A time of day.
fn time(call: &Call<'_>, at: Timestamp) -> String {
    at.civil().to_zoned(call.desk.works.log_zone()).strftime("%H:%M:%S").to_string()
}

fn path(asked: &Asked, device: &OnDevice) -> String {
    let first = device.rows.first().map_or(0, |shown| shown.seen.sequence);
    format!("{}?ask={}&n={first}", Place::LessonDevice.path(), asked.id)
}

fn head_part(call: &Call<'_>, asked: &Asked, lesson: &Lesson, devices: &[&OnDevice]) -> Part {
    let row = |device: &&OnDevice| {
        let span = device.span().map_or_else(String::new, |(first, last)| format!("{} \u{2013} {}", time(call, first), time(call, last)));
        let people = if device.people.is_empty() { call.say("log.nobody").to_owned() } else { device.people.join(", ") };
        let numbers = [device.rows.len(), device.requests, device.blocked].map(|many| count(many as u64));
        let cells = [name_of(call, device), lesson.seat(device).to_owned(), device.client.clone(), people, span];
        Line { href: path(asked, device), cells: cells.into_iter().chain(numbers).collect() }
    };
    let quiet = |seat: &&Seat| {
        let cells = [seat.at.clone(), seat.seat.clone(), String::new(), call.say("lesson.quiet").to_owned()];
        Line { cells: cells.into_iter().chain(std::iter::repeat_n(String::new(), 4)).collect(), ..Line::default() }
    };
    let seen = &lesson.seen;
    let none = lesson.seen.devices.is_empty();
    let mut lines: Vec<String> = seen.damage.iter().map(|place| call.say_with("audit.damage", place)).collect();
    lines.extend(seen.given_up.then(|| call.say("lesson.given_up").to_owned()));
    lines.extend(seen.until.map(|until| call.say_with("lesson.until", &local(call, until))));
    lines.extend((devices.len() > DEVICES).then(|| call.say_with("lesson.devices_beyond", &count((devices.len() - DEVICES) as u64))));
    lines.push(if none && seen.until.is_none() && !seen.given_up { call.say("log.none").to_owned() } else { zone_line(call) });
    let head = [
        "devices.device",
        "lesson.seat",
        "devices.address",
        "devices.people",
        "lesson.span",
        "lesson.pages",
        "devices.requests",
        "lesson.blocked",
    ];
    let rows: Vec<Line> = devices.iter().take(DEVICES).map(row).chain(lesson.quiet().iter().map(quiet)).collect();
    Part {
        heading: call.say("devices.seen").to_owned(),
        lines,
        head: if rows.is_empty() { Vec::new() } else { head.map(|key| call.say(key).to_owned()).into() },
        rows,
        links: vec![
            (format!("{}?ask={}", Place::Lesson.path(), asked.id), call.say("lesson.another").to_owned()),
            (Place::Lesson.path().to_owned(), call.say("lesson.new").to_owned()),
        ],
        ..Part::default()
    }
}

/// Rows of one device: where it stands is said over them.
fn rows_part(call: &Call<'_>, asked: &Asked, answered: &Answered, heading: String) -> Part {
    let mut part = table(call, asked.id, answered, heading);
    let without = |cells: &mut Vec<String>| {
        if cells.len() > FROM {
            cells.remove(FROM);
        }
    };
    without(&mut part.head);
    // The day stands over all of them.
    for (row, shown) in part.rows.iter_mut().zip(&answered.rows) {
        if let Some(first) = row.cells.first_mut() {
            *first = time(call, shown.seen.at);
        }
    }
    part.rows.iter_mut().for_each(|row| without(&mut row.cells));
    part
}

fn device_part(call: &Call<'_>, asked: &Asked, lesson: &Lesson, device: &OnDevice, shown: usize) -> Part {
    let seat = lesson.seat(device);
    let who = if device.device.is_some() { format!("{} ({})", name_of(call, device), device.client) } else { device.client.clone() };
    let heading = if seat.is_empty() { who } else { format!("{}: {who}", call.say_with("lesson.seat_of", seat)) };
    let answered = Answered { rows: device.rows.iter().take(shown).cloned().collect(), ..Answered::default() };
    let mut part = rows_part(call, asked, &answered, heading);
    part.lines.clear();
    let beyond = device.rows.len() - shown;
    part.lines.extend((beyond > 0).then(|| call.say_with("lesson.beyond", &count(beyond as u64))));
    Part { folded: true, links: vec![(path(asked, device), call.say("lesson.whole").to_owned())], ..part }
}

/// One device in a lesson, every page of it.
pub(super) fn device(call: &Call<'_>) -> Result<Reply, Stop> {
    let (asked, number) = (asked(call)?, number(call)?);
    let (looked, seats) = subject(call, &asked)?;
    let asker = asker(call)?;
    let record = asker.record(number)?.ok_or(Stop::Unknown)?;
    let (device, client) = (record.seen.device.as_deref(), record.seen.client.as_str());
    // What was not in the lesson is not here.
    let read = asker.read(&asked.question, asked.made)?.ok_or(Stop::Unknown)?;
    let in_time = read.from.is_none_or(|from| from <= record.seen.at) && read.to.is_none_or(|to| record.seen.at < to);
    let at_site = read.site.is_empty() || read.site == record.seen.site;
    if !in_time || !at_site || !seats.iter().any(|seat| seat.spot.holds(device, client).is_some()) {
        return Err(Stop::Unknown);
    }
    let spot = match (device, client.parse::<IpAddr>()) {
        (Some(name), _) => Spot::Device(name.to_owned()),
        (None, Ok(address)) => Spot::Nets(vec![address.to_canonical().into()]),
        (None, Err(_)) => return Err(Stop::Unknown),
    };
    let seen = asker.lesson(&asked.question, asked.made, &[spot])?;
    let is_it = |one: &&OnDevice| one.device.as_deref() == device && (device.is_some() || one.client == client);
    let one = seen.devices.iter().find(is_it).cloned().ok_or(Stop::Unknown)?;
    let did = format!("looked at a device of a lesson in {}, by record {number}: {} requests", looked.name, one.requests);
    call.record(EventKind::ConsoleLookUp, call.act(did).asking(&asked.question.in_words()).because(&asked.purpose))?;
    let lesson = Lesson { name: looked.name, seats, seen: LessonSeen { devices: Vec::new(), ..seen } };
    Ok(Reply::Page(Box::new(device_sheet(call, &asked, &lesson, &one))))
}

fn device_sheet(call: &Call<'_>, asked: &Asked, lesson: &Lesson, one: &OnDevice) -> Sheet {
    let fact = |key, value: String| (call.say(key).to_owned(), value, false);
    let people = if one.people.is_empty() { call.say("log.nobody").to_owned() } else { one.people.join(", ") };
    let facts = [
        fact("lesson.seat", lesson.seat(one).to_owned()),
        fact("devices.device", name_of(call, one)),
        fact("devices.address", one.client.clone()),
        fact("devices.people", people),
        fact("devices.requests", count(one.requests as u64)),
        fact("lesson.blocked", count(one.blocked as u64)),
    ];
    let about = Part {
        heading: call.say("devices.device").to_owned(),
        facts: facts.into_iter().filter(|(_, value, _)| !value.is_empty()).collect(),
        links: vec![(format!("{}?ask={}", Place::LessonSeen.path(), asked.id), call.say("lesson.back").to_owned())],
        ..Part::default()
    };
    let answered =
        Answered { rows: one.rows.iter().take(OF_DEVICE).cloned().collect(), damage: lesson.seen.damage.clone(), ..Answered::default() };
    let mut rows = rows_part(call, asked, &answered, call.say("lesson.asked").to_owned());
    let beyond = one.rows.len().saturating_sub(OF_DEVICE);
    rows.lines.extend((beyond > 0).then(|| call.say_with("lesson.device_beyond", &count(beyond as u64))));
    rows.lines.extend(lesson.seen.given_up.then(|| call.say("lesson.given_up").to_owned()));
    rows.lines.extend(lesson.seen.until.map(|until| call.say_with("lesson.until", &local(call, until))));
    Sheet { lead: lead(call, asked, &lesson.name), parts: vec![about, rows], ..Sheet::titled(call.say("lesson.title_device")) }
}
