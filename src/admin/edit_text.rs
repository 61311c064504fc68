//! Settings of a group that the editor changes, and their values between a form and the text of the file.

use super::edit_works::Edit;
use std::collections::BTreeMap;
use toml::Value;

/// Between several values of one name.
const BETWEEN: char = ';';

/// How a setting of a group is written in a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// One of the words that it takes.
    Choice,
    /// A text.
    Line,
    /// A text a line.
    Lines,
    /// `name = text` a line.
    Pairs,
}

/// A setting of a group that the editor changes.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Its field in the form.
    pub field: &'static str,
    /// Where it stands in the group.
    pub path: &'static [&'static str],
    /// How it is written.
    pub written: Written,
}

const fn setting(field: &'static str, path: &'static [&'static str], written: Written) -> Setting {
    Setting { field, path, written }
}

/// Every setting of a group that the editor changes, in the order of the form. How much of people's requests is recorded is not among them.
pub const SETTINGS: [Setting; 19] = [
    setting("default", &["default"], Written::Choice),
    setting("safe_search", &["safe_search"], Written::Choice),
    setting("youtube", &["youtube"], Written::Choice),
    setting("search_engines", &["search_engines"], Written::Choice),
    setting("hours", &["hours"], Written::Lines),
    setting("category_hours", &["category_hours"], Written::Pairs),
    setting("quota", &["quota"], Written::Pairs),
    setting("block_types", &["files", "block_types"], Written::Lines),
    setting("block_extensions", &["files", "block_extensions"], Written::Lines),
    setting("largest_download", &["files", "largest_download"], Written::Line),
    setting("largest_upload", &["files", "largest_upload"], Written::Line),
    setting("https", &["https"], Written::Choice),
    setting("open_hosts", &["open_hosts"], Written::Lines),
    setting("tunnels", &["tunnels"], Written::Choice),
    setting("hidden_pages", &["hidden_pages"], Written::Choice),
    setting("bare_addresses", &["bare_addresses"], Written::Choice),
    setting("new_domains", &["new_domains"], Written::Choice),
    setting("predicted", &["predicted"], Written::Pairs),
    setting("overblock_budget", &["overblock_budget"], Written::Line),
];

/// A text as TOML writes it.
#[must_use]
pub fn quoted(text: &str) -> String {
    Value::String(text.to_owned()).to_string()
}

/// Texts as a list of TOML; many stand on lines of their own.
#[must_use]
pub fn list<T: AsRef<str>>(texts: &[T]) -> String {
    let all: Vec<String> = texts.iter().map(|text| quoted(text.as_ref())).collect();
    let one_line = all.join(", ");
    if one_line.len() <= 100 { format!("[{one_line}]") } else { format!("[\n    {},\n]", all.join(",\n    ")) }
}

/// A value of the file as a form shows it. `None`: a form cannot show it.
#[must_use]
pub fn shown(written: Written, literal: &str) -> Option<String> {
    let table: toml::Table = format!("it = {literal}").parse().ok()?;
    let value = table.get("it")?;
    match written {
        Written::Choice | Written::Line => plain(value),
        Written::Lines => several(value).map(|all| all.join("\n")),
        Written::Pairs => {
            let line = |(name, value): (&String, &Value)| Some(format!("{name} = {}", several(value)?.join("; ")));
            value.as_table()?.iter().map(line).collect::<Option<Vec<_>>>().map(|all| all.join("\n"))
        }
    }
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Boolean(flag) => Some(flag.to_string()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Float(_) | Value::Datetime(_) | Value::Array(_) | Value::Table(_) => None,
    }
}

fn several(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::Array(all) => all.iter().map(plain).collect(),
        Value::String(_) | Value::Boolean(_) | Value::Integer(_) | Value::Float(_) | Value::Datetime(_) | Value::Table(_) => {
            plain(value).map(|one| vec![one])
        }
    }
}

/// The lines of a field, without blanks around them, none of them empty.
pub(super) fn lines(typed: &str) -> Vec<String> {
    let clean = |line: &str| line.chars().filter(|c| !c.is_control()).collect::<String>().trim().to_owned();
    typed.lines().map(clean).filter(|line| !line.is_empty()).collect()
}

