//! Figures of incidents for a board or governors: no names, and no number so small that somebody can be guessed (standards F9, F22).

use super::enrol::complain;
use super::incident_words::{kind_key, origin_key, severity_key};
use super::people::day_field;
use crate::admin::board::{Figure, Figures, Table, figures};
use crate::admin::call::{Call, Download, Reply, Stop, day, end_of_day};
use crate::admin::incident_rows as rows;
use crate::admin::place::Place;
use crate::admin::roles::{Action, may};
use crate::admin::sheet::{Field, Form, Kind, Line, Part, Sheet};
use crate::model::{IncidentKind, Severity, Timestamp};
use crate::record::EventKind;
use axum::http::StatusCode;

const DAY_US: i64 = 86_400 * 1_000_000;
/// Where nobody says from when.
const USUAL_DAYS: i64 = 365;

/// Quarters that somebody may choose from.
const QUARTERS: i32 = 8;

/// The page of the last year, or of the last quarter.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    let year = (Timestamp(call.now.wall.0 - USUAL_DAYS * DAY_US), Timestamp(call.now.wall.0 + 1));
    page(call, if reads_incidents(call) { year } else { quarters(call).first().map_or(NEVER, |(_, span)| *span) })
}

const NEVER: (Timestamp, Timestamp) = (Timestamp(0), Timestamp(0));

/// Does whoever looks read incidents, and may count them by any span? Whoever sees figures only has quarters that are over, of which none
/// overlaps another: the difference of two spans tells a number that each of them hides.
fn reads_incidents(call: &Call<'_>) -> bool {
    may(call.session.as_ref().map(|session| session.account.role), Action::ReadIncidents)
}

/// Quarters that are over, the latest first: `2025-Q3`, and its span in UTC.
fn quarters(call: &Call<'_>) -> Vec<(String, (Timestamp, Timestamp))> {
    let today = call.now.wall.civil().to_zoned(jiff::tz::TimeZone::UTC).date();
    let Ok(this) = jiff::civil::Date::new(today.year(), (today.month() - 1) / 3 * 3 + 1, 1) else { return Vec::new() };
    let begins = |back: i32| {
        let day = this.saturating_sub(jiff::Span::new().months(3 * back));
        day.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|at| (day, Timestamp(at.timestamp().as_microsecond())))
    };
    let quarter = |back: i32| {
        let ((day, from), (_, to)) = (begins(back)?, begins(back - 1)?);
        Some((format!("{}-Q{}", day.year(), (day.month() - 1) / 3 + 1), (from, to)))
    };
    (1..=QUARTERS).filter_map(quarter).collect()
}

/// The incidents of a span, for figures. Whoever reads incidents gets no more of them than that: what is sealed from them is not told by a
/// figure either.
fn counted(call: &Call<'_>, span: (Timestamp, Timestamp)) -> Result<Figures, Stop> {
    let mut incidents = call.desk.book.read(|book| rows::opened_between(book, span.0, span.1))?;
    incidents.retain(|incident| call.sees_group(&incident.scope.group));
    if reads_incidents(call) {
        let name = &call.session()?.account.name;
        incidents.retain(|incident| !incident.is_sealed_from(name));
    }
    Ok(figures(&incidents))
}

fn page(call: &Call<'_>, span: (Timestamp, Timestamp)) -> Result<Reply, Stop> {
    call.record(
        EventKind::ConsoleLookUp,
        call.act(format!("looked at figures of incidents from {} to {}", day(Some(span.0)), day(Some(span.1)))),
    )?;
    Ok(Reply::Page(Box::new(sheet(call, span)?)))
}

fn sheet(call: &Call<'_>, span: (Timestamp, Timestamp)) -> Result<Sheet, Stop> {
    let figures = counted(call, span)?;
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
    let fields = if reads_incidents(call) {
        vec![
            day_field(call, "from", ("board.from", "board.day_help"), typed("from", span.0)),
            day_field(call, "to", ("board.to", "board.day_help"), typed("to", span.1)),
            form,
        ]
    } else {
        vec![quarter_field(call, span), form]
    };
    let form = Form { action: Place::Board.path(), button: call.say("board.button").to_owned(), fields };
    Part { heading: call.say("board.ask").to_owned(), form: Some(form), ..Part::default() }
}

fn quarter_field(call: &Call<'_>, span: (Timestamp, Timestamp)) -> Field {
    let all = quarters(call);
    let stands = all.iter().find(|(_, one)| *one == span).map_or("", |(word, _)| word);
    Field {
        name: "quarter",
        kind: Kind::Select,
        label: call.say("board.quarter").to_owned(),
        help: call.say("board.quarter_help").to_owned(),
        value: if call.post { call.form.text("quarter") } else { stands.to_owned() },
        choices: all.iter().map(|(word, _)| (word.clone(), word.clone())).collect(),
        ..Field::default()
    }
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
    let mut faulty = sheet(call, NEVER)?;
    let span = if reads_incidents(call) { span_of_days(call, &mut faulty) } else { span_of_quarter(call, &mut faulty) };
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
    let figures = counted(call, span)?;
    let site = call.site_title();
    let did = format!("took figures of incidents from {} to {} as {form}", day(Some(span.0)), day(Some(Timestamp(span.1.0 - 1))));
    call.record(EventKind::ConsoleLookUp, call.act(did))?;
    let bytes = if form == "csv" { csv(&figures, &site) } else { json(&figures, &site) };
    Ok(Reply::File(Box::new(Download { name: format!("incidents.{form}"), media, bytes })))
}

/// The span of two days; faults are put beside their fields.
fn span_of_days(call: &Call<'_>, faulty: &mut Sheet) -> (Timestamp, Timestamp) {
    let days = ["from", "to"].map(|name| end_of_day(&call.form.text(name)).ok().flatten());
    let span = (Timestamp(days[0].map_or(0, |end| end.0 + 1 - DAY_US)), Timestamp(days[1].map_or(0, |end| end.0 + 1)));
    for (name, day) in ["from", "to"].into_iter().zip(days) {
        complain(faulty, name, day.is_none().then(|| call.say("fault.day").to_owned()));
    }
    complain(faulty, "from", (days.iter().all(Option::is_some) && span.0 >= span.1).then(|| call.say("fault.order").to_owned()));
    span
}

/// The span of a quarter that is over.
fn span_of_quarter(call: &Call<'_>, faulty: &mut Sheet) -> (Timestamp, Timestamp) {
    let asked = call.form.text("quarter");
    let span = quarters(call).into_iter().find(|(word, _)| *word == asked).map(|(_, span)| span);
    complain(faulty, "quarter", span.is_none().then(|| call.say("fault.choose").to_owned()));
    span.unwrap_or(NEVER)
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
