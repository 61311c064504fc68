//! One segment by its index. Whatever does not fit gives `None`, and the segment is read through instead.

use super::by::By;
use super::dimension::count_batch;
use super::filter::Matcher;
use super::part::{Found, Part, Want};
use super::tests_of::{Test, tests};
use crate::store::files::Files;
use crate::store::index::{Card, Checked, Column, load_checksums, load_hosts, load_persons, schema};
use crate::store::name::index_name;
use crate::store::path::Link;
use crate::store::quiet::{breathe_out, is_quiet};
use arrow_array::cast::AsArray;
use arrow_array::types::{UInt8Type, UInt32Type, UInt64Type};
use arrow_array::{BooleanArray, RecordBatch, RecordBatchOptions, new_null_array};
use arrow_schema::{ArrowError, Schema};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowPredicate, ArrowPredicateFn, ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder, RowFilter, RowSelection,
};
use parquet::file::metadata::PageIndexPolicy;
use parquet::file::page_index::column_index::ColumnIndexMetaData;
use std::ops::Range;
use std::sync::Arc;

/// Rows looked at together: a whole segment as a rule, so that each different text is looked at once.
const BATCH: usize = 512 * 1024;
/// By quiet work, which breathes between two of them.
const QUIET_BATCH: usize = 64 * 1024;

/// Can card and summary tell that nothing is here? A part of the summary that cannot be read tells nothing.
pub(super) fn may_hold(files: &dyn Files, link: &Link, card: &Card, matcher: &Matcher, want: &Want) -> bool {
    let filter = &matcher.filter;
    let requests = if filter.only_events { 0 } else { card.requests };
    let rows = requests + if want.events() { card.events } else { 0 };
    let person = |user: &String| load_persons(files, &link.name, card).is_none_or(|persons| persons.may_hold(&user.to_ascii_lowercase()));
    let host = |host: &String| host.is_empty() || load_hosts(files, &link.name, card).is_none_or(|hosts| hosts.may_hold(host));
    rows > 0
        && filter.may_cover(card.times.0, card.times.1)
        && filter.user.as_ref().is_none_or(person)
        && matcher.host.as_ref().is_none_or(host)
}

/// Finds what is asked for in one segment by its index.
pub(super) fn look_up(files: &dyn Files, link: &Link, card: &Card, matcher: &Arc<Matcher>, by: &[By], want: &Want) -> Option<Part> {
    let index = Index::open(files, link, card)?;
    let counts = *want == Want::Counts;
    if !counts {
        return index.rows(matcher, card, want);
    }
    let decides = matcher.needs_outcome() || super::by::needs_outcome(by);
    // Requests whose outcome lies elsewhere are few: numbers are read only where there is one.
    match index.counts(matcher, card, by, decides, false)? {
        Some(part) => Some(part),
        None => index.counts(matcher, card, by, decides, true)?,
    }
}

/// The index of one segment, open.
struct Index {
    file: Checked,
    metadata: ArrowReaderMetadata,
    rows: u64,
}

impl Index {
    fn open(files: &dyn Files, link: &Link, card: &Card) -> Option<Self> {
        let file = files.open(&index_name(&link.name)).ok()?;
        let file = Checked::new(file, card.length, load_checksums(files, &link.name, card)?).ok()?;
        let options = ArrowReaderOptions::new().with_schema(schema()).with_page_index_policy(PageIndexPolicy::Optional);
        let metadata = ArrowReaderMetadata::load(&file, options).ok()?;
        Some(Self { file, metadata, rows: card.requests + card.events })
    }

    fn rows(&self, matcher: &Arc<Matcher>, card: &Card, want: &Want) -> Option<Part> {
        let mut part = Part { records: card.records, indexed: true, ..Part::default() };
        let decides = matcher.needs_outcome();
        let columns = vec![Column::Kind, Column::Sequence, Column::Outcome, Column::Id];
        self.read(matcher, tests(matcher, card, want), columns, |batch| take(batch, decides, &mut part))?;
        part.trim(want);
        Some(part)
    }

