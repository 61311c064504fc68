//! Sources of lists: how each stands, and what somebody may do about it. Never an entry of any list.

use super::enrol::complain;
use super::sit::{span_words, text};
use super::stood;
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::page::count;
use crate::admin::place::Place;
use crate::admin::roles::{Action, may};
use crate::admin::sheet::{Field, Form, Kind, Line, Part, Sheet};
use crate::admin::source_works::SourceView;
use crate::admin::sources::SourceStatus;
use crate::lists::Freshness;
use crate::record::EventKind;
use axum::http::StatusCode;

/// Longest reason.
pub(super) const LONGEST: usize = 2048;

/// The page of one source.
fn one_path(name: &str) -> String {
    let name: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
    format!("{}?name={name}", Place::SourceOne.path())
}

/// May whoever looks do this?
pub(super) fn can(call: &Call<'_>, action: Action) -> bool {
    may(call.session.as_ref().map(|session| session.account.role), action)
}

/// A part with a form of one button and these fields.
pub(super) fn form_part(call: &Call<'_>, heading: &'static str, place: Place, button: &'static str, fields: Vec<Field>) -> Part {
    let form = Form { action: place.path(), button: call.say(button).to_owned(), fields };
    Part { heading: call.say(heading).to_owned(), form: Some(form), ..Part::default() }
}

/// What a form brings back without a question.
pub(super) fn hidden(name: &'static str, value: &str) -> Field {
    Field { name, kind: Kind::Hidden, value: value.to_owned(), ..Field::default() }
}

/// Heads of columns.
pub(super) fn heads<const N: usize>(call: &Call<'_>, keys: [&'static str; N]) -> Vec<String> {
    keys.map(|key| call.say(key).to_owned()).into()
}

/// A page that says what is wrong.
pub(super) fn faulty(sheet: Sheet) -> Result<Reply, Stop> {
    Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY))
}

/// A reason that says something; what is wrong is put beside its field.
pub(super) fn reason(call: &Call<'_>, sheet: &mut Sheet, field: &'static str) -> Option<String> {
    let said = call.form.text(field);
    let good = !said.is_empty() && said.len() <= LONGEST;
    complain(sheet, field, (!good).then(|| call.say("fault.because").to_owned()));
    good.then_some(said)
}

/// How it stands, in a word.
fn state(call: &Call<'_>, status: &SourceStatus) -> &'static str {
    let never = status.origin == "fetched" && status.as_of.is_none() && status.fault.is_none();
    call.say(match status.freshness {
        _ if status.quarantined.is_some() => "sources.held",
        _ if never => "sources.never",
        Freshness::TooOld => "sources.too_old",
        Freshness::Old => "sources.old",
        Freshness::Fresh if status.fault.is_some() => "sources.failed",
        Freshness::Fresh if !status.alarms.is_empty() => "sources.look_at_it",
        Freshness::Fresh => "sources.good",
    })
}

fn age(call: &Call<'_>, status: &SourceStatus) -> String {
    status.as_of.map_or_else(|| "-".to_owned(), |as_of| span_words(call, call.now.wall.0 - as_of.0))
}

fn kind(call: &Call<'_>, view: &SourceView) -> String {
    if view.status.statutory {
        return call.say("sources.statutory").to_owned();
    }
    if view.category.is_empty() { call.say("sources.several").to_owned() } else { view.category.clone() }
}

/// All of them.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    Ok(Reply::Page(Box::new(sheet(call))))
}

fn sheet(call: &Call<'_>) -> Sheet {
    let views = call.desk.works.source_views();
    let row = |view: &SourceView| {
        let status = &view.status;
        let (name, entries) = (status.name.clone(), count(status.entries));
        Line { href: one_path(&name), cells: vec![name, state(call, status).to_owned(), kind(call, view), entries, age(call, status)] }
    };
    let change = can(call, Action::ChangeLists);
    let links = [(Place::SourceNew, "sources.add", change)].into_iter().filter(|(_, _, is)| *is);
    let all = Part {
        heading: call.say("sources.all").to_owned(),
        lines: if views.is_empty() { vec![call.say("sources.none").to_owned()] } else { Vec::new() },
        head: if views.is_empty() {
            Vec::new()
        } else {
            heads(call, ["sources.name", "sources.state", "sources.category", "sources.entries", "sources.age"])
        },
        rows: views.iter().map(row).collect(),
        links: links.map(|(place, key, _)| (place.path().to_owned(), call.say(key).to_owned())).collect(),
        ..Part::default()
    };
    let mut parts = vec![all];
    if change {
        let lines = vec![call.say("sources.diff_words").to_owned()];
        parts.push(Part { lines, ..form_part(call, "sources.diff", Place::SourceTry, "sources.diff_button", vec![hidden("name", "")]) });
    }
    Sheet { lead: vec![call.say("sources.lead").to_owned()], parts, ..Sheet::titled(call.say("sources.title")) }
}

