//! One option of one `[[group]]` in the text of settings, set or taken out: comments, order and spelling of everything else stay.
//!
//! Must never guess: what comes out is read again and compared with what it has to mean, and where that is something else nothing is changed.

use super::amend::{option, table_of};
use super::amend_action::{group_of, read, start_of_line, under};
use super::node::{Table, Value};
use toml::Value as Meant;

/// The settings with this option of this group set to a value as TOML writes it; no value: taken out. `path` is the option, or a table of the
/// group and a name in it (`quota`, `games`). `None`: the group is not in this text, or it is written in another way.
#[must_use]
pub fn with_option(text: &str, group: &str, path: &[&str], value: Option<&str>) -> Option<String> {
    let document = read(text);
    let table = group_of(&document, group)?;
    let fresh = match path {
        [key] => of_table(text, table, key, value),
        [key, name] => of_inner(text, table, (key, name), value),
        _ => None,
    }?;
    (meaning(&fresh)? == wanted(text, group, path, value)?).then_some(fresh)
}

/// What this group says under this option, as it is written. `None`: nothing.
#[must_use]
pub fn option_text(text: &str, group: &str, path: &[&str]) -> Option<String> {
    let document = read(text);
    let mut table = group_of(&document, group)?;
    let (last, before) = path.split_last()?;
    for key in before {
        table = table_of(option(table, key)?)?;
    }
    text.get(option(table, last)?.place.span.clone()).map(str::to_owned)
}

/// A key as TOML writes it.
fn key_text(key: &str) -> String {
    let bare = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    if bare { key.to_owned() } else { Meant::String(key.to_owned()).to_string() }
}

fn of_table(text: &str, table: &Table, key: &str, value: Option<&str>) -> Option<String> {
    let mut out = text.to_owned();
    match (table.iter().find(|(known, _)| known.value == key), value) {
        (Some((_, old)), Some(value)) => out.replace_range(old.place.span.clone(), value),
        (Some((known, old)), None) => out.replace_range(whole_line(text, known.place.span.start, old.place.span.end)?, ""),
        (None, Some(value)) => {
            let after = option(table, "preset").or_else(|| option(table, "name"))?.place.span.end;
            let (place, line) = under(text, after, &format!("{} = {value}", key_text(key)))?;
            out.insert_str(place, &line);
        }
        (None, None) => {}
    }
    Some(out)
}

/// A key and its value with the line on which they stand alone; a comment behind them stays.
fn whole_line(text: &str, start: usize, end: usize) -> Option<std::ops::Range<usize>> {
    let from = start_of_line(text, start);
    if !text[from..start].chars().all(char::is_whitespace) {
        return None;
    }
    let line_end = text[end..].find('\n').map_or(text.len(), |place| end + place + 1);
    let rest = text[end..line_end].trim();
    match rest.as_bytes().first() {
        None => Some(from..line_end),
        Some(b'#') => Some(start..end + text[end..].find('#')?),
        Some(_) => None,
    }
}

fn of_inner(text: &str, table: &Table, (key, name): (&str, &str), value: Option<&str>) -> Option<String> {
    let entry = |value: &str| format!("{} = {value}", key_text(name));
    let Some(node) = option(table, key) else {
        return value.map_or_else(|| Some(text.to_owned()), |value| of_table(text, table, key, Some(&format!("{{ {} }}", entry(value)))));
    };
    let Value::Table(inner) = &node.value else { return None };
    let mut out = text.to_owned();
    let at = inner.iter().position(|(known, _)| known.value == name);
    let braces = text[node.place.span.start..].starts_with('{');
    match (at, value) {
        (None, None) => {}
        (Some(at), Some(value)) => out.replace_range(inner[at].1.place.span.clone(), value),
        (Some(_), None) if braces && inner.len() == 1 => return of_table(text, table, key, None),
        (Some(at), None) if braces => {
            // The comma before it goes with it; the first takes the one behind it along.
            let place = match at.checked_sub(1) {
                Some(before) => inner[before].1.place.span.end..inner[at].1.place.span.end,
                None => inner[0].0.place.span.start..inner[1].0.place.span.start,
            };
            out.replace_range(place, "");
        }
        (Some(at), None) => out.replace_range(whole_line(text, inner[at].0.place.span.start, inner[at].1.place.span.end)?, ""),
        (None, Some(value)) if braces => match inner.last() {
            Some((_, last)) => out.insert_str(last.place.span.end, &format!(", {}", entry(value))),
            None => out.replace_range(node.place.span.clone(), &format!("{{ {} }}", entry(value))),
        },
        (None, Some(value)) => {
            let (_, last) = inner.last()?;
            let (place, line) = under(text, last.place.span.end, &entry(value))?;
            out.insert_str(place, &line);
        }
    }
    Some(out)
}

fn meaning(text: &str) -> Option<toml::Table> {
    text.parse().ok()
}

/// What the text has to mean afterwards.
fn wanted(text: &str, group: &str, path: &[&str], value: Option<&str>) -> Option<toml::Table> {
    let mut all = meaning(text)?;
    let is_it = |table: &&mut Meant| table.get("name").and_then(Meant::as_str) == Some(group);
    let mut table = all.get_mut("group")?.as_array_mut()?.iter_mut().find(is_it)?.as_table_mut()?;
    let (last, before) = path.split_last()?;
    for key in before {
        if value.is_none() && !table.contains_key(*key) {
            return Some(all);
        }
        if value.is_none() && table.get(*key).and_then(Meant::as_table).is_some_and(|inner| inner.len() == 1 && inner.contains_key(*last)) {
            // An empty table and none mean the same: which is left depends on how it was written.
            let braces = option_text(text, group, before).is_some_and(|inner| inner.starts_with('{'));
            if braces {
                table.remove(*key);
                return Some(all);
            }
        }
        table = table.entry((*key).to_owned()).or_insert_with(|| Meant::Table(toml::Table::new())).as_table_mut()?;
    }
    match value {
        Some(value) => {
            let read: toml::Table = format!("it = {value}").parse().ok()?;
            table.insert((*last).to_owned(), read.get("it").filter(|_| read.len() == 1)?.clone());
        }
        None => drop(table.remove(*last)),
    }
    Some(all)
}
