//! The index: for each sealed segment one Parquet file with a row for every request and event, and one small summary beside it. Both
//! are derived: they are made from the sealed segment, may be thrown away at any time, and are never believed where they do not fit.
//! Rows are always shown from the segment itself.
//!
//! # Format, version 3
//!
//! `NAME.parquet`: any Parquet tool reads it. One row group, rows in the order of the log (so that times rise, pages are skipped by time,
//! a search that wants a few of the newest rows stops early, and nothing has to be sorted again). Columns: [`Column`]. Texts are dictionaries.
//!
//! `NAME.sum`: 8 bytes `89 4c 47 53 55 4d 0d 0a`, u32 version (3), u32 length and u32 CRC-32 of the card, the card, then the parts one
//! behind another. In the building blocks of the record codec: the [`Card`] says which sealed file the index was made from (its length and
//! its foot), the segment's head, how much it holds and when, and length and CRC-32 of each part. The parts are the CRC-32 of each
//! `CHECKED` bytes of the Parquet file; filters for persons and for hosts; outcomes whose requests lie in earlier segments; counts by
//! quarter of an hour, group, verdict, reason and categories; and counts by host. A question reads of every segment the card alone. Counts are
//! packed: their length, then a zstd frame as bytes.
//!
//! Invariants:
//!
//! * A card is used only if its version and checksum are right and the sealed segment's length and foot are the ones it names; a part only if its checksum is right.
//! * Of the Parquet file nothing is used whose CRC-32 does not agree with the summary.
//! * Whatever is missing or does not agree is the same as no index: the segment is read through.

mod bloom;
mod card;
mod checked;
mod columns;
mod counted;
mod hosts;
mod make;
mod summary;

pub(crate) use card::{Card, load_card};
pub(crate) use checked::Checked;
pub(crate) use columns::{Column, URL_HOST_443, URL_HTTP, URL_HTTPS, schema};
pub(crate) use hosts::HostCount;
pub(crate) use make::{fits, is_indexed, make_index};
pub(crate) use summary::{BUCKET_US, RollUp, load_checksums, load_host_counts, load_hosts, load_late, load_persons, load_roll_up};
