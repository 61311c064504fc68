//! Tokens with which programs ask for somebody: 160 random bits that are shown once, their SHA-256 here.
//!
//! Each has some of the actions of its owner's role, and ends by itself. Must never do what its owner may not do at this moment.

use super::accounts::{Account, AccountId, numbered};
use super::book::BookFault;
use super::roles::Action;
use crate::credential::{Digest, Token};
use crate::model::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

/// What every token begins with, so that scanners for secrets find one that was left lying about.
pub(super) const PREFIX: &str = "lgd_";
/// Most days that one is good for.
pub(super) const MOST_DAYS: i64 = 90;
/// Most of one account.
pub(super) const MOST: usize = 20;
/// How often it is written down that one was used.
const NOTED_EVERY: i64 = 30 * 1_000_000;

/// A token, without its secret.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) id: i64,
    pub(super) account: AccountId,
    pub(super) name: String,
    pub(super) digest: Digest,
    pub(super) scope: Vec<Action>,
    pub(super) made: Timestamp,
    pub(super) until: Timestamp,
    /// When it was last used, to half a minute.
    pub(super) used: Option<Timestamp>,
}

const COLUMNS: &str = "id, account, name, digest, scope, made, until, used";

fn kept(row: &Row<'_>) -> rusqlite::Result<Kept> {
    let scope: String = row.get(4)?;
    // A word that this program does not know is an action that it does not do.
    let scope = Action::ALL.into_iter().filter(|action| scope.split(' ').any(|word| word == action.word())).collect();
    Ok(Kept {
        id: row.get(0)?,
        account: AccountId(row.get(1)?),
        name: row.get(2)?,
        digest: row.get(3)?,
        scope,
        made: Timestamp(row.get(5)?),
        until: Timestamp(row.get(6)?),
        used: row.get::<_, Option<i64>>(7)?.map(Timestamp),
    })
}

/// Makes one; what a program brings. `None`: there is one of this name.
pub(super) fn make(
    book: &Connection,
    account: AccountId,
    (name, scope): (&str, &[Action]),
    until: Timestamp,
    now: Timestamp,
) -> Result<Option<String>, BookFault> {
    let token = Token::fresh()?;
    let scope: Vec<&str> = scope.iter().map(|action| action.word()).collect();
    let made = book.execute(
        "INSERT INTO token (account, name, digest, scope, made, until) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
        params![account.0, name, token.digest(), scope.join(" "), now.0, until.0],
    )?;
    Ok((made == 1).then(|| format!("{PREFIX}{}", token.text().to_ascii_lowercase())))
}

/// The token that a program brought, and whose it is; whether it may be used is for the caller to see.
pub(super) fn brought(book: &Connection, text: &str, now: Timestamp) -> Result<Option<(Kept, Account)>, BookFault> {
    let Some(secret) = text.strip_prefix(PREFIX) else { return Ok(None) };
    let query = format!("SELECT {COLUMNS} FROM token WHERE digest = ?1");
    let Some(found) = book.prepare_cached(&query)?.query_row([Token::digest_of(secret)], kept).optional()? else { return Ok(None) };
    let Some(account) = numbered(book, found.account)? else { return Ok(None) };
    if found.used.is_none_or(|used| now.0 - used.0 >= NOTED_EVERY) {
        book.execute("UPDATE token SET used = ?2 WHERE id = ?1", params![found.id, now.0])?;
    }
    Ok(Some((found, account)))
}

/// Those of an account, by name.
pub(super) fn of_account(book: &Connection, account: AccountId) -> Result<Vec<Kept>, BookFault> {
    let mut query = book.prepare_cached(&format!("SELECT {COLUMNS} FROM token WHERE account = ?1 ORDER BY name"))?;
    let found = query.query_map([account.0], kept)?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Ends one of an account.
pub(super) fn end(book: &Connection, account: AccountId, id: i64) -> Result<(), BookFault> {
    book.execute("DELETE FROM token WHERE id = ?1 AND account = ?2", params![id, account.0])?;
    Ok(())
}

/// Ends all of an account.
pub(super) fn end_all(book: &Connection, account: AccountId) -> Result<(), BookFault> {
    book.execute("DELETE FROM token WHERE account = ?1", [account.0])?;
    Ok(())
}

impl Kept {
    /// Why it may not be used now, for the record; `None`: it may.
    pub(super) fn closed(&self, owner: &Account, now: Timestamp) -> Option<&'static str> {
        match () {
            () if self.until <= now => Some("its time is over"),
            () if !owner.enrolled => Some("its owner has first steps to take"),
            () => owner.closed(now),
        }
    }
}
