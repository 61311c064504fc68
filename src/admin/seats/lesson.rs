//! A lesson: which room, which day, which hours (standards D12). Nothing is looked for here: the question gets a number, and its pages are
//! under that, as those of the log.

use super::enrol::complain;
use super::log_parts::{asked, purpose, purpose_field};
use super::sit::text;
use crate::admin::asking::{Asked, Question, Shown, Spot, rows};
use crate::admin::book::BookFault;
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::lesson_map::{Lesson, Seat, time_of};
use crate::admin::lesson_rows::{self as kept, Looked, Room, clock};
use crate::admin::place::Place;
use crate::admin::roles::may;
use crate::admin::sheet::{Field, Form, Kind, Part, Sheet};
use axum::http::StatusCode;
use ipnet::IpNet;
use jiff::ToSpan;
use jiff::civil::Date;

/// What stands in the form.
#[derive(Default)]
struct Typed {
    room: String,
    range: String,
    day: String,
    lesson: String,
    from: String,
    to: String,
    because: String,
}

/// A lesson of a site's day.
pub(super) struct Slot {
    site: String,
    lesson: Lesson,
}

impl Slot {
    fn value(&self) -> String {
        format!("{}/{}", self.site, self.lesson.name)
    }
}

/// Does whoever looks reach this site of the map? What has no site is for those who reach all.
pub(super) fn sees_site(call: &Call<'_>, site: &str) -> bool {
    call.reach().is_ok_and(|reach| reach.is_all() || !site.is_empty() && reach.covers(site))
}

/// Rooms that whoever looks may ask for.
pub(in crate::admin) fn rooms(call: &Call<'_>) -> Result<Vec<Room>, Stop> {
    let all = call.desk.book.read(kept::rooms)?;
    Ok(all.into_iter().filter(|room| sees_site(call, &room.site)).collect())
}

/// Sites of the map: those that whoever looks reaches, and the one without a name where there is one.
pub(super) fn sites(call: &Call<'_>) -> Vec<String> {
    if call.says_sites() { call.sites().into_iter().map(|(name, _)| name).collect() } else { vec![String::new()] }
}

pub(super) fn lessons(call: &Call<'_>) -> Result<Vec<Slot>, Stop> {
    let mut slots = Vec::new();
    for site in sites(call) {
        let lessons = call.desk.book.read(|book| kept::lessons(book, &site))?;
        slots.extend(lessons.into_iter().map(|lesson| Slot { site: site.clone(), lesson }));
    }
    Ok(slots)
}

/// Ranges of the settings, of groups that whoever looks may see: as they stand in the form, and in words.
fn ranges(call: &Call<'_>) -> Vec<(String, String, String)> {
    let all = call.desk.works.log_ranges().into_iter().filter(|(group, ..)| call.sees_group(group));
    let narrow = all.filter(|(_, _, net)| Spot::read(&net.to_string()).is_ok());
    narrow.map(|(group, title, net)| (format!("range-{net}"), format!("{title}: {net}"), call.desk.works.site_of_group(&group))).collect()
}

/// What programs and forms choose from: value and words of rooms and ranges.
pub(in crate::admin) fn room_choices(call: &Call<'_>) -> Result<Vec<(String, String)>, Stop> {
    let named = |room: Room| {
        let words = if room.site.is_empty() { room.name } else { format!("{}: {}", room.site, room.name) };
        (format!("room-{}", room.id), words)
    };
    let of_map = rooms(call)?.into_iter().map(named);
    Ok(of_map.chain(ranges(call).into_iter().map(|(value, words, _)| (value, words))).collect())
}

/// The same of lessons.
pub(in crate::admin) fn lesson_choices(call: &Call<'_>) -> Result<Vec<(String, String)>, Stop> {
    let words = |slot: &Slot| {
        let time = format!("{} ({}\u{2013}{})", slot.lesson.name, clock(slot.lesson.from), clock(slot.lesson.to));
        if slot.site.is_empty() { time } else { format!("{}: {time}", slot.site) }
    };
    Ok(lessons(call)?.iter().map(|slot| (slot.value(), words(slot))).collect())
}

/// The form: blank, as it was asked, or for the lesson in which a request was.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    let typed = match (call.query.raw("ask"), call.query.raw("n")) {
        ("", _) => Typed { day: today(call).to_string(), ..Typed::default() },
        (_, "") => again(call, &asked(call)?)?,
        _ => {
            let asked = asked(call)?;
            let (shown, _) = super::log_record::record(call, &asked)?;
            around(call, &asked, &shown)?
        }
    };
    Ok(Reply::Page(Box::new(sheet(call, &typed)?)))
}

fn today(call: &Call<'_>) -> Date {
    call.now.wall.civil().to_zoned(call.desk.works.log_zone()).date()
}

