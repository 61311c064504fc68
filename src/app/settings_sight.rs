//! Settings as the console shows and changes them, and where their file says something else than what is in force.

use super::App;
use super::settings_file::SettingsFile;
use super::standing::waits_for_a_restart;
use crate::admin::{ChangeFault, PolicyFile, PolicyWorks, Proposed, SettingDiffers, SettingsWorks, WorksFault};
use crate::config::{SettingSight, SettingsTable, with_setting};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Every option as it stood when it went into force: at the start, and at the last reload.
pub(super) struct InForce {
    at_start: Vec<SettingsTable>,
    at_reload: Mutex<Vec<SettingsTable>>,
}

impl InForce {
    /// What stands in the file at the start.
    pub(super) fn at_start(file: &dyn SettingsFile) -> Self {
        let all = now(file).unwrap_or_default();
        Self { at_start: all.clone(), at_reload: Mutex::new(all) }
    }

    /// A reload has taken these over.
    pub(super) fn reloaded(&self, all: Vec<SettingsTable>) {
        *self.at_reload.lock().unwrap_or_else(PoisonError::into_inner) = all;
    }
}

/// What stands in the file now; `None`: it cannot be read.
pub(super) fn now(file: &dyn SettingsFile) -> Option<Vec<SettingsTable>> {
    file.text().ok().map(|(_, text)| file.sight(&text))
}

type Options<'a> = BTreeMap<(&'a str, &'a str), &'a SettingSight>;

fn options(tables: &[SettingsTable], waits: bool) -> Options<'_> {
    let all = tables.iter().flat_map(|table| table.options.iter().map(|option| ((&*table.title, &*option.path), option)));
    all.filter(|((_, path), _)| waits_for_a_restart(path) == waits).collect()
}

fn differing(file: &Options<'_>, force: &Options<'_>, restart: bool) -> Vec<SettingDiffers> {
    let mut keys: Vec<_> = file.keys().chain(force.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    let told = |(table, path): &(&str, &str)| {
        let [file, force] = [file, force].map(|of| of.get(&(*table, *path)).copied());
        let value = |option: Option<&SettingSight>| option.map_or_else(String::new, |option| option.value.clone());
        let differs = file.map_or(0, |option| option.mark) != force.map_or(0, |option| option.mark);
        let (table, path) = ((*table).to_owned(), (*path).to_owned());
        differs.then(|| SettingDiffers { table, path, file: value(file), force: value(force), restart })
    };
    keys.into_iter().filter_map(told).collect()
}

impl SettingsWorks for App {
    fn settings_tables(&self) -> Result<Vec<SettingsTable>, WorksFault> {
        Ok(self.written.settings.sight(&self.settings_text()?))
    }

    fn settings_differ(&self) -> Result<Vec<SettingDiffers>, WorksFault> {
        let file = self.settings_tables()?;
        let reloaded = self.in_force.at_reload.lock().unwrap_or_else(PoisonError::into_inner);
        let mut found = differing(&options(&file, false), &options(&reloaded, false), false);
        found.extend(differing(&options(&file, true), &options(&self.in_force.at_start, true), true));
        Ok(found)
    }

    fn setting_changed(&self, path: &str, value: &str) -> Result<Proposed, ChangeFault> {
        let text = self.settings_text().map_err(ChangeFault::Works)?;
        self.replaced(&PolicyFile::Settings, &with_setting(&text, path, value).ok_or(ChangeFault::Elsewhere)?)
    }

    fn needs_restart(&self, path: &str) -> bool {
        waits_for_a_restart(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_told_by_what_it_waits_for_and_where_it_stands_does_not_count() {
        let one = |path: &str, value: &str, mark, place: &str| SettingSight {
            path: path.into(),
            value: value.into(),
            mark,
            place: place.into(),
            ..SettingSight::default()
        };
        let table = |title: &str, options| SettingsTable { title: title.into(), options };
        let force = [
            table("[site]", vec![one("site.name", "\"A\"", 1, "x:2"), one("site.node", "n", 0, "")]),
            table("[[group]] kids", vec![one("group.name", "\"kids\"", 5, "x:9")]),
        ];
        let file = [table("[site]", vec![one("site.name", "\"B\"", 2, "x:2"), one("site.node", "\"m\"", 3, "x:3")])];
        let told = |waits| differing(&options(&file, waits), &options(&force, waits), waits);
        let short = |all: Vec<SettingDiffers>| -> Vec<String> {
            all.into_iter().map(|one| format!("{} {} {} {}", one.path, one.file, one.force, one.restart)).collect()
        };
        assert_eq!(short(told(false)), ["group.name  \"kids\" false", "site.name \"B\" \"A\" false"]);
        assert_eq!(short(told(true)), ["site.node \"m\" n true"]);
        let moved = [table("[site]", vec![one("site.name", "\"A\"", 1, "x:7")])];
        assert_eq!(differing(&options(&moved, false), &options(&force[..1], false), false), []);
    }
}
