//! What people ask to be opened: a line for each host and group, who waits and for how long, what closed it, and the answer (issue 7).
//!
//! People stand here under pseudonyms and their group. Must never show an address that can be followed by a click.

use super::enrol::complain;
use super::people::day_field;
use super::policy_words::fill;
use super::sit::{no_reason, text};
use crate::accredit::defanged;
use crate::admin::asked;
use crate::admin::call::{Call, Reply, Stop, end_of_day_in};
use crate::admin::place::Place;
use crate::admin::queue_rows::{self as rows, Merged, Said, Voice, Waiting};
use crate::admin::queue_works::{Allowing, Filing, UsedFault};
use crate::admin::reach::opens;
use crate::admin::roles::{Action, may};
use crate::admin::sheet::{Field, Form, Kind, Line, Part, Sheet};
use crate::model::Timestamp;
use crate::ports::{LONGEST_WORDS, QueueState, tidy};
use crate::record::EventKind;
use axum::http::StatusCode;

/// Where nobody says until when: a week.
const USUAL: i64 = 7 * 86_400 * 1_000_000;

/// Everything that waits, and what was answered last.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    let (open, closed) = all(call)?;
    let parts =
        vec![lines(call, "queue.open", "queue.none", &open, true), lines(call, "queue.closed", "queue.none_closed", &closed, false)];
    Ok(Reply::Page(Box::new(Sheet { lead: vec![call.say("queue.lead").to_owned()], parts, ..Sheet::titled(call.say("queue.title")) })))
}

/// What waits, and what was answered last.
pub(in crate::admin) fn all(call: &Call<'_>) -> Result<(Vec<Merged>, Vec<Merged>), Stop> {
    call.record(EventKind::ConsoleLookUp, call.act("looked at what people ask to be opened"))?;
    let groups = call.reach_of_groups()?;
    let all = |book: &_, open| rows::amendments(book, open, groups.as_deref());
    Ok(call.desk.book.read(|book| Ok::<_, crate::admin::book::BookFault>((all(book, true)?, all(book, false)?)))?)
}

fn lines(call: &Call<'_>, heading: &'static str, none: &'static str, all: &[Merged], open: bool) -> Part {
    let row = |line: &Merged| {
        let waits = if open { age(call, line.asked) } else { line.answered.map_or_else(String::new, |at| when(call, at)) };
        Line {
            href: format!("{}?id={}", Place::QueueAnswer.path(), line.id),
            cells: vec![defanged(&line.host), line.group.clone(), line.people.to_string(), line.times.to_string(), waits],
        }
    };
    let head = ["queue.host", "queue.group", "queue.people", "queue.times", if open { "queue.waits" } else { "queue.answered" }];
    Part {
        heading: call.say(heading).to_owned(),
        lines: if all.is_empty() { vec![call.say(none).to_owned()] } else { Vec::new() },
        head: if all.is_empty() { Vec::new() } else { head.map(|key| call.say(key).to_owned()).into() },
        rows: all.iter().map(row).collect(),
        ..Part::default()
    }
}

/// A moment where the site is.
pub(super) fn when(call: &Call<'_>, at: Timestamp) -> String {
    call.moment(at)
}

/// For how long it waits: an answer on the same day is what is aimed at.
pub(super) fn age(call: &Call<'_>, asked: Timestamp) -> String {
    let zone = call.desk.works.zone();
    let date = |at: Timestamp| at.civil().to_zoned(zone.clone()).date();
    let days = date(asked).until(date(call.now.wall)).map_or(0, |span| span.get_days());
    match days {
        ..=0 => call.say("queue.today").to_owned(),
        1 => call.say("queue.yesterday").to_owned(),
        more => call.say_with("queue.days", &more.to_string()),
    }
}

/// One line, with everything that can be done about it.
pub(super) fn one(call: &Call<'_>) -> Result<Reply, Stop> {
    let (line, voices) = found(call, call.query.raw("id"))?;
    call.record(EventKind::ConsoleLookUp, call.act(format!("looked at A-{}: {} for the group {}", line.id, line.host, line.group)))?;
    Ok(Reply::Page(Box::new(sheet(call, &line, &voices))))
}

