//! What is written down about an incident: every form of its page. A line is added; nothing that was there is changed.
//!
//! The evidence log gets that something was written and of which kind, never what: it is read by people from whom incidents are kept.

use super::enrol::complain;
use super::incident::{of, sheet, today};
use super::incidents::{path, too_long};
use crate::admin::accounts;
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::incident_rows as rows;
use crate::admin::incident_works::Keep;
use crate::admin::incidents::{FACTS, FLAGS, Incident, IncidentLine, OUTCOMES, REVIEW, Said};
use crate::admin::next_step::next_step;
use crate::admin::outbox;
use crate::admin::report_rows;
use crate::admin::roles::{Action, may};
use crate::admin::sheet::Sheet;
use crate::model::{IncidentKind, Intent, Severity};
use crate::record::EventKind;
use axum::http::StatusCode;

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
    let mut kinds: Vec<&str> = lines.iter().map(|line| line.what.word()).collect();
    kinds.dedup();
    call.desk.book.change(|book| {
        for line in lines {
            rows::add(book, incident.id, line)?;
        }
        call.record(EventKind::IncidentChanged, call.act(format!("wrote down about incident {}: {}", incident.id, kinds.join(", "))))
    })?;
    Ok(Reply::Go(path(incident.id).into(), None))
}

/// Texts that differ from what stands.
fn texts(call: &Call<'_>, incident: &Incident, names: &[&'static str], kinds: &[Said]) -> Result<Reply, Stop> {
    let mut sheet = sheet(call, incident)?;
    too_long(call, &mut sheet, names);
    if sheet.is_faulty() {
        return faulty(sheet);
    }
    let given = names.iter().zip(kinds).map(|(name, kind)| (*kind, call.form.raw(name).trim()));
    let new = given.filter(|(kind, text)| !text.is_empty() && *text != incident.latest(*kind));
    let lines = new.map(|(kind, text)| line(call, kind, text)).collect::<Result<Vec<_>, _>>()?;
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
    let given = [
        (Said::Kind, kind.word().to_owned()),
        (Said::Intent, intent.word().to_owned()),
        (Said::Severity, severity.to_string()),
        (Said::Assigned, assigned),
        (Said::Flags, flags.join(",")),
    ];
    let new = given.into_iter().filter(|(what, text)| text != incident.latest(*what));
    let lines = new.map(|(what, text)| line(call, what, text)).collect::<Result<Vec<_>, _>>()?;
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
    let id = call.desk.works.hold(&Keep { scope, by, because, review })?;
    keep(call, incident, &[line(call, Said::Hold, id)?])
}

/// Seals it from an account: for that account there is no such incident any more.
fn seal(call: &Call<'_>, incident: &Incident) -> Result<Reply, Stop> {
    let mut sheet = sheet(call, incident)?;
    let name = call.form.raw("seal_from");
    let own = call.session()?.account.name == name;
    let found = call.desk.book.read(|book| accounts::named(book, name))?;
    let fits = found.is_some_and(|account| may(Some(account.role), Action::ReadIncidents)) && !own;
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
    if outcome == "unfounded" {
        let by = &call.session()?.account.name;
        for hold in incident.holds() {
            call.record(EventKind::IncidentChanged, call.act(format!("lets go {hold} of incident {}: it is unfounded", incident.id)))?;
            call.desk.works.let_go(hold, by, &format!("incident {} is unfounded", incident.id))?;
            lines.push(line(call, Said::LetGo, hold)?);
        }
        if !incident.latest(Said::Flags).is_empty() {
            lines.push(line(call, Said::Flags, "")?);
        }
        lines.extend(end_reports(call, incident)?);
    }
    keep(call, incident, &lines)
}

/// Reports by mail that watch the person end: what was said of them is unfounded. Whoever gets them is told by a letter that names nobody.
fn end_reports(call: &Call<'_>, incident: &Incident) -> Result<Option<IncidentLine>, Stop> {
    let Some(person) = &incident.scope.person else { return Ok(None) };
    let word = call.desk.pseudonyms.of(person)?;
    let ended = call.desk.book.change(|book| -> Result<Vec<i64>, Stop> {
        let reports = report_rows::about(book, &word)?;
        for report in &reports {
            report_rows::stop(book, report.account, report.id)?;
            let did = format!("report R-{} ended: incident {} about the same person is unfounded", report.id, incident.id);
            call.record(EventKind::ConsoleChange, call.act(did))?;
            let subject = format!("Report R-{} has ended", report.id);
            let body =
                format!("Report R-{} has ended and is not sent any more: the incident that spoke for it was unfounded.\n", report.id);
            if !outbox::put(book, &report.to, (&subject, &body), call.now.wall, call.now.wall)? {
                call.record(EventKind::MailFailed, call.act(format!("a letter to {} was not taken: too many wait", report.to)))?;
            }
        }
        Ok(reports.iter().map(|report| report.id).collect())
    })?;
    if ended.is_empty() {
        return Ok(None);
    }
    let ids: Vec<String> = ended.iter().map(|id| format!("R-{id}")).collect();
    let text = format!("{}: {}", call.say_with("incident.unfounded_reports", &incident.id.to_string()), ids.join(", "));
    Ok(Some(line(call, Said::Note, text)?))
}
