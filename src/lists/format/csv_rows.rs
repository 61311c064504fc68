//! CSV with the address in a declared column (RFC 4180, quoted line ends included).

use super::declared::{ColumnName, CsvSchema};
use super::line::{Fault, Line, MAX_LINE, Read, Sink};
use crate::lists::LineFault;
use std::io;

/// Reads all rows; `row` is told the line of each row and what came of it.
///
/// # Errors
/// What the source says when it cannot be read.
pub(crate) fn read_rows<S: Sink>(
    schema: &CsvSchema,
    strict: bool,
    text: impl io::Read,
    sink: &mut S,
    mut row: impl FnMut(&mut S, u64, Result<Read, Fault>),
) -> io::Result<()> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(schema.delimiter).from_reader(text);
    let mut record = csv::ByteRecord::new();
    let mut place = match &schema.column {
        ColumnName::Heading(_) => None,
        ColumnName::Place(place) | ColumnName::PlaceBelowHeading(place) => Some(*place),
    };
    let mut heading_due = !matches!(schema.column, ColumnName::Place(_));
    loop {
        let line = reader.position().line();
        match reader.read_byte_record(&mut record) {
            Ok(false) => return Ok(()),
            Ok(true) => {}
            Err(fault) if fault.is_io_error() => return Err(fault.into()),
            Err(_) => {
                row(sink, line, Err(Fault::new(LineFault::NotCsv, 0)));
                continue;
            }
        }
        let line = record.position().map_or(line, csv::Position::line);
        if std::mem::take(&mut heading_due) {
            place = place.or_else(|| place_of_heading(&schema.column, &record));
            row(sink, line, if place.is_some() { Ok(Read::Nothing) } else { Err(Fault::new(LineFault::MissingColumn, 0)) });
            continue;
        }
        let outcome = read_row(place, &record, strict, sink);
        row(sink, line, outcome);
    }
}

fn place_of_heading(column: &ColumnName, record: &csv::ByteRecord) -> Option<usize> {
    let ColumnName::Heading(heading) = column else { return None };
    record.iter().position(|field| field.trim_ascii().eq_ignore_ascii_case(heading.as_bytes()))
}

fn read_row(place: Option<usize>, record: &csv::ByteRecord, strict: bool, sink: &mut impl Sink) -> Result<Read, Fault> {
    if record.iter().all(|field| field.trim_ascii().is_empty()) {
        return Ok(Read::Nothing);
    }
    // A quote that is never closed swallows every row behind it: that must not look like one odd entry.
    if record.as_slice().len() > MAX_LINE {
        return Err(Fault::new(LineFault::LineTooLong, 0));
    }
    let field = place.and_then(|place| record.get(place)).ok_or(Fault::new(LineFault::MissingColumn, 0))?;
    let before: usize = place.map_or(0, |place| record.iter().take(place).map(|field| field.len() + 1).sum());
    let field = Line { bytes: field, at: before, strict }.trim();
    field.address_entry(sink)?;
    Ok(Read::Entries)
}
