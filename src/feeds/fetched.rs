//! The folder of one source that is fetched: `lists.folder/sources/NAME/`.
//!
//! ```text
//! state.json      which version is in force, what is held in quarantine, how the last fetch went
//! HASH            a version: one file, or the folder that an archive became; HASH is the start of the SHA-256 of what was fetched
//! incoming/       what is being fetched or unpacked; left over only after a crash, and removed by the next fetch
//! release.json    a named person's wish to take what is in quarantine; the running program obeys and removes it
//! lock            held by whoever changes the folder
//! ```
//!
//! `state.json` is written beside its place and renamed, after what it names is on disk: at no moment is there no last good version.

use super::cause::{Cause, Refused};
use crate::config::{Fetch, ListSettings};
use crate::model::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Hashes of earlier versions that are remembered, by which an old one is known.
const REMEMBERED: usize = 1024;

/// One version that was fetched.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// SHA-256 of what was fetched, in hexadecimal digits.
    pub sha256: String,
    /// Its name in the folder.
    pub file: String,
    /// `ETag` of the server.
    pub etag: Option<String>,
    /// `Last-Modified` of the server, as it was written.
    pub last_modified: Option<String>,
    /// When it came, in microseconds since 1970.
    pub at: i64,
    /// The publisher's own number of it, from what was signed.
    pub signed: Option<Stated>,
    /// Entries by list, as they were counted when it came.
    pub entries: BTreeMap<String, u64>,
    /// The settings that decided what became of what was fetched: format, files inside, proof.
    pub made_for: String,
    /// Who took it although it had been refused.
    pub released: Option<Released>,
}

/// What a publisher signs together with a file, by which an older one is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stated {
    /// Seconds since 1970.
    Time(u64),
    /// A count that only grows.
    Count(u64),
}

/// A named person takes what had been refused.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Released {
    /// SHA-256 of what is meant.
    pub sha256: String,
    /// Who decided.
    pub by: String,
    /// Why.
    pub because: String,
    /// When, in microseconds since 1970.
    pub at: i64,
}

/// A version that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quarantined {
    /// What came.
    pub version: Version,
    /// Why it was refused.
    pub cause: Cause,
    /// Why, in words for people. Never holds an entry.
    pub words: String,
}

/// How a source stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SourceState {
    /// The address that all this is of.
    pub url: String,
    /// The version in force.
    pub current: Option<Version>,
    /// The version that was in force before, to go back to where the new one cannot be used.
    pub before: Option<Version>,
    /// When the server last gave it, or said that it is still the newest; microseconds since 1970.
    pub confirmed: Option<i64>,
    /// When it was last asked for; microseconds since 1970.
    pub tried: Option<i64>,
    /// Fetches that failed since the last good one.
    pub failures: u32,
    /// Why the last fetch failed, in words.
    pub fault: Option<String>,
    /// What is worth knowing of the last good fetch and no fault.
    pub note: Option<String>,
    /// What was last refused, if nothing good has come since.
    pub quarantined: Option<Quarantined>,
    /// Hashes of versions that were in force before.
    pub earlier: Vec<String>,
}

impl SourceState {
    /// When the version in force was last known to be the newest: the age of the list counts from here.
    #[must_use]
    pub fn last_good(&self) -> Option<Timestamp> {
        self.current.as_ref().and(self.confirmed).map(Timestamp)
    }

    /// When it is asked for next, at the latest.
    #[must_use]
    pub fn next(&self, fetch: &Fetch) -> Option<Timestamp> {
        let every = i64::try_from(fetch.every.as_micros()).unwrap_or(i64::MAX);
        self.tried.map(|tried| Timestamp(tried.saturating_add(every)))
    }

    /// What an operator must look at. Never holds an entry.
    #[must_use]
    pub fn alarm(&self) -> Option<String> {
        let since = || self.last_good().map_or_else(|| "none came yet".to_owned(), |at| format!("the one of {:.0} stays", at.civil()));
        match (&self.fault, &self.quarantined) {
            (None, None) => self.note.clone(),
            (Some(fault), _) => Some(format!("the last fetch failed: {fault}; {}", since())),
            (None, Some(held)) => Some(format!("a new version is in quarantine: {}; {}", held.words, since())),
        }
    }

