//! The settings: their sections, where the file and what is in force differ, and a draft with another value of one option.

use super::enrol::complain;
use super::policy::at;
use super::policy_words as words;
use super::sit::text;
use super::stood;
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::place::Place;
use crate::admin::policy_deeds::{self as deeds, DeedFault};
use crate::admin::policy_works::ChangeFault;
use crate::admin::roles::{Action, may};
use crate::admin::settings_works::SettingDiffers;
use crate::admin::sheet::{Field, Form, Kind, Line, Part, Sheet};
use crate::config::{SettingSight, SettingsTable};
use axum::http::StatusCode;

/// What may be changed here: options, and whole tables of options.
pub(in crate::admin) const OPTIONS: [&str; 8] =
    ["site.name", "admin.language", "pages.why", "mail.server", "mail.port", "mail.security", "mail.user", "mail.from"];
const TABLES: [&str; 5] = ["site.contact.", "log.retention.", "reviews.", "incidents.", "alerts."];
/// So many that differ are listed.
const MOST_DIFFERS: usize = 50;

/// Is it one of them?
pub(super) fn is_changed_here(option: &SettingSight) -> bool {
    let path = &*option.path;
    let named = OPTIONS.contains(&path) || TABLES.iter().any(|table| path.starts_with(table));
    let single =
        !option.takes.contains("a list") && !option.takes.contains("table") && !option.key.ends_with("_file") && option.key != "flowchart";
    // What the environment says is not changed by the file.
    option.alone && named && single && !option.place.starts_with("environment")
}

/// Where another value of it is written.
pub(super) fn change_path(option: &SettingSight) -> String {
    at(Place::SettingChange, &[("option", &option.path)])
}

/// The page: sections in groups, a line each; what the file says and is not in force comes first.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    let tables = call.desk.works.settings_tables()?;
    let role = Some(call.session()?.account.role);
    let mut parts = vec![differs_part(call, &call.desk.works.settings_differ()?)];
    if may(role, Action::ChangePolicy) {
        parts.push(change_part(call, &tables));
    }
    parts.extend(super::settings_section::groups(call, &tables));
    let file = call.desk.works.begin().settings;
    let lead = call.say_with("settings.lead", if file.is_empty() { call.say("settings.sample") } else { &file });
    Ok(Reply::Page(Box::new(Sheet { lead: vec![lead], parts, ..Sheet::titled(call.say("place.settings")) })))
}

fn differs_part(call: &Call<'_>, all: &[SettingDiffers]) -> Part {
    let heading = call.say("settings.in_force").to_owned();
    if all.is_empty() {
        return Part { heading, lines: vec![call.say("settings.same").to_owned()], ..Part::default() };
    }
    let row = |one: &SettingDiffers| {
        let waits = call.say(if one.restart { "settings.waits_restart" } else { "settings.waits_reload" });
        let name = format!("{} {}", one.table, one.path.rsplit('.').next().unwrap_or_default());
        Line { cells: vec![name, or_nothing(call, &one.file), or_nothing(call, &one.force), waits.to_owned()], ..Line::default() }
    };
    let more = all.len().saturating_sub(MOST_DIFFERS);
    Part {
        heading,
        lines: vec![call.say("settings.differ").to_owned()],
        head: ["settings.option", "settings.file", "settings.force", "settings.waits"].map(|key| call.say(key).to_owned()).into(),
        rows: all.iter().take(MOST_DIFFERS).map(row).collect(),
        after: if more == 0 { Vec::new() } else { vec![call.say_with("settings.more", &more.to_string())] },
        ..Part::default()
    }
}

/// A value, or the word for none.
pub(super) fn or_nothing(call: &Call<'_>, value: &str) -> String {
    if value.is_empty() { call.say("settings.nothing").to_owned() } else { value.to_owned() }
}

/// Where it is written, or the word for a default.
pub(super) fn place_of(call: &Call<'_>, option: &SettingSight) -> String {
    if option.place.is_empty() { call.say("settings.default").to_owned() } else { option.place.clone() }
}

fn change_part(call: &Call<'_>, tables: &[SettingsTable]) -> Part {
    let all = tables.iter().flat_map(|table| &table.options).filter(|option| is_changed_here(option));
    Part {
        heading: call.say("settings.change_here").to_owned(),
        lines: vec![call.say("settings.change_words").to_owned()],
        links: all.map(|option| (change_path(option), option.path.clone())).collect(),
        listed: true,
        folded: true,
        ..Part::default()
    }
}

