//! Which vault belongs to which folder, for the whole process: every reader of a log opens the folder by its path, and finds the keys there.
//! Keys are kept for as long as the process lives, and by path alone: no question can ask for another log's keys.

use super::fault::VaultFault;
use super::keys::Vault;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

static VAULTS: RwLock<BTreeMap<PathBuf, Arc<Vault>>> = RwLock::new(BTreeMap::new());

/// Gives this process the keys of the log in this folder: to whom it is encrypted, and the file of a private key (`-`: the standard input).
/// They take the place of those given before.
///
/// # Errors
/// [`VaultFault`]; the keys given before stay.
pub fn unlock(folder: &Path, encrypt_to: &[String], identity: Option<&Path>) -> Result<(), VaultFault> {
    let vault = Arc::new(Vault::read(encrypt_to, identity)?);
    VAULTS.write().unwrap_or_else(PoisonError::into_inner).insert(place(folder), vault);
    Ok(())
}

/// The keys that were given for this folder.
pub(crate) fn vault_of(folder: &Path) -> Option<Arc<Vault>> {
    let vaults = VAULTS.read().unwrap_or_else(PoisonError::into_inner);
    if vaults.is_empty() { None } else { vaults.get(&place(folder)).cloned() }
}

/// The folder by one name, however it was called.
fn place(folder: &Path) -> PathBuf {
    folder.canonicalize().unwrap_or_else(|_| folder.to_owned())
}
