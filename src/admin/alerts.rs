//! Alerts: what people are to be told of, apart from blocks. Equal ones are one with a count while nobody has taken them on (standards X6, F7).

use super::book::BookFault;
use super::reach::of_group;
use crate::model::{Severity, Theme, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::collections::BTreeSet;

/// An alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Its number.
    pub id: i64,
    /// The rule behind it.
    pub rule: String,
    /// What it is about.
    pub theme: Theme,
    /// How grave.
    pub severity: Severity,
    /// What was seen.
    pub seen: NewAlert,
    /// When it happened first and last.
    pub span: (Timestamp, Timestamp),
    /// How often.
    pub count: u64,
    /// When somebody took it on, and who.
    pub taken: Option<(Timestamp, String)>,
    /// The incident that was opened from it.
    pub incident: Option<i64>,
}

/// What was seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewAlert {
    /// The person.
    pub person: Option<String>,
    /// The device.
    pub device: Option<String>,
    /// The client's address.
    pub client: Option<String>,
    /// The group.
    pub group: String,
    /// What it was, in words; never an address on a statutory list.
    pub said: String,
}

/// Longest text about a letter, in characters.
const LONGEST_OF_MAIL: usize = 300;
const COLUMNS: &str = "id, rule, theme, severity, people, person, device, client, said, first, last, count, taken, taken_by, incident";

fn alert(row: &Row<'_>) -> rusqlite::Result<Option<Alert>> {
    let (theme, severity): (String, u8) = (row.get(2)?, row.get(3)?);
    let (Some(theme), Some(severity)) = (Theme::of_word(&theme), Severity::new(severity)) else { return Ok(None) };
    let count: i64 = row.get(11)?;
    let taken: Option<i64> = row.get(12)?;
    let by: String = row.get(13)?;
    Ok(Some(Alert {
        id: row.get(0)?,
        rule: row.get(1)?,
        theme,
        severity,
        seen: NewAlert { group: row.get(4)?, person: row.get(5)?, device: row.get(6)?, client: row.get(7)?, said: row.get(8)? },
        span: (Timestamp(row.get(9)?), Timestamp(row.get(10)?)),
        count: count.unsigned_abs(),
        taken: taken.map(|at| (Timestamp(at), by)),
        incident: row.get(14)?,
    }))
}

/// What an alert is raised by.
#[derive(Clone, Copy, Debug)]
pub struct Raised<'a> {
    /// The rule's name.
    pub rule: &'a str,
    /// What it is about.
    pub theme: Theme,
    /// How grave.
    pub severity: Severity,
    /// What is equal has the same.
    pub merge_key: &'a str,
    /// Equal ones since then are one.
    pub since: Timestamp,
}

/// Raises one, or counts one more of an equal one that nobody has taken on. Its number where it is new.
///
/// # Errors
/// [`BookFault`].
pub fn raise(book: &Connection, raised: &Raised<'_>, seen: &NewAlert, at: Timestamp) -> Result<Option<i64>, BookFault> {
    let same = "SELECT id FROM alert WHERE merge_key = ?1 AND last >= ?2 AND taken IS NULL ORDER BY id DESC LIMIT 1";
    let same: Option<i64> = book.prepare_cached(same)?.query_row(params![raised.merge_key, raised.since.0], |row| row.get(0)).optional()?;
    if let Some(id) = same {
        let one_more = "UPDATE alert SET count = count + 1, first = MIN(first, ?2), last = MAX(last, ?2) WHERE id = ?1";
        book.execute(one_more, params![id, at.0])?;
        return Ok(None);
    }
    let NewAlert { person, device, client, group, said } = seen;
    book.execute(
        "INSERT INTO alert (rule, theme, severity, merge_key, people, person, device, client, said, first, last, count)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10, 1)",
        params![raised.rule, raised.theme.word(), raised.severity.number(), raised.merge_key, group, person, device, client, said, at.0],
    )?;
    Ok(Some(book.last_insert_rowid()))
}

