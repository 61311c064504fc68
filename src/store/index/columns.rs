//! The columns of the index, and how a record becomes a row.

use crate::record::{OutcomeRecord, RequestRecord};
use arrow_array::builder::{
    BinaryDictionaryBuilder, Int64Builder, StringDictionaryBuilder, UInt8Builder, UInt16Builder, UInt32Builder, UInt64Builder,
};
use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use std::sync::Arc;

/// The columns, in the order of the file.
#[allow(missing_docs, reason = "the table below says what each holds")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(usize)]
pub(crate) enum Column {
    Kind,
    Sequence,
    Outcome,
    At,
    Id,
    Parent,
    Site,
    Peer,
    Asserted,
    Device,
    User,
    Group,
    Method,
    Host,
    Form,
    Rest,
    Url,
    Target,
    Terms,
    Categories,
    Verdict,
    Reason,
    Layer,
    List,
    Status,
    Ended,
    OutcomeReason,
    Up,
    Down,
    FirstSeen,
}

/// Name and kind of each column. `number` columns rise or are counts; `choice` columns have few values; `text` columns are dictionaries.
const COLUMNS: [(Column, &str, Kind); 30] = [
    (Column::Kind, "kind", Kind::Choice), // 0 request, 1 event
    (Column::Sequence, "sequence", Kind::Number),
    (Column::Outcome, "outcome", Kind::Short), // sequence of the outcome less that of the request; 0: not in this segment
    (Column::At, "at", Kind::Time),            // microseconds since 1970, UTC
    (Column::Id, "id", Kind::Number),
    (Column::Parent, "parent", Kind::Number), // 0: none
    (Column::Site, "site", Kind::Text),
    (Column::Peer, "peer", Kind::Text),         // address without port
    (Column::Asserted, "asserted", Kind::Text), // null: none
    (Column::Device, "device", Kind::Text),     // null: none
    (Column::User, "user", Kind::Text),         // null: none
    (Column::Group, "group", Kind::Text),
    (Column::Method, "method", Kind::Bytes),
    (Column::Host, "host", Kind::Text),
    (Column::Form, "form", Kind::Choice), // how the url is put together: 0 `url`, 1 http, 2 https, 3 host:443
    (Column::Rest, "rest", Kind::Text),   // what follows the host in the url
    (Column::Url, "url", Kind::Text),     // null unless form is 0
    (Column::Target, "target", Kind::Bytes), // null: the same as the url
    (Column::Terms, "search_terms", Kind::Text),
    (Column::Categories, "categories", Kind::Text),
    (Column::Verdict, "verdict", Kind::Choice),
    (Column::Reason, "reason", Kind::Choice),
    (Column::Layer, "layer", Kind::Text),
    (Column::List, "list", Kind::Text),
    (Column::Status, "status", Kind::Status),
    (Column::Ended, "ended", Kind::Choice),                  // 0: no outcome in this segment
    (Column::OutcomeReason, "outcome_reason", Kind::Choice), // 0: none of its own
    (Column::Up, "bytes_up", Kind::Number),
    (Column::Down, "bytes_down", Kind::Number),
    (Column::FirstSeen, "first_seen", Kind::Choice), // 1: nobody had asked for anything of its domain before
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Number,
    Short,
    Status,
    Time,
    Choice,
    Text,
    Bytes,
}

/// The url is `http://`, host, rest.
pub(crate) const URL_HTTP: u8 = 1;
/// The url is `https://`, host, rest.
pub(crate) const URL_HTTPS: u8 = 2;
/// The url is host and `:443`.
pub(crate) const URL_HOST_443: u8 = 3;

impl Column {
    /// Its name in the file.
    pub(crate) fn name(self) -> &'static str {
        COLUMNS[self as usize].1
    }

    /// Columns that rise or count: differences pack better than dictionaries.
    pub(super) fn by_difference() -> impl Iterator<Item = &'static str> {
        COLUMNS.iter().filter(|(_, _, kind)| matches!(kind, Kind::Number | Kind::Short | Kind::Time)).map(|(_, name, _)| *name)
    }
}

