//! Words that close an address, and dates that hours may name: those that stand, one more, another, and one less, each as a draft (standards
//! A10, W6).

use super::enrol::complain;
use super::policy::at;
use super::policy_form as form;
use super::policy_words as words;
use super::sit::{no_reason, text};
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::edit_text::{lines, list, quoted};
use crate::admin::edit_works::Edit;
use crate::admin::place::Place;
use crate::admin::policy_file::PolicyFile;
use crate::admin::roles::may;
use crate::admin::sheet::{Field, Form, Kind, Line, Part, Sheet};
use crate::config::{NamedKind, NamedText};
use axum::http::StatusCode;

/// Most words of one, and longest name or word.
const MOST: usize = 500;
const LONGEST: usize = 200;
/// Most that one page shows.
const PAGE: usize = 500;

/// A kind with its pages and texts.
struct Of {
    kind: NamedKind,
    list: Place,
    change: Place,
    out: Place,
    /// Title, lead, what is said where there is none, and the title of one more.
    says: [&'static str; 4],
}

const WORDS: Of = Of {
    kind: NamedKind::Keyword,
    list: Place::PolicyKeywords,
    change: Place::PolicyKeywordChange,
    out: Place::PolicyKeywordOut,
    says: ["place.keywords", "named.keywords_lead", "named.no_keywords", "named.keyword_new"],
};
const DATES: Of = Of {
    kind: NamedKind::Term,
    list: Place::PolicyDates,
    change: Place::PolicyDatesChange,
    out: Place::PolicyDatesOut,
    says: ["place.dates", "named.dates_lead", "named.no_dates", "named.dates_new"],
};

pub(super) fn show_words(call: &Call<'_>) -> Result<Reply, Stop> {
    show(call, &WORDS)
}

pub(super) fn word(call: &Call<'_>) -> Result<Reply, Stop> {
    blank(call, &WORDS)
}

pub(super) fn put_word(call: &Call<'_>) -> Result<Reply, Stop> {
    put(call, &WORDS)
}

pub(super) fn word_out(call: &Call<'_>) -> Result<Reply, Stop> {
    one(call, &WORDS)
}

pub(super) fn take_word_out(call: &Call<'_>) -> Result<Reply, Stop> {
    take_out(call, &WORDS)
}

pub(super) fn show_dates(call: &Call<'_>) -> Result<Reply, Stop> {
    show(call, &DATES)
}

pub(super) fn dates(call: &Call<'_>) -> Result<Reply, Stop> {
    blank(call, &DATES)
}

pub(super) fn put_dates(call: &Call<'_>) -> Result<Reply, Stop> {
    put(call, &DATES)
}

pub(super) fn dates_out(call: &Call<'_>) -> Result<Reply, Stop> {
    one(call, &DATES)
}

pub(super) fn take_dates_out(call: &Call<'_>) -> Result<Reply, Stop> {
    take_out(call, &DATES)
}

fn heads(kind: NamedKind) -> &'static [&'static str] {
    match kind {
        NamedKind::Keyword => &["named.name", "policy.does", "named.words", "named.expressions", "policy.group", "policy.place"],
        NamedKind::Term => &["named.name", "named.from", "named.to", "policy.place"],
    }
}

fn cells(call: &Call<'_>, of: &Of, table: &NamedText) -> Vec<String> {
    let place = words::fill(call, "policy.line", &[&table.line.to_string()]);
    let name = table.one("name").to_owned();
    match of.kind {
        NamedKind::Keyword => {
            let does = call.say(if table.one("action") == "warn" { "policy.warn" } else { "policy.block" }).to_owned();
            let groups = table.of("groups").join(", ");
            let whom = if groups.is_empty() { call.say("edit.everybody").to_owned() } else { groups };
            vec![name, does, table.of("words").join(", "), table.of("expressions").join("  "), whom, place]
        }
        NamedKind::Term => vec![name, table.one("from").to_owned(), table.one("to").to_owned(), place],
    }
}