    /// Another version is in force now.
    pub(super) fn take(&mut self, version: Version) {
        if let Some(before) = self.current.replace(version) {
            self.earlier.retain(|hash| *hash != before.sha256);
            self.earlier.push(before.sha256.clone());
            let over = self.earlier.len().saturating_sub(REMEMBERED);
            self.earlier.drain(..over);
            self.before = Some(before);
        }
        self.quarantined = None;
    }

    /// The version before is in force again, if there is one, and the one in force is held.
    pub(super) fn put_back(&mut self, refused: &Refused) -> bool {
        let Some(version) = self.current.take() else { return false };
        self.current = self.before.take();
        // What the server said since was of the other one.
        self.confirmed = self.current.as_ref().map(|before| before.at);
        self.earlier.retain(|hash| self.current.as_ref().is_none_or(|before| *hash != before.sha256));
        self.quarantined = Some(Quarantined { version, cause: refused.cause, words: refused.words.to_string() });
        true
    }
}

/// The folder of one source.
#[derive(Clone, Debug)]
pub struct SourceFolder {
    folder: PathBuf,
}

/// Whoever holds it changes the folder; let go when dropped.
#[derive(Debug)]
pub struct Held(#[allow(dead_code, reason = "the lock ends with the file")] File);

impl SourceFolder {
    /// Where the source of this name keeps its files. Nothing is made yet.
    #[must_use]
    pub fn of(settings: &ListSettings, name: &str) -> Self {
        Self { folder: settings.folder.join("sources").join(file_name(name)) }
    }

    /// Removes it with all that is in it.
    pub(super) fn remove(&self) -> io::Result<()> {
        fs::remove_dir_all(&self.folder)
    }

    /// Makes it, and waits until nobody else changes it.
    ///
    /// # Errors
    /// What the system says.
    pub fn hold(&self) -> io::Result<Held> {
        let lock = self.lock()?;
        lock.lock()?;
        self.hold_again()?;
        Ok(Held(lock))
    }

    /// The same without waiting; `None`: somebody else changes it.
    pub(super) fn try_hold(&self) -> io::Result<Option<Held>> {
        let lock = self.lock()?;
        match lock.try_lock() {
            Ok(()) => {
                self.hold_again()?;
                Ok(Some(Held(lock)))
            }
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    fn lock(&self) -> io::Result<File> {
        fs::create_dir_all(&self.folder)?;
        fs::set_permissions(&self.folder, Permissions::from_mode(0o700))?;
        OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(self.folder.join("lock"))
    }

    /// Nothing is incoming any more.
    pub(super) fn hold_again(&self) -> io::Result<()> {
        let incoming = self.incoming();
        if incoming.is_dir() {
            fs::remove_dir_all(&incoming)?;
        }
        fs::create_dir(&incoming)
    }

    /// How it stands; a source that never was fetched stands nowhere.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn state(&self) -> io::Result<SourceState> {
        match fs::read(self.folder.join("state.json")) {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes)?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(SourceState::default()),
            Err(error) => Err(error),
        }
    }

    /// Where a version stands.
    #[must_use]
    pub fn version(&self, version: &Version) -> PathBuf {
        self.folder.join(&version.file)
    }

    /// Where something is put while it is not known to be good.
    fn incoming(&self) -> PathBuf {
        self.folder.join("incoming")
    }

    /// What comes over the wire.
    pub(super) fn raw(&self) -> PathBuf {
        self.incoming().join("raw")
    }

    /// What an archive becomes.
    pub(super) fn unpacked(&self) -> PathBuf {
        self.incoming().join("unpacked")
    }

    /// Writes how it stands, and removes versions that are in use no more.
    pub(super) fn keep(&self, state: &SourceState) -> io::Result<()> {
        self.replace("state.json", &serde_json::to_vec_pretty(state)?)?;
        let used = state.current.iter().chain(&state.before).chain(state.quarantined.as_ref().map(|held| &held.version));
        let used: Vec<&str> = used.map(|version| version.file.as_str()).chain(["state.json", "release.json", "lock"]).collect();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            if !entry.file_name().to_str().is_some_and(|name| used.contains(&name)) {
                remove(&entry.path())?;
            }
        }
        Ok(())
    }

    /// What a named person wishes, if anything.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn wish(&self) -> io::Result<Option<Released>> {
        match fs::read(self.folder.join("release.json")) {
            Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(super) fn set_wish(&self, wish: &Released) -> io::Result<()> {
        self.replace("release.json", &serde_json::to_vec_pretty(wish)?)
    }

    pub(super) fn drop_wish(&self) -> io::Result<()> {
        fs::remove_file(self.folder.join("release.json"))
    }

    /// Puts what came in its place: on disk first, then under its name.
    pub(super) fn settle(&self, from: &Path, version: &Version) -> io::Result<()> {
        let place = self.version(version);
        if place.exists() {
            remove(&place)?;
        }
        sync(from)?;
        fs::rename(from, &place)?;
        File::open(&self.folder)?.sync_all()
    }

    fn replace(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let new = self.folder.join(format!("{name}.new"));
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&new, self.folder.join(name))?;
        File::open(&self.folder)?.sync_all()
    }
}

