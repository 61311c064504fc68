//! The wizard: address, time and text first (D5, D6), then whatever narrows it down; and questions that were saved. Nothing is looked for
//! here: a question gets a number, and its pages are under that.

use super::enrol::complain;
use super::log_names::give;
use super::log_parts::{asked, groups, purpose, purpose_field, put, saved};
use super::sit::text;
use crate::admin::asking::{Question, SLOTS, STATUTORY, Saved, is_pseudonym, reveals};
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::place::Place;
use crate::admin::reach::Reach;
use crate::admin::roles::{Action, may};
use crate::admin::sheet::{Field, Form, Kind, Line, Part, Sheet};
use axum::http::StatusCode;

/// The page: blank, or as a question was asked or saved.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    let (question, purpose) = match (call.query.raw("ask"), call.query.raw("saved")) {
        ("", "") => (counted_rows(call)?.unwrap_or_else(|| ready(call.query.raw("ready"))), String::new()),
        ("", id) => {
            let id: i64 = id.parse().map_err(|_| Stop::Unknown)?;
            let saved = saved(call)?.into_iter().find(|saved| saved.id == id).ok_or(Stop::Unknown)?;
            (saved.question, String::new())
        }
        _ => {
            let asked = asked(call)?;
            (asked.question, asked.purpose)
        }
    };
    Ok(Reply::Page(Box::new(sheet(call, &question, &purpose)?)))
}

/// Questions that many ask (standards D5, D11, D12): by their words in addresses, with the text that says what they find.
const READY: [(&str, &str); 6] = [
    ("site", "log.ready_site"),
    ("attempt", "log.ready_attempt"),
    ("success", "log.ready_success"),
    ("made", "log.ready_made"),
    ("visited", "log.ready_visited"),
    ("lesson", "log.ready_lesson"),
];

/// A question that stands ready, with what still has to be filled in left open.
fn ready(word: &str) -> Question {
    let text = str::to_owned;
    let week = || Question { slot: text("week"), ..Question::default() };
    match word {
        // Time, site and address are what has to be said.
        "site" | "lesson" => Question { slot: text("between"), ..Question::default() },
        "attempt" => Question { verdict: text("block"), ..week() },
        "success" => Question { verdict: text("allow"), ..week() },
        "made" => Question { method: text("POST"), ..week() },
        "visited" => Question { method: text("GET"), ..week() },
        _ => Question { slot: text("day"), ..Question::default() },
    }
}

fn ready_part(call: &Call<'_>) -> Part {
    let links = READY.map(|(word, key)| (format!("{}?ready={word}", Place::Log.path()), call.say(key).to_owned()));
    Part {
        heading: call.say("log.ready").to_owned(),
        lines: vec![call.say("log.ready_words").to_owned()],
        links: links.into(),
        ..Part::default()
    }
}

/// Sites that whoever asks reaches.
fn site_names(call: &Call<'_>) -> Vec<(String, String)> {
    let covered = |name: &String| call.session.as_ref().is_some_and(|session| session.account.reach.covers(name));
    call.desk.works.log_sites().into_iter().filter(covered).map(|name| (name.clone(), name)).collect()
}

/// The question behind a figure that somebody followed.
fn counted_rows(call: &Call<'_>) -> Result<Option<Question>, Stop> {
    Ok(super::breaches::question(call)?.or(super::trends::question(call)?).or(super::programs::question(call)?))
}

/// The page with nothing filled in yet.
pub(super) fn blank(call: &Call<'_>) -> Result<Sheet, Stop> {
    sheet(call, &ready(""), "")
}

fn sheet(call: &Call<'_>, question: &Question, purpose: &str) -> Result<Sheet, Stop> {
    let saved = saved(call)?;
    let mut parts = vec![ask_part(call, question, purpose), ready_part(call)];
    if !saved.is_empty() {
        parts.push(saved_part(call, &saved));
    }
    let account = call.session()?.account.id;
    let own: Vec<&Saved> = saved.iter().filter(|saved| saved.account == account).collect();
    if !own.is_empty() {
        parts.push(drop_part(call, &own));
    }
    Ok(Sheet { lead: vec![call.say("log.lead").to_owned()], parts, ..Sheet::titled(call.say("log.title")) })
}

