//! Accounts of the console: who may sign in, as what, and until when.
//!
//! A new account has a secret for the first time only; its owner then makes a password and, where the role wants it, an authenticator.
//! Must never show a password, a secret or a key, and must never leave a site without an administrator who can sign in.

use super::book::{BookFault, fact, put_fact};
use super::reach::Reach;
use super::roles::Role;
use crate::credential::{OneTimeKey, PasswordHash, Token};
use crate::model::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

/// The fact that somebody has taken the first steps once: an administrator who begins again does not open the set-up.
const SET_UP: &str = "set-up";
/// For how long the secret of a new account is good.
pub const FIRST_FOR: i64 = 24 * 3600 * 1_000_000;
/// How many recovery codes there are at a time.
const RECOVERY_CODES: usize = 8;

/// Number of an account. It stays with it, and nobody gets it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountId(pub i64);

/// An account.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its number.
    pub id: AccountId,
    /// Its name, in its one spelling.
    pub name: String,
    /// The person's name, for people.
    pub shown: String,
    /// What it is.
    pub role: Role,
    /// Its password, or the secret of the first time.
    pub hash: PasswordHash,
    /// Until when that secret is good; `None` once there is a password.
    pub first_until: Option<Timestamp>,
    /// The step of the last code that was used.
    pub code_step: i64,
    /// Has it taken its first steps?
    pub enrolled: bool,
    /// When it ends.
    pub until: Option<Timestamp>,
    /// Until when its owner counts as vetted.
    pub vetted_until: Option<Timestamp>,
    /// May it sign in?
    pub active: bool,
    /// When it was made.
    pub made: Timestamp,
    /// Who made it.
    pub made_by: String,
    /// Which sites it reaches.
    pub reach: Reach,
}

/// A new account.
#[derive(Clone, Debug)]
pub struct NewAccount<'a> {
    /// Its name, in its one spelling.
    pub name: &'a str,
    /// The person's name.
    pub shown: &'a str,
    /// What it is.
    pub role: Role,
    /// When it ends.
    pub until: Option<Timestamp>,
    /// Until when its owner counts as vetted.
    pub vetted_until: Option<Timestamp>,
    /// Who makes it.
    pub by: &'a str,
}

const COLUMNS: &str = "id, name, shown, role, hash, first_until, code_step, enrolled, until, vetted_until, active, made, made_by, sites";

fn account(row: &Row<'_>) -> rusqlite::Result<Option<Account>> {
    let time = |at: Option<i64>| at.map(Timestamp);
    let (role, hash): (String, String) = (row.get(3)?, row.get(4)?);
    // What cannot be read is nobody's: it may not sign in.
    let (Some(role), Some(hash)) = (Role::of_word(&role), PasswordHash::read(&hash)) else { return Ok(None) };
    Ok(Some(Account {
        id: AccountId(row.get(0)?),
        name: row.get(1)?,
        shown: row.get(2)?,
        role,
        hash,
        first_until: time(row.get(5)?),
        code_step: row.get(6)?,
        enrolled: row.get(7)?,
        until: time(row.get(8)?),
        vetted_until: time(row.get(9)?),
        active: row.get(10)?,
        made: Timestamp(row.get(11)?),
        made_by: row.get(12)?,
        reach: Reach::read(row.get::<_, Option<String>>(13)?.as_deref()),
    }))
}

impl Account {
    /// Why it may not sign in now, for the record; `None`: it may.
    #[must_use]
    pub fn closed(&self, now: Timestamp) -> Option<&'static str> {
        let over = |end: Option<Timestamp>| end.is_some_and(|end| end <= now);
        match () {
            () if !self.active => Some("switched off"),
            () if over(self.until) => Some("its time is over"),
            () if self.role.needs_vetting() && self.enrolled && self.vetted_until.is_none_or(|end| end <= now) => {
                Some("the vetting has lapsed")
            }
            () if over(self.first_until) => Some("the secret of the first time has lapsed"),
            () => None,
        }
    }
}

/// The account of a name.
///
/// # Errors
/// [`BookFault`].
pub fn named(book: &Connection, name: &str) -> Result<Option<Account>, BookFault> {
    let query = format!("SELECT {COLUMNS} FROM account WHERE name = ?1");
    Ok(book.prepare_cached(&query)?.query_row([name], account).optional()?.flatten())
}

