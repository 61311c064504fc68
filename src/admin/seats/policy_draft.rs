//! A draft of policy: what it would mean, who approved it, and the buttons of whoever may go on with it.

use super::enrol::complain;
use super::policy::at;
use super::policy_site as of_file;
use super::policy_words as words;
use super::sit::text as text_field;
use crate::admin::call::{Call, Download, Reply, Stop};
use crate::admin::edit_works::EditLine;
use crate::admin::place::Place;
use crate::admin::policy_deeds::{self as deeds, DeedFault};
use crate::admin::policy_drafts::{self as drafts, Draft, State, What};
use crate::admin::policy_works::{PolicySight, PublishFault, digest_of};
use crate::admin::roles::may;
use crate::admin::sheet::{Field, Form, Kind, Line, Part, Sheet};
use crate::admin::text_diff::changed_lines;
use crate::record::EventKind;
use axum::http::StatusCode;

fn draft(call: &Call<'_>) -> Result<Draft, Stop> {
    let fields = if call.post { &call.form } else { &call.query };
    let id = fields.raw("draft").parse().map_err(|_| Stop::Unknown)?;
    let draft = call.desk.book.read(|book| drafts::numbered(book, id))?;
    // One of a file that they do not reach looks as none.
    draft.filter(|draft| of_file::reaches(call, &draft.file)).ok_or(Stop::Unknown)
}

/// The page.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    let draft = draft(call)?;
    Ok(Reply::Page(Box::new(sheet(call, &draft)?)))
}

fn sheet(call: &Call<'_>, draft: &Draft) -> Result<Sheet, Stop> {
    let sight = call.desk.works.policy_in(&draft.file)?;
    let effect =
        Part { heading: call.say("policy.effect").to_owned(), lines: words::effect(call, &draft.proposed.effect), ..Part::default() };
    let lines = Part {
        heading: call.say("policy.lines").to_owned(),
        block: changed_lines(&draft.proposed.former, &draft.proposed.text),
        ..Part::default()
    };
    let mut parts = vec![effect];
    parts.extend(changes_part(call, draft));
    parts.extend([about_part(call, draft), lines]);
    match &sight {
        Some(sight) => parts.extend(next_parts(call, draft, sight)?),
        None => parts.push(Part {
            heading: call.say("site_policy.gone").to_owned(),
            lines: vec![call.say("site_policy.gone_words").to_owned()],
            ..Part::default()
        }),
    }
    let name = sight.map_or_else(String::new, |sight| sight.file);
    let lead = std::iter::once(words::what(call, &draft.what)).chain(of_file::about_words(call, &draft.file, &name));
    let title = words::fill(call, "policy.draft_title", &[&draft.id.to_string()]);
    Ok(Sheet { lead: lead.collect(), parts, ..Sheet::titled(title) })
}

/// Several changes, a line each.
fn changes_part(call: &Call<'_>, draft: &Draft) -> Option<Part> {
    let What::Edits { lines, .. } = &draft.what else { return None };
    let row = |line: &EditLine| {
        let whom = if line.group.is_empty() { call.say("edit.everybody").to_owned() } else { line.group.clone() };
        let word = |word| words::edit_word(call, &line.what, word);
        let cells = vec![words::edit_what(call, &line.what), whom, word(&line.was), word(&line.wish)];
        Line { cells, ..Line::default() }
    };
    let head = ["policy.what", "policy.group", "edit.was", "edit.wish"].map(|key| call.say(key).to_owned());
    Some(Part { heading: call.say("edit.changes").to_owned(), head: head.into(), rows: lines.iter().map(row).collect(), ..Part::default() })
}

fn about_part(call: &Call<'_>, draft: &Draft) -> Part {
    let fact = |key, value: String| (call.say(key).to_owned(), value, false);
    let mut facts = vec![
        fact("policy.state", words::state(call, draft.state).to_owned()),
        fact("policy.by", draft.by_name.clone()),
        fact("policy.when", call.moment(draft.made)),
        fact("policy.because", draft.because.clone()),
    ];
    if let Some((at, who, why)) = &draft.decided {
        facts.push(fact("policy.decided", format!("{who}, {}: {why}", call.moment(*at))));
    }
    if let Some((at, who)) = &draft.published {
        facts.push(fact("policy.published", format!("{who}, {}", call.moment(*at))));
    }
    Part { heading: call.say("policy.about_draft").to_owned(), facts, ..Part::default() }
}