fn found(call: &Call<'_>, id: &str) -> Result<(Merged, Vec<Voice>), Stop> {
    let id = id.parse().map_err(|_| Stop::Unknown)?;
    let groups = call.reach_of_groups()?;
    call.desk.book.read(|book| rows::amendment(book, id, groups.as_deref()))?.ok_or(Stop::Unknown)
}

fn sheet(call: &Call<'_>, line: &Merged, voices: &[Voice]) -> Sheet {
    let mut parts = vec![about(call, line, voices)];
    if line.open > 0 {
        parts.extend([answer_part(call, line), allow_part(call, line)]);
        // A category is the same at every site.
        parts.extend(call.reach().is_ok_and(|reach| opens(reach, Place::QueueFile)).then(|| file_part(call, line)));
    }
    parts.push(voices_part(call, voices));
    let lead = call.say_with("queue.one_lead", &line.group);
    Sheet { lead: vec![lead], parts, ..Sheet::titled(defanged(&line.host)) }
}

fn about(call: &Call<'_>, line: &Merged, voices: &[Voice]) -> Part {
    let mut facts = vec![("queue.people", line.people.to_string()), ("queue.times", line.times.to_string())];
    if line.open > 0 {
        facts.push(("queue.waits", age(call, line.asked)));
    }
    if let Some(last) = voices.first() {
        let more = [
            ("queue.address", defanged(&last.address)),
            ("queue.reason", last.reason.clone()),
            ("queue.category", last.category.clone()),
            ("queue.rule", last.layer.clone()),
            ("queue.list", last.list.clone()),
        ];
        facts.extend(more.into_iter().filter(|(_, value)| !value.is_empty()));
    }
    let facts = facts.into_iter().map(|(key, value)| (call.say(key).to_owned(), value, false)).collect();
    Part { heading: call.say("queue.about").to_owned(), facts, ..Part::default() }
}

fn voices_part(call: &Call<'_>, voices: &[Voice]) -> Part {
    let row = |voice: &Voice| {
        let state = match voice.answer.state {
            QueueState::Open => call.say("queue.state_open").to_owned(),
            state @ (QueueState::Answered | QueueState::Declined | QueueState::Done) => {
                format!("{}, {}: {}", say_state(call, state), when(call, voice.answer.answered), voice.answer.words)
            }
        };
        let cells = vec![format!("A-{}", voice.id), voice.who.clone(), when(call, voice.answer.asked), voice.said.clone(), state];
        Line { cells: cells.into_iter().chain([voice.reference.clone()]).collect(), ..Line::default() }
    };
    let head = ["queue.number", "queue.who", "queue.asked", "queue.said", "queue.state", "queue.reference"];
    Part {
        heading: call.say("queue.voices").to_owned(),
        head: head.map(|key| call.say(key).to_owned()).into(),
        rows: voices.iter().map(row).collect(),
        ..Part::default()
    }
}

