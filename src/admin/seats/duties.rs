//! Two duties, apart: to read the digest at its interval, and to take alerts on as they come; who has them, whether it was done in time, and
//! the receipts (standards D25, W1). Whoever may not see alerts sees that they were read, and not what is in them.

use super::alerts::may_see;
use super::enrol::complain;
use super::incident_words::theme_key;
use super::policy_words::fill;
use super::queue::when;
use super::sit::{no_reason, text};
use super::stood;
use crate::admin::accounts::{self, Account, AccountId};
use crate::admin::alerts;
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::duty_rows::{self as rows, Bearer, Duty, Every, Held, InTime, Turn};
use crate::admin::place::Place;
use crate::admin::roles::{Action, Role, may};
use crate::admin::sheet::{Field, Form, Kind, Line, Part, Sheet};
use crate::admin::watch::micros;
use crate::admin::{incident_rows, page};
use crate::model::{Theme, Timestamp};
use crate::record::EventKind;
use axum::http::StatusCode;

/// Of so long is said what was in time.
const COUNTED_US: i64 = 365 * 86_400 * 1_000_000;

/// The page.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    call.record(EventKind::ConsoleLookUp, call.act("looked at duties and digests"))?;
    Ok(Reply::Page(Box::new(sheet(call)?)))
}

fn role(call: &Call<'_>) -> Result<Role, Stop> {
    Ok(call.session()?.account.role)
}

fn sheet(call: &Call<'_>) -> Result<Sheet, Stop> {
    let role = role(call)?;
    let people = call.desk.book.read(accounts::all)?;
    let (unread, latest) = call.desk.book.read(|book| Ok((rows::unread(book)?, rows::latest(book)?)))?;
    let mut parts = Vec::new();
    if let (Some(turn), true) = (unread.first(), may(Some(role), Action::SeeAlerts)) {
        parts.push(digest_part(call, turn, unread.len())?);
    }
    for duty in Duty::ALL {
        parts.push(duty_part(call, duty, &people, &unread)?);
    }
    if may(Some(role), Action::SetDuties) {
        for duty in Duty::ALL {
            parts.push(give_part(call, duty, &people)?);
        }
    }
    parts.push(receipts_part(call, &latest));
    Ok(Sheet { lead: vec![call.say("duties.lead").to_owned()], parts, ..Sheet::titled(call.say("duties.title")) })
}

const fn duty_key(duty: Duty) -> &'static str {
    match duty {
        Duty::Proactive => "duties.proactive",
        Duty::Reactive => "duties.reactive",
    }
}

const fn every_key(every: Every) -> &'static str {
    match every {
        Every::Day => "duties.day",
        Every::Week => "duties.week",
    }
}

/// Whoever has a duty, in words: whether they still can is said too.
fn bearer(call: &Call<'_>, bearer: Option<&Bearer>, people: &[Account]) -> String {
    let Some(bearer) = bearer else { return call.say("duties.nobody").to_owned() };
    let Some(account) = people.iter().find(|account| account.id == bearer.account) else {
        return call.say("duties.gone").to_owned();
    };
    let cannot = account.closed(call.now.wall).is_some() || !may(Some(account.role), Action::TakeAlerts);
    let state = if cannot { format!(" ({})", call.say("duties.cannot")) } else { String::new() };
    format!("{}{state}", account.shown)
}

fn in_time(call: &Call<'_>, (good, all): InTime) -> String {
    if all == 0 { call.say("duties.none_due").to_owned() } else { fill(call, "duties.of", &[&page::count(good), &page::count(all)]) }
}

/// What was in time within a year: digests, which are of all sites together, and alerts of the sites that whoever looks reaches.
fn year(call: &Call<'_>) -> Result<(InTime, InTime), Stop> {
    let span = (Timestamp(call.now.wall.0 - COUNTED_US), call.now.wall);
    let within = micros(call.desk.works.alert_settings().escalate_after);
    let groups = call.reach_of_groups()?;
    Ok(call.desk.book.read(|book| {
        let alerts = rows::taken_in_time(book, span, within, groups.as_deref())?;
        Ok((rows::read_in_time(book, span.0, span.1)?, alerts))
    })?)
}