    /// Counts. `Some(None)`: there are requests whose outcome decides and lies elsewhere, and their numbers were not read.
    fn counts(&self, matcher: &Arc<Matcher>, card: &Card, by: &[By], decides: bool, numbers: bool) -> Option<Option<Part>> {
        let mut part = Part { records: card.records, indexed: true, ..Part::default() };
        let mut columns = vec![Column::Kind];
        columns.extend(decides.then_some(Column::Outcome));
        columns.extend(numbers.then_some([Column::Sequence, Column::Id]).into_iter().flatten());
        columns.extend(by.iter().flat_map(|by| super::dimension::columns(*by)));
        let mut elsewhere = false;
        self.read(matcher, tests(matcher, card, &Want::Counts), columns, |batch| {
            if !decides {
                return count_batch(batch, by, matcher, None, &mut part.tally);
            }
            // What is pending is counted when its outcome is known.
            let endings = Endings::of(batch)?;
            let (pending, settled): (Vec<usize>, Vec<usize>) = (0..batch.num_rows()).partition(|&row| endings.is_pending(row));
            elsewhere |= !pending.is_empty();
            if numbers {
                let numbers = Numbers::of(batch)?;
                part.pending.extend(pending.into_iter().map(|row| numbers.found(row)));
            }
            count_batch(batch, by, matcher, Some(&settled), &mut part.tally)
        })?;
        Some((numbers || !elsewhere).then_some(part))
    }

    /// Shows these columns of the rows that pass all tests.
    fn read(
        &self,
        matcher: &Matcher,
        tests: Vec<Test>,
        mut columns: Vec<Column>,
        mut each: impl FnMut(&RecordBatch) -> Option<()>,
    ) -> Option<()> {
        columns.sort_unstable();
        columns.dedup();
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(self.file.clone(), self.metadata.clone());
        let schema = builder.metadata().file_metadata().schema_descr_ptr();
        let mask = |columns: &[Column]| ProjectionMask::columns(&schema, columns.iter().map(|column| column.name()));
        let predicate = |test: Test| {
            let Test { columns, mut eval } = test;
            let (there, absent): (Vec<Column>, Vec<Column>) = columns.into_iter().partition(|&column| !self.is_absent(column));
            let run = move |batch: RecordBatch| {
                breathe_out();
                Ok(BooleanArray::new(eval(&with_nulls(batch, &absent)?)?, None))
            };
            Box::new(ArrowPredicateFn::new(mask(&there), run)) as Box<dyn ArrowPredicate>
        };
        let filter = RowFilter::new(tests.into_iter().map(predicate).collect());
        let selection = selected_pages(&builder, matcher);
        // Room is made for a whole batch, however few rows there are.
        let rows = selection.as_ref().map_or(self.rows, |selection| selection.row_count() as u64);
        let most = if is_quiet() { QUIET_BATCH } else { BATCH };
        let batch = usize::try_from(rows).unwrap_or(most).clamp(1, most);
        let mut builder = builder.with_projection(mask(&columns)).with_row_filter(filter).with_batch_size(batch);
        if let Some(selection) = selection {
            builder = builder.with_row_selection(selection);
        }
        for batch in builder.build().ok()? {
            breathe_out();
            each(&batch.ok()?)?;
        }
        Some(())
    }

    /// Is there no value in this column at all? Then it is not read: to find that out row by row costs as much as any column.
    fn is_absent(&self, column: Column) -> bool {
        let group = self.metadata.metadata().row_groups().first();
        let nulls = group.and_then(|group| group.column(column as usize).statistics()?.null_count_opt());
        nulls.is_some_and(|nulls| nulls > 0 && nulls == self.rows)
    }
}

