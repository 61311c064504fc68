//! The index: for each sealed segment one Parquet file with a row for every request and event, and one small summary beside it. Both
//! are derived: they are made from the sealed segment, may be thrown away at any time, and are never believed where they do not fit.
//! Rows are always shown from the segment itself.
//!
//! # Format, version 1
//!
//! `NAME.parquet`: any Parquet tool reads it. One row group, rows in the order of the log (so that times rise, pages are skipped by time,
//! a search that wants a few of the newest rows stops early, and nothing has to be sorted again). Columns: [`Column`]. Texts are dictionaries.
//!
//! `NAME.sum`: 8 bytes `89 4c 47 53 55 4d 0d 0a`, u32 version (1), u32 CRC-32 of everything behind it, then in the building blocks of the
//! record codec what [`Summary`] lists: which sealed file it was made from (its length and its foot), how much it holds, the CRC-32 of each
//! `CHECKED` bytes of the Parquet file, filters for persons and hosts, outcomes whose requests lie in earlier segments, and counts by
//! quarter of an hour, group, verdict, reason and categories.
//!
//! Invariants:
//!
//! * A summary is used only if its checksum is right and the sealed segment's length and foot are the ones it names.
//! * Of the Parquet file nothing is used whose CRC-32 does not agree with the summary.
//! * Whatever is missing or does not agree is the same as no index: the segment is read through.

mod bloom;
mod checked;
mod columns;
mod make;
mod summary;

pub(crate) use checked::Checked;
pub(crate) use columns::{Column, URL_HOST_443, URL_HTTP, URL_HTTPS};
pub(crate) use make::{is_indexed, make_index};
pub(crate) use summary::{BUCKET_US, RollUp, Summary, load_summary};
