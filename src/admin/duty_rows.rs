//! Rows of the two duties: who has them, digests and their receipts, and what those who have them were told (standards D25, W1).

use super::accounts::AccountId;
use super::book::BookFault;
use super::reach::of_group;
use crate::model::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

/// As many digests as a page shows, and as are looked at for what is overdue.
const PAGE: usize = 60;
/// As many alerts are looked at.
const LOOKED_AT: usize = 1000;

/// A duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Duty {
    /// To read the digest at its interval.
    Proactive,
    /// To take alerts on as they come.
    Reactive,
}

impl Duty {
    pub(super) const ALL: [Self; 2] = [Self::Proactive, Self::Reactive];

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Proactive => "proactive",
            Self::Reactive => "reactive",
        }
    }

    pub(super) fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|duty| duty.word() == word)
    }
}

/// How often there is a digest. There is no "never" (X12).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Every {
    Day,
    #[default]
    Week,
}

impl Every {
    pub(super) const ALL: [Self; 2] = [Self::Day, Self::Week];

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
        }
    }

    pub(super) fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|every| every.word() == word)
    }
}

/// Who has a duty: an account, and the recipient of letters that stands for it; empty: no letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bearer {
    pub(super) account: AccountId,
    pub(super) to: String,
}

/// A duty as it is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) every: Every,
    pub(super) owner: Option<Bearer>,
    pub(super) deputy: Option<Bearer>,
    /// When one of them last looked, and who.
    pub(super) looked: Option<(Timestamp, String)>,
}

/// A digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Turn {
    pub(super) id: i64,
    pub(super) span: (Timestamp, Timestamp),
    pub(super) due: Timestamp,
    /// The number of the last alert that it tells of.
    pub(super) last: i64,
    pub(super) read: Option<(Timestamp, String)>,
    pub(super) stage: i64,
}

pub(super) fn held(book: &Connection, duty: Duty) -> Result<Held, BookFault> {
    let sql = "SELECT every, owner, owner_to, deputy, deputy_to, looked, looked_by FROM duty WHERE kind = ?1";
    let bearer = |row: &Row<'_>, at: usize| -> rusqlite::Result<Option<Bearer>> {
        let (account, to): (Option<i64>, String) = (row.get(at)?, row.get(at + 1)?);
        Ok(account.map(|id| Bearer { account: AccountId(id), to }))
    };
    let row = |row: &Row<'_>| {
        let looked: Option<i64> = row.get(5)?;
        Ok(Held {
            every: Every::of_word(&row.get::<_, String>(0)?).unwrap_or_default(),
            owner: bearer(row, 1)?,
            deputy: bearer(row, 3)?,
            looked: looked.map(Timestamp).zip(row.get(6).ok()),
        })
    };
    Ok(book.prepare_cached(sql)?.query_row([duty.word()], row).optional()?.unwrap_or_default())
}

pub(super) fn put(book: &Connection, duty: Duty, held: &Held) -> Result<(), BookFault> {
    let sql = "INSERT INTO duty (kind, every, owner, owner_to, deputy, deputy_to) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT(kind) DO
        UPDATE SET every = ?2, owner = ?3, owner_to = ?4, deputy = ?5, deputy_to = ?6";
    let of = |bearer: &Option<Bearer>| bearer.as_ref().map_or((None, String::new()), |one| (Some(one.account.0), one.to.clone()));
    let (owner, deputy) = (of(&held.owner), of(&held.deputy));
    book.execute(sql, params![duty.word(), held.every.word(), owner.0, owner.1, deputy.0, deputy.1])?;
    Ok(())
}

/// Somebody who has the duty has looked.
pub(super) fn look(book: &Connection, duty: Duty, by: &str, at: Timestamp) -> Result<(), BookFault> {
    book.execute("UPDATE duty SET looked = ?2, looked_by = ?3 WHERE kind = ?1", params![duty.word(), at.0, by])?;
    Ok(())
}

fn turn(row: &Row<'_>) -> rusqlite::Result<Turn> {
    let (read, by): (Option<i64>, String) = (row.get(5)?, row.get(6)?);
    Ok(Turn {
        id: row.get(0)?,
        span: (Timestamp(row.get(1)?), Timestamp(row.get(2)?)),
        due: Timestamp(row.get(3)?),
        last: row.get(4)?,
        read: read.map(|at| (Timestamp(at), by)),
        stage: row.get(7)?,
    })
}

fn turns(book: &Connection, rest: &str, params: impl rusqlite::Params) -> Result<Vec<Turn>, BookFault> {
    let mut query =
        book.prepare_cached(&format!("SELECT id, began, until, due, last, read, read_by, stage FROM duty_turn {rest} LIMIT {PAGE}"))?;
    Ok(query.query_map(params, turn)?.collect::<Result<_, _>>()?)
}

