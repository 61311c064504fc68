//! Exceptions and codes: what stands, and the end of one before its time. Nothing here opens what is illegal. To look is a deed too.

use super::enrol::complain;
use super::sit::text;
use super::sources::{can, faulty, form_part, heads, reason};
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::decision_works::{Decided, DecisionFor, Decisions};
use crate::admin::place::Place;
use crate::admin::roles::Action;
use crate::admin::sheet::{Field, Kind, Line, Part, Sheet};
use crate::record::EventKind;

/// What stands.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    Ok(Reply::Page(Box::new(sheet(call, &decisions(call)?))))
}

/// What stands, for whoever looks.
pub(in crate::admin) fn decisions(call: &Call<'_>) -> Result<Decisions, Stop> {
    call.record(EventKind::ConsoleLookUp, call.act("looked at exceptions and codes"))?;
    standing(call)
}

/// What stands for groups of the sites that whoever looks reaches; for a person, a room or everybody only for those who reach all.
pub(super) fn standing(call: &Call<'_>) -> Result<Decisions, Stop> {
    let mut known = call.desk.works.decisions()?;
    if !call.reach()?.is_all() {
        let is_theirs = |one: &Decided| matches!(&one.whom, DecisionFor::Group(name) if call.sees_group(name));
        known.standing.retain(is_theirs);
        known.codes.retain(is_theirs);
        known.groups.retain(|(name, _)| call.sees_group(name));
        known.damage.clear();
    }
    Ok(known)
}

fn sheet(call: &Call<'_>, known: &Decisions) -> Sheet {
    let make = can(call, Action::MakeExceptions);
    let link = |place: Place, key| (place.path().to_owned(), call.say(key).to_owned());
    let links =
        if make { vec![link(Place::ExceptionNew, "exceptions.new"), link(Place::CodeNew, "exceptions.new_code")] } else { Vec::new() };
    let damage = known.damage.iter().map(|place| call.say_with("audit.damage", place)).collect();
    let standing = Part { lines: damage, links, ..table(call, "exceptions.standing", &known.standing, false) };
    let mut parts = vec![standing, table(call, "exceptions.codes", &known.codes, true)];
    if make && !(known.standing.is_empty() && known.codes.is_empty()) {
        let choice = |one: &Decided| (one.id.clone(), format!("{}: {}, {}", one.id, one.what, whom(call, &one.whom)));
        let which = Field {
            name: "which",
            kind: Kind::Radio,
            label: call.say("emergency.which").to_owned(),
            value: call.form.text("which"),
            choices: known.standing.iter().chain(&known.codes).map(choice).collect(),
            ..Field::default()
        };
        let fields = vec![which, text(call, "because", "field.because")];
        parts.push(form_part(call, "exceptions.stop", Place::ExceptionStop, "exceptions.stop_button", fields));
    }
    Sheet { lead: vec![call.say("exceptions.lead").to_owned()], parts, ..Sheet::titled(call.say("exceptions.title")) }
}

/// A person's name is for whoever may make exceptions, or may see names.
pub(super) fn whom(call: &Call<'_>, whom: &DecisionFor) -> String {
    let named = can(call, Action::MakeExceptions) || can(call, Action::RevealName);
    match whom {
        DecisionFor::Everybody => call.say("exceptions.everybody").to_owned(),
        DecisionFor::Person(name) if named => call.say_with("exceptions.person", name),
        DecisionFor::Person(_) => call.say("exceptions.somebody").to_owned(),
        DecisionFor::Group(name) => call.say_with("exceptions.group", name),
        DecisionFor::Room(range) => call.say_with("exceptions.room", range),
    }
}

fn table(call: &Call<'_>, heading: &'static str, all: &[Decided], codes: bool) -> Part {
    let heading = call.say(heading).to_owned();
    if all.is_empty() {
        return Part { heading, lines: vec![call.say("emergency.none").to_owned()], ..Part::default() };
    }
    let row = |one: &Decided| {
        let Decided { id, what, by, because, until, used, .. } = one.clone();
        let mut cells = vec![id, what, whom(call, &one.whom), call.moment(until), by, because];
        cells.extend(used.map(|(used, of)| format!("{used} / {of}")));
        Line { cells, ..Line::default() }
    };
    let mut head =
        heads(call, ["emergency.number", "exceptions.what", "exceptions.whom", "emergency.until", "unknown.by", "field.because"]);
    head.extend(codes.then(|| call.say("exceptions.used").to_owned()));
    Part { heading, head, rows: all.iter().map(row).collect(), ..Part::default() }
}

/// Ends one before its time. It is recorded first.
pub(super) fn stop(call: &Call<'_>) -> Result<Reply, Stop> {
    let known = standing(call)?;
    let mut sheet = sheet(call, &known);
    let which = call.form.text("which");
    let Some(one) = known.standing.iter().chain(&known.codes).find(|one| one.id == which) else {
        let words = call.say(if which.is_empty() { "fault.choose" } else { "fault.gone" }).to_owned();
        complain(&mut sheet, "which", Some(words.clone()));
        if !sheet.is_faulty() {
            sheet.fault = Some(words);
        }
        return faulty(sheet);
    };
    let Some(because) = reason(call, &mut sheet, "because") else { return faulty(sheet) };
    let by = &call.session()?.account.name;
    call.record(EventKind::ConsoleChange, call.act(format!("ends {}: {}", one.id, one.what)).because(&because))?;
    if let Err(fault) = call.desk.works.stop_decision(&one.id, by, &because) {
        call.record(EventKind::ConsoleChange, call.act(format!("{} still stands: {fault}", one.id)))?;
        return Err(fault.into());
    }
    Ok(Reply::Go(Place::Exceptions.path().into(), None))
}
