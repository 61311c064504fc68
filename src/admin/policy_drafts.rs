//! Drafts of policy in the console's own file: who proposed what and why, what it would have meant, who approved it, and every text of the
//! settings that stood before or after one went live.

use super::accounts::AccountId;
use super::book::BookFault;
use super::edit_works::{Edit, EditLine};
use super::policy_file::PolicyFile;
use super::policy_works::{Effect, Proposed, digest_of};
use crate::model::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

/// Most that a list shows.
const MOST: i64 = 100;

/// What a draft is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum What {
    /// Another action of a category in a group: their titles, and words of actions.
    Change { group: String, category: String, title: String, was: String, wish: String },
    /// Another value of an option, as they are written.
    Setting { path: String, was: String, wish: String },
    /// Several changes together: what they are, and each in words.
    Edits { edits: Vec<Edit>, lines: Vec<EditLine> },
    /// A former text of the settings.
    Back { version: i64 },
}

/// How far a draft has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Proposed,
    Approved,
    Refused,
    Withdrawn,
    Published,
}

impl State {
    const ALL: [Self; 5] = [Self::Proposed, Self::Approved, Self::Refused, Self::Withdrawn, Self::Published];

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
            Self::Published => "published",
        }
    }

    /// May it still go live?
    pub(super) const fn is_open(self) -> bool {
        matches!(self, Self::Proposed | Self::Approved)
    }
}

/// A draft.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) id: i64,
    /// The file that it changes.
    pub(super) file: PolicyFile,
    pub(super) what: What,
    pub(super) made: Timestamp,
    pub(super) by: AccountId,
    pub(super) by_name: String,
    pub(super) because: String,
    pub(super) proposed: Proposed,
    pub(super) state: State,
    /// When somebody approved, refused or withdrew it, who, and why.
    pub(super) decided: Option<(Timestamp, String, String)>,
    /// When it went live, and by whom.
    pub(super) published: Option<(Timestamp, String)>,
}

/// Who does something, and when.
#[derive(Clone, Copy, Debug)]
pub(super) struct Doer<'a> {
    pub(super) account: AccountId,
    pub(super) name: &'a str,
    pub(super) at: Timestamp,
}

/// A text that stood in a file of policy.
#[derive(Clone, Debug)]
pub(super) struct Version {
    pub(super) id: i64,
    /// The file.
    pub(super) file: PolicyFile,
    pub(super) at: Timestamp,
    pub(super) digest: String,
    pub(super) text: String,
    /// Empty: it was found in the file.
    pub(super) by_name: String,
    pub(super) approved_by: String,
    pub(super) because: String,
    pub(super) draft: Option<i64>,
}

/// Puts a draft down; its number.
pub(super) fn add(
    book: &Connection,
    (file, what): (&PolicyFile, &What),
    because: &str,
    proposed: &Proposed,
    by: Doer<'_>,
) -> Result<i64, BookFault> {
    let json = |value: Result<String, serde_json::Error>| value.unwrap_or_default();
    book.execute(
        "INSERT INTO policy_draft (what, made, by_account, by_name, because, base, former, text, effect, state, site) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'proposed', ?10)",
        params![
            json(serde_json::to_string(what)),
            by.at.0,
            by.account.0,
            by.name,
            because,
            proposed.base,
            proposed.former,
            proposed.text,
            json(serde_json::to_string(&proposed.effect)),
            file.kept()
        ],
    )?;
    Ok(book.last_insert_rowid())
}

const COLUMNS: &str = "id, what, made, by_account, by_name, because, base, former, text, effect, state, decided, decided_by, \
                       decided_because, published, published_by, site";

fn draft(row: &Row<'_>) -> rusqlite::Result<Draft> {
    let broken = |column| {
        move |error: serde_json::Error| rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, error.into())
    };
    let state: String = row.get(10)?;
    let at = |column| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(column)?.map(Timestamp));
    let (decided_by, decided_because, published_by) = (row.get(12)?, row.get(13)?, row.get(15)?);
    let effect: Effect = serde_json::from_str(&row.get::<_, String>(9)?).map_err(broken(9))?;
    Ok(Draft {
        id: row.get(0)?,
        file: PolicyFile::read(&row.get::<_, String>(16)?),
        what: serde_json::from_str(&row.get::<_, String>(1)?).map_err(broken(1))?,
        made: Timestamp(row.get(2)?),
        by: AccountId(row.get(3)?),
        by_name: row.get(4)?,
        because: row.get(5)?,
        proposed: Proposed { base: row.get(6)?, former: row.get(7)?, text: row.get(8)?, effect },
        state: State::ALL.into_iter().find(|known| known.word() == state).unwrap_or(State::Withdrawn),
        decided: at(11)?.map(|at| (at, decided_by, decided_because)),
        published: at(14)?.map(|at| (at, published_by)),
    })
}

