//! Everything about a group on one page: its preset, every category, its times, shares, files and the rest; several changes are one draft.

use super::enrol::complain;
use super::policy::at;
use super::policy_form as form;
use super::policy_site as of_file;
use super::policy_words as words;
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::edit_text::{SETTINGS, Setting, Written, edits, lines, quoted};
use crate::admin::edit_works::{Edit, GroupForm, Wish};
use crate::admin::place::Place;
use crate::admin::policy_deeds::{action_of, word_of};
use crate::admin::policy_file::PolicyFile;
use crate::admin::policy_works::{CategorySight, GroupSight, PolicySight, WordSight};
use crate::admin::sheet::{Field, Form, Kind, Part, Sheet};
use crate::model::{Risk, Taxonomy};
use crate::policy::Action;
use axum::http::StatusCode;

/// The headings under which categories stand.
const RISKS: [(Option<Risk>, &str); 6] = [
    (Some(Risk::Content), "edit.risk_content"),
    (Some(Risk::Contact), "edit.risk_contact"),
    (Some(Risk::Conduct), "edit.risk_conduct"),
    (Some(Risk::Commerce), "edit.risk_commerce"),
    (Some(Risk::None), "edit.risk_none"),
    (None, "edit.risk_other"),
];

/// The headings under which settings stand: each with its first field.
const SECTIONS: [(&str, &str); 4] = [
    ("default", "edit.section_search"),
    ("hours", "edit.section_times"),
    ("block_types", "edit.section_files"),
    ("https", "edit.section_https"),
];

/// The form.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    let (_, sight, place, group) = subject(call)?;
    Ok(Reply::Page(Box::new(sheet(call, (&sight, place), &group))))
}

fn subject(call: &Call<'_>) -> Result<(PolicyFile, PolicySight, usize, GroupForm), Stop> {
    let (file, sight) = of_file::of_asked_group(call)?;
    let place = form::group_here(call, &sight)?;
    let group = call.desk.works.group_form(&file, &sight.groups[place].name)?.ok_or(Stop::Unknown)?;
    Ok((file, sight, place, group))
}

fn sheet(call: &Call<'_>, (sight, place): (&PolicySight, usize), group: &GroupForm) -> Sheet {
    let known = &sight.groups[place];
    let mut fields = vec![form::hidden("group", &known.name), form::hidden("base", &sight.digest), preset(call, group)];
    for (risk, heading) in RISKS {
        let all = sight.categories.iter().filter(|category| !category.locked && risk_of(category) == risk);
        let selects: Vec<(Field, bool)> = all.filter_map(|category| select(call, category, (known, place))).collect();
        if !selects.is_empty() {
            fields.extend(fold(call.say_with(heading, &selects.len().to_string()), selects));
        }
    }
    for (number, (first, heading)) in SECTIONS.iter().enumerate() {
        let next = SECTIONS.get(number + 1).map_or("", |(next, _)| next);
        let begins = SETTINGS.iter().skip_while(|setting| setting.field != *first);
        let settings = begins.take_while(|setting| setting.field != next).map(|setting| field(call, setting, group)).collect();
        fields.extend(fold(call.say(heading).to_owned(), settings));
    }
    fields.extend([form::fold_end(), form::because(call)]);
    let button = call.say("policy.preview").to_owned();
    let part = Part {
        heading: call.say("edit.what_is_to_be").to_owned(),
        lines: vec![call.say("edit.several").to_owned()],
        form: Some(Form { action: Place::PolicyEdit.path(), button, fields }),
        links: vec![
            (at(Place::Policy, &[("group", &known.name)]), words::fill(call, "policy.title_group", &[&known.title])),
            (at(Place::PolicyGroupChange, &[("group", &known.name)]), call.say("edit.who_is_in").to_owned()),
        ],
        ..Part::default()
    };
    let lead = vec![call.say("policy.change_lead").to_owned()];
    Sheet { lead, parts: vec![part], ..Sheet::titled(words::fill(call, "edit.title", &[&known.title])) }
}

