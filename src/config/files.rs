//! What settings need of the file system, as a trait, so that every check can be tested without files.

use std::io;
use std::path::{Path, PathBuf};

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathKind {
    /// A file, or something that can be read like one.
    File,
    /// A folder.
    Folder,
}

/// Reads files.
pub trait Files: Sync {
    /// The bytes of a file.
    ///
    /// # Errors
    /// Whatever the system says.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// What stands there, if it can be opened for reading.
    ///
    /// # Errors
    /// Whatever the system says.
    fn kind(&self, path: &Path) -> io::Result<PathKind>;

    /// Names of the folders in a folder.
    ///
    /// # Errors
    /// Whatever the system says.
    fn folders(&self, path: &Path) -> io::Result<Vec<String>>;

    /// Names of the files in a folder.
    ///
    /// # Errors
    /// Whatever the system says.
    fn files(&self, path: &Path) -> io::Result<Vec<String>>;

    /// May everybody on this machine read the file? A secret must not be open to all.
    fn is_open_to_all(&self, path: &Path) -> bool;

    /// The time by which certificates are judged, in seconds since 1970.
    fn now(&self) -> i64;
}

/// The real file system.
#[derive(Clone, Copy, Debug, Default)]
pub struct RealFiles;

impl Files for RealFiles {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        std::fs::read(path)
    }

    fn kind(&self, path: &Path) -> io::Result<PathKind> {
        if std::fs::metadata(path)?.is_dir() {
            std::fs::read_dir(path)?;
            return Ok(PathKind::Folder);
        }
        std::fs::File::open(path)?;
        Ok(PathKind::File)
    }

    fn folders(&self, path: &Path) -> io::Result<Vec<String>> {
        names(path, Path::is_dir)
    }

    fn files(&self, path: &Path) -> io::Result<Vec<String>> {
        names(path, Path::is_file)
    }

    fn is_open_to_all(&self, path: &Path) -> bool {
        use std::os::unix::fs::PermissionsExt;
        std::fs::metadata(path).is_ok_and(|data| data.permissions().mode() & 0o004 != 0)
    }

    fn now(&self) -> i64 {
        jiff::Timestamp::now().as_second()
    }
}

fn names(path: &Path, counts: impl Fn(&Path) -> bool) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(path)? {
        let entry = entry?;
        if counts(&entry.path()) {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    Ok(names)
}

/// Files in memory, for tests: path and content; a path that ends in `/` is a folder.
#[derive(Clone, Debug, Default)]
pub struct MemoryFiles(pub Vec<(PathBuf, Vec<u8>)>);

impl MemoryFiles {
    fn find(&self, path: &Path) -> io::Result<&(PathBuf, Vec<u8>)> {
        self.0.iter().find(|(known, _)| known == path).ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
    }
}

impl Files for MemoryFiles {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.find(path).map(|(_, bytes)| bytes.clone())
    }

    fn kind(&self, path: &Path) -> io::Result<PathKind> {
        let (known, _) = self.find(path)?;
        Ok(if known.to_string_lossy().ends_with('/') { PathKind::Folder } else { PathKind::File })
    }

    fn folders(&self, path: &Path) -> io::Result<Vec<String>> {
        let below = self.0.iter().filter_map(|(known, _)| known.strip_prefix(path).ok()).filter_map(|rest| rest.iter().next());
        Ok(below.map(|name| name.to_string_lossy().into_owned()).collect())
    }

    fn files(&self, path: &Path) -> io::Result<Vec<String>> {
        let below: Vec<_> = self.0.iter().filter_map(|(known, _)| known.strip_prefix(path).ok()).collect();
        if below.is_empty() {
            return Err(io::Error::from(io::ErrorKind::NotFound));
        }
        Ok(below.iter().filter(|rest| rest.iter().count() == 1).map(|rest| rest.to_string_lossy().into_owned()).collect())
    }

    fn is_open_to_all(&self, path: &Path) -> bool {
        path.extension().is_some_and(|extension| extension == "open")
    }

    /// The start of 2026.
    fn now(&self) -> i64 {
        1_767_225_600
    }
}