/// The source that a page or a form names. One that is not there looks like any other.
fn named(call: &Call<'_>, name: &str) -> Result<SourceView, Stop> {
    call.desk.works.source_views().into_iter().find(|view| view.status.name == name).ok_or(Stop::Unknown)
}

/// One of them.
pub(super) fn one(call: &Call<'_>) -> Result<Reply, Stop> {
    let view = named(call, call.query.raw("name"))?;
    let mut sheet = one_sheet(call, &view);
    let note = match call.query.raw("done") {
        "fetch" => Some("sources.fetch_done"),
        "release" => Some("sources.release_done"),
        "add" => Some("sources.add_done"),
        _ => None,
    };
    sheet.notes.extend(note.map(|key| call.say(key).to_owned()));
    Ok(Reply::Page(Box::new(sheet)))
}

fn one_sheet(call: &Call<'_>, view: &SourceView) -> Sheet {
    let mut parts = vec![facts_part(call, view)];
    parts.extend((!view.status.waiting.is_empty()).then(|| waiting_part(call, view)));
    if can(call, Action::ChangeLists) {
        parts.extend(forms(call, view));
    }
    if let Some(last) = parts.last_mut() {
        last.links.push((Place::Sources.path().to_owned(), call.say("sources.back").to_owned()));
    }
    Sheet { lead: vec![call.say("sources.one_lead").to_owned()], parts, ..Sheet::titled(view.status.name.clone()) }
}

fn facts_part(call: &Call<'_>, view: &SourceView) -> Part {
    let status = &view.status;
    let fact = |key, value: String| (call.say(key).to_owned(), value, false);
    let mut facts = vec![
        fact("sources.state", state(call, status).to_owned()),
        fact("sources.category", kind(call, view)),
        fact("sources.origin", status.origin.to_owned()),
        fact("sources.place", view.place.clone()),
        fact("sources.entries", count(status.entries)),
        fact("sources.rejected", count(status.rejected)),
        fact("sources.age", age(call, status)),
    ];
    facts.extend(status.tried.map(|at| fact("sources.tried", call.moment(at))));
    facts.extend(status.next.map(|at| fact("sources.next", call.moment(at))));
    facts.extend(status.fault.clone().map(|words| fact("sources.fault", words)));
    facts.extend(status.quarantined.clone().map(|words| fact("sources.quarantined", words)));
    facts.extend(view.came.map(|at| fact("sources.came", call.moment(at))));
    if !status.unmapped.is_empty() {
        facts.push(fact("sources.unmapped", status.unmapped.join(", ")));
    }
    facts.retain(|(_, value, _)| !value.is_empty());
    let lines = status.alarms.iter().map(|alarm| call.say_with("sources.alarm", alarm)).collect();
    Part { heading: call.say("sources.stands").to_owned(), lines, facts, ..Part::default() }
}

/// What would change if what waits were released.
fn waiting_part(call: &Call<'_>, view: &SourceView) -> Part {
    let row =
        |one: &crate::admin::sources::Waiting| Line { cells: vec![one.list.clone(), count(one.before), count(one.now)], ..Line::default() };
    Part {
        heading: call.say("sources.waiting").to_owned(),
        head: heads(call, ["trial.list", "trial.before", "sources.waits"]),
        rows: view.status.waiting.iter().map(row).collect(),
        ..Part::default()
    }
}

