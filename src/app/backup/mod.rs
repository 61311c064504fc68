//! What this installation knows, in one file, and out of it again (issue 7, state). It is made while the program runs, and holds either
//! everything it says it holds or does not exist; nothing is put anywhere before all of it was read and compared.
//!
//! # Format, version 1
//!
//! A tar archive, compressed with Zstandard, mode 0600. Its members, in this order:
//!
//! 1. `files/PATH`: plain files. `PATH` is where the file lies, seen from the folder in which the program works; a file elsewhere stands
//!    under its whole path without the first slash.
//! 2. `keys.age`, only where it was asked for: a tar archive of `files/PATH`, encrypted with age (age-encryption.org/v1) to the public
//!    keys that were named. Signing keys, the authority, passphrases and secrets stand there and nowhere else.
//! 3. `manifest.json`, last, so that an archive that was cut off has none: [`Manifest`].

mod fault;
mod make;
mod pick;
mod restore;
mod stop;
mod told;

pub use fault::BackupFault;
pub use make::{Wanted, make};
pub use restore::{Into, Looked, look, restore};
pub use stop::when_told_to_end;

use serde::{Deserialize, Serialize};

/// The version of the format that this program writes, and the last that it reads.
const FORMAT: u32 = 1;
const FILES: &str = "files/";
const KEYS: &str = "keys.age";
const MANIFEST: &str = "manifest.json";

/// What an archive says of itself.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the format.
    pub format: u32,
    /// Version of the program that made it.
    pub program: String,
    /// When it was made: RFC 3339, UTC.
    pub made: String,
    /// The site.
    pub site: String,
    /// Where the settings lie in it; empty: they are the ones that are built in.
    pub settings: String,
    /// Where the console's book lies in it; empty: there is none yet.
    pub book: String,
    /// Is the log in it?
    pub log: bool,
    /// The public keys that open `keys.age`; none: it has no keys.
    pub keys_for: Vec<String>,
    /// Every other member.
    pub members: Vec<Member>,
}

/// A member of an archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// Its SHA-256, in hex.
    pub sha256: String,
    /// Its rights.
    pub mode: u32,
}
