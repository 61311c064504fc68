//! Letters that wait to be sent, in the console's book: bounded, tried again with more and more time between, and to recipients of the
//! settings only. What is in a letter is for whoever makes it: no names, no addresses of pages, beyond what policy lets out.

use super::alerts::raise_of_mail;
use super::book::BookFault;
use super::desk::Desk;
use crate::model::Timestamp;
use crate::record::EventKind;
use rusqlite::{Connection, Row, params};

/// Most letters that wait: beyond it none is taken, and that is an event.
pub const MOST: i64 = 500;
/// The same for letters about something grave: what others have filled is not full for them.
pub const MOST_GRAVE: i64 = MOST + 100;
/// A letter that could not be sent in this many tries is given up.
pub const TRIES: i64 = 12;
/// Longest time between two tries.
const LONGEST_US: i64 = 4 * 3600 * 1_000_000;
const MINUTE_US: i64 = 60 * 1_000_000;

/// A letter that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Its number.
    pub id: i64,
    /// The name of the recipient in the settings.
    pub recipient: String,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub body: String,
    /// How often it was tried.
    pub tries: i64,
    /// What is attached.
    pub file: Option<File>,
}

/// What is attached to a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name, with an ending that says what it is.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Puts a letter down; `false`: too many wait.
///
/// # Errors
/// [`BookFault`].
pub fn put(book: &Connection, recipient: &str, letter: (&str, &str), due: Timestamp, now: Timestamp) -> Result<bool, BookFault> {
    put_with(book, recipient, letter, None, (due, now))
}

/// The same for at once, where so many wait at most.
///
/// # Errors
/// [`BookFault`].
pub fn put_where_room(book: &Connection, recipient: &str, letter: (&str, &str), most: i64, now: Timestamp) -> Result<bool, BookFault> {
    put_in(book, recipient, (letter, None), most, (now, now))
}

/// The same, with a file.
///
/// # Errors
/// [`BookFault`].
pub fn put_with(
    book: &Connection,
    recipient: &str,
    letter: (&str, &str),
    file: Option<&File>,
    times: (Timestamp, Timestamp),
) -> Result<bool, BookFault> {
    put_in(book, recipient, (letter, file), MOST, times)
}

/// Subject and text, and what is attached.
type Whole<'a> = ((&'a str, &'a str), Option<&'a File>);

fn put_in(
    book: &Connection,
    recipient: &str,
    ((subject, body), file): Whole<'_>,
    most: i64,
    (due, now): (Timestamp, Timestamp),
) -> Result<bool, BookFault> {
    let put = "INSERT INTO letter (recipient, subject, body, made, due, file_name, file)
        SELECT ?1, ?2, ?3, ?4, ?5, ?7, ?8 WHERE (SELECT COUNT(*) FROM letter) < ?6";
    let (name, bytes) = file.map_or(("", &[][..]), |file| (file.name.as_str(), file.bytes.as_slice()));
    Ok(book.execute(put, params![recipient, subject, body, now.0, due.0, most, name, bytes])? == 1)
}

/// Do so many wait that none is taken?
///
/// # Errors
/// [`BookFault`].
pub fn is_full(book: &Connection) -> Result<bool, BookFault> {
    Ok(book.prepare_cached("SELECT COUNT(*) >= ?1 FROM letter")?.query_row([MOST], |row| row.get(0))?)
}

/// Those whose time has come, the oldest first.
///
/// # Errors
/// [`BookFault`].
pub fn due(book: &Connection, now: Timestamp, most: usize) -> Result<Vec<Letter>, BookFault> {
    let mut query = book
        .prepare_cached("SELECT id, recipient, subject, body, tries, file_name, file FROM letter WHERE due <= ?1 ORDER BY id LIMIT ?2")?;
    let row = |row: &Row<'_>| {
        let name: String = row.get(5)?;
        let file = if name.is_empty() { None } else { Some(File { name, bytes: row.get(6)? }) };
        Ok(Letter { id: row.get(0)?, recipient: row.get(1)?, subject: row.get(2)?, body: row.get(3)?, tries: row.get(4)?, file })
    };
    Ok(query.query_map(params![now.0, i64::try_from(most).unwrap_or(i64::MAX)], row)?.collect::<rusqlite::Result<_>>()?)
}

/// None waits longer than the longest time between two tries: one that would was put down by a clock that was ahead, and is due now.
///
/// # Errors
/// [`BookFault`].
pub fn set_back(book: &Connection, now: Timestamp) -> Result<(), BookFault> {
    book.execute("UPDATE letter SET due = ?1 WHERE due > ?1 + ?2", [now.0, LONGEST_US])?;
    Ok(())
}

/// It was sent, or there is nobody to send it to.
///
/// # Errors
/// [`BookFault`].
pub fn done(book: &Connection, id: i64) -> Result<(), BookFault> {
    book.execute("DELETE FROM letter WHERE id = ?1", [id])?;
    Ok(())
}

