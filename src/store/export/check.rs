//! Is an export what the log gave out? Its manifest has to be signed by a key of the log's history, say what its note says, and fit the file
//! beside it. It reads only.

use super::manifest::MANIFEST_TITLE;
use crate::record::epochs::KeyHistory;
use crate::record::note::Note;
use crate::store::HeadsFault;
use crate::store::files::DiskFiles;
use crate::store::heads::read_history;
use aws_lc_rs::digest::{Context, SHA256};
use serde_json::Value;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Longest manifest that is read.
const LONGEST: u64 = 64 << 20;

/// What a manifest that holds says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportCheck {
    /// The file.
    pub file: PathBuf,
    /// Rows in it.
    pub rows: u64,
    /// Name of the log.
    pub origin: String,
    /// Who asked for it.
    pub by: String,
    /// When, RFC 3339.
    pub made: String,
}

/// An export that is not what the log gave out.
#[derive(Debug, thiserror::Error)]
pub enum ExportCheckFault {
    /// Something cannot be read.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The history of keys.
    #[error("the log's history of keys cannot be used: {0}")]
    Keys(#[from] HeadsFault),
    /// There is no history of keys in the log's folder.
    #[error("there is no history of keys in {0}: a manifest is checked beside the log that gave it out, or a copy of its keys.log")]
    NoKeys(PathBuf),
    /// No manifest.
    #[error("{0}: this is no manifest of an export")]
    Shape(PathBuf),
    /// Signed by nobody who may.
    #[error("{0}: the manifest is not signed by a key of the log")]
    Signature(PathBuf),
    /// A value was changed.
    #[error("{path}: `{key}` is not what was signed")]
    Changed {
        /// The manifest.
        path: PathBuf,
        /// The first member that differs.
        key: String,
    },
    /// The exported file was changed.
    #[error("{0}: the file is not the one that was exported: its length or SHA-256 is another")]
    File(PathBuf),
}

/// Is this the text of a manifest?
#[must_use]
pub fn is_manifest(text: &[u8]) -> bool {
    note_of(text).is_some_and(|(_, note)| note.starts_with(MANIFEST_TITLE))
}

fn note_of(text: &[u8]) -> Option<(Value, String)> {
    let mut value: Value = serde_json::from_slice(text).ok()?;
    let note = value.as_object_mut()?.remove("note")?.as_str()?.to_owned();
    Some((value, note))
}

/// Checks the manifest of an export, and the file beside it, against the keys of the log in this folder.
///
/// # Errors
/// [`ExportCheckFault`], with the place.
pub fn check_export(folder: &Path, manifest: &Path) -> Result<ExportCheck, ExportCheckFault> {
    let history = read_history(&DiskFiles::at(folder))?;
    let origin = history.genesis().ok_or_else(|| ExportCheckFault::NoKeys(folder.to_owned()))?.name().to_owned();
    let io = |source| ExportCheckFault::Io { path: manifest.to_owned(), source };
    let mut text = Vec::new();
    File::open(manifest).and_then(|file| file.take(LONGEST).read_to_end(&mut text)).map_err(io)?;
    let signed = signed_value(&history, manifest, &text)?;
    let field = |key: &str| signed[key].as_str().unwrap_or_default().to_owned();
    let file = file_beside(manifest, &field("file"))?;
    let same = hash(&file)?;
    if same != (field("sha256"), signed["bytes"].as_u64().unwrap_or(u64::MAX)) {
        return Err(ExportCheckFault::File(file));
    }
    Ok(ExportCheck { file, rows: signed["rows"].as_u64().unwrap_or_default(), origin, by: field("by"), made: field("made") })
}

/// What the note says, if a key of the log signed it and the manifest says the same.
fn signed_value(history: &KeyHistory, path: &Path, text: &[u8]) -> Result<Value, ExportCheckFault> {
    let shape = || ExportCheckFault::Shape(path.to_owned());
    let (shown, note) = note_of(text).ok_or_else(shape)?;
    let parsed = Note::parse(&note).map_err(|_| ExportCheckFault::Signature(path.to_owned()))?;
    history.signer(&parsed).ok_or_else(|| ExportCheckFault::Signature(path.to_owned()))?;
    let json = parsed.text.strip_prefix(MANIFEST_TITLE).and_then(|rest| rest.strip_prefix('\n')).ok_or_else(shape)?;
    let signed: Value = serde_json::from_str(json).map_err(|_| shape())?;
    let (Some(signed_members), Some(shown_members)) = (signed.as_object(), shown.as_object()) else { return Err(shape()) };
    let mut keys = signed_members.keys().chain(shown_members.keys());
    match keys.find(|key| signed_members.get(*key) != shown_members.get(*key)) {
        Some(key) => Err(ExportCheckFault::Changed { path: path.to_owned(), key: key.clone() }),
        None => Ok(signed),
    }
}

/// The exported file lies beside its manifest; a name that leads elsewhere is none.
fn file_beside(manifest: &Path, name: &str) -> Result<PathBuf, ExportCheckFault> {
    let plain = Path::new(name).file_name().filter(|plain| *plain == name);
    let plain = plain.ok_or_else(|| ExportCheckFault::Shape(manifest.to_owned()))?;
    Ok(manifest.with_file_name(plain))
}

/// SHA-256 in hex, and length.
fn hash(path: &Path) -> Result<(String, u64), ExportCheckFault> {
    let io = |source| ExportCheckFault::Io { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(io)?;
    let (mut context, mut length, mut buffer) = (Context::new(&SHA256), 0, vec![0; 256 * 1024]);
    loop {
        let count = file.read(&mut buffer).map_err(io)?;
        if count == 0 {
            break;
        }
        context.update(&buffer[..count]);
        length += count as u64;
    }
    Ok((context.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect(), length))
}
