//! What a group of the settings' own text says about a category, changed in that text: comments, order and spelling stay.
//!
//! Must never guess: a text that is written in another way than one key a line is left as it is.

use super::amend::{option, table_of};
use super::node::{Node, Table, Value, read_document};
use super::reader::Reader;
use crate::policy::Action;
use std::ops::Range;

/// The keys of a group that say something about categories, and what each does.
const KEYS: [(&str, Action); 3] = [("allow", Action::Allow), ("warn", Action::Warn), ("block", Action::Block)];

/// Where a group stands in a text, and what it says there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The line of its name, from 1.
    pub line: usize,
    /// The preset that it names; empty: none.
    pub preset: String,
    /// Categories that it names itself: each with the key and its line.
    pub categories: Vec<(String, &'static str, usize)>,
}

/// What this group says in this text. `None`: no table of it is that group.
#[must_use]
pub fn said(text: &str, group: &str) -> Option<Said> {
    let document = read(text);
    let table = group_of(&document, group)?;
    let line = |place: &Range<usize>| 1 + text[..place.start].matches('\n').count();
    let named = KEYS.into_iter().flat_map(|(key, _)| items(table, key).into_iter().map(move |item| (item, key)));
    let category = |(item, key): (&Node, &'static str)| Some((as_text(item)?.to_owned(), key, line(&item.place.span)));
    Some(Said {
        line: line(&option(table, "name")?.place.span),
        preset: option(table, "preset").and_then(as_text).unwrap_or_default().to_owned(),
        categories: named.filter_map(category).collect(),
    })
}

/// The same settings with another word of this group on this category; no action: what its preset says. `None`: no table of this text is
/// that group, or it is written in a way that cannot be changed by itself.
#[must_use]
pub fn with_action(text: &str, group: &str, category: &str, action: Option<Action>) -> Option<String> {
    let document = read(text);
    let table = group_of(&document, group)?;
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    for (key, does) in KEYS {
        let items = items(table, key);
        let found = items.iter().position(|item| as_text(item) == Some(category));
        match (found, action == Some(does)) {
            (Some(at), false) => edits.push((without(text, &items, at), String::new())),
            (None, true) => edits.push(added(text, table, key, category)?),
            (Some(_), true) | (None, false) => {}
        }
    }
    // From the end: what comes before an edit keeps its place.
    edits.sort_by_key(|(place, _)| std::cmp::Reverse(place.start));
    let mut out = text.to_owned();
    edits.into_iter().for_each(|(place, fresh)| out.replace_range(place, &fresh));
    Some(out)
}

pub(super) fn read(text: &str) -> Table {
    let mut reader = Reader::default();
    let source = reader.add_source("settings", text);
    read_document(source, &mut reader)
}

pub(super) fn group_of<'a>(document: &'a Table, group: &str) -> Option<&'a Table> {
    let Value::List(groups) = &option(document, "group")?.value else { return None };
    let is_it = |table: &&Table| option(table, "name").and_then(as_text) == Some(group);
    groups.iter().filter_map(table_of).find(is_it)
}

pub(super) fn items<'a>(table: &'a Table, key: &str) -> Vec<&'a Node> {
    match option(table, key).map(|node| &node.value) {
        Some(Value::List(items)) => items.iter().collect(),
        _ => Vec::new(),
    }
}

pub(super) fn as_text(node: &Node) -> Option<&str> {
    if let Value::Text(text) = &node.value { Some(text) } else { None }
}

/// What goes with one item of a list: its comma, and its line where nothing else stands there.
pub(super) fn without(text: &str, items: &[&Node], at: usize) -> Range<usize> {
    let own = items[at].place.span.clone();
    let rest = &text[own.end..];
    let comma = rest.find(|c: char| !matches!(c, ' ' | '\t')).filter(|place| rest[*place..].starts_with(','));
    let Some(comma) = comma else {
        // The last one without a comma takes the comma before it along, where nothing but blanks stands between.
        let before = at.checked_sub(1).map(|before| items[before].place.span.end);
        let start = before.filter(|before| text[*before..own.start].chars().all(|c| c == ',' || c.is_whitespace()));
        return start.unwrap_or(own.start)..own.end;
    };
    let end = own.end + comma + 1;
    let line_start = text[..own.start].rfind('\n').map_or(0, |place| place + 1);
    let line_end = text[end..].find('\n').map_or(text.len(), |place| end + place + 1);
    let is_blank = |part: &str| part.chars().all(char::is_whitespace);
    if is_blank(&text[line_start..own.start]) && is_blank(&text[end..line_end]) {
        return line_start..line_end;
    }
    let blanks = text[end..].chars().take_while(|c| matches!(c, ' ' | '\t')).count();
    own.start..end + blanks
}

