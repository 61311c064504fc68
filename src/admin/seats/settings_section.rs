//! A section of the settings: every option with its value, its place and its meaning; where there are several of a kind, first their list.

use super::policy::at;
use super::settings::{change_path, is_changed_here, or_nothing, place_of};
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::page::count;
use crate::admin::place::Place;
use crate::admin::roles::{Action, may};
use crate::admin::sheet::{Line, Part, Sheet};
use crate::config::{SettingSight, SettingsTable};
use std::collections::BTreeMap;

/// Sections of a kind on one page.
const A_PAGE: usize = 100;
/// Names of options in a line.
const NAMED: usize = 5;

/// Groups of sections, by the first word of their heads.
const GROUPS: [(&str, &[&str]); 8] = [
    ("settings.of_place", &["site", "sites", "telemetry", "lab"]),
    ("settings.of_proxy", &["proxy", "https"]),
    ("settings.of_people", &["sign_in"]),
    ("settings.of_pages", &["pages", "aup", "notice", "help_line"]),
    ("settings.of_rules", &["policy", "categories", "layer", "group", "rule", "keyword", "term", "test"]),
    ("settings.of_lists", &["lists"]),
    ("settings.of_log", &["log", "follow"]),
    ("settings.of_console", &["admin", "mail", "alerts", "incidents", "reviews", "accredit"]),
];

/// What a section is asked by: the keys above its options.
fn section(table: &SettingsTable) -> &str {
    table.options.first().and_then(|option| option.path.rsplit_once('.')).map_or("", |(section, _)| section)
}

fn group(table: &SettingsTable) -> &'static str {
    let first = section(table).split('.').next().unwrap_or_default();
    GROUPS.iter().find(|(_, firsts)| firsts.contains(&first)).map_or("settings.of_others", |(key, _)| *key)
}

fn written(table: &SettingsTable) -> usize {
    table.options.iter().filter(|option| !option.place.is_empty()).count()
}

/// The head without what tells it from others of its kind.
fn head(title: &str) -> &str {
    let end = title.find(']').map_or(title.len(), |at| at + 1);
    let end = if title[end..].starts_with(']') { end + 1 } else { end };
    &title[..end]
}

/// A part for each group, a line for each section.
pub(super) fn groups(call: &Call<'_>, tables: &[SettingsTable]) -> Vec<Part> {
    let keys = GROUPS.iter().map(|(key, _)| *key).chain(["settings.of_others"]);
    keys.filter_map(|key| {
        let mut sections: Vec<(&str, Vec<&SettingsTable>)> = Vec::new();
        for table in tables.iter().filter(|table| group(table) == key) {
            match sections.iter_mut().find(|(name, _)| *name == section(table)) {
                Some((_, all)) => all.push(table),
                None => sections.push((section(table), vec![table])),
            }
        }
        let rows: Vec<Line> = sections.iter().map(|(name, all)| line(call, name, all)).collect();
        let heads = ["settings.section", "settings.options", "settings.written_many"].map(|key| call.say(key).to_owned());
        (!rows.is_empty()).then(|| Part { heading: call.say(key).to_owned(), head: heads.into(), rows, ..Part::default() })
    })
    .collect()
}

fn line(call: &Call<'_>, name: &str, all: &[&SettingsTable]) -> Line {
    let mut keys: Vec<&str> = Vec::new();
    for option in all.iter().flat_map(|table| &table.options) {
        if !keys.contains(&&*option.key) {
            keys.push(&option.key);
        }
    }
    let more = keys.len().saturating_sub(NAMED);
    let mut named = keys.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    if more > 0 {
        named.push_str(&format!(", {}", call.say_with("settings.and_more", &more.to_string())));
    }
    let many: usize = all.iter().map(|table| written(table)).sum();
    let title = all.first().map_or("", |table| head(&table.title));
    let title = if all.len() > 1 { format!("{title} ({})", all.len()) } else { title.to_owned() };
    Line { href: at(Place::SettingsSection, &[("of", name)]), cells: vec![title, named, count(many as u64)] }
}

