//! Why a file of the log cannot be opened, or its keys not be used, in sentences that name the place and the key.

use std::io;
use std::path::PathBuf;

/// Keys that cannot be used, or a file that they do not open.
#[derive(Debug, thiserror::Error)]
pub enum VaultFault {
    /// Not a recipient.
    #[error("`{0}` is no age recipient: expected age1 and 58 more letters and digits")]
    Recipient(String),
    /// The identity file cannot be read.
    #[error("the identity file {path} cannot be read: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Others may read the identity.
    #[error("the identity file {path} can be read by others (mode {mode:03o}): it has to be its owner's alone (chmod 600)")]
    Open {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The identity is itself encrypted.
    #[error("the identity file {path} is protected by a passphrase: `age -d {path} | lifeguard logs ... --identity -`")]
    Passphrase {
        /// The file.
        path: PathBuf,
    },
    /// A line that is no identity.
    #[error("line {line} of the identity file {path} is no age identity: expected AGE-SECRET-KEY-1...")]
    Identity {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
    },
    /// No identity in it.
    #[error("the identity file {path} holds no age identity")]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// A file for which there is no key here.
    #[error("it is encrypted, and no key here opens it: it needs the identity of {}; give it with --identity FILE, or as identity_file under [log]", one_of(.needs))]
    Locked {
        /// The custodians' public keys.
        needs: Vec<String>,
    },
    /// An encrypted file whose first part is damaged.
    #[error("its encryption header is damaged: {0}")]
    Header(&'static str),
    /// A file that cannot be made, because nobody could open it.
    #[error("it belongs to an encrypted segment, and there is no recipient to encrypt it to: set encrypt_to under [log]")]
    NoRecipient,
    /// The file cannot be encrypted.
    #[error("it cannot be encrypted")]
    Encrypt,
}

fn one_of(keys: &[String]) -> String {
    if keys.is_empty() { "a custodian whom it does not name".to_owned() } else { keys.join(" or ") }
}

impl From<VaultFault> for io::Error {
    fn from(fault: VaultFault) -> Self {
        let kind = match &fault {
            VaultFault::Locked { .. } | VaultFault::Open { .. } => io::ErrorKind::PermissionDenied,
            VaultFault::Io { source, .. } => source.kind(),
            VaultFault::Recipient(_)
            | VaultFault::Passphrase { .. }
            | VaultFault::Identity { .. }
            | VaultFault::Empty { .. }
            | VaultFault::Header(_)
            | VaultFault::NoRecipient
            | VaultFault::Encrypt => io::ErrorKind::InvalidData,
        };
        Self::new(kind, fault)
    }
}

impl VaultFault {
    /// Is this error one of a file for which there is no key here?
    pub(crate) fn is_locked(error: &io::Error) -> bool {
        error.get_ref().and_then(|inner| inner.downcast_ref::<Self>()).is_some_and(|fault| matches!(fault, Self::Locked { .. }))
    }
}
