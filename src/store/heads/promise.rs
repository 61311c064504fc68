//! What a head says of the files of notes: how far each went when the head was signed, and the hash of its last line. Each line holds the
//! hash of the line before it, so a head covers every line up to there: no line can be taken from the end unseen either, from the next
//! head on. It never says anything of what is not on disk.
//!
//! # Format
//!
//! More lines of our own in the text of a head, each where there is such a note: `holds BYTES HASH`, `receipts BYTES HASH`, `exports BYTES
//! HASH`, `exceptions BYTES HASH` and `acceptances BYTES HASH`: the byte behind the last whole note of `holds.log`, `receipts.log`,
//! `exports.log`, `exceptions.log` or `acceptances.log`, its line end included, and SHA-256 of its line without the line end, in hex.

use crate::record::chain::ChainValue;
use crate::record::note::TreeHead;
use crate::store::acceptances::ACCEPTANCES;
use crate::store::exceptions::EXCEPTIONS;
use crate::store::export::EXPORTS;
use crate::store::files::{Files, Source};
use crate::store::hold::HOLDS;
use crate::store::sweep::RECEIPTS;
use std::io::{self, Read, SeekFrom};

/// The word in the head, and the file.
pub(crate) const NOTE_FILES: [(&str, &str); 5] =
    [("holds", HOLDS), ("receipts", RECEIPTS), ("exports", EXPORTS), ("exceptions", EXCEPTIONS), ("acceptances", ACCEPTANCES)];
/// How much of the end of a file is looked at first, and at most.
const FIRST_LOOK: u64 = 64 * 1024;
const LAST_LOOK: u64 = 64 << 20;

/// What a head says of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Promise {
    /// Byte behind the last line.
    pub(crate) bytes: u64,
    /// Hash of the last line.
    pub(crate) line: ChainValue,
}

/// The lines for a head that is signed now. What they speak of is put on disk first: its writer may be another process.
pub(super) fn lines(files: &dyn Files) -> io::Result<Vec<String>> {
    let mut lines = Vec::new();
    for (word, name) in NOTE_FILES {
        match files.sync(name) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => continue,
            other => other?,
        }
        if let Some(Promise { bytes, line }) = last_note(&mut *files.open(name)?)? {
            lines.push(format!("{word} {bytes} {line}"));
        }
    }
    Ok(lines)
}

/// What the head says of the file with this word.
pub(super) fn promise_of(head: &TreeHead, word: &str) -> Option<Promise> {
    let (bytes, line) = head.extension(word)?.split_once(' ')?;
    Some(Promise { bytes: bytes.parse().ok()?, line: ChainValue::from_hex(line)? })
}

/// Is this line, without its line end, one that was written whole?
pub(crate) fn is_whole_note(line: &[u8]) -> bool {
    line.len() > 2 && line.starts_with(b"\"") && line.ends_with(b"\"")
}

fn last_note(source: &mut dyn Source) -> io::Result<Option<Promise>> {
    let end = source.seek(SeekFrom::End(0))?;
    let mut look = FIRST_LOOK;
    loop {
        let from = end.saturating_sub(look);
        source.seek(SeekFrom::Start(from))?;
        let mut bytes = Vec::new();
        (&mut *source).take(end - from).read_to_end(&mut bytes)?;
        if let Some(found) = last_of(&bytes, from) {
            return Ok(Some(found));
        }
        if from == 0 {
            return Ok(None);
        }
        if look >= LAST_LOOK {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a file of notes ends in something that is no note"));
        }
        look *= 4;
    }
}

/// The last whole note of these bytes, which stand at this place of the file.
fn last_of(bytes: &[u8], from: u64) -> Option<Promise> {
    let (mut found, mut at) = (None, from);
    for (index, line) in bytes.split_inclusive(|&byte| byte == b'\n').enumerate() {
        at += line.len() as u64;
        // The first one may be the end of a longer line.
        let whole = (index > 0 || from == 0).then(|| line.strip_suffix(b"\n")).flatten().filter(|line| is_whole_note(line));
        found = whole.map(|line| Promise { bytes: at, line: ChainValue::digest(line) }).or(found);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    #[test]
    fn the_last_whole_note_is_found_however_long_it_is_and_whatever_was_torn_behind_it() {
        let long = format!("\"{}\"", "a".repeat(200_000));
        let of = |line: &str, bytes: usize| Some(Promise { bytes: bytes as u64, line: ChainValue::digest(line.as_bytes()) });
        for (text, expected) in [
            (String::new(), None),
            ("\"torn".to_owned(), None),
            ("\"a\"\n".to_owned(), of("\"a\"", 4)),
            ("\"a\"\n\"b\"\n".to_owned(), of("\"b\"", 8)),
            ("\"a\"\n\"b\"".to_owned(), of("\"a\"", 4)),
            ("\"a\"\n\"torn\n".to_owned(), of("\"a\"", 4)),
            (format!("\"a\"\n{long}\n"), of(&long, 4 + long.len() + 1)),
        ] {
            assert_eq!(last_note(&mut Cursor::new(text.clone().into_bytes())).unwrap(), expected, "{}", text.len());
        }
    }
}
