//! Long questions of one's own: how far they are, what came of them, and an end to them. Files beyond what a page makes are ordered here
//! (standards D7). What is somebody else's looks as if it were not there.

use super::enrol::{complain, gone};
use super::log_parts::{asked, hidden, local, purpose_field};
use super::outward::{for_whom_field, outward_purpose};
use super::sit::text;
use crate::admin::asking::{Asked, LogFileKind};
use crate::admin::call::{Call, Download, Reply, Stop};
use crate::admin::job_rows::{self as rows, Job, State, Wants};
use crate::admin::jobs::{KEPT_DAYS, MOST, REASONS, needs};
use crate::admin::page::count;
use crate::admin::place::Place;
use crate::admin::roles::may;
use crate::admin::sheet::{Field, Form, Kind, Line, Part, Sheet};
use crate::model::Timestamp;
use crate::record::EventKind;
use axum::http::StatusCode;

const DAY_US: i64 = 86_400 * 1_000_000;

/// The page.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    Ok(Reply::Page(Box::new(sheet(call)?)))
}

fn own(call: &Call<'_>) -> Result<Vec<Job>, Stop> {
    let account = &call.session()?.account;
    Ok(call.desk.book.read(|book| rows::of(book, (account.id, &account.reach)))?)
}

/// One's own by the number that came with the request.
pub(super) fn one(call: &Call<'_>, name: &str) -> Result<Job, Stop> {
    let number = if call.post { call.form.raw(name) } else { call.query.raw(name) };
    let id = number.parse().map_err(|_| Stop::Unknown)?;
    let account = &call.session()?.account;
    call.desk.book.read(|book| rows::own(book, (account.id, &account.reach), id))?.ok_or(Stop::Unknown)
}

fn sheet(call: &Call<'_>) -> Result<Sheet, Stop> {
    let own = own(call)?;
    let mut parts = vec![table_part(call, &own)?];
    if !own.is_empty() {
        parts.push(stop_part(call, &own));
    }
    let quiet = match (call.desk.works.off_peak().is_always(), call.desk.is_off_peak()) {
        (true, _) => "jobs.always",
        (false, true) => "jobs.is_quiet",
        (false, false) => "jobs.is_busy",
    };
    let kept = call.say_with("jobs.kept", &KEPT_DAYS.to_string());
    Ok(Sheet {
        lead: vec![call.say("jobs.lead").to_owned(), call.say(quiet).to_owned(), kept],
        parts,
        ..Sheet::titled(call.say("jobs.title"))
    })
}

fn what(call: &Call<'_>, wants: &Wants) -> String {
    match wants {
        Wants::File { question, kind, .. } => {
            let said = super::log_parts::said(call, question);
            let said = said.iter().map(|(label, value)| format!("{label}: {value}")).collect::<Vec<_>>().join("; ");
            format!(
                "{} ({})",
                call.say_with("jobs.file_of", &kind.to_uppercase()),
                if said.is_empty() { call.say("log.any") } else { &said }
            )
        }
        Wants::Breaches { days, reverse: false } => call.say_with("jobs.breaches", &days.to_string()),
        Wants::Breaches { days, reverse: true } => call.say_with("jobs.reverse", &days.to_string()),
        Wants::Trends => call.say("place.trends").to_owned(),
        Wants::Programs { days, .. } => call.say_with("jobs.programs", &days.to_string()),
    }
}

/// How it stands, in words.
pub(super) fn state(call: &Call<'_>, job: &Job) -> Result<String, Stop> {
    Ok(match job.state {
        State::Waiting => {
            let ahead = call.desk.book.read(|book| rows::ahead(book, job))?;
            let key = if job.urgent || call.desk.is_off_peak() { "jobs.waiting" } else { "jobs.waiting_quiet" };
            call.say_with(key, &count(ahead))
        }
        State::Running => {
            let (done, of) = job.progress;
            let percent = u128::from(done.min(of)) * 100 / u128::from(of.max(1));
            call.say_with("jobs.running", &percent.to_string())
        }
        State::Done if job.wants.kind().is_some() => call.say_with("jobs.done_rows", &count(job.rows)),
        State::Done => call.say("jobs.done").to_owned(),
        State::TooMuch => call.say_with("jobs.too_much", &count(MOST.0)),
        State::Failed => match REASONS.iter().find(|(reason, _)| *reason == job.result) {
            Some((_, key)) => call.say(key).to_owned(),
            None => call.say_with("jobs.failed", &job.result),
        },
        State::CalledOff => call.say("jobs.called_off").to_owned(),
    })
}

