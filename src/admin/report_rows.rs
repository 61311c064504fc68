//! Reports in the console's file. Each has its question to itself: what becomes of the saved one that it was made from changes nothing.

use super::accounts::AccountId;
use super::asking::rows::question_of;
use super::asking::{LogFileKind, Question};
use super::book::{BookFault, fact, put_fact};
use super::report_times::{Days, Times};
use crate::model::Timestamp;
use rusqlite::{Connection, Row, params};

/// Most reports of an account.
pub(super) const MOST: i64 = 20;

/// A report.
#[derive(Clone, Debug)]
pub(super) struct Report {
    pub(super) id: i64,
    /// Who answers for it.
    pub(super) account: AccountId,
    /// What whoever made it calls it; it is on the console alone.
    pub(super) name: String,
    pub(super) question: Question,
    pub(super) times: Times,
    /// The name of a recipient of the settings.
    pub(super) to: String,
    pub(super) kind: LogFileKind,
    pub(super) purpose: String,
    /// When the next one is due.
    pub(super) due: Timestamp,
    /// Not before this, since the last try failed; 0: it did not.
    pub(super) again: Timestamp,
    /// Until when the last one went.
    pub(super) last: Option<Timestamp>,
}

const GIVEN_UP: &str = "given up";
const COLUMNS: &str = "id, account, name, question, times, hour, recipient, kind, purpose, due, again, last";

fn report(row: &Row<'_>) -> rusqlite::Result<Option<Report>> {
    let (question, days, kind): (String, String, String) = (row.get(3)?, row.get(4)?, row.get(7)?);
    let kind = LogFileKind::ALL.into_iter().find(|known| known.ending() == kind);
    let (Some(days), Some(kind)) = (Days::of_word(&days), kind) else { return Ok(None) };
    Ok(Some(Report {
        id: row.get(0)?,
        account: AccountId(row.get(1)?),
        name: row.get(2)?,
        question: question_of(&question),
        times: Times { days, hour: row.get(5)? },
        to: row.get(6)?,
        kind,
        purpose: row.get(8)?,
        due: Timestamp(row.get(9)?),
        again: Timestamp(row.get(10)?),
        last: row.get::<_, Option<i64>>(11)?.map(Timestamp),
    }))
}

fn several(book: &Connection, rest: &str, of: i64) -> Result<Vec<Report>, BookFault> {
    let mut query = book.prepare_cached(&format!("SELECT {COLUMNS} FROM report {rest}"))?;
    let found = query.query_map([of], report)?.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(found.into_iter().flatten().collect())
}

/// Puts one down; its number. `None`: there are too many.
pub(super) fn put(book: &Connection, new: &Report, now: Timestamp) -> Result<Option<i64>, BookFault> {
    let count: i64 = book.prepare_cached("SELECT count(*) FROM report WHERE account = ?1")?.query_row([new.account.0], |row| row.get(0))?;
    if count >= MOST {
        return Ok(None);
    }
    let question = serde_json::to_string(&new.question).unwrap_or_default();
    book.execute(
        "INSERT INTO report (account, name, question, times, hour, recipient, kind, purpose, made, due)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params![
            new.account.0,
            new.name,
            question,
            new.times.days.word(),
            new.times.hour,
            new.to,
            new.kind.ending(),
            new.purpose,
            now.0,
            new.due.0
        ],
    )?;
    Ok(Some(book.last_insert_rowid()))
}

/// Those of an account.
pub(super) fn of(book: &Connection, account: AccountId) -> Result<Vec<Report>, BookFault> {
    several(book, "WHERE account = ?1 ORDER BY id", account.0)
}

/// Those whose time has come: a few at a time, since the log is asked for each.
pub(super) fn due(book: &Connection, now: Timestamp) -> Result<Vec<Report>, BookFault> {
    several(book, "WHERE due <= ?1 AND again <= ?1 ORDER BY due, id LIMIT 5", now.0)
}

/// Those whose time has not come, or that are not tried again yet.
pub(super) fn later(book: &Connection, now: Timestamp) -> Result<Vec<Report>, BookFault> {
    several(book, "WHERE due > ?1 OR again > ?1 ORDER BY id", now.0)
}

/// Its times were put down by a clock that was ahead: it is due then.
pub(super) fn set_back(book: &Connection, id: i64, due: Timestamp) -> Result<(), BookFault> {
    book.execute("UPDATE report SET due = ?2, again = 0 WHERE id = ?1", [id, due.0])?;
    Ok(())
}

/// Stops one's own; `false`: there is none.
pub(super) fn stop(book: &Connection, account: AccountId, id: i64) -> Result<bool, BookFault> {
    Ok(book.execute("DELETE FROM report WHERE id = ?1 AND account = ?2", [id, account.0])? == 1)
}

/// It went, with everything until `last`; `false`: it is not there, or went already.
pub(super) fn went(book: &Connection, report: &Report, (last, next): (Timestamp, Timestamp)) -> Result<bool, BookFault> {
    let sql = "UPDATE report SET last = nullif(?3, 0), due = ?4, again = 0 WHERE id = ?1 AND due = ?2";
    Ok(book.execute(sql, params![report.id, report.due.0, last.0, next.0])? == 1)
}

/// What went wrong with a report of late.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Failures {
    /// How often the one that is due could not be made.
    pub(super) tries: u32,
    /// The one before it never was.
    pub(super) given_up: bool,
}

fn failures_of(id: i64) -> String {
    format!("report-failed-{id}")
}

/// What went wrong with it of late.
pub(super) fn failures(book: &Connection, id: i64) -> Result<Failures, BookFault> {
    let kept = fact(book, &failures_of(id))?.unwrap_or_default();
    Ok(match kept.as_str() {
        GIVEN_UP => Failures { tries: 0, given_up: true },
        tries => Failures { tries: tries.parse().unwrap_or(0), given_up: false },
    })
}

/// Keeps it.
pub(super) fn has_failed(book: &Connection, id: i64, failures: Failures) -> Result<(), BookFault> {
    match failures {
        Failures { given_up: true, .. } => put_fact(book, &failures_of(id), GIVEN_UP),
        Failures { tries, .. } => put_fact(book, &failures_of(id), &tries.to_string()),
    }
}

/// It did not go: it is tried again then.
pub(super) fn try_again(book: &Connection, id: i64, at: Timestamp) -> Result<(), BookFault> {
    book.execute("UPDATE report SET again = ?2 WHERE id = ?1", [id, at.0])?;
    Ok(())
}

/// Those of everybody that ask about this person, under the pseudonym.
pub(super) fn about(book: &Connection, word: &str) -> Result<Vec<Report>, BookFault> {
    let all = several(book, "WHERE id > ?1 ORDER BY id", 0)?;
    Ok(all.into_iter().filter(|report| !word.is_empty() && report.question.person == word).collect())
}
