//! Writing rows: CSV (RFC 4180, UTF-8), XLSX, JSON Lines. Row by row, in bounded memory. It must never write a cell that is a formula or a
//! link, or a line that could be taken for markup.

use super::columns::{COLUMNS, Cell, attribution, cells};
use super::run::ExportFault;
use crate::store::query::{Row, json_line};
use crate::store::quiet::breathe;
use aws_lc_rs::digest::{Context, SHA256};
use rust_xlsxwriter::{Workbook, XlsxError};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Rows that a sheet of a spreadsheet has room for, below its line of titles. More go on in a further sheet.
pub const MAX_SHEET_ROWS: u32 = 1_048_575;
/// Signs that a cell of a spreadsheet has room for are 32,767; what is longer is cut, and says so.
const MAX_CELL: usize = 32_000;

/// In which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SheetKind {
    /// Values separated by commas.
    Csv,
    /// A spreadsheet.
    Xlsx,
    /// One JSON object a line, with all there is and nothing changed.
    Jsonl,
}

impl SheetKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Csv, Self::Xlsx, Self::Jsonl];

    /// Its name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Jsonl => "jsonl",
        }
    }
}

/// A file that knows the hash of what went into it.
pub(super) struct Hashed {
    file: BufWriter<File>,
    context: Context,
    bytes: u64,
}

impl Hashed {
    pub(super) fn new(file: File) -> Self {
        Self { file: BufWriter::new(file), context: Context::new(&SHA256), bytes: 0 }
    }

    /// Writes everything, and puts it on disk if it is `kept`; the hash in hex, and how many bytes.
    pub(super) fn finish(self, kept: bool) -> io::Result<(String, u64)> {
        let file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        if kept {
            file.sync_all()?;
        }
        let hex = self.context.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok((hex, self.bytes))
    }
}

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.context.update(&bytes[..count]);
        self.bytes += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Something that takes rows.
pub(super) enum Sheet {
    Csv(Box<csv::Writer<Hashed>>),
    Xlsx(Box<Book>, Hashed),
    Jsonl(Hashed),
}

impl Sheet {
    /// A sheet with its titles. `folder` is where a spreadsheet's rows wait until it is put together.
    pub(super) fn open(kind: SheetKind, file: Hashed, folder: &Path) -> Result<Self, ExportFault> {
        Ok(match kind {
            SheetKind::Csv => {
                let mut writer =
                    csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).quote_style(csv::QuoteStyle::NonNumeric).from_writer(file);
                writer.write_record(COLUMNS).map_err(io::Error::from)?;
                Self::Csv(Box::new(writer))
            }
            SheetKind::Xlsx => Self::Xlsx(Box::new(Book::open(folder, MAX_SHEET_ROWS)?), file),
            SheetKind::Jsonl => Self::Jsonl(file),
        })
    }

    /// One row.
    pub(super) fn row(&mut self, row: &Row) -> Result<(), ExportFault> {
        breathe();
        match self {
            Self::Csv(writer) => writer.write_record(cells(row).iter().map(as_text)).map_err(io::Error::from)?,
            Self::Xlsx(book, _) => book.row(row)?,
            Self::Jsonl(file) => writeln!(file, "{}", json_row(row)?)?,
        }
        Ok(())
    }

    /// Puts it together, and on disk if it is `kept`; its hash in hex, and how many bytes.
    pub(super) fn finish(self, kept: bool) -> Result<(String, u64), ExportFault> {
        let file = match self {
            Self::Csv(writer) => writer.into_inner().map_err(|e| io::Error::from(e.error().kind()))?,
            Self::Xlsx(mut book, mut file) => {
                book.book.save_to_writer(&mut file)?;
                file
            }
            Self::Jsonl(file) => file,
        };
        Ok(file.finish(kept)?)
    }
}

/// A spreadsheet of as many sheets as its rows need, each with its titles.
pub(super) struct Book {
    book: Workbook,
    /// Sheets before the one that is written.
    sheet: usize,
    /// Rows in it.
    rows: u32,
    /// Rows that one has room for.
    most: u32,
}

impl Book {
    fn open(folder: &Path, most: u32) -> Result<Self, XlsxError> {
        let mut book = Self { book: Workbook::new(), sheet: 0, rows: 0, most };
        book.book.set_tempdir(folder)?;
        book.add_sheet()?;
        Ok(book)
    }

