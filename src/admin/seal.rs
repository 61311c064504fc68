//! The sealed record: what is done in a case of disclosure stands in full in the console's own file, and in the evidence log as a line that
//! says nothing but a hash (standards H13, G2).
//!
//! The hash is SHA-256 over a secret salt and the act's text: whoever has the act can show that it is the one that was recorded then, and
//! nobody can find out from the log who is asked about by trying names. Must never put a name, an address or where somebody sat into
//! the log.

use super::audit::Act;
use super::book::BookFault;
use super::call::{Call, Stop};
use super::disclosures::CaseId;
use super::roles::Action;
use crate::credential::Token;
use crate::model::Timestamp;
use crate::ports::Durability;
use crate::record::chain::ChainValue;
use crate::record::{Entry, EventKind, EventRecord};
use rusqlite::{Connection, params};
use std::collections::BTreeSet;

/// What everybody else reads.
pub(super) const SEALED: &str = "a sealed case";

/// An act of the sealed record.
#[derive(Clone, Debug)]
pub(super) struct SealedAct {
    pub(super) at: Timestamp,
    pub(super) act: Act,
    /// The hash that stands in the log.
    pub(super) digest: String,
    /// Is the act the one that the hash was made of?
    pub(super) holds: bool,
}

fn digest_of(salt: &str, text: &str) -> String {
    ChainValue::digest(format!("{salt}{text}").as_bytes()).to_string()
}

/// As much of a hash as people compare.
pub(super) fn short(hash: &str) -> &str {
    hash.get(..16).unwrap_or(hash)
}

impl Call<'_> {
    /// Puts a deed into the sealed record and its hash into the log; what cannot be recorded is not done.
    pub(super) fn seal(&self, book: &Connection, kind: EventKind, case: Option<CaseId>, act: &Act) -> Result<(), Stop> {
        let from = format!("{} from {}", act.did, self.peer.ip());
        let text = Act { did: from, ..act.clone() }.text();
        let salt = Token::fresh().map_err(BookFault::from)?.text();
        let digest = digest_of(&salt, &text);
        book.execute(
            "INSERT INTO sealed (disclosure, at, salt, digest, act) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![case.map(|case| case.0), self.now.wall.0, salt, digest, text],
        )?;
        let shown = Act::new("", None, Action::Disclose, SEALED).asking(&digest);
        let event = EventRecord { at: self.desk.clock.now(), kind, peer: None, text: shown.text().into() };
        let entry = Entry::Event(event);
        let waiting = self.desk.log.append(&entry, Durability::Kernel);
        tokio::runtime::Handle::current().block_on(waiting).map_err(Stop::Log)
    }
}

/// How deeds begin that make nobody a worker of a case: those of whoever looks, and of the second person.
const NO_WORK: [&str; 5] = ["looked at ", "took ", "gave back ", "released ", "refused "];

/// Whoever has worked on a case, by its record: a scope that was replaced, a wish that went back and a paper stand nowhere else. None of
/// them may be its second person (standards H13).
pub(super) fn workers(book: &Connection, case: CaseId) -> Result<BTreeSet<String>, BookFault> {
    let is_work = |act: &Act| !NO_WORK.iter().any(|deed| act.did.starts_with(deed));
    Ok(acts(book, case)?.into_iter().map(|sealed| sealed.act).filter(is_work).map(|act| act.who).collect())
}

/// What was done in a case, in order.
pub(super) fn acts(book: &Connection, case: CaseId) -> Result<Vec<SealedAct>, BookFault> {
    let mut query = book.prepare_cached("SELECT at, salt, digest, act FROM sealed WHERE disclosure = ?1 ORDER BY id")?;
    let rows = query.query_map([case.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
    let read = |row: rusqlite::Result<(i64, String, String, String)>| {
        let (at, salt, digest, text) = row?;
        let act = Act::read(&text).unwrap_or_else(|| Act { did: text.clone(), ..Act::default() });
        Ok(SealedAct { at: Timestamp(at), act, holds: digest_of(&salt, &text) == digest, digest })
    };
    rows.map(read).collect()
}
