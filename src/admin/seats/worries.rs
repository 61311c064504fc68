//! What worries people at the screen: for the safeguarding lead alone. Each look is a deed, and so is each answer (issue 7; E9, W3).
//!
//! Nobody's name stands here but the one that somebody wrote. Must never be shown to whoever runs the machines.

use super::enrol::complain;
use super::queue::{age, area, id_field, say_state, state_field, when};
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::place::Place;
use crate::admin::queue_rows::{self as rows, Said, Worried};
use crate::admin::sheet::{Form, Line, Part, Sheet};
use crate::ports::{LONGEST_WORDS, QueueState, tidy};
use crate::record::EventKind;
use axum::http::StatusCode;

/// All of them.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    call.record(EventKind::ConsoleLookUp, call.act("looked at the worries that were told"))?;
    let groups = call.reach_of_groups()?;
    let all = call.desk.book.read(|book| rows::worries(book, groups.as_deref()))?;
    let row = |worry: &Worried| {
        let open = worry.answer.state == QueueState::Open;
        let state = if open { age(call, worry.answer.asked) } else { say_state(call, worry.answer.state).to_owned() };
        let name = if worry.name.is_empty() { call.say("worries.nobody").to_owned() } else { worry.name.clone() };
        Line {
            href: format!("{}?id={}", Place::WorriesAnswer.path(), worry.id),
            cells: vec![format!("W-{}", worry.id), when(call, worry.answer.asked), worry.group.clone(), name, state],
        }
    };
    let head = ["queue.number", "worries.told", "queue.group", "worries.name", "queue.state"];
    let part = Part {
        heading: call.say("worries.all").to_owned(),
        lines: if all.is_empty() { vec![call.say("worries.none").to_owned()] } else { Vec::new() },
        head: if all.is_empty() { Vec::new() } else { head.map(|key| call.say(key).to_owned()).into() },
        rows: all.iter().map(row).collect(),
        ..Part::default()
    };
    Ok(Reply::Page(Box::new(Sheet {
        lead: vec![call.say("worries.lead").to_owned()],
        parts: vec![part],
        ..Sheet::titled(call.say("worries.title"))
    })))
}

fn found(call: &Call<'_>, id: &str) -> Result<Worried, Stop> {
    let id = id.parse().map_err(|_| Stop::Unknown)?;
    let groups = call.reach_of_groups()?;
    call.desk.book.read(|book| rows::worry(book, id, groups.as_deref()))?.ok_or(Stop::Unknown)
}

/// One of them.
pub(super) fn one(call: &Call<'_>) -> Result<Reply, Stop> {
    let worry = found(call, call.query.raw("id"))?;
    call.record(EventKind::ConsoleLookUp, call.act(format!("read the worry W-{}", worry.id)))?;
    Ok(Reply::Page(Box::new(sheet(call, &worry))))
}

fn sheet(call: &Call<'_>, worry: &Worried) -> Sheet {
    let mut facts = vec![("worries.told", when(call, worry.answer.asked)), ("queue.group", worry.group.clone())];
    facts.push(("worries.name", if worry.name.is_empty() { call.say("worries.nobody").to_owned() } else { worry.name.clone() }));
    facts.push(("queue.state", say_state(call, worry.answer.state).to_owned()));
    if worry.answer.state != QueueState::Open {
        let answered = [
            ("queue.answered", when(call, worry.answer.answered)),
            ("worries.by", worry.by.clone()),
            ("queue.words", worry.answer.words.clone()),
        ];
        facts.extend(answered);
    }
    let facts = facts.into_iter().map(|(key, value)| (call.say(key).to_owned(), value, false)).collect();
    let told = Part {
        heading: call.say("worries.said").to_owned(),
        lines: worry.said.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect(),
        facts,
        ..Part::default()
    };
    let fields = vec![
        id_field(worry.id),
        state_field(call, &[QueueState::Answered, QueueState::Done]),
        area(call, "words", ("queue.words", "worries.words_help")),
    ];
    let form = Form { action: Place::WorriesAnswer.path(), button: call.say("queue.answer_button").to_owned(), fields };
    let lines = vec![call.say("worries.next").to_owned()];
    let answer = Part { heading: call.say("queue.answer").to_owned(), lines, form: Some(form), ..Part::default() };
    Sheet { parts: vec![told, answer], ..Sheet::titled(format!("W-{}", worry.id)) }
}

/// Answers it. An answer can be changed: what was said before stands in the record.
pub(super) fn answer(call: &Call<'_>) -> Result<Reply, Stop> {
    let worry = found(call, call.form.raw("id"))?;
    let mut sheet = sheet(call, &worry);
    let words = tidy(call.form.raw("words"), LONGEST_WORDS);
    let state = QueueState::of_word(call.form.raw("state")).filter(|state| matches!(state, QueueState::Answered | QueueState::Done));
    complain(&mut sheet, "state", state.is_none().then(|| call.say("fault.choose").to_owned()));
    complain(&mut sheet, "words", words.is_none().then(|| call.say("fault.missing").to_owned()));
    let (false, Some(words), Some(state)) = (sheet.is_faulty(), words, state) else {
        return Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY));
    };
    let by = call.session()?.account.name.clone();
    call.desk.book.change(|book| -> Result<(), Stop> {
        rows::answer_worry(book, worry.id, Said { state, words: &words, by: &by, at: call.now.wall })?;
        // What was told and what is answered stays between the two.
        call.record(EventKind::ConsoleChange, call.act(format!("answered W-{} ({})", worry.id, state.word())))
    })?;
    Ok(Reply::Go(Place::Worries.path().into(), None))
}
