//! What is kept on disk: the installation key, the image in force, the last good ones before it, and the stamp of the
//! files that the image was made from. Every file is written beside its place, synced, and renamed into it.

use crate::lists::{ImageFault, InstallationKey, ListImage, NoRandomness};
use crate::model::Timestamp;
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Good images that are kept (rule B2).
const GENERATIONS: usize = 3;
/// Read portions of an image.
const PORTION: usize = 1 << 20;

/// The folder of images cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeepFault {
    /// The system refuses.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The key file has another length than a key.
    #[error("{path}: an installation key has 32 bytes, this file has {found}; without the right key no statutory list can be matched")]
    KeyLength {
        /// The file.
        path: PathBuf,
        /// Its length.
        found: usize,
    },
    /// The key can be read by others.
    #[error("{path}: the installation key can be read by others (mode {mode:o}); set it to 0600")]
    KeyMode {
        /// The file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// No key can be made.
    #[error(transparent)]
    NoKey(#[from] NoRandomness),
}

/// The folder of images.
#[derive(Clone, Debug)]
pub struct Kept {
    folder: PathBuf,
}

impl Kept {
    /// Makes the folder if it is not there.
    ///
    /// # Errors
    /// [`KeepFault::File`].
    pub fn open(folder: &Path) -> Result<Self, KeepFault> {
        fs::create_dir_all(folder).map_err(at(folder))?;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).map_err(at(folder))?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// The key of this installation; made at the first start.
    ///
    /// # Errors
    /// [`KeepFault`].
    pub fn key(&self) -> Result<InstallationKey, KeepFault> {
        let path = self.folder.join("installation.key");
        match fs::read(&path) {
            Ok(bytes) => {
                let mode = fs::metadata(&path).map_err(at(&path))?.permissions().mode() & 0o777;
                if mode & 0o077 != 0 {
                    return Err(KeepFault::KeyMode { path, mode });
                }
                let bytes: [u8; 32] = bytes.as_slice().try_into().map_err(|_| KeepFault::KeyLength { path, found: bytes.len() })?;
                Ok(InstallationKey::from_bytes(bytes))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.make_key(&path)?;
                self.key()
            }
            Err(error) => Err(at(&path)(error)),
        }
    }

    /// Whoever comes second finds the key of the first: two keys of one installation would make its images useless.
    fn make_key(&self, path: &Path) -> Result<(), KeepFault> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let key = InstallationKey::generate()?;
        let name = format!("installation.key.{}-{}", std::process::id(), NEXT.fetch_add(1, Relaxed));
        self.replace(&name, |out| out.write_all(key.bytes()))?;
        let linked = fs::hard_link(self.folder.join(&name), path);
        fs::remove_file(self.folder.join(&name)).map_err(at(path))?;
        match linked {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(at(path)(error)),
            Ok(()) | Err(_) => File::open(&self.folder).and_then(|folder| folder.sync_all()).map_err(at(path)),
        }
    }

    /// The newest image that is whole, and what was wrong with newer ones.
    pub fn newest(&self, key: &InstallationKey) -> (Option<ListImage>, Vec<(PathBuf, ImageFault)>) {
        let mut bad = Vec::new();
        for age in 0..GENERATIONS {
            let path = self.image(age);
            match File::open(&path) {
                Ok(file) => match ListImage::read(BufReader::with_capacity(PORTION, file), key) {
                    Ok(image) => return (Some(image), bad),
                    Err(fault) => bad.push((path, fault)),
                },
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => bad.push((path, ImageFault::Read(error))),
            }
        }
        (None, bad)
    }

    /// The stamp of the files that the newest image was made from.
    #[must_use]
    pub fn stamp(&self) -> Option<String> {
        fs::read_to_string(self.folder.join("lists.stamp")).ok()
    }

    /// Keeps a new image and its stamp; the older ones move down.
    ///
    /// # Errors
    /// [`KeepFault::File`]: the image in memory is good all the same.
    pub fn keep(&self, image: &ListImage, stamp: &str) -> Result<(), KeepFault> {
        let stamp_path = self.folder.join("lists.stamp");
        match fs::remove_file(&stamp_path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(at(&stamp_path)(error)),
            Ok(()) | Err(_) => {}
        }
        for age in (1..GENERATIONS).rev() {
            match fs::rename(self.image(age - 1), self.image(age)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(at(&self.image(age))(error)),
                Ok(()) | Err(_) => {}
            }
        }
        self.replace("lists.image", |out| image.write(out))?;
        self.replace("lists.stamp", |out| out.write_all(stamp.as_bytes()))
    }

    /// When each list of the newest image was made or fetched.
    #[must_use]
    pub fn ages(&self) -> BTreeMap<Arc<str>, Timestamp> {
        let text = fs::read_to_string(self.folder.join("lists.ages")).unwrap_or_default();
        let one = |line: &str| line.split_once('\t').and_then(|(at, name)| Some((Arc::from(name), Timestamp(at.parse().ok()?))));
        text.lines().filter_map(one).collect()
    }

    /// Keeps them, so that a list that is held back goes on growing older, over a restart as well.
    ///
    /// # Errors
    /// [`KeepFault::File`].
    pub fn keep_ages(&self, ages: &BTreeMap<Arc<str>, Timestamp>) -> Result<(), KeepFault> {
        if *ages == self.ages() {
            return Ok(());
        }
        self.replace("lists.ages", |out| ages.iter().try_for_each(|(name, at)| writeln!(out, "{}\t{name}", at.0)))
    }

    /// Of each source that is fetched the version that was in force last, by its file. `None`: none was yet.
    #[must_use]
    pub fn versions(&self) -> Option<BTreeMap<String, String>> {
        let text = fs::read_to_string(self.folder.join("lists.versions")).ok()?;
        Some(text.lines().filter_map(|line| line.split_once('\t')).map(|(file, name)| (name.to_owned(), file.to_owned())).collect())
    }

    /// Keeps them.
    ///
    /// # Errors
    /// [`KeepFault::File`].
    pub fn keep_versions(&self, versions: &BTreeMap<String, String>) -> Result<(), KeepFault> {
        if self.versions().as_ref() == Some(versions) {
            return Ok(());
        }
        self.replace("lists.versions", |out| versions.iter().try_for_each(|(name, file)| writeln!(out, "{file}\t{name}")))
    }

    fn image(&self, age: usize) -> PathBuf {
        self.folder.join(if age == 0 { "lists.image".to_owned() } else { format!("lists.image.{age}") })
    }

    /// Writes a file whole or not at all.
    fn replace(&self, name: &str, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), KeepFault> {
        let (new, path) = (self.folder.join(format!("{name}.new")), self.folder.join(name));
        let writing = || {
            let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
            let mut out = BufWriter::with_capacity(PORTION, file);
            write(&mut out)?;
            out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
            fs::rename(&new, &path)?;
            File::open(&self.folder)?.sync_all()
        };
        writing().map_err(at(&path))
    }
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> KeepFault {
    let path = path.to_owned();
    move |source| KeepFault::File { path, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_installation_has_one_key_whoever_asks_first() {
        let folder = tempfile::tempdir().unwrap();
        let keys: Vec<[u8; 32]> = std::thread::scope(|scope| {
            let ask = || *Kept::open(folder.path()).unwrap().key().unwrap().bytes();
            let asking: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
            asking.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(keys.iter().all(|key| *key == keys[0]));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