fn forms(call: &Call<'_>, view: &SourceView) -> Vec<Part> {
    let name = || hidden("name", &view.status.name);
    let mut parts = Vec::new();
    if view.may_release {
        let fields = vec![name(), stood::field(&held(view)), text(call, "release_because", "field.because")];
        let lines = vec![call.say("sources.release_words").to_owned()];
        parts.push(Part { lines, ..form_part(call, "sources.release", Place::SourceRelease, "sources.release_button", fields) });
    }
    if view.fetched {
        let lines = vec![call.say("sources.fetch_words").to_owned()];
        parts.push(Part { lines, ..form_part(call, "sources.fetch", Place::SourceFetch, "sources.fetch_button", vec![name()]) });
    }
    if !view.place.is_empty() {
        let lines = vec![call.say("sources.try_words").to_owned()];
        parts.push(Part { lines, ..form_part(call, "sources.try", Place::SourceTry, "sources.try_button", vec![name()]) });
    }
    if view.may_drop {
        let fields = vec![name(), text(call, "drop_because", "field.because")];
        let lines = vec![call.say("sources.drop_words").to_owned()];
        parts.push(Part { lines, ..form_part(call, "sources.drop", Place::SourceDrop, "sources.drop_button", fields) });
    }
    parts
}

/// What is in quarantine, as the form that releases it was drawn from it.
fn held(view: &SourceView) -> String {
    format!("{:?} {:?} {:?}", view.came, view.status.quarantined, view.status.waiting)
}

fn done(name: &str, what: &str) -> Reply {
    Reply::Go(format!("{}&done={what}", one_path(name)).into(), None)
}

/// Asks for it now. It is recorded first.
pub(super) fn fetch(call: &Call<'_>) -> Result<Reply, Stop> {
    let view = named(call, call.form.raw("name"))?;
    let name = &view.status.name;
    call.record(EventKind::ConsoleChange, call.act(format!("asked for the list {name} now")))?;
    if view.fetched && call.desk.works.fetch_now(name) {
        return Ok(done(name, "fetch"));
    }
    let sheet = Sheet { fault: Some(call.say("sources.busy").to_owned()), ..one_sheet(call, &view) };
    Ok(Reply::Faulty(Box::new(sheet), StatusCode::CONFLICT))
}

/// Takes what is in quarantine. It is recorded first; the running system records what became of it.
pub(super) fn release(call: &Call<'_>) -> Result<Reply, Stop> {
    let view = named(call, call.form.raw("name"))?;
    let name = &view.status.name;
    let mut sheet = one_sheet(call, &view);
    if !view.may_release {
        return faulty(Sheet { fault: Some(call.say("sources.nothing_held").to_owned()), ..sheet });
    }
    // Nobody takes what they have not seen: another version may have come since.
    if stood::is_older(call, &held(&view)) {
        return Ok(stood::moved(call, sheet, "sources.held_other"));
    }
    let Some(because) = reason(call, &mut sheet, "release_because") else { return faulty(sheet) };
    let by = &call.session()?.account.name;
    call.record(EventKind::ConsoleChange, call.act(format!("releases the list {name} from quarantine")).because(&because))?;
    if let Err(fault) = call.desk.works.release_source(name, by, &because) {
        call.record(EventKind::ConsoleChange, call.act(format!("the list {name} is still in quarantine: {fault}")))?;
        return faulty(Sheet { fault: Some(fault.to_string()), ..sheet });
    }
    Ok(done(name, "release"))
}

/// Takes it out of the settings. It is recorded first.
pub(super) fn drop_one(call: &Call<'_>) -> Result<Reply, Stop> {
    let view = named(call, call.form.raw("name"))?;
    let name = &view.status.name;
    let mut sheet = one_sheet(call, &view);
    if !view.may_drop {
        return faulty(Sheet { fault: Some(call.say("sources.stays").to_owned()), ..sheet });
    }
    let Some(because) = reason(call, &mut sheet, "drop_because") else { return faulty(sheet) };
    call.record(EventKind::SourceChanged, call.act(format!("takes the list {name} out of the settings")).because(&because))?;
    if let Err(fault) = call.desk.works.drop_source(name) {
        call.record(EventKind::SourceChanged, call.act(format!("the list {name} is still in the settings: {fault}")))?;
        return faulty(Sheet { fault: Some(fault.to_string()), ..sheet });
    }
    Ok(Reply::Go(Place::Sources.path().into(), None))
}
