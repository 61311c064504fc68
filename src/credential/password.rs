//! Passwords of accounts: argon2id with a salt of their own (RFC 9106; at least 19 MiB, two passes, as OWASP advises).
//!
//! A hash is written in the usual form, `$argon2id$v=19$m=19456,t=2,p=1$SALT$HASH`. Must never show a password or keep one.

use super::leaked::has_leaked;
use crate::record::base64;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use std::fmt;

/// Memory in KiB, passes, lanes.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);
/// The most that a hash from elsewhere may cost: 256 MiB and 16 passes.
const MOST: (u32, u32, u32) = (256 * 1024, 16, 4);
const SALT: usize = 16;
const HASH: usize = 32;

/// A hash of a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordHash {
    cost: (u32, u32, u32),
    salt: Vec<u8>,
    hash: Vec<u8>,
}

/// The memory of hashing, for more than one hash: to ask the system for 19 MiB and to give them back keeps others from their memory.
#[derive(Debug, Default)]
pub struct HashRoom(Vec<Block>);

/// A password could not be hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no memory or no randomness for a password's hash")]
pub struct HashFault;

impl PasswordHash {
    /// Hashes a password. Takes tens of milliseconds and 19 MiB.
    ///
    /// # Errors
    /// [`HashFault`].
    pub fn of(password: &[u8]) -> Result<Self, HashFault> {
        let mut salt = vec![0; SALT];
        aws_lc_rs::rand::fill(&mut salt).map_err(|_| HashFault)?;
        let hash = hashed(password, &salt, (COST, HASH), &mut HashRoom::default()).ok_or(HashFault)?;
        Ok(Self { cost: COST, salt, hash })
    }

    /// A hash that no password has, at the usual cost: an unknown name takes as long as a wrong password.
    #[must_use]
    pub fn nobodys() -> Self {
        Self { cost: COST, salt: vec![0; SALT], hash: Vec::new() }
    }

    /// Reads the usual form. `None` for what is not of it, or would cost more memory or time than we give.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("$argon2id$v=19$m=")?;
        let (memory, rest) = rest.split_once(",t=")?;
        let (passes, rest) = rest.split_once(",p=")?;
        let (lanes, rest) = rest.split_once('$')?;
        let (salt, hash) = rest.split_once('$')?;
        let cost = (memory.parse().ok()?, passes.parse().ok()?, lanes.parse().ok()?);
        let bounded = cost.0 >= COST.0 && cost.1 >= COST.1 && cost.2 >= 1 && cost.0 <= MOST.0 && cost.1 <= MOST.1 && cost.2 <= MOST.2;
        let (salt, hash) = (unpadded(salt)?, unpadded(hash)?);
        (bounded && (8..=64).contains(&salt.len()) && (16..=64).contains(&hash.len())).then_some(Self { cost, salt, hash })
    }

    /// Is this the password? Takes tens of milliseconds, whatever the answer.
    #[must_use]
    pub fn fits(&self, password: &[u8]) -> bool {
        self.fits_in(password, &mut HashRoom::default())
    }

    /// The same in memory that is there already.
    #[must_use]
    pub fn fits_in(&self, password: &[u8], room: &mut HashRoom) -> bool {
        let made = hashed(password, &self.salt, (self.cost, self.hash.len().max(HASH)), room);
        !self.hash.is_empty() && made.is_some_and(|made| verify_slices_are_equal(&made, &self.hash).is_ok())
    }
}

impl fmt::Display for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (memory, passes, lanes) = self.cost;
        let text = |bytes: &[u8]| base64::encode(bytes).trim_end_matches('=').to_owned();
        write!(f, "$argon2id$v=19$m={memory},t={passes},p={lanes}${}${}", text(&self.salt), text(&self.hash))
    }
}

fn hashed(password: &[u8], salt: &[u8], (cost, length): ((u32, u32, u32), usize), room: &mut HashRoom) -> Option<Vec<u8>> {
    let (memory, passes, lanes) = cost;
    let params = Params::new(memory, passes, lanes, Some(length)).ok()?;
    let mut hash = vec![0; length];
    let blocks = params.block_count();
    if room.0.len() < blocks {
        room.0.resize(blocks, Block::new());
    }
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2.hash_password_into_with_memory(password, salt, &mut hash, room.0.get_mut(..blocks)?).ok()?;
    Some(hash)
}

/// Base64 without its padding, as hashes are written.
fn unpadded(text: &str) -> Option<Vec<u8>> {
    base64::decode(&format!("{text}{}", &"==="[..(4 - text.len() % 4) % 4]))
}

/// Shortest password of those who use the console, in characters (ASVS 5.0, 6.2.1 asks for 8 and advises 15).
const SHORTEST: usize = 12;
/// Longest, in bytes.
const LONGEST: usize = 1024;
/// Fewest different characters.
const FEWEST: usize = 5;

/// Why a password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordFault {
    /// Too short to hold out against guessing.
    #[error("it has fewer than {SHORTEST} characters")]
    Short,
    /// Longer than we hash.
    #[error("it has more than {LONGEST} bytes")]
    Long,
    /// The same few characters again and again, or a row of the keyboard.
    #[error("it is too easy to guess")]
    Easy,
    /// The name itself is in it.
    #[error("it has the name in it")]
    Name,
    /// The name of the place is most of it.
    #[error("it has the name of this place in it")]
    Place,
    /// It is among those that attackers try first.
    #[error("it has leaked somewhere, or looks like one that has")]
    Leaked,
}

