//! One export from question to manifest. A file that is there is never written over; one that could not be finished is taken away.

use super::manifest::{MANIFEST_TITLE, Manifest, about_cells};
use super::sheet::{Hashed, Sheet, SheetKind};
use super::stream::Survey;
use crate::model::Timestamp;
use crate::store::fault::ReadFault;
use crate::store::files::DiskFiles;
use crate::store::hold::filter_to_json;
use crate::store::note_signer::NoteSigner;
use crate::store::query::{Order, Query, REDACTED, Row};
use serde_json::{Value, json};
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// What is to be exported, by whom, and where to.
pub struct ExportOrder<'a> {
    /// The question; its own limit does not count.
    pub query: &'a Query,
    /// Most rows; `None`: all.
    pub limit: Option<u64>,
    /// In which form.
    pub kind: SheetKind,
    /// The file to be made. The manifest is the same name with `.manifest.json` behind it.
    pub out: &'a Path,
    /// Now.
    pub now: Timestamp,
    /// Who asks: stands in the manifest.
    pub by: &'a str,
}

/// An export that was not made. No file is left.
#[derive(Debug, thiserror::Error)]
pub enum ExportFault {
    /// The log cannot be read.
    #[error(transparent)]
    Read(#[from] ReadFault),
    /// The file is there already.
    #[error("{0} is there already: an export never writes over a file")]
    Taken(PathBuf),
    /// The spreadsheet cannot be made.
    #[error("the spreadsheet cannot be made: {0}")]
    Sheet(#[from] rust_xlsxwriter::XlsxError),
    /// It cannot be noted in the log's folder who took what out of the log.
    #[error("{path}: {source}; an export that cannot be noted is not made")]
    Unnoted {
        /// The file of notes.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file cannot be written.
    #[error("the export cannot be written: {0}")]
    Write(#[from] io::Error),
}

/// Makes the file and its manifest.
///
/// # Errors
/// [`ExportFault`] in a sentence; nothing is left behind.
pub fn export(folder: &Path, order: &ExportOrder<'_>, signer: &dyn NoteSigner) -> Result<Manifest, ExportFault> {
    let manifest_path = manifest_path(order.out);
    if let Some(taken) = [order.out, &manifest_path].into_iter().find(|path| path.symlink_metadata().is_ok()) {
        return Err(ExportFault::Taken(taken.to_owned()));
    }
    let part = Part::new(beside(order.out, ".part"))?;
    let files = DiskFiles::at(folder);
    let survey = Survey::take(&files, order.query)?;
    let limit = order.limit.unwrap_or(u64::MAX);
    let manifest = fill(&survey, order, limit, &part)?;
    let text = serde_json::to_string(&manifest).map_err(io::Error::from)?;
    let mut whole = serde_json::to_value(&manifest).map_err(io::Error::from)?;
    if let Some(object) = whole.as_object_mut() {
        object.insert("note".into(), signer.sign(&format!("{MANIFEST_TITLE}\n{text}\n")).into());
    }
    let mut file = create(&manifest_path)?;
    let written = serde_json::to_writer_pretty(&mut file, &whole).map_err(io::Error::from).and_then(|()| file.write_all(b"\n"));
    let named = written.and_then(|()| file.sync_all()).and_then(|()| part.become_file(order.out));
    if let Err(fault) = named {
        drop(std::fs::remove_file(&manifest_path));
        return Err(fault.into());
    }
    Ok(manifest)
}

/// Writes every row, and says what was written.
fn fill(survey: &Survey<'_>, order: &ExportOrder<'_>, limit: u64, part: &Part) -> Result<Manifest, ExportFault> {
    let folder = order.out.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut sheet = Sheet::open(order.kind, Hashed::new(part.file.try_clone()?), folder)?;
    let (mut rows, mut redacted_rows, mut sequences) = (0, 0, None);
    survey.each_row(limit, |row| {
        let sequence = sequence_of(&row);
        let (low, high) = sequences.unwrap_or((sequence, sequence));
        sequences = Some((low.min(sequence), high.max(sequence)));
        rows += 1;
        redacted_rows += u64::from(is_redacted(&row));
        sheet.row(&row)
    })?;
    let (sha256, bytes) = sheet.finish(true)?;
    Ok(Manifest {
        file: order.out.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned()),
        format: order.kind.code(),
        sha256,
        bytes,
        rows,
        redacted_rows,
        query: question(order),
        sequences,
        log: standing(survey),
        damage: survey.damage.iter().map(ToString::to_string).collect(),
        cells: about_cells(order.kind),
        tool: concat!("lifeguard ", env!("CARGO_PKG_VERSION")),
        made: order.now.to_string(),
        by: order.by.to_owned(),
    })
}

fn sequence_of(row: &Row) -> u64 {
    match row {
        Row::Request(row) => row.sequence,
        Row::Outcome(row) => row.sequence,
        Row::Event(row) => row.sequence,
    }
}

fn is_redacted(row: &Row) -> bool {
    matches!(row, Row::Request(row) if row.host == REDACTED || row.target == REDACTED || row.url == REDACTED)
}

fn question(order: &ExportOrder<'_>) -> Value {
    let newest = order.query.order == Order::Newest;
    json!({
        "filter": filter_to_json(&order.query.filter), "order": if newest { "newest" } else { "oldest" },
        "limit": order.limit, "events": order.query.events,
    })
}

fn standing(survey: &Survey<'_>) -> Value {
    let head = survey.path.last().and_then(|link| link.head.as_ref().ok());
    json!({
        "newest_segment": survey.path.last().map(|link| link.ordinal),
        "chain_before_it": head.map(|head| head.predecessor.chain().to_string()),
        "last_sequence": survey.last_seen,
    })
}

/// Where the manifest of this file goes.
#[must_use]
pub fn manifest_path(out: &Path) -> PathBuf {
    beside(out, ".manifest.json")
}

fn beside(out: &Path, ending: &str) -> PathBuf {
    let mut name = out.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn create(path: &Path) -> Result<std::fs::File, ExportFault> {
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    made.map_err(|fault| if fault.kind() == io::ErrorKind::AlreadyExists { ExportFault::Taken(path.to_owned()) } else { fault.into() })
}

/// A file that is being made, and is taken away if it is not finished.
struct Part {
    path: PathBuf,
    file: std::fs::File,
}

impl Part {
    fn new(path: PathBuf) -> Result<Self, ExportFault> {
        Ok(Self { file: create(&path)?, path })
    }

    /// Gives it its name; an error if that has been taken meanwhile.
    fn become_file(&self, out: &Path) -> io::Result<()> {
        std::fs::hard_link(&self.path, out)
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // It is finished and has another name by now, or it must not stay.
        drop(std::fs::remove_file(&self.path));
    }
}