/// A draft by its number.
pub(super) fn numbered(book: &Connection, id: i64) -> Result<Option<Draft>, BookFault> {
    let one = format!("SELECT {COLUMNS} FROM policy_draft WHERE id = ?1");
    Ok(book.prepare_cached(&one)?.query_row([id], draft).optional()?)
}

/// SQL: is it of the file of one of these sites (names as JSON; nothing: of any file)?
const OF_SITES: &str = "(?1 IS NULL OR site IN (SELECT value FROM json_each(?1)))";

/// Drafts of the files of these sites (names as JSON; nothing: of every file), the latest first; those that may still go live, or all.
pub(super) fn all(book: &Connection, only_open: bool, sites: Option<&str>) -> Result<Vec<Draft>, BookFault> {
    let which = if only_open { "state IN ('proposed', 'approved') AND" } else { "" };
    let mut asked =
        book.prepare_cached(&format!("SELECT {COLUMNS} FROM policy_draft WHERE {which} {OF_SITES} ORDER BY id DESC LIMIT {MOST}"))?;
    let rows = asked.query_map([sites], draft)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Approves, refuses or withdraws a draft that is open. `false`: it is not any more.
pub(super) fn decide(book: &Connection, id: i64, state: State, because: &str, by: Doer<'_>) -> Result<bool, BookFault> {
    let changed = book.execute(
        "UPDATE policy_draft SET state = ?2, decided = ?3, decided_by = ?4, decided_because = ?5 \
         WHERE id = ?1 AND state IN ('proposed', 'approved')",
        params![id, state.word(), by.at.0, by.name, because],
    )?;
    Ok(changed == 1)
}

/// Puts down the text that stands before a draft goes live, unless the last version is that text.
pub(super) fn keep_former(book: &Connection, draft: &Draft, at: Timestamp) -> Result<(), BookFault> {
    let latest = "SELECT digest FROM policy_version WHERE site = ?1 ORDER BY id DESC LIMIT 1";
    let last = book.prepare_cached(latest)?.query_row([draft.file.kept()], |row| row.get::<_, String>(0)).optional()?;
    if last.as_ref() != Some(&draft.proposed.base) {
        let found =
            "INSERT INTO policy_version (at, digest, text, by_name, approved_by, because, site) VALUES (?1, ?2, ?3, '', '', '', ?4)";
        book.execute(found, params![at.0, draft.proposed.base, draft.proposed.former, draft.file.kept()])?;
    }
    Ok(())
}

/// A draft is live: its text is a version.
pub(super) fn published(book: &Connection, draft: &Draft, by: Doer<'_>) -> Result<(), BookFault> {
    book.execute(
        "UPDATE policy_draft SET state = 'published', published = ?2, published_by = ?3 WHERE id = ?1",
        params![draft.id, by.at.0, by.name],
    )?;
    let approved_by = draft.decided.as_ref().filter(|_| draft.state == State::Approved).map_or("", |(_, who, _)| who);
    book.execute(
        "INSERT INTO policy_version (at, digest, text, by_name, approved_by, because, draft, site) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            by.at.0,
            digest_of(&draft.proposed.text),
            draft.proposed.text,
            draft.by_name,
            approved_by,
            draft.because,
            draft.id,
            draft.file.kept()
        ],
    )?;
    Ok(())
}

const OF_VERSION: &str = "id, at, digest, text, by_name, approved_by, because, draft, site";

fn version(row: &Row<'_>) -> rusqlite::Result<Version> {
    Ok(Version {
        id: row.get(0)?,
        file: PolicyFile::read(&row.get::<_, String>(8)?),
        at: Timestamp(row.get(1)?),
        digest: row.get(2)?,
        text: row.get(3)?,
        by_name: row.get(4)?,
        approved_by: row.get(5)?,
        because: row.get(6)?,
        draft: row.get(7)?,
    })
}

/// Versions of the files of these sites (names as JSON; nothing: of every file), the latest first.
pub(super) fn versions(book: &Connection, sites: Option<&str>) -> Result<Vec<Version>, BookFault> {
    let mut asked =
        book.prepare_cached(&format!("SELECT {OF_VERSION} FROM policy_version WHERE {OF_SITES} ORDER BY id DESC LIMIT {MOST}"))?;
    let rows = asked.query_map([sites], version)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A version by its number.
pub(super) fn version_numbered(book: &Connection, id: i64) -> Result<Option<Version>, BookFault> {
    let one = format!("SELECT {OF_VERSION} FROM policy_version WHERE id = ?1");
    Ok(book.prepare_cached(&one)?.query_row([id], version).optional()?)
}