pub(super) fn say_state(call: &Call<'_>, state: QueueState) -> &'static str {
    call.say(match state {
        QueueState::Open => "queue.state_open",
        QueueState::Answered => "queue.state_answered",
        QueueState::Declined => "queue.state_declined",
        QueueState::Done => "queue.state_done",
    })
}

/// The number of what a form is about.
pub(super) fn id_field(id: i64) -> Field {
    Field { name: "id", kind: Kind::Hidden, value: id.to_string(), ..Field::default() }
}

pub(super) fn area(call: &Call<'_>, name: &'static str, (label, help): (&'static str, &'static str)) -> Field {
    Field { kind: Kind::Area, help: call.say(help).to_owned(), ..text(call, name, label) }
}

/// How it is answered.
pub(super) fn state_field(call: &Call<'_>, states: &[QueueState]) -> Field {
    let choice = |state: &QueueState| (state.word().to_owned(), say_state(call, *state).to_owned());
    Field {
        name: "state",
        kind: Kind::Radio,
        label: call.say("queue.how").to_owned(),
        value: call.form.text("state"),
        choices: states.iter().map(choice).collect(),
        ..Field::default()
    }
}

fn answer_part(call: &Call<'_>, line: &Merged) -> Part {
    let fields = vec![
        id_field(line.id),
        state_field(call, &[QueueState::Answered, QueueState::Declined]),
        area(call, "words", ("queue.words", "queue.words_help")),
    ];
    let form = Form { action: Place::QueueAnswer.path(), button: call.say("queue.answer_button").to_owned(), fields };
    Part { heading: call.say("queue.answer").to_owned(), form: Some(form), ..Part::default() }
}

fn allow_part(call: &Call<'_>, line: &Merged) -> Part {
    let fields = vec![
        id_field(line.id),
        day_field(call, "until", ("queue.until", "queue.until_help"), call.form.text("until")),
        text(call, "allow_because", "field.because"),
    ];
    let form = Form { action: Place::QueueAllow.path(), button: call.say_with("queue.allow_button", &line.group), fields };
    let lines = vec![call.say("queue.allow_words").to_owned()];
    Part { heading: call.say("queue.allow").to_owned(), lines, form: Some(form), ..Part::default() }
}

fn file_part(call: &Call<'_>, line: &Merged) -> Part {
    let category = Field {
        name: "category",
        kind: Kind::Select,
        label: call.say("queue.into").to_owned(),
        value: call.form.text("category"),
        // Nobody files a site in the category that happens to stand first.
        choices: std::iter::once((String::new(), call.say("fault.choose").to_owned())).chain(call.desk.works.categories()).collect(),
        ..Field::default()
    };
    let fields = vec![id_field(line.id), category, text(call, "file_because", "field.because")];
    let form = Form { action: Place::QueueFile.path(), button: call.say("queue.file_button").to_owned(), fields };
    let lines = vec![call.say("queue.file_words").to_owned()];
    Part { heading: call.say("queue.file").to_owned(), lines, form: Some(form), ..Part::default() }
}

fn faulty(sheet: Sheet) -> Result<Reply, Stop> {
    Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY))
}

/// What a form is about, and its page; a page of which others have answered everything says so.
fn opened(call: &Call<'_>) -> Result<(Merged, Sheet), Stop> {
    let (line, voices) = found(call, call.form.raw("id"))?;
    let mut sheet = sheet(call, &line, &voices);
    if line.open == 0 {
        sheet.fault = Some(call.say("fault.answered").to_owned());
    }
    Ok((line, sheet))
}

/// Answers everybody who waits for it.
pub(super) fn answer(call: &Call<'_>) -> Result<Reply, Stop> {
    let (line, mut sheet) = opened(call)?;
    let words = tidy(call.form.raw("words"), LONGEST_WORDS);
    let state = QueueState::of_word(call.form.raw("state")).filter(|state| matches!(state, QueueState::Answered | QueueState::Declined));
    complain(&mut sheet, "state", state.is_none().then(|| call.say("fault.choose").to_owned()));
    complain(&mut sheet, "words", words.is_none().then(|| call.say("fault.missing").to_owned()));
    let (false, Some(words), Some(state)) = (sheet.is_faulty(), words, state) else { return faulty(sheet) };
    finish(call, &line, state, &words)
}

/// Writes the answer down, and hands it on to the pages.
fn finish(call: &Call<'_>, line: &Merged, state: QueueState, words: &str) -> Result<Reply, Stop> {
    let by = call.session()?.account.name.clone();
    let said = Said { state, words, by: &by, at: call.now.wall };
    let answers = call.desk.book.change(|book| -> Result<_, Stop> {
        let many = rows::answer(book, line, said)?;
        let did = format!("answered A-{} ({}): {} for the group {}, {many} that waited", line.id, state.word(), line.host, line.group);
        call.record(EventKind::ConsoleChange, call.act(did).because(words))?;
        Ok(asked::answers(book, Timestamp(0))?)
    })?;
    call.desk.works.answered(answers);
    Ok(Reply::Go(Place::Queue.path().into(), None))
}

