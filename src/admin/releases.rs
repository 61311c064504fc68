//! What a site lets those see who look after all sites: which of two things, who let it, why, and until when (standards H16, H19). The
//! site answers for its people's names; without its word whoever reaches all sites sees pseudonyms.

use super::accounts::Account;
use super::book::BookFault;
use super::reach::{Reach, Sight};
use super::site_works::SiteWorks;
use crate::model::Timestamp;
use rusqlite::{Connection, Row, params};

/// Most that stand at a time for one site.
pub const MOST: i64 = 50;
/// Longest time for which one is given, in microseconds.
pub const LONGEST: i64 = 92 * 86_400 * 1_000_000;

/// What is let.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Letting {
    /// They may have names revealed, one by one and each with a purpose.
    Names,
    /// Names that were revealed stand in the files that they take away, too.
    Files,
}

impl Letting {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Names, Self::Files];

    /// Its word in forms and records.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Names => "names",
            Self::Files => "files",
        }
    }

    /// That of a word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteRelease {
    /// Its number.
    pub id: i64,
    /// The site.
    pub site: String,
    /// What.
    pub what: Letting,
    /// When it was given.
    pub made: Timestamp,
    /// Who gave it.
    pub made_by: String,
    /// Why.
    pub because: String,
    /// Until when.
    pub until: Timestamp,
    /// When somebody ended it before.
    pub ended: Option<Timestamp>,
    /// Who did.
    pub ended_by: String,
}

const COLUMNS: &str = "id, site, what, made, made_by, because, until, ended, ended_by";

fn read(row: &Row<'_>) -> rusqlite::Result<Option<SiteRelease>> {
    let what: String = row.get(2)?;
    let Some(what) = Letting::of_word(&what) else { return Ok(None) };
    Ok(Some(SiteRelease {
        id: row.get(0)?,
        site: row.get(1)?,
        what,
        made: Timestamp(row.get(3)?),
        made_by: row.get(4)?,
        because: row.get(5)?,
        until: Timestamp(row.get(6)?),
        ended: row.get::<_, Option<i64>>(7)?.map(Timestamp),
        ended_by: row.get(8)?,
    }))
}

/// The latest, of the sites that a reach covers.
///
/// # Errors
/// [`BookFault`].
pub(super) fn all(book: &Connection, reach: &Reach) -> Result<Vec<SiteRelease>, BookFault> {
    // In the query: the rows of another site must not take the place of one's own.
    let sql = format!(
        "SELECT {COLUMNS} FROM site_release WHERE ?1 IS NULL OR site IN (SELECT value FROM json_each(?1)) ORDER BY id DESC LIMIT 200"
    );
    let mut query = book.prepare_cached(&sql)?;
    let rows = query.query_map([reach.kept()], read)?.collect::<Result<Vec<_>, _>>()?;
    Ok(rows.into_iter().flatten().collect())
}

/// Gives one; its number. `None`: too many stand for this site.
///
/// # Errors
/// [`BookFault`].
pub(super) fn give(book: &Connection, new: &SiteRelease) -> Result<Option<i64>, BookFault> {
    let sql = "SELECT count(*) FROM site_release WHERE site = ?1 AND ended IS NULL AND until > ?2";
    let many: i64 = book.prepare_cached(sql)?.query_row(params![new.site, new.made.0], |row| row.get(0))?;
    if many >= MOST {
        return Ok(None);
    }
    book.execute(
        "INSERT INTO site_release (site, what, made, made_by, because, until) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![new.site, new.what.word(), new.made.0, new.made_by, new.because, new.until.0],
    )?;
    Ok(Some(book.last_insert_rowid()))
}

/// Ends one of the sites that a reach covers. `false`: there is none of this number that stands.
///
/// # Errors
/// [`BookFault`].
pub(super) fn end(book: &Connection, (id, reach): (i64, &Reach), by: &str, now: Timestamp) -> Result<bool, BookFault> {
    let sql = "UPDATE site_release SET ended = ?2, ended_by = ?3 WHERE id = ?1 AND ended IS NULL AND until > ?2
               AND (?4 IS NULL OR site IN (SELECT value FROM json_each(?4)))";
    Ok(book.execute(sql, params![id, now.0, by, reach.kept()])? == 1)
}

/// Sites that let this now.
fn let_now(book: &Connection, what: Letting, now: Timestamp) -> Result<Reach, BookFault> {
    let mut query = book.prepare_cached("SELECT DISTINCT site FROM site_release WHERE what = ?1 AND ended IS NULL AND until > ?2")?;
    let sites = query.query_map(params![what.word(), now.0], |row| row.get(0))?;
    Ok(Reach::Sites(sites.collect::<Result<_, _>>()?))
}

/// What an account sees of the log at this moment.
///
/// # Errors
/// [`BookFault`].
pub(super) fn sight(book: &Connection, account: &Account, works: &(impl SiteWorks + ?Sized), now: Timestamp) -> Result<Sight, BookFault> {
    let reach = account.reach.clone();
    if !reach.is_all() || !works.has_sites() {
        return Ok(Sight { names: reach.clone(), files: reach.clone(), reach, of_all_sites: false });
    }
    let (names, files) = (let_now(book, Letting::Names, now)?, let_now(book, Letting::Files, now)?);
    Ok(Sight { reach, names, files, of_all_sites: true })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::admin::book::Book;

    #[test]
    fn a_release_ends_by_itself_or_by_the_site_and_another_site_neither_sees_nor_ends_it() {
        let folder = tempfile::tempdir().unwrap();
        let book = Book::at(folder.path());
        let (start, end_at) = (Timestamp(1_000), Timestamp(2_000));
        let new = SiteRelease {
            id: 0,
            site: "leeds".into(),
            what: Letting::Names,
            made: start,
            made_by: "lea".into(),
            because: "an audit".into(),
            until: end_at,
            ended: None,
            ended_by: String::new(),
        };
        let of = |site: &str| Reach::Sites([site.to_owned()].into());
        let id = book.change(|c| give(c, &new)).unwrap().unwrap();
        let names = |what, at| book.read(|c| let_now(c, what, Timestamp(at))).unwrap();
        assert_eq!((names(Letting::Names, 1_999), names(Letting::Files, 1_999)), (of("leeds"), Reach::Sites([].into())));
        assert_eq!(names(Letting::Names, 2_000), Reach::Sites([].into()), "it is over");
        assert!(book.read(|c| all(c, &of("hull"))).unwrap().is_empty());
        assert_eq!(book.read(|c| all(c, &of("leeds"))).unwrap().len(), 1);
        assert!(!book.change(|c| end(c, (id, &of("hull")), "eve", start)).unwrap());
        assert!(book.change(|c| end(c, (id, &of("leeds")), "lea", start)).unwrap());
        assert!(!book.change(|c| end(c, (id, &of("leeds")), "lea", start)).unwrap(), "once");
        assert_eq!(names(Letting::Names, 1_500), Reach::Sites([].into()));
        for _ in 0..MOST {
            assert!(book.change(|c| give(c, &new)).unwrap().is_some());
        }
        assert_eq!(book.change(|c| give(c, &new)).unwrap(), None);
        assert!(book.change(|c| give(c, &SiteRelease { site: "hull".into(), ..new.clone() })).unwrap().is_some());
    }
}
