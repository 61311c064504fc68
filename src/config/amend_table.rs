//! Whole tables of the text of settings: one put behind everything else, one taken out, an address of a `[[rule]]` taken out, and another
//! name for a group. Every other byte stays.
//!
//! Must never guess: what comes out is read again and compared with what it has to mean, and where that is something else nothing is changed.

use super::amend::{option, table_of};
use super::amend_action::{as_text, items, read, without};
use super::node::{Node, Table as Tree, Value as Seen};
use std::ops::Range;
use toml::{Table, Value};

/// A `[[rule]]` as it stands in the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleText {
    /// Its line, from 1.
    pub line: usize,
    /// Addresses that it opens.
    pub allow: Vec<String>,
    /// Addresses that it closes.
    pub block: Vec<String>,
    /// Who decided.
    pub author: String,
    /// Why.
    pub reason: String,
    /// Its last day or moment, as written; empty: it has none.
    pub expires: String,
    /// Groups; none: all.
    pub groups: Vec<String>,
}

/// Every `[[rule]]` of this text, in order.
#[must_use]
pub fn rules_of(text: &str) -> Vec<RuleText> {
    let document = read(text);
    let Some(Seen::List(rules)) = option(&document, "rule").map(|node| &node.value) else { return Vec::new() };
    let names = |table: &Tree, key: &str| match option(table, key) {
        Some(node) if as_text(node).is_some() => vec![as_text(node).unwrap_or_default().to_owned()],
        _ => items(table, key).into_iter().filter_map(as_text).map(str::to_owned).collect(),
    };
    let one = |table: &Tree| RuleText {
        line: table.iter().map(|(key, _)| key.place.span.start).min().map_or(1, |at| 1 + text[..at].matches('\n').count()),
        allow: names(table, "allow"),
        block: names(table, "block"),
        author: option(table, "author").and_then(as_text).unwrap_or_default().to_owned(),
        reason: option(table, "reason").and_then(as_text).unwrap_or_default().to_owned(),
        expires: option(table, "expires")
            .and_then(|node| text.get(node.place.span.clone()))
            .unwrap_or_default()
            .trim_matches('"')
            .to_owned(),
        groups: names(table, "groups"),
    };
    rules.iter().map(|node| table_of(node).map(one).unwrap_or_default()).collect()
}

/// The settings with one `[[head]]` more, behind everything else: each key with its value as TOML writes it. `None`: a value is none.
#[must_use]
pub fn with_table(text: &str, head: &str, lines: &[(&str, String)]) -> Option<String> {
    let fresh: String = lines.iter().map(|(key, value)| format!("{key} = {value}\n")).collect();
    let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    let out = format!("{text}{end}\n[[{head}]]\n{fresh}");
    let mut wanted: Table = text.parse().ok()?;
    let table: Table = fresh.parse().ok().filter(|table: &Table| table.len() == lines.len())?;
    wanted.entry(head.to_owned()).or_insert_with(|| Value::Array(Vec::new())).as_array_mut()?.push(Value::Table(table));
    (out.parse::<Table>().ok()? == wanted).then_some(out)
}

/// The settings without the table of this number among those of `[[path]]`, its own comment over it included where that begins with `ours`.
/// `None`: it is not written in a way that can be taken out whole.
#[must_use]
pub fn without_table(text: &str, path: &[&str], place: usize, ours: &str) -> Option<String> {
    let mut wanted: Table = text.parse().ok()?;
    let (last, before) = path.split_last()?;
    let mut inner = &mut wanted;
    for key in before {
        inner = inner.get_mut(*key)?.as_table_mut()?;
    }
    let tables = inner.get_mut(*last)?.as_array_mut().filter(|tables| place < tables.len())?;
    tables.remove(place);
    if tables.is_empty() {
        inner.remove(*last);
    }
    let all: Vec<&str> = text.split_inclusive('\n').collect();
    let (from, to) = lines_of(&all, &path.join("."), place, ours)?;
    let fresh: String = all[..from].iter().chain(&all[to..]).copied().collect();
    let mut is: Table = fresh.parse().ok()?;
    // Where nothing but these stood, the table around them is gone with the last of them.
    if let [outer, _] = path {
        for all in [&mut is, &mut wanted] {
            if all.get(*outer).and_then(Value::as_table).is_some_and(Table::is_empty) {
                all.remove(*outer);
            }
        }
    }
    (is == wanted).then_some(fresh)
}

