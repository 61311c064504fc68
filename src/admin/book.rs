//! What the console itself knows: accounts, sessions, and whom to ask. One SQLite file, readable by its owner only.
//!
//! # Format
//!
//! `user_version` counts the steps of [`STEPS`]; a step is never changed once it was released, only followed by another. A file of a
//! later version than this program knows is refused. Write-ahead log, every commit on disk before its answer. Times are microseconds
//! since 1970. Of secrets only digests are kept; the keys of authenticators have to be kept as they are.

use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use std::fs::{self, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The file in the console's folder.
pub const FILE: &str = "console.sqlite";

/// Questions that are kept as SQLite reads them: more than pages ask. To read one again takes longer than to answer it.
const STATEMENTS: usize = 256;

/// From each version to the next.
const STEPS: &[&str] = &[
    include_str!("steps/accounts.sql"),
    include_str!("steps/policy.sql"),
    include_str!("steps/asking.sql"),
    include_str!("steps/queue.sql"),
    include_str!("steps/incidents.sql"),
    include_str!("steps/reports.sql"),
    include_str!("steps/disclosures.sql"),
    include_str!("steps/reviews.sql"),
    include_str!("steps/tokens.sql"),
    include_str!("steps/organisation.sql"),
    include_str!("steps/reach.sql"),
    include_str!("steps/evidence.sql"),
    include_str!("steps/jobs.sql"),
    include_str!("steps/tries.sql"),
    include_str!("steps/opinions.sql"),
    include_str!("steps/duties.sql"),
    include_str!("steps/lesson.sql"),
    include_str!("steps/papers.sql"),
    include_str!("steps/parted.sql"),
    include_str!("steps/site_policy.sql"),
];

/// The book cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum BookFault {
    /// The folder or the file.
    #[error("{}: {problem}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        problem: io::Error,
    },
    /// Others than its owner may read it.
    #[error("{}: others may read it; make it readable by its owner only (chmod 600)", .0.display())]
    Open(PathBuf),
    /// A later program made it.
    #[error("the console's file has version {0}, and this program knows {known}", known = STEPS.len())]
    Later(i64),
    /// SQLite.
    #[error("the console's file: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// No password can be hashed, no secret made.
    #[error("there is no memory or no randomness for a secret")]
    Secret,
}

impl From<crate::credential::HashFault> for BookFault {
    fn from(_: crate::credential::HashFault) -> Self {
        Self::Secret
    }
}

impl From<crate::credential::NoRandomness> for BookFault {
    fn from(_: crate::credential::NoRandomness) -> Self {
        Self::Secret
    }
}

/// The console's own file. It is made when something is first written into it.
#[derive(Debug)]
pub struct Book {
    folder: PathBuf,
    open: Mutex<Option<Connection>>,
}

impl Book {
    /// The book in this folder. Nothing is opened yet.
    #[must_use]
    pub fn at(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), open: Mutex::new(None) }
    }

    /// The folder that it is in.
    #[must_use]
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Is there a file already?
    #[must_use]
    pub fn exists(&self) -> bool {
        self.folder.join(FILE).exists()
    }

    /// Reads. Where there is no file yet, there is nothing to read: `T`'s default.
    ///
    /// # Errors
    /// [`BookFault`].
    pub fn read<T: Default>(&self, look: impl FnOnce(&Connection) -> Result<T, BookFault>) -> Result<T, BookFault> {
        let mut open = self.lock();
        if open.is_none() && !self.folder.join(FILE).exists() {
            return Ok(T::default());
        }
        look(self.connection(&mut open)?)
    }

    /// Changes something, whole or not at all.
    ///
    /// # Errors
    /// What `change` says, or [`BookFault`]; nothing has changed then.
    pub fn change<T, E: From<BookFault>>(&self, change: impl FnOnce(&Connection) -> Result<T, E>) -> Result<T, E> {
        let mut open = self.lock();
        let connection = self.connection(&mut open)?;
        let sql = |fault: rusqlite::Error| BookFault::Sqlite(fault);
        let turn = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(sql)?;
        let out = change(&turn)?;
        turn.commit().map_err(sql)?;
        Ok(out)
    }

    /// Copies it as it stands at one moment, while others write, into this file, which is empty. `false`: there is none yet.
    ///
    /// # Errors
    /// [`BookFault`].
    pub fn copy_to(&self, file: &Path) -> Result<bool, BookFault> {
        self.read(|book| {
            book.execute("VACUUM INTO ?1", [file.to_string_lossy()])?;
            Ok(true)
        })
    }

    /// Nobody is signed in any more, and no program has a token.
    ///
    /// # Errors
    /// [`BookFault`]; among others, a later program made the file.
    pub fn end_every_session(&self) -> Result<(), BookFault> {
        self.change(|book| {
            book.execute("DELETE FROM session", [])?;
            book.execute("DELETE FROM token", [])?;
            Ok(())
        })
    }

    fn lock(&self) -> MutexGuard<'_, Option<Connection>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn connection<'a>(&self, open: &'a mut Option<Connection>) -> Result<&'a mut Connection, BookFault> {
        let made = match open.take() {
            Some(connection) => connection,
            None => self.open()?,
        };
        Ok(open.insert(made))
    }

    fn open(&self) -> Result<Connection, BookFault> {
        let path = self.folder.join(FILE);
        let fault = |problem| BookFault::File { path: path.clone(), problem };
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.folder).map_err(fault)?;
        // Made by us, so that SQLite's other files get the same rights.
        let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path).map_err(fault)?;
        if file.metadata().map_err(fault)?.mode() & 0o077 != 0 {
            return Err(BookFault::Open(path));
        }
        let mut connection = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "secure_delete", true)?;
        connection.pragma_update(None, "trusted_schema", false)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        migrate(&mut connection, STEPS)?;
        Ok(connection)
    }
}