fn several(book: &Connection, rest: &str, params: impl rusqlite::Params) -> Result<Vec<Alert>, BookFault> {
    let mut query = book.prepare_cached(&format!("SELECT {COLUMNS} FROM alert {rest}"))?;
    let found = query.query_map(params, alert)?.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(found.into_iter().flatten().collect())
}

/// Of these sites, or all, and of this theme, or all: those that nobody has taken on first, the gravest of them first; then the latest others.
///
/// # Errors
/// [`BookFault`].
pub fn latest(book: &Connection, most: usize, (groups, theme): (Option<&str>, Option<Theme>)) -> Result<Vec<Alert>, BookFault> {
    let own = of_group("people", 2);
    let rest = "ORDER BY taken IS NOT NULL, CASE WHEN taken IS NULL THEN severity ELSE 0 END DESC, last DESC LIMIT ?1";
    let sql = format!("WHERE {own} AND (?3 IS NULL OR theme = ?3) {rest}");
    several(book, &sql, params![i64::try_from(most).unwrap_or(i64::MAX), groups, theme.map(Theme::word)])
}

/// The alert of a number.
///
/// # Errors
/// [`BookFault`].
pub fn numbered(book: &Connection, id: i64) -> Result<Option<Alert>, BookFault> {
    Ok(several(book, "WHERE id = ?1", [id])?.pop())
}

/// Of what letters have to leave: what nobody has taken on and nobody was told of, the gravest first.
///
/// # Errors
/// [`BookFault`].
pub fn untold(book: &Connection) -> Result<Vec<Alert>, BookFault> {
    several(book, "WHERE told = 0 AND taken IS NULL ORDER BY severity DESC, id LIMIT 1000", [])
}

/// What nobody has taken on since then, and has not gone further up.
///
/// # Errors
/// [`BookFault`].
pub fn waiting(book: &Connection, since: Timestamp) -> Result<Vec<Alert>, BookFault> {
    several(book, "WHERE escalated = 0 AND taken IS NULL AND first < ?1 ORDER BY id LIMIT 1000", [since.0])
}

/// A letter is on its way.
///
/// # Errors
/// [`BookFault`].
pub fn is_told(book: &Connection, id: i64) -> Result<(), BookFault> {
    book.execute("UPDATE alert SET told = 1 WHERE id = ?1", [id])?;
    Ok(())
}

/// It has gone further up.
///
/// # Errors
/// [`BookFault`].
pub fn is_escalated(book: &Connection, id: i64) -> Result<(), BookFault> {
    book.execute("UPDATE alert SET escalated = 1 WHERE id = ?1", [id])?;
    Ok(())
}

/// Somebody takes it on: `false` if somebody has already.
///
/// # Errors
/// [`BookFault`].
pub fn take(book: &Connection, id: i64, by: &str, at: Timestamp) -> Result<bool, BookFault> {
    Ok(book.execute("UPDATE alert SET taken = ?2, taken_by = ?3 WHERE id = ?1 AND taken IS NULL", params![id, at.0, by])? == 1)
}

/// An incident was opened from it.
///
/// # Errors
/// [`BookFault`].
pub fn put_incident(book: &Connection, id: i64, incident: i64) -> Result<(), BookFault> {
    book.execute("UPDATE alert SET incident = ?2 WHERE id = ?1", params![id, incident])?;
    Ok(())
}

