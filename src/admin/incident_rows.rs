//! Incidents in the console's book. Must never give one to an account that it is sealed from: then there is none.

use super::book::BookFault;
use super::incidents::{Incident, IncidentLine, NewIncident, Said, Scope};
use crate::model::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::collections::BTreeSet;

const COLUMNS: &str = "id, opened, opened_by, origin, person, device, client, people, first, last, count";

fn incident(row: &Row<'_>) -> rusqlite::Result<Incident> {
    let scope = Scope {
        person: row.get(4)?,
        device: row.get(5)?,
        client: row.get(6)?,
        group: row.get(7)?,
        first: Timestamp(row.get(8)?),
        last: Timestamp(row.get(9)?),
    };
    let count: i64 = row.get(10)?;
    Ok(Incident {
        id: row.get(0)?,
        opened: Timestamp(row.get(1)?),
        opened_by: row.get(2)?,
        origin: row.get(3)?,
        scope,
        count: count.unsigned_abs(),
        lines: Vec::new(),
    })
}

fn with_lines(book: &Connection, mut incident: Incident) -> Result<Incident, BookFault> {
    let mut query = book.prepare_cached("SELECT at, who, what, text, reference FROM incident_line WHERE incident = ?1 ORDER BY number")?;
    let line = |row: &Row<'_>| {
        let what: String = row.get(2)?;
        let line =
            |what| Ok(IncidentLine { at: Timestamp(row.get(0)?), who: row.get(1)?, what, text: row.get(3)?, reference: row.get(4)? });
        Said::of_word(&what).map(line).transpose()
    };
    incident.lines = query.query_map([incident.id], line)?.collect::<rusqlite::Result<Vec<_>>>()?.into_iter().flatten().collect();
    Ok(incident)
}

/// The incident of a number, unless it is sealed from this account: then there is none.
///
/// # Errors
/// [`BookFault`].
pub fn numbered(book: &Connection, id: i64, account: &str) -> Result<Option<Incident>, BookFault> {
    let found = book.prepare_cached(&format!("SELECT {COLUMNS} FROM incident WHERE id = ?1"))?.query_row([id], incident).optional()?;
    let found = found.map(|incident| with_lines(book, incident)).transpose()?;
    Ok(found.filter(|incident| !incident.is_sealed_from(account)))
}

/// Those before this number that whoever asks sees, the latest first, without those that are sealed from this account.
///
/// # Errors
/// [`BookFault`].
pub fn latest(
    book: &Connection,
    before: Option<i64>,
    most: usize,
    (account, sees): (&str, &dyn Fn(&Incident) -> bool),
) -> Result<Vec<Incident>, BookFault> {
    let mut query = book.prepare_cached(&format!("SELECT {COLUMNS} FROM incident WHERE id < ?1 ORDER BY id DESC"))?;
    let mut rows = query.query_map([before.unwrap_or(i64::MAX)], incident)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().filter(|_| found.len() < most) {
        let incident = row?;
        if !sees(&incident) {
            continue;
        }
        let incident = with_lines(book, incident)?;
        found.extend(Some(incident).filter(|incident| !incident.is_sealed_from(account)));
    }
    Ok(found)
}

/// Those after this number that nobody has closed, the oldest first.
///
/// # Errors
/// [`BookFault`].
pub fn not_closed(book: &Connection, after: i64, most: usize) -> Result<Vec<Incident>, BookFault> {
    let open = "NOT EXISTS (SELECT 1 FROM incident_line WHERE incident = incident.id AND what = 'closed')";
    let mut query = book.prepare_cached(&format!("SELECT {COLUMNS} FROM incident WHERE id > ?1 AND {open} ORDER BY id LIMIT ?2"))?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let found = query.query_map([after, most], incident)?.collect::<rusqlite::Result<Vec<_>>>()?;
    found.into_iter().map(|incident| with_lines(book, incident)).collect()
}

/// Those that were opened in this span, for figures: sealed ones are counted as well.
///
/// # Errors
/// [`BookFault`].
pub fn opened_between(book: &Connection, from: Timestamp, to: Timestamp) -> Result<Vec<Incident>, BookFault> {
    let mut query = book.prepare_cached(&format!("SELECT {COLUMNS} FROM incident WHERE opened >= ?1 AND opened < ?2 ORDER BY id"))?;
    let found = query.query_map([from.0, to.0], incident)?.collect::<rusqlite::Result<Vec<_>>>()?;
    found.into_iter().map(|incident| with_lines(book, incident)).collect()
}

/// Opens one; its number.
///
/// # Errors
/// [`BookFault`].
pub fn open(book: &Connection, new: &NewIncident<'_>, now: Timestamp) -> Result<i64, BookFault> {
    let Scope { person, device, client, group, first, last } = &new.scope;
    book.execute(
        "INSERT INTO incident (opened, opened_by, origin, merge_key, person, device, client, people, first, last, count)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0)",
        params![now.0, new.by, new.origin, new.merge_key, person, device, client, group, first.0, last.0],
    )?;
    let id = book.last_insert_rowid();
    for (what, text) in new.lines.iter().filter(|(_, text)| !text.is_empty()) {
        add(book, id, &IncidentLine { at: now, who: new.by.to_owned(), what: *what, text: text.clone(), reference: String::new() })?;
    }
    Ok(id)
}

