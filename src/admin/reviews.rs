//! Reviews: what was looked at again, by whom, and what is due (standards X10, G2, G8).
//!
//! Each is due some time after the last; the filter as a whole also when something has changed that it depends on, and after an update of
//! this program. Those of an account of some sites are of these sites alone: what one site has looked at again says nothing of another.
//! Must never let the people whose deeds are reviewed sign them off.

use super::book::BookFault;
use super::reach::Reach;
use super::review_works::ReviewOf;
use super::roles::Role;
use crate::model::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::time::Duration;

/// The program that runs; a review says under which it was held.
const PROGRAM: &str = concat!(env!("CARGO_PKG_VERSION_MAJOR"), ".", env!("CARGO_PKG_VERSION_MINOR"));
/// What is due within this time is named before it is.
const SOON: i64 = 14 * 86_400 * 1_000_000;

/// Why the filter is reviewed before its time (X10).
pub(super) const CAUSES: [(&str, &str); 7] = [
    ("safeguarding", "review.cause_safeguarding"),
    ("practice", "review.cause_practice"),
    ("technology", "review.cause_technology"),
    ("update", "review.cause_update"),
    ("network", "review.cause_network"),
    ("contacts", "review.cause_contacts"),
    ("other", "review.cause_other"),
];

/// A review that was held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Its number.
    pub id: i64,
    /// Of what.
    pub what: ReviewOf,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// What they found and decided.
    pub words: String,
    /// How many things there were to look at.
    pub items: u64,
    /// Of deeds: the number of the last event that was looked at.
    pub upto: u64,
    /// Version of the program, without its smallest part.
    pub program: String,
}

/// What made a review due before its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// When.
    pub at: Timestamp,
    /// Who said so.
    pub by: String,
    /// Its word.
    pub cause: String,
    /// What has changed.
    pub words: String,
}

/// How a review stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It was never held, or its time is over, or something has changed.
    Overdue,
    /// It is due soon.
    Due,
    /// It was held in time.
    Held,
}

/// A review, and how it stands.
#[derive(Clone, Debug)]
pub struct State {
    /// Of what.
    pub what: ReviewOf,
    /// The last one.
    pub last: Option<Held>,
    /// When the next is due; `None`: now.
    pub next: Option<Timestamp>,
    /// How it stands.
    pub standing: Standing,
}

/// Who may sign it off: never those whose deeds it is about.
#[must_use]
pub fn signs(role: Role, what: ReviewOf) -> bool {
    match what {
        ReviewOf::EndingRules | ReviewOf::Exceptions | ReviewOf::UnusedRules => matches!(role, Role::It | Role::SafeguardingLead),
        ReviewOf::Accounts | ReviewOf::Deeds | ReviewOf::Alerts => matches!(role, Role::SafeguardingLead | Role::Auditor),
        ReviewOf::Provision => role == Role::SafeguardingLead,
    }
}

/// Is it one whose deeds are reviewed?
#[must_use]
pub fn is_reviewed(role: &str) -> bool {
    [Role::SiteAdmin, Role::ConsortiumAdmin, Role::It].iter().any(|one| one.word() == role)
}

fn held(row: &Row<'_>) -> rusqlite::Result<Option<Held>> {
    let (what, items, upto): (String, i64, i64) = (row.get(1)?, row.get(5)?, row.get(6)?);
    let Some(what) = ReviewOf::of_word(&what) else { return Ok(None) };
    let number = |number: i64| u64::try_from(number).unwrap_or_default();
    Ok(Some(Held {
        id: row.get(0)?,
        what,
        at: Timestamp(row.get(2)?),
        by: row.get(3)?,
        words: row.get(4)?,
        items: number(items),
        upto: number(upto),
        program: row.get(7)?,
    }))
}

const COLUMNS: &str = "id, what, at, by, words, items, upto, program";