/// For figures: names and values. A few alerts are not counted out; digests are no figure of one site.
pub(super) fn year_figures(call: &Call<'_>) -> Result<Vec<(&'static str, String)>, Stop> {
    let (digests, alerts) = year(call)?;
    let few = (1..crate::admin::board::LEAST).contains(&alerts.1);
    let alerts = if few { call.say("board.few").to_owned() } else { in_time(call, alerts) };
    let digests = call.reach()?.is_all().then(|| ("duties.read_in_time", in_time(call, digests)));
    Ok(digests.into_iter().chain([("duties.taken_in_time", alerts)]).collect())
}

fn duty_part(call: &Call<'_>, duty: Duty, people: &[Account], unread: &[Turn]) -> Result<Part, Stop> {
    let held = call.desk.book.read(|book| rows::held(book, duty).map(Some))?.unwrap_or_default();
    let (digests, alerts) = year(call)?;
    let mut facts =
        vec![("duties.owner", bearer(call, held.owner.as_ref(), people)), ("duties.deputy", bearer(call, held.deputy.as_ref(), people))];
    let looked = held.looked.map_or_else(|| call.say("duties.never").to_owned(), |(at, by)| format!("{}, {by}", when(call, at)));
    let mut links = Vec::new();
    match duty {
        Duty::Proactive => {
            let late = unread.iter().filter(|turn| turn.due <= call.now.wall).count();
            facts.push(("duties.every", call.say(every_key(held.every)).to_owned()));
            facts.push(("duties.unread", unread.len().to_string()));
            facts.push(("duties.late", late.to_string()));
            facts.push(("duties.read_in_time", in_time(call, digests)));
        }
        Duty::Reactive => {
            facts.push(("duties.looked", looked));
            facts.push(("duties.taken_in_time", in_time(call, alerts)));
            let seen = may(Some(role(call)?), Action::SeeAlerts);
            links.extend(seen.then(|| (Place::Alerts.path().to_owned(), call.say("place.alerts").to_owned())));
        }
    }
    let facts = facts.into_iter().map(|(key, value)| (call.say(key).to_owned(), value, false)).collect();
    let words = match duty {
        Duty::Proactive => "duties.proactive_words",
        Duty::Reactive => "duties.reactive_words",
    };
    Ok(Part { heading: call.say(duty_key(duty)).to_owned(), lines: vec![call.say(words).to_owned()], facts, links, ..Part::default() })
}

/// The last alert that a digest tells of.
fn last_alert(turn: &Turn) -> String {
    if turn.last == 0 { "-".to_owned() } else { format!("A-{}", turn.last) }
}

/// The first digest that nobody has read, as far as whoever looks may see it.
fn digest_part(call: &Call<'_>, turn: &Turn, many: usize) -> Result<Part, Stop> {
    let role = role(call)?;
    let whole = may(Some(role), Action::ReadIncidents);
    let (tally, opened) = call.desk.book.read(|book| {
        Ok((alerts::tally(book, turn.span.0, turn.span.1)?, incident_rows::opened_between(book, turn.span.0, turn.span.1)?.len()))
    })?;
    let row = |(theme, severity, alerts, times, open): &alerts::Tally| {
        let theme = Theme::of_word(theme).filter(|theme| may_see(role, *theme))?;
        let numbers = [u64::from(*severity), *alerts, *times, *open].map(page::count);
        Some(Line { cells: std::iter::once(call.say(theme_key(theme)).to_owned()).chain(numbers).collect(), ..Line::default() })
    };
    let rows: Vec<Line> = tally.iter().filter_map(row).collect();
    let mut facts = vec![
        ("duties.from", when(call, turn.span.0)),
        ("duties.until", when(call, turn.span.1)),
        ("duties.last", last_alert(turn)),
        ("duties.due", when(call, turn.due)),
    ];
    facts.extend(whole.then(|| ("duties.opened", opened.to_string())));
    let mut lines = Vec::new();
    lines.extend((turn.due <= call.now.wall).then(|| call.say("duties.is_late").to_owned()));
    lines.extend((many > 1).then(|| call.say_with("duties.more", &(many - 1).to_string())));
    lines.extend(rows.is_empty().then(|| call.say("duties.no_alerts").to_owned()));
    let head = ["alerts.theme", "said.severity", "duties.alerts", "duties.times", "duties.open"];
    let id = Field { name: "id", kind: Kind::Hidden, value: turn.id.to_string(), ..Field::default() };
    let form = Form { action: Place::DutyRead.path(), button: call.say("duties.read_button").to_owned(), fields: vec![id] };
    Ok(Part {
        heading: call.say_with("duties.digest", &format!("D-{}", turn.id)),
        lines,
        facts: facts.into_iter().map(|(key, value)| (call.say(key).to_owned(), value, false)).collect(),
        head: if rows.is_empty() { Vec::new() } else { head.map(|key| call.say(key).to_owned()).into() },
        rows,
        form: may(Some(role), Action::TakeAlerts).then_some(form),
        ..Part::default()
    })
}

