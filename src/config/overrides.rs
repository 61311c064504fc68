//! `LIFEGUARD__SECTION__KEY` in the environment overrides a key. The caller reads the environment and passes the pairs in.

use super::fault::FaultKind;
use super::node::{Node, Table, Value, read_loose_value};
use super::reader::Reader;
use super::source::{At, Place};

const PREFIX: &str = "LIFEGUARD__";

/// Puts every override into the document, where it is checked like everything else.
pub(super) fn apply(document: &mut Table, environment: &[(String, String)], reader: &mut Reader) {
    for (name, value) in environment {
        let Some(path) = name.strip_prefix(PREFIX) else { continue };
        let line = format!("{name}={value}");
        let source = reader.add_source("environment", &line);
        let node = read_loose_value(value, source, name.len() + 1);
        let place = Place { source, span: 0..name.len() };
        let keys: Vec<String> = path.split("__").map(str::to_lowercase).collect();
        put(document, &keys, node, &place, reader);
    }
}

fn put(table: &mut Table, keys: &[String], node: Node, place: &Place, reader: &mut Reader) {
    let Some((key, rest)) = keys.split_first().filter(|(key, _)| !key.is_empty()) else {
        return reader.fault(place, FaultKind::Malformed { expected: "LIFEGUARD__SECTION__KEY".into() });
    };
    let key_at = At { value: key.clone(), place: place.clone() };
    let known = table.iter().position(|(known, _)| known.value == *key);
    if rest.is_empty() {
        match known {
            Some(index) => table[index] = (key_at, node),
            None => table.push((key_at, node)),
        }
        return;
    }
    let index = known.unwrap_or_else(|| {
        table.push((key_at, At { value: Value::Table(Table::new()), place: place.clone() }));
        table.len() - 1
    });
    match &mut table[index].1.value {
        Value::Table(inner) => put(inner, rest, node, place, reader),
        Value::Text(_) | Value::Integer(_) | Value::Float(_) | Value::Flag(_) | Value::Moment(_) | Value::List(_) => {
            reader.fault(place, FaultKind::Malformed { expected: "a key of a table; tables in double brackets cannot be reached".into() });
        }
    }
}
