//! JSON documents and JSON Lines, with the address where a declared pointer leads.

use super::declared::{JsonSchema, Pointer};
use super::line::{Fault, Line, Read, Sink};
use crate::lists::LineFault;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::cell::Cell;
use std::fmt;
use std::io;
use std::rc::Rc;

/// Reads one line of JSON Lines.
pub(super) fn read_line(pointer: &Pointer, line: Line<'_>, sink: &mut impl Sink) -> Result<Read, Fault> {
    let line = line.trim();
    if line.bytes.is_empty() {
        return Ok(Read::Nothing);
    }
    let value: Value = serde_json::from_slice(line.bytes).map_err(|fault| {
        let at = line.at + fault.column().saturating_sub(1);
        Fault::new(LineFault::NotJson, at)
    })?;
    read_value(pointer, &value, line.strict, sink).map_err(|fault| Fault { at: line.at, ..fault })
}

fn read_value(pointer: &Pointer, value: &Value, strict: bool, sink: &mut impl Sink) -> Result<Read, Fault> {
    let text = pointer.follow(value).and_then(Value::as_str).ok_or(Fault::new(LineFault::NoTextAtPointer, 0))?;
    Line::new(text.as_bytes(), strict).trim().address_entry(sink)?;
    Ok(Read::Entries)
}

/// Reads a document record by record, without ever holding it whole; `row` is told the line on which each record ends.
///
/// # Errors
/// What the source says when it cannot be read. A document that is not JSON is told to `row`.
pub(crate) fn read_document<S: Sink>(
    schema: &JsonSchema,
    strict: bool,
    text: impl io::Read,
    sink: &mut S,
    mut row: impl FnMut(&mut S, u64, Result<Read, Fault>),
) -> io::Result<()> {
    let lines = Rc::new(Cell::new(1));
    let counting = CountLines { inner: io::BufReader::new(text), lines: Rc::clone(&lines) };
    let mut document = serde_json::Deserializer::from_reader(counting);
    let outcome = {
        let each = |value: &Value| {
            let outcome = read_value(&schema.field, value, strict, sink);
            row(sink, lines.get(), outcome);
        };
        Walk { steps: schema.records.steps(), each }.deserialize(&mut document).and_then(|found| document.end().map(|()| found))
    };
    match outcome {
        Ok(true) => Ok(()),
        Ok(false) => {
            row(sink, 1, Err(Fault::new(LineFault::NoTextAtPointer, 0)));
            Ok(())
        }
        Err(fault) if fault.is_io() => Err(fault.into()),
        Err(fault) => {
            row(sink, fault.line() as u64, Err(Fault::new(LineFault::NotJson, fault.column().saturating_sub(1))));
            Ok(())
        }
    }
}

struct CountLines<R> {
    inner: R,
    lines: Rc<Cell<u64>>,
}

impl<R: io::Read> io::Read for CountLines<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(out)?;
        self.lines.set(self.lines.get() + memchr::memchr_iter(b'\n', &out[..count]).count() as u64);
        Ok(count)
    }
}

/// Walks to the array of records and hands over each; the result says whether the array was there.
struct Walk<'a, F> {
    steps: &'a [String],
    each: F,
}

impl<'de, F: FnMut(&Value)> DeserializeSeed<'de> for Walk<'_, F> {
    type Value = bool;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, F: FnMut(&Value)> Visitor<'de> for Walk<'_, F> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a document that leads to an array of records")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<bool, A::Error> {
        let Some((step, rest)) = self.steps.split_first() else {
            while let Some(value) = items.next_element::<Value>()? {
                (self.each)(&value);
            }
            return Ok(true);
        };
        let wanted: usize = step.parse().map_err(A::Error::custom)?;
        for _ in 0..wanted {
            if items.next_element::<IgnoredAny>()?.is_none() {
                return Ok(false);
            }
        }
        let found = items.next_element_seed(Walk { steps: rest, each: self.each })?.unwrap_or(false);
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(found)
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut fields: A) -> Result<bool, A::Error> {
        let Some((step, rest)) = self.steps.split_first() else {
            while fields.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return Ok(false);
        };
        let mut found = false;
        while let Some(name) = fields.next_key::<String>()? {
            if name == *step {
                found |= fields.next_value_seed(Walk { steps: rest, each: &mut self.each as &mut dyn FnMut(&Value) })?;
            } else {
                fields.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }

    fn visit_bool<E>(self, _: bool) -> Result<bool, E> {
        Ok(false)
    }
    fn visit_i64<E>(self, _: i64) -> Result<bool, E> {
        Ok(false)
    }
    fn visit_u64<E>(self, _: u64) -> Result<bool, E> {
        Ok(false)
    }
    fn visit_f64<E>(self, _: f64) -> Result<bool, E> {
        Ok(false)
    }
    fn visit_str<E>(self, _: &str) -> Result<bool, E> {
        Ok(false)
    }
    fn visit_unit<E>(self) -> Result<bool, E> {
        Ok(false)
    }
}
