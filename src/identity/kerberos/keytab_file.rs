//! The keytab in force: read at start, and again when the file has changed. What cannot be used leaves the last good keys in force.

use super::cipher::Key;
use super::fault::TicketFault;
use super::keytab::{Entry, KeytabFault, read};
use super::principal::Principal;
use crate::identity::account_file::{Stamp, stamp};
use arc_swap::ArcSwap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use zeroize::Zeroizing;

/// Largest keytab that is read.
const LARGEST: u64 = 1024 * 1024;

/// What is new in a file, in words; nothing where it is the same.
pub type Told = Option<String>;

/// The keys in force.
pub struct KeytabFile {
    path: PathBuf,
    /// The one service whose tickets are taken; `None`: every service of the web in the file.
    wanted: Option<Principal>,
    held: ArcSwap<Vec<Entry>>,
    seen: Mutex<Stamp>,
}

impl KeytabFile {
    /// Reads the file. `service`: as settings have it; empty for every `HTTP/...` in the file.
    ///
    /// # Errors
    /// [`KeytabFault`].
    pub fn open(path: &Path, service: &str) -> Result<Self, KeytabFault> {
        let wanted = Principal::read(service);
        let stamp = stamp(path);
        let held = ArcSwap::from_pointee(load(path, wanted.as_ref())?);
        Ok(Self { path: path.to_owned(), wanted, held, seen: Mutex::new(stamp) })
    }

    /// Is it the one that these settings mean?
    #[must_use]
    pub fn is(&self, path: &Path, service: &str) -> bool {
        self.path == path && self.wanted == Principal::read(service)
    }

    /// Reads the file again if it has changed. A fault is told once for each change.
    ///
    /// # Errors
    /// [`KeytabFault`]: the last good keys stay in force.
    pub fn refresh(&self) -> Result<Told, KeytabFault> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let now = stamp(&self.path);
        if *seen == now {
            return Ok(None);
        }
        *seen = now;
        let fresh = load(&self.path, self.wanted.as_ref())?;
        let said = in_words(&fresh);
        self.held.store(Arc::new(fresh));
        Ok(Some(said))
    }

    /// The realm of the service, which is that of the people unless settings say otherwise.
    #[must_use]
    pub fn realm(&self) -> String {
        self.held.load().first().map(|entry| entry.service.realm.clone()).unwrap_or_default()
    }

    /// The keys that a ticket for this service, with this kind and this version of key, may be sealed with.
    ///
    /// # Errors
    /// [`TicketFault`]: there is none.
    pub fn keys(&self, service: &Principal, kind: i64, version: Option<u32>) -> Result<Vec<Key>, TicketFault> {
        let held = self.held.load();
        let of_service = || held.iter().filter(|entry| entry.service.is_same_service(service));
        if of_service().next().is_none() {
            return Err(TicketFault::OtherService);
        }
        let fits = |entry: &Entry| version.is_none_or(|version| entry.version == 0 || entry.version == version);
        let of_version: Vec<&Entry> = of_service().filter(|entry| fits(entry)).collect();
        if of_version.is_empty() {
            return Err(TicketFault::KeyVersion);
        }
        let keys = of_version.into_iter().filter_map(|entry| entry.key.clone());
        let keys: Vec<Key> = keys.filter(|key| key.kind.number() == kind).collect();
        if keys.is_empty() { Err(TicketFault::KeyKind) } else { Ok(keys) }
    }
}

fn load(path: &Path, wanted: Option<&Principal>) -> Result<Vec<Entry>, KeytabFault> {
    let fault = |problem| KeytabFault::File { path: path.to_owned(), problem };
    let found = fs::metadata(path).map_err(fault)?;
    if found.mode() & 0o077 != 0 {
        return Err(KeytabFault::Open(path.to_owned()));
    }
    if found.len() > LARGEST {
        return Err(fault(std::io::ErrorKind::FileTooLarge.into()));
    }
    let bytes = Zeroizing::new(fs::read(path).map_err(fault)?);
    let mut entries = read(&bytes).ok_or_else(|| KeytabFault::Shape(path.to_owned()))?;
    let found = in_words(&entries);
    entries.retain(|entry| wanted.map_or_else(|| entry.service.is_web(), |wanted| entry.service.is_same_service(wanted)));
    if entries.iter().all(|entry| entry.key.is_none()) {
        let wanted = wanted.map_or_else(|| "HTTP/...".to_owned(), ToString::to_string);
        return Err(KeytabFault::NoKey { path: path.display().to_string(), wanted, found });
    }
    Ok(entries)
}

/// Whose keys there are, with the versions of each.
fn in_words(entries: &[Entry]) -> String {
    let mut names: Vec<String> = entries.iter().map(|entry| format!("{} (version {})", entry.service, entry.version)).collect();
    names.dedup();
    if names.is_empty() { "no key at all".to_owned() } else { names.join(", ") }
}
