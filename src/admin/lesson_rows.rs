//! What is kept of rooms, seats and lessons. Every list is one site's.

use super::asking::Spot;
use super::book::BookFault;
use super::lesson_map::{Lesson, Seat, time_of};
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::collections::BTreeSet;

/// Most rooms of an installation.
pub(super) const MOST_ROOMS: i64 = 5_000;

/// A room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Room {
    pub(super) id: i64,
    pub(super) site: String,
    pub(super) name: String,
    pub(super) seats: i64,
}

/// A lesson that somebody looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Looked {
    /// The room; nothing: a range.
    pub(super) room: Option<i64>,
    /// What it is called.
    pub(super) name: String,
    /// The range, where there is no room.
    pub(super) range: String,
}

/// Every room, by site and name.
pub(super) fn rooms(book: &Connection) -> Result<Vec<Room>, BookFault> {
    let sql = "SELECT id, site, name, (SELECT count(*) FROM seat WHERE seat.room = room.id) FROM room ORDER BY site, name";
    let read = |row: &Row<'_>| Ok(Room { id: row.get(0)?, site: row.get(1)?, name: row.get(2)?, seats: row.get(3)? });
    Ok(book.prepare_cached(sql)?.query_map([], read)?.collect::<Result<_, _>>()?)
}

/// Its seats, in order. What an earlier program took and this one does not is left out.
pub(super) fn seats(book: &Connection, room: &Room) -> Result<Vec<Seat>, BookFault> {
    let mut statement = book.prepare_cached("SELECT seat, at FROM seat WHERE room = ?1 ORDER BY place")?;
    let rows = statement.query_map([room.id], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    let mut seats = Vec::new();
    for row in rows {
        let (seat, at) = row?;
        seats.extend(Spot::read(&at).ok().map(|spot| Seat { room: room.name.clone(), seat, at, spot }));
    }
    Ok(seats)
}

/// Puts the rooms of this list in the place of those of the same name; `false`: there are too many.
pub(super) fn put(book: &Connection, site: &str, seats: &[Seat]) -> Result<bool, BookFault> {
    let names: BTreeSet<&str> = seats.iter().map(|seat| &*seat.room).collect();
    for name in &names {
        book.execute("DELETE FROM room WHERE site = ?1 AND name = ?2", [site, name])?;
        book.execute("INSERT INTO room (site, name) VALUES (?1, ?2)", [site, name])?;
        let room = book.last_insert_rowid();
        for (place, seat) in seats.iter().filter(|seat| seat.room == *name).enumerate() {
            let place = i64::try_from(place).unwrap_or(i64::MAX);
            book.execute("INSERT INTO seat VALUES (?1, ?2, ?3, ?4)", params![room, place, seat.seat, seat.at])?;
        }
    }
    let many: i64 = book.prepare_cached("SELECT count(*) FROM room")?.query_row([], |row| row.get(0))?;
    Ok(many <= MOST_ROOMS)
}

/// Takes a room out.
pub(super) fn drop_room(book: &Connection, room: i64) -> Result<bool, BookFault> {
    Ok(book.execute("DELETE FROM room WHERE id = ?1", [room])? > 0)
}

/// The lessons of a site.
pub(super) fn lessons(book: &Connection, site: &str) -> Result<Vec<Lesson>, BookFault> {
    let mut statement = book.prepare_cached("SELECT name, starts, ends FROM lesson_time WHERE site = ?1 ORDER BY place")?;
    let rows = statement.query_map([site], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?)))?;
    let mut lessons = Vec::new();
    for row in rows {
        let (name, from, to) = row?;
        lessons.extend(time_of(&from).zip(time_of(&to)).map(|(from, to)| Lesson { name, from, to }));
    }
    Ok(lessons)
}

/// Puts these in the place of all of the site.
pub(super) fn put_lessons(book: &Connection, site: &str, lessons: &[Lesson]) -> Result<(), BookFault> {
    book.execute("DELETE FROM lesson_time WHERE site = ?1", [site])?;
    for (place, lesson) in lessons.iter().enumerate() {
        let place = i64::try_from(place).unwrap_or(i64::MAX);
        let [from, to] = [lesson.from, lesson.to].map(clock);
        book.execute("INSERT INTO lesson_time VALUES (?1, ?2, ?3, ?4, ?5)", params![site, place, lesson.name, from, to])?;
    }
    Ok(())
}

/// A time of day as it is written.
pub(super) fn clock(time: jiff::civil::Time) -> String {
    time.strftime("%H:%M").to_string()
}

/// Puts down what a question is about.
pub(super) fn look(book: &Connection, ask: i64, looked: &Looked) -> Result<(), BookFault> {
    book.execute("INSERT INTO lesson VALUES (?1, ?2, ?3, ?4)", params![ask, looked.room, looked.name, looked.range])?;
    Ok(())
}

/// What a question is about; nothing: it is about no lesson.
pub(super) fn looked(book: &Connection, ask: i64) -> Result<Option<Looked>, BookFault> {
    let read = |row: &Row<'_>| Ok(Looked { room: row.get(0)?, name: row.get(1)?, range: row.get(2)? });
    Ok(book.prepare_cached("SELECT room, name, range FROM lesson WHERE ask = ?1")?.query_row([ask], read).optional()?)
}
