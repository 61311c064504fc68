//! Other installations whose closures count here, as they are checked.

use std::path::PathBuf;

/// Another installation whose closures count here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Follow {
    /// Its name.
    pub name: String,
    /// The folder with its `keys.log` and `exceptions.log`.
    pub folder: PathBuf,
    /// Fingerprint of its first key, in hex.
    pub first_key: String,
}
