//! One segment by its index. Whatever does not fit gives `None`, and the segment is read through instead.

use super::by::By;
use super::dimension::count_batch;
use super::filter::Matcher;
use super::part::{Found, Part, Want};
use super::tests_of::{Test, tests};
use crate::store::files::Files;
use crate::store::index::{Card, Checked, Column, load_checksums, load_hosts, load_persons, reading_schema};
use crate::store::name::index_name;
use crate::store::path::Link;
use arrow_array::cast::AsArray;
use arrow_array::types::{UInt8Type, UInt32Type, UInt64Type};
use arrow_array::{BooleanArray, RecordBatch};
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
    let mut part = Part { records: card.records, indexed: true, ..Part::default() };
    let index = Index::open(files, link, card)?;
    let counts = *want == Want::Counts;
    let decides = matcher.needs_outcome() || (counts && super::by::needs_outcome(by));
    let mut columns = vec![Column::Kind];
    if !counts || decides {
        columns.extend([Column::Sequence, Column::Outcome, Column::Id]);
    }
    columns.extend(by.iter().flat_map(|by| super::dimension::columns(*by)));
    let tests = tests(matcher, card, want);
    index.read(matcher, tests, columns, |batch| {
        if counts && !decides {
            return count_batch(batch, by, matcher, None, &mut part.tally);
        }
        let settled = take(batch, decides, counts, &mut part)?;
        // What is pending is counted when its outcome is known.
        if counts { count_batch(batch, by, matcher, Some(&settled), &mut part.tally) } else { Some(()) }
    })?;
    part.trim(want);
    Some(part)
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
        let options = ArrowReaderOptions::new().with_schema(reading_schema()).with_page_index_policy(PageIndexPolicy::Optional);
        let metadata = ArrowReaderMetadata::load(&file, options).ok()?;
        Some(Self { file, metadata, rows: card.requests + card.events })
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
            let run = move |batch: RecordBatch| Ok(BooleanArray::new(eval(&batch)?, None));
            Box::new(ArrowPredicateFn::new(mask(&columns), run)) as Box<dyn ArrowPredicate>
        };
        let filter = RowFilter::new(tests.into_iter().map(predicate).collect());
        let selection = selected_pages(&builder, matcher);
        // Room is made for a whole batch, however few rows there are.
        let rows = selection.as_ref().map_or(self.rows, |selection| selection.row_count() as u64);
        let batch = usize::try_from(rows).unwrap_or(BATCH).clamp(1, BATCH);
        let mut builder = builder.with_projection(mask(&columns)).with_row_filter(filter).with_batch_size(batch);
        if let Some(selection) = selection {
            builder = builder.with_row_selection(selection);
        }
        for batch in builder.build().ok()? {
            each(&batch.ok()?)?;
        }
        Some(())
    }
}

/// What passed the tests; where the outcome decides, requests without one here are pending. The others are found, or, to be
/// counted, given as rows of the batch.
fn take(batch: &RecordBatch, decides: bool, counts: bool, part: &mut Part) -> Option<Vec<usize>> {
    let numbers = |column: Column| batch.column_by_name(column.name())?.as_primitive_opt::<UInt64Type>();
    let (sequences, ids) = (numbers(Column::Sequence)?, numbers(Column::Id)?);
    let outcomes = batch.column_by_name(Column::Outcome.name())?.as_primitive_opt::<UInt32Type>()?;
    let kinds = batch.column_by_name(Column::Kind.name())?.as_primitive_opt::<UInt8Type>()?;
    let mut settled = Vec::new();
    for row in 0..batch.num_rows() {
        let (sequence, outcome) = (sequences.value(row), u64::from(outcomes.value(row)));
        let event = kinds.value(row) != 0;
        let found = Found { sequence, outcome: if outcome == 0 { 0 } else { sequence + outcome }, id: ids.value(row), event };
        if decides && outcome == 0 && !event {
            part.pending.push(found);
        } else if counts {
            settled.push(row);
        } else {
            part.found.push(found);
        }
    }
    Some(settled)
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
