//! The authority's folder: two PEM files, the key readable by its owner alone.

use super::authority::{Authority, Wishes};
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The certificate: what devices install.
pub const CERTIFICATE: &str = "authority.pem";
/// The key: it never leaves the folder.
pub const KEY: &str = "authority.key";

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
    /// Others could copy the key.
    #[error("{path}: others may read the authority's key (mode {mode:o}); it must be 600")]
    Open {
        /// The key's file.
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
    /// The key is of no use.
    #[error("{path}: this is no private key in PEM")]
    Key {
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
    /// Something could not be made.
    #[error("the authority could not be made: {0}")]
    Make(#[from] rcgen::Error),
}

/// Makes an authority in a folder that has none; `now` in seconds since 1970.
///
/// # Errors
/// [`AuthorityFault`]; nothing is overwritten.
pub fn create(folder: &Path, wishes: &Wishes, now: i64) -> Result<Authority, AuthorityFault> {
    let (certificate, key) = (folder.join(CERTIFICATE), folder.join(KEY));
    if let Some(there) = [&certificate, &key].into_iter().find(|path| path.exists()) {
        return Err(AuthorityFault::There(there.clone()));
    }
    let (pem, secret) = Authority::make(wishes, now)?;
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| AuthorityFault::File { path, source }
    };
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed(folder))?;
    // The key first: a certificate without its key would be installed on devices for nothing.
    write_new(&key, secret.as_bytes(), 0o600).map_err(failed(&key))?;
    write_new(&certificate, pem.as_bytes(), 0o644).map_err(failed(&certificate))?;
    fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed(folder))?;
    load(folder, now)
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

/// Loads an authority; `now` in seconds since 1970.
///
/// # Errors
/// [`AuthorityFault`] with the file that is wrong.
pub fn load(folder: &Path, now: i64) -> Result<Authority, AuthorityFault> {
    let (certificate, key) = (folder.join(CERTIFICATE), folder.join(KEY));
    if !certificate.exists() && !key.exists() {
        return Err(AuthorityFault::None(folder.to_owned()));
    }
    let failed = |path: &Path, source| AuthorityFault::File { path: path.to_owned(), source };
    let pem = fs::read(&certificate).map_err(|source| failed(&certificate, source))?;
    let mode = fs::metadata(&key).map_err(|source| failed(&key, source))?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(AuthorityFault::Open { path: key, mode });
    }
    let secret = Zeroizing::new(fs::read_to_string(&key).map_err(|source| failed(&key, source))?);
    Authority::read((&pem, &certificate), (&secret, &key), now)
}
