//! What is written down about an incident: every form of its page. A line is added; nothing that was there is changed.
//!
//! The evidence log gets that something was written and of which kind, never what: it is read by people from whom incidents are kept.

use super::enrol::complain;
use super::incident::{of, sealable, sheet, today};
use super::incidents::{path, too_long};
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::incident_rows as rows;
use crate::admin::incident_works::Keep;
use crate::admin::incidents::{FACTS, FLAGS, Incident, IncidentLine, OUTCOMES, REVIEW, Said};
use crate::admin::next_step::next_step;
use crate::admin::outbox;
use crate::admin::report_rows;
use crate::admin::sheet::Sheet;
use crate::model::{IncidentKind, Intent, Severity};
use crate::record::EventKind;
use axum::http::StatusCode;
use rusqlite::Connection;

/// Writes down what a form says.
pub(super) fn change(call: &Call<'_>) -> Result<Reply, Stop> {
    let incident = of(call, call.form.raw("id"))?;
    let deed = call.form.raw("deed");
    // What is closed stays as it is, but for what is learned from it later.
    if incident.closed().is_some() && !["note", "review"].contains(&deed) {
        return Err(Stop::Unknown);
    }
    match deed {
        "facts" => texts(call, &incident, &["what", "who", "how", "actions", "conclusion"], &FACTS),
        "review" => texts(call, &incident, &["why", "prevented", "response", "lessons"], &REVIEW),
        "note" => note(call, &incident),
        "class" => class(call, &incident),
        "step" => step(call, &incident),
        "hold" => hold(call, &incident),
        "seal" => seal(call, &incident),
        "close" => close(call, &incident),
        _ => Err(Stop::Unknown),
    }
}

fn faulty(sheet: Sheet) -> Result<Reply, Stop> {
    Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY))
}

fn line(call: &Call<'_>, what: Said, text: impl Into<String>) -> Result<IncidentLine, Stop> {
    let who = call.session()?.account.name.clone();
    Ok(IncidentLine { at: call.now.wall, who, what, text: text.into(), reference: String::new() })
}

/// Records that it was done, and keeps it; both or neither.
fn keep(call: &Call<'_>, incident: &Incident, lines: &[IncidentLine]) -> Result<Reply, Stop> {
    call.desk.book.change(|book| add(call, book, incident, lines))?;
    Ok(Reply::Go(path(incident.id).into(), None))
}

/// Adds lines to an incident that still is what was looked at: nothing is written behind its end, past its seal or over somebody's word.
fn add(call: &Call<'_>, book: &Connection, incident: &Incident, lines: &[IncidentLine]) -> Result<(), Stop> {
    stands(call, book, incident)?;
    for line in lines {
        rows::add(book, incident.id, line)?;
    }
    let mut kinds: Vec<&str> = lines.iter().map(|line| line.what.word()).collect();
    kinds.dedup();
    call.record(EventKind::IncidentChanged, call.act(format!("wrote down about incident {}: {}", incident.id, kinds.join(", "))))
}

/// Is it what was looked at still?
fn stands(call: &Call<'_>, book: &Connection, incident: &Incident) -> Result<(), Stop> {
    let now = rows::numbered(book, incident.id, &call.session()?.account.name)?.ok_or(Stop::Unknown)?;
    if now.lines.len() == incident.lines.len() { Ok(()) } else { Err(Stop::Busy) }
}

/// The incident as it stood when the form was made.
fn as_seen(call: &Call<'_>, incident: &Incident) -> Incident {
    let mut seen = incident.clone();
    seen.lines.truncate(call.form.raw("stands").parse().unwrap_or(usize::MAX));
    seen
}

