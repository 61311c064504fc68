//! The last good text of every source that is a file or a folder: `lists.folder/last/NAME/`.
//!
//! ```text
//! current         which version counts, and of what it was made: names, sizes and times of the files
//! HASH            a version: one file, or a folder of folders
//! ```
//!
//! Where a file is gone or is no list any more, this stands in for it and all other lists are compiled as they are now: one source holds up
//! no other. Must never hold what was not in force; like what is fetched, it is in the clear, for the owner of the process only.

use super::fetched::{file_name, remove, sync};
use super::mapped::is_of;
use super::sources::{Found, Place};
use crate::config::{ListSettings, Source as Setting};
use aws_lc_rs::digest;
use std::collections::BTreeSet;
use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The text of one source, as it was when it was read.
#[derive(Clone, Debug)]
pub(super) struct Text {
    setting: Setting,
    files: Vec<PathBuf>,
    facts: String,
}

impl Text {
    /// Of every source that is no longer to be had once its file is gone.
    pub(super) fn all(settings: &ListSettings, found: &[Found]) -> Vec<Self> {
        let plain = settings.sources.iter().filter(|source| is_plain(source));
        let text = |setting: &Setting| {
            let places = found.iter().filter(|list| is_of(setting, &list.spec.name)).flat_map(|list| &list.files);
            let file = |place: &Place| match place {
                Place::File(path) => path.starts_with(&setting.path).then(|| path.clone()),
                Place::BuiltIn(_) => None,
            };
            let files: Vec<PathBuf> = places.filter_map(|(_, place)| file(place)).collect();
            (!files.is_empty()).then(|| Self { setting: setting.clone(), facts: facts(&files), files })
        };
        plain.filter_map(text).collect()
    }

    pub(super) fn name(&self) -> &str {
        &self.setting.name
    }

    /// Keeps it, unless it has been kept or its files have changed since they were read.
    pub(super) fn keep(&self, settings: &ListSettings) -> io::Result<()> {
        let all = settings.folder.join("last");
        let place = all.join(file_name(&self.setting.name));
        if known(&place).is_some_and(|(_, facts)| facts == self.facts) {
            return Ok(());
        }
        let mark = digest::digest(&digest::SHA256, self.facts.as_bytes());
        let version: String = mark.as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let new = place.join("new");
        for folder in [&all, &place] {
            fs::create_dir_all(folder)?;
            fs::set_permissions(folder, Permissions::from_mode(0o700))?;
        }
        if new.symlink_metadata().is_ok() {
            remove(&new)?;
        }
        for file in &self.files {
            copy(file, &under(&new, file, &self.setting.path))?;
        }
        if facts(&self.files) != self.facts {
            return remove(&new);
        }
        sync(&new)?;
        self.settle(&place, &new, &version)
    }

    /// In its place first, then by name; what counted before goes.
    fn settle(&self, place: &Path, new: &Path, version: &str) -> io::Result<()> {
        let (own, current) = (place.join(version), place.join("current"));
        if own.symlink_metadata().is_ok() {
            remove(&own)?;
        }
        fs::rename(new, &own)?;
        let written = place.join("current.new");
        let mut file = File::create(&written)?;
        file.write_all(format!("{version}\n{}", self.facts).as_bytes())?;
        file.sync_all()?;
        fs::rename(&written, &current)?;
        File::open(place)?.sync_all()?;
        for entry in fs::read_dir(place)? {
            let path = entry?.path();
            if path != own && path != current {
                remove(&path)?;
            }
        }
        Ok(())
    }
}

/// Nothing is kept of sources that the settings no longer name.
pub(super) fn forget_others(settings: &ListSettings) -> io::Result<()> {
    let all = settings.folder.join("last");
    if !all.is_dir() {
        return Ok(());
    }
    let known: BTreeSet<PathBuf> =
        settings.sources.iter().filter(|source| is_plain(source)).map(|source| all.join(file_name(&source.name))).collect();
    for entry in fs::read_dir(&all)? {
        let path = entry?.path();
        if !known.contains(&path) {
            remove(&path)?;
        }
    }
    Ok(())
}

/// The settings with the last good text of these sources in the place of what stands at their paths, and the names of those that have one.
pub(super) fn with_last(settings: &ListSettings, names: &BTreeSet<String>) -> (ListSettings, BTreeSet<String>) {
    let mut found = BTreeSet::new();
    let mut settings = settings.clone();
    let all = settings.folder.join("last");
    for source in settings.sources.iter_mut().filter(|source| names.contains(&source.name) && is_plain(source)) {
        let place = all.join(file_name(&source.name));
        // Where that text itself is no good there is no other.
        if let Some((version, _)) = known(&place).filter(|_| !source.path.starts_with(&place)) {
            source.path = place.join(version);
            found.insert(source.name.clone());
        }
    }
    (settings, found)
}

/// The sources of these lists.
pub(super) fn sources_of<'l>(settings: &ListSettings, lists: impl Iterator<Item = &'l Arc<str>>) -> BTreeSet<String> {
    lists.filter_map(|list| settings.sources.iter().find(|source| is_of(source, list))).map(|source| source.name.clone()).collect()
}

/// A file or a folder of somebody else's: what is fetched has its versions, what came with the program stays, what is watched is small.
fn is_plain(source: &Setting) -> bool {
    source.fetch.is_none() && !source.watch && source.builtin().is_none()
}

/// The version that counts, and of what it was made.
fn known(place: &Path) -> Option<(String, String)> {
    let text = fs::read_to_string(place.join("current")).ok()?;
    let (version, facts) = text.split_once('\n')?;
    place.join(version).exists().then(|| (version.to_owned(), facts.to_owned()))
}

fn facts(files: &[PathBuf]) -> String {
    let one = |path: &PathBuf| {
        let facts = fs::metadata(path).map_or((0, 0, 0, 0), |facts| (facts.size(), facts.mtime(), facts.mtime_nsec(), facts.ino()));
        format!("{} {facts:?}\n", path.display())
    };
    files.iter().map(one).collect()
}

/// Where a file of a source stands below another place.
fn under(place: &Path, file: &Path, path: &Path) -> PathBuf {
    match file.strip_prefix(path) {
        Ok(rest) if !rest.as_os_str().is_empty() => place.join(rest),
        Ok(_) | Err(_) => place.to_owned(),
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    if let Some(above) = to.parent() {
        fs::create_dir_all(above)?;
    }
    fs::copy(from, to)?;
    fs::set_permissions(to, Permissions::from_mode(0o600))
}
