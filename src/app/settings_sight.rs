//! Settings as the console shows and changes them.

use super::App;
use super::standing::waits_for_a_restart;
use crate::admin::{ChangeFault, PolicyWorks, Proposed, SettingsWorks, WorksFault};
use crate::config::{SettingsTable, with_setting};

impl SettingsWorks for App {
    fn settings_tables(&self) -> Result<Vec<SettingsTable>, WorksFault> {
        Ok(self.written.settings.sight(&self.settings_text()?))
    }

    fn setting_changed(&self, path: &str, value: &str) -> Result<Proposed, ChangeFault> {
        let text = self.settings_text().map_err(ChangeFault::Works)?;
        self.replaced(&with_setting(&text, path, value).ok_or(ChangeFault::Elsewhere)?)
    }

    fn needs_restart(&self, path: &str) -> bool {
        waits_for_a_restart(path)
    }
}
