//! Long questions in the console's file. Whatever is not one's own looks as if it were not there.

use super::accounts::AccountId;
use super::asking::{LogFileKind, Question};
use super::book::BookFault;
use super::reach::Reach;
use crate::model::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

/// Most that an account may have, done ones among them.
pub(super) const MOST: i64 = 10;

/// What is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum Wants {
    /// A file of the log: what was asked, when (microseconds), in which form.
    File { question: Box<Question>, asked: i64, kind: String },
    /// What would be decided otherwise today.
    Breaches { days: u32, reverse: bool },
    /// Trends, counted anew.
    Trends,
    /// Unusual programs of so many days: used by fewer people than these; at one site, or at all.
    Programs { days: u32, few: u64, site: String },
}

impl Wants {
    pub(super) fn kind(&self) -> Option<LogFileKind> {
        match self {
            Self::File { kind, .. } => LogFileKind::ALL.into_iter().find(|known| known.ending() == kind),
            Self::Breaches { .. } | Self::Trends | Self::Programs { .. } => None,
        }
    }

    /// In words, as it stands in the record.
    pub(super) fn in_words(&self) -> String {
        match self {
            Self::File { question, kind, .. } => format!("{}, as {kind}", question.in_words()),
            Self::Breaches { days, reverse: false } => format!("what was allowed in {days} days and would be blocked today"),
            Self::Breaches { days, reverse: true } => format!("what was blocked in {days} days and would be allowed today"),
            Self::Trends => "trends".to_owned(),
            Self::Programs { days, few, site } if site.is_empty() => format!("unusual programs of {days} days, of fewer than {few} people"),
            Self::Programs { days, few, site } => format!("unusual programs of {days} days, of fewer than {few} people, at {site}"),
        }
    }
}

/// How it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Waiting,
    Running,
    Done,
    /// There was more than was allowed.
    TooMuch,
    Failed,
    /// Whoever ordered it called it off.
    CalledOff,
}

impl State {
    const ALL: [Self; 6] = [Self::Waiting, Self::Running, Self::Done, Self::TooMuch, Self::Failed, Self::CalledOff];

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::TooMuch => "too-much",
            Self::Failed => "failed",
            Self::CalledOff => "called-off",
        }
    }
}

