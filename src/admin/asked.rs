//! The queue of what people at the screen say: rows in the console's own file, written before anybody is thanked (issue 7).
//!
//! An amendment is kept under a pseudonym, a worry under no name but the one that its writer gave. What is open is never taken out; what
//! is closed goes a year later. Must never forget what was taken in, and so takes no more than it can keep.

use super::book::{Book, BookFault, fact, put_fact};
use crate::credential::Token;
use crate::model::Timestamp;
use crate::ports::{Amendment, Answer, PutDown, QueueDesk, QueueFault, QueueState, Worry};
use aws_lc_rs::digest::{SHA256, digest};
use rusqlite::{Connection, OptionalExtension, params};
use std::path::Path;

/// Most that are open, of each kind.
const MOST_OPEN: i64 = 10_000;
/// Most that one person has open.
const MOST_OF_ONE: i64 = 200;
/// What is closed is kept for so long.
const KEPT: i64 = 366 * 86_400 * 1_000_000;
/// Signs of a number: 60 random bits.
const SIGNS: usize = 12;
/// The key of pseudonyms.
const KEY: &str = "queue_key";

/// The queue over the console's file.
#[derive(Debug)]
pub struct Queue(Book);

impl Queue {
    /// The queue in this folder. Nothing is opened yet.
    #[must_use]
    pub fn at(folder: &Path) -> Self {
        Self(Book::at(folder))
    }

    /// What was last said to each group about each host, since `from`.
    ///
    /// # Errors
    /// [`BookFault`].
    pub fn answers(&self, from: Timestamp) -> Result<Vec<(String, String, Answer)>, BookFault> {
        self.0.read(|book| answers(book, from))
    }
}

impl QueueDesk for Queue {
    fn ask(&self, amendment: &Amendment) -> Result<PutDown, QueueFault> {
        self.0.change(|book| put_amendment(book, amendment)).map_err(told)
    }

    fn tell(&self, worry: &Worry) -> Result<PutDown, QueueFault> {
        self.0.change(|book| put_worry(book, worry)).map_err(told)
    }

    fn find(&self, number: &str) -> Result<Option<Answer>, QueueFault> {
        let digest = Token::digest_of(number);
        self.0.read(|book| find(book, &digest[..])).map_err(|fault| told(fault.into()))
    }
}

/// Why it was not put down.
pub(super) enum Kept {
    Bound(QueueFault),
    Book(BookFault),
}

impl From<BookFault> for Kept {
    fn from(fault: BookFault) -> Self {
        Self::Book(fault)
    }
}

impl From<rusqlite::Error> for Kept {
    fn from(fault: rusqlite::Error) -> Self {
        Self::Book(fault.into())
    }
}

pub(super) fn told(kept: Kept) -> QueueFault {
    match kept {
        Kept::Bound(fault) => fault,
        Kept::Book(fault) => QueueFault::Broken(fault.to_string().into()),
    }
}

fn put_amendment(book: &Connection, new: &Amendment) -> Result<PutDown, Kept> {
    let who = pseudonym(book, &new.whose)?;
    let sql = "SELECT count(*), count(*) FILTER (WHERE who = ?1) FROM amendment WHERE state = 'open'";
    let (open, theirs): (i64, i64) = book.prepare_cached(sql)?.query_row([&who], |row| Ok((row.get(0)?, row.get(1)?)))?;
    match (open, theirs) {
        (MOST_OPEN.., _) => return Err(Kept::Bound(QueueFault::Full)),
        (_, MOST_OF_ONE..) => return Err(Kept::Bound(QueueFault::Enough)),
        _ => {}
    }
    book.execute("DELETE FROM amendment WHERE state <> 'open' AND answered < ?1", [new.at.0 - KEPT])?;
    let (number, digest) = fresh()?;
    book.execute(
        "INSERT INTO amendment (number, asked, reference, who, grp, host, address, reason, category, layer, list, words)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        params![
            digest,
            new.at.0,
            new.reference,
            who,
            new.group,
            new.host,
            new.address,
            new.reason,
            new.category,
            new.layer,
            new.list,
            new.words
        ],
    )?;
    Ok(PutDown { id: format!("A-{}", book.last_insert_rowid()), number, digest: of(&new.words) })
}

pub(super) fn put_worry(book: &Connection, new: &Worry) -> Result<PutDown, Kept> {
    let open: i64 = book.prepare_cached("SELECT count(*) FROM worry WHERE state = 'open'")?.query_row([], |row| row.get(0))?;
    if open >= MOST_OPEN {
        return Err(Kept::Bound(QueueFault::Full));
    }
    book.execute("DELETE FROM worry WHERE state <> 'open' AND answered < ?1", [new.at.0 - KEPT])?;
    let (number, digest) = fresh()?;
    book.execute(
        "INSERT INTO worry (number, told, grp, name, words) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![digest, new.at.0, new.group, new.name, new.words],
    )?;
    Ok(PutDown { id: format!("W-{}", book.last_insert_rowid()), number, digest: of(&new.words) })
}

/// A number for its writer, and what is kept of it.
fn fresh() -> Result<(String, Vec<u8>), Kept> {
    let whole = Token::fresh().map_err(BookFault::from)?.text().to_ascii_lowercase();
    let signs = &whole[..SIGNS];
    let number = [&signs[..4], &signs[4..8], &signs[8..]].join("-");
    let kept = Token::digest_of(&number).to_vec();
    Ok((number, kept))
}

