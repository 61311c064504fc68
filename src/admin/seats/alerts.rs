//! Alerts: what somebody has to look at, apart from blocks; taken on here. IT sees what happens to the filter, and nothing of people.

use super::enrol::complain;
use super::incident_words::{severity_key, theme_key};
use super::incidents::path;
use crate::admin::alerts::{self, Alert};
use crate::admin::alias::Aliases;
use crate::admin::book::BookFault;
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::incident_rows as rows;
use crate::admin::outbox;
use crate::admin::place::Place;
use crate::admin::review_works::{ReviewItem, ReviewOf};
use crate::admin::reviews;
use crate::admin::roles::{Action, Role, may};
use crate::admin::sheet::{Field, Form, Kind, Line, Part, Sheet};
use crate::model::{Theme, Timestamp};
use crate::record::EventKind;
use axum::http::StatusCode;
use rusqlite::Connection;
use std::collections::BTreeSet;

/// As many as people read.
const PAGE: usize = 200;
/// As many are led to.
const LINKS: usize = 20;
/// As many are looked through for a review.
const LOOKED_THROUGH: usize = 1000;
const DAY: i64 = 86_400 * 1_000_000;

/// May this role see alerts of this theme?
pub(super) fn may_see(role: Role, theme: Theme) -> bool {
    may(Some(role), Action::ReadIncidents) || theme == Theme::FilterHealth
}

/// The page.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    call.record(EventKind::ConsoleLookUp, call.act("looked at alerts"))?;
    super::duties::looked_at_alerts(call)?;
    Ok(Reply::Page(Box::new(sheet(call)?)))
}

fn visible(call: &Call<'_>) -> Result<Vec<Alert>, Stop> {
    let account = &call.session()?.account;
    let groups = call.reach_of_groups()?;
    let found = call.desk.book.read(|book| {
        // Whoever sees what happens to the filter alone sees it also where much else waits.
        let theme = Some(Theme::FilterHealth).filter(|_| !may(Some(account.role), Action::ReadIncidents));
        let all = alerts::latest(book, PAGE, (groups.as_deref(), theme))?;
        without_sealed(book, all.into_iter().filter(|alert| may_see(account.role, alert.theme)), &account.name)
    })?;
    Ok(found)
}

/// What belongs to an incident that is sealed from somebody is sealed from them too.
fn without_sealed(book: &Connection, all: impl Iterator<Item = Alert>, account: &str) -> Result<Vec<Alert>, BookFault> {
    let mut open = Vec::new();
    for alert in all {
        let sealed = match alert.incident {
            Some(id) => rows::numbered(book, id, account)?.is_none(),
            None => false,
        };
        open.extend((!sealed).then_some(alert));
    }
    Ok(open)
}

/// For the review: alerts since the last one that nobody took on within a day, or that led to no incident: what, and never whom.
pub(super) fn idle(call: &Call<'_>) -> Result<Vec<ReviewItem>, Stop> {
    let (reach, groups, account) = (call.reach()?, call.reach_of_groups()?, &call.session()?.account.name);
    let (last, alerts) = call.desk.book.change(|book| -> Result<_, Stop> {
        let all = alerts::latest(book, LOOKED_THROUGH, (groups.as_deref(), None))?;
        Ok((reviews::last(book, ReviewOf::Alerts, reach)?, without_sealed(book, all.into_iter(), account)?))
    })?;
    let since = last.map_or(Timestamp(0), |last| last.at);
    let idle = |alert: &&Alert| {
        let waits = alert.taken.is_none() && alert.span.1.0 + DAY < call.now.wall.0;
        alert.span.1 >= since && (waits || alert.taken.is_some() && alert.incident.is_none())
    };
    let told = |alert: &Alert| ReviewItem {
        what: format!("A-{}, {}: {}", alert.id, call.say(theme_key(alert.theme)), alert.seen.said),
        by: alert.taken.as_ref().map_or_else(String::new, |(_, by)| by.clone()),
        because: call.say(if alert.taken.is_some() { "review.alert_taken" } else { "review.alert_alone" }).to_owned(),
        at: Some(alert.span.1),
    };
    Ok(alerts.iter().filter(idle).map(told).collect())
}

/// How many nobody has taken on, of those that whoever looks may see.
pub(super) fn waiting(call: &Call<'_>) -> Result<usize, Stop> {
    Ok(visible(call)?.iter().filter(|alert| alert.taken.is_none()).count())
}

/// The same for the menu: what cannot be read is told by the page.
pub(in crate::admin) fn how_many(call: &Call<'_>) -> u64 {
    waiting(call).map_or(0, |many| u64::try_from(many).unwrap_or(u64::MAX))
}

fn sheet(call: &Call<'_>) -> Result<Sheet, Stop> {
    let all = visible(call)?;
    let role = call.session()?.account.role;
    let (waiting, taken): (Vec<&Alert>, Vec<&Alert>) = all.iter().partition(|alert| alert.taken.is_none());
    let mut parts = vec![Part { links: incident_links(call, role, &waiting), ..table_part(call, "alerts.waiting", &waiting)? }];
    if may(Some(role), Action::TakeAlerts) && !waiting.is_empty() {
        parts.push(take_part(call, &waiting));
    }
    if may(Some(role), Action::KeepIncidents) {
        let mut links: Vec<_> = waiting.iter().filter(|alert| alert.incident.is_none()).map(|alert| open_link(call, alert)).collect();
        links.truncate(LINKS);
        parts.extend((!links.is_empty()).then(|| Part { heading: call.say("alerts.open").to_owned(), links, ..Part::default() }));
    }
    parts.push(table_part(call, "alerts.taken", &taken)?);
    // The digest and the letters are of all sites together.
    let of_all = call.reach()?.is_all();
    if of_all && may(Some(role), Action::ReadIncidents) {
        parts.extend(digest_part(call)?);
    }
    if of_all {
        parts.push(mail_part(call)?);
    }
    Ok(Sheet { lead: vec![call.say("alerts.lead").to_owned()], parts, ..Sheet::titled(call.say("alerts.title")) })
}