fn pairs(typed: &str) -> BTreeMap<String, Vec<String>> {
    let one = |line: String| {
        let (name, value) = line.split_once('=').unwrap_or((&line, ""));
        let values = value.split(BETWEEN).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        (name.trim().trim_matches('"').to_owned(), values.collect())
    };
    lines(typed).into_iter().map(one).collect()
}

/// What changes where a form says `typed` of this setting and the file says `own`, both as a form shows them.
pub(super) fn edits(group: &str, setting: &Setting, own: &str, typed: &str) -> Vec<Edit> {
    let path: Vec<String> = setting.path.iter().map(|&key| key.to_owned()).collect();
    let edit = |path: Vec<String>, value| Edit::Setting { group: group.to_owned(), path, value };
    let (is, wish) = (lines(own), lines(typed));
    if is == wish {
        return Vec::new();
    }
    let flag = |word: &str| matches!(word, "true" | "false") && setting.written == Written::Choice;
    match setting.written {
        Written::Choice | Written::Line => {
            let word = wish.join(" ");
            let value = if flag(&word) { word.clone() } else { quoted(&word) };
            vec![edit(path, (!word.is_empty()).then_some(value))]
        }
        Written::Lines => vec![edit(path, (!wish.is_empty()).then(|| list(&wish)))],
        Written::Pairs => {
            let (is, wish) = (pairs(own), pairs(typed));
            let value = |all: &Vec<String>| if let [one] = &all[..] { quoted(one) } else { list(all) };
            let at = |name: &String| path.iter().cloned().chain([name.clone()]).collect();
            let gone = is.keys().filter(|name| !wish.contains_key(*name)).map(|name| edit(at(name), None));
            let fresh = wish.iter().filter(|(name, values)| is.get(*name) != Some(*values));
            gone.chain(fresh.map(|(name, values)| edit(at(name), Some(value(values))))).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(field: &str) -> &'static Setting {
        SETTINGS.iter().find(|setting| setting.field == field).unwrap()
    }

    fn values(edits: &[Edit]) -> Vec<(String, Option<String>)> {
        let one = |edit: &Edit| {
            let Edit::Setting { path, value, .. } = edit else { panic!("{edit:?}") };
            (path.join("/"), value.clone())
        };
        edits.iter().map(one).collect()
    }

    #[test]
    fn what_is_shown_changes_nothing_when_it_comes_back() {
        for (field, literal) in [
            ("safe_search", "true"),
            ("youtube", "'strict'"),
            ("hours", "[\"mon-fri 08:00-16:00\", 'sat 10:00-12:00']"),
            ("hours", "\"mon-fri 08:00-16:00\""),
            ("quota", "{ games = [\"30m\", \"200MB\"], \"*\" = \"2h\" }"),
            ("largest_download", "\"1 MB\""),
        ] {
            let setting = of(field);
            let own = shown(setting.written, literal).unwrap();
            assert!(edits("a", setting, &own, &own.replace('\n', "\r\n ")).is_empty(), "{field} {own}");
        }
        assert_eq!(shown(Written::Line, "[1]\nx = 2"), None);
    }

    #[test]
    fn only_what_differs_becomes_a_change() {
        let text = |text: &str| Some(text.to_owned());
        let quota = edits("a", of("quota"), "games = 30m\n* = 2h", "games = 1h\nvideo = 30m; 200MB\n");
        assert_eq!(
            values(&quota),
            [
                ("quota/*".to_owned(), None),
                ("quota/games".to_owned(), text("\"1h\"")),
                ("quota/video".to_owned(), text("[\"30m\", \"200MB\"]"))
            ]
        );
        assert_eq!(values(&edits("a", of("safe_search"), "", "true")), [("safe_search".to_owned(), text("true"))]);
        assert_eq!(values(&edits("a", of("youtube"), "strict", "")), [("youtube".to_owned(), None)]);
        assert_eq!(values(&edits("a", of("hours"), "", "a\"\nb")), [("hours".to_owned(), text("['a\"', \"b\"]"))]);
    }
}
