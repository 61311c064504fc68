//! Why there is no backup, or why nothing was put back.

use crate::admin::BookFault;
use std::io;
use std::path::{Path, PathBuf};

/// Why there is no backup, or why nothing was put back. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum BackupFault {
    /// A file or folder.
    #[error("{}: {problem}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        problem: io::Error,
    },
    /// Something is there.
    #[error("{}: something is there already; with --force it is moved aside", .0.display())]
    There(PathBuf),
    /// A program works in the folder.
    #[error("{}: a program works there; stop it first", .0.display())]
    Busy(PathBuf),
    /// Somebody wanted it to end.
    #[error("it was stopped")]
    Stopped,
    /// The folder changed whenever it was read.
    #[error("{}: it changed five times while it was read; try again", .0.display())]
    Restless(PathBuf),
    /// The console's book.
    #[error(transparent)]
    Book(#[from] BookFault),
    /// No public key.
    #[error("{0} is no public key of age (age1...)")]
    Recipient(String),
    /// The keys cannot be encrypted.
    #[error("the keys cannot be encrypted")]
    Encrypt,
    /// The keys cannot be opened with that identity.
    #[error("the keys in it are opened by the private key of {}; this one does not open them", .0.join(" or "))]
    Locked(Vec<String>),
    /// The private key cannot be read.
    #[error(transparent)]
    Identity(#[from] crate::store::VaultFault),
    /// There are no keys in it.
    #[error("there are no keys in it: it was made without --with-keys")]
    NoKeys,
    /// It is not whole, or not ours.
    #[error("it is not a whole backup: {0}")]
    Broken(Box<str>),
    /// A later program made it.
    #[error("a later version of Lifeguard made it ({program}, format {format}); this one reads up to format {}", super::FORMAT)]
    Later {
        /// Its format.
        format: u32,
        /// The program.
        program: String,
    },
}

/// A fault of this file.
pub(super) fn at(path: &Path) -> impl FnOnce(io::Error) -> BackupFault + use<'_> {
    move |problem| BackupFault::File { path: path.to_owned(), problem }
}

/// Something about the archive.
pub(super) fn broken(words: impl Into<Box<str>>) -> BackupFault {
    BackupFault::Broken(words.into())
}

/// Bytes as hex.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