fn receipts_part(call: &Call<'_>, latest: &[Turn]) -> Part {
    let row = |turn: &Turn| {
        let state = match &turn.read {
            Some((at, _)) if *at <= turn.due => "duties.in_time",
            Some(_) => "duties.read_late",
            None if turn.due <= call.now.wall => "duties.not_in_time",
            None => "duties.waits",
        };
        let read = turn.read.as_ref().map_or_else(String::new, |(at, by)| format!("{by}, {}", when(call, *at)));
        let cells = vec![
            format!("D-{}", turn.id),
            when(call, turn.span.1),
            last_alert(turn),
            when(call, turn.due),
            read,
            call.say(state).to_owned(),
        ];
        Line { cells, ..Line::default() }
    };
    let head = ["queue.number", "duties.until", "duties.last", "duties.due", "duties.read_by", "queue.state"];
    Part {
        heading: call.say("duties.receipts").to_owned(),
        lines: if latest.is_empty() { vec![call.say("duties.no_digest").to_owned()] } else { Vec::new() },
        head: if latest.is_empty() { Vec::new() } else { head.map(|key| call.say(key).to_owned()).into() },
        rows: latest.iter().map(row).collect(),
        ..Part::default()
    }
}

/// Who may have a duty: whoever may take alerts on, at every site.
fn able<'a>(call: &Call<'_>, people: &'a [Account]) -> impl Iterator<Item = &'a Account> {
    let now = call.now.wall;
    people.iter().filter(move |one| may(Some(one.role), Action::TakeAlerts) && one.reach.is_all() && one.closed(now).is_none())
}

/// What the fields of the form of a duty are called: owner, letters to the owner, deputy, letters to the deputy, the reason. Both forms stand
/// on one page, where a name is an id too, and a label leads to the first field of its id alone (WCAG 1.3.1, 4.1.2).
const fn names(duty: Duty) -> [&'static str; 5] {
    match duty {
        Duty::Proactive => ["digest_owner", "digest_owner_to", "digest_deputy", "digest_deputy_to", "digest_because"],
        Duty::Reactive => ["alerts_owner", "alerts_owner_to", "alerts_deputy", "alerts_deputy_to", "alerts_because"],
    }
}

/// What a form is drawn from.
fn stands(held: &Held) -> String {
    format!("{:?} {:?} {:?}", held.every, held.owner, held.deputy)
}

fn give_part(call: &Call<'_>, duty: Duty, people: &[Account]) -> Result<Part, Stop> {
    let held = call.desk.book.read(|book| rows::held(book, duty).map(Some))?.unwrap_or_default();
    let sent = call.post && call.form.raw("duty") == duty.word();
    let pick = |name: &'static str, label: &'static str, kept: String, choices: Vec<(String, String)>| Field {
        name,
        kind: Kind::Select,
        label: call.say(label).to_owned(),
        value: if sent { call.form.text(name) } else { kept },
        choices,
        ..Field::default()
    };
    let none = || (String::new(), call.say("duties.nobody").to_owned());
    let who = || std::iter::once(none()).chain(able(call, people).map(|one| (one.id.0.to_string(), one.shown.clone()))).collect();
    let no_letters = || (String::new(), call.say("duties.no_letters").to_owned());
    let to =
        || std::iter::once(no_letters()).chain(call.desk.works.recipients().into_iter().map(|(name, _)| (name.clone(), name))).collect();
    let account = |bearer: &Option<Bearer>| bearer.as_ref().map_or_else(String::new, |one| one.account.0.to_string());
    let letters = |bearer: &Option<Bearer>| bearer.as_ref().map_or_else(String::new, |one| one.to.clone());
    let mut fields =
        vec![Field { name: "duty", kind: Kind::Hidden, value: duty.word().to_owned(), ..Field::default() }, stood::field(&stands(&held))];
    if duty == Duty::Proactive {
        let choices = Every::ALL.map(|every| (every.word().to_owned(), call.say(every_key(every)).to_owned())).into();
        fields.push(pick("every", "duties.every", held.every.word().to_owned(), choices));
    }
    let [owner, owner_to, deputy, deputy_to, because] = names(duty);
    fields.push(pick(owner, "duties.owner", account(&held.owner), who()));
    fields.push(pick(owner_to, "duties.owner_to", letters(&held.owner), to()));
    fields.push(pick(deputy, "duties.deputy", account(&held.deputy), who()));
    fields.push(pick(deputy_to, "duties.deputy_to", letters(&held.deputy), to()));
    fields.push(text(call, because, "field.because"));
    let form = Form { action: Place::DutyGive.path(), button: call.say("duties.give_button").to_owned(), fields };
    Ok(Part { heading: call.say_with("duties.give", call.say(duty_key(duty))), folded: true, form: Some(form), ..Part::default() })
}

