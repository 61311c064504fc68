//! Every option with the value that is written, where it is written, and what it means; and one of them with another value, in the text in
//! which it stands. What an option means is what the reference says.
//!
//! Must never show a secret, nor change anything else of the text.

use super::amend::{option, table_of};
use super::includes;
use super::load::Written;
use super::node::{Node, Table, Value, read_document};
use super::overrides;
use super::raw;
use super::reader::Reader;
use super::section::{Described, DescribedOption};

/// Longest value that is shown, in characters.
const LONGEST: usize = 240;
/// Words in keys of what nobody is shown; their files may be named.
const SECRET: [&str; 5] = ["password", "secret", "token", "pin", "hash"];
/// What stands in the place of a secret.
const HIDDEN: &str = "(not shown)";

/// A table of the settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SettingsTable {
    /// Its head, such as `[site.contact]` or `[[group]] children`.
    pub title: String,
    /// Its options.
    pub options: Vec<SettingSight>,
}

/// An option.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SettingSight {
    /// Its keys with points between them.
    pub path: String,
    /// Its own key.
    pub key: String,
    /// The value as it is written, else what holds without one; empty: nothing.
    pub value: String,
    /// File and line, or the environment; empty: it is not written.
    pub place: String,
    /// What it means.
    pub help: String,
    /// What it takes.
    pub takes: String,
    /// It stands in a table of its own, not in one of many.
    pub alone: bool,
}

/// Every table that there is: of those that may be there several times, the ones that are written.
#[must_use]
pub fn settings_sight(written: &Written<'_>) -> Vec<SettingsTable> {
    let mut reader = Reader::default();
    let source = reader.add_source(written.name, written.text);
    let mut document = read_document(source, &mut reader);
    overrides::apply(&mut document, written.environment, &mut reader);
    includes::apply(&mut document, written.files, &mut reader);
    let tables = raw::reference();
    tables.iter().filter(|table| !table.path.is_empty()).flat_map(|table| sights(table, &document, &reader)).collect()
}

fn sights(table: &Described, document: &Table, reader: &Reader) -> Vec<SettingsTable> {
    let keys: Vec<&str> = table.path.split('.').collect();
    let is_named = table.title.ends_with(".NAME]");
    let mut found = Vec::new();
    walk(document, &keys, String::new(), is_named, &mut found);
    // One of its own is there also where nothing of it is written.
    if found.is_empty() && !is_named && !table.title.starts_with("[[") && is_alone(&keys) {
        found.push((String::new(), &[][..]));
    }
    let one = |(label, values): (String, &[_])| {
        let alone = label.is_empty();
        let options = table.options.iter().filter_map(|known| sight((&table.path, known), values, alone, reader)).collect();
        SettingsTable { title: format!("{}{label}", table.title), options }
    };
    found.into_iter().map(one).filter(|table| !table.options.is_empty()).collect()
}

/// Does no table above it stand in double brackets?
fn is_alone(keys: &[&str]) -> bool {
    let lists: Vec<String> = raw::reference().into_iter().filter(|table| table.title.starts_with("[[")).map(|table| table.path).collect();
    (1..keys.len()).all(|many| !lists.contains(&keys[..many].join(".")))
}

/// An entry of a table: its name and what stands there.
type Named = (super::source::At<String>, Node);

/// Every table at this path, with what tells it from others.
fn walk<'a>(table: &'a [Named], keys: &[&str], label: String, is_named: bool, found: &mut Vec<(String, &'a [Named])>) {
    let Some((key, rest)) = keys.split_first() else {
        if is_named {
            let named = table.iter().filter_map(|(name, node)| Some((format!("{label} {}", name.value), table_of(node)?.as_slice())));
            found.extend(named);
        } else {
            found.push((label, table));
        }
        return;
    };
    let Some((_, node)) = table.iter().find(|(known, _)| known.value == *key) else { return };
    match &node.value {
        Value::Table(inner) => walk(inner, rest, label, is_named, found),
        Value::List(items) => {
            for (at, item) in items.iter().enumerate() {
                let Some(inner) = table_of(item) else { continue };
                walk(inner, rest, format!("{label} {}", name_of(inner).unwrap_or_else(|| (at + 1).to_string())), is_named, found);
            }
        }
        Value::Text(_) | Value::Integer(_) | Value::Float(_) | Value::Flag(_) | Value::Moment(_) => {}
    }
}

