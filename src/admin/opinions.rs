//! What people at the screen think of the filter, as it is put down: the group, the day, one of three and a few words (standard F18).
//!
//! Apart from what is asked and from worries. All of it goes after a year, read or not. Must never keep who said it.

use super::asked::{Kept, of, put_worry, told};
use super::book::{Book, BookFault};
use super::opinion_rows as rows;
use crate::model::Timestamp;
use crate::ports::{Heard, Opinion, OpinionDesk, QueueFault, WeDid, Worry};
use rusqlite::{Connection, params};
use std::path::Path;

/// Most that there are.
const MOST: i64 = 20_000;
/// Most of one group on one day: one class cannot fill it for all.
const MOST_OF_A_DAY: i64 = 200;
pub(super) const DAY_US: i64 = 86_400 * 1_000_000;
/// Each is kept for so long.
pub(super) const KEPT: i64 = 366 * DAY_US;

/// The desk over the console's file.
#[derive(Debug)]
pub struct Opinions(Book);

impl Opinions {
    /// The desk in this folder. Nothing is opened yet.
    #[must_use]
    pub fn at(folder: &Path) -> Self {
        Self(Book::at(folder))
    }

    /// What people are told that staff did, since `from`, the newest first.
    ///
    /// # Errors
    /// [`BookFault`].
    pub fn we_did(&self, from: Timestamp) -> Result<Vec<WeDid>, BookFault> {
        self.0.read(|book| rows::told(book, from))
    }
}

impl OpinionDesk for Opinions {
    fn hear(&self, opinion: &Opinion) -> Result<Heard, QueueFault> {
        self.0.change(|book| put(book, opinion)).map_err(told)
    }
}

fn put(book: &Connection, new: &Opinion) -> Result<Heard, Kept> {
    rows::forget(book, new.at)?;
    // Of when it was said the day stays.
    let day = new.at.0 - new.at.0.rem_euclid(DAY_US);
    let worry = new.danger.then(|| put_worry(book, &worry_of(new))).transpose()?;
    let count = "SELECT count(*), count(*) FILTER (WHERE day = ?1 AND grp = ?2) FROM opinion";
    let (all, today): (i64, i64) = book.prepare_cached(count)?.query_row(params![day, new.group], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let full = match (all, today) {
        (MOST.., _) => Some(QueueFault::Full),
        (_, MOST_OF_A_DAY..) => Some(QueueFault::Enough),
        _ => None,
    };
    let id = match (full, &worry) {
        (Some(fault), None) => return Err(Kept::Bound(fault)),
        // What speaks of danger has reached the safeguarding lead.
        (Some(_), Some(_)) => None,
        (None, _) => {
            let number = worry.as_ref().and_then(|worry| worry.id.strip_prefix("W-")).and_then(|id| id.parse::<i64>().ok());
            let sql = "INSERT INTO opinion (day, grp, view, words, worry) VALUES (?1, ?2, ?3, ?4, ?5)";
            book.execute(sql, params![day, new.group, new.view.word(), new.words, number])?;
            Some(format!("O-{}", book.last_insert_rowid()))
        }
    };
    Ok(Heard { id, digest: of(&new.words), worry })
}

fn worry_of(new: &Opinion) -> Worry {
    let words = format!("Written on the page \"What do you think?\" about the filter:\n{}", new.words);
    Worry { at: new.at, group: new.group.clone(), name: String::new(), words }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::View;

    fn opinion(group: &str, words: &str, danger: bool) -> Opinion {
        let at = Timestamp::from_seconds(20_000 * 86_400 + 43_210);
        Opinion { at, group: group.into(), view: View::Helps, words: words.into(), danger }
    }

    #[test]
    fn one_group_cannot_fill_a_day_for_others_and_danger_is_heard_all_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let desk = Opinions::at(folder.path());
        for _ in 0..MOST_OF_A_DAY {
            desk.hear(&opinion("year-7", "x", false)).unwrap();
        }
        assert_eq!(desk.hear(&opinion("year-7", "x", false)), Err(QueueFault::Enough));
        let heard = desk.hear(&opinion("year-7", "he hurts me", true)).unwrap();
        assert_eq!((heard.id, heard.worry.map(|worry| worry.id)), (None, Some("W-1".to_owned())));
        assert_eq!(desk.hear(&opinion("year-8", "", false)).unwrap().id.as_deref(), Some("O-201"));
        let bytes: i64 =
            desk.0.read(|book| Ok(book.query_row("SELECT max(day % 86400000000) FROM opinion", [], |row| row.get(0))?)).unwrap();
        assert_eq!(bytes, 0, "of the moment the day is kept");
    }

    #[test]
    fn everything_goes_after_a_year() {
        let folder = tempfile::tempdir().unwrap();
        let desk = Opinions::at(folder.path());
        desk.hear(&opinion("year-7", "old", false)).unwrap();
        let new = opinion("year-7", "new", false);
        desk.hear(&Opinion { at: Timestamp(new.at.0 + KEPT + 2 * DAY_US), ..new }).unwrap();
        let words: String =
            desk.0.read(|book| Ok(book.query_row("SELECT group_concat(words) FROM opinion", [], |row| row.get(0))?)).unwrap();
        assert_eq!(words, "new");
    }
}