/// What stands.
fn show(call: &Call<'_>, of: &Of) -> Result<Reply, Stop> {
    Ok(Reply::Page(Box::new(list_sheet(call, of)?)))
}

fn list_sheet(call: &Call<'_>, of: &Of) -> Result<Sheet, Stop> {
    let all = call.desk.works.named(of.kind)?;
    let changes = may(Some(call.session()?.account.role), of.change.action());
    let [title, lead, none, new] = of.says;
    let row = |(place, table): (usize, &NamedText)| Line {
        href: if changes { at(of.change, &[("which", &place.to_string())]) } else { String::new() },
        cells: cells(call, of, table),
    };
    let mut links = vec![(Place::Policy.path().to_owned(), call.say("place.policy").to_owned())];
    links.extend(changes.then(|| (of.change.path().to_owned(), call.say(new).to_owned())));
    let mut said = vec![call.say(if all.is_empty() { none } else { "named.open_one" }).to_owned()];
    said.extend((all.len() > PAGE).then(|| words::fill(call, "named.more", &[&(all.len() - PAGE).to_string()])));
    let part = Part {
        heading: call.say("edit.stands").to_owned(),
        lines: said,
        head: if all.is_empty() { Vec::new() } else { heads(of.kind).iter().map(|key| call.say(key).to_owned()).collect() },
        rows: all.iter().take(PAGE).enumerate().map(row).collect(),
        links,
        ..Part::default()
    };
    Ok(Sheet { lead: vec![call.say(lead).to_owned()], parts: vec![part], ..Sheet::titled(call.say(title)) })
}

/// The one that somebody wants to change; nothing: they want one more.
fn asked(call: &Call<'_>, of: &Of) -> Result<Option<(usize, NamedText)>, Stop> {
    if call.query.raw("which").is_empty() {
        return Ok(None);
    }
    let place: usize = call.query.raw("which").parse().map_err(|_| Stop::Unknown)?;
    let table = call.desk.works.named(of.kind)?.into_iter().nth(place).ok_or(Stop::Unknown)?;
    Ok(Some((place, table)))
}

/// The one that a form came back for, and whether it has changed since the form was made: then it is what has the same name now, if anything.
fn sent(call: &Call<'_>, of: &Of) -> Result<(Option<(usize, NamedText)>, bool), Stop> {
    let (which, says) = (call.form.raw("which"), call.form.raw("says"));
    if which.is_empty() {
        return Ok((None, false));
    }
    let place: usize = which.parse().map_err(|_| Stop::Unknown)?;
    let mut all: Vec<(usize, NamedText)> = call.desk.works.named(of.kind)?.into_iter().enumerate().collect();
    // What was put in or taken out before it has moved it: the one at its place first, of those that say the same.
    all.sort_by_key(|(at, _)| *at != place);
    if let Some(same) = all.iter().find(|(_, table)| table.in_words() == says) {
        return Ok((Some(same.clone()), false));
    }
    let name = |table: &NamedText| table.one("name").to_owned();
    let named = |(_, table): &(usize, NamedText)| !name(table).is_empty() && says.starts_with(&format!("name: {}; ", name(table)));
    Ok((all.into_iter().find(named), true))
}

/// Whoever was quicker loses nothing: what was typed stays on the page, beside what stands now.
fn moved(call: &Call<'_>, sheet: Sheet, fault: &'static str) -> Reply {
    Reply::Faulty(Box::new(Sheet { fault: Some(call.say(fault).to_owned()), ..sheet }), StatusCode::CONFLICT)
}

fn blank(call: &Call<'_>, of: &Of) -> Result<Reply, Stop> {
    let subject = asked(call, of)?;
    Ok(Reply::Page(Box::new(sheet(call, of, subject.as_ref()))))
}