fn name_of(table: &Table) -> Option<String> {
    ["name", "title", "address"].into_iter().find_map(|key| match &option(table, key)?.value {
        Value::Text(text) => Some(text.chars().take(60).collect()),
        Value::Integer(_) | Value::Float(_) | Value::Flag(_) | Value::Moment(_) | Value::List(_) | Value::Table(_) => None,
    })
}

fn sight(
    (path, known): (&str, &DescribedOption),
    values: &[(super::source::At<String>, Node)],
    alone: bool,
    reader: &Reader,
) -> Option<SettingSight> {
    let node = values.iter().find(|(key, _)| key.value == known.key).map(|(_, node)| node);
    if node.is_none() && !alone {
        return None;
    }
    let place = node.map_or_else(String::new, |node| {
        let place = reader.place_text(&node.place);
        place.rsplit_once(':').map_or_else(String::new, |(place, _column)| place.to_owned())
    });
    Some(SettingSight {
        path: format!("{path}.{}", known.key),
        key: known.key.to_owned(),
        value: node.map_or_else(
            || known.default.clone(),
            |node| shown(known.key, reader.text(node.place.source).get(node.place.span.clone()).unwrap_or_default()),
        ),
        place,
        help: known.help.to_owned(),
        takes: known.takes.clone(),
        alone,
    })
}

/// A value as it is written, without secrets, and no longer than people read.
fn shown(key: &str, written: &str) -> String {
    let names_a_place = ["_file", "_header", "_folder"].iter().any(|end| key.ends_with(end));
    if !names_a_place && SECRET.iter().any(|word| key.split('_').any(|part| part == *word)) {
        return HIDDEN.to_owned();
    }
    let text = without_secrets(written);
    if text.chars().count() <= LONGEST { text } else { text.chars().take(LONGEST).chain(" ...".chars()).collect() }
}

/// Addresses without the name and password of a server, and without what follows a question mark.
fn without_secrets(text: &str) -> String {
    let mut pieces = text.split("://");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let end = piece.find(['"', '\'', ' ', ',', '\n', ']']).unwrap_or(piece.len());
        let (address, rest) = piece.split_at(end);
        let (host, path) = address.split_at(address.find('/').unwrap_or(address.len()));
        let host = host.rsplit_once('@').map_or_else(|| host.to_owned(), |(_, host)| format!("{HIDDEN}@{host}"));
        let path = path.split_once('?').map_or_else(|| path.to_owned(), |(path, _)| format!("{path}?{HIDDEN}"));
        out.push_str(&format!("://{host}{path}{rest}"));
    }
    out
}

/// The same text with another value of an option in a table of its own; the table is added where it is not there. `None`: no such option, or
/// it is written in a way that cannot be changed by itself.
#[must_use]
pub fn with_setting(text: &str, path: &str, value: &str) -> Option<String> {
    let (table, key) = path.rsplit_once('.')?;
    let described = raw::reference().into_iter().find(|known| known.path == table && known.title == format!("[{table}]"))?;
    let known = described.options.iter().find(|option| option.key == key)?;
    let value = in_toml(&known.takes, value)?;
    let document = read(text);
    let mut found = Vec::new();
    walk(&document, &table.split('.').collect::<Vec<_>>(), String::new(), false, &mut found);
    let mut out = text.to_owned();
    let node = found.first().and_then(|(_, values)| values.iter().find(|(known, _)| known.value == key)).map(|(_, node)| node);
    let header = format!("[{table}]");
    match node {
        Some(node) => out.replace_range(node.place.span.clone(), &value),
        None => match lines(text).find(|(_, line)| line.split('#').next().is_some_and(|line| line.trim() == header)) {
            Some((at, line)) => {
                out.insert_str(at + line.len(), &format!("{}{key} = {value}\n", if line.ends_with('\n') { "" } else { "\n" }))
            }
            None => {
                out.push_str(&format!("{}\n{header}\n{key} = {value}\n", if text.ends_with('\n') || text.is_empty() { "" } else { "\n" }))
            }
        },
    }
    Some(out)
}

