//! One incident as a file for a system of children's social care: its flags, what is known, and what was written down (standards F14). By
//! whoever keeps incidents, for a reason, and in the log with its SHA-256 before it leaves. No address of illegal material is in it.

use super::enrol::complain;
use super::evidence::{heads, paper};
use super::incident::{of, sheet};
use super::incident_words::{flag_key, in_words, kind_key, origin_key, said_key, severity_key};
use crate::admin::alias::Aliases;
use crate::admin::asked::sha256;
use crate::admin::call::{Call, Download, Reply, Stop};
use crate::admin::incidents::{FACTS, FLAGS, Incident, IncidentLine, Said};
use crate::admin::paper::{Chapter, Paper, PaperRow};
use crate::model::Timestamp;
use crate::record::EventKind;
use axum::http::StatusCode;

/// Hands it over.
pub(super) fn file(call: &Call<'_>) -> Result<Reply, Stop> {
    let incident = of(call, call.form.raw("id"))?;
    let mut page = sheet(call, &incident)?;
    let (form, because) = (call.form.raw("file_form"), call.form.text("file_because"));
    complain(&mut page, "file_form", (!["csv", "json"].contains(&form)).then(|| call.say("fault.choose").to_owned()));
    complain(&mut page, "file_because", (because.is_empty() || because.len() > 2000).then(|| call.say("fault.because").to_owned()));
    if page.is_faulty() {
        return Ok(Reply::Faulty(Box::new(page), StatusCode::UNPROCESSABLE_ENTITY));
    }
    let paper = of_incident(call, &incident)?;
    let (media, bytes) = if form == "csv" { ("text/csv; charset=utf-8", paper.csv()) } else { ("application/json", paper.json()) };
    let did = format!("took incident {} away for social care as {form}, SHA-256 {}", incident.id, sha256(&bytes));
    call.record(EventKind::ConsoleExport, call.act(did).because(&because))?;
    Ok(Reply::File(Box::new(Download { name: format!("incident-{}.{form}", incident.id), media, bytes })))
}

/// RFC 3339 in UTC, to the second: for programs.
fn time(at: Timestamp) -> String {
    format!("{:.0}", at.civil())
}

fn of_incident(call: &Call<'_>, incident: &Incident) -> Result<Paper, Stop> {
    let mut paper = paper(call, "incident", "incident.file_title", "incident.file_lead");
    paper.title = call.say_with("incident.file_title", &incident.id.to_string());
    let lines = incident.lines.iter().map(|one| line(call, one)).collect();
    let columns = [
        ("time", "incident.file_time"),
        ("field", "incident.file_field"),
        ("value", "incident.file_value"),
        ("reference", "incident.reference"),
    ];
    paper.chapters = vec![
        chapter(call, "flags", "said.flags", flags(call, incident)),
        chapter(call, "known", "incident.known", known(call, incident)?),
        Chapter {
            name: "lines",
            heading: call.say("incident.lines").to_owned(),
            lines: Vec::new(),
            head: heads(call, columns),
            rows: lines,
        },
    ];
    Ok(paper)
}

fn chapter(call: &Call<'_>, name: &'static str, heading: &'static str, rows: Vec<PaperRow>) -> Chapter {
    let head = heads(call, [("field", "incident.file_field"), ("value", "incident.file_value")]);
    Chapter { name, heading: call.say(heading).to_owned(), lines: Vec::new(), head, rows }
}

fn flags(call: &Call<'_>, incident: &Incident) -> Vec<PaperRow> {
    let row = |flag: &str| {
        let up = incident.has_flag(flag);
        let (code, key) = if up { ("yes", "evidence.is_there") } else { ("no", "evidence.is_not_there") };
        PaperRow { id: flag.to_owned(), code, cells: vec![call.say(flag_key(flag)).to_owned(), call.say(key).to_owned()] }
    };
    FLAGS.into_iter().map(row).collect()
}

fn known(call: &Call<'_>, incident: &Incident) -> Result<Vec<PaperRow>, Stop> {
    let aliases = call.desk.book.read(Aliases::of)?;
    let alias =
        |of: &Option<String>| of.as_ref().zip(aliases.as_ref()).map_or_else(String::new, |(of, aliases)| aliases.name_in(incident, of));
    let scope = &incident.scope;
    let row = |id: &str, key, value: String| PaperRow { id: id.to_owned(), code: "", cells: vec![call.say(key).to_owned(), value] };
    let closed = incident.latest(Said::Closed);
    let mut rows = vec![
        row("number", "incidents.number", incident.id.to_string()),
        row("kind", "said.kind", call.say(incident.kind().map_or("incidents.not_said", kind_key)).to_owned()),
        row("severity", "said.severity", call.say(severity_key(incident.severity())).to_owned()),
        row("opened", "incidents.opened", time(incident.opened)),
        row("origin", "board.origin", call.say(origin_key(&incident.origin)).to_owned()),
        row("first", "incident.span", time(scope.first)),
        row("last", "incident.span", time(scope.last)),
        row("person", "incident.person", alias(&scope.person)),
        row("device", "incident.device", alias(&scope.device)),
    ];
    rows.extend(FACTS.map(|fact| row(fact.word(), said_key(fact), incident.latest(fact).to_owned())));
    rows.push(row("outcome", "incident.outcome", if closed.is_empty() { String::new() } else { in_words(call, Said::Closed, closed) }));
    Ok(rows)
}

fn line(call: &Call<'_>, one: &IncidentLine) -> PaperRow {
    let words = in_words(call, one.what, &one.text);
    let cells = vec![time(one.at), call.say(said_key(one.what)).to_owned(), words, one.reference.clone()];
    PaperRow { id: one.what.word().to_owned(), code: "", cells }
}