/// The latest, the last first.
pub(super) fn latest(book: &Connection) -> Result<Vec<Turn>, BookFault> {
    turns(book, "ORDER BY until DESC", [])
}

/// Those that nobody has read, the first first.
pub(super) fn unread(book: &Connection) -> Result<Vec<Turn>, BookFault> {
    turns(book, "WHERE read IS NULL ORDER BY until", [])
}

/// Those that nobody has read, and of which somebody is still to be told. Old ones do not push out later ones.
pub(super) fn untold(book: &Connection) -> Result<Vec<Turn>, BookFault> {
    turns(book, "WHERE read IS NULL AND stage < 2 ORDER BY until", [])
}

/// Until when the last one up to this moment goes.
pub(super) fn until(book: &Connection, now: Timestamp) -> Result<Option<Timestamp>, BookFault> {
    Ok(book
        .prepare_cached("SELECT max(until) FROM duty_turn WHERE until <= ?1")?
        .query_row([now.0], |row| row.get::<_, Option<i64>>(0))?
        .map(Timestamp))
}

/// A new one; its number.
pub(super) fn put_turn(book: &Connection, (began, until): (Timestamp, Timestamp), due: Timestamp) -> Result<i64, BookFault> {
    let last = "SELECT coalesce(max(id), 0) FROM alert WHERE first < ?1";
    let last: i64 = book.prepare_cached(last)?.query_row([until.0], |row| row.get(0))?;
    let sql = "INSERT INTO duty_turn (began, until, due, last) VALUES (?1, ?2, ?3, ?4)";
    book.execute(sql, params![began.0, until.0, due.0, last])?;
    Ok(book.last_insert_rowid())
}

/// A receipt: `false`, there was one, or there is no such digest.
pub(super) fn read(book: &Connection, id: i64, by: &str, at: Timestamp) -> Result<bool, BookFault> {
    let sql = "UPDATE duty_turn SET read = ?2, read_by = ?3 WHERE id = ?1 AND read IS NULL";
    Ok(book.execute(sql, params![id, at.0, by])? == 1)
}

/// Somebody was told that it is overdue.
pub(super) fn told(book: &Connection, id: i64, stage: i64) -> Result<(), BookFault> {
    book.execute("UPDATE duty_turn SET stage = ?2 WHERE id = ?1", params![id, stage])?;
    Ok(())
}

/// Numbers and groups of alerts that nobody has taken on, which began before then, and of which nobody was told at this stage.
pub(super) fn left(book: &Connection, before: Timestamp, stage: i64) -> Result<Vec<(i64, String)>, BookFault> {
    let sql = format!(
        "SELECT id, people FROM alert LEFT JOIN duty_told ON duty_told.alert = alert.id
         WHERE taken IS NULL AND first < ?1 AND coalesce(stage, 0) < ?2 ORDER BY id LIMIT {LOOKED_AT}"
    );
    let mut query = book.prepare_cached(&sql)?;
    Ok(query.query_map(params![before.0, stage], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?)
}

/// Somebody was told of it at this stage.
pub(super) fn told_of(book: &Connection, alert: i64, stage: i64) -> Result<(), BookFault> {
    let sql = "INSERT INTO duty_told VALUES (?1, ?2) ON CONFLICT(alert) DO UPDATE SET stage = ?2";
    book.execute(sql, params![alert, stage])?;
    Ok(())
}

/// How many were in time, and of how many that can be said.
pub(super) type InTime = (u64, u64);

fn pair(row: &Row<'_>) -> rusqlite::Result<InTime> {
    Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get::<_, i64>(1)?.unsigned_abs()))
}

/// Digests since then that were read in time, of those that were read or ought to have been.
pub(super) fn read_in_time(book: &Connection, since: Timestamp, now: Timestamp) -> Result<InTime, BookFault> {
    let sql = "SELECT count(*) FILTER (WHERE read <= due), count(*) FROM duty_turn WHERE until >= ?1 AND (read IS NOT NULL OR due <= ?2)";
    Ok(book.prepare_cached(sql)?.query_row(params![since.0, now.0], pair)?)
}

/// The same of alerts of these sites, or all, that were taken on within this time.
pub(super) fn taken_in_time(
    book: &Connection,
    (since, now): (Timestamp, Timestamp),
    within: i64,
    groups: Option<&str>,
) -> Result<InTime, BookFault> {
    let sql = format!(
        "SELECT count(*) FILTER (WHERE taken <= first + ?3), count(*) FROM alert
         WHERE first >= ?1 AND (taken IS NOT NULL OR first + ?3 <= ?2) AND {}",
        of_group("people", 4)
    );
    Ok(book.prepare_cached(&sql)?.query_row(params![since.0, now.0, within, groups], pair)?)
}