fn again(call: &Call<'_>, asked: &Asked) -> Result<Typed, Stop> {
    let looked = call.desk.book.read(|book| kept::looked(book, asked.id))?.ok_or(Stop::Unknown)?;
    let part = |text: &str, at: usize| text.split('T').nth(at).unwrap_or_default().to_owned();
    let Question { from, to, .. } = &asked.question;
    let room = looked.room.map_or_else(String::new, |room| format!("room-{room}"));
    Ok(Typed {
        room,
        range: looked.range,
        day: part(from, 0),
        from: part(from, 1),
        to: part(to, 1),
        because: asked.purpose.clone(),
        ..Typed::default()
    })
}

/// The lesson in which a request was: the room in which its device stands, else the addresses around it; the lesson of that time, else the
/// hour.
fn around(call: &Call<'_>, asked: &Asked, shown: &Shown) -> Result<Typed, Stop> {
    let seen = &shown.seen;
    let at = seen.at.civil().to_zoned(call.desk.works.log_zone()).datetime();
    let mut best: Option<(u8, i64)> = None;
    for room in rooms(call)?.iter().filter(|room| room.site.is_empty() || room.site == seen.site) {
        let seats = call.desk.book.read(|book| kept::seats(book, room))?;
        let close = seats.iter().filter_map(|seat| seat.spot.holds(seen.device.as_deref(), &seen.client)).max();
        best = best.max(close.map(|close| (close, room.id)));
    }
    let room = best.map_or_else(String::new, |(_, room)| format!("room-{room}"));
    let range = if room.is_empty() { near(&seen.client) } else { String::new() };
    let time = at.time();
    let is_now = |slot: &&Slot| (slot.site.is_empty() || slot.site == seen.site) && slot.lesson.from <= time && time < slot.lesson.to;
    let lesson = lessons(call)?.iter().find(is_now).map_or_else(String::new, Slot::value);
    let hour = jiff::civil::time(time.hour(), 0, 0, 0);
    let end = hour.checked_add(1.hour()).unwrap_or(jiff::civil::time(23, 59, 0, 0));
    let [from, to] = if lesson.is_empty() { [clock(hour), clock(end)] } else { [String::new(), String::new()] };
    Ok(Typed { room, range, day: at.date().to_string(), lesson, from, to, because: asked.purpose.clone() })
}

/// The addresses around one, as networks are usually cut.
fn near(client: &str) -> String {
    let width = |net: IpNet| IpNet::new(net.addr(), if net.max_prefix_len() == 32 { 24 } else { 64 }).ok();
    let net = client.parse::<std::net::IpAddr>().ok().and_then(|address| width(address.to_canonical().into()));
    net.map_or_else(String::new, |net| net.trunc().to_string())
}

fn sheet(call: &Call<'_>, typed: &Typed) -> Result<Sheet, Stop> {
    let blank = |words| (String::new(), call.say(words).to_owned());
    let pick = |name, label, none, choices: Vec<(String, String)>, value: &str| Field {
        kind: Kind::Select,
        choices: std::iter::once(blank(none)).chain(choices).collect(),
        value: value.to_owned(),
        ..text(call, name, label)
    };
    let line =
        |name, label, help, value: &str| Field { value: value.to_owned(), help: call.say(help).to_owned(), ..text(call, name, label) };
    let slots = lesson_choices(call)?;
    let mut fields = vec![
        pick("room", "lesson.room", "lesson.no_room", room_choices(call)?, &typed.room),
        line("range", "lesson.range", "lesson.range_help", &typed.range),
        Field { kind: Kind::Date, value: typed.day.clone(), ..text(call, "day", "lesson.day") },
    ];
    if !slots.is_empty() {
        fields.push(pick("lesson", "lesson.lesson", "lesson.no_lesson", slots, &typed.lesson));
    }
    fields.extend([
        line("from", "lesson.from", "lesson.time_help", &typed.from),
        line("to", "lesson.to", "lesson.time_help", &typed.to),
        purpose_field(call, "because", &typed.because),
    ]);
    let form = Form { action: Place::Lesson.path(), button: call.say("lesson.button").to_owned(), fields };
    let mut links = Vec::new();
    if may(Some(call.session()?.account.role), Place::Rooms.action()) {
        links.push((Place::Rooms.path().to_owned(), call.say("lesson.to_rooms").to_owned()));
    }
    let part = Part { heading: call.say("lesson.which").to_owned(), form: Some(form), links, ..Part::default() };
    Ok(Sheet { lead: vec![call.say("lesson.lead").to_owned()], parts: vec![part], ..Sheet::titled(call.say("place.lesson")) })
}

