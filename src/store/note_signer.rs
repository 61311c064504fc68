//! Who puts a name under a text: deletion receipts, legal holds, manifests. The key is another's business; nothing here may see it.

use super::heads::Signer;

/// Signs texts.
pub trait NoteSigner: Send + Sync {
    /// The text (which ends with a line end), followed by an empty line and its signature lines: a signed note (C2SP signed-note).
    fn sign(&self, text: &str) -> String;
    /// Does it really sign?
    fn signs(&self) -> bool {
        true
    }
}

/// Signs nothing, and says so: for a log that has no key, or a command that may not have it. Such a note still stands in the chain of
/// its file, so that it cannot be taken out or changed unseen while what follows it stands.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unsigned;

impl NoteSigner for Unsigned {
    fn sign(&self, text: &str) -> String {
        format!("{text}\n(unsigned)\n")
    }

    fn signs(&self) -> bool {
        false
    }
}

impl NoteSigner for Signer {
    fn sign(&self, text: &str) -> String {
        self.sign_plain(text)
    }
}

/// Who signs for the log in this folder: its present key, if there is one and it may be read. `keys`: the folder of keys; a relative one
/// lies inside the log's own.
#[must_use]
pub fn signer_for(folder: &std::path::Path, keys: &std::path::Path) -> Box<dyn NoteSigner> {
    match Signer::read(folder, Some(keys)) {
        Ok(signer) => Box::new(signer),
        Err(fault) => {
            tracing::warn!(%fault, "what is noted now is not signed");
            Box::new(Unsigned)
        }
    }
}
