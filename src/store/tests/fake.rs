//! A folder in memory that fails on command and forgets what was not synced when the power goes.

use crate::store::files::{Files, LogFile, Source};
use std::collections::BTreeMap;
use std::io::{self, Cursor};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// What can be made to fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Act {
    Write,
    Sync,
    Create,
    Rename,
    SyncFolder,
    Destroy,
}

#[derive(Default, Debug)]
struct State {
    files: BTreeMap<String, Arc<Mutex<Content>>>,
    folders: BTreeMap<PathBuf, FakeFiles>,
    /// Names as they are on disk.
    named: BTreeMap<String, Arc<Mutex<Content>>>,
    failing: BTreeMap<Act, (u32, io::ErrorKind)>,
    room: Option<u64>,
    longest_write: Option<usize>,
    held: bool,
    explosive: bool,
}

#[derive(Default, Debug)]
struct Content {
    bytes: Vec<u8>,
    /// How many of them are on disk.
    synced: usize,
    /// A sync has failed: the kernel has thrown the dirty pages away, and later syncs answer well over lost data.
    poisoned: bool,
}

#[derive(Clone, Default, Debug)]
pub(super) struct FakeFiles(Arc<Mutex<State>>);

struct FakeFile {
    disk: FakeFiles,
    content: Arc<Mutex<Content>>,
}

impl FakeFiles {
    /// Lets the next `times` acts of this kind fail.
    pub(super) fn fail(&self, act: Act, times: u32, kind: io::ErrorKind) {
        self.0.lock().unwrap().failing.insert(act, (times, kind));
    }

    pub(super) fn heal(&self) {
        self.0.lock().unwrap().failing.clear();
    }

    /// Bytes that still fit; `None`: any number.
    pub(super) fn set_room(&self, room: Option<u64>) {
        self.0.lock().unwrap().room = room;
    }

    pub(super) fn set_longest_write(&self, longest: Option<usize>) {
        self.0.lock().unwrap().longest_write = longest;
    }

    /// Lets writes wait, or go on.
    pub(super) fn hold_writes(&self, held: bool) {
        self.0.lock().unwrap().held = held;
    }

    /// The next write panics.
    pub(super) fn explode(&self) {
        self.0.lock().unwrap().explosive = true;
    }

    /// What is there after the power went: of the bytes that were not synced, only the first `kept` per file.
    pub(super) fn after_power_cut(&self, kept: usize) -> Self {
        let state = self.0.lock().unwrap();
        let left = |content: &Arc<Mutex<Content>>| {
            let content = content.lock().unwrap();
            let end = content.bytes.len().min(content.synced + if content.poisoned { 0 } else { kept });
            Arc::new(Mutex::new(Content { bytes: content.bytes[..end].to_vec(), synced: end, poisoned: false }))
        };
        let named: BTreeMap<_, _> = state.named.iter().map(|(name, content)| (name.clone(), left(content))).collect();
        let folders = state.folders.iter().map(|(path, folder)| (path.clone(), folder.after_power_cut(kept))).collect();
        Self(Arc::new(Mutex::new(State { files: named.clone(), named, folders, ..State::default() })))
    }

    /// What is there after the process was killed: everything the kernel was given.
    pub(super) fn after_kill(&self) -> Self {
        let state = self.0.lock().unwrap();
        let copy = |content: &Arc<Mutex<Content>>| {
            let bytes = content.lock().unwrap().bytes.clone();
            Arc::new(Mutex::new(Content { synced: bytes.len(), bytes, poisoned: false }))
        };
        let files: BTreeMap<_, _> = state.files.iter().map(|(name, content)| (name.clone(), copy(content))).collect();
        let folders = state.folders.iter().map(|(path, folder)| (path.clone(), folder.after_kill())).collect();
        Self(Arc::new(Mutex::new(State { named: files.clone(), files, folders, ..State::default() })))
    }

    /// The bytes of a file.
    pub(super) fn bytes(&self, name: &str) -> Vec<u8> {
        self.0.lock().unwrap().files[name].lock().unwrap().bytes.clone()
    }

    /// Puts a file there, or other bytes into it.
    pub(super) fn put(&self, name: &str, bytes: Vec<u8>) {
        let content = Arc::new(Mutex::new(Content { synced: bytes.len(), bytes, poisoned: false }));
        let mut state = self.0.lock().unwrap();
        state.named.insert(name.to_owned(), Arc::clone(&content));
        state.files.insert(name.to_owned(), content);
    }

