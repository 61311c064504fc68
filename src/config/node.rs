//! What was written, as a tree whose every key and value knows its place. Nothing is decided here.

use super::fault::FaultKind;
use super::reader::Reader;
use super::source::{At, Place};
use toml::de::{DeTable, DeValue};

/// A value as written.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Text(String),
    Integer(i64),
    Float(f64),
    Flag(bool),
    /// A TOML date or time, as text.
    Moment(String),
    List(Vec<Node>),
    Table(Table),
}

/// A value and its place.
pub(super) type Node = At<Value>;
/// Keys in the order of the document.
pub(super) type Table = Vec<(At<String>, Node)>;

impl Value {
    /// What it is, for people.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a text",
            Self::Integer(_) => "a whole number",
            Self::Float(_) => "a number with a point",
            Self::Flag(_) => "true or false",
            Self::Moment(_) => "a date or time",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
        }
    }
}

/// Reads a TOML text; every syntax error becomes a fault.
pub(super) fn read_document(source: usize, reader: &mut Reader) -> Table {
    let text = reader.text(source).to_owned();
    let (table, errors) = DeTable::parse_recoverable(&text);
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        reader.fault(&Place { source, span }, FaultKind::Syntax(error.message().into()));
    }
    table_from(table.get_ref(), source)
}

/// Reads one TOML value, or takes the text as it stands: a variable of the environment need not quote its text.
pub(super) fn read_loose_value(text: &str, source: usize, offset: usize) -> Node {
    let place = Place { source, span: offset..offset + text.len() };
    match DeValue::parse(text) {
        Ok(value) => At { value: value_from(value.get_ref(), source), place },
        Err(_) => At { value: Value::Text(text.to_owned()), place },
    }
}

fn table_from(table: &DeTable<'_>, source: usize) -> Table {
    let mut entries: Table = Vec::new();
    for (key, value) in table {
        let key = At { value: key.get_ref().to_string(), place: Place { source, span: key.span() } };
        let place = Place { source, span: value.span() };
        let value = value_from(value.get_ref(), source);
        entries.push((key, At { value, place }));
    }
    entries.sort_by_key(|(key, _)| key.place.span.start);
    entries
}

fn value_from(value: &DeValue<'_>, source: usize) -> Value {
    match value {
        DeValue::String(text) => Value::Text(text.to_string()),
        // A number beyond all bounds stays beyond all bounds: the option's range refuses it.
        DeValue::Integer(number) => {
            let bound = if number.as_str().starts_with('-') { i64::MIN } else { i64::MAX };
            Value::Integer(i64::from_str_radix(number.as_str(), number.radix()).unwrap_or(bound))
        }
        DeValue::Float(number) => Value::Float(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(flag) => Value::Flag(*flag),
        DeValue::Datetime(time) => Value::Moment(time.to_string()),
        DeValue::Array(items) => Value::List(
            items
                .iter()
                .map(|item| {
                    let place = Place { source, span: item.span() };
                    At { value: value_from(item.get_ref(), source), place }
                })
                .collect(),
        ),
        DeValue::Table(table) => Value::Table(table_from(table, source)),
    }
}
