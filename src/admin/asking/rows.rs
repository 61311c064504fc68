//! What is kept of questions: each that was asked, with its purpose, for a day; and those that somebody saves under a name. Whatever is
//! not one's own looks as if it were not there.

use super::question::Question;
use crate::admin::accounts::AccountId;
use crate::admin::book::BookFault;
use crate::admin::roles::Role;
use crate::model::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

/// A question that was asked is kept for so long: as long as a session at most, and a night.
const KEPT: i64 = 24 * 3_600_000_000;
/// Most saved questions of an account.
pub(in crate::admin) const MOST_SAVED: i64 = 100;

/// A question that somebody asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Its number, good for whoever asked.
    pub id: i64,
    /// The question.
    pub question: Question,
    /// Why.
    pub purpose: String,
    /// When.
    pub made: Timestamp,
}

/// A question that is kept under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// Its number.
    pub id: i64,
    /// The account it is of.
    pub account: AccountId,
    /// Its name.
    pub name: String,
    /// The role that shares it.
    pub role: Option<Role>,
    /// The question.
    pub question: Question,
    /// Who saved it.
    pub made_by: String,
}

/// Puts a question down; its number. Old ones go.
pub(in crate::admin) fn ask(
    book: &Connection,
    account: AccountId,
    (question, purpose): (&Question, &str),
    now: Timestamp,
) -> Result<i64, BookFault> {
    book.execute("DELETE FROM asked WHERE made < ?1", [now.0 - KEPT])?;
    let text = serde_json::to_string(question).unwrap_or_default();
    book.execute("INSERT INTO asked (account, question, purpose, made) VALUES (?1, ?2, ?3, ?4)", params![account.0, text, purpose, now.0])?;
    Ok(book.last_insert_rowid())
}

/// What this account asked under this number.
pub(in crate::admin) fn asked(book: &Connection, account: AccountId, id: i64, now: Timestamp) -> Result<Option<Asked>, BookFault> {
    let sql = "SELECT id, question, purpose, made FROM asked WHERE id = ?1 AND account = ?2 AND made >= ?3";
    let read = |row: &Row<'_>| {
        Ok(Asked { id: row.get(0)?, question: question_of(&row.get::<_, String>(1)?), purpose: row.get(2)?, made: Timestamp(row.get(3)?) })
    };
    Ok(book.prepare_cached(sql)?.query_row(params![id, account.0, now.0 - KEPT], read).optional()?)
}

/// Saves one; `None`: there are too many.
pub(in crate::admin) fn save(book: &Connection, new: &Saved, now: Timestamp) -> Result<Option<i64>, BookFault> {
    let count: i64 =
        book.prepare_cached("SELECT count(*) FROM saved_question WHERE account = ?1")?.query_row([new.account.0], |row| row.get(0))?;
    if count >= MOST_SAVED {
        return Ok(None);
    }
    let text = serde_json::to_string(&new.question).unwrap_or_default();
    let role = new.role.map_or("", Role::word);
    let sql = "INSERT INTO saved_question (account, name, role, question, made, made_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    book.execute(sql, params![new.account.0, new.name, role, text, now.0, new.made_by])?;
    Ok(Some(book.last_insert_rowid()))
}

/// Those of this account, and those that its role shares, by name.
pub(in crate::admin) fn saved(book: &Connection, account: AccountId, role: Role) -> Result<Vec<Saved>, BookFault> {
    let sql = "SELECT id, account, name, role, question, made_by FROM saved_question WHERE account = ?1 OR role = ?2 ORDER BY name, id";
    let mut statement = book.prepare_cached(sql)?;
    let rows = statement.query_map(params![account.0, role.word()], |row| {
        Ok(Saved {
            id: row.get(0)?,
            account: AccountId(row.get(1)?),
            name: row.get(2)?,
            role: Role::of_word(&row.get::<_, String>(3)?),
            question: question_of(&row.get::<_, String>(4)?),
            made_by: row.get(5)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Drops one's own; `false`: there is none.
pub(in crate::admin) fn drop_saved(book: &Connection, account: AccountId, id: i64) -> Result<bool, BookFault> {
    Ok(book.execute("DELETE FROM saved_question WHERE id = ?1 AND account = ?2", [id, account.0])? > 0)
}

/// What an older program wrote and this one does not know is asked as if it were not there: never more than was asked.
pub(in crate::admin) fn question_of(text: &str) -> Question {
    serde_json::from_str(text).unwrap_or_else(|_| Question { reference: "unreadable".into(), ..Question::default() })
}