/// The last review of this.
///
/// # Errors
/// [`BookFault`].
pub fn last(book: &Connection, what: ReviewOf, reach: &Reach) -> Result<Option<Held>, BookFault> {
    let query = format!("SELECT {COLUMNS} FROM review WHERE what = ?1 AND sites IS ?2 ORDER BY id DESC LIMIT 1");
    Ok(book.prepare_cached(&query)?.query_row(params![what.word(), reach.kept()], held).optional()?.flatten())
}

/// Reviews that were held, the latest first.
///
/// # Errors
/// [`BookFault`].
pub fn history(book: &Connection, most: u32, reach: &Reach) -> Result<Vec<Held>, BookFault> {
    let mut query = book.prepare_cached(&format!("SELECT {COLUMNS} FROM review WHERE sites IS ?2 ORDER BY id DESC LIMIT ?1"))?;
    let rows = query.query_map(params![most, reach.kept()], held)?.collect::<Result<Vec<_>, _>>()?;
    Ok(rows.into_iter().flatten().collect())
}

/// How many were held since this moment.
///
/// # Errors
/// [`BookFault`].
pub fn held_since(book: &Connection, from: Timestamp, reach: &Reach) -> Result<u64, BookFault> {
    let count: i64 = book
        .prepare_cached("SELECT count(*) FROM review WHERE at >= ?1 AND sites IS ?2")?
        .query_row(params![from.0, reach.kept()], |row| row.get(0))?;
    Ok(u64::try_from(count).unwrap_or_default())
}

/// Puts down one that was held now.
///
/// # Errors
/// [`BookFault`].
pub fn hold(book: &Connection, new: &Held, reach: &Reach) -> Result<(), BookFault> {
    let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    book.execute(
        "INSERT INTO review (what, at, by, words, items, upto, program, sites) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![new.what.word(), new.at.0, new.by, new.words, number(new.items), number(new.upto), PROGRAM, reach.kept()],
    )?;
    Ok(())
}

/// Puts down what makes one due.
///
/// # Errors
/// [`BookFault`].
pub fn cause(book: &Connection, new: &Cause, reach: &Reach) -> Result<(), BookFault> {
    let values = params![new.at.0, new.by, new.cause, new.words, reach.kept()];
    book.execute("INSERT INTO review_cause (at, by, cause, words, sites) VALUES (?1, ?2, ?3, ?4, ?5)", values)?;
    Ok(())
}

/// What has changed since this moment: what somebody of the same sites said, and what the program found by itself.
///
/// # Errors
/// [`BookFault`].
pub fn causes(book: &Connection, since: Timestamp, reach: &Reach) -> Result<Vec<Cause>, BookFault> {
    let mut query =
        book.prepare_cached("SELECT at, by, cause, words FROM review_cause WHERE at >= ?1 AND (sites IS ?2 OR by = '') ORDER BY id")?;
    let cause = |row: &Row<'_>| Ok(Cause { at: Timestamp(row.get(0)?), by: row.get(1)?, cause: row.get(2)?, words: row.get(3)? });
    Ok(query.query_map(params![since.0, reach.kept()], cause)?.collect::<Result<_, _>>()?)
}

/// How a review stands that is due every so often.
///
/// # Errors
/// [`BookFault`].
pub fn state(book: &Connection, (what, reach): (ReviewOf, &Reach), every: Duration, now: Timestamp) -> Result<State, BookFault> {
    let last = last(book, what, reach)?;
    let every = i64::try_from(every.as_micros()).unwrap_or(i64::MAX);
    let next = last.as_ref().map(|last| Timestamp(last.at.0.saturating_add(every)));
    let since = last.as_ref().map_or(Timestamp(0), |last| last.at);
    let of_all = what == ReviewOf::Provision;
    let changed = of_all && (last.as_ref().is_some_and(|last| last.program != PROGRAM) || !causes(book, since, reach)?.is_empty());
    let (next, standing) = match next {
        Some(next) if !changed && now < next => (Some(next), if next.0 - now.0 < SOON { Standing::Due } else { Standing::Held }),
        Some(next) if !changed => (Some(next), Standing::Overdue),
        Some(_) | None => (None, Standing::Overdue),
    };
    Ok(State { what, last, next, standing })
}