fn open_link(call: &Call<'_>, alert: &Alert) -> (String, String) {
    let words = call.say_with("alerts.open_from", &format!("A-{}", alert.id));
    (format!("{}?alert={}", Place::IncidentNew.path(), alert.id), words)
}

/// Where the incidents of alerts are looked after, for whoever may read them: each once.
fn incident_links(call: &Call<'_>, role: Role, of: &[&Alert]) -> Vec<(String, String)> {
    let read = may(Some(role), Action::ReadIncidents);
    let incidents: BTreeSet<i64> = of.iter().filter_map(|alert| alert.incident).filter(|_| read).collect();
    let link = |id: i64| (path(id), call.say_with("incident.title", &id.to_string()));
    incidents.into_iter().rev().take(LINKS).map(link).collect()
}

fn table_part(call: &Call<'_>, heading: &'static str, of: &[&Alert]) -> Result<Part, Stop> {
    let aliases = call.desk.book.read(Aliases::of)?;
    let row = |alert: &&Alert| {
        let seen = &alert.seen;
        let who = seen.person.as_ref().or(seen.device.as_ref()).or(seen.client.as_ref());
        let who = who.zip(aliases.as_ref()).map_or_else(String::new, |(who, aliases)| aliases.name(who));
        let taken = alert.taken.as_ref().map_or_else(String::new, |(at, by)| format!("{by}, {}", call.moment(*at)));
        let incident = alert.incident.map_or_else(String::new, |id| format!("I-{id}"));
        let cells = vec![
            format!("A-{}", alert.id),
            call.say(severity_key(alert.severity)).to_owned(),
            call.say(theme_key(alert.theme)).to_owned(),
            seen.said.clone(),
            alert.count.to_string(),
            [seen.group.as_str(), &who].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", "),
            call.moment(alert.span.1),
            [taken, incident].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("; "),
        ];
        Line { cells, ..Line::default() }
    };
    let head = ["alerts.number", "said.severity", "alerts.theme", "alerts.said", "alerts.count", "alerts.who", "alerts.last", "alerts.by"];
    Ok(Part {
        heading: call.say(heading).to_owned(),
        lines: if of.is_empty() { vec![call.say("alerts.none").to_owned()] } else { Vec::new() },
        head: if of.is_empty() { Vec::new() } else { head.map(|key| call.say(key).to_owned()).into() },
        rows: of.iter().map(row).collect(),
        ..Part::default()
    })
}

fn take_part(call: &Call<'_>, waiting: &[&Alert]) -> Part {
    let which = Field {
        name: "which",
        kind: Kind::Select,
        label: call.say("alerts.which").to_owned(),
        value: call.form.text("which"),
        choices: waiting
            .iter()
            .map(|alert| (alert.id.to_string(), format!("A-{}: {}", alert.id, call.say(theme_key(alert.theme)))))
            .collect(),
        ..Field::default()
    };
    let form = Form { action: Place::AlertTake.path(), button: call.say("alerts.take_button").to_owned(), fields: vec![which] };
    Part { heading: call.say("alerts.take").to_owned(), form: Some(form), ..Part::default() }
}

fn digest_part(call: &Call<'_>) -> Result<Option<Part>, Stop> {
    let digest = call.desk.book.read(|book| alerts::last_digest(book, call.now.wall))?;
    Ok(digest.map(|(until, text)| Part { heading: call.say_with("alerts.digest", &call.moment(until)), block: text, ..Part::default() }))
}

fn mail_part(call: &Call<'_>) -> Result<Part, Stop> {
    let (waiting, fault) = call.desk.book.read(outbox::state)?;
    let mut facts = vec![(call.say("alerts.letters").to_owned(), waiting.to_string(), false)];
    if !fault.is_empty() {
        facts.push((call.say("alerts.mail_fault").to_owned(), fault, false));
    }
    Ok(Part { heading: call.say("alerts.mail").to_owned(), facts, ..Part::default() })
}

/// Somebody takes one on. One that is not there and one that is not theirs look alike.
pub(super) fn take(call: &Call<'_>) -> Result<Reply, Stop> {
    let which: Option<i64> = call.form.raw("which").parse().ok();
    let found = visible(call)?.into_iter().find(|alert| Some(alert.id) == which && alert.taken.is_none());
    let Some(alert) = found else {
        let mut sheet = sheet(call)?;
        complain(&mut sheet, "which", Some(call.say("fault.gone").to_owned()));
        sheet.fault.get_or_insert_with(|| call.say("fault.gone").to_owned());
        return Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY));
    };
    let by = &call.session()?.account.name;
    call.desk.book.change(|book| {
        if alerts::take(book, alert.id, by, call.now.wall)? {
            call.record(EventKind::AlertAcknowledged, call.act(format!("took on alert {}", alert.id)))?;
        }
        Ok::<_, Stop>(())
    })?;
    Ok(Reply::Go(Place::Alerts.path().into(), None))
}
