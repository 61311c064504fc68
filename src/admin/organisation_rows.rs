//! Which account somebody of the organisation has: by the issuer and its subject, and never by a name or an address of mail, which are
//! given to others in time (OpenID Connect Core, 5.7).

use super::accounts::{self, Account, AccountId, NewAccount};
use super::book::BookFault;
use super::organisation_works::Guest;
use super::roles::Role;
use crate::credential::{PasswordHash, Token};
use crate::model::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

/// Who made an account that the first sign-in made.
pub(super) const BY: &str = "the organisation";

/// Longest name of a person that is kept, in characters.
const LONGEST: usize = 80;

/// Whose this is.
pub(super) fn account_of(book: &Connection, issuer: &str, subject: &str) -> Result<Option<Account>, BookFault> {
    let query = "SELECT account FROM organisation WHERE issuer = ?1 AND subject = ?2";
    let id: Option<i64> = book.prepare_cached(query)?.query_row([issuer, subject], |row| row.get(0)).optional()?;
    id.map_or(Ok(None), |id| accounts::numbered(book, AccountId(id)))
}

/// Who an account is there.
pub(super) fn subject_of(book: &Connection, issuer: &str, id: AccountId) -> Result<Option<String>, BookFault> {
    let query = "SELECT subject FROM organisation WHERE issuer = ?1 AND account = ?2";
    Ok(book.prepare_cached(query)?.query_row(params![issuer, id.0], |row| row.get(0)).optional()?)
}

/// Writes down who it is there; empty: nobody. `false`: another account is that.
pub(super) fn put(book: &Connection, issuer: &str, subject: &str, id: AccountId) -> Result<bool, BookFault> {
    book.execute("DELETE FROM organisation WHERE issuer = ?1 AND account = ?2", params![issuer, id.0])?;
    if subject.is_empty() {
        return Ok(true);
    }
    let put = "INSERT INTO organisation VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
    Ok(book.execute(put, params![issuer, subject, id.0])? == 1)
}

/// Whoever has no first steps behind them needs none: the organisation's service proves who they are, and no password opens the account.
pub(super) fn needs_no_steps(book: &Connection, id: AccountId) -> Result<(), BookFault> {
    accounts::put_password(book, id, &nobodys()?)?;
    accounts::enrol(book, id)
}

/// The hash of a secret that nobody has seen.
fn nobodys() -> Result<PasswordHash, BookFault> {
    Ok(PasswordHash::of(Token::fresh()?.text().as_bytes())?)
}

/// Makes the account of somebody who has none.
pub(super) fn make(book: &Connection, issuer: &str, (guest, role): (&Guest, Role), now: Timestamp) -> Result<Option<Account>, BookFault> {
    let shown: String = guest.shown.trim().chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    let hash = nobodys()?;
    for name in names(&guest.name, issuer, &guest.subject) {
        let shown = if shown.is_empty() { &name } else { &shown };
        let new = NewAccount { name: &name, shown, role, until: None, vetted_until: None, by: BY };
        let Some(id) = accounts::make(book, &new, &hash, None, now)? else { continue };
        accounts::enrol(book, id)?;
        put(book, issuer, &guest.subject, id)?;
        return accounts::numbered(book, id);
    }
    Ok(None)
}

/// Names that the account may get, the best first: what the service says, with a number behind it if somebody has that name, or one of letters
/// and digits that comes from who they are there.
fn names(said: &str, issuer: &str, subject: &str) -> Vec<String> {
    let good = |c: &char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '@');
    let mut base: String = said.to_lowercase().chars().filter(good).collect();
    while base.len() > 60 {
        base.pop();
    }
    let own = crate::credential::to_base32(&Token::digest_of(&format!("{issuer} {subject}"))[..10]).to_lowercase();
    let numbered = (2..=9).map(|number| format!("{base}-{number}"));
    let wished = std::iter::once(base.clone()).chain(numbered).filter(|_| base.len() >= 2);
    wished.chain([format!("org-{own}")]).collect()
}

/// Is there another who may give roles at every site and sign in?
pub(super) fn has_another_administrator(book: &Connection, id: AccountId, now: Timestamp) -> Result<bool, BookFault> {
    let others = accounts::all(book)?;
    Ok(others
        .iter()
        .any(|other| other.id != id && other.role.gives_roles() && other.reach.is_all() && other.enrolled && other.closed(now).is_none()))
}