/// Opens the host for the group that asks, until a day.
pub(super) fn allow(call: &Call<'_>) -> Result<Reply, Stop> {
    let (line, mut sheet) = opened(call)?;
    let (until, because) = (end_of_day_in(&call.form.text("until"), &call.desk.works.zone()), call.form.text("allow_because"));
    complain(&mut sheet, "until", until.is_err().then(|| call.say("fault.day").to_owned()));
    complain(&mut sheet, "allow_because", no_reason(call, &because));
    if sheet.is_faulty() {
        return faulty(sheet);
    }
    let until = until.ok().flatten().unwrap_or(Timestamp(call.now.wall.0 + USUAL));
    let allowing = Allowing {
        host: line.host.clone(),
        group: line.group.clone(),
        until,
        by: call.session()?.account.name.clone(),
        because: because.clone(),
    };
    let did = format!("opens {} for the group {} until {until}", line.host, line.group);
    // Recorded first: what was opened and is written down nowhere would be worse than the other way round.
    call.record(EventKind::ConsoleChange, call.act(did).because(&because))?;
    let id = match call.desk.works.allow(&allowing) {
        Ok(id) => id,
        Err(fault) => return undone(call, sheet, &line, fault, ("until", "allow_because")),
    };
    let words = format!("It is open for you until {}.", when(call, until));
    call.record(EventKind::ConsoleChange, call.act(format!("{} is open for the group {} by {id}", line.host, line.group)))?;
    finish(call, &line, QueueState::Done, &words)
}

/// Puts the host into a category of this place.
pub(super) fn file(call: &Call<'_>) -> Result<Reply, Stop> {
    let (line, mut sheet) = opened(call)?;
    let (category, because) = (call.form.text("category"), call.form.text("file_because"));
    let known = call.desk.works.categories().iter().any(|(name, _)| *name == category);
    let key = if category.is_empty() { "fault.choose" } else { "fault.category" };
    complain(&mut sheet, "category", (!known).then(|| call.say(key).to_owned()));
    complain(&mut sheet, "file_because", no_reason(call, &because));
    if sheet.is_faulty() {
        return faulty(sheet);
    }
    let filing = Filing { host: line.host.clone(), category, by: call.session()?.account.name.clone(), because };
    let did = format!("puts {} into the category {}", filing.host, filing.category);
    call.record(EventKind::ConsoleChange, call.act(did).because(&filing.because))?;
    if let Err(fault) = call.desk.works.file(&filing) {
        return undone(call, sheet, &line, fault, ("category", "file_because"));
    }
    finish(call, &line, QueueState::Done, "We looked at it and put it into another list. It may be open for you now, or stay closed.")
}

/// It was not done after all: that is written down too, and said beside the field.
fn undone(
    call: &Call<'_>,
    mut sheet: Sheet,
    line: &Merged,
    fault: UsedFault,
    (which, why): (&'static str, &'static str),
) -> Result<Reply, Stop> {
    call.record(EventKind::ConsoleChange, call.act(format!("nothing was changed for {}", line.host)))?;
    let (field, key) = match fault {
        UsedFault::Group => (which, "fault.no_group"),
        UsedFault::Category => (which, "fault.filed"),
        UsedFault::Until => (which, "fault.month"),
        UsedFault::Because => (why, "fault.because"),
        UsedFault::Works(fault) => return Err(fault.into()),
    };
    complain(&mut sheet, field, Some(call.say(key).to_owned()));
    faulty(sheet)
}

/// What waits, for the front page of whoever answers it: where, and how much since when.
pub(super) fn waiting(call: &Call<'_>) -> Result<Vec<(Place, &'static str, String)>, Stop> {
    let role = Some(call.session()?.account.role);
    let seats = [(Action::AnswerQueue, Place::Queue, "place.queue"), (Action::AnswerWorries, Place::Worries, "place.worries")];
    let groups = call.reach_of_groups()?;
    let waits = call.desk.book.read(|book| rows::waiting(book, groups.as_deref()).map(Vec::from))?;
    let row = |((action, place, key), Waiting { many, since }): ((Action, Place, &'static str), Waiting)| {
        let since = since.filter(|_| may(role, action))?;
        let words = fill(call, "attention.answer", &[&many.to_string(), &age(call, since)]);
        Some((place, key, words))
    };
    Ok(seats.into_iter().zip(waits).filter_map(row).collect())
}
