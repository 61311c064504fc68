//! Whose name was revealed to whom, why, and by whose consent (standards G1, G2). A reveal is one account's, for one person, for a working
//! day. Names stand here only where somebody asked by name, and only until that is over.

use crate::admin::accounts::AccountId;
use crate::admin::book::BookFault;
use crate::model::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::collections::BTreeSet;

/// A name stays revealed for so long, and a request waits for so long.
pub(in crate::admin) const GOOD_FOR: i64 = 8 * 3_600_000_000;
const WAITS: i64 = 7 * 24 * 3_600_000_000;

/// How a reveal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevealState {
    /// It waits for a second person.
    Waiting,
    /// The name may be seen.
    Given,
    /// It was refused.
    Refused,
}

impl RevealState {
    const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Given => "given",
            Self::Refused => "refused",
        }
    }

    fn of_word(word: &str) -> Self {
        [Self::Waiting, Self::Given].into_iter().find(|state| state.word() == word).unwrap_or(Self::Refused)
    }
}

/// A reveal, or the wish for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reveal {
    /// Its number.
    pub id: i64,
    /// Whose wish it is.
    pub account: AccountId,
    /// The same by name.
    pub asker: String,
    /// The pseudonym.
    pub word: String,
    /// The name, where whoever asks typed it; empty: it is not known here.
    pub typed: String,
    /// The record from which it was asked; 0: none.
    pub record: u64,
    /// Why.
    pub purpose: String,
    /// When it was asked.
    pub made: Timestamp,
    /// How it stands.
    pub state: RevealState,
    /// Who decided; whoever asked, where no second person has to.
    pub decider: String,
    /// Until when it stands.
    pub until: Timestamp,
}

const COLUMNS: &str = "id, account, asker, word, typed, record, purpose, made, state, decider, until";

fn read(row: &Row<'_>) -> rusqlite::Result<Reveal> {
    Ok(Reveal {
        id: row.get(0)?,
        account: AccountId(row.get(1)?),
        asker: row.get(2)?,
        word: row.get(3)?,
        typed: row.get(4)?,
        record: u64::try_from(row.get::<_, i64>(5)?).unwrap_or(0),
        purpose: row.get(6)?,
        made: Timestamp(row.get(7)?),
        state: RevealState::of_word(&row.get::<_, String>(8)?),
        decider: row.get(9)?,
        until: Timestamp(row.get(10)?),
    })
}

/// Puts one down, given or waiting. What is over goes: the record of it is the log's.
pub(in crate::admin) fn put(book: &Connection, new: &Reveal) -> Result<i64, BookFault> {
    book.execute("DELETE FROM reveal WHERE until < ?1", [new.made.0])?;
    let until = if new.state == RevealState::Waiting { new.made.0 + WAITS } else { new.made.0 + GOOD_FOR };
    let record = i64::try_from(new.record).unwrap_or(0);
    book.execute(
        "INSERT INTO reveal (account, asker, word, typed, record, purpose, made, state, decider, until)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params![new.account.0, new.asker, new.word, new.typed, record, new.purpose, new.made.0, new.state.word(), new.decider, until],
    )?;
    Ok(book.last_insert_rowid())
}

/// Pseudonyms whose names this account may see now.
pub(in crate::admin) fn given(book: &Connection, account: AccountId, now: Timestamp) -> Result<BTreeSet<String>, BookFault> {
    let mut statement = book.prepare_cached("SELECT word FROM reveal WHERE account = ?1 AND state = 'given' AND until >= ?2")?;
    let words = statement.query_map([account.0, now.0], |row| row.get(0))?;
    Ok(words.collect::<Result<_, _>>()?)
}