/// Lines with their ends, and where each begins.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_inclusive('\n').scan(0, |at, line| {
        let begins = *at;
        *at += line.len();
        Some((begins, line))
    })
}

fn read(text: &str) -> Table {
    let mut reader = Reader::default();
    let source = reader.add_source("settings", text);
    read_document(source, &mut reader)
}

/// A value as it is written. `None`: it cannot be written in a line, or the option takes more than one value.
fn in_toml(takes: &str, value: &str) -> Option<String> {
    if value.chars().any(char::is_control) || takes.contains("a list") || takes.contains("table") {
        return None;
    }
    let bare = takes == "true or false" || takes.starts_with("a whole number") || takes.starts_with("a share");
    if bare {
        let is_bare = !value.is_empty() && value.chars().all(|c| c.is_ascii_alphanumeric() || c == '.');
        return is_bare.then(|| value.to_owned());
    }
    Some(format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{ListFiles, MemoryFiles};

    const TEXT: &str = "# ours\n[site] # here\nname = 'A' # the name\n[mail]\nserver = \"mail.test\"\n[[group]]\nname = \"kids\"\nblock = [\"games\"]\n\
                        [[lists.source]]\nname = \"far\"\nurl = \"https://me:pass@lists.test/a?key=abc\"\n";

    fn sight_of(text: &str) -> Vec<SettingsTable> {
        let (files, environment) = (MemoryFiles::default(), [("LIFEGUARD__SITE__NODE".to_owned(), "n1".to_owned())]);
        settings_sight(&Written { name: "a.toml", text, environment: &environment, files: &files, list_files: ListFiles::Noted })
    }

    #[test]
    fn every_option_is_told_with_its_place_and_no_secret() {
        let all = sight_of(TEXT);
        let one =
            |path: &str| all.iter().flat_map(|table| &table.options).find(|option| option.path == path).unwrap_or_else(|| panic!("{path}"));
        assert_eq!((&*one("site.name").value, &*one("site.name").place), ("'A'", "a.toml:3"));
        assert_eq!((&*one("site.node").value, &*one("site.node").place), ("n1", "environment:1"));
        assert_eq!((&*one("site.contact.phone").value, &*one("site.contact.phone").place), ("", ""));
        assert_eq!(one("mail.port").value, "0");
        assert!(one("pages.why").help.len() > 5 && one("pages.why").takes == "true or false");
        assert!(all.iter().any(|table| table.title == "[[group]] kids" && table.options.len() == 2), "{all:?}");
        let url = &one("lists.source.url").value;
        assert!(url.contains("lists.test/a") && !url.contains("pass") && !url.contains("abc"), "{url}");
        assert_eq!(shown("bind_password", "\"x\""), HIDDEN);
        assert_eq!(shown("secret_file", "\"/x\""), "\"/x\"");
    }

    #[test]
    fn one_value_changes_and_everything_else_stays() {
        assert_eq!(with_setting(TEXT, "site.name", "B \"C\"").unwrap(), TEXT.replace("'A'", "\"B \\\"C\\\"\""));
        assert_eq!(with_setting(TEXT, "mail.port", "25").unwrap(), TEXT.replace("[mail]\n", "[mail]\nport = 25\n"));
        assert_eq!(with_setting(TEXT, "site.contact.phone", "1").unwrap(), format!("{TEXT}\n[site.contact]\nphone = \"1\"\n"));
        for (path, value) in
            [("site.nothing", "1"), ("group.name", "x"), ("mail.port", "1\n[x]"), ("mail.port", ""), ("admin.names", "x"), ("site", "x")]
        {
            assert_eq!(with_setting(TEXT, path, value), None, "{path}");
        }
    }
}