/// What may be done with it now, and by whom.
fn next_parts(call: &Call<'_>, draft: &Draft, sight: &PolicySight) -> Result<Vec<Part>, Stop> {
    let account = &call.session()?.account;
    let can = |place: Place| may(Some(account.role), place.action());
    let note = |heading, lines| Part { heading: call.say(heading).to_owned(), lines, ..Part::default() };
    let mut parts = Vec::new();
    if !draft.state.is_open() {
        return Ok(parts);
    }
    let moved = sight.digest != draft.proposed.base && sight.digest != digest_of(&draft.proposed.text);
    if moved {
        let lines = vec![words::fill(call, "policy.moved_words", &[&draft.proposed.base, &sight.digest])];
        let again = match &draft.what {
            What::Change { group, category, .. } => Some(at(Place::PolicyChange, &[("group", group), ("category", category)])),
            What::Setting { path, .. } => Some(at(Place::SettingChange, &[("option", path)])),
            What::Edits { .. } => None,
            What::Back { version } => Some(at(Place::PolicyVersion, &[("version", &version.to_string())])),
        };
        let form = (again.is_none() && can(Place::PolicyAgain)).then(|| Form {
            action: Place::PolicyAgain.path(),
            button: call.say("policy.again").to_owned(),
            fields: vec![number_field(draft)],
        });
        let links = again.map(|again| (again, call.say("policy.again").to_owned())).into_iter().filter(|_| can(Place::PolicyChange));
        parts.push(Part { links: links.collect(), form, ..note("policy.moved", lines) });
    }
    // What cannot be told now is told by whoever puts it in force.
    let loosened = deeds::loosened(call, draft).unwrap_or_default();
    if !loosened.is_empty() {
        parts.push(note("policy.loosened", vec![call.say_with("policy.loosened_words", &loosened.join(", "))]));
    }
    let waits = (sight.approve || !loosened.is_empty()) && draft.state == State::Proposed;
    if waits && can(Place::PolicyDecide) && draft.by != account.id {
        parts.push(decide_part(call, draft));
    } else if waits {
        let key = if draft.by == account.id { "policy.waits_own" } else { "policy.waits" };
        parts.push(note("policy.waits_title", vec![call.say(key).to_owned()]));
    }
    if can(Place::PolicyPublish) {
        if !sight.read_only.is_empty() {
            parts.push(by_hand_part(call, draft, sight));
        } else if !waits && !moved {
            parts.push(publish_part(call, draft));
        }
        parts.push(withdraw_part(call, draft));
    }
    Ok(parts)
}

fn number_field(draft: &Draft) -> Field {
    Field { name: "draft", kind: Kind::Hidden, value: draft.id.to_string(), ..Field::default() }
}

fn decide_part(call: &Call<'_>, draft: &Draft) -> Part {
    let choices =
        [("approve", "policy.approve"), ("refuse", "policy.refuse")].map(|(value, key)| (value.to_owned(), call.say(key).to_owned()));
    let verdict = Field {
        name: "verdict",
        kind: Kind::Radio,
        label: call.say("policy.verdict").to_owned(),
        value: call.form.text("verdict"),
        choices: choices.into(),
        ..Field::default()
    };
    let fields = vec![number_field(draft), verdict, text_field(call, "because", "policy.decide_because")];
    let form = Form { action: Place::PolicyDecide.path(), button: call.say("policy.decide_button").to_owned(), fields };
    Part { heading: call.say("policy.decide").to_owned(), form: Some(form), ..Part::default() }
}

fn publish_part(call: &Call<'_>, draft: &Draft) -> Part {
    let form = Form {
        action: Place::PolicyPublish.path(),
        button: call.say("policy.publish_button").to_owned(),
        fields: vec![number_field(draft)],
    };
    let lines = vec![call.say("policy.publish_words").to_owned()];
    Part { heading: call.say("policy.publish").to_owned(), lines, form: Some(form), ..Part::default() }
}

