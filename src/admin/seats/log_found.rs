//! What was found: how many first, and the rows when somebody wants them. Each look is in the log, with its purpose, the question and the
//! number of rows, before it is answered (A2).

use super::log_parts::{asked, asker, hidden, local, table};
use super::sit::text;
use crate::admin::asking::{Answered, Asked, Counted, LogFileKind, Reading};
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::page::count;
use crate::admin::place::Place;
use crate::admin::roles::{Action, may};
use crate::admin::sheet::{Field, Form, Kind, Part, Sheet};
use crate::record::EventKind;

/// Rows of a page.
const PAGE: usize = 50;

/// The path of a question's page.
pub(super) fn path(asked: &Asked) -> String {
    format!("{}?ask={}", Place::LogFound.path(), asked.id)
}

/// The page: the number, or with `rows` the rows.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    let asked = asked(call)?;
    let part = if call.query.raw("rows") == "yes" { rows_part(call, &asked)? } else { count_part(call, &asked)? };
    Ok(Reply::Page(Box::new(sheet(call, &asked, Some(part))?)))
}

/// The page around a part.
pub(super) fn sheet(call: &Call<'_>, asked: &Asked, part: Option<Part>) -> Result<Sheet, Stop> {
    let role = Some(call.session()?.account.role);
    let mut parts = vec![question_part(call, asked)];
    parts.extend(part);
    parts.push(save_part(call, asked));
    let sight = asker(call)?.sight;
    if may(role, Action::ExportLog) {
        let mut part = export_part(call, asked);
        part.lines.extend(sight.of_all_sites.then(|| call.say("found.site_files").to_owned()));
        parts.push(part);
        parts.push(super::jobs::file_part(call, asked));
    }
    Ok(Sheet { lead: vec![call.say("found.lead").to_owned()], parts, ..Sheet::titled(call.say("found.title")) })
}

fn question_part(call: &Call<'_>, asked: &Asked) -> Part {
    let mut facts: Vec<_> =
        super::log_parts::said(call, &asked.question).into_iter().map(|(label, value)| (label.to_owned(), value, false)).collect();
    facts.push((call.say("log.purpose").to_owned(), asked.purpose.clone(), false));
    facts.push((call.say("found.asked").to_owned(), local(call, asked.made), false));
    let mut links = vec![(format!("{}?ask={}", Place::Log.path(), asked.id), call.say("found.narrow").to_owned())];
    if call.sites().len() > 1 {
        links.push((format!("{}?ask={}", Place::LogSites.path(), asked.id), call.say("found.sites").to_owned()));
    }
    Part { heading: call.say("found.question").to_owned(), facts, links, ..Part::default() }
}

/// How many there are.
pub(in crate::admin) fn counted(call: &Call<'_>, asked: &Asked) -> Result<Counted, Stop> {
    let counted = asker(call)?.count(&asked.question, asked.made)?;
    let did = format!("asked how many there are: {}{}", if counted.given_up { "at least " } else { "" }, count(counted.total));
    call.record(EventKind::ConsoleLookUp, call.act(did).asking(&asked.question.in_words()).because(&asked.purpose))?;
    Ok(counted)
}

fn count_part(call: &Call<'_>, asked: &Asked) -> Result<Part, Stop> {
    let counted = counted(call, asked)?;
    let number = count(counted.total);
    let (key, none) = (if counted.given_up { "found.at_least" } else { "found.count" }, counted.total == 0 && !counted.given_up);
    let rows = (format!("{}&rows=yes", path(asked)), call.say("found.rows").to_owned());
    Ok(Part {
        heading: call.say("found.how_many").to_owned(),
        lines: vec![if none { call.say("log.none").to_owned() } else { call.say_with(key, &number) }],
        links: if none { Vec::new() } else { vec![rows] },
        ..Part::default()
    })
}

/// Rows, as the query wants them.
pub(in crate::admin) fn rows(call: &Call<'_>, asked: &Asked) -> Result<Answered, Stop> {
    let after = match call.query.raw("after") {
        "" => None,
        number => Some(number.parse().map_err(|_| Stop::Unknown)?),
    };
    let oldest_first = is_oldest_first(call);
    let reading = Reading { after, oldest_first, most: PAGE, ..Reading::default() };
    let answered = asker(call)?.rows(&asked.question, asked.made, reading)?;
    let (first, last) = (answered.rows.first(), answered.rows.last());
    let span = first.zip(last).map_or_else(String::new, |(a, b)| format!(", records {} to {}", a.seen.sequence, b.seen.sequence));
    let did = format!("read {} rows of the log{span}", answered.rows.len());
    call.record(EventKind::ConsoleLookUp, call.act(did).asking(&asked.question.in_words()).because(&asked.purpose))?;
    Ok(answered)
}

fn is_oldest_first(call: &Call<'_>) -> bool {
    call.query.raw("order") == "oldest"
}

/// Looks once more where somebody comes back by a link: what was true then may not be now.
fn rows_part(call: &Call<'_>, asked: &Asked) -> Result<Part, Stop> {
    let (answered, oldest_first) = (rows(call, asked)?, is_oldest_first(call));
    let order = if oldest_first { "&order=oldest" } else { "" };
    let rows = format!("{}&rows=yes", path(asked));
    let mut links = Vec::new();
    let on = if answered.given_up { "found.look_on" } else { "found.next" };
    links.extend(answered.next.map(|next| (format!("{rows}{order}&after={next}"), call.say(on).to_owned())));
    links.extend((!call.query.raw("after").is_empty()).then(|| (format!("{rows}{order}"), call.say("found.first").to_owned())));
    links.push(if oldest_first {
        (rows, call.say("found.newest").to_owned())
    } else {
        (format!("{rows}&order=oldest"), call.say("found.oldest").to_owned())
    });
    links.push((path(asked), call.say("found.how_many").to_owned()));
    Ok(Part { links, ..table(call, asked.id, &answered, call.say("found.found").to_owned()) })
}

fn save_part(call: &Call<'_>, asked: &Asked) -> Part {
    let shared = Field { kind: Kind::Check, value: call.form.raw("shared").to_owned(), ..text(call, "shared", "found.share") };
    let fields = vec![hidden("ask", asked.id), text(call, "name", "log.saved_name"), shared];
    let form = Form { action: Place::LogSave.path(), button: call.say("found.save_button").to_owned(), fields };
    Part { heading: call.say("found.save").to_owned(), form: Some(form), ..Part::default() }
}

fn export_part(call: &Call<'_>, asked: &Asked) -> Part {
    let kind = Field {
        kind: Kind::Radio,
        help: call.say_with("found.export_help", &count(u64::try_from(super::log_export::MOST).unwrap_or(0))),
        choices: LogFileKind::ALL.map(|kind| (kind.ending().to_owned(), call.say(kind_words(kind)).to_owned())).into(),
        ..text(call, "kind", "found.kind")
    };
    let why = if call.form.raw("why").is_empty() { &asked.purpose } else { call.form.raw("why") };
    let whom = super::outward::for_whom_field(call, "for_whom");
    let fields = vec![hidden("ask", asked.id), kind, whom, super::log_parts::purpose_field(call, "why", why)];
    let form = Form { action: Place::LogExport.path(), button: call.say("found.export_button").to_owned(), fields };
    Part { heading: call.say("found.export").to_owned(), form: Some(form), ..Part::default() }
}

const fn kind_words(kind: LogFileKind) -> &'static str {
    match kind {
        LogFileKind::Csv => "found.csv",
        LogFileKind::Xlsx => "found.xlsx",
        LogFileKind::Json => "found.jsonl",
    }
}
