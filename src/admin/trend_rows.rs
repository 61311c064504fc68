//! Trends in the console's file: what was counted until a moment, and the first thirty days of each site, which are put down once.

use super::book::{BookFault, fact, put_fact};
use super::trends::{Baseline, TrendsCounted};
use crate::model::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

/// As many are kept: a year of weeks.
const KEPT: i64 = 53;
/// The week that was counted by itself last, and when it is tried again.
const WEEK: &str = "trends week";
const AGAIN: &str = "trends again";

/// Keeps what was counted.
pub(super) fn keep(book: &Connection, counted: &TrendsCounted) -> Result<(), BookFault> {
    let text = serde_json::to_string(counted).unwrap_or_default();
    book.execute("INSERT OR REPLACE INTO trend VALUES (?1, ?2)", params![counted.span.1, text])?;
    book.execute("DELETE FROM trend WHERE until NOT IN (SELECT until FROM trend ORDER BY until DESC LIMIT ?1)", [KEPT])?;
    for base in &counted.bases {
        let text = serde_json::to_string(base).unwrap_or_default();
        book.execute("INSERT OR IGNORE INTO trend_base VALUES (?1, ?2)", [&base.site, &text])?;
    }
    Ok(())
}

/// The latest up to this moment.
pub(super) fn latest(book: &Connection, now: Timestamp) -> Result<Option<TrendsCounted>, BookFault> {
    let latest = "SELECT figures FROM trend WHERE until <= ?1 ORDER BY until DESC LIMIT 1";
    let text: Option<String> = book.prepare_cached(latest)?.query_row([now.0], |row| row.get(0)).optional()?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

/// The one until this moment.
pub(super) fn until(book: &Connection, until: i64) -> Result<Option<TrendsCounted>, BookFault> {
    let text: Option<String> =
        book.prepare_cached("SELECT figures FROM trend WHERE until = ?1")?.query_row([until], |row| row.get(0)).optional()?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

/// The first thirty days of every site that has had so many.
pub(super) fn bases(book: &Connection) -> Result<Vec<Baseline>, BookFault> {
    let mut query = book.prepare_cached("SELECT figures FROM trend_base ORDER BY site")?;
    let texts = query.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    Ok(texts.iter().filter_map(|text| serde_json::from_str(text).ok()).collect())
}

fn moment(book: &Connection, key: &str) -> Result<i64, BookFault> {
    Ok(fact(book, key)?.and_then(|text| text.parse().ok()).unwrap_or(0))
}

/// Is this week still to be counted, and is it time to try? What a clock that was ahead has put down does not count: `longest` is the longest
/// time until it is tried again.
pub(super) fn is_due(book: &Connection, week: Timestamp, (now, longest): (Timestamp, i64)) -> Result<bool, BookFault> {
    let (kept, again) = (moment(book, WEEK)?, moment(book, AGAIN)?);
    Ok((kept < week.0 || kept > now.0) && (again <= now.0 || again > now.0 + longest))
}

/// It is counted.
pub(super) fn is_counted(book: &Connection, week: Timestamp) -> Result<(), BookFault> {
    put_fact(book, WEEK, &week.0.to_string())
}

/// It is tried again then.
pub(super) fn try_again(book: &Connection, at: Timestamp) -> Result<(), BookFault> {
    put_fact(book, AGAIN, &at.0.to_string())
}

/// What people told in a span: refusals that they think are wrong, worries, and incidents that somebody opened by hand.
pub(super) fn told(book: &Connection, (from, until): (i64, i64)) -> Result<[u64; 3], BookFault> {
    let count = |sql: &str| -> Result<u64, BookFault> {
        let count: i64 = book.prepare_cached(sql)?.query_row([from, until], |row| row.get(0))?;
        Ok(u64::try_from(count).unwrap_or(0))
    };
    Ok([
        count("SELECT count(*) FROM amendment WHERE asked >= ?1 AND asked < ?2")?,
        count("SELECT count(*) FROM worry WHERE told >= ?1 AND told < ?2")?,
        count("SELECT count(*) FROM incident WHERE origin <> 'statutory' AND opened >= ?1 AND opened < ?2")?,
    ])
}
