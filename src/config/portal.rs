//! The page on which people sign in who have no other way (RFC 8908, RFC 8910). Defaults stand here, once.

use super::shells::Door;
use std::time::Duration;

/// The page on which people sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortalSettings {
    /// Groups whose people are led to the page while nobody is known. Never empty.
    pub groups: Vec<Box<str>>,
    /// How long a sign-in stands when nothing is asked for.
    pub keep: Duration,
    /// How long it stands at most.
    pub at_most: Duration,
    /// The group of people who go on without an account; `None`: nobody may.
    pub guest: Option<Box<str>>,
    /// Passwords may be typed on the page although it is not protected.
    pub unprotected: bool,
    /// A certificate for our own name that browsers trust; `None`: that of our authority, where there is one.
    pub door: Option<Door>,
}

impl Default for PortalSettings {
    fn default() -> Self {
        Self {
            groups: Vec::new(),
            keep: Duration::from_secs(2 * 3600),
            at_most: Duration::from_secs(12 * 3600),
            guest: None,
            unprotected: false,
            door: None,
        }
    }
}