pub(super) fn remove(path: &Path) -> io::Result<()> {
    if path.symlink_metadata()?.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }
}

pub(super) fn sync(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            sync(&entry?.path())?;
        }
    }
    File::open(path)?.sync_all()
}

/// A name of the settings as the name of a folder: whatever could mean something there is written by its number.
pub(super) fn file_name(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    name.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02x}") }).collect()
}

/// How every source stands that is fetched, by its name. One that cannot be read has a fault that says so.
#[must_use]
pub fn standing(settings: &ListSettings) -> BTreeMap<String, SourceState> {
    let fetched = settings.sources.iter().filter(|source| source.fetch.is_some());
    let state = |name: &str| {
        SourceFolder::of(settings, name)
            .state()
            .unwrap_or_else(|error| SourceState { fault: Some(format!("its state cannot be read: {error}")), ..SourceState::default() })
    };
    fetched.map(|source| (source.name.clone(), state(&source.name))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_never_leads_out_of_its_folder() {
        for (name, file) in [("ut1", "ut1"), ("../x", "%2e%2e%2fx"), (".", "%2e"), ("a b", "a%20b"), ("é", "%c3%a9"), ("a%2e", "a%252e")] {
            assert_eq!(file_name(name), file);
        }
    }

    #[test]
    fn the_last_good_version_stays_until_another_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let settings = ListSettings { folder: folder.path().to_owned(), ..ListSettings::default() };
        let place = SourceFolder::of(&settings, "a");
        let _held = place.hold().unwrap();
        assert_eq!(place.state().unwrap(), SourceState::default());
        let mut state = SourceState::default();
        for name in ["one", "two", "three"] {
            place.hold_again().unwrap();
            fs::write(place.raw(), name).unwrap();
            let version = Version { sha256: name.into(), file: name.into(), ..Version::default() };
            place.settle(&place.raw(), &version).unwrap();
            state.take(version.clone());
            place.keep(&state).unwrap();
            assert_eq!(fs::read_to_string(place.version(&version)).unwrap(), name);
        }
        assert_eq!(place.state().unwrap(), state);
        assert_eq!(state.earlier, ["one", "two"]);
        let mut left: Vec<String> = fs::read_dir(&place.folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        left.sort();
        assert_eq!(left, ["lock", "state.json", "three", "two"]);
        assert!(place.try_hold().unwrap().is_none(), "it is held");
        assert!(state.put_back(&Refused::new(Cause::Whole, "x")));
        let names = (state.current.clone().unwrap().file, state.quarantined.clone().unwrap().version.file);
        assert_eq!((names.0.as_str(), names.1.as_str()), ("two", "three"));
        assert_eq!(state.earlier, ["one"]);
        assert!(state.put_back(&Refused::new(Cause::Whole, "x")) && state.current.is_none(), "there is nothing more to go back to");
    }
}
