//! A folder of files that leaves the house as evidence of accreditation, with a manifest that the log's key signs (standards A1). The format is
//! written down in [`crate::manual::evidence`]. A folder that is there is never written into; one that could not be finished is taken away.

use super::bundle::line;
use super::pack_check::check_pack;
use crate::record::chain::ChainValue;
use crate::record::epochs::Handover;
use crate::record::note::Note;
use crate::record::tree::TreeHash;
use crate::store::files::DiskFiles;
use crate::store::heads::{HeadsFault, KEYS, Signer, read_history, read_notes};
use serde_json::json;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Name of the manifest.
pub const PACK_MANIFEST: &str = "manifest.jsonl";
pub(super) const FIRST_LINE: &str = "{\"kind\":\"lifeguard-accreditation\",\"version\":1}";

/// A pack that was not made. No folder is left.
#[derive(Debug, thiserror::Error)]
pub enum PackFault {
    /// The folder is there already.
    #[error("{0} is there already: a pack is never written over anything")]
    Taken(PathBuf),
    /// There is no key to sign with, or it may not be read.
    #[error("a pack is signed by the key of the log, which `lifeguard run` makes when it first starts: {0}")]
    Key(#[from] HeadsFault),
    /// The log has no history of keys.
    #[error("{0}: the log has no key yet; `lifeguard run` makes it when it first starts")]
    NoKeys(PathBuf),
    /// A name that no file of a pack has.
    #[error("no file of a pack may be called '{0}'")]
    Name(String),
    /// What was written does not hold.
    #[error("the pack does not hold: {0}")]
    Broken(#[from] super::PackCheckFault),
    /// It cannot be written.
    #[error("{path}: {source}")]
    Write {
        /// What.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// Writes a pack of these files (name and content) into a new folder, signed with the key of the log in `log_folder`. `made`: RFC 3339.
///
/// # Errors
/// [`PackFault`]; no folder is left then.
pub fn write_pack(folder: &Path, files: &[(&str, &[u8])], made: &str, (log_folder, signer): (&Path, &Signer)) -> Result<(), PackFault> {
    if folder.symlink_metadata().is_ok() {
        return Err(PackFault::Taken(folder.to_owned()));
    }
    let mut name = folder.as_os_str().to_owned();
    name.push(".part");
    let part = Part::new(PathBuf::from(name))?;
    files.iter().try_for_each(|(name, content)| part.put(name, content))?;
    // The key may be handed over between the history and the signature; then the second attempt finds the new one in the history.
    let attempt = || -> Result<(), PackFault> {
        let keys = keys(log_folder)?;
        // After a rupture the first key is not the log's first.
        let first = keys.first().and_then(|note| Handover::parse(&note.text).ok()).map(|first| first.key.fingerprint());
        part.put_manifest(&manifest(files, made, &keys, signer))?;
        check_pack(&part.0, first.as_deref())?;
        Ok(())
    };
    attempt().or_else(|_| attempt())?;
    let named = File::open(&part.0).and_then(|opened| opened.sync_all()).and_then(|()| fs::rename(&part.0, folder));
    named.map_err(|source| PackFault::Write { path: folder.to_owned(), source })
}

/// The manifest of these files.
fn manifest(files: &[(&str, &[u8])], made: &str, keys: &[Note], signer: &Signer) -> String {
    let mut out = format!("{FIRST_LINE}\n");
    for note in keys {
        out += &line(&json!({ "kind": "key", "note": note.to_string() }));
    }
    let mut sorted: Vec<_> = files.to_vec();
    sorted.sort_unstable();
    for (name, content) in sorted {
        out += &file_line(name, content.len() as u64, &TreeHash(ChainValue::digest(content).0));
    }
    let sum = TreeHash(ChainValue::digest(out.as_bytes()).0);
    let note = signer.sign_as("accreditation", &format!("time {made}\nfiles {}\nsha256 {sum}", files.len()));
    out + &line(&json!({ "kind": "manifest", "note": note }))
}

/// The history of keys, from the last rupture on: what stood before vouches for nothing that follows.
fn keys(log_folder: &Path) -> Result<Vec<Note>, PackFault> {
    let files = DiskFiles::at(log_folder);
    let start = read_history(&files)?.ruptures().last().copied().unwrap_or(0);
    let notes = read_notes(&files, KEYS).map_err(HeadsFault::from)?.0;
    let keys: Vec<Note> = notes.into_iter().skip(start).filter_map(|(_, note)| note.ok()).collect();
    if keys.is_empty() { Err(PackFault::NoKeys(log_folder.to_owned())) } else { Ok(keys) }
}

/// A line about a file: its fields stand in this order, and its name needs no escapes.
pub(super) fn file_line(name: &str, bytes: u64, sum: &TreeHash) -> String {
    format!("{{\"kind\":\"file\",\"name\":\"{name}\",\"bytes\":{bytes},\"sha256\":\"{sum}\"}}\n")
}

/// May a file of a pack have this name?
pub(super) fn is_file_name(name: &str) -> bool {
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'));
    plain && !name.starts_with('.') && !name.is_empty() && name != PACK_MANIFEST
}

/// A folder that is being made, and is taken away if it is not finished.
struct Part(PathBuf);

impl Part {
    fn new(path: PathBuf) -> Result<Self, PackFault> {
        match DirBuilder::new().mode(0o700).create(&path) {
            Ok(()) => Ok(Self(path)),
            Err(source) if source.kind() == io::ErrorKind::AlreadyExists => Err(PackFault::Taken(path)),
            Err(source) => Err(PackFault::Write { path, source }),
        }
    }

    fn put(&self, name: &str, content: &[u8]) -> Result<(), PackFault> {
        if !is_file_name(name) {
            return Err(PackFault::Name(name.to_owned()));
        }
        self.write(name, content)
    }

    fn put_manifest(&self, text: &str) -> Result<(), PackFault> {
        self.write(PACK_MANIFEST, text.as_bytes())
    }

    fn write(&self, name: &str, content: &[u8]) -> Result<(), PackFault> {
        let path = self.0.join(name);
        let mut options = OpenOptions::new();
        let made = options.write(true).create(true).truncate(true).mode(0o600).open(&path);
        let written = made.and_then(|mut file| file.write_all(content).and_then(|()| file.sync_all()));
        written.map_err(|source| PackFault::Write { path, source })
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // It has its name by now, or must not stay.
        drop(fs::remove_dir_all(&self.0));
    }
}
