//! Puts a backup into a folder: all of it is read, compared and on disk beside the folder before it takes the folder's place in one step.
//! Who is stopped half-way leaves what was there before.
//!
//! Keys come out of the archive last, when all else was compared. Must never leave anything of an archive on disk that was refused, nor
//! after a signal that lets us end in order. Who is killed outright leaves a folder for its owner alone, which the next try takes away
//! first, whatever becomes of it.

use super::fault::{BackupFault, at, broken, hex};
use super::{FILES, FORMAT, KEYS, MANIFEST, Manifest, Member};
use crate::admin::Book;
use crate::model::Timestamp;
use age::x25519::Identity;
use age::{DecryptError, Decryptor};
use aws_lc_rs::digest::{Context, SHA256};
use rustix::fs::{CWD, RenameFlags, renameat_with};
use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

/// Longest manifest.
const LONGEST: u64 = 256 << 20;
/// Most that may stand behind the last member: tar fills an archive up to 10 KiB as a rule.
const BEHIND: u64 = 64 << 10;
/// Stands in a folder that is being filled, locked by whoever fills it, until that folder has its place: where it stands is nothing of what
/// was there before.
const MARK: &str = ".restoring";

/// Where to, and how.
#[derive(Clone, Debug, Default)]
pub struct Into {
    /// The folder.
    pub folder: PathBuf,
    /// What is there is moved aside.
    pub force: bool,
    /// The file of the private key that opens the keys in it; none: they stay in it.
    pub identity: Option<PathBuf>,
    /// Somebody wants it to end: it does, in order, until the last step has begun.
    pub stop: Arc<AtomicBool>,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Looked {
    /// What the archive says of itself.
    pub manifest: Manifest,
    /// Where that went which was there before.
    pub aside: Option<PathBuf>,
    /// Keys that were put back.
    pub keys: usize,
}

/// Reads all of an archive and compares it with its manifest. Nothing is written.
///
/// # Errors
/// [`BackupFault`].
pub fn look(file: &Path) -> Result<Manifest, BackupFault> {
    read(file, &AtomicBool::new(false), &mut |_, _| Ok(Box::new(io::sink())))
}

/// Puts it there.
///
/// # Errors
/// [`BackupFault`]: nothing has changed.
pub fn restore(file: &Path, into: &Into, now: Timestamp) -> Result<Looked, BackupFault> {
    let target = &into.folder;
    let name = target.file_name().ok_or_else(|| BackupFault::There(target.clone()))?.to_string_lossy().into_owned();
    // What an earlier try has left goes first, also where this one is refused; if it was stopped at its last step, that is what had been
    // in the folder.
    let stage = target.with_file_name(format!(".{name}.restoring"));
    if fs::symlink_metadata(&stage).is_ok() && !is_left(&stage)? && fs::remove_dir(&stage).is_err() {
        let kept = aside(target, &name, now);
        fs::rename(&stage, &kept).map_err(at(&kept))?;
    }
    clear(&stage)?;
    let there = fs::read_dir(target).is_ok_and(|mut entries| entries.next().is_some());
    if there && !into.force || target.exists() && !target.is_dir() {
        return Err(BackupFault::There(target.clone()));
    }
    // Before anything that is cleared away when it fails: what is there already is somebody else's.
    DirBuilder::new().mode(0o700).create(&stage).map_err(at(&stage))?;
    let aside = if there { Some(aside(target, &name, now)) } else { None };
    let placed = staged(file, into, &stage).and_then(|(manifest, keys, mark)| {
        place(&stage, target, aside.as_deref())?;
        drop(mark);
        Ok((manifest, keys))
    });
    match placed {
        Ok((manifest, keys)) => {
            unmark(target)?;
            Ok(Looked { manifest, aside, keys })
        }
        Err(fault) => {
            // Unless it is what had been in the folder.
            if fs::symlink_metadata(stage.join(MARK)).is_ok() {
                clear(&stage)?;
            } else {
                // Nothing is in it yet, or it stays.
                drop(fs::remove_dir(&stage));
            }
            Err(fault)
        }
    }
}

/// Did somebody leave this who was stopped while they filled it? Whoever still does is not disturbed.
fn is_left(stage: &Path) -> Result<bool, BackupFault> {
    match File::open(stage.join(MARK)) {
        Ok(mark) => mark.try_lock().map(|()| true).map_err(|_| BackupFault::Busy(stage.to_owned())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(at(stage)(error)),
    }
}

fn unmark(folder: &Path) -> Result<(), BackupFault> {
    let mark = folder.join(MARK);
    match fs::remove_file(&mark) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(at(&mark)(error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn clear(stage: &Path) -> Result<(), BackupFault> {
    match fs::remove_dir_all(stage) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(at(stage)(error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// A name that is free.
fn aside(target: &Path, name: &str, now: Timestamp) -> PathBuf {
    let at = now.civil().strftime("%Y%m%dT%H%M%SZ");
    let all = (0..).map(|turn| if turn == 0 { String::new() } else { format!("-{turn}") });
    let mut names = all.map(|turn| target.with_file_name(format!("{name}.before-{at}{turn}")));
    names.find(|path| !path.exists()).unwrap_or_default()
}

/// One step, whoever is stopped when: the new folder takes the name, and the old one another.
fn place(stage: &Path, target: &Path, aside: Option<&Path>) -> Result<(), BackupFault> {
    let system = |error: rustix::io::Errno| at(target)(error.into());
    if let Some(aside) = aside {
        let _lock = unused(target)?;
        // One that was stopped right after its last step may have left its own there.
        unmark(target)?;
        renameat_with(CWD, stage, CWD, target, RenameFlags::EXCHANGE).map_err(system)?;
        if let Err(problem) = fs::rename(stage, aside) {
            renameat_with(CWD, stage, CWD, target, RenameFlags::EXCHANGE).map_err(system)?;
            return Err(at(aside)(problem));
        }
    } else {
        fs::rename(stage, target).map_err(at(target))?;
    }
    let parent = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(parent).and_then(|folder| folder.sync_all()).map_err(at(parent))
}

/// Nobody works in there: every lock of a log below it is free.
fn unused(target: &Path) -> Result<Vec<File>, BackupFault> {
    let mut locks = Vec::new();
    let mut folders = vec![target.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(at(&folder))? {
            let entry = entry.map_err(at(&folder))?;
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                folders.push(entry.path());
            } else if entry.file_name() == "lock" {
                let path = entry.path();
                let file = File::open(&path).map_err(at(&path))?;
                file.try_lock().map_err(|_| BackupFault::Busy(target.to_owned()))?;
                locks.push(file);
            }
        }
    }
    Ok(locks)
}

fn staged(file: &Path, into: &Into, stage: &Path) -> Result<(Manifest, usize, File), BackupFault> {
    let mark = fresh(&stage.join(MARK))?;
    mark.try_lock().map_err(|_| BackupFault::Busy(stage.to_owned()))?;
    let sealed = stage.join(KEYS);
    let mut made: Vec<(String, PathBuf)> = Vec::new();
    let manifest = read(file, &into.stop, &mut |name, _| {
        let path = if name == KEYS { sealed.clone() } else { stage.join(relative(name)?) };
        made.push((name.to_owned(), path.clone()));
        Ok(Box::new(fresh(&path)?))
    })?;
    let modes: BTreeMap<&str, u32> = manifest.members.iter().map(|member| (member.name.as_str(), member.mode)).collect();
    for (name, path) in &made {
        finish(path, modes.get(name.as_str()).copied().unwrap_or(0o600))?;
    }
    if into.identity.is_some() && !sealed.exists() {
        return Err(BackupFault::NoKeys);
    }
    if !manifest.book.is_empty() {
        let book = stage.join(relative(&format!("{FILES}{}", manifest.book))?);
        let folder = book.parent().unwrap_or(stage);
        // Of a later version: refused here, not at the next start. Nobody is signed in whom somebody has signed out since, and no token is
        // good again that somebody has ended.
        Book::at(folder).end_every_session()?;
        fs::set_permissions(folder, Permissions::from_mode(0o700)).map_err(at(folder))?;
    }
    // When nothing else can be wrong any more.
    let keys = match &into.identity {
        Some(identity) => unlock((&sealed, identity), &manifest, (stage, &into.stop))?,
        None => 0,
    };
    if sealed.exists() {
        fs::remove_file(&sealed).map_err(at(&sealed))?;
    }
    sync(stage)?;
    go_on(&into.stop)?;
    Ok((manifest, keys, mark))
}

/// Nobody wants it to end.
fn go_on(stop: &AtomicBool) -> Result<(), BackupFault> {
    if stop.load(Relaxed) { Err(BackupFault::Stopped) } else { Ok(()) }
}

/// The path of a member, below the folder: nothing of it may lead out.
fn relative(name: &str) -> Result<PathBuf, BackupFault> {
    let path = Path::new(name.strip_prefix(FILES).unwrap_or(""));
    let own = path.components().all(|part| matches!(part, Component::Normal(_)));
    if own && path.components().next().is_some() { Ok(path.to_owned()) } else { Err(broken(format!("{name:?} leads nowhere"))) }
}

fn fresh(path: &Path) -> Result<File, BackupFault> {
    let folder = path.parent().unwrap_or(Path::new("."));
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(at(folder))?;
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(at(path))
}

fn finish(path: &Path, mode: u32) -> Result<(), BackupFault> {
    fs::set_permissions(path, Permissions::from_mode(mode & 0o777)).map_err(at(path))?;
    File::open(path).and_then(|file| file.sync_all()).map_err(at(path))
}

/// Every folder is on disk too.
fn sync(folder: &Path) -> Result<(), BackupFault> {
    for entry in fs::read_dir(folder).map_err(at(folder))? {
        let entry = entry.map_err(at(folder))?;
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            sync(&entry.path())?;
        }
    }
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(at(folder))
}

/// Opens the keys and puts each where it was, for its owner alone whatever the archive says.
fn unlock((sealed, identity): (&Path, &Path), manifest: &Manifest, (stage, stop): (&Path, &AtomicBool)) -> Result<usize, BackupFault> {
    let identities: Vec<Identity> = crate::store::read_identities(identity)?;
    let keys = identities.iter().map(|identity| identity as &dyn age::Identity);
    let opened = Decryptor::new(File::open(sealed).map_err(at(sealed))?).and_then(|file| file.decrypt(keys));
    let opened = opened.map_err(|fault| {
        if matches!(fault, DecryptError::NoMatchingKeys) {
            BackupFault::Locked(manifest.keys_for.clone())
        } else {
            broken(fault.to_string())
        }
    })?;
    let mut count = 0;
    let mut archive = tar::Archive::new(opened);
    for entry in archive.entries().map_err(at(sealed))? {
        go_on(stop)?;
        let mut entry = entry.map_err(at(sealed))?;
        let name = plain(&entry)?;
        let path = stage.join(relative(&name)?);
        let mode = entry.header().mode().unwrap_or(0o600) & 0o700;
        io::copy(&mut entry, &mut fresh(&path)?).map_err(at(&path))?;
        finish(&path, mode)?;
        count += 1;
    }
    Ok(count)
}

/// The name of a member that is a plain file.
fn plain<R: Read>(entry: &tar::Entry<'_, R>) -> Result<String, BackupFault> {
    let name = String::from_utf8(entry.path_bytes().into_owned()).map_err(|_| broken("a name in it is no text"))?;
    if entry.header().entry_type() == tar::EntryType::Regular { Ok(name) } else { Err(broken(format!("{name:?} is no plain file"))) }
}

type Place<'a> = dyn FnMut(&str, u64) -> Result<Box<dyn Write>, BackupFault> + 'a;

/// Reads all of it: each member goes where `place` says, and is compared with the manifest at the end.
fn read(file: &Path, stop: &AtomicBool, place: &mut Place<'_>) -> Result<Manifest, BackupFault> {
    let odd = |error: io::Error| broken(error.to_string());
    let packed = zstd::Decoder::new(File::open(file).map_err(at(file))?).map_err(odd)?;
    let mut archive = tar::Archive::new(packed);
    let mut found: BTreeMap<String, (u64, String)> = BTreeMap::new();
    let mut manifest = None;
    for entry in archive.entries().map_err(odd)? {
        let mut entry = entry.map_err(odd)?;
        let name = plain(&entry)?;
        if manifest.is_some() {
            return Err(broken("something stands behind its manifest"));
        }
        if name == MANIFEST {
            let mut text = Vec::new();
            entry.take(LONGEST).read_to_end(&mut text).map_err(odd)?;
            manifest = Some(text);
            continue;
        }
        let mut out = place(&name, entry.size())?;
        let summed = copy(&mut entry, &mut *out, (file, stop))?;
        if found.insert(name.clone(), summed).is_some() {
            return Err(broken(format!("{name:?} is in it twice")));
        }
    }
    let manifest = manifest.ok_or_else(|| broken("its end is missing"))?;
    ended(archive.into_inner()).map_err(odd)?;
    compared(&manifest, &found)
}

/// Reads on behind the last member. Only at the end of the frame does its checksum show that nothing in it was changed (RFC 8878, 3.1.1).
fn ended(packed: impl Read) -> io::Result<()> {
    let behind = io::copy(&mut packed.take(BEHIND + 1), &mut io::sink())?;
    if behind <= BEHIND { Ok(()) } else { Err(io::Error::other("more stands behind its end than an archive has there")) }
}

/// What cannot be read is the archive's fault, what cannot be written is the disk's.
fn copy(from: &mut dyn Read, to: &mut dyn Write, (file, stop): (&Path, &AtomicBool)) -> Result<(u64, String), BackupFault> {
    let (mut sum, mut bytes, mut buffer) = (Context::new(&SHA256), 0, vec![0; 64 * 1024]);
    loop {
        go_on(stop)?;
        let count = from.read(&mut buffer).map_err(|error| broken(error.to_string()))?;
        if count == 0 {
            to.flush().map_err(at(file))?;
            return Ok((bytes, hex(sum.finish().as_ref())));
        }
        sum.update(&buffer[..count]);
        bytes += count as u64;
        to.write_all(&buffer[..count]).map_err(at(file))?;
    }
}

fn compared(text: &[u8], found: &BTreeMap<String, (u64, String)>) -> Result<Manifest, BackupFault> {
    #[derive(serde::Deserialize)]
    struct Head {
        format: u32,
        #[serde(default)]
        program: String,
    }
    let odd = |error: serde_json::Error| broken(format!("its manifest: {error}"));
    // The rest of a later one may look different.
    let Head { format, program } = serde_json::from_slice(text).map_err(odd)?;
    if format > FORMAT {
        return Err(BackupFault::Later { format, program });
    }
    let manifest: Manifest = serde_json::from_slice(text).map_err(odd)?;
    let differs = |member: &&Member| found.get(&member.name) != Some(&(member.bytes, member.sha256.clone()));
    if let Some(member) = manifest.members.iter().find(differs) {
        return Err(broken(format!("{:?} is not what its manifest says", member.name)));
    }
    if manifest.members.len() != found.len() {
        return Err(broken("it holds what its manifest does not know"));
    }
    Ok(manifest)
}
