//! The map of rooms and seats, and the times of lessons, site by site: put down as plain CSV with an answer for each line, taken away as the
//! same (standards D12).

use super::enrol::{complain, gone};
use super::lesson::{lessons, rooms, sites};
use super::policy_form::{area, hidden};
use super::policy_words::fill;
use super::sit::{no_reason, text};
use crate::admin::asking::SpotFault;
use crate::admin::book::BookFault;
use crate::admin::call::{Call, Download, Reply, Stop};
use crate::admin::lesson_map::{self as map, Answer, MOST_LESSONS, MOST_LINES, MOST_OF_ROOM, Seat};
use crate::admin::lesson_rows::{self as kept, MOST_ROOMS, Room, clock};
use crate::admin::page::count;
use crate::admin::place::Place;
use crate::admin::policy_works::digest_of;
use crate::admin::sheet::{Field, Form, Kind, Line, Part, Sheet};
use crate::record::EventKind;
use axum::http::StatusCode;

/// Rooms on a page.
const PAGE: usize = 500;

/// What stands.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    Ok(Reply::Page(Box::new(sheet(call, "")?)))
}

fn sheet(call: &Call<'_>, seen: &str) -> Result<Sheet, Stop> {
    let all = rooms(call)?;
    let mut parts = vec![rooms_part(call, &all), put_part(call, seen), lessons_link(call)?];
    if !all.is_empty() {
        parts.push(drop_part(call, &all));
    }
    Ok(Sheet {
        lead: vec![call.say("rooms.lead").to_owned(), call.say("rooms.no_names").to_owned()],
        parts,
        ..Sheet::titled(call.say("place.rooms"))
    })
}

fn words(room: &Room) -> String {
    if room.site.is_empty() { room.name.clone() } else { format!("{}: {}", room.site, room.name) }
}

fn rooms_part(call: &Call<'_>, all: &[Room]) -> Part {
    let row = |room: &Room| Line { cells: vec![words(room), count(u64::try_from(room.seats).unwrap_or(0))], ..Line::default() };
    let mut lines = vec![call.say(if all.is_empty() { "rooms.none" } else { "rooms.words" }).to_owned()];
    lines.extend((all.len() > PAGE).then(|| call.say_with("rooms.beyond", &count((all.len() - PAGE) as u64))));
    let mut links: Vec<(String, String)> = Vec::new();
    for site in sites(call).into_iter().filter(|site| all.iter().any(|room| room.site == *site)) {
        let file = super::policy::at(Place::RoomsFile, &[("site", &site)]);
        links.push((file, if site.is_empty() { call.say("rooms.file").to_owned() } else { call.say_with("rooms.file_of", &site) }));
    }
    Part {
        heading: call.say("rooms.stand").to_owned(),
        lines,
        head: if all.is_empty() { Vec::new() } else { ["lesson.room", "rooms.seats"].map(|key| call.say(key).to_owned()).into() },
        rows: all.iter().take(PAGE).map(row).collect(),
        links,
        ..Part::default()
    }
}

fn site_field(call: &Call<'_>) -> Option<Field> {
    let choices = call.sites();
    call.says_sites().then(|| Field { kind: Kind::Select, choices, ..text(call, "site", "by_site.site") })
}

fn put_part(call: &Call<'_>, seen: &str) -> Part {
    let mut fields: Vec<Field> = site_field(call).into_iter().collect();
    let map = area(call, "map", "rooms.map", "rooms.map_help");
    fields.extend([map, text(call, "because", "field.because"), hidden("seen", seen)]);
    let button = call.say(if seen.is_empty() { "edit.look_at_lines" } else { "rooms.take" }).to_owned();
    let form = Form { action: Place::Rooms.path(), button, fields };
    Part {
        heading: call.say("rooms.put").to_owned(),
        lines: vec![call.say("rooms.put_words").to_owned()],
        form: Some(form),
        ..Part::default()
    }
}

