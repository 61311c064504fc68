//! The forms of an exception and of a code. A code's word is on one page, once, and nowhere else.

use super::enrol::complain;
use super::exceptions::{standing, whom as in_words};
use super::sit::{span_words, text};
use super::sources::{faulty, form_part, reason};
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::decision_works::{CodeTerms, DecisionFor, DecisionKind, Decisions, NewDecision, UndecidedWhy};
use crate::admin::place::Place;
use crate::admin::sheet::{Field, Kind, Part, Sheet};
use crate::record::EventKind;

/// How long a decision may last, in minutes: what may be chosen.
const LASTS: [u64; 11] = [10, 30, 60, 120, 180, 360, 720, 1440, 10_080, 44_640, 527_040];
/// Within how many minutes a code may have to be typed.
const WITHIN: [u64; 6] = [10, 30, 60, 240, 720, 1440];
/// Most addresses of one form.
const MOST: usize = 100;

fn in_minutes(call: &Call<'_>, minutes: u64) -> String {
    span_words(call, i64::try_from(minutes).unwrap_or(i64::MAX).saturating_mul(60_000_000))
}

fn choose(call: &Call<'_>, name: &'static str, kind: Kind, label: &'static str, choices: Vec<(String, String)>) -> Field {
    Field { name, kind, label: call.say(label).to_owned(), value: call.form.text(name), choices, ..Field::default() }
}

fn spans(call: &Call<'_>, name: &'static str, label: &'static str, all: &[u64]) -> Field {
    let choices = all.iter().map(|minutes| (minutes.to_string(), in_minutes(call, *minutes))).collect();
    let mut field = choose(call, name, Kind::Select, label, choices);
    if field.value.is_empty() {
        field.value = "30".to_owned();
    }
    field
}

fn or_none(call: &Call<'_>, all: &[(String, String)]) -> Vec<(String, String)> {
    std::iter::once((String::new(), call.say("decide.none").to_owned())).chain(all.iter().cloned()).collect()
}

fn sheet(call: &Call<'_>, known: &Decisions) -> Sheet {
    let code = call.place == Place::CodeNew;
    let pair = |word: &str, key| (word.to_owned(), call.say(key).to_owned());
    let mut kinds = vec![pair("release", "decide.release"), pair("unlock", "decide.unlock")];
    if !code {
        kinds.extend([pair("close", "decide.close"), pair("suspend", "decide.suspend")]);
    }
    let mut kind = choose(call, "kind", Kind::Radio, "decide.kind", kinds);
    kind.help = call.say(if code { "decide.code_kind_help" } else { "decide.kind_help" }).to_owned();
    let mut addresses = Field { kind: Kind::Area, ..text(call, "addresses", "decide.addresses") };
    addresses.help = call.say("decide.addresses_help").to_owned();
    let everybody = pair("everybody", if code { "decide.whoever" } else { "exceptions.everybody" });
    let whom = vec![everybody, pair("group", "decide.group"), pair("person", "decide.person"), pair("room", "decide.room")];
    let mut who = text(call, "who", "decide.who");
    who.help = call.say("decide.who_help").to_owned();
    let mut fields = vec![
        kind,
        addresses,
        choose(call, "category", Kind::Select, "decide.category", or_none(call, &known.categories)),
        choose(call, "to", Kind::Select, "decide.to", or_none(call, &known.groups)),
        choose(call, "whom", Kind::Radio, "decide.whom", whom),
        choose(call, "group", Kind::Select, "decide.of_group", or_none(call, &known.groups)),
        who,
        spans(call, "minutes", "decide.lasts", &LASTS),
    ];
    if code {
        let mut uses = Field { digits: true, ..text(call, "uses", "decide.uses") };
        if uses.value.is_empty() {
            uses.value = "1".to_owned();
        }
        fields.extend([spans(call, "within", "decide.within", &WITHIN), uses]);
    }
    fields.push(text(call, "because", "field.because"));
    let (title, button) = if code { ("exceptions.new_code", "decide.code_button") } else { ("exceptions.new", "decide.button") };
    let part = Part { links: back(call), ..form_part(call, "decide.what", call.place, button, fields) };
    Sheet { lead: vec![call.say("exceptions.lead").to_owned()], parts: vec![part], ..Sheet::titled(call.say(title)) }
}

