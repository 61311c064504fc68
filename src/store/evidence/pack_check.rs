//! Checks a pack of accreditation, of any origin: every byte of every file, and that there is no other file. It reads only.

use super::check::{note, take_key};
use super::pack::{FIRST_LINE, PACK_MANIFEST, file_line, is_file_name};
use super::{EvidenceFault, EvidenceProblem};
use crate::record::chain::ChainValue;
use crate::record::epochs::KeyHistory;
use crate::record::tree::TreeHash;
use aws_lc_rs::digest::{Context, SHA256};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Longest manifest that is read.
const LONGEST: u64 = 64 << 20;

/// What a pack that holds says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackCheck {
    /// Name of the log whose key signed it.
    pub origin: String,
    /// Fingerprint of the first key in the manifest: to be compared with one known from elsewhere.
    pub genesis: String,
    /// When it was made, as it says itself.
    pub made: String,
    /// Its files, but for the manifest.
    pub files: Vec<String>,
}

/// A pack that shows nothing.
#[derive(Debug, thiserror::Error)]
pub enum PackCheckFault {
    /// The manifest.
    #[error("manifest.jsonl, {0}")]
    Manifest(#[from] EvidenceFault),
    /// A file that is not what was signed.
    #[error("{0}: it is not the file that was signed: its length or SHA-256 is another")]
    Changed(PathBuf),
    /// A file that the manifest does not name.
    #[error("{0}: the manifest does not name it")]
    Stranger(PathBuf),
    /// Something cannot be read.
    #[error("{path}: {source}")]
    Io {
        /// What.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// Checks the pack in this folder. `genesis`: the fingerprint that its first key must have, where one is known.
///
/// # Errors
/// [`PackCheckFault`] with the place.
pub fn check_pack(folder: &Path, genesis: Option<&str>) -> Result<PackCheck, PackCheckFault> {
    let path = folder.join(PACK_MANIFEST);
    let mut bytes = Vec::new();
    let read = open_plain(&path).and_then(|file| file.take(LONGEST).read_to_end(&mut bytes));
    read.map_err(|source| PackCheckFault::Io { path, source })?;
    let manifest = Manifest::read(&bytes, genesis)?;
    for listed in &manifest.files {
        let path = folder.join(&listed.name);
        let found = sum(&path).map_err(|source| PackCheckFault::Io { path: path.clone(), source })?;
        if found != (listed.bytes, listed.sum) {
            return Err(PackCheckFault::Changed(path));
        }
    }
    let known: BTreeSet<&str> = manifest.files.iter().map(|listed| &*listed.name).chain([PACK_MANIFEST]).collect();
    let io = |source| PackCheckFault::Io { path: folder.to_owned(), source };
    for entry in fs::read_dir(folder).map_err(io)? {
        let entry = entry.map_err(io)?;
        if !entry.file_name().to_str().is_some_and(|name| known.contains(name)) {
            return Err(PackCheckFault::Stranger(entry.path()));
        }
    }
    let Manifest { origin, genesis, made, files, .. } = manifest;
    Ok(PackCheck { origin, genesis, made, files: files.into_iter().map(|listed| listed.name).collect() })
}

/// A file of the pack, and no link to another.
fn open_plain(path: &Path) -> io::Result<File> {
    match fs::symlink_metadata(path)?.is_file() {
        true => File::open(path),
        false => Err(io::Error::new(io::ErrorKind::InvalidInput, "this is no plain file")),
    }
}

fn sum(path: &Path) -> io::Result<(u64, TreeHash)> {
    let mut file = open_plain(path)?;
    let (mut context, mut length, mut buffer) = (Context::new(&SHA256), 0, vec![0; 256 * 1024]);
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            break;
        }
        context.update(&buffer[..count]);
        length += count as u64;
    }
    let hash = context.finish().as_ref().try_into().expect("SHA-256 has 32 bytes");
    Ok((length, TreeHash(hash)))
}

/// A file as the manifest names it.
struct Listed {
    name: String,
    bytes: u64,
    sum: TreeHash,
}

/// A manifest under way.
#[derive(Default)]
struct Manifest {
    history: KeyHistory,
    files: Vec<Listed>,
    origin: String,
    genesis: String,
    made: String,
    is_closed: bool,
}

impl Manifest {
    fn read(bytes: &[u8], genesis: Option<&str>) -> Result<Self, EvidenceFault> {
        let (mut manifest, mut at, mut lines) = (Self::default(), 0, 0);
        for whole in bytes.split_inclusive(|&byte| byte == b'\n') {
            lines += 1;
            let fault = |problem| EvidenceFault { line: lines, problem };
            let text = std::str::from_utf8(whole).ok().and_then(|text| text.strip_suffix('\n'));
            let text = text.ok_or_else(|| fault(EvidenceProblem::Shape))?;
            let taken = match lines {
                1 if text == FIRST_LINE => Ok(()),
                1 => Err(EvidenceProblem::Shape),
                _ => manifest.line(text, &bytes[..at], genesis),
            };
            taken.map_err(fault)?;
            at += whole.len();
        }
        if manifest.is_closed { Ok(manifest) } else { Err(EvidenceFault { line: lines.max(1), problem: EvidenceProblem::Short }) }
    }

    fn line(&mut self, text: &str, before: &[u8], genesis: Option<&str>) -> Result<(), EvidenceProblem> {
        let value: Value = serde_json::from_str(text).map_err(|_| EvidenceProblem::Shape)?;
        match value.get("kind").and_then(Value::as_str) {
            Some(_) if self.is_closed => Err(EvidenceProblem::Shape),
            Some("key") if self.files.is_empty() => take_key(&mut self.history, &note(&value, text, "key")?, genesis),
            Some("file") if self.history.genesis().is_some() => self.file(&value, text),
            Some("manifest") if !self.files.is_empty() => self.close(&value, text, before),
            Some(_) | None => Err(EvidenceProblem::Shape),
        }
    }

    fn file(&mut self, value: &Value, text: &str) -> Result<(), EvidenceProblem> {
        let read = || {
            let name = value.get("name")?.as_str()?.to_owned();
            let listed = Listed { bytes: value.get("bytes")?.as_u64()?, sum: TreeHash::from_base64(value.get("sha256")?.as_str()?)?, name };
            let exact = file_line(&listed.name, listed.bytes, &listed.sum).strip_suffix('\n') == Some(text);
            let in_order = self.files.last().is_none_or(|last| last.name < listed.name);
            (exact && in_order && is_file_name(&listed.name)).then_some(listed)
        };
        let listed = read().ok_or(EvidenceProblem::Shape)?;
        self.files.push(listed);
        Ok(())
    }

    fn close(&mut self, value: &Value, text: &str, before: &[u8]) -> Result<(), EvidenceProblem> {
        let note = note(value, text, "manifest")?;
        let signer = self.history.signer(&note).filter(|_| note.signatures.len() == 1);
        let origin = signer.map(|epoch| epoch.key.name().to_owned()).ok_or(EvidenceProblem::Manifest)?;
        let made = note.text.lines().nth(1).and_then(|line| line.strip_prefix("time ")).unwrap_or_default().to_owned();
        let sum = TreeHash(ChainValue::digest(before).0);
        let expected = format!("{origin} accreditation\ntime {made}\nfiles {}\nsha256 {sum}\n", self.files.len());
        if note.text != expected {
            return Err(EvidenceProblem::Manifest);
        }
        let genesis = self.history.genesis().map(crate::record::note::NoteKey::fingerprint).unwrap_or_default();
        (self.origin, self.genesis, self.made, self.is_closed) = (origin, genesis, made, true);
        Ok(())
    }
}