/// A receipt: somebody has read a digest. One that is not there, and one that was read, look alike.
pub(super) fn read(call: &Call<'_>) -> Result<Reply, Stop> {
    let id: Option<i64> = call.form.raw("id").parse().ok();
    let by = call.session()?.account.name.clone();
    let done = call.desk.book.change(|book| -> Result<_, Stop> {
        let turn = rows::unread(book)?.into_iter().find(|turn| Some(turn.id) == id);
        let Some(turn) = turn else { return Ok(false) };
        rows::read(book, turn.id, &by, call.now.wall)?;
        rows::look(book, Duty::Proactive, &by, call.now.wall)?;
        let late = if call.now.wall <= turn.due { "in time" } else { "late" };
        let did = format!("read digest D-{}: from {} until {}, until alert A-{}, {late}", turn.id, turn.span.0, turn.span.1, turn.last);
        call.record(EventKind::DigestRead, call.act(did))?;
        Ok(true)
    })?;
    if done {
        return Ok(Reply::Go(Place::Duties.path().into(), None));
    }
    let fault = Some(call.say("fault.gone").to_owned());
    Ok(Reply::Faulty(Box::new(Sheet { fault, ..sheet(call)? }), StatusCode::UNPROCESSABLE_ENTITY))
}

/// The form again, with what stands now: somebody else has given the duty since it was drawn.
fn older(call: &Call<'_>, duty: Duty, people: &[Account]) -> Result<Option<Reply>, Stop> {
    let held = call.desk.book.read(|book| rows::held(book, duty).map(Some))?.unwrap_or_default();
    if !stood::is_older(call, &stands(&held)) {
        return Ok(None);
    }
    let shown = |bearer: &Option<Bearer>| {
        let account = bearer.as_ref().and_then(|bearer| people.iter().find(|one| one.id == bearer.account));
        account.map_or_else(|| call.say("duties.nobody").to_owned(), |one| one.shown.clone())
    };
    let facts = [("duties.owner", &held.owner), ("duties.deputy", &held.deputy)];
    let facts = facts.map(|(key, bearer)| (call.say(key).to_owned(), shown(bearer), false)).into();
    let now = Part { heading: call.say("policy.now").to_owned(), facts, ..Part::default() };
    let form = Part { folded: false, ..give_part(call, duty, people)? };
    let sheet = Sheet { parts: vec![now, form], ..Sheet::titled(call.say("duties.title")) };
    Ok(Some(stood::moved(call, sheet, "duties.moved")))
}

