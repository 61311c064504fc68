//! The keys of a log at rest: the public ones of its custodians, and private ones as far as they were given. A private key must never be
//! shown, written or kept longer than the vault lives.

use super::fault::VaultFault;
use super::header::{START, TO, stem};
use crate::record::base64;
use crate::store::name::SUMMARY;
use age::x25519::{Identity, Recipient};
use age_core::format::{FileKey, Stanza};
use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use zeroize::Zeroizing;

/// Longest identity file.
const LONGEST: u64 = 64 * 1024;
/// Most segments that may be under way between sealing and index.
const MOST_MAKING: usize = 16;
/// The name under which an identity comes by the standard input.
const STANDARD_INPUT: &str = "-";

/// Keys at rest.
#[derive(Default)]
pub struct Vault {
    recipients: Vec<Recipient>,
    identities: Vec<Identity>,
    /// Keys of segments that this process is sealing: each goes when its index is made.
    making: Mutex<BTreeMap<String, Identity>>,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Vault({} recipients, {} identities)", self.recipients.len(), self.identities.len())
    }
}

impl Vault {
    /// The keys of a log: to whom it is encrypted, and the file of the private key (`-`: the standard input) if this process may read.
    ///
    /// # Errors
    /// [`VaultFault`], with the place.
    pub fn read(encrypt_to: &[String], identity: Option<&Path>) -> Result<Self, VaultFault> {
        let parse = |text: &String| text.parse().map_err(|_| VaultFault::Recipient(text.clone()));
        let recipients: Vec<Recipient> = encrypt_to.iter().map(parse).collect::<Result<_, _>>()?;
        let identities = identity.map(read_identities).transpose()?.unwrap_or_default();
        let opens = |one: &Identity| encrypt_to.contains(&one.to_public().to_string());
        if !recipients.is_empty() && !identities.is_empty() && !identities.iter().any(opens) {
            tracing::warn!("identity_file holds none of the keys in encrypt_to: what is sealed from now on cannot be searched here");
        }
        Ok(Self { recipients, identities, making: Mutex::default() })
    }

    /// Is anything encrypted from now on?
    pub(crate) fn encrypts(&self) -> bool {
        !self.recipients.is_empty()
    }

    /// Private keys for the file of this segment.
    pub(super) fn identities(&self, stem: &str) -> Vec<Identity> {
        let making = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        self.identities.iter().chain(making.get(stem)).cloned().collect()
    }

    /// A key for a segment that is being sealed.
    pub(super) fn begin(&self, stem: &str) -> Recipient {
        let key = Identity::generate();
        let public = key.to_public();
        let mut making = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        while making.len() >= MOST_MAKING {
            making.pop_first();
        }
        making.insert(stem.to_owned(), key);
        public
    }

    /// A file got its name. With its summary a segment has all it needs: what was kept of its key is wiped.
    pub(crate) fn named(&self, name: &str) {
        if name.ends_with(SUMMARY) {
            self.making.lock().unwrap_or_else(PoisonError::into_inner).remove(stem(name));
        }
    }

    /// The custodians' keys, as text.
    pub(super) fn recipients(&self) -> Vec<String> {
        self.recipients.iter().map(ToString::to_string).collect()
    }
}

/// A line of the header that anyone can read, in the place where age has a recipient.
pub(super) struct Says {
    tag: &'static str,
    text: String,
}

impl Says {
    pub(super) fn to(recipient: &str) -> Self {
        Self { tag: TO, text: recipient.to_owned() }
    }

    pub(super) fn start(bytes: &[u8]) -> Self {
        Self { tag: START, text: base64::encode(bytes) }
    }
}

impl age::Recipient for Says {
    fn wrap_file_key(&self, _: &FileKey) -> Result<(Vec<Stanza>, HashSet<String>), age::EncryptError> {
        let stanza = Stanza { tag: self.tag.to_owned(), args: vec![self.text.clone()], body: Vec::new() };
        Ok((vec![stanza], HashSet::new()))
    }
}

/// The private keys of a file that only its owner can read; `-`: of the standard input.
///
/// # Errors
/// [`VaultFault`], with the place.
pub fn read_identities(path: &Path) -> Result<Vec<Identity>, VaultFault> {
    let fault = |source| VaultFault::Io { path: path.to_owned(), source };
    let mut text = Zeroizing::new(String::with_capacity(4096));
    if path == Path::new(STANDARD_INPUT) {
        std::io::stdin().lock().take(LONGEST).read_to_string(&mut text).map_err(fault)?;
    } else {
        let file = File::open(path).map_err(fault)?;
        let mode = file.metadata().map_err(fault)?.mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(VaultFault::Open { path: path.to_owned(), mode });
        }
        let mut bytes = Zeroizing::new(Vec::with_capacity(4096));
        file.take(LONGEST).read_to_end(&mut bytes).map_err(fault)?;
        // An identity that is protected by a passphrase need not be text.
        text.push_str(&String::from_utf8_lossy(&bytes));
    }
    if text.starts_with("age-encryption.org/") || text.starts_with("-----BEGIN AGE ENCRYPTED FILE-----") {
        return Err(VaultFault::Passphrase { path: path.to_owned() });
    }
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let parse = |(line, text): (usize, &str)| text.parse().map_err(|_| VaultFault::Identity { path: path.to_owned(), line });
    let identities: Vec<Identity> = lines.map(parse).collect::<Result<_, _>>()?;
    if identities.is_empty() { Err(VaultFault::Empty { path: path.to_owned() }) } else { Ok(identities) }
}
