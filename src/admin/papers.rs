//! Papers of a case of disclosure: the notice as it came, amendments of it, legal advice (standards H6, H12). Kept beside what was handed
//! over, with their SHA-256, and neither changed nor taken out.
//!
//! What a paper is, is decided by its first bytes and never by its name. Must never be shown as a page, nor given under the name that
//! somebody outside gave it.

use super::book::BookFault;
use super::disclosures::CaseId;
use crate::model::Timestamp;
use crate::record::chain::ChainValue;
use rusqlite::{Connection, OptionalExtension, Row, params};

/// Most papers of a case.
pub const MOST: i64 = 8;
/// Longest name that is kept, in characters.
const LONGEST_NAME: usize = 100;
/// So far the head of a message is looked for.
const HEAD: usize = 64 * 1024;

/// What a paper is to its case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaperRole {
    /// What asks for records.
    Notice,
    /// What changes or extends it.
    Amendment,
    /// What a lawyer says of it. It never leaves the house.
    Advice,
}

impl PaperRole {
    /// All of them, in the order of the form.
    pub const ALL: [Self; 3] = [Self::Notice, Self::Amendment, Self::Advice];

    /// Its word in the database, in forms and in names of files.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Amendment => "amendment",
            Self::Advice => "advice",
        }
    }

    /// That of a word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }

    /// Does it go with what is handed over?
    #[must_use]
    pub const fn leaves(self) -> bool {
        match self {
            Self::Notice | Self::Amendment => true,
            Self::Advice => false,
        }
    }
}

/// What kind of file a paper is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaperKind {
    /// PDF.
    Pdf,
    /// A picture.
    Png,
    /// A picture.
    Jpeg,
    /// A picture, of one page or several.
    Tiff,
    /// A message (RFC 5322) with its head.
    Message,
    /// Plain text.
    Text,
}

impl PaperKind {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Pdf, Self::Png, Self::Jpeg, Self::Tiff, Self::Message, Self::Text];

    /// The ending of its files, and its word in the database.
    #[must_use]
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Tiff => "tif",
            Self::Message => "eml",
            Self::Text => "txt",
        }
    }

    /// What these bytes are; `None`: nothing that is taken, pages of the web among them.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let begins = |mark: &[u8]| bytes.starts_with(mark);
        match () {
            () if begins(b"%PDF-") => Some(Self::Pdf),
            () if begins(b"\x89PNG\r\n\x1a\n") => Some(Self::Png),
            () if begins(b"\xff\xd8\xff") => Some(Self::Jpeg),
            () if begins(b"II*\0") || begins(b"MM\0*") => Some(Self::Tiff),
            () if is_message(bytes) => Some(Self::Message),
            () if is_text(bytes) => Some(Self::Text),
            () => None,
        }
    }
}

/// Only what is written, and no page of the web (HTML, SVG, XML), which begins with a bracket.
fn is_text(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let written = |byte: &u8| matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c) || (*byte >= b' ' && *byte != 0x7f);
    !text.is_empty() && !text.starts_with(b"<") && text.iter().all(written)
}

/// Does it begin with a head that says from whom and when?
fn is_message(bytes: &[u8]) -> bool {
    let (mut from, mut when) = (false, false);
    for line in bytes[..bytes.len().min(HEAD)].split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            return from && when && !bytes.contains(&0);
        }
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            continue;
        }
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { return false };
        let name = line[..colon].to_ascii_lowercase();
        if name.is_empty() || !name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-') {
            return false;
        }
        from |= name == b"from";
        when |= name == b"date";
    }
    false
}

/// A name as it is kept: its last part, without what is hidden or turns the direction of writing, and not too long.
#[must_use]
pub fn kept_name(name: &str) -> String {
    let hidden =
        |c: &char| c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    let last = name.rsplit(['/', '\\']).next().unwrap_or("");
    let plain: String = last.chars().filter(|c| !hidden(c)).collect();
    let plain = plain.trim();
    if plain.chars().count() <= LONGEST_NAME {
        return plain.to_owned();
    }
    plain.chars().take(LONGEST_NAME - 1).chain(['\u{2026}']).collect()
}

/// A paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    /// Its number in the case, from 1.
    pub number: i64,
    /// What it is to the case.
    pub role: PaperRole,
    /// What kind of file.
    pub kind: PaperKind,
    /// What its sender calls it.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// When it was put in.
    pub at: Timestamp,
    /// Who put it in.
    pub by: String,
}

impl Paper {
    /// A paper of these bytes; its number comes when it is kept. `None`: they are nothing that is taken.
    #[must_use]
    pub fn of(role: PaperRole, (name, bytes): (&str, &[u8]), by: &str, at: Timestamp) -> Option<Self> {
        let (kind, sha256) = (PaperKind::of(bytes)?, ChainValue::digest(bytes).to_string());
        Some(Self { number: 0, role, kind, name: kept_name(name), size: bytes.len() as u64, sha256, at, by: by.to_owned() })
    }

    /// The name under which it is given: ours.
    #[must_use]
    pub fn file_name(&self) -> String {
        format!("{}-{}.{}", self.role.word(), self.number, self.kind.ending())
    }

    /// Are these the bytes that were kept?
    #[must_use]
    pub fn is_of(&self, bytes: &[u8]) -> bool {
        ChainValue::digest(bytes).to_string() == self.sha256
    }
}

