//! The file system as the store sees it: a few verbs, so that tests can run against a disk that fails on command. Nothing here
//! overwrites or shortens a file, secrets that are destroyed excepted. Files are readable by their owner only.

use super::name::UNFINISHED;
use super::vault::{self, Vault};
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A folder of files.
pub(crate) trait Files: Send + Sync {
    /// Names of everything in the folder.
    fn names(&self) -> io::Result<Vec<String>>;
    /// A new file, to be appended to. An error if the name is taken.
    fn create(&self, name: &str) -> io::Result<Arc<dyn LogFile>>;
    /// A file that is appended to and stays, made if it is not there. Never a segment: those are not carried on.
    fn extend(&self, name: &str) -> io::Result<Arc<dyn LogFile>>;
    /// A file to read: what was written into it, also where it lies there encrypted.
    fn open(&self, name: &str) -> io::Result<Box<dyn Source>>;
    /// A file to read as it lies there.
    fn open_stored(&self, name: &str) -> io::Result<Box<dyn Source>> {
        self.open(name)
    }
    /// Is what holds content encrypted when it is made?
    fn encrypts(&self) -> bool {
        false
    }
    /// The first bytes of the raw form of a sealed segment, its head included, where they stand in clear before an encrypted one.
    fn start_of(&self, _sealed: &str) -> Option<Vec<u8>> {
        None
    }
    /// Gives a file its final name.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;
    /// Takes a file away: the reserve, or a segment that never got its name.
    fn remove(&self, name: &str) -> io::Result<()>;
    /// Takes a secret away: what it held is overwritten first.
    fn destroy(&self, name: &str) -> io::Result<()>;
    /// Another folder, made if it is not there; a relative one lies inside this one.
    fn folder(&self, path: &Path) -> io::Result<Arc<dyn Files>>;
    /// Puts names on disk.
    fn sync_folder(&self) -> io::Result<()>;
    /// Puts on disk what an earlier process has appended to this file.
    fn sync(&self, name: &str) -> io::Result<()>;
    /// Where a file lies, for people.
    fn path(&self, name: &str) -> PathBuf;
}

/// A file that is appended to.
pub(crate) trait LogFile: Send + Sync {
    /// Appends some of the bytes; says how many.
    fn append(&self, bytes: &[u8]) -> io::Result<usize>;
    /// Puts everything appended so far on disk.
    fn sync(&self) -> io::Result<()>;
}

/// A file that is read.
pub(crate) trait Source: Read + Seek + Send {}
impl<T: Read + Seek + Send> Source for T {}

/// Appends all of it, in as many steps as it takes.
pub(super) fn append_all(file: &dyn LogFile, bytes: &[u8]) -> io::Result<()> {
    append_making_room(file, bytes, &mut || false)
}

/// The same; when the disk is full, `make_room` may say that there is room now. A write that failed for want of room has written
/// nothing (write(2): a part that fits is answered with its length), so it is carried on where it stands.
pub(super) fn append_making_room(file: &dyn LogFile, mut bytes: &[u8], make_room: &mut dyn FnMut() -> bool) -> io::Result<()> {
    while !bytes.is_empty() {
        match file.append(bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(count) => bytes = bytes.get(count..).unwrap_or_default(),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) if is_full(&e) && make_room() => {}
            Err(e) => return Err(e),
        }
    }
    Ok(())
}

/// Puts a secret on disk, over whatever bears its name; when this returns, both outlast a power cut.
pub(super) fn put_secret(folder: &dyn Files, name: &str, secret: &[u8]) -> io::Result<()> {
    let unfinished = format!("{name}{UNFINISHED}");
    match folder.destroy(&unfinished) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
        Ok(()) | Err(_) => {}
    }
    let file = folder.create(&unfinished)?;
    append_all(&*file, secret)?;
    file.sync()?;
    folder.rename(&unfinished, name)?;
    folder.sync_folder()
}

