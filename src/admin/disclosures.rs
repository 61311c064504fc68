//! Cases of disclosure: who asks on what ground, whom we called back, what may be given, who released it, what was handed over (standards
//! H6 to H21, Z1 to Z10).
//!
//! A case goes one way: opened, scope set after a call-back that confirmed it, release asked of a second person, released, handed over,
//! closed; or refused, with a reason, and closed. Must never show that a case exists to anybody but the disclosure officers and the one
//! who was asked to release it, and must never let one person do both.

use super::accounts::Account;
use super::book::BookFault;
use super::disclosure_works::CaseScope;
use super::laws::Law;
use super::roles::Role;
use crate::model::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// Number of a case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CaseId(pub i64);

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "D-{}", self.0)
    }
}

/// Who did something, when, and their words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    /// The account.
    pub by: String,
    /// Microseconds since 1970.
    pub at: i64,
    /// What they say.
    pub words: String,
}

/// A call to a number that we found ourselves (H9).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallBack {
    /// Who called.
    pub by: String,
    /// When, microseconds since 1970.
    pub at: i64,
    /// Which number.
    pub number: String,
    /// Where the number was found.
    pub found: String,
    /// Which office answered, and who.
    pub spoke: String,
    /// Did they confirm that the notice is theirs?
    pub confirmed: bool,
}

/// What may leave, who set it, and what it found then.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetScope {
    /// What.
    pub scope: CaseScope,
    /// Who, when.
    pub set: Signed,
    /// The one question to the log.
    pub query: String,
    /// How many requests it found.
    pub found: u64,
    /// Places of the log that could not be read.
    pub damage: Vec<String>,
    /// The hold on its span.
    pub hold: String,
}

/// What was handed over.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandedOver {
    /// Who, when; the words say to whom and how.
    pub given: Signed,
    /// SHA-256 of the file.
    pub sha256: String,
    /// Requests in it.
    pub rows: u64,
    /// Bytes of it.
    pub bytes: u64,
}

/// A case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Its number.
    #[serde(skip)]
    pub id: CaseId,
    /// The ground, by its word.
    pub law: String,
    /// What the notice says, by field.
    pub notice: BTreeMap<String, String>,
    /// Until when it is to be answered, microseconds since 1970.
    pub due: Option<i64>,
    /// Who opened it.
    pub opened: Signed,
    /// Calls, in order.
    pub calls: Vec<CallBack>,
    /// What may leave.
    pub scope: Option<SetScope>,
    /// Why its release was asked for without the notice among its papers; empty: it is there.
    #[serde(default)]
    pub no_notice: String,
    /// Of whom the release is asked.
    pub asked_of: String,
    /// Who asked.
    pub asked: Option<Signed>,
    /// Who released it.
    pub released: Option<Signed>,
    /// Who refused it, and why.
    pub refused: Option<Signed>,
    /// What was handed over.
    pub handed: Option<HandedOver>,
    /// Who closed it, and what came of it.
    pub closed: Option<Signed>,
}

/// How far a case has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It is being worked on.
    Open,
    /// A second person is asked to release it.
    Asked,
    /// It may be handed over.
    Released,
    /// It was.
    HandedOver,
    /// It was refused.
    Refused,
    /// It is over.
    Closed,
}

impl Case {
    /// How far it has come.
    #[must_use]
    pub fn stage(&self) -> Stage {
        match self {
            Self { closed: Some(_), .. } => Stage::Closed,
            Self { refused: Some(_), .. } => Stage::Refused,
            Self { handed: Some(_), .. } => Stage::HandedOver,
            Self { released: Some(_), .. } => Stage::Released,
            Self { asked: Some(_), .. } => Stage::Asked,
            Self { .. } => Stage::Open,
        }
    }

