//! What happens to hosts whose names look like a category, as people write it: `adult = "block"`.

use super::node::{Node, Value};
use super::reader::Reader;
use super::slot::{Words, text_at, wrong_type};
use super::source::At;
use crate::config::fault::FaultKind;
use crate::policy::Predicted;

/// What to write, for messages.
pub(super) const EXPECTED: &str = "a table of categories, each with one of: log, warn, block";

/// By category, each with its place.
pub(super) type RawPredicted = Vec<(At<String>, Predicted)>;

impl Words for Predicted {
    const WORDS: &'static [(&'static str, Self)] = &[("log", Self::Log), ("warn", Self::Warn), ("block", Self::Block)];
}

/// Reads the table.
pub(super) fn read(table: &mut RawPredicted, node: &Node, takes: &str, reader: &mut Reader) {
    let Value::Table(entries) = &node.value else { return wrong_type(node, takes, reader) };
    for (name, value) in entries {
        let Some(word) = text_at(value, takes, reader) else { continue };
        match Predicted::WORDS.iter().find(|(known, _)| *known == word.value) {
            Some((_, action)) => table.push((name.clone(), *action)),
            None => reader.fault(&word.place, FaultKind::NotAChoice("log, warn, block".into())),
        }
    }
}