pub(super) fn of(words: &str) -> String {
    sha256(words.as_bytes())
}

/// SHA-256 as people compare it.
pub(super) fn sha256(bytes: &[u8]) -> String {
    hex(digest(&SHA256, bytes).as_ref())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The same person is the same word, and nobody who does not have this file can tell who it is.
fn pseudonym(book: &Connection, whose: &str) -> Result<String, BookFault> {
    let key = if let Some(key) = fact(book, KEY)? {
        key
    } else {
        let key = Token::fresh()?.text();
        put_fact(book, KEY, &key)?;
        key
    };
    let seal = aws_lc_rs::hmac::sign(&aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, key.as_bytes()), whose.as_bytes());
    Ok(format!("P-{}", hex(&seal.as_ref()[..4])))
}

fn find(book: &Connection, digest: &[u8]) -> Result<Option<Answer>, BookFault> {
    let row = |row: &rusqlite::Row<'_>| answer_at(row, 0);
    let found = book
        .prepare_cached("SELECT asked, state, answered, answer FROM amendment WHERE number = ?1")?
        .query_row([digest], row)
        .optional()?
        .map_or_else(
            || {
                book.prepare_cached("SELECT told, state, answered, answer FROM worry WHERE number = ?1")?
                    .query_row([digest], row)
                    .optional()
            },
            |found| Ok(Some(found)),
        )?;
    Ok(found)
}

/// Asked, state, answered and answer, from this column on.
pub(super) fn answer_at(row: &rusqlite::Row<'_>, from: usize) -> rusqlite::Result<Answer> {
    Ok(Answer {
        asked: Timestamp(row.get(from)?),
        state: QueueState::of_word(&row.get::<_, String>(from + 1)?).unwrap_or_default(),
        answered: Timestamp(row.get::<_, Option<i64>>(from + 2)?.unwrap_or_default()),
        words: row.get(from + 3)?,
    })
}

pub(super) fn answers(book: &Connection, from: Timestamp) -> Result<Vec<(String, String, Answer)>, BookFault> {
    // The last one comes last, and takes the place of those before it.
    let sql = "SELECT grp, host, asked, state, answered, answer FROM amendment
               WHERE state <> 'open' AND answered >= ?1 ORDER BY answered, id";
    let mut query = book.prepare_cached(sql)?;
    let rows = query.query_map([from.0], |row| Ok((row.get(0)?, row.get(1)?, answer_at(row, 2)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(whose: &str, host: &str) -> Amendment {
        Amendment {
            at: Timestamp::from_seconds(1_000),
            whose: whose.into(),
            group: "children".into(),
            host: host.into(),
            words: "please".into(),
            ..Amendment::default()
        }
    }

    #[test]
    fn what_is_put_down_is_found_by_its_number_after_a_restart_and_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let (first, second) = {
            let queue = Queue::at(folder.path());
            assert_eq!(queue.find("aaaa-bbbb-cccc").unwrap(), None, "nothing is made by looking");
            (queue.ask(&asked("person kim", "a.test")).unwrap(), queue.tell(&Worry { words: "help".into(), ..Worry::default() }).unwrap())
        };
        assert_eq!((first.id.as_str(), second.id.as_str(), first.number.len()), ("A-1", "W-1", 14));
        let queue = Queue::at(folder.path());
        let found = queue.find(&first.number.to_uppercase().replace('-', " ")).unwrap().unwrap();
        assert_eq!((found.state, found.asked), (QueueState::Open, Timestamp::from_seconds(1_000)));
        assert!(queue.find(&second.number).unwrap().is_some());
        for wrong in ["", "A-1", "1", &first.number[..13], "' OR 1=1 --"] {
            assert_eq!(queue.find(wrong).unwrap(), None, "{wrong}");
        }
        let bytes = std::fs::read(folder.path().join(super::super::book::FILE)).unwrap();
        let has = |text: &str| memchr::memmem::find(&bytes, text.as_bytes()).is_some();
        assert!(!has(&first.number) && !has("person kim"), "neither the number nor the name is kept");
    }

    #[test]
    fn one_person_cannot_fill_the_queue_and_a_full_one_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let queue = Queue::at(folder.path());
        for number in 0..MOST_OF_ONE {
            queue.ask(&asked("person kim", &format!("{number}.test"))).unwrap();
        }
        assert_eq!(queue.ask(&asked("person kim", "more.test")), Err(QueueFault::Enough));
        queue.ask(&asked("person lee", "more.test")).unwrap();
        queue
            .0
            .change(|book| -> Result<(), BookFault> {
                book.execute_batch(
                    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
                 INSERT INTO worry (number, told, grp, name, words) SELECT CAST(i AS BLOB), 0, '', '', '' FROM n",
                )?;
                Ok(())
            })
            .unwrap();
        assert_eq!(queue.tell(&Worry::default()), Err(QueueFault::Full));
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_a_fault_and_nothing_is_thanked_for() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("console"), "a file in the way").unwrap();
        let queue = Queue::at(&folder.path().join("console"));
        assert!(matches!(queue.tell(&Worry::default()), Err(QueueFault::Broken(_))));
    }
}