/// The file cannot be written from here: the text, for whoever can.
fn by_hand_part(call: &Call<'_>, draft: &Draft, sight: &PolicySight) -> Part {
    Part {
        heading: call.say("policy.read_only").to_owned(),
        lines: vec![words::fill(call, "policy.by_hand", &[&sight.file, &sight.read_only])],
        links: vec![(at(Place::PolicyText, &[("draft", &draft.id.to_string())]), call.say("policy.take_text").to_owned())],
        ..Part::default()
    }
}

fn withdraw_part(call: &Call<'_>, draft: &Draft) -> Part {
    let fields = vec![number_field(draft), text_field(call, "withdraw_because", "policy.because")];
    let form = Form { action: Place::PolicyWithdraw.path(), button: call.say("policy.withdraw_button").to_owned(), fields };
    Part { heading: call.say("policy.withdraw").to_owned(), form: Some(form), ..Part::default() }
}

/// Where a deed leads: to the draft again, or to what was wrong beside its field.
fn reply(call: &Call<'_>, draft: &Draft, field: &str, done: Result<(), DeedFault>) -> Result<Reply, Stop> {
    let fault = match done {
        Ok(()) => return Ok(Reply::Go(at(Place::PolicyDraft, &[("draft", &draft.id.to_string())]).into(), None)),
        Err(DeedFault::Stop(stop)) => return Err(stop),
        Err(fault) => fault,
    };
    // As it stands now, whatever somebody else did meanwhile.
    let fresh = call.desk.book.read(|book| drafts::numbered(book, draft.id))?.ok_or(Stop::Unknown)?;
    let mut sheet = sheet(call, &fresh)?;
    let said = words::deed_fault(call, &fault);
    match fault {
        DeedFault::Because => complain(&mut sheet, field, Some(said)),
        DeedFault::Own
        | DeedFault::Closed
        | DeedFault::NotApproved
        | DeedFault::Left(_)
        | DeedFault::Change(_)
        | DeedFault::Publish(_)
        | DeedFault::Stop(_) => {
            sheet.fault = Some(said);
        }
    }
    let moved = matches!(fault, DeedFault::Closed | DeedFault::Publish(PublishFault::Moved(_)));
    Ok(Reply::Faulty(Box::new(sheet), if moved { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY }))
}

/// Approves or refuses.
pub(super) fn decide(call: &Call<'_>) -> Result<Reply, Stop> {
    let draft = draft(call)?;
    let approves = match call.form.raw("verdict") {
        "approve" => true,
        "refuse" => false,
        _ => {
            let mut sheet = sheet(call, &draft)?;
            complain(&mut sheet, "verdict", Some(call.say("fault.choose").to_owned()));
            return Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    let done = deeds::decide(call, &draft, approves, &call.form.text("because"));
    reply(call, &draft, "because", done)
}

/// Takes it back.
pub(super) fn withdraw(call: &Call<'_>) -> Result<Reply, Stop> {
    let draft = draft(call)?;
    let done = deeds::withdraw(call, &draft, &call.form.text("withdraw_because"));
    reply(call, &draft, "withdraw_because", done)
}

/// Makes its changes again, from what stands in the file now.
pub(super) fn again(call: &Call<'_>) -> Result<Reply, Stop> {
    let draft = draft(call)?;
    match deeds::propose_again(call, &draft) {
        Ok(id) => Ok(Reply::Go(at(Place::PolicyDraft, &[("draft", &id.to_string())]).into(), None)),
        Err(fault) => reply(call, &draft, "draft", Err(fault)),
    }
}

/// Puts it in force.
pub(super) fn publish(call: &Call<'_>) -> Result<Reply, Stop> {
    let draft = draft(call)?;
    let done = deeds::publish(call, &draft);
    reply(call, &draft, "draft", done)
}

/// The settings with the draft in them, to take away.
pub(super) fn text(call: &Call<'_>) -> Result<Reply, Stop> {
    let draft = draft(call)?;
    call.record(EventKind::ConsoleLookUp, call.act(format!("took away the settings with draft {} in them", draft.id)))?;
    let bytes = draft.proposed.text.into_bytes();
    Ok(Reply::File(Box::new(Download { name: format!("lifeguard-draft-{}.toml", draft.id), media: "application/toml", bytes })))
}
