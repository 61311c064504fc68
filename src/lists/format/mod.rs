//! The formats that lists come in: each reads a line, a row or a record and says what stands there.
//!
//! Must never pass over a line in silence: it holds an entry, it is blank or a comment, or it is a fault with a column.

mod adblock;
mod csv_rows;
mod declared;
mod domains;
mod hosts;
mod json;
mod line;
mod rpz;
mod rule_lines;
mod urls;

pub use declared::{ColumnName, CsvSchema, Format, JsonSchema, NotAPointer, Pointer};

pub(crate) use csv_rows::read_rows;
pub(crate) use json::read_document;
pub(crate) use line::{Fault, Line, MAX_LINE, Read, Sink, read_line};
pub(crate) use rpz::Zone;