/// The page.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    let of = call.query.raw("of");
    let tables = call.desk.works.settings_tables()?;
    let all: Vec<&SettingsTable> = tables.iter().filter(|table| !of.is_empty() && section(table) == of).collect();
    let (first, which) = (all.first().ok_or(Stop::Unknown)?, call.query.raw("which"));
    let sheet = match (all.len(), which) {
        (1, "") => one(call, first)?,
        (_, "") => list(call, (of, &all))?,
        (_, which) => {
            let place: usize = which.parse().map_err(|_| Stop::Unknown)?;
            one(call, place.checked_sub(1).and_then(|place| all.get(place)).ok_or(Stop::Unknown)?)?
        }
    };
    Ok(Reply::Page(Box::new(sheet)))
}

fn list(call: &Call<'_>, (of, all): (&str, &[&SettingsTable])) -> Result<Sheet, Stop> {
    let from: usize = match call.query.raw("from") {
        "" => 0,
        text => text.parse().ok().filter(|from| *from < all.len()).ok_or(Stop::Unknown)?,
    };
    let row = |(place, table): (usize, &&SettingsTable)| Line {
        href: at(Place::SettingsSection, &[("of", of), ("which", &(place + 1).to_string())]),
        cells: vec![table.title.clone(), count(written(table) as u64)],
    };
    let next = from + A_PAGE;
    let mut links = Vec::new();
    if next < all.len() {
        let path = at(Place::SettingsSection, &[("of", of), ("from", &next.to_string())]);
        links.push((path, call.say("settings.next").to_owned()));
    }
    links.push((Place::Settings.path().to_owned(), call.say("settings.back").to_owned()));
    let part = Part {
        head: ["settings.section", "settings.written_many"].map(|key| call.say(key).to_owned()).into(),
        rows: all.iter().enumerate().skip(from).take(A_PAGE).map(row).collect(),
        links,
        ..Part::default()
    };
    let title = all.first().map_or("", |table| head(&table.title));
    Ok(Sheet { parts: vec![part], ..Sheet::titled(title) })
}

fn one(call: &Call<'_>, table: &SettingsTable) -> Result<Sheet, Stop> {
    let differ = call.desk.works.settings_differ()?;
    let force: BTreeMap<&str, &str> = differ.iter().filter(|one| one.table == table.title).map(|one| (&*one.path, &*one.force)).collect();
    let changes = may(Some(call.session()?.account.role), Action::ChangePolicy);
    let row = |option: &SettingSight| {
        let mut value = or_nothing(call, &option.value);
        if let Some(force) = force.get(&*option.path) {
            value.push_str(&format!(" {}", call.say_with("settings.still", &or_nothing(call, force))));
        }
        let restart =
            if call.desk.works.needs_restart(&option.path) { format!(" {}", call.say("settings.restart")) } else { String::new() };
        let href = if changes && is_changed_here(option) { change_path(option) } else { String::new() };
        Line { href, cells: vec![option.key.clone(), value, place_of(call, option), format!("{}{restart}", option.help)] }
    };
    let part = Part {
        head: ["settings.option", "settings.value", "settings.from", "settings.means"].map(|key| call.say(key).to_owned()).into(),
        rows: table.options.iter().map(row).collect(),
        links: vec![(Place::Settings.path().to_owned(), call.say("settings.back").to_owned())],
        ..Part::default()
    };
    Ok(Sheet { parts: vec![part], ..Sheet::titled(table.title.clone()) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{ListFiles, MemoryFiles, SAMPLE, SAMPLE_NAME, Written, settings_sight};

    #[test]
    fn every_section_has_a_group_and_a_head_loses_what_tells_it_from_others() {
        let files = MemoryFiles::default();
        let written = Written { name: SAMPLE_NAME, text: SAMPLE, environment: &[], files: &files, list_files: ListFiles::Noted };
        let tables = settings_sight(&written);
        let homeless: Vec<&str> = tables.iter().filter(|table| group(table) == "settings.of_others").map(section).collect();
        assert!(tables.len() > 40 && homeless.is_empty(), "a line in GROUPS is missing: {homeless:?}");
        for (title, short) in [
            ("[site]", "[site]"),
            ("[[group]] kids", "[[group]]"),
            ("[[group]] a]]b", "[[group]]"),
            ("[categories.NAME] x", "[categories.NAME]"),
        ] {
            assert_eq!(head(title), short);
        }
    }
}
