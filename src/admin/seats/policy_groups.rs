//! Groups: who is in which, a group more, another name or other members, a group less. Each is a draft.

use super::enrol::complain;
use super::policy::at;
use super::policy_form as form;
use super::policy_site::{self as of_file, About};
use super::policy_words as words;
use super::sit::text;
use super::stood;
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::edit_text::{lines, list, quoted};
use crate::admin::edit_works::{Edit, GroupForm};
use crate::admin::place::Place;
use crate::admin::policy_file::PolicyFile;
use crate::admin::policy_works::{GroupSight, PolicySight};
use crate::admin::sheet::{Field, Form, Kind, Line, Part, Sheet};

/// Longest name of a group.
const LONGEST: usize = 64;

/// Every group, its ranges, and the order in which somebody is placed.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    let file = match of_file::about(call, "place.groups")? {
        About::File(file) => file,
        About::Page(page) => return Ok(page),
    };
    let sight = of_file::sight(call, &file)?;
    let unknown = call.desk.works.unknown_group(&file)?;
    let changes = of_file::can(call, Place::PolicyGroupChange);
    let row = |group: &GroupSight| {
        let here = group.line.is_some().then(|| call.desk.works.group_form(&file, &group.name)).transpose()?.flatten();
        let ranges = here.as_ref().map_or_else(String::new, |here| here.networks.join(", "));
        let ranges = match (ranges.is_empty(), group.name == unknown) {
            (true, true) => call.say("edit.unknown_clients").to_owned(),
            (true, false) => call.say("edit.no_ranges").to_owned(),
            (false, true) => format!("{ranges}; {}", call.say("edit.unknown_clients")),
            (false, false) => ranges,
        };
        let place = group
            .line
            .map_or_else(|| call.say("policy.other_file").to_owned(), |line| words::fill(call, "policy.line", &[&line.to_string()]));
        let href = if changes && group.line.is_some() { at(Place::PolicyGroupChange, &[("group", &group.name)]) } else { String::new() };
        Ok(Line { href, cells: vec![group.title.clone(), short(&file, &group.name).to_owned(), group.preset.clone(), ranges, place] })
    };
    let rows = sight.groups.iter().map(row).collect::<Result<Vec<_>, Stop>>()?;
    let head = ["policy.group", "edit.name_of", "policy.preset", "edit.networks", "policy.place"].map(|key| call.say(key).to_owned());
    let mut links = vec![(of_file::path(Place::Policy, &file, &[]), call.say("place.policy").to_owned())];
    let more = [(Place::PolicyGroupNew, "edit.group_new"), (Place::PolicyWho, "edit.who")];
    for (place, key) in more.into_iter().filter(|(place, _)| of_file::can(call, *place)) {
        let path = if place == Place::PolicyWho { place.path().to_owned() } else { of_file::path(place, &file, &[]) };
        links.push((path, call.say(key).to_owned()));
    }
    let order = ["edit.order_person", "edit.order_range", "edit.order_listener", "edit.order_unknown"].map(|key| call.say(key).to_owned());
    let mut parts = vec![
        Part { heading: call.say("policy.groups").to_owned(), head: head.into(), rows, links, ..Part::default() },
        Part { heading: call.say("edit.order").to_owned(), lines: order.into(), ..Part::default() },
    ];
    parts.extend(of_file::others_part(call, &file, Place::PolicyGroups));
    let lead = std::iter::once(call.say("edit.groups_lead").to_owned()).chain(of_file::about_words(call, &file, &sight.file));
    Ok(Reply::Page(Box::new(Sheet { lead: lead.collect(), parts, ..Sheet::titled(call.say("place.groups")) })))
}

/// What the file itself calls a group.
fn short<'g>(file: &PolicyFile, group: &'g str) -> &'g str {
    file.short(group).unwrap_or(group)
}

/// The form for a new one.
pub(super) fn blank(call: &Call<'_>) -> Result<Reply, Stop> {
    let file = match of_file::about(call, "edit.group_new")? {
        About::File(file) => file,
        About::Page(page) => return Ok(page),
    };
    let sight = of_file::sight(call, &file)?;
    Ok(Reply::Page(Box::new(new_sheet(call, &file, &sight))))
}

fn named(call: &Call<'_>, value: Option<(&str, &str)>) -> Vec<Field> {
    let mut name = text(call, "name", "edit.name_of");
    call.say(if value.is_some() { "edit.name_change_help" } else { "edit.name_help" }).clone_into(&mut name.help);
    let mut title = text(call, "title", "edit.title_of");
    call.say("edit.title_help").clone_into(&mut title.help);
    if let Some((known, shown)) = value.filter(|_| !call.post) {
        known.clone_into(&mut name.value);
        shown.clone_into(&mut title.value);
    }
    vec![title, name]
}

