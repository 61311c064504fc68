//! The rows of the queue as staff see them: amendments of the same host and group merged into one line, worries one by one. Plain functions
//! with plain answers: pages and programs call the same ones.

use super::asked::answer_at;
use super::book::BookFault;
use super::reach::of_group;
use crate::model::Timestamp;
use crate::ports::{Answer, QueueState};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// Most lines that a page shows.
pub(super) const PAGE: usize = 200;
/// Most that are read of what was written about one host.
const VOICES: usize = 100;

/// What a group asks about a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Merged {
    /// The number of the first that asked.
    pub(super) id: i64,
    pub(super) host: String,
    pub(super) group: String,
    /// How many people, and how often.
    pub(super) people: i64,
    pub(super) times: i64,
    /// What is open of it.
    pub(super) open: i64,
    /// When it was first asked of what is open, else at all.
    pub(super) asked: Timestamp,
    /// When it was last answered; nothing: not yet.
    pub(super) answered: Option<Timestamp>,
}

/// One that asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Voice {
    pub(super) id: i64,
    pub(super) who: String,
    pub(super) reference: String,
    pub(super) address: String,
    pub(super) reason: String,
    pub(super) category: String,
    pub(super) layer: String,
    pub(super) list: String,
    pub(super) said: String,
    pub(super) answer: Answer,
}

/// A worry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Worried {
    pub(super) id: i64,
    pub(super) group: String,
    pub(super) name: String,
    pub(super) said: String,
    pub(super) answer: Answer,
    pub(super) by: String,
}

/// What staff say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said<'a> {
    pub(super) state: QueueState,
    pub(super) words: &'a str,
    pub(super) by: &'a str,
    pub(super) at: Timestamp,
}

const MERGED: &str = "SELECT min(id), host, grp, count(DISTINCT who), count(*), count(*) FILTER (WHERE state = 'open'),
    coalesce(min(asked) FILTER (WHERE state = 'open'), min(asked)), max(answered) FROM amendment";

fn merged(row: &Row<'_>) -> rusqlite::Result<Merged> {
    Ok(Merged {
        id: row.get(0)?,
        host: row.get(1)?,
        group: row.get(2)?,
        people: row.get(3)?,
        times: row.get(4)?,
        open: row.get(5)?,
        asked: Timestamp(row.get(6)?),
        answered: row.get::<_, Option<i64>>(7)?.map(Timestamp),
    })
}

/// What is asked: `open`, the longest waiting first; else what is closed, the last first.
pub(super) fn amendments(book: &Connection, open: bool, groups: Option<&str>) -> Result<Vec<Merged>, BookFault> {
    let (having, order) = if open { ("> 0", "7") } else { ("= 0", "8 DESC") };
    let own = of_group("grp", 1);
    let sql = format!(
        "{MERGED} WHERE {own} GROUP BY host, grp HAVING count(*) FILTER (WHERE state = 'open') {having} ORDER BY {order} LIMIT {PAGE}"
    );
    let mut query = book.prepare_cached(&sql)?;
    let rows = query.query_map([groups], merged)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The line that this number belongs to, and what was written, the last first. `None`: there is no such number of these sites.
pub(super) fn amendment(book: &Connection, id: i64, groups: Option<&str>) -> Result<Option<(Merged, Vec<Voice>)>, BookFault> {
    let pair = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?));
    let Some((host, group)) = book
        .prepare_cached(&format!("SELECT host, grp FROM amendment WHERE id = ?1 AND {}", of_group("grp", 2)))?
        .query_row(params![id, groups], pair)
        .optional()?
    else {
        return Ok(None);
    };
    let line = book.prepare_cached(&format!("{MERGED} WHERE host = ?1 AND grp = ?2"))?.query_row(params![host, group], merged)?;
    let sql = format!(
        "SELECT id, who, reference, address, reason, category, layer, list, words, asked, state, answered, answer FROM amendment
         WHERE host = ?1 AND grp = ?2 ORDER BY id DESC LIMIT {VOICES}"
    );
    let mut query = book.prepare_cached(&sql)?;
    let rows = query.query_map(params![host, group], |row| {
        Ok(Voice {
            id: row.get(0)?,
            who: row.get(1)?,
            reference: row.get(2)?,
            address: row.get(3)?,
            reason: row.get(4)?,
            category: row.get(5)?,
            layer: row.get(6)?,
            list: row.get(7)?,
            said: row.get(8)?,
            answer: answer_at(row, 9)?,
        })
    })?;
    Ok(Some((line, rows.collect::<Result<_, _>>()?)))
}

