//! A folder in memory that fails on command and forgets what was not synced when the power goes.
//!
//! Two ways to cut the power: [`FakeFiles::after_power_cut`] keeps so many bytes of what was not synced; [`FakeFiles::after_hard_cut`]
//! leaves it to chance, as file systems do (ALICE, OSDI 2014): bytes drop, tear, come out of order or as holes, and each change of a
//! name that was not synced is there or is not, whatever came after it.

use crate::store::files::{Files, LogFile, Source, is_full};
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
    Remove,
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
    syncs_held: bool,
    explosive: bool,
    /// Changes of names that are not on disk, in order.
    unsynced_names: Vec<NameChange>,
    /// How often a file was opened to be read.
    opened: usize,
    /// Acts until the power goes.
    left: Option<u64>,
    /// It has gone: nothing has any effect any more.
    dead: bool,
}

#[derive(Clone, Debug)]
enum NameChange {
    Put(String, Arc<Mutex<Content>>),
    Move(String, String, Arc<Mutex<Content>>),
    Take(String),
}

/// A small generator: cuts are repeated by their seed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chance(pub(super) u64);

impl Chance {
    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) % limit.max(1)
    }
}

/// What a disk writes at once, made small so that small files have many.
const BLOCK: usize = 64;

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

impl Content {
    /// Its bytes after the power went, of those that were not synced what chance has left.
    fn left_by(&self, chance: &mut Chance) -> Vec<u8> {
        let tail = self.bytes.len() - self.synced;
        let length = match chance.below(4) {
            0 => 0,
            1 => tail,
            _ => usize::try_from(chance.below(tail as u64 + 1)).unwrap(),
        };
        let mut bytes = self.bytes[..self.synced + length].to_vec();
        if chance.below(2) == 0 {
            // The length was on disk before some of the blocks were.
            let filler = if chance.below(2) == 0 { 0 } else { 0xa5 };
            let mut at = self.synced;
            while at < bytes.len() {
                let end = (at / BLOCK + 1) * BLOCK;
                let end = end.min(bytes.len());
                if chance.below(3) == 0 {
                    bytes[at..end].fill(filler);
                }
                at = end;
            }
        }
        bytes
    }
}

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

    /// Lets syncs wait, or go on.
    pub(super) fn hold_syncs(&self, held: bool) {
        self.0.lock().unwrap().syncs_held = held;
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

    /// The power goes after so many more acts: from then on every act fails and has no effect.
    pub(super) fn cut_after(&self, acts: u64) {
        self.0.lock().unwrap().left = Some(acts);
    }

    pub(super) fn is_dead(&self) -> bool {
        self.0.lock().unwrap().dead
    }

    /// What is there after the power went, as chance has it.
    pub(super) fn after_hard_cut(&self, chance: &mut Chance) -> Self {
        let state = self.0.lock().unwrap();
        let mut named = state.named.clone();
        for change in &state.unsynced_names {
            if chance.below(2) == 0 {
                continue;
            }
            match change {
                NameChange::Put(name, content) => drop(named.insert(name.clone(), Arc::clone(content))),
                NameChange::Move(from, to, content) => {
                    named.remove(from);
                    named.insert(to.clone(), Arc::clone(content));
                }
                NameChange::Take(name) => drop(named.remove(name)),
            }
        }
        let mut left = |content: &Arc<Mutex<Content>>| {
            let bytes = content.lock().unwrap().left_by(chance);
            Arc::new(Mutex::new(Content { synced: bytes.len(), bytes, poisoned: false }))
        };
        let named: BTreeMap<_, _> = named.iter().map(|(name, content)| (name.clone(), left(content))).collect();
        let folders = state.folders.iter().map(|(path, folder)| (path.clone(), folder.after_hard_cut(chance))).collect();
        Self(Arc::new(Mutex::new(State { files: named.clone(), named, folders, ..State::default() })))
    }

    /// What is there after the process was killed: everything the kernel was given. What was not synced still is not.
    pub(super) fn after_kill(&self) -> Self {
        let state = self.0.lock().unwrap();
        let mut copies: Vec<(*const Mutex<Content>, Arc<Mutex<Content>>)> = Vec::new();
        let mut copy = |content: &Arc<Mutex<Content>>| {
            if let Some((_, copy)) = copies.iter().find(|(old, _)| std::ptr::eq(*old, Arc::as_ptr(content))) {
                return Arc::clone(copy);
            }
            let copied = {
                let content = content.lock().unwrap();
                Arc::new(Mutex::new(Content { synced: content.synced, bytes: content.bytes.clone(), poisoned: false }))
            };
            copies.push((Arc::as_ptr(content), Arc::clone(&copied)));
            copied
        };
        let files = state.files.iter().map(|(name, content)| (name.clone(), copy(content))).collect();
        let named = state.named.iter().map(|(name, content)| (name.clone(), copy(content))).collect();
        let changes = state.unsynced_names.iter().map(|change| match change {
            NameChange::Put(name, content) => NameChange::Put(name.clone(), copy(content)),
            NameChange::Move(from, to, content) => NameChange::Move(from.clone(), to.clone(), copy(content)),
            NameChange::Take(name) => NameChange::Take(name.clone()),
        });
        let unsynced_names = changes.collect();
        let folders = state.folders.iter().map(|(path, folder)| (path.clone(), folder.after_kill())).collect();
        Self(Arc::new(Mutex::new(State { named, files, unsynced_names, folders, ..State::default() })))
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

    /// How often a file was opened to be read.
    pub(super) fn opened(&self) -> usize {
        self.0.lock().unwrap().opened
    }

    pub(super) fn segments(&self) -> Vec<String> {
        self.names().unwrap().into_iter().filter(|name| name.ends_with(".seg")).collect()
    }

    fn check(&self, act: Act) -> io::Result<()> {
        let mut state = self.0.lock().unwrap();
        if let Some(left) = &mut state.left {
            match left.checked_sub(1) {
                Some(less) => *left = less,
                None => state.dead = true,
            }
        }
        if state.dead {
            return Err(io::Error::other("the power is gone"));
        }
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
        state.unsynced_names.push(NameChange::Put(name.to_owned(), Arc::clone(&content)));
        Ok(Arc::new(FakeFile { disk: self.clone(), content }))
    }

    fn extend(&self, name: &str) -> io::Result<Arc<dyn LogFile>> {
        let known = self.0.lock().unwrap().files.get(name).cloned();
        known.map_or_else(|| self.create(name), |content| Ok(Arc::new(FakeFile { disk: self.clone(), content })))
    }

    fn destroy(&self, name: &str) -> io::Result<()> {
        self.check(Act::Destroy)?;
        self.remove(name)
    }

    fn folder(&self, path: &Path) -> io::Result<Arc<dyn Files>> {
        Ok(Arc::new(self.subfolder(path)))
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn Source>> {
        let mut state = self.0.lock().unwrap();
        state.opened += 1;
        let content = state.files.get(name).ok_or_else(Self::missing)?;
        Ok(Box::new(Cursor::new(content.lock().unwrap().bytes.clone())))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.check(Act::Rename)?;
        let mut state = self.0.lock().unwrap();
        let content = state.files.remove(from).ok_or_else(Self::missing)?;
        state.files.insert(to.to_owned(), Arc::clone(&content));
        state.unsynced_names.push(NameChange::Move(from.to_owned(), to.to_owned(), content));
        Ok(())
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.check(Act::Remove)?;
        let mut state = self.0.lock().unwrap();
        let content = state.files.remove(name).ok_or_else(Self::missing)?;
        state.unsynced_names.push(NameChange::Take(name.to_owned()));
        if let Some(room) = &mut state.room {
            *room += content.lock().unwrap().bytes.len() as u64;
        }
        Ok(())
    }

    fn sync_folder(&self) -> io::Result<()> {
        self.check(Act::SyncFolder)?;
        let mut state = self.0.lock().unwrap();
        state.named = state.files.clone();
        state.unsynced_names.clear();
        Ok(())
    }

    fn sync(&self, name: &str) -> io::Result<()> {
        self.check(Act::Sync)?;
        let state = self.0.lock().unwrap();
        let mut content = state.files.get(name).ok_or_else(Self::missing)?.lock().unwrap();
        content.synced = content.bytes.len();
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
            Err(e) if is_full(e) || e.kind() == io::ErrorKind::Interrupted || state.dead => count = 0,
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
        while self.disk.0.lock().unwrap().syncs_held {
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        let result = self.disk.check(Act::Sync);
        // The order of locks is: disk, then file.
        let dead = self.disk.is_dead();
        let mut content = self.content.lock().unwrap();
        if result.is_err() {
            content.poisoned = true;
        }
        if dead {
            return result;
        }
        if !content.poisoned {
            content.synced = content.bytes.len();
        }
        result
    }
}