/// Gives a duty to somebody.
pub(super) fn give(call: &Call<'_>) -> Result<Reply, Stop> {
    let duty = Duty::of_word(call.form.raw("duty")).ok_or(Stop::Unknown)?;
    let people = call.desk.book.read(accounts::all)?;
    if let Some(older) = older(call, duty, &people)? {
        return Ok(older);
    }
    let recipients = call.desk.works.recipients();
    let [its_owner, its_owner_to, its_deputy, its_deputy_to, its_because] = names(duty);
    let because = call.form.text(its_because);
    let every = if duty == Duty::Proactive { Every::of_word(call.form.raw("every")) } else { Some(Every::default()) };
    let account = |name| {
        let typed = call.form.raw(name);
        let found = able(call, &people).find(|one| one.id.0.to_string() == typed).map(|one| one.id);
        if typed.is_empty() { Some(None) } else { found.map(Some) }
    };
    let to = |name| {
        let typed = call.form.text(name);
        (typed.is_empty() || recipients.iter().any(|(known, _)| *known == typed)).then_some(typed)
    };
    let (owner, deputy, owner_to, deputy_to) = (account(its_owner), account(its_deputy), to(its_owner_to), to(its_deputy_to));
    let mut faults = vec![("every", every.is_none()), (its_owner, owner.is_none()), (its_deputy, deputy.is_none())];
    faults.extend([(its_owner_to, owner_to.is_none()), (its_deputy_to, deputy_to.is_none())]);
    let same = matches!((owner, deputy), (Some(Some(owner)), Some(Some(deputy))) if owner == deputy);
    let (Some(every), Some(owner), Some(deputy), Some(owner_to), Some(deputy_to), None, false) =
        (every, owner, deputy, owner_to, deputy_to, no_reason(call, &because), same)
    else {
        return faulty(call, duty, &faults, same, no_reason(call, &because));
    };
    let of = |account: Option<AccountId>, to| account.map(|account| Bearer { account, to });
    let held = Held { every, owner: of(owner, owner_to), deputy: of(deputy, deputy_to), looked: None };
    let name = |bearer: &Option<Bearer>| {
        let account = bearer.as_ref().and_then(|bearer| people.iter().find(|one| one.id == bearer.account));
        account.map_or_else(|| "nobody".to_owned(), |one| one.name.clone())
    };
    let did = format!("gave the {} duty to {}, deputy {}, every {}", duty.word(), name(&held.owner), name(&held.deputy), every.word());
    call.desk.book.change(|book| -> Result<(), Stop> {
        rows::put(book, duty, &held)?;
        call.record(EventKind::ConsoleChange, call.act(did).because(&because))
    })?;
    Ok(Reply::Go(Place::Duties.path().into(), None))
}

fn faulty(call: &Call<'_>, duty: Duty, faults: &[(&'static str, bool)], same: bool, because: Option<String>) -> Result<Reply, Stop> {
    let people = call.desk.book.read(accounts::all)?;
    let part = Part { folded: false, ..give_part(call, duty, &people)? };
    let mut sheet = Sheet { parts: vec![part], ..Sheet::titled(call.say("duties.title")) };
    for (field, _) in faults.iter().filter(|(_, wrong)| *wrong) {
        complain(&mut sheet, field, Some(call.say("fault.choose").to_owned()));
    }
    let [_, _, deputy, _, its_because] = names(duty);
    complain(&mut sheet, deputy, same.then(|| call.say("duties.fault_same").to_owned()));
    complain(&mut sheet, its_because, because);
    Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY))
}

/// Whoever has the duty has looked at the alerts.
pub(super) fn looked_at_alerts(call: &Call<'_>) -> Result<(), Stop> {
    let account = &call.session()?.account;
    let held = call.desk.book.read(|book| rows::held(book, Duty::Reactive).map(Some))?.unwrap_or_default();
    if [held.owner, held.deputy].into_iter().flatten().any(|bearer| bearer.account == account.id) {
        call.desk.book.change(|book| Ok::<_, Stop>(rows::look(book, Duty::Reactive, &account.name, call.now.wall)?))?;
    }
    Ok(())
}

/// What the front page says: digests that wait, to those who read them; and duties that nobody has, to those who give them.
pub(super) fn attention(call: &Call<'_>) -> Result<Vec<String>, Stop> {
    let role = role(call)?;
    let mut words = Vec::new();
    let (unread, held) = call
        .desk
        .book
        .read(|book| Ok((rows::unread(book)?, Duty::ALL.into_iter().map(|duty| rows::held(book, duty)).collect::<Result<Vec<_>, _>>()?)))?;
    let late = unread.iter().filter(|turn| turn.due <= call.now.wall).count();
    let me = call.session()?.account.id;
    let mine = held.first().is_some_and(|held| [&held.owner, &held.deputy].into_iter().flatten().any(|bearer| bearer.account == me));
    if late > 0 {
        words.push(call.say_with("attention.digest_late", &late.to_string()));
    } else if mine && !unread.is_empty() {
        words.push(call.say_with("attention.digest", &unread.len().to_string()));
    }
    let free = may(Some(role), Action::SetDuties) && held.iter().any(|held| held.owner.is_none());
    words.extend(free.then(|| call.say("attention.duty_free").to_owned()));
    Ok(words)
}
