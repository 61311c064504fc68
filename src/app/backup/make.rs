//! Makes a backup beside a running program. The file gets its name when all of it is on disk: until then there is none.

use super::fault::{BackupFault, at, hex};
use super::pick::{inside, pick};
use super::{FILES, FORMAT, KEYS, MANIFEST, Manifest, Member, told};
use crate::admin::Book;
use crate::app::console;
use crate::config::Config;
use crate::model::Timestamp;
use age::Encryptor;
use age::x25519::Recipient;
use aws_lc_rs::digest::{Context, SHA256};
use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// How often a folder that changes is looked through again.
const TRIES: usize = 5;

/// What is wanted.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The file to make.
    pub file: PathBuf,
    /// With the log.
    pub log: bool,
    /// With the keys, encrypted to these public keys.
    pub keys_for: Vec<String>,
    /// In the place of a file that is there.
    pub force: bool,
    /// Who wants it.
    pub by: String,
}

/// Makes it. `settings`: the file in which the settings stand, if they stand in one.
///
/// # Errors
/// [`BackupFault`]: there is none, and what was there before still is.
pub fn make(config: &Config, settings: Option<&Path>, wanted: &Wanted, now: Timestamp) -> Result<Manifest, BackupFault> {
    if wanted.file.exists() && !wanted.force {
        return Err(BackupFault::There(wanted.file.clone()));
    }
    let recipients = wanted.keys_for.iter().map(|key| key.parse().map_err(|_| BackupFault::Recipient(key.clone())));
    let recipients: Vec<Recipient> = recipients.collect::<Result<_, _>>()?;
    let parts = [beside(&wanted.file, ".part"), beside(&wanted.file, ".book")];
    let made = written(config, settings, (wanted, &recipients), &parts, now);
    // On a disk that is full this is the one thing that still can be done.
    let removed = parts.iter().map(|part| match fs::remove_file(part) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(at(part)(error)),
        Ok(()) | Err(_) => Ok(()),
    });
    let removed: Result<(), BackupFault> = removed.collect();
    let manifest = made?;
    removed.map(|()| manifest)
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn fresh(path: &Path) -> Result<File, BackupFault> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(at(path)(error)),
        Ok(()) | Err(_) => {}
    }
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(at(path))
}

fn written(
    config: &Config,
    settings: Option<&Path>,
    (wanted, recipients): (&Wanted, &[Recipient]),
    [part, book]: &[PathBuf; 2],
    now: Timestamp,
) -> Result<Manifest, BackupFault> {
    let mut manifest = Manifest {
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        made: now.to_string(),
        site: config.site.name.clone(),
        settings: settings.map(inside).transpose()?.unwrap_or_default(),
        log: wanted.log,
        keys_for: wanted.keys_for.clone(),
        ..Manifest::default()
    };
    let mut packed = zstd::Encoder::new(fresh(part)?, 3).map_err(at(part))?;
    // The manifest has the sums of all members, and nothing has its own: a byte of it that changed in a drawer is seen by this.
    packed.include_checksum(true).map_err(at(part))?;
    let mut out = Packing { tar: tar::Builder::new(packed), part, members: Vec::new() };
    let console = console::folder_of(&config.admin, &config.log.folder);
    fresh(book)?;
    if Book::at(&console).copy_to(book)? {
        manifest.book = inside(&console.join(crate::admin::FILE))?;
        out.put(&format!("{FILES}{}", manifest.book), book, &mut File::open(book).map_err(at(book))?)?;
    }
    let keys = files(config, settings, wanted.log, &mut out)?;
    if !recipients.is_empty() {
        let sealed = beside(&wanted.file, ".book");
        encrypt(&keys, recipients, &sealed)?;
        out.put(KEYS, &sealed, &mut File::open(&sealed).map_err(at(&sealed))?)?;
    }
    manifest.members = std::mem::take(&mut out.members);
    let text = serde_json::to_vec_pretty(&manifest).unwrap_or_default();
    let mut header = tar::Header::new_gnu();
    header.set_size(text.len() as u64);
    header.set_mode(0o600);
    out.tar.append_data(&mut header, MANIFEST, &text[..]).map_err(at(part))?;
    let file = out.tar.into_inner().and_then(zstd::Encoder::finish).map_err(at(part))?;
    file.sync_all().map_err(at(part))?;
    // What cannot be noted is not made.
    told::note(&config.log.folder, &manifest, &wanted.by)?;
    fs::rename(part, &wanted.file).map_err(at(&wanted.file))?;
    let folder = wanted.file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(at(folder))?;
    Ok(manifest)
}