/// The schema of the file.
pub(crate) fn schema() -> Arc<Schema> {
    let dictionary = |value| DataType::Dictionary(Box::new(DataType::Int32), Box::new(value));
    let field = |(_, name, kind): &(Column, &str, Kind)| match kind {
        Kind::Number => Field::new(*name, DataType::UInt64, false),
        Kind::Short => Field::new(*name, DataType::UInt32, false),
        Kind::Status => Field::new(*name, DataType::UInt16, false),
        Kind::Time => Field::new(*name, DataType::Int64, false),
        Kind::Choice => Field::new(*name, DataType::UInt8, false),
        Kind::Text => Field::new(*name, dictionary(DataType::Utf8), true),
        Kind::Bytes => Field::new(*name, dictionary(DataType::Binary), true),
    };
    Arc::new(Schema::new(COLUMNS.iter().map(field).collect::<Vec<_>>()))
}

type Texts = StringDictionaryBuilder<Int32Type>;
type Raws = BinaryDictionaryBuilder<Int32Type>;

/// What is known of a request's outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Ending {
    pub(super) sequence: u64,
    pub(super) status: u16,
    pub(super) ended: u8,
    pub(super) reason: u8,
    pub(super) up: u64,
    pub(super) down: u64,
}

impl Ending {
    pub(super) fn of(sequence: u64, outcome: &OutcomeRecord<'_>) -> Self {
        let reason = outcome.reason.map_or(0, |reason| reason as u8);
        Self { sequence, status: outcome.status, ended: outcome.ended as u8, reason, up: outcome.bytes_up, down: outcome.bytes_down }
    }
}

/// Rows being gathered. What an outcome adds is kept apart until the end: it comes later.
#[derive(Default)]
pub(super) struct Rows {
    kind: UInt8Builder,
    sequence: Vec<u64>,
    at: Int64Builder,
    id: UInt64Builder,
    parent: UInt64Builder,
    site: Texts,
    peer: Texts,
    asserted: Texts,
    device: Texts,
    user: Texts,
    group: Texts,
    method: Raws,
    host: Texts,
    form: UInt8Builder,
    rest: Texts,
    url: Texts,
    target: Raws,
    terms: Texts,
    categories: Texts,
    verdict: UInt8Builder,
    reason: UInt8Builder,
    layer: Texts,
    list: Texts,
    first_seen: UInt8Builder,
    endings: Vec<Ending>,
}

