//! What the page of settings asks of the running system.

use super::policy_works::{ChangeFault, PolicyWorks, Proposed};
use super::works::{FixedWorks, WorksFault};
use crate::config::SettingsTable;
use std::sync::{Mutex, PoisonError};

/// The settings of the running system.
pub trait SettingsWorks: Send + Sync {
    /// Every option with its value, its place and what it means.
    ///
    /// # Errors
    /// [`WorksFault`]: the file cannot be read.
    fn settings_tables(&self) -> Result<Vec<SettingsTable>, WorksFault>;

    /// The settings with another value of one option, and what that would mean. Nothing is written.
    ///
    /// # Errors
    /// [`ChangeFault`].
    fn setting_changed(&self, path: &str, value: &str) -> Result<Proposed, ChangeFault>;

    /// Is this option in force only after a restart?
    fn needs_restart(&self, path: &str) -> bool;
}

/// Settings that tests set by hand.
#[derive(Debug, Default)]
pub struct FixedSettings {
    /// What [`SettingsWorks::settings_tables`] says.
    pub tables: Mutex<Vec<SettingsTable>>,
}

impl SettingsWorks for FixedWorks {
    fn settings_tables(&self) -> Result<Vec<SettingsTable>, WorksFault> {
        Ok(self.settings.tables.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    fn setting_changed(&self, path: &str, value: &str) -> Result<Proposed, ChangeFault> {
        let text = self.settings_text().map_err(ChangeFault::Works)?;
        self.replaced(&crate::config::with_setting(&text, path, value).ok_or(ChangeFault::Elsewhere)?)
    }

    fn needs_restart(&self, path: &str) -> bool {
        path.starts_with("admin.")
    }
}