fn lessons_link(call: &Call<'_>) -> Result<Part, Stop> {
    let many = lessons(call)?.len();
    let lines =
        vec![if many == 0 { call.say("rooms.no_lessons").to_owned() } else { call.say_with("rooms.lessons_stand", &count(many as u64)) }];
    let links = vec![(Place::LessonTimes.path().to_owned(), call.say("rooms.to_lessons").to_owned())];
    Ok(Part { heading: call.say("rooms.lessons").to_owned(), lines, links, ..Part::default() })
}

fn drop_part(call: &Call<'_>, all: &[Room]) -> Part {
    let choices = all.iter().map(|room| (room.id.to_string(), words(room))).collect();
    let which = Field { kind: Kind::Select, choices, ..text(call, "which", "lesson.room") };
    let fields = vec![which, Field { name: "drop_because", ..text(call, "drop_because", "field.because") }];
    let form = Form { action: Place::RoomDrop.path(), button: call.say("rooms.drop_button").to_owned(), fields };
    Part { heading: call.say("rooms.drop").to_owned(), form: Some(form), folded: true, ..Part::default() }
}

/// The site that a form is about; nothing: it is none of theirs.
fn site_of(call: &Call<'_>) -> Option<String> {
    let site = if call.says_sites() { call.form.text("site") } else { String::new() };
    sites(call).contains(&site).then_some(site)
}

/// The answer to a line, in words.
fn said<T>(call: &Call<'_>, answer: &Answer<T>, most: usize) -> String {
    match answer {
        Answer::Taken(_) => call.say("edit.taken").to_owned(),
        Answer::Head => call.say("rooms.head").to_owned(),
        Answer::Columns => call.say("rooms.columns").to_owned(),
        Answer::Name => call.say("rooms.name").to_owned(),
        Answer::Spot(SpotFault::Unreadable) => call.say("rooms.unreadable").to_owned(),
        Answer::Spot(SpotFault::TooWide) => call.say("rooms.too_wide").to_owned(),
        Answer::Twice(line) => call.say_with("rooms.twice", &line.to_string()),
        Answer::Full => call.say_with("rooms.full", &count(most as u64)),
        Answer::Time => call.say("rooms.time").to_owned(),
    }
}

/// What becomes of each line, what is wrong first.
fn answers_part<T>(call: &Call<'_>, lines: &[&str], answers: &[Answer<T>], most: usize) -> Part {
    let mut all: Vec<(usize, &&str, &Answer<T>)> =
        lines.iter().zip(answers).enumerate().map(|(at, (line, answer))| (at, line, answer)).collect();
    all.sort_by_key(|(at, _, answer)| (answer.is_good(), *at));
    let good = answers.iter().filter(|answer| matches!(answer, Answer::Taken(_))).count();
    let bad = answers.iter().filter(|answer| !answer.is_good()).count();
    let row = |(at, line, answer): &(usize, &&str, &Answer<T>)| Line {
        cells: vec![(at + 1).to_string(), (**line).to_owned(), said(call, answer, most)],
        ..Line::default()
    };
    Part {
        heading: call.say("edit.answers").to_owned(),
        lines: vec![fill(call, "rooms.sum", &[&count(good as u64), &count(bad as u64)])],
        head: ["rooms.number", "edit.line", "edit.answer"].map(|key| call.say(key).to_owned()).into(),
        rows: all.iter().map(row).collect(),
        ..Part::default()
    }
}

fn faulty(sheet: Sheet) -> Reply {
    Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY)
}