/// It was not sent: it is tried again later, with twice the time between. `true`: it is given up.
///
/// # Errors
/// [`BookFault`].
pub fn failed(book: &Connection, letter: &Letter, fault: &str, now: Timestamp) -> Result<bool, BookFault> {
    if letter.tries + 1 >= TRIES {
        done(book, letter.id)?;
        return Ok(true);
    }
    let sql = "UPDATE letter SET tries = tries + 1, due = ?2, fault = ?3 WHERE id = ?1";
    book.execute(sql, params![letter.id, now.0 + wait(letter), fault])?;
    Ok(false)
}

/// So long until it is tried again.
fn wait(letter: &Letter) -> i64 {
    (MINUTE_US << letter.tries.clamp(0, 20)).min(LONGEST_US)
}

impl Desk {
    /// Letters whose time has come.
    ///
    /// # Errors
    /// [`BookFault`].
    pub fn letters(&self, most: usize) -> Result<Vec<Letter>, BookFault> {
        let now = self.clock.now().wall;
        self.book.read(|book| due(book, now, most))
    }

    /// A letter that nobody gets is told on the page of alerts: by a rule about such events, and where there is none by the console itself.
    pub(super) fn is_lost(&self, book: &Connection, (to, said): (&str, &str), now: Timestamp) -> Result<(), BookFault> {
        let has_rule = self.works.alert_settings().rules.iter().any(|rule| rule.events.contains(&EventKind::MailFailed));
        if has_rule { Ok(()) } else { raise_of_mail(book, to, said, now) }
    }

    /// One is about to be sent: it is not due again before its time, so that nobody gets it every few seconds where what became of it cannot
    /// be written down.
    ///
    /// # Errors
    /// [`BookFault`]: it must not be sent now.
    pub fn letter_leaves(&self, letter: &Letter) -> Result<(), BookFault> {
        let due = self.clock.now().wall.0 + wait(letter);
        self.book.change(|book| Ok(book.execute("UPDATE letter SET due = ?2 WHERE id = ?1", params![letter.id, due]).map(drop)?))
    }

    /// What became of one: `fault` says why it was not sent, and whether that is for good. What is to be recorded of it, in words: the
    /// first failure, and that it is given up.
    ///
    /// # Errors
    /// [`BookFault`].
    pub fn letter_went(&self, letter: &Letter, fault: Option<(&str, bool)>) -> Result<Option<String>, BookFault> {
        let now = self.clock.now().wall;
        self.book.change(|book| {
            let Some((words, is_final)) = fault else { return done(book, letter.id).map(|()| None) };
            let what = |end: &str| Some(format!("a letter to {} was not sent{end}: {words}", letter.recipient));
            let over = if is_final { done(book, letter.id).map(|()| true)? } else { failed(book, letter, words, now)? };
            if !over {
                return Ok(what("").filter(|_| letter.tries == 0));
            }
            let gone = what(", and is given up");
            gone.iter().try_for_each(|said| self.is_lost(book, (&letter.recipient, said), now))?;
            Ok(gone)
        })
    }
}

/// How many wait, and what was wrong with the last of them that failed.
///
/// # Errors
/// [`BookFault`].
pub fn state(book: &Connection) -> Result<(u64, String), BookFault> {
    let count: i64 = book.prepare_cached("SELECT COUNT(*) FROM letter")?.query_row([], |row| row.get(0))?;
    let fault = "SELECT COALESCE((SELECT fault FROM letter WHERE fault <> '' ORDER BY due DESC LIMIT 1), '')";
    Ok((count.unsigned_abs(), book.prepare_cached(fault)?.query_row([], |row| row.get(0))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_bounded_tried_again_ever_later_and_given_up_in_the_end() {
        let book = Connection::open_in_memory().unwrap();
        book.execute_batch(include_str!("steps/incidents.sql")).unwrap();
        book.execute_batch(include_str!("steps/reports.sql")).unwrap();
        let now = Timestamp(1_764_000_000_000_000);
        for _ in 0..MOST {
            assert!(put(&book, "lead", ("s", "b"), now, now).unwrap());
        }
        assert!(!put(&book, "lead", ("s", "b"), now, now).unwrap(), "bounded");
        let first = due(&book, now, 1).unwrap().remove(0);
        let (mut letter, mut at, mut waits) = (first.clone(), now, Vec::new());
        while !failed(&book, &letter, "down", at).unwrap() {
            letter.tries += 1;
            let until: i64 = book.query_row("SELECT due FROM letter WHERE id = ?1", [letter.id], |row| row.get(0)).unwrap();
            waits.push((until - at.0) / MINUTE_US);
            at = Timestamp(until);
        }
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 240, 240, 240]);
        assert!(due(&book, at, 1).unwrap()[0].id != first.id, "it is gone");
        assert_eq!(state(&book).unwrap().0, MOST.unsigned_abs() - 1);
    }
}
