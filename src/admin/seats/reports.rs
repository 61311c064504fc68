//! Reports that go by the clock: those of whoever looks, a new one from a saved question, and the end of one.

use super::enrol::{complain, gone};
use super::log_parts::{self, local, purpose_field, said};
use super::outward::{for_whom_field, leaves, outward_purpose};
use crate::admin::asking::{LogFileKind, Question, Saved};
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::place::Place;
use crate::admin::report_rows::{self, Failures, Report};
use crate::admin::report_times::{Days, Times};
use crate::admin::sheet::{Field, Form, Kind, Line, Part, Sheet};
use crate::model::Timestamp;
use crate::record::EventKind;
use axum::http::StatusCode;

/// Forms of a file that people open; lines of JSON are for programs.
const KINDS: [LogFileKind; 2] = [LogFileKind::Xlsx, LogFileKind::Csv];

/// The page.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    Ok(Reply::Page(Box::new(sheet(call)?)))
}

/// Saved questions whose span of time moves on with the clock: others would say the same each time.
fn askable(call: &Call<'_>) -> Result<Vec<Saved>, Stop> {
    Ok(log_parts::saved(call)?.into_iter().filter(|saved| moves_on(&saved.question)).collect())
}

fn moves_on(question: &Question) -> bool {
    !matches!(question.slot.as_str(), "" | "between")
}

fn own(call: &Call<'_>) -> Result<Vec<Report>, Stop> {
    let account = call.session()?.account.id;
    Ok(call.desk.book.read(|book| report_rows::of(book, account))?)
}

fn sheet(call: &Call<'_>) -> Result<Sheet, Stop> {
    let (own, saved, recipients) = (own(call)?, askable(call)?, call.desk.works.recipients());
    let mut parts = vec![table_part(call, &own)?];
    if !own.is_empty() {
        parts.push(stop_part(call, &own));
    }
    let lacking = [(saved.is_empty(), "reports.no_saved"), (recipients.is_empty(), "reports.no_recipient")];
    let lines: Vec<String> = lacking.iter().filter(|(is, _)| *is).map(|(_, key)| call.say(key).to_owned()).collect();
    let form = lines.is_empty().then(|| order_form(call, &saved, recipients));
    parts.push(Part { heading: call.say("reports.new").to_owned(), lines, form, ..Part::default() });
    let lead = ["reports.lead", "reports.pseudonyms"].map(|key| call.say(key).to_owned());
    Ok(Sheet { lead: lead.into(), parts, ..Sheet::titled(call.say("reports.title")) })
}

/// When it went last, and what became of it since.
fn last(call: &Call<'_>, report: &Report) -> Result<String, Stop> {
    let last = report.last.map_or_else(|| call.say("reports.never").to_owned(), |at| local(call, at));
    Ok(match call.desk.book.read(|book| report_rows::failures(book, report.id))? {
        Failures { given_up: true, .. } => format!("{last}; {}", call.say("reports.given_up")),
        Failures { tries: 0, .. } => last,
        Failures { .. } => format!("{last}; {}", call.say_with("reports.failing", &local(call, report.again))),
    })
}

fn table_part(call: &Call<'_>, own: &[Report]) -> Result<Part, Stop> {
    let row = |report: &Report| {
        let words = said(call, &report.question).iter().map(|(label, value)| format!("{label}: {value}")).collect::<Vec<_>>().join("; ");
        let cells = vec![
            format!("R-{}", report.id),
            format!("{} ({words})", report.name),
            format!("{}, {}:00", days(call, report.times.days), report.times.hour),
            format!("{} ({})", report.to, report.kind.ending()),
            local(call, report.due),
            last(call, report)?,
        ];
        Ok::<_, Stop>(Line { cells, ..Line::default() })
    };
    let head = ["reports.number", "reports.what", "reports.when", "reports.to", "reports.next", "reports.last"];
    Ok(Part {
        heading: call.say("reports.yours").to_owned(),
        lines: if own.is_empty() { vec![call.say("reports.none").to_owned()] } else { Vec::new() },
        head: if own.is_empty() { Vec::new() } else { head.map(|key| call.say(key).to_owned()).into() },
        rows: own.iter().map(row).collect::<Result<_, _>>()?,
        ..Part::default()
    })
}

fn days(call: &Call<'_>, days: Days) -> String {
    const WEEK: [&str; 7] = [
        "reports.monday",
        "reports.tuesday",
        "reports.wednesday",
        "reports.thursday",
        "reports.friday",
        "reports.saturday",
        "reports.sunday",
    ];
    match days {
        Days::Daily => call.say("reports.daily").to_owned(),
        Days::Weekly(day) => call.say(WEEK[usize::try_from(day).unwrap_or(0) % WEEK.len()]).to_owned(),
        Days::Monthly(day) => call.say_with("reports.monthly", &day.to_string()),
    }
}

