//! What somebody is told who signs in: how often their name was tried in vain since the last time, from where, and whether whoever it was
//! knew the password (ASVS 5.0, 6.3.4). A row an account; the log has each of them.

use super::accounts::AccountId;
use super::book::BookFault;
use crate::model::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

/// Refused sign-ins with one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tries {
    pub(super) many: u64,
    /// At least one of them had the right password.
    pub(super) had_password: bool,
    pub(super) last: Timestamp,
    pub(super) address: String,
}

/// One more was refused. What was told at the last sign-in is over with the first one after it.
pub(super) fn note(book: &Connection, id: AccountId, (from, had_password): (&str, bool), now: Timestamp) -> Result<(), BookFault> {
    book.execute(
        "INSERT INTO tries VALUES (?1, 1, ?2, ?3, ?4, 0) ON CONFLICT(account) DO UPDATE SET
         many = CASE told WHEN 0 THEN many + 1 ELSE 1 END,
         had_password = CASE told WHEN 0 THEN max(had_password, ?2) ELSE ?2 END,
         last = ?3, address = ?4, told = 0",
        params![id.0, had_password, now.0, from],
    )?;
    Ok(())
}

/// Somebody signs in: what was refused before is told until they do so again.
pub(super) fn tell(book: &Connection, id: AccountId) -> Result<(), BookFault> {
    book.execute("DELETE FROM tries WHERE account = ?1 AND told = 1", [id.0])?;
    book.execute("UPDATE tries SET told = 1 WHERE account = ?1", [id.0])?;
    Ok(())
}

/// What is to be told to the owner of an account.
pub(super) fn of_account(book: &Connection, id: AccountId) -> Result<Option<Tries>, BookFault> {
    let row = |row: &rusqlite::Row<'_>| {
        let many = u64::try_from(row.get::<_, i64>(0)?).unwrap_or(0);
        Ok(Tries { many, had_password: row.get(1)?, last: Timestamp(row.get(2)?), address: row.get(3)? })
    };
    Ok(book.prepare_cached("SELECT many, had_password, last, address FROM tries WHERE account = ?1")?.query_row([id.0], row).optional()?)
}