/// Takes a question: it gets a number.
pub(super) fn ask(call: &Call<'_>) -> Result<Reply, Stop> {
    let field = |name| call.form.text(name);
    let typed = Typed {
        room: field("room"),
        range: field("range"),
        day: field("day"),
        lesson: field("lesson"),
        from: field("from"),
        to: field("to"),
        because: field("because"),
    };
    let mut sheet = sheet(call, &typed)?;
    let because = purpose(call, "because");
    complain(&mut sheet, "because", because.as_ref().err().cloned());
    let slot = slot_of(call, &typed)?;
    let place = place_of(call, &typed)?;
    let faults = slot.as_ref().err().into_iter().chain(place.as_ref().err());
    for (name, key) in faults {
        complain(&mut sheet, name, Some(call.say(key).to_owned()));
    }
    let (Ok(because), Ok((from, to)), Ok((looked, site))) = (because, slot, place) else {
        return Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY));
    };
    let client = if looked.range.parse::<IpNet>().is_ok() { looked.range.clone() } else { String::new() };
    let question = Question { slot: "between".into(), from, to, client, site, ..Question::default() };
    let account = call.session()?.account.id;
    let id = call.desk.book.change(|book| {
        let id = rows::ask(book, account, (&question, &because), call.now.wall)?;
        kept::look(book, id, &looked)?;
        Ok::<_, BookFault>(id)
    })?;
    Ok(Reply::Go(format!("{}?ask={id}", Place::LessonSeen.path()).into(), None))
}

type Wrong = (&'static str, &'static str);

/// From and to, as the log is asked; or which field is wrong.
fn slot_of(call: &Call<'_>, typed: &Typed) -> Result<Result<(String, String), Wrong>, Stop> {
    let Ok(day) = typed.day.parse::<Date>() else { return Ok(Err(("day", "fault.day"))) };
    let (from, to) = if typed.lesson.is_empty() {
        match (time_of(&typed.from), time_of(&typed.to)) {
            (None, _) => return Ok(Err(("from", "lesson.fault_time"))),
            (_, None) => return Ok(Err(("to", "lesson.fault_time"))),
            (Some(from), Some(to)) if from >= to => return Ok(Err(("to", "lesson.fault_order"))),
            (Some(from), Some(to)) => (from, to),
        }
    } else {
        match lessons(call)?.into_iter().find(|slot| slot.value() == typed.lesson) {
            Some(slot) => (slot.lesson.from, slot.lesson.to),
            None => return Ok(Err(("lesson", "fault.choose"))),
        }
    };
    Ok(Ok((format!("{day}T{}", clock(from)), format!("{day}T{}", clock(to)))))
}

/// Which places, and the site they are of; or which field is wrong.
fn place_of(call: &Call<'_>, typed: &Typed) -> Result<Result<(Looked, String), Wrong>, Stop> {
    let range = |range: String, name: String, site| Ok(Ok((Looked { room: None, name, range }, site)));
    match (typed.room.as_str(), typed.range.as_str()) {
        ("", "") => Ok(Err(("room", "lesson.fault_room"))),
        ("", text) => match Spot::read(text) {
            Ok(_) => range(text.to_owned(), text.to_owned(), String::new()),
            Err(_) => Ok(Err(("range", "lesson.fault_range"))),
        },
        (chosen, "") => {
            if let Some((_, words, site)) = ranges(call).into_iter().find(|(value, ..)| value == chosen) {
                let site = if call.says_sites() { site } else { String::new() };
                return range(chosen.trim_start_matches("range-").to_owned(), words, site);
            }
            let found = rooms(call)?.into_iter().find(|room| format!("room-{}", room.id) == chosen);
            let Some(room) = found else { return Ok(Err(("room", "fault.choose"))) };
            Ok(Ok((Looked { room: Some(room.id), name: room.name, range: String::new() }, room.site)))
        }
        _ => Ok(Err(("range", "lesson.fault_both"))),
    }
}

/// What a question is about, with its seats. One that is about no lesson, or about a room that is gone, looks as if it were not there.
pub(in crate::admin) fn subject(call: &Call<'_>, asked: &Asked) -> Result<(Looked, Vec<Seat>), Stop> {
    let looked = call.desk.book.read(|book| kept::looked(book, asked.id))?.ok_or(Stop::Unknown)?;
    let seats = if let Some(id) = looked.room {
        let room = rooms(call)?.into_iter().find(|room| room.id == id).ok_or(Stop::Unknown)?;
        call.desk.book.read(|book| kept::seats(book, &room))?
    } else {
        let spot = Spot::read(&looked.range).map_err(|_| Stop::Unknown)?;
        vec![Seat { room: looked.name.clone(), seat: String::new(), at: looked.range.clone(), spot }]
    };
    Ok((looked, seats))
}