/// What is folded away, open where something in it is another than what stands.
fn fold(label: String, fields: Vec<(Field, bool)>) -> impl Iterator<Item = Field> {
    let open = fields.iter().any(|(_, differs)| *differs);
    let more = Field { kind: Kind::More, label, value: if open { "open" } else { "" }.to_owned(), ..Field::default() };
    std::iter::once(more).chain(fields.into_iter().map(|(field, _)| field))
}

fn preset(call: &Call<'_>, group: &GroupForm) -> Field {
    let none = (String::new(), call.say("edit.no_preset").to_owned());
    let begin = call.desk.works.begin();
    let choices = std::iter::once(none).chain(begin.presets.iter().map(|&name| (name.to_owned(), name.to_owned())));
    Field {
        name: "preset",
        kind: Kind::Select,
        label: call.say("policy.preset").to_owned(),
        help: call.say("edit.preset_help").to_owned(),
        value: typed(call, "preset").unwrap_or(&group.preset).to_owned(),
        choices: choices.collect(),
        ..Field::default()
    }
}

/// What was sent under this name, where anything was.
fn typed<'a>(call: &'a Call<'_>, name: &str) -> Option<&'a str> {
    call.form.names().any(|known| known == name).then(|| call.form.raw(name))
}

fn risk_of(category: &CategorySight) -> Option<Risk> {
    Taxonomy::get().category(&category.name).map(|ours| ours.risk)
}

/// The field of a category, and whether another word than the one that stands was chosen.
fn select(call: &Call<'_>, category: &CategorySight, (group, place): (&GroupSight, usize)) -> Option<(Field, bool)> {
    let word = category.words.get(place)?;
    let name = form::field_name("category", &category.name)?;
    let stands = word_of(word.own);
    let choice = |action: Option<Action>| {
        let said = if action.is_none() { call.say("edit.as_preset") } else { words::action(call, action) };
        (word_of(action).to_owned(), said.to_owned())
    };
    let field = Field {
        name,
        kind: Kind::Select,
        label: category.title.clone(),
        help: now(call, word, group),
        value: typed(call, name).unwrap_or(stands).to_owned(),
        choices: [None, Some(Action::Block), Some(Action::Warn), Some(Action::Allow)].map(choice).into(),
        ..Field::default()
    };
    Some((field, typed(call, name).is_some_and(|typed| typed != stands)))
}

/// What happens now, and who says so, in few words: there are a hundred of them.
fn now(call: &Call<'_>, word: &WordSight, group: &GroupSight) -> String {
    let does = words::does(call, word);
    match word.line {
        Some(line) if word.own == word.action => words::fill(call, "edit.now_line", &[&does, &line.to_string()]),
        None if word.by.starts_with("group ") => words::fill(call, "edit.now_preset", &[&does]),
        _ if word.by.is_empty() => words::fill(call, "edit.now", &[&does]),
        _ => words::fill(call, "edit.now_by", &[&does, &words::by(call, word, group)]),
    }
}

fn field(call: &Call<'_>, setting: &Setting, group: &GroupForm) -> (Field, bool) {
    let own = group.own.get(setting.field).map_or("", String::as_str);
    let typed = typed(call, setting.field);
    let label = words::setting_label(setting.field).map_or(setting.field, |key| call.say(key)).to_owned();
    let counts =
        group.counts.get(setting.field).map(|word| words::fill(call, "edit.now", &[words::word_of_setting(call, setting.field, word)]));
    let help = [help_of(setting.field).map(|key| call.say(key).to_owned()), counts].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let kind = match setting.written {
        Written::Choice => Kind::Select,
        Written::Line => Kind::Text,
        Written::Lines | Written::Pairs => Kind::Area,
    };
    let words_of = |word: &String| (word.clone(), words::word_of_setting(call, setting.field, word).to_owned());
    let unset = (String::new(), call.say("edit.as_preset").to_owned());
    let taken = group.choices.get(setting.field).into_iter().flatten().map(words_of);
    let changed = typed.is_some_and(|typed| lines(typed) != lines(own));
    let field = Field {
        name: setting.field,
        kind,
        label,
        help,
        value: typed.unwrap_or(own).to_owned(),
        choices: std::iter::once(unset).chain(taken).collect(),
        ..Field::default()
    };
    (field, changed)
}

