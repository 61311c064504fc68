//! A file of any length for somebody who waits for it: written row by row, asked at each step whether to go on, bounded in rows and bytes.
//! The same cells as every export.

use super::run::ExportFault;
use super::sheet::{Hashed, Sheet, SheetKind};
use super::stream::Survey;
use crate::store::fault::ReadFault;
use crate::store::files::DiskFiles;
use crate::store::query::{Query, RequestRow, Row};
use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Rows between two questions whether to go on.
const STEP: u64 = 256;

/// What is wanted.
pub struct LongOrder<'a> {
    /// The question; its own limit does not count.
    pub query: &'a Query,
    /// In which form.
    pub kind: SheetKind,
    /// The file to be made, for its owner only. One that is there is written over: it is of a try that was broken off.
    pub out: &'a Path,
    /// Most rows, and most bytes.
    pub most: (u64, u64),
    /// What stands in the place of a person's name.
    pub shown: &'a (dyn Fn(&str) -> String + Sync),
    /// Asked whether to go on: how much is done, of how much.
    pub go_on: &'a (dyn Fn(u64, u64) -> bool + Sync),
}

/// There is no file.
#[derive(Debug, thiserror::Error)]
pub enum LongFault {
    /// There is more than was allowed.
    #[error("there are more rows or bytes than a file may have here")]
    TooMuch,
    /// It was not to go on.
    #[error("it was called off")]
    Stopped,
    /// It could not be made.
    #[error(transparent)]
    Export(#[from] ExportFault),
}

impl From<ReadFault> for LongFault {
    fn from(fault: ReadFault) -> Self {
        Self::Export(fault.into())
    }
}

impl From<std::io::Error> for LongFault {
    fn from(fault: std::io::Error) -> Self {
        Self::Export(fault.into())
    }
}

/// Makes it: how many rows, and its SHA-256 in hex. Where it fails no file is left.
///
/// # Errors
/// [`LongFault`].
pub fn long_file(folder: &Path, order: &LongOrder<'_>) -> Result<(u64, String), LongFault> {
    let made = fill(folder, order);
    if made.is_err() {
        drop(std::fs::remove_file(order.out));
    }
    made
}

fn fill(folder: &Path, order: &LongOrder<'_>) -> Result<(u64, String), LongFault> {
    let files = DiskFiles::at(folder);
    let stopped = std::cell::Cell::new(false);
    // Everything is read twice: half is done when it was counted.
    let survey = Survey::take_while(&files, order.query, &|done, all| {
        let on = (order.go_on)(done as u64, 2 * all as u64);
        stopped.set(stopped.get() || !on);
        on
    })?;
    match () {
        () if stopped.get() => return Err(LongFault::Stopped),
        () if survey.rows > order.most.0 => return Err(LongFault::TooMuch),
        () => {}
    }
    drop(std::fs::remove_file(order.out));
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(order.out)?;
    let written = file.try_clone()?;
    let beside = order.out.parent().unwrap_or(Path::new("."));
    let mut sheet = Sheet::open(order.kind, Hashed::new(file), beside)?;
    let mut rows = 0;
    survey.each_row(u64::MAX, |row| {
        let row = match row {
            Row::Request(request) => {
                let user = request.user.as_deref().map(order.shown);
                Row::Request(Box::new(RequestRow { user, ..*request }.without_links()))
            }
            row @ (Row::Outcome(_) | Row::Event(_)) => row,
        };
        rows += 1;
        if rows % STEP == 0 {
            if !(order.go_on)(survey.rows + rows, 2 * survey.rows) {
                return Err(LongFault::Stopped);
            }
            if written.metadata()?.len() > order.most.1 {
                return Err(LongFault::TooMuch);
            }
        }
        Ok(sheet.row(&row)?)
    })?;
    let (sha256, bytes) = sheet.finish(true)?;
    if bytes > order.most.1 { Err(LongFault::TooMuch) } else { Ok((rows, sha256)) }
}
