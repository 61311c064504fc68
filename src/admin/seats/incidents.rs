//! All incidents, and a new one (standards F1 to F3).

use super::enrol::complain;
use super::incident_words::{intent_key, kind_key, origin_key, severity_key};
use super::sit::text;
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::incident_rows as rows;
use crate::admin::incidents::{Incident, LONGEST, NewIncident, Said, Scope};
use crate::admin::place::Place;
use crate::admin::roles::{Action, may};
use crate::admin::sheet::{Field, Form, Kind, Line, Part, Sheet};
use crate::admin::{alerts, next_step::next_step};
use crate::model::{IncidentKind, Intent, Severity, Timestamp};
use crate::record::EventKind;
use axum::http::StatusCode;

/// As many as people read.
const PAGE: usize = 50;
const HOUR_US: i64 = 3600 * 1_000_000;
/// The same form within this time is a button that was pressed twice.
const PRESSES_US: i64 = 10 * 1_000_000;

/// The page of an incident.
pub(super) fn path(id: i64) -> String {
    format!("{}?id={id}", Place::Incident.path())
}

/// All of them, the latest first.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    let before: Option<i64> = match call.query.raw("before") {
        "" => None,
        number => Some(number.parse().map_err(|_| Stop::Unknown)?),
    };
    let session = call.session()?;
    call.record(EventKind::ConsoleLookUp, call.act("looked at the list of incidents"))?;
    let mut found = call
        .desk
        .book
        .read(|book| rows::latest(book, before, PAGE + 1, (&session.account.name, &|incident| call.sees_group(&incident.scope.group))))?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let older = found
        .last()
        .filter(|_| more)
        .map(|last| (format!("{}?before={}", Place::Incidents.path(), last.id), call.say("audit.older").to_owned()));
    let mut links: Vec<(String, String)> = older.into_iter().collect();
    if may(Some(session.account.role), Action::KeepIncidents) {
        links.push((Place::IncidentNew.path().to_owned(), call.say("incidents.new").to_owned()));
    }
    links.push((Place::Board.path().to_owned(), call.say("place.board").to_owned()));
    let head = ["incidents.number", "incidents.opened", "said.kind", "said.severity", "incidents.state", "said.assigned", "incidents.next"];
    let part = Part {
        heading: call.say("incidents.all").to_owned(),
        lines: if found.is_empty() { vec![call.say("incidents.none").to_owned()] } else { Vec::new() },
        head: if found.is_empty() { Vec::new() } else { head.map(|key| call.say(key).to_owned()).into() },
        rows: found.iter().map(|incident| row(call, incident)).collect(),
        links,
        ..Part::default()
    };
    let sheet =
        Sheet { lead: vec![call.say("incidents.lead").to_owned()], parts: vec![part], ..Sheet::titled(call.say("incidents.title")) };
    Ok(Reply::Page(Box::new(sheet)))
}

fn row(call: &Call<'_>, incident: &Incident) -> Line {
    let settings = call.desk.works.incident_settings();
    let state = if incident.closed().is_some() { "incidents.closed" } else { "incidents.open" };
    let next = next_step(incident, &settings.flowchart).map(|next| {
        let late = if next.due < call.now.wall { format!("{}: ", call.say("incidents.overdue")) } else { String::new() };
        format!("{late}{} ({})", next.step.id, call.moment(next.due))
    });
    let cells = vec![
        format!("I-{}", incident.id),
        format!("{} ({})", call.moment(incident.opened), call.say(origin_key(&incident.origin))),
        incident.kind().map_or_else(|| call.say("incidents.not_said").to_owned(), |kind| call.say(kind_key(kind)).to_owned()),
        call.say(severity_key(incident.severity())).to_owned(),
        call.say(state).to_owned(),
        incident.latest(Said::Assigned).to_owned(),
        next.unwrap_or_default(),
    ];
    Line { href: path(incident.id), cells }
}

/// A field of several lines.
pub(super) fn area(call: &Call<'_>, name: &'static str, label: &'static str, stands: &str) -> Field {
    let typed = call.form.raw(name);
    let value = if call.post && !typed.is_empty() { typed } else { stands };
    Field { name, kind: Kind::Area, label: call.say(label).to_owned(), value: value.to_owned(), ..Field::default() }
}

/// A field with choices.
pub(super) fn select(call: &Call<'_>, name: &'static str, label: &'static str, stands: &str, choices: Vec<(String, String)>) -> Field {
    let typed = call.form.raw(name);
    let value = if typed.is_empty() { stands } else { typed }.to_owned();
    Field { name, kind: Kind::Select, label: call.say(label).to_owned(), value, choices, ..Field::default() }
}