fn members(call: &Call<'_>, value: Option<&GroupForm>) -> Vec<Field> {
    let mut networks = form::area(call, "networks", "edit.networks", "edit.networks_help");
    let mut overrides = form::area(call, "overrides", "edit.overrides", "edit.overrides_help");
    if let Some(group) = value.filter(|_| !call.post) {
        networks.value = group.networks.join("\n");
        overrides.value = group.overrides.join("\n");
    }
    vec![networks, overrides]
}

fn new_sheet(call: &Call<'_>, file: &PolicyFile, sight: &PolicySight) -> Sheet {
    let begin = call.desk.works.begin();
    let preset = Field {
        name: "preset",
        kind: Kind::Select,
        label: call.say("policy.preset").to_owned(),
        help: call.say("edit.preset_help").to_owned(),
        value: call.form.text("preset"),
        choices: begin.presets.iter().map(|&name| (name.to_owned(), name.to_owned())).collect(),
        ..Field::default()
    };
    let mut fields = named(call, None);
    fields.push(preset);
    fields.extend(members(call, None));
    fields.extend([form::because(call), of_file::field(file)]);
    let part = Part {
        heading: call.say("policy.new").to_owned(),
        form: Some(Form { action: Place::PolicyGroupNew.path(), button: call.say("policy.preview").to_owned(), fields }),
        links: vec![(of_file::path(Place::PolicyGroups, file, &[]), call.say("place.groups").to_owned())],
        ..Part::default()
    };
    let lead = std::iter::once(call.say("policy.change_lead").to_owned()).chain(of_file::about_words(call, file, &sight.file));
    Sheet { lead: lead.collect(), parts: vec![part], ..Sheet::titled(call.say("edit.group_new")) }
}

/// Is it a short name that commands and records can carry?
fn is_name(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    !name.is_empty() && name.len() <= LONGEST && name.chars().all(fits)
}

/// Makes the draft with one more.
pub(super) fn make(call: &Call<'_>) -> Result<Reply, Stop> {
    let file = of_file::sent(call)?;
    let sight = of_file::sight(call, &file)?;
    let mut sheet = new_sheet(call, &file, &sight);
    let (name, title, preset) = (call.form.text("name"), call.form.text("title"), call.form.text("preset"));
    let mut faults = name_faults(call, (&file, &sight), (&name, &title), None);
    if !call.desk.works.begin().presets.contains(&&*preset) {
        faults.push(("preset", call.say("fault.choose").to_owned()));
    }
    if !faults.is_empty() {
        faults.into_iter().for_each(|(field, fault)| complain(&mut sheet, field, Some(fault)));
        return Ok(form::faulty(sheet));
    }
    let (networks, overrides) = (lines(call.form.raw("networks")), lines(call.form.raw("overrides")));
    let edit = Edit::NewGroup { name, title, preset, networks, overrides };
    form::propose(call, &file, sheet, (vec![("networks", edit)], "networks"))
}

fn name_faults(
    call: &Call<'_>,
    (file, sight): (&PolicyFile, &PolicySight),
    (name, title): (&str, &str),
    own: Option<&str>,
) -> Vec<(&'static str, String)> {
    let mut faults = Vec::new();
    let taken = sight.groups.iter().any(|group| short(file, &group.name) == name && own != Some(name));
    if taken {
        faults.push(("name", call.say("edit.name_taken").to_owned()));
    } else if own != Some(name) && !is_name(name) {
        faults.push(("name", call.say("edit.name_help").to_owned()));
    }
    if title.is_empty() || title.len() > LONGEST {
        faults.push(("title", call.say("fault.missing").to_owned()));
    }
    faults
}

/// A group and its members.
pub(super) fn one(call: &Call<'_>) -> Result<Reply, Stop> {
    let (file, sight, place, group) = subject(call)?;
    Ok(Reply::Page(Box::new(sheet(call, (&file, &sight.groups[place], &sight.digest), &group))))
}

fn subject(call: &Call<'_>) -> Result<(PolicyFile, PolicySight, usize, GroupForm), Stop> {
    let (file, sight) = of_file::of_asked_group(call)?;
    let place = form::group_here(call, &sight)?;
    let group = call.desk.works.group_form(&file, &sight.groups[place].name)?.ok_or(Stop::Unknown)?;
    Ok((file, sight, place, group))
}

