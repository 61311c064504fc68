//! Opinions as staff read and count them, and what staff say they did. Plain functions with plain answers.

use super::book::BookFault;
use super::opinions::{DAY_US, KEPT};
use super::reach::of_group;
use crate::model::Timestamp;
use crate::ports::{View, WeDid};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// Most lines that a page shows.
pub(super) const PAGE: usize = 200;
/// Most answers that stand.
pub(super) const MOST_STAND: usize = 50;

/// An opinion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spoken {
    pub(super) id: i64,
    pub(super) day: Timestamp,
    pub(super) group: String,
    pub(super) view: View,
    pub(super) words: String,
    /// The worry that was made of it.
    pub(super) worry: Option<i64>,
    /// Who read it.
    pub(super) by: String,
    /// What was done about it.
    pub(super) did: String,
}

/// What staff say they did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) id: i64,
    pub(super) told: WeDid,
    pub(super) by: String,
}

fn spoken(row: &Row<'_>) -> rusqlite::Result<Spoken> {
    Ok(Spoken {
        id: row.get(0)?,
        day: Timestamp(row.get(1)?),
        group: row.get(2)?,
        view: View::of_word(&row.get::<_, String>(3)?).unwrap_or_default(),
        words: row.get(4)?,
        worry: row.get(5)?,
        by: row.get(6)?,
        did: row.get::<_, Option<String>>(7)?.unwrap_or_default(),
    })
}

/// Opinions in words: those that nobody has read, the first first; or those that were read, the last first.
pub(super) fn spoken_of(book: &Connection, read: bool, groups: Option<&str>) -> Result<Vec<Spoken>, BookFault> {
    let (state, order) = if read { ("IS NOT NULL", "DESC") } else { ("IS NULL", "") };
    let sql = format!(
        "SELECT opinion.id, day, grp, view, words, worry, seen_by, did FROM opinion LEFT JOIN we_did ON we_did.id = opinion.we_did
         WHERE seen {state} AND words <> '' AND {} ORDER BY opinion.id {order} LIMIT {PAGE}",
        of_group("grp", 1)
    );
    let mut query = book.prepare_cached(&sql)?;
    let rows = query.query_map([groups], spoken)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many in words nobody has read, and the number of the last of all.
pub(super) fn unread(book: &Connection, groups: Option<&str>) -> Result<(u64, i64), BookFault> {
    let sql = format!(
        "SELECT count(*) FILTER (WHERE words <> ''), coalesce(max(id), 0) FROM opinion WHERE seen IS NULL AND {}",
        of_group("grp", 1)
    );
    Ok(book.prepare_cached(&sql)?.query_row([groups], |row| Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get(1)?)))?)
}

/// Month, group and view, with how many since then.
pub(super) fn counted(book: &Connection, since: Timestamp, groups: Option<&str>) -> Result<Vec<(String, String, View, u64)>, BookFault> {
    let sql = format!(
        "SELECT strftime('%Y-%m', day / 1000000, 'unixepoch'), grp, view, count(*) FROM opinion WHERE day >= ?1 AND {} GROUP BY 1, 2, 3",
        of_group("grp", 2)
    );
    let mut query = book.prepare_cached(&sql)?;
    let row = |row: &Row<'_>| {
        let view = View::of_word(&row.get::<_, String>(2)?).unwrap_or_default();
        Ok((row.get(0)?, row.get(1)?, view, row.get::<_, i64>(3)?.unsigned_abs()))
    };
    Ok(query.query_map(params![since.0, groups], row)?.collect::<Result<_, _>>()?)
}

/// Marks those up to this number as read, with what was done about them; how many they were.
pub(super) fn mark(
    book: &Connection,
    until: i64,
    groups: Option<&str>,
    (by, at): (&str, Timestamp),
    did: Option<i64>,
) -> Result<usize, BookFault> {
    let sql = format!("UPDATE opinion SET seen = ?2, seen_by = ?3, we_did = ?4 WHERE seen IS NULL AND id <= ?1 AND {}", of_group("grp", 5));
    Ok(book.execute(&sql, params![until, at.0, by, did, groups])?)
}

/// Puts down what was done; its number. `None`: as many stand as may.
pub(super) fn put(book: &Connection, told: &WeDid, by: &str) -> Result<Option<i64>, BookFault> {
    let sql = "INSERT INTO we_did (at, site, said, did, made_by)
        SELECT ?1, ?2, ?3, ?4, ?5 WHERE (SELECT count(*) FROM we_did WHERE ended IS NULL) < ?6";
    let most = i64::try_from(MOST_STAND).unwrap_or(i64::MAX);
    let put = book.execute(sql, params![told.at.0, told.site, told.said, told.did, by, most])?;
    Ok((put == 1).then(|| book.last_insert_rowid()))
}

fn standing(row: &Row<'_>) -> rusqlite::Result<Standing> {
    let told = WeDid { at: Timestamp(row.get(1)?), site: row.get(2)?, said: row.get(3)?, did: row.get(4)? };
    Ok(Standing { id: row.get(0)?, told, by: row.get(5)? })
}

const STANDING: &str = "SELECT id, at, site, said, did, made_by FROM we_did WHERE ended IS NULL";

/// SQL: is it told to these sites, the first parameter, or to all?
const TOLD_THERE: &str = "(?1 IS NULL OR site IS NULL OR site IN (SELECT value FROM json_each(?1)))";

/// What stands on the page of people at the screen, the newest first: of these sites, and of all.
pub(super) fn all_standing(book: &Connection, sites: Option<&str>) -> Result<Vec<Standing>, BookFault> {
    let mut query = book.prepare_cached(&format!("{STANDING} AND {TOLD_THERE} ORDER BY id DESC LIMIT {MOST_STAND}"))?;
    let rows = query.query_map([sites], standing)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Takes one off the page: one of these sites. `None`: there is no such one of theirs.
pub(super) fn end(book: &Connection, id: i64, sites: Option<&str>, now: Timestamp) -> Result<Option<WeDid>, BookFault> {
    let own = "(?2 IS NULL OR site IN (SELECT value FROM json_each(?2)))";
    let found = book.prepare_cached(&format!("{STANDING} AND id = ?1 AND {own}"))?.query_row(params![id, sites], standing).optional()?;
    if found.is_some() {
        book.execute("UPDATE we_did SET ended = ?2 WHERE id = ?1", params![id, now.0])?;
    }
    Ok(found.map(|one| one.told))
}

/// What people are told, since then.
pub(super) fn told(book: &Connection, from: Timestamp) -> Result<Vec<WeDid>, BookFault> {
    Ok(all_standing(book, None)?.into_iter().map(|one| one.told).filter(|told| told.at >= from).collect())
}

/// How often something was done since then that is told to these sites.
pub(super) fn done(book: &Connection, since: Timestamp, sites: Option<&str>) -> Result<u64, BookFault> {
    let sql = format!("SELECT count(*) FROM we_did WHERE at >= ?2 AND {TOLD_THERE}");
    Ok(book.prepare_cached(&sql)?.query_row(params![sites, since.0], |row| row.get::<_, i64>(0))?.unsigned_abs())
}

/// Takes out what is over a year old.
pub(super) fn forget(book: &Connection, now: Timestamp) -> Result<usize, BookFault> {
    let before = now.0 - KEPT;
    book.execute("DELETE FROM we_did WHERE at < ?1", [before])?;
    // A day stays whole.
    Ok(book.execute("DELETE FROM opinion WHERE day < ?1", [before - DAY_US])?)
}
