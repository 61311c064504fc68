//! Reviews: what is due, what is to be looked at, and who signed it off with which words.

use super::audit_reader::Reader;
use super::disclosure::{in_one_line, signed_words};
use super::enrol::complain;
use super::sit::{is_said, no_reason, text};
use crate::admin::accounts;
use crate::admin::audit::{Act, Watched, watched};
use crate::admin::call::{Call, Reply, Stop, day};
use crate::admin::disclosures::Signed;
use crate::admin::place::Place;
use crate::admin::reach::Reach;
use crate::admin::review_works::{ReviewItem, ReviewOf};
use crate::admin::reviews::{self, CAUSES, Cause, Held, Standing, State};
use crate::admin::roles::{Action, Role, may};
use crate::admin::sheet::{Field, Form, Kind, Line, Part, Sheet};
use crate::admin::works::Happened;
use crate::model::Timestamp;
use crate::record::EventKind;
use axum::http::StatusCode;
use rusqlite::Connection;
use std::collections::BTreeMap;

/// Deeds that are signed off at a time, and events that are asked for at a time, and how often.
const AT_A_TIME: usize = 200;
const ASKED: usize = 500;
const TIMES: usize = 200;
/// Reviews of the history that are shown.
const SHOWN: u32 = 100;
const YEAR: i64 = 365 * 86_400 * 1_000_000;

