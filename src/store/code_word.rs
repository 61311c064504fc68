//! The words of codes that people type: easy to read aloud and to write on paper, too many to guess, and kept as a keyed hash alone.
//!
//! Eight of 27 signs, 38 bits: no letter looks like a digit or like another letter (`B` is read as `8`, `S` as `5`, `Z` as `2`, `U` as `V`).
//! Small letters, blanks and hyphens do not matter. The key (`codes.key` beside the log, its owner's alone) never leaves this machine: a copy
//! of `exceptions.log` gives nobody a code.

use super::files::{Files, put_secret};
use crate::record::base64;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::{hmac, rand};
use std::io::{self, ErrorKind, Read};

const SIGNS: &[u8; 27] = b"ACDEFGHJKMNPQRTVWXY23456789";
const LENGTH: usize = 8;
const KEY: &str = "codes.key";
const KEY_BYTES: usize = 32;

/// The key of this log's codes.
pub(super) struct CodeKey(hmac::Key);

impl CodeKey {
    /// Reads it; `None`: there was never a code.
    pub(super) fn read(folder: &dyn Files) -> io::Result<Option<Self>> {
        let mut bytes = Vec::new();
        match folder.open_stored(KEY) {
            Ok(file) => file.take(KEY_BYTES as u64 + 1).read_to_end(&mut bytes)?,
            Err(fault) if fault.kind() == ErrorKind::NotFound => return Ok(None),
            Err(fault) => return Err(fault),
        };
        let whole = bytes.len() == KEY_BYTES;
        if whole { Ok(Some(Self::of(&bytes))) } else { Err(io::Error::new(ErrorKind::InvalidData, "codes.key is no key")) }
    }

    /// Reads it, or makes it. Whoever calls has the turn.
    pub(super) fn read_or_make(folder: &dyn Files) -> io::Result<Self> {
        if let Some(known) = Self::read(folder)? {
            return Ok(known);
        }
        let bytes = random::<KEY_BYTES>()?;
        put_secret(folder, KEY, &bytes)?;
        Ok(Self::of(&bytes))
    }

    fn of(bytes: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, bytes))
    }

    /// What is kept of a word.
    pub(super) fn tag(&self, word: &[u8; LENGTH]) -> String {
        base64::encode(hmac::sign(&self.0, word).as_ref())
    }
}

/// Are they the same? It takes as long whatever differs.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    verify_slices_are_equal(one.as_bytes(), other.as_bytes()).is_ok()
}

/// A new word.
pub(super) fn new_word() -> io::Result<[u8; LENGTH]> {
    let mut word = [0; LENGTH];
    let mut made = 0;
    while made < LENGTH {
        // Of five bits some numbers are no sign: they are thrown away, so that every sign is as likely.
        for number in random::<LENGTH>()?.map(|byte| usize::from(byte & 31)) {
            if let (Some(sign), true) = (SIGNS.get(number), made < LENGTH) {
                word[made] = *sign;
                made += 1;
            }
        }
    }
    Ok(word)
}

/// As people see it: two groups of four.
pub(super) fn shown(word: &[u8; LENGTH]) -> String {
    let text = String::from_utf8_lossy(word);
    format!("{}-{}", &text[..LENGTH / 2], &text[LENGTH / 2..])
}

/// What somebody typed, if it can be a code at all.
pub(super) fn read(typed: &str) -> Option<[u8; LENGTH]> {
    let signs = typed.chars().filter(|sign| !sign.is_whitespace() && !matches!(sign, '-' | '\u{2010}'..='\u{2015}'));
    let word: Option<Vec<u8>> = signs.take(LENGTH + 1).map(sign).collect();
    word?.try_into().ok()
}

fn sign(typed: char) -> Option<u8> {
    let sign = match typed.to_ascii_uppercase() {
        'B' => '8',
        'S' => '5',
        'Z' => '2',
        'U' => 'V',
        other => other,
    };
    u8::try_from(sign).ok().filter(|sign| SIGNS.contains(sign))
}

fn random<const N: usize>() -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).map_err(|_| io::Error::other("the system gives no randomness"))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::super::files::DiskFiles;
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_word_is_read_as_it_is_shown_spoken_and_mistaken() {
        let word = *b"V8528ACD";
        assert_eq!(shown(&word), "V852-8ACD");
        for typed in ["V852-8ACD", "v8528acd", " v8 52 8a cd ", "ubszbacd", "V852\u{2013}8ACD"] {
            assert_eq!(read(typed), Some(word), "{typed}");
        }
        for typed in ["", "V852-8AC", "V852-8ACDD", "V852-8AC0", "V852-8ACO", "V852-8AC\u{e9}", &"A".repeat(1 << 20)] {
            assert_eq!(read(typed), None);
        }
    }

    #[test]
    fn words_differ_and_every_sign_comes_about_as_often() {
        let words: Vec<_> = (0..2_000).map(|_| new_word().unwrap()).collect();
        assert_eq!(words.iter().collect::<HashSet<_>>().len(), words.len());
        let count = |sign: &u8| words.iter().flatten().filter(|found| *found == sign).count();
        // 16,000 signs, 593 each: five standard deviations are 120.
        assert!(SIGNS.iter().all(|sign| (470..720).contains(&count(sign))));
        assert!((SIGNS.len() as f64).log2() * LENGTH as f64 >= 38.0);
    }

    #[test]
    fn the_key_is_made_once_and_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let files = DiskFiles::at(folder.path());
        assert!(CodeKey::read(&files).unwrap().is_none());
        let tag = CodeKey::read_or_make(&files).unwrap().tag(b"ACDEFGHJ");
        assert_eq!(CodeKey::read_or_make(&files).unwrap().tag(b"ACDEFGHJ"), tag);
        assert!(is_same(&tag, &tag) && !is_same(&tag, &CodeKey::of(&[7; 32]).tag(b"ACDEFGHJ")));
        let mode = std::fs::metadata(folder.path().join(KEY)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        std::fs::write(folder.path().join(KEY), b"short").unwrap();
        assert!(CodeKey::read(&files).is_err());
    }
}