/// What a form says anew of what it holds; `None`: somebody else has said something else since it was made.
fn anew<'a>(call: &Call<'_>, incident: &Incident, given: &[(&str, Said, &'a str)]) -> Option<Vec<(Said, &'a str)>> {
    let (seen, mut new) = (as_seen(call, incident), Vec::new());
    for &(_, what, text) in given {
        let (typed, then, now) = (plain(text), plain(seen.latest(what)), plain(incident.latest(what)));
        match () {
            () if typed == then || typed == now => {}
            () if then == now => new.push((what, text)),
            () => return None,
        }
    }
    Some(new)
}

/// Nothing is kept of a form that would write over what somebody else has written. What stands now is on the page that comes back, and so is
/// what was typed: sent again, it is the word of somebody who has seen both. A field that was left as it was is shown as it is now.
fn overtaken(call: &Call<'_>, incident: &Incident, mut sheet: Sheet, given: &[(&str, Said, &str)]) -> Reply {
    let (seen, lines) = (as_seen(call, incident), incident.lines.len().to_string());
    let left = |of: &str| given.iter().find(|(name, what, text)| *name == of && plain(text) == plain(seen.latest(*what)));
    for field in sheet.parts.iter_mut().filter_map(|part| part.form.as_mut()).flat_map(|form| &mut form.fields) {
        if field.name == "stands" {
            field.value.clone_from(&lines);
        } else if FLAGS.contains(&field.name) && left("flags").is_some() {
            field.value = if incident.has_flag(field.name) { "yes".to_owned() } else { String::new() };
        } else if let Some((_, what, _)) = left(field.name) {
            incident.latest(*what).clone_into(&mut field.value);
        }
    }
    sheet.fault = Some(call.say("incident.newer").to_owned());
    Reply::Faulty(Box::new(sheet), StatusCode::CONFLICT)
}

/// Browsers end lines in their own way.
fn plain(text: &str) -> String {
    text.replace('\r', "").trim().to_owned()
}

/// Texts that differ from what stands.
fn texts(call: &Call<'_>, incident: &Incident, names: &[&'static str], kinds: &[Said]) -> Result<Reply, Stop> {
    let mut sheet = sheet(call, incident)?;
    too_long(call, &mut sheet, names);
    if sheet.is_faulty() {
        return faulty(sheet);
    }
    let given = names.iter().zip(kinds).map(|(name, kind)| (*name, *kind, call.form.raw(name).trim()));
    let given: Vec<_> = given.filter(|(_, _, text)| !text.is_empty()).collect();
    let Some(new) = anew(call, incident, &given) else { return Ok(overtaken(call, incident, sheet, &given)) };
    let lines = new.into_iter().map(|(kind, text)| line(call, kind, text)).collect::<Result<Vec<_>, _>>()?;
    if lines.is_empty() {
        sheet.notes.push(call.say("incident.nothing_new").to_owned());
        return Ok(Reply::Page(Box::new(sheet)));
    }
    keep(call, incident, &lines)
}

fn note(call: &Call<'_>, incident: &Incident) -> Result<Reply, Stop> {
    let mut sheet = sheet(call, incident)?;
    let note = call.form.raw("note").trim();
    complain(&mut sheet, "note", note.is_empty().then(|| call.say("fault.missing").to_owned()));
    too_long(call, &mut sheet, &["note"]);
    if sheet.is_faulty() { faulty(sheet) } else { keep(call, incident, &[line(call, Said::Note, note)?]) }
}

fn class(call: &Call<'_>, incident: &Incident) -> Result<Reply, Stop> {
    let mut sheet = sheet(call, incident)?;
    let raw = |name| call.form.raw(name);
    let kind = IncidentKind::of_word(raw("kind"));
    let intent = Intent::of_word(raw("intent"));
    let severity = raw("severity").parse().ok().and_then(Severity::new);
    let assigned = call.form.text("assigned");
    let choose = || call.say("fault.choose").to_owned();
    complain(&mut sheet, "kind", kind.is_none().then(choose));
    complain(&mut sheet, "intent", intent.is_none().then(choose));
    complain(&mut sheet, "severity", severity.is_none().then(choose));
    let abandoned = severity == Some(Severity::GRAVE) && assigned.is_empty();
    complain(&mut sheet, "assigned", abandoned.then(|| call.say("fault.abandoned").to_owned()));
    complain(&mut sheet, "assigned", (assigned.len() > 200).then(|| call.say("fault.too_long").to_owned()));
    let (false, Some(kind), Some(intent), Some(severity)) = (sheet.is_faulty(), kind, intent, severity) else { return faulty(sheet) };
    let flags: Vec<&str> = FLAGS.into_iter().filter(|flag| call.form.ticked(flag)).collect();
    let (severity, flags) = (severity.to_string(), flags.join(","));
    let given = [
        ("kind", Said::Kind, kind.word()),
        ("intent", Said::Intent, intent.word()),
        ("severity", Said::Severity, severity.as_str()),
        ("assigned", Said::Assigned, assigned.as_str()),
        ("flags", Said::Flags, flags.as_str()),
    ];
    let Some(new) = anew(call, incident, &given) else { return Ok(overtaken(call, incident, sheet, &given)) };
    let lines = new.into_iter().map(|(what, text)| line(call, what, text)).collect::<Result<Vec<_>, _>>()?;
    if lines.is_empty() {
        sheet.notes.push(call.say("incident.nothing_new").to_owned());
        return Ok(Reply::Page(Box::new(sheet)));
    }
    keep(call, incident, &lines)
}

