//! Which files a backup holds. Secrets are told from the rest by what the settings name them for, never by a guess at their content.

use super::fault::{BackupFault, at};
use crate::app::console;
use crate::config::Config;
use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

/// Options whose values lead to secrets.
const SECRETS: [&str; 11] = [
    "secret_file",
    "user_file",
    "password_file",
    "bind_password_file",
    "passphrase_file",
    "identity_file",
    "token_file",
    "keytab",
    "key",
    "keys",
    "authority",
];
/// Options whose values lead to what is somebody else's, or a copy.
const OTHERS: [&str; 2] = ["heads_copy", "folder"];
/// What holds requests, or vouches for it.
const LOG_ENDINGS: [&str; 4] = [".seg", ".sealed", ".parquet", ".sum"];
const LOG_NAMES: [&str; 4] = ["heads.log", "receipts.log", "exports.log", "holds.log"];
/// What the running program makes for itself.
const OWN: [&str; 4] = ["lock", "turn", "reserve", "history.lock"];
/// Likewise: whoever writes has one of these.
const TURN: &str = ".turn";
/// Keys that the program makes for itself: of list images, of codes, of pseudonyms.
const KEY: &str = ".key";

/// Files to take, by where they lie.
#[derive(Debug, Default)]
pub(super) struct Picked {
    /// What anybody with the archive may read.
    pub(super) plain: BTreeSet<PathBuf>,
    /// What is encrypted.
    pub(super) keys: BTreeSet<PathBuf>,
}

/// What belongs to an installation with these settings, which stand in this file. Where segments end the log is left out unless it is
/// wanted. The console's book is not among it: it is copied by SQLite.
pub(super) fn pick(config: &Config, settings: Option<&Path>, with_log: bool) -> Result<Picked, BackupFault> {
    let mut picked = Picked::default();
    if let Some(settings) = settings {
        named(settings, &mut picked)?;
    }
    let keys = config.log.folder.join(&config.log.keys);
    let console = console::folder_of(&config.admin, &config.log.folder);
    let log = |path: &Path| !path.starts_with(&keys) && !is_key(path) && (with_log || !is_log(path));
    let open = |path: &Path| !is_key(path) && !is_book(path);
    below(&config.log.folder, &log, &mut picked.plain)?;
    let of_sites = config.pages.of_sites.iter().map(|pages| &pages.folder);
    for folder in [&config.lists.folder, &config.accredit.folder, &config.pages.folder, &console].into_iter().chain(of_sites) {
        below(folder, &open, &mut picked.plain)?;
    }
    for folder in [&config.log.folder, &config.lists.folder, &console] {
        below(folder, &is_key, &mut picked.keys)?;
    }
    for folder in [&keys, &config.https.authority] {
        below(folder, &|_| true, &mut picked.keys)?;
    }
    Ok(picked)
}

/// Every file below, or the file itself. What is not there, or goes away meanwhile, is none.
fn below(path: &Path, takes: &dyn Fn(&Path) -> bool, found: &mut BTreeSet<PathBuf>) -> Result<(), BackupFault> {
    if path.as_os_str().is_empty() {
        return Ok(());
    }
    let kind = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        other => other.map_err(at(path))?,
    };
    if kind.is_dir() {
        for entry in fs::read_dir(path).map_err(at(path))? {
            below(&entry.map_err(at(path))?.path(), takes, found)?;
        }
        return Ok(());
    }
    // A link is taken for what it leads to; sockets and pipes are none of ours.
    if fs::metadata(path).is_ok_and(|data| data.is_file()) && !is_own(path) && takes(path) {
        found.insert(path.to_owned());
    }
    Ok(())
}

fn name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or("")
}

fn is_log(path: &Path) -> bool {
    let name = name(path);
    LOG_ENDINGS.iter().any(|ending| name.ends_with(ending)) || LOG_NAMES.contains(&name)
}

/// Such as `installation.key`, also while it is being made.
fn is_key(path: &Path) -> bool {
    name(path).ends_with(KEY) || name(path).contains(&format!("{KEY}."))
}

fn is_own(path: &Path) -> bool {
    OWN.contains(&name(path)) || name(path).ends_with(".new") || name(path).ends_with(TURN)
}

fn is_book(path: &Path) -> bool {
    name(path).starts_with(crate::admin::FILE)
}

/// The settings, and every file that they name: templates, rules, lists, accounts; secrets apart.
fn named(settings: &Path, picked: &mut Picked) -> Result<(), BackupFault> {
    if !picked.plain.insert(settings.to_owned()) {
        return Ok(());
    }
    let text = fs::read_to_string(settings).map_err(at(settings))?;
    // What cannot be read as settings is a file like others.
    let Ok(table) = text.parse::<toml::Table>() else { return Ok(()) };
    walk("", &toml::Value::Table(table), picked)
}

fn walk(key: &str, value: &toml::Value, picked: &mut Picked) -> Result<(), BackupFault> {
    match value {
        toml::Value::Table(table) => table.iter().try_for_each(|(key, value)| walk(key, value, picked)),
        toml::Value::Array(items) => items.iter().try_for_each(|item| walk(key, item, picked)),
        toml::Value::String(text) => one(key, Path::new(text), picked),
        toml::Value::Integer(_) | toml::Value::Float(_) | toml::Value::Boolean(_) | toml::Value::Datetime(_) => Ok(()),
    }
}

fn one(key: &str, path: &Path, picked: &mut Picked) -> Result<(), BackupFault> {
    let is_file = fs::metadata(path).is_ok_and(|data| data.is_file());
    if OTHERS.contains(&key) || (!is_file && !matches!(key, "path" | "authority" | "keys")) {
        return Ok(());
    }
    if SECRETS.contains(&key) || is_key(path) {
        return below(path, &|_| true, &mut picked.keys);
    }
    if is_file && path.extension().is_some_and(|ending| ending == "toml") {
        return named(path, picked);
    }
    below(path, &|_| true, &mut picked.plain)
}

/// The name under which a file lies in an archive, seen from the folder in which the program works.
pub(super) fn inside(path: &Path) -> Result<String, BackupFault> {
    let whole = fs::canonicalize(path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")));
    let whole = whole.map_err(at(path))?.join(path.file_name().unwrap_or_default());
    let here = std::env::current_dir().and_then(fs::canonicalize).map_err(at(path))?;
    let seen = whole.strip_prefix(&here).unwrap_or(&whole);
    let parts = seen.components().filter_map(|part| match part {
        Component::Normal(part) => Some(part.to_string_lossy()),
        Component::Prefix(_) | Component::RootDir | Component::CurDir | Component::ParentDir => None,
    });
    Ok(parts.collect::<Vec<_>>().join("/"))
}