    fn add_sheet(&mut self) -> Result<(), XlsxError> {
        let sheet = self.book.add_worksheet_with_constant_memory()?;
        sheet.set_freeze_panes(1, 0)?;
        for (column, title) in (0_u16..).zip(COLUMNS) {
            sheet.write_string(0, column, title)?;
        }
        Ok(())
    }

    fn row(&mut self, row: &Row) -> Result<(), XlsxError> {
        if self.rows == self.most {
            self.add_sheet()?;
            self.sheet += 1;
            self.rows = 0;
        }
        self.rows += 1;
        let sheet = self.book.worksheet_from_index(self.sheet)?;
        for (column, cell) in (0_u16..).zip(cells(row)) {
            match cell {
                Cell::Text(text) => drop(sheet.write_string(self.rows, column, shortened(text))?),
                #[allow(clippy::cast_precision_loss, reason = "a spreadsheet has no other numbers")]
                Cell::Number(number) => drop(sheet.write_number(self.rows, column, number as f64)?),
                Cell::Empty => {}
            }
        }
        Ok(())
    }
}

fn as_text(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Number(number) => number.to_string(),
        Cell::Empty => String::new(),
    }
}

fn shortened(mut text: String) -> String {
    let units: usize = text.chars().map(char::len_utf16).sum();
    if units > MAX_CELL {
        let mut used = 0;
        let cut = text.char_indices().find(|(_, c)| {
            used += c.len_utf16();
            used > MAX_CELL
        });
        text.truncate(cut.map_or(text.len(), |(at, _)| at));
        text.push_str(&format!(" [cut here: {units} signs in all; CSV and JSON Lines have them]"));
    }
    text
}

/// A row as JSON, with the attribution in words, in which nothing is a tag, an entity or a terminal's control.
fn json_row(row: &Row) -> io::Result<String> {
    let mut value = serde_json::to_value(row)?;
    if let (Row::Request(request), Some(object)) = (row, value.as_object_mut()) {
        object.insert("attribution".into(), attribution(request.identity).into());
    }
    // These signs stand inside strings only, where JSON reads the escape as the sign.
    let text = serde_json::to_string(&value)?.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026");
    Ok(json_line(&text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Moment;
    use crate::record::{EventKind, EventRecord};
    use crate::store::query::EventRow;

    /// Rows of each sheet, its titles included, of a spreadsheet whose sheets hold three rows.
    fn rows_of_sheets(rows: u64) -> Vec<Vec<String>> {
        let folder = tempfile::tempdir().unwrap();
        let mut book = Book::open(folder.path(), 3).unwrap();
        for number in 1..=rows {
            let event = EventRecord { at: Moment::default(), kind: EventKind::Hostile, peer: None, text: "x".into() };
            book.row(&Row::Event(EventRow::new(number, &event))).unwrap();
        }
        let bytes = book.book.save_to_buffer().unwrap();
        let mut archive = zip::ZipArchive::new(io::Cursor::new(bytes)).unwrap();
        let sheet = |number: usize| {
            let mut text = String::new();
            let mut file = archive.by_name(&format!("xl/worksheets/sheet{number}.xml")).ok()?;
            io::Read::read_to_string(&mut file, &mut text).unwrap();
            Some(text.split("<row ").skip(1).map(str::to_owned).collect())
        };
        (1..).map_while(sheet).collect()
    }

    #[test]
    fn rows_beyond_what_a_sheet_holds_go_on_in_the_next_with_its_own_titles() {
        for (rows, expected) in [(0, vec![1]), (2, vec![3]), (3, vec![4]), (4, vec![4, 2]), (6, vec![4, 4]), (7, vec![4, 4, 2])] {
            let sheets = rows_of_sheets(rows);
            assert_eq!(sheets.iter().map(Vec::len).collect::<Vec<_>>(), expected, "{rows} rows");
            let numbers: Vec<String> = sheets.iter().flat_map(|sheet| &sheet[1..]).map(|row| number_in(row)).collect();
            assert_eq!(numbers, (1..=rows).map(|number| number.to_string()).collect::<Vec<_>>());
            assert!(sheets.iter().all(|sheet| sheet[0].split_whitespace().next() == sheets[0][0].split_whitespace().next()));
        }
    }

    /// The sequence of an event's row: the first number in it.
    fn number_in(row: &str) -> String {
        let cell = row.split("<c ").find(|cell| !cell.contains("t=") && cell.contains("<v>")).unwrap();
        cell.split("<v>").nth(1).unwrap().split('<').next().unwrap().to_owned()
    }
}
