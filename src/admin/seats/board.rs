//! Figures of incidents for a board or governors: no names, and no number so small that somebody can be guessed (standards F9, F22).

use super::enrol::complain;
use super::incident_words::{kind_key, origin_key, severity_key};
use super::people::day_field;
use crate::admin::board::{Figure, Figures, Table, figures};
use crate::admin::call::{Call, Download, Reply, Stop, day, end_of_day};
use crate::admin::incident_rows as rows;
use crate::admin::place::Place;
use crate::admin::sheet::{Field, Form, Kind, Line, Part, Sheet};
use crate::model::{IncidentKind, Severity, Timestamp};
use crate::record::EventKind;
use axum::http::StatusCode;

const DAY_US: i64 = 86_400 * 1_000_000;
/// Where nobody says from when.
const USUAL_DAYS: i64 = 365;

/// The page of the last year.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    page(call, (Timestamp(call.now.wall.0 - USUAL_DAYS * DAY_US), Timestamp(call.now.wall.0 + 1)))
}

fn page(call: &Call<'_>, span: (Timestamp, Timestamp)) -> Result<Reply, Stop> {
    call.record(
        EventKind::ConsoleLookUp,
        call.act(format!("looked at figures of incidents from {} to {}", day(Some(span.0)), day(Some(span.1)))),
    )?;
    Ok(Reply::Page(Box::new(sheet(call, span)?)))
}

fn sheet(call: &Call<'_>, span: (Timestamp, Timestamp)) -> Result<Sheet, Stop> {
    let mut figures = call.desk.book.read(|book| rows::opened_between(book, span.0, span.1))?;
    figures.retain(|incident| call.sees_group(&incident.scope.group));
    let figures = crate::admin::board::figures(&figures);
    let mut parts = vec![ask_part(call, span), total_part(call, &figures)];
    parts.extend(figures.tables.iter().map(|table| table_part(call, table)));
    Ok(Sheet { lead: vec![call.say("board.lead").to_owned()], parts, ..Sheet::titled(call.say("board.title")) })
}

fn ask_part(call: &Call<'_>, span: (Timestamp, Timestamp)) -> Part {
    let typed = |name, at| if call.post { call.form.text(name) } else { day(Some(at)) };
    let choices = ["page", "csv", "json"].into_iter().zip(["board.page", "board.csv", "board.json"]);
    let form = Field {
        name: "form",
        kind: Kind::Select,
        label: call.say("board.form").to_owned(),
        value: call.form.text("form"),
        choices: choices.map(|(word, key)| (word.to_owned(), call.say(key).to_owned())).collect(),
        ..Field::default()
    };
    let fields = vec![
        day_field(call, "from", ("board.from", "board.day_help"), typed("from", span.0)),
        day_field(call, "to", ("board.to", "board.day_help"), typed("to", span.1)),
        form,
    ];
    let form = Form { action: Place::Board.path(), button: call.say("board.button").to_owned(), fields };
    Part { heading: call.say("board.ask").to_owned(), form: Some(form), ..Part::default() }
}

fn total_part(call: &Call<'_>, figures: &Figures) -> Part {
    let total = figures.total.map_or_else(|| call.say("board.no_total").to_owned(), |total| total.to_string());
    Part {
        heading: call.say("board.total").to_owned(),
        facts: vec![(call.say("board.incidents").to_owned(), total, false)],
        lines: vec![call.say("board.rule").to_owned()],
        ..Part::default()
    }
}

fn name(call: &Call<'_>, by: &str, word: &str) -> String {
    let key = match by {
        "kind" => Some(IncidentKind::of_word(word).map_or("incidents.not_said", kind_key)),
        "severity" => word.parse().ok().and_then(Severity::new).map(severity_key),
        "origin" => Some(origin_key(word)),
        _ => None,
    };
    key.map_or_else(|| word.to_owned(), |key| call.say(key).to_owned())
}

pub(super) fn figure(call: &Call<'_>, figure: Figure) -> String {
    match figure {
        Figure::Shown(count) => count.to_string(),
        Figure::Few => call.say("board.few").to_owned(),
        Figure::Hidden => call.say("board.hidden").to_owned(),
    }
}

fn by_key(by: &str) -> &'static str {
    match by {
        "kind" => "said.kind",
        "severity" => "said.severity",
        "month" => "board.month",
        _ => "board.origin",
    }
}

