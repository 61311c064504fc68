//! What the changes of a draft mean, a line each, for people: what, for whom, what was and what is to be; and of ranges of addresses who comes
//! from which group and goes to which.

use crate::admin::{Edit, EditLine, NewRule, PolicyFile, WrittenAs, shown_setting};
use crate::config::option_text;
use crate::engine::Engine;
use crate::policy::Action;
use std::net::IpAddr;

/// Ranges of a group of which it is told who comes from where.
const RANGES: usize = 20;

/// The word of an action in drafts.
const fn word_of(action: Option<Action>) -> &'static str {
    match action {
        Some(Action::Allow) => "allow",
        Some(Action::Warn) => "warn",
        Some(Action::Block) => "block",
        None => "preset",
    }
}

/// A literal without its quotes, short enough for a line.
fn plain(literal: &str) -> String {
    let read: Option<toml::Table> = format!("it = {literal}").parse().ok();
    let value = read.as_ref().and_then(|table| table.get("it"));
    let text = match value {
        Some(toml::Value::String(text)) => text.clone(),
        Some(toml::Value::Array(all)) => {
            all.iter().map(|one| one.as_str().map_or_else(|| one.to_string(), str::to_owned)).collect::<Vec<_>>().join(", ")
        }
        Some(other) => other.to_string(),
        None => literal.to_owned(),
    };
    text.chars().take(400).collect()
}

/// What changes, in words.
pub(super) fn lines((old, new): (&Engine, &Engine), (file, former): (&PolicyFile, &str), edits: &[Edit]) -> Vec<EditLine> {
    edits.iter().flat_map(|edit| lines_of((old, new), (file, former), edit)).collect()
}

/// The title of a group.
pub(super) fn title(engine: &Engine, group: &str) -> String {
    engine.policy.group_named(group).map_or_else(|| group.to_owned(), |id| engine.policy.group_title(id).to_owned())
}

fn line(group: String, what: &str, was: impl Into<String>, wish: impl Into<String>) -> EditLine {
    EditLine { group, what: what.to_owned(), was: was.into(), wish: wish.into() }
}

/// The group in which a client of this range is; in the file of a site: a client of that site.
fn place(engine: &Engine, file: &PolicyFile, range: &str) -> String {
    let near = engine.policy.site_named(file.kept()).map(|site| site.unknown);
    let ip = range.parse::<ipnet::IpNet>().map(|net| net.addr()).or_else(|_| range.parse::<IpAddr>());
    ip.map(|ip| engine.policy.group_title(engine.policy.group_of(ip, None, near).0).to_owned()).unwrap_or_default()
}

fn ranges((old, new): (&Engine, &Engine), (file, ranges): (&PolicyFile, &[String]), group: &str) -> Vec<EditLine> {
    let one = |range: &String| line(group.to_owned(), range, place(old, file, range), place(new, file, range));
    ranges.iter().take(RANGES).map(one).collect()
}

fn lines_of((old, new): (&Engine, &Engine), (file, former): (&PolicyFile, &str), edit: &Edit) -> Vec<EditLine> {
    match edit {
        Edit::Category { group, category, wish } => {
            let known = old.policy.group_named(group).and_then(|id| old.policy.group(id));
            let was = known.and_then(|known| known.categories.get(&**category).copied());
            let was = was.map_or("nothing", |was| word_of(Some(was)));
            vec![line(title(old, group), &super::policy::title(old, category), was, word_of(wish.action()))]
        }
        Edit::Setting { group, path, value } => setting((old, new), (file, former), (group, path, value.as_deref())),
        Edit::Addresses(rule) => addresses(old, rule),
        Edit::TakeOut { allow, address, .. } => vec![line(String::new(), address, if *allow { "allow" } else { "block" }, "")],
        Edit::NewGroup { title, preset, networks, .. } => {
            let mut all = vec![line(title.clone(), "new-group", "", preset)];
            all.extend(ranges((old, new), (file, networks), title));
            all
        }
        Edit::Rename { group, name } => vec![line(title(old, group), "name", group, name)],
        Edit::Named { kind, known, wish } => {
            let was = known.as_ref().map(|(_, says)| says.chars().take(400).collect::<String>()).unwrap_or_default();
            let said = |wish: &Vec<(String, String)>| {
                wish.iter().map(|(key, value)| format!("{key}: {}", plain(value))).collect::<Vec<_>>().join("; ")
            };
            vec![line(String::new(), kind.head(), was, wish.as_ref().map(said).unwrap_or_default())]
        }
        Edit::DropGroup { group } => {
            let known = old.policy.group_named(group).and_then(|id| old.policy.group(id));
            let networks: Vec<String> = known.iter().flat_map(|known| &known.networks).map(ToString::to_string).collect();
            let mut all = vec![line(title(old, group), "drop-group", group, "gone")];
            all.extend(ranges((old, new), (file, &networks), &title(old, group)));
            all
        }
    }
}

fn setting(
    (old, new): (&Engine, &Engine),
    (file, former): (&PolicyFile, &str),
    (group, path, value): (&str, &[String], Option<&str>),
) -> Vec<EditLine> {
    let keys: Vec<&str> = path.iter().map(String::as_str).collect();
    let before = option_text(former, file.short(group).unwrap_or_default(), &keys);
    let was = before.as_deref().map(plain).unwrap_or_default();
    let mut all = vec![line(title(old, group), &path.join(": "), was, value.map(plain).unwrap_or_default())];
    if keys == ["networks"] {
        let read = |literal: Option<&str>| literal.and_then(|literal| shown_setting(WrittenAs::Lines, literal)).map(|all| split(&all));
        let (is, was) = (read(value).unwrap_or_default(), read(before.as_deref()).unwrap_or_default());
        let differs = was.iter().filter(|range| !is.contains(range)).chain(is.iter().filter(|range| !was.contains(range)));
        all.extend(ranges((old, new), (file, &differs.cloned().collect::<Vec<_>>()), &title(old, group)));
    }
    all
}

fn addresses(old: &Engine, rule: &NewRule) -> Vec<EditLine> {
    let whom = rule.groups.iter().map(|group| title(old, group)).collect::<Vec<_>>().join(", ");
    let wish = if rule.allow { "allow" } else { "block" };
    rule.addresses.iter().map(|address| line(whom.clone(), address, "", wish)).collect()
}

/// The lines of a text.
pub(super) fn split(all: &str) -> Vec<String> {
    all.lines().map(str::to_owned).collect()
}