fn sheet(call: &Call<'_>, (file, known, digest): (&PolicyFile, &GroupSight, &str), group: &GroupForm) -> Sheet {
    let mut fields = vec![form::hidden("group", &known.name), form::hidden("base", digest)];
    fields.extend(named(call, Some((short(file, &known.name), &known.title))));
    fields.extend(members(call, Some(group)));
    fields.push(form::because(call));
    let part = Part {
        heading: call.say("edit.members").to_owned(),
        form: Some(Form { action: Place::PolicyGroupChange.path(), button: call.say("policy.preview").to_owned(), fields }),
        links: vec![
            (at(Place::PolicyEdit, &[("group", &known.name)]), words::fill(call, "edit.title", &[&known.title])),
            (at(Place::PolicyGroupDrop, &[("group", &known.name)]), call.say("edit.group_drop").to_owned()),
            (of_file::path(Place::PolicyGroups, file, &[]), call.say("place.groups").to_owned()),
        ],
        ..Part::default()
    };
    let title = words::fill(call, "edit.group_title", &[&known.title]);
    Sheet { lead: vec![call.say("policy.change_lead").to_owned()], parts: vec![part], ..Sheet::titled(title) }
}

/// What stands now, beside a form that is older.
fn stands_part(call: &Call<'_>, (file, known): (&PolicyFile, &GroupSight), group: &GroupForm) -> Part {
    let fact = |key, value: String| (call.say(key).to_owned(), value, false);
    let facts = vec![
        fact("edit.title_of", known.title.clone()),
        fact("edit.name_of", short(file, &known.name).to_owned()),
        fact("edit.networks", group.networks.join(", ")),
        fact("edit.overrides", group.overrides.join(", ")),
    ];
    let facts = facts.into_iter().filter(|(_, value, _)| !value.is_empty()).collect();
    Part { heading: call.say("policy.now").to_owned(), facts, ..Part::default() }
}

/// Makes the draft with another name or other members.
pub(super) fn change(call: &Call<'_>) -> Result<Reply, Stop> {
    let (file, sight, place, group) = subject(call)?;
    let known = &sight.groups[place];
    let own = short(&file, &known.name);
    let mut sheet = sheet(call, (&file, known, &sight.digest), &group);
    if call.form.raw("base") != sight.digest {
        sheet.parts.insert(0, stands_part(call, (&file, known), &group));
        return Ok(stood::moved(call, sheet, "edit.moved"));
    }
    let (name, title) = (call.form.text("name"), call.form.text("title"));
    let faults = name_faults(call, (&file, &sight), (&name, &title), Some(own));
    if !faults.is_empty() {
        faults.into_iter().for_each(|(field, fault)| complain(&mut sheet, field, Some(fault)));
        return Ok(form::faulty(sheet));
    }
    let setting = |key: &str, value| Edit::Setting { group: known.name.clone(), path: vec![key.to_owned()], value };
    let mut edits = Vec::new();
    if title != known.title {
        edits.push(("title", setting("title", Some(quoted(&title)))));
    }
    for (field, own) in [("networks", &group.networks), ("overrides", &group.overrides)] {
        let wish = lines(call.form.raw(field));
        if wish != *own {
            edits.push((field, setting(field, (!wish.is_empty()).then(|| list(&wish)))));
        }
    }
    if name != own {
        edits.push(("name", Edit::Rename { group: known.name.clone(), name }));
    }
    form::propose(call, &file, sheet, (edits, "title"))
}

/// What taking a group away would be.
pub(super) fn end(call: &Call<'_>) -> Result<Reply, Stop> {
    let (file, sight, place, _) = subject(call)?;
    Ok(Reply::Page(Box::new(end_sheet(call, &file, (&sight.groups[place], &sight.digest)))))
}

fn end_sheet(call: &Call<'_>, file: &PolicyFile, (known, digest): (&GroupSight, &str)) -> Sheet {
    let fields = vec![form::hidden("group", &known.name), form::hidden("base", digest), form::because(call)];
    let part = Part {
        heading: call.say("edit.group_drop").to_owned(),
        lines: vec![call.say("edit.group_drop_words").to_owned()],
        form: Some(Form { action: Place::PolicyGroupDrop.path(), button: call.say("policy.preview").to_owned(), fields }),
        links: vec![(of_file::path(Place::PolicyGroups, file, &[]), call.say("place.groups").to_owned())],
        ..Part::default()
    };
    let title = words::fill(call, "edit.group_drop_title", &[&known.title]);
    Sheet { lead: vec![call.say("policy.change_lead").to_owned()], parts: vec![part], ..Sheet::titled(title) }
}

/// Makes the draft without it.
pub(super) fn drop_one(call: &Call<'_>) -> Result<Reply, Stop> {
    let (file, sight, place, group) = subject(call)?;
    let known = &sight.groups[place];
    let mut sheet = end_sheet(call, &file, (known, &sight.digest));
    if call.form.raw("base") != sight.digest {
        sheet.parts.insert(0, stands_part(call, (&file, known), &group));
        return Ok(stood::moved(call, sheet, "edit.moved"));
    }
    let edit = Edit::DropGroup { group: known.name.clone() };
    form::propose(call, &file, sheet, (vec![("because", edit)], "because"))
}