fn table_part(call: &Call<'_>, table: &Table) -> Part {
    let row = |(word, count): &(String, Figure)| Line { cells: vec![name(call, table.by, word), figure(call, *count)], ..Line::default() };
    Part {
        heading: call.say(by_key(table.by)).to_owned(),
        head: vec![call.say(by_key(table.by)).to_owned(), call.say("board.count").to_owned()],
        rows: table.rows.iter().map(row).collect(),
        ..Part::default()
    }
}

/// Another span, or a file.
pub(super) fn ask(call: &Call<'_>) -> Result<Reply, Stop> {
    let days = ["from", "to"].map(|name| end_of_day(&call.form.text(name)).ok().flatten());
    let span = (Timestamp(days[0].map_or(0, |end| end.0 + 1 - DAY_US)), Timestamp(days[1].map_or(0, |end| end.0 + 1)));
    let mut faulty = sheet(call, (Timestamp(0), Timestamp(0)))?;
    for (name, day) in ["from", "to"].into_iter().zip(days) {
        complain(&mut faulty, name, day.is_none().then(|| call.say("fault.day").to_owned()));
    }
    complain(&mut faulty, "from", (days.iter().all(Option::is_some) && span.0 >= span.1).then(|| call.say("fault.order").to_owned()));
    if faulty.is_faulty() {
        faulty.parts.truncate(1);
        return Ok(Reply::Faulty(Box::new(faulty), StatusCode::UNPROCESSABLE_ENTITY));
    }
    let form = call.form.text("form");
    let media = match form.as_str() {
        "csv" => "text/csv; charset=utf-8",
        "json" => "application/json",
        _ => return page(call, span),
    };
    let mut incidents = call.desk.book.read(|book| rows::opened_between(book, span.0, span.1))?;
    incidents.retain(|incident| call.sees_group(&incident.scope.group));
    let figures = figures(&incidents);
    let site = call.site_title();
    let did = format!("took figures of incidents from {} to {} as {form}", day(Some(span.0)), call.form.text("to"));
    call.record(EventKind::ConsoleLookUp, call.act(did))?;
    let bytes = if form == "csv" { csv(&figures, &site) } else { json(&figures, &site) };
    Ok(Reply::File(Box::new(Download { name: format!("incidents.{form}"), media, bytes })))
}

fn plain(figure: Figure) -> String {
    match figure {
        Figure::Shown(count) => count.to_string(),
        Figure::Few => "fewer than 5".to_owned(),
        Figure::Hidden => "not shown".to_owned(),
    }
}

fn csv(figures: &Figures, site: &str) -> Vec<u8> {
    // What a spreadsheet would take for a formula is a text (formula injection).
    let safe = |text: &str| if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() };
    let mut out = csv::Writer::from_writer(Vec::new());
    let mut rows = vec![["site", "by", "name", "incidents"].map(str::to_owned)];
    let total = figures.total.map_or_else(|| "not shown".to_owned(), |total| total.to_string());
    rows.push([safe(site), "all".to_owned(), String::new(), total]);
    let of = |table: &Table| {
        let by = table.by;
        table.rows.iter().map(move |(name, figure)| [safe(site), by.to_owned(), safe(name), plain(*figure)]).collect::<Vec<_>>()
    };
    rows.extend(figures.tables.iter().flat_map(of));
    // Into memory: it cannot fail.
    rows.iter().for_each(|row| out.write_record(row).unwrap_or_default());
    out.into_inner().unwrap_or_default()
}

fn json(figures: &Figures, site: &str) -> Vec<u8> {
    let value =
        |figure: Figure| if let Figure::Shown(count) = figure { serde_json::json!(count) } else { serde_json::json!(plain(figure)) };
    let rows = |table: &Table| table.rows.iter().map(|(name, figure)| (name.clone(), value(*figure))).collect::<serde_json::Map<_, _>>();
    let tables: serde_json::Map<_, _> = figures.tables.iter().map(|table| (table.by.to_owned(), rows(table).into())).collect();
    let total = figures.total.map_or_else(|| serde_json::json!("not shown"), |total| serde_json::json!(total));
    serde_json::json!({ "site": site, "incidents": total, "by": tables }).to_string().into_bytes()
}
