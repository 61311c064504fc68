//! The authority's folder: pairs of PEM files, each key readable by its owner alone. `authority` signs; `next` waits until devices have
//! it (rule T4, rotation with overlap); `former` was the one before.

use super::authority::{Authority, EARLIER, Wishes};
use super::certificate::Certificate;
use super::key_file::KeyProblem;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// A new authority does not sign before devices had this long to get it, in seconds.
const OVERLAP: i64 = 7 * 86_400;
/// A passphrase is no longer than this, in bytes.
const LONGEST: u64 = 4096;
/// Below so many characters a passphrase is found by trying.
const SHORTEST: usize = 12;

/// One of the pairs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// It signs.
    Current,
    /// It will.
    Next,
    /// It did.
    Former,
}

impl Slot {
    /// What devices install.
    #[must_use]
    pub fn certificate(self, folder: &Path) -> PathBuf {
        folder.join(self.name()).with_extension("pem")
    }

    /// Never leaves the folder.
    #[must_use]
    pub fn key(self, folder: &Path) -> PathBuf {
        folder.join(self.name()).with_extension("key")
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Current => "authority",
            Self::Next => "next",
            Self::Former => "former",
        }
    }
}

/// Why there is no authority.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityFault {
    /// None was made.
    #[error("{0}: there is no authority here; make one with `lifeguard ca init`")]
    None(PathBuf),
    /// There is one.
    #[error("{0}: there is an authority already; devices trust it, so it is not overwritten")]
    There(PathBuf),
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Others could copy the key or its passphrase.
    #[error("{path}: others may read this secret (mode {mode:o}); it must be 600 or 400")]
    Open {
        /// The file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// The certificate is of no use.
    #[error("{path}: {problem}")]
    Certificate {
        /// Which.
        path: PathBuf,
        /// Why.
        problem: String,
    },
    /// The certificate is out of date.
    #[error("{path}: the authority lapsed on {when}; move it away and make a new one with `lifeguard ca init`")]
    Lapsed {
        /// Which.
        path: PathBuf,
        /// When.
        when: String,
    },
    /// The key cannot be opened.
    #[error("{path}: {problem}")]
    Key {
        /// Which.
        path: PathBuf,
        /// Why.
        problem: KeyProblem,
    },
    /// The key is not one that can be used.
    #[error("{path}: a key for this must be ECDSA on P-256 or P-384, or RSA of 2048 bits at least")]
    KeyKind {
        /// Which.
        path: PathBuf,
    },
    /// The two do not belong together.
    #[error("{key} is not the key of {certificate}")]
    Pair {
        /// One.
        certificate: PathBuf,
        /// The other.
        key: PathBuf,
    },
    /// The passphrase is empty, too long, or too short for a new key.
    #[error("{path}: a passphrase is one line of 1 to 4096 bytes, and of 12 characters at least for a new key")]
    Passphrase {
        /// Where it was to be.
        path: PathBuf,
    },
    /// There is no next one.
    #[error("{0}: there is no next authority; make one with `lifeguard ca init --next` and install it on the devices first")]
    NoNext(PathBuf),
    /// Devices had no time to get the next one.
    #[error("{path}: made {hours} hours ago: devices need a week to get it. If they all have it, or the old key is lost: --now")]
    TooFresh {
        /// Its certificate.
        path: PathBuf,
        /// How long ago.
        hours: i64,
    },
    /// Something could not be made.
    #[error("the authority could not be made: {0}")]
    Make(#[from] rcgen::Error),
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> AuthorityFault {
    let path = path.to_owned();
    move |source| AuthorityFault::File { path, source }
}

/// A passphrase from a file of its owner's alone, or, as `-`, from the standard input: one line.
///
/// # Errors
/// [`AuthorityFault`]; the words never hold what was read.
pub fn passphrase(path: &Path) -> Result<Zeroizing<Vec<u8>>, AuthorityFault> {
    let mut text = Zeroizing::new(Vec::with_capacity(2 * LONGEST as usize));
    let mut source: Box<dyn io::Read> = if path == Path::new("-") {
        Box::new(io::stdin())
    } else {
        owners_alone(path)?;
        Box::new(fs::File::open(path).map_err(failed(path))?)
    };
    io::Read::read_to_end(&mut io::Read::take(&mut source, LONGEST + 3), &mut text).map_err(failed(path))?;
    for end in [b'\n', b'\r'] {
        if text.last() == Some(&end) {
            text.pop();
        }
    }
    if text.is_empty() || text.len() as u64 > LONGEST || text.contains(&b'\n') {
        return Err(AuthorityFault::Passphrase { path: path.to_owned() });
    }
    Ok(text)
}

/// Is this passphrase long enough for a new key?
///
/// # Errors
/// [`AuthorityFault::Passphrase`].
pub fn check_new(passphrase: &[u8], path: &Path) -> Result<(), AuthorityFault> {
    let letters = String::from_utf8_lossy(passphrase).chars().count();
    if letters < SHORTEST { Err(AuthorityFault::Passphrase { path: path.to_owned() }) } else { Ok(()) }
}

fn owners_alone(path: &Path) -> Result<(), AuthorityFault> {
    let mode = fs::metadata(path).map_err(failed(path))?.permissions().mode() & 0o777;
    if mode & 0o077 == 0 { Ok(()) } else { Err(AuthorityFault::Open { path: path.to_owned(), mode }) }
}

/// Makes an authority where there is none; `now` in seconds since 1970.
///
/// # Errors
/// [`AuthorityFault`]; nothing is overwritten, and nothing half is left.
pub fn create(folder: &Path, slot: Slot, wishes: &Wishes, passphrase: Option<&[u8]>, now: i64) -> Result<Authority, AuthorityFault> {
    let (certificate, key) = (slot.certificate(folder), slot.key(folder));
    if let Some(there) = [&certificate, &key].into_iter().find(|path| path.exists()) {
        return Err(AuthorityFault::There(there.clone()));
    }
    let (pem, secret) = Authority::make(wishes, passphrase, now)?;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed(folder))?;
    // The key first: a certificate without its key would be installed on devices for nothing.
    write_new(&key, secret.as_bytes(), 0o600).map_err(failed(&key))?;
    if let Err(source) = write_new(&certificate, pem.as_bytes(), 0o644) {
        // Nobody has trusted this key yet; left behind, it would be in the way of the next try.
        fs::remove_file(&key).map_err(failed(&key))?;
        return Err(AuthorityFault::File { path: certificate, source });
    }
    sync(folder)?;
    load_slot(folder, slot, passphrase, now)
}

fn sync(folder: &Path) -> Result<(), AuthorityFault> {
    fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed(folder))
}