/// What is left of a password beside easy words has to be so long.
const LEFT: usize = 8;
/// Words that everybody thinks of here, beside the account's own name and the words of the place's name (ASVS 5.0, 6.1.2 and 6.2.11).
pub const EASY: [&str; 12] = [
    "password",
    "qwertyuiop",
    "asdfghjkl",
    "1234567890",
    "abcdefgh",
    "lifeguard",
    "letmein",
    "administrator",
    "safeguarding",
    "filtering",
    "school",
    "welcome",
];

/// May somebody of this name, at this place, have this password for the console? No rule on kinds of characters, none on age.
///
/// # Errors
/// [`PasswordFault`].
pub fn fitting_password(password: &str, name: &str, place: &str) -> Result<(), PasswordFault> {
    if password.chars().count() < SHORTEST {
        return Err(PasswordFault::Short);
    }
    if password.len() > LONGEST {
        return Err(PasswordFault::Long);
    }
    let small = zeroize::Zeroizing::new(password.to_lowercase());
    let different: std::collections::BTreeSet<char> = small.chars().collect();
    let (name, place) = (name.to_lowercase(), place.to_lowercase());
    let words: Vec<&str> = place.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 3).collect();
    match () {
        () if different.len() < FEWEST || left(&small, &EASY) < LEFT => Err(PasswordFault::Easy),
        () if name.chars().count() > 3 && small.contains(&name) => Err(PasswordFault::Name),
        () if left(&small, &words) < LEFT => Err(PasswordFault::Place),
        () if has_leaked(password) => Err(PasswordFault::Leaked),
        () => Ok(()),
    }
}

/// How many characters there are beside these words.
fn left(password: &str, words: &[&str]) -> usize {
    let rest = words.iter().fold(zeroize::Zeroizing::new(password.to_owned()), |rest, word| rest.replace(word, "").into());
    rest.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_memory_was_used_for_before_changes_no_answer() {
        let mut room = HashRoom::default();
        let [mine, others] = ["mine", "another's"].map(|password| PasswordHash::of(password.as_bytes()).unwrap());
        for _ in 0..2 {
            assert!(mine.fits_in(b"mine", &mut room) && !others.fits_in(b"mine", &mut room) && others.fits_in(b"another's", &mut room));
        }
    }

    #[test]
    fn what_is_easy_to_guess_is_no_password_of_the_console() {
        for (password, fault) in [
            ("correct horse battery", None),
            ("\u{e9}t\u{e9} \u{e0} la mer 7", None),
            ("short one", Some(PasswordFault::Short)),
            ("aaaaaaaaaaaaaaaa", Some(PasswordFault::Easy)),
            ("Password123456", Some(PasswordFault::Easy)),
            ("Password1234567890", Some(PasswordFault::Easy)),
            ("lifeguardlifeguard", Some(PasswordFault::Easy)),
            ("my name is Morgan!", Some(PasswordFault::Name)),
            ("Safeguarding2027!", Some(PasswordFault::Easy)),
            ("RiversideLibrary1", Some(PasswordFault::Place)),
            ("riverside <b>2027", None),
            ("chesterfield00", Some(PasswordFault::Leaked)),
            ("1QAZ2wsx3edc", Some(PasswordFault::Leaked)),
        ] {
            assert_eq!(fitting_password(password, "morgan", "Riverside <b>Library</b>").err(), fault, "{password}");
        }
        assert_eq!(fitting_password(&"long pass ".repeat(103), "kim", ""), Err(PasswordFault::Long));
    }

    #[test]
    fn a_hash_fits_its_password_alone_and_is_read_back() {
        let hash = PasswordHash::of(b"correct horse").unwrap();
        assert_eq!(PasswordHash::read(&hash.to_string()), Some(hash.clone()));
        for (password, fits) in [(&b"correct horse"[..], true), (b"correct hors", false), (b"", false), (b"correct horse\0", false)] {
            assert_eq!(hash.fits(password), fits);
        }
        assert_ne!(PasswordHash::of(b"correct horse").unwrap(), hash, "each has a salt of its own");
        assert!(!PasswordHash::nobodys().fits(b""));
    }

    /// Made with the reference implementation's command line tool: `echo -n "password" | argon2 somesalt123 -id -t 2 -k 19456 -p 1 -e`.
    #[test]
    fn a_hash_made_by_the_reference_implementation_fits() {
        let made = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQxMjM$aym967/sjXa/CoAGxvqHKhhRkHTcixCnY5YflaPxDDU";
        assert!(PasswordHash::read(made).unwrap().fits(b"password"));
        assert!(!PasswordHash::read(made).unwrap().fits(b"Password"));
    }

    #[test]
    fn a_hash_that_is_weak_or_would_cost_too_much_is_not_read() {
        let good = PasswordHash::of(b"x").unwrap().to_string();
        for (from, to) in [
            ("m=19456", "m=8"),
            ("m=19456", "m=4294967295"),
            ("t=2", "t=1"),
            ("t=2", "t=99"),
            ("p=1", "p=0"),
            ("p=1", "p=99"),
            ("argon2id", "argon2i"),
            ("v=19", "v=16"),
        ] {
            assert_eq!(PasswordHash::read(&good.replace(from, to)), None, "{to}");
        }
        for cut in 0..good.len() - 22 {
            assert_eq!(PasswordHash::read(&good[..cut]), None);
        }
    }
}