/// The account of a number.
///
/// # Errors
/// [`BookFault`].
pub fn numbered(book: &Connection, id: AccountId) -> Result<Option<Account>, BookFault> {
    let query = format!("SELECT {COLUMNS} FROM account WHERE id = ?1");
    Ok(book.prepare_cached(&query)?.query_row([id.0], account).optional()?.flatten())
}

/// All of them, by name.
///
/// # Errors
/// [`BookFault`].
pub fn all(book: &Connection) -> Result<Vec<Account>, BookFault> {
    let mut query = book.prepare_cached(&format!("SELECT {COLUMNS} FROM account ORDER BY name"))?;
    let found = query.query_map([], account)?.collect::<Result<Vec<_>, _>>()?;
    Ok(found.into_iter().flatten().collect())
}

/// Those that a reach holds: an account of other sites is none of theirs, and looks as one that does not exist.
///
/// # Errors
/// [`BookFault`].
pub fn inside(book: &Connection, reach: &Reach) -> Result<Vec<Account>, BookFault> {
    Ok(all(book)?.into_iter().filter(|account| reach.holds(&account.reach)).collect())
}

/// Says which sites it reaches.
///
/// # Errors
/// [`BookFault`].
pub fn put_reach(book: &Connection, id: AccountId, reach: &Reach) -> Result<(), BookFault> {
    book.execute("UPDATE account SET sites = ?2 WHERE id = ?1", params![id.0, reach.kept()])?;
    Ok(())
}

/// Is there somebody who gives roles at every site, has taken the first steps, and may sign in?
///
/// # Errors
/// [`BookFault`].
pub fn has_administrator(book: &Connection, now: Timestamp) -> Result<bool, BookFault> {
    Ok(all(book)?
        .iter()
        .any(|account| account.role.gives_roles() && account.reach.is_all() && account.enrolled && account.closed(now).is_none()))
}

/// Was there ever an administrator who took the first steps? Then nobody is made by the set-up again.
///
/// # Errors
/// [`BookFault`].
pub fn is_set_up(book: &Connection) -> Result<bool, BookFault> {
    if fact(book, SET_UP)?.is_some() {
        return Ok(true);
    }
    let mut query = book.prepare_cached("SELECT DISTINCT role FROM account WHERE enrolled")?;
    let roles = query.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    Ok(roles.iter().filter_map(|role| Role::of_word(role)).any(Role::gives_roles))
}

/// Takes out those who never took their first steps: the set-up begins again.
///
/// # Errors
/// [`BookFault`].
pub fn forget_unfinished(book: &Connection) -> Result<(), BookFault> {
    book.execute("DELETE FROM account WHERE enrolled = 0", [])?;
    Ok(())
}

/// Makes an account with this password or first secret; `None`: there is one of this name.
///
/// # Errors
/// [`BookFault`].
pub fn make(
    book: &Connection,
    new: &NewAccount<'_>,
    hash: &PasswordHash,
    first_until: Option<Timestamp>,
    now: Timestamp,
) -> Result<Option<AccountId>, BookFault> {
    let made = book.execute(
        "INSERT INTO account (name, shown, role, hash, first_until, until, vetted_until, made, made_by)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT(name) DO NOTHING",
        params![
            new.name,
            new.shown,
            new.role.word(),
            hash.to_string(),
            first_until.map(|at| at.0),
            new.until.map(|at| at.0),
            new.vetted_until.map(|at| at.0),
            now.0,
            new.by
        ],
    )?;
    Ok((made == 1).then(|| AccountId(book.last_insert_rowid())))
}

/// Gives a password of one's own; the secret of the first time is over.
///
/// # Errors
/// [`BookFault`].
pub fn put_password(book: &Connection, id: AccountId, hash: &PasswordHash) -> Result<(), BookFault> {
    book.execute("UPDATE account SET hash = ?2, first_until = NULL WHERE id = ?1", params![id.0, hash.to_string()])?;
    Ok(())
}

/// Gives a new secret for the first time: password, authenticator and recovery codes are void.
///
/// # Errors
/// [`BookFault`].
pub fn begin_again(book: &Connection, id: AccountId, hash: &PasswordHash, until: Timestamp) -> Result<(), BookFault> {
    book.execute(
        "UPDATE account SET hash = ?2, first_until = ?3, code_key = NULL, code_step = 0, enrolled = 0 WHERE id = ?1",
        params![id.0, hash.to_string(), until.0],
    )?;
    book.execute("DELETE FROM recovery WHERE account = ?1", [id.0])?;
    Ok(())
}