fn href(job: &Job) -> String {
    match (&job.wants, job.state) {
        (Wants::File { .. }, State::Done) => format!("{}?job={}", Place::JobFile.path(), job.id),
        (Wants::Breaches { .. }, State::Done) => format!("{}?job={}", Place::Breaches.path(), job.id),
        (Wants::Programs { .. }, State::Done) => format!("{}?job={}", Place::Programs.path(), job.id),
        (Wants::Trends, State::Done) => Place::Trends.path().to_owned(),
        (_, State::Waiting | State::Running | State::TooMuch | State::Failed | State::CalledOff) => String::new(),
    }
}

fn table_part(call: &Call<'_>, own: &[Job]) -> Result<Part, Stop> {
    let row = |job: &Job| {
        let until = job.ended.map_or_else(String::new, |ended| local(call, Timestamp(ended.0 + KEPT_DAYS * DAY_US)));
        let cells = vec![format!("J-{}", job.id), what(call, &job.wants), state(call, job)?, local(call, job.made), until];
        Ok(Line { href: href(job), cells })
    };
    let head = ["reports.number", "jobs.what", "jobs.state", "jobs.ordered", "jobs.until"];
    let rows = own.iter().map(row).collect::<Result<Vec<_>, Stop>>()?;
    let mut lines: Vec<String> = rows.is_empty().then(|| call.say("jobs.none").to_owned()).into_iter().collect();
    lines.extend(own.iter().any(|job| job.state == State::Done).then(|| call.say("jobs.have").to_owned()));
    Ok(Part {
        heading: call.say("jobs.yours").to_owned(),
        lines,
        head: if rows.is_empty() { Vec::new() } else { head.map(|key| call.say(key).to_owned()).into() },
        rows,
        links: vec![(Place::Jobs.path().to_owned(), call.say("jobs.again").to_owned())],
        ..Part::default()
    })
}

fn stop_part(call: &Call<'_>, own: &[Job]) -> Part {
    let which = Field {
        name: "job",
        kind: Kind::Select,
        label: call.say("jobs.which").to_owned(),
        choices: own.iter().map(|job| (job.id.to_string(), format!("J-{}: {}", job.id, what(call, &job.wants)))).collect(),
        ..Field::default()
    };
    let form = Form { action: Place::JobStop.path(), button: call.say("jobs.stop_button").to_owned(), fields: vec![which] };
    Part { heading: call.say("jobs.stop").to_owned(), form: Some(form), ..Part::default() }
}

/// Whether it may wait for a quiet time.
pub(super) fn when_field(call: &Call<'_>) -> Field {
    let mut field = text(call, "when", "jobs.when");
    field.kind = Kind::Radio;
    field.choices = [("quiet", "jobs.when_quiet"), ("urgent", "jobs.when_urgent")]
        .map(|(word, key)| (word.to_owned(), call.say(key).to_owned()))
        .into();
    if field.value.is_empty() {
        field.value = "quiet".to_owned();
    }
    field
}

/// `None`: it says neither.
pub(super) fn is_urgent(call: &Call<'_>) -> Option<bool> {
    match call.form.raw("when") {
        "quiet" => Some(false),
        "urgent" => Some(true),
        _ => None,
    }
}

/// The form for a file of any length, beside a question.
pub(super) fn file_part(call: &Call<'_>, asked: &Asked) -> Part {
    let mut kind = text(call, "long_kind", "found.kind");
    kind.kind = Kind::Select;
    kind.choices = LogFileKind::ALL.map(|kind| (kind.ending().to_owned(), kind.ending().to_uppercase())).into();
    let why = if call.form.raw("long_why").is_empty() { &asked.purpose } else { call.form.raw("long_why") };
    let whom = for_whom_field(call, "long_for_whom");
    let fields = vec![hidden("ask", asked.id), kind, when_field(call), whom, purpose_field(call, "long_why", why)];
    let form = Form { action: Place::JobNew.path(), button: call.say("jobs.order_file").to_owned(), fields };
    let bounds = call.say("jobs.file_words").replacen("{}", &count(MOST.0), 1).replacen("{}", &(MOST.1 / 1024 / 1024).to_string(), 1);
    Part { heading: call.say("jobs.file").to_owned(), lines: vec![bounds], form: Some(form), ..Part::default() }
}