fn order_form(call: &Call<'_>, saved: &[Saved], recipients: Vec<(String, String)>) -> Form {
    let outside = recipients.iter().any(|(_, addresses)| leaves(call, addresses));
    let typed = |name, otherwise: &str| match call.form.raw(name) {
        "" => otherwise.to_owned(),
        value => value.to_owned(),
    };
    let pick = |name, label, choices: Vec<(String, String)>, otherwise: &str| Field {
        name,
        kind: Kind::Select,
        label: call.say(label).to_owned(),
        value: typed(name, otherwise),
        choices,
        ..Field::default()
    };
    let questions = saved.iter().map(|saved| (saved.id.to_string(), saved.name.clone())).collect();
    let to = recipients.into_iter().map(|(name, addresses)| (name.clone(), format!("{name}: {addresses}"))).collect();
    let hours = (0..24).map(|hour| (hour.to_string(), format!("{hour:02}:00"))).collect();
    let kinds = KINDS.map(|kind| (kind.ending().to_owned(), kind.ending().to_uppercase())).into();
    let mut fields = vec![
        pick("which", "reports.question", questions, ""),
        pick("days", "reports.days", Days::all().map(|one| (one.word(), days(call, one))).collect(), &Days::Weekly(0).word()),
        Field { help: call.say("reports.hour_help").to_owned(), ..pick("hour", "reports.hour", hours, "8") },
        Field { help: call.say("reports.to_help").to_owned(), ..pick("to", "reports.to", to, "") },
        pick("kind", "reports.kind", kinds, "xlsx"),
        for_whom_field(call, "for_whom"),
        purpose_field(call, "because", call.form.raw("because")),
    ];
    if outside {
        let label = call.say("reports.outside").to_owned();
        let value = call.form.raw("outside").to_owned();
        fields.push(Field { name: "outside", kind: Kind::Check, label, value, ..Field::default() });
    }
    Form { action: Place::Reports.path(), button: call.say("reports.order").to_owned(), fields }
}

fn stop_part(call: &Call<'_>, own: &[Report]) -> Part {
    let which = Field {
        name: "report",
        kind: Kind::Select,
        label: call.say("reports.which").to_owned(),
        choices: own.iter().map(|report| (report.id.to_string(), format!("R-{}: {}", report.id, report.name))).collect(),
        ..Field::default()
    };
    let form = Form { action: Place::ReportStop.path(), button: call.say("reports.stop_button").to_owned(), fields: vec![which] };
    Part { heading: call.say("reports.stop").to_owned(), form: Some(form), ..Part::default() }
}

/// Orders one.
pub(super) fn order(call: &Call<'_>) -> Result<Reply, Stop> {
    let account = &call.session()?.account;
    let mut sheet = sheet(call)?;
    let saved = call.form.raw("which").parse().ok().and_then(|id: i64| askable(call).ok()?.into_iter().find(|saved| saved.id == id));
    let days = Days::of_word(call.form.raw("days"));
    let hour = call.form.raw("hour").parse::<i8>().ok().filter(|hour| (0..24).contains(hour));
    let found = call.desk.works.recipients().into_iter().find(|(name, _)| name == call.form.raw("to"));
    let outside = found.as_ref().is_some_and(|(_, addresses)| leaves(call, addresses));
    let to = found.map(|(name, _)| name);
    let kind = KINDS.into_iter().find(|kind| kind.ending() == call.form.raw("kind"));
    let because = outward_purpose(call, ("for_whom", "because"))?;
    let choose = |is: bool| is.then(|| call.say("fault.choose").to_owned());
    complain(&mut sheet, "which", choose(saved.is_none()));
    complain(&mut sheet, "days", choose(days.is_none()));
    complain(&mut sheet, "hour", choose(hour.is_none()));
    complain(&mut sheet, "to", choose(to.is_none()));
    complain(&mut sheet, "kind", choose(kind.is_none()));
    let meant = !outside || call.form.ticked("outside");
    if !meant {
        call.record(EventKind::ConsoleRefused, call.act("ordered no report yet: it would go outside the domains of this place"))?;
    }
    complain(&mut sheet, "outside", (!meant).then(|| call.say("fault.outside").to_owned()));
    let because = because.map_err(|held| held.show(call, &mut sheet));
    let (Some(saved), Some(days), Some(hour), Some(to), Some(kind), Ok(purpose), true) = (saved, days, hour, to, kind, because, meant)
    else {
        return faulty(sheet, call);
    };
    let times = Times { days, hour };
    let due = times.next(call.now.wall, &call.desk.works.zone()).ok_or(Stop::Unknown)?;
    let Saved { name, question, .. } = saved;
    let new = Report { id: 0, account: account.id, name, question, times, to, kind, purpose, due, again: Timestamp(0), last: None };
    let id = call.desk.book.change(|book| {
        let id = report_rows::put(book, &new, call.now.wall)?;
        if let Some(id) = id {
            let away = if outside { ", outside the domains of this place" } else { "" };
            let did = format!("ordered report R-{id}, {} at {hour}:00, to {} as {}{away}", days.word(), new.to, kind.ending());
            call.record(EventKind::ConsoleChange, call.act(did).asking(&new.question.in_words()).because(&new.purpose))?;
        }
        Ok::<_, Stop>(id)
    })?;
    if id.is_none() {
        complain(&mut sheet, "which", Some(call.say("fault.too_many_reports").to_owned()));
        return faulty(sheet, call);
    }
    Ok(Reply::Go(Place::Reports.path().into(), None))
}

fn faulty(mut sheet: Sheet, call: &Call<'_>) -> Result<Reply, Stop> {
    if !sheet.is_faulty() {
        sheet.fault = Some(call.say("fault.choose").to_owned());
    }
    Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY))
}

/// Stops one of one's own.
pub(super) fn stop(call: &Call<'_>) -> Result<Reply, Stop> {
    let id: i64 = call.form.raw("report").parse().unwrap_or_default();
    let account = call.session()?.account.id;
    let stopped = call.desk.book.change(|book| {
        let stopped = report_rows::stop(book, account, id)?;
        if stopped {
            call.record(EventKind::ConsoleChange, call.act(format!("stopped report R-{id}")))?;
        }
        Ok::<_, Stop>(stopped)
    })?;
    if stopped { Ok(Reply::Go(Place::Reports.path().into(), None)) } else { gone(call, sheet(call)?, "report") }
}