/// Which one it is, for the way back.
fn hidden(subject: Option<&(usize, NamedText)>) -> Vec<Field> {
    let Some((place, table)) = subject else { return Vec::new() };
    vec![form::hidden("which", &place.to_string()), form::hidden("says", &table.in_words())]
}

fn sheet(call: &Call<'_>, of: &Of, subject: Option<&(usize, NamedText)>) -> Sheet {
    let stands = |key: &str| subject.filter(|_| !call.post).map(|(_, table)| table.of(key).join("\n"));
    let filled = |key: &str, field: Field| match stands(key) {
        Some(value) => Field { value, ..field },
        None => field,
    };
    let mut fields = hidden(subject);
    let mut name = text(call, "name", "named.name");
    match of.kind {
        NamedKind::Keyword => {
            call.say("named.name_help").clone_into(&mut name.help);
            let choices =
                [("block", "policy.block"), ("warn", "policy.warn")].map(|(word, key)| (word.to_owned(), call.say(key).to_owned()));
            let does = Field { kind: Kind::Radio, choices: choices.into(), ..text(call, "action", "policy.wish") };
            let mut does = filled("action", does);
            if does.value.is_empty() && !call.post {
                "block".clone_into(&mut does.value);
            }
            fields.extend([
                filled("name", name),
                does,
                filled("words", form::area(call, "words", "named.words", "named.words_help")),
                filled("expressions", form::area(call, "expressions", "named.expressions", "named.expressions_help")),
                filled("groups", form::area(call, "groups", "named.groups", "named.groups_help")),
            ]);
        }
        NamedKind::Term => {
            call.say("named.dates_name_help").clone_into(&mut name.help);
            let day = |key: &'static str, label| filled(key, Field { kind: Kind::Date, ..text(call, key, label) });
            fields.extend([filled("name", name), day("from", "named.from"), day("to", "named.to")]);
        }
    }
    fields.push(form::because(call));
    let mut links = vec![(of.list.path().to_owned(), call.say(of.says[0]).to_owned())];
    links.extend(subject.map(|(place, _)| (at(of.out, &[("which", &place.to_string())]), call.say("edit.take_out").to_owned())));
    let part = Part {
        heading: call.say("policy.new").to_owned(),
        form: Some(Form { action: of.change.path(), button: call.say("policy.preview").to_owned(), fields }),
        links,
        ..Part::default()
    };
    let title = if subject.is_some() { "named.change" } else { of.says[3] };
    Sheet { lead: vec![call.say("policy.change_lead").to_owned()], parts: vec![part], ..Sheet::titled(call.say(title)) }
}

/// What is wrong with the form, by field.
fn faults(call: &Call<'_>, of: &Of) -> Vec<(&'static str, String)> {
    let (name, missing) = (call.form.text("name"), || call.say("fault.missing").to_owned());
    let mut faults = Vec::new();
    if name.is_empty() {
        faults.push(("name", missing()));
    }
    faults.extend((name.len() > LONGEST).then(|| ("name", call.say("named.too_long").to_owned())));
    faults.extend(no_reason(call, &call.form.text("because")).map(|fault| ("because", fault)));
    match of.kind {
        NamedKind::Keyword => {
            let all = |key| lines(call.form.raw(key));
            if !matches!(call.form.raw("action"), "block" | "warn") {
                faults.push(("action", call.say("fault.choose").to_owned()));
            }
            if all("words").is_empty() && all("expressions").is_empty() {
                faults.push(("words", missing()));
            }
            for key in ["words", "expressions", "groups"] {
                let too_long = all(key).len() > MOST || all(key).iter().any(|line| line.len() > LONGEST);
                faults.extend(too_long.then(|| (key, call.say("named.too_long").to_owned())));
            }
        }
        NamedKind::Term => {
            for key in ["from", "to"] {
                let is_day = call.form.text(key).parse::<jiff::civil::Date>().is_ok();
                faults.extend((!is_day).then(|| (key, call.say("fault.day").to_owned())));
            }
        }
    }
    faults
}

