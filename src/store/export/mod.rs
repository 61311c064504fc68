//! Export: exactly the view that was asked for, as CSV, XLSX or JSON Lines, with a manifest beside it (D8, D14, E1, E2).
//!
//! Rows come through [`crate::store::query::RequestRow`] and nothing else, so what is redacted there is redacted here. What came from
//! outside can be no formula ([`neutral`]), no terminal control, no markup and no link. Memory is bounded by one segment, whatever the
//! number of rows.

mod cell;
mod check;
mod columns;
mod few;
mod long;
mod manifest;
mod note;
mod run;
mod sheet;
mod stream;

pub use cell::{neutral, plain};
pub use check::{ExportCheck, ExportCheckFault, check_export, is_manifest};
pub use columns::{COLUMNS, attribution};
pub use few::file_of;
pub use long::{LongFault, LongOrder, long_file};
pub use manifest::Manifest;
pub(crate) use note::{EXPORTS, read_exports};
pub use note::{ExportNote, note_export};
pub use run::{ExportFault, ExportOrder, export, manifest_path};
pub use sheet::{MAX_SHEET_ROWS, SheetKind};
