//! How people sign in (standards V12, X17, AA7). Defaults stand here, once.

use std::path::PathBuf;
use std::time::Duration;

/// How people sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInSettings {
    /// The file of local accounts; empty: there are none, and nobody can sign in.
    pub accounts: PathBuf,
    /// Groups whose people must sign in, however their group was found: a device alone does not get its rules.
    pub needed_for: Vec<Box<str>>,
    /// Passwords are taken over connections that are not protected.
    pub basic_unprotected: bool,
    /// How long a password that was right is not tried again.
    pub remember: Duration,
    /// Wrong passwords in five minutes for one account.
    pub guesses: usize,
    /// Wrong passwords in five minutes from one address.
    pub guesses_per_address: usize,
}

impl Default for SignInSettings {
    fn default() -> Self {
        Self {
            accounts: PathBuf::new(),
            needed_for: Vec::new(),
            basic_unprotected: false,
            remember: Duration::from_secs(600),
            guesses: 10,
            guesses_per_address: 10,
        }
    }
}