fn back(call: &Call<'_>) -> Vec<(String, String)> {
    vec![(Place::Exceptions.path().to_owned(), call.say("exceptions.back").to_owned())]
}

/// The form.
pub(super) fn blank(call: &Call<'_>) -> Result<Reply, Stop> {
    Ok(Reply::Page(Box::new(sheet(call, &standing(call)?))))
}

/// A group is named where it is for one. Whoever reaches some sites decides for their groups alone, and gives no rules of another site's.
fn own_groups(call: &Call<'_>, sheet: &mut Sheet, whom: &DecisionFor) -> Result<(), Stop> {
    let none = matches!(whom, DecisionFor::Group(name) if name.is_empty());
    complain(sheet, "group", none.then(|| call.say("fault.choose").to_owned()));
    if !call.reach()?.is_all() {
        let (other, to) = (!matches!(whom, DecisionFor::Group(name) if call.sees_group(name)), call.form.text("to"));
        complain(sheet, "whom", other.then(|| call.say("fault.only_groups").to_owned()));
        complain(sheet, "to", (!to.is_empty() && !call.sees_group(&to)).then(|| call.say("fault.choose").to_owned()));
    }
    Ok(())
}

/// What was typed; what is wrong is put beside its field.
fn typed(call: &Call<'_>, sheet: &mut Sheet) -> Result<Option<NewDecision>, Stop> {
    let field = |name| call.form.text(name);
    let said = |words: bool, key| words.then(|| call.say(key).to_owned());
    let kind = match field("kind").as_str() {
        "release" => Some(DecisionKind::Release),
        "unlock" => Some(DecisionKind::Unlock),
        "close" if call.place == Place::ExceptionNew => Some(DecisionKind::Close),
        "suspend" if call.place == Place::ExceptionNew => Some(DecisionKind::Suspend),
        _ => None,
    };
    complain(sheet, "kind", said(kind.is_none(), "fault.choose"));
    let kind = kind.unwrap_or_default();
    let whom = match field("whom").as_str() {
        "everybody" => Some(DecisionFor::Everybody),
        "group" => Some(DecisionFor::Group(field("group"))),
        "person" => Some(DecisionFor::Person(field("who"))),
        "room" => Some(DecisionFor::Room(field("who"))),
        _ => None,
    };
    complain(sheet, "whom", said(whom.is_none(), "fault.choose"));
    let whom = whom.unwrap_or_default();
    let nobody = matches!(&whom, DecisionFor::Person(name) | DecisionFor::Room(name) if name.is_empty());
    complain(sheet, "who", said(nobody, "fault.missing"));
    own_groups(call, sheet, &whom)?;
    let lines = call.form.raw("addresses").lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty());
    let (addresses, category, to) = (lines.collect::<Vec<_>>(), field("category"), field("to"));
    let empty = match kind {
        DecisionKind::Release => addresses.is_empty() && category.is_empty(),
        DecisionKind::Close => addresses.is_empty(),
        DecisionKind::Unlock | DecisionKind::Suspend => false,
    };
    complain(sheet, "addresses", said(empty, "fault.missing"));
    complain(sheet, "addresses", said(addresses.len() > MOST, "decide.too_many"));
    complain(sheet, "to", said(kind == DecisionKind::Unlock && to.is_empty(), "fault.choose"));
    let minutes = field("minutes").parse().ok().filter(|minutes| LASTS.contains(minutes));
    complain(sheet, "minutes", said(minutes.is_none(), "fault.choose"));
    let because = reason(call, sheet, "because");
    let (Some(because), false) = (because, sheet.is_faulty()) else { return Ok(None) };
    let takes = matches!(kind, DecisionKind::Release | DecisionKind::Close);
    Ok(Some(NewDecision {
        kind,
        whom,
        addresses: if takes { addresses } else { Vec::new() },
        categories: if kind == DecisionKind::Release && !category.is_empty() { vec![category] } else { Vec::new() },
        to: if kind == DecisionKind::Unlock { to } else { String::new() },
        minutes: minutes.unwrap_or_default(),
        by: call.session()?.account.name.clone(),
        because,
    }))
}