pub(super) fn title(call: &Call<'_>, what: ReviewOf) -> &'static str {
    call.say(match what {
        ReviewOf::EndingRules => "review.ending_rules",
        ReviewOf::Exceptions => "review.exceptions",
        ReviewOf::UnusedRules => "review.unused_rules",
        ReviewOf::Accounts => "review.accounts",
        ReviewOf::Deeds => "review.deeds",
        ReviewOf::Alerts => "review.alerts",
        ReviewOf::Provision => "review.provision",
    })
}

fn words(call: &Call<'_>, what: ReviewOf) -> &'static str {
    call.say(match what {
        ReviewOf::EndingRules => "review.ending_rules_words",
        ReviewOf::Exceptions => "review.exceptions_words",
        ReviewOf::UnusedRules => "review.unused_rules_words",
        ReviewOf::Accounts => "review.accounts_words",
        ReviewOf::Deeds => "review.deeds_words",
        ReviewOf::Alerts => "review.alerts_words",
        ReviewOf::Provision => "review.provision_words",
    })
}

fn standing_words(call: &Call<'_>, state: &State) -> String {
    call.say(match (state.standing, &state.last) {
        (Standing::Overdue, None) => "review.never",
        (Standing::Overdue, Some(_)) => "review.overdue",
        (Standing::Due, _) => "review.due",
        (Standing::Held, _) => "review.held",
    })
    .to_owned()
}

/// How every review stands.
fn states(call: &Call<'_>, book: &Connection) -> Result<Vec<State>, Stop> {
    let reach = call.reach()?;
    let state = |what| Ok(reviews::state(book, (what, reach), call.desk.works.review_every(what), call.now.wall)?);
    ReviewOf::ALL.into_iter().map(state).collect()
}

/// What is due. A governor sees figures, and nobody's name.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    Ok(Reply::Page(Box::new(sheet(call)?)))
}

fn sheet(call: &Call<'_>) -> Result<Sheet, Stop> {
    let (role, reach) = (call.session()?.account.role, call.reach()?);
    let (states, history, year, causes) = call.desk.book.change(|book| -> Result<_, Stop> {
        let states = states(call, book)?;
        let since = reviews::last(book, ReviewOf::Provision, reach)?.map_or(Timestamp(0), |last| last.at);
        let year = reviews::held_since(book, Timestamp(call.now.wall.0 - YEAR), reach)?;
        Ok((states, reviews::history(book, SHOWN, reach)?, year, reviews::causes(book, since, reach)?))
    })?;
    let names = role != Role::Governor;
    let mut parts = vec![figures(call, &states, year), list(call, role, &states)];
    if may(Some(role), Action::HoldReview) {
        parts.push(cause_part(call, &causes));
    }
    if names {
        parts.push(history_part(call, &history));
    }
    Ok(Sheet { lead: vec![call.say("review.lead").to_owned()], parts, ..Sheet::titled(call.say("review.title")) })
}

fn figures(call: &Call<'_>, states: &[State], year: u64) -> Part {
    let count = |standing| states.iter().filter(|state| state.standing == standing).count().to_string();
    let fact = |key, value| (call.say(key).to_owned(), value, false);
    let facts = vec![
        fact("review.count_overdue", count(Standing::Overdue)),
        fact("review.count_due", count(Standing::Due)),
        fact("review.count_held", count(Standing::Held)),
        fact("review.count_year", year.to_string()),
    ];
    Part { heading: call.say("review.figures").to_owned(), facts, ..Part::default() }
}

fn list(call: &Call<'_>, role: Role, states: &[State]) -> Part {
    let opens = |what| may(Some(role), Action::HoldReview) && reviews::signs(role, what);
    let row = |state: &State| {
        let days = call.desk.works.review_every(state.what).as_secs() / 86_400;
        let next = state.next.map_or_else(|| call.say("review.now").to_owned(), |next| day(Some(next)));
        let last = day(state.last.as_ref().map(|last| last.at));
        let cells = vec![
            title(call, state.what).to_owned(),
            standing_words(call, state),
            next,
            last,
            call.say_with("review.days", &days.to_string()),
        ];
        let href = if opens(state.what) { format!("{}?what={}", Place::ReviewHold.path(), state.what.word()) } else { String::new() };
        Line { href, cells }
    };
    let head = ["review.what", "review.state", "review.next", "review.last", "review.every"].map(|key| call.say(key).to_owned());
    Part { heading: call.say("review.all").to_owned(), head: head.into(), rows: states.iter().map(row).collect(), ..Part::default() }
}

fn cause_words(call: &Call<'_>, word: &str) -> String {
    CAUSES.iter().find(|(cause, _)| *cause == word).map_or(word, |(_, key)| call.say(key)).to_owned()
}

fn cause_part(call: &Call<'_>, causes: &[Cause]) -> Part {
    let choices = CAUSES.iter().map(|(cause, key)| ((*cause).to_owned(), call.say(key).to_owned()));
    let cause = Field {
        name: "cause",
        kind: Kind::Select,
        label: call.say("review.cause").to_owned(),
        value: call.form.text("cause"),
        choices: std::iter::once((String::new(), call.say("fault.choose").to_owned())).chain(choices).collect(),
        ..Field::default()
    };
    let fields = vec![cause, text(call, "changed", "review.changed")];
    let told = |cause: &Cause| {
        let signed = Signed { by: cause.by.clone(), at: cause.at.0, words: cause.words.clone() };
        format!("{}: {}", cause_words(call, &cause.cause), signed_words(&signed))
    };
    Part {
        heading: call.say("review.cause_heading").to_owned(),
        lines: std::iter::once(call.say("review.cause_lead").to_owned()).chain(causes.iter().map(told)).collect(),
        form: Some(Form { action: Place::ReviewCause.path(), button: call.say("review.cause_button").to_owned(), fields }),
        ..Part::default()
    }
}

fn history_part(call: &Call<'_>, history: &[Held]) -> Part {
    let row = |held: &Held| Line {
        cells: vec![
            call.moment(held.at),
            title(call, held.what).to_owned(),
            held.by.clone(),
            held.items.to_string(),
            in_one_line(&held.words),
        ],
        ..Line::default()
    };
    let head = ["audit.time", "review.what", "audit.who", "review.items", "review.words"].map(|key| call.say(key).to_owned());
    let none = history.is_empty();
    Part {
        heading: call.say("review.history").to_owned(),
        lines: if none { vec![call.say("review.no_history").to_owned()] } else { Vec::new() },
        head: if none { Vec::new() } else { head.into() },
        rows: history.iter().map(row).collect(),
        ..Part::default()
    }
}

/// Something has changed: the filter as a whole is to be reviewed.
pub(super) fn cause(call: &Call<'_>) -> Result<Reply, Stop> {
    let mut sheet = sheet(call)?;
    let (cause, changed) = (call.form.text("cause"), call.form.text("changed"));
    let known = CAUSES.iter().any(|(word, _)| *word == cause);
    complain(&mut sheet, "cause", (!known).then(|| call.say("fault.choose").to_owned()));
    complain(&mut sheet, "changed", no_reason(call, &changed));
    if sheet.is_faulty() {
        return Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY));
    }
    let new = Cause { at: call.now.wall, by: call.session()?.account.name.clone(), cause, words: changed };
    let reach = call.reach()?;
    call.desk.book.change(|book| -> Result<(), Stop> {
        reviews::cause(book, &new, reach)?;
        let did = format!("made a review of the filter due: {}", new.cause);
        call.record(EventKind::ConsoleChange, call.act(did).because(&new.words))
    })?;
    Ok(Reply::Go(Place::Reviews.path().into(), None))
}

/// What there is to look at.
struct Looked {
    items: Vec<ReviewItem>,
    lines: Vec<String>,
    /// Of deeds: the number of each; of everything else nothing.
    numbers: Vec<u64>,
    /// The last of them, or up to where deeds were signed off before.
    upto: u64,
}