/// Does the disk refuse for want of room?
pub(super) fn is_full(e: &io::Error) -> bool {
    matches!(e.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

/// A real folder.
#[derive(Clone, Debug)]
pub(crate) struct DiskFiles {
    folder: PathBuf,
    vault: Option<Arc<Vault>>,
}

impl DiskFiles {
    /// A folder that is there, with the keys that this process was given for it.
    pub(crate) fn at(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), vault: vault::vault_of(folder) }
    }

    /// A folder that is made if need be; its own name is then on disk too, or a power cut could take the log with it.
    pub(crate) fn make(folder: &Path) -> io::Result<Self> {
        let there = |place: &&Path| place.as_os_str().is_empty() || place.exists();
        let missing = folder.ancestors().take_while(|place| !there(place)).count();
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        for parent in folder.ancestors().skip(1).take(missing) {
            let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
            File::open(parent)?.sync_all()?;
        }
        Ok(Self::at(folder))
    }

    /// Waits for a turn at something that one process does at a time; it is over when the file is dropped.
    pub(crate) fn take_turn(&self, name: &str) -> io::Result<File> {
        let file = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(self.path(name))?;
        file.lock()?;
        Ok(file)
    }

    /// Takes the folder for this process. `None` when another one has it.
    pub(crate) fn lock(&self) -> io::Result<Option<File>> {
        let file = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(self.path("lock"))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(std::fs::TryLockError::WouldBlock) => Ok(None),
            Err(std::fs::TryLockError::Error(e)) => Err(e),
        }
    }
}

impl Files for DiskFiles {
    fn names(&self) -> io::Result<Vec<String>> {
        let names = std::fs::read_dir(&self.folder)?.map(|entry| entry.map(|e| e.file_name().to_string_lossy().into_owned()));
        names.collect()
    }

    fn create(&self, name: &str) -> io::Result<Arc<dyn LogFile>> {
        let file = OpenOptions::new().append(true).create_new(true).mode(0o600).open(self.path(name))?;
        let made = vault::made(self.vault.as_deref(), name, Arc::new(file), &|name| self.open_stored(name));
        // What could not be begun does not stay under its name.
        made.inspect_err(|_| drop(self.remove(name)))
    }

    fn extend(&self, name: &str) -> io::Result<Arc<dyn LogFile>> {
        let file = OpenOptions::new().append(true).create(true).mode(0o600).open(self.path(name))?;
        Ok(Arc::new(file))
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn Source>> {
        vault::open(self.vault.as_deref(), name, File::open(self.path(name))?)
    }

    fn open_stored(&self, name: &str) -> io::Result<Box<dyn Source>> {
        Ok(Box::new(File::open(self.path(name))?))
    }

    fn encrypts(&self) -> bool {
        self.vault.as_deref().is_some_and(Vault::encrypts)
    }

    fn start_of(&self, sealed: &str) -> Option<Vec<u8>> {
        vault::Header::read(&mut File::open(self.path(sealed)).ok()?).ok()??.start
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        std::fs::rename(self.path(from), self.path(to))?;
        if let Some(vault) = &self.vault {
            vault.named(to);
        }
        Ok(())
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        std::fs::remove_file(self.path(name))
    }

    fn destroy(&self, name: &str) -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).open(self.path(name))?;
        let length = usize::try_from(file.metadata()?.len()).unwrap_or(0).min(1 << 20);
        file.write_all(&vec![0; length])?;
        file.sync_all()?;
        self.remove(name)
    }

    fn folder(&self, path: &Path) -> io::Result<Arc<dyn Files>> {
        Ok(Arc::new(Self::make(&self.folder.join(path))?))
    }

    fn sync_folder(&self) -> io::Result<()> {
        File::open(&self.folder)?.sync_all()
    }

    fn sync(&self, name: &str) -> io::Result<()> {
        File::open(self.path(name))?.sync_all()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

impl LogFile for File {
    fn append(&self, bytes: &[u8]) -> io::Result<usize> {
        let mut writer = self;
        writer.write(bytes)
    }

    fn sync(&self) -> io::Result<()> {
        self.sync_data()?;
        // Writing to a file that somebody took away goes well, and keeps nothing.
        let named = self.metadata()?.nlink() > 0;
        if named { Ok(()) } else { Err(io::Error::new(io::ErrorKind::NotFound, "the file was taken out of its folder")) }
    }
}
