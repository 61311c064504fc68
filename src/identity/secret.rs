//! A secret that is shared with a machine: read from a file, wiped when dropped, and not short enough to be guessed.

use std::io;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Shortest secret: every message is a chance to guess it.
const SHORTEST: usize = 16;

/// A secret cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SecretFault {
    /// Its file.
    #[error("{}: {problem}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        problem: io::Error,
    },
    /// It can be guessed.
    #[error("{}: the secret has fewer than {SHORTEST} characters", .0.display())]
    Short(PathBuf),
}

/// Reads it, without the end of its line.
pub(super) fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, SecretFault> {
    let text = std::fs::read_to_string(path).map(Zeroizing::new).map_err(|problem| SecretFault::File { path: path.into(), problem })?;
    let secret = Zeroizing::new(text.trim_end_matches(['\r', '\n']).as_bytes().to_vec());
    if secret.len() < SHORTEST { Err(SecretFault::Short(path.into())) } else { Ok(secret) }
}
