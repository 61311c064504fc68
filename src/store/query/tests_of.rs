//! The filter as tests on columns of the index, the cheapest first. Each test says exactly what [`Matcher::matches`] says of the same
//! field; a text is tested once for each different one, not for each row.

use super::filter::{Filter, Matcher, UNKNOWN, has_category, has_clause, holds, is, is_among, is_below, is_in};
use super::part::Want;
use super::texts::Texts;
use super::urls::url_test;
use crate::model::Reason;
use crate::record::verdict_number;
use crate::store::index::{Card, Column};
use arrow_array::cast::AsArray;
use arrow_array::types::{Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_buffer::BooleanBuffer;
use arrow_schema::ArrowError;
use std::sync::Arc;

pub(super) type Answer = Result<BooleanBuffer, ArrowError>;
type TextRule = fn(&str, &str) -> bool;

/// A test of some columns.
pub(super) struct Test {
    pub(super) columns: Vec<Column>,
    pub(super) eval: Box<dyn FnMut(&RecordBatch) -> Answer + Send>,
}

pub(super) fn other_shape() -> ArrowError {
    ArrowError::SchemaError("the index has another shape".to_owned())
}

pub(super) fn column(batch: &RecordBatch, column: Column) -> Result<&ArrayRef, ArrowError> {
    batch.column_by_name(column.name()).ok_or_else(other_shape)
}

/// Answers that were given already, by the number of the text.
struct Memo(Vec<u8>);

impl Memo {
    fn of(texts: &Texts<'_>) -> Self {
        Self(vec![0; texts.len()])
    }

    fn ask(&mut self, key: usize, test: impl FnOnce() -> bool) -> bool {
        let known = &mut self.0[key];
        if *known == 0 {
            *known = 1 + u8::from(test());
        }
        *known == 2
    }
}

fn text_test(which: Column, test: impl Fn(Option<&str>) -> bool + Send + 'static) -> Test {
    let eval = move |batch: &RecordBatch| {
        let (texts, none, rows) = (Texts::of(batch, which)?, test(None), batch.num_rows());
        if texts.len() > rows {
            let mut memo = Memo::of(&texts);
            let mut one = |row| texts.key(row).map_or(none, |key| memo.ask(key, || test(Some(texts.text(key)))));
            return Ok(BooleanBuffer::collect_bool(rows, &mut one));
        }
        let passes: Vec<bool> = (0..texts.len()).map(|key| test(Some(texts.text(key)))).collect();
        Ok(BooleanBuffer::collect_bool(rows, |row| texts.key(row).map_or(none, |key| passes[key])))
    };
    Test { columns: vec![which], eval: Box::new(eval) }
}

fn choice_test(which: Column, wanted: u8) -> Test {
    let eval = move |batch: &RecordBatch| {
        let values = column(batch, which)?.as_primitive_opt::<UInt8Type>().ok_or_else(other_shape)?;
        Ok(values.values().iter().map(|&value| value == wanted).collect())
    };
    Test { columns: vec![which], eval: Box::new(eval) }
}

/// The whole filter.
pub(super) fn tests(matcher: &Arc<Matcher>, card: &Card, want: &Want) -> Vec<Test> {
    let mut out = Vec::new();
    if card.events > 0 && !want.events() {
        out.push(choice_test(Column::Kind, 0));
    }
    if matcher.filter.only_events {
        out.push(choice_test(Column::Kind, 1));
    }
    out.extend(ahead_test(want));
    out.extend(time_test(matcher, card));
    let filter = &matcher.filter;
    out.extend(filter.verdict.map(|verdict| choice_test(Column::Verdict, verdict_number(verdict))));
    out.extend(filter.reason.map(|reason| choice_test(Column::Reason, reason as u8)));
    if filter.first_seen {
        out.push(choice_test(Column::FirstSeen, 1));
    }
    if filter.unknown {
        out.extend(unknown_tests());
    }
    if filter.reference.is_some() {
        out.push(reference_test(Arc::clone(matcher)));
    }
    out.extend(name_tests(filter));
    if let Some(host) = matcher.host.clone() {
        out.push(text_test(Column::Host, move |name| name.is_some_and(|name| is_below(name, &host))));
    }
    let parts: [(Column, &Option<String>, TextRule); 3] = [
        (Column::Categories, &filter.category, has_category),
        (Column::Layer, &filter.layer, holds),
        (Column::Layer, &filter.clause, has_clause),
    ];
    for (which, wanted, test) in parts {
        if let Some(wanted) = wanted.clone() {
            out.push(text_test(which, move |text| text.is_some_and(|text| test(text, &wanted))));
        }
    }
    if let Some(bucket) = filter.bucket {
        out.push(text_test(Column::Categories, move |text| text.is_some_and(|text| bucket.holds_any(text))));
    }
    out.extend(filter.client.is_some().then(|| client_test(Arc::clone(matcher))));
    out.extend(filter.method.is_some().then(|| method_test(Arc::clone(matcher))));
    out.extend(filter.asks_for_outcome().then(|| outcome_test(Arc::clone(matcher))));
    if let Some(wanted) = filter.terms.as_ref().filter(|wanted| !wanted.is_empty()) {
        out.extend(super::terms::tests(wanted));
    }
    out.extend(matcher.texts.iter().cloned().map(url_test));
    // Last: where no text was found, nothing more is read.
    out.extend(filter.asks_for_text().then(statutory_test));
    out
}

/// No list and no rule knew the host.
fn unknown_tests() -> [Test; 2] {
    let eval = |batch: &RecordBatch| {
        let values = column(batch, Column::Reason)?.as_primitive_opt::<UInt8Type>().ok_or_else(other_shape)?;
        Ok(values.values().iter().map(|&value| UNKNOWN.iter().any(|&reason| reason as u8 == value)).collect())
    };
    let reasons = Test { columns: vec![Column::Reason], eval: Box::new(eval) };
    [text_test(Column::Categories, |text| text.is_some_and(str::is_empty)), reasons]
}

/// Columns that hold one name.
fn name_tests(filter: &Filter) -> impl Iterator<Item = Test> {
    let among = filter.sites.is_some().then(|| {
        let wanted = filter.sites.clone();
        text_test(Column::Site, move |name| is_among(&wanted, name))
    });
    let names = [
        (Column::User, &filter.user),
        (Column::Device, &filter.device),
        (Column::Group, &filter.group),
        (Column::Site, &filter.site),
        (Column::List, &filter.list),
    ];
    let names = names.into_iter().filter(|(_, wanted)| wanted.is_some()).map(|(which, wanted)| {
        let wanted = wanted.clone();
        text_test(which, move |name| is(&wanted, name))
    });
    names.chain(among)
}

fn ahead_test(want: &Want) -> Option<Test> {
    let Want::Rows { after: Some(_), .. } = want else { return None };
    let want = *want;
    let eval = move |batch: &RecordBatch| {
        let numbers = column(batch, Column::Sequence)?.as_primitive_opt::<UInt64Type>().ok_or_else(other_shape)?;
        Ok(numbers.values().iter().map(|&number| want.is_ahead(number)).collect())
    };
    Some(Test { columns: vec![Column::Sequence], eval: Box::new(eval) })
}

fn time_test(matcher: &Arc<Matcher>, card: &Card) -> Option<Test> {
    let filter = &matcher.filter;
    let inside = filter.from.is_none_or(|from| from.0 <= card.times.0) && filter.to.is_none_or(|to| card.times.1 < to.0);
    if inside && !matcher.calendar.has_windows() {
        return None;
    }
    let matcher = Arc::clone(matcher);
    let eval = move |batch: &RecordBatch| {
        let times = column(batch, Column::At)?.as_primitive_opt::<Int64Type>().ok_or_else(other_shape)?;
        Ok(times.values().iter().map(|&wall| matcher.covers(wall)).collect())
    };
    Some(Test { columns: vec![Column::At], eval: Box::new(eval) })
}

fn reference_test(matcher: Arc<Matcher>) -> Test {
    let eval = move |batch: &RecordBatch| {
        let numbers = |which| column(batch, which)?.as_primitive_opt::<UInt64Type>().ok_or_else(other_shape);
        let wanted = matcher.filter.reference.map_or(0, |id| id.0);
        let pairs = numbers(Column::Id)?.values().iter().zip(numbers(Column::Parent)?.values());
        // No tunnel has the number 0 in the log: it stands for none here, as no request is numbered before the first.
        Ok(pairs.map(|(&id, &parent)| id == wanted || (parent == wanted && parent != 0)).collect())
    };
    Test { columns: vec![Column::Id, Column::Parent], eval: Box::new(eval) }
}

fn client_test(matcher: Arc<Matcher>) -> Test {
    let eval = move |batch: &RecordBatch| {
        let (peers, stated) = (Texts::of(batch, Column::Peer)?, Texts::of(batch, Column::Asserted)?);
        let (mut one, mut two) = (Memo::of(&peers), Memo::of(&stated));
        let lies = |text: &str| matcher.filter.client.is_none_or(|net| text.parse().is_ok_and(|address| is_in(address, net)));
        let mut either = |row| {
            peers.key(row).is_some_and(|key| one.ask(key, || lies(peers.text(key))))
                || stated.key(row).is_some_and(|key| two.ask(key, || lies(stated.text(key))))
        };
        Ok((0..batch.num_rows()).map(&mut either).collect())
    };
    Test { columns: vec![Column::Peer, Column::Asserted], eval: Box::new(eval) }
}

fn method_test(matcher: Arc<Matcher>) -> Test {
    let eval = move |batch: &RecordBatch| {
        let texts = Texts::of(batch, Column::Method)?;
        let mut memo = Memo::of(&texts);
        let wanted = matcher.filter.method.clone().unwrap_or_default();
        let mut same = |key| memo.ask(key, || texts.bytes(key).eq_ignore_ascii_case(wanted.as_bytes()));
        Ok((0..batch.num_rows()).map(|row| texts.key(row).is_some_and(&mut same)).collect())
    };
    Test { columns: vec![Column::Method], eval: Box::new(eval) }
}

/// Requests whose outcome lies elsewhere pass: it is looked at later.
fn outcome_test(matcher: Arc<Matcher>) -> Test {
    let eval = move |batch: &RecordBatch| {
        let outcomes = column(batch, Column::Outcome)?.as_primitive_opt::<UInt32Type>().ok_or_else(other_shape)?;
        let statuses = column(batch, Column::Status)?.as_primitive_opt::<UInt16Type>().ok_or_else(other_shape)?;
        let sizes = column(batch, Column::Down)?.as_primitive_opt::<UInt64Type>().ok_or_else(other_shape)?;
        let reasons = column(batch, Column::OutcomeReason)?.as_primitive_opt::<UInt8Type>().ok_or_else(other_shape)?;
        let reason = |row| Reason::from_number(reasons.value(row));
        let ended = |row| super::filter::Ended { status: statuses.value(row), down: sizes.value(row), reason: reason(row) };
        Ok((0..batch.num_rows()).map(|row| outcomes.value(row) == 0 || matcher.matches_ended(Some(ended(row)))).collect())
    };
    Test { columns: vec![Column::Outcome, Column::Status, Column::OutcomeReason, Column::Down], eval: Box::new(eval) }
}

/// Text of a statutory record is not searched.
fn statutory_test() -> Test {
    let eval = |batch: &RecordBatch| {
        let values = |which| column(batch, which)?.as_primitive_opt::<UInt8Type>().ok_or_else(other_shape);
        let pairs = values(Column::Reason)?.values().iter().zip(values(Column::OutcomeReason)?.values());
        let statutory = Reason::Statutory as u8;
        Ok(pairs.map(|(&one, &two)| one != statutory && two != statutory).collect())
    };
    Test { columns: vec![Column::Reason, Column::OutcomeReason], eval: Box::new(eval) }
}