/// What the form says, as TOML writes it.
fn wish(call: &Call<'_>, of: &Of) -> Vec<(String, String)> {
    let pair = |key: &str, value: String| (key.to_owned(), value);
    let mut all = vec![pair("name", quoted(&call.form.text("name")))];
    match of.kind {
        NamedKind::Keyword => {
            all.push(pair("action", quoted(call.form.raw("action"))));
            for key in ["words", "expressions", "groups"] {
                let typed = lines(call.form.raw(key));
                all.extend((!typed.is_empty()).then(|| pair(key, list(&typed))));
            }
        }
        NamedKind::Term => all.extend(["from", "to"].map(|key| pair(key, call.form.text(key)))),
    }
    all
}

/// Makes the draft.
fn put(call: &Call<'_>, of: &Of) -> Result<Reply, Stop> {
    let (subject, has_moved) = sent(call, of)?;
    let mut sheet = sheet(call, of, subject.as_ref());
    if has_moved {
        let now = subject.map(|(_, table)| facts(call, of, &table));
        sheet.parts.extend(now.map(|facts| Part { heading: call.say("edit.stands").to_owned(), facts, ..Part::default() }));
        return Ok(moved(call, sheet, "edit.moved"));
    }
    let faults = faults(call, of);
    if !faults.is_empty() {
        faults.into_iter().for_each(|(field, fault)| complain(&mut sheet, field, Some(fault)));
        return Ok(form::faulty(sheet));
    }
    let known = subject.map(|(place, table)| (place, table.in_words()));
    let edit = Edit::Named { kind: of.kind, known, wish: Some(wish(call, of)) };
    form::propose(call, &PolicyFile::Settings, sheet, (vec![("name", edit)], "name"))
}

/// What one says.
fn facts(call: &Call<'_>, of: &Of, table: &NamedText) -> Vec<(String, String, bool)> {
    let facts = heads(of.kind).iter().zip(cells(call, of, table)).filter(|(_, value)| !value.is_empty());
    facts.map(|(key, value)| (call.say(key).to_owned(), value, false)).collect()
}

fn out_sheet(call: &Call<'_>, of: &Of, subject: &(usize, NamedText)) -> Sheet {
    let mut fields = hidden(Some(subject));
    fields.push(form::because(call));
    let part = Part {
        heading: call.say("edit.take_out").to_owned(),
        facts: facts(call, of, &subject.1),
        form: Some(Form { action: of.out.path(), button: call.say("policy.preview").to_owned(), fields }),
        links: vec![(of.list.path().to_owned(), call.say(of.says[0]).to_owned())],
        ..Part::default()
    };
    Sheet { lead: vec![call.say("policy.change_lead").to_owned()], parts: vec![part], ..Sheet::titled(call.say("named.out")) }
}

/// One, and what taking it out would be.
fn one(call: &Call<'_>, of: &Of) -> Result<Reply, Stop> {
    let subject = asked(call, of)?.ok_or(Stop::Unknown)?;
    Ok(Reply::Page(Box::new(out_sheet(call, of, &subject))))
}

/// Makes the draft without it.
fn take_out(call: &Call<'_>, of: &Of) -> Result<Reply, Stop> {
    let subject = match sent(call, of)? {
        (Some(subject), false) => subject,
        (Some(now), true) => return Ok(moved(call, out_sheet(call, of, &now), "edit.moved")),
        (None, true) => return Ok(moved(call, list_sheet(call, of)?, "fault.gone")),
        (None, false) => return Err(Stop::Unknown),
    };
    let edit = Edit::Named { kind: of.kind, known: Some((subject.0, subject.1.in_words())), wish: None };
    form::propose(call, &PolicyFile::Settings, out_sheet(call, of, &subject), (vec![("because", edit)], "because"))
}