/// Answers everybody of this line who waits.
pub(super) fn answer(book: &Connection, line: &Merged, said: Said<'_>) -> Result<usize, BookFault> {
    let sql =
        "UPDATE amendment SET state = ?1, answer = ?2, answered = ?3, answered_by = ?4 WHERE host = ?5 AND grp = ?6 AND state = 'open'";
    Ok(book.execute(sql, params![said.state.word(), said.words, said.at.0, said.by, line.host, line.group])?)
}

const WORRIED: &str = "SELECT id, grp, name, words, answered_by, told, state, answered, answer FROM worry";

fn worried(row: &Row<'_>) -> rusqlite::Result<Worried> {
    Ok(Worried { id: row.get(0)?, group: row.get(1)?, name: row.get(2)?, said: row.get(3)?, by: row.get(4)?, answer: answer_at(row, 5)? })
}

/// Worries: those that are open first, the longest waiting first; then the others, the last first.
pub(super) fn worries(book: &Connection, groups: Option<&str>) -> Result<Vec<Worried>, BookFault> {
    let order = "ORDER BY state <> 'open', CASE state WHEN 'open' THEN told ELSE -answered END";
    let mut query = book.prepare_cached(&format!("{WORRIED} WHERE {} {order} LIMIT {PAGE}", of_group("grp", 1)))?;
    let rows = query.query_map([groups], worried)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One of them. `None`: there is no such number.
pub(super) fn worry(book: &Connection, id: i64, groups: Option<&str>) -> Result<Option<Worried>, BookFault> {
    Ok(book
        .prepare_cached(&format!("{WORRIED} WHERE id = ?1 AND {}", of_group("grp", 2)))?
        .query_row(params![id, groups], worried)
        .optional()?)
}

/// Answers it.
pub(super) fn answer_worry(book: &Connection, id: i64, said: Said<'_>) -> Result<usize, BookFault> {
    let sql = "UPDATE worry SET state = ?1, answer = ?2, answered = ?3, answered_by = ?4 WHERE id = ?5";
    Ok(book.execute(sql, params![said.state.word(), said.words, said.at.0, said.by, id])?)
}

/// What waits: how many, and since when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Waiting {
    pub(super) many: i64,
    pub(super) since: Option<Timestamp>,
}

/// Lines of amendments that wait, and worries that do.
pub(super) fn waiting(book: &Connection, groups: Option<&str>) -> Result<[Waiting; 2], BookFault> {
    let one = |sql: &str| {
        book.prepare_cached(&format!("{sql} AND {}", of_group("grp", 1)))?
            .query_row([groups], |row| Ok(Waiting { many: row.get(0)?, since: row.get::<_, Option<i64>>(1)?.map(Timestamp) }))
    };
    Ok([
        one("SELECT count(DISTINCT host || ' ' || grp), min(asked) FROM amendment WHERE state = 'open'")?,
        one("SELECT count(*), min(told) FROM worry WHERE state = 'open'")?,
    ])
}

/// What became of requests since then that a page be opened: opened, answered otherwise, still waiting.
pub(super) fn of_year(book: &Connection, since: Timestamp, groups: Option<&str>) -> Result<[u64; 3], BookFault> {
    let of_groups = of_group("grp", 3);
    let sql = format!(
        "SELECT count(*) FILTER (WHERE state = ?2), count(*) FILTER (WHERE state NOT IN (?2, 'open')),
        count(*) FILTER (WHERE state = 'open') FROM amendment WHERE asked >= ?1 AND {of_groups}"
    );
    let number = |row: &Row<'_>, at: usize| Ok::<_, rusqlite::Error>(u64::try_from(row.get::<_, i64>(at)?).unwrap_or_default());
    let all = |row: &Row<'_>| Ok([number(row, 0)?, number(row, 1)?, number(row, 2)?]);
    Ok(book.prepare_cached(&sql)?.query_row(params![since.0, QueueState::Done.word(), groups], all)?)
}