impl Rows {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.sequence.len()
    }

    /// Says how the request in this row ended.
    pub(super) fn end(&mut self, row: usize, ending: Ending) {
        self.endings[row] = ending;
    }

    pub(super) fn event(&mut self, sequence: u64, at: i64) -> Result<(), ArrowError> {
        self.kind.append_value(1);
        self.numbers(sequence, at, 0, 0);
        self.form.append_value(0);
        self.verdict.append_value(0);
        self.reason.append_value(0);
        self.first_seen.append_value(0);
        let texts = [&mut self.site, &mut self.peer, &mut self.asserted, &mut self.device, &mut self.user, &mut self.group];
        texts.into_iter().for_each(|texts| texts.append_null());
        let texts = [&mut self.host, &mut self.rest, &mut self.url, &mut self.terms, &mut self.categories, &mut self.layer, &mut self.list];
        texts.into_iter().for_each(|texts| texts.append_null());
        self.method.append_null();
        self.target.append_null();
        Ok(())
    }

    fn numbers(&mut self, sequence: u64, at: i64, id: u64, parent: u64) {
        self.sequence.push(sequence);
        self.at.append_value(at);
        self.id.append_value(id);
        self.parent.append_value(parent);
        self.endings.push(Ending::default());
    }

    pub(super) fn request(&mut self, sequence: u64, request: &RequestRecord<'_>) -> Result<(), ArrowError> {
        self.kind.append_value(0);
        self.numbers(sequence, request.at.wall.0, request.id.0, request.parent.map_or(0, |id| id.0));
        self.site.append(request.site)?;
        self.peer.append(request.peer.ip().to_string())?;
        self.asserted.append_option(request.asserted.map(|address| address.to_string()));
        self.device.append_option(request.device);
        self.user.append_option(request.user);
        self.group.append(request.group)?;
        self.method.append(request.method)?;
        self.host.append(request.host)?;
        let (form, rest) = url_form(&request.url, request.host);
        self.form.append_value(form);
        self.rest.append_option(rest);
        self.url.append_option((form == 0).then_some(&*request.url));
        self.target.append_option((request.target != request.url.as_bytes()).then_some(request.target));
        self.terms.append(request.search_terms)?;
        self.categories.append(&*request.categories)?;
        self.verdict.append_value(crate::record::verdict_number(request.verdict));
        self.reason.append_value(request.reason as u8);
        self.layer.append(request.layer)?;
        self.list.append(request.list)?;
        self.first_seen.append_value(u8::from(request.first_seen));
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<RecordBatch, ArrowError> {
        let rows = self.endings.len();
        let mut outcome = UInt32Builder::with_capacity(rows);
        let mut status = UInt16Builder::with_capacity(rows);
        let (mut ended, mut reason) = (UInt8Builder::with_capacity(rows), UInt8Builder::with_capacity(rows));
        let (mut up, mut down) = (UInt64Builder::with_capacity(rows), UInt64Builder::with_capacity(rows));
        for (ending, sequence) in self.endings.iter().zip(&self.sequence) {
            outcome.append_value(u32::try_from(ending.sequence.saturating_sub(*sequence)).unwrap_or_default());
            status.append_value(ending.status);
            ended.append_value(ending.ended);
            reason.append_value(ending.reason);
            up.append_value(ending.up);
            down.append_value(ending.down);
        }
        let sequence = arrow_array::UInt64Array::from(std::mem::take(&mut self.sequence));
        let columns: Vec<ArrayRef> = vec![
            Arc::new(self.kind.finish()),
            Arc::new(sequence),
            Arc::new(outcome.finish()),
            Arc::new(self.at.finish()),
            Arc::new(self.id.finish()),
            Arc::new(self.parent.finish()),
            Arc::new(self.site.finish()),
            Arc::new(self.peer.finish()),
            Arc::new(self.asserted.finish()),
            Arc::new(self.device.finish()),
            Arc::new(self.user.finish()),
            Arc::new(self.group.finish()),
            Arc::new(self.method.finish()),
            Arc::new(self.host.finish()),
            Arc::new(self.form.finish()),
            Arc::new(self.rest.finish()),
            Arc::new(self.url.finish()),
            Arc::new(self.target.finish()),
            Arc::new(self.terms.finish()),
            Arc::new(self.categories.finish()),
            Arc::new(self.verdict.finish()),
            Arc::new(self.reason.finish()),
            Arc::new(self.layer.finish()),
            Arc::new(self.list.finish()),
            Arc::new(status.finish()),
            Arc::new(ended.finish()),
            Arc::new(reason.finish()),
            Arc::new(up.finish()),
            Arc::new(down.finish()),
            Arc::new(self.first_seen.finish()),
        ];
        RecordBatch::try_new(schema(), columns)
    }
}

/// How a url is put together from its host, and what follows the host.
pub(super) fn url_form<'a>(url: &'a str, host: &str) -> (u8, Option<&'a str>) {
    if host.is_empty() {
        return (0, None);
    }
    let behind = |prefix: &str| url.strip_prefix(prefix).and_then(|rest| rest.strip_prefix(host));
    match (behind("http://"), behind("https://")) {
        (Some(rest), _) => (URL_HTTP, Some(rest)),
        (_, Some(rest)) => (URL_HTTPS, Some(rest)),
        (None, None) if url.strip_prefix(host) == Some(":443") => (URL_HOST_443, None),
        (None, None) => (0, None),
    }
}
