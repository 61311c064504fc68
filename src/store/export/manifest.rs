//! What an export is: which question, which rows of which log, and the hash of the file.

use serde::Serialize;
use serde_json::Value;

/// First line of the signed note.
pub(super) const MANIFEST_TITLE: &str = "lifeguard export manifest v1";

/// The manifest of an export.
#[derive(Clone, Debug, Serialize)]
pub struct Manifest {
    /// Name of the file that it goes with.
    pub file: String,
    /// `csv`, `xlsx` or `jsonl`.
    pub format: &'static str,
    /// SHA-256 of the file, in hex.
    pub sha256: String,
    /// Its length.
    pub bytes: u64,
    /// Rows in it, without the line of titles.
    pub rows: u64,
    /// Rows of which the address is redacted because it stands on a statutory list.
    pub redacted_rows: u64,
    /// The question: filter, order, limit, whether events were asked for.
    pub query: Value,
    /// Lowest and highest number among the rows.
    pub sequences: Option<(u64, u64)>,
    /// The log at that time: its newest segment, where the chain stood before that, and the last record there was.
    pub log: Value,
    /// Places of the log that could not be read.
    pub damage: Vec<String>,
    /// What was done to cells.
    pub cells: &'static str,
    /// Program and version.
    pub tool: &'static str,
    /// When: RFC 3339.
    pub made: String,
    /// Who.
    pub by: String,
}

/// What is done to the cells of each format.
pub(super) const fn about_cells(format: super::SheetKind) -> &'static str {
    match format {
        super::SheetKind::Xlsx => {
            "control and invisible characters stand as \\u{..}; an apostrophe stands before text that a spreadsheet might take for a formula; \
             rows beyond 1,048,575 go on in the next sheet"
        }
        super::SheetKind::Csv => {
            "control and invisible characters stand as \\u{..}; an apostrophe stands before text that a spreadsheet might take for a formula"
        }
        super::SheetKind::Jsonl => "control characters, <, > and & stand as \\u.... of JSON: the values are unchanged",
    }
}
