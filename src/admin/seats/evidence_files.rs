//! Papers for a board, to take away: the dataset, the register of standards, serious incidents, and the review of a year.

use super::evidence::dataset;
use super::evidence_pack::{review, serious, standards};
use crate::admin::asked::sha256;
use crate::admin::call::{Call, Download, Reply, Stop};
use crate::admin::paper::Paper;
use crate::admin::roles::{Action, may};
use crate::record::EventKind;

/// One of them. A paper that there is not, and one that is not for this role, look alike.
pub(super) fn file(call: &Call<'_>) -> Result<Reply, Stop> {
    let paper = match call.query.raw("what") {
        "dataset" => dataset(call)?,
        "standards" => standards(call),
        "review" => review(call)?,
        "serious" if may(Some(call.session()?.account.role), Action::BoardFigures) => serious(call)?,
        _ => return Err(Stop::Unknown),
    };
    taken(call, &paper, call.query.raw("form"))
}

/// A paper in a form, recorded with its SHA-256 before it leaves.
pub(super) fn taken(call: &Call<'_>, paper: &Paper, form: &str) -> Result<Reply, Stop> {
    let (ending, media, bytes) = match form {
        "csv" => ("csv", "text/csv; charset=utf-8", paper.csv()),
        "json" => ("json", "application/json", paper.json()),
        "html" => ("html", "text/html; charset=utf-8", paper.html(call.language.tag()).map_err(|_| Stop::Unknown)?),
        _ => return Err(Stop::Unknown),
    };
    let digest = sha256(&bytes);
    let name = format!("{}.{ending}", paper.name);
    call.record(EventKind::ConsoleExport, call.act(format!("took the paper {name} away, SHA-256 {digest}")))?;
    Ok(Reply::File(Box::new(Download { name, media, bytes })))
}
