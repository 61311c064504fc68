//! Files that stand for a table: `file = "..."` in a `[[layer]]` reads the rest of it from there, and every fault names that file.
//!
//! Must never let the table say again what its file says: a consortium's file means the same at every site.

use super::fault::FaultKind;
use super::files::Files;
use super::node::{Node, Table, Value, read_document};
use super::reader::Reader;
use super::source::Place;
use std::path::Path;

/// A layer is a page of text, not a list.
const MOST_BYTES: usize = 1 << 20;

/// Reads every file into its table. The texts are part of what the version of the policy is made from.
pub(super) fn apply(document: &mut Table, files: &dyn Files, reader: &mut Reader) -> Vec<String> {
    let layers = document.iter_mut().filter(|(key, _)| key.value == "layer").filter_map(|(_, node)| items(node));
    layers.flatten().filter_map(|layer| include(layer, files, reader)).collect()
}

fn items(node: &mut Node) -> Option<impl Iterator<Item = &mut Table>> {
    let Value::List(items) = &mut node.value else { return None };
    Some(items.iter_mut().filter_map(|item| match &mut item.value {
        Value::Table(table) => Some(table),
        Value::Text(_) | Value::Integer(_) | Value::Float(_) | Value::Flag(_) | Value::Moment(_) | Value::List(_) => None,
    }))
}

fn include(layer: &mut Table, files: &dyn Files, reader: &mut Reader) -> Option<String> {
    let (_, node) = layer.iter().find(|(key, _)| key.value == "file")?;
    // Anything but a text is a fault that the option itself tells.
    let Value::Text(name) = &node.value else { return None };
    let text = read(name, &node.place, files, reader)?;
    let source = reader.add_source(name, &text);
    for (key, value) in read_document(source, reader) {
        if layer.iter().any(|(known, _)| known.value == key.value) {
            reader.fault(&key.place, FaultKind::Twice("option", key.value.as_str().into()));
        } else {
            layer.push((key, value));
        }
    }
    Some(text)
}

fn read(name: &str, place: &Place, files: &dyn Files, reader: &mut Reader) -> Option<String> {
    let problem = match files.read(Path::new(name)) {
        Ok(bytes) if bytes.len() > MOST_BYTES => format!("{} bytes; there are at most {MOST_BYTES}", bytes.len()),
        Ok(bytes) => match String::from_utf8(bytes) {
            Ok(text) => return Some(text),
            Err(error) => format!("byte {} is not UTF-8", error.utf8_error().valid_up_to()),
        },
        Err(error) => error.to_string(),
    };
    reader.fault(place, FaultKind::File { path: name.into(), problem: problem.into() });
    None
}