/// Which review a page is of. One that is none of theirs and one that is not look alike.
fn review_of(call: &Call<'_>, word: &str) -> Result<ReviewOf, Stop> {
    let role = call.session()?.account.role;
    ReviewOf::of_word(word).filter(|what| reviews::signs(role, *what)).ok_or(Stop::Unknown)
}

fn look(call: &Call<'_>, what: ReviewOf) -> Result<Looked, Stop> {
    let items = match what {
        ReviewOf::EndingRules | ReviewOf::Exceptions | ReviewOf::UnusedRules => call.desk.works.review_items(call.reach()?, what)?,
        ReviewOf::Accounts => people(call)?,
        ReviewOf::Deeds => return deeds(call),
        ReviewOf::Alerts => super::alerts::idle(call)?,
        ReviewOf::Provision => provision(call),
    };
    Ok(Looked { items, lines: Vec::new(), numbers: Vec::new(), upto: 0 })
}

/// Every account: who it is, until when, and whether the vetting stands.
fn people(call: &Call<'_>) -> Result<Vec<ReviewItem>, Stop> {
    let told = |account: &accounts::Account| {
        let state = super::people::state_words(call, account);
        ReviewItem {
            what: format!("{} ({}), {}: {state}", account.shown, account.name, call.say_role(account.role)),
            by: account.made_by.clone(),
            because: account.vetted_until.map_or_else(String::new, |until| call.say_with("review.vetted", &day(Some(until)))),
            at: account.until,
        }
    };
    let reach = call.reach()?;
    Ok(call.desk.book.read(|book| accounts::inside(book, reach))?.iter().map(told).collect())
}

/// What DfE's standards and UKSIC's definitions ask whoever reviews a filter.
fn provision(call: &Call<'_>) -> Vec<ReviewItem> {
    let asks = [
        "review.ask_people",
        "review.ask_risk",
        "review.ask_lists",
        "review.ask_blocks",
        "review.ask_devices",
        "review.ask_over",
        "review.ask_monitoring",
        "review.ask_reports",
        "review.ask_training",
    ];
    let (standing, _) = call.desk.works.suites();
    let ran = standing.run.as_ref().map(|ran| ReviewItem {
        what: call.say(if ran.passing { "suites.held" } else { "suites.not_held" }).to_owned(),
        because: call.say("suites.last").to_owned(),
        at: Some(ran.at),
        ..ReviewItem::default()
    });
    asks.into_iter().map(|key| ReviewItem { what: call.say(key).to_owned(), ..ReviewItem::default() }).chain(ran).collect()
}

/// What of an event is reviewed: whatever administrators did, and what changed who gets in or what is filtered without an account of theirs.
/// As much of it as whoever reviews it may read.
fn reviewed(call: &Call<'_>, event: &mut Happened, (reach, reader): (&Reach, &Reader)) -> Option<Act> {
    let act = Act::read(&event.text).filter(|act| act.is_inside(reach));
    let machine = watched(event.kind) == Watched::Machine;
    let is_reviewed = match watched(event.kind) {
        Watched::Elsewhere | Watched::Shown => false,
        Watched::Deed => act.is_some_and(|act| reviews::is_reviewed(&act.role)),
        Watched::Access => act.is_some(),
        // It is of no site: those who reach all of them look at it.
        Watched::Machine => reach.is_all(),
    };
    if !is_reviewed {
        return None;
    }
    reader.shown(event);
    let at_machine = || Act { who: call.say("review.at_machine").to_owned(), did: event.text.clone(), ..Act::default() };
    if machine { Some(at_machine()) } else { Act::read(&event.text) }
}

/// What administrators did since the last review: the oldest first, and no more than one reads.
fn deeds(call: &Call<'_>) -> Result<Looked, Stop> {
    let (reach, reader) = (call.reach()?, Reader::of(call)?);
    let last = call.desk.book.read(|book| reviews::last(book, ReviewOf::Deeds, reach))?.map_or(0, |last| last.upto);
    let (mut found, mut damage): (BTreeMap<u64, (Happened, Act)>, _) = (BTreeMap::new(), Vec::new());
    let mut after = None;
    for _ in 0..TIMES {
        let page = call.desk.works.console_acts(after, ASKED)?;
        damage.extend(page.damage.iter().map(|place| call.say_with("audit.damage", place)));
        let over = page.events.iter().any(|event| event.sequence <= last);
        let read = page.events.into_iter().filter(|event| event.sequence > last);
        let read = read.filter_map(|mut event| reviewed(call, &mut event, (reach, &reader)).map(|act| (event.sequence, (event, act))));
        found.extend(read);
        after = page.next.filter(|_| !over);
        if after.is_none() {
            break;
        }
    }
    damage.dedup();
    let more = found.len().saturating_sub(AT_A_TIME);
    let lines = (more > 0).then(|| call.say_with("review.more", &more.to_string()));
    let shown: Vec<_> = found.into_iter().take(AT_A_TIME).collect();
    let numbers: Vec<u64> = shown.iter().map(|(sequence, _)| *sequence).collect();
    let upto = numbers.last().copied().unwrap_or(last);
    let told = |(event, act): &(Happened, Act)| ReviewItem {
        what: act.did.clone(),
        by: if act.role.is_empty() { act.who.clone() } else { format!("{} ({})", act.who, act.role) },
        because: act.purpose.clone(),
        at: event.time.parse::<jiff::Timestamp>().ok().map(Timestamp::from),
    };
    let items = shown.iter().map(|(_, one)| told(one)).collect();
    Ok(Looked { items, lines: damage.into_iter().chain(lines).collect(), numbers, upto })
}

