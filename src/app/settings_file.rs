//! The text of the settings, as the console changes it: what stands there, whether another text is good, and putting it in its place.

use crate::config::{Config, SettingsTable};
use std::io;

/// Why the settings would not be taken with another text in the file of one site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteFaults {
    /// What is wrong in that site's own files, with its place, in words.
    pub own: String,
    /// How much is wrong elsewhere.
    pub others: usize,
}

/// The file of settings of a running system.
pub trait SettingsFile: Send + Sync {
    /// Its name, and what stands in it now.
    ///
    /// # Errors
    /// It cannot be read, in words.
    fn text(&self) -> Result<(String, String), String>;

    /// What stands in another file that the settings name, such as that of a site.
    ///
    /// # Errors
    /// It cannot be read, in words.
    fn other(&self, name: &str) -> Result<String, String>;

    /// What such a text would mean, checked as a reload checks it.
    ///
    /// # Errors
    /// Every fault with its place, in words.
    fn check(&self, text: &str) -> Result<Config, String>;

    /// The same for a text of the settings with a text in the file of a site, by the name that [`Self::other`] takes.
    ///
    /// # Errors
    /// [`SiteFaults`].
    fn check_other(&self, text: &str, other: (&str, &str)) -> Result<Config, SiteFaults>;

    /// Every option of such a text, with its place and what it means.
    fn sight(&self, text: &str) -> Vec<SettingsTable>;

    /// May it be written? `Err` says why not.
    ///
    /// # Errors
    /// What the system says.
    fn writable(&self) -> io::Result<()>;

    /// May that other file be written?
    ///
    /// # Errors
    /// What the system says.
    fn writable_other(&self, name: &str) -> io::Result<()>;

    /// [`Self::swap`] for that other file.
    ///
    /// # Errors
    /// What the system says; the old one stands.
    fn swap_other(&self, name: &str, was: &str, text: &str) -> io::Result<bool>;

    /// Puts another text in the place of `was`, whole, with the rights of the old one. `false`: something else stands there, and stays.
    ///
    /// # Errors
    /// What the system says; the old one stands.
    fn swap(&self, was: &str, text: &str) -> io::Result<bool>;
}