    /// A folder inside, made if it is not there.
    pub(super) fn subfolder(&self, path: &Path) -> Self {
        self.0.lock().unwrap().folders.entry(path.to_owned()).or_default().clone()
    }

    pub(super) fn segments(&self) -> Vec<String> {
        self.names().unwrap().into_iter().filter(|name| name.ends_with(".seg")).collect()
    }

    fn check(&self, act: Act) -> io::Result<()> {
        let mut state = self.0.lock().unwrap();
        match state.failing.get_mut(&act) {
            Some((times, kind)) if *times > 0 => {
                *times -= 1;
                Err((*kind).into())
            }
            Some(_) | None => Ok(()),
        }
    }

    fn missing() -> io::Error {
        io::ErrorKind::NotFound.into()
    }
}

impl Files for FakeFiles {
    fn names(&self) -> io::Result<Vec<String>> {
        Ok(self.0.lock().unwrap().files.keys().cloned().collect())
    }

    fn create(&self, name: &str) -> io::Result<Arc<dyn LogFile>> {
        self.check(Act::Create)?;
        let content = Arc::<Mutex<Content>>::default();
        let mut state = self.0.lock().unwrap();
        if state.files.contains_key(name) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        state.files.insert(name.to_owned(), Arc::clone(&content));
        Ok(Arc::new(FakeFile { disk: self.clone(), content }))
    }

    fn extend(&self, name: &str) -> io::Result<Arc<dyn LogFile>> {
        let there = self.0.lock().unwrap().files.get(name).cloned();
        match there {
            Some(content) => Ok(Arc::new(FakeFile { disk: self.clone(), content })),
            None => self.create(name),
        }
    }

    fn destroy(&self, name: &str) -> io::Result<()> {
        self.check(Act::Destroy)?;
        self.remove(name)
    }

    fn folder(&self, path: &Path) -> io::Result<Arc<dyn Files>> {
        Ok(Arc::new(self.subfolder(path)))
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn Source>> {
        let state = self.0.lock().unwrap();
        let content = state.files.get(name).ok_or_else(Self::missing)?;
        Ok(Box::new(Cursor::new(content.lock().unwrap().bytes.clone())))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.check(Act::Rename)?;
        let mut state = self.0.lock().unwrap();
        let content = state.files.remove(from).ok_or_else(Self::missing)?;
        state.files.insert(to.to_owned(), content);
        Ok(())
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let mut state = self.0.lock().unwrap();
        let content = state.files.remove(name).ok_or_else(Self::missing)?;
        if let Some(room) = &mut state.room {
            *room += content.lock().unwrap().bytes.len() as u64;
        }
        Ok(())
    }

    fn sync_folder(&self) -> io::Result<()> {
        self.check(Act::SyncFolder)?;
        let mut state = self.0.lock().unwrap();
        state.named = state.files.clone();
        Ok(())
    }

    fn path(&self, name: &str) -> PathBuf {
        PathBuf::from("/fake").join(name)
    }
}

impl LogFile for FakeFile {
    fn append(&self, bytes: &[u8]) -> io::Result<usize> {
        while self.disk.0.lock().unwrap().held {
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        let explosive = self.disk.0.lock().unwrap().explosive;
        assert!(!explosive, "the test wanted this");
        let result = self.disk.check(Act::Write);
        let mut state = self.disk.0.lock().unwrap();
        let mut count = bytes.len().min(state.longest_write.unwrap_or(usize::MAX));
        match &result {
            Err(e) if e.kind() == io::ErrorKind::StorageFull => count = 0,
            // A write that fails otherwise may have written a part.
            Err(_) => count /= 2,
            Ok(()) => {}
        }
        if let Some(room) = &mut state.room {
            if *room == 0 && count > 0 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            count = count.min(usize::try_from(*room).unwrap());
            *room -= count as u64;
        }
        self.content.lock().unwrap().bytes.extend_from_slice(&bytes[..count]);
        result.map(|()| count)
    }

    fn sync(&self) -> io::Result<()> {
        let result = self.disk.check(Act::Sync);
        let mut content = self.content.lock().unwrap();
        if result.is_err() {
            content.poisoned = true;
        }
        if !content.poisoned {
            content.synced = content.bytes.len();
        }
        result
    }
}