/// Fields of what it is.
pub(super) fn class_fields(call: &Call<'_>, incident: Option<&Incident>) -> Vec<Field> {
    let choice = |word: &str, key| (word.to_owned(), call.say(key).to_owned());
    let not_said = choice("", "incidents.not_said");
    let kinds = std::iter::once(not_said).chain(IncidentKind::ALL.map(|kind| choice(kind.word(), kind_key(kind)))).collect();
    let intents = Intent::ALL.map(|intent| choice(intent.word(), intent_key(intent))).into();
    let severities = Severity::ALL.map(|severity| choice(&severity.to_string(), severity_key(severity))).into();
    let stands = |what| incident.map_or("", |incident| incident.latest(what));
    let severity = incident.map_or_else(|| "1".to_owned(), |incident| incident.severity().to_string());
    vec![
        select(call, "kind", "said.kind", stands(Said::Kind), kinds),
        select(call, "intent", "said.intent", stands(Said::Intent), intents),
        select(call, "severity", "said.severity", &severity, severities),
    ]
}

/// Texts that are too long are told beside their fields.
pub(super) fn too_long(call: &Call<'_>, sheet: &mut Sheet, names: &[&'static str]) {
    for name in names {
        complain(sheet, name, (call.form.raw(name).len() > LONGEST).then(|| call.say("fault.too_long").to_owned()));
    }
}

/// The form of a new one.
pub(super) fn blank(call: &Call<'_>) -> Result<Reply, Stop> {
    let alert = alert(call, call.query.raw("alert"))?;
    // One that has its incident opens none.
    if alert.as_ref().is_some_and(|alert| alert.incident.is_some()) {
        return Err(Stop::Unknown);
    }
    let mut sheet = new_sheet(call, alert.as_ref());
    if let Some(row) = super::breaches::picked(call)? {
        let what = super::breaches::in_words(call, &row);
        let fields = sheet.parts.iter_mut().filter_map(|part| part.form.as_mut()).flat_map(|form| &mut form.fields);
        fields.filter(|field| field.name == "what").for_each(|field| field.value.clone_from(&what));
    }
    Ok(Reply::Page(Box::new(sheet)))
}

/// The alert of a number that somebody opens an incident from. One that is none of theirs, and one whose incident is sealed from them, look
/// as none.
fn alert(call: &Call<'_>, number: &str) -> Result<Option<alerts::Alert>, Stop> {
    if number.is_empty() {
        return Ok(None);
    }
    let id = number.parse().map_err(|_| Stop::Unknown)?;
    let name = &call.session()?.account.name;
    let found = call.desk.book.read(|book| {
        let Some(alert) = alerts::numbered(book, id)? else { return Ok(None) };
        let sealed = alert.incident.map_or(Ok(false), |id| rows::numbered(book, id, name).map(|incident| incident.is_none()))?;
        Ok(Some(alert).filter(|_| !sealed))
    })?;
    found.filter(|alert| call.sees_group(&alert.seen.group)).ok_or(Stop::Unknown).map(Some)
}

/// Somebody else was quicker: of one alert there is one incident. What was written stays on the page.
fn overtaken(call: &Call<'_>) -> Result<Reply, Stop> {
    let alert = alert(call, call.form.raw("alert"))?;
    let fault = Some(call.say("incidents.alert_taken").to_owned());
    Ok(Reply::Faulty(Box::new(Sheet { fault, ..new_sheet(call, alert.as_ref()) }), StatusCode::CONFLICT))
}

fn new_sheet(call: &Call<'_>, alert: Option<&alerts::Alert>) -> Sheet {
    let said = alert.map_or("", |alert| &alert.seen.said);
    let mut fields = vec![
        Field {
            name: "alert",
            kind: Kind::Hidden,
            value: alert.map_or_else(String::new, |alert| alert.id.to_string()),
            ..Field::default()
        },
        area(call, "what", "said.what", said),
        area(call, "who", "said.who", ""),
        area(call, "how", "said.how", alert.map_or("", |_| call.say("incidents.by_alert"))),
    ];
    fields.extend(class_fields(call, None));
    if alert.is_none() {
        let help = |mut field: Field, key| {
            field.help = call.say(key).to_owned();
            field
        };
        let zone = call.desk.works.zone();
        let time = |name, label| Field {
            kind: Kind::Moment,
            label: call.say_with(label, zone.iana_name().unwrap_or("UTC")),
            ..text(call, name, label)
        };
        if call.says_sites() {
            let none = (String::new(), call.say("incidents.not_said").to_owned());
            let choices = std::iter::once(none).chain(super::log_parts::groups(call)).collect();
            fields.push(select(call, "group", "incidents.group", "", choices));
        }
        fields.push(help(text(call, "person", "incidents.person"), "incidents.person_help"));
        fields.push(text(call, "device", "incidents.device"));
        fields.push(help(text(call, "client", "incidents.client"), "incidents.client_help"));
        fields.push(help(time("first", "incidents.first"), "incidents.first_help"));
        fields.push(time("last", "incidents.last"));
    }
    let form = Form { action: Place::IncidentNew.path(), button: call.say("incidents.open_button").to_owned(), fields };
    let part = Part { heading: call.say("incidents.new").to_owned(), form: Some(form), ..Part::default() };
    Sheet { lead: vec![call.say("incidents.new_lead").to_owned()], parts: vec![part], ..Sheet::titled(call.say("incidents.new")) }
}