fn help_of(field: &str) -> Option<&'static str> {
    Some(match field {
        "safe_search" => "edit.safe_search_help",
        "show_category" => "edit.show_category_help",
        "hours" => "edit.hours_help",
        "category_hours" => "edit.category_hours_help",
        "quota" => "edit.quota_help",
        "block_types" => "edit.block_types_help",
        "block_extensions" => "edit.block_extensions_help",
        "largest_download" | "largest_upload" => "edit.largest_help",
        "https" => "edit.https_help",
        "open_hosts" => "edit.open_hosts_help",
        "bare_addresses" => "edit.bare_addresses_help",
        "new_domains" => "edit.new_domains_help",
        "predicted" => "edit.predicted_help",
        "overblock_budget" => "edit.overblock_budget_help",
        _ => return None,
    })
}

/// Makes the draft.
pub(super) fn propose(call: &Call<'_>) -> Result<Reply, Stop> {
    let (file, sight, place, group) = subject(call)?;
    let mut sheet = sheet(call, (&sight, place), &group);
    if call.form.raw("base") != sight.digest {
        // Whoever was quicker loses nothing: what was chosen stays on the page, beside what stands now.
        sheet.fault = Some(call.say("edit.moved").to_owned());
        return Ok(Reply::Faulty(Box::new(sheet), StatusCode::CONFLICT));
    }
    let mut wrong = Vec::new();
    let all = changes(call, (&sight, place), &group, &mut wrong);
    if !wrong.is_empty() {
        wrong.into_iter().for_each(|field| complain(&mut sheet, field, Some(call.say("fault.choose").to_owned())));
        return Ok(form::faulty(sheet));
    }
    form::propose(call, &file, sheet, (all, ""))
}

/// What differs from what stands, each with its field.
fn changes(
    call: &Call<'_>,
    (sight, place): (&PolicySight, usize),
    group: &GroupForm,
    wrong: &mut Vec<&'static str>,
) -> Vec<(&'static str, Edit)> {
    let name = &sight.groups[place].name;
    let mut all = Vec::new();
    if let Some(preset) = typed(call, "preset").filter(|typed| *typed != group.preset) {
        if !preset.is_empty() && !call.desk.works.begin().presets.contains(&preset) {
            wrong.push("preset");
        }
        let value = (!preset.is_empty()).then(|| quoted(preset));
        all.push(("preset", Edit::Setting { group: name.clone(), path: vec!["preset".into()], value }));
    }
    for category in sight.categories.iter().filter(|category| !category.locked) {
        let (Some(word), Some(field)) = (category.words.get(place), form::field_name("category", &category.name)) else { continue };
        let Some(typed) = typed(call, field).filter(|typed| *typed != word_of(word.own)) else { continue };
        match action_of(typed) {
            Some(action) => {
                all.push((field, Edit::Category { group: name.clone(), category: category.name.clone(), wish: Wish::of(action) }));
            }
            None => wrong.push(field),
        }
    }
    for setting in &SETTINGS {
        let own = group.own.get(setting.field).map_or("", String::as_str);
        let Some(typed) = typed(call, setting.field) else { continue };
        let choices = group.choices.get(setting.field);
        if setting.written == Written::Choice && !typed.is_empty() && !choices.is_some_and(|known| known.iter().any(|word| word == typed)) {
            wrong.push(setting.field);
        }
        all.extend(edits(name, setting, own, typed).into_iter().map(|edit| (setting.field, edit)));
    }
    all
}