/// Everything that stands: one's own, and what others wait for. The latest first.
pub(in crate::admin) fn standing(book: &Connection, account: AccountId, now: Timestamp) -> Result<Vec<Reveal>, BookFault> {
    let sql = format!("SELECT {COLUMNS} FROM reveal WHERE until >= ?2 AND (account = ?1 OR state = 'waiting') ORDER BY id DESC LIMIT 200");
    let mut statement = book.prepare_cached(&sql)?;
    let rows = statement.query_map([account.0, now.0], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One that waits, and is somebody else's.
pub(in crate::admin) fn waiting(book: &Connection, account: AccountId, id: i64, now: Timestamp) -> Result<Option<Reveal>, BookFault> {
    let sql = format!("SELECT {COLUMNS} FROM reveal WHERE id = ?1 AND account <> ?2 AND state = 'waiting' AND until >= ?3");
    Ok(book.prepare_cached(&sql)?.query_row([id, account.0, now.0], read).optional()?)
}

/// Decides one that waits. A name that was typed goes with a refusal. `false`: somebody was faster.
pub(in crate::admin) fn decide(book: &Connection, id: i64, (yes, decider): (bool, &str), now: Timestamp) -> Result<bool, BookFault> {
    let state = if yes { RevealState::Given } else { RevealState::Refused };
    let sql = "UPDATE reveal SET state = ?2, decider = ?3, until = ?4, typed = CASE WHEN ?2 = 'given' THEN typed ELSE '' END
               WHERE id = ?1 AND state = 'waiting'";
    Ok(book.execute(sql, params![id, state.word(), decider, now.0 + GOOD_FOR])? > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::admin::accounts::{NewAccount, make};
    use crate::admin::book::Book;
    use crate::admin::roles::Role;
    use crate::credential::PasswordHash;

    #[test]
    fn a_name_stays_revealed_for_a_working_day_and_to_its_asker_alone() {
        let folder = tempfile::tempdir().unwrap();
        let book = Book::at(folder.path());
        let at = Timestamp(1_764_000_000_000_000);
        let new = |name| NewAccount { name, shown: name, role: Role::SafeguardingLead, until: None, vetted_until: None, by: "" };
        let account = |name| book.change(|c| make(c, &new(name), &PasswordHash::nobodys(), Some(at), at)).unwrap().unwrap();
        let (sam, dee) = (account("sam"), account("dee"));
        let wish = Reveal {
            id: 0,
            account: sam,
            asker: "sam".into(),
            word: "person-a".into(),
            typed: "kim".into(),
            record: 7,
            purpose: "x".into(),
            made: at,
            state: RevealState::Waiting,
            decider: String::new(),
            until: at,
        };
        let id = book.change(|c| put(c, &wish)).unwrap();
        let later = |us: i64| Timestamp(at.0 + us);
        assert!(book.read(|c| waiting(c, sam, id, at)).unwrap().is_none(), "one's own");
        assert_eq!(book.read(|c| waiting(c, dee, id, at)).unwrap().unwrap().record, 7);
        assert!(book.read(|c| waiting(c, dee, id, later(WAITS + 1))).unwrap().is_none());
        assert!(book.read(|c| given(c, sam, at)).unwrap().is_empty());
        assert!(book.change(|c| decide(c, id, (true, "dee"), later(9))).unwrap());
        assert!(!book.change(|c| decide(c, id, (false, "eve"), later(10))).unwrap(), "it is decided");
        let words = |account, at| book.read(|c| given(c, account, at)).unwrap().into_iter().collect::<Vec<_>>();
        assert_eq!(words(sam, later(9 + GOOD_FOR)), ["person-a"]);
        assert!(words(sam, later(10 + GOOD_FOR)).is_empty() && words(dee, later(10)).is_empty());
        assert_eq!(book.read(|c| standing(c, sam, later(10))).unwrap()[0].decider, "dee");
        book.change(|c| put(c, &Reveal { made: later(11 + GOOD_FOR), state: RevealState::Given, ..wish })).unwrap();
        let left: i64 = book.read(|c| Ok(c.query_row("SELECT count(*) FROM reveal", [], |row| row.get(0))?)).unwrap();
        assert_eq!(left, 1, "what is over goes");
    }
}