/// Every plain file; and which keys there are. A file that went away since it was found was replaced: then all is looked through again,
/// and what was taken already stays as it was taken.
fn files(config: &Config, settings: Option<&Path>, log: bool, out: &mut Packing<'_>) -> Result<Vec<PathBuf>, BackupFault> {
    for _ in 0..TRIES {
        let picked = pick(config, settings, log)?;
        let mut gone = false;
        // Whatever way led to a secret, it stays one.
        let secret: BTreeSet<String> = picked.keys.iter().map(|path| inside(path)).collect::<Result<_, _>>()?;
        for path in &picked.plain {
            let seen = inside(path)?;
            let name = format!("{FILES}{seen}");
            if secret.contains(&seen) || out.members.iter().any(|member| member.name == name) {
                continue;
            }
            match File::open(path) {
                Ok(mut file) => out.put(&name, path, &mut file)?,
                Err(error) if error.kind() == ErrorKind::NotFound => gone = true,
                Err(error) => return Err(at(path)(error)),
            }
        }
        if !gone {
            return Ok(picked.keys.into_iter().collect());
        }
    }
    Err(BackupFault::Restless(config.log.folder.clone()))
}

fn encrypt(keys: &[PathBuf], recipients: &[Recipient], sealed: &Path) -> Result<(), BackupFault> {
    let all = recipients.iter().map(|key| key as &dyn age::Recipient);
    let encryptor = Encryptor::with_recipients(all).map_err(|_| BackupFault::Encrypt)?;
    let stream = encryptor.wrap_output(fresh(sealed)?).map_err(at(sealed))?;
    let mut out = Packing { tar: tar::Builder::new(stream), part: sealed, members: Vec::new() };
    for path in keys {
        let name = format!("{FILES}{}", inside(path)?);
        out.put(&name, path, &mut File::open(path).map_err(at(path))?)?;
    }
    let file = out.tar.into_inner().and_then(age::stream::StreamWriter::finish).map_err(at(sealed))?;
    file.sync_all().map_err(at(sealed))
}

/// An archive under way.
struct Packing<'a, W: Write = zstd::Encoder<'static, File>> {
    tar: tar::Builder<W>,
    part: &'a Path,
    members: Vec<Member>,
}

impl<W: Write> Packing<'_, W> {
    /// Puts a file in, as long as it is now: one that grows meanwhile is taken up to here.
    fn put(&mut self, name: &str, path: &Path, file: &mut File) -> Result<(), BackupFault> {
        let data = file.metadata().map_err(at(path))?;
        let (bytes, mode) = (data.len(), data.mode() & 0o777);
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes);
        header.set_mode(mode);
        header.set_mtime(u64::try_from(data.mtime()).unwrap_or(0));
        let mut summed = Summed { inner: file.take(bytes), sum: Context::new(&SHA256), left: bytes };
        self.tar.append_data(&mut header, name, &mut summed).map_err(at(self.part))?;
        let sha256 = hex(summed.sum.finish().as_ref());
        self.members.push(Member { name: name.to_owned(), bytes, sha256, mode });
        Ok(())
    }
}

/// Sums up what is read. A file that became shorter would make the archive a wrong one.
struct Summed<R> {
    inner: R,
    sum: Context,
    left: u64,
}

impl<R: Read> Read for Summed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        if count == 0 && self.left > 0 && !buffer.is_empty() {
            return Err(io::Error::new(ErrorKind::UnexpectedEof, "a file became shorter while it was read"));
        }
        self.left -= count as u64;
        self.sum.update(&buffer[..count]);
        Ok(count)
    }
}