/// What became of a paper that was to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It is; with its number.
    Yes(Paper),
    /// The case has it already.
    Already,
    /// The case has as many as it may have.
    Full,
}

/// Keeps a paper.
///
/// # Errors
/// [`BookFault`].
pub fn keep(book: &Connection, case: CaseId, new: Paper, bytes: &[u8]) -> Result<Kept, BookFault> {
    let count = "SELECT count(*), coalesce(max(number), 0), coalesce(max(sha256 = ?2), 0) FROM paper WHERE disclosure = ?1";
    let (many, last, already): (i64, i64, bool) =
        book.prepare_cached(count)?.query_row(params![case.0, new.sha256], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    if already {
        return Ok(Kept::Already);
    }
    if many >= MOST {
        return Ok(Kept::Full);
    }
    let paper = Paper { number: last + 1, ..new };
    book.execute(
        "INSERT INTO paper (disclosure, number, what, kind, name, size, sha256, at, by, content) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params![
            case.0,
            paper.number,
            paper.role.word(),
            paper.kind.ending(),
            paper.name,
            i64::try_from(paper.size).unwrap_or(i64::MAX),
            paper.sha256,
            paper.at.0,
            paper.by,
            bytes
        ],
    )?;
    Ok(Kept::Yes(paper))
}

const COLUMNS: &str = "number, what, kind, name, size, sha256, at, by";

fn read(row: &Row<'_>) -> rusqlite::Result<Paper> {
    let (role, kind): (String, String) = (row.get(1)?, row.get(2)?);
    Ok(Paper {
        number: row.get(0)?,
        // What cannot be read stays in the house, as plain bytes.
        role: PaperRole::of_word(&role).unwrap_or(PaperRole::Advice),
        kind: PaperKind::ALL.into_iter().find(|one| one.ending() == kind).unwrap_or(PaperKind::Text),
        name: row.get(3)?,
        size: u64::try_from(row.get::<_, i64>(4)?).unwrap_or(0),
        sha256: row.get(5)?,
        at: Timestamp(row.get(6)?),
        by: row.get(7)?,
    })
}

/// The papers of a case, without their bytes.
///
/// # Errors
/// [`BookFault`].
pub fn of_case(book: &Connection, case: CaseId) -> Result<Vec<Paper>, BookFault> {
    let mut query = book.prepare_cached(&format!("SELECT {COLUMNS} FROM paper WHERE disclosure = ?1 ORDER BY number"))?;
    Ok(query.query_map([case.0], read)?.collect::<Result<_, _>>()?)
}

/// One of them with its bytes.
///
/// # Errors
/// [`BookFault`].
pub fn content(book: &Connection, case: CaseId, number: i64) -> Result<Option<(Paper, Vec<u8>)>, BookFault> {
    let sql = format!("SELECT {COLUMNS}, content FROM paper WHERE disclosure = ?1 AND number = ?2");
    Ok(book.prepare_cached(&sql)?.query_row([case.0, number], |row| Ok((read(row)?, row.get(8)?))).optional()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paper_is_what_its_first_bytes_say() {
        let message =
            b"Received: by a\r\n with b\r\nFrom: Ann <ann@force.test>\r\nDate: Thu, 20 Nov 2025 10:00:00 +0000\r\n\r\nSee \xe9\r\n";
        #[rustfmt::skip]
        let table: &[(&[u8], Option<PaperKind>)] = &[
            (b"%PDF-1.7\n%\xe2\xe3", Some(PaperKind::Pdf)), (b"\x89PNG\r\n\x1a\n\0\0", Some(PaperKind::Png)),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", Some(PaperKind::Jpeg)), (b"II*\0\x08", Some(PaperKind::Tiff)), (b"MM\0*\0", Some(PaperKind::Tiff)),
            (message, Some(PaperKind::Message)), (b"Dear head,\r\n\tgive us \xa3 and \xe9.", Some(PaperKind::Text)),
            (b"\xef\xbb\xbfnotice", Some(PaperKind::Text)), (b"From: a\nno date: this is a letter\n\nx", Some(PaperKind::Text)),
            (b"", None), (b" \r\n", None), (b"<html><script>", None), (b"\xef\xbb\xbf \n<svg onload=x>", None), (b"<?xml version='1.0'?>", None),
            (b" %PDF-1.7\n\0", None), (b"PK\x03\x04\x14\0", None), (b"MZ\x90\0", None), (b"GIF89a\x01", None), (b"\x7fELF", None), (b"a\0b", None),
            (b"From: a\nDate: b\n\nc\0", None), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", None),
        ];
        for (bytes, kind) in table {
            assert_eq!(PaperKind::of(bytes), *kind, "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn a_name_is_its_last_part_with_nothing_hidden() {
        let long = "n".repeat(300);
        for (name, kept) in [
            ("notice.pdf", "notice.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\ann\\notice 1.pdf", "notice 1.pdf"),
            ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
            ("exe.\u{202e}fdp", "exe.fdp"),
            ("..", ".."),
            ("", ""),
        ] {
            assert_eq!(kept_name(name), kept, "{name}");
        }
        let cut = kept_name(&long);
        assert_eq!((cut.chars().count(), cut.ends_with('\u{2026}')), (LONGEST_NAME, true));
    }
}
