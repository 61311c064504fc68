//! Tables whose names are the operator's own: every entry is read alike.

use super::node::{Node, Value};
use super::reader::Reader;
use super::slot::wrong_type;
use super::source::At;

/// Every entry of a table, with its name and place.
pub(super) fn by_name<T>(
    node: &Node,
    takes: &str,
    reader: &mut Reader,
    mut read: impl FnMut(&Node, &str, &mut Reader) -> T,
) -> Option<Vec<(At<String>, T)>> {
    let Value::Table(entries) = &node.value else {
        wrong_type(node, takes, reader);
        return None;
    };
    Some(entries.iter().map(|(name, value)| (name.clone(), read(value, takes, reader))).collect())
}