fn step(call: &Call<'_>, incident: &Incident) -> Result<Reply, Stop> {
    let mut sheet = sheet(call, incident)?;
    let flowchart = call.desk.works.incident_settings().flowchart;
    let next = next_step(incident, &flowchart).filter(|next| next.step.id == call.form.raw("step"));
    // Somebody else was faster: the page shows what comes now.
    let Some(next) = next else { return Ok(Reply::Go(path(incident.id).into(), None)) };
    let (state, note, reference) = (call.form.raw("step_state"), call.form.text("step_note"), call.form.text("reference"));
    complain(&mut sheet, "step_state", (!["done", "not-needed"].contains(&state)).then(|| call.say("fault.choose").to_owned()));
    complain(&mut sheet, "step_note", (state == "not-needed" && note.is_empty()).then(|| call.say("fault.because").to_owned()));
    complain(&mut sheet, "step_note", (note.len() > 2000).then(|| call.say("fault.too_long").to_owned()));
    complain(&mut sheet, "reference", (reference.len() > 200).then(|| call.say("fault.too_long").to_owned()));
    if sheet.is_faulty() {
        return faulty(sheet);
    }
    let text = [next.step.id.as_str(), state, &note].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ");
    keep(call, incident, &[IncidentLine { reference, ..line(call, Said::Step, text)? }])
}

/// Holds the evidence, as `lifeguard logs hold add` does. It is recorded first: a hold that nobody knows of is worse than none.
fn hold(call: &Call<'_>, incident: &Incident) -> Result<Reply, Stop> {
    let mut sheet = sheet(call, incident)?;
    let (because, review) = (call.form.text("hold_because"), call.form.text("hold_review"));
    let day = if review.is_empty() { today(call).checked_add(jiff::Span::new().days(90)).ok() } else { review.parse().ok() };
    complain(&mut sheet, "hold_because", (because.is_empty() || because.len() > 2000).then(|| call.say("fault.because").to_owned()));
    complain(&mut sheet, "hold_review", day.is_none().then(|| call.say("fault.day").to_owned()));
    let scope = incident.scope.clone();
    if scope.person.is_none() && scope.device.is_none() && scope.client.is_none() {
        complain(&mut sheet, "hold_because", Some(call.say("fault.no_scope").to_owned()));
    }
    let (false, Some(review)) = (sheet.is_faulty(), day) else { return faulty(sheet) };
    let by = call.session()?.account.name.clone();
    call.record(EventKind::IncidentChanged, call.act(format!("holds the evidence of incident {}", incident.id)))?;
    let because = format!("incident {}: {because}", incident.id);
    let id = call.desk.works.hold(&Keep { scope, by: by.clone(), because, review })?;
    let kept = keep(call, incident, &[line(call, Said::Hold, id.as_str())?]);
    if kept.is_err() {
        call.desk.works.let_go(&id, &by, "it could not be written down")?;
    }
    kept
}

