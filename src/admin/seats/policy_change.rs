//! Another action of a category for one group: a draft, with its reason. Nothing goes live here.

use super::enrol::complain;
use super::policy::at;
use super::policy_category::category;
use super::policy_site as of_file;
use super::policy_words as words;
use super::sit::text;
use super::stood;
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::place::Place;
use crate::admin::policy_deeds::{self as deeds, DeedFault, action_of, word_of};
use crate::admin::policy_file::PolicyFile;
use crate::admin::policy_works::{CategorySight, Change, ChangeFault, GroupSight, WordSight};
use crate::admin::sheet::{Field, Form, Kind, Part, Sheet};
use crate::policy::Action;
use axum::http::StatusCode;

/// The form.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    let (_, group, category, word) = subject(call)?;
    Ok(Reply::Page(Box::new(sheet(call, (&group, &category, &word)))))
}

/// Group and category, as the query or the form names them.
fn subject(call: &Call<'_>) -> Result<(PolicyFile, GroupSight, CategorySight, WordSight), Stop> {
    let fields = if call.post { &call.form } else { &call.query };
    let (file, sight) = of_file::of_asked_group(call)?;
    let category = category(&sight, fields.raw("category"))?;
    let place = sight.groups.iter().position(|group| group.name == fields.raw("group")).ok_or(Stop::Unknown)?;
    let word = category.words.get(place).ok_or(Stop::Unknown)?;
    Ok((file, sight.groups[place].clone(), category.clone(), word.clone()))
}

fn sheet(call: &Call<'_>, (group, category, word): (&GroupSight, &CategorySight, &WordSight)) -> Sheet {
    let fact = |key, value: String| (call.say(key).to_owned(), value, false);
    let hidden = |name, value: &str| Field { name, kind: Kind::Hidden, value: value.to_owned(), ..Field::default() };
    let choice = |action: Option<Action>| {
        let words = if action.is_none() { call.say("policy.as_preset") } else { words::action(call, action) };
        (word_of(action).to_owned(), words.to_owned())
    };
    let wish = Field {
        name: "action",
        kind: Kind::Radio,
        label: call.say("policy.wish").to_owned(),
        help: call.say("policy.wish_help").to_owned(),
        value: if call.post { call.form.text("action") } else { word_of(word.own).to_owned() },
        choices: [Some(Action::Block), Some(Action::Warn), Some(Action::Allow), None].map(choice).into(),
        ..Field::default()
    };
    let mut because = text(call, "because", "policy.because");
    because.help = call.say("policy.because_help").to_owned();
    let fields = vec![hidden("group", &group.name), hidden("category", &category.name), stood::field(&stands(word)), wish, because];
    let form = Form { action: Place::PolicyChange.path(), button: call.say("policy.preview").to_owned(), fields };
    let now = Part {
        heading: call.say("policy.now").to_owned(),
        facts: vec![
            fact("policy.group", group.title.clone()),
            fact("policy.category", category.title.clone()),
            fact("policy.does", words::does(call, word)),
            fact("policy.who_says", words::by(call, word, group)),
        ]
        .into_iter()
        .filter(|(_, value, _)| !value.is_empty())
        .collect(),
        links: vec![(at(Place::PolicyCategory, &[("category", &category.name)]), category.title.clone())],
        ..Part::default()
    };
    let part = Part { heading: call.say("policy.new").to_owned(), form: Some(form), ..Part::default() };
    Sheet {
        lead: vec![call.say("policy.change_lead").to_owned()],
        parts: vec![now, part],
        ..Sheet::titled(words::fill(call, "policy.change_title", &[&category.title, &group.title]))
    }
}

/// What a form is drawn from.
fn stands(word: &WordSight) -> String {
    format!("{:?} {:?}", word.own, word.action)
}

/// Makes the draft.
pub(super) fn propose(call: &Call<'_>) -> Result<Reply, Stop> {
    let (file, group, category, word) = subject(call)?;
    let mut sheet = sheet(call, (&group, &category, &word));
    if stood::is_older(call, &stands(&word)) {
        return Ok(stood::moved(call, sheet, "edit.moved"));
    }
    let because = call.form.text("because");
    let Some(action) = action_of(call.form.raw("action")) else {
        complain(&mut sheet, "action", Some(call.say("fault.choose").to_owned()));
        return Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY));
    };
    let change = Change { group: group.name.clone(), category: category.name.clone(), action };
    match deeds::propose(call, (&file, &change), (&category.title, word.action), &because) {
        Ok(id) => return Ok(Reply::Go(at(Place::PolicyDraft, &[("draft", &id.to_string())]).into(), None)),
        Err(DeedFault::Stop(stop)) => return Err(stop),
        Err(DeedFault::Change(ChangeFault::Works(fault))) => return Err(fault.into()),
        Err(fault @ DeedFault::Because) => complain(&mut sheet, "because", Some(words::deed_fault(call, &fault))),
        Err(fault) => {
            complain(&mut sheet, "action", Some(words::deed_fault(call, &fault)));
            sheet.parts.extend(words::check_part(call, &fault));
        }
    }
    Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY))
}
