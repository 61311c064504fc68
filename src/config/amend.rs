//! Changes to the text of settings that keep everything else as it was written: comments, order, spelling.

use super::node::{Node, Table, Value, read_document};
use super::reader::Reader;

/// The same settings with another preset for this group. `None`: no table of this text is that group.
#[must_use]
pub fn with_preset(text: &str, group: &str, preset: &str) -> Option<String> {
    let mut reader = Reader::default();
    let source = reader.add_source("settings", text);
    let document = read_document(source, &mut reader);
    let Value::List(groups) = &option(&document, "group")?.value else { return None };
    let is_it = |table: &&Table| option(table, "name").is_some_and(|name| name.value == Value::Text(group.to_owned()));
    let table = groups.iter().filter_map(table_of).find(is_it)?;
    let quoted = format!("{preset:?}");
    let mut out = text.to_owned();
    match option(table, "preset") {
        Some(old) => out.replace_range(old.place.span.clone(), &quoted),
        None => out.insert_str(option(table, "name")?.place.span.end, &format!("\npreset = {quoted}")),
    }
    Some(out)
}

pub(super) fn option<'a>(table: &'a Table, key: &str) -> Option<&'a Node> {
    table.iter().find(|(known, _)| known.value == key).map(|(_, node)| node)
}

pub(super) fn table_of(node: &Node) -> Option<&Table> {
    match &node.value {
        Value::Table(table) => Some(table),
        Value::Text(_) | Value::Integer(_) | Value::Float(_) | Value::Flag(_) | Value::Moment(_) | Value::List(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{ListFiles, MemoryFiles, SAMPLE, Written, check_text};

    #[test]
    fn only_the_preset_changes_and_comments_stay() {
        let text = "# a\n[[group]] # one\nname = 'a'\npreset = 'primary' # why\n[[group]]\n\tname = \"b\"  # no preset\ntitle='x'\n";
        let changed = with_preset(text, "a", "staff").unwrap();
        assert_eq!(changed, text.replace("'primary'", "\"staff\""));
        let changed = with_preset(text, "b", "staff").unwrap();
        assert_eq!(changed, text.replace("\"b\"", "\"b\"\npreset = \"staff\""));
        assert_eq!(with_preset(text, "c", "staff"), None);
        assert_eq!(with_preset("group = 1", "c", "staff"), None);
    }

    #[test]
    fn the_sample_takes_every_preset() {
        for preset in crate::config::presets() {
            let text = with_preset(SAMPLE, "children", preset).unwrap();
            let files = MemoryFiles::default();
            let written = Written { name: "t", text: &text, environment: &[], files: &files, list_files: ListFiles::Noted };
            assert!(check_text(&written).is_ok(), "{preset}");
            assert_eq!(text.len() + "primary".len(), SAMPLE.len() + preset.len());
        }
    }
}