/// Writes a file that must not be there yet; what could not be written whole is taken away again.
fn write_new(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if written.is_err() {
        fs::remove_file(path)?;
    }
    written
}

/// Loads the authority that signs; `now` in seconds since 1970.
///
/// # Errors
/// [`AuthorityFault`] with the file that is wrong.
pub fn load(folder: &Path, passphrase: Option<&[u8]>, now: i64) -> Result<Authority, AuthorityFault> {
    load_slot(folder, Slot::Current, passphrase, now)
}

/// The same for any of the pairs.
///
/// # Errors
/// [`AuthorityFault`] with the file that is wrong.
pub fn load_slot(folder: &Path, slot: Slot, passphrase: Option<&[u8]>, now: i64) -> Result<Authority, AuthorityFault> {
    let (certificate, key) = (slot.certificate(folder), slot.key(folder));
    if !is_there(&certificate)? && !is_there(&key)? {
        return Err(if slot == Slot::Next { AuthorityFault::NoNext(folder.to_owned()) } else { AuthorityFault::None(folder.to_owned()) });
    }
    let pem = fs::read(&certificate).map_err(failed(&certificate))?;
    owners_alone(&key)?;
    let secret = Zeroizing::new(fs::read_to_string(&key).map_err(failed(&key))?);
    Authority::read((&pem, &certificate), (&secret, &key), passphrase, now)
}

/// A folder that cannot be looked into is not an empty one.
fn is_there(path: &Path) -> Result<bool, AuthorityFault> {
    path.try_exists().map_err(failed(path))
}

/// The certificate of a pair, without its key; none where there is none.
///
/// # Errors
/// [`AuthorityFault`] when it is there and cannot be read.
pub fn certificate(folder: &Path, slot: Slot) -> Result<Option<Certificate>, AuthorityFault> {
    let path = slot.certificate(folder);
    if !is_there(&path)? {
        return Ok(None);
    }
    let pem = fs::read(&path).map_err(failed(&path))?;
    Certificate::read(&pem, &path).map(Some)
}

/// Lets the next authority sign, once devices had a week to get it; the one that did becomes the former. `now` in seconds since 1970.
/// What was broken off halfway is brought to its end.
///
/// # Errors
/// [`AuthorityFault`]; an authority that signs is there at every moment.
pub fn rotate(folder: &Path, passphrase: Option<&[u8]>, hurry: bool, now: i64) -> Result<Authority, AuthorityFault> {
    let path = |slot: Slot| (slot.certificate(folder), slot.key(folder));
    let ((current, key), (next, next_key), (former, former_key)) = (path(Slot::Current), path(Slot::Next), path(Slot::Former));
    let broken_off = is_there(&next)? && !is_there(&next_key)?;
    if !broken_off {
        let made = load_slot(folder, Slot::Next, passphrase, now)?.certificate().not_before + EARLIER;
        if !hurry && now - made < OVERLAP {
            return Err(AuthorityFault::TooFresh { path: next, hours: (now - made) / 3600 });
        }
        for (from, to) in [(&key, &former_key), (&current, &former)] {
            if is_there(from)? {
                remove(to)?;
                fs::hard_link(from, to).map_err(failed(to))?;
            }
        }
        fs::rename(&next_key, &key).map_err(failed(&key))?;
    }
    // Only the pair that belongs together is put together.
    let pem = fs::read(&next).map_err(failed(&next))?;
    let secret = Zeroizing::new(fs::read_to_string(&key).map_err(failed(&key))?);
    Authority::read((&pem, &next), (&secret, &key), passphrase, now)?;
    // Between these two the pair does not fit: a reload keeps what is in force, and this command again ends it.
    fs::rename(&next, &current).map_err(failed(&current))?;
    sync(folder)?;
    load(folder, passphrase, now)
}

fn remove(path: &Path) -> Result<(), AuthorityFault> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(path)(error)),
        Ok(()) | Err(_) => Ok(()),
    }
}
