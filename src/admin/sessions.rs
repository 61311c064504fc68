//! Sessions of the console: 160 random bits in a cookie, their SHA-256 here (security A4; ASVS 5.0, 7.2 to 7.4).
//!
//! Each ends after a quarter of an hour in which nothing was asked, and after eight hours whatever was; all of an account end when its
//! password, its role or its right to sign in changes. A sign-in always makes a new one: none that came with a request is ever taken over.

use super::accounts::{Account, AccountId, numbered};
use super::book::BookFault;
use crate::credential::{Digest, Token};
use crate::model::Timestamp;
use aws_lc_rs::hmac;
use rusqlite::{Connection, OptionalExtension, params};

const SECOND: i64 = 1_000_000;
/// Without a request it ends after this time.
pub const IDLE: i64 = 15 * 60 * SECOND;
/// It ends after this time.
pub const WHOLE: i64 = 8 * 3600 * SECOND;
/// How often it is written down that it was used: a page need not cost a write.
const NOTED_EVERY: i64 = 30 * SECOND;
/// Longest name of a browser that is kept.
const LONGEST_AGENT: usize = 200;

/// A session that stands.
#[derive(Clone, Debug)]
pub struct Session {
    /// What is kept of its secret.
    pub digest: Digest,
    /// Whose it is.
    pub account: Account,
    /// It may only take the first steps.
    pub enrolling: bool,
    /// The token that every form of it carries.
    pub form_token: String,
}

/// A session in a list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// What is kept of its secret.
    pub digest: Digest,
    /// When it began.
    pub started: Timestamp,
    /// When it was last used, to half a minute.
    pub seen: Timestamp,
    /// From where.
    pub address: String,
    /// With which browser, as that says.
    pub agent: String,
}

impl Listed {
    /// What a form names it by. Nobody makes a session of it, nor its digest.
    #[must_use]
    pub fn mark(&self) -> String {
        let text = format!("a form that ends {}", crate::credential::to_base32(&self.digest));
        crate::credential::to_base32(&Token::digest_of(&text)[..10])
    }
}

/// Begins one: the secret goes into a cookie and nowhere else.
///
/// # Errors
/// [`BookFault`].
pub fn begin(book: &Connection, id: AccountId, enrolling: bool, from: (&str, &str), now: Timestamp) -> Result<Token, BookFault> {
    // Old ones go here, so that nothing has to run by itself.
    book.execute("DELETE FROM session WHERE started <= ?1 OR seen <= ?2", params![now.0 - WHOLE, now.0 - IDLE])?;
    let token = Token::fresh()?;
    let agent: String = from.1.chars().take(LONGEST_AGENT).collect();
    book.execute(
        "INSERT INTO session VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6)",
        params![token.digest(), id.0, enrolling, now.0, from.0, agent],
    )?;
    Ok(token)
}

/// The session of a cookie, if it stands and its account may still sign in.
///
/// # Errors
/// [`BookFault`].
pub fn of_cookie(book: &Connection, cookie: &str, now: Timestamp) -> Result<Option<Session>, BookFault> {
    let digest = Token::digest_of(cookie);
    let query = "SELECT account, enrolling, started, seen FROM session WHERE digest = ?1";
    let row = |row: &rusqlite::Row<'_>| Ok((AccountId(row.get(0)?), row.get(1)?, Timestamp(row.get(2)?), row.get::<_, i64>(3)?));
    let Some((id, enrolling, started, seen)) = book.prepare_cached(query)?.query_row([digest], row).optional()? else { return Ok(None) };
    let stands = now.0 < started.0 + WHOLE && now.0 < seen + IDLE;
    let account = numbered(book, id)?.filter(|account| stands && account.closed(now).is_none());
    let Some(account) = account else {
        end(book, &digest)?;
        return Ok(None);
    };
    if now.0 - seen >= NOTED_EVERY {
        book.execute("UPDATE session SET seen = ?2 WHERE digest = ?1", params![digest, now.0])?;
    }
    Ok(Some(Session { digest, account, enrolling, form_token: form_token(cookie) }))
}

/// The token of a session's forms comes from its secret: whoever has not the one cannot make the other.
fn form_token(cookie: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, cookie.as_bytes());
    let tag = hmac::sign(&key, b"lifeguard console: a form of this session");
    crate::credential::to_base32(&tag.as_ref()[..20])
}

/// Ends one.
///
/// # Errors
/// [`BookFault`].
pub fn end(book: &Connection, digest: &Digest) -> Result<(), BookFault> {
    book.execute("DELETE FROM session WHERE digest = ?1", [digest])?;
    Ok(())
}

/// Ends all of an account, but for one that is kept.
///
/// # Errors
/// [`BookFault`].
pub fn end_all(book: &Connection, id: AccountId, but: Option<&Digest>) -> Result<usize, BookFault> {
    let kept: &[u8] = but.map_or(&[], |digest| &digest[..]);
    Ok(book.execute("DELETE FROM session WHERE account = ?1 AND digest <> ?2", params![id.0, kept])?)
}

/// Those of an account, the latest first.
///
/// # Errors
/// [`BookFault`].
pub fn of_account(book: &Connection, id: AccountId, now: Timestamp) -> Result<Vec<Listed>, BookFault> {
    let mut query = book.prepare_cached(
        "SELECT digest, started, seen, address, agent FROM session WHERE account = ?1 AND started > ?2 AND seen > ?3 ORDER BY started DESC",
    )?;
    let listed = |row: &rusqlite::Row<'_>| {
        Ok(Listed {
            digest: row.get(0)?,
            started: Timestamp(row.get(1)?),
            seen: Timestamp(row.get(2)?),
            address: row.get(3)?,
            agent: row.get(4)?,
        })
    };
    let found = query.query_map(params![id.0, now.0 - WHOLE, now.0 - IDLE], listed)?;
    Ok(found.collect::<Result<_, _>>()?)
}