/// From the head of this table, with our own comment over it, to its last line; what is written over the next table stays.
fn lines_of(all: &[&str], path: &str, place: usize, ours: &str) -> Option<(usize, usize)> {
    let (this, below) = (format!("[[{path}]]"), format!("[{path}."));
    let is_head = |line: &&str| line.trim_start().starts_with('[');
    let head = all.iter().enumerate().filter(|(_, line)| line.trim_start().starts_with(&this)).nth(place)?.0;
    let next = |line: &&str| is_head(line) && !line.trim_start().starts_with(&below);
    let after = all[head + 1..].iter().position(next).map_or(all.len(), |at| head + 1 + at);
    let is_said = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let last = all[head..after].iter().rposition(is_said).map_or(head, |at| head + at);
    let comment = head.checked_sub(1).filter(|at| !ours.is_empty() && all[*at].starts_with(ours));
    let over = comment.or(Some(head).filter(|_| ours.is_empty()));
    let blank = over.and_then(|at| at.checked_sub(1)).filter(|at| all[*at].trim().is_empty());
    Some((blank.or(comment).unwrap_or(head), last + 1))
}

/// The settings without this address in the rule of this number; the last one takes the rule along. `None`: it is not there, or is written in
/// another way.
#[must_use]
pub fn without_address(text: &str, rule: usize, (key, address): (&str, &str)) -> Option<String> {
    let document = read(text);
    let Seen::List(rules) = &option(&document, "rule")?.value else { return None };
    let table = table_of(rules.get(rule)?)?;
    let known = rules_of(text).into_iter().nth(rule)?;
    let named = if key == "allow" { &known.allow } else { &known.block };
    if !named.iter().any(|one| one == address) {
        return None;
    }
    if known.allow.len() + known.block.len() == 1 {
        return without_table(text, &["rule"], rule, "");
    }
    let all = items(table, key);
    let at = all.iter().position(|item| as_text(item) == Some(address))?;
    let mut out = text.to_owned();
    out.replace_range(without(text, &all, at), "");
    let mut wanted: Table = text.parse().ok()?;
    let list = wanted.get_mut("rule")?.as_array_mut()?.get_mut(rule)?.get_mut(key)?.as_array_mut()?;
    list.remove(at);
    (out.parse::<Table>().ok()? == wanted).then_some(out)
}

/// Where groups are named in the settings' own file: the table, and the key in it.
const NAMED: [(&str, &str); 7] = [
    ("group", "name"),
    ("group", "overrides"),
    ("rule", "groups"),
    ("keyword", "groups"),
    ("layer", "groups"),
    ("test", "group"),
    ("policy", "unknown_clients"),
];

/// Where the file of a site names one beside its tables.
const NAMED_BY_SITE: &str = "unknown_clients";

/// The settings with another short name for this group, wherever this file names it. What names it elsewhere is found by the check.
#[must_use]
pub fn with_group_renamed(text: &str, group: &str, fresh: &str) -> Option<String> {
    let document = read(text);
    let mut places: Vec<Range<usize>> = Vec::new();
    for (table, key) in NAMED {
        let tables: Vec<&Tree> = match option(&document, table).map(|node| &node.value) {
            Some(Seen::List(all)) => all.iter().filter_map(table_of).collect(),
            Some(Seen::Table(one)) => vec![one],
            _ => Vec::new(),
        };
        let nodes = tables.into_iter().filter_map(|table| option(table, key));
        places.extend(nodes.flat_map(each).filter(|node| as_text(node) == Some(group)).map(|node| node.place.span.clone()));
    }
    if places.is_empty() {
        return None;
    }
    places.extend(option(&document, NAMED_BY_SITE).filter(|node| as_text(node) == Some(group)).map(|node| node.place.span.clone()));
    places.sort_by_key(|place| std::cmp::Reverse(place.start));
    let mut out = text.to_owned();
    let quoted = Value::String(fresh.to_owned()).to_string();
    places.into_iter().for_each(|place| out.replace_range(place, &quoted));
    out.parse::<Table>().is_ok().then_some(out)
}

fn each(node: &Node) -> Vec<&Node> {
    if let Seen::List(items) = &node.value { items.iter().collect() } else { vec![node] }
}