/// A day and a time of day as a form has it, in the zone of the place, as the log says them from which they are copied.
fn time_of(text: &str, zone: &jiff::tz::TimeZone) -> Result<Option<Timestamp>, ()> {
    if text.is_empty() {
        return Ok(None);
    }
    let civil: jiff::civil::DateTime = text.parse().map_err(|_| ())?;
    let at = civil.to_zoned(zone.clone()).map_err(|_| ())?;
    Ok(Some(Timestamp(at.timestamp().as_microsecond())))
}

/// Whom and what it is about, by the form; faults stand beside their fields.
fn scope(call: &Call<'_>, sheet: &mut Sheet) -> Scope {
    let given = |name| Some(call.form.text(name)).filter(|text| !text.is_empty());
    let client = given("client");
    let odd = client.as_ref().is_some_and(|client| client.parse::<std::net::IpAddr>().is_err());
    complain(sheet, "client", odd.then(|| call.say("fault.ip").to_owned()));
    let zone = call.desk.works.zone();
    let times = ["first", "last"].map(|name| {
        let time = time_of(&call.form.text(name), &zone);
        complain(sheet, name, time.is_err().then(|| call.say("fault.moment").to_owned()));
        time.unwrap_or(None)
    });
    let last = times[1].unwrap_or(call.now.wall);
    let first = times[0].unwrap_or(Timestamp(last.0 - 24 * HOUR_US));
    complain(sheet, "first", (first > last).then(|| call.say("fault.order").to_owned()));
    let group = group(call, sheet);
    Scope { person: given("person"), device: given("device"), client, group, first, last }
}

/// The group that it is about, where the form asks: by it the incident belongs to a site.
fn group(call: &Call<'_>, sheet: &mut Sheet) -> String {
    let typed = call.form.text("group");
    let must = call.reach().is_ok_and(|reach| !reach.is_all());
    let known = typed.is_empty() && !must || super::log_parts::groups(call).iter().any(|(name, _)| *name == typed);
    let asked = call.says_sites();
    complain(sheet, "group", (asked && !known).then(|| call.say("fault.choose").to_owned()));
    if asked { typed } else { String::new() }
}

/// Whom and what an alert is about.
fn scope_of(alert: &alerts::Alert) -> Scope {
    let seen = alert.seen.clone();
    let (first, last) = alert.span;
    Scope { person: seen.person, device: seen.device, client: seen.client, group: seen.group, first, last }
}

/// Opens one.
pub(super) fn open(call: &Call<'_>) -> Result<Reply, Stop> {
    let alert = alert(call, call.form.raw("alert"))?;
    let mut sheet = new_sheet(call, alert.as_ref());
    complain(&mut sheet, "what", call.form.text("what").is_empty().then(|| call.say("fault.missing").to_owned()));
    too_long(call, &mut sheet, &["what", "who", "how"]);
    let scope = match &alert {
        None => scope(call, &mut sheet),
        Some(alert) => scope_of(alert),
    };
    let severity = call.form.raw("severity").parse().ok().and_then(Severity::new);
    complain(&mut sheet, "severity", severity.is_none().then(|| call.say("fault.choose").to_owned()));
    let (false, Some(severity)) = (sheet.is_faulty(), severity) else {
        return Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY));
    };
    let by = &call.session()?.account.name;
    let word = |of: Option<&'static str>| of.unwrap_or("").to_owned();
    let mut lines = vec![
        (Said::What, call.form.raw("what").trim().to_owned()),
        (Said::Who, call.form.raw("who").trim().to_owned()),
        (Said::How, call.form.raw("how").trim().to_owned()),
        (Said::Kind, word(IncidentKind::of_word(call.form.raw("kind")).map(IncidentKind::word))),
        (Said::Intent, word(Intent::of_word(call.form.raw("intent")).map(Intent::word))),
        (Said::Severity, severity.to_string()),
    ];
    // A grave one cannot stay unassigned: whoever opens it has it until somebody else does.
    lines.extend((severity == Severity::GRAVE).then(|| (Said::Assigned, by.clone())));
    let origin = if alert.is_some() { "alert" } else { "hand" };
    let new = NewIncident { by, origin, merge_key: "", scope, lines };
    let id = call.desk.book.change(|book| {
        if let Some(id) = rows::opened_alike(book, &new, Timestamp(call.now.wall.0 - PRESSES_US))? {
            return Ok(Some(id));
        }
        let alone = |alert: &alerts::Alert| alerts::numbered(book, alert.id).map(|now| now.is_some_and(|now| now.incident.is_none()));
        if !alert.as_ref().map_or(Ok(true), alone)? {
            return Ok(None);
        }
        let id = rows::open(book, &new, call.now.wall)?;
        call.record(EventKind::IncidentOpened, call.act(format!("opened incident {id}")))?;
        if let Some(alert) = &alert {
            alerts::put_incident(book, alert.id, id)?;
            if alerts::take(book, alert.id, by, call.now.wall)? {
                call.record(EventKind::AlertAcknowledged, call.act(format!("took on alert {}: opened incident {id}", alert.id)))?;
            }
        }
        Ok::<_, Stop>(Some(id))
    })?;
    id.map_or_else(|| overtaken(call), |id| Ok(Reply::Go(path(id).into(), None)))
}
