//! How people show who they are by tickets of Kerberos. Defaults stand here, once.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// `[sign_in.kerberos]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KerberosSettings {
    /// The file of our keys.
    pub keytab: PathBuf,
    /// The service whose tickets are taken; empty: every service of the web in the file.
    pub service: String,
    /// Realms whose people are taken, the first without its name behind theirs; empty: the realm of the service.
    pub realms: Vec<String>,
    /// The group of people who have no local account and no group of the directory; `None`: the strictest.
    pub group: Option<Box<str>>,
    /// How far a client's clock may be from ours.
    pub clock_skew: Duration,
}

impl KerberosSettings {
    /// The groups of people of whom nothing more is known.
    #[must_use]
    pub fn groups(&self) -> Arc<[Arc<str>]> {
        self.group.iter().map(|name| Arc::from(&**name)).collect()
    }
}

impl Default for KerberosSettings {
    fn default() -> Self {
        Self { keytab: PathBuf::new(), service: String::new(), realms: Vec::new(), group: None, clock_skew: Duration::from_secs(300) }
    }
}