/// Brings a file up to the last step. Two programs that start together take turns.
fn migrate(connection: &mut Connection, steps: &[&str]) -> Result<(), BookFault> {
    let turn = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version: i64 = turn.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let done = usize::try_from(version).ok().filter(|done| *done <= steps.len()).ok_or(BookFault::Later(version))?;
    for step in &steps[done..] {
        turn.execute_batch(step)?;
    }
    turn.pragma_update(None, "user_version", i64::try_from(steps.len()).unwrap_or(i64::MAX))?;
    turn.commit()?;
    Ok(())
}

/// What the console knows beside people: a word for a key.
///
/// # Errors
/// [`BookFault`].
pub fn fact(connection: &Connection, key: &str) -> Result<Option<String>, BookFault> {
    use rusqlite::OptionalExtension;
    Ok(connection.prepare_cached("SELECT value FROM fact WHERE key = ?1")?.query_row([key], |row| row.get(0)).optional()?)
}

/// Puts a word down.
///
/// # Errors
/// [`BookFault`].
pub fn put_fact(connection: &Connection, key: &str, value: &str) -> Result<(), BookFault> {
    connection.execute("INSERT INTO fact VALUES (?1, ?2) ON CONFLICT(key) DO UPDATE SET value = ?2", [key, value])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn the_book_is_made_by_the_first_change_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("console");
        let book = Book::at(&place);
        assert_eq!(book.read(|c| fact(c, "lead")).unwrap(), None);
        assert!(!place.exists(), "reading makes nothing");
        book.change(|c| put_fact(c, "lead", "Kim")).unwrap();
        assert_eq!(book.read(|c| fact(c, "lead")).unwrap().as_deref(), Some("Kim"));
        for file in fs::read_dir(&place).unwrap().flatten() {
            assert_eq!(file.metadata().unwrap().mode() & 0o777, 0o600, "{file:?}");
        }
        assert_eq!(fs::metadata(&place).unwrap().mode() & 0o777, 0o700);
        let failed = book.change(|c| put_fact(c, "lead", "Lee").and(Err::<(), _>(BookFault::Secret)));
        assert!(failed.is_err());
        assert_eq!(Book::at(&place).read(|c| fact(c, "lead")).unwrap().as_deref(), Some("Kim"), "a change that fails changes nothing");
        fs::set_permissions(place.join(FILE), fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(Book::at(&place).read(|c| fact(c, "lead")), Err(BookFault::Open(_))));
    }

    #[test]
    fn an_old_file_is_brought_up_to_date_once_and_a_later_one_is_refused() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, &["CREATE TABLE a (x); INSERT INTO a VALUES (1)"]).unwrap();
        let two = ["CREATE TABLE never (x)", "ALTER TABLE a ADD COLUMN y DEFAULT 2"];
        migrate(&mut connection, &two).unwrap();
        migrate(&mut connection, &two).unwrap();
        assert_eq!(connection.query_row("SELECT x + y FROM a", [], |row| row.get::<_, i64>(0)).unwrap(), 3);
        assert!(matches!(migrate(&mut connection, &two[..1]), Err(BookFault::Later(2))));
        let broken = [two[0], two[1], "CREATE TABLE b (x)", "NONSENSE"];
        assert!(migrate(&mut connection, &broken).is_err());
        assert!(connection.prepare("SELECT * FROM b").is_err(), "a step that fails takes the ones before it back");
    }

    /// A file as version 1 left it: every later version has to read it.
    #[test]
    fn a_file_of_version_one_is_read() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, &STEPS[..1]).unwrap();
        connection.execute("INSERT INTO fact VALUES ('lead', 'Kim')", []).unwrap();
        migrate(&mut connection, STEPS).unwrap();
        assert_eq!(fact(&connection, "lead").unwrap().as_deref(), Some("Kim"));
    }
}