/// Where a category is added under a key, and as what.
fn added(text: &str, table: &Table, key: &str, category: &str) -> Option<(Range<usize>, String)> {
    let quoted = format!("{category:?}");
    if let Some(list) = option(table, key) {
        let Value::List(items) = &list.value else { return None };
        return Some(match items.last() {
            Some(last) => (last.place.span.end..last.place.span.end, format!(", {quoted}")),
            None => (list.place.span.start + 1..list.place.span.start + 1, quoted),
        });
    }
    let after = option(table, "preset").or_else(|| option(table, "name"))?.place.span.end;
    let (place, line) = under(text, after, &format!("{key} = [{quoted}]"))?;
    Some((place..place, line))
}

/// Where the line of this place begins.
pub(super) fn start_of_line(text: &str, place: usize) -> usize {
    text[..place].rfind('\n').map_or(0, |place| place + 1)
}

/// A further line under the one on which the value ends here: where it goes, and the line with the indent and the ending of that one.
pub(super) fn under(text: &str, after: usize, line: &str) -> Option<(usize, String)> {
    let line_end = text[after..].find('\n').map_or(text.len(), |place| after + place);
    let rest = text[after..line_end].trim();
    if !rest.is_empty() && !rest.starts_with('#') {
        return None;
    }
    let indent: String = text[start_of_line(text, after)..].chars().take_while(|c| matches!(c, ' ' | '\t')).collect();
    let end = if text[..line_end].ends_with('\r') { line_end - 1 } else { line_end };
    let new_line = if end == line_end { "\n" } else { "\r\n" };
    Some((end, format!("{new_line}{indent}{line}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::SAMPLE;

    const TEXT: &str = "# top\n[[group]]  # one\nname = \"a\"\npreset = \"primary\"  # why\nblock = [\n    \"chat\",  # since May\n    \"games\",\n    \
                        \"shopping\"\n]  # end\n\n[[group]]\r\n\tname = 'b' # no preset\r\nwarn = [\"games\", 'chat']\nallow = [ ]\n";

    #[test]
    fn only_the_word_on_one_category_changes_and_comments_stay() {
        let cases = [
            ("a", "games", None, TEXT.replace("    \"games\",\n", "")),
            ("a", "shopping", None, TEXT.replace(",\n    \"shopping\"", "")),
            ("a", "chat", None, TEXT.replace("    \"chat\",  # since May", "    # since May")),
            ("a", "games", Some(Action::Block), TEXT.to_owned()),
            ("a", "dating", Some(Action::Block), TEXT.replace("\"shopping\"", "\"shopping\", \"dating\"")),
            ("a", "dating", Some(Action::Warn), TEXT.replace("# why", "# why\nwarn = [\"dating\"]")),
            ("a", "dating", None, TEXT.to_owned()),
            ("b", "games", Some(Action::Allow), TEXT.replace("[\"games\", 'chat']", "['chat']").replace("[ ]", "[\"games\" ]")),
            ("b", "chat", None, TEXT.replace(", 'chat'", "")),
            ("b", "x", Some(Action::Block), TEXT.replace("# no preset\r\n", "# no preset\r\n\tblock = [\"x\"]\r\n")),
        ];
        for (group, category, action, wanted) in cases {
            let changed = with_action(TEXT, group, category, action).unwrap();
            assert_eq!(changed, wanted, "{group} {category} {action:?}");
            assert_eq!(read(&changed).len(), 1, "{changed}");
        }
        assert_eq!(with_action(TEXT, "c", "games", None), None);
        for text in ["group = 1", "group = [{ name = \"a\", preset = \"x\" }]", "[[group]]\nname = \"a\"\nblock = 1"] {
            assert_eq!(with_action(text, "a", "games", Some(Action::Block)), None, "{text}");
        }
    }

    #[test]
    fn a_word_that_was_given_and_taken_back_leaves_the_sample_as_it_was() {
        let there = with_action(SAMPLE, "young-people", "dating", Some(Action::Warn)).unwrap();
        assert!(there.contains("warn = [\"games\", \"dating\"]\n"));
        assert_eq!(with_action(&there, "young-people", "dating", None).unwrap(), SAMPLE);
    }

    #[test]
    fn it_is_told_where_a_group_says_something() {
        let said = said(SAMPLE, "young-people").unwrap();
        let line = |number: usize| SAMPLE.lines().nth(number - 1).unwrap();
        assert_eq!((line(said.line), &*said.preset), ("name = \"young-people\"", "youth-club"));
        let [(category, key, at)] = &said.categories[..] else { panic!("{said:?}") };
        assert_eq!((&**category, *key, line(*at)), ("games", "warn", "warn = [\"games\"]"));
        assert_eq!(super::said(SAMPLE, "nobody"), None);
    }
}