fn hold_sheet(call: &Call<'_>, what: ReviewOf, looked: &Looked) -> Sheet {
    let row = |item: &ReviewItem| Line {
        cells: vec![item.what.clone(), item.by.clone(), item.because.clone(), item.at.map_or_else(String::new, |at| call.moment(at))],
        ..Line::default()
    };
    let head = ["review.item", "review.made_by", "review.because", "review.when"].map(|key| call.say(key).to_owned());
    let none = looked.items.is_empty();
    let lines = looked.lines.iter().cloned().chain(none.then(|| call.say("review.nothing").to_owned()));
    let items = Part {
        heading: call.say("review.to_look_at").to_owned(),
        lines: lines.collect(),
        head: if none { Vec::new() } else { head.into() },
        rows: looked.items.iter().map(row).collect(),
        ..Part::default()
    };
    let hidden = |name, value: String| Field { name, kind: Kind::Hidden, value, ..Field::default() };
    let words_field = Field {
        name: "words",
        kind: Kind::Area,
        label: call.say("review.words").to_owned(),
        help: call.say("review.words_help").to_owned(),
        value: call.form.raw("words").to_owned(),
        ..Field::default()
    };
    let fields = vec![hidden("what", what.word().to_owned()), hidden("upto", looked.upto.to_string()), words_field];
    let form = Form { action: Place::ReviewHold.path(), button: call.say("review.sign").to_owned(), fields };
    let sign = Part {
        heading: call.say("review.sign_heading").to_owned(),
        form: Some(form),
        links: vec![(Place::Reviews.path().to_owned(), call.say("review.title").to_owned())],
        ..Part::default()
    };
    Sheet { lead: vec![words(call, what).to_owned()], parts: vec![items, sign], ..Sheet::titled(title(call, what)) }
}

/// The page on which one is signed off. Whoever looks at people's deeds is recorded.
pub(super) fn look_at(call: &Call<'_>) -> Result<Reply, Stop> {
    let what = review_of(call, call.query.raw("what"))?;
    call.record(EventKind::ConsoleLookUp, call.act("looked at what a review is about").asking(what.word()))?;
    Ok(Reply::Page(Box::new(hold_sheet(call, what, &look(call, what)?))))
}

/// Signs it off.
pub(super) fn sign(call: &Call<'_>) -> Result<Reply, Stop> {
    let what = review_of(call, call.form.raw("what"))?;
    let looked = look(call, what)?;
    let mut sheet = hold_sheet(call, what, &looked);
    let told = super::disclosures::lines_of(call.form.raw("words"));
    complain(&mut sheet, "words", (!is_said(&told)).then(|| call.say("review.no_words").to_owned()));
    // Nobody signs for what they have not seen: what was done since the page was made waits for the next time.
    let upto = call.form.raw("upto").parse().ok().filter(|upto| *upto == looked.upto || looked.numbers.contains(upto));
    if upto.is_none() {
        sheet.fault = Some(call.say("review.moved").to_owned());
    }
    let (Some(upto), false) = (upto, sheet.is_faulty()) else {
        return Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY));
    };
    let by = call.session()?.account.name.clone();
    let seen = looked.numbers.iter().filter(|number| **number <= upto).count();
    let items = if looked.numbers.is_empty() { looked.items.len() } else { seen } as u64;
    let new = Held { id: 0, what, at: call.now.wall, by, words: told, items, upto, program: String::new() };
    let reach = call.reach()?;
    call.desk.book.change(|book| -> Result<(), Stop> {
        reviews::hold(book, &new, reach)?;
        let did = format!("signed off the review of {}, {items} to look at", what.word());
        call.record(EventKind::ReviewHeld, call.act(did).because(&in_one_line(&new.words)))
    })?;
    Ok(Reply::Go(Place::Reviews.path().into(), None))
}
