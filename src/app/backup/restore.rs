//! Puts a backup into a folder: all of it is read, compared and on disk beside the folder before it takes the folder's place in one step.
//! Who is stopped half-way leaves what was there before.

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

/// Longest manifest.
const LONGEST: u64 = 256 << 20;
/// Stands in a folder that is being filled.
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
    read(file, &mut |_, _| Ok(Box::new(io::sink())))
}

/// Puts it there.
///
/// # Errors
/// [`BackupFault`]: nothing has changed.
pub fn restore(file: &Path, into: &Into, now: Timestamp) -> Result<Looked, BackupFault> {
    let target = &into.folder;
    let there = fs::read_dir(target).is_ok_and(|mut entries| entries.next().is_some());
    if there && !into.force || target.exists() && !target.is_dir() {
        return Err(BackupFault::There(target.clone()));
    }
    let name = target.file_name().ok_or_else(|| BackupFault::There(target.clone()))?.to_string_lossy().into_owned();
    // What an earlier try has left goes first; if it was stopped at its last step, that is what had been in the folder.
    let stage = target.with_file_name(format!(".{name}.restoring"));
    if stage.exists() && !stage.join(MARK).exists() && fs::remove_dir(&stage).is_err() {
        let kept = aside(target, &name, now);
        fs::rename(&stage, &kept).map_err(at(&kept))?;
    }
    clear(&stage)?;
    let staged = staged(file, into, &stage);
    let (manifest, keys) = match staged {
        Ok(staged) => staged,
        Err(fault) => {
            clear(&stage)?;
            return Err(fault);
        }
    };
    let aside = if there { Some(aside(target, &name, now)) } else { None };
    let placed = place(&stage, target, aside.as_deref());
    placed.map(|()| Looked { manifest, aside, keys })
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
        renameat_with(CWD, stage, CWD, target, RenameFlags::EXCHANGE).map_err(system)?;
        fs::rename(stage, aside).map_err(at(aside))?;
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

fn staged(file: &Path, into: &Into, stage: &Path) -> Result<(Manifest, usize), BackupFault> {
    DirBuilder::new().mode(0o700).create(stage).map_err(at(stage))?;
    let mark = stage.join(MARK);
    fresh(&mark)?;
    let sealed = stage.join(KEYS);
    let mut made: Vec<(String, PathBuf)> = Vec::new();
    let manifest = read(file, &mut |name, _| {
        let path = if name == KEYS { sealed.clone() } else { stage.join(relative(name)?) };
        made.push((name.to_owned(), path.clone()));
        Ok(Box::new(fresh(&path)?))
    })?;
    let modes: BTreeMap<&str, u32> = manifest.members.iter().map(|member| (member.name.as_str(), member.mode)).collect();
    for (name, path) in &made {
        finish(path, modes.get(name.as_str()).copied().unwrap_or(0o600))?;
    }
    let keys = match (&into.identity, sealed.exists()) {
        (Some(identity), true) => unlock(&sealed, identity, &manifest, stage)?,
        (Some(_), false) => return Err(BackupFault::NoKeys),
        (None, _) => 0,
    };
    if sealed.exists() {
        fs::remove_file(&sealed).map_err(at(&sealed))?;
    }
    if !manifest.book.is_empty() {
        let book = stage.join(relative(&format!("{FILES}{}", manifest.book))?);
        let folder = book.parent().unwrap_or(stage);
        // Of a later version: refused here, not at the next start. Nobody is signed in whom somebody has signed out since.
        Book::at(folder).end_every_session()?;
        fs::set_permissions(folder, Permissions::from_mode(0o700)).map_err(at(folder))?;
    }
    sync(stage)?;
    fs::remove_file(&mark).map_err(at(&mark))?;
    Ok((manifest, keys))
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

/// Opens the keys and puts each where it was.
fn unlock(sealed: &Path, identity: &Path, manifest: &Manifest, stage: &Path) -> Result<usize, BackupFault> {
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
        let mut entry = entry.map_err(at(sealed))?;
        let name = plain(&entry)?;
        let path = stage.join(relative(&name)?);
        let mode = entry.header().mode().unwrap_or(0o600);
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
fn read(file: &Path, place: &mut Place<'_>) -> Result<Manifest, BackupFault> {
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
        let summed = copy(&mut entry, &mut *out, file)?;
        if found.insert(name.clone(), summed).is_some() {
            return Err(broken(format!("{name:?} is in it twice")));
        }
    }
    compared(&manifest.ok_or_else(|| broken("its end is missing"))?, &found)
}

/// What cannot be read is the archive's fault, what cannot be written is the disk's.
fn copy(from: &mut dyn Read, to: &mut dyn Write, file: &Path) -> Result<(u64, String), BackupFault> {
    let (mut sum, mut bytes, mut buffer) = (Context::new(&SHA256), 0, vec![0; 64 * 1024]);
    loop {
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