/// The batch with columns that hold nothing.
fn with_nulls(batch: RecordBatch, absent: &[Column]) -> Result<RecordBatch, ArrowError> {
    if absent.is_empty() {
        return Ok(batch);
    }
    let (all, rows) = (schema(), batch.num_rows());
    let (mut fields, mut columns) = (batch.schema().fields().to_vec(), batch.columns().to_vec());
    for &column in absent {
        let field = &all.fields()[column as usize];
        fields.push(Arc::clone(field));
        columns.push(new_null_array(field.data_type(), rows));
    }
    RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), columns, &RecordBatchOptions::new().with_row_count(Some(rows)))
}

/// What tells requests and events of a batch apart, and whether they have an outcome here.
struct Endings<'a> {
    kinds: &'a [u8],
    outcomes: &'a [u32],
}

impl<'a> Endings<'a> {
    fn of(batch: &'a RecordBatch) -> Option<Self> {
        let kinds = batch.column_by_name(Column::Kind.name())?.as_primitive_opt::<UInt8Type>()?.values();
        let outcomes = batch.column_by_name(Column::Outcome.name())?.as_primitive_opt::<UInt32Type>()?.values();
        Some(Self { kinds, outcomes })
    }

    /// Is this a request without an outcome here?
    fn is_pending(&self, row: usize) -> bool {
        self.outcomes[row] == 0 && self.kinds[row] == 0
    }
}

/// The same with the numbers of records and requests.
struct Numbers<'a> {
    endings: Endings<'a>,
    sequences: &'a [u64],
    ids: &'a [u64],
}

impl<'a> Numbers<'a> {
    fn of(batch: &'a RecordBatch) -> Option<Self> {
        let numbers = |column: Column| Some(&**batch.column_by_name(column.name())?.as_primitive_opt::<UInt64Type>()?.values());
        Some(Self { endings: Endings::of(batch)?, sequences: numbers(Column::Sequence)?, ids: numbers(Column::Id)? })
    }

    fn found(&self, row: usize) -> Found {
        let (sequence, outcome) = (self.sequences[row], u64::from(self.endings.outcomes[row]));
        let outcome = if outcome == 0 { 0 } else { sequence + outcome };
        Found { sequence, outcome, id: self.ids[row], event: self.endings.kinds[row] != 0 }
    }
}

/// What passed the tests; where the outcome decides, requests without one here are pending.
fn take(batch: &RecordBatch, decides: bool, part: &mut Part) -> Option<()> {
    let numbers = Numbers::of(batch)?;
    for row in 0..batch.num_rows() {
        let place = if decides && numbers.endings.is_pending(row) { &mut part.pending } else { &mut part.found };
        place.push(numbers.found(row));
    }
    Some(())
}

/// Pages whose times may lie in the span that is asked for. `None`: all of them.
fn selected_pages(builder: &ParquetRecordBatchReaderBuilder<Checked>, matcher: &Matcher) -> Option<RowSelection> {
    let filter = &matcher.filter;
    if filter.from.is_none() && filter.to.is_none() {
        return None;
    }
    let metadata = builder.metadata();
    let pages = metadata.page_index_for_row_group(0);
    let column = Column::At as usize;
    let ColumnIndexMetaData::INT64(times) = pages.column_index(column)? else { return None };
    let rows = usize::try_from(metadata.row_groups().first()?.num_rows()).ok()?;
    let starts: Vec<usize> = pages.page_locations(column)?.iter().filter_map(|page| usize::try_from(page.first_row_index).ok()).collect();
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for (page, &start) in starts.iter().enumerate() {
        let end = starts.get(page + 1).copied().unwrap_or(rows);
        let covered = match (times.min_values().get(page), times.max_values().get(page)) {
            (Some(&min), Some(&max)) => filter.may_cover(min, max),
            (_, _) => true,
        };
        if covered {
            ranges.push(start..end);
        }
    }
    Some(RowSelection::from_consecutive_ranges(ranges.into_iter(), rows))
}
