//! Pseudonyms of people: the same person has the same one on this installation for as long as its key stands, and nobody without the key
//! can try names out. Names are kept nowhere for this: which name a pseudonym has is known of people that this process has met, and else
//! looked for in the log.

use crate::admin::book::BookFault;
use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use std::collections::HashMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

/// The file of the key in the console's folder, readable by its owner only.
pub const KEY_FILE: &str = "pseudonyms.key";
const KEY_BYTES: usize = 32;
const BEFORE: &str = "person-";
/// Signs of five bits each: among a million people two have the same one once in two thousand installations.
const SIGNS: usize = 10;
/// Without letters that look like digits (Crockford's base 32).
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// Most people whose names are remembered at a time.
const MOST: usize = 200_000;

/// Gives people their pseudonyms.
#[derive(Debug)]
pub struct Pseudonyms {
    path: PathBuf,
    key: OnceLock<Key>,
    names: Mutex<HashMap<String, String>>,
}

impl Pseudonyms {
    /// With the key in this folder, which is made when it is first needed.
    #[must_use]
    pub fn at(folder: &Path) -> Self {
        Self { path: folder.join(KEY_FILE), key: OnceLock::new(), names: Mutex::default() }
    }

    /// The pseudonym of a name, which is remembered.
    ///
    /// # Errors
    /// [`BookFault`]: the key cannot be read or made.
    pub fn of(&self, name: &str) -> Result<String, BookFault> {
        let tag = sign(self.key()?, format!("person\0{}", name.to_ascii_lowercase()).as_bytes());
        let mut number = tag.as_ref().iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        let mut word = BEFORE.to_owned();
        for place in 0..SIGNS {
            if place == SIGNS / 2 {
                word.push('-');
            }
            word.push(char::from(ALPHABET[usize::try_from(number % 32).unwrap_or(0)]));
            number /= 32;
        }
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        if names.len() >= MOST {
            names.clear();
        }
        names.entry(word.clone()).or_insert_with(|| name.to_owned());
        Ok(word)
    }

    /// The name behind a pseudonym, if it was met since the start.
    #[must_use]
    pub fn name_of(&self, word: &str) -> Option<String> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner).get(word).cloned()
    }

    fn key(&self) -> Result<&Key, BookFault> {
        if let Some(key) = self.key.get() {
            return Ok(key);
        }
        let key = self.read_or_make()?;
        Ok(self.key.get_or_init(|| Key::new(HMAC_SHA256, &key)))
    }

    fn read_or_make(&self) -> Result<[u8; KEY_BYTES], BookFault> {
        let fault = |problem| BookFault::File { path: self.path.clone(), problem };
        match fs::metadata(&self.path) {
            Ok(about) if about.mode() & 0o077 != 0 => return Err(BookFault::Open(self.path.clone())),
            Ok(_) => {}
            Err(problem) if problem.kind() == io::ErrorKind::NotFound => self.make()?,
            Err(problem) => return Err(fault(problem)),
        }
        let bytes = fs::read(&self.path).map_err(fault)?;
        bytes.try_into().map_err(|_| fault(io::Error::new(io::ErrorKind::InvalidData, "it is no key of 32 bytes")))
    }

    /// Makes it whole or not at all. Whoever comes second finds it made.
    fn make(&self) -> Result<(), BookFault> {
        let fault = |problem| BookFault::File { path: self.path.clone(), problem };
        if let Some(folder) = self.path.parent() {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(fault)?;
        }
        let mut key = [0; KEY_BYTES];
        aws_lc_rs::rand::fill(&mut key).map_err(|_| BookFault::Secret)?;
        let own = self.path.with_extension(format!("{}.part", std::process::id()));
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&own).map_err(fault)?;
        let written = file.write_all(&key).and_then(|()| file.sync_all()).and_then(|()| match fs::hard_link(&own, &self.path) {
            Err(problem) if problem.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            made => made,
        });
        drop(fs::remove_file(&own));
        written.map_err(fault)
    }
}

/// Is this a pseudonym, as people type one? Then it comes back as it is written here.
#[must_use]
pub fn is_pseudonym(typed: &str) -> Option<String> {
    let lower = typed.trim().to_ascii_lowercase();
    let signs = lower.strip_prefix(BEFORE)?.replace(['-', ' '], "").replace('o', "0").replace(['i', 'l'], "1");
    let fits = signs.len() == SIGNS && signs.bytes().all(|sign| ALPHABET.contains(&sign));
    fits.then(|| format!("{BEFORE}{}-{}", &signs[..SIGNS / 2], &signs[SIGNS / 2..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_person_keeps_the_pseudonym_and_another_installation_gives_another() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let first = Pseudonyms::at(&one.path().join("console"));
        let word = first.of("Kim.Lee").unwrap();
        assert_eq!(is_pseudonym(&word).as_deref(), Some(word.as_str()));
        assert_eq!(is_pseudonym(&format!(" {} ", word.to_uppercase())).as_deref(), Some(word.as_str()));
        assert_eq!(first.of("kim.lee").unwrap(), word, "a log compares names without their capital letters");
        assert_ne!(first.of("kim.lea").unwrap(), word);
        assert_eq!(first.name_of(&word).as_deref(), Some("Kim.Lee"));
        let again = Pseudonyms::at(&one.path().join("console"));
        assert_eq!((again.name_of(&word), again.of("Kim.Lee").unwrap()), (None, word.clone()));
        assert_ne!(Pseudonyms::at(two.path()).of("Kim.Lee").unwrap(), word);
        let key = one.path().join("console").join(KEY_FILE);
        assert_eq!(fs::metadata(&key).unwrap().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(one.path().join("console")).unwrap().count(), 1);
        fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(Pseudonyms::at(&one.path().join("console")).of("x"), Err(BookFault::Open(_))));
    }

    #[test]
    fn what_is_no_pseudonym_is_none() {
        for typed in ["", "kim", "person-", "person-123", "person-0000-00000u", "person-00000-000000", "00000-00000"] {
            assert_eq!(is_pseudonym(typed), None, "{typed}");
        }
        assert_eq!(is_pseudonym("person-OIL00 00000").as_deref(), Some("person-01100-00000"));
    }
}