/// It may sign in again, though it was switched off or its time was over. The set-up stays closed, whatever becomes of the account.
///
/// # Errors
/// [`BookFault`].
pub fn open_again(book: &Connection, id: AccountId, now: Timestamp) -> Result<(), BookFault> {
    put_fact(book, SET_UP, "done")?;
    let sql = "UPDATE account SET active = 1, until = CASE WHEN until <= ?2 THEN NULL ELSE until END WHERE id = ?1";
    book.execute(sql, params![id.0, now.0])?;
    Ok(())
}

/// The key of its authenticator.
///
/// # Errors
/// [`BookFault`].
pub fn code_key(book: &Connection, id: AccountId) -> Result<Option<OneTimeKey>, BookFault> {
    let bytes: Option<Option<Vec<u8>>> =
        book.prepare_cached("SELECT code_key FROM account WHERE id = ?1")?.query_row([id.0], |row| row.get(0)).optional()?;
    Ok(bytes.flatten().map(OneTimeKey::kept))
}

/// Gives it the key of an authenticator, or takes it away.
///
/// # Errors
/// [`BookFault`].
pub fn put_code_key(book: &Connection, id: AccountId, key: Option<&OneTimeKey>) -> Result<(), BookFault> {
    book.execute("UPDATE account SET code_key = ?2, code_step = 0 WHERE id = ?1", params![id.0, key.map(OneTimeKey::bytes)])?;
    Ok(())
}

/// Uses the code of a step: `false` if that step, or a later one, was used already, even at this moment by another.
///
/// # Errors
/// [`BookFault`].
pub fn use_step(book: &Connection, id: AccountId, step: i64) -> Result<bool, BookFault> {
    Ok(book.execute("UPDATE account SET code_step = ?2 WHERE id = ?1 AND code_step < ?2", params![id.0, step])? == 1)
}

/// Its first steps are done.
///
/// # Errors
/// [`BookFault`].
pub fn enrol(book: &Connection, id: AccountId) -> Result<(), BookFault> {
    book.execute("UPDATE account SET enrolled = 1 WHERE id = ?1", [id.0])?;
    Ok(())
}

/// What an administrator may change of an account.
#[derive(Clone, Copy, Debug)]
pub struct Change {
    /// What it is.
    pub role: Role,
    /// When it ends.
    pub until: Option<Timestamp>,
    /// Until when its owner counts as vetted.
    pub vetted_until: Option<Timestamp>,
    /// May it sign in?
    pub active: bool,
}

/// Changes it.
///
/// # Errors
/// [`BookFault`].
pub fn change(book: &Connection, id: AccountId, change: Change) -> Result<(), BookFault> {
    let time = |at: Option<Timestamp>| at.map(|at| at.0);
    book.execute(
        "UPDATE account SET role = ?2, until = ?3, vetted_until = ?4, active = ?5 WHERE id = ?1",
        params![id.0, change.role.word(), time(change.until), time(change.vetted_until), change.active],
    )?;
    Ok(())
}

/// Makes new recovery codes; those before are void. They are shown once, by whoever asked for them.
///
/// # Errors
/// [`BookFault`].
pub fn new_recovery(book: &Connection, id: AccountId) -> Result<Vec<Token>, BookFault> {
    book.execute("DELETE FROM recovery WHERE account = ?1", [id.0])?;
    let mut made = Vec::with_capacity(RECOVERY_CODES);
    for _ in 0..RECOVERY_CODES {
        let token = Token::fresh()?;
        book.execute("INSERT INTO recovery VALUES (?1, ?2)", params![token.digest(), id.0])?;
        made.push(token);
    }
    Ok(made)
}

/// Uses a recovery code: each is good once.
///
/// # Errors
/// [`BookFault`].
pub fn use_recovery(book: &Connection, id: AccountId, typed: &str) -> Result<bool, BookFault> {
    let digest = Token::digest_of(typed);
    Ok(book.execute("DELETE FROM recovery WHERE digest = ?1 AND account = ?2", params![digest, id.0])? == 1)
}

/// How many recovery codes are left.
///
/// # Errors
/// [`BookFault`].
pub fn recovery_left(book: &Connection, id: AccountId) -> Result<usize, BookFault> {
    let left: i64 = book.prepare_cached("SELECT COUNT(*) FROM recovery WHERE account = ?1")?.query_row([id.0], |row| row.get(0))?;
    Ok(usize::try_from(left).unwrap_or(0))
}
