//! What the page of settings asks of the running system.

use super::policy_works::{ChangeFault, PolicyWorks, Proposed};
use super::works::{FixedWorks, WorksFault};
use crate::config::SettingsTable;
use std::sync::{Mutex, PoisonError};

/// An option of which the file says something else than what is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingDiffers {
    /// The head of its table.
    pub table: String,
    /// Its keys with points between them.
    pub path: String,
    /// What stands in the file, or holds without it; empty: nothing.
    pub file: String,
    /// What is in force; empty: nothing.
    pub force: String,
    /// A reload is not enough.
    pub restart: bool,
}

/// The settings of the running system.
pub trait SettingsWorks: Send + Sync {
    /// Every option with its value, its place and what it means.
    ///
    /// # Errors
    /// [`WorksFault`]: the file cannot be read.
    fn settings_tables(&self) -> Result<Vec<SettingsTable>, WorksFault>;

    /// What stands in the file and is not in force, or the other way round.
    ///
    /// # Errors
    /// [`WorksFault`]: the file cannot be read.
    fn settings_differ(&self) -> Result<Vec<SettingDiffers>, WorksFault>;

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
    /// What [`SettingsWorks::settings_differ`] says.
    pub differ: Mutex<Vec<SettingDiffers>>,
}

impl SettingsWorks for FixedWorks {
    fn settings_tables(&self) -> Result<Vec<SettingsTable>, WorksFault> {
        Ok(self.settings.tables.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    fn settings_differ(&self) -> Result<Vec<SettingDiffers>, WorksFault> {
        Ok(self.settings.differ.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    fn setting_changed(&self, path: &str, value: &str) -> Result<Proposed, ChangeFault> {
        let text = self.settings_text().map_err(ChangeFault::Works)?;
        self.replaced(&crate::admin::PolicyFile::Settings, &crate::config::with_setting(&text, path, value).ok_or(ChangeFault::Elsewhere)?)
    }

    fn needs_restart(&self, path: &str) -> bool {
        path.starts_with("admin.")
    }
}
