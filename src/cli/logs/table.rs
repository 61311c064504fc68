//! Records as lines for people. Everything that came from outside is shown so that a terminal cannot be led astray by it.

use crate::store::Report;
use crate::store::evidence::Checked;
use crate::store::heads::HeadsReport;
use crate::store::query::{EventRow, OutcomeRow, RequestRow, Row, terminal};
use std::io::{self, Write};

/// Longest address that a line shows, in characters; `--json` has the whole.
const LONGEST: usize = 300;

/// One record as one line.
pub(super) fn line(row: &Row, out: &mut dyn Write) -> io::Result<()> {
    match row {
        Row::Request(request) => request_line(request, out),
        Row::Outcome(outcome) => outcome_line(outcome, out),
        Row::Event(event) => event_line(event, out),
    }
}

fn request_line(row: &RequestRow, out: &mut dyn Write) -> io::Result<()> {
    let client = row.asserted.as_deref().unwrap_or(&row.peer);
    let who = match &row.user {
        // A name never stands without how it was found out (D14).
        Some(user) => format!("{client} {} {} ({})", row.group, user, row.identity),
        None => format!("{client} {}", row.group),
    };
    let address = if row.url.is_empty() { &row.target } else { &row.url };
    let status = row.outcome.as_ref().map_or_else(|| "-".to_owned(), |outcome| outcome.status.to_string());
    write!(out, "{}  {:6} {:3}  {}  {}  ", row.time, row.verdict.code(), status, terminal(&who), row.id)?;
    write!(out, "{} {}  {}", short(&row.method), short(address), row.reason)?;
    if !row.categories.is_empty() {
        write!(out, " [{}]", short(&row.categories.join(", ")))?;
    }
    let marks = [(row.coverage_gap, " coverage-gap"), (row.demonstration, " demonstration-list")];
    for (_, mark) in marks.iter().filter(|(set, _)| *set) {
        out.write_all(mark.as_bytes())?;
    }
    writeln!(out)
}

fn outcome_line(row: &OutcomeRow, out: &mut dyn Write) -> io::Result<()> {
    let ended = serde_json::to_string(&row.ended).unwrap_or_default();
    let ended = ended.trim_matches('"');
    write!(out, "{}  ended  {:3}  {}  {ended}  {} bytes up, {} bytes down", row.time, row.status, row.id, row.bytes_up, row.bytes_down)?;
    if let Some(reason) = row.reason {
        write!(out, "  {reason}")?;
    }
    if !row.note.is_empty() {
        write!(out, "  {}", short(&row.note))?;
    }
    writeln!(out)
}

fn event_line(row: &EventRow, out: &mut dyn Write) -> io::Result<()> {
    let event = serde_json::to_string(&row.event).unwrap_or_default();
    let peer = row.peer.as_deref().unwrap_or("");
    writeln!(out, "{}  event  {}  {peer}  {}", row.time, event.trim_matches('"'), terminal(&row.text))
}

fn short(text: &str) -> String {
    let mut shown = terminal(text);
    if let Some((cut, _)) = shown.char_indices().nth(LONGEST) {
        shown.truncate(cut);
        shown.push('\u{2026}');
    }
    shown
}

/// What a check of the whole log found.
pub(super) fn report(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let verdict = if report.is_whole() { "The log is whole" } else { "THE LOG IS NOT WHOLE" };
    let range = match (report.first, report.last) {
        (Some(first), Some(last)) => format!(", numbers {first} to {last}"),
        _ => String::new(),
    };
    writeln!(out, "{verdict}: {} records{range} in {} segments, {} bytes.", report.records, report.segments, report.bytes)?;
    for fault in &report.faults {
        writeln!(out, "fault: {}", terminal(&fault.to_string()))?;
    }
    for (first, last) in &report.gaps {
        writeln!(out, "gap: records {first} to {last} were lost when the process or machine stopped; the log itself says so.")?;
    }
    if report.swept_segments > 0 {
        let (segments, records) = (report.swept_segments, report.swept_records);
        writeln!(
            out,
            "note: {segments} segments with {records} records were deleted when their time was over; the chain runs on over their receipts."
        )?;
    }
    if report.starts_late {
        writeln!(out, "note: earlier segments are not in this folder.")?;
    }
    if report.open {
        writeln!(out, "note: the newest segment is open: the proxy is running, or it was stopped by force.")?;
    }
    for file in &report.beside {
        writeln!(out, "note: {} is no part of the log: it is left over from an attempt that failed.", file.display())?;
    }
    heads(&report.heads, out)?;
    if let Some(chain) = report.chain {
        writeln!(out, "The chain stands at {chain}.")?;
    }
    Ok(())
}

fn heads(heads: &HeadsReport, out: &mut dyn Write) -> io::Result<()> {
    let Some(genesis) = &heads.genesis else { return writeln!(out, "note: no heads of this log were ever signed.") };
    writeln!(out, "{} signed heads in {} epochs cover {} of {} records.", heads.heads, heads.epochs, heads.signed, heads.leaves)?;
    if heads.beyond > 0 {
        writeln!(out, "note: {} further heads cover records that are no longer here or cannot be read.", heads.beyond)?;
    }
    for file in &heads.torn {
        writeln!(out, "note: the last note of {} was cut off when it was written; it never counted.", file.display())?;
    }
    writeln!(out, "The log's first key has the fingerprint {genesis}: compare it with the one you wrote down.")
}

/// What a file of evidence shows.
pub(super) fn checked(found: &Checked, is_known: bool, out: &mut dyn Write) -> io::Result<()> {
    let what = if found.is_evidence { "evidence" } else { "proof" };
    writeln!(
        out,
        "PROVED: the {} records in this {what} are in the log {}, untouched, since {}.",
        found.records,
        terminal(&found.origin),
        terminal(&found.time)
    )?;
    writeln!(out, "The log held {} records then.", found.size)?;
    if found.withheld > 0 {
        writeln!(out, "note: of {} records only the hash was given, because a statutory list decided them.", found.withheld)?;
    }
    if !is_known {
        writeln!(out, "The log's first key has the fingerprint {}: compare it with one that you know from elsewhere.", found.genesis)?;
    }
    Ok(())
}