fn told(call: &Call<'_>, sheet: &mut Sheet, why: UndecidedWhy) -> Result<(), Stop> {
    let say = |key| call.say(key).to_owned();
    let (field, words) = match why {
        UndecidedWhy::Address(address) if call.form.text("who") == address => ("who", say("decide.bad_range")),
        UndecidedWhy::Address(address) => ("addresses", call.say_with("decide.bad_address", &address)),
        UndecidedWhy::Category => ("category", say("fault.category")),
        UndecidedWhy::Group => ("group", say("fault.choose")),
        UndecidedWhy::Whom => ("who", say("fault.missing")),
        UndecidedWhy::Time(words) => ("minutes", call.say_with("decide.bad_time", words)),
        UndecidedWhy::Within => ("within", say("fault.choose")),
        UndecidedWhy::Because => ("because", say("fault.because")),
        UndecidedWhy::Works(fault) => return Err(fault.into()),
    };
    complain(sheet, field, Some(words));
    Ok(())
}

/// What it is, for the record.
fn did(new: &NewDecision) -> String {
    let what = match new.kind {
        DecisionKind::Release => "opens",
        DecisionKind::Unlock => "gives the rules of the group",
        DecisionKind::Suspend => "closes everything",
        DecisionKind::Close => "closes",
    };
    let whom = match &new.whom {
        DecisionFor::Everybody => "everybody".to_owned(),
        // The ledger of exceptions has the name: the record is read by people who see pseudonyms alone.
        DecisionFor::Person(_) => "one person".to_owned(),
        DecisionFor::Group(name) => format!("the group {name}"),
        DecisionFor::Room(range) => format!("the room {range}"),
    };
    let categories = new.categories.iter().map(|name| format!("the category {name}"));
    let all: Vec<String> = new.addresses.iter().cloned().chain(categories).chain(std::iter::once(new.to.clone())).collect();
    format!("{what} {} for {whom}, {} minutes", all.join(" ").trim(), new.minutes)
}

/// What was made and cannot be recorded is ended again.
fn recorded(call: &Call<'_>, id: &str, new: &NewDecision) -> Result<(), Stop> {
    let done = call.record(EventKind::ConsoleChange, call.act(format!("made {id}: {}", did(new))).because(&new.because));
    if let Err(stop) = done {
        call.desk.works.stop_decision(id, &new.by, "it could not be recorded")?;
        return Err(stop);
    }
    Ok(())
}

/// Puts an exception in force.
pub(super) fn make(call: &Call<'_>) -> Result<Reply, Stop> {
    let mut sheet = sheet(call, &standing(call)?);
    let Some(new) = typed(call, &mut sheet)? else { return faulty(sheet) };
    match call.desk.works.decide(&new) {
        Ok(id) => recorded(call, &id, &new).map(|()| Reply::Go(Place::Exceptions.path().into(), None)),
        Err(why) => told(call, &mut sheet, why).and_then(|()| faulty(sheet)),
    }
}

/// Makes a code, and shows its word once.
pub(super) fn make_code(call: &Call<'_>) -> Result<Reply, Stop> {
    let known = standing(call)?;
    let mut sheet = sheet(call, &known);
    let new = typed(call, &mut sheet)?;
    let within = call.form.text("within").parse().ok().filter(|within| WITHIN.contains(within));
    complain(&mut sheet, "within", within.is_none().then(|| call.say("fault.choose").to_owned()));
    let uses = call.form.text("uses").parse().ok().filter(|uses| (1..=1000).contains(uses));
    complain(&mut sheet, "uses", uses.is_none().then(|| call.say("decide.bad_uses").to_owned()));
    let (Some(new), Some(within), Some(uses)) = (new, within, uses) else { return faulty(sheet) };
    let (id, word) = match call.desk.works.new_code(&new, CodeTerms { within, uses }) {
        Ok(made) => made,
        Err(why) => return told(call, &mut sheet, why).and_then(|()| faulty(sheet)),
    };
    recorded(call, &id, &new)?;
    let fact = |key, value: String, code| (call.say(key).to_owned(), value, code);
    let part = Part {
        heading: call.say_with("decide.code_of", &id),
        lines: vec![call.say("decide.code_words").to_owned()],
        facts: vec![
            fact("decide.code", word, true),
            fact("exceptions.whom", in_words(call, &new.whom), false),
            fact("decide.typed_at", known.code_page, true),
            fact("decide.within", in_minutes(call, within), false),
        ],
        links: back(call),
        ..Part::default()
    };
    Ok(Reply::Page(Box::new(Sheet { parts: vec![part], ..Sheet::titled(call.say("decide.code_made")) })))
}