/// A long question.
#[derive(Clone, Debug)]
pub(super) struct Job {
    pub(super) id: i64,
    pub(super) account: AccountId,
    /// Which sites it is answered for.
    pub(super) reach: Reach,
    pub(super) wants: Wants,
    pub(super) purpose: String,
    pub(super) urgent: bool,
    pub(super) made: Timestamp,
    pub(super) state: State,
    /// How often it was begun.
    pub(super) tries: i64,
    /// How much is done, of how much.
    pub(super) progress: (u64, u64),
    pub(super) ended: Option<Timestamp>,
    /// Rows of a file.
    pub(super) rows: u64,
    pub(super) sha256: String,
    /// What came of it, as JSON; or what went wrong.
    pub(super) result: String,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Outcome {
    pub(super) rows: u64,
    pub(super) sha256: String,
    pub(super) result: String,
}

const COLUMNS: &str = "id, account, wants, purpose, urgent, made, state, tries, done, of, ended, rows, sha256, result, sites";

fn job(row: &Row<'_>) -> rusqlite::Result<Option<Job>> {
    let (wants, state): (String, String) = (row.get(2)?, row.get(6)?);
    let state = State::ALL.into_iter().find(|known| known.word() == state);
    let (Ok(wants), Some(state)) = (serde_json::from_str(&wants), state) else { return Ok(None) };
    let number = |place| Ok::<_, rusqlite::Error>(u64::try_from(row.get::<_, i64>(place)?).unwrap_or(0));
    Ok(Some(Job {
        id: row.get(0)?,
        account: AccountId(row.get(1)?),
        reach: Reach::read(row.get::<_, Option<String>>(14)?.as_deref()),
        wants,
        purpose: row.get(3)?,
        urgent: row.get(4)?,
        made: Timestamp(row.get(5)?),
        state,
        tries: row.get(7)?,
        progress: (number(8)?, number(9)?),
        ended: row.get::<_, Option<i64>>(10)?.map(Timestamp),
        rows: number(11)?,
        sha256: row.get(12)?,
        result: row.get(13)?,
    }))
}

fn several(book: &Connection, rest: &str, of: i64) -> Result<Vec<Job>, BookFault> {
    let mut query = book.prepare_cached(&format!("SELECT {COLUMNS} FROM job {rest}"))?;
    let found = query.query_map([of], job)?.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(found.into_iter().flatten().collect())
}

/// Puts one down; its number. `None`: there are too many.
pub(super) fn put(
    book: &Connection,
    (account, reach): (AccountId, &Reach),
    (wants, urgent): (&Wants, bool),
    purpose: &str,
    now: Timestamp,
) -> Result<Option<i64>, BookFault> {
    let count: i64 = book.prepare_cached("SELECT count(*) FROM job WHERE account = ?1")?.query_row([account.0], |row| row.get(0))?;
    if count >= MOST {
        return Ok(None);
    }
    let wants = serde_json::to_string(wants).unwrap_or_default();
    let sql = "INSERT INTO job (account, wants, purpose, urgent, made, sites) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    book.execute(sql, params![account.0, wants, purpose, urgent, now.0, reach.kept()])?;
    Ok(Some(book.last_insert_rowid()))
}

/// Those of an account, the latest first. What was answered for more sites than it reaches today is not among them.
pub(super) fn of(book: &Connection, (account, reach): (AccountId, &Reach)) -> Result<Vec<Job>, BookFault> {
    let mut all = several(book, "WHERE account = ?1 ORDER BY id DESC", account.0)?;
    all.retain(|job| reach.holds(&job.reach));
    Ok(all)
}

/// One's own.
pub(super) fn own(book: &Connection, whose: (AccountId, &Reach), id: i64) -> Result<Option<Job>, BookFault> {
    Ok(of(book, whose)?.into_iter().find(|job| job.id == id))
}

/// How many wait before this one, whoever ordered them.
pub(super) fn ahead(book: &Connection, job: &Job) -> Result<u64, BookFault> {
    let sql = "SELECT count(*) FROM job WHERE state IN ('waiting', 'running') AND id <> ?1 AND (urgent > ?2 OR (urgent = ?2 AND id < ?1) OR state = 'running')";
    let count: i64 = book.prepare_cached(sql)?.query_row(params![job.id, job.urgent], |row| row.get(0))?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// The next in turn: urgent ones first, and others only where it is time for them.
pub(super) fn next(book: &Connection, off_peak: bool) -> Result<Option<Job>, BookFault> {
    let least = i64::from(!off_peak);
    Ok(several(book, "WHERE state = 'waiting' AND urgent >= ?1 ORDER BY urgent DESC, id LIMIT 1", least)?.pop())
}

/// It begins, for the sites that its owner reaches today.
pub(super) fn begin(book: &Connection, (id, reach): (i64, &Reach), now: Timestamp) -> Result<(), BookFault> {
    let sql = "UPDATE job SET state = 'running', tries = tries + 1, began = ?2, done = 0, of = 0, sites = ?3 WHERE id = ?1";
    book.execute(sql, params![id, now.0, reach.kept()])?;
    Ok(())
}

/// Those that run, by what the file says.
pub(super) fn running(book: &Connection) -> Result<Vec<Job>, BookFault> {
    several(book, "WHERE state = 'running' AND id > ?1 ORDER BY id", 0)
}

/// It waits again.
pub(super) fn again(book: &Connection, id: i64) -> Result<(), BookFault> {
    book.execute("UPDATE job SET state = 'waiting' WHERE id = ?1", [id])?;
    Ok(())
}

/// How far it is. `false`: it is called off, or taken out.
pub(super) fn progress(book: &Connection, id: i64, (done, of): (u64, u64)) -> Result<bool, BookFault> {
    let number = |value| i64::try_from(value).unwrap_or(i64::MAX);
    book.execute("UPDATE job SET done = ?2, of = ?3 WHERE id = ?1", params![id, number(done), number(of)])?;
    let stop: Option<bool> = book.prepare_cached("SELECT stop FROM job WHERE id = ?1")?.query_row([id], |row| row.get(0)).optional()?;
    Ok(stop == Some(false))
}

/// It is over.
pub(super) fn end(book: &Connection, id: i64, state: State, outcome: &Outcome, now: Timestamp) -> Result<(), BookFault> {
    let rows = i64::try_from(outcome.rows).unwrap_or(i64::MAX);
    let sql = "UPDATE job SET state = ?2, ended = ?3, rows = ?4, sha256 = ?5, result = ?6 WHERE id = ?1";
    book.execute(sql, params![id, state.word(), now.0, rows, outcome.sha256, outcome.result])?;
    Ok(())
}

/// A running one is to stop.
pub(super) fn call_off(book: &Connection, id: i64) -> Result<(), BookFault> {
    book.execute("UPDATE job SET stop = 1 WHERE id = ?1", [id])?;
    Ok(())
}

/// Takes one out.
pub(super) fn forget(book: &Connection, id: i64) -> Result<(), BookFault> {
    book.execute("DELETE FROM job WHERE id = ?1", [id])?;
    Ok(())
}

/// Those that were over before this.
pub(super) fn over(book: &Connection, before: Timestamp) -> Result<Vec<Job>, BookFault> {
    several(book, "WHERE ended < ?1 AND state NOT IN ('waiting', 'running') ORDER BY id LIMIT 100", before.0)
}

/// Every number there is.
pub(super) fn numbers(book: &Connection) -> Result<Vec<i64>, BookFault> {
    let mut query = book.prepare_cached("SELECT id FROM job")?;
    Ok(query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
}
