//! `lifeguard logs search --pages`: what was found as visits, each with the number of requests folded under it.

use super::{SearchArgs, json_line, table};
use crate::store::query::{RequestRow, Row};
use crate::store::view::{FURNITURE_WINDOW, Visit, fold};
use std::io::{self, Write};

/// Shows visits, and events where they were asked for, in the order of the rows. `false`: there is none.
pub(super) fn put(rows: &[Row], args: &SearchArgs, out: &mut dyn Write) -> io::Result<bool> {
    let mut requests: Vec<&RequestRow> = rows.iter().filter_map(as_request).collect();
    requests.sort_by_key(|row| row.sequence);
    let visits = fold(&requests, FURNITURE_WINDOW);
    let mut lines: Vec<(u64, Line<'_>)> = visits.iter().map(|visit| (requests[visit.page].sequence, Line::Visit(visit))).collect();
    lines.extend(rows.iter().filter_map(|row| match row {
        Row::Event(event) => Some((event.sequence, Line::Other(row))),
        Row::Outcome(outcome) => Some((outcome.sequence, Line::Other(row))),
        Row::Request(_) => None,
    }));
    lines.sort_by_key(|(sequence, _)| *sequence);
    if !args.oldest_first {
        lines.reverse();
    }
    for (_, line) in &lines {
        match line {
            Line::Visit(visit) => put_visit(visit, &requests, args.json, out)?,
            Line::Other(row) => super::put(row, args.json, out)?,
        }
    }
    Ok(!lines.is_empty())
}

enum Line<'r> {
    Visit(&'r Visit),
    Other(&'r Row),
}

fn as_request(row: &Row) -> Option<&RequestRow> {
    match row {
        Row::Request(request) => Some(request),
        Row::Outcome(_) | Row::Event(_) => None,
    }
}

fn put_visit(visit: &Visit, rows: &[&RequestRow], json: bool, out: &mut dyn Write) -> io::Result<()> {
    let page = Row::Request(Box::new(rows[visit.page].clone()));
    if json {
        let mut value = serde_json::to_value(&page)?;
        if let Some(object) = value.as_object_mut() {
            object.insert("folded".into(), visit.parts.iter().map(|&part| rows[part].sequence).collect());
        }
        return writeln!(out, "{}", json_line(&value.to_string()));
    }
    table::line(&page, out)?;
    if visit.parts.is_empty() {
        return Ok(());
    }
    writeln!(out, "    and {} requests of its own: {}", visit.parts.len(), visit.summary(rows))
}