/// The latest that this account has opened, if it was since then, about the same, and with the same words.
///
/// # Errors
/// [`BookFault`].
pub fn opened_alike(book: &Connection, new: &NewIncident<'_>, since: Timestamp) -> Result<Option<i64>, BookFault> {
    let sql = format!("SELECT {COLUMNS} FROM incident WHERE opened_by = ?1 AND opened >= ?2 ORDER BY id DESC LIMIT 1");
    let found = book.prepare_cached(&sql)?.query_row(params![new.by, since.0], incident).optional()?;
    let Some(found) = found.map(|incident| with_lines(book, incident)).transpose()? else { return Ok(None) };
    let about = |scope: &Scope| (scope.person.clone(), scope.device.clone(), scope.client.clone(), scope.group.clone());
    let told: Vec<(Said, &str)> = found.lines.iter().map(|line| (line.what, line.text.as_str())).collect();
    let words: Vec<(Said, &str)> =
        new.lines.iter().filter(|(_, text)| !text.is_empty()).map(|(what, text)| (*what, text.as_str())).collect();
    let alike = found.origin == new.origin && about(&found.scope) == about(&new.scope) && told.starts_with(&words);
    Ok(alike.then_some(found.id))
}

/// Adds a line.
///
/// # Errors
/// [`BookFault`].
pub fn add(book: &Connection, id: i64, line: &IncidentLine) -> Result<(), BookFault> {
    book.execute(
        "INSERT INTO incident_line (incident, at, who, what, text, reference) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![id, line.at.0, line.who, line.what.word(), line.text, line.reference],
    )?;
    Ok(())
}

/// The open incident to which something equal belongs, if it happened since then.
///
/// # Errors
/// [`BookFault`].
pub fn same(book: &Connection, merge_key: &str, since: Timestamp) -> Result<Option<i64>, BookFault> {
    let query = "SELECT id FROM incident WHERE merge_key = ?1 AND last >= ?2
                 AND NOT EXISTS (SELECT 1 FROM incident_line WHERE incident = incident.id AND what = 'closed') ORDER BY id DESC LIMIT 1";
    Ok(book.prepare_cached(query)?.query_row(params![merge_key, since.0], |row| row.get(0)).optional()?)
}

/// The incident into which this record of the log has been taken already. One of another time is of another log: numbers come again where a
/// log is put back or replaced.
///
/// # Errors
/// [`BookFault`].
pub fn of_hit(book: &Connection, sequence: u64, at: Timestamp) -> Result<Option<i64>, BookFault> {
    let sql = "SELECT incident FROM incident_hit WHERE sequence = ?1 AND at = ?2";
    Ok(book.prepare_cached(sql)?.query_row([sequence.cast_signed(), at.0], |row| row.get(0)).optional()?)
}

/// Takes a record of the log into an incident.
///
/// # Errors
/// [`BookFault`].
pub fn add_hit(book: &Connection, id: i64, sequence: u64, at: Timestamp) -> Result<(), BookFault> {
    book.execute("INSERT OR REPLACE INTO incident_hit VALUES (?1, ?2, ?3)", params![sequence.cast_signed(), id, at.0])?;
    book.execute("UPDATE incident SET count = count + 1, first = MIN(first, ?2), last = MAX(last, ?2) WHERE id = ?1", params![id, at.0])?;
    Ok(())
}

/// Numbers of the records that belong to it, the first ones.
///
/// # Errors
/// [`BookFault`].
pub fn hits(book: &Connection, id: i64, most: usize) -> Result<Vec<u64>, BookFault> {
    let mut query = book.prepare_cached("SELECT sequence FROM incident_hit WHERE incident = ?1 ORDER BY sequence LIMIT ?2")?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let found = query.query_map([id, most], |row| row.get::<_, i64>(0))?.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(found.into_iter().map(i64::cast_unsigned).collect())
}

/// Numbers of those that were closed before this: their time is over. A hold that stands keeps them.
///
/// # Errors
/// [`BookFault`].
pub fn over(book: &Connection, before: Timestamp) -> Result<Vec<i64>, BookFault> {
    let mut query =
        book.prepare_cached("SELECT DISTINCT incident FROM incident_line WHERE what = 'closed' AND at < ?1 ORDER BY incident")?;
    let ids = query.query_map([before.0], |row| row.get(0))?.collect::<rusqlite::Result<Vec<i64>>>()?;
    let mut over = Vec::new();
    for id in ids {
        let found = numbered(book, id, "")?;
        over.extend(found.filter(|incident| incident.holds().is_empty()).map(|incident| incident.id));
    }
    Ok(over)
}

/// Numbers of those that are sealed from this account.
///
/// # Errors
/// [`BookFault`].
pub fn sealed_from(book: &Connection, account: &str) -> Result<BTreeSet<i64>, BookFault> {
    let mut query = book.prepare_cached("SELECT DISTINCT incident FROM incident_line WHERE what = ?1 AND text = ?2")?;
    let ids = query.query_map([Said::Sealed.word(), account], |row| row.get(0))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

/// Numbers of the holds of those that are sealed from this account.
///
/// # Errors
/// [`BookFault`].
pub fn holds_sealed_from(book: &Connection, account: &str) -> Result<BTreeSet<i64>, BookFault> {
    let sql = "SELECT text FROM incident_line
               WHERE what = ?1 AND incident IN (SELECT incident FROM incident_line WHERE what = ?2 AND text = ?3)";
    let mut query = book.prepare_cached(sql)?;
    let texts = query.query_map([Said::Hold.word(), Said::Sealed.word(), account], |row| row.get::<_, String>(0))?;
    let texts = texts.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(texts.iter().filter_map(|text| text.trim_start_matches("H-").parse().ok()).collect())
}

/// Takes one out, with everything that was said of it and the alerts that belong to it.
///
/// # Errors
/// [`BookFault`].
pub fn forget(book: &Connection, id: i64) -> Result<(), BookFault> {
    book.execute("DELETE FROM alert WHERE incident = ?1", [id])?;
    book.execute("DELETE FROM incident WHERE id = ?1", [id])?;
    Ok(())
}