/// Orders a file.
pub(super) fn order_file(call: &Call<'_>) -> Result<Reply, Stop> {
    let asked = asked(call)?;
    let mut sheet = super::log_found::sheet(call, &asked, None)?;
    let kind = LogFileKind::ALL.into_iter().find(|kind| kind.ending() == call.form.raw("long_kind"));
    let (urgent, why) = (is_urgent(call), outward_purpose(call, ("long_for_whom", "long_why"))?);
    let choose = |is: bool| is.then(|| call.say("fault.choose").to_owned());
    complain(&mut sheet, "long_kind", choose(kind.is_none()));
    complain(&mut sheet, "when", choose(urgent.is_none()));
    let why = why.map_err(|held| held.show(call, &mut sheet));
    let (Some(kind), Some(urgent), Ok(why)) = (kind, urgent, why) else { return faulty(sheet) };
    let wants = Wants::File { question: Box::new(asked.question.clone()), asked: asked.made.0, kind: kind.ending().to_owned() };
    order(call, sheet, (&wants, urgent), &why, "long_kind")
}

/// Puts an order down; where there are too many already, that is said at this field.
pub(super) fn order(call: &Call<'_>, mut sheet: Sheet, (wants, urgent): (&Wants, bool), why: &str, field: &str) -> Result<Reply, Stop> {
    let account = &call.session()?.account;
    let id = call.desk.book.change(|book| {
        let id = rows::put(book, (account.id, &account.reach), (wants, urgent), why, call.now.wall)?;
        if let Some(id) = id {
            let did = format!("ordered J-{id}{}", if urgent { ", urgent" } else { "" });
            call.record(EventKind::LongQuestion, call.act(did).asking(&wants.in_words()).because(why))?;
        }
        Ok::<_, Stop>(id)
    })?;
    if id.is_some() {
        return Ok(Reply::Go(Place::Jobs.path().into(), None));
    }
    complain(&mut sheet, field, Some(call.say_with("fault.too_many_jobs", &rows::MOST.to_string())));
    faulty(sheet)
}

pub(super) fn faulty(sheet: Sheet) -> Result<Reply, Stop> {
    Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY))
}

/// Calls one of one's own off, or takes out what came of it.
pub(super) fn stop(call: &Call<'_>) -> Result<Reply, Stop> {
    let job = match one(call, "job") {
        Err(Stop::Unknown) => return gone(call, sheet(call)?, "job"),
        job => job?,
    };
    call.desk.book.change(|book| {
        let did = match job.state {
            // The thread that answers it sees this within a second.
            State::Running => {
                rows::call_off(book, job.id)?;
                format!("called J-{} off", job.id)
            }
            State::Waiting | State::Done | State::TooMuch | State::Failed | State::CalledOff => {
                rows::forget(book, job.id)?;
                format!("took J-{} out", job.id)
            }
        };
        call.record(EventKind::LongQuestion, call.act(did).asking(&job.wants.in_words()).because(&job.purpose))
    })?;
    if job.state != State::Running {
        drop(std::fs::remove_file(call.desk.job_file(job.id)));
    }
    Ok(Reply::Go(Place::Jobs.path().into(), None))
}

/// Hands a file over, after it was put into the log that it goes.
pub(super) fn file(call: &Call<'_>) -> Result<Reply, Stop> {
    let job = one(call, "job")?;
    let role = Some(call.session()?.account.role);
    let Some(kind) = job.wants.kind().filter(|_| job.state == State::Done && may(role, needs(&job.wants))) else {
        return Err(Stop::Unknown);
    };
    let bytes = std::fs::read(call.desk.job_file(job.id)).map_err(|_| Stop::Unknown)?;
    let did = format!("took the file of J-{}: {} rows as {}, with pseudonyms; SHA-256 {}", job.id, job.rows, kind.ending(), job.sha256);
    call.record(EventKind::ConsoleExport, call.act(did).asking(&job.wants.in_words()).because(&job.purpose))?;
    let name = format!("log-J-{}-{}.{}", job.id, job.made.civil().strftime("%Y%m%d"), kind.ending());
    Ok(Reply::File(Box::new(Download { name, media: kind.media(), bytes })))
}