fn ask_part(call: &Call<'_>, question: &Question, purpose: &str) -> Part {
    let text = |name: &'static str, label, help: Option<&'static str>, value: &str| Field {
        help: help.map_or_else(String::new, |help| call.say(help).to_owned()),
        value: value.to_owned(),
        ..text(call, name, label)
    };
    let moment = |name, label, value: &str| Field { kind: Kind::Moment, ..text(name, label, Some("log.moment_help"), value) };
    let pick = |name, label, choices, value: &str| Field { kind: Kind::Select, choices, ..text(name, label, None, value) };
    let any = |choices: Vec<(String, String)>| {
        std::iter::once((String::new(), call.say("log.any").to_owned())).chain(choices).collect::<Vec<_>>()
    };
    let slots = SLOTS.iter().map(|(word, _)| ((*word).to_owned(), call.say(slot_words(word)).to_owned())).collect();
    let verdicts = VERDICTS.iter().map(|(word, key)| ((*word).to_owned(), call.say(key).to_owned())).collect();
    let methods = ["GET", "POST", "PUT", "CONNECT"].map(|word| (word.to_owned(), word.to_owned())).into();
    let works = &call.desk.works;
    let categories = works.log_categories().into_iter().chain([(STATUTORY.to_owned(), call.say("log.statutory").to_owned())]).collect();
    let more = Field { name: "more", kind: Kind::More, label: call.say("log.more").to_owned(), ..Field::default() };
    let fields = vec![
        text("client", "log.client", Some("log.client_help"), &question.client),
        pick("slot", "log.slot", slots, if question.slot.is_empty() { "between" } else { &question.slot }),
        moment("from", "log.from", &question.from),
        moment("to", "log.to", &question.to),
        text("url", "log.url", Some("log.url_help"), &question.url),
        purpose_field(call, "because", purpose),
        more,
        text("person", "log.person", Some("log.person_help"), &question.person),
        pick("group", "log.group", any(groups(call)), &question.group),
        pick("category", "log.category", any(categories), &question.category),
        pick("verdict", "log.decided", any(verdicts), &question.verdict),
        text("device", "log.device", None, &question.device),
        pick("method", "log.method", any(methods), &question.method),
        pick("site", "log.site", any(site_names(call)), &question.site),
        text("reference", "log.reference", Some("log.reference_help"), &question.reference),
    ];
    let form = Form { action: Place::Log.path(), button: call.say("log.button").to_owned(), fields: opened(fields) };
    Part { heading: call.say("log.ask").to_owned(), form: Some(form), ..Part::default() }
}

/// What is folded away is open where something stands in it.
fn opened(mut fields: Vec<Field>) -> Vec<Field> {
    let fold = fields.iter().position(|field| field.kind == Kind::More);
    if let Some(fold) = fold.filter(|fold| fields[*fold..].iter().any(|field| !field.value.is_empty() || !field.fault.is_empty())) {
        fields[fold].value = "open".to_owned();
    }
    fields
}

const VERDICTS: [(&str, &str); 4] =
    [("allow", "verdict.allow"), ("warn", "verdict.warn"), ("block", "verdict.block"), ("refuse", "verdict.refuse")];

/// A span of time in words.
pub(super) fn slot_words(slot: &str) -> &'static str {
    match slot {
        "hour" => "slot.hour",
        "day" => "slot.day",
        "week" => "slot.week",
        "month" => "slot.month",
        "year" => "slot.year",
        _ => "slot.between",
    }
}

fn saved_part(call: &Call<'_>, saved: &[Saved]) -> Part {
    let row = |saved: &Saved| Line {
        href: format!("{}?saved={}", Place::Log.path(), saved.id),
        cells: vec![
            saved.name.clone(),
            super::log_parts::said(call, &saved.question)
                .iter()
                .map(|(label, value)| format!("{label}: {value}"))
                .collect::<Vec<_>>()
                .join("; "),
            saved.made_by.clone(),
            saved.role.map_or("", |role| call.say_role(role)).to_owned(),
        ],
    };
    Part {
        heading: call.say("log.saved").to_owned(),
        lines: vec![call.say("log.saved_words").to_owned()],
        head: ["log.saved_name", "log.saved_question", "log.saved_by", "log.saved_for"].map(|key| call.say(key).to_owned()).into(),
        rows: saved.iter().map(row).collect(),
        ..Part::default()
    }
}