/// The option of a form or a query. One that is not changed here and one that does not exist look alike.
fn subject(call: &Call<'_>) -> Result<SettingSight, Stop> {
    let path = if call.post { call.form.raw("option") } else { call.query.raw("option") };
    let tables = call.desk.works.settings_tables()?;
    let found = tables.into_iter().flat_map(|table| table.options).find(|option| option.path == path && is_changed_here(option));
    found.ok_or(Stop::Unknown)
}

/// A value as people write it into a form.
fn plain(value: &str) -> String {
    let inner = ['"', '\''].into_iter().find_map(|mark| value.strip_prefix(mark)?.strip_suffix(mark));
    inner.map_or_else(|| value.to_owned(), |inner| inner.replace("\\\"", "\"").replace("\\\\", "\\"))
}

/// The form.
pub(super) fn form(call: &Call<'_>) -> Result<Reply, Stop> {
    Ok(Reply::Page(Box::new(sheet(call, &subject(call)?))))
}

fn sheet(call: &Call<'_>, option: &SettingSight) -> Sheet {
    let (place, now) = (place_of(call, option), or_nothing(call, &option.value));
    let mut lines = vec![option.help.clone()];
    if call.desk.works.needs_restart(&option.path) {
        lines.push(call.say("settings.restart").to_owned());
    }
    let facts = vec![
        (call.say("settings.option").to_owned(), option.path.clone(), true),
        (call.say("settings.value").to_owned(), now, true),
        (call.say("settings.from").to_owned(), place, false),
    ];
    let words =
        option.takes.strip_prefix("one of: ").map(|words| words.split(", ").map(|word| (word.to_owned(), word.to_owned())).collect());
    let choices: Vec<(String, String)> = words.unwrap_or_default();
    let value = Field {
        name: "value",
        kind: if choices.is_empty() { Kind::Text } else { Kind::Select },
        label: call.say("settings.new").to_owned(),
        help: call.say_with("settings.new_help", &option.takes),
        value: if call.post { call.form.raw("value").to_owned() } else { plain(&option.value) },
        choices,
        ..Field::default()
    };
    let hidden = Field { name: "option", kind: Kind::Hidden, value: option.path.clone(), ..Field::default() };
    let fields = vec![hidden, stood::field(&stands(option)), value, text(call, "because", "settings.because")];
    let form = Form { action: Place::SettingChange.path(), button: call.say("settings.button").to_owned(), fields };
    let parts = vec![
        Part { heading: call.say("settings.now").to_owned(), lines, facts, ..Part::default() },
        Part { heading: call.say("settings.new").to_owned(), form: Some(form), ..Part::default() },
    ];
    Sheet { lead: vec![call.say("policy.change_lead").to_owned()], parts, ..Sheet::titled(call.say("settings.change")) }
}

/// What a form is drawn from.
fn stands(option: &SettingSight) -> String {
    format!("{} {}", option.mark, option.value)
}

/// Makes the draft.
pub(super) fn propose(call: &Call<'_>) -> Result<Reply, Stop> {
    let option = subject(call)?;
    let mut sheet = sheet(call, &option);
    if stood::is_older(call, &stands(&option)) {
        return Ok(stood::moved(call, sheet, "edit.moved"));
    }
    let (wish, because) = (call.form.text("value"), call.form.text("because"));
    let too_long = wish.len() > 500;
    complain(&mut sheet, "value", too_long.then(|| call.say("fault.missing").to_owned()));
    let made = if too_long { None } else { Some(deeds::propose_setting(call, &option.path, (&plain(&option.value), &wish), &because)) };
    match made {
        None => {}
        Some(Ok(id)) => return Ok(Reply::Go(at(Place::PolicyDraft, &[("draft", &id.to_string())]).into(), None)),
        Some(Err(DeedFault::Stop(stop))) => return Err(stop),
        Some(Err(DeedFault::Change(ChangeFault::Works(fault)))) => return Err(fault.into()),
        Some(Err(fault @ DeedFault::Because)) => complain(&mut sheet, "because", Some(words::deed_fault(call, &fault))),
        Some(Err(fault)) => {
            complain(&mut sheet, "value", Some(words::deed_fault(call, &fault)));
            sheet.parts.extend(words::check_part(call, &fault));
        }
    }
    Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY))
}