    /// Its ground. What cannot be read gives no right to anything.
    #[must_use]
    pub fn law(&self) -> Option<&'static Law> {
        Law::of_word(&self.law)
    }

    /// A field of the notice.
    #[must_use]
    pub fn told(&self, field: &str) -> &str {
        self.notice.get(field).map_or("", String::as_str)
    }

    /// Did the last call confirm the notice?
    #[must_use]
    pub fn is_confirmed(&self) -> bool {
        self.calls.last().is_some_and(|call| call.confirmed)
    }

    /// May a scope be set? Not before the notice was confirmed, and not where nothing may be given.
    #[must_use]
    pub fn may_be_answered(&self) -> bool {
        self.is_confirmed() && self.law().is_some_and(|law| !law.refuse_only)
    }

    /// Is it to be answered, and too late?
    #[must_use]
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        matches!(self.stage(), Stage::Open | Stage::Asked | Stage::Released) && self.due.is_some_and(|due| due < now.0)
    }

    /// Can it not wait for a written notice?
    #[must_use]
    pub fn is_urgent(&self) -> bool {
        self.law().is_some_and(|law| law.urgent)
    }

    /// Does the written notice still have to come, which an urgent case did without?
    #[must_use]
    pub fn lacks_notice(&self) -> bool {
        self.is_urgent() && self.handed.is_some() && self.told("reference").is_empty()
    }

    /// Has this person done anything in it? Then somebody else has to release it.
    #[must_use]
    pub fn is_worked_by(&self, name: &str) -> bool {
        let signed = [Some(&self.opened), self.scope.as_ref().map(|scope| &scope.set), self.asked.as_ref()];
        signed.into_iter().flatten().any(|signed| signed.by == name) || self.calls.iter().any(|call| call.by == name)
    }

    /// May this account know that the case exists?
    #[must_use]
    pub fn is_seen_by(&self, account: &Account) -> bool {
        match account.role {
            Role::DisclosureOfficer => true,
            Role::SafeguardingLead => !self.asked_of.is_empty() && self.asked_of == account.name,
            Role::SiteAdmin | Role::ConsortiumAdmin | Role::It | Role::Auditor | Role::Governor => false,
        }
    }

    /// May this account say yes or no to the release now?
    #[must_use]
    pub fn may_release(&self, account: &Account) -> bool {
        self.stage() == Stage::Asked && self.asked_of == account.name && !self.is_worked_by(&account.name) && self.is_seen_by(account)
    }
}

fn case(id: i64, text: &str) -> Result<Case, BookFault> {
    let read: Case = serde_json::from_str(text).map_err(|fault| rusqlite::Error::ToSqlConversionFailure(fault.into()))?;
    Ok(Case { id: CaseId(id), ..read })
}

fn text(case: &Case) -> Result<String, BookFault> {
    Ok(serde_json::to_string(case).map_err(|fault| rusqlite::Error::ToSqlConversionFailure(fault.into()))?)
}

/// Opens a case; its number.
///
/// # Errors
/// [`BookFault`].
pub fn open(book: &Connection, new: &Case) -> Result<CaseId, BookFault> {
    book.execute("INSERT INTO disclosure (state) VALUES (?1)", [text(new)?])?;
    Ok(CaseId(book.last_insert_rowid()))
}

/// Puts a case down as it is now.
///
/// # Errors
/// [`BookFault`].
pub fn put(book: &Connection, case: &Case) -> Result<(), BookFault> {
    book.execute("UPDATE disclosure SET state = ?2 WHERE id = ?1", params![case.id.0, text(case)?])?;
    Ok(())
}

/// The case of a number.
///
/// # Errors
/// [`BookFault`].
pub fn numbered(book: &Connection, id: CaseId) -> Result<Option<Case>, BookFault> {
    let found: Option<String> =
        book.prepare_cached("SELECT state FROM disclosure WHERE id = ?1")?.query_row([id.0], |row| row.get(0)).optional()?;
    found.map(|text| case(id.0, &text)).transpose()
}

/// All of them, the latest first.
///
/// # Errors
/// [`BookFault`].
pub fn all(book: &Connection) -> Result<Vec<Case>, BookFault> {
    let mut query = book.prepare_cached("SELECT id, state FROM disclosure ORDER BY id DESC")?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<Vec<(i64, String)>, _>>()?;
    rows.iter().map(|(id, text)| case(*id, text)).collect()
}

/// Keeps the bytes that were handed over.
///
/// # Errors
/// [`BookFault`].
pub fn keep_bundle(book: &Connection, id: CaseId, bytes: &[u8]) -> Result<(), BookFault> {
    book.execute("UPDATE disclosure SET bundle = ?2 WHERE id = ?1", params![id.0, bytes])?;
    Ok(())
}

/// The bytes that were handed over.
///
/// # Errors
/// [`BookFault`].
pub fn bundle(book: &Connection, id: CaseId) -> Result<Option<Vec<u8>>, BookFault> {
    let found: Option<Option<Vec<u8>>> =
        book.prepare_cached("SELECT bundle FROM disclosure WHERE id = ?1")?.query_row([id.0], |row| row.get(0)).optional()?;
    Ok(found.flatten())
}