/// Numbers of those that belong to an incident that is sealed from this account.
///
/// # Errors
/// [`BookFault`].
pub fn sealed_from(book: &Connection, account: &str) -> Result<BTreeSet<i64>, BookFault> {
    let sql = "SELECT id FROM alert WHERE incident IN (SELECT incident FROM incident_line WHERE what = 'sealed' AND text = ?1)";
    let mut query = book.prepare_cached(sql)?;
    let ids = query.query_map([account], |row| row.get(0))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

/// Of what somebody has taken on and no incident has, and what happened last before `names`: whom it was about and what was searched for is
/// forgotten. What happened before `all` goes as a whole.
///
/// # Errors
/// [`BookFault`].
pub fn forget(book: &Connection, names: Timestamp, all: Timestamp) -> Result<(), BookFault> {
    let nobody = "UPDATE alert SET person = NULL, device = NULL, client = NULL, said = '', merge_key = ''
                  WHERE last < ?1 AND taken IS NOT NULL AND incident IS NULL AND merge_key <> ''";
    book.execute(nobody, [names.0])?;
    if book.execute("DELETE FROM alert WHERE last < ?1 AND taken IS NOT NULL AND incident IS NULL", [all.0])? > 0 {
        book.execute("DELETE FROM duty_told WHERE alert NOT IN (SELECT id FROM alert)", [])?;
    }
    Ok(())
}

/// Theme, severity, alerts, times, and how many of them nobody took on.
pub type Tally = (String, u8, u64, u64, u64);

/// How many of each theme and severity happened in this span, and how many of them nobody took on.
///
/// # Errors
/// [`BookFault`].
pub fn tally(book: &Connection, from: Timestamp, to: Timestamp) -> Result<Vec<Tally>, BookFault> {
    let mut query = book.prepare_cached(
        "SELECT theme, severity, COUNT(*), SUM(count), SUM(taken IS NULL) FROM alert WHERE last >= ?1 AND last < ?2
         GROUP BY theme, severity ORDER BY theme, severity DESC",
    )?;
    let whole = |row: &Row<'_>, at| row.get::<_, i64>(at).map(i64::unsigned_abs);
    let row = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, whole(row, 2)?, whole(row, 3)?, whole(row, 4)?));
    Ok(query.query_map([from.0, to.0], row)?.collect::<rusqlite::Result<_>>()?)
}

/// The last digest up to this moment: until when, and its text. One of a clock that was ahead is none yet.
///
/// # Errors
/// [`BookFault`].
pub fn last_digest(book: &Connection, now: Timestamp) -> Result<Option<(Timestamp, String)>, BookFault> {
    let row = |row: &Row<'_>| Ok((Timestamp(row.get(0)?), row.get(1)?));
    Ok(book
        .prepare_cached("SELECT until, text FROM digest WHERE until <= ?1 ORDER BY until DESC LIMIT 1")?
        .query_row([now.0], row)
        .optional()?)
}

/// Keeps a digest.
///
/// # Errors
/// [`BookFault`].
pub fn put_digest(book: &Connection, until: Timestamp, text: &str) -> Result<(), BookFault> {
    book.execute("INSERT OR IGNORE INTO digest VALUES (?1, ?2)", params![until.0, text])?;
    Ok(())
}

/// A letter that nobody gets may have told of something grave: that it was not sent is an alert, one for each recipient.
///
/// # Errors
/// [`BookFault`].
pub fn raise_of_mail(book: &Connection, recipient: &str, said: &str, at: Timestamp) -> Result<(), BookFault> {
    let merge_key = format!("mail\n{recipient}");
    let [_, severity, _] = Severity::ALL;
    let raised = Raised { rule: "mail", theme: Theme::FilterHealth, severity, merge_key: &merge_key, since: Timestamp(0) };
    let said = said.chars().take(LONGEST_OF_MAIL).collect();
    raise(book, &raised, &NewAlert { said, ..NewAlert::default() }, at).map(drop)
}

/// Was there ever one with this key?
///
/// # Errors
/// [`BookFault`].
pub fn was_ever(book: &Connection, merge_key: &str) -> Result<bool, BookFault> {
    Ok(book.prepare_cached("SELECT EXISTS (SELECT 1 FROM alert WHERE merge_key = ?1)")?.query_row([merge_key], |row| row.get(0))?)
}