/// Seals it from an account: for that account there is no such incident any more.
fn seal(call: &Call<'_>, incident: &Incident) -> Result<Reply, Stop> {
    let mut sheet = sheet(call, incident)?;
    let name = call.form.raw("seal_from");
    // As the form offers them: of an account of other sites nobody learns by this what it may do, nor that it is there.
    let fits = sealable(call)?.iter().any(|account| account.name == name);
    complain(&mut sheet, "seal_from", (!fits).then(|| call.say("fault.choose").to_owned()));
    if sheet.is_faulty() { faulty(sheet) } else { keep(call, incident, &[line(call, Said::Sealed, name)?]) }
}

/// Closes it: with its five facts and its outcome. An unfounded one lets its holds and flags go, and ends reports about the person (F24).
fn close(call: &Call<'_>, incident: &Incident) -> Result<Reply, Stop> {
    let mut sheet = sheet(call, incident)?;
    let (outcome, because) = (call.form.raw("outcome"), call.form.text("close_because"));
    complain(&mut sheet, "outcome", (!OUTCOMES.contains(&outcome)).then(|| call.say("fault.choose").to_owned()));
    complain(&mut sheet, "close_because", (because.is_empty() || because.len() > 2000).then(|| call.say("fault.because").to_owned()));
    let names = ["what", "who", "how", "actions", "conclusion"];
    for (name, _) in names.into_iter().zip(FACTS).filter(|(_, fact)| incident.latest(*fact).is_empty()) {
        complain(&mut sheet, name, Some(call.say("fault.fact").to_owned()));
    }
    complain(&mut sheet, "kind", incident.kind().is_none().then(|| call.say("fault.fact").to_owned()));
    complain(&mut sheet, "assigned", incident.is_abandoned().then(|| call.say("fault.abandoned").to_owned()));
    if sheet.is_faulty() {
        return faulty(sheet);
    }
    let mut lines = vec![line(call, Said::Closed, format!("{outcome} {because}"))?];
    let unfounded = outcome == "unfounded";
    let holds = if unfounded { incident.holds() } else { Vec::new() };
    lines.extend(holds.iter().map(|hold| line(call, Said::LetGo, *hold)).collect::<Result<Vec<_>, _>>()?);
    if unfounded && !incident.latest(Said::Flags).is_empty() {
        lines.push(line(call, Said::Flags, "")?);
    }
    call.desk.book.change(|book| -> Result<(), Stop> {
        stands(call, book, incident)?;
        lines.extend(if unfounded { end_reports(call, book, incident)? } else { None });
        add(call, book, incident, &lines)
    })?;
    // Evidence is let go last: an incident that is not closed keeps it.
    let by = &call.session()?.account.name;
    for hold in holds {
        call.record(EventKind::IncidentChanged, call.act(format!("lets go {hold} of incident {}: it is unfounded", incident.id)))?;
        call.desk.works.let_go(hold, by, &format!("incident {} is unfounded", incident.id))?;
    }
    Ok(Reply::Go(path(incident.id).into(), None))
}

/// Reports by mail that watch the person end: what was said of them is unfounded. Whoever gets them is told by a letter that names nobody.
fn end_reports(call: &Call<'_>, book: &Connection, incident: &Incident) -> Result<Option<IncidentLine>, Stop> {
    let Some(person) = &incident.scope.person else { return Ok(None) };
    let word = call.desk.pseudonyms.of(person)?;
    let ended = report_rows::about(book, &word)?;
    for report in &ended {
        report_rows::stop(book, report.account, report.id)?;
        let did = format!("report R-{} ended: incident {} about the same person is unfounded", report.id, incident.id);
        call.record(EventKind::ConsoleChange, call.act(did))?;
        let subject = format!("Report R-{} has ended", report.id);
        let body = format!("Report R-{} has ended and is not sent any more: the incident that spoke for it was unfounded.\n", report.id);
        if !outbox::put(book, &report.to, (&subject, &body), call.now.wall, call.now.wall)? {
            call.record(EventKind::MailFailed, call.act(format!("a letter to {} was not taken: too many wait", report.to)))?;
        }
    }
    if ended.is_empty() {
        return Ok(None);
    }
    let ids: Vec<String> = ended.iter().map(|report| format!("R-{}", report.id)).collect();
    let text = format!("{}: {}", call.say_with("incident.unfounded_reports", &incident.id.to_string()), ids.join(", "));
    Ok(Some(line(call, Said::Note, text)?))
}
