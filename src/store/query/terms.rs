//! What was typed into search engines, from columns of the index: no column of its own holds it, it is read from host and url as
//! [`crate::record::terms_of`] reads it from a record. Few hosts are search engines: urls are looked at for those alone.

use super::filter::holds;
use super::tests_of::Test;
use super::texts::Texts;
use super::urls::Urls;
use crate::record::{is_engine, terms_of};
use crate::store::index::Column;
use arrow_array::RecordBatch;
use arrow_buffer::BooleanBuffer;
use arrow_schema::ArrowError;
use std::collections::HashMap;

/// The tests that find a text: first whether there can be any, then whether it is there.
pub(super) fn tests(wanted: &str) -> [Test; 2] {
    let wanted = wanted.to_owned();
    let maybe = |batch: &RecordBatch| may_hold(batch).map(BooleanBuffer::from);
    let sure = move |batch: &RecordBatch| {
        let mut out = vec![false; batch.num_rows()];
        each(batch, |row, terms| out[row] = holds(terms, &wanted))?;
        Ok(BooleanBuffer::from(out))
    };
    [Test { columns: vec![Column::Host, Column::Terms], eval: Box::new(maybe) }, Test { columns: source(), eval: Box::new(sure) }]
}

fn source() -> Vec<Column> {
    vec![Column::Host, Column::Form, Column::Rest, Column::Url, Column::Target, Column::Terms]
}

/// The columns that a count needs.
pub(super) fn columns() -> Vec<Column> {
    [source(), vec![Column::Reason, Column::OutcomeReason]].concat()
}

/// Rows in which anything can have been typed.
fn may_hold(batch: &RecordBatch) -> Result<Vec<bool>, ArrowError> {
    let (hosts, recorded) = (Texts::of(batch, Column::Host)?, Texts::of(batch, Column::Terms)?);
    let engines: Vec<bool> = (0..hosts.len()).map(|key| is_engine(hosts.text(key))).collect();
    let recorded_at = |row| recorded.key(row).is_some_and(|key| !recorded.text(key).is_empty());
    Ok((0..batch.num_rows()).map(|row| hosts.key(row).is_some_and(|key| engines[key]) || recorded_at(row)).collect())
}

/// Shows every row in which something was typed, with what it was.
fn each(batch: &RecordBatch, mut each: impl FnMut(usize, &str)) -> Result<(), ArrowError> {
    let (may, recorded, urls) = (may_hold(batch)?, Texts::of(batch, Column::Terms)?, Urls::of(batch)?);
    let mut scratch = Vec::new();
    for row in (0..batch.num_rows()).filter(|&row| may[row]) {
        let known = recorded.key(row).map_or("", |key| recorded.text(key));
        let (host, url) = urls.address(row, &mut scratch);
        let terms = terms_of(known, host, &url);
        if !terms.is_empty() {
            each(row, &terms);
        }
    }
    Ok(())
}

/// For each row the number of the first row in which the same was typed; `u32::MAX` where nothing was.
pub(super) fn numbers(batch: &RecordBatch) -> Option<Vec<u32>> {
    let mut out = vec![u32::MAX; batch.num_rows()];
    let mut first: HashMap<String, u32> = HashMap::new();
    each(batch, |row, terms| {
        out[row] = *first.entry(terms.to_lowercase()).or_insert(u32::try_from(row).unwrap_or(u32::MAX));
    })
    .ok()?;
    Some(out)
}

/// What was typed in a row that [`numbers`] gave.
pub(super) fn text(batch: &RecordBatch, row: u32) -> Option<String> {
    let row = usize::try_from(row).ok()?;
    let known = Texts::of(batch, Column::Terms).ok()?;
    let known = known.key(row).map_or("", |key| known.text(key));
    let (urls, mut scratch) = (Urls::of(batch).ok()?, Vec::new());
    let (host, url) = urls.address(row, &mut scratch);
    Some(terms_of(known, host, &url).to_lowercase())
}