/// What a text of lines and its form say: the lines taken, or the page that says what is next or wrong.
fn taken<T: Clone>(
    call: &Call<'_>,
    sheet: impl Fn(&str) -> Result<Sheet, Stop>,
    (field, lines, most): (&'static str, &[&str], usize),
    read: impl Fn(&[&str]) -> Vec<Answer<T>>,
) -> Result<Result<(String, Vec<T>), Reply>, Stop> {
    let (site, mut blank) = (site_of(call), sheet("")?);
    complain(&mut blank, "site", site.is_none().then(|| call.say("fault.choose").to_owned()));
    complain(&mut blank, "because", no_reason(call, &call.form.text("because")));
    complain(&mut blank, field, lines.is_empty().then(|| call.say("fault.missing").to_owned()));
    let too_many = lines.len() > MOST_LINES;
    complain(&mut blank, field, too_many.then(|| fill(call, "edit.too_many", &[&count(MOST_LINES as u64), &count(lines.len() as u64)])));
    let (false, Some(site)) = (blank.is_faulty(), site) else { return Ok(Err(faulty(blank))) };
    let answers = read(lines);
    let good: Vec<T> = answers.iter().filter_map(|answer| if let Answer::Taken(one) = answer { Some(one.clone()) } else { None }).collect();
    if good.is_empty() {
        complain(&mut blank, field, Some(call.say("edit.none_taken").to_owned()));
        blank.parts.insert(0, answers_part(call, lines, &answers, most));
        return Ok(Err(faulty(blank)));
    }
    let seen = digest_of(&format!("{site}\n{}", lines.join("\n")));
    if call.form.raw("seen") != seen {
        let mut again = sheet(&seen)?;
        again.parts.insert(0, answers_part(call, lines, &answers, most));
        return Ok(Err(Reply::Page(Box::new(again))));
    }
    Ok(Ok((site, good)))
}

/// Answers every line; what was answered already and is sent again is taken.
pub(super) fn put(call: &Call<'_>) -> Result<Reply, Stop> {
    let lines = map::lines(call.form.raw("map"));
    let (site, seats) = match taken(call, |seen| sheet(call, seen), ("map", &lines, MOST_OF_ROOM), map::read)? {
        Ok(taken) => taken,
        Err(reply) => return Ok(reply),
    };
    let names: std::collections::BTreeSet<&str> = seats.iter().map(|seat: &Seat| &*seat.room).collect();
    let because = call.form.text("because");
    let did = format!("puts down {} seats of {} rooms{}: {}", seats.len(), names.len(), of_site(&site), few(&names));
    let fits = call.desk.book.change(|book| {
        if !kept::put(book, &site, &seats)? {
            return Err(Full::Rooms);
        }
        call.record(EventKind::ConsoleChange, call.act(did).because(&because)).map_err(Full::Stop)
    });
    match fits {
        Ok(()) => Ok(Reply::Go(Place::Rooms.path().into(), None)),
        Err(Full::Stop(stop)) => Err(stop),
        Err(Full::Rooms) => {
            let mut sheet = sheet(call, "")?;
            complain(&mut sheet, "map", Some(call.say_with("rooms.many", &count(u64::try_from(MOST_ROOMS).unwrap_or(0)))));
            Ok(faulty(sheet))
        }
    }
}

/// Why a map is not taken after all.
enum Full {
    Rooms,
    Stop(Stop),
}

impl From<BookFault> for Full {
    fn from(fault: BookFault) -> Self {
        Self::Stop(fault.into())
    }
}

fn of_site(site: &str) -> String {
    if site.is_empty() { String::new() } else { format!(" of {site}") }
}

/// The first of some names.
fn few(names: &std::collections::BTreeSet<&str>) -> String {
    let first: Vec<&str> = names.iter().take(20).copied().collect();
    first.join(", ")
}

/// Takes a room out.
pub(super) fn drop_one(call: &Call<'_>) -> Result<Reply, Stop> {
    let which = call.form.raw("which");
    let found = rooms(call)?.into_iter().find(|room| room.id.to_string() == which);
    let Some(room) = found else { return gone(call, sheet(call, "")?, "which") };
    let because = call.form.text("drop_because");
    if let Some(fault) = no_reason(call, &because) {
        let mut sheet = sheet(call, "")?;
        complain(&mut sheet, "drop_because", Some(fault));
        return Ok(faulty(sheet));
    }
    let did = format!("takes out the room {}{}", room.name, of_site(&room.site));
    let dropped = call.desk.book.change(|book| {
        let dropped = kept::drop_room(book, room.id)?;
        if dropped {
            call.record(EventKind::ConsoleChange, call.act(did).because(&because))?;
        }
        Ok::<_, Stop>(dropped)
    })?;
    if dropped { Ok(Reply::Go(Place::Rooms.path().into(), None)) } else { gone(call, sheet(call, "")?, "which") }
}

/// The map of a site as it was put down.
pub(super) fn file(call: &Call<'_>) -> Result<Reply, Stop> {
    let site = call.query.raw("site");
    if !sites(call).iter().any(|own| own == site) {
        return Err(Stop::Unknown);
    }
    let mut text = map::line(["room", "seat", "device"]) + "\r\n";
    for room in rooms(call)?.iter().filter(|room| room.site == site) {
        for seat in call.desk.book.read(|book| kept::seats(book, room))? {
            text += &(map::line([&seat.room, &seat.seat, &seat.at]) + "\r\n");
        }
    }
    call.record(EventKind::ConsoleLookUp, call.act(format!("takes the map of rooms away{}", of_site(site))))?;
    Ok(Reply::File(Box::new(Download { name: "rooms.csv".into(), media: "text/csv; charset=utf-8", bytes: text.into_bytes() })))
}

/// The times of lessons: those that stand, in the form.
pub(super) fn times(call: &Call<'_>) -> Result<Reply, Stop> {
    Ok(Reply::Page(Box::new(times_sheet(call, "")?)))
}

fn times_sheet(call: &Call<'_>, seen: &str) -> Result<Sheet, Stop> {
    let mut fields: Vec<Field> = site_field(call).into_iter().collect();
    let mut times = area(call, "times", "rooms.times", "rooms.times_help");
    let own = sites(call);
    if let (false, [site]) = (call.post, &own[..]) {
        let all = call.desk.book.read(|book| kept::lessons(book, site))?;
        times.value = all.iter().map(|one| map::line([&one.name, &clock(one.from), &clock(one.to)]) + "\n").collect();
    }
    fields.extend([times, text(call, "because", "field.because"), hidden("seen", seen)]);
    let button = call.say(if seen.is_empty() { "edit.look_at_lines" } else { "rooms.take" }).to_owned();
    let form = Form { action: Place::LessonTimes.path(), button, fields };
    let stand = super::lesson::lesson_choices(call)?.into_iter().map(|(_, words)| words).collect();
    let parts = vec![
        Part {
            heading: call.say("rooms.lessons").to_owned(),
            points: stand,
            links: vec![(Place::Rooms.path().to_owned(), call.say("place.rooms").to_owned())],
            ..Part::default()
        },
        Part { heading: call.say("rooms.times_put").to_owned(), form: Some(form), ..Part::default() },
    ];
    Ok(Sheet { lead: vec![call.say("rooms.times_lead").to_owned()], parts, ..Sheet::titled(call.say("rooms.lessons")) })
}

/// Answers every line of the times; what was answered already and is sent again is taken.
pub(super) fn put_times(call: &Call<'_>) -> Result<Reply, Stop> {
    let lines = map::lines(call.form.raw("times"));
    let (site, lessons) = match taken(call, |seen| times_sheet(call, seen), ("times", &lines, MOST_LESSONS), map::read_lessons)? {
        Ok(taken) => taken,
        Err(reply) => return Ok(reply),
    };
    let did = format!("puts down {} lessons{}", lessons.len(), of_site(&site));
    call.desk.book.change(|book| {
        kept::put_lessons(book, &site, &lessons)?;
        call.record(EventKind::ConsoleChange, call.act(did).because(&call.form.text("because")))
    })?;
    Ok(Reply::Go(Place::LessonTimes.path().into(), None))
}