fn drop_part(call: &Call<'_>, own: &[&Saved]) -> Part {
    let which = Field {
        name: "which",
        kind: Kind::Select,
        label: call.say("log.drop_which").to_owned(),
        choices: own.iter().map(|saved| (saved.id.to_string(), saved.name.clone())).collect(),
        ..Field::default()
    };
    let form = Form { action: Place::LogDrop.path(), button: call.say("log.drop_button").to_owned(), fields: vec![which] };
    Part { heading: call.say("log.drop").to_owned(), form: Some(form), ..Part::default() }
}

/// Takes a question: it gets a number.
pub(super) fn ask(call: &Call<'_>) -> Result<Reply, Stop> {
    let mut question = Question::of(|name| call.form.text(name));
    let mut sheet = sheet(call, &question, call.form.raw("because"))?;
    let because = purpose(call, "because");
    complain(&mut sheet, "because", because.as_ref().err().cloned());
    let known = |choices: Vec<(String, String)>, word: &str| word.is_empty() || choices.iter().any(|(name, _)| name == word);
    let works = &call.desk.works;
    complain(&mut sheet, "group", (!known(groups(call), &question.group)).then(|| call.say("fault.choose").to_owned()));
    let site = known(site_names(call), &question.site);
    complain(&mut sheet, "site", (!site).then(|| call.say("fault.choose").to_owned()));
    let category = question.category == STATUTORY || known(works.log_categories(), &question.category);
    complain(&mut sheet, "category", (!category).then(|| call.say("fault.choose").to_owned()));
    let typed = std::mem::take(&mut question.person);
    let named = if sheet.is_faulty() { Ok(None) } else { person(call, &typed) };
    complain(&mut sheet, "person", named.as_ref().err().map(|key| call.say(key).to_owned()));
    if let Err(faults) = question.read(call.now.wall, &works.log_zone()) {
        for fault in faults {
            complain(&mut sheet, fault.0, Some(call.say(fault_words(fault.0)).to_owned()));
        }
    }
    let (false, Ok(because), Ok(person)) = (sheet.is_faulty(), because, named) else {
        for form in sheet.parts.iter_mut().filter_map(|part| part.form.as_mut()) {
            form.fields = opened(std::mem::take(&mut form.fields));
        }
        return Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY));
    };
    question.person = match person {
        Some(Person::Word(word)) => word,
        Some(Person::Name(word)) => {
            give(call, &word, (&typed, 0), &because)?;
            word
        }
        None => String::new(),
    };
    let id = put(call, &question, &because)?;
    Ok(Reply::Go(format!("{}?ask={id}", Place::LogFound.path()).into(), None))
}

enum Person {
    Word(String),
    /// The pseudonym of a name that was typed.
    Name(String),
}

/// Whom a field means. A name is for those alone who may see names: whoever can try names out can see which pseudonym answers.
fn person(call: &Call<'_>, typed: &str) -> Result<Option<Person>, &'static str> {
    if typed.is_empty() {
        return Ok(None);
    }
    if let Some(word) = is_pseudonym(typed) {
        return Ok(Some(Person::Word(word)));
    }
    let account = call.session.as_ref().map(|session| &session.account).ok_or("fault.person")?;
    if !may(Some(account.role), Action::RevealName) {
        return Err("fault.person");
    }
    // A name that was typed is of no site: whoever reaches all of several has a request show it.
    if call.reach().is_ok_and(Reach::is_all) && call.desk.works.has_sites() {
        return Err("fault.no_site");
    }
    let word = call.desk.pseudonyms.of(typed).map_err(|_| "fault.person")?;
    let given = call.desk.book.read(|book| reveals::given(book, account.id, call.now.wall)).map_err(|_| "fault.person")?;
    if given.contains(&word) {
        return Ok(Some(Person::Word(word)));
    }
    if call.desk.settings.reveal_by_two { Err("fault.second") } else { Ok(Some(Person::Name(word))) }
}

fn fault_words(field: &str) -> &'static str {
    match field {
        "client" => "fault.client",
        "from" | "to" => "fault.times",
        "reference" => "fault.reference",
        "slot" | "verdict" | "method" => "fault.choose",
        _ => "fault.question",
    }
}
